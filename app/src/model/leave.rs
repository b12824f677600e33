//! What the end of an organisation's part in the room comes to, before it is ended.

use serde::{Deserialize, Serialize};

use super::{Organisation, Severity, Tlp, id::Number};

/// Counts, numbers, labels and names of organisations; nothing of what is in an incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prospect {
    pub organisation: Organisation,
    /// Of the organisation, as it was read.
    pub version: i64,
    pub people: usize,
    /// Of those, signed in now.
    pub signed_in: usize,
    /// Invitations that open still.
    pub invitations: i64,
    /// The open incidents that it leads, but RED: those are for their named people alone.
    pub leads: Vec<Led>,
}

impl Prospect {
    /// The incidents that nobody else sees, which rest.
    pub fn resting(&self) -> impl Iterator<Item = &Led> {
        self.leads.iter().filter(|led| led.candidates.is_empty())
    }
    /// The others, each of which needs another lead.
    pub fn moving(&self) -> impl Iterator<Item = &Led> {
        self.leads.iter().filter(|led| !led.candidates.is_empty())
    }
}

/// An open incident that needs another lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Led {
    pub number: Number,
    pub severity: Severity,
    pub tlp: Tlp,
    /// Those who see it already, in the order in which they are proposed. None: it rests.
    pub candidates: Vec<Candidate>,
}

impl Led {
    /// The field of its new lead, in forms, in the API and in messages.
    pub fn field(&self) -> String {
        field(&self.number)
    }
}

/// The field of who leads the incidents for which nobody is chosen.
pub const OTHERS: &str = "others";

/// The field of an incident's new lead.
pub fn field(number: &Number) -> String {
    format!("leads.{number}")
}

/// An organisation that can lead it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    pub organisation: Organisation,
    /// Else it sees it as everybody in the room does.
    pub takes_part: bool,
}
