//! An organisation leaves the room, and is taken back. See docs/decisions/0010-an-organisation-leaves.md.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    model::{
        FieldErrors, IncidentId, Organisation, OrganisationId, Tlp,
        id::Number,
        leave::{Candidate, Led, Prospect, field},
        organisation::Sector,
    },
    policy::{self, Administration, Cleared, Marking, Over, Viewer},
};
use serde_json::json;

use super::{
    super::{
        Act, Asker, Begun, Error, Once, Result, Room,
        directory::Directory,
        error::faults,
        incident::Held,
        person::{actor, faults_of_reason},
        settled,
        share::{self, Survey},
        store::{self, incident::IncidentRow, organisation::DescribedRow},
    },
    find, part, permit, record,
};

/// What ends an organisation's part, as it was sent.
#[derive(Clone, Debug, Default)]
pub struct Leave {
    pub reason: String,
    /// As the caller saw the organisation.
    pub version: i64,
    /// Numbers, and the slug of the organisation that leads each from now on.
    pub leads: BTreeMap<String, String>,
    /// Who leads those for which nobody was chosen; empty for nobody.
    pub others: String,
}

impl Leave {
    /// The slug of who is to lead this one.
    fn lead_of(&self, number: &Number) -> &str {
        let own = self.leads.get(&number.to_string()).map_or("", |word| word.trim());
        if own.is_empty() { self.others.trim() } else { own }
    }
}

/// Who can lead an incident from which its lead goes: nobody sees more than before. Of GREEN and CLEAR everybody
/// in the room, those who take part first; of RED the organisations of its named people.
fn candidates(directory: &Directory, leaving: OrganisationId, marking: &Marking) -> Vec<Candidate> {
    let sits = |id: &OrganisationId| *id != leaving && directory.left_at(*id).is_none();
    let named: Vec<_> = marking
        .named
        .iter()
        .filter_map(|id| directory.viewer(*id))
        .map(|viewer| viewer.organisation)
        .collect();
    let takes_part = |id: &OrganisationId| sits(id) && (marking.tlp != Tlp::Red || named.contains(id));
    let part = marking.access.iter().filter(|id| takes_part(id));
    let mut found: Vec<Candidate> = part
        .filter_map(|id| directory.organisation(*id))
        .map(|organisation| Candidate { organisation: organisation.clone(), takes_part: true })
        .collect();
    if marking.tlp.reaches_everyone() {
        let mut others = directory.sitting();
        // The room's own comes last: whoever runs the room reads no content.
        others.sort_by_key(|other| (other.sector == Sector::Room, other.short.to_lowercase()));
        for other in others.into_iter().filter(|other| sits(&other.id)) {
            if !found.iter().any(|known| known.organisation.id == other.id) {
                found.push(Candidate { organisation: other.clone(), takes_part: false });
            }
        }
    }
    found
}

/// What it would come to, for whoever may do it.
pub async fn prospect(room: &Room, asker: &Asker, slug: &str) -> Result<Cleared<Prospect>> {
    let described = find(room, slug).await?;
    let id = described.organisation.id;
    permit(&asker.viewer, Administration::EndPart, Over::Organisation(id))?;
    let activity = store::person::list_activity(&room.db, Some(id), room.now()).await?;
    let directory = room.directory();
    let mut access: BTreeMap<_, Vec<OrganisationId>> = BTreeMap::new();
    for (incident, organisation) in store::leave::list_led_access(&room.db, slug).await? {
        access.entry(incident).or_default().push(organisation);
    }
    let led = store::leave::list_led(&room.db, slug).await?.into_iter().filter(|row| row.tlp != Tlp::Red);
    let leads = led.map(|row| {
        let access = access.remove(&row.id).unwrap_or_default();
        let marking = Marking { tlp: row.tlp, access, named: vec![], audience: None };
        let candidates = candidates(&directory, id, &marking);
        Led { number: row.number, severity: row.severity, tlp: row.tlp, candidates }
    });
    let prospect = Prospect {
        people: activity.len(),
        signed_in: activity.iter().filter(|one| one.sessions > 0).count(),
        invitations: store::leave::count_invitations(&room.db, id, room.now()).await?,
        leads: leads.collect(),
        version: described.version,
        organisation: described.organisation,
    };
    policy::clear_part(&asker.viewer, id, prospect).ok_or(Error::NotFound)
}

