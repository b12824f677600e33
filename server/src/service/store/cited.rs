//! Exhibits and entries that something points to, many at a time.

use app::{
    model::{EntryId, ExhibitId, Moment, entry::EntryKind},
    policy::Scope,
};
use sqlx::{AssertSqlSafe, query_as};

use super::{Db, on, scoped, visible_child};

/// Of one statement: far below what either database takes as values.
const CHUNK: usize = 100;

/// The places of so many ids, behind the three of the scope.
fn places(ids: usize) -> String {
    (4..ids + 4).map(|n| format!("${n}")).collect::<Vec<_>>().join(", ")
}

/// Those of these exhibits that the scope sees, each with its number.
pub(crate) async fn list_exhibits(
    db: &Db,
    scope: Scope,
    ids: &[ExhibitId],
) -> sqlx::Result<Vec<(ExhibitId, i64)>> {
    let mut all = vec![];
    for ids in ids.chunks(CHUNK) {
        let sql = format!(
            concat!("select c.id, c.number from exhibit c where c.id in ({}) and ", visible_child!()),
            places(ids.len())
        );
        let found: Vec<(ExhibitId, i64)> = on!(db, |conn| {
            let mut asked = scoped!(query_as(AssertSqlSafe(sql)), scope);
            for id in ids {
                asked = asked.bind(*id);
            }
            asked.fetch_all(conn).await
        })?;
        all.extend(found);
    }
    Ok(all)
}

/// The same of entries, with what their lines say.
pub(crate) async fn list_entries(
    db: &Db,
    scope: Scope,
    ids: &[EntryId],
) -> sqlx::Result<Vec<(EntryId, EntryKind, Moment)>> {
    let mut all = vec![];
    for ids in ids.chunks(CHUNK) {
        let sql = format!(
            concat!(
                "select c.id, c.kind, c.happened_at from entry c where c.id in ({}) and ",
                visible_child!()
            ),
            places(ids.len())
        );
        let found: Vec<(EntryId, EntryKind, Moment)> = on!(db, |conn| {
            let mut asked = scoped!(query_as(AssertSqlSafe(sql)), scope);
            for id in ids {
                asked = asked.bind(*id);
            }
            asked.fetch_all(conn).await
        })?;
        all.extend(found);
    }
    Ok(all)
}
