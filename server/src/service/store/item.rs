//! Indicators and tasks as rows of the ledger: which other organisations could read one when it was written.

use app::{
    model::{
        IncidentId, Moment, OrganisationId, PersonId, Tlp, id::Number, indicator::IndicatorKind,
        ledger::Crossed,
    },
    policy::Scope,
};
use sqlx::{FromRow, query, query_as, query_scalar};
use uuid::Uuid;

use super::{
    Db, Tx,
    ledger::{Filter, Page},
    on,
    posting::{Posted, fetched, filtered, given, open, sent},
    scoped, visible_incident, visible_labelled,
};

/// An indicator or a task that crossed, with its row of the journal.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ItemRow {
    pub id: Uuid,
    pub seq: i64,
    /// `indicator` or `task`
    pub noun: String,
    pub incident_id: IncidentId,
    pub person_id: PersonId,
    pub organisation_id: OrganisationId,
    pub at: Moment,
    pub tlp: Tlp,
    pub crossed: Crossed,
}

pub(crate) async fn add(tx: &mut Tx, row: &ItemRow) -> sqlx::Result<()> {
    let sql = "insert into item_crossed (id, seq, noun, incident_id, person_id, organisation_id, at, tlp, crossed) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.seq)
        .bind(&row.noun)
        .bind(row.incident_id)
        .bind(row.person_id)
        .bind(row.organisation_id)
        .bind(row.at)
        .bind(row.tlp)
        .bind(row.crossed)
        .execute(conn)
        .await
        .map(drop))
}

/// Notes that an organisation could read it when it was written.
pub(crate) async fn add_to(
    tx: &mut Tx,
    item: Uuid,
    seq: i64,
    organisation: OrganisationId,
) -> sqlx::Result<()> {
    let sql = "insert into item_crossed_to (item_id, organisation_id, seq) values ($1, $2, $3)";
    on!(tx tx, |conn| query(sql).bind(item).bind(organisation).bind(seq).execute(conn).await.map(drop))
}

/// The organisations that could read one when it was written, where those were not all.
pub(crate) async fn list_to(db: &Db, item: Uuid) -> sqlx::Result<Vec<OrganisationId>> {
    let sql = "select organisation_id from item_crossed_to where item_id = $1 order by organisation_id";
    on!(db, |conn| query_scalar(sql).bind(item).fetch_all(conn).await)
}

/// Those with `from < seq <= to`, for the verification.
pub(crate) async fn list_between(db: &Db, from: i64, to: i64, limit: i64) -> sqlx::Result<Vec<ItemRow>> {
    let sql = "select id, seq, noun, incident_id, person_id, organisation_id, at, tlp, crossed from item_crossed \
               where seq > $1 and seq <= $2 order by seq limit $3";
    on!(db, |conn| query_as(sql).bind(from).bind(to).bind(limit).fetch_all(conn).await)
}

/// To whom those crossed, of the rows that were written with them.
pub(crate) async fn list_to_between(
    db: &Db,
    from: i64,
    to: i64,
) -> sqlx::Result<Vec<(Uuid, OrganisationId)>> {
    let sql = "select c.item_id, c.organisation_id from item_crossed_to c join item_crossed i on i.id = c.item_id \
               where c.seq > $1 and c.seq <= $2 and i.seq = c.seq";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

/// Rows with `from < seq <= to` that no item was written with, and of which item they claim to be.
pub(crate) async fn list_planted(db: &Db, from: i64, to: i64) -> sqlx::Result<Vec<(Uuid, i64)>> {
    let sql = "select c.item_id, c.seq from item_crossed_to c left join item_crossed i on i.id = c.item_id \
               where c.seq > $1 and c.seq <= $2 and (i.id is null or i.seq <> c.seq or i.crossed <> 'some') \
               order by c.seq";
    on!(db, |conn| query_as(sql).bind(from).bind(to).fetch_all(conn).await)
}

/// An indicator or a task with what the ledger shows of its incident.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct ItemPostingRow {
    #[sqlx(flatten)]
    pub item: ItemRow,
    pub number: Number,
    pub title: String,
    pub incident_tlp: Tlp,
    pub hash: Vec<u8>,
    pub kind: Option<IndicatorKind>,
    pub value: Option<String>,
    pub note: Option<String>,
    pub text: Option<String>,
    pub holder_id: Option<OrganisationId>,
    pub holder_person: Option<PersonId>,
    pub due_at: Option<Moment>,
}

