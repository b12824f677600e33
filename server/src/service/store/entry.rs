//! Timeline entries and strikes: added and listed, never changed.

use app::{
    model::{EntryId, IncidentId, Moment, OrganisationId, PersonId, Tlp, entry::EntryKind, ledger::Crossed},
    policy::Scope,
};
use sqlx::{AssertSqlSafe, FromRow, query, query_as, query_scalar};

use super::{Db, Tx, on, scoped, visible_child};

#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub(crate) struct EntryRow {
    pub id: EntryId,
    pub incident_id: IncidentId,
    pub seq: i64,
    pub kind: EntryKind,
    pub body: String,
    pub author_id: Option<PersonId>,
    pub organisation_id: Option<OrganisationId>,
    pub happened_at: Moment,
    pub recorded_at: Moment,
    pub tlp: Tlp,
    pub narrowed: bool,
    pub field: Option<String>,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
    pub exhibit: Option<i64>,
    pub corrects: Option<EntryId>,
    /// Who of other organisations could read it when it was written; none: nobody.
    pub crossed: Option<Crossed>,
}

macro_rules! select_entry {
    () => {
        "select c.id, c.incident_id, c.seq, c.kind, c.body, c.author_id, c.organisation_id, c.happened_at, \
         c.recorded_at, c.tlp, c.narrowed, c.field, c.old_value, c.new_value, c.exhibit, c.corrects, \
         c.crossed from entry c "
    };
}

/// The words of an entry's corrections, oldest first.
pub(crate) async fn list_corrected(
    tx: &mut Tx,
    incident: IncidentId,
    id: EntryId,
) -> sqlx::Result<Vec<String>> {
    let sql = "select c.body from entry c where c.incident_id = $1 and c.corrects is not null and c.corrects = $2 \
               order by c.seq";
    on!(tx tx, |conn| query_scalar(sql).bind(incident).bind(id).fetch_all(conn).await)
}

pub(crate) async fn add(tx: &mut Tx, row: &EntryRow) -> sqlx::Result<()> {
    let sql = "insert into entry (id, incident_id, seq, kind, body, author_id, organisation_id, happened_at, \
               recorded_at, tlp, narrowed, field, old_value, new_value, exhibit, corrects, crossed) \
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
    on!(tx tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.incident_id)
        .bind(row.seq)
        .bind(row.kind)
        .bind(&row.body)
        .bind(row.author_id)
        .bind(row.organisation_id)
        .bind(row.happened_at)
        .bind(row.recorded_at)
        .bind(row.tlp)
        .bind(row.narrowed)
        .bind(&row.field)
        .bind(&row.old_value)
        .bind(&row.new_value)
        .bind(row.exhibit)
        .bind(row.corrects)
        .bind(row.crossed)
        .execute(conn)
        .await
        .map(drop))
}

pub(crate) async fn find(tx: &mut Tx, incident: IncidentId, id: EntryId) -> sqlx::Result<Option<EntryRow>> {
    let sql = concat!(select_entry!(), "where c.id = $1 and c.incident_id = $2");
    on!(tx tx, |conn| query_as(sql).bind(id).bind(incident).fetch_optional(conn).await)
}

/// One entry, where the scope sees it (the caller has found its incident visible).
pub(crate) async fn find_visible(db: &Db, scope: Scope, id: EntryId) -> sqlx::Result<Option<EntryRow>> {
    let sql = concat!(select_entry!(), "where c.id = $4 and ", visible_child!());
    on!(db, |conn| scoped!(query_as(sql), scope).bind(id).fetch_optional(conn).await)
}

/// Label and whether it is narrowed: what decides who hears of it.
pub(crate) async fn find_label(db: &Db, id: EntryId) -> sqlx::Result<Option<(Tlp, bool)>> {
    let sql = "select tlp, narrowed from entry where id = $1";
    on!(db, |conn| query_as(sql).bind(id).fetch_optional(conn).await)
}

