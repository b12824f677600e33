//! The parts that move in the browser. Every page reads, filters and posts without them.
//!
//! An island gets nothing in its props but what its viewer may read: props stand in the page's source.
//! Most islands draw little themselves: they bring to life what the server has drawn, and draw a change
//! with the very component that the page was made of.
//!
//! | file | what |
//! |---|---|
//! | [`link_state`], [`link_banner`] | live, reconnecting, offline, signed out; starts the clocks |
//! | [`board`], [`feed`] | rows and updates as they come |
//! | [`wall`] | the wall, drawn anew |
//! | [`timeline`], [`incident`] | entries as they come, and the sections around them |
//! | [`shares`], [`notice`] | the inbox, the notifications, and how many wait |
//! | [`composer`], [`upload`] | entries and evidence on their way, kept until they have arrived |
//! | [`new_incident`] | draft, audience, due times and likes of what is about to be opened |
//! | [`appearance`], [`shortcuts`] | theme without a reload, single keys |
//! | `gone` | takes away what may no longer be seen, from whichever page has it |
//! | `live`, `clock`, `tick`, `page` | what islands share: one stream, one clock, one look at the page |

pub mod appearance;
pub mod board;
pub mod composer;
pub mod feed;
pub mod incident;
pub mod link_banner;
pub mod link_state;
pub mod new_incident;
pub mod notice;
pub mod shares;
pub mod shortcuts;
pub mod timeline;
pub mod upload;
pub mod wall;

#[cfg(feature = "hydrate")]
pub mod clock;
#[cfg(feature = "hydrate")]
pub mod draft;
#[cfg(feature = "hydrate")]
pub mod live;
#[cfg(feature = "hydrate")]
pub mod page;
#[cfg(feature = "hydrate")]
pub mod tick;

#[cfg(feature = "hydrate")]
mod alike;
#[cfg(feature = "hydrate")]
mod gone;
#[cfg(feature = "hydrate")]
mod list;
#[cfg(feature = "hydrate")]
mod mention;
#[cfg(feature = "hydrate")]
mod outbox;
#[cfg(feature = "hydrate")]
mod peek;
#[cfg(feature = "hydrate")]
mod refresh;
#[cfg(feature = "hydrate")]
mod send;
#[cfg(feature = "hydrate")]
mod take;
