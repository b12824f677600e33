//! People: who is in the room, and what their administrators do to an account.
//!
//! The actor is read again under the writer's turn: two administrators who suspend each other at the same
//! moment must not both succeed.

use app::{
    model::{FieldErrors, Moment, Organisation, OrganisationId, Person, PersonId, Role, notice::NoticeWhat},
    policy::{self, Administration, Cleared, Over, Subject, Viewer},
};
use serde_json::json;

use super::{
    Act, Asker, Begun, Directory, Error, Noun, Once, Record, Result, Room,
    directory::Member,
    notice::{self, AccountAct},
    settled,
    store::{self, Tx, person::AccountRow},
};

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

/// A person as a list shows them.
#[derive(Clone, Debug)]
pub struct Listed {
    pub person: Person,
    pub roles: Vec<Role>,
    pub suspended: bool,
    /// Their organisation has left the room.
    pub away: bool,
    /// None for those who may not know.
    pub activity: Option<Activity>,
}

/// What only administrators know.
#[derive(Clone, Copy, Debug, Default)]
pub struct Activity {
    pub last_sign_in: Option<Moment>,
    pub sessions: i64,
}

/// What a list of people is narrowed to.
#[derive(Clone, Debug, Default)]
pub struct Narrowed {
    /// Part of a name or an address.
    pub q: String,
    /// Slug.
    pub organisation: Option<String>,
    pub role: Option<Role>,
    /// Only the suspended, or only the others.
    pub suspended: Option<bool>,
}

impl Narrowed {
    fn admits(&self, member: &Member) -> bool {
        let q = self.q.trim().to_lowercase();
        let person = &member.person;
        (q.is_empty() || person.name.to_lowercase().contains(&q) || person.email.contains(&q))
            && self.organisation.as_ref().is_none_or(|slug| *slug == person.organisation.slug)
            && self.role.is_none_or(|role| member.roles.contains(&role))
            && self.suspended.is_none_or(|suspended| suspended == member.suspended)
    }
}

/// A page of people, by name.
#[derive(Debug)]
pub struct People {
    pub people: Cleared<Vec<Listed>>,
    /// Sealed.
    pub next: Option<String>,
    /// How many there are in each organisation, as far as the viewer knows them.
    pub organisations: Vec<(Organisation, usize)>,
}

const CURSOR: &str = "people by name";

fn key(person: &Person) -> (String, PersonId) {
    (person.name.to_lowercase(), person.id)
}

/// The people that the viewer may know of, behind a sealed cursor.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    narrowed: &Narrowed,
    after: Option<&str>,
    limit: usize,
) -> Result<People> {
    let after = match after {
        None => None,
        Some(sealed) => {
            let opened = room.seal().open(CURSOR, sealed);
            let place = opened.as_deref().and_then(|text| {
                let (id, name) = text.split_once(' ')?;
                Some((name.to_owned(), id.parse::<PersonId>().ok()?))
            });
            Some(place.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?)
        }
    };
    let directory = room.directory();
    let known: Vec<&Member> =
        directory.members().into_iter().filter(|member| policy::knows(viewer, &subject(member))).collect();
    let organisations = directory.organisations().into_iter().cloned().map(|organisation| {
        let of = |member: &&&Member| member.person.organisation.id == organisation.id;
        let count = known.iter().filter(of).count();
        (organisation, count)
    });
    let organisations = organisations.collect();
    let mut found: Vec<&Member> = known.into_iter().filter(|member| narrowed.admits(member)).collect();
    found.sort_by_cached_key(|member| key(&member.person));
    found.retain(|member| after.as_ref().is_none_or(|after| key(&member.person) > *after));
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| {
        let (name, id) = key(&last.person);
        room.seal().seal(CURSOR, &format!("{id} {name}"))
    });
    let activity = activity(room, viewer).await?;
    let people = found.into_iter().filter_map(|member| {
        let subject = subject(member);
        let known = activity.iter().find(|(id, _)| *id == member.person.id).map(|(_, known)| *known);
        let activity = policy::clear_account(viewer, &subject, known.unwrap_or_default());
        let listed = Listed {
            person: member.person.clone(),
            roles: member.roles.clone(),
            suspended: member.suspended,
            away: member.away,
            activity: activity.map(Cleared::into_inner),
        };
        policy::clear_person(viewer, &subject, listed)
    });
    Ok(People { people: people.collect(), next, organisations })
}

