//! Who reads the words of a share, and of what is held: its own label restricts, as on all that lies in an incident.
//!
//! Between organisations [`reads_crossing`] decides. With RED it is people: who wrote it, who let it out, whom it
//! names, and while it is held, counsel of the sender, who decides about it.

use super::{Cleared, Parties, Viewer, reads_crossing};
use crate::model::{PersonId, Role, Tlp};

/// Whether the viewer reads this share or hold, in an incident that they see. `people`: its author, who let it out,
/// and whom it names.
pub fn reads_share(viewer: &Viewer, parties: &Parties, label: Tlp, people: &[PersonId]) -> bool {
    let decides = !parties.delivered && viewer.has(Role::Counsel);
    let personally = label != Tlp::Red || decides || people.contains(&viewer.person);
    reads_crossing(viewer, parties) && personally
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
