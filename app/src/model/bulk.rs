//! One share of several incidents: which were chosen from a list, and what became of each.

use serde::{Deserialize, Serialize};

use super::{FieldErrors, OrganisationId, id::Number, incident::Incident};

/// Incidents that go at once.
pub const MOST: usize = 50;

/// An incident that was chosen, as its sender sees it.
#[derive(Clone, Debug)]
pub struct Pick {
    pub incident: Incident,
    /// Why the sender may not share it.
    pub refusal: Option<&'static str>,
}

/// An organisation that knows nothing yet, since a rule holds its share for counsel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withheld {
    pub to: OrganisationId,
    /// In words, rule by rule.
    pub why: Vec<String>,
}

/// What became of one incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Shared {
        told: Vec<OrganisationId>,
        withheld: Vec<Withheld>,
    },
    /// It is not as it was when the preview was looked at.
    Changed,
    /// In words, why not.
    Refused(FieldErrors),
    /// There is no such number, or not for the sender: the two answer alike.
    Absent,
    /// The room could not write, or could not say whether it had.
    Unsure,
}

impl Outcome {
    /// Said of a number without an incident that its asker sees.
    pub const ABSENT: &str = "There is no such incident, or it is not for you.";
    /// Whether something of it stands in the ledger or waits for counsel.
    pub fn stands(&self) -> bool {
        matches!(self, Self::Shared { .. })
    }
    /// Whether the same words may still go once it was looked at again.
    pub fn may_go_again(&self) -> bool {
        matches!(self, Self::Changed | Self::Refused(_) | Self::Unsure)
    }
}

/// One line of the answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sending {
    pub number: Number,
    pub outcome: Outcome,
}
