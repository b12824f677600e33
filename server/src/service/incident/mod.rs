//! The incident: found, shown, opened, changed.

mod change;
mod check;
pub(crate) mod clearance;
mod content;
mod legal_hold;
mod list;
mod marking;
mod open;
mod owner;
mod patch;
mod sight;
mod status;

use app::{
    model::{
        ClockKind, IncidentId, Moment, OrganisationId, PersonId, Tlp,
        clock::Clock,
        id::Number,
        incident::{Hold, Incident, Jurisdiction, Stages, Status},
        period::PeriodName,
    },
    policy::{self, Action, Cleared, Marking, Scope, Sight, Standing, Viewer},
};
use serde::{Deserialize, Serialize};

pub use change::{
    Edit, HoldInput, SeverityInput, VerificationInput, edit, hold as put_on_hold, resume, set_severity,
    set_verification,
};
pub use clearance::{ClearanceInput, decide_clearance};
pub use content::{ContentInput, set_content};
pub use legal_hold::{LegalHoldInput, set_legal_hold};
pub use list::{Listed, list};
pub use marking::{MarkingInput, set_marking};
pub use open::{OpenIncident, Opened, open, open_as, review};
pub use owner::{OwnerInput, accept, assign, take};
pub use patch::{HoldPatch, Patch, patch};
pub use sight::{Audience, audience_of, can_be_named, people_who_see};
pub(crate) use sight::{Names, looser, marking_inside};
pub use status::{StatusInput, cannot_follow, set_status};

use super::{Act, Conflict, Directory, Error, Result, Room, looks, store, store::incident::IncidentRow};

/// What a change of an incident answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    pub number: Number,
    pub version: i64,
}

/// An incident inside a write, with who has access and who is named.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub row: IncidentRow,
    pub marking: Marking,
    /// Whom others ask before they pass it on.
    pub origin: OrganisationId,
}

/// Where an incident came from; where that organisation has left the room, who leads it answers in its place.
pub(crate) fn origin_of(directory: &Directory, row: &IncidentRow) -> OrganisationId {
    let from = directory.person(row.opened_by).map(|person| person.organisation.id);
    from.filter(|id| directory.left_at(*id).is_none()).unwrap_or(row.lead_id)
}

impl Held {
    /// Whether it came from this organisation, which still has its part in it: what was ended gives nobody a part.
    pub(crate) fn is_origin(&self, organisation: OrganisationId) -> bool {
        self.origin == organisation && self.marking.access.contains(&organisation)
    }

    pub(crate) fn standing(&self, viewer: &Viewer) -> Standing {
        Standing {
            lead: self.row.lead_id == viewer.organisation,
            origin: self.is_origin(viewer.organisation),
            open: self.row.tlp.reaches_everyone(),
            awaited: self.row.handover_to == Some(viewer.person),
            ..Standing::default()
        }
    }
}

impl Act {
    /// The incident for a change, if it exists for the one who acts; else the answer of a number never given.
    pub(crate) async fn incident(&mut self, number: &Number) -> Result<Held> {
        let row = store::incident::find(&mut self.tx, number).await?.ok_or(Error::NotFound)?;
        let held = self.held(row).await?;
        match policy::sight(self.viewer()?, &held.marking) {
            Sight::Full => Ok(held),
            Sight::Hidden => Err(Error::NotFound),
        }
    }

    pub(crate) async fn held(&mut self, row: IncidentRow) -> Result<Held> {
        let access = store::incident::list_access(&mut self.tx, row.id).await?;
        let named = store::incident::list_named(&mut self.tx, row.id.0).await?;
        let origin = origin_of(&self.room.directory(), &row);
        Ok(Held { marking: Marking { tlp: row.tlp, access, named, audience: None }, row, origin })
    }

    /// Asks the policy whether the one who acts may do this to the incident.
    pub(crate) fn permit(&self, held: &Held, action: Action) -> Result<()> {
        let viewer = self.viewer()?;
        if policy::may(viewer, action, held.standing(viewer)) {
            Ok(())
        } else {
            Err(Error::Forbidden(refusal(action)))
        }
    }

    /// The version that the form was made from must still stand.
    pub(crate) fn fresh(&self, held: &Held, seen: i64) -> Result<()> {
        if held.row.version == seen { Ok(()) } else { Err(conflict(&held.row, String::new())) }
    }

