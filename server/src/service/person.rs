//! People: who is in the room, and what their administrators do to an account.
//!
//! The actor is read again under the writer's turn: two administrators who suspend each other at the same
//! moment must not both succeed.

mod beholden;
mod ending;
mod list;
mod outside;

use app::{
    model::{FieldErrors, OrganisationId, PersonId, Role, notice::NoticeWhat},
    policy::{self, Administration, Over, Subject, Viewer},
};
use serde_json::json;

use super::{
    Act, Asker, Begun, Directory, Error, Noun, Once, Record, Result, Room,
    directory::Member,
    notice::{self, AccountAct},
    settled,
    store::{self, Tx, person::AccountRow},
};

pub use beholden::is_beholden;
pub(super) use beholden::{BEHOLDEN, beholden};
pub use ending::{Why, restore, suspend};
pub(super) use list::looks_after;
pub use list::{Account, Activity, Listed, Narrowed, People, Profile, find, list, profile};
pub(super) use outside::{Lately, find_lately, permit_making};

/// Longest reason, in characters.
const REASON: usize = 500;

/// A person as the policy asks about them.
pub fn subject(member: &Member) -> Subject {
    Subject {
        person: member.person.id,
        organisation: member.person.organisation.id,
        roles: member.roles.clone(),
        suspended: member.suspended,
        away: member.away,
    }
}

/// The actor and the person acted on, as they stand under the writer's turn.
pub(super) struct Turn {
    pub viewer: Viewer,
    pub subject: Subject,
    pub row: AccountRow,
}

impl Turn {
    /// Somebody of another organisation acts.
    pub(super) fn is_from_outside(&self) -> bool {
        self.viewer.organisation != self.subject.organisation
    }

    /// Tells those who answer for the account's organisation, and its person.
    pub(super) async fn tell(&self, act: &mut Act, seq: i64, what: NoticeWhat) -> Result<()> {
        let (subject, by) = (&self.subject, self.viewer.person);
        let (noun, id) = (Noun::Person, subject.person.0);
        let (organisation, person) = (subject.organisation, Some(subject.person));
        notice::tell_of_account(act, AccountAct { seq, what, noun, id, organisation, person, by }).await
    }
}

/// Whether somebody who is in looks after an organisation.
pub fn is_administered(directory: &Directory, organisation: OrganisationId) -> bool {
    let of_it = |member: &Member| member.person.organisation.id == organisation && member.is_in();
    directory.members().into_iter().any(|it| of_it(it) && it.roles.contains(&Role::OrganisationAdmin))
}

/// The actor as they stand now: what was taken from them since the request began is gone.
pub(super) async fn actor(act: &mut Act) -> Result<Viewer> {
    let viewer = act.viewer()?.clone();
    let roles = store::person::read_roles(&mut act.tx, viewer.person).await?;
    Ok(Viewer { roles, ..viewer })
}

pub(super) async fn read_subject(tx: &mut Tx, id: PersonId) -> Result<Option<(Subject, AccountRow)>> {
    let Some(row) = store::person::read(tx, id).await? else { return Ok(None) };
    let organisation = store::organisation::read(tx, row.organisation_id).await?;
    let subject = Subject {
        person: id,
        organisation: row.organisation_id,
        roles: store::person::read_roles(tx, id).await?,
        suspended: row.suspended_at.is_some(),
        away: organisation.is_none_or(|organisation| organisation.left_at.is_some()),
    };
    Ok(Some((subject, row)))
}

/// Both, when the actor may do this; else as the policy answers.
pub(super) async fn permit(act: &mut Act, id: PersonId, deed: Administration) -> Result<Turn> {
    let viewer = actor(act).await?;
    let (subject, row) = read_subject(&mut act.tx, id).await?.ok_or(Error::NotFound)?;
    if !policy::knows(&viewer, &subject) {
        return Err(Error::NotFound);
    }
    if !policy::may_administer(&viewer, deed, Over::Person(&subject)) {
        let own = viewer.person == subject.person;
        return Err(Error::Forbidden(if own {
            "Nobody changes their own account; another administrator does."
        } else {
            "That is for an administrator of this person's organisation; the room admin sees to its administrators."
        }));
    }
    Ok(Turn { viewer, subject, row })
}

