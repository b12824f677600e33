//! Sessions: who is signed in where, for how long.
//!
//! The store behind tower-sessions. A session is written once, at sign-in, together with its row of the
//! journal; the cookie's id is kept only as its SHA-256. It ends when it is idle, when it is old, and when
//! somebody ends it. While the room takes no writes (read-only, a full disk), new sessions live in memory,
//! so that sign-in goes on.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::model::{Moment, PersonId};
use async_trait::async_trait;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower_sessions::{
    SessionStore,
    session::{Id, Record as SessionRecord},
    session_store,
};
use uuid::Uuid;

use super::{
    Asker, Error, Noun, Record, Result, Room, settled,
    store::{self, session::SessionRow},
};

/// SHA-256 of a session's id.
pub type SessionHash = [u8; 32];

/// Keys of a session's data. The first three become columns.
pub mod key {
    pub const PERSON: &str = "person";
    pub const ADDRESS: &str = "address";
    pub const USER_AGENT: &str = "user_agent";
    /// The request that signs in; only the journal keeps it.
    pub const REQUEST: &str = "request";
    /// Filled when a session is read: microseconds of its last activity.
    pub const SEEN: &str = "seen";
}

/// Activity is written down at most this often, in seconds.
const SEEN_EVERY: i64 = 60;

/// A handle.
#[derive(Clone, Debug)]
pub struct Sessions {
    room: Room,
    /// Seconds.
    idle: i64,
    /// Seconds.
    length: i64,
    held: Arc<Mutex<Held>>,
    /// The turn of the one who gives the database what is held.
    writing: Arc<tokio::sync::Mutex<()>>,
}

#[derive(Debug, Default)]
struct Held {
    /// Sessions that the database could not take yet.
    sessions: HashMap<Vec<u8>, SessionRow>,
    /// Sessions whose activity is being written, with its newest moment.
    touching: HashMap<SessionHash, Moment>,
}

/// A session as its owner sees it.
#[derive(Clone, Debug)]
pub struct OpenSession {
    pub hash: Vec<u8>,
    pub address: String,
    pub user_agent: String,
    pub created_at: Moment,
    pub seen_at: Moment,
    /// When it ends if nothing happens, at the latest by its age.
    pub ends_at: Moment,
}

pub fn hash(id: &Id) -> SessionHash {
    Sha256::digest(id.0.to_be_bytes()).into()
}

/// The noun id of a session in the journal: the first half of its hash, which opens nothing.
fn noun_id(hash: &[u8]) -> Option<Uuid> {
    Uuid::from_slice(hash.get(..16)?).ok()
}

