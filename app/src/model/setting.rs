//! The settings of the room: sections of data that it changes while it runs, each with its versions.
//!
//! A section changes as a whole, so that a version is one sentence: this is how it stood. What ships with the
//! program is version 1.

mod form;
mod lines;
mod span;

use serde::{Deserialize, Serialize};

use super::{Moment, Person, SeverityTarget, organisation::Sector, share::Purpose};

pub use form::{Typing, from_form, to_form};
pub use lines::{Difference, differences};
pub use span::{read_span, span_words};

super::words::words! {
    SettingKind {
        Severities = "severities", "Severities and targets";
        Periods = "periods", "Period profiles";
        Categories = "categories", "Categories";
        Playbooks = "playbooks", "Playbooks";
        Purposes = "purposes", "Banners of purposes";
        HoldRules = "hold_rules", "Hold rules";
    }
}

/// How much of the plain targets applies while a period runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Slug of the period.
    pub period: String,
    /// Percent: 50 in a surge, 200 in the canvass.
    pub target_percent: i64,
    /// When it runs, where the room moved it; as shipped where neither is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Moment>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Moment>,
}

impl Profile {
    /// As it ships.
    pub fn shipped(period: impl Into<String>, target_percent: i64) -> Self {
        Self { period: period.into(), target_percent, from: None, to: None }
    }
    /// When it runs, where the room moved it.
    pub fn moved(&self) -> Option<(Moment, Moment)> {
        self.from.zip(self.to)
    }
}

/// A leaf of the catalogue, with the names that it had.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// `PROC-1`: its top, a hyphen, a number.
    pub code: String,
    /// `PROC`
    pub top: String,
    pub top_name: String,
    /// Since the last of the earlier names ended.
    pub name: String,
    pub effective_from: Moment,
    /// Retired from then on; what was opened before keeps it.
    pub effective_to: Option<Moment>,
    /// Oldest first.
    #[serde(default)]
    pub earlier: Vec<EarlierName>,
}

/// A name that stood until a moment. An incident keeps the name of its opening.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct EarlierName {
    pub name: String,
    pub until: Moment,
}

impl Leaf {
    pub fn is_in_effect(&self, at: Moment) -> bool {
        self.effective_from <= at && self.effective_to.is_none_or(|to| at < to)
    }
    pub fn name_at(&self, at: Moment) -> &str {
        let then = self.earlier.iter().find(|earlier| at < earlier.until);
        then.map_or(&self.name, |earlier| &earlier.name)
    }
}

/// What is explained beside every share of a purpose, as it stood when the share was delivered. The fixed banner
/// of what an agency tells a company is no part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Explanation {
    pub purpose: Purpose,
    /// Empty: nothing is explained.
    pub text: String,
}

super::words::words! {
    /// What a hold rule finds beside words.
    HoldPattern {
        Email = "email", "E-mail addresses";
        Phone = "phone", "Telephone numbers";
    }
}

super::words::words! {
    /// What an incident is marked with, so that somebody looks before it crosses.
    ContentMark {
        CandidateOrPartyContent = "candidate_or_party_content", "Candidate or party content";
        ContainsPersonalData = "contains_personal_data", "Personal data";
    }
}

impl ContentMark {
    /// The marks that an incident carries.
    pub fn of(candidate_or_party_content: bool, contains_personal_data: bool) -> Vec<Self> {
        let marks = [
            (candidate_or_party_content, Self::CandidateOrPartyContent),
            (contains_personal_data, Self::ContainsPersonalData),
        ];
        marks.into_iter().filter_map(|(set, mark)| set.then_some(mark)).collect()
    }
}

/// What holds a share back for counsel. It finds nothing where sectors are named and others cross.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct HoldRule {
    /// `moderation`
    pub rule: String,
    /// In words, for counsel and for the sender.
    pub why: String,
    #[serde(default)]
    pub from: Option<Sector>,
    #[serde(default)]
    pub to: Option<Sector>,
    /// Words and phrases, in small letters.
    #[serde(default)]
    pub words: Vec<String>,
    #[serde(default)]
    pub patterns: Vec<HoldPattern>,
    /// Marks of the incident, whatever the words.
    #[serde(default)]
    pub content: Vec<ContentMark>,
    /// Only from one sector to another.
    #[serde(default)]
    pub across: bool,
    #[serde(default = "on")]
    pub on: bool,
}

