//! Signed checkpoints of the journal: what shows that its end was cut off, which no chain of hashes can.
//!
//! A checkpoint says that row `seq` had this hash at this moment, signed with Ed25519 by a key that comes
//! from the installation's key file. One is made every 60 seconds in which something was written, and every
//! 1,000 rows; each is a line of `checkpoints.log` and of the server's log, so that copies leave the machine.
//!
//! The signature is over the UTF-8 of four lines: `watchfloor checkpoint`, `seq`, `hash` (lower-case
//! hexadecimal) and `at` (UTC microseconds), joined by line feeds. Each line of the file names the public key.

use std::{
    fs::{File, OpenOptions},
    io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write},
    path::Path,
};

use app::model::Moment;
use ed25519_dalek::{Signature, Signer, SigningKey};
use serde::{Deserialize, Serialize};

use super::{Error, Result, Room, journal};

/// Seconds between two checkpoints, where something was written.
const EVERY_S: i64 = 60;
/// Rows after which the next one does not wait.
const EVERY_ROWS: i64 = 1_000;
/// Longer than any line.
const LINE: u64 = 1_024;

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checkpoint {
    pub seq: i64,
    /// Hexadecimal, as are key and signature.
    pub hash: String,
    pub at: Moment,
    pub key: String,
    pub signature: String,
}

fn signing_key(room: &Room) -> SigningKey {
    SigningKey::from_bytes(&room.seal().mac(b"checkpoint", &[]))
}

fn message(seq: i64, hash: &str, at: Moment) -> String {
    format!("watchfloor checkpoint\n{seq}\n{hash}\n{}", at.0)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads [`hex`] back.
pub(crate) fn bytes_of(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

impl Checkpoint {
    fn sign(room: &Room, head: &journal::Head) -> Self {
        let key = signing_key(room);
        let (hash, at) = (hex(&head.hash), room.now());
        let signature = key.sign(message(head.seq, &hash, at).as_bytes());
        Self {
            seq: head.seq,
            hash,
            at,
            key: hex(key.verifying_key().as_bytes()),
            signature: hex(&signature.to_bytes()),
        }
    }

    /// Signed by this installation, and not changed since.
    pub(crate) fn is_ours(&self, room: &Room) -> bool {
        let signature = bytes_of(&self.signature).and_then(|bytes| Signature::from_slice(&bytes).ok());
        let message = message(self.seq, &self.hash, self.at);
        let key = signing_key(room).verifying_key();
        signature.is_some_and(|signature| key.verify_strict(message.as_bytes(), &signature).is_ok())
    }
}

/// Adds a checkpoint to the file when one is due; called every few seconds.
pub async fn keep(room: &Room, path: &Path) -> Result<Option<Checkpoint>> {
    let head = journal::head(room).await?;
    let last = read_last(path).map_err(unavailable)?;
    let (since, at) = last.map_or((0, None), |last| (last.seq, Some(last.at)));
    let rested = at.is_none_or(|at| room.now().since(at) >= EVERY_S);
    let due = head.seq > since && (rested || head.seq - since >= EVERY_ROWS);
    if due { add(room, path, &head).map(Some) } else { Ok(None) }
}

/// Adds a checkpoint of the newest row unless the file ends with it: at a stop.
pub async fn keep_last(room: &Room, path: &Path) -> Result<Option<Checkpoint>> {
    let head = journal::head(room).await?;
    let since = read_last(path).map_err(unavailable)?.map_or(0, |last| last.seq);
    if head.seq > since { add(room, path, &head).map(Some) } else { Ok(None) }
}

/// Adds a checkpoint of the newest row now: before a backup, an export.
pub async fn make(room: &Room, path: &Path) -> Result<Checkpoint> {
    add(room, path, &journal::head(room).await?)
}

fn add(room: &Room, path: &Path, head: &journal::Head) -> Result<Checkpoint> {
    let checkpoint = Checkpoint::sign(room, head);
    let mut line = serde_json::to_string(&checkpoint).map_err(Error::internal)?;
    line.push('\n');
    let append = || {
        let mut file = OpenOptions::new().append(true).create(true).open(path)?;
        file.write_all(line.as_bytes())?;
        file.sync_data()
    };
    append().map_err(unavailable)?;
    tracing::info!(
        seq = checkpoint.seq, hash = checkpoint.hash, at = %checkpoint.at, key = checkpoint.key,
        signature = checkpoint.signature, "checkpoint"
    );
    Ok(checkpoint)
}

fn unavailable(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull => Error::StorageFull,
        _ => Error::Unavailable(format!("checkpoints: {error}")),
    }
}

/// The newest line; none where there is none yet, or a crash left half of it.
fn read_last(path: &Path) -> io::Result<Option<Checkpoint>> {
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(LINE)))?;
    let mut tail = String::new();
    file.read_to_string(&mut tail)?;
    Ok(tail.lines().next_back().and_then(|line| serde_json::from_str(line).ok()))
}

/// The first of ours in the file that stands at row `seq` or after it; where there is none yet, one of the
/// newest row, made now.
pub async fn at_or_after(room: &Room, path: &Path, seq: i64) -> Result<Checkpoint> {
    let lines = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        opened => Some(BufReader::new(opened.map_err(unavailable)?).lines()),
    };
    let signed = lines.into_iter().flatten().map_while(io::Result::ok);
    let known = signed.filter_map(|line| serde_json::from_str::<Checkpoint>(&line).ok());
    match known.filter(|found| found.seq >= seq).find(|found| found.is_ours(room)) {
        Some(found) => Ok(found),
        None => make(room, path).await,
    }
}

/// The public half of the key that signs, in hexadecimal.
pub fn public_key(room: &Room) -> String {
    hex(signing_key(room).verifying_key().as_bytes())
}

/// Every line of a file, in its order; a line that is no checkpoint gives its number.
pub(crate) fn read_all(path: &Path) -> io::Result<Vec<Result<Checkpoint, usize>>> {
    let lines = BufReader::new(File::open(path)?).lines().enumerate();
    let read = |(at, line): (usize, io::Result<String>)| {
        line.map(|line| serde_json::from_str::<Checkpoint>(&line).map_err(|_| at + 1))
    };
    lines.map(read).collect()
}
