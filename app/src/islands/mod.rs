//! The parts that move in the browser. Every page reads, filters and posts without them.
//!
//! An island gets nothing in its props but what its viewer may read: props stand in the page's source.

#[cfg(feature = "hydrate")]
pub mod clock;
