//! Tasks of an incident.

use app::{
    model::{IncidentId, Moment, OrganisationId, PersonId, TaskId, Tlp},
    policy::Scope,
};
use sqlx::{FromRow, query, query_as, query_scalar};
use uuid::Uuid;

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

/// The order of a list of tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskOrder {
    /// As they were given. Nothing moves in it.
    Given,
    /// The open ones first, each as they were given.
    Open,
}

/// Where a task stands in such a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskPlace {
    /// In the order of [`TaskOrder::Open`].
    pub is_done: bool,
    pub created_at: i64,
    /// 0: of no playbook.
    pub step: i64,
    pub id: TaskId,
}

impl TaskPlace {
    /// Before all of them.
    const FIRST: Self =
        Self { is_done: false, created_at: i64::MIN, step: i64::MIN, id: TaskId(Uuid::nil()) };
}

impl TaskRow {
    pub(crate) fn place(&self) -> TaskPlace {
        TaskPlace {
            is_done: self.done_at.is_some(),
            created_at: self.created_at.0,
            step: self.step.unwrap_or(0),
            id: self.id,
        }
    }
}

macro_rules! listed {
    ($piece:literal) => {
        concat!(
            select_task!(),
            "join incident i on i.id = c.incident_id where c.incident_id = $4 and ",
            visible_labelled!("c"),
            $piece
        )
    };
}

/// Those of an incident that the scope sees, in this order, behind a place.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    (order, after): (TaskOrder, Option<TaskPlace>),
    limit: i64,
) -> sqlx::Result<Vec<TaskRow>> {
    let given = listed!(
        " and (c.created_at, coalesce(c.step, 0), c.id) > ($5, $6, $7) \
         order by c.created_at, coalesce(c.step, 0), c.id limit $8"
    );
    let open = listed!(
        " and ((c.done_at is not null), c.created_at, coalesce(c.step, 0), c.id) > ($5, $6, $7, $8) \
         order by (c.done_at is not null), c.created_at, coalesce(c.step, 0), c.id limit $9"
    );
    let TaskPlace { is_done, created_at, step, id } = after.unwrap_or(TaskPlace::FIRST);
    match order {
        TaskOrder::Given => on!(db, |conn| scoped!(query_as(given), scope)
            .bind(incident)
            .bind(created_at)
            .bind(step)
            .bind(id)
            .bind(limit)
            .fetch_all(conn)
            .await),
        TaskOrder::Open => on!(db, |conn| scoped!(query_as(open), scope)
            .bind(incident)
            .bind(is_done)
            .bind(created_at)
            .bind(step)
            .bind(id)
            .bind(limit)
            .fetch_all(conn)
            .await),
    }
}

/// The steps of a playbook that was begun, in their order: a playbook has few.
pub(crate) async fn list_steps(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    playbook: &str,
) -> sqlx::Result<Vec<TaskRow>> {
    let sql = listed!(" and c.playbook = $5 order by c.step, c.id");
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).bind(playbook).fetch_all(conn).await)
}

/// Per playbook that was begun on an incident: how many of its steps the scope sees, and the first that is not done.
pub(crate) async fn list_progress(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
) -> sqlx::Result<Vec<(String, i64, Option<i64>)>> {
    let sql = concat!(
        "select c.playbook, count(*), min(case when c.done_at is null then c.step end) from task c \
         join incident i on i.id = c.incident_id where c.incident_id = $4 and c.playbook is not null and ",
        visible_labelled!("c"),
        " group by c.playbook"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).fetch_all(conn).await)
}

/// Whom the RED ones of an incident name.
pub(crate) async fn list_named(db: &Db, incident: IncidentId) -> sqlx::Result<Vec<(Uuid, PersonId)>> {
    let sql = "select c.id, n.person_id from task c join named n on n.subject_id = c.id \
               where c.incident_id = $1 and c.tlp = 'red' order by n.person_id";
    on!(db, |conn| query_as(sql).bind(incident).fetch_all(conn).await)
}

/// Marks it done; false when it was done before.
pub(crate) async fn set_done(tx: &mut Tx, id: TaskId, by: PersonId, now: Moment) -> sqlx::Result<bool> {
    let sql =
        "update task set done_at = $2, done_by = $3, version = version + 1 where id = $1 and done_at is null";
    let done = on!(tx tx, |conn| query(sql).bind(id).bind(now).bind(by).execute(conn).await.map(|r| r.rows_affected()))?;
    Ok(done == 1)
}
