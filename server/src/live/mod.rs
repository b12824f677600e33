//! The live stream: the hub that carries changes, and the stream of one viewer.
//!
//! The hub carries ids, never content. For each change it reads what it is once per distinct scope of
//! viewers (organisation and what its roles may press), not once per stream, and hands the same bytes to
//! all streams of that scope. A stream subscribes first, then replays the journal from its cursor, then
//! takes from its queue what is newer: nothing is lost and nothing comes twice. A stream that cannot keep
//! up is cut and resumes from its cursor.

mod hub;
mod stream;

pub use hub::{Hub, HubLimits};
pub use stream::{Alive, Start, open};
