//! Pages, one file per noun: a value in, finished HTML out.
//!
//! A page is a function that takes a [`frame::Frame`] (who looks, when, with which appearance) and what
//! was cleared for its viewer. It works without JavaScript; islands bring the moving parts to life.
//! Nothing here looks anything up or decides who may see it.

pub mod frame;
pub mod menus;
pub mod parts;
pub mod strip;

pub mod ask;
pub mod audit;
pub mod board;
pub mod bulk;
pub mod exhibit;
pub mod glass;
pub mod incident;
pub mod invitation;
pub mod ledger;
pub mod me;
pub mod new_incident;
pub mod notice;
pub mod organisation;
pub mod person;
pub mod problem;
pub mod set_up;
pub mod settings;
pub mod shares;
pub mod signin;
pub mod wall;
