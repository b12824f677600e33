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
    pub progress: Progress,
}

/// How far the steps of a playbook are, of those that the reader sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    pub steps: i64,
    /// The first that is not done.
    pub next: Option<i64>,
}

impl Progress {
    /// One step more.
    pub fn add(&mut self, task: &Task) {
        self.steps += 1;
        if task.done_at.is_none() {
            let step = task.step.unwrap_or(1);
            self.next = Some(self.next.map_or(step, |next| next.min(step)));
        }
    }
}
