//! When an incident's clocks ring, and which breaches are noted.

use app::model::{ClockKind, IncidentId, Moment};
use sqlx::{query, query_as, query_scalar};

use super::{IncidentRow, select_incident};
use crate::service::store::{Db, Tx, on};

/// Open incidents with a clock that is due by `now`.
pub(crate) async fn list_due(tx: &mut Tx, now: Moment, limit: i64) -> sqlx::Result<Vec<IncidentRow>> {
    let sql = concat!(
        select_incident!(),
        "where i.is_open = true and i.watch_due <= $1 order by i.watch_due limit $2"
    );
    on!(tx tx, |conn| query_as(sql).bind(now).bind(limit).fetch_all(conn).await)
}

/// Notes a breach; false when it was noted before.
pub(crate) async fn add_breach(
    tx: &mut Tx,
    incident: IncidentId,
    clock: ClockKind,
    due: Moment,
    now: Moment,
) -> sqlx::Result<bool> {
    let sql = "insert into breach (incident_id, clock, due_at, noticed_at) values ($1, $2, $3, $4) \
               on conflict do nothing";
    let added = on!(tx tx, |conn| query(sql)
        .bind(incident)
        .bind(clock)
        .bind(due)
        .bind(now)
        .execute(conn)
        .await
        .map(|r| r.rows_affected()))?;
    Ok(added == 1)
}

/// When the next clock rings whose breach is not yet noted.
pub(crate) async fn next_watch(db: &Db) -> sqlx::Result<Option<Moment>> {
    let sql = "select watch_due from incident where is_open = true order by watch_due limit 1";
    on!(db, |conn| query_scalar(sql).fetch_optional(conn).await)
}

/// Sets when the watch looks again; no change of the incident, so no new version.
pub(crate) async fn set_watch(tx: &mut Tx, id: IncidentId, due: Moment) -> sqlx::Result<()> {
    let sql = "update incident set watch_due = $2 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(due).execute(conn).await.map(drop))
}

/// Restarts the update clock after an entry; no change that an editor could collide with.
pub(crate) async fn set_updated(tx: &mut Tx, row: &IncidentRow) -> sqlx::Result<()> {
    let sql = "update incident set updated_at = $2, update_from = $3, update_due = $4, next_due = $5, \
               watch_due = $6, update_percent = $7 where id = $1";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.updated_at)
        .bind(row.update_from)
        .bind(row.update_due)
        .bind(row.next_due)
        .bind(row.watch_due)
        .bind(row.update_percent)
        .execute(conn)
        .await
        .map(drop))
}
