//! Every stored file, hashed again.

use std::{fs::File, io, path::PathBuf};

use futures::{StreamExt, TryStreamExt, stream};

use super::{Finding, Kind, Report};
use crate::service::{
    Error, Result, Room, evidence,
    store::{self, exhibit::ExhibitRow},
};

/// Exhibits read at a time.
const PAGE: i64 = 200;
/// Files hashed at once: two processors are busy, and a server beside them still answers.
const AT_ONCE: usize = 2;

pub(super) async fn check(room: &Room, report: &mut Report) -> Result<()> {
    let mut seq = i64::MIN;
    loop {
        let rows = store::exhibit::list_after(&room.db, seq, PAGE).await?;
        let Some(last) = rows.last() else { return Ok(()) };
        // Two exhibits on one line of the journal are found by their rows; the walk goes on in any case.
        seq = last.seq;
        let files = rows.iter().filter_map(|row| row.sha256.as_deref().map(|sha256| (row, sha256)));
        let hashing = files.map(async |(row, sha256)| {
            let path = evidence::path_of(&room.evidence, row.organisation_id, sha256);
            hash(path, row, sha256).await.map(|found| (row, found))
        });
        let mut hashed = stream::iter(hashing).buffered(AT_ONCE);
        while let Some((row, (bytes, damage))) = hashed.try_next().await? {
            report.exhibits += 1;
            report.bytes += bytes;
            if let Some(what) = damage {
                let incident = store::incident::read(&room.db, row.incident_id).await?;
                let number = incident.map_or_else(String::new, |incident| incident.number.to_string());
                let exhibit = format!("{number} E-{}", row.number);
                report.add_finding(Finding { kind: Kind::File, seq: row.seq, exhibit, what });
            }
        }
    }
}

/// How many bytes were hashed, and what is wrong with them.
async fn hash(path: PathBuf, row: &ExhibitRow, sha256: &str) -> Result<(u64, Option<String>)> {
    let hashed = tokio::task::spawn_blocking(move || File::open(path).and_then(evidence::digest));
    Ok(match hashed.await.map_err(Error::internal)? {
        Err(error) if error.kind() == io::ErrorKind::NotFound => (0, Some("the file is gone".to_owned())),
        Err(error) => (0, Some(format!("the file cannot be read: {error}"))),
        Ok((size, _)) if i64::try_from(size) != Ok(row.size) => {
            (size, Some(format!("the file has {size} bytes instead of {}", row.size)))
        }
        Ok((size, found)) if found != sha256 => {
            (size, Some(format!("the file has the hash {found} instead of {sha256}")))
        }
        Ok((size, _)) => (size, None),
    })
}
