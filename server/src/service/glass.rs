//! Break-glass: a room admin reads one incident for a while, with a reason, each look written down, and the
//! liaisons and counsel of its lead organisation told. See docs/decisions/0008-break-glass.md.

use app::{
    model::{
        IncidentId, Moment, OrganisationId, entry::Entry, exhibit::Exhibit, glass::Broken, id::Number,
        incident::Incident, indicator::Indicator, panel::PageQuery, task::Task,
    },
    policy::{self, Cleared, Glass, Sight, Viewer},
};
use serde_json::json;
use uuid::Uuid;

use super::{
    Act, Asker, Begun, Error, Noun, Once, Record, Result, Room, entry,
    error::faults,
    incident, notice,
    panel::{self, Piece},
    person, settled,
    store::{
        self,
        glass::{GlassLineRow, GlassRow},
    },
};

/// Longest reason, in characters.
const REASON: usize = 500;
/// Tries within an hour, found or not: whoever guesses numbers is stopped soon.
const TRIES: usize = 5;
/// How long those who are told see it on the list of shares, in seconds: a week.
const TOLD: i64 = 7 * 86_400;
/// Most rows of a list.
const SHOWN: i64 = 50;
/// Entries of one page.
const PAGE: i64 = 100;

fn permit(viewer: &Viewer) -> Result<()> {
    if policy::may_break_glass(viewer) {
        return Ok(());
    }
    Err(Error::Forbidden("Break-glass is for the room admin, who reads no incident otherwise."))
}

fn glass_of(row: &GlassRow) -> Option<Glass> {
    let GlassRow { person_id, incident_id, ends_at, ended_at, .. } = row;
    Some(Glass { person: *person_id, incident: (*incident_id)?, ends_at: *ends_at, ended_at: *ended_at })
}

fn record(id: Uuid, action: &'static str, body: &serde_json::Value) -> Record {
    Record { incident: None, noun: Noun::Glass, noun_id: Some(id), action, body: body.to_string() }
}

/// Breaks the glass over an incident for `length` seconds. A number that was never given and one that stays
/// shut (RED) answer alike, and both are written down.
pub async fn begin(
    room: &Room,
    asker: &Asker,
    (number, reason): (&str, &str),
    length: i64,
    once: &Once,
) -> Result<Uuid> {
    permit(&asker.viewer)?;
    let mut errors = app::model::FieldErrors::default();
    let number: Option<Number> = number.trim().to_uppercase().parse().ok();
    if number.is_none() {
        errors.add("number", "A number as WF-0147");
    }
    let reason = reason.trim().to_owned();
    if !(1..=REASON).contains(&reason.chars().count()) {
        errors.add("reason", format!("Say why, in up to {REASON} characters"));
    }
    errors.merge(faults(super::share::permit_reason(room, &asker.viewer, &reason))?);
    let Some(number) = number.filter(|_| errors.is_empty()) else { return Err(Error::Invalid(errors)) };
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    let begun: Option<Uuid> = settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(begun) => return Ok(begun),
        };
        let viewer = person::actor(&mut act).await?;
        permit(&viewer)?;
        let now = act.now();
        let tries = store::glass::list_tries(&mut act.tx, viewer.person, now.plus_seconds(-3_600)).await?;
        if tries.len() >= TRIES {
            let retry_after = 3_600 - tries.first().map_or(0, |first| now.since(*first));
            return Err(Error::TooMany { retry_after });
        }
        let found = find_shut(&mut act, &viewer, &number).await?;
        let row = GlassRow {
            id: room.ids.uuid(),
            person_id: viewer.person,
            incident_id: found.map(|(incident, _)| incident),
            lead_id: found.map(|(_, lead)| lead),
            reason,
            begun_at: now,
            ends_at: if found.is_some() { now.plus_seconds(length) } else { now },
            ended_at: None,
        };
        store::glass::add(&mut act.tx, &row).await?;
        tell(&mut act, &asker, &row).await?;
        act.commit(found.map(|_| row.id)).await
    })
    .await?;
    begun.ok_or_else(|| Error::invalid("number", "There is no such incident, or none that break-glass opens"))
}

