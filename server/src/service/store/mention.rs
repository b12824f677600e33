//! People whom entries call by name: added with the entry, never changed.

use app::model::{EntryId, IncidentId, PersonId};
use sqlx::{query, query_as};

use super::{Db, Tx, on};

pub(crate) async fn add(tx: &mut Tx, entry: EntryId, person: PersonId) -> sqlx::Result<()> {
    let sql = "insert into mention (entry_id, person_id) values ($1, $2)";
    on!(tx tx, |conn| query(sql).bind(entry).bind(person).execute(conn).await.map(drop))
}

/// Whom the entries of an incident call, in the order of the entries.
pub(crate) async fn list(db: &Db, incident: IncidentId) -> sqlx::Result<Vec<(EntryId, PersonId)>> {
    let sql = "select e.id, m.person_id from entry e join mention m on m.entry_id = e.id \
               where e.incident_id = $1 order by e.seq, m.person_id";
    on!(db, |conn| query_as(sql).bind(incident).fetch_all(conn).await)
}

/// Whom one entry calls.
pub(crate) async fn list_of(tx: &mut Tx, entry: EntryId) -> sqlx::Result<Vec<PersonId>> {
    let sql = "select person_id from mention where entry_id = $1 order by person_id";
    on!(tx tx, |conn| sqlx::query_scalar(sql).bind(entry).fetch_all(conn).await)
}