pub(super) fn about(person: PersonId, action: &'static str, body: &serde_json::Value) -> Record {
    Record { incident: None, noun: Noun::Person, noun_id: Some(person.0), action, body: body.to_string() }
}

/// Reads roles as they are sent; an unknown word is a fault of its field.
pub(super) fn roles_of(words: &[String], errors: &mut FieldErrors) -> Vec<Role> {
    let mut roles = vec![];
    for word in words {
        match word.parse() {
            Ok(role) if !roles.contains(&role) => roles.push(role),
            Ok(_) => {}
            Err(_) => errors.add("roles", format!("“{word}” is not a role")),
        }
    }
    if words.is_empty() {
        errors.add("roles", "Choose at least one role");
    }
    roles
}

/// Gives and takes roles, so that these are what the person has. All their sessions end: whoever holds one
/// signs in again as who they are now. Answers the new version.
pub async fn set_roles(
    room: &Room,
    asker: &Asker,
    id: PersonId,
    words: &[String],
    version: i64,
    once: &Once,
) -> Result<i64> {
    let mut errors = FieldErrors::default();
    let roles = roles_of(words, &mut errors);
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(version) => return Ok(version),
        };
        let turn = permit(&mut act, id, Administration::GiveRoles).await?;
        if !errors.is_empty() {
            return Err(Error::Invalid(errors));
        }
        fresh(&turn.row, version)?;
        let before = turn.subject.roles.clone();
        let taken: Vec<_> = before.iter().copied().filter(|role| !roles.contains(role)).collect();
        let given: Vec<_> = roles.iter().copied().filter(|role| !before.contains(role)).collect();
        let may_give = policy::roles_to_change(&turn.viewer, &turn.subject);
        if given.iter().chain(&taken).any(|role| !may_give.contains(role)) {
            return Err(Error::Forbidden("That role is not yours to give or take."));
        }
        if given.is_empty() && taken.is_empty() {
            return act.commit(version).await;
        }
        permit_roles(&mut act, &turn, &given, &taken).await?;
        for role in &taken {
            store::person::remove_role(&mut act.tx, id, *role).await?;
        }
        for role in &given {
            store::organisation::add_role(&mut act.tx, id, *role).await?;
        }
        let ended = store::session::remove_others(&mut act.tx, id, &[]).await?;
        let now = act.now();
        store::glass::end_all(&mut act.tx, id, now).await?;
        store::person::set_version(&mut act.tx, id, version + 1).await?;
        let body = json!({
            "before": before, "after": roles, "sessions_ended": ended, "address": asker.address,
        });
        let seq = act.record(about(id, "roles_set", &body)).await?;
        let what = match given.contains(&Role::Counsel) {
            true => Some(NoticeWhat::AccountCounsel),
            false => turn.is_from_outside().then_some(NoticeWhat::AccountRoles),
        };
        if let Some(what) = what {
            turn.tell(&mut act, seq, what).await?;
        }
        act.commit_members(version + 1).await
    })
    .await
}

/// Nobody outside ends an organisation's administrators and chooses the next, nor do those whom they brought in.
async fn permit_roles(act: &mut Act, turn: &Turn, given: &[Role], taken: &[Role]) -> Result<()> {
    let (viewer, of) = (&turn.viewer, turn.subject.organisation);
    let admin = Role::OrganisationAdmin;
    if viewer.organisation == of || given.contains(&admin) {
        outside::permit_making(act, viewer, of, "roles").await?;
    }
    if taken.contains(&admin) {
        outside::permit_ending(act, viewer, of, turn.subject.person, "roles").await?;
    }
    Ok(())
}

fn fresh(row: &AccountRow, version: i64) -> Result<()> {
    if row.version == version { Ok(()) } else { Err(Error::Changed { version: row.version }) }
}

pub(super) fn faults_of_reason(reason: &str) -> Option<Error> {
    let length = reason.trim().chars().count();
    let fault = Error::invalid("reason", format!("Say why, in up to {REASON} characters"));
    (!(1..=REASON).contains(&length)).then_some(fault)
}
