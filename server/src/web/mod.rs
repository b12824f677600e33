//! One file a noun: reads the form, calls the service, redirects or draws the page again.

pub mod health;
pub mod session;
