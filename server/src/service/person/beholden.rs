//! Two people who count as one where two are asked for: one of them gave the other the means, lately, or a third both.

use std::sync::Arc;

use app::model::{Moment, OrganisationId, PersonId, Role};
use serde_json::Value;

use super::super::{
    Act, Directory, Error, Result, Room,
    store::{self, person::ActRow},
};

/// For how long somebody does not decide about what the one wrote who gave them the means to.
pub(super) const BEHOLDEN_SECONDS: i64 = 72 * 3_600;
/// Said to whom that concerns.
pub(in crate::service) const BEHOLDEN: &str = "One of the two of you let the other in, made them counsel or made them a link less than 72 hours ago, or one third person did so for both: somebody else decides.";

/// Whether two people count as one where two are asked for: one of them was let in, made counsel, restored or given a
/// new password lately by the other, or by somebody to whom the other had done so; or both by the same third.
pub async fn is_beholden(room: &Room, person: PersonId, author: PersonId) -> Result<bool> {
    let since = room.now().plus_seconds(-BEHOLDEN_SECONDS);
    Acts { of: Of::Room(room), since }.are_one(person, author).await
}

/// The same inside a write.
pub(in crate::service) async fn beholden(act: &mut Act, person: PersonId, author: PersonId) -> Result<bool> {
    let since = act.now().plus_seconds(-BEHOLDEN_SECONDS);
    Acts { of: Of::Act(act), since }.are_one(person, author).await
}

enum Of<'a> {
    Room(&'a Room),
    Act(&'a mut Act),
}

/// What was done lately to accounts.
struct Acts<'a> {
    of: Of<'a>,
    since: Moment,
}

impl Acts<'_> {
    async fn list(&mut self, person: PersonId) -> Result<Vec<ActRow>> {
        Ok(match &mut self.of {
            Of::Room(room) => store::person::list_acts(&room.db, person, self.since).await?,
            Of::Act(act) => store::person::read_acts(&mut act.tx, person, self.since).await?,
        })
    }

    async fn list_in(&mut self, organisation: OrganisationId) -> Result<Vec<ActRow>> {
        Ok(match &mut self.of {
            Of::Room(room) => store::person::list_acts_in(&room.db, organisation, self.since).await?,
            Of::Act(act) => store::person::read_acts_in(&mut act.tx, organisation, self.since).await?,
        })
    }

    fn directory(&self) -> Arc<Directory> {
        match &self.of {
            Of::Room(room) => room.directory(),
            Of::Act(act) => act.room.directory(),
        }
    }

    async fn chain(&mut self, person: PersonId) -> Result<Chain> {
        let mut chain = Chain::of(person);
        while let Some(next) = chain.next() {
            chain.add(&self.list(next).await?)?;
        }
        Ok(chain)
    }

    async fn are_one(mut self, person: PersonId, author: PersonId) -> Result<bool> {
        let (one, other) = (self.chain(person).await?, self.chain(author).await?);
        if one.holds(author) || other.holds(person) {
            return Ok(true);
        }
        let shared: Vec<_> = one.givers().filter(|giver| other.holds(*giver)).collect();
        Ok(person != author && !shared.is_empty() && self.have_others(&[person, author], shared).await?)
    }

    /// Whether the organisations of two people have others than those who gave both the means, and whom those let in.
    /// Where an organisation begins they have none: its first people all come from one administrator.
    async fn have_others(&mut self, two: &[PersonId], mut known: Vec<PersonId>) -> Result<bool> {
        let directory = self.directory();
        let mut organisations: Vec<_> =
            two.iter().filter_map(|id| Some(directory.person(*id)?.organisation.id)).collect();
        organisations.dedup();
        let mut let_in = vec![];
        for organisation in &organisations {
            let acts = self.list_in(*organisation).await?;
            for act in acts.iter().filter(|act| act.action == "added") {
                let_in.extend(giver(act)?.map(|by| (by, act.about)));
            }
        }
        while let Some((_, next)) =
            let_in.iter().find(|(by, about)| known.contains(by) && !known.contains(about))
        {
            known.push(*next);
        }
        let members = directory.members();
        let mut own = members.iter().filter(|it| organisations.contains(&it.person.organisation.id));
        Ok(own.any(|it| !known.contains(&it.person.id)))
    }
}

