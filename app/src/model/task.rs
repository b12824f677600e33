//! Tasks: text, person or organisation, due, done.

use serde::{Deserialize, Serialize};

use super::{Moment, Organisation, Person, TaskId, Tlp};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    pub id: TaskId,
    pub version: i64,
    pub text: String,
    pub organisation: Option<Organisation>,
    pub person: Option<Person>,
    pub due_at: Option<Moment>,
    pub done_at: Option<Moment>,
    pub done_by: Option<Person>,
    pub created_by: Person,
    pub created_at: Moment,
    /// The playbook that it is a step of, and which.
    pub playbook: Option<String>,
    pub step: Option<i64>,
    /// The incident's when it was given, or its present one where that is stricter.
    pub tlp: Tlp,
}

/// A playbook that was begun on an incident.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BegunPlaybook {
    /// Its id.
    pub playbook: String,
    /// As it was called then.
    pub title: String,
    pub by: Person,
    pub at: Moment,
}
