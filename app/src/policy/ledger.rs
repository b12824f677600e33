//! Who reads a crossing in the sharing ledger, and what leaves the room in an export of it.
//!
//! The sender's organisation keeps the row for good, and so does the origin that let it be passed on. To the
//! recipient it exists from the delivery until it is taken back. Whether either sees the incident is asked as everywhere else, by `sight` or its `scope`.

use super::{Reach, Scope, Viewer, scope};
use crate::model::{OrganisationId, Role, Tlp};

/// Between whom something crossed, and whether it still stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parties {
    pub from: OrganisationId,
    pub to: OrganisationId,
    /// The lead that let it be passed on, where another organisation shared it.
    pub approved: Option<OrganisationId>,
    /// It was let out; what is held is known to its sender alone.
    pub delivered: bool,
    pub taken_back: bool,
}

/// Whether this crossing, in an incident that the viewer sees, is one of their ledger.
pub fn reads_crossing(viewer: &Viewer, parties: &Parties) -> bool {
    let sent = parties.from == viewer.organisation;
    let received = parties.to == viewer.organisation && parties.delivered && !parties.taken_back;
    let let_pass = parties.approved == Some(viewer.organisation) && parties.delivered;
    viewer.reach() == Reach::Member && (sent || received || let_pass)
}

/// Reads what was answered: the two that talk. Who let it pass learns that it was.
pub fn reads_answer(viewer: &Viewer, parties: &Parties) -> bool {
    [parties.from, parties.to].contains(&viewer.organisation)
}

/// Who speaks for an organisation, or looks after it, takes its ledger out of the room.
pub fn may_export_ledger(viewer: &Viewer) -> bool {
    const EXPORTERS: &[Role] = &[Role::Liaison, Role::ShiftLead, Role::Counsel, Role::OrganisationAdmin];
    viewer.reach() == Reach::Member && viewer.has_any(EXPORTERS)
}

/// RED is for people who are named, in the room: it is in no file.
pub fn leaves(label: Tlp) -> bool {
    label != Tlp::Red
}

/// [`scope`] of what leaves in an export: everything of the viewer's but RED; none for those who export nothing.
pub fn export_scope(viewer: &Viewer) -> Option<Scope> {
    may_export_ledger(viewer).then(|| scope(viewer).shared())
}
