//! Crossings of an organisation's boundary: shared, seen, acknowledged, answered, taken back.

use std::collections::HashMap;

use app::{
    model::{
        ExhibitId, FieldErrors, OrganisationId, ShareId, Tlp,
        entry::EntryKind,
        exhibit::CustodyAction,
        id::Number,
        share::{Purpose, Share, ShareState},
    },
    policy::{self, Action, Cleared, Marking, Standing, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    Act, Asker, Begun, Error, Noun, Once, Record, Result, Room,
    entry::{Before, NewEntry, checked_text},
    evidence,
    incident::Held,
    store::{self, incident::IncidentRow, share::ShareRow},
};

/// A crossing, checked, before it is a row of the ledger.
#[derive(Clone, Debug)]
pub(crate) struct NewShare {
    pub id: ShareId,
    pub to: OrganisationId,
    pub purpose: Purpose,
    pub text: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    pub exhibits: Vec<ExhibitId>,
}

/// A share as its journal row holds it.
#[derive(Debug, Serialize)]
struct ShareBody<'a> {
    id: ShareId,
    to: OrganisationId,
    purpose: Purpose,
    text: &'a str,
    tlp: Tlp,
    foreign_nexus: &'a str,
    exhibits: &'a [ExhibitId],
}

/// What the journal calls the act that makes a share; the others move it on.
pub(crate) const SHARED: &str = "shared";

pub(crate) fn body_of(row: &ShareRow, exhibits: &[ExhibitId]) -> Result<String> {
    let body = ShareBody {
        id: row.id,
        to: row.to_organisation,
        purpose: row.purpose,
        text: &row.body,
        tlp: row.tlp,
        foreign_nexus: &row.foreign_nexus,
        exhibits,
    };
    serde_json::to_string(&body).map_err(Error::internal)
}

/// The exhibits of a share in the order in which its journal row names them.
pub(crate) fn exhibits_of(body: &str) -> Vec<ExhibitId> {
    #[derive(Deserialize)]
    struct Body {
        exhibits: Vec<ExhibitId>,
    }
    serde_json::from_str(body).map_or_else(|_| vec![], |body: Body| body.exhibits)
}

/// Writes the ledger row, gives access, and says so in the timeline.
pub(crate) async fn add(
    act: &mut Act,
    incident: &IncidentRow,
    marking: &Marking,
    new: NewShare,
) -> Result<()> {
    let room = act.room.clone();
    let directory = room.directory();
    let viewer = act.viewer()?.clone();
    let mut row = ShareRow {
        id: new.id,
        incident_id: incident.id,
        seq: 0,
        version: 1,
        from_person: viewer.person,
        from_organisation: viewer.organisation,
        to_organisation: new.to,
        purpose: new.purpose,
        body: new.text,
        tlp: new.tlp,
        foreign_nexus: new.foreign_nexus,
        state: ShareState::Delivered,
        delivered_at: act.now(),
        seen_at: None,
        seen_by: None,
        acknowledged_at: None,
        acknowledged_by: None,
        answered_at: None,
        answered_by: None,
        answer: None,
        revoked_at: None,
        revoked_by: None,
    };
    let record = Record {
        incident: Some(incident.id),
        noun: Noun::Share,
        noun_id: Some(new.id.0),
        action: SHARED,
        body: body_of(&row, &new.exhibits)?,
    };
    row.seq = act.record(record).await?;
    store::share::add(&mut act.tx, &row).await?;
    for exhibit in &new.exhibits {
        store::share::add_exhibit(&mut act.tx, new.id, *exhibit).await?;
        // The ledger says with whom; the custody of the exhibit that it was shared at all.
        evidence::add_custody(act, incident.id, *exhibit, CustodyAction::Shared, "", "").await?;
    }
    let now = act.now();
    store::incident::add_access(&mut act.tx, incident.id, new.to, now).await?;
    let to = directory.organisation(new.to).map_or_else(String::new, |to| to.short.clone());
    let mut wider = marking.clone();
    if !wider.access.contains(&new.to) {
        wider.access.push(new.to);
    }
    let entry = NewEntry::about(EntryKind::Share, &wider).change("share", "", to).text(new.purpose.label());
    act.append_new(incident.id, entry, "shared").await.map(drop)
}

/// What the form and `POST .../shares` send.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ShareInput {
    /// Slugs of organisations.
    pub to: Vec<String>,
    pub purpose: String,
    pub text: String,
    /// Labels of exhibits: `E-3`.
    pub exhibits: Vec<String>,
    /// As the incident when empty; never looser.
    pub tlp: String,
    pub foreign_nexus: String,
}

