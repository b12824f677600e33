//! The acts on an incident that have a form on its page, by the last part of the path they post to.

use super::input::Submitted;

super::words::words! {
    /// `?form=status` opens one of them without JavaScript; after a 422 the page opens it by itself.
    Form {
        Entry = "entries", "Add to the timeline";
        Strike = "strike", "Strike entry";
        Status = "status", "Change status";
        Severity = "severity", "Change severity";
        Verification = "verification", "Change verification";
        Owner = "owner", "Change owner";
        Hold = "hold", "Put on hold";
        Marking = "marking", "Change marking";
        Edit = "edit", "Edit";
        Evidence = "evidence", "Add evidence";
        Indicator = "indicators", "Add indicator";
        Task = "tasks", "Add task";
        Playbook = "playbook", "Begin a playbook";
        Share = "shares", "Share";
        Answer = "answer", "Answer";
        Posture = "posture", "State posture";
        Content = "content", "What it contains";
        LegalHold = "legal-hold", "Legal hold";
        Onward = "onward", "Ask to pass it on";
        Clearance = "clearance", "Decide about TLP:CLEAR";
        Unshare = "unshare", "End a part";
    }
}

impl Form {
    /// It takes what is here to others.
    pub const fn shares(self) -> bool {
        matches!(self, Self::Share | Self::Onward)
    }
}

/// The form that stands open, with what was typed into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenForm {
    pub form: Form,
    /// Id of the entry to correct or strike or of the one that goes along, or of the share to answer.
    pub of: Option<String>,
    /// What was sent and what is wrong with it; empty when it was only opened.
    pub typed: Submitted,
    /// Composer and new share: the audience was asked for, nothing is wrong.
    pub preview: bool,
}

impl OpenForm {
    /// Opened by its link, nothing typed yet.
    pub fn opened(form: Form, of: Option<String>) -> Self {
        Self { form, of, typed: Submitted::default(), preview: false }
    }
    /// Came back with messages.
    pub fn faulty(form: Form, of: Option<String>, typed: Submitted) -> Self {
        Self { form, of, typed, preview: false }
    }
}
