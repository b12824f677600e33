//! Operational periods and poll closings, as the watch strip shows them.

use serde::{Deserialize, Serialize};

use super::Moment;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodName {
    pub slug: String,
    pub name: String,
}

/// The period that runs now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Period {
    pub slug: String,
    pub name: String,
    pub shift: String,
    pub from: Moment,
    pub to: Moment,
    /// IANA zone of the room while it runs.
    pub zone: String,
    /// Percent of the plain targets that apply: 50 in a surge.
    pub target_percent: i64,
}

/// States whose polls close at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    pub at: Moment,
    /// Postal codes, alphabetical.
    pub states: Vec<String>,
}
