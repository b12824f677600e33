//! Shares that wait for counsel, and what counsel decided.

use app::{
    model::{
        IncidentId, Moment, OrganisationId, PersonId, Severity, ShareId, Tlp,
        hold::{HoldKind, HoldState},
        id::Number,
        share::Purpose,
    },
    policy::Scope,
};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{Db, Tx, basis::BasisRow, on, scoped, visible_hold, visible_incident};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct HoldRow {
    pub id: ShareId,
    pub incident_id: IncidentId,
    pub seq: i64,
    pub version: i64,
    pub from_person: PersonId,
    pub from_organisation: OrganisationId,
    pub to_organisation: OrganisationId,
    pub purpose: Purpose,
    pub body: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    #[sqlx(flatten)]
    pub basis: BasisRow,
    pub kind: HoldKind,
    /// JSON, like the next three.
    pub exhibits: String,
    pub entries: String,
    pub named: String,
    pub reasons: String,
    /// What the release does where it is no share, as JSON.
    pub act: String,
    pub state: HoldState,
    pub comment: String,
    pub held_at: Moment,
    pub decided_at: Option<Moment>,
    pub decided_by: Option<PersonId>,
}

/// A hold with what its list shows of the incident.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct HoldLineRow {
    #[sqlx(flatten)]
    pub hold: HoldRow,
    pub number: Number,
    pub title: String,
    pub severity: Severity,
}

macro_rules! hold_columns {
    () => {
        "h.id, h.incident_id, h.seq, h.version, h.from_person, h.from_organisation, h.to_organisation, h.purpose, \
         h.body, h.tlp, h.foreign_nexus, h.reference, h.originator, h.kind, h.exhibits, h.entries, h.named, h.reasons, h.act, h.state, h.comment, h.held_at, h.decided_at, \
         h.decided_by"
    };
}

pub(crate) async fn add(tx: &mut Tx, row: &HoldRow) -> sqlx::Result<()> {
    let sql = "insert into hold (id, incident_id, seq, version, from_person, from_organisation, to_organisation, \
               purpose, body, tlp, foreign_nexus, exhibits, reasons, state, comment, held_at, kind, entries, named, act, \
               reference, originator) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.incident_id)
        .bind(row.seq)
        .bind(row.version)
        .bind(row.from_person)
        .bind(row.from_organisation)
        .bind(row.to_organisation)
        .bind(row.purpose)
        .bind(&row.body)
        .bind(row.tlp)
        .bind(&row.foreign_nexus)
        .bind(&row.exhibits)
        .bind(&row.reasons)
        .bind(row.state)
        .bind(&row.comment)
        .bind(row.held_at)
        .bind(row.kind)
        .bind(&row.entries)
        .bind(&row.named)
        .bind(&row.act)
        .bind(&row.basis.reference)
        .bind(&row.basis.originator)
        .execute(conn)
        .await
        .map(drop))
}

/// Writes what was decided; its words and parties never change.
pub(crate) async fn set_state(tx: &mut Tx, row: &HoldRow) -> sqlx::Result<()> {
    let sql = "update hold set version = $2, state = $3, comment = $4, decided_at = $5, decided_by = $6 where id = $1";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.version)
        .bind(row.state)
        .bind(&row.comment)
        .bind(row.decided_at)
        .bind(row.decided_by)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find(tx: &mut Tx, id: ShareId) -> sqlx::Result<Option<HoldRow>> {
    let sql = concat!("select ", hold_columns!(), " from hold h where h.id = $1");
    on!(tx tx, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

pub(crate) async fn read(db: &Db, id: ShareId) -> sqlx::Result<Option<HoldRow>> {
    let sql = concat!("select ", hold_columns!(), " from hold h where h.id = $1");
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// What waits for counsel and an organisation wrote, or was to get.
pub(crate) async fn list_between(tx: &mut Tx, organisation: OrganisationId) -> sqlx::Result<Vec<HoldRow>> {
    let sql = concat!(
        "select ",
        hold_columns!(),
        " from hold h where h.from_organisation = $1 and h.state = 'held' union select ",
        hold_columns!(),
        " from hold h where h.to_organisation = $1 and h.state = 'held'"
    );
    on!(tx tx, |conn| query_as(sql).bind(organisation).fetch_all(conn).await)
}

/// One of an organisation's holds, if the scope reads it.
pub(crate) async fn find_line(db: &Db, scope: Scope, id: ShareId) -> sqlx::Result<Option<HoldLineRow>> {
    let sql = concat!(
        "select ",
        hold_columns!(),
        ", i.number, i.title, i.severity from hold h join incident i on i.id = h.incident_id \
         where h.id = $4 and ",
        visible_hold!("h", "$5"),
        " and ",
        visible_incident!()
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(id).bind(scope.counsel).fetch_optional(conn).await)
}

/// What an organisation held in this state, before `seq`, newest first, as far as the scope reads it.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    organisation: OrganisationId,
    state: HoldState,
    seq: i64,
    limit: i64,
) -> sqlx::Result<Vec<HoldLineRow>> {
    let sql = concat!(
        "select ",
        hold_columns!(),
        ", i.number, i.title, i.severity from hold h join incident i on i.id = h.incident_id \
         where h.from_organisation = $4 and h.state = $5 and h.seq < $6 and ",
        visible_hold!("h", "$8"),
        " and ",
        visible_incident!(),
        " order by h.seq desc limit $7"
    );
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(organisation)
        .bind(state)
        .bind(seq)
        .bind(limit)
        .bind(scope.counsel)
        .fetch_all(conn)
        .await)
}

/// How many wait for counsel, at most `limit`.
pub(crate) async fn count(
    db: &Db,
    scope: Scope,
    organisation: OrganisationId,
    limit: i64,
) -> sqlx::Result<i64> {
    let sql = concat!(
        "select count(*) from (select 1 from hold h join incident i on i.id = h.incident_id \
         where h.from_organisation = $4 and h.state = $5 and ",
        visible_hold!("h", "$7"),
        " and ",
        visible_incident!(),
        " limit $6) as held"
    );
    on!(db, |conn| scoped!(query_scalar(sql), scope)
        .bind(organisation)
        .bind(HoldState::Held)
        .bind(limit)
        .bind(scope.counsel)
        .fetch_one(conn)
        .await)
}
