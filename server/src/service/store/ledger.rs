//! The sharing ledger of one organisation: its crossings, their acts in the journal, and its own count.

use app::{
    model::{IncidentId, Moment, OrganisationId, PersonId, ShareId, Tlp, id::Number, share::Purpose},
    policy::Scope,
};
use sqlx::{FromRow, query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Db, Tx, basis::BasisRow, on, scoped, share::CitedRow, visible_child, visible_hold, visible_incident,
    visible_onward, visible_share,
};

/// A share, a hold or a request with what the ledger shows of its incident.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct CrossingRow {
    pub id: ShareId,
    pub seq: i64,
    pub incident_id: IncidentId,
    pub from_person: PersonId,
    pub from_organisation: OrganisationId,
    pub to_organisation: OrganisationId,
    pub purpose: Purpose,
    pub body: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    #[sqlx(flatten)]
    pub basis: BasisRow,
    /// Of the share, of the hold or of the request.
    pub state: String,
    /// The answer of a share, counsel's comment of a hold, what was said to a request.
    pub said: Option<String>,
    /// Who let it out, or who decided about the hold or the request.
    pub reviewed_by: Option<PersonId>,
    /// Who of its origin let it be passed on, and for which organisation.
    #[sqlx(default)]
    pub approved_by: Option<PersonId>,
    #[sqlx(default)]
    pub approved_organisation: Option<OrganisationId>,
    /// Of a request to pass it on: of whom it was asked.
    #[sqlx(default)]
    pub asked_organisation: Option<OrganisationId>,
    pub number: Number,
    pub title: String,
    pub incident_tlp: Tlp,
    /// The count of the organisation that reads; a request has none.
    #[sqlx(default)]
    pub count: Option<i64>,
}

/// Where a crossing is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum From {
    Sent,
    Received,
    /// Let pass, where another organisation shared it.
    Approved,
    Held,
    /// Asked of another organisation, to let it pass.
    Requested,
    /// Asked of this one.
    Asked,
}

impl From {
    /// Whether it is a request to pass something on.
    pub(crate) const fn is_request(self) -> bool {
        matches!(self, Self::Requested | Self::Asked)
    }
}

/// What is left of the ledger; the bounds of time are those of [`Moment`] where nothing narrows them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Filter {
    pub incident: Option<IncidentId>,
    /// Another party.
    pub other: Option<OrganisationId>,
    pub purpose: Option<Purpose>,
    pub from: Moment,
    pub to: Moment,
    pub red: bool,
}

/// A part of a list: behind `seq`, in the order of the journal or against it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Page {
    pub seq: i64,
    pub oldest_first: bool,
    pub limit: i64,
}

macro_rules! filtered {
    ($other:literal, $at:literal) => {
        concat!(
            " and ($7 is null or $7 in (",
            $other,
            ")) and ($8 is null or s.purpose = $8) and ",
            $at,
            " >= $9 and ",
            $at,
            " < $10 and ($11 is null or s.incident_id = $11) and ($6 or (s.tlp <> 'red' and i.tlp <> 'red'))"
        )
    };
}

pub(super) use filtered;

macro_rules! shares {
    ($own:literal, $other:literal, $stands:literal, $($order:tt)+) => {
        concat!(
            "select s.id, s.seq, s.incident_id, s.from_person, s.from_organisation, s.to_organisation, s.purpose, s.body, s.tlp, \
             s.foreign_nexus, s.reference, s.originator, s.state, s.answer as said, s.reviewed_by, s.approved_by, s.approved_organisation, i.number, i.title, i.tlp as incident_tlp, \
             k.count from share s join incident i on i.id = s.incident_id \
             left join share_count k on k.share_id = s.id and k.organisation_id = $4 where ",
            $own,
            " = $4",
            $stands,
            filtered!($other, "s.delivered_at"),
            " and ",
            visible_share!(),
            " and ",
            visible_incident!(),
            $($order)+
        )
    };
}

