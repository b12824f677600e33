//! Who is told of what, and who can be called by name.

use super::{Action, Marked, Reach, SPEAKERS, Sight, Standing, Subject, Viewer, may, sight};
use crate::model::{Role, notice::NoticeKind};

/// Whether a person who is asked for by their role, not by their name, is told of this kind. `standing` says how
/// they stand to the share or the incident.
pub fn is_told(viewer: &Viewer, kind: NoticeKind, standing: Standing) -> bool {
    match kind {
        NoticeKind::Shared => {
            viewer.has_any(SPEAKERS)
                && standing.own_organisation
                && may(viewer, Action::AnswerShare, standing)
        }
        NoticeKind::Held => may(viewer, Action::ReviewShare, standing),
        NoticeKind::Onward => viewer.has_any(SPEAKERS) && may(viewer, Action::DecideOnward, standing),
        // A clock that nobody owns is its shift lead's.
        NoticeKind::Breach => viewer.has(Role::ShiftLead) && may(viewer, Action::Assign, standing),
        // An incident that came to it without an owner.
        NoticeKind::Assigned => {
            standing.lead && viewer.has_any(SPEAKERS) && may(viewer, Action::Assign, standing)
        }
        // Whoever answers for the accounts of an organisation, or decides in its name.
        NoticeKind::Account => {
            const TOLD: &[Role] = &[Role::OrganisationAdmin, Role::Liaison, Role::Counsel];
            standing.own_organisation && viewer.has_any(TOLD)
        }
        NoticeKind::BreakGlass => standing.lead && viewer.has_any(&[Role::Liaison, Role::Counsel]),
        // Whoever sets the room up is watched by counsel of every organisation.
        NoticeKind::Setting => viewer.has(Role::Counsel) && viewer.reach() == Reach::Member,
        _ => false,
    }
}

/// Whether a person can be called in an entry: they are in the room, and they see it.
pub fn may_mention(subject: &Subject, called: &Viewer, entry: &impl Marked) -> bool {
    is_in_the_room(subject) && sight(called, entry) == Sight::Full
}

/// A person whom everybody may know of: not suspended, not a wall's device, their organisation in the room.
pub fn is_in_the_room(subject: &Subject) -> bool {
    !subject.suspended && !subject.away && !subject.roles.contains(&Role::Screen)
}
