//! Who reads the words of a share, and of what is held: its own label restricts, as on all that lies in an incident.
//!
//! Between organisations [`reads_crossing`] decides. With RED it is people: who wrote it, who let it out, whom it
//! names, and while it is held, counsel of the sender, who decides about it.

use super::{Cleared, Parties, SPEAKERS, Viewer, reads_crossing};
use crate::model::{PersonId, Role, Tlp};

/// Whether the viewer reads this share or hold, in an incident that they see. `people`: its author, who let it out,
/// and whom it names.
pub fn reads_share(viewer: &Viewer, parties: &Parties, label: Tlp, people: &[PersonId]) -> bool {
    let decides = !parties.delivered && viewer.has(Role::Counsel);
    let personally = label != Tlp::Red || decides || people.contains(&viewer.person);
    reads_crossing(viewer, parties) && personally
}

/// Whether the viewer reads a request to pass something on: from whom to whom it was asked. With RED it is people, too:
/// who asked, who decided, and while it waits those who speak for the organisation that is asked. Whom it names are of
/// the organisation that it would go to, which reads nothing of it.
pub fn reads_onward(
    viewer: &Viewer,
    parties: &Parties,
    label: Tlp,
    people: &[PersonId],
    waits: bool,
) -> bool {
    let decides = waits && parties.to == viewer.organisation && viewer.has_any(SPEAKERS);
    let personally = label != Tlp::Red || decides || people.contains(&viewer.person);
    reads_crossing(viewer, parties) && personally
}

/// Clears a request for whoever [`reads_onward`].
pub fn clear_onward<T>(
    viewer: &Viewer,
    parties: &Parties,
    label: Tlp,
    (people, waits): (&[PersonId], bool),
    value: T,
) -> Option<Cleared<T>> {
    reads_onward(viewer, parties, label, people, waits).then_some(Cleared(value))
}

/// Clears a share or a hold for whoever [`reads_share`].
pub fn clear_share<T>(
    viewer: &Viewer,
    parties: &Parties,
    label: Tlp,
    people: &[PersonId],
    value: T,
) -> Option<Cleared<T>> {
    reads_share(viewer, parties, label, people).then_some(Cleared(value))
}
