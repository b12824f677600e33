//! Exhibits with their custody, indicators and tasks.

use app::model::{
    IndicatorId, Moment, TaskId, Tlp,
    exhibit::{Custody, CustodyAction, Exhibit},
    id::Number,
    indicator::{Indicator, IndicatorKind},
    task::Task,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{email, emails, label, slug, slugs};

#[derive(Debug, Serialize, ToSchema)]
pub struct ExhibitView {
    /// `E-3`
    pub exhibit: String,
    pub incident: Number,
    /// Hex; null for a link.
    pub sha256: Option<String>,
    /// Bytes; 0 for a link.
    pub size: i64,
    pub media_type: String,
    /// As it was sent; never a path.
    pub name: String,
    pub source_url: Option<String>,
    pub note: String,
    pub tlp: Tlp,
    pub audience: Vec<String>,
    pub named: Vec<String>,
    pub captured_at: Option<Moment>,
    pub added_by: String,
    /// Slug of the organisation that keeps it.
    pub organisation: String,
    pub added_at: Moment,
    /// Lines of custody so far.
    pub custody_count: i64,
    /// Result of the newest verification.
    pub intact: Option<bool>,
}

impl ExhibitView {
    pub fn of(exhibit: Exhibit) -> Self {
        Self {
            exhibit: label(exhibit.number),
            incident: exhibit.incident,
            sha256: exhibit.sha256,
            size: exhibit.size,
            media_type: exhibit.media_type,
            name: exhibit.name,
            source_url: exhibit.source_url,
            note: exhibit.note,
            tlp: exhibit.tlp,
            audience: slugs(exhibit.audience),
            named: emails(exhibit.named),
            captured_at: exhibit.captured_at,
            organisation: exhibit.added_by.organisation.slug.clone(),
            added_by: exhibit.added_by.email,
            added_at: exhibit.added_at,
            custody_count: exhibit.custody_count,
            intact: exhibit.intact,
        }
    }
}

/// One touch of an exhibit.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustodyView {
    pub action: CustodyAction,
    /// E-mail address; null is the product itself.
    pub person: Option<String>,
    pub organisation: Option<String>,
    pub at: Moment,
    /// Of the client; empty where it is not for this caller.
    pub address: String,
    /// `unchanged`, `differs`, or empty where nothing was hashed.
    pub result: String,
}

impl CustodyView {
    pub fn of(custody: Custody) -> Self {
        let organisation = custody.person.as_ref().map(|person| person.organisation.slug.clone());
        Self {
            action: custody.action,
            person: custody.person.map(email),
            organisation,
            at: custody.at,
            address: custody.address,
            result: custody.result,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct IndicatorView {
    pub id: IndicatorId,
    pub kind: IndicatorKind,
    /// Raw: for machines.
    pub value: String,
    /// Unclickable: for people.
    pub defanged: String,
    pub note: String,
    pub tlp: Tlp,
    pub added_by: String,
    pub organisation: String,
    pub added_at: Moment,
    /// Other incidents with the same value that this caller may see.
    pub also_in: Vec<Number>,
}

impl IndicatorView {
    pub fn of(indicator: Indicator) -> Self {
        Self {
            id: indicator.id,
            kind: indicator.kind,
            defanged: indicator.defanged(),
            value: indicator.value,
            note: indicator.note,
            tlp: indicator.tlp,
            organisation: indicator.added_by.organisation.slug.clone(),
            added_by: indicator.added_by.email,
            added_at: indicator.added_at,
            also_in: indicator.also_in,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct TaskView {
    pub id: TaskId,
    pub version: i64,
    pub text: String,
    /// Slug.
    pub organisation: Option<String>,
    /// E-mail address.
    pub person: Option<String>,
    pub due_at: Option<Moment>,
    pub done_at: Option<Moment>,
    pub done_by: Option<String>,
    pub created_by: String,
    pub created_at: Moment,
    /// Id of the playbook that it is a step of.
    pub playbook: Option<String>,
    pub step: Option<i64>,
    pub tlp: Tlp,
}

impl TaskView {
    pub fn of(task: Task) -> Self {
        Self {
            id: task.id,
            version: task.version,
            text: task.text,
            organisation: task.organisation.map(slug),
            person: task.person.map(email),
            due_at: task.due_at,
            done_at: task.done_at,
            done_by: task.done_by.map(email),
            created_by: task.created_by.email,
            created_at: task.created_at,
            playbook: task.playbook,
            step: task.step,
            tlp: task.tlp,
        }
    }
}
