//! The people that somebody may know of: in a list, and one by one.

use app::{
    model::{Moment, Organisation, OrganisationId, Person, PersonId, Role},
    policy::{self, Administration, Cleared, Over, Subject, Viewer},
};

use super::{
    super::{Error, Result, Room, directory::Member, store},
    subject,
};

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
pub(in crate::service) fn looks_after(viewer: &Viewer) -> Option<Option<OrganisationId>> {
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
