//! Exhibits and custody: added and listed, never changed. Thumbnails can be made again.

use app::{
    model::{
        CustodyId, ExhibitId, IncidentId, Moment, OrganisationId, PersonId, Tlp, exhibit::CustodyAction,
    },
    policy::Scope,
};
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use super::{Db, Tx, on, scoped, visible_child};

#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct ExhibitRow {
    pub id: ExhibitId,
    pub incident_id: IncidentId,
    pub number: i64,
    pub seq: i64,
    pub sha256: Option<String>,
    pub size: i64,
    pub media_type: String,
    pub name: String,
    pub source_url: Option<String>,
    pub note: String,
    pub tlp: Tlp,
    pub narrowed: bool,
    pub captured_at: Option<Moment>,
    pub added_by: PersonId,
    pub organisation_id: OrganisationId,
    pub added_at: Moment,
}

macro_rules! select_exhibit {
    () => {
        "select c.id, c.incident_id, c.number, c.seq, c.sha256, c.size, c.media_type, c.name, c.source_url, \
         c.note, c.tlp, c.narrowed, c.captured_at, c.added_by, c.organisation_id, c.added_at from exhibit c "
    };
}

pub(crate) async fn add(tx: &mut Tx, row: &ExhibitRow) -> sqlx::Result<()> {
    let sql = "insert into exhibit (id, incident_id, number, seq, sha256, size, media_type, name, source_url, \
               note, tlp, narrowed, captured_at, added_by, organisation_id, added_at) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.incident_id)
        .bind(row.number)
        .bind(row.seq)
        .bind(&row.sha256)
        .bind(row.size)
        .bind(&row.media_type)
        .bind(&row.name)
        .bind(&row.source_url)
        .bind(&row.note)
        .bind(row.tlp)
        .bind(row.narrowed)
        .bind(row.captured_at)
        .bind(row.added_by)
        .bind(row.organisation_id)
        .bind(row.added_at)
        .execute(conn)
        .await
        .map(drop))
}

/// The exhibits of an incident that the scope sees, newest first, before number `before`.
pub(crate) async fn list_visible(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    before: i64,
    limit: i64,
) -> sqlx::Result<Vec<ExhibitRow>> {
    let sql = concat!(
        select_exhibit!(),
        "where c.incident_id = $4 and c.number < $5 and ",
        visible_child!(),
        " order by c.number desc limit $6"
    );
    on!(db, |conn| scoped!(query_as(sql), scope)
        .bind(incident)
        .bind(before)
        .bind(limit)
        .fetch_all(conn)
        .await)
}

/// Those of an incident with these numbers that the scope sees, in the same order.
pub(crate) async fn list_of(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    numbers: &[i64],
) -> sqlx::Result<Vec<ExhibitRow>> {
    let numbers: Vec<_> = numbers.iter().map(ToString::to_string).collect();
    let sql = format!(
        "{}where c.incident_id = $4 and c.number in ({}) and {} order by c.number desc",
        select_exhibit!(),
        numbers.join(", "),
        visible_child!()
    );
    on!(db, |conn| scoped!(query_as(AssertSqlSafe(sql)), scope).bind(incident).fetch_all(conn).await)
}

pub(crate) async fn find_visible(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    number: i64,
) -> sqlx::Result<Option<ExhibitRow>> {
    let sql = concat!(select_exhibit!(), "where c.incident_id = $4 and c.number = $5 and ", visible_child!());
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).bind(number).fetch_optional(conn).await)
}

/// Inside a write, hidden or not: the caller asks the policy.
pub(crate) async fn find(tx: &mut Tx, incident: IncidentId, number: i64) -> sqlx::Result<Option<ExhibitRow>> {
    let sql = concat!(select_exhibit!(), "where c.incident_id = $1 and c.number = $2");
    on!(tx tx, |conn| query_as(sql).bind(incident).bind(number).fetch_optional(conn).await)
}

pub(crate) async fn find_visible_by_id(
    db: &Db,
    scope: Scope,
    id: ExhibitId,
) -> sqlx::Result<Option<ExhibitRow>> {
    let sql = concat!(select_exhibit!(), "where c.id = $4 and ", visible_child!());
    on!(db, |conn| scoped!(query_as(sql), scope).bind(id).fetch_optional(conn).await)
}