impl Sessions {
    pub fn new(room: Room, idle: i64, length: i64) -> Self {
        Self { room, idle, length, held: Arc::default(), writing: Arc::default() }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_live(&self, row: &SessionRow, now: Moment) -> bool {
        now < row.expires_at && now < row.seen_at.plus_seconds(self.idle)
    }

    /// Whether the session with this hash lasts: for what goes on for long, and asks again and again. Whoever asks says
    /// what follows where that cannot be known.
    pub async fn stands(&self, hash: &SessionHash) -> Result<bool> {
        Ok(self.find_row(hash).await?.is_some_and(|row| row.person_id.is_some()))
    }

    async fn find_row(&self, hash: &SessionHash) -> Result<Option<SessionRow>> {
        let now = self.room.now();
        let held = self.held().sessions.get(hash.as_slice()).cloned();
        let row = match held {
            Some(row) => Some(row),
            None => store::session::find(&self.room.db, hash).await?,
        };
        Ok(row.filter(|row| self.is_live(row, now)))
    }

    /// Notes activity; written at most once a minute, and never waited for. What happens while an earlier
    /// moment is being written is written after it.
    pub fn touch(&self, hash: SessionHash, seen_at: Moment) {
        let now = self.room.now();
        if now.since(seen_at) < SEEN_EVERY {
            return;
        }
        if let Some(row) = self.held().sessions.get_mut(hash.as_slice()) {
            row.seen_at = now;
            return;
        }
        if self.held().touching.insert(hash, now).is_some() {
            return;
        }
        let sessions = self.clone();
        tokio::spawn(async move {
            let mut next = Some(now);
            while let Some(moment) = next {
                if let Err(error) = sessions.write_seen(&hash, moment).await {
                    tracing::debug!(%error, "activity of a session was not written");
                }
                next = sessions.touched_since(&hash, moment);
            }
        });
    }

    /// The newest moment to write after this one was; without one, the session is no longer being written.
    fn touched_since(&self, hash: &SessionHash, written: Moment) -> Option<Moment> {
        let mut held = self.held();
        let newest = held.touching.get(hash).copied().filter(|newest| *newest != written);
        if newest.is_none() {
            held.touching.remove(hash);
        }
        newest
    }

    async fn write_seen(&self, hash: &SessionHash, now: Moment) -> Result<()> {
        let mut act = self.room.begin_own("session").await?;
        store::session::set_seen(&mut act.tx, hash, now).await?;
        act.commit_own().await
    }

    /// Signs in; false where another session has this id. While the room takes no writes, memory keeps it.
    async fn start(&self, row: SessionRow, request: String) -> Result<bool> {
        match self.write(row.clone(), request).await {
            Err(Error::ReadOnly | Error::StorageFull) => {
                let person = row.person_id.map(|id| id.to_string());
                tracing::warn!(person, "signed in while the room takes no writes: kept in memory");
                self.held().sessions.insert(row.id.clone(), row);
                Ok(true)
            }
            other => other,
        }
    }

    /// The session, the row of the journal and the person's last sign-in, in one transaction.
    async fn write(&self, row: SessionRow, request: String) -> Result<bool> {
        let (Some(person), room) = (row.person_id, self.room.clone()) else {
            return Err(Error::internal("a session without a person is not kept"));
        };
        settled(async move {
            let viewer = room.directory().viewer(person).ok_or(Error::NotFound)?;
            let mut act = room.begin_for(viewer, &request).await?;
            if !store::session::add(&mut act.tx, &row).await? {
                return Ok(false);
            }
            store::organisation::set_last_sign_in(&mut act.tx, person, row.created_at).await?;
            let body = json!({ "address": row.address, "device": device(&row.user_agent) });
            act.record(about(&row.id, "signed_in", &body)).await?;
            act.commit_own().await?;
            Ok(true)
        })
        .await
    }

    /// Ends one session; nothing happens when it is not there.
    pub async fn end(&self, hash: &[u8], action: &'static str, request: &str) -> Result<()> {
        if self.held().sessions.remove(hash).is_some() {
            return Ok(());
        }
        let Some(row) = store::session::find(&self.room.db, hash).await? else { return Ok(()) };
        let (room, request) = (self.room.clone(), request.to_owned());
        settled(async move {
            let viewer = row.person_id.and_then(|person| room.directory().viewer(person));
            let mut act = match viewer {
                Some(viewer) => room.begin_for(viewer, &request).await?,
                None => room.begin_own(&request).await?,
            };
            store::session::remove(&mut act.tx, &row.id).await?;
            act.record(about(&row.id, action, &json!({}))).await?;
            act.commit_own().await
        })
        .await
    }

    /// Ends all sessions of the asker but `keep`.
    pub async fn end_others(&self, asker: &Asker, keep: SessionHash) -> Result<()> {
        let person = asker.viewer.person;
        self.forget_others(person, keep);
        let (room, asker) = (self.room.clone(), asker.clone());
        settled(async move {
            let mut act = room.begin_for(asker.viewer, &asker.request).await?;
            let ended = store::session::remove_others(&mut act.tx, person, &keep).await?;
            act.record(about(&keep, "ended_others", &json!({ "ended": ended }))).await?;
            act.commit_own().await
        })
        .await
    }

    /// Ends those that only memory holds.
    pub fn forget_others(&self, person: PersonId, keep: SessionHash) {
        self.held().sessions.retain(|id, row| row.person_id != Some(person) || id.as_slice() == keep);
    }

    /// The same for all sessions of a person.
    pub fn forget(&self, person: PersonId) {
        self.held().sessions.retain(|_, row| row.person_id != Some(person));
    }

    /// The same for everybody of an organisation.
    pub fn forget_organisation(&self, slug: &str) {
        let directory = self.room.directory();
        let of = |person| directory.person(person).is_some_and(|person| person.organisation.slug == slug);
        self.held().sessions.retain(|_, row| !row.person_id.is_some_and(of));
    }

    /// The live sessions of a person, the latest active first.
    pub async fn list(&self, person: PersonId) -> Result<Vec<OpenSession>> {
        let now = self.room.now();
        let mut rows = store::session::list(&self.room.db, person, now).await?;
        let held = self.held().sessions.clone();
        // One that is being written stands in both.
        let only_held = |row: &SessionRow| !rows.iter().any(|written| written.id == row.id);
        let held: Vec<_> =
            held.into_values().filter(|row| row.person_id == Some(person) && only_held(row)).collect();
        rows.extend(held);
        let live = rows.into_iter().filter(|row| self.is_live(row, now));
        Ok(live
            .map(|row| OpenSession {
                ends_at: row.expires_at.min(row.seen_at.plus_seconds(self.idle)),
                hash: row.id,
                address: row.address,
                user_agent: row.user_agent,
                created_at: row.created_at,
                seen_at: row.seen_at,
            })
            .collect())
    }

    /// Removes what has ended, and writes down what had to be held in memory.
    pub async fn tidy(&self) -> Result<()> {
        let now = self.room.now();
        self.held().sessions.retain(|_, row| self.is_live(row, now));
        self.write_held().await?;
        let idle_before = now.plus_seconds(-self.idle);
        let mut act = self.room.begin_own("session").await?;
        store::session::remove_expired(&mut act.tx, now, idle_before).await?;
        act.commit_own().await
    }

    /// Gives the database the sessions that it could not take when they began.
    pub async fn write_held(&self) -> Result<()> {
        let _turn = self.writing.lock().await;
        let rows: Vec<_> = self.held().sessions.values().cloned().collect();
        if rows.is_empty() || self.room.is_read_only() {
            return Ok(());
        }
        let mut failed = Ok(());
        for row in rows {
            let id = row.id.clone();
            // It stays in memory until the database has it: who is signed in is found at any moment, and what could
            // not be written is tried again.
            match self.write(row, "session".into()).await {
                Ok(_) if self.held().sessions.remove(&id).is_some() => {}
                // Ended while it was being written.
                Ok(_) => self.end(&id, "signed_out", "session").await?,
                // Of somebody who is nobody in the room any more.
                Err(Error::NotFound) => drop(self.held().sessions.remove(&id)),
                Err(error @ (Error::ReadOnly | Error::StorageFull | Error::Unavailable(_))) => {
                    return Err(error);
                }
                // The others are not kept waiting by this one.
                Err(error) => failed = Err(error),
            }
        }
        failed
    }
}

fn about(hash: &[u8], action: &'static str, body: &Value) -> Record {
    Record { incident: None, noun: Noun::Session, noun_id: noun_id(hash), action, body: body.to_string() }
}

fn backend(error: impl std::fmt::Display) -> session_store::Error {
    session_store::Error::Backend(error.to_string())
}

fn text(record: &SessionRecord, key: &str) -> String {
    record.data.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

#[async_trait]
impl SessionStore for Sessions {
    async fn create(&self, record: &mut SessionRecord) -> session_store::Result<()> {
        let now = self.room.now();
        let request = text(record, key::REQUEST);
        loop {
            let row = SessionRow {
                id: hash(&record.id).to_vec(),
                person_id: text(record, key::PERSON).parse().ok(),
                data: "{}".into(),
                address: text(record, key::ADDRESS),
                user_agent: text(record, key::USER_AGENT).chars().take(300).collect(),
                created_at: now,
                seen_at: now,
                expires_at: now.plus_seconds(self.length),
            };
            if self.start(row, request.clone()).await.map_err(backend)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    /// Nothing in a session changes after its beginning; the middleware asks for this all the same.
    async fn save(&self, _: &SessionRecord) -> session_store::Result<()> {
        Ok(())
    }

    async fn load(&self, id: &Id) -> session_store::Result<Option<SessionRecord>> {
        let Some(row) = self.find_row(&hash(id)).await.map_err(backend)? else { return Ok(None) };
        let person = row.person_id.map(|person| person.to_string());
        let data = [(key::PERSON.to_owned(), json!(person)), (key::SEEN.to_owned(), json!(row.seen_at.0))];
        let ends = time::OffsetDateTime::from_unix_timestamp(row.expires_at.seconds()).map_err(backend)?;
        Ok(Some(SessionRecord { id: *id, data: data.into(), expiry_date: ends }))
    }

    async fn delete(&self, id: &Id) -> session_store::Result<()> {
        self.end(&hash(id), "signed_out", "session").await.map_err(backend)
    }
}

/// `Firefox on Linux`, from what a browser says of itself.
pub fn device(user_agent: &str) -> String {
    let named = |known: &[(&'static str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    let browser = named(&[
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
        ("curl/", "curl"),
    ]);
    let system = named(&[
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => "Unknown device".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn a_device_is_named_by_its_browser_and_system() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
        assert_eq!(device(firefox), "Firefox on Linux");
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
                    Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0";
        assert_eq!(device(edge), "Edge on Windows");
        assert_eq!(device("curl/8.5"), "curl");
        assert_eq!(device(""), "Unknown device");
    }
}
