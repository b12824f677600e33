//! The incident: separate axes (severity, status, verification, marking), none derived from another.

use serde::{Deserialize, Serialize};

use super::{
    Clock, ClockKind, IncidentId, Moment, Organisation, Person, Severity, Tlp, id::Number, period::PeriodName,
};

super::words::words! {
    /// In the order of the response track; the last three are ends of their own.
    Status {
        Reported = "reported", "Reported";
        Triaged = "triaged", "Triaged";
        Contained = "contained", "Contained";
        Resolved = "resolved", "Resolved";
        Closed = "closed", "Closed";
        NotAnIncident = "not_an_incident", "Not an incident";
        Duplicate = "duplicate", "Duplicate";
        Referred = "referred", "Referred";
    }
}

impl Status {
    /// Work goes on: it stands on the board.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::Reported | Self::Triaged | Self::Contained | Self::Resolved)
    }
    pub const fn rank(self) -> i64 {
        self as i64
    }
    /// What it can become. Whether that gate opens depends on what is given with it; an end is left by opening it again,
    /// which takes a reason.
    pub const fn next(self) -> &'static [Self] {
        use Status::{Closed, Contained, Duplicate, NotAnIncident, Referred, Reported, Resolved, Triaged};
        match self {
            Reported => &[Triaged, Contained, Resolved, Closed, NotAnIncident, Duplicate, Referred],
            Triaged => &[Contained, Resolved, Closed, NotAnIncident, Duplicate, Referred],
            Contained => &[Resolved, Closed, Triaged, NotAnIncident, Duplicate, Referred],
            Resolved => &[Closed, Contained, Triaged, NotAnIncident, Duplicate, Referred],
            Closed | NotAnIncident | Duplicate | Referred => &[Reported],
        }
    }
    /// It says how far it is verified: reached only with another verification than Unverified, and it keeps one.
    pub const fn needs_verification(self) -> bool {
        matches!(self, Self::Resolved | Self::Closed)
    }
}

super::words::words! {
    Verification {
        Unverified = "unverified", "Unverified";
        Corroborated = "corroborated", "Corroborated";
        Confirmed = "confirmed", "Confirmed";
        Refuted = "refuted", "Refuted";
        CannotVerify = "cannot_verify", "Cannot be verified";
    }
}

impl Verification {
    /// What the word stands for, in the select's hint.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Unverified => "nobody has checked yet",
            Self::Corroborated => "two independent sources",
            Self::Confirmed => "primary source, such as the office",
            Self::Refuted => "shown to be false",
            Self::CannotVerify => "an honest end",
        }
    }
}

super::words::words! {
    /// Why a report is not an incident.
    Disposition {
        InsufficientData = "insufficient_data", "Insufficient data";
        OrdinaryHiccup = "ordinary_hiccup", "Ordinary hiccup";
        Refuted = "refuted", "Refuted";
        OutOfScope = "out_of_scope", "Out of scope";
        Test = "test", "Test";
    }
}

/// A leaf of the catalogue with its top, as shown: `Voting process › Wrong date or hours`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    /// `PROC-1`
    pub code: String,
    pub top: String,
    pub leaf: String,
}

/// Where: a state (postal code), perhaps a county, perhaps a place.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Jurisdiction {
    pub state: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub county: Option<String>,
}

impl Jurisdiction {
    /// `Maricopa County, AZ` or `AZ`.
    pub fn words(&self) -> String {
        match &self.county {
            Some(county) => format!("{county}, {}", self.state),
            None => self.state.clone(),
        }
    }
}

/// Why the clocks stand still, and when to look again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hold {
    pub since: Moment,
    pub reason: String,
    pub review_at: Moment,
}

/// When it reached each stage; a later stage fills in the stages it skipped.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stages {
    pub occurred_at: Moment,
    pub reported_at: Moment,
    pub opened_at: Moment,
    pub acknowledged_at: Option<Moment>,
    pub contained_at: Option<Moment>,
    pub resolved_at: Option<Moment>,
    pub closed_at: Option<Moment>,
}

/// Characters of where it comes from, in words.
pub const SOURCE_LIMIT: i64 = 200;

/// One incident with everything that the head of its page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Incident {
    pub id: IncidentId,
    pub number: Number,
    pub version: i64,
    pub title: String,
    /// "Current understanding"; old versions stand in the timeline.
    pub summary: String,
    /// Who reported it, by which channel; empty where nobody said.
    pub source: String,
    pub category: Category,
    pub severity: Severity,
    pub status: Status,
    pub disposition: Option<Disposition>,
    pub verification: Verification,
    pub tlp: Tlp,
    pub lead: Organisation,
    /// Whom others ask before they pass it on: where it came from, or who leads in the place of one that left.
    pub origin: Organisation,
    pub owner: Option<Person>,
    /// To whom it was handed over, until they accept.
    pub handover_to: Option<Person>,
    pub opened_by: Person,
    /// Organisations with access, without the lead.
    pub shared_with: Vec<Organisation>,
    /// Only with RED: who may see it.
    pub named: Vec<Person>,
    pub jurisdictions: Vec<Jurisdiction>,
    pub stages: Stages,
    pub hold: Option<Hold>,
    pub clocks: Vec<Clock>,
    pub period: Option<PeriodName>,
    /// Only when the viewer may see it too.
    pub duplicate_of: Option<Number>,
    pub referred_to: Option<Organisation>,
    /// Two people look before it crosses to another sector.
    pub candidate_or_party_content: bool,
    /// Counsel looks before it crosses.
    pub contains_personal_data: bool,
    /// All of it has to be kept for a proceeding, says counsel of the lead.
    pub legal_hold: bool,
    /// A liaison asks for TLP:CLEAR, until counsel decides.
    pub clearance: Option<Clearance>,
}

/// That an incident becomes TLP:CLEAR, as the liaison of its lead asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clearance {
    pub by: Person,
    pub at: Moment,
    pub reason: String,
}

impl Incident {
    pub fn clock(&self, kind: ClockKind) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.kind == kind)
    }
    pub fn place(&self) -> String {
        place_of(&self.jurisdictions)
    }
}

/// `Maricopa, AZ`, `PA and 2 more`, `Nationwide`.
pub fn place_of(jurisdictions: &[Jurisdiction]) -> String {
    match jurisdictions {
        [] => "Nationwide".into(),
        [one] => one.words(),
        [first, rest @ ..] => format!("{} and {} more", first.words(), rest.len()),
    }
}
