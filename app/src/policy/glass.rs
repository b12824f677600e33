//! Break-glass: how a room admin, who reads no content, reads one incident for a while.
//!
//! Through the glass they see what a member of the lead organisation sees who has no role and no name: AMBER and
//! what is narrowed to the lead; never RED, which is for the named people alone. They can do nothing to it.

use uuid::Uuid;

use super::{Cleared, Viewer};
use crate::model::{IncidentId, Moment, Organisation, OrganisationId, PersonId, Role};

/// One look through: whose, at what, until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glass {
    pub person: PersonId,
    pub incident: IncidentId,
    pub ends_at: Moment,
    /// Somebody ended it by hand, or it ended with an account.
    pub ended_at: Option<Moment>,
}

impl Glass {
    pub fn is_open(&self, now: Moment) -> bool {
        self.ended_at.is_none() && now < self.ends_at
    }
}

/// Whoever reads no content by their role may break the glass; nobody else needs to.
pub fn may_break_glass(viewer: &Viewer) -> bool {
    viewer.has(Role::RoomAdmin)
}

/// The eyes with which an incident of this lead organisation is read through any glass.
pub fn eyes_of_glass(viewer: &Viewer, lead: &Organisation) -> Option<Viewer> {
    may_break_glass(viewer).then(|| Viewer {
        // Nobody: named nowhere, author of nothing.
        person: PersonId(Uuid::nil()),
        organisation: lead.id,
        sector: lead.sector,
        roles: vec![],
    })
}

/// The same while this glass stands open for this viewer and this incident; nothing otherwise.
pub fn through_glass(
    viewer: &Viewer,
    glass: &Glass,
    incident: IncidentId,
    lead: &Organisation,
    now: Moment,
) -> Option<Viewer> {
    let own = glass.person == viewer.person && glass.incident == incident;
    eyes_of_glass(viewer, lead).filter(|_| own && glass.is_open(now))
}

/// Who is told that somebody read an incident of this lead organisation: its liaisons and its counsel.
pub fn hears_of_glass(viewer: &Viewer, lead: OrganisationId) -> bool {
    let own = viewer.organisation == lead && viewer.reach() == super::Reach::Member;
    own && viewer.has_any(&[Role::Liaison, Role::Counsel])
}

/// Clears that the glass was broken: for those who are told, and for whoever broke it.
pub fn clear_glass<T>(viewer: &Viewer, lead: OrganisationId, by: PersonId, value: T) -> Option<Cleared<T>> {
    (hears_of_glass(viewer, lead) || viewer.person == by).then_some(Cleared(value))
}