const fn on() -> bool {
    true
}

impl HoldRule {
    /// It is on, and looks at what crosses from one sector to the other.
    pub fn applies(&self, from: Sector, to: Sector) -> bool {
        self.on
            && self.from.is_none_or(|sector| sector == from)
            && self.to.is_none_or(|sector| sector == to)
            && !(self.across && from == to)
    }
    /// It holds something.
    pub fn holds(&self) -> bool {
        self.on && !(self.words.is_empty() && self.patterns.is_empty() && self.content.is_empty())
    }
}

/// First steps for a kind of trouble; begun on an incident they become its tasks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// `results-site-down`
    pub id: String,
    pub title: String,
    /// When it is begun.
    pub trigger: String,
    pub steps: Vec<String>,
}

/// A section as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(untagged)]
pub enum Section {
    Severities(Vec<SeverityTarget>),
    Periods(Vec<Profile>),
    Categories(Vec<Leaf>),
    Playbooks(Vec<Playbook>),
    Purposes(Vec<Explanation>),
    HoldRules(Vec<HoldRule>),
}

impl Section {
    /// Reads the JSON of a section.
    ///
    /// # Errors
    /// When it is not the JSON of this kind.
    pub fn read(kind: SettingKind, json: serde_json::Value) -> serde_json::Result<Self> {
        use serde_json::from_value as read;
        Ok(match kind {
            SettingKind::Severities => Self::Severities(read(json)?),
            SettingKind::Periods => Self::Periods(read(json)?),
            SettingKind::Categories => Self::Categories(read(json)?),
            SettingKind::Playbooks => Self::Playbooks(read(json)?),
            SettingKind::Purposes => Self::Purposes(read(json)?),
            SettingKind::HoldRules => Self::HoldRules(read(json)?),
        })
    }

    pub fn kind(&self) -> SettingKind {
        match self {
            Self::Severities(_) => SettingKind::Severities,
            Self::Periods(_) => SettingKind::Periods,
            Self::Categories(_) => SettingKind::Categories,
            Self::Playbooks(_) => SettingKind::Playbooks,
            Self::Purposes(_) => SettingKind::Purposes,
            Self::HoldRules(_) => SettingKind::HoldRules,
        }
    }

    /// How many things it has, in words: `10 playbooks`.
    pub fn count_words(&self) -> String {
        let (count, one, many) = match self {
            Self::Severities(all) => (all.len(), "severity", "severities"),
            Self::Periods(all) => (all.len(), "period", "periods"),
            Self::Categories(all) => (all.len(), "leaf", "leaves"),
            Self::Playbooks(all) => (all.len(), "playbook", "playbooks"),
            Self::Purposes(all) => {
                (all.iter().filter(|one| !one.text.is_empty()).count(), "banner", "banners")
            }
            Self::HoldRules(all) => (all.iter().filter(|rule| rule.holds()).count(), "rule on", "rules on"),
        };
        format!("{count} {}", if count == 1 { one } else { many })
    }

    /// What is to be said aloud about it, whoever set it.
    pub fn remark(&self) -> Option<&'static str> {
        match self {
            Self::HoldRules(rules) if !rules.iter().any(HoldRule::holds) => {
                Some("These rules hold nothing back: every share is delivered at once.")
            }
            _ => None,
        }
    }
}

/// A section as its readers know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    pub kind: SettingKind,
    pub version: i64,
    pub section: Section,
    /// Who changed it last; none while it stands as shipped.
    pub set: Option<Set>,
    /// The reader may change it.
    pub may_change: bool,
}

/// How a version came about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Set {
    pub by: Person,
    pub at: Moment,
    pub reason: String,
    /// What the program says about it: back to which version, holds nothing.
    pub remark: String,
}

/// A version in the history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingVersion {
    pub version: i64,
    /// None: it ships with the program.
    pub set: Option<Set>,
    /// From the version before.
    pub differences: Vec<Difference>,
}