/// Tells that the glass was broken: by the row from which the live notice follows, and by the one from which
/// each liaison and counsel of the lead organisation gets a notice of their own.
async fn tell(act: &mut Act, asker: &Asker, row: &GlassRow) -> Result<()> {
    let action = if row.incident_id.is_some() { BEGUN } else { "found_nothing" };
    let body = json!({ "reason": row.reason, "ends_at": row.ends_at, "address": asker.address });
    act.record(record(row.id, action, &body)).await?;
    if row.incident_id.is_some() {
        let (incident, noun_id, action) = (row.incident_id, Some(row.id), notice::BREAK_GLASS);
        let told = Record { incident, noun: Noun::Audit, noun_id, action, body: "{}".into() };
        act.record(told).await?;
    }
    Ok(())
}

/// The journal's word for it.
pub(super) const BEGUN: &str = "begun";

/// The incident and its lead, where the eyes through a glass see it.
async fn find_shut(
    act: &mut Act,
    viewer: &Viewer,
    number: &Number,
) -> Result<Option<(IncidentId, OrganisationId)>> {
    let Some(row) = store::incident::find(&mut act.tx, number).await? else { return Ok(None) };
    let directory = act.room.directory();
    let lead = directory.organisation(row.lead_id).ok_or(Error::NotFound)?;
    let Some(eyes) = policy::eyes_of_glass(viewer, lead) else { return Ok(None) };
    let marking = incident::marking(&act.room, row.id, row.tlp).await?;
    Ok((policy::sight(&eyes, &marking) == Sight::Full).then_some((row.id, row.lead_id)))
}

/// What is read through the glass.
#[derive(Debug)]
pub struct Opened {
    pub broken: Broken,
    pub incident: Cleared<Incident>,
    /// The newest first.
    pub entries: Cleared<Vec<Entry>>,
    /// Sealed.
    pub next: Option<String>,
    pub exhibits: Piece<Exhibit>,
    pub indicators: Piece<Indicator>,
    pub tasks: Piece<Task>,
}

/// Reads the incident while the glass stands open for the asker. The look is written down before anything of it
/// is shown; where that cannot be done, nothing is.
pub async fn read(room: &Room, asker: &Asker, id: Uuid, query: &PageQuery) -> Result<Opened> {
    let viewer = &asker.viewer;
    permit(viewer).map_err(|_| Error::NotFound)?;
    let row = store::glass::find(&room.db, id).await?.ok_or(Error::NotFound)?;
    let glass = glass_of(&row).ok_or(Error::NotFound)?;
    let shut = store::incident::read(&room.db, glass.incident).await?.ok_or(Error::NotFound)?;
    // Those who were told of it are of the organisation that led it then.
    if row.lead_id != Some(shut.lead_id) {
        return Err(Error::NotFound);
    }
    let directory = room.directory();
    let lead = directory.organisation(shut.lead_id).ok_or(Error::NotFound)?;
    let eyes = policy::through_glass(viewer, &glass, shut.id, lead, room.now()).ok_or(Error::NotFound)?;
    let incident = incident::find(room, &eyes, &shut.number).await?;
    note_look(room, asker, id).await?;
    let after = query.timeline.after.clone();
    let asked = entry::TimelineQuery { after, limit: PAGE, ..entry::TimelineQuery::default() };
    let timeline = entry::list_written(room, &eyes, &incident, &asked).await?;
    let exhibits = panel::exhibits(room, &eyes, &incident, &query.panels).await?;
    let indicators = panel::indicators(room, &eyes, &incident, &query.panels).await?;
    let tasks = panel::tasks(room, &eyes, &incident, &query.panels).await?;
    let broken = broken(room, row, Some(incident.number.clone())).ok_or(Error::NotFound)?;
    let (entries, next) = (timeline.entries, timeline.next);
    Ok(Opened { broken, incident, entries, next, exhibits, indicators, tasks })
}

