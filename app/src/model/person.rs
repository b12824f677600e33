//! People and their roles.

use serde::{Deserialize, Serialize};

use super::{Organisation, PersonId};

super::words::words! {
    /// Says what a person may do; the organisation says what they may see.
    Role {
        Analyst = "analyst", "Analyst";
        Liaison = "liaison", "Liaison";
        ShiftLead = "shift_lead", "Shift lead";
        Leadership = "leadership", "Leadership";
        Counsel = "counsel", "Counsel";
        OrganisationAdmin = "org_admin", "Organisation admin";
        RoomAdmin = "room_admin", "Room admin";
        Auditor = "auditor", "Auditor";
        Screen = "screen", "Screen";
    }
}

/// A person as every page names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: PersonId,
    pub email: String,
    pub name: String,
    pub organisation: Organisation,
}

impl Person {
    /// Up to two letters for the avatar: `IC`.
    pub fn initials(&self) -> String {
        let mut words = self.name.split_whitespace().filter_map(|word| word.chars().next());
        let first = words.next();
        first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
    }
}
