//! The values of the domain. One noun, one file; no I/O, no clock, no policy.

pub(crate) mod words;

pub mod audience;
pub mod basis;
pub mod board;
pub mod bulk;
pub mod clock;
pub mod diff;
pub mod entry;
pub mod exhibit;
pub mod feed;
pub mod form;
pub mod glass;
pub mod hold;
pub mod id;
pub mod import;
pub mod inbox;
pub mod incident;
pub mod indicator;
pub mod input;
pub mod leave;
pub mod ledger;
pub mod mention;
pub mod moment;
pub mod notice;
pub mod onward;
pub mod organisation;
pub mod panel;
pub mod period;
pub mod person;
pub mod posture;
pub mod set_up;
pub mod setting;
pub mod share;
pub mod task;
pub mod timeline;
pub mod tlp;
pub mod wall;

pub use clock::{Clock, ClockKind, ClockState, Severity, SeverityTarget};
pub use id::*;
pub use input::{FieldErrors, Submitted};
pub use moment::{Moment, Zone};
pub use organisation::Organisation;
pub use person::{Person, Role};
pub use tlp::Tlp;
