//! A share that waits for counsel before it is delivered. Its recipient knows nothing of it.

use serde::{Deserialize, Serialize};

use super::{
    Moment, Organisation, Person, Severity, ShareId, Tlp,
    basis::Basis,
    id::Number,
    share::{CitedEntry, Purpose},
};

super::words::words! {
    HoldState {
        Held = "held", "Held for counsel";
        Returned = "returned", "Returned with a comment";
        Refused = "refused", "Refused";
        Released = "released", "Released";
        /// By its sender, or because an organisation has left the room: the comment says which.
        Withdrawn = "withdrawn", "Withdrawn";
    }
}

super::words::words! {
    /// What is held back.
    HoldKind {
        Share = "share", "Share";
        Entry = "entry", "Timeline entry";
        Answer = "answer", "Answer";
        Onward = "onward", "Request to pass it on";
    }
}

impl HoldKind {
    /// Whether its recipient finds a page that they did not see before: other words stand in one that they know.
    pub const fn is_previewed(self) -> bool {
        matches!(self, Self::Share | Self::Onward)
    }
}

/// A rule that found something in the text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldReason {
    /// `moderation`, `personal_data`
    pub rule: String,
    /// In words, for people.
    pub why: String,
    /// Where in the text: from and to, in bytes.
    pub marks: Vec<(usize, usize)>,
    /// What of the incident it speaks of, by id, where it was found in what stood there; of very many one digest. It is
    /// for the program, which compares it when counsel lets it out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<String>,
}

impl HoldReason {
    /// Without a place in a text.
    pub fn new(rule: String, why: String) -> Self {
        Self { rule, why, marks: vec![], places: vec![] }
    }
}

/// As the sender's organisation sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// The share has the same id once it is delivered.
    pub id: ShareId,
    pub incident: Number,
    pub title: String,
    pub severity: Severity,
    pub version: i64,
    pub kind: HoldKind,
    pub from: Person,
    /// An entry goes to all who read the timeline; this is the first of them for whom the rule is.
    pub to: Organisation,
    pub named: Vec<Person>,
    pub purpose: Purpose,
    pub text: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    pub basis: Basis,
    /// Numbers of the exhibits that go along, as far as its reader sees them.
    pub exhibits: Vec<i64>,
    /// Entries of the timeline that go along, oldest first, as far as its reader sees them.
    pub entries: Vec<CitedEntry>,
    pub reasons: Vec<HoldReason>,
    pub state: HoldState,
    /// Counsel's, to the sender.
    pub comment: String,
    pub held_at: Moment,
    pub decided_at: Option<Moment>,
    /// Of what was withdrawn, who did.
    pub decided_by: Option<Person>,
    /// Its author lately let the reader in, or made them counsel: other counsel decides.
    pub beholden: bool,
}

impl Hold {
    /// The text in pieces, each with whether a rule found it.
    pub fn marked(&self) -> Vec<(bool, &str)> {
        marked(&self.text, &self.reasons)
    }
}

/// A text in pieces, each with whether a rule found it.
pub fn marked<'a>(text: &'a str, reasons: &[HoldReason]) -> Vec<(bool, &'a str)> {
    let mut marks: Vec<_> = reasons.iter().flat_map(|reason| reason.marks.iter().copied()).collect();
    marks.sort_unstable();
    let (mut pieces, mut at) = (vec![], 0);
    for (start, end) in marks {
        let start = start.max(at);
        let (Some(before), Some(found)) = (text.get(at..start), text.get(start..end)) else {
            continue;
        };
        pieces.extend([(false, before), (true, found)]);
        at = end;
    }
    pieces.push((false, text.get(at..).unwrap_or_default()));
    pieces.retain(|(_, piece)| !piece.is_empty());
    pieces
}
