//! Who may see and do what: the only place that decides. Pure: no clock, no database.
//!
//! *Role says what you may do; organisation says what you may see.* [`sight`] answers for one thing,
//! [`scope`] gives the store the same answer as plain values for `where`, and a property test proves on
//! both databases that the two agree. [`Cleared`] is the proof that the question was asked: pages, the
//! API and the live stream take nothing else.
//!
//! Source of the markings: Traffic Light Protocol 2.0 (FIRST); of their use here: `docs/policy-matrix.md`.

mod act;
mod administration;
mod glass;
mod ledger;
mod notice;
mod share;

use std::ops::Deref;

use serde::Serialize;

use self::act::SPEAKERS;
pub use act::{Action, Standing, may};
pub use administration::{
    Administration, Over, Subject, clear_account, clear_invitation, clear_part, clear_person, clear_set_up,
    clear_setting, knows, may_administer, roles_to_change, roles_to_give,
};
pub use glass::{Glass, clear_glass, eyes_of_glass, hears_of_glass, may_break_glass, through_glass};
pub use ledger::{Parties, export_scope, leaves, may_export_ledger, reads_answer, reads_crossing};
pub use notice::{is_in_the_room, is_told, may_mention};
pub use share::{clear_onward, clear_share, reads_onward, reads_share};

use crate::model::{
    Organisation, OrganisationId, PersonId, Role, Tlp, organisation::Sector, posture::StatedPosture,
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
