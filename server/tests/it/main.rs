//! Everything that the server promises, in one binary: one file a noun.
#![recursion_limit = "512"]

mod base;
mod demo;
mod policy_matrix;
mod sight;
