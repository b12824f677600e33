//! Evidence: files and links that an incident rests on, and the record of every touch.

use std::time::Duration;

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
        }
    }
}
