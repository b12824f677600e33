//! What people are told of, and the centre where they read it.
//!
//! A notice is a row of ids and kinds, written in the transaction of the act that it is about. What it says is
//! read when it is read, through what its person may see then: what they may no longer see is gone with the
//! sight of it, from the list and from every count.

mod account;
mod read;
mod row;
mod settings;
mod tell;

/// What the journal calls the room admin's look into an incident, a row of [`super::Noun::Audit`] with that
/// incident: the liaisons and counsel of the organisation that leads it are told.
pub(crate) const BREAK_GLASS: &str = "break_glass";

pub(crate) use account::{AccountAct, tell_of_account};
pub(crate) use read::list_of_mail;
pub use read::{count, find, forget_old, list, read, read_all, read_before, tidy};
pub use settings::{read_settings, set_settings, settings};
pub(crate) use tell::{Told, tell, tell_of_setting};
