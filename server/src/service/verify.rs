//! Whether anything was altered behind the room's back: the journal's chain, the rows that it brought, the
//! files, and, with checkpoints, its end. Reads only, page by page, while the room goes on.
//!
//! The chain shows a row that was changed, moved, added or taken away; the comparison of each entry, strike,
//! exhibit, line of custody, indicator, share, hold and setting with its journal row shows the same for those tables, and
//! where shares, holds and postures stand is followed from act to act; a checkpoint that was copied elsewhere
//! shows a journal that was cut off or written anew from the start.

mod files;
mod items;
mod rows;
mod standing;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    Error, Result, Room, checkpoint, journal,
    store::{self, journal::JournalRow},
};

/// Rows of the journal read at a time.
const PAGE: i64 = 2_000;
/// Findings that are named; beyond, they are counted.
const NAMED: usize = 10_000;

/// What to check beyond the room itself.
#[derive(Clone, Debug, Default)]
pub struct VerifyOptions {
    /// A file of checkpoints, best a copy that was kept elsewhere.
    pub checkpoint: Option<PathBuf>,
}

/// What kind of damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A row of the journal is not what was hashed, or does not follow the row before.
    Chain,
    /// Rows of the journal are gone.
    Gap,
    /// The journal ends before a signed checkpoint.
    CutOff,
    /// A row of a table stands otherwise in the journal.
    Edited,
    /// A row of a table is not in the journal.
    Inserted,
    /// A row that the journal brought is not in its table.
    Missing,
    /// The file of an exhibit is gone, or not what arrived.
    File,
    /// A checkpoint is not ours or was changed.
    Checkpoint,
}

/// One damage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub kind: Kind,
    /// Row of the journal, 0 where it is about none.
    pub seq: i64,
    /// `WF-0147 E-3`, or empty.
    pub exhibit: String,
    pub what: String,
}

impl Kind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::Chain => "chain",
            Self::Gap => "gap",
            Self::CutOff => "cut off",
            Self::Edited => "edited",
            Self::Inserted => "inserted",
            Self::Missing => "missing",
            Self::File => "file",
            Self::Checkpoint => "checkpoint",
        }
    }
}

impl std::fmt::Display for Finding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: row {}", self.kind.word(), self.seq)?;
        if !self.exhibit.is_empty() {
            write!(f, ", {}", self.exhibit)?;
        }
        write!(f, ": {}", self.what)
    }
}

/// What was walked, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rows of the journal.
    pub rows: i64,
    /// Number and hash of the newest row, as a checkpoint would sign them.
    pub seq: i64,
    pub hash: String,
    pub exhibits: i64,
    /// Bytes that were hashed.
    pub bytes: u64,
    pub checkpoints: i64,
    pub findings: Vec<Finding>,
    /// Findings beyond those that are named.
    pub more: u64,
}

impl Report {
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty()
    }

    fn add(&mut self, kind: Kind, seq: i64, what: impl Into<String>) {
        self.add_finding(Finding { kind, seq, exhibit: String::new(), what: what.into() });
    }

    fn add_finding(&mut self, finding: Finding) {
        tracing::error!(kind = ?finding.kind, seq = finding.seq, exhibit = finding.exhibit, what = finding.what, "damage");
        self.keep(finding);
    }

    fn keep(&mut self, finding: Finding) {
        if self.findings.len() < NAMED {
            self.findings.push(finding);
        } else {
            self.more += 1;
        }
    }
}

/// Walks the whole room.
pub async fn verify(room: &Room, options: &VerifyOptions) -> Result<Report> {
    let mut report = Report::default();
    let signed = match &options.checkpoint {
        Some(path) => read_checkpoints(room, path, &mut report)?,
        None => BTreeMap::new(),
    };
    let mut files = Report::default();
    tokio::try_join!(walk(room, &signed, &mut report), files::check(room, &mut files))?;
    (report.exhibits, report.bytes) = (files.exhibits, files.bytes);
    report.more += files.more;
    for finding in files.findings {
        report.keep(finding);
    }
    Ok(report)
}

