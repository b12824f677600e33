//! The use cases: one file a noun, one transaction each. Decides nothing about who may: asks the policy.
//!
//! Every write is an [`Act`]: begun under the writer's turn, recorded in the journal, committed, and only
//! then told to the hub. It runs in a task of its own ([`settled`]), so that a client who goes away never
//! leaves half of it behind.

mod store;

pub mod account;
pub mod audit;
pub mod board;
pub mod checkpoint;
pub mod clocks;
mod csv;
pub mod directory;
pub mod entry;
pub mod error;
pub mod evidence;
pub mod export;
pub mod follow;
pub mod following;
pub mod founding;
pub mod glass;
pub mod history;
pub mod import;
pub mod incident;
pub mod indicator;
pub mod invitation;
pub mod journal;
mod keyset;
pub mod ledger;
pub mod live;
pub mod looks;
pub mod mail;
mod mention;
pub mod notice;
pub mod organisation;
pub mod panel;
pub mod password;
pub mod person;
pub mod playbook;
pub mod posture;
pub mod refusal;
pub mod room;
pub mod session;
pub mod set_up;
pub mod setting;
pub mod share;
pub mod sign_in;
pub mod task;
pub mod throttle;
pub mod verify;
pub mod wall;

use std::{future::Future, sync::Arc, time::Duration};

use app::{model::Moment, policy::Viewer};
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

pub use directory::Directory;
pub use error::{Conflict, Error, Result};
pub use journal::{Noun, Record};
pub use room::{Room, RoomParts};
use store::Tx;

/// Who asks, and in which request: what every use case is given.
#[derive(Clone, Debug)]
pub struct Asker {
    pub viewer: Viewer,
    /// The id of the request, as the log and the error page show it.
    pub request: String,
    /// Address of the client, as far as known.
    pub address: String,
}

/// A repeated send of the same form has the same key; it is answered again and done once.
#[derive(Clone, Debug)]
pub struct Once {
    key: Option<[u8; 32]>,
    digest: [u8; 32],
}

impl Once {
    /// `key`: the form token or `Idempotency-Key`; `content`: what was sent under it.
    pub fn new(key: &str, content: &[&[u8]]) -> Self {
        let mut digest = Sha256::new();
        for part in content {
            digest.update((part.len() as u64).to_be_bytes());
            digest.update(part);
        }
        Self { key: Some(Sha256::digest(key.as_bytes()).into()), digest: digest.finalize().into() }
    }
    /// The same key over more content: what is known only after it was read, such as the hash of a file.
    pub fn with(mut self, part: &[u8]) -> Self {
        let length = (part.len() as u64).to_be_bytes();
        let digest = Sha256::new().chain_update(self.digest).chain_update(length).chain_update(part);
        self.digest = digest.finalize().into();
        self
    }
    /// The same send as the key of one part of what it does.
    pub fn part(&self, word: &str) -> Self {
        let key = self.key.map(|key| Sha256::new().chain_update(key).chain_update(word).finalize().into());
        Self { key, digest: self.digest }
    }
    /// What the outcome is kept under; in hexadecimal digits.
    pub fn name(&self) -> Option<String> {
        self.key.map(|key| checkpoint::hex(&key))
    }
    /// Done each time it is sent: acts that are the same twice, and API calls without a key.
    pub const fn each_time() -> Self {
        Self { key: None, digest: [0; 32] }
    }
}

/// A write that has begun: it holds the writer's turn.
#[derive(Debug)]
pub struct Act {
    pub(crate) room: Room,
    pub(crate) tx: Tx,
    pub(crate) now: Moment,
    pub(crate) actor: Option<Viewer>,
    pub(crate) request: String,
    /// The journal's newest row as this act found it: its number and hash.
    newest: Option<(i64, Vec<u8>)>,
    /// The last row that this act wrote.
    head: Option<(i64, Vec<u8>)>,
    /// What it did to incidents, for those who are told of it.
    told: Vec<notice::Told>,
    once: Once,
}

/// Whether this send is the first under its key.
#[derive(Debug)]
pub enum Begun<T> {
    Fresh(Box<Act>),
    /// What the first send answered.
    Repeated(T),
}

impl Room {
    /// Begins a write for a person. A key that was used before gives back the first outcome.
    ///
    /// Who they are is read again under the writer's turn: an upload may take hours, and whoever was suspended or
    /// lost a role meanwhile does not finish it.
    pub(crate) async fn begin<T: DeserializeOwned>(&self, asker: &Asker, once: &Once) -> Result<Begun<T>> {
        let mut act = self.begin_act(Some(asker.viewer.clone()), &asker.request, once.clone()).await?;
        act.still(&asker.viewer).await?;
        let Some(key) = once.key else { return Ok(Begun::Fresh(Box::new(act))) };
        match store::idempotency::find(&mut act.tx, asker.viewer.person, &key).await? {
            None => Ok(Begun::Fresh(Box::new(act))),
            Some((digest, outcome)) => {
                act.tx.rollback().await;
                if digest != once.digest {
                    return Err(Error::KeyReused);
                }
                Ok(Begun::Repeated(serde_json::from_str(&outcome).map_err(Error::internal)?))
            }
        }
    }