/// The shares that were made, one an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    pub shares: Vec<ShareId>,
}

pub async fn share(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: ShareInput,
) -> Result<Shared> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(shared) => return Ok(shared),
    };
    let mut held = act.incident(&number).await?;
    act.permit(&held, Action::Share)?;
    let (purpose, tlp, to) = check(&room, &asker, &held, &input)?;
    let text = checked_text("text", &input.text)?;
    let exhibits = chosen_exhibits(&room, &asker.viewer, &held, &input.exhibits).await?;
    let mut shares = vec![];
    for organisation in to {
        let id = ShareId(room.ids.uuid());
        let new = NewShare {
            id,
            to: organisation,
            purpose,
            text: text.clone(),
            tlp,
            foreign_nexus: input.foreign_nexus.trim().chars().take(500).collect(),
            exhibits: exhibits.clone(),
        };
        add(&mut act, &held.row, &held.marking, new).await?;
        if !held.marking.access.contains(&organisation) {
            held.marking.access.push(organisation);
        }
        shares.push(id);
    }
    act.save(&mut held).await?;
    act.commit(Shared { shares }).await
}

fn check(
    room: &Room,
    asker: &Asker,
    held: &Held,
    input: &ShareInput,
) -> Result<(Purpose, Tlp, Vec<OrganisationId>)> {
    let mut errors = FieldErrors::default();
    let purpose = match input.purpose.trim() {
        "" => Purpose::Awareness,
        word => word.parse().unwrap_or_else(|_| {
            errors.add("purpose", "Choose a purpose from the list");
            Purpose::Awareness
        }),
    };
    let tlp = match input.tlp.trim() {
        "" => held.row.tlp,
        word => word.parse().unwrap_or_else(|_| {
            errors.add("tlp", "Choose one of the five TLP labels");
            held.row.tlp
        }),
    };
    if tlp < held.row.tlp {
        errors.add("tlp", format!("Not looser than the incident, which is {}", held.row.tlp.label()));
    }
    if held.row.tlp == Tlp::Red {
        errors.add("to", "TLP:RED goes to named people: change the marking to name them");
    }
    let directory = room.directory();
    let mut to = vec![];
    for slug in input.to.iter().map(|slug| slug.trim()).filter(|slug| !slug.is_empty()) {
        match directory.organisation_by_slug(slug) {
            Some(found) if found.id == asker.viewer.organisation => {
                errors.add("to", "Your own organisation leads it already");
            }
            Some(found) if !to.contains(&found.id) => to.push(found.id),
            Some(_) => {}
            None => errors.add("to", format!("There is no organisation “{slug}” in this room")),
        }
    }
    if to.is_empty() && errors.first("to").is_none() {
        errors.add("to", "Choose with whom to share");
    }
    if errors.is_empty() { Ok((purpose, tlp, to)) } else { Err(Error::Invalid(errors)) }
}

async fn chosen_exhibits(
    room: &Room,
    viewer: &Viewer,
    held: &Held,
    labels: &[String],
) -> Result<Vec<ExhibitId>> {
    let mut chosen = vec![];
    for label in labels.iter().map(|label| label.trim()).filter(|label| !label.is_empty()) {
        let unknown = || Error::invalid("exhibits", format!("There is no exhibit {label}"));
        let number: i64 = label.trim_start_matches("E-").parse().map_err(|_| unknown())?;
        let scope = policy::scope(viewer);
        let row = store::exhibit::find_visible(&room.db, scope, held.row.id, number).await?;
        chosen.push(row.ok_or_else(unknown)?.id);
    }
    Ok(chosen)
}

/// What the recipient does with a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Seen,
    Acknowledge,
    Answer(String),
    /// The organisation that shared takes it back.
    Revoke,
}

/// Where a share stands after a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stepped {
    pub id: ShareId,
    pub number: Number,
}

