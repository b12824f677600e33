//! Who touched an exhibit: each look, download and check is a line, written before the touch.
//!
//! ISO/IEC 27037 and NIST SP 800-86 in short: who, what, when, from where, with which result.

use std::{fs::File, io};

use app::{
    model::{
        CustodyId, ExhibitId, IncidentId, Tlp,
        exhibit::{CustodyAction, Exhibit},
        id::Number,
    },
    policy::{self, Action, Cleared, Inside, Marking},
};
use serde::{Deserialize, Serialize};
use tokio::sync::Semaphore;

use super::{blob, custody_body, read::find_kept};
use crate::service::{
    Act, Asker, Begun, Error, Noun, Once, Record, Result, Room,
    incident::Held,
    settled,
    store::{
        self,
        exhibit::{CustodyRow, ExhibitRow},
    },
};

/// Within this time, looking again or going on with a download is the same touch.
const SAME_TOUCH_S: i64 = 600;

/// Records one touch.
pub(crate) async fn add(
    act: &mut Act,
    incident: IncidentId,
    exhibit: ExhibitId,
    action: CustodyAction,
    address: &str,
    result: &str,
) -> Result<()> {
    let mut row = CustodyRow {
        id: CustodyId(act.room.ids.uuid()),
        exhibit_id: exhibit,
        seq: 0,
        action,
        person_id: act.actor.as_ref().map(|viewer| viewer.person),
        organisation_id: act.actor.as_ref().map(|viewer| viewer.organisation),
        at: act.now(),
        address: address.to_owned(),
        result: result.to_owned(),
    };
    let record = Record {
        incident: Some(incident),
        noun: Noun::Custody,
        noun_id: Some(row.id.0),
        action: action.wire(),
        body: custody_body(&row)?,
    };
    row.seq = act.record(record).await?;
    Ok(store::exhibit::add_custody(&mut act.tx, &row).await?)
}

/// An exhibit inside a write, if it exists for the one who acts.
async fn visible(act: &mut Act, number: &Number, exhibit: i64) -> Result<(Held, ExhibitRow)> {
    let held = act.incident(number).await?;
    let row = store::exhibit::find(&mut act.tx, held.row.id, exhibit).await?.ok_or(Error::NotFound)?;
    let audience = match row.narrowed {
        true => Some(store::incident::list_audience(&mut act.tx, row.id.0).await?),
        false => None,
    };
    let named = store::incident::list_named(&mut act.tx, row.id.0).await?;
    let marking = Marking { tlp: row.tlp, access: held.marking.access.clone(), named, audience };
    let inside = Inside { incident: &held.marking, child: &marking };
    policy::clear(act.viewer()?, &inside, ()).ok_or(Error::NotFound)?;
    Ok((held, row))
}

/// Records a touch in an act of its own. While nothing can be written, reading goes on: the line then
/// stands in the log alone.
async fn touch(
    room: &Room,
    asker: &Asker,
    number: &Number,
    exhibit: i64,
    action: CustodyAction,
) -> Result<()> {
    let work = {
        let (room, asker, number) = (room.clone(), asker.clone(), number.clone());
        async move {
            let mut act = match room.begin::<()>(&asker, &Once::each_time()).await? {
                Begun::Fresh(act) => act,
                Begun::Repeated(()) => return Ok(()),
            };
            let (held, row) = visible(&mut act, &number, exhibit).await?;
            add(&mut act, held.row.id, row.id, action, &asker.address, "").await?;
            act.commit_own().await
        }
    };
    match settled(work).await {
        Err(error @ (Error::ReadOnly | Error::StorageFull)) => {
            tracing::warn!(
                incident.number = %number, exhibit, action = action.wire(), person = %asker.viewer.person,
                address = asker.address, request = asker.request, %error,
                "custody stands in the log alone"
            );
            Ok(())
        }
        other => other,
    }
}

async fn touched_lately(
    room: &Room,
    asker: &Asker,
    exhibit: &Exhibit,
    action: CustodyAction,
) -> Result<bool> {
    if exhibit.tlp == Tlp::Red {
        return Ok(false);
    }
    let since = room.now().plus_seconds(-SAME_TOUCH_S);
    Ok(store::exhibit::has_custody(&room.db, exhibit.id, asker.viewer.person, action, since).await?)
}

/// Notes that a person looked at an exhibit of AMBER or stricter: once in ten minutes, RED each time.
pub async fn note_view(room: &Room, asker: &Asker, exhibit: &Cleared<Exhibit>) -> Result<()> {
    let action = CustodyAction::Viewed;
    if exhibit.tlp.reaches_everyone() || touched_lately(room, asker, exhibit, action).await? {
        return Ok(());
    }
    touch(room, asker, &exhibit.incident, exhibit.number, action).await
}

// ── download ─────────────────────────────────────────────────────────────────────────────────────

/// A file about to leave.
#[derive(Debug)]
pub struct Download {
    pub exhibit: Cleared<Exhibit>,
    pub file: File,
    /// Keyed: the hash itself would tell one who guesses that the file is here.
    pub etag: String,
}

