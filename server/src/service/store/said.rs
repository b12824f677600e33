//! What people wrote in an incident, as whoever joins it will read it: for the rules that look at it first.
//!
//! Left out is what stays hidden from those who join: what is RED, and what is narrowed to others. What is narrowed to
//! them was read under the rules when it was written, as they took part then.

use app::model::{EntryId, IncidentId, IndicatorId, Moment, OrganisationId, PersonId, TaskId};
use sqlx::{FromRow, query_as};

use super::{Db, on};

/// An entry, with why it was struck.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct EntryWords {
    pub id: EntryId,
    pub seq: i64,
    pub recorded_at: Moment,
    pub organisation_id: Option<OrganisationId>,
    pub body: String,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
    pub reason: Option<String>,
    pub struck_by: Option<PersonId>,
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct ExhibitWords {
    pub number: i64,
    pub organisation_id: OrganisationId,
    pub name: String,
    pub note: String,
    pub source_url: Option<String>,
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct IndicatorWords {
    pub id: IndicatorId,
    pub seq: i64,
    pub added_at: Moment,
    pub organisation_id: OrganisationId,
    pub note: String,
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct TaskWords {
    pub id: TaskId,
    pub created_at: Moment,
    pub created_by: PersonId,
    pub body: String,
}

/// Where a reading stands: in which incident, behind what.
#[derive(Clone, Copy, Debug)]
pub(crate) struct From {
    pub incident: IncidentId,
    /// What carries the label GREEN or CLEAR is read by everybody already, where the incident does.
    pub open_too: bool,
    /// Behind this number of the journal, or of an exhibit.
    pub after: i64,
    pub limit: i64,
}

/// What a child of the incident in `$1` is when whoever joins will read it; `$3`: what is open too.
macro_rules! joined {
    () => {
        "c.incident_id = $1 and not c.narrowed and c.tlp <> 'red' \
         and ($3 or c.tlp in ('amber', 'amber+strict'))"
    };
}

macro_rules! select_entry_words {
    () => {
        "select c.id, c.seq, c.recorded_at, c.organisation_id, c.body, c.old_value, c.new_value, k.reason, \
         k.person_id as struck_by from entry c "
    };
}

macro_rules! bound {
    ($sql:expr, $from:expr) => {
        query_as($sql).bind($from.incident).bind($from.after).bind($from.open_too).bind($from.limit)
    };
}

/// In the order of the journal.
pub(crate) async fn list_entries(db: &Db, from: From) -> sqlx::Result<Vec<EntryWords>> {
    let sql = concat!(
        select_entry_words!(),
        "left join strike k on k.entry_id = c.id where ",
        joined!(),
        " and c.seq > $2 order by c.seq limit $4"
    );
    on!(db, |conn| bound!(sql, from).fetch_all(conn).await)
}

/// Those that were struck after a place of the journal.
pub(crate) async fn list_struck(db: &Db, from: From) -> sqlx::Result<Vec<EntryWords>> {
    let sql = concat!(
        select_entry_words!(),
        "join strike k on k.entry_id = c.id where ",
        joined!(),
        " and k.seq > $2 order by k.seq limit $4"
    );
    on!(db, |conn| bound!(sql, from).fetch_all(conn).await)
}

/// By number.
pub(crate) async fn list_exhibits(db: &Db, from: From) -> sqlx::Result<Vec<ExhibitWords>> {
    let sql = concat!(
        "select c.number, c.organisation_id, c.name, c.note, c.source_url from exhibit c where ",
        joined!(),
        " and c.number > $2 order by c.number limit $4"
    );
    on!(db, |conn| bound!(sql, from).fetch_all(conn).await)
}

/// What lies in an incident under a label of its own; with RED it is read by whoever is named for the incident.
macro_rules! labelled {
    () => {
        "c.incident_id = i.id and i.id = $1 and (c.tlp <> 'red' or i.tlp = 'red') \
         and ($3 or c.tlp in ('amber', 'amber+strict'))"
    };
}

/// In the order of the journal.
pub(crate) async fn list_indicators(db: &Db, from: From) -> sqlx::Result<Vec<IndicatorWords>> {
    let sql = concat!(
        "select c.id, c.seq, c.added_at, c.organisation_id, c.note from indicator c join incident i on ",
        labelled!(),
        " where c.seq > $2 order by c.seq limit $4"
    );
    on!(db, |conn| bound!(sql, from).fetch_all(conn).await)
}

/// In the order in which they were given, behind the task with this moment and id.
pub(crate) async fn list_tasks(
    db: &Db,
    from: From,
    (at, id): (Moment, TaskId),
) -> sqlx::Result<Vec<TaskWords>> {
    let sql = concat!(
        "select c.id, c.created_at, c.created_by, c.body from task c join incident i on ",
        labelled!(),
        " where (c.created_at, c.id) > ($2, $5) order by c.created_at, c.id limit $4"
    );
    on!(db, |conn| query_as(sql)
        .bind(from.incident)
        .bind(at)
        .bind(from.open_too)
        .bind(from.limit)
        .bind(id)
        .fetch_all(conn)
        .await)
}
