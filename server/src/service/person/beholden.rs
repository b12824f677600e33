//! Two people who count as one where two are asked for: one of them gave the other the means, lately.

use app::model::{PersonId, Role};
use serde_json::Value;

use super::super::{
    Act, Result, Room,
    store::{self, person::ActRow},
};

/// For how long somebody does not decide about what the one wrote who gave them the means to.
pub(super) const BEHOLDEN_SECONDS: i64 = 72 * 3_600;
/// Said to whom that concerns.
pub(in crate::service) const BEHOLDEN: &str = "One of the two of you let the other in, made them counsel or made them a link less than 72 hours ago: somebody else decides.";

/// Whether one of two people was let in, made counsel, restored or given a new password lately by the other, or by
/// somebody to whom the other had done so: they count as one where two are asked for.
pub async fn is_beholden(room: &Room, person: PersonId, author: PersonId) -> Result<bool> {
    let since = room.now().plus_seconds(-BEHOLDEN_SECONDS);
    for (one, other) in [(person, author), (author, person)] {
        let mut chain = Chain::of(one);
        while let Some(next) = chain.next() {
            chain.add(&store::person::list_acts(&room.db, next, since).await?);
        }
        if chain.holds(other) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The same inside a write.
pub(in crate::service) async fn beholden(act: &mut Act, person: PersonId, author: PersonId) -> Result<bool> {
    let since = act.now().plus_seconds(-BEHOLDEN_SECONDS);
    for (one, other) in [(person, author), (author, person)] {
        let mut chain = Chain::of(one);
        while let Some(next) = chain.next() {
            chain.add(&store::person::read_acts(&mut act.tx, next, since).await?);
        }
        if chain.holds(other) {
            return Ok(true);
        }
    }
    Ok(false)
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

    fn add(&mut self, acts: &[ActRow]) {
        for giver in acts.iter().filter_map(giver) {
            if !self.givers.contains(&giver) {
                self.givers.push(giver);
            }
        }
    }

    fn holds(&self, author: PersonId) -> bool {
        self.givers.iter().skip(1).any(|giver| *giver == author)
    }
}

/// Who gave somebody the means by this act on their account; none where it gives none.
fn giver(act: &ActRow) -> Option<PersonId> {
    let body: Value = serde_json::from_str(&act.body).unwrap_or_default();
    match act.action.as_str() {
        "added" => verifier(act, &body),
        "roles_set" if given(&body, Role::Counsel) => act.person_id,
        "reset_link_made" | "restored" => act.person_id,
        _ => None,
    }
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
}
