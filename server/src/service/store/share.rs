//! Rows of the sharing ledger and where each of them stands.

use app::{
    model::{
        EntryId, ExhibitId, IncidentId, Moment, OrganisationId, PersonId, ShareId, Tlp,
        entry::EntryKind,
        share::{Purpose, ShareState},
        timeline::Direction,
    },
    policy::Scope,
};
use sqlx::{FromRow, query, query_as, query_scalar};

use super::{Db, Tx, basis::BasisRow, on, scoped, visible_child, visible_share};

#[derive(Clone, Debug, FromRow)]
pub(crate) struct ShareRow {
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
    pub state: ShareState,
    pub delivered_at: Moment,
    pub seen_at: Option<Moment>,
    pub seen_by: Option<PersonId>,
    pub acknowledged_at: Option<Moment>,
    pub acknowledged_by: Option<PersonId>,
    pub answered_at: Option<Moment>,
    pub answered_by: Option<PersonId>,
    pub answer: Option<String>,
    pub revoked_at: Option<Moment>,
    pub revoked_by: Option<PersonId>,
    /// The recipient has something to do with it yet.
    pub waits: bool,
    /// Who released it, where it was held.
    pub reviewed_by: Option<PersonId>,
    /// Who of its origin let it be passed on, and for which organisation.
    pub approved_by: Option<PersonId>,
    pub approved_organisation: Option<OrganisationId>,
    /// It gives the recipient a part in the incident.
    pub admits: bool,
    /// Of the recipient's people.
    pub assigned_to: Option<PersonId>,
}

impl ShareRow {
    /// Whose ledgers it stands in: the sender's, the recipient's, and that of the origin that let it be passed on.
    pub(crate) fn parties(&self) -> Vec<OrganisationId> {
        let two = [self.from_organisation, self.to_organisation];
        two.into_iter().chain(self.approved_organisation).collect()
    }
}

macro_rules! select_share {
    () => {
        "select id, incident_id, seq, version, from_person, from_organisation, to_organisation, purpose, body, tlp, \
         foreign_nexus, reference, originator, state, delivered_at, seen_at, seen_by, acknowledged_at, \
         acknowledged_by, answered_at, answered_by, answer, revoked_at, revoked_by, waits, reviewed_by, approved_by, \
         approved_organisation, admits, assigned_to from share "
    };
}

pub(crate) async fn add(tx: &mut Tx, row: &ShareRow) -> sqlx::Result<()> {
    let sql = "insert into share (id, incident_id, seq, version, from_person, from_organisation, to_organisation, \
               purpose, body, tlp, foreign_nexus, state, delivered_at, waits, reviewed_by, \
               approved_by, approved_organisation, admits, reference, originator) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)";
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
        .bind(row.state)
        .bind(row.delivered_at)
        .bind(row.waits)
        .bind(row.reviewed_by)
        .bind(row.approved_by)
        .bind(row.approved_organisation)
        .bind(row.admits)
        .bind(&row.basis.reference)
        .bind(&row.basis.originator)
        .execute(conn)
        .await
        .map(drop))
}

/// Hands it to somebody of the recipient's organisation, or to nobody.
pub(crate) async fn set_assigned(tx: &mut Tx, id: ShareId, person: Option<PersonId>) -> sqlx::Result<()> {
    let sql = "update share set assigned_to = $2 where id = $1";
    on!(tx tx, |conn| query(sql).bind(id).bind(person).execute(conn).await.map(drop))
}

