//! Everything that the server promises, in one binary: one file a noun.
#![recursion_limit = "512"]

mod account;
mod api;
mod api_evidence;
mod api_incident;
mod api_inside;
mod api_list;
mod api_once;
mod api_openapi;
mod authorisation;
mod base;
mod board;
mod demo;
mod entry;
mod evidence;
mod evidence_pages;
mod explain;
mod fault;
mod form;
mod headers;
mod incident;
mod journal;
mod live;
mod page;
mod policy_matrix;
mod schema;
mod serve;
mod session;
mod share;
mod sight;
mod story;
mod test_app;
mod verify;
mod words;
mod write;
