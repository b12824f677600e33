//! Rows of the journal: added, listed, never changed.

use app::{
    model::{ExhibitId, IncidentId, Moment, OrganisationId, PersonId},
    policy::{self, Administration, Over, Viewer},
};
use sqlx::{FromRow, query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Db, Tx, on, scoped, visible_child, visible_hold, visible_incident, visible_labelled, visible_onward,
    visible_share,
};

/// One row, exactly as stored; see [`crate::service::journal`] for what is hashed.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct JournalRow {
    pub seq: i64,
    pub at: Moment,
    pub person_id: Option<PersonId>,
    pub organisation_id: Option<OrganisationId>,
    pub incident_id: Option<IncidentId>,
    pub noun: String,
    pub noun_id: Option<Uuid>,
    pub action: String,
    pub body: String,
    pub request: String,
    pub salt: Vec<u8>,
    pub previous: Vec<u8>,
    pub hash: Vec<u8>,
}

pub(crate) async fn add(tx: &mut Tx, row: &JournalRow) -> sqlx::Result<()> {
    let sql = "insert into journal (seq, at, person_id, organisation_id, incident_id, noun, noun_id, action, \
               body, request, salt, previous, hash) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)";
    on!(tx tx, |conn| query(sql)
        .bind(row.seq)
        .bind(row.at)
        .bind(row.person_id)
        .bind(row.organisation_id)
        .bind(row.incident_id)
        .bind(&row.noun)
        .bind(row.noun_id)
        .bind(&row.action)
        .bind(&row.body)
        .bind(&row.request)
        .bind(&row.salt)
        .bind(&row.previous)
        .bind(&row.hash)
        .execute(conn)
        .await
        .map(drop))
}

/// The newest row's number, moment and hash, inside a write.
pub(crate) async fn find_head(tx: &mut Tx) -> sqlx::Result<Option<(i64, Moment, Vec<u8>)>> {
    let sql = "select seq, at, hash from journal order by seq desc limit 1";
    on!(tx tx, |conn| query_as(sql).fetch_optional(conn).await)
}

/// The newest row's number and moment; (0, epoch) while nothing happened yet.
pub(crate) async fn head(db: &Db) -> sqlx::Result<(i64, Moment)> {
    let sql = "select seq, at from journal order by seq desc limit 1";
    let row: Option<(i64, Moment)> = on!(db, |conn| query_as(sql).fetch_optional(conn).await)?;
    Ok(row.unwrap_or((0, Moment(0))))
}

/// The first row that is not earlier than a moment: one after the newest where all are. Moments ascend with
/// numbers, so some twenty rows are looked at in a journal of a million.
pub(crate) async fn first_from(db: &Db, moment: Moment) -> sqlx::Result<i64> {
    let (mut low, mut high) = (1, head(db).await?.0 + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let sql = "select at from journal where seq = $1";
        let at: Option<Moment> = on!(db, |conn| query_scalar(sql).bind(middle).fetch_optional(conn).await)?;
        if at.is_some_and(|at| at < moment) { low = middle + 1 } else { high = middle }
    }
    Ok(low)
}

/// The newest row's number, moment and hash, outside a write; none while nothing happened yet.
pub(crate) async fn read_head(db: &Db) -> sqlx::Result<Option<(i64, Moment, Vec<u8>)>> {
    let sql = "select seq, at, hash from journal order by seq desc limit 1";
    on!(db, |conn| query_as(sql).fetch_optional(conn).await)
}

/// The action of the newest row about this noun whose action is one of two. Reads the journal backwards.
pub(crate) async fn find_newest_of(db: &Db, noun: &str, actions: &[&str; 2]) -> sqlx::Result<Option<String>> {
    let sql = "select action from journal where noun = $1 and action in ($2, $3) order by seq desc limit 1";
    on!(db, |conn| query_scalar(sql).bind(noun).bind(actions[0]).bind(actions[1]).fetch_optional(conn).await)
}

/// Rows after `seq`, oldest first.
pub(crate) async fn list_after(db: &Db, seq: i64, limit: i64) -> sqlx::Result<Vec<JournalRow>> {
    let sql = "select seq, at, person_id, organisation_id, incident_id, noun, noun_id, action, body, request, \
               salt, previous, hash from journal where seq > $1 order by seq limit $2";
    on!(db, |conn| query_as(sql).bind(seq).bind(limit).fetch_all(conn).await)
}

/// What the live hub needs of a row: no content.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ChangeRow {
    pub seq: i64,
    pub incident_id: Option<IncidentId>,
    pub noun: String,
    pub noun_id: Option<Uuid>,
    pub action: String,
}