/// Writes where the share stands; its text, purpose and parties never change.
pub(crate) async fn set_state(tx: &mut Tx, row: &ShareRow) -> sqlx::Result<()> {
    let sql = "update share set version = $2, state = $3, seen_at = $4, seen_by = $5, acknowledged_at = $6, \
               acknowledged_by = $7, answered_at = $8, answered_by = $9, answer = $10, revoked_at = $11, \
               revoked_by = $12, waits = $13 where id = $1";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.version)
        .bind(row.state)
        .bind(row.seen_at)
        .bind(row.seen_by)
        .bind(row.acknowledged_at)
        .bind(row.acknowledged_by)
        .bind(row.answered_at)
        .bind(row.answered_by)
        .bind(&row.answer)
        .bind(row.revoked_at)
        .bind(row.revoked_by)
        .bind(row.waits)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find(tx: &mut Tx, id: ShareId) -> sqlx::Result<Option<ShareRow>> {
    let sql = concat!(select_share!(), "where id = $1");
    on!(tx tx, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

pub(crate) async fn read(db: &Db, id: ShareId) -> sqlx::Result<Option<ShareRow>> {
    let sql = concat!(select_share!(), "where id = $1");
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

macro_rules! listed {
    ($piece:literal) => {
        // `$1`: PostgreSQL wants to see each value used.
        concat!(select_share!(), "s where s.incident_id = $4 and $1 and ", visible_share!(), $piece)
    };
}

/// Shares of an incident that the scope reads, in this order, from `seq` on.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    (order, seq): (Direction, i64),
    limit: i64,
) -> sqlx::Result<Vec<ShareRow>> {
    let sql = match order {
        Direction::Oldest => listed!(" and s.seq > $5 order by s.seq limit $6"),
        Direction::Newest => listed!(" and s.seq < $5 order by s.seq desc limit $6"),
    };
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).bind(seq).bind(limit).fetch_all(conn).await)
}

/// The row of the journal of one of them.
pub(crate) async fn find_seq(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    id: ShareId,
) -> sqlx::Result<Option<i64>> {
    let sql = concat!(
        "select s.seq from share s where s.incident_id = $4 and s.id = $5 and $1 and ",
        visible_share!()
    );
    on!(db, |conn| scoped!(query_scalar(sql), scope).bind(incident).bind(id).fetch_optional(conn).await)
}

/// Those of them that relay somebody's words, oldest first, after `seq`.
pub(crate) async fn list_relays(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    seq: i64,
    limit: i64,
) -> sqlx::Result<Vec<ShareRow>> {
    let sql = listed!(" and s.purpose = 'relay' and s.seq > $5 order by s.seq limit $6");
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).bind(seq).bind(limit).fetch_all(conn).await)
}

/// The first time of each step between two organisations, over the shares of an incident that stand.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ToldRow {
    pub from_organisation: OrganisationId,
    pub to_organisation: OrganisationId,
    pub delivered_at: Moment,
    pub seen_at: Option<Moment>,
    pub acknowledged_at: Option<Moment>,
    pub answered_at: Option<Moment>,
    /// How many of them somebody let pass.
    pub passed: i64,
}

/// The same over all shares of an incident that the scope reads.
pub(crate) async fn list_told(db: &Db, scope: Scope, incident: IncidentId) -> sqlx::Result<Vec<ToldRow>> {
    let sql = concat!(
        "select s.from_organisation, s.to_organisation, min(s.delivered_at) as delivered_at, min(s.seen_at) as seen_at, \
         min(s.acknowledged_at) as acknowledged_at, min(s.answered_at) as answered_at, count(s.approved_by) as passed \
         from share s where s.incident_id = $4 and $1 and s.revoked_at is null and ",
        visible_share!(),
        " group by s.from_organisation, s.to_organisation"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).fetch_all(conn).await)
}

/// Shares that stand and give their recipients a part in this incident.
pub(crate) async fn list_standing(tx: &mut Tx, incident: IncidentId) -> sqlx::Result<Vec<ShareRow>> {
    let sql = concat!(
        select_share!(),
        "where incident_id = $1 and admits = $2 and revoked_at is null order by seq"
    );
    on!(tx tx, |conn| query_as(sql).bind(incident).bind(true).fetch_all(conn).await)
}

/// All shares to an organisation that stand in whatever incident.
pub(crate) async fn list_standing_for(tx: &mut Tx, to: OrganisationId) -> sqlx::Result<Vec<ShareRow>> {
    let sql = concat!(select_share!(), "where to_organisation = $1 and revoked_at is null order by seq");
    on!(tx tx, |conn| query_as(sql).bind(to).fetch_all(conn).await)
}

/// Shares of an organisation that stand and are not answered.
pub(crate) async fn list_open_of(tx: &mut Tx, from: OrganisationId) -> sqlx::Result<Vec<ShareRow>> {
    let sql = concat!(
        select_share!(),
        "where from_organisation = $1 and revoked_at is null and answered_at is null order by seq"
    );
    on!(tx tx, |conn| query_as(sql).bind(from).fetch_all(conn).await)
}