pub async fn step(room: Room, asker: Asker, once: Once, id: ShareId, step: Step) -> Result<Stepped> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(stepped) => return Ok(stepped),
    };
    let mut row = store::share::find(&mut act.tx, id).await?.ok_or(Error::NotFound)?;
    let incident = store::incident::find_by_id(&mut act.tx, row.incident_id).await?.ok_or(Error::NotFound)?;
    let mut held = act.held(incident).await?;
    let viewer = act.viewer()?.clone();
    let party = row.from_organisation == viewer.organisation || row.to_organisation == viewer.organisation;
    policy::clear(&viewer, &held.marking, ()).filter(|_| party).ok_or(Error::NotFound)?;
    let standing =
        Standing { own_organisation: row.to_organisation == viewer.organisation, ..held.standing(&viewer) };
    let action = if step == Step::Revoke { Action::Revoke } else { Action::AnswerShare };
    if !policy::may(&viewer, action, standing) {
        let words = if step == Step::Revoke {
            "The lead organisation takes it back."
        } else {
            "The organisation that received it answers."
        };
        return Err(Error::Forbidden(words));
    }
    if row.state == ShareState::Revoked {
        return Err(Error::invalid("state", "This share was taken back"));
    }
    let word = advance(&mut row, &step, &viewer, act.now())?;
    if let Some(word) = word {
        row.version += 1;
        store::share::set_state(&mut act.tx, &row).await?;
        let body = serde_json::json!({ "id": id, "state": row.state, "answer": row.answer }).to_string();
        let record = Record {
            incident: Some(row.incident_id),
            noun: Noun::Share,
            noun_id: Some(id.0),
            action: word,
            body,
        };
        act.record(record).await?;
        if step == Step::Revoke {
            take_back(&mut act, &mut held, &row).await?;
        } else if let Step::Answer(_) = step {
            answered(&mut act, &held, &row).await?;
        }
    }
    let number = held.row.number.clone();
    act.commit(Stepped { id, number }).await
}

/// Moves the share on; a step that was reached before changes nothing.
fn advance(
    row: &mut ShareRow,
    step: &Step,
    viewer: &Viewer,
    now: app::model::Moment,
) -> Result<Option<&'static str>> {
    let person = Some(viewer.person);
    Ok(match step {
        Step::Seen if row.seen_at.is_some() => None,
        Step::Seen => {
            (row.seen_at, row.seen_by, row.state) = (Some(now), person, ShareState::Seen);
            Some("seen")
        }
        Step::Acknowledge if row.acknowledged_at.is_some() => None,
        Step::Acknowledge => {
            row.seen_at.get_or_insert(now);
            row.seen_by = row.seen_by.or(person);
            (row.acknowledged_at, row.acknowledged_by, row.state) =
                (Some(now), person, ShareState::Acknowledged);
            Some("acknowledged")
        }
        Step::Answer(_) if row.answered_at.is_some() => {
            return Err(Error::invalid("text", "It was answered before; post an update for more"));
        }
        Step::Answer(text) => {
            let text = checked_text("text", text)?;
            row.seen_at.get_or_insert(now);
            row.acknowledged_at.get_or_insert(now);
            row.seen_by = row.seen_by.or(person);
            row.acknowledged_by = row.acknowledged_by.or(person);
            (row.answered_at, row.answered_by, row.state) = (Some(now), person, ShareState::Answered);
            row.answer = Some(text);
            Some("answered")
        }
        Step::Revoke => {
            (row.revoked_at, row.revoked_by, row.state) = (Some(now), person, ShareState::Revoked);
            Some("revoked")
        }
    })
}

/// An answer stands in the timeline, for the two organisations that it concerns.
async fn answered(act: &mut Act, held: &Held, row: &ShareRow) -> Result<()> {
    let text = row.answer.clone().unwrap_or_default();
    let mut entry = NewEntry::about(EntryKind::Answer, &held.marking).text(text);
    if matches!(entry.tlp, Tlp::Amber | Tlp::AmberStrict) {
        let pair = vec![row.from_organisation, row.to_organisation];
        entry.audience = held.marking.access.iter().any(|id| !pair.contains(id)).then_some(pair);
    }
    act.append_new(held.row.id, entry, "posted").await.map(drop)
}

/// The last standing share gone, the organisation sees nothing any more, from this commit on.
async fn take_back(act: &mut Act, held: &mut Held, row: &ShareRow) -> Result<()> {
    let to = row.to_organisation;
    let standing = store::share::list_standing(&mut act.tx, held.row.id, to).await?;
    let before = Before::from(&held.marking);
    let loses = standing.is_empty() && to != held.row.lead_id;
    if loses {
        store::incident::remove_access(&mut act.tx, held.row.id, to).await?;
        held.marking.access.retain(|id| *id != to);
        let directory = act.room.directory();
        let waiting = held.row.handover_to.and_then(|id| directory.person(id)).map(|p| p.organisation.id);
        if waiting == Some(to) {
            held.row.handover_to = None;
        }
    }
    let name = act.room.directory().organisation(to).map_or_else(String::new, |to| to.short.clone());
    let entry = NewEntry::about(EntryKind::Share, &held.marking).change("share", name, "taken back");
    let before = loses.then_some(before);
    act.append_new(held.row.id, NewEntry { before, ..entry }, "unshared").await?;
    act.save(held).await.map(drop)
}