/// Who changed a field of an incident last, and when. Such entries are as wide as the incident.
pub(crate) async fn find_last_change(
    db: &Db,
    incident: IncidentId,
    field: &str,
) -> sqlx::Result<Option<(Option<PersonId>, Moment)>> {
    let sql = "select author_id, recorded_at from entry where incident_id = $1 and kind = 'system' and field = $2 \
               order by seq desc limit 1";
    on!(db, |conn| query_as(sql).bind(incident).bind(field).fetch_optional(conn).await)
}

/// Every value that a field of an incident had, old and new.
pub(crate) async fn list_values(tx: &mut Tx, incident: IncidentId, field: &str) -> sqlx::Result<Vec<String>> {
    let sql = "select old_value from entry where incident_id = $1 and kind = 'system' and field = $2 \
               and old_value is not null union select new_value from entry where incident_id = $1 \
               and kind = 'system' and field = $2 and new_value is not null";
    on!(tx tx, |conn| query_scalar(sql).bind(incident).bind(field).fetch_all(conn).await)
}

/// Who gave a field of an incident this value last.
pub(crate) async fn find_last_author(
    tx: &mut Tx,
    incident: IncidentId,
    (field, value): (&str, &str),
) -> sqlx::Result<Option<PersonId>> {
    let sql = "select author_id from entry where incident_id = $1 and kind = 'system' and field = $2 \
               and new_value = $3 and author_id is not null order by seq desc limit 1";
    on!(tx tx, |conn| query_scalar(sql).bind(incident).bind(field).bind(value).fetch_optional(conn).await)
}

/// Who changed any field of an incident last, and when.
pub(crate) async fn find_newest_change(
    db: &Db,
    incident: IncidentId,
) -> sqlx::Result<Option<(Option<PersonId>, Moment)>> {
    let sql = "select author_id, recorded_at from entry where incident_id = $1 and field is not null \
               and kind in ('system', 'status', 'share') order by seq desc limit 1";
    on!(db, |conn| query_as(sql).bind(incident).fetch_optional(conn).await)
}

/// Which entries of a timeline.
#[derive(Clone, Debug, Default)]
pub(crate) struct EntryFilter {
    /// Empty is all.
    pub kinds: Vec<EntryKind>,
    /// Keyset: entries that happened before (or, oldest first, after) this one; equal moments by `seq`.
    pub from: Option<(i64, i64)>,
    pub oldest_first: bool,
    /// Corrections too, each as an entry of its own.
    pub corrections: bool,
    pub limit: i64,
}

/// The entries of an incident that the scope sees, by when they happened. Corrections are in the list only
/// where asked for; else the service joins them to what they correct.
pub(crate) async fn list_visible(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    filter: &EntryFilter,
) -> sqlx::Result<Vec<EntryRow>> {
    let (compare, direction, start) = match filter.oldest_first {
        true => (">", "asc", (i64::MIN, 0)),
        false => ("<", "desc", (i64::MAX, i64::MAX)),
    };
    let kinds = match filter.kinds.as_slice() {
        [] => String::new(),
        some => {
            let words: Vec<_> = some.iter().map(|kind| format!("'{kind}'")).collect();
            format!("and c.kind in ({}) ", words.join(", "))
        }
    };
    let corrections = if filter.corrections { "" } else { "and c.corrects is null " };
    let sql = format!(
        "{}where c.incident_id = $4 and (c.happened_at, c.seq) {compare} ($5, $6) {corrections}{kinds}\
         and {} order by c.happened_at {direction}, c.seq {direction} limit $7",
        select_entry!(),
        visible_child!()
    );
    let (happened_at, seq) = filter.from.unwrap_or(start);
    on!(db, |conn| scoped!(query_as(AssertSqlSafe(sql)), scope)
        .bind(incident)
        .bind(happened_at)
        .bind(seq)
        .bind(filter.limit)
        .fetch_all(conn)
        .await)
}

