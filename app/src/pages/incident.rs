//! The page of an incident: head with the response track, the story on the left, the material on the right.
//!
//! Every act is an ordinary form; each posts to a path below the incident's own. Names of the controls are
//! those of the JSON API. Beyond it:
//!
//! | form | control | meaning |
//! |---|---|---|
//! | all that change the incident | `version` | the version that the reader saw |
//! | `entries` | `happened_date`, `happened_time`, `happened_zone` | together `happened_at`; all empty is now |
//! | `entries` | `preview` | the button that only asks for the audience sentence |
//! | `entries`, `marking` | `named` | addresses, separated as people type them ([`addresses`]) |
//! | `entries` | `audience` | slugs; the viewer's own is always sent; all of them is "not narrowed" ([`narrowed`]) |
//! | `edit` | `jurisdiction_state`, `jurisdiction_county` | one pair a row, in order; empty rows are left out |
//! | `edit` | `add_row` | the button that only asks for one more row |
//! | `tasks`, `hold` | `due_date`, `due_time`; `review_date`, `review_time` with `zone` | together `due_at`, `review_at` |
//!
//! [`addresses`]: crate::model::audience::addresses
//! [`narrowed`]: crate::model::audience::narrowed

pub mod view;

pub use view::{IncidentView, Permissions, TimelineView};