/// Label and whether it is narrowed: what decides who hears of it.
pub(crate) async fn find_label(db: &Db, id: ExhibitId) -> sqlx::Result<Option<(Tlp, bool)>> {
    let sql = "select tlp, narrowed from exhibit where id = $1";
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// For the verification: stored files in the order they came, after `seq`.
pub(crate) async fn list_after(db: &Db, seq: i64, limit: i64) -> sqlx::Result<Vec<ExhibitRow>> {
    let sql = concat!(select_exhibit!(), "where c.seq > $1 order by c.seq limit $2");
    on!(db, |conn| query_as(sql).bind(seq).bind(limit).fetch_all(conn).await)
}

/// The newest number given in an incident, hidden ones included.
pub(crate) async fn last_number(tx: &mut Tx, incident: IncidentId) -> sqlx::Result<i64> {
    let sql = "select coalesce(max(number), 0) from exhibit where incident_id = $1";
    on!(tx tx, |conn| query_scalar(sql).bind(incident).fetch_one(conn).await)
}

/// Whose bytes are counted, and since when.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UsageKey {
    pub organisation: OrganisationId,
    pub incident: IncidentId,
    pub person: PersonId,
    pub since: Moment,
}

/// Bytes that an organisation holds in an incident, that a person added lately, and of the organisation.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub(crate) struct Usage {
    pub incident: i64,
    pub person_day: i64,
    pub organisation: i64,
}

const USAGE: &str = "select \
    cast(coalesce(sum(case when incident_id = $2 then size else 0 end), 0) as bigint) as incident, \
    cast(coalesce(sum(case when added_by = $3 and added_at >= $4 then size else 0 end), 0) as bigint) as person_day, \
    cast(coalesce(sum(size), 0) as bigint) as organisation \
    from exhibit where organisation_id = $1";

pub(crate) async fn usage(db: &Db, key: &UsageKey) -> sqlx::Result<Usage> {
    on!(db, |conn| query_as(USAGE)
        .bind(key.organisation)
        .bind(key.incident)
        .bind(key.person)
        .bind(key.since)
        .fetch_one(conn)
        .await)
}

/// The same inside a write, where nothing can come between the answer and what is added.
pub(crate) async fn usage_now(tx: &mut Tx, key: &UsageKey) -> sqlx::Result<Usage> {
    on!(tx tx, |conn| query_as(USAGE)
        .bind(key.organisation)
        .bind(key.incident)
        .bind(key.person)
        .bind(key.since)
        .fetch_one(conn)
        .await)
}

// ── thumbnails ───────────────────────────────────────────────────────────────────────────────────

