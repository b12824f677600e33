//! Who may see and do what: the only place that decides. Pure: no clock, no database.
//!
//! *Role says what you may do; organisation says what you may see.* [`sight`] answers for one thing,
//! [`scope`] gives the store the same answer as plain values for `where`, and a property test proves on
//! both databases that the two agree. [`Cleared`] is the proof that the question was asked: pages, the
//! API and the live stream take nothing else.
//!
//! Source of the markings: Traffic Light Protocol 2.0 (FIRST); of their use here: domain.md section 5.

mod administration;
mod glass;
mod ledger;
mod notice;
mod share;

use std::ops::Deref;

use serde::Serialize;

pub use administration::{
    Administration, Over, Subject, clear_account, clear_invitation, clear_part, clear_person, clear_set_up,
    clear_setting, knows, may_administer, roles_to_change, roles_to_give,
};
pub use glass::{Glass, clear_glass, eyes_of_glass, hears_of_glass, may_break_glass, through_glass};
pub use ledger::{Parties, export_scope, leaves, may_export_ledger, reads_answer, reads_crossing};
pub use notice::{is_in_the_room, is_told, may_mention};
pub use share::{clear_onward, clear_share, reads_onward, reads_share};

use crate::model::{
    Organisation, OrganisationId, PersonId, Role, Tlp, incident::Incident, organisation::Sector,
    posture::StatedPosture,
};

/// The person who asks, as the session or token proved them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Viewer {
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub sector: Sector,
    pub roles: Vec<Role>,
}

impl Viewer {
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
    fn has_any(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }
    /// How far this viewer's eyes reach, before any marking is looked at.
    pub fn reach(&self) -> Reach {
        if self.has(Role::RoomAdmin) {
            Reach::Nothing
        } else if self.has_any(&[Role::Screen, Role::Auditor]) {
            Reach::Community
        } else {
            Reach::Member
        }
    }
}

/// The room admin reads no content; screens and the auditor see GREEN and CLEAR; members what is theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    Nothing,
    Community,
    Member,
}

/// The label on a thing, and for whom it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marking {
    pub tlp: Tlp,
    /// The lead organisation and those it was shared with.
    pub access: Vec<OrganisationId>,
    /// With RED: the named people.
    pub named: Vec<PersonId>,
    /// Set on an entry or exhibit that is narrowed to some of the organisations.
    pub audience: Option<Vec<OrganisationId>>,
}

impl Marking {
    fn admits(&self, viewer: &Viewer) -> bool {
        match (viewer.reach(), self.tlp) {
            (Reach::Nothing, _) => false,
            (_, Tlp::Clear | Tlp::Green) => true,
            (Reach::Community, _) => false,
            (Reach::Member, Tlp::Amber | Tlp::AmberStrict) => {
                let narrowed = self.audience.as_ref();
                self.access.contains(&viewer.organisation)
                    && narrowed.is_none_or(|audience| audience.contains(&viewer.organisation))
            }
            (Reach::Member, Tlp::Red) => self.named.contains(&viewer.person),
        }
    }
}

/// A thing that carries a marking, and the marking of what it lies in (an entry lies in its incident).
pub trait Marked {
    fn marking(&self) -> &Marking;
    fn parent(&self) -> Option<&Marking> {
        None
    }
}

impl Marked for Marking {
    fn marking(&self) -> &Marking {
        self
    }
}

/// An entry, exhibit or indicator inside an incident.
#[derive(Clone, Copy, Debug)]
pub struct Inside<'a> {
    pub incident: &'a Marking,
    pub child: &'a Marking,
}

impl Marked for Inside<'_> {
    fn marking(&self) -> &Marking {
        self.child
    }
    fn parent(&self) -> Option<&Marking> {
        Some(self.incident)
    }
}

/// What a viewer gets of a thing. Hidden answers like a thing that never was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    Full,
    Hidden,
}

/// Decides whether the thing exists for this viewer.
pub fn sight(viewer: &Viewer, thing: &impl Marked) -> Sight {
    let through_parent = thing.parent().is_none_or(|parent| parent.admits(viewer));
    if through_parent && thing.marking().admits(viewer) { Sight::Full } else { Sight::Hidden }
}

/// The same decision as plain values, for the store's `where`.
///
/// GREEN and CLEAR need `community`; AMBER and AMBER+STRICT need a row of access (and of the audience,
/// where narrowed) for `organisation`; RED needs a row of the named for `person`. A share is read by its parties'
/// `organisation`; of a RED hold `counsel` of the sender reads too, of a RED request that waits whoever `speaks` for the
/// organisation that is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Scope {
    pub community: bool,
    pub organisation: Option<OrganisationId>,
    pub person: Option<PersonId>,
    pub counsel: bool,
    pub speaks: bool,
}

impl Scope {
    /// What every member of the same organisation sees: everything of [`scope`] but RED.
    pub fn shared(self) -> Self {
        Self { person: None, counsel: false, speaks: false, ..self }
    }
}