/// Changes after `seq`, oldest first; of one incident where given.
pub(crate) async fn list_changes(
    db: &Db,
    seq: i64,
    incident: Option<IncidentId>,
    limit: i64,
) -> sqlx::Result<Vec<ChangeRow>> {
    let all =
        "select seq, incident_id, noun, noun_id, action from journal where seq > $1 order by seq limit $2";
    let one = "select seq, incident_id, noun, noun_id, action from journal \
               where seq > $1 and incident_id = $3 order by seq limit $2";
    match incident {
        None => on!(db, |conn| query_as(all).bind(seq).bind(limit).fetch_all(conn).await),
        Some(id) => on!(db, |conn| query_as(one).bind(seq).bind(limit).bind(id).fetch_all(conn).await),
    }
}

/// The body of one row.
pub(crate) async fn find_body(db: &Db, seq: i64) -> sqlx::Result<Option<String>> {
    let sql = "select body from journal where seq = $1";
    on!(db, |conn| query_scalar(sql).bind(seq).fetch_optional(conn).await)
}

/// A row as its reader sees it: who, when and what it was about.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct HistoryRow {
    pub seq: i64,
    pub at: Moment,
    pub person_id: Option<PersonId>,
    pub organisation_id: Option<OrganisationId>,
    pub incident_id: Option<IncidentId>,
    pub noun: String,
    pub noun_id: Option<Uuid>,
    pub action: String,
    /// The exhibit that a line of custody stands under.
    pub exhibit_id: Option<ExhibitId>,
}

/// Rows after `seq` that the viewer may see, oldest first: those of incidents and what lies in them under
/// their markings, shares and holds that the viewer reads, and of the room's own acts those that
/// `policy::clear_room_act` shows.
pub(crate) async fn list_visible(
    db: &Db,
    viewer: &Viewer,
    (from, to): (i64, i64),
    limit: i64,
) -> sqlx::Result<Vec<HistoryRow>> {
    // A stretch, so that who sees little does not walk all of it in one statement. `1 = (select 1 ...)`, not
    // `exists`: PostgreSQL would gather all visible entries before it reads a page.
    let sql = concat!(
        "select j.seq, j.at, j.person_id, j.organisation_id, j.incident_id, j.noun, j.noun_id, j.action, \
         u.exhibit_id from journal j left join incident i on i.id = j.incident_id \
         left join custody u on u.id = j.noun_id where j.seq > $4 and j.seq <= $11 and ((j.incident_id is null and ($6 \
         or (j.noun <> 'audit' and (j.person_id = $5 or j.noun_id = $5)) or j.noun in ('organisation', 'room') \
         or (j.noun = 'setting' and $9) \
         or (j.noun = 'person' and j.action = 'added'))) \
         or (j.incident_id is not null and ",
        visible_incident!(),
        " and ((j.noun in ('incident', 'indicator', 'task') \
         and (j.noun <> 'indicator' or 1 = (select 1 from indicator c where c.id = j.noun_id and ",
        visible_labelled!("c"),
        ")) and (j.noun <> 'task' or 1 = (select 1 from task c where c.id = j.noun_id and ",
        visible_labelled!("c"),
        "))) or (j.noun in ('entry', 'strike') and 1 = (select 1 from entry c where c.id = j.noun_id and ",
        visible_child!(),
        ")) or (j.noun in ('exhibit', 'custody') and 1 = (select 1 from exhibit c \
         where c.id = coalesce(u.exhibit_id, j.noun_id) and ",
        visible_child!(),
        ")) or (j.noun = 'share' and 1 = (select 1 from share s where s.id = j.noun_id \
         and (j.action <> 'assigned' or s.to_organisation = $7) and ",
        visible_share!(),
        ")) or (j.noun = 'onward' and 1 = (select 1 from onward o where o.id = j.noun_id and ",
        visible_onward!("o", "$12"),
        ")) \
         or (j.noun = 'hold' and 1 = (select 1 from hold h where h.id = j.noun_id and ",
        visible_hold!("h", "$10"),
        ")) or (j.noun = 'posture' and 1 = (select 1 from posture p where p.id = j.noun_id \
         and (p.organisation_id = $7 or (j.action = 'published' and p.published_at = j.at))))))) order by j.seq limit $8"
    );
    let scope = policy::scope(viewer);
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(from)
        .bind(viewer.person)
        .bind(policy::reads_audit(viewer))
        .bind(viewer.organisation)
        .bind(limit)
        .bind(policy::may_administer(viewer, Administration::ReadSettings, Over::Room))
        .bind(scope.counsel)
        .bind(to)
        .bind(scope.speaks)
        .fetch_all(conn)
        .await)
}
