//! Timeline entries. Append-only: a correction is a new entry, striking keeps the text.

use serde::{Deserialize, Serialize};

use super::{EntryId, Moment, Organisation, Person, Tlp, feed::target_passed, id::Number, share::LEFT};

super::words::words! {
    EntryKind {
        Observation = "observation", "Observation";
        Update = "update", "Update";
        Decision = "decision", "Decision";
        Request = "request", "Request";
        Answer = "answer", "Answer";
        Share = "share", "Share";
        Evidence = "evidence", "Evidence";
        Status = "status", "Status";
        System = "system", "System";
    }
}

impl EntryKind {
    /// Where it stands alone, outside of the timeline, which folds what was changed away.
    pub const fn told(self) -> &'static str {
        match self {
            Self::System => "Change",
            kind => kind.label(),
        }
    }

    /// The kinds that a person writes in the composer.
    pub const WRITTEN: &'static [Self] =
        &[Self::Update, Self::Observation, Self::Decision, Self::Request, Self::Answer];
    pub fn is_written(self) -> bool {
        Self::WRITTEN.contains(&self)
    }
}

/// A field that changed, with what it was and what it is, as shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Change {
    pub field: String,
    pub old: String,
    pub new: String,
}

impl Change {
    /// The field as pages name it: `Current understanding`.
    pub fn label(&self) -> String {
        match self.field.as_str() {
            "tlp" => "Marking".into(),
            "clearance" => "TLP:CLEAR".into(),
            "summary" => "Current understanding".into(),
            "jurisdictions" => "Where".into(),
            other => capitalised(&other.replace('_', " ")),
        }
    }

    /// In one line: `Severity: High → Severe`, `Shared with Google`.
    pub fn words(&self, kind: EntryKind) -> String {
        if let Some(act) = self.act(kind) {
            return capitalised(&act);
        }
        let (label, new) = (self.label(), if self.new.is_empty() { "none" } else { &self.new });
        match self.old.as_str() {
            "" => format!("{label}: {new}"),
            old => format!("{label}: {old} → {new}"),
        }
    }

    /// What is said as an act, not as two values: `shared with Google`, `the update target passed`.
    pub fn act(&self, kind: EntryKind) -> Option<String> {
        let Self { field, old, new } = self;
        match (field.as_str(), kind) {
            ("breach", _) => Some(target_passed(new)),
            ("share", _) if old.is_empty() => Some(format!("shared with {new}")),
            ("share", _) if new == LEFT => {
                Some(format!("{old} left the room: what was shared with it has ended"))
            }
            ("share", _) => Some(format!("took back what was shared with {old}")),
            (_, EntryKind::Share) => Some(format!("shared with {new}")),
            _ => None,
        }
    }
}

/// With its first letter large.
fn capitalised(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Who struck an entry, when and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strike {
    pub by: Person,
    pub at: Moment,
    pub reason: String,
}

/// An earlier wording, shown beside the correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    pub id: EntryId,
    pub text: String,
    pub recorded_at: Moment,
}

/// One line of the timeline, as its viewer may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: EntryId,
    pub incident: Number,
    pub kind: EntryKind,
    pub text: String,
    /// None: the product itself (a breached clock).
    pub author: Option<Person>,
    pub happened_at: Moment,
    pub recorded_at: Moment,
    pub tlp: Tlp,
    /// Organisations it is narrowed to; empty is everybody who sees the incident at this marking.
    pub audience: Vec<Organisation>,
    /// Only with RED.
    pub named: Vec<Person>,
    pub change: Option<Change>,
    /// The exhibit that it brought, `3` for E-3.
    pub exhibit: Option<i64>,
    pub corrects: Option<EntryId>,
    /// Earlier wordings of a corrected entry, newest first.
    pub earlier: Vec<Wording>,
    pub struck: Option<Strike>,
    /// Whom it calls, in any of its wordings.
    #[serde(default)]
    pub mentions: Vec<Person>,
}

impl Entry {
    /// Recorded more than five minutes after it happened: the page then shows both times.
    pub fn is_back_dated(&self) -> bool {
        self.recorded_at.since(self.happened_at) > 300
    }
    /// System lines fold away; what people wrote does not.
    /// It can go along with a share: somebody wrote it, and it was not struck.
    pub fn goes_along(&self) -> bool {
        self.kind.is_written() && self.struck.is_none()
    }
    pub fn is_foldable(&self) -> bool {
        matches!(self.kind, EntryKind::System | EntryKind::Share | EntryKind::Evidence)
            && self.text.is_empty()
            || self.kind == EntryKind::System
    }
}
