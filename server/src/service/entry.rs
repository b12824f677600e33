//! Entries of the timeline: posted, corrected, struck, listed.

mod context;
mod read;
mod record;
mod words;
mod write;

pub use read::{
    Timeline, TimelineQuery, count, find, find_place, last_change, list, list_of, list_written, understood,
};
pub(crate) use read::{find_for, find_written};
pub(crate) use record::{Before, NewEntry, before_of, body_of};
pub use words::TEXT_LIMIT;
pub(crate) use words::{checked_text, happened_at};
pub use write::{PostEntry, Posted, post, strike};
pub(crate) use write::{add_posted, add_released, strike_body};
