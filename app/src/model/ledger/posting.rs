//! What was written in a timeline and crossed by it: an entry that other organisations could read when it was
//! written.

use super::super::{
    EntryId, Moment, Organisation, Person, Tlp,
    entry::{Change, EntryKind},
    id::Number,
    organisation::Sector,
    share::fixed_banner,
};

crate::model::words::words! {
    /// How far an entry crossed when it was written.
    Crossed {
        All = "all", "Every organisation in the room";
        /// To those that are kept with it.
        Some = "some", "Some organisations";
    }
}

/// To whom an entry crossed when it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PostedTo {
    /// Every organisation in the room, by its label.
    Everyone,
    Organisations(Vec<Organisation>),
}

/// An entry of a timeline as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posting {
    pub id: EntryId,
    pub incident: Number,
    pub title: String,
    /// The stricter of the incident's and its own.
    pub label: Tlp,
    /// As it was written.
    pub tlp: Tlp,
    pub kind: EntryKind,
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

    /// What changed with it: `Severity: High → Severe`.
    pub fn change_words(&self) -> String {
        let Some(Change { field, old, new }) = &self.change else { return String::new() };
        let mut letters = field.chars();
        let field: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        match old.as_str() {
            "" => format!("{field}: {new}"),
            old => format!("{field}: {old} → {new}"),
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