/// Who gave somebody the means, who gave those theirs, and so on.
struct Chain {
    givers: Vec<PersonId>,
    read: usize,
}

impl Chain {
    fn of(person: PersonId) -> Self {
        Self { givers: vec![person], read: 0 }
    }

    /// Whose acts are to be read next.
    fn next(&mut self) -> Option<PersonId> {
        let next = self.givers.get(self.read).copied();
        self.read += 1;
        next
    }

    fn add(&mut self, acts: &[ActRow]) -> Result<()> {
        for act in acts {
            if let Some(giver) = giver(act)?
                && !self.givers.contains(&giver)
            {
                self.givers.push(giver);
            }
        }
        Ok(())
    }

    fn givers(&self) -> impl Iterator<Item = PersonId> {
        self.givers.iter().skip(1).copied()
    }

    fn holds(&self, author: PersonId) -> bool {
        self.givers().any(|giver| giver == author)
    }
}

/// Who gave somebody the means by this act on their account; none where it gives none. One that cannot be read may have:
/// then it is not known whether two are two.
fn giver(act: &ActRow) -> Result<Option<PersonId>> {
    let body: Value = serde_json::from_str(&act.body).map_err(Error::internal)?;
    Ok(match act.action.as_str() {
        "added" => verifier(act, &body),
        "roles_set" if given(&body, Role::Counsel) => act.person_id,
        "reset_link_made" | "restored" => act.person_id,
        _ => None,
    })
}

/// Whoever comes in does so by somebody's link.
pub(super) fn verifier(act: &ActRow, body: &Value) -> Option<PersonId> {
    let by = body["verified_by"].as_str().and_then(|id| id.parse().ok());
    by.or(act.person_id)
}

/// Whether roles were set so that this one is new.
pub(super) fn given(body: &Value, role: Role) -> bool {
    holds(&body["after"], role) && !holds(&body["before"], role)
}

/// The same the other way.
pub(super) fn taken(body: &Value, role: Role) -> bool {
    holds(&body["before"], role) && !holds(&body["after"], role)
}

pub(super) fn holds(list: &Value, role: Role) -> bool {
    list.as_array().is_some_and(|roles| roles.iter().any(|found| found == role.wire()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(action: &str, by: u128, body: &str) -> ActRow {
        ActRow {
            about: PersonId(uuid::Uuid::nil()),
            person_id: Some(PersonId(uuid::Uuid::from_u128(by))),
            action: action.into(),
            body: body.into(),
        }
    }

    #[test]
    fn only_what_gives_means_makes_a_giver() {
        let by = |by| Some(PersonId(uuid::Uuid::from_u128(by)));
        let giver = |act: &ActRow| giver(act).expect("read");
        assert_eq!(giver(&act("restored", 1, "{}")), by(1));
        assert_eq!(giver(&act("suspended", 1, "{}")), None);
        assert_eq!(giver(&act("roles_set", 1, r#"{"before": [], "after": ["counsel"]}"#)), by(1));
        assert_eq!(
            giver(&act("roles_set", 1, r#"{"before": ["counsel"], "after": ["counsel", "liaison"]}"#)),
            None
        );
        let body = format!(r#"{{"verified_by": "{}"}}"#, uuid::Uuid::from_u128(2));
        assert_eq!(giver(&act("added", 1, &body)), by(2), "by the link of");
    }

    #[test]
    fn an_act_that_cannot_be_read_is_none_that_gave_nothing() {
        assert!(giver(&act("added", 1, "no JSON")).is_err());
        assert!(Chain::of(PersonId(uuid::Uuid::nil())).add(&[act("roles_set", 1, "")]).is_err());
    }
}
