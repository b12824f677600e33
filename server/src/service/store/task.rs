//! Tasks of an incident.

use app::model::{IncidentId, Moment, OrganisationId, PersonId, TaskId};
use sqlx::{FromRow, query, query_as};

use super::{Db, Tx, on};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct TaskRow {
    pub id: TaskId,
    pub incident_id: IncidentId,
    pub version: i64,
    pub body: String,
    pub organisation_id: Option<OrganisationId>,
    pub person_id: Option<PersonId>,
    pub due_at: Option<Moment>,
    pub done_at: Option<Moment>,
    pub done_by: Option<PersonId>,
    pub created_by: PersonId,
    pub created_at: Moment,
    pub playbook: Option<String>,
    pub step: Option<i64>,
}

macro_rules! select_task {
    () => {
        "select id, incident_id, version, body, organisation_id, person_id, due_at, done_at, done_by, created_by, \
         created_at, playbook, step from task "
    };
}

pub(crate) async fn add(tx: &mut Tx, row: &TaskRow) -> sqlx::Result<()> {
    let sql = "insert into task (id, incident_id, version, body, organisation_id, person_id, due_at, created_by, \
               created_at, playbook, step) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.incident_id)
        .bind(row.version)
        .bind(&row.body)
        .bind(row.organisation_id)
        .bind(row.person_id)
        .bind(row.due_at)
        .bind(row.created_by)
        .bind(row.created_at)
        .bind(&row.playbook)
        .bind(row.step)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find(tx: &mut Tx, incident: IncidentId, id: TaskId) -> sqlx::Result<Option<TaskRow>> {
    let sql = concat!(select_task!(), "where id = $1 and incident_id = $2");
    on!(tx tx, |conn| query_as(sql).bind(id).bind(incident).fetch_optional(conn).await)
}

pub(crate) async fn read(db: &Db, id: TaskId) -> sqlx::Result<Option<TaskRow>> {
    let sql = concat!(select_task!(), "where id = $1");
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// Oldest first.
pub(crate) async fn list(db: &Db, incident: IncidentId, limit: i64) -> sqlx::Result<Vec<TaskRow>> {
    let sql = concat!(select_task!(), "where incident_id = $1 order by created_at, step, id limit $2");
    on!(db, |conn| query_as(sql).bind(incident).bind(limit).fetch_all(conn).await)
}

/// Marks it done; false when it was done before.
pub(crate) async fn set_done(tx: &mut Tx, id: TaskId, by: PersonId, now: Moment) -> sqlx::Result<bool> {
    let sql =
        "update task set done_at = $2, done_by = $3, version = version + 1 where id = $1 and done_at is null";
    let done = on!(tx tx, |conn| query(sql).bind(id).bind(now).bind(by).execute(conn).await.map(|r| r.rows_affected()))?;
    Ok(done == 1)
}