    /// Begins a write of the product itself: a breach, a scheduled check, the set-up of a room.
    pub(crate) async fn begin_own(&self, request: &str) -> Result<Act> {
        self.begin_act(None, request, Once::each_time()).await
    }

    /// Begins a write for a person that has no key: sessions, tokens, passwords.
    pub(crate) async fn begin_for(&self, viewer: Viewer, request: &str) -> Result<Act> {
        self.begin_act(Some(viewer), request, Once::each_time()).await
    }

    async fn begin_act(&self, actor: Option<Viewer>, request: &str, once: Once) -> Result<Act> {
        if self.is_read_only() {
            return Err(Error::ReadOnly);
        }
        let mut tx = self.db.begin().await.inspect_err(|error| self.note_write_failure(error))?;
        let newest = store::journal::find_head(&mut tx).await?;
        // Read under the writer's turn, and never earlier than the newest row, which another process with
        // another clock may have written: the journal's moments then ascend with its numbers.
        let now = newest.as_ref().map_or(Moment(0), |(_, at, _)| *at).max(self.clock.now());
        let newest = newest.map(|(seq, _, hash)| (seq, hash));
        Ok(Act {
            room: self.clone(),
            tx,
            now,
            actor,
            request: request.to_owned(),
            newest,
            head: None,
            told: vec![],
            once,
        })
    }
}

impl Act {
    /// Who acts; the product itself has no viewer.
    pub(crate) fn viewer(&self) -> Result<&Viewer> {
        self.actor.as_ref().ok_or_else(|| Error::internal("an act of the product has no viewer"))
    }

    /// Refuses whoever is no longer who they were when their request began: it may have waited long for the
    /// writer's turn, or for the last byte of a file.
    async fn still(&mut self, viewer: &Viewer) -> Result<()> {
        match store::person::find_standing(&mut self.tx, viewer.person).await? {
            Some((false, false)) => {}
            Some((_, true)) => return Err(Error::Forbidden("Your organisation has left the room.")),
            _ => return Err(Error::Forbidden("Your account was suspended.")),
        }
        let roles = store::person::read_roles(&mut self.tx, viewer.person).await?;
        let same = roles.len() == viewer.roles.len() && viewer.roles.iter().all(|role| roles.contains(role));
        if same { Ok(()) } else { Err(Error::Forbidden("Your roles were changed. Sign in again.")) }
    }

    /// Goes on as another person at a later moment: a room that is filled writes many acts in one transaction.
    pub(crate) fn go_on(&mut self, viewer: Viewer, at: Moment) {
        self.actor = Some(viewer);
        self.now = at.max(self.now);
    }

    /// Makes it durable, then tells the live streams.
    pub(crate) async fn commit<T: Serialize>(mut self: Box<Self>, outcome: T) -> Result<T> {
        if let (Some(key), Some(viewer)) = (self.once.key, self.actor.clone()) {
            let text = serde_json::to_string(&outcome).map_err(Error::internal)?;
            let digest = self.once.digest;
            store::idempotency::add(&mut self.tx, viewer.person, &key, &digest, &text, self.now).await?;
        }
        self.commit_own().await?;
        Ok(outcome)
    }

    /// The same for an act that changes who is who: what is told after it is told to who people are now.
    pub(crate) async fn commit_members<T: Serialize>(mut self: Box<Self>, outcome: T) -> Result<T> {
        let (room, newest) = (self.room.clone(), self.head.take());
        if let Some((seq, _)) = &newest {
            self.tx.notify(*seq).await?;
        }
        let outcome = self.commit(outcome).await?;
        room.refresh().await?;
        if let Some((seq, _)) = newest {
            room.note_growth(seq);
        }
        Ok(outcome)
    }

    /// The same, for acts without a key.
    pub(crate) async fn commit_own(mut self) -> Result<()> {
        // In the same transaction: nobody is told of what did not happen, and of what happened everybody is.
        notice::tell(&mut self).await?;
        let Act { room, mut tx, head, .. } = self;
        if let Some((seq, _)) = &head {
            tx.notify(*seq).await?;
        }
        tx.commit().await.inspect_err(|error| room.note_write_failure(error))?;
        room.note_recovery();
        if let Some((seq, _)) = head {
            room.note_growth(seq);
        }
        Ok(())
    }
}

/// Gives up waiting for a part that hangs; a write that has begun goes on without its visitor.
pub async fn within<T>(patience: Duration, work: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(patience, work).await {
        Ok(result) => result,
        Err(_) => Err(Error::Unavailable("no answer in time".into())),
    }
}

/// Runs a write to its end, whatever becomes of the request that asked for it.
pub async fn settled<T, F>(work: F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    match tokio::spawn(work).await {
        Ok(result) => result,
        Err(join) => Err(Error::internal(join)),
    }
}

/// What every handler holds.
pub type SharedDirectory = Arc<Directory>;