/// Those of an incident with these ids that the scope sees, newest first; a correction is none of them.
pub(crate) async fn list_of(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
    ids: &[EntryId],
) -> sqlx::Result<Vec<EntryRow>> {
    let places: Vec<_> = (5..).take(ids.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "{}where c.incident_id = $4 and c.id in ({}) and c.corrects is null and {} \
         order by c.happened_at desc, c.seq desc",
        select_entry!(),
        places.join(", "),
        visible_child!()
    );
    on!(db, |conn| {
        let asked = scoped!(query_as(AssertSqlSafe(sql)), scope).bind(incident);
        ids.iter().fold(asked, |asked, id| asked.bind(*id)).fetch_all(conn).await
    })
}

/// The corrections of these entries that the scope sees, newest first.
pub(crate) async fn list_corrections(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
) -> sqlx::Result<Vec<EntryRow>> {
    let sql = concat!(
        select_entry!(),
        "where c.incident_id = $4 and c.corrects is not null and ",
        visible_child!(),
        " order by c.seq desc"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).fetch_all(conn).await)
}

/// How many entries of each kind the scope sees, and the strictest marking among them.
pub(crate) async fn count_visible(
    db: &Db,
    scope: Scope,
    incident: IncidentId,
) -> sqlx::Result<Vec<(EntryKind, Tlp, i64)>> {
    let sql = concat!(
        "select c.kind, c.tlp, count(*) from entry c where c.incident_id = $4 and c.corrects is null and ",
        visible_child!(),
        " group by c.kind, c.tlp"
    );
    on!(db, |conn| scoped!(query_as(sql), scope).bind(incident).fetch_all(conn).await)
}

#[derive(Clone, Debug, FromRow)]
pub(crate) struct StrikeRow {
    pub entry_id: EntryId,
    pub person_id: PersonId,
    pub at: Moment,
    pub reason: String,
}

/// False when the entry was struck before.
pub(crate) async fn add_strike(tx: &mut Tx, row: &StrikeRow, seq: i64) -> sqlx::Result<bool> {
    let sql = "insert into strike (entry_id, seq, person_id, at, reason) values ($1, $2, $3, $4, $5) \
               on conflict do nothing";
    let added = on!(tx tx, |conn| query(sql)
        .bind(row.entry_id)
        .bind(seq)
        .bind(row.person_id)
        .bind(row.at)
        .bind(&row.reason)
        .execute(conn)
        .await
        .map(|r| r.rows_affected()))?;
    Ok(added == 1)
}

pub(crate) async fn list_strikes(db: &Db, incident: IncidentId) -> sqlx::Result<Vec<StrikeRow>> {
    let sql = "select s.entry_id, s.person_id, s.at, s.reason from strike s \
               join entry e on e.id = s.entry_id where e.incident_id = $1";
    on!(db, |conn| query_as(sql).bind(incident).fetch_all(conn).await)
}

pub(crate) async fn is_struck(tx: &mut Tx, id: EntryId) -> sqlx::Result<bool> {
    let sql = "select count(*) from strike where entry_id = $1";
    let count: i64 = on!(tx tx, |conn| query_scalar(sql).bind(id).fetch_one(conn).await)?;
    Ok(count > 0)
}

/// Audience of every narrowed entry of an incident.
pub(crate) async fn list_audiences(
    db: &Db,
    incident: IncidentId,
) -> sqlx::Result<Vec<(EntryId, OrganisationId)>> {
    let sql = "select e.id, d.organisation_id from entry e join audience d on d.subject_id = e.id \
               where e.incident_id = $1 and e.narrowed order by e.seq, d.organisation_id";
    on!(db, |conn| query_as(sql).bind(incident).fetch_all(conn).await)
}

/// The named of every RED entry of an incident.
pub(crate) async fn list_named(db: &Db, incident: IncidentId) -> sqlx::Result<Vec<(EntryId, PersonId)>> {
    let sql = "select e.id, n.person_id from entry e join named n on n.subject_id = e.id \
               where e.incident_id = $1 and e.tlp = 'red' order by e.seq, n.person_id";
    on!(db, |conn| query_as(sql).bind(incident).fetch_all(conn).await)
}
