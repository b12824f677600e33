//! The board: rows that a viewer may see, in the order that their URL asks for.

use std::collections::HashMap;

use app::{
    model::{
        IncidentId, Moment, OrganisationId, Tlp,
        board::{
            BoardPage, BoardQuery, BoardRow, BoardTabs, Edges, Grouping, LastUpdate, Order, Place, Span,
        },
        feed::{FeedItem, beginning, feed_text, target_passed},
    },
    policy::{self, Action, Cleared, Marking, Scope, Standing, Viewer},
};

use super::{
    Error, Result, Room,
    incident::{hold, jurisdiction, next_clock, origin_of},
    keyset, looks, mention,
    store::{self, board::Resolved, feed::FeedRow, incident::IncidentRow},
};

/// Lists that reach into the past run along one index: no grouping, newest first.
pub fn settle(mut query: BoardQuery) -> BoardQuery {
    if query.span != Span::Open {
        query.group = Grouping::None;
        if query.order == Order::Target {
            query.order = Order::Updated;
        }
    }
    query
}

/// A page of the board with the counts of its tabs.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    query: &BoardQuery,
    limit: i64,
) -> Result<Cleared<BoardPage>> {
    let (page, tabs) = tokio::try_join!(page(room, viewer, query, limit), tabs(room, viewer))?;
    Ok(page.map(|(rows, edges, next)| BoardPage { rows, edges, next, tabs }))
}

/// Rows, which of their groups are not whole, and the sealed cursor of the next page.
pub async fn page(
    room: &Room,
    viewer: &Viewer,
    query: &BoardQuery,
    limit: i64,
) -> Result<Cleared<(Vec<BoardRow>, Edges, Option<String>)>> {
    let query = settle(query.clone());
    let place: Option<Place> = match &query.after {
        None => None,
        Some(sealed) => {
            let opened = room.seal.open("board", sealed).and_then(|text| serde_json::from_str(&text).ok());
            Some(opened.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?)
        }
    };
    let resolved = resolve(room, &query);
    let limit = limit.clamp(1, 200);
    let scope = policy::scope(viewer);
    let now = room.now();
    let mut found =
        store::board::list(&room.db, scope, &query, &resolved, now, place.as_ref(), limit + 1).await?;
    // One more than a page holds: the first of the next page tells whether the last group goes on there.
    let beyond = (found.len() as i64 > limit).then(|| found.pop()).flatten();
    let more = beyond.is_some();
    let same = |one: Option<&IncidentRow>, group: Option<(i64, String)>| {
        one.zip(group).is_some_and(|(row, group)| group_of(&query, row) == group)
    };
    let edges = Edges {
        began_before: same(found.first(), place.map(|place| (place.group, place.lead))),
        goes_on: same(found.last(), beyond.map(|row| group_of(&query, &row))),
    };
    let rows = rows(room, viewer, scope, found).await?;
    let next = match rows.last().filter(|_| more) {
        None => None,
        Some(row) => {
            let text = serde_json::to_string(&query.place(row)).map_err(Error::internal)?;
            Some(room.seal.seal("board", &text))
        }
    };
    Ok(rows.map(|rows| (rows, edges, next)))
}

/// The group of a row, as its [`Place`] names it.
fn group_of(query: &BoardQuery, row: &IncidentRow) -> (i64, String) {
    match query.group {
        Grouping::Severity => (row.severity_rank, String::new()),
        Grouping::Status => (row.status_rank, String::new()),
        Grouping::Lead => (0, row.lead_slug.clone()),
        Grouping::None => (0, String::new()),
    }
}

/// Looks up whom the words of a query name; who is unknown names nobody.
pub(crate) fn resolve(room: &Room, query: &BoardQuery) -> Resolved {
    let directory = room.directory();
    let organisations = query.organisation.iter().filter_map(|slug| directory.organisation_by_slug(slug));
    let owners = query.owner.iter().filter_map(|word| directory.find(word));
    Resolved {
        organisations: organisations.map(|organisation| organisation.id).collect(),
        owners: owners.map(|member| member.person.id).collect(),
        periods: vec![],
    }
}

/// Turns rows of the store into rows of the board, reading what they refer to once for all.
pub(crate) async fn rows(
    room: &Room,
    viewer: &Viewer,
    scope: Scope,
    found: Vec<IncidentRow>,
) -> Result<Cleared<Vec<BoardRow>>> {
    let ids: Vec<IncidentId> = found.iter().map(|row| row.id).collect();
    let red: Vec<IncidentId> = found.iter().filter(|row| row.tlp == Tlp::Red).map(|row| row.id).collect();
    let whom = async {
        let access = store::board::list_access(&room.db, &ids).await?;
        let named = store::board::list_named(&room.db, &red).await?;
        Ok((access, named, store::board::list_jurisdictions(&room.db, &ids).await?))
    };
    let ((access, named, places), last) =
        tokio::try_join!(whom, store::board::list_last(&room.db, scope, &ids))?;
    let (mut access, mut named) = (gather(access), gather(named));
    let mut places = gather(places.into_iter().map(|(id, state, county)| (id, (state, county))).collect());
    let mut last: HashMap<_, _> =
        last.into_iter().map(|(id, at, organisation, text)| (id, (at, organisation, text))).collect();
    let rows = found.into_iter().filter_map(|row| {
        let marking = Marking {
            tlp: row.tlp,
            access: access.remove(&row.id).unwrap_or_default(),
            named: named.remove(&row.id).unwrap_or_default(),
            audience: None,
        };
        looks::at(row.id, row.tlp);
        let places = places.remove(&row.id).unwrap_or_default();
        let last =
            last.remove(&row.id).map(|(at, organisation, text)| last_update(room, at, organisation, &text));
        let board_row = assemble(room, viewer, &row, &marking, places, last)?;
        policy::clear(viewer, &marking, board_row)
    });
    Ok(rows.collect())
}

