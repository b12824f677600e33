//! The story of the demo room, as `data/` tells it.

use app::model::{Moment, incident::Jurisdiction};
use serde::Deserialize;

use crate::service::{
    Error, Result,
    founding::{NewOrganisation, NewPerson},
    share::OriginatorInput,
};

const CHAPTERS: [(&str, &str); 7] = [
    ("01-conventions.json", include_str!("../../../data/demo/01-conventions.json")),
    ("02-mail-ballots.json", include_str!("../../../data/demo/02-mail-ballots.json")),
    ("03-early-vote.json", include_str!("../../../data/demo/03-early-vote.json")),
    ("04-last-weeks.json", include_str!("../../../data/demo/04-last-weeks.json")),
    ("05-election-day.json", include_str!("../../../data/demo/05-election-day.json")),
    ("06-election-night-flagships.json", include_str!("../../../data/demo/06-election-night-flagships.json")),
    ("07-election-night.json", include_str!("../../../data/demo/07-election-night.json")),
];

/// One incident and what happened in it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    pub number: String,
    pub title: String,
    pub summary: String,
    pub category: String,
    pub severity: String,
    pub tlp: String,
    pub occurred_at: String,
    pub opened_at: Stamp,
    pub opened_by: String,
    #[serde(default)]
    pub source: String,
    pub jurisdictions: Vec<Jurisdiction>,
    pub share_with: Vec<String>,
    #[serde(default)]
    pub named: Vec<String>,
    pub owner: Option<String>,
    pub events: Vec<Event>,
}

/// One act of one person.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Event {
    pub at: Stamp,
    pub by: String,
    #[serde(flatten)]
    pub act: Deed,
}

/// What was done; ids are local to the incident, `open:{slug}` is the share that the opening made.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub(super) enum Deed {
    Entry(EntryDeed),
    Correct {
        entry: String,
        text: String,
    },
    Strike {
        entry: String,
        reason: String,
    },
    Status(StatusDeed),
    Severity {
        to: String,
        reason: String,
    },
    Verification {
        to: String,
        #[serde(default)]
        note: String,
    },
    Assign {
        owner: String,
    },
    Handover {
        to: String,
    },
    AcceptHandover,
    Hold {
        reason: String,
        review_at: String,
    },
    Resume,
    Tlp {
        to: String,
        reason: String,
    },
    Edit {
        summary: String,
    },
    Share {
        id: Option<String>,
        to: String,
        purpose: String,
        text: String,
        /// Whose words a relay hands on.
        #[serde(default)]
        originator: OriginatorInput,
        /// It is to wait for counsel.
        #[serde(default)]
        held: bool,
    },
    ShareSeen {
        share: String,
    },
    ShareAcknowledge {
        share: String,
    },
    ShareAnswer {
        share: String,
        text: String,
    },
    Revoke {
        share: String,
    },
    /// Counsel's, of a share that was held.
    Return {
        share: String,
        comment: String,
    },
    /// Asks the lead to let it pass.
    Onward {
        id: String,
        to: String,
        purpose: String,
        text: String,
    },
    OnwardApprove {
        share: String,
    },
    OnwardRefuse {
        share: String,
        comment: String,
    },
    /// Hands a share to a colleague.
    ShareAssign {
        share: String,
        person: String,
    },
    Contains {
        #[serde(default)]
        candidate_or_party_content: bool,
        #[serde(default)]
        contains_personal_data: bool,
    },
    Posture {
        posture: String,
        #[serde(default)]
        note: String,
        #[serde(default)]
        published: bool,
    },
    Evidence(EvidenceDeed),
    Link {
        url: String,
        #[serde(default)]
        note: String,
    },
    Indicator {
        kind: String,
        value: String,
        #[serde(default)]
        note: String,
    },
    Task(TaskDeed),
    TaskDone {
        task: String,
    },
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct EntryDeed {
    pub id: Option<String>,
    pub kind: String,
    pub text: String,
    #[serde(default)]
    pub tlp: String,
    #[serde(default)]
    pub audience: Vec<String>,
    #[serde(default)]
    pub named: Vec<String>,
    pub happened_at: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct StatusDeed {
    pub to: String,
    #[serde(default)]
    pub note: String,
    pub verification: Option<String>,
    pub disposition: Option<String>,
    pub duplicate_of: Option<String>,
    pub referred_to: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct EvidenceDeed {
    pub file: String,
    #[serde(default)]
    pub note: String,
    #[serde(default)]
    pub tlp: String,
    pub caption: Option<String>,
    pub content: Option<String>,
    pub source_url: Option<String>,
    pub captured_at: Option<String>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct TaskDeed {
    pub id: Option<String>,
    pub text: String,
    pub organisation: Option<String>,
    pub person: Option<String>,
    pub due: Option<String>,
}

/// A moment as the files write it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Stamp(pub Moment);

impl TryFrom<String> for Stamp {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map(Self).map_err(|_| format!("no moment: {text}"))
    }
}

/// What a colleague says with `--live`.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct LiveLine {
    pub by: String,
    pub number: String,
    pub text: String,
}

/// Every incident, file by file.
pub(super) fn stories() -> Result<Vec<Story>> {
    let mut all = vec![];
    for (file, text) in CHAPTERS {
        let chapter: Vec<Story> = parse(file, text)?;
        all.extend(chapter);
    }
    Ok(all)
}

pub(super) fn live_lines() -> Result<Vec<LiveLine>> {
    parse("live.json", include_str!("../../../data/demo/live.json"))
}

pub(super) fn organisations() -> Result<Vec<NewOrganisation>> {
    parse("organisations_2020.json", include_str!("../../../data/organisations_2020.json"))
}

pub(super) fn people() -> Result<Vec<NewPerson>> {
    parse("people_2020.json", include_str!("../../../data/people_2020.json"))
}

fn parse<T: serde::de::DeserializeOwned>(file: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| Error::internal(format!("{file}: {error}")))
}
