//! What the URL of an incident's page asks of its timeline. Server and browser share it: an entry that
//! arrives live is shown, left out or put in its place by the code that built the page.

use super::{board::percent, entry::EntryKind};

super::words::words! {
    /// Which entries.
    Show {
        All = "all", "All";
        Updates = "updates", "Updates";
        Decisions = "decisions", "Decisions";
        Evidence = "evidence", "Evidence";
    }
}

impl Show {
    pub const fn takes(self, kind: EntryKind) -> bool {
        match self {
            Self::All => true,
            Self::Updates => matches!(
                kind,
                EntryKind::Update | EntryKind::Observation | EntryKind::Request | EntryKind::Answer
            ),
            Self::Decisions => matches!(kind, EntryKind::Decision),
            Self::Evidence => matches!(kind, EntryKind::Evidence),
        }
    }
}

super::words::words! {
    /// By when it happened.
    Direction {
        Newest = "newest", "newest first";
        Oldest = "oldest", "oldest first";
    }
}

/// Entries of one page of a timeline.
pub const PAGE: usize = 60;

/// The timeline's part of the query string: `?show=updates&order=oldest&fold=0&after=...`.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TimelineQuery {
    pub show: Show,
    pub order: Direction,
    /// Runs of system lines fold into one.
    pub fold: bool,
    /// Sealed cursor of the page before.
    pub after: Option<String>,
}

impl Default for TimelineQuery {
    fn default() -> Self {
        Self { show: Show::All, order: Direction::Newest, fold: true, after: None }
    }
}

impl TimelineQuery {
    /// Reads the pairs of a query string; what it does not know, it leaves out.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs {
            match name {
                "show" => query.show = value.parse().unwrap_or(Show::All),
                "order" => query.order = value.parse().unwrap_or(Direction::Newest),
                "fold" => query.fold = value != "0",
                "after" => query.after = Some(value.to_owned()).filter(|after| !after.is_empty()),
                _ => {}
            }
        }
        query
    }

    /// `show=updates`, as far as something else is asked than by a bare address.
    pub fn pairs(&self) -> Vec<String> {
        let plain = Self::default();
        let mut pairs = vec![];
        if self.show != plain.show {
            pairs.push(format!("show={}", self.show));
        }
        if self.order != plain.order {
            pairs.push(format!("order={}", self.order));
        }
        if !self.fold {
            pairs.push("fold=0".into());
        }
        if let Some(after) = &self.after {
            pairs.push(format!("after={}", percent(after)));
        }
        pairs
    }

    /// The same question from another angle, from its first page.
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut query = Self { after: None, ..self.clone() };
        change(&mut query);
        query
    }
}

/// How many entries each filter finds, over what this viewer may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TimelineCounts {
    pub all: i64,
    pub updates: i64,
    pub decisions: i64,
    pub evidence: i64,
}

impl TimelineCounts {
    pub const fn of(self, show: Show) -> i64 {
        match show {
            Show::All => self.all,
            Show::Updates => self.updates,
            Show::Decisions => self.decisions,
            Show::Evidence => self.evidence,
        }
    }
}
