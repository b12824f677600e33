//! What an organisation does about an incident, in its own words and under its own policies.
//!
//! Nobody sets a deadline on it, and nothing ranks or counts it.

use serde::{Deserialize, Serialize};

use super::{Moment, Organisation, Person};

super::words::words! {
    Posture {
        Watching = "watching", "Watching";
        Investigating = "investigating", "Investigating";
        Acted = "acted", "Acted";
        NoAction = "no_action", "No action under own policy";
        NotApplicable = "not_applicable", "Not applicable";
        Declined = "declined", "Declined to say";
    }
}

/// A posture as one viewer may read it: `policy::clear_posture` takes from others what is not theirs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatedPosture {
    pub organisation: Organisation,
    pub posture: Posture,
    /// None: not published; then only its own organisation knows of it.
    pub published_at: Option<Moment>,
    /// None for others.
    pub own: Option<OwnPosture>,
}

/// What an organisation alone knows of its posture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnPosture {
    pub version: i64,
    pub note: String,
    pub stated_by: Person,
    pub stated_at: Moment,
}