pub(crate) fn gather<K: std::hash::Hash + Eq, V>(pairs: Vec<(K, V)>) -> HashMap<K, Vec<V>> {
    let mut map: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in pairs {
        map.entry(key).or_default().push(value);
    }
    map
}

fn last_update(room: &Room, at: Moment, organisation: Option<OrganisationId>, text: &str) -> LastUpdate {
    let directory = room.directory();
    let organisation = organisation.and_then(|id| directory.organisation(id));
    LastUpdate {
        at,
        organisation: organisation.map_or_else(|| "Watchfloor".to_owned(), |found| found.short.clone()),
        // The board shows the beginning; the page shows the whole.
        text: beginning(&mention::named(&directory, text), 160),
    }
}

fn assemble(
    room: &Room,
    viewer: &Viewer,
    row: &IncidentRow,
    marking: &Marking,
    places: Vec<(String, String)>,
    last: Option<LastUpdate>,
) -> Option<BoardRow> {
    let directory = room.directory();
    let mut states: Vec<String> = places.iter().map(|(state, _)| state.clone()).collect();
    states.dedup();
    let place = match places.as_slice() {
        [] => "US".to_owned(),
        [one] => jurisdiction(one.clone()).words(),
        _ => states.join(", "),
    };
    let others = marking.access.iter().filter(|id| **id != row.lead_id);
    let standing = Standing {
        lead: row.lead_id == viewer.organisation,
        origin: origin_of(&directory, row) == viewer.organisation,
        open: row.tlp.reaches_everyone(),
        ..Standing::default()
    };
    let may_take = row.owner_id.is_none() && row.is_open && policy::may(viewer, Action::Assign, standing);
    Some(BoardRow {
        number: row.number.clone(),
        version: row.version,
        title: row.title.clone(),
        category: room.reference().category(&row.category, row.opened_at),
        place,
        states,
        severity: row.severity,
        status: row.status,
        tlp: row.tlp,
        lead: directory.organisation(row.lead_id)?.clone(),
        owner: row.owner_id.and_then(|id| directory.person(id).cloned()),
        shared_with: others.filter_map(|id| directory.organisation(*id).cloned()).collect(),
        opened_at: row.opened_at,
        clock: next_clock(row),
        hold: hold(row),
        last,
        updated_at: row.updated_at,
        may_take,
        may_share: policy::may(viewer, Action::Share, standing),
    })
}

/// What the saved views count, over what the viewer may see.
pub async fn tabs(room: &Room, viewer: &Viewer) -> Result<BoardTabs> {
    let counts = store::board::count_tabs(
        &room.db,
        policy::scope(viewer),
        viewer.organisation,
        viewer.person,
        room.now(),
    )
    .await?;
    let (open, breached, without_owner, own_lead, mine) = counts;
    Ok(BoardTabs { open, breached, without_owner, own_lead, mine })
}

/// What the seal of a cursor of updates is for.
const UPDATES: &str = "updates";

/// The updates rail: newest first, over the open incidents that the viewer sees; only those that they own
/// where `mine`; before a sealed place. Answers where earlier ones begin, too.
pub async fn feed(
    room: &Room,
    viewer: &Viewer,
    mine: bool,
    after: Option<&str>,
    limit: i64,
) -> Result<(Cleared<Vec<FeedItem>>, Option<String>)> {
    let place = |sealed| {
        let place = room.seal.open_place(UPDATES, sealed);
        place.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))
    };
    let before = after.map(place).transpose()?;
    let scope = policy::scope(viewer);
    let owner = mine.then_some(viewer.person);
    let mut rows = store::feed::list(&room.db, scope, owner, before, limit + 1).await?;
    let next = keyset::cut(&mut rows, limit, |row| room.seal.seal_place(UPDATES, row.seq));
    let lines = feed_lines(room, scope, rows).await?;
    Ok((lines.into_iter().map(policy::clear_by_scope).collect(), next))
}

/// What was found for the rail, with the words that stand now, and people by name.
pub(super) async fn feed_lines(room: &Room, scope: Scope, rows: Vec<FeedRow>) -> Result<Vec<FeedItem>> {
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    let mut newest: HashMap<_, _> =
        store::feed::list_corrected_words(&room.db, scope, &ids).await?.into_iter().collect();
    let directory = room.directory();
    let line = |row: FeedRow| {
        let organisation = row.organisation_id.and_then(|id| directory.organisation(id));
        let passed = row.passed().map(target_passed);
        let words = newest.remove(&row.id);
        FeedItem {
            at: row.recorded_at,
            incident: row.number,
            organisation: organisation.map_or_else(|| "Watchfloor".to_owned(), |found| found.short.clone()),
            alarm: passed.is_some(),
            corrected: words.is_some(),
            text: passed.unwrap_or_else(|| {
                feed_text(row.exhibit, &mention::named(&directory, &words.unwrap_or(row.body)))
            }),
            tlp: row.tlp,
        }
    };
    Ok(rows.into_iter().map(line).collect())
}
