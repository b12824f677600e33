//! The bytes: written once, under their own hash, inside one organisation's folder.
//!
//! `<root>/<organisation>/<first two digits>/<sha256>`. Equal files are kept once per organisation and never
//! across: how fast or where a file lands must not tell that somebody else has it too. A file is complete and
//! durable (file and folders synced) before it gets its name; until then it lies under `<root>/incoming`,
//! locked by the process that writes it.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
    time::Duration,
};

use app::model::OrganisationId;
use axum::body::Bytes;
use futures::{Stream, StreamExt};
use sha2::Sha256;
use tokio::sync::mpsc;

use super::EvidenceLimits;
use crate::{
    clock,
    service::{Error, Result},
};

/// What travels to the thread that hashes and writes; a few of these are all the memory an upload takes.
const BATCH: usize = 256 * 1024;
/// Batches on their way.
const AHEAD: usize = 4;
/// How much is written between two looks at the free space.
const SPACE_STEP: u64 = 64 << 20;
/// Enough of a file to tell its type.
const HEAD: usize = 4096;

/// A file that arrived in full and is durable, but has no name yet. Dropped, it is gone.
#[derive(Debug)]
pub(crate) struct Staged {
    path: PathBuf,
    /// Holds the lock that keeps [`sweep`] away.
    file: File,
    pub sha256: String,
    pub size: u64,
    /// Its first bytes.
    pub head: Vec<u8>,
}

impl Drop for Staged {
    fn drop(&mut self) {
        // Already renamed, where it was installed.
        let _ = fs::remove_file(&self.path);
    }
}

/// How many bytes may still come, and what to say beyond.
#[derive(Clone, Debug)]
pub(crate) struct Allowance {
    pub left: u64,
    pub refusal: String,
}

enum Message {
    Bytes(Vec<u8>),
    /// The stream ended well; without it the channel broke off and nothing is kept.
    End,
}

/// Writes a stream to disk and hashes it on the way.
pub(crate) async fn stage<S, E>(
    root: &Path,
    name: String,
    limits: &EvidenceLimits,
    allowance: &Allowance,
    stream: S,
) -> Result<Staged>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
{
    let (sender, receiver) = mpsc::channel(AHEAD);
    let (folder, limits_of_writer) = (root.to_owned(), *limits);
    let writer = tokio::task::spawn_blocking(move || write(&folder, &name, &limits_of_writer, receiver));
    let sent = send(stream, sender, limits, allowance).await;
    let written = writer.await.map_err(Error::internal)?;
    // A full disk ends the writer first and the sender second: the writer knows the reason.
    match (sent, written) {
        (Ok(()), written) => written,
        (Err(Stopped::Writer), Err(error)) => Err(error),
        (Err(Stopped::Writer), Ok(_)) => Err(Error::internal("the writer of an upload stopped")),
        (Err(Stopped::Sender(error)), _) => Err(error),
    }
}

enum Stopped {
    Writer,
    Sender(Error),
}

async fn send<S, E>(
    stream: S,
    sender: mpsc::Sender<Message>,
    limits: &EvidenceLimits,
    allowance: &Allowance,
) -> Result<(), Stopped>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
{
    let refuse = |message: &str| Stopped::Sender(Error::invalid("file", message));
    let started = clock::stopwatch();
    let mut stream = std::pin::pin!(stream);
    let mut batch = Vec::with_capacity(BATCH);
    let mut size: u64 = 0;
    loop {
        let next = tokio::time::timeout(limits.idle, stream.next()).await;
        let next = next.map_err(|_| refuse("The upload stood still for too long; send it again"))?;
        let Some(piece) = next else { break };
        let piece = piece.map_err(|_| refuse("The upload broke off; send it again"))?;
        size += piece.len() as u64;
        if size > limits.file {
            return Err(Stopped::Sender(Error::TooLarge { limit: limits.file }));
        }
        if size > allowance.left {
            return Err(refuse(&allowance.refusal));
        }
        let elapsed = started.elapsed();
        if elapsed > Duration::from_secs(60) && size / elapsed.as_secs() < limits.rate {
            return Err(refuse("The upload is too slow; send it again over a better connection"));
        }
        let mut rest = &piece[..];
        while !rest.is_empty() {
            let (now, later) = rest.split_at(rest.len().min(BATCH - batch.len()));
            batch.extend_from_slice(now);
            rest = later;
            if batch.len() == BATCH {
                let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                sender.send(Message::Bytes(full)).await.map_err(|_| Stopped::Writer)?;
            }
        }
    }
    sender.send(Message::Bytes(batch)).await.map_err(|_| Stopped::Writer)?;
    sender.send(Message::End).await.map_err(|_| Stopped::Writer)
}

