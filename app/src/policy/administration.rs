//! Who looks after whom: organisations, people, roles, links, the audit log, the room's settings.
//!
//! An organisation's admin looks after its people. The room admin looks after every organisation and reads no content,
//! so in another organisation they only see to it that it has an admin of its own: they invite one where none is
//! active, give or take that role, and make links for those alone. To end an account, and to give it back, is theirs
//! everywhere. Nobody acts on themselves: what lifts or ends an account is always somebody else's act.

use super::{Cleared, Viewer};
use crate::model::{OrganisationId, PersonId, Role, setting::SettingKind};

/// Every act of an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Administration {
    AddOrganisation,
    /// Its names, as everybody reads them.
    EditOrganisation,
    SetWatchContact,
    /// Its part in the room: its people's access and everything that was shared with it.
    EndPart,
    TakeBack,
    /// To hand out, send again or withdraw a one-time link of the organisation.
    Invite,
    GiveRoles,
    Suspend,
    Restore,
    ResetPassword,
    /// Last sign-in, sessions, suspension and its reason.
    SeeAccount,
    ReadAudit,
    /// The steps that follow the founding of a room.
    SetUp,
    ReadSettings,
    /// A section of the room's settings.
    ChangeSetting,
}

impl Administration {
    pub const ALL: &'static [Self] = &[
        Self::AddOrganisation,
        Self::EditOrganisation,
        Self::SetWatchContact,
        Self::EndPart,
        Self::TakeBack,
        Self::Invite,
        Self::GiveRoles,
        Self::Suspend,
        Self::Restore,
        Self::ResetPassword,
        Self::SeeAccount,
        Self::ReadAudit,
        Self::SetUp,
        Self::ReadSettings,
        Self::ChangeSetting,
    ];
}

/// What an administrator acts on.
#[derive(Clone, Copy, Debug)]
pub enum Over<'a> {
    Room,
    Organisation(OrganisationId),
    Person(&'a Subject),
    Setting(SettingKind),
}

/// A person as somebody else's act concerns them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    pub person: PersonId,
    pub organisation: OrganisationId,
    pub roles: Vec<Role>,
    pub suspended: bool,
    /// Their organisation has left the room.
    pub away: bool,
}

impl Subject {
    /// Holds a role of the whole room, which no organisation's admin may touch.
    fn is_of_the_room(&self) -> bool {
        self.roles.iter().any(|role| ROOM_ROLES.contains(role))
    }
}

/// Roles over all organisations: only a room admin gives, takes or touches them.
const ROOM_ROLES: &[Role] = &[Role::RoomAdmin, Role::Auditor];

/// The viewer looks after this organisation.
fn looks_after(viewer: &Viewer, organisation: OrganisationId) -> bool {
    let own = viewer.organisation == organisation;
    viewer.has(Role::RoomAdmin) || (own && viewer.has(Role::OrganisationAdmin))
}

/// What a shift lead of any organisation may have to change in the middle of the night. What the room holds back
/// for counsel, and what it explains about purposes, is for the room admin.
const OF_THE_SHIFT: &[SettingKind] =
    &[SettingKind::Severities, SettingKind::Periods, SettingKind::Categories, SettingKind::Playbooks];

/// An auditor writes nothing and a screen reads nothing, whatever else they are.
fn changes_setting(viewer: &Viewer, kind: SettingKind) -> bool {
    let writes = !viewer.has_any(&[Role::Auditor, Role::Screen]);
    let of_the_shift = viewer.has(Role::ShiftLead) && OF_THE_SHIFT.contains(&kind);
    writes && (viewer.has(Role::RoomAdmin) || of_the_shift)
}

/// Clears where a room stands in its set-up, for whoever sets it up.
pub fn clear_set_up<T>(viewer: &Viewer, value: T) -> Option<Cleared<T>> {
    may_administer(viewer, Administration::SetUp, Over::Room).then_some(Cleared(value))
}

/// Clears what every person in the room may know of its settings.
pub fn clear_setting<T>(viewer: &Viewer, value: T) -> Option<Cleared<T>> {
    may_administer(viewer, Administration::ReadSettings, Over::Room).then_some(Cleared(value))
}