    /// Writes the changed projection as the next version.
    pub(crate) async fn save(&mut self, held: &mut Held) -> Result<Changed> {
        let seen = held.row.version;
        held.row.version = seen + 1;
        held.row.updated_at = self.now;
        super::clocks::settle(&mut held.row);
        if !store::incident::set(&mut self.tx, &held.row, seen).await? {
            return Err(conflict(&held.row, String::new()));
        }
        Ok(Changed { number: held.row.number.clone(), version: held.row.version })
    }
}

pub(crate) fn conflict(row: &IncidentRow, by: String) -> Error {
    Error::Conflict(Box::new(Conflict { number: row.number.clone(), version: row.version, by }))
}

/// Why an act is refused, in words for the one who tried.
pub(crate) const fn refusal(action: Action) -> &'static str {
    match action {
        Action::Open => "Opening incidents is for analysts, liaisons and shift leads.",
        Action::Post | Action::Attach | Action::AddIndicator => {
            "Your role reads this incident, it does not write in it."
        }
        Action::Correct => "An entry is corrected by the person who wrote it.",
        Action::Strike => {
            "An entry is struck by its author or by the shift lead of the author's organisation."
        }
        Action::AddTask => "Tasks are given by analysts, liaisons and shift leads.",
        Action::FinishTask => "A task is done by the organisation that holds it, or by the lead.",
        Action::AcceptHandover => "The handover waits for somebody else.",
        Action::AssignShare => "The organisation that received it hands it to its own people.",
        Action::AnswerShare => "The organisation that received it answers.",
        Action::Edit
        | Action::SetSeverity
        | Action::SetStatus
        | Action::Verify
        | Action::Assign
        | Action::Handover
        | Action::Hold
        | Action::SetMarking => "The lead organisation decides that.",
        Action::Share => "The organisation that it came from shares it; others ask it to let a share pass.",
        Action::Revoke => "Whoever sent it, or the lead, takes it back.",
        Action::AskClear => "TLP:CLEAR is asked for by a liaison of the lead, and accepted by its counsel.",
        Action::DecideClear => {
            "Counsel of the lead decides that, never who asked, nor whom they lately let in or made counsel."
        }
        Action::SetLegalHold => "Counsel of the lead organisation decides that.",
        Action::ClearContent => "Counsel of the lead organisation takes this mark away.",
        Action::AskOnward => "Whoever takes part and writes here asks; where it came from it is shared.",
        Action::DecideOnward => "The organisation that it came from decides what is passed on.",
        Action::ReviewShare => "Counsel of the sender's organisation decides, never the sender.",
        Action::WithdrawHold => "Whoever wrote it withdraws it, or a liaison of their organisation.",
        Action::StatePosture => "A liaison, shift lead or counsel states the posture.",
    }
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

/// The incident with this number, if it exists for the viewer.
pub async fn find(room: &Room, viewer: &Viewer, number: &Number) -> Result<Cleared<Incident>> {
    let scope = policy::scope(viewer);
    let row = store::incident::find_visible(&room.db, scope, number).await?.ok_or(Error::NotFound)?;
    show(room, viewer, scope, row).await
}

pub(crate) async fn show(
    room: &Room,
    viewer: &Viewer,
    scope: Scope,
    row: IncidentRow,
) -> Result<Cleared<Incident>> {
    let places = async { Ok(store::incident::read_jurisdictions(&room.db, row.id).await?) };
    let (marking, places) = tokio::try_join!(marking(room, row.id, row.tlp), places)?;
    let duplicate_of = match row.duplicate_of {
        Some(id) => store::incident::find_visible_number(&room.db, scope, id).await?,
        None => None,
    };
    let incident = assemble(room, &row, &marking, places, duplicate_of)?;
    looks::at(row.id, row.tlp);
    policy::clear(viewer, &marking, incident).ok_or(Error::NotFound)
}

