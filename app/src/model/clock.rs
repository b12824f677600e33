//! Severity and the clocks that follow from it.

use serde::{Deserialize, Serialize};

use super::Moment;

super::words::words! {
    /// From worst to least; words and order follow the US National Cyber Incident Scoring System.
    Severity {
        Emergency = "emergency", "Emergency";
        Severe = "severe", "Severe";
        High = "high", "High";
        Medium = "medium", "Medium";
        Low = "low", "Low";
        Baseline = "baseline", "Baseline";
    }
}

impl Severity {
    /// 0 is the worst: the order of the board.
    pub const fn rank(self) -> i64 {
        self as i64
    }
    pub fn from_rank(rank: i64) -> Option<Self> {
        Self::ALL.get(usize::try_from(rank).ok()?).copied()
    }
    /// The letter inside the mark.
    pub fn letter(self) -> &'static str {
        &self.label()[..1]
    }
    /// Closing needs a second person.
    pub const fn needs_second_person(self) -> bool {
        matches!(self, Self::Emergency | Self::Severe | Self::High)
    }
}

/// What a severity means and its targets; data that a room changes while it runs. `None` is no target.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SeverityTarget {
    pub severity: Severity,
    pub definition: String,
    pub acknowledge_s: Option<i64>,
    pub update_s: Option<i64>,
    pub contain_s: Option<i64>,
}

impl SeverityTarget {
    /// Seconds for a clock under a period's profile (`percent` of the plain target; 50 in a surge).
    pub fn seconds(&self, kind: ClockKind, percent: i64) -> Option<i64> {
        let plain = match kind {
            ClockKind::Acknowledge => self.acknowledge_s,
            ClockKind::Update => self.update_s,
            ClockKind::Contain => self.contain_s,
        };
        plain.map(|seconds| seconds * percent / 100)
    }
}

super::words::words! {
    ClockKind {
        Acknowledge = "acknowledge", "Acknowledge";
        Update = "update", "Update";
        Contain = "contain", "Contain";
    }
}

super::words::words! {
    ClockState {
        OnTrack = "on_track", "on track";
        AtRisk = "at_risk", "at risk";
        Breached = "breached", "past target";
        Met = "met", "met";
        Paused = "paused", "on hold";
    }
}

/// One target running for one incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Clock {
    pub kind: ClockKind,
    pub from: Moment,
    pub due: Moment,
    /// When the target was reached; the clock then stands still.
    pub met_at: Option<Moment>,
    /// Since when the incident is on hold; the clock then stands still too.
    pub paused_at: Option<Moment>,
}

impl Clock {
    /// Percent of the target used at `now`, 0 to 100.
    pub fn used(&self, now: Moment) -> i64 {
        let until = self.met_at.or(self.paused_at).unwrap_or(now);
        let target = (self.due.0 - self.from.0).max(1);
        // i128: a target of years times 100 would not fit.
        let used = i128::from((until.0 - self.from.0).max(0)) * 100 / i128::from(target);
        used.min(100) as i64
    }
    /// On track, at risk from 80 % of the target, breached after it.
    pub fn state(&self, now: Moment) -> ClockState {
        match (self.met_at, self.paused_at) {
            (Some(_), _) => ClockState::Met,
            (None, Some(_)) => ClockState::Paused,
            (None, None) if now > self.due => ClockState::Breached,
            (None, None) if self.used(now) >= 80 => ClockState::AtRisk,
            (None, None) => ClockState::OnTrack,
        }
    }
}