/// Decides an act of administration.
pub fn may_administer(viewer: &Viewer, act: Administration, over: Over<'_>) -> bool {
    use Administration as Act;
    match (act, over) {
        (Act::AddOrganisation | Act::SetUp, Over::Room) => viewer.has(Role::RoomAdmin),
        (Act::EditOrganisation, Over::Organisation(_)) => viewer.has(Role::RoomAdmin),
        // Nobody ends their own, so that somebody is always left who can take back.
        (Act::EndPart | Act::TakeBack, Over::Organisation(organisation)) => {
            viewer.has(Role::RoomAdmin) && viewer.organisation != organisation
        }
        (Act::SetWatchContact | Act::Invite, Over::Organisation(organisation)) => {
            looks_after(viewer, organisation)
        }
        (Act::ReadAudit, Over::Room) => viewer.has(Role::Auditor),
        (Act::ReadAudit, Over::Organisation(organisation)) => {
            viewer.has(Role::Auditor)
                || (viewer.organisation == organisation && viewer.has(Role::OrganisationAdmin))
        }
        (Act::ReadSettings, Over::Room) => !viewer.has(Role::Screen),
        (Act::ChangeSetting, Over::Setting(kind)) => changes_setting(viewer, kind),
        (Act::SeeAccount, Over::Person(subject)) => {
            viewer.person == subject.person || looks_after(viewer, subject.organisation)
        }
        (Act::Suspend | Act::Restore, Over::Person(subject)) => {
            viewer.person != subject.person
                && looks_after(viewer, subject.organisation)
                && (viewer.has(Role::RoomAdmin) || !subject.is_of_the_room())
        }
        (Act::GiveRoles | Act::ResetPassword, Over::Person(subject)) => {
            // What gives somebody the eyes or the voice of another organisation is that organisation's.
            let theirs = viewer.organisation != subject.organisation;
            let administers = subject.roles.contains(&Role::OrganisationAdmin) || subject.is_of_the_room();
            viewer.person != subject.person
                && looks_after(viewer, subject.organisation)
                && (viewer.has(Role::RoomAdmin) || !subject.is_of_the_room())
                && (!theirs || administers)
        }
        _ => false,
    }
}

/// With which roles the viewer may let somebody into this organisation. `administered`: somebody active looks after
/// it already.
pub fn roles_to_give(viewer: &Viewer, organisation: OrganisationId, administered: bool) -> Vec<Role> {
    match viewer.organisation == organisation {
        _ if !looks_after(viewer, organisation) => vec![],
        true => roles_at_home(viewer),
        false if administered => vec![],
        false => vec![Role::OrganisationAdmin],
    }
}

/// The roles that the viewer may give to this person and take from them.
pub fn roles_to_change(viewer: &Viewer, subject: &Subject) -> Vec<Role> {
    let may = may_administer(viewer, Administration::GiveRoles, Over::Person(subject));
    match viewer.organisation == subject.organisation {
        _ if !may => vec![],
        true => roles_at_home(viewer),
        false => [&[Role::OrganisationAdmin], ROOM_ROLES].concat(),
    }
}

fn roles_at_home(viewer: &Viewer) -> Vec<Role> {
    let all = Role::ALL.iter().copied();
    all.filter(|role| viewer.has(Role::RoomAdmin) || !ROOM_ROLES.contains(role)).collect()
}

/// Whether this person exists for the viewer: everybody knows who is in the room; a suspended person and a
/// wall's device are known to those who look after them.
pub fn knows(viewer: &Viewer, subject: &Subject) -> bool {
    super::is_in_the_room(subject)
        || may_administer(viewer, Administration::SeeAccount, Over::Person(subject))
}

/// Clears what everybody may know of a person: name, address, organisation, roles.
pub fn clear_person<T>(viewer: &Viewer, subject: &Subject, value: T) -> Option<Cleared<T>> {
    knows(viewer, subject).then_some(Cleared(value))
}

/// Clears what only a person's administrators may know: when and where they were signed in.
pub fn clear_account<T>(viewer: &Viewer, subject: &Subject, value: T) -> Option<Cleared<T>> {
    may_administer(viewer, Administration::SeeAccount, Over::Person(subject)).then_some(Cleared(value))
}

/// Clears what the end of an organisation's part comes to, for whoever may end it.
pub fn clear_part<T>(viewer: &Viewer, organisation: OrganisationId, value: T) -> Option<Cleared<T>> {
    let over = Over::Organisation(organisation);
    may_administer(viewer, Administration::EndPart, over).then_some(Cleared(value))
}

/// Clears what those who look after an organisation may know of it: its open invitations.
pub fn clear_invitation<T>(viewer: &Viewer, organisation: OrganisationId, value: T) -> Option<Cleared<T>> {
    may_administer(viewer, Administration::Invite, Over::Organisation(organisation)).then_some(Cleared(value))
}