macro_rules! items {
    (sent) => {
        sent!("item_crossed", "item_crossed_to", "item_id")
    };
    (given) => {
        given!("item_crossed", "item_crossed_to", "item_id")
    };
    (open) => {
        open!("item_crossed")
    };
}
macro_rules! postings {
    ($source:expr, $seq:literal, $order:literal) => {
        concat!(
            "select c.id, c.seq, c.noun, c.incident_id, c.person_id, c.organisation_id, c.at, c.tlp, c.crossed, \
             i.number, i.title, i.tlp as incident_tlp, (select j.hash from journal j where j.seq = c.seq) as hash, \
             (select d.kind from indicator d where d.id = c.id) as kind, \
             (select d.value from indicator d where d.id = c.id) as value, \
             (select d.note from indicator d where d.id = c.id) as note, \
             (select t.body from task t where t.id = c.id) as text, \
             (select t.organisation_id from task t where t.id = c.id) as holder_id, \
             (select t.person_id from task t where t.id = c.id) as holder_person, \
             (select t.due_at from task t where t.id = c.id) as due_at from ",
            $source,
            filtered!("c.at", visible_labelled!("c")),
            " and ",
            $seq,
            $order,
            " limit $11"
        )
    };
}

/// The indicators and tasks that crossed to or from an organisation, and that the scope sees.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    (organisation, posted): (OrganisationId, Posted),
    filter: &Filter,
    page: Page,
) -> sqlx::Result<Vec<ItemPostingRow>> {
    let sql = match (posted, page.oldest_first) {
        (Posted::Sent, false) => postings!(items!(sent), "c.seq", " < $5 order by c.seq desc"),
        (Posted::Sent, true) => postings!(items!(sent), "c.seq", " > $5 order by c.seq"),
        (Posted::Given, false) => postings!(items!(given), "z.seq", " < $5 order by z.seq desc"),
        (Posted::Given, true) => postings!(items!(given), "z.seq", " > $5 order by z.seq"),
        (Posted::Open, false) => postings!(items!(open), "c.seq", " < $5 order by c.seq desc"),
        (Posted::Open, true) => postings!(items!(open), "c.seq", " > $5 order by c.seq"),
    };
    fetched!(db, sql, scope, organisation, filter, (page.seq, page.limit))
}

macro_rules! shown {
    ($source:expr, $seq:literal) => {
        concat!(
            "select c.id, c.seq, c.noun, c.incident_id, c.person_id, c.organisation_id, c.at, c.tlp, c.crossed from ",
            $source,
            filtered!("c.at", visible_labelled!("c")),
            " and ",
            $seq,
            " > $5 and ",
            $seq,
            " <= $11 order by ",
            $seq
        )
    };
}

/// Those whose rows a stretch of the journal with `from < seq <= to` may show, as [`list`] has them.
pub(crate) async fn list_shown(
    db: &Db,
    scope: Scope,
    (organisation, posted): (OrganisationId, Posted),
    filter: &Filter,
    (from, to): (i64, i64),
) -> sqlx::Result<Vec<ItemRow>> {
    let sql = match posted {
        Posted::Sent => shown!(items!(sent), "c.seq"),
        Posted::Given => shown!(items!(given), "z.seq"),
        Posted::Open => shown!(items!(open), "c.seq"),
    };
    fetched!(db, sql, scope, organisation, filter, (from, to))
}
