//! Evidence: files and links that an incident rests on, and the record of every touch.
//!
//! Bytes first, rows after: a file is durable under its hash ([`blob`]) before the transaction that makes it
//! an exhibit ([`intake`]), so that no exhibit ever stands without its bytes. What is stored is never
//! changed; whoever looks at it, takes it or has it hashed again leaves a line ([`custody`]).

mod blob;
mod check;
mod custody;
mod form;
mod intake;
mod media;
mod read;
mod thumbnail;

use std::time::Duration;

use app::model::{CustodyId, ExhibitId, Moment, OrganisationId, PersonId, Tlp, exhibit::CustodyAction};
use serde::Serialize;

pub(crate) use blob::{digest, path_of, sweep};
pub(crate) use custody::add as add_custody;
pub use custody::{Download, Verified, download, note_view, verify};
pub use form::{Gate, Refused, take_in_multipart};
pub use intake::{Attached, EvidenceInput, Intake, add_link, take_in};
pub(crate) use intake::{Taken, attach};
pub(crate) use read::find_for;
pub use read::{find, label_number, list, list_custody, list_of};
pub use thumbnail::{Thumbnail, make_pending, thumbnail};

use super::{
    Error, Result,
    store::exhibit::{CustodyRow, ExhibitRow},
};

/// How much evidence the room takes in; every number is a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EvidenceLimits {
    /// Bytes of one file.
    pub file: u64,
    /// Bytes that one organisation may add to one incident. Counted by organisation: a limit over all of
    /// them would tell a participant how much the others keep there.
    pub incident: u64,
    /// Bytes that one person may add within 24 hours.
    pub person_day: u64,
    /// Bytes of one organisation.
    pub organisation: u64,
    /// Nothing is taken in below this much free space, before the database suffers: bytes ...
    pub free_bytes: u64,
    /// ... and percent of the file system.
    pub free_percent: u64,
    /// The longest pause between two pieces of an upload.
    pub idle: Duration,
    /// Bytes a second below which an upload is given up, once it has run for a minute.
    pub rate: u64,
    /// The longest time that the still of one picture may take.
    pub still: Duration,
}

impl Default for EvidenceLimits {
    fn default() -> Self {
        const GIB: u64 = 1 << 30;
        Self {
            // 2 GB as the shops print it fits into 2 GiB.
            file: 2 * GIB,
            incident: 50 * GIB,
            person_day: 20 * GIB,
            organisation: 500 * GIB,
            free_bytes: 2 * GIB,
            free_percent: 5,
            idle: Duration::from_secs(30),
            rate: 1024,
            still: Duration::from_secs(5),
        }
    }
}

/// An exhibit as its journal row holds it; `verify` compares the two.
#[derive(Debug, Serialize)]
struct ExhibitBody<'a> {
    id: ExhibitId,
    number: i64,
    sha256: Option<&'a str>,
    size: i64,
    media_type: &'a str,
    name: &'a str,
    source_url: Option<&'a str>,
    note: &'a str,
    tlp: Tlp,
    audience: Option<&'a [OrganisationId]>,
    named: &'a [PersonId],
    captured_at: Option<Moment>,
}

pub(crate) fn body_of(
    row: &ExhibitRow,
    audience: Option<&[OrganisationId]>,
    named: &[PersonId],
) -> Result<String> {
    let body = ExhibitBody {
        id: row.id,
        number: row.number,
        sha256: row.sha256.as_deref(),
        size: row.size,
        media_type: &row.media_type,
        name: &row.name,
        source_url: row.source_url.as_deref(),
        note: &row.note,
        tlp: row.tlp,
        audience,
        named,
        captured_at: row.captured_at,
    };
    serde_json::to_string(&body).map_err(Error::internal)
}

/// A line of custody as its journal row holds it.
#[derive(Debug, Serialize)]
struct CustodyBody<'a> {
    id: CustodyId,
    exhibit: ExhibitId,
    action: CustodyAction,
    address: &'a str,
    result: &'a str,
}

pub(crate) fn custody_body(row: &CustodyRow) -> Result<String> {
    let body = CustodyBody {
        id: row.id,
        exhibit: row.exhibit_id,
        action: row.action,
        address: &row.address,
        result: &row.result,
    };
    serde_json::to_string(&body).map_err(Error::internal)
}
