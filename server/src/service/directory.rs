//! Organisations and people, in memory: every page names them, and they change rarely.

use std::collections::HashMap;

use app::{
    model::{Moment, Organisation, OrganisationId, Person, PersonId, Role},
    policy::{self, Viewer},
};

use super::{
    Result,
    person::subject,
    store::{self, Db},
};

/// As of the last change; replaced as a whole.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    organisations: HashMap<OrganisationId, Organisation>,
    people: HashMap<PersonId, Member>,
    by_email: HashMap<String, PersonId>,
    by_slug: HashMap<String, OrganisationId>,
    /// Those that have left the room: they are named where they were, and nobody acts for them.
    left: HashMap<OrganisationId, Moment>,
}

/// A person with what the room knows about them.
#[derive(Clone, Debug)]
pub struct Member {
    pub person: Person,
    pub roles: Vec<Role>,
    pub suspended: bool,
    /// Their organisation has left the room.
    pub away: bool,
}

impl Member {
    /// Can be named, and signs in.
    pub fn is_in(&self) -> bool {
        !self.suspended && !self.away
    }

    /// Everybody may know of them: named by somebody who may not, an address answers like one that nobody has.
    pub fn is_known_to_all(&self) -> bool {
        policy::is_in_the_room(&subject(self))
    }
}

impl Directory {
    pub(crate) async fn read(db: &Db) -> Result<Self> {
        let mut directory = Self::default();
        for row in store::organisation::list(db).await? {
            directory.by_slug.insert(row.slug.clone(), row.id);
            directory.organisations.insert(row.id, row.into());
        }
        directory.left = store::organisation::list_left(db).await?.into_iter().collect();
        for row in store::organisation::list_people(db).await? {
            let Some(organisation) = directory.organisations.get(&row.organisation_id) else { continue };
            let person =
                Person { id: row.id, email: row.email, name: row.name, organisation: organisation.clone() };
            directory.by_email.insert(person.email.clone(), person.id);
            let away = directory.left.contains_key(&row.organisation_id);
            let member = Member { person, roles: vec![], suspended: row.suspended_at.is_some(), away };
            directory.people.insert(row.id, member);
        }
        for (person, role) in store::organisation::list_roles(db).await? {
            if let Some(member) = directory.people.get_mut(&person) {
                member.roles.push(role);
            }
        }
        Ok(directory)
    }

    pub fn organisation(&self, id: OrganisationId) -> Option<&Organisation> {
        self.organisations.get(&id)
    }
    pub fn organisation_by_slug(&self, slug: &str) -> Option<&Organisation> {
        self.by_slug.get(slug).and_then(|id| self.organisations.get(id))
    }
    /// One that sits in the room.
    pub fn sitting_by_slug(&self, slug: &str) -> Option<&Organisation> {
        self.organisation_by_slug(slug).filter(|found| self.left_at(found.id).is_none())
    }
    /// When it left the room; none while it sits in it.
    pub fn left_at(&self, id: OrganisationId) -> Option<Moment> {
        self.left.get(&id).copied()
    }
    /// Those that sit in the room, by slug.
    pub fn sitting(&self) -> Vec<&Organisation> {
        self.organisations().into_iter().filter(|found| self.left_at(found.id).is_none()).collect()
    }
    /// All organisations, those that left too, by slug.
    pub fn organisations(&self) -> Vec<&Organisation> {
        let mut all: Vec<_> = self.organisations.values().collect();
        all.sort_by(|a, b| a.slug.cmp(&b.slug));
        all
    }
    pub fn member(&self, id: PersonId) -> Option<&Member> {
        self.people.get(&id)
    }
    pub fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.get(&id).map(|member| &member.person)
    }
    /// By e-mail address (any case) or id.
    pub fn find(&self, word: &str) -> Option<&Member> {
        let by_email = self.by_email.get(&word.trim().to_lowercase());
        let id = by_email.copied().or_else(|| word.trim().parse().ok())?;
        self.people.get(&id)
    }
    /// The same where everybody may know of them.
    pub fn find_known(&self, word: &str) -> Option<&Member> {
        self.find(word).filter(|member| member.is_known_to_all())
    }
    /// All people, by e-mail address.
    pub fn members(&self) -> Vec<&Member> {
        let mut all: Vec<_> = self.people.values().collect();
        all.sort_by(|a, b| a.person.email.cmp(&b.person.email));
        all
    }
    /// The viewer that this person is, unless suspended or away.
    pub fn viewer(&self, id: PersonId) -> Option<Viewer> {
        let member = self.people.get(&id).filter(|member| member.is_in())?;
        Some(Viewer {
            person: id,
            organisation: member.person.organisation.id,
            sector: member.person.organisation.sector,
            roles: member.roles.clone(),
        })
    }
}