#[derive(Clone, Debug, FromRow)]
pub(crate) struct ThumbnailRow {
    pub state: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

pub(crate) async fn add_thumbnail(
    tx: &mut Tx,
    exhibit: ExhibitId,
    row: &ThumbnailRow,
    now: Moment,
) -> sqlx::Result<()> {
    let sql = "insert into thumbnail (exhibit_id, state, media_type, bytes, made_at) \
               values ($1, $2, $3, $4, $5) on conflict do nothing";
    on!(tx tx, |conn| query(sql)
        .bind(exhibit)
        .bind(&row.state)
        .bind(&row.media_type)
        .bind(&row.bytes)
        .bind(now)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find_thumbnail(db: &Db, exhibit: ExhibitId) -> sqlx::Result<Option<ThumbnailRow>> {
    let sql = "select state, media_type, bytes from thumbnail where exhibit_id = $1";
    on!(db, |conn| query_as(sql).bind(exhibit).fetch_optional(conn).await)
}

pub(crate) async fn has_thumbnail(db: &Db, exhibit: ExhibitId) -> sqlx::Result<bool> {
    let sql = "select count(*) from thumbnail where exhibit_id = $1 and state = 'made'";
    let count: i64 = on!(db, |conn| query_scalar(sql).bind(exhibit).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// Audience of every narrowed exhibit of an incident, from one number to another.
pub(crate) async fn list_audiences(
    db: &Db,
    incident: IncidentId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<(ExhibitId, OrganisationId)>> {
    let sql = "select e.id, d.organisation_id from exhibit e join audience d on d.subject_id = e.id \
               where e.incident_id = $1 and e.number >= $2 and e.number <= $3 and e.narrowed order by d.organisation_id";
    on!(db, |conn| query_as(sql).bind(incident).bind(first).bind(last).fetch_all(conn).await)
}

/// Whom every RED exhibit of an incident names, from one number to another.
pub(crate) async fn list_named(
    db: &Db,
    incident: IncidentId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<(ExhibitId, PersonId)>> {
    let sql = "select e.id, n.person_id from exhibit e join named n on n.subject_id = e.id \
               where e.incident_id = $1 and e.number >= $2 and e.number <= $3 and e.tlp = 'red' order by n.person_id";
    on!(db, |conn| query_as(sql).bind(incident).bind(first).bind(last).fetch_all(conn).await)
}

/// Exhibits of an incident, from one number to another, that have a finished thumbnail.
pub(crate) async fn list_thumbnails(
    db: &Db,
    incident: IncidentId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<ExhibitId>> {
    let sql = "select t.exhibit_id from exhibit e join thumbnail t on t.exhibit_id = e.id \
               where e.incident_id = $1 and e.number >= $2 and e.number <= $3 and t.state = 'made'";
    on!(db, |conn| query_scalar(sql).bind(incident).bind(first).bind(last).fetch_all(conn).await)
}

/// Rows of the journal that [`list_without_thumbnail`] looks at.
pub(crate) const STRETCH: i64 = 1_000;

/// Images that have no thumbnail yet, of the journal's thousand rows after `seq`. A stretch, and not a number of
/// finds: where all have theirs, nothing would be found on a walk through every exhibit.
pub(crate) async fn list_without_thumbnail(db: &Db, seq: i64) -> sqlx::Result<Vec<ExhibitRow>> {
    let sql = concat!(
        select_exhibit!(),
        "where c.seq > $1 and c.seq <= $1 + 1000 and c.media_type in ('image/png', 'image/jpeg', 'image/gif', 'image/webp') \
         and not exists (select 1 from thumbnail t where t.exhibit_id = c.id) order by c.seq"
    );
    on!(db, |conn| query_as(sql).bind(seq).fetch_all(conn).await)
}

// ── custody ──────────────────────────────────────────────────────────────────────────────────────

#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct CustodyRow {
    pub id: CustodyId,
    pub exhibit_id: ExhibitId,
    pub seq: i64,
    pub action: CustodyAction,
    pub person_id: Option<PersonId>,
    pub organisation_id: Option<OrganisationId>,
    pub at: Moment,
    pub address: String,
    pub result: String,
}

pub(crate) async fn add_custody(tx: &mut Tx, row: &CustodyRow) -> sqlx::Result<()> {
    let sql = "insert into custody (id, exhibit_id, seq, action, person_id, organisation_id, at, address, result) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.exhibit_id)
        .bind(row.seq)
        .bind(row.action)
        .bind(row.person_id)
        .bind(row.organisation_id)
        .bind(row.at)
        .bind(&row.address)
        .bind(&row.result)
        .execute(conn)
        .await
        .map(drop))
}

/// The trail of one exhibit, newest first, before `seq`.
pub(crate) async fn list_custody_before(
    db: &Db,
    exhibit: ExhibitId,
    seq: i64,
    limit: i64,
) -> sqlx::Result<Vec<CustodyRow>> {
    let sql = "select id, exhibit_id, seq, action, person_id, organisation_id, at, address, result from custody \
               where exhibit_id = $1 and seq < $2 order by seq desc limit $3";
    on!(db, |conn| query_as(sql).bind(exhibit).bind(seq).bind(limit).fetch_all(conn).await)
}

/// Per exhibit of an incident, from one number to another: how many custody rows, and the result of the newest
/// verification.
pub(crate) async fn count_custody(
    db: &Db,
    incident: IncidentId,
    (first, last): (i64, i64),
) -> sqlx::Result<Vec<(ExhibitId, i64, Option<String>)>> {
    let sql = "select u.exhibit_id, count(*), (select v.result from custody v where v.exhibit_id = u.exhibit_id \
               and v.result <> '' order by v.seq desc limit 1) from custody u \
               join exhibit e on e.id = u.exhibit_id where e.incident_id = $1 and e.number >= $2 and e.number <= $3 \
               group by u.exhibit_id";
    on!(db, |conn| query_as(sql).bind(incident).bind(first).bind(last).fetch_all(conn).await)
}

/// How many custody rows an exhibit has, and the result of its newest verification.
pub(crate) async fn count_custody_of(db: &Db, exhibit: ExhibitId) -> sqlx::Result<(i64, Option<String>)> {
    let sql = "select count(*), (select v.result from custody v where v.exhibit_id = $1 and v.result <> '' \
               order by v.seq desc limit 1) from custody u where u.exhibit_id = $1";
    on!(db, |conn| query_as(sql).bind(exhibit).fetch_one(conn).await)
}

/// Whether a person touched an exhibit in this way at or after a moment.
pub(crate) async fn has_custody(
    db: &Db,
    exhibit: ExhibitId,
    person: PersonId,
    action: CustodyAction,
    since: Moment,
) -> sqlx::Result<bool> {
    let sql =
        "select count(*) from custody where exhibit_id = $1 and person_id = $2 and action = $3 and at >= $4";
    let count: i64 = on!(db, |conn| query_scalar(sql)
        .bind(exhibit)
        .bind(person)
        .bind(action)
        .bind(since)
        .fetch_one(conn)
        .await)?;
    Ok(count > 0)
}