/// Somebody of the recipient has opened the incident: its shares to them are seen from now on. A room that
/// takes no writes shows the page all the same.
pub async fn note_seen(
    room: &Room,
    asker: &Asker,
    incident: &Cleared<app::model::incident::Incident>,
) -> Result<()> {
    let viewer = &asker.viewer;
    let standing = Standing { own_organisation: true, ..Standing::default() };
    if room.is_read_only() || !policy::may(viewer, Action::AnswerShare, standing) {
        return Ok(());
    }
    for id in store::share::list_unseen(&room.db, incident.id, viewer.organisation).await? {
        let seen = step(room.clone(), asker.clone(), Once::each_time(), id, Step::Seen);
        if let Err(error) = super::settled(seen).await {
            tracing::warn!(%error, "a share could not be marked as seen");
        }
    }
    Ok(())
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

/// The shares of an incident that the viewer's organisation made or received, oldest first.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<app::model::incident::Incident>,
    after: i64,
    limit: i64,
) -> Result<(Cleared<Vec<Share>>, Option<i64>)> {
    let limit = limit.clamp(1, 200);
    let mut rows = store::share::list(&room.db, incident.id, viewer.organisation, after, limit + 1).await?;
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.seq);
    let exhibits =
        if rows.is_empty() { HashMap::new() } else { visible_exhibits(room, viewer, incident.id).await? };
    let marking = super::incident::marking_of(incident);
    let shares = rows.into_iter().filter_map(|row| {
        let share = assemble(room, &incident.number, row, &exhibits)?;
        policy::clear(viewer, &marking, share)
    });
    Ok((shares.collect(), next))
}

/// Numbers of the exhibits of each share, without those that the viewer may not see.
async fn visible_exhibits(
    room: &Room,
    viewer: &Viewer,
    incident: app::model::IncidentId,
) -> Result<HashMap<ShareId, Vec<i64>>> {
    let mut map: HashMap<ShareId, Vec<i64>> = HashMap::new();
    for (share, exhibit, number) in store::share::list_exhibits(&room.db, incident).await? {
        let seen = store::exhibit::find_visible_by_id(&room.db, policy::scope(viewer), exhibit).await?;
        if seen.is_some() {
            map.entry(share).or_default().push(number);
        }
    }
    Ok(map)
}

/// One share, if the viewer's organisation is a party of it and still sees the incident.
pub async fn find(room: &Room, viewer: &Viewer, id: ShareId) -> Result<Cleared<Share>> {
    let row = store::share::read(&room.db, id).await?.ok_or(Error::NotFound)?;
    let party = row.from_organisation == viewer.organisation || row.to_organisation == viewer.organisation;
    if !party {
        return Err(Error::NotFound);
    }
    let scope = policy::scope(viewer);
    let incident = store::incident::find_visible_by_id(&room.db, scope, row.incident_id)
        .await?
        .ok_or(Error::NotFound)?;
    let marking = super::incident::marking(room, incident.id, incident.tlp).await?;
    let exhibits = visible_exhibits(room, viewer, incident.id).await?;
    let share = assemble(room, &incident.number, row, &exhibits).ok_or(Error::NotFound)?;
    policy::clear(viewer, &marking, share).ok_or(Error::NotFound)
}

fn assemble(
    room: &Room,
    number: &Number,
    row: ShareRow,
    exhibits: &HashMap<ShareId, Vec<i64>>,
) -> Option<Share> {
    let directory = room.directory();
    Some(Share {
        id: row.id,
        incident: number.clone(),
        version: row.version,
        from: directory.person(row.from_person)?.clone(),
        to: directory.organisation(row.to_organisation)?.clone(),
        purpose: row.purpose,
        text: row.body,
        tlp: row.tlp,
        foreign_nexus: row.foreign_nexus,
        exhibits: exhibits.get(&row.id).cloned().unwrap_or_default(),
        state: row.state,
        delivered_at: row.delivered_at,
        seen_at: row.seen_at,
        acknowledged_at: row.acknowledged_at,
        answered_at: row.answered_at,
        answer: row.answer,
        revoked_at: row.revoked_at,
    })
}
