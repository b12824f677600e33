//! The status wall: what GREEN and CLEAR alone may tell.

use serde::{Deserialize, Serialize};

use super::{Clock, Moment, Severity, feed::FeedItem, id::Number, period::Closing};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeverityCount {
    pub severity: Severity,
    pub open: i64,
    pub breached: i64,
    pub without_owner: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WallIncident {
    pub number: Number,
    pub title: String,
    pub severity: Severity,
    pub lead: String,
    pub clock: Clock,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WallTile {
    pub state: String,
    pub col: i64,
    pub row: i64,
    pub worst: Option<Severity>,
    pub open: i64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wall {
    pub as_of: Moment,
    pub counts: Vec<SeverityCount>,
    pub nationwide: i64,
    /// The worst of what is past its target; how many are past it in all, the counts say.
    pub breached: Vec<WallIncident>,
    /// Running clocks, the next to ring first.
    pub next: Vec<WallIncident>,
    pub tiles: Vec<WallTile>,
    pub closings: Vec<Closing>,
    pub updates: Vec<FeedItem>,
}

impl Wall {
    /// Every open incident that is past a target, also where the list of them ends.
    pub fn past_target(&self) -> i64 {
        self.counts.iter().map(|count| count.breached).sum()
    }
}
