//! The parts that pages and islands are made of: one family, one file.
//!
//! A part takes values of the model and knows nothing else but its [`setting`]; the same part draws a row
//! on the server and, when a change arrives live, in the browser.

pub mod action;
pub mod choice;
pub mod empty;
pub mod feedback;
pub mod field;
pub mod icon;
pub mod marking;
pub mod organisation;
pub mod pager;
pub mod people;
pub mod places;
pub mod setting;
pub mod severity;
pub mod status;
pub mod summary;
pub mod target;
pub mod thumb;
pub mod time;
pub mod tlp;
pub mod when;

pub use action::{FormToken, PostForm};
pub use choice::{Check, CheckList, Choice, RadioCards, SelectField};
pub use empty::Empty;
pub use feedback::{Banner, Callout, Dialog, Toast, Tone};
pub use field::{TextArea, TextField, Typed, typed};
pub use icon::Icon;
pub use organisation::{Avatar, Codes, OrganisationChip, OrganisationName};
pub use pager::Pager;
pub use setting::setting;
pub use severity::{SeverityLabel, SeverityMark};
pub use status::StatusMark;
pub use summary::ErrorSummary;
pub use target::Target;
pub use time::{Day, Time};
pub use tlp::TlpChip;
