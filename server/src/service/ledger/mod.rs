//! The sharing ledger of one's own organisation: read, laid out for others, and proven to stand in the journal.

mod count;
mod crossed;
mod csv;
mod export;
mod posting;
mod proof;
mod read;

pub(crate) use count::{commitments, counted};
pub(crate) use crossed::{CrossedTo, Written, item_body};
pub use csv::{csv, csv_head, postings_csv, postings_csv_head};
pub use export::{Export, export};
pub use posting::{export_postings, list_postings, postings};
pub use proof::proof;
pub use read::{ledger, list};