impl Download {
    /// Finds the exhibit and its bytes; nothing is noted yet.
    pub async fn find(room: &Room, asker: &Asker, number: &Number, exhibit: i64) -> Result<Self> {
        let (exhibit, keeper) = find_kept(room, &asker.viewer, number, exhibit).await?;
        let Some(sha256) = exhibit.sha256.clone() else { return Err(Error::NotFound) };
        if exhibit.intact == Some(false) {
            return Err(Error::Forbidden(
                "This file has changed since it was stored. Downloads are off until someone decides.",
            ));
        }
        let mac = room.seal.mac(b"etag", &[exhibit.id.0.as_bytes(), sha256.as_bytes()]);
        let etag = mac[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        let path = blob::path_of(&room.evidence, keeper, &sha256);
        let size = u64::try_from(exhibit.size).unwrap_or(0);
        let opened = tokio::task::spawn_blocking(move || {
            let file = File::open(path)?;
            let length = file.metadata()?.len();
            std::io::Result::Ok((file, length))
        });
        match opened.await.map_err(Error::internal)? {
            Ok((file, length)) if length == size => Ok(Self { exhibit, file, etag }),
            Ok((_, length)) => Err(damaged(&exhibit, &format!("{length} bytes instead of {size}"))),
            Err(error) if is_gone(room, &error).await => Err(damaged(&exhibit, &error.to_string())),
            Err(error) => Err(unreadable(&exhibit, &error)),
        }
    }

    /// Notes the download before the first byte leaves. `resumes`: only a later part is asked for.
    pub async fn note(&self, room: &Room, asker: &Asker, resumes: bool) -> Result<()> {
        let action = CustodyAction::Downloaded;
        if resumes && touched_lately(room, asker, &self.exhibit, action).await? {
            return Ok(());
        }
        touch(room, asker, &self.exhibit.incident, self.exhibit.number, action).await
    }
}

/// Finds a file and notes that it leaves.
pub async fn download(room: &Room, asker: &Asker, number: &Number, exhibit: i64) -> Result<Download> {
    let download = Download::find(room, asker, number, exhibit).await?;
    download.note(room, asker, false).await?;
    Ok(download)
}

/// The file is not there, though its store is.
async fn is_gone(room: &Room, error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::NotFound && tokio::fs::metadata(&room.evidence).await.is_ok()
}

fn unreadable(exhibit: &Exhibit, error: &io::Error) -> Error {
    tracing::error!(incident.number = %exhibit.incident, exhibit = exhibit.number, %error, "an exhibit's file cannot be read");
    Error::Unavailable(format!("the evidence store: {error}"))
}

fn damaged(exhibit: &Exhibit, what: &str) -> Error {
    tracing::error!(incident.number = %exhibit.incident, exhibit = exhibit.number, what, "an exhibit's file is damaged");
    Error::internal(format!("the file of {} {}: {what}", exhibit.incident, exhibit.label()))
}

// ── verify now ───────────────────────────────────────────────────────────────────────────────────

/// What hashing again found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    pub unchanged: bool,
}

/// Hashes an exhibit again and writes down what came out.
pub async fn verify(room: Room, asker: Asker, once: Once, number: Number, exhibit: i64) -> Result<Verified> {
    // One at a time: hashing two gigabytes on demand must not take the machine from the others.
    static TURN: Semaphore = Semaphore::const_new(1);
    let (found, keeper) = find_kept(&room, &asker.viewer, &number, exhibit).await?;
    let Some(sha256) = found.sha256.clone() else {
        return Err(Error::invalid("exhibit", "A link has nothing that could be hashed"));
    };
    let path = blob::path_of(&room.evidence, keeper, &sha256);
    let turn = TURN.acquire().await.map_err(Error::internal)?;
    let hashed = tokio::task::spawn_blocking(move || File::open(path).and_then(blob::digest));
    let hashed = hashed.await.map_err(Error::internal)?;
    drop(turn);
    let unchanged = match &hashed {
        Ok((size, hash)) => i64::try_from(*size) == Ok(found.size) && *hash == sha256,
        Err(error) if is_gone(&room, error).await => false,
        // Custody is for ever, and what differs is handed out no more: a store that does not answer is no finding.
        Err(error) => return Err(unreadable(&found, error)),
    };
    if !unchanged {
        let what = hashed.map_or_else(|e| e.to_string(), |(size, hash)| format!("{size} bytes, {hash}"));
        tracing::error!(incident.number = %number, exhibit, what, "an exhibit differs from what was stored");
    }
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(verified) => return Ok(verified),
        };
        let (held, row) = visible(&mut act, &number, exhibit).await?;
        act.permit(&held, Action::Attach)?;
        let result = if unchanged { "unchanged" } else { "differs" };
        add(&mut act, held.row.id, row.id, CustodyAction::Verified, &asker.address, result).await?;
        act.commit(Verified { unchanged }).await
    })
    .await
}
