//! The sharing ledger of one's own organisation: read, laid out for others, and proven to stand in the journal.

mod count;
mod csv;
mod export;
mod proof;
mod read;

pub(crate) use count::{commitments, counted};
pub use csv::{csv, csv_head};
pub use export::{Alive, Export, Parts, export};
pub use proof::proof;
pub use read::{ledger, list};