/// Of the organisation that the viewer looks after, or of all; nothing else is read.
async fn activity(room: &Room, viewer: &Viewer) -> Result<Vec<(PersonId, Activity)>> {
    let organisation = match looks_after(viewer) {
        None => return Ok(vec![]),
        Some(organisation) => organisation,
    };
    let rows = store::person::list_activity(&room.db, organisation, room.now()).await?;
    let activity = |row: store::person::ActivityRow| {
        (row.id, Activity { last_sign_in: row.last_sign_in_at, sessions: row.sessions })
    };
    Ok(rows.into_iter().map(activity).collect())
}

/// Whom the viewer looks after: nobody, one organisation, or (an inner `None`) all of them.
pub(super) fn looks_after(viewer: &Viewer) -> Option<Option<OrganisationId>> {
    let own = Over::Organisation(viewer.organisation);
    if policy::may_administer(viewer, Administration::AddOrganisation, Over::Room) {
        Some(None)
    } else {
        policy::may_administer(viewer, Administration::Invite, own).then_some(Some(viewer.organisation))
    }
}

/// One person, with what the viewer may know of the account.
#[derive(Debug)]
pub struct Profile {
    pub member: Cleared<Member>,
    pub subject: Subject,
    pub account: Option<Cleared<Account>>,
    /// Who let them in, and when.
    pub verified: Option<(Person, Moment)>,
}

/// An account as its administrators see it.
#[derive(Clone, Debug)]
pub struct Account {
    pub version: i64,
    pub last_sign_in: Option<Moment>,
    pub suspended: Option<(Moment, String)>,
}

/// By e-mail address or id; who does not exist for the viewer is not found.
pub fn find(room: &Room, viewer: &Viewer, word: &str) -> Result<Cleared<Member>> {
    let directory = room.directory();
    let member = directory.find(word).cloned().ok_or(Error::NotFound)?;
    let of = subject(&member);
    policy::clear_person(viewer, &of, member).ok_or(Error::NotFound)
}

