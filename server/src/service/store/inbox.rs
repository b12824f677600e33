//! Shares as their sender's and their recipient's organisation lists them.

use app::{
    model::{Moment, OrganisationId, PersonId, Severity, ShareId, id::Number, share::Purpose},
    policy::Scope,
};
use sqlx::{FromRow, query_as, query_scalar};

use super::{
    Db, on, scoped,
    share::{CitedRow, ShareRow},
    visible_child, visible_incident, visible_share,
};

/// A share with what the inbox shows of its incident.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct LineRow {
    #[sqlx(flatten)]
    pub share: ShareRow,
    pub number: Number,
    pub title: String,
    pub severity: Severity,
}

/// Which way it crossed, seen from one's own organisation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Received,
    Sent,
}

/// What is left of a list; the bounds of time are those of [`Moment`] where nothing narrows them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    /// The other party.
    pub other: Option<OrganisationId>,
    pub purpose: Option<Purpose>,
    /// Handed to this person.
    pub assigned: Option<PersonId>,
    pub from: Moment,
    pub to: Moment,
}

macro_rules! lines {
    ($own:literal, $other:literal) => {
        concat!(
            "select s.id, s.incident_id, s.seq, s.version, s.from_person, s.from_organisation, s.to_organisation, \
             s.purpose, s.body, s.tlp, s.foreign_nexus, s.reference, s.originator, s.state, s.delivered_at, s.seen_at, s.seen_by, \
             s.acknowledged_at, s.acknowledged_by, s.answered_at, s.answered_by, s.answer, s.revoked_at, \
             s.revoked_by, s.waits, s.reviewed_by, s.approved_by, s.approved_organisation, s.admits, s.assigned_to, i.number, \
             i.title, i.severity from share s join incident i on i.id = s.incident_id \
             where ",
            $own,
            " = $4 and s.waits = $5 and s.seq < $6 and ($7 is null or ",
            $other,
            " = $7) and ($8 is null or s.purpose = $8) and s.delivered_at >= $9 and s.delivered_at < $10 \
             and ($12 is null or s.assigned_to = $12) and ",
            visible_share!(),
            " and ",
            visible_incident!(),
            " order by s.seq desc limit $11"
        )
    };
}

/// Shares of an organisation before `seq`, newest first, that the scope reads.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    (organisation, way): (OrganisationId, Way),
    waits: bool,
    filter: Filter,
    seq: i64,
    limit: i64,
) -> sqlx::Result<Vec<LineRow>> {
    let sql = match way {
        Way::Received => lines!("s.to_organisation", "s.from_organisation"),
        Way::Sent => lines!("s.from_organisation", "s.to_organisation"),
    };
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(organisation)
        .bind(waits)
        .bind(seq)
        .bind(filter.other)
        .bind(filter.purpose)
        .bind(filter.from)
        .bind(filter.to)
        .bind(limit)
        .bind(filter.assigned)
        .fetch_all(conn)
        .await)
}

/// One share with its incident, if the scope reads it.
pub(crate) async fn find(db: &Db, scope: Scope, id: ShareId) -> sqlx::Result<Option<LineRow>> {
    let sql = concat!(
        "select s.id, s.incident_id, s.seq, s.version, s.from_person, s.from_organisation, s.to_organisation, \
         s.purpose, s.body, s.tlp, s.foreign_nexus, s.reference, s.originator, s.state, s.delivered_at, s.seen_at, s.seen_by, \
         s.acknowledged_at, s.acknowledged_by, s.answered_at, s.answered_by, s.answer, s.revoked_at, \
         s.revoked_by, s.waits, s.reviewed_by, s.approved_by, s.approved_organisation, s.admits, s.assigned_to, i.number, \
             i.title, i.severity from share s join incident i on i.id = s.incident_id \
         where s.id = $4 and ",
        visible_share!(),
        " and ",
        visible_incident!()
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(id).fetch_optional(conn).await)
}

macro_rules! counted {
    ($own:literal) => {
        concat!(
            "select count(*) from (select 1 from share s join incident i on i.id = s.incident_id where ",
            $own,
            " = $4 and s.waits = $5 and ",
            visible_share!(),
            " and ",
            visible_incident!(),
            " limit $6) as waiting"
        )
    };
}

/// How many wait, at most `limit`.
pub(crate) async fn count_waiting(
    db: &Db,
    scope: Scope,
    (organisation, way): (OrganisationId, Way),
    limit: i64,
) -> sqlx::Result<i64> {
    let sql = match way {
        Way::Received => counted!("s.to_organisation"),
        Way::Sent => counted!("s.from_organisation"),
    };
    on!(db, |conn| scoped!(query_scalar(sql), scope)
        .bind(organisation)
        .bind(true)
        .bind(limit)
        .fetch_one(conn)
        .await)
}

/// Numbers of the exhibits that the scope sees, of an organisation's shares between two places.
pub(crate) async fn list_exhibits(
    db: &Db,
    scope: Scope,
    organisation: OrganisationId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<(ShareId, i64)>> {
    let sql = concat!(
        "select x.share_id, c.number from share s join share_exhibit x on x.share_id = s.id \
         join exhibit c on c.id = x.exhibit_id where s.id in (select r.id from share r where r.to_organisation = $4 \
         and r.waits in ($7, $8) and r.seq >= $5 and r.seq <= $6 union all select r.id from share r \
         where r.from_organisation = $4 and r.waits in ($7, $8) and r.seq >= $5 and r.seq <= $6) and ",
        visible_child!(),
        " order by c.number"
    );
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(organisation)
        .bind(first)
        .bind(last)
        .bind(false)
        .bind(true)
        .fetch_all(conn)
        .await)
}

/// The entries that the scope sees and that an organisation's shares between two places point to.
pub(crate) async fn list_entries(
    db: &Db,
    scope: Scope,
    organisation: OrganisationId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<CitedRow>> {
    let sql = concat!(
        "select x.share_id, c.id, c.kind, c.happened_at from share s join share_entry x on x.share_id = s.id \
         join entry c on c.id = x.entry_id where s.id in (select r.id from share r where r.to_organisation = $4 \
         and r.waits in ($7, $8) and r.seq >= $5 and r.seq <= $6 union all select r.id from share r \
         where r.from_organisation = $4 and r.waits in ($7, $8) and r.seq >= $5 and r.seq <= $6) and ",
        visible_child!(),
        " order by c.happened_at, c.seq"
    );
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(organisation)
        .bind(first)
        .bind(last)
        .bind(false)
        .bind(true)
        .fetch_all(conn)
        .await)
}

/// Whom an organisation's shares between two places name.
pub(crate) async fn list_named(
    db: &Db,
    organisation: OrganisationId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<(ShareId, PersonId)>> {
    let sql = "select n.subject_id, n.person_id from named n where n.subject_id in (select r.id from share r \
               where r.to_organisation = $1 and r.waits in ($4, $5) and r.seq >= $2 and r.seq <= $3 \
               union all select r.id from share r where r.from_organisation = $1 and r.waits in ($4, $5) \
               and r.seq >= $2 and r.seq <= $3) order by n.person_id";
    on!(db, |conn| query_as(sql)
        .bind(organisation)
        .bind(first)
        .bind(last)
        .bind(false)
        .bind(true)
        .fetch_all(conn)
        .await)
}
