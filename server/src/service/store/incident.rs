//! The incident as it stands now.

mod access;
mod clock;

use app::model::{
    IncidentId, Moment, OrganisationId, PersonId, Severity, Tlp,
    id::Number,
    incident::{Disposition, Status, Verification},
};
use sqlx::{FromRow, query, query_as, query_scalar};

pub(crate) use self::{access::*, clock::*};
use super::{Db, Tx, on, scoped, visible_incident};

/// The projection, column by column.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct IncidentRow {
    pub id: IncidentId,
    pub number: Number,
    pub version: i64,
    pub title: String,
    pub summary: String,
    pub category: String,
    pub severity: Severity,
    pub severity_rank: i64,
    pub status: Status,
    pub status_rank: i64,
    pub is_open: bool,
    pub disposition: Option<Disposition>,
    pub verification: Verification,
    pub tlp: Tlp,
    pub source: String,
    pub lead_id: OrganisationId,
    pub lead_slug: String,
    pub owner_id: Option<PersonId>,
    pub handover_to: Option<PersonId>,
    pub opened_by: PersonId,
    pub resolved_by: Option<PersonId>,
    pub period: Option<String>,
    /// The profile that the acknowledge and contain targets count with.
    pub target_percent: i64,
    /// The profile that the update target counts with.
    pub update_percent: i64,
    pub occurred_at: Moment,
    pub reported_at: Moment,
    pub opened_at: Moment,
    pub acknowledged_at: Option<Moment>,
    pub contained_at: Option<Moment>,
    pub resolved_at: Option<Moment>,
    pub closed_at: Option<Moment>,
    pub hold_since: Option<Moment>,
    pub hold_reason: Option<String>,
    pub hold_review_at: Option<Moment>,
    pub acknowledge_due: Option<Moment>,
    pub update_from: Moment,
    pub update_due: Option<Moment>,
    pub contain_due: Option<Moment>,
    pub next_due: Moment,
    pub watch_due: Moment,
    pub updated_at: Moment,
    pub duplicate_of: Option<IncidentId>,
    pub referred_to: Option<OrganisationId>,
    pub exhibit_count: i64,
    /// From when the acknowledge target counts.
    pub acknowledge_from: Moment,
    /// From when the contain target counts.
    pub contain_from: Moment,
    pub candidate_or_party_content: bool,
    pub contains_personal_data: bool,
    pub legal_hold: bool,
    /// Who asks for TLP:CLEAR, when and why, until counsel decides.
    pub clear_asked_by: Option<PersonId>,
    pub clear_asked_at: Option<Moment>,
    pub clear_reason: Option<String>,
}

macro_rules! select_incident {
    () => {
        "select i.id, i.number, i.version, i.title, i.summary, i.category, i.severity, i.severity_rank, \
     i.status, i.status_rank, i.is_open, i.disposition, i.verification, i.tlp, i.source, i.lead_id, \
     i.lead_slug, i.owner_id, i.handover_to, i.opened_by, i.resolved_by, i.period, i.target_percent, i.update_percent, \
     i.occurred_at, i.reported_at, i.opened_at, i.acknowledged_at, i.contained_at, i.resolved_at, \
     i.closed_at, i.hold_since, i.hold_reason, i.hold_review_at, i.acknowledge_due, i.update_from, \
     i.update_due, i.contain_due, i.next_due, i.watch_due, i.updated_at, i.duplicate_of, \
     i.referred_to, i.exhibit_count, i.acknowledge_from, i.contain_from, i.candidate_or_party_content, i.contains_personal_data, \
     i.legal_hold, i.clear_asked_by, i.clear_asked_at, i.clear_reason from incident i "
    };
}
pub(crate) use select_incident;

