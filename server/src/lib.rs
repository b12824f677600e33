//! The server's rooms: `store <- service <- web, api, jobs`; only `web` renders.
#![recursion_limit = "512"]

pub mod api;
pub mod assets;
pub mod cli;
pub mod clock;
pub mod config;
pub mod demo;
pub mod error;
pub mod form;
pub mod headers;
pub mod jobs;
pub mod live;
pub mod log;
pub mod metrics;
mod multipart;
pub mod page;
pub mod post;
pub mod reference;
pub mod router;
pub mod seal;
pub mod serve;
pub mod service;
pub mod state;
pub mod unattended;
pub mod viewer;
pub mod visit;
pub mod web;

pub use state::App;
