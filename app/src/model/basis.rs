//! What a purpose asks for beside the words: the reference of a legal process, the originator of what is relayed.

use serde::{Deserialize, Serialize};

use super::{Moment, organisation::Sector, share::fixed_banner};

/// Goes along with a crossing as it was given, and never changes. Its form is that of the journal: what is empty
/// is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Basis {
    /// Of a legal process: the number of the court, the docket or the order.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reference: String,
    /// Of a relay.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub originator: Option<Originator>,
}

impl Basis {
    /// Of what sectors those are whose words it may carry: the sender's, and before it theirs through whom a relay came.
    pub fn sectors(&self, from: Sector) -> Vec<Sector> {
        let through = self.originator.iter().flat_map(|originator| originator.through.iter().copied());
        let mut sectors: Vec<Sector> = vec![];
        for sector in through.chain([from]) {
            if !sectors.contains(&sector) {
                sectors.push(sector);
            }
        }
        sectors
    }

    /// The fixed banner, where any of those is an agency and the recipient a company: a relay is no way around it.
    pub fn banner(&self, from: Sector, to: Sector) -> Option<&'static str> {
        self.sectors(from).into_iter().find_map(|from| fixed_banner(from, to))
    }
}

/// Whose words a relay hands on, and these as they were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Originator {
    pub name: String,
    pub role: String,
    pub jurisdiction: String,
    /// When they said it.
    pub at: Moment,
    pub words: String,
    /// Of what sectors those are through whom it came to the sender, in that order. No name: who tells whom is for the two
    /// that talk.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<Sector>,
}

impl Originator {
    /// The same person with the same words, whoever handed them on.
    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let of = |from: &Self| {
            let Self { name, role, jurisdiction, at, words, .. } = from.clone();
            (name, role, jurisdiction, at, words)
        };
        of(self) == of(other)
    }

    /// `handed on by: Agency, Sharing centre`; empty where it came from the sender alone.
    pub fn through_words(&self) -> String {
        let sectors: Vec<_> = self.through.iter().map(|sector| sector.label()).collect();
        if sectors.is_empty() { String::new() } else { format!("handed on by: {}", sectors.join(", ")) }
    }

    /// `Dana Brook, recorder, Maricopa County`
    pub fn who(&self) -> String {
        format!("{}, {}, {}", self.name, self.role, self.jurisdiction)
    }
}
