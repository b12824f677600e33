//! What a purpose asks for beside the words: the reference of a legal process, the originator of what is relayed.

use serde::{Deserialize, Serialize};

use super::Moment;

/// Goes along with a crossing as it was given, and never changes. Its form is that of the journal: what is empty
/// is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Of a legal process: the number of the court, the docket or the order.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// Of a relay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub originator: Option<Originator>,
}

/// Whose words a relay hands on, and these as they were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Originator {
    pub name: String,
    pub role: String,
    pub jurisdiction: String,
    /// When they said it.
    pub at: Moment,
    pub words: String,
}

impl Originator {
    /// `Dana Brook, recorder, Maricopa County`
    pub fn who(&self) -> String {
        format!("{}, {}, {}", self.name, self.role, self.jurisdiction)
    }
}