pub(crate) async fn add(tx: &mut Tx, row: &IncidentRow) -> sqlx::Result<()> {
    let sql = "insert into incident (id, number, version, title, summary, category, severity, severity_rank, \
               status, status_rank, is_open, disposition, verification, tlp, source, lead_id, lead_slug, \
               owner_id, handover_to, opened_by, resolved_by, period, target_percent, occurred_at, reported_at, \
               opened_at, acknowledged_at, contained_at, resolved_at, closed_at, hold_since, hold_reason, \
               hold_review_at, acknowledge_due, update_from, update_due, contain_due, next_due, watch_due, \
               updated_at, duplicate_of, referred_to, exhibit_count, contain_from, candidate_or_party_content, \
               contains_personal_data, clear_asked_by, clear_asked_at, clear_reason, legal_hold, acknowledge_from, update_percent, \
               title_lower) values ($1, $2, $3, $4, $5, $6, $7, $8, \
               $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, \
               $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41, $42, $43, $44, $45, $46, $47, $48, $49, $50, $51, $52, $53)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(&row.number)
        .bind(row.version)
        .bind(&row.title)
        .bind(&row.summary)
        .bind(&row.category)
        .bind(row.severity)
        .bind(row.severity_rank)
        .bind(row.status)
        .bind(row.status_rank)
        .bind(row.is_open)
        .bind(row.disposition)
        .bind(row.verification)
        .bind(row.tlp)
        .bind(&row.source)
        .bind(row.lead_id)
        .bind(&row.lead_slug)
        .bind(row.owner_id)
        .bind(row.handover_to)
        .bind(row.opened_by)
        .bind(row.resolved_by)
        .bind(&row.period)
        .bind(row.target_percent)
        .bind(row.occurred_at)
        .bind(row.reported_at)
        .bind(row.opened_at)
        .bind(row.acknowledged_at)
        .bind(row.contained_at)
        .bind(row.resolved_at)
        .bind(row.closed_at)
        .bind(row.hold_since)
        .bind(&row.hold_reason)
        .bind(row.hold_review_at)
        .bind(row.acknowledge_due)
        .bind(row.update_from)
        .bind(row.update_due)
        .bind(row.contain_due)
        .bind(row.next_due)
        .bind(row.watch_due)
        .bind(row.updated_at)
        .bind(row.duplicate_of)
        .bind(row.referred_to)
        .bind(row.exhibit_count)
        .bind(row.contain_from)
        .bind(row.candidate_or_party_content)
        .bind(row.contains_personal_data)
        .bind(row.clear_asked_by)
        .bind(row.clear_asked_at)
        .bind(&row.clear_reason)
        .bind(row.legal_hold)
        .bind(row.acknowledge_from)
        .bind(row.update_percent)
        .bind(row.title.to_lowercase())
        .execute(conn)
        .await
        .map(drop))
}

/// Writes the whole projection over the version that was read; false when somebody was faster.
pub(crate) async fn set(tx: &mut Tx, row: &IncidentRow, seen: i64) -> sqlx::Result<bool> {
    let sql = "update incident set version = $3, title = $4, summary = $5, category = $6, severity = $7, \
               severity_rank = $8, status = $9, status_rank = $10, is_open = $11, disposition = $12, \
               verification = $13, tlp = $14, source = $15, lead_id = $16, lead_slug = $17, owner_id = $18, \
               handover_to = $19, resolved_by = $20, target_percent = $21, acknowledged_at = $22, contained_at \
               = $23, resolved_at = $24, closed_at = $25, hold_since = $26, hold_reason = $27, hold_review_at = \
               $28, acknowledge_due = $29, update_from = $30, update_due = $31, contain_due = $32, next_due = \
               $33, watch_due = $34, updated_at = $35, duplicate_of = $36, referred_to = $37, exhibit_count = \
               $38, contain_from = $39, occurred_at = $40, candidate_or_party_content = $41, contains_personal_data = $42, \
               clear_asked_by = $43, clear_asked_at = $44, clear_reason = $45, legal_hold = $46, acknowledge_from = $47, \
               update_percent = $48, title_lower = $49 \
               where id = $1 and version = $2";
    let done = on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(seen)
        .bind(row.version)
        .bind(&row.title)
        .bind(&row.summary)
        .bind(&row.category)
        .bind(row.severity)
        .bind(row.severity_rank)
        .bind(row.status)
        .bind(row.status_rank)
        .bind(row.is_open)
        .bind(row.disposition)
        .bind(row.verification)
        .bind(row.tlp)
        .bind(&row.source)
        .bind(row.lead_id)
        .bind(&row.lead_slug)
        .bind(row.owner_id)
        .bind(row.handover_to)
        .bind(row.resolved_by)
        .bind(row.target_percent)
        .bind(row.acknowledged_at)
        .bind(row.contained_at)
        .bind(row.resolved_at)
        .bind(row.closed_at)
        .bind(row.hold_since)
        .bind(&row.hold_reason)
        .bind(row.hold_review_at)
        .bind(row.acknowledge_due)
        .bind(row.update_from)
        .bind(row.update_due)
        .bind(row.contain_due)
        .bind(row.next_due)
        .bind(row.watch_due)
        .bind(row.updated_at)
        .bind(row.duplicate_of)
        .bind(row.referred_to)
        .bind(row.exhibit_count)
        .bind(row.contain_from)
        .bind(row.occurred_at)
        .bind(row.candidate_or_party_content)
        .bind(row.contains_personal_data)
        .bind(row.clear_asked_by)
        .bind(row.clear_asked_at)
        .bind(&row.clear_reason)
        .bind(row.legal_hold)
        .bind(row.acknowledge_from)
        .bind(row.update_percent)
        .bind(row.title.to_lowercase())
        .execute(conn)
        .await
        .map(|r| r.rows_affected()))?;
    Ok(done == 1)
}

