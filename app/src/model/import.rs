//! Many invitations from one table: what each row would come to, and what it came to.

use serde::{Deserialize, Serialize};

use super::Role;

super::words::words! {
    /// What becomes of a row.
    Fate {
        Invited = "invited", "Will be invited";
        Again = "again", "Will be invited again";
        Here = "here", "Already here";
        Wrong = "wrong", "Wrong";
    }
}

impl Fate {
    /// What has become of it.
    pub const fn done(self) -> &'static str {
        match self {
            Self::Invited => "Invited",
            Self::Again => "Invited again",
            Self::Here | Self::Wrong => self.label(),
        }
    }

    /// A link is made for it.
    pub const fn is_invited(self) -> bool {
        matches!(self, Self::Invited | Self::Again)
    }
}

/// A row of the table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportRow {
    /// In the table, counted from 1 with the line of headings.
    pub line: u64,
    pub name: String,
    pub email: String,
    /// Slug.
    pub organisation: String,
    pub roles: Vec<Role>,
    pub fate: Fate,
    /// Why, in words.
    pub why: String,
}
