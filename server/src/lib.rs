//! The server's rooms: `store <- service <- web, api, jobs`; only `web` renders.
#![recursion_limit = "512"]

pub mod clock;
pub mod demo;
pub mod live;
pub mod reference;
pub mod seal;
pub mod service;
