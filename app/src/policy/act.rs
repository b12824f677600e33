//! What a person may do to a thing that they see.

use super::{Reach, Viewer};
use crate::model::{Role, incident::Incident};

/// Everything that a person can do to an incident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    Open,
    Post,
    Correct,
    Strike,
    Attach,
    AddIndicator,
    AddTask,
    FinishTask,
    Edit,
    SetSeverity,
    SetStatus,
    Verify,
    Assign,
    Handover,
    AcceptHandover,
    Hold,
    SetMarking,
    Share,
    Revoke,
    AnswerShare,
    AssignShare,
    StatePosture,
    ReviewShare,
    /// To stop what waits for counsel.
    WithdrawHold,
    /// To take away a mark that makes two people look.
    ClearContent,
    /// To say that all of it has to be kept for a proceeding.
    SetLegalHold,
    AskOnward,
    DecideOnward,
    /// To ask that it becomes TLP:CLEAR.
    AskClear,
    /// To accept or refuse that.
    DecideClear,
}

impl Action {
    pub const ALL: &'static [Self] = &[
        Self::Open,
        Self::Post,
        Self::Correct,
        Self::Strike,
        Self::Attach,
        Self::AddIndicator,
        Self::AddTask,
        Self::FinishTask,
        Self::Edit,
        Self::SetSeverity,
        Self::SetStatus,
        Self::Verify,
        Self::Assign,
        Self::Handover,
        Self::AcceptHandover,
        Self::Hold,
        Self::SetMarking,
        Self::Share,
        Self::Revoke,
        Self::AnswerShare,
        Self::AssignShare,
        Self::StatePosture,
        Self::ReviewShare,
        Self::WithdrawHold,
        Self::ClearContent,
        Self::SetLegalHold,
        Self::AskOnward,
        Self::DecideOnward,
        Self::AskClear,
        Self::DecideClear,
    ];
}

/// How a viewer stands to what they act on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The viewer's organisation leads the incident.
    pub lead: bool,
    /// It came from the viewer's organisation, which others ask before they pass it on.
    pub origin: bool,
    /// Every organisation in the room reads it.
    pub open: bool,
    /// The viewer's organisation sent the share.
    pub sent: bool,
    /// The viewer wrote the entry that is corrected or struck, or what waits for counsel.
    pub author: bool,
    /// Lately let in, or made counsel, by the author of what waits for counsel, or both by the same third.
    pub beholden: bool,
    /// The viewer's organisation wrote the entry, holds the task, or received the share.
    pub own_organisation: bool,
    /// The handover waits for this person.
    pub awaited: bool,
}

impl Standing {
    /// How a viewer stands to an incident that they see.
    pub fn to(viewer: &Viewer, incident: &Incident) -> Self {
        Self {
            lead: incident.lead.id == viewer.organisation,
            origin: incident.origin.id == viewer.organisation,
            open: incident.tlp.reaches_everyone(),
            awaited: incident.handover_to.as_ref().is_some_and(|person| person.id == viewer.person),
            author: incident.clearance.as_ref().is_some_and(|asked| asked.by.id == viewer.person),
            ..Self::default()
        }
    }
}

const WRITERS: &[Role] = &[Role::Analyst, Role::Liaison, Role::ShiftLead, Role::Counsel];
/// Who speaks for an organisation.
pub(super) const SPEAKERS: &[Role] = &[Role::Liaison, Role::ShiftLead, Role::Counsel];
const WORKERS: &[Role] = &[Role::Analyst, Role::Liaison, Role::ShiftLead];

/// Decides an act on a thing that the viewer can see (what they cannot see was 404 before this question).
pub fn may(viewer: &Viewer, action: Action, standing: Standing) -> bool {
    if viewer.reach() != Reach::Member {
        return false;
    }
    let writer = viewer.has_any(WRITERS);
    let worker = viewer.has_any(WORKERS);
    match action {
        Action::Open => worker,
        Action::Post | Action::Attach | Action::AddIndicator => writer,
        Action::Correct => writer && standing.author,
        Action::Strike => {
            writer && (standing.author || (standing.own_organisation && viewer.has(Role::ShiftLead)))
        }
        Action::AddTask => worker,
        Action::FinishTask => worker && (standing.lead || standing.own_organisation),
        Action::Edit
        | Action::SetSeverity
        | Action::SetStatus
        | Action::Verify
        | Action::Assign
        | Action::Handover
        | Action::Hold
        | Action::SetMarking => worker && standing.lead,
        Action::AcceptHandover => worker && standing.awaited,
        // TLP: an onward share asks the originator. What everybody reads nobody is asked for.
        Action::Share => writer && (standing.origin || (standing.lead && standing.open)),
        Action::AskOnward => writer && !standing.origin,
        Action::DecideOnward => writer && standing.origin,
        // Also what was shared before somebody else led.
        Action::Revoke => writer && (standing.sent || standing.lead),
        Action::AskClear => standing.lead && viewer.has(Role::Liaison),
        // Two people: who asks does not accept.
        Action::DecideClear => {
            standing.lead && viewer.has(Role::Counsel) && !standing.author && !standing.beholden
        }
        // Whoever may set it would otherwise take it away, share, and set it again.
        Action::ClearContent | Action::SetLegalHold => viewer.has(Role::Counsel) && standing.lead,
        Action::AnswerShare | Action::AssignShare => writer && standing.own_organisation,
        // Of their own organisation; nobody states another's.
        Action::StatePosture => viewer.has_any(SPEAKERS),
        Action::WithdrawHold => {
            writer && standing.own_organisation && (standing.author || viewer.has(Role::Liaison))
        }
        // Two people: who wrote it never lets it out.
        Action::ReviewShare => {
            let second = !standing.author && !standing.beholden;
            viewer.has(Role::Counsel) && standing.own_organisation && second
        }
    }
}