/// What an organisation was told in this incident, what was taken back as well: oldest first, behind `after`.
pub(crate) async fn list_told_to(
    db: &Db,
    incident: IncidentId,
    to: OrganisationId,
    (after, limit): (i64, i64),
) -> sqlx::Result<Vec<ShareRow>> {
    let sql = concat!(
        select_share!(),
        "where incident_id = $1 and to_organisation = $2 and seq > $3 order by seq limit $4"
    );
    on!(db, |conn| query_as(sql).bind(incident).bind(to).bind(after).bind(limit).fetch_all(conn).await)
}

/// Those of them that name this person, behind `after` and up to `last`.
pub(crate) async fn list_naming(
    db: &Db,
    incident: IncidentId,
    (to, person): (OrganisationId, PersonId),
    (after, last): (i64, i64),
) -> sqlx::Result<Vec<ShareId>> {
    let sql = "select s.id from share s join named n on n.subject_id = s.id and n.person_id = $5 \
               where s.incident_id = $1 and s.to_organisation = $2 and s.seq > $3 and s.seq <= $4";
    on!(db, |conn| query_scalar(sql)
        .bind(incident)
        .bind(to)
        .bind(after)
        .bind(last)
        .bind(person)
        .fetch_all(conn)
        .await)
}

/// All shares to an organisation that stand in this incident.
pub(crate) async fn list_standing_to(
    tx: &mut Tx,
    incident: IncidentId,
    to: OrganisationId,
) -> sqlx::Result<Vec<ShareRow>> {
    let sql = concat!(
        select_share!(),
        "where incident_id = $1 and to_organisation = $2 and revoked_at is null order by seq"
    );
    on!(tx tx, |conn| query_as(sql).bind(incident).bind(to).fetch_all(conn).await)
}

pub(crate) async fn add_exhibit(tx: &mut Tx, share: ShareId, exhibit: ExhibitId) -> sqlx::Result<()> {
    let sql = "insert into share_exhibit (share_id, exhibit_id) values ($1, $2) on conflict do nothing";
    on!(tx tx, |conn| query(sql).bind(share).bind(exhibit).execute(conn).await.map(drop))
}

/// Numbers of the exhibits of the shares of an incident from one row of the journal to another, without those that the
/// scope does not see.
pub(crate) async fn list_exhibits(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<(ShareId, i64)>> {
    let sql = concat!(
        "select x.share_id, c.number from share s join share_exhibit x on x.share_id = s.id \
         join exhibit c on c.id = x.exhibit_id where s.incident_id = $4 and s.seq >= $5 and s.seq <= $6 and ",
        visible_child!(),
        " order by c.number"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).bind(first).bind(last).fetch_all(conn).await)
}

pub(crate) async fn add_entry(tx: &mut Tx, share: ShareId, entry: EntryId) -> sqlx::Result<()> {
    let sql = "insert into share_entry (share_id, entry_id) values ($1, $2) on conflict do nothing";
    on!(tx tx, |conn| query(sql).bind(share).bind(entry).execute(conn).await.map(drop))
}

/// An entry that a share points to, as far as its line shows it.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct CitedRow {
    pub share_id: ShareId,
    pub id: EntryId,
    pub kind: EntryKind,
    pub happened_at: Moment,
}

/// The entries that the same shares point to, without those that the scope does not see.
pub(crate) async fn list_entries(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<CitedRow>> {
    let sql = concat!(
        "select x.share_id, c.id, c.kind, c.happened_at from share s join share_entry x on x.share_id = s.id \
         join entry c on c.id = x.entry_id where s.incident_id = $4 and s.seq >= $5 and s.seq <= $6 and ",
        visible_child!(),
        " order by c.happened_at, c.seq"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).bind(first).bind(last).fetch_all(conn).await)
}

/// Whom the same shares name.
pub(crate) async fn list_named(
    db: &Db,
    incident: IncidentId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<(ShareId, PersonId)>> {
    let sql = "select s.id, n.person_id from share s join named n on n.subject_id = s.id \
               where s.incident_id = $1 and s.seq >= $2 and s.seq <= $3 order by n.person_id";
    on!(db, |conn| query_as(sql).bind(incident).bind(first).bind(last).fetch_all(conn).await)
}
