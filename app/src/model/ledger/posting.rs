//! What was written in an incident and crossed by it: an entry, an indicator or a task that other organisations could
//! read when it was written.

use uuid::Uuid;

use super::super::{
    Moment, Organisation, Person, Tlp,
    entry::{Change, EntryKind},
    id::Number,
    indicator::{IndicatorKind, defang},
    organisation::Sector,
    share::fixed_banner,
};

crate::model::words::words! {
    /// How far it crossed when it was written.
    Crossed {
        All = "all", "Every organisation in the room";
        /// To those that are kept with it.
        Some = "some", "Some organisations";
    }
}

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostedWhat {
    /// In the timeline.
    Entry(EntryKind),
    /// Stored raw; the posting's text is its note.
    Indicator(IndicatorKind, String),
    Task(Box<PostedTask>),
}

/// To whom a task was given, and until when.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PostedTask {
    pub organisation: Option<Organisation>,
    pub person: Option<Person>,
    pub due_at: Option<Moment>,
}

impl PostedWhat {
    /// The kind of an entry, `indicator` or `task`.
    pub const fn wire(&self) -> &'static str {
        match self {
            Self::Entry(kind) => kind.wire(),
            Self::Indicator(..) => "indicator",
            Self::Task(_) => "task",
        }
    }

    pub const fn label(&self) -> &'static str {
        match self {
            Self::Entry(kind) => kind.told(),
            Self::Indicator(..) => "Indicator",
            Self::Task(_) => "Task",
        }
    }

    /// The place of it on its incident's page begins so.
    pub const fn anchor(&self) -> &'static str {
        match self {
            Self::Entry(_) => "entry",
            Self::Indicator(..) => "indicator",
            Self::Task(_) => "task",
        }
    }

    /// `Domain: polls[.]example`, so that nobody opens it by accident.
    pub fn indicator_words(&self) -> Option<String> {
        match self {
            Self::Indicator(kind, value) => Some(format!("{}: {}", kind.label(), defang(*kind, value))),
            _ => None,
        }
    }

    pub fn task(&self) -> Option<&PostedTask> {
        match self {
            Self::Task(task) => Some(task),
            _ => None,
        }
    }
}

/// To whom it crossed when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostedTo {
    /// Every organisation in the room, by its label.
    Everyone,
    Organisations(Vec<Organisation>),
}

/// An entry, an indicator or a task as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub id: Uuid,
    pub incident: Number,
    pub title: String,
    /// The stricter of the incident's and its own.
    pub label: Tlp,
    /// As it was written.
    pub tlp: Tlp,
    pub what: PostedWhat,
    pub from: Person,
    pub to: PostedTo,
    /// With RED: who alone reads it.
    pub named: Vec<Person>,
    /// Exactly as it was written; empty where a field changed and nothing was said.
    pub text: String,
    pub change: Option<Change>,
    /// The exhibit that it brought, 3 for E-3.
    pub exhibit: Option<i64>,
    pub happened_at: Moment,
    pub at: Moment,
    /// When it was struck; its words stay.
    pub struck_at: Option<Moment>,
    /// Its row of the journal.
    pub seq: i64,
    /// Of that row, in hexadecimal.
    pub hash: String,
}

impl Posting {
    /// The fixed banner, where an agency writes what a company reads.
    pub fn banner(&self) -> Option<&'static str> {
        let from = self.from.organisation.sector;
        match &self.to {
            PostedTo::Everyone => fixed_banner(from, Sector::Company),
            PostedTo::Organisations(to) => to.iter().find_map(|to| fixed_banner(from, to.sector)),
        }
    }

    /// To whom, in short names.
    pub fn to_words(&self) -> String {
        match &self.to {
            PostedTo::Everyone => Crossed::All.label().to_owned(),
            PostedTo::Organisations(to) => {
                let mut names: Vec<_> = to.iter().map(|to| to.short.as_str()).collect();
                names.sort_unstable();
                names.join(", ")
            }
        }
    }

    /// What changed with it, as the timeline says it: `Severity: High → Severe`, `Shared with Google`.
    pub fn change_words(&self) -> Option<String> {
        let change = self.change.as_ref()?;
        match self.what {
            PostedWhat::Entry(kind) => Some(change.words(kind)),
            _ => None,
        }
    }
}

/// A page of what was posted, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostingPage {
    pub postings: Vec<Posting>,
    /// Sealed cursor of the next page.
    pub next: Option<String>,
}