/// What checkpoints say: hash and moment by number.
type Signed = BTreeMap<i64, Vec<(String, app::model::Moment)>>;

fn read_checkpoints(room: &Room, path: &Path, report: &mut Report) -> Result<Signed> {
    let lines = checkpoint::read_all(path)
        .map_err(|error| Error::invalid("checkpoint", format!("{}: {error}", path.display())))?;
    let mut signed = Signed::new();
    for (at, line) in lines.into_iter().enumerate() {
        report.checkpoints += 1;
        match line {
            Err(number) => report.add(Kind::Checkpoint, 0, format!("line {number} is no checkpoint")),
            Ok(found) if !found.is_ours(room) => {
                let what = format!("line {} is not signed by this installation", at + 1);
                report.add(Kind::Checkpoint, found.seq, what);
            }
            Ok(found) => signed.entry(found.seq).or_default().push((found.hash, found.at)),
        }
    }
    Ok(signed)
}

async fn walk(room: &Room, signed: &Signed, report: &mut Report) -> Result<()> {
    let mut before = Before { seq: 0, hash: vec![0; 32] };
    let mut from = i64::MIN;
    loop {
        let page = store::journal::list_after(&room.db, from, PAGE).await?;
        let Some(last) = page.last() else { break };
        for row in &page {
            check_row(row, &mut before, signed, report);
        }
        rows::check(room, (from, last.seq), &page, report).await?;
        items::check(room, (from, last.seq), &page, report).await?;
        items::check_readers(room, (from, last.seq), report).await?;
        standing::check(room, (from, last.seq), &page, report).await?;
        from = last.seq;
        report.rows += page.len() as i64;
    }
    rows::check_beyond(room, from, report).await?;
    items::check_beyond(room, from, report).await?;
    items::check_readers(room, (from, i64::MAX), report).await?;
    standing::check_postures(room, report).await?;
    let beyond: Vec<_> = signed.range(before.seq + 1..).collect();
    if let Some((seq, said)) = beyond.last() {
        let at = said.first().map_or_else(String::new, |(_, at)| at.to_string());
        let what = format!("the journal ends at row {}; row {seq} was signed at {at}", before.seq);
        report.add(Kind::CutOff, **seq, what);
    }
    (report.seq, report.hash) = (before.seq, checkpoint::hex(&before.hash));
    Ok(())
}

/// The row before, as it stands.
struct Before {
    seq: i64,
    hash: Vec<u8>,
}

fn check_row(row: &JournalRow, before: &mut Before, signed: &Signed, report: &mut Report) {
    if row.seq < 1 {
        // The first row is 1: what stands before it was put there.
        return report.add(Kind::Chain, row.seq, "stands before the first row");
    }
    if row.seq != before.seq + 1 {
        let what = match row.seq - before.seq {
            2 => format!("row {} is gone", before.seq + 1),
            _ => format!("rows {} to {} are gone", before.seq + 1, row.seq - 1),
        };
        report.add(Kind::Gap, before.seq + 1, what);
    } else if row.previous != before.hash {
        report.add(Kind::Chain, row.seq, "does not follow the row before");
    }
    if journal::hash(&row.previous, &journal::canonical(row)) != row.hash {
        report.add(Kind::Chain, row.seq, "is not what was hashed");
    }
    let hash = checkpoint::hex(&row.hash);
    for (said, at) in signed.get(&row.seq).into_iter().flatten().filter(|(said, _)| *said != hash) {
        let what = format!("the checkpoint of {at} signed another row: {}…", said.get(..12).unwrap_or(said));
        report.add(Kind::Chain, row.seq, what);
    }
    *before = Before { seq: row.seq, hash: row.hash.clone() };
}
