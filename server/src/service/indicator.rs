//! Indicators: stored raw, shown defanged, and where else the same value was seen.

use std::collections::HashMap;

use app::{
    model::{
        IndicatorId, Tlp,
        id::Number,
        incident::Incident,
        indicator::{self, Indicator, IndicatorKind, NOTE_LIMIT},
        timeline::Direction,
    },
    policy::{self, Action, Cleared, Inside, Marking, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    Asker, Begun, Error, Noun, Once, Result, Room,
    incident::{Names, marking_inside},
    keyset, looks,
    store::{self, incident::IncidentRow, indicator::IndicatorRow},
};

#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct IndicatorInput {
    pub kind: String,
    /// Raw or defanged.
    pub value: String,
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Added {
    pub id: IndicatorId,
}

pub async fn add(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: IndicatorInput,
) -> Result<Added> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(added) => return Ok(added),
    };
    let held = act.incident(&number).await?;
    act.permit(&held, Action::AddIndicator)?;
    let kind: IndicatorKind =
        input.kind.trim().parse().map_err(|_| Error::invalid("kind", "Choose what it is"))?;
    let value = indicator::refang(kind, &input.value);
    if let Some(fault) = indicator::fault(kind, &value) {
        return Err(Error::invalid("value", fault));
    }
    let note = input.note.trim().to_owned();
    if note.chars().count() as i64 > NOTE_LIMIT {
        return Err(Error::invalid("note", format!("At most {NOTE_LIMIT} characters")));
    }
    act.permit_words(&held, &[("note", note.as_str())])?;
    let seen = policy::scope(act.viewer()?);
    if store::indicator::is_seen(&mut act.tx, seen, held.row.id, kind, &value).await? {
        return Err(Error::invalid("value", "This incident has that indicator already"));
    }
    let id = IndicatorId(room.ids.uuid());
    let mut row = IndicatorRow {
        id,
        incident_id: held.row.id,
        seq: 0,
        kind,
        value,
        note,
        tlp: held.row.tlp.inside(),
        added_by: asker.viewer.person,
        organisation_id: asker.viewer.organisation,
        added_at: act.now(),
    };
    row.seq = act.record_item(&held, Noun::Indicator, id.0, said(&row)).await?;
    store::indicator::add(&mut act.tx, &row).await?;
    act.commit(Added { id }).await
}

/// What is said about one, without its label and its readers.
pub(crate) fn said(row: &IndicatorRow) -> serde_json::Value {
    serde_json::json!({ "id": row.id, "kind": row.kind, "value": row.value, "note": row.note })
}

/// The indicators of an incident that the viewer sees, oldest first: each keeps the label that this had when it came.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    after: i64,
    limit: i64,
) -> Result<(Cleared<Vec<Indicator>>, Option<i64>)> {
    page(room, viewer, incident, (Direction::Oldest, after), limit).await
}

/// The same newest first, before this row of the journal.
pub async fn list_newest(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    before: Option<i64>,
    limit: i64,
) -> Result<(Cleared<Vec<Indicator>>, Option<i64>)> {
    page(room, viewer, incident, (Direction::Newest, before.unwrap_or(i64::MAX)), limit).await
}

async fn page(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    from: (Direction, i64),
    limit: i64,
) -> Result<(Cleared<Vec<Indicator>>, Option<i64>)> {
    let limit = limit.clamp(1, 200);
    let scope = policy::scope(viewer);
    let mut rows = store::indicator::list(&room.db, scope, incident.id, from, limit + 1).await?;
    let next = keyset::cut(&mut rows, limit, |row| row.seq);
    let seqs = rows.iter().map(|row| row.seq);
    let (Some(first), Some(last)) = (seqs.clone().min(), seqs.max()) else {
        return Ok((std::iter::empty().collect(), None));
    };
    let mut also: HashMap<IndicatorId, Vec<Number>> = HashMap::new();
    for (id, number) in store::indicator::list_also_in(&room.db, scope, incident.id, (first, last)).await? {
        also.entry(id).or_default().push(number);
    }
    let marking = super::incident::marking_of(incident);
    let names = names(room, incident, &marking, rows.iter().map(|row| row.tlp)).await?;
    let indicators = rows.into_iter().filter_map(|row| {
        let also_in = also.remove(&row.id).unwrap_or_default();
        let child = names.marking_inside(&marking, row.id.0, row.tlp);
        let indicator = assemble(room, incident.tlp, row, also_in)?;
        policy::clear(viewer, &Inside { incident: &marking, child: &child }, indicator)
    });
    Ok((indicators.collect(), next))
}

/// Whom the RED ones name, where any of these is.
async fn names(
    room: &Room,
    incident: &Incident,
    marking: &Marking,
    labels: impl Iterator<Item = Tlp> + Send,
) -> Result<Names> {
    match Names::are_asked(marking, labels) {
        true => Ok(Names::of(store::indicator::list_named(&room.db, incident.id).await?)),
        false => Ok(Names::default()),
    }
}

/// The same for who looks at these with the incident marked otherwise.
pub(crate) async fn names_of(
    room: &Room,
    incident: &Incident,
    marking: &Marking,
    all: &[Indicator],
) -> Result<Names> {
    names(room, incident, marking, all.iter().map(|one| one.tlp)).await
}

/// One indicator, for the answer to its own adding.
pub async fn find(
    room: &Room,
    viewer: &Viewer,
    number: &Number,
    id: IndicatorId,
) -> Result<Cleared<Indicator>> {
    let scope = policy::scope(viewer);
    let incident = store::incident::find_visible(&room.db, scope, number).await?.ok_or(Error::NotFound)?;
    find_for(room, viewer, &incident, id).await?.ok_or(Error::NotFound)
}

/// One indicator, for a reader who sees its incident.
pub(crate) async fn find_for(
    room: &Room,
    viewer: &Viewer,
    incident: &IncidentRow,
    id: IndicatorId,
) -> Result<Option<Cleared<Indicator>>> {
    let Some(row) = store::indicator::read(&room.db, incident.id, id).await? else { return Ok(None) };
    let seqs = (row.seq, row.seq);
    let also = store::indicator::list_also_in(&room.db, policy::scope(viewer), incident.id, seqs).await?;
    let also_in = also.into_iter().filter(|(of, _)| *of == id).map(|(_, number)| number).collect();
    let marking = super::incident::marking(room, incident.id, incident.tlp).await?;
    let child = marking_inside(room, &marking, row.id.0, row.tlp).await?;
    let inside = Inside { incident: &marking, child: &child };
    let indicator = assemble(room, incident.tlp, row, also_in);
    Ok(indicator.and_then(|indicator| policy::clear(viewer, &inside, indicator)))
}

fn assemble(room: &Room, incident: Tlp, row: IndicatorRow, also_in: Vec<Number>) -> Option<Indicator> {
    looks::at(row.incident_id, row.tlp.max(incident));
    Some(Indicator {
        id: row.id,
        kind: row.kind,
        value: row.value,
        note: row.note,
        tlp: row.tlp.max(incident).inside(),
        added_by: room.directory().person(row.added_by)?.clone(),
        added_at: row.added_at,
        also_in,
    })
}
