//! Crossings of an organisation's boundary: each is a row of the sharing ledger.

use serde::{Deserialize, Serialize};

use super::{
    EntryId, Moment, Organisation, OrganisationId, Person, ShareId, Tlp, basis::Basis, entry::EntryKind,
    id::Number, organisation::Sector,
};

super::words::words! {
    /// Why something was shared: a closed list. There is no "request removal".
    Purpose {
        Awareness = "awareness", "For awareness";
        Question = "question", "Question about facts";
        Answer = "answer", "Answer";
        Safety = "safety", "Safety (threat to life)";
        Indicators = "indicators", "Technical indicators";
        Relay = "relay", "Relay for an election office";
        LegalProcess = "legal_process", "Legal process";
    }
}

impl Purpose {
    /// It is nothing without its reference.
    pub const fn asks_reference(self) -> bool {
        matches!(self, Self::LegalProcess)
    }
    /// It hands on the words of somebody else, who is named with them.
    pub const fn asks_originator(self) -> bool {
        matches!(self, Self::Relay)
    }
    /// The sender hopes for words back; of the others an acknowledgement is the end.
    pub const fn asks(self) -> bool {
        matches!(self, Self::Question | Self::Safety | Self::Relay | Self::LegalProcess)
    }
}

super::words::words! {
    /// What is said about a foreign hand behind it.
    Nexus {
        NoneSeen = "none_seen", "None seen";
        Suspected = "suspected", "Suspected";
        Attributed = "attributed", "Attributed by";
    }
}

super::words::words! {
    ShareState {
        Delivered = "delivered", "Delivered";
        Seen = "seen", "Seen";
        Acknowledged = "acknowledged", "Acknowledged";
        Answered = "answered", "Answered";
        Revoked = "revoked", "Taken back";
        /// Its recipient has left the room.
        Ended = "ended", "Ended: it left the room";
    }
}

impl ShareState {
    /// It gives no access any more, and waits for nobody.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Revoked | Self::Ended)
    }
}

/// The new value of a timeline entry that says that the recipient of shares is no longer in the room.
pub const LEFT: &str = "left the room";

/// Shown with every share from an agency to a company, on screen and in exports, unalterably.
pub const AWARENESS_BANNER: &str = "For awareness. The recipient decides under its own policies. No action is \
     requested or expected, and no answer is required.";

/// Ready words for a purpose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareTemplate {
    pub id: String,
    pub purpose: Purpose,
    pub name: String,
    /// With `{number}`, `{title}`, `{place}` and `{summary}` where those of the incident stand.
    pub text: String,
}

/// An entry that a share points to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CitedEntry {
    pub id: EntryId,
    pub kind: EntryKind,
    pub happened_at: Moment,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    pub id: ShareId,
    pub incident: Number,
    pub version: i64,
    pub from: Person,
    pub to: Organisation,
    pub purpose: Purpose,
    pub text: String,
    /// What the room explained about the purpose when it was delivered; mostly empty.
    #[serde(default)]
    pub explanation: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    pub basis: Basis,
    /// Labels of the exhibits chosen: `E-3`.
    pub exhibits: Vec<i64>,
    /// Entries of the timeline that go along, oldest first, as far as the reader sees them.
    pub entries: Vec<CitedEntry>,
    /// The people whom it is addressed to; with TLP:RED they alone see it.
    pub named: Vec<Person>,
    /// Who of its origin let it be passed on, where another organisation shared it.
    pub approved_by: Option<Person>,
    /// Who of the recipient's people works on it; for their organisation alone.
    pub assigned_to: Option<Person>,
    pub state: ShareState,
    pub delivered_at: Moment,
    pub seen_at: Option<Moment>,
    pub acknowledged_at: Option<Moment>,
    pub answered_at: Option<Moment>,
    pub answer: Option<String>,
    pub revoked_at: Option<Moment>,
    /// When the organisation that sent it left the room: nobody there waits for an answer.
    #[serde(default)]
    pub sender_left_at: Option<Moment>,
}

/// What came of all that an organisation was told in an incident: the first time of each step, over the shares that stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub organisation: OrganisationId,
    pub delivered_at: Moment,
    pub seen_at: Option<Moment>,
    pub acknowledged_at: Option<Moment>,
    pub answered_at: Option<Moment>,
}

impl Told {
    /// Takes a share along, where it stands.
    pub fn add(all: &mut Vec<Self>, share: &Share) {
        if !share.state.is_over() {
            Self::merge(
                all,
                Self {
                    organisation: share.to.id,
                    delivered_at: share.delivered_at,
                    seen_at: share.seen_at,
                    acknowledged_at: share.acknowledged_at,
                    answered_at: share.answered_at,
                },
            );
        }
    }

    /// Takes along what is known of an organisation besides.
    pub fn merge(all: &mut Vec<Self>, more: Self) {
        let first = |one: Option<Moment>, other: Option<Moment>| one.into_iter().chain(other).min();
        match all.iter_mut().find(|told| told.organisation == more.organisation) {
            Some(told) => {
                told.delivered_at = told.delivered_at.min(more.delivered_at);
                told.seen_at = first(told.seen_at, more.seen_at);
                told.acknowledged_at = first(told.acknowledged_at, more.acknowledged_at);
                told.answered_at = first(told.answered_at, more.answered_at);
            }
            None => all.push(more),
        }
    }
}

/// What stands over all shares of an incident that the reader reads, on whatever page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overall {
    pub told: Vec<Told>,
    /// Organisations that passed it on to others.
    pub passed_on: Vec<OrganisationId>,
}

impl Share {
    /// What its end is called, once it has one.
    pub const fn end(&self) -> &'static str {
        match self.state {
            ShareState::Ended => "Ended: left the room",
            _ => "Taken back",
        }
    }

    /// Said before it is taken back.
    pub fn taking_back(&self) -> String {
        format!(
            "It is gone for {} at once, on open pages too, and what it alone gave sight of. That it was told stays in the ledger.",
            self.to.short
        )
    }

    /// The fixed banner, where the law's history makes it necessary.
    pub fn banner(&self) -> Option<&'static str> {
        self.basis.banner(self.from.organisation.sector, self.to.sector)
    }
}

/// [`AWARENESS_BANNER`], where an agency tells a company something.
pub fn fixed_banner(from: Sector, to: Sector) -> Option<&'static str> {
    (from == Sector::Agency && to == Sector::Company).then_some(AWARENESS_BANNER)
}
