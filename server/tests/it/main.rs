//! Everything that the server promises, in one binary: one file a noun.
#![recursion_limit = "512"]

mod base;
mod demo;
mod form;
mod headers;
mod policy_matrix;
mod session;
mod sight;
mod test_app;