async fn note_look(room: &Room, asker: &Asker, id: Uuid) -> Result<()> {
    let (room, asker) = (room.clone(), asker.clone());
    settled(async move {
        let mut act = room.begin_for(asker.viewer.clone(), &asker.request).await?;
        act.record(record(id, "looked", &json!({ "address": asker.address }))).await?;
        act.commit_own().await
    })
    .await
}

/// Ends it by hand, before its time.
pub async fn end(room: &Room, asker: &Asker, id: Uuid, once: &Once) -> Result<()> {
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(()) => return Ok(()),
        };
        let row = store::glass::read(&mut act.tx, id).await?;
        let row = row.filter(|row| row.person_id == asker.viewer.person).ok_or(Error::NotFound)?;
        let now = act.now();
        if glass_of(&row).is_some_and(|glass| glass.is_open(now)) {
            store::glass::set_ended(&mut act.tx, id, now).await?;
            act.record(record(id, ENDED, &json!({ "address": asker.address }))).await?;
        }
        act.commit(()).await
    })
    .await
}

pub(super) const ENDED: &str = "ended";

fn broken(room: &Room, row: GlassRow, incident: Option<Number>) -> Option<Broken> {
    let by = room.directory().person(row.person_id)?.clone();
    let GlassRow { id, reason, begun_at, ends_at, ended_at, .. } = row;
    Some(Broken { id, incident, by, reason, begun_at, ends_at, ended_at })
}

/// The asker's own, the newest first.
pub async fn list_own(room: &Room, viewer: &Viewer) -> Result<Cleared<Vec<Broken>>> {
    permit(viewer)?;
    let rows = store::glass::list_of_person(&room.db, viewer.person, SHOWN).await?;
    Ok(clear_all(room, viewer, rows))
}

/// What the viewer is told of it lately: of the incidents that their organisation leads.
pub async fn list_told(room: &Room, viewer: &Viewer) -> Result<Cleared<Vec<Broken>>> {
    if !policy::hears_of_glass(viewer, viewer.organisation) {
        return Ok(std::iter::empty().collect());
    }
    let since = room.now().plus_seconds(-TOLD);
    let rows = store::glass::list_of_lead(&room.db, viewer.organisation, since, SHOWN).await?;
    Ok(clear_all(room, viewer, rows))
}

/// The same of one incident, however long ago.
pub async fn list_of(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
) -> Result<Cleared<Vec<Broken>>> {
    if !policy::hears_of_glass(viewer, incident.lead.id) {
        return Ok(std::iter::empty().collect());
    }
    let rows = store::glass::list_of_incident(&room.db, incident.id, SHOWN).await?;
    Ok(clear_all(room, viewer, rows))
}

fn clear_all(room: &Room, viewer: &Viewer, rows: Vec<GlassLineRow>) -> Cleared<Vec<Broken>> {
    let lines = rows.into_iter().filter_map(|GlassLineRow { glass, number }| {
        let (lead, by) = (glass.lead_id.unwrap_or(OrganisationId(Uuid::nil())), glass.person_id);
        policy::clear_glass(viewer, lead, by, broken(room, glass, number)?)
    });
    lines.collect()
}

/// The incident over which it was broken, for those who tell of it.
pub(super) async fn incident_of(room: &Room, id: Uuid) -> Result<Option<(IncidentId, OrganisationId)>> {
    let row = store::glass::find(&room.db, id).await?;
    Ok(row.and_then(|row| row.incident_id.zip(row.lead_id)))
}

/// The moment up to which a page that shows it may stand.
pub fn seconds_left(broken: &Broken, now: Moment) -> i64 {
    broken.until().since(now).max(0)
}