// What is held is no share yet, so nobody let it pass.
macro_rules! holds {
    ($($order:tt)+) => {
        concat!(
            "select s.id, s.seq, s.incident_id, s.from_person, s.from_organisation, s.to_organisation, s.purpose, s.body, s.tlp, \
             s.foreign_nexus, s.reference, s.originator, s.state, s.comment as said, s.decided_by as reviewed_by, \
             (select r.approved_by from share r where r.id = s.id) as approved_by, \
             (select r.approved_organisation from share r where r.id = s.id) as approved_organisation, i.number, \
             i.title, i.tlp as incident_tlp, k.count from hold s join incident i on i.id = s.incident_id \
             left join share_count k on k.share_id = s.id and k.organisation_id = $4 \
             where s.from_organisation = $4 and s.kind = 'share' and s.state <> 'released'",
            filtered!("s.to_organisation", "s.held_at"),
            " and ",
            visible_hold!("s", "$13"),
            " and ",
            visible_incident!(),
            $($order)+
        )
    };
}

macro_rules! requests {
    ($own:literal, $other:literal, $($order:tt)+) => {
        concat!(
            "select s.id, s.seq, s.incident_id, s.from_person, s.from_organisation, s.to_organisation, s.asked_organisation, \
             s.purpose, s.body, s.tlp, s.foreign_nexus, s.reference, s.originator, s.state, s.comment as said, \
             s.decided_by as reviewed_by, i.number, i.title, i.tlp as incident_tlp from onward s \
             join incident i on i.id = s.incident_id where ",
            $own,
            " = $4",
            filtered!($other, "s.asked_at"),
            " and ",
            visible_onward!("s", "$13"),
            " and ",
            visible_incident!(),
            $($order)+
        )
    };
}

macro_rules! newest {
    () => {
        " and s.seq < $5 order by s.seq desc limit $12"
    };
}

macro_rules! oldest {
    () => {
        " and s.seq > $5 order by s.seq limit $12"
    };
}

/// Crossings of an organisation that the scope reads.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    (organisation, from): (OrganisationId, From),
    filter: &Filter,
    page: Page,
) -> sqlx::Result<Vec<CrossingRow>> {
    let sql = match (from, page.oldest_first) {
        (From::Sent, false) => shares!("s.from_organisation", "s.to_organisation", "", newest!()),
        (From::Sent, true) => shares!("s.from_organisation", "s.to_organisation", "", oldest!()),
        (From::Received, false) => {
            shares!("s.to_organisation", "s.from_organisation", " and s.revoked_at is null", newest!())
        }
        (From::Received, true) => {
            shares!("s.to_organisation", "s.from_organisation", " and s.revoked_at is null", oldest!())
        }
        (From::Approved, false) => {
            shares!("s.approved_organisation", "s.from_organisation, s.to_organisation", "", newest!())
        }
        (From::Approved, true) => {
            shares!("s.approved_organisation", "s.from_organisation, s.to_organisation", "", oldest!())
        }
        (From::Held, false) => holds!(newest!()),
        (From::Held, true) => holds!(oldest!()),
        (From::Requested, false) => {
            requests!("s.from_organisation", "s.to_organisation, s.asked_organisation", newest!())
        }
        (From::Requested, true) => {
            requests!("s.from_organisation", "s.to_organisation, s.asked_organisation", oldest!())
        }
        (From::Asked, false) => {
            requests!("s.asked_organisation", "s.from_organisation, s.to_organisation", newest!())
        }
        (From::Asked, true) => {
            requests!("s.asked_organisation", "s.from_organisation, s.to_organisation", oldest!())
        }
    };
    on!(db, |conn| {
        let asked = scoped!(query_as(sql), scope)
            .bind(organisation)
            .bind(page.seq)
            .bind(filter.red)
            .bind(filter.other)
            .bind(filter.purpose)
            .bind(filter.from)
            .bind(filter.to)
            .bind(filter.incident)
            .bind(page.limit);
        match from {
            From::Held => asked.bind(scope.counsel).fetch_all(conn).await,
            From::Requested | From::Asked => asked.bind(scope.speaks).fetch_all(conn).await,
            _ => asked.fetch_all(conn).await,
        }
    })
}

/// An act on a crossing, as the journal has it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ActRow {
    pub seq: i64,
    pub at: Moment,
    pub person_id: Option<PersonId>,
    pub action: String,
    pub hash: Vec<u8>,
}

