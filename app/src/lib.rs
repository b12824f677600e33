//! What server and browser share: the model, the policy, the pages and the islands.
//!
//! | room | what | must never |
//! |---|---|---|
//! | [`model`] | values of the domain: ids, moments, incident, entry, exhibit, board | do I/O or read a clock |
//! | [`policy`] | who may see and do what; the only place that decides | look anything up |
//! | [`pages`] | one file per noun, finished HTML that works without JavaScript | take what was not cleared |
//! | [`islands`] | the parts that move in the browser | know more than their page shows |
//!
//! The server compiles this crate with `ssr`, the browser with `hydrate`; nothing else differs.
#![recursion_limit = "512"]

#[cfg(feature = "hydrate")]
pub mod hydrate;
pub mod islands;
pub mod model;
pub mod pages;
pub mod policy;
