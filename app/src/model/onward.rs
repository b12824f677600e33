//! A share that an organisation which takes part wants to pass on: the organisation that it came from decides.

use serde::{Deserialize, Serialize};

use super::{
    Moment, Organisation, Person, Severity, ShareId, Tlp,
    basis::Basis,
    id::Number,
    share::{CitedEntry, Purpose},
};

super::words::words! {
    OnwardState {
        Asked = "asked", "Asked";
        Approved = "approved", "Approved";
        Refused = "refused", "Refused";
        /// By the one who asked.
        Withdrawn = "withdrawn", "Withdrawn";
        /// It cannot be passed on any more: the incident changed while it waited.
        Lapsed = "lapsed", "Lapsed";
    }
}

/// As the two organisations see it: the one that asks, and the one that is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Onward {
    /// The share has the same id once it is approved.
    pub id: ShareId,
    pub incident: Number,
    pub title: String,
    pub severity: Severity,
    pub version: i64,
    pub from: Person,
    pub to: Organisation,
    /// Who decides: where the incident came from.
    pub asked: Organisation,
    pub named: Vec<Person>,
    /// `E-3` is 3; those that the reader may see.
    pub exhibits: Vec<i64>,
    /// Entries of the timeline, oldest first; those that the reader may see.
    pub entries: Vec<CitedEntry>,
    pub purpose: Purpose,
    pub text: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    pub basis: Basis,
    pub state: OnwardState,
    /// The decider's, to the one who asked; of what lapsed, why.
    pub comment: String,
    pub asked_at: Moment,
    pub decided_at: Option<Moment>,
    pub decided_by: Option<Person>,
}

impl Onward {
    /// The fixed banner, where an agency asks a company.
    pub fn banner(&self) -> Option<&'static str> {
        self.basis.banner(self.from.organisation.sector, self.asked.sector)
    }
}
