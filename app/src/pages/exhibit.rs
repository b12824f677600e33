//! The page of an exhibit: what it is, its still, its hash, and who touched it.

use crate::{
    model::{
        Person,
        exhibit::{Custody, Exhibit},
        incident::Incident,
    },
    policy::Cleared,
};

/// What the page of an exhibit is drawn from. Opening the page is itself a line of the custody.
#[derive(Clone, Debug)]
pub struct ExhibitView {
    pub me: Person,
    pub incident: Cleared<Incident>,
    pub exhibit: Cleared<Exhibit>,
    /// Newest first.
    pub custody: Cleared<Vec<Custody>>,
    /// The viewer may have it hashed again now.
    pub may_verify: bool,
}
