//! Timelines as a viewer sees them.

use std::collections::HashMap;

use app::{
    model::{
        EntryId, Moment, Person, Tlp,
        entry::{Entry, EntryKind},
        id::Number,
        incident::Incident,
        timeline::{Direction, PAGE},
    },
    policy::{self, Cleared, Scope, Viewer},
};

use super::{
    super::{
        Error, Result, Room,
        incident::{marking, marking_of},
        keyset,
        store::{self, entry::EntryFilter, incident::IncidentRow},
    },
    context::{Context, Reading},
};

/// Which part of a timeline, in which order.
#[derive(Clone, Debug, Default)]
pub struct TimelineQuery {
    /// Empty is all.
    pub kinds: Vec<EntryKind>,
    pub oldest_first: bool,
    /// Sealed cursor of the page before.
    pub after: Option<String>,
    /// At most 200.
    pub limit: i64,
}

/// A page of a timeline.
#[derive(Debug)]
pub struct Timeline {
    pub entries: Cleared<Vec<Entry>>,
    pub next: Option<String>,
}

/// The entries of an incident that the viewer may see; the incident itself was cleared before.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    query: &TimelineQuery,
) -> Result<Timeline> {
    page(room, viewer, incident, query, Reading::Joined).await
}

/// The same as it was written: a correction is an entry of its own, and the corrected one keeps its words.
pub async fn list_written(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    query: &TimelineQuery,
) -> Result<Timeline> {
    page(room, viewer, incident, query, Reading::Written).await
}

async fn page(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    query: &TimelineQuery,
    reading: Reading,
) -> Result<Timeline> {
    let scope = policy::scope(viewer);
    let purpose = match reading {
        Reading::Joined => "timeline",
        Reading::Written => "entries",
    };
    let from = match &query.after {
        None => None,
        Some(sealed) => {
            let opened = room.seal.open(purpose, sealed).and_then(|text| serde_json::from_str(&text).ok());
            Some(opened.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?)
        }
    };
    let limit = query.limit.clamp(1, 200);
    let filter = EntryFilter {
        kinds: query.kinds.clone(),
        from,
        oldest_first: query.oldest_first,
        corrections: reading == Reading::Written,
        limit: limit + 1,
    };
    let mut rows = store::entry::list_visible(&room.db, scope, incident.id, &filter).await?;
    let next = keyset::cut(&mut rows, limit, |row| sealed(room, purpose, (row.happened_at.0, row.seq)));
    let (number, marking) = (incident.number.clone(), marking_of(incident));
    let mut context = Context::read(room, scope, incident.id, number, marking, &rows, reading).await?;
    let entries = rows.into_iter().filter_map(|row| context.clear(room, viewer, row)).collect();
    Ok(Timeline { entries, next })
}

fn sealed(room: &Room, purpose: &str, (happened_at, seq): (i64, i64)) -> String {
    room.seal.seal(purpose, &format!("[{happened_at},{seq}]"))
}

/// The sealed cursor of the page that begins with this entry, or with the one that it corrects; none when it is on the
/// first page, or none that the viewer sees.
pub async fn find_place(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    order: Direction,
    id: EntryId,
) -> Result<Option<String>> {
    let (scope, oldest_first) = (policy::scope(viewer), order == Direction::Oldest);
    let Some(found) = store::entry::find_visible(&room.db, scope, id).await? else { return Ok(None) };
    let row = match found.corrects {
        Some(original) => store::entry::find_visible(&room.db, scope, original).await?,
        None => Some(found),
    };
    let Some(row) = row.filter(|row| row.incident_id == incident.id) else { return Ok(None) };
    let filter = EntryFilter { oldest_first, limit: PAGE as i64, ..EntryFilter::default() };
    let first = store::entry::list_visible(&room.db, scope, incident.id, &filter).await?;
    if first.iter().any(|other| other.id == row.id) {
        return Ok(None);
    }
    // Just beside it, so that it comes first.
    let beside = if oldest_first { row.seq - 1 } else { row.seq + 1 };
    Ok(Some(sealed(room, "timeline", (row.happened_at.0, beside))))
}

