//! Which other organisations could read an entry when it was written, and those entries as rows of the ledger.

use app::{
    model::{
        EntryId, IncidentId, Moment, OrganisationId, PersonId, Tlp, entry::EntryKind, id::Number,
        ledger::Crossed,
    },
    policy::Scope,
};
use sqlx::{FromRow, query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Db, Tx,
    ledger::{Filter, Page},
    on, scoped, visible_child, visible_incident,
};

/// Notes that an organisation could read an entry when it was written.
pub(crate) async fn add(
    tx: &mut Tx,
    entry: EntryId,
    seq: i64,
    organisation: OrganisationId,
) -> sqlx::Result<()> {
    let sql = "insert into entry_crossed (entry_id, organisation_id, seq) values ($1, $2, $3)";
    on!(tx tx, |conn| query(sql).bind(entry).bind(organisation).bind(seq).execute(conn).await.map(drop))
}

/// The organisations that could read an entry when it was written, where those were not all.
pub(crate) async fn list_to(db: &Db, entry: EntryId) -> sqlx::Result<Vec<OrganisationId>> {
    let sql = "select organisation_id from entry_crossed where entry_id = $1 order by organisation_id";
    on!(db, |conn| query_scalar(sql).bind(entry).fetch_all(conn).await)
}

/// The same of all entries with `from < seq <= to`, of the rows that were written with them.
pub(crate) async fn list_between(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<(Uuid, OrganisationId)>> {
    let sql = "select c.entry_id, c.organisation_id from entry_crossed c join entry e on e.id = c.entry_id \
               where c.seq > $1 and c.seq <= $2 and e.seq = c.seq";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

/// Rows with `from < seq <= to` that no entry was written with, and of which entry they claim to be.
pub(crate) async fn list_planted(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<(Uuid, i64)>> {
    let sql = "select c.entry_id, c.seq from entry_crossed c left join entry e on e.id = c.entry_id \
               where c.seq > $1 and c.seq <= $2 \
               and (e.id is null or e.seq <> c.seq or e.crossed is null or e.crossed <> 'some') order by c.seq";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

/// An entry with what the ledger shows of its incident and of its row in the journal.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct PostingRow {
    pub id: EntryId,
    pub seq: i64,
    pub incident_id: IncidentId,
    pub kind: EntryKind,
    pub body: String,
    pub author_id: PersonId,
    pub happened_at: Moment,
    pub recorded_at: Moment,
    pub tlp: Tlp,
    pub crossed: Crossed,
    pub field: Option<String>,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
    pub exhibit: Option<i64>,
    pub number: Number,
    pub title: String,
    pub incident_tlp: Tlp,
    pub hash: Vec<u8>,
    pub struck_at: Option<Moment>,
}

/// Where postings are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Posted {
    /// By one's own organisation.
    Sent,
    /// To one's own organisation among some.
    Given,
    /// To every organisation of the room, by another.
    Open,
}

/// What was written by one's own organisation. `$table`: what is written, `$to`: to whom it crossed, by `$of`.
macro_rules! sent {
    ($table:literal, $to:literal, $of:literal) => {
        concat!(
            $table,
            " c join incident i on i.id = c.incident_id where c.organisation_id = $4 and c.crossed is not null \
             and ($7 is null or c.crossed = 'all' or exists (select 1 from ",
            $to,
            " z where z.",
            $of,
            " = c.id and z.organisation_id = $7))"
        )
    };
}
/// To one's own among some.
macro_rules! given {
    ($table:literal, $to:literal, $of:literal) => {
        concat!(
            $to,
            " z join ",
            $table,
            " c on c.id = z.",
            $of,
            " join incident i on i.id = c.incident_id \
             where z.organisation_id = $4 and ($7 is null or c.organisation_id = $7)"
        )
    };
}
/// To all, by another.
macro_rules! open {
    ($table:literal) => {
        concat!(
            $table,
            " c join incident i on i.id = c.incident_id where c.crossed = 'all' and c.organisation_id <> $4 \
             and ($7 is null or c.organisation_id = $7)"
        )
    };
}
/// What the filters leave, of what `$visible` shows. `$at`: when it was written.
macro_rules! filtered {
    ($at:literal, $visible:expr) => {
        concat!(
            " and ",
            $at,
            " >= $8 and ",
            $at,
            " < $9 and ($10 is null or c.incident_id = $10) and ($6 or (c.tlp <> 'red' and i.tlp <> 'red')) and ",
            $visible,
            " and ",
            visible_incident!()
        )
    };
}
/// Binds what these read, `$from` as `$5` and `$last` as `$11`, and fetches the rows.
macro_rules! fetched {
    ($db:expr, $sql:expr, $scope:expr, $of:expr, $filter:expr, ($from:expr, $last:expr)) => {
        on!($db, |conn| scoped!(query_as($sql), $scope)
            .bind($of)
            .bind($from)
            .bind($filter.red)
            .bind($filter.other)
            .bind($filter.from)
            .bind($filter.to)
            .bind($filter.incident)
            .bind($last)
            .fetch_all(conn)
            .await)
    };
}
pub(crate) use {fetched, filtered, given, open, sent};

macro_rules! entries {
    (sent) => {
        sent!("entry", "entry_crossed", "entry_id")
    };
    (given) => {
        given!("entry", "entry_crossed", "entry_id")
    };
    (open) => {
        open!("entry")
    };
}

macro_rules! postings {
    ($source:expr, $seq:literal, $order:literal) => {
        concat!(
            "select c.id, c.seq, c.incident_id, c.kind, c.body, c.author_id, c.happened_at, c.recorded_at, c.tlp, c.crossed, \
             c.field, c.old_value, c.new_value, c.exhibit, i.number, i.title, i.tlp as incident_tlp, \
             (select j.hash from journal j where j.seq = c.seq) as hash, \
             (select x.at from strike x where x.entry_id = c.id) as struck_at from ",
            $source,
            filtered!("c.recorded_at", visible_child!()),
            " and ",
            $seq,
            $order,
            " limit $11"
        )
    };
}

/// The entries that crossed to or from an organisation, and that the scope sees.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    (organisation, posted): (OrganisationId, Posted),
    filter: &Filter,
    page: Page,
) -> sqlx::Result<Vec<PostingRow>> {
    let sql = match (posted, page.oldest_first) {
        (Posted::Sent, false) => postings!(entries!(sent), "c.seq", " < $5 order by c.seq desc"),
        (Posted::Sent, true) => postings!(entries!(sent), "c.seq", " > $5 order by c.seq"),
        (Posted::Given, false) => postings!(entries!(given), "z.seq", " < $5 order by z.seq desc"),
        (Posted::Given, true) => postings!(entries!(given), "z.seq", " > $5 order by z.seq"),
        (Posted::Open, false) => postings!(entries!(open), "c.seq", " < $5 order by c.seq desc"),
        (Posted::Open, true) => postings!(entries!(open), "c.seq", " > $5 order by c.seq"),
    };
    fetched!(db, sql, scope, organisation, filter, (page.seq, page.limit))
}

/// An entry of the ledger whose row a stretch of the journal may show.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ShownPosting {
    pub seq: i64,
    pub id: EntryId,
    pub organisation_id: OrganisationId,
    pub crossed: Crossed,
}

macro_rules! shown {
    ($source:expr, $seq:literal) => {
        concat!(
            "select c.seq, c.id, c.organisation_id, c.crossed from ",
            $source,
            filtered!("c.recorded_at", visible_child!()),
            " and ",
            $seq,
            " > $5 and ",
            $seq,
            " <= $11 order by ",
            $seq
        )
    };
}

/// Those with `from < seq <= to`, as [`list`] has them.
pub(crate) async fn list_shown(
    db: &Db,
    scope: Scope,
    (organisation, posted): (OrganisationId, Posted),
    filter: &Filter,
    (from, to): (i64, i64),
) -> sqlx::Result<Vec<ShownPosting>> {
    let sql = match posted {
        Posted::Sent => shown!(entries!(sent), "c.seq"),
        Posted::Given => shown!(entries!(given), "z.seq"),
        Posted::Open => shown!(entries!(open), "c.seq"),
    };
    fetched!(db, sql, scope, organisation, filter, (from, to))
}
