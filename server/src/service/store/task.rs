//! Tasks of an incident.

use app::{
    model::{IncidentId, Moment, OrganisationId, PersonId, TaskId, Tlp},
    policy::Scope,
};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{Db, Tx, on, scoped, visible_labelled};

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
    /// The incident's when it was written.
    pub tlp: Tlp,
}

macro_rules! select_task {
    () => {
        "select c.id, c.incident_id, c.version, c.body, c.organisation_id, c.person_id, c.due_at, c.done_at, c.done_by, \
         c.created_by, c.created_at, c.playbook, c.step, c.tlp from task c "
    };
}

pub(crate) async fn add(tx: &mut Tx, row: &TaskRow) -> sqlx::Result<()> {
    let sql = "insert into task (id, incident_id, version, body, organisation_id, person_id, due_at, created_by, \
               created_at, playbook, step, tlp) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
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
        .bind(row.tlp)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find(tx: &mut Tx, incident: IncidentId, id: TaskId) -> sqlx::Result<Option<TaskRow>> {
    let sql = concat!(select_task!(), "where c.id = $1 and c.incident_id = $2");
    on!(tx tx, |conn| query_as(sql).bind(id).bind(incident).fetch_optional(conn).await)
}

pub(crate) async fn read(db: &Db, id: TaskId) -> sqlx::Result<Option<TaskRow>> {
    let sql = concat!(select_task!(), "where c.id = $1");
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// The label of a task.
pub(crate) async fn find_label(db: &Db, id: TaskId) -> sqlx::Result<Option<Tlp>> {
    let sql = "select tlp from task where id = $1";
    on!(db, |conn| query_scalar(sql).bind(id).fetch_optional(conn).await)
}

/// Those of an incident that the scope sees, oldest first.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    limit: i64,
) -> sqlx::Result<Vec<TaskRow>> {
    let sql = concat!(
        select_task!(),
        "join incident i on i.id = c.incident_id where c.incident_id = $4 and ",
        visible_labelled!("c"),
        " order by c.created_at, c.step, c.id limit $5"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).bind(limit).fetch_all(conn).await)
}

/// Marks it done; false when it was done before.
pub(crate) async fn set_done(tx: &mut Tx, id: TaskId, by: PersonId, now: Moment) -> sqlx::Result<bool> {
    let sql =
        "update task set done_at = $2, done_by = $3, version = version + 1 where id = $1 and done_at is null";
    let done = on!(tx tx, |conn| query(sql).bind(id).bind(now).bind(by).execute(conn).await.map(|r| r.rows_affected()))?;
    Ok(done == 1)
}