/// What is wrong with what was sent, before anything is done: what the page of the last step stands on.
pub async fn review(room: &Room, asker: &Asker, slug: &str, input: &Leave) -> Result<Cleared<Prospect>> {
    let prospect = prospect(room, asker, slug).await?;
    let left = room.directory().left_at(prospect.organisation.id).is_some();
    if left || prospect.version != input.version {
        return Err(Error::Changed { version: prospect.version });
    }
    let mut errors = FieldErrors::default();
    add_reason(room, &asker.viewer, &input.reason, &mut errors)?;
    for led in &prospect.leads {
        chosen(&led.number, &led.candidates, input, &mut errors);
    }
    if errors.is_empty() { Ok(prospect) } else { Err(Error::Invalid(errors)) }
}

/// Everybody in the room reads it: what an agency says goes through the gate.
fn add_reason(room: &Room, viewer: &Viewer, reason: &str, errors: &mut FieldErrors) -> Result<()> {
    if let Some(Error::Invalid(found)) = faults_of_reason(reason) {
        errors.merge(found);
    }
    errors.merge(faults(share::permit_reason(room, viewer, reason))?);
    Ok(())
}

fn chosen(
    number: &Number,
    candidates: &[Candidate],
    input: &Leave,
    errors: &mut FieldErrors,
) -> Option<Organisation> {
    let word = input.lead_of(number);
    let found = candidates.iter().find(|candidate| candidate.organisation.slug == word);
    if found.is_none() && !candidates.is_empty() {
        let slugs: Vec<_> = candidates.iter().map(|one| one.organisation.slug.as_str()).collect();
        errors.add(&field(number), format!("Choose who leads {number}: {}", slugs.join(", ")));
    }
    found.map(|candidate| candidate.organisation.clone())
}

/// Ends an organisation's part in the room: its people's access at once, what was shared with it, its lead of
/// open incidents. What it wrote stays. Answers the new version.
pub async fn leave(room: &Room, asker: &Asker, slug: &str, input: Leave, once: &Once) -> Result<i64> {
    let id = room.directory().organisation_by_slug(slug).ok_or(Error::NotFound)?.id;
    permit(&asker.viewer, Administration::EndPart, Over::Organisation(id))?;
    let (room, asker, once, slug) = (room.clone(), asker.clone(), once.clone(), slug.to_owned());
    settled(async move {
        // Whole timelines are read before everybody else waits; under the turn, only what came since.
        let survey = share::ahead_of_leads(&room, &joining(&room, &slug, &input).await?).await?;
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(version) => return Ok(version),
        };
        let row = turn(&mut act, id, Administration::EndPart, input.version).await?;
        if row.left_at.is_some() {
            return Err(Error::Changed { version: row.version });
        }
        let directory = room.directory();
        let leaving = directory.organisation(id).ok_or(Error::NotFound)?;
        let mut errors = FieldErrors::default();
        add_reason(&room, &asker.viewer, &input.reason, &mut errors)?;
        let moves = moves(&mut act, leaving, &input, &survey, &mut errors).await?;
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        end_parts(&mut act, leaving, moves).await?;
        let (now, reason) = (act.now(), input.reason.trim());
        let ended = store::leave::end_accounts(&mut act.tx, id, now).await?;
        tracing::info!(organisation = %leaving.slug, ?ended, "an organisation has left the room");
        store::organisation::set_left(&mut act.tx, id, Some(now), reason, row.version + 1).await?;
        // Everybody in the room reads this row: nothing of who shared what with whom is in it.
        act.record(record(id, "left", &json!({ "reason": reason, "address": asker.address }))).await?;
        act.commit_members(row.version + 1).await
    })
    .await
}

/// The open incidents that it leads, each with who is to lead it without having taken part.
async fn joining(room: &Room, slug: &str, input: &Leave) -> Result<Vec<(IncidentRow, OrganisationId)>> {
    let directory = room.directory();
    let part: BTreeSet<_> = store::leave::list_led_access(&room.db, slug).await?.into_iter().collect();
    let led = store::leave::list_led(&room.db, slug).await?.into_iter();
    // Of others nobody leads who does not take part.
    let led = led.filter(|row| row.tlp.reaches_everyone()).filter_map(|row| {
        let to = directory.organisation_by_slug(input.lead_of(&row.number))?.id;
        (!part.contains(&(row.id, to))).then_some((row, to))
    });
    Ok(led.collect())
}