/// Lowers titles that are not lowered yet, at most so many; how many those were.
pub(crate) async fn lower_titles(tx: &mut Tx, limit: i64) -> sqlx::Result<usize> {
    let sql = "select id, title from incident where title_lower = '' limit $1";
    let found: Vec<(IncidentId, String)> =
        on!(tx tx, |conn| query_as(sql).bind(limit).fetch_all(conn).await)?;
    for (id, title) in &found {
        let sql = "update incident set title_lower = $2 where id = $1";
        on!(tx tx, |conn| query(sql)
            .bind(*id)
            .bind(title.to_lowercase())
            .execute(conn)
            .await
            .map(drop))?;
    }
    Ok(found.len())
}

pub(crate) async fn find(tx: &mut Tx, number: &Number) -> sqlx::Result<Option<IncidentRow>> {
    let sql = concat!(select_incident!(), "where i.number = $1");
    on!(tx tx, |conn| query_as(sql).bind(number).fetch_optional(conn).await)
}

pub(crate) async fn find_by_id(tx: &mut Tx, id: IncidentId) -> sqlx::Result<Option<IncidentRow>> {
    let sql = concat!(select_incident!(), "where i.id = $1");
    on!(tx tx, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// The incident whoever asks: for the hub, which decides per listener.
pub(crate) async fn read(db: &Db, id: IncidentId) -> sqlx::Result<Option<IncidentRow>> {
    let sql = concat!(select_incident!(), "where i.id = $1");
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// The incident if the scope sees it.
pub(crate) async fn find_visible(
    db: &Db,
    scope: app::policy::Scope,
    number: &Number,
) -> sqlx::Result<Option<IncidentRow>> {
    let sql = concat!(select_incident!(), "where i.number = $4 and ", visible_incident!());
    on!(db, |conn| scoped!(query_as(sql), scope).bind(number).fetch_optional(conn).await)
}

/// The same by id, for the live stream.
pub(crate) async fn find_visible_by_id(
    db: &Db,
    scope: app::policy::Scope,
    id: IncidentId,
) -> sqlx::Result<Option<IncidentRow>> {
    let sql = concat!(select_incident!(), "where i.id = $4 and ", visible_incident!());
    on!(db, |conn| scoped!(query_as(sql), scope).bind(id).fetch_optional(conn).await)
}

/// How many numbers are given, to know when four digits run short.
pub(crate) async fn count_numbers(tx: &mut Tx) -> sqlx::Result<i64> {
    let sql = "select count(*) from incident";
    on!(tx tx, |conn| query_scalar(sql).fetch_one(conn).await)
}

pub(crate) async fn number_is_given(tx: &mut Tx, number: &Number) -> sqlx::Result<bool> {
    let sql = "select count(*) from incident where number = $1";
    let count: i64 = on!(tx tx, |conn| query_scalar(sql).bind(number).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// The first of these that the scope sees under this number: shown as "duplicate of".
pub(crate) async fn find_visible_number(
    db: &Db,
    scope: app::policy::Scope,
    id: IncidentId,
) -> sqlx::Result<Option<Number>> {
    let sql = concat!("select i.number from incident i where i.id = $4 and ", visible_incident!());
    on!(db, |conn| scoped!(query_scalar(sql), scope).bind(id).fetch_optional(conn).await)
}