pub fn scope(viewer: &Viewer) -> Scope {
    let member = viewer.reach() == Reach::Member;
    Scope {
        community: viewer.reach() != Reach::Nothing,
        organisation: member.then_some(viewer.organisation),
        person: member.then_some(viewer.person),
        counsel: member && viewer.has(Role::Counsel),
        speaks: member && viewer.has_any(SPEAKERS),
    }
}

/// Somebody of an organisation whom nobody names, and who does nothing: for the question what all of its
/// people would see.
pub fn anybody_of(organisation: &Organisation) -> Viewer {
    let nobody = PersonId(uuid::Uuid::nil());
    Viewer { person: nobody, organisation: organisation.id, sector: organisation.sector, roles: vec![] }
}

/// What the wall shows whoever looks at it: GREEN and CLEAR only.
pub const WALL: Scope =
    Scope { community: true, organisation: None, person: None, counsel: false, speaks: false };

/// Proof that its value was cleared for a viewer. Only this module can make one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Cleared<T>(T);

impl<T> Cleared<T> {
    pub fn into_inner(self) -> T {
        self.0
    }
    /// Another view of what was cleared (a row of a page, a JSON body).
    pub fn map<U>(self, view: impl FnOnce(T) -> U) -> Cleared<U> {
        Cleared(view(self.0))
    }
}

impl<T> FromIterator<Cleared<T>> for Cleared<Vec<T>> {
    fn from_iter<I: IntoIterator<Item = Cleared<T>>>(items: I) -> Self {
        Self(items.into_iter().map(Cleared::into_inner).collect())
    }
}

impl<T> Deref for Cleared<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

/// Clears a value under its marking; none when it does not exist for this viewer.
pub fn clear<T>(viewer: &Viewer, marking: &impl Marked, value: T) -> Option<Cleared<T>> {
    match sight(viewer, marking) {
        Sight::Full => Some(Cleared(value)),
        Sight::Hidden => None,
    }
}

/// Clears a row that the store chose by [`scope`] and that carries no more than the row itself shows. The
/// property test that holds `scope` and [`sight`] together covers these lists too.
pub fn clear_by_scope<T>(value: T) -> Cleared<T> {
    Cleared(value)
}

/// Clears what carries no marking because everybody in the room may know it (organisations, categories).
pub fn clear_public<T>(value: T) -> Cleared<T> {
    Cleared(value)
}

/// An act that concerns no incident, as the journal has it.
#[derive(Clone, Copy, Debug)]
pub struct RoomAct<'a> {
    pub noun: &'a str,
    pub action: &'a str,
    pub by: Option<PersonId>,
    /// The person it is about, where it is about one.
    pub about: Option<PersonId>,
}

/// Reads every act of the room that concerns no incident: sign-ins, passwords, tokens.
pub fn reads_audit(viewer: &Viewer) -> bool {
    viewer.has(Role::Auditor)
}

/// Clears an act of the room: who joined it and what its settings became is known to all, what a person does with their own account to
/// them and the auditor alone.
pub fn clear_room_act<T>(viewer: &Viewer, act: &RoomAct<'_>, value: T) -> Option<Cleared<T>> {
    let known = matches!((act.noun, act.action), ("organisation" | "room", _) | ("person", "added"));
    let own = act.noun != "audit" && (act.by == Some(viewer.person) || act.about == Some(viewer.person));
    let setting = act.noun == "setting" && may_administer(viewer, Administration::ReadSettings, Over::Room);
    (known || own || setting || reads_audit(viewer)).then_some(Cleared(value))
}

/// Clears a posture on an incident that the viewer sees: all of it for its own organisation; for others what
/// was published, without the note and without how often it changed.
pub fn clear_posture(viewer: &Viewer, stated: StatedPosture) -> Option<Cleared<StatedPosture>> {
    let own = viewer.reach() == Reach::Member && stated.organisation.id == viewer.organisation;
    match (own, stated.published_at) {
        (true, _) => Some(Cleared(stated)),
        (false, Some(_)) => Some(Cleared(StatedPosture { own: None, ..stated })),
        (false, None) => None,
    }
}

/// Reads who of the recipient's people works on a share: their organisation alone.
pub fn keeps_assignment(viewer: &Viewer, recipient: OrganisationId) -> bool {
    viewer.reach() == Reach::Member && viewer.organisation == recipient
}

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
    /// To take away a mark that makes two people look.
    ClearContent,
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
        Self::ClearContent,
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
    /// Lately let in, or made counsel, by the author of what waits for counsel.
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
const SPEAKERS: &[Role] = &[Role::Liaison, Role::ShiftLead, Role::Counsel];
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
        Action::ClearContent => viewer.has(Role::Counsel) && standing.lead,
        Action::AnswerShare | Action::AssignShare => writer && standing.own_organisation,
        // Of their own organisation; nobody states another's.
        Action::StatePosture => viewer.has_any(SPEAKERS),
        // Two people: who wrote it never lets it out.
        Action::ReviewShare => {
            let second = !standing.author && !standing.beholden;
            viewer.has(Role::Counsel) && standing.own_organisation && second
        }
    }
}
