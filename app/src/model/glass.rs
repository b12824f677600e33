//! Break-glass as pages show it: who read which incident, why, until when.

use uuid::Uuid;

use super::{Moment, Person, id::Number};

/// One time that the glass was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    pub id: Uuid,
    /// None: nothing was found under what was typed.
    pub incident: Option<Number>,
    pub by: Person,
    pub reason: String,
    pub begun_at: Moment,
    pub ends_at: Moment,
    pub ended_at: Option<Moment>,
}

impl Broken {
    pub fn is_open(&self, now: Moment) -> bool {
        self.incident.is_some() && self.ended_at.is_none() && now < self.ends_at
    }
    /// When it ended or will end.
    pub fn until(&self) -> Moment {
        self.ended_at.unwrap_or(self.ends_at)
    }
}