fn assemble(
    room: &Room,
    row: &IncidentRow,
    marking: &Marking,
    places: Vec<(String, String)>,
    duplicate_of: Option<Number>,
) -> Result<Incident> {
    let directory = room.directory();
    let reference = room.reference();
    let gone = || Error::internal(format!("{} names somebody whom the directory does not know", row.number));
    let person = |id: PersonId| directory.person(id).cloned();
    let others = marking.access.iter().filter(|id| **id != row.lead_id);
    let named = if row.tlp == Tlp::Red { marking.named.as_slice() } else { &[] };
    let period = row.period.as_ref().map(|slug| PeriodName {
        slug: slug.clone(),
        name: reference
            .periods
            .iter()
            .find(|p| p.slug == *slug)
            .map_or_else(|| slug.clone(), |p| p.name.clone()),
    });
    Ok(Incident {
        id: row.id,
        number: row.number.clone(),
        version: row.version,
        title: row.title.clone(),
        summary: row.summary.clone(),
        source: row.source.clone(),
        category: reference.category(&row.category, row.opened_at),
        severity: row.severity,
        status: row.status,
        disposition: row.disposition,
        verification: row.verification,
        tlp: row.tlp,
        lead: directory.organisation(row.lead_id).cloned().ok_or_else(gone)?,
        origin: directory.organisation(origin_of(&directory, row)).cloned().ok_or_else(gone)?,
        owner: row.owner_id.and_then(person),
        handover_to: row.handover_to.and_then(person),
        opened_by: person(row.opened_by).ok_or_else(gone)?,
        shared_with: others.filter_map(|id| directory.organisation(*id).cloned()).collect(),
        named: named.iter().filter_map(|id| person(*id)).collect(),
        jurisdictions: places.into_iter().map(jurisdiction).collect(),
        stages: stages(row),
        hold: hold(row),
        clocks: clocks(row),
        period,
        duplicate_of,
        referred_to: row.referred_to.and_then(|id| directory.organisation(id).cloned()),
        candidate_or_party_content: row.candidate_or_party_content,
        contains_personal_data: row.contains_personal_data,
        legal_hold: row.legal_hold,
        clearance: clearance::asked(&directory, row),
    })
}

pub(crate) fn jurisdiction((state, county): (String, String)) -> Jurisdiction {
    Jurisdiction { state, county: Some(county).filter(|county| !county.is_empty()) }
}

fn stages(row: &IncidentRow) -> Stages {
    Stages {
        occurred_at: row.occurred_at,
        reported_at: row.reported_at,
        opened_at: row.opened_at,
        acknowledged_at: row.acknowledged_at,
        contained_at: row.contained_at,
        resolved_at: row.resolved_at,
        closed_at: row.closed_at,
    }
}

pub(crate) fn hold(row: &IncidentRow) -> Option<Hold> {
    let (since, review_at) = (row.hold_since?, row.hold_review_at?);
    Some(Hold { since, reason: row.hold_reason.clone().unwrap_or_default(), review_at })
}

/// The targets of an incident, as its page draws them.
pub(crate) fn clocks(row: &IncidentRow) -> Vec<Clock> {
    let clock = |kind, from, due: Option<Moment>, met_at| {
        due.map(|due| Clock { kind, from, due, met_at, paused_at: row.hold_since })
    };
    let running = row.status.is_open() && row.status != Status::Resolved;
    let ended = row.resolved_at.or(row.closed_at);
    let update = running.then(|| clock(ClockKind::Update, row.update_from, row.update_due, None)).flatten();
    [
        clock(
            ClockKind::Acknowledge,
            row.acknowledge_from,
            row.acknowledge_due,
            row.acknowledged_at.or(ended),
        ),
        update,
        clock(ClockKind::Contain, row.contain_from, row.contain_due, row.contained_at.or(ended)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The one clock that the board shows: the next to ring, or the one that is past its target.
pub(crate) fn next_clock(row: &IncidentRow) -> Option<Clock> {
    let all = clocks(row);
    let running = all.iter().filter(|clock| clock.met_at.is_none()).min_by_key(|clock| clock.due);
    running.or_else(|| all.iter().rfind(|clock| clock.kind == ClockKind::Contain)).cloned()
}

/// The marking that an incident was cleared by, for what lies in it: as its reader got it, without another read.
pub fn marking_of(incident: &Cleared<Incident>) -> Marking {
    let others = incident.shared_with.iter().map(|organisation| organisation.id);
    Marking {
        tlp: incident.tlp,
        access: std::iter::once(incident.lead.id).chain(others).collect(),
        named: incident.named.iter().map(|person| person.id).collect(),
        audience: None,
    }
}

/// The marking of an incident outside a write, for what lies in it.
pub(crate) async fn marking(room: &Room, id: IncidentId, tlp: Tlp) -> Result<Marking> {
    let access: Vec<OrganisationId> = store::incident::read_access(&room.db, id).await?;
    let named = if tlp == Tlp::Red { store::incident::read_named(&room.db, id.0).await? } else { vec![] };
    Ok(Marking { tlp, access, named, audience: None })
}