/// Those of an incident with these ids that the viewer may see, newest first, as the timeline shows them; the others are
/// left out like entries that never were.
pub async fn list_of(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    ids: &[EntryId],
) -> Result<Cleared<Vec<Entry>>> {
    if ids.is_empty() {
        return Ok(std::iter::empty().collect());
    }
    let scope = policy::scope(viewer);
    let rows = store::entry::list_of(&room.db, scope, incident.id, ids).await?;
    let (number, marking) = (incident.number.clone(), marking_of(incident));
    let mut context =
        Context::read(room, scope, incident.id, number, marking, &rows, Reading::Joined).await?;
    Ok(rows.into_iter().filter_map(|row| context.clear(room, viewer, row)).collect())
}

/// One entry for a stream: the whole entry that a row of the journal brought or corrected.
pub(crate) async fn find_for(
    room: &Room,
    viewer: &Viewer,
    scope: Scope,
    incident: &IncidentRow,
    id: EntryId,
) -> Result<Option<Cleared<Entry>>> {
    let Some(mut row) = store::entry::find_visible(&room.db, scope, id).await? else { return Ok(None) };
    if let Some(original) = row.corrects {
        match store::entry::find_visible(&room.db, scope, original).await? {
            Some(found) => row = found,
            None => return Ok(None),
        }
    }
    let (number, marking) = (incident.number.clone(), marking(room, incident.id, incident.tlp).await?);
    let rows = std::slice::from_ref(&row);
    let mut context = Context::read(room, scope, incident.id, number, marking, rows, Reading::Joined).await?;
    Ok(context.clear(room, viewer, row))
}

/// These entries of one incident, each as it was written; those that the viewer may not see are left out.
pub(crate) async fn find_written(
    room: &Room,
    viewer: &Viewer,
    incident: &IncidentRow,
    ids: &[EntryId],
) -> Result<HashMap<EntryId, Cleared<Entry>>> {
    let scope = policy::scope(viewer);
    let mut rows = vec![];
    for id in ids {
        let row = store::entry::find_visible(&room.db, scope, *id).await?;
        rows.extend(row.filter(|row| row.incident_id == incident.id));
    }
    let (number, marking) = (incident.number.clone(), marking(room, incident.id, incident.tlp).await?);
    let mut context =
        Context::read(room, scope, incident.id, number, marking, &rows, Reading::Written).await?;
    let entries = rows.into_iter().filter_map(|row| Some((row.id, context.clear(room, viewer, row)?)));
    Ok(entries.collect())
}

/// The entry with this id, for the answer to its own writing.
pub async fn find(room: &Room, viewer: &Viewer, number: &Number, id: EntryId) -> Result<Cleared<Entry>> {
    let scope = policy::scope(viewer);
    let row = store::incident::find_visible(&room.db, scope, number).await?.ok_or(Error::NotFound)?;
    find_written(room, viewer, &row, &[id]).await?.remove(&id).ok_or(Error::NotFound)
}

/// How many entries of each kind the viewer sees, and the strictest marking among them.
pub async fn count(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
) -> Result<(HashMap<EntryKind, i64>, Tlp)> {
    let rows = store::entry::count_visible(&room.db, policy::scope(viewer), incident.id).await?;
    let mut counts = HashMap::new();
    let mut highest = incident.tlp;
    for (kind, tlp, count) in rows {
        *counts.entry(kind).or_default() += count;
        highest = highest.max(tlp);
    }
    Ok((counts, highest))
}

/// Who wrote the current understanding, and when; none while it stands as opened.
pub async fn understood(room: &Room, incident: &Cleared<Incident>) -> Result<Option<(Person, Moment)>> {
    let found = store::entry::find_last_change(&room.db, incident.id, "summary").await?;
    let directory = room.directory();
    Ok(found.and_then(|(author, at)| Some((directory.person(author?)?.clone(), at))))
}

/// Who changed the incident last, and when, for the page that shows two editors to each other.
pub async fn last_change(room: &Room, incident: &Cleared<Incident>) -> Result<Option<(Person, Moment)>> {
    let found = store::entry::find_newest_change(&room.db, incident.id).await?;
    let directory = room.directory();
    Ok(found.and_then(|(author, at)| Some((directory.person(author?)?.clone(), at))))
}
