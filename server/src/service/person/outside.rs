//! What people outside an organisation did lately to those who look after it.
//!
//! A room admin ends accounts everywhere, and sees to it that an organisation has an administrator. Both together would
//! put somebody of theirs into it, who reads what it reads: so whoever is outside does one or the other within 72 hours.
//! Whom they brought in is as little of the organisation as they are, until then.

use app::{
    model::{FieldErrors, OrganisationId, PersonId, Role},
    policy::Viewer,
};
use serde_json::Value;

use super::{
    super::{Act, Directory, Error, Result, Room, store, store::person::ActRow},
    beholden::{BEHOLDEN_SECONDS, given, taken, verifier},
};

const ENDED: &str = "Its administrators were ended from outside less than 72 hours ago: until then nobody outside chooses the next. Its own people, or the operator of the room, do.";
const MADE: &str = "Its administrator was chosen from outside less than 72 hours ago: until then nobody outside ends another one.";
const BROUGHT: &str = "You were let in, restored, made administrator or given a link from outside less than 72 hours ago: until then somebody else of your organisation, or the operator of the room, does that.";

/// An organisation as those outside it left it within 72 hours.
#[derive(Clone, Debug, Default)]
pub(in crate::service) struct Lately {
    /// Whom somebody outside suspended, until they are restored.
    suspended: Vec<PersonId>,
    /// Administrators from whom somebody outside took the role, until they are given it back: no restoring does that.
    taken: Vec<PersonId>,
    /// An administrator is among them.
    is_ended: bool,
    /// Whom somebody outside let in, made administrator or made a link, and whom those did in their turn.
    brought: Vec<PersonId>,
    /// Whom somebody outside restored though their suspension was not one that somebody outside made lately.
    restored: Vec<PersonId>,
    /// It has other people than those.
    has_others: bool,
}

impl Lately {
    /// `acts`: on accounts of this organisation, in their order.
    fn of(directory: &Directory, organisation: OrganisationId, acts: &[ActRow]) -> Result<Self> {
        let mut lately = Self::default();
        for act in acts {
            lately.add(directory, organisation, act)?;
        }
        let administers = |id: &PersonId| {
            directory.member(*id).is_some_and(|it| it.roles.contains(&Role::OrganisationAdmin))
        };
        lately.is_ended = !lately.taken.is_empty() || lately.suspended.iter().any(administers);
        let members = directory.members();
        let mut own = members.iter().filter(|it| it.person.organisation.id == organisation);
        lately.has_others = own.any(|it| !lately.is_from_outside(it.person.id));
        Ok(lately)
    }

    /// An act that cannot be read is none that did nothing: nobody is let in or ended past it.
    fn add(&mut self, directory: &Directory, organisation: OrganisationId, act: &ActRow) -> Result<()> {
        let body: Value = serde_json::from_str(&act.body).map_err(Error::internal)?;
        let by = if act.action == "added" { verifier(act, &body) } else { act.person_id };
        let of = |id| directory.person(id).map(|person| person.organisation.id);
        let outside = by.is_some_and(|by| of(by) != Some(organisation) || self.is_from_outside(by));
        let about = act.about;
        match act.action.as_str() {
            "suspended" if outside => self.suspended.push(about),
            "restored" if self.suspended.contains(&about) => self.suspended.retain(|id| *id != about),
            "restored" => self.restored.extend(outside.then_some(about)),
            "roles_set" if outside && taken(&body, Role::OrganisationAdmin) => self.taken.push(about),
            "roles_set" if given(&body, Role::OrganisationAdmin) => {
                self.taken.retain(|id| *id != about);
                self.brought.extend(outside.then_some(about));
            }
            "added" | "reset_link_made" => self.brought.extend(outside.then_some(about)),
            _ => {}
        }
        Ok(())
    }

    /// As little of the organisation as who brought them in, or back.
    fn is_from_outside(&self, person: PersonId) -> bool {
        self.brought.contains(&person) || self.restored.contains(&person)
    }

    fn is_brought(&self, viewer: &Viewer) -> bool {
        self.has_others && self.is_from_outside(viewer.person)
    }

    /// Why the viewer lets nobody into this organisation, and gives nobody the means to act there, yet.
    pub(in crate::service) fn forbids_making(
        &self,
        viewer: &Viewer,
        organisation: OrganisationId,
    ) -> Option<&'static str> {
        match viewer.organisation == organisation {
            true => self.is_brought(viewer).then_some(BROUGHT),
            false => self.is_ended.then_some(ENDED),
        }
    }

    /// Why the viewer does not end this administrator yet.
    fn forbids_ending(
        &self,
        viewer: &Viewer,
        organisation: OrganisationId,
        person: PersonId,
    ) -> Option<&'static str> {
        let outside = viewer.organisation != organisation || self.is_brought(viewer);
        // Whom they brought in they may well take out again.
        let another = !self.brought.contains(&person)
            && self.brought.iter().chain(&self.restored).any(|chosen| *chosen != person);
        (outside && another).then_some(MADE)
    }
}

fn refused(field: &str, why: Option<&'static str>) -> Result<()> {
    let Some(why) = why else { return Ok(()) };
    let mut errors = FieldErrors::default();
    errors.add(field, why);
    Err(Error::Invalid(errors))
}

/// As it stands outside a write.
pub(in crate::service) async fn find_lately(room: &Room, organisation: OrganisationId) -> Result<Lately> {
    let since = room.now().plus_seconds(-BEHOLDEN_SECONDS);
    let acts = store::person::list_acts_in(&room.db, organisation, since).await?;
    Lately::of(&room.directory(), organisation, &acts)
}

/// The same under the writer's turn.
async fn lately(act: &mut Act, organisation: OrganisationId) -> Result<Lately> {
    let since = act.now().plus_seconds(-BEHOLDEN_SECONDS);
    let acts = store::person::read_acts_in(&mut act.tx, organisation, since).await?;
    Lately::of(&act.room.directory(), organisation, &acts)
}

/// Refuses, beside a field, what gives somebody the means to act in an organisation.
pub(in crate::service) async fn permit_making(
    act: &mut Act,
    viewer: &Viewer,
    organisation: OrganisationId,
    field: &str,
) -> Result<()> {
    let lately = lately(act, organisation).await?;
    refused(field, lately.forbids_making(viewer, organisation))
}

/// Refuses to restore somebody where that chooses who acts in an organisation. What somebody outside ended lately is
/// given back at once, whoever does it.
pub(super) async fn permit_restoring(
    act: &mut Act,
    viewer: &Viewer,
    organisation: OrganisationId,
    person: PersonId,
    field: &str,
) -> Result<()> {
    let lately = lately(act, organisation).await?;
    if lately.suspended.contains(&person) {
        return Ok(());
    }
    refused(field, lately.forbids_making(viewer, organisation))
}

/// Refuses, beside a field, what ends an administrator of an organisation.
pub(super) async fn permit_ending(
    act: &mut Act,
    viewer: &Viewer,
    organisation: OrganisationId,
    person: PersonId,
    field: &str,
) -> Result<()> {
    let lately = lately(act, organisation).await?;
    refused(field, lately.forbids_ending(viewer, organisation, person))
}