pub async fn profile(room: &Room, viewer: &Viewer, word: &str) -> Result<Profile> {
    let member = find(room, viewer, word)?;
    let subject = subject(&member);
    let row = store::person::find(&room.db, subject.person).await?.ok_or(Error::NotFound)?;
    let account = Account {
        version: row.version,
        last_sign_in: row.last_sign_in_at,
        suspended: row.suspended_at.map(|at| (at, row.suspended_reason)),
    };
    let account = policy::clear_account(viewer, &subject, account);
    let directory = room.directory();
    let verifier = row.verified_by.and_then(|id| directory.person(id).cloned());
    Ok(Profile { member, subject, account, verified: verifier.zip(row.verified_at) })
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

/// For how long somebody does not decide about what the one wrote who gave them the means to.
const BEHOLDEN_SECONDS: i64 = 72 * 3_600;
/// Said to whom that concerns.
pub(super) const BEHOLDEN: &str = "One of the two of you let the other in, made them counsel or made them a link less than 72 hours ago: somebody else decides.";

/// Whether one of two people was let in, made counsel, restored or given a new password by the other, lately: they
/// count as one where two are asked for.
pub async fn is_beholden(room: &Room, person: PersonId, author: PersonId) -> Result<bool> {
    let since = room.now().plus_seconds(-BEHOLDEN_SECONDS);
    for (one, other) in [(person, author), (author, person)] {
        let acts = store::person::list_acts(&room.db, one, since).await?;
        if acts.iter().any(|act| gives_means(act, other)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The same inside a write.
pub(super) async fn beholden(act: &mut Act, person: PersonId, author: PersonId) -> Result<bool> {
    let since = act.now().plus_seconds(-BEHOLDEN_SECONDS);
    for (one, other) in [(person, author), (author, person)] {
        let acts = store::person::read_acts(&mut act.tx, one, since).await?;
        if acts.iter().any(|act| gives_means(act, other)) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn gives_means(act: &store::person::ActRow, author: PersonId) -> bool {
    let body: serde_json::Value = serde_json::from_str(&act.body).unwrap_or_default();
    let holds = |list: &str| {
        body[list].as_array().is_some_and(|roles| roles.iter().any(|role| role == Role::Counsel.wire()))
    };
    let by = act.person_id == Some(author);
    match act.action.as_str() {
        // Whoever comes in does so by somebody's link.
        "added" => by || body["verified_by"] == json!(author),
        "roles_set" => by && holds("after") && !holds("before"),
        "reset_link_made" | "restored" => by,
        _ => false,
    }
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

fn fresh(row: &AccountRow, version: i64) -> Result<()> {
    if row.version == version { Ok(()) } else { Err(Error::Changed { version: row.version }) }
}

pub(super) fn faults_of_reason(reason: &str) -> Option<Error> {
    let length = reason.trim().chars().count();
    let fault = Error::invalid("reason", format!("Say why, in up to {REASON} characters"));
    (!(1..=REASON).contains(&length)).then_some(fault)
}

/// Why an account is ended or given back.
#[derive(Clone, Copy, Debug)]
pub struct Why<'a> {
    pub reason: &'a str,
    /// As the caller saw the account; none where the act itself says what it changes.
    pub version: Option<i64>,
}

impl<'a> From<&'a str> for Why<'a> {
    fn from(reason: &'a str) -> Self {
        Self { reason, version: None }
    }
}

/// Ends all sessions, tokens and open links of a person and lets nobody in under their name, until somebody
/// restores them. Open streams are cut when the directory changes.
pub async fn suspend(
    room: &Room,
    asker: &Asker,
    id: PersonId,
    why: impl Into<Why<'_>>,
    once: &Once,
) -> Result<()> {
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    let Why { reason, version } = why.into();
    let reason = reason.trim().to_owned();
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(()) => return Ok(()),
        };
        let turn = permit(&mut act, id, Administration::Suspend).await?;
        if let Some(fault) = faults_of_reason(&reason) {
            return Err(fault);
        }
        fresh(&turn.row, version.unwrap_or(turn.row.version))?;
        if turn.subject.suspended {
            return Err(Error::Changed { version: turn.row.version });
        }
        let now = act.now();
        store::person::set_suspended(&mut act.tx, id, Some(now), &reason).await?;
        store::person::set_version(&mut act.tx, id, turn.row.version + 1).await?;
        let sessions = store::session::remove_others(&mut act.tx, id, &[]).await?;
        let tokens = store::person::revoke_tokens(&mut act.tx, id, now).await?;
        store::invitation::withdraw_for_person(&mut act.tx, id, now).await?;
        store::glass::end_all(&mut act.tx, id, now).await?;
        let body = json!({
            "reason": reason, "sessions_ended": sessions, "tokens_ended": tokens, "address": asker.address,
        });
        let seq = act.record(about(id, "suspended", &body)).await?;
        if turn.is_from_outside() {
            // Before it takes effect: whom it concerns still has an inbox, and finds it there once restored.
            turn.tell(&mut act, seq, NoticeWhat::AccountSuspended).await?;
        }
        act.commit_members(()).await
    })
    .await
}

/// Lets a suspended person sign in again, with the password and the roles that they had.
pub async fn restore(
    room: &Room,
    asker: &Asker,
    id: PersonId,
    why: impl Into<Why<'_>>,
    once: &Once,
) -> Result<()> {
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    let Why { reason, version } = why.into();
    let reason = reason.trim().to_owned();
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(()) => return Ok(()),
        };
        let turn = permit(&mut act, id, Administration::Restore).await?;
        if let Some(fault) = faults_of_reason(&reason) {
            return Err(fault);
        }
        fresh(&turn.row, version.unwrap_or(turn.row.version))?;
        if !turn.subject.suspended {
            return Err(Error::Changed { version: turn.row.version });
        }
        store::person::set_suspended(&mut act.tx, id, None, "").await?;
        store::person::set_version(&mut act.tx, id, turn.row.version + 1).await?;
        let body = json!({ "reason": reason, "address": asker.address });
        let seq = act.record(about(id, "restored", &body)).await?;
        if turn.is_from_outside() {
            turn.tell(&mut act, seq, NoticeWhat::AccountRestored).await?;
        }
        act.commit_members(()).await
    })
    .await
}