/// The organisation under the writer's turn, if the actor may do this and saw it as it stands.
async fn turn(act: &mut Act, id: OrganisationId, deed: Administration, version: i64) -> Result<DescribedRow> {
    permit(&actor(act).await?, deed, Over::Organisation(id))?;
    let row = store::organisation::read(&mut act.tx, id).await?.ok_or(Error::NotFound)?;
    if row.version == version { Ok(row) } else { Err(Error::Changed { version: row.version }) }
}

/// An incident that it leads, and who leads it from now on; none where it rests.
type Move = (Held, Option<Organisation>);

/// The open incidents that it leads. RED is decided without the room admin, for whom it does not exist: the first
/// organisation with a named person leads.
async fn moves(
    act: &mut Act,
    leaving: &Organisation,
    input: &Leave,
    survey: &Survey,
    errors: &mut FieldErrors,
) -> Result<Vec<Move>> {
    let directory = act.room.directory();
    let mut moves = vec![];
    for row in store::leave::read_led(&mut act.tx, &leaving.slug).await? {
        let held = act.held(row).await?;
        let candidates = candidates(&directory, leaving.id, &held.marking);
        let lead = match held.row.tlp {
            Tlp::Red => candidates.into_iter().next().map(|candidate| candidate.organisation),
            _ => chosen(&held.row.number, &candidates, input, errors),
        };
        if let Some(lead) = lead.as_ref().filter(|lead| !held.marking.access.contains(&lead.id))
            && survey.joins_unread(&act.room, &held.row, lead.id).await?
        {
            let words = format!("{} does not take part, and would read what counsel has not", lead.short);
            errors.add(&field(&held.row.number), format!("{words}: choose another"));
        }
        moves.push((held, lead));
    }
    Ok(moves)
}

/// Its part in every incident, those that it leads first.
async fn end_parts(act: &mut Act, leaving: &Organisation, moves: Vec<Move>) -> Result<()> {
    let mut led = vec![];
    for (mut held, lead) in moves {
        led.push(held.row.id);
        match lead {
            Some(lead) => part::hand_on(act, &mut held, leaving, &lead).await?,
            None => part::lay_to_rest(act, &mut held, leaving).await?,
        }
    }
    for incident in parts(act, leaving).await? {
        if !led.contains(&incident) {
            part::end(act, incident, leaving).await?;
        }
    }
    share::leaves(act, leaving).await?;
    part::withdraw_holds(act, leaving).await
}

/// What it has access to, and what names its people; not all of the latter is an incident.
async fn parts(act: &mut Act, leaving: &Organisation) -> Result<BTreeSet<IncidentId>> {
    let mut parts: BTreeSet<_> =
        store::leave::list_access(&mut act.tx, leaving.id).await?.into_iter().collect();
    let directory = act.room.directory();
    let people = directory.members().into_iter().map(|member| &member.person);
    for person in people.filter(|person| person.organisation.id == leaving.id) {
        parts.extend(store::leave::list_naming(&mut act.tx, person.id).await?.into_iter().map(IncidentId));
    }
    Ok(parts)
}

/// Takes an organisation back: its people sign in as before, and the incidents that rested go on. What was shared
/// with it has to be shared again. Answers the new version.
pub async fn take_back(
    room: &Room,
    asker: &Asker,
    slug: &str,
    (reason, version): (&str, i64),
    once: &Once,
) -> Result<i64> {
    let id = room.directory().organisation_by_slug(slug).ok_or(Error::NotFound)?.id;
    permit(&asker.viewer, Administration::TakeBack, Over::Organisation(id))?;
    let (room, asker, once, reason) = (room.clone(), asker.clone(), once.clone(), reason.trim().to_owned());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(version) => return Ok(version),
        };
        let row = turn(&mut act, id, Administration::TakeBack, version).await?;
        if row.left_at.is_none() {
            return Err(Error::Changed { version: row.version });
        }
        let mut errors = FieldErrors::default();
        add_reason(&room, &asker.viewer, &reason, &mut errors)?;
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        let directory = room.directory();
        let back = directory.organisation(id).ok_or(Error::NotFound)?;
        for row in store::leave::read_led(&mut act.tx, &back.slug).await? {
            let mut held = act.held(row).await?;
            part::wake(&mut act, &mut held).await?;
        }
        share::returns(&mut act, back).await?;
        store::organisation::set_left(&mut act.tx, id, None, "", row.version + 1).await?;
        let body = json!({ "reason": reason, "address": asker.address });
        act.record(record(id, "taken_back", &body)).await?;
        act.commit_members(row.version + 1).await
    })
    .await
}
