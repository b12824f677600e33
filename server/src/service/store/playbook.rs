//! Playbooks that were begun on incidents.

use app::model::{IncidentId, Moment, PersonId};
use sqlx::{FromRow, query, query_as};

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct BegunRow {
    pub incident_id: IncidentId,
    pub playbook: String,
    /// As it was called when it was begun.
    pub title: String,
    pub begun_by: PersonId,
    pub begun_at: Moment,
}

/// Begins it; false when it was begun before.
pub(crate) async fn add(tx: &mut Tx, row: &BegunRow) -> sqlx::Result<bool> {
    let sql = "insert into incident_playbook (incident_id, playbook, title, begun_by, begun_at) \
               values ($1, $2, $3, $4, $5) on conflict (incident_id, playbook) do nothing";
    let done = on!(tx tx, |conn| query(sql)
        .bind(row.incident_id)
        .bind(&row.playbook)
        .bind(&row.title)
        .bind(row.begun_by)
        .bind(row.begun_at)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done == 1)
}

/// Oldest first; an incident has few.
pub(crate) async fn list(db: &Db, incident: IncidentId) -> sqlx::Result<Vec<BegunRow>> {
    let sql = "select incident_id, playbook, title, begun_by, begun_at from incident_playbook \
               where incident_id = $1 order by begun_at, playbook limit 50";
    on!(db, |conn| query_as(sql).bind(incident).fetch_all(conn).await)
}