/// The acts of one crossing, oldest first; those of its hold where it is the organisation's own.
pub(crate) async fn list_acts(
    db: &Db,
    organisation: OrganisationId,
    id: ShareId,
) -> sqlx::Result<Vec<ActRow>> {
    // To whom the recipient handed it is no act on the crossing.
    let sql = "select seq, at, person_id, action, hash from journal where noun_id = $1 \
               and noun in ('share', 'hold', 'posture') and (noun = 'share' or organisation_id = $2) \
               and action <> 'assigned' order by seq limit $3";
    on!(db, |conn| query_as(sql).bind(id).bind(organisation).bind(MOST_ACTS).fetch_all(conn).await)
}

/// The acts of a request to pass something on, oldest first.
pub(crate) async fn list_request_acts(db: &Db, id: ShareId) -> sqlx::Result<Vec<ActRow>> {
    let sql = "select seq, at, person_id, action, hash from journal where noun_id = $1 and noun = 'onward' \
               order by seq limit $2";
    on!(db, |conn| query_as(sql).bind(id).bind(MOST_ACTS).fetch_all(conn).await)
}

/// More than a crossing can have: each act happens once.
const MOST_ACTS: i64 = 50;

/// Numbers of a share's exhibits that the scope sees.
pub(crate) async fn list_exhibits(db: &Db, scope: Scope, id: ShareId) -> sqlx::Result<Vec<i64>> {
    let sql = concat!(
        "select c.number from share_exhibit x join exhibit c on c.id = x.exhibit_id where x.share_id = $4 and ",
        visible_child!(),
        " order by c.number"
    );
    on!(db, |conn| scoped!(query_scalar(sql), scope).bind(id).fetch_all(conn).await)
}

/// The number of an exhibit, if the scope sees it.
pub(crate) async fn find_exhibit(db: &Db, scope: Scope, exhibit: Uuid) -> sqlx::Result<Option<i64>> {
    let sql = concat!("select c.number from exhibit c where c.id = $4 and ", visible_child!());
    on!(db, |conn| scoped!(query_scalar(sql), scope).bind(exhibit).fetch_optional(conn).await)
}

/// The entries that a share points to and the scope sees.
pub(crate) async fn list_entries(db: &Db, scope: Scope, id: ShareId) -> sqlx::Result<Vec<CitedRow>> {
    let sql = concat!(
        "select x.share_id, c.id, c.kind, c.happened_at from share_entry x join entry c on c.id = x.entry_id \
         where x.share_id = $4 and ",
        visible_child!(),
        " order by c.happened_at, c.seq"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(id).fetch_all(conn).await)
}

/// The exhibits and entries that a hold is to take along, and whom it names, as JSON.
pub(crate) async fn find_held(db: &Db, id: ShareId) -> sqlx::Result<Option<(String, String, String)>> {
    let sql = "select exhibits, entries, named from hold where id = $1";
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// The same of a request, in one.
pub(crate) async fn find_requested(db: &Db, id: ShareId) -> sqlx::Result<Option<String>> {
    let sql = "select cited from onward where id = $1";
    on!(db, |conn| query_scalar(sql).bind(id).fetch_optional(conn).await)
}

/// An organisation's number of one crossing.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct CountRow {
    pub share_id: ShareId,
    pub organisation_id: OrganisationId,
    pub count: i64,
    pub salt: Vec<u8>,
}

pub(crate) async fn add_count(tx: &mut Tx, row: &CountRow) -> sqlx::Result<()> {
    let sql = "insert into share_count (share_id, organisation_id, count, salt) values ($1, $2, $3, $4)";
    on!(tx tx, |conn| query(sql)
        .bind(row.share_id)
        .bind(row.organisation_id)
        .bind(row.count)
        .bind(&row.salt)
        .execute(conn)
        .await
        .map(drop))
}

/// How many crossings an organisation has had, 0 before the first.
pub(crate) async fn count(tx: &mut Tx, organisation: OrganisationId) -> sqlx::Result<i64> {
    let sql = "select count from share_count where organisation_id = $1 order by count desc limit 1";
    let newest: Option<i64> =
        on!(tx tx, |conn| query_scalar(sql).bind(organisation).fetch_optional(conn).await)?;
    Ok(newest.unwrap_or(0))
}
