//! The updates rail over all open incidents: its lines, and what stands in them now.

use app::{
    model::{EntryId, Moment, OrganisationId, PersonId, Tlp, id::Number},
    policy::Scope,
};
use sqlx::{AssertSqlSafe, FromRow, query_as};

use super::{Db, on, scoped, visible_child, visible_incident};

/// An entry for the updates rail, with its incident's number.
#[derive(Clone, Debug, FromRow)]
pub(crate) struct FeedRow {
    pub id: EntryId,
    pub seq: i64,
    pub number: Number,
    pub tlp: Tlp,
    pub body: String,
    pub exhibit: Option<i64>,
    pub field: Option<String>,
    pub new_value: Option<String>,
    pub organisation_id: Option<OrganisationId>,
    pub recorded_at: Moment,
}

impl FeedRow {
    /// Which target passed, where the line is an alarm.
    pub(crate) fn passed(&self) -> Option<&str> {
        let alarm = self.field.as_deref() == Some("breach");
        alarm.then(|| self.new_value.as_deref().unwrap_or_default())
    }
}

/// What stands in the updates rail. RED stands in no rail, as in the stream's; neither does what was struck,
/// where it would stand without its strike.
macro_rules! in_feed {
    () => {
        concat!(
            "c.kind in ('update', 'observation', 'decision', 'request', 'answer', 'system', 'evidence') \
             and c.corrects is null and (c.kind <> 'system' or c.field = 'breach') \
             and c.tlp <> 'red' and i.tlp <> 'red' \
             and not exists (select 1 from strike s where s.entry_id = c.id) and i.is_open = true and ",
            visible_incident!(),
            " and ",
            visible_child!()
        )
    };
}

macro_rules! select_feed {
    () => {
        "select c.id, c.seq, i.number, c.tlp, c.body, c.exhibit, c.field, c.new_value, c.organisation_id, c.recorded_at from "
    };
}

/// The newest written entries and alarms, before a place of the journal where one is given, over all open incidents that the scope sees;
/// over those of one owner where given.
pub(crate) async fn list(
    db: &Db,
    scope: Scope,
    owner: Option<PersonId>,
    before: Option<i64>,
    limit: i64,
) -> sqlx::Result<Vec<FeedRow>> {
    // Walks the newest entries backwards until enough are visible, at most to the first of the incidents that are
    // open and were opened first: several may share that moment. `cross join`: SQLite takes the tables in this order.
    // The rail, on each board, asks without a place: PostgreSQL takes two bounds of one column for few rows, and gathers
    // and sorts them all. As a pair it does so less often.
    macro_rules! all {
        ($place:literal) => {
            concat!(
                select_feed!(),
                "entry c cross join incident i where i.id = c.incident_id and ",
                $place,
                "c.seq >= \
                 (select min(coalesce((select min(e.seq) from entry e where e.incident_id = o.id), 0)) \
                 from incident o where o.is_open = true \
                 and o.opened_at = (select min(p.opened_at) from incident p where p.is_open = true)) and ",
                in_feed!(),
                " order by c.seq desc limit $4"
            )
        };
    }
    let newest = all!("");
    let behind = all!("(c.seq, c.seq) < ($5, $5) and ");
    // One person owns few: their incidents first, then what is in them.
    let owned = concat!(
        select_feed!(),
        "incident i cross join entry c where c.incident_id = i.id and c.seq < $5 and i.owner_id = $6 and ",
        in_feed!(),
        " order by c.seq desc limit $4"
    );
    match (owner, before) {
        (None, None) => on!(db, |conn| scoped!(query_as(newest), scope).bind(limit).fetch_all(conn).await),
        (None, Some(before)) => {
            on!(db, |conn| scoped!(query_as(behind), scope).bind(limit).bind(before).fetch_all(conn).await)
        }
        (Some(owner), before) => on!(db, |conn| scoped!(query_as(owned), scope)
            .bind(limit)
            .bind(before.unwrap_or(i64::MAX))
            .bind(owner)
            .fetch_all(conn)
            .await),
    }
}

/// The words that stand now for those of these entries that were corrected, as far as the scope sees it; the last of
/// equal ids is the newest. RED words are for a page, not for a list of many.
pub(crate) async fn list_corrected_words(
    db: &Db,
    scope: Scope,
    ids: &[EntryId],
) -> sqlx::Result<Vec<(EntryId, String)>> {
    if ids.is_empty() {
        return Ok(vec![]);
    }
    let places: Vec<_> = (4..).take(ids.len()).map(|place| format!("${place}")).collect();
    let sql = format!(
        "select c.corrects, c.body from entry c where c.corrects in ({}) and c.tlp <> 'red' and {} order by c.seq",
        places.join(", "),
        visible_child!()
    );
    on!(db, |conn| {
        let asked = scoped!(query_as(AssertSqlSafe(sql)), scope);
        ids.iter().fold(asked, |asked, id| asked.bind(*id)).fetch_all(conn).await
    })
}
