//! Postures: each organisation states its own, publishes it or not, and nobody sets it a deadline.

use app::{
    model::{
        IncidentId, Moment,
        id::Number,
        incident::Incident,
        posture::{OwnPosture, Posture, StatedPosture},
    },
    policy::{self, Action, Cleared, Viewer},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Asker, Begun, Conflict, Error, Noun, Once, Record, Result, Room,
    store::{self, posture::PostureRow},
};

/// The journal's words: the first two are for everybody who sees the incident, the last for one's own.
pub(crate) const PUBLISHED: &str = "published";
pub(crate) const WITHDRAWN: &str = "withdrawn";
const STATED: &str = "stated";

/// Longest note, in characters.
const NOTE: usize = 2_000;

/// What the form and `PUT .../posture` send.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PostureInput {
    pub posture: String,
    /// For one's own organisation only.
    pub note: String,
    /// Others see the posture, never the note.
    pub published: bool,
    /// The version that was seen, 0 for the first; without it nothing is compared.
    pub version: Option<i64>,
}

/// What was stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    pub version: i64,
}

/// States the posture of the asker's own organisation. Changes nothing of the incident that others see.
pub async fn state(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: PostureInput,
) -> Result<Stated> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(stated) => return Ok(stated),
    };
    let held = act.incident(&number).await?;
    let viewer = act.viewer()?.clone();
    act.permit(&held, Action::StatePosture)?;
    let posture: Posture = input
        .posture
        .trim()
        .parse()
        .map_err(|_| Error::invalid("posture", "Choose a posture from the list"))?;
    let note = input.note.trim();
    if note.chars().count() > NOTE {
        return Err(Error::invalid("note", format!("At most {NOTE} characters")));
    }
    let before = store::posture::find(&mut act.tx, held.row.id, viewer.organisation).await?;
    let stands = before.as_ref().map_or(0, |row| row.version);
    if input.version.is_some_and(|seen| seen != stands) {
        let directory = act.room.directory();
        let by = before.as_ref().and_then(|row| directory.person(row.stated_by));
        let by = by.map_or_else(String::new, |person| person.name.clone());
        return Err(Error::Conflict(Box::new(Conflict { number, version: stands, by })));
    }
    let was_published = before.as_ref().is_some_and(|row| row.published_at.is_some());
    let same = before.as_ref().is_some_and(|row| row.posture == posture);
    let (action, published_at) = match (was_published, input.published) {
        // A note that changes moves nothing that others can see.
        (true, true) if same => (STATED, before.as_ref().and_then(|row| row.published_at)),
        (_, true) => (PUBLISHED, Some(act.now())),
        (true, false) => (WITHDRAWN, None),
        (false, false) => (STATED, None),
    };
    let row = PostureRow {
        id: before.map_or_else(|| act.room.ids.uuid(), |row| row.id),
        incident_id: held.row.id,
        organisation_id: viewer.organisation,
        version: stands + 1,
        posture,
        note: note.to_owned(),
        stated_by: viewer.person,
        stated_at: act.now(),
        published_at,
    };
    let body = serde_json::json!({ "posture": posture, "note": row.note, "published": input.published });
    let record = Record {
        incident: Some(row.incident_id),
        noun: Noun::Posture,
        noun_id: Some(row.id),
        action,
        body: body.to_string(),
    };
    act.record(record).await?;
    store::posture::set(&mut act.tx, &row).await?;
    act.commit(Stated { version: row.version }).await
}

/// States the posture alone, from a line that shows no more: note and publication stay as they stand.
pub async fn mark(room: Room, asker: Asker, once: Once, number: Number, posture: String) -> Result<Stated> {
    let incident = super::incident::find(&room, &asker.viewer, &number).await?;
    let stands = list(&room, &asker.viewer, &incident).await?;
    let own = stands.iter().find(|stated| stated.organisation.id == asker.viewer.organisation);
    let kept = own.and_then(|stated| stated.own.clone());
    let input = PostureInput {
        posture,
        published: own.is_some_and(|stated| stated.published_at.is_some()),
        version: Some(kept.as_ref().map_or(0, |own| own.version)),
        note: kept.map_or_else(String::new, |own| own.note),
    };
    state(room, asker, once, number, input).await
}

/// The postures on an incident that the viewer may know of.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
) -> Result<Cleared<Vec<StatedPosture>>> {
    let rows = store::posture::list(&room.db, incident.id).await?;
    Ok(rows.into_iter().filter_map(|row| cleared(room, viewer, row)).collect())
}

/// One posture of an incident that the viewer sees, if they may know of it.
pub(crate) async fn find_for(
    room: &Room,
    viewer: &Viewer,
    incident: IncidentId,
    id: Uuid,
) -> Result<Option<Cleared<StatedPosture>>> {
    let row = store::posture::read(&room.db, id).await?.filter(|row| row.incident_id == incident);
    Ok(row.and_then(|row| cleared(room, viewer, row)))
}

fn cleared(room: &Room, viewer: &Viewer, row: PostureRow) -> Option<Cleared<StatedPosture>> {
    let directory = room.directory();
    let own = OwnPosture {
        version: row.version,
        note: row.note,
        stated_by: directory.person(row.stated_by)?.clone(),
        stated_at: row.stated_at,
    };
    let published_at: Option<Moment> = row.published_at;
    let organisation = directory.organisation(row.organisation_id)?.clone();
    policy::clear_posture(
        viewer,
        StatedPosture { organisation, posture: row.posture, published_at, own: Some(own) },
    )
}