/// The thread's half: hashes and writes until the end, then makes it durable.
fn write(
    root: &Path,
    name: &str,
    limits: &EvidenceLimits,
    mut batches: mpsc::Receiver<Message>,
) -> Result<Staged> {
    let folder = root.join("incoming");
    fs::create_dir_all(&folder).map_err(full_or_broken)?;
    check_space(&folder, limits)?;
    let path = folder.join(name);
    let file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(full_or_broken)?;
    file.lock().map_err(full_or_broken)?;
    let mut staged = Staged { path, file, sha256: String::new(), size: 0, head: vec![] };
    let mut digest = Digest::default();
    let mut unchecked = 0;
    while let Some(message) = batches.blocking_recv() {
        let Message::Bytes(bytes) = message else {
            staged.file.sync_all().map_err(full_or_broken)?;
            (staged.size, staged.sha256) = digest.finish();
            return Ok(staged);
        };
        let missing = HEAD.saturating_sub(staged.head.len());
        staged.head.extend_from_slice(&bytes[..bytes.len().min(missing)]);
        digest.update(&bytes);
        staged.file.write_all(&bytes).map_err(full_or_broken)?;
        unchecked += bytes.len() as u64;
        if unchecked >= SPACE_STEP {
            unchecked = 0;
            check_space(&folder, limits)?;
        }
    }
    Err(Error::invalid("file", "The upload broke off; send it again"))
}

/// Gives a staged file its place. Returns when a power cut can no longer take it away.
pub(crate) fn install(root: &Path, organisation: OrganisationId, staged: &Staged) -> Result<()> {
    let place = path_of(root, organisation, &staged.sha256);
    let of_hash = place.parent().unwrap_or(root);
    let of_organisation = of_hash.parent().unwrap_or(root);
    fs::create_dir_all(of_hash).map_err(full_or_broken)?;
    if holds(&place, staged) {
        // Kept already: the same bytes once more change nothing.
        return sync_folder(of_hash).map_err(full_or_broken);
    }
    fs::set_permissions(&staged.path, fs::Permissions::from_mode(0o400)).map_err(full_or_broken)?;
    fs::rename(&staged.path, &place).map_err(full_or_broken)?;
    for folder in [of_hash, of_organisation, root] {
        sync_folder(folder).map_err(full_or_broken)?;
    }
    Ok(())
}

/// The place holds these bytes unchanged. A damaged file is no twin: the good one takes its place, while the
/// custody of the older exhibit keeps what was found.
fn holds(place: &Path, staged: &Staged) -> bool {
    let Ok(file) = File::open(place) else { return false };
    match digest(file) {
        Ok((size, sha256)) if size == staged.size && sha256 == staged.sha256 => true,
        _ => {
            tracing::error!(
                sha256 = staged.sha256,
                "a stored exhibit was damaged; an equal file replaces it"
            );
            false
        }
    }
}

/// Where a file of an organisation lies. `sha256` is 64 hexadecimal digits of the server's own making.
pub(crate) fn path_of(root: &Path, organisation: OrganisationId, sha256: &str) -> PathBuf {
    root.join(organisation.to_string()).join(sha256.get(..2).unwrap_or_default()).join(sha256)
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Removes what uploads left behind that a stop cut short. Those under way in another process are locked.
pub(crate) fn sweep(root: &Path) -> io::Result<usize> {
    let entries = match fs::read_dir(root.join("incoming")) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error),
    };
    let mut removed = 0;
    for entry in entries {
        let path = entry?.path();
        if File::open(&path)?.try_lock().is_ok() {
            fs::remove_file(&path)?;
            removed += 1;
        }
    }
    Ok(removed)
}

/// Refuses while little space is left, so that the database on the same disk goes on.
pub(crate) fn check_space(folder: &Path, limits: &EvidenceLimits) -> Result<()> {
    let stat = rustix::fs::statvfs(folder).map_err(|error| full_or_broken(error.into()))?;
    let free = stat.f_bavail.saturating_mul(stat.f_frsize);
    let total = stat.f_blocks.saturating_mul(stat.f_frsize);
    if free < limits.free_bytes || free / 100 < total / 10_000 * limits.free_percent {
        tracing::error!(free, total, "evidence is refused: little space is left");
        return Err(Error::StorageFull);
    }
    Ok(())
}

pub(crate) fn full_or_broken(error: io::Error) -> Error {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Error::StorageFull,
        _ => Error::Unavailable(format!("evidence store: {error}")),
    }
}

/// SHA-256 and size of bytes as they pass.
#[derive(Default)]
pub(crate) struct Digest {
    hash: Sha256,
    size: u64,
}

impl Digest {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        sha2::Digest::update(&mut self.hash, bytes);
        self.size += bytes.len() as u64;
    }
    /// Size, and 64 hexadecimal digits.
    pub(crate) fn finish(self) -> (u64, String) {
        let digits = sha2::Digest::finalize(self.hash).iter().map(|byte| format!("{byte:02x}")).collect();
        (self.size, digits)
    }
}

/// Hashes a file from its beginning.
pub(crate) fn digest(mut file: File) -> io::Result<(u64, String)> {
    let _ = rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::Sequential);
    let mut digest = Digest::default();
    let mut buffer = vec![0; 4 * BATCH];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(digest.finish()),
            Ok(length) => digest.update(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
