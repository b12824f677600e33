//! What leaves the room in parts: how many files at once, and whether whoever takes one out still may.

use std::{
    collections::HashMap,
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};

use app::model::OrganisationId;
use futures::{Stream, future::BoxFuture};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Asker, Error, Result, Room};

/// Exports of one organisation that run side by side: each walks a whole book.
const AT_ONCE: usize = 2;
/// Seconds after which whoever was one too many may ask again.
const ASK_AGAIN: i64 = 10;

/// How many exports of each organisation run.
#[derive(Debug, Default)]
pub(crate) struct Exports(Mutex<HashMap<OrganisationId, Arc<Semaphore>>>);

impl Exports {
    /// Held until the last part was sent.
    pub(super) fn begin(&self, organisation: OrganisationId) -> Result<OwnedSemaphorePermit> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = running.entry(organisation).or_insert_with(|| Arc::new(Semaphore::new(AT_ONCE)));
        Arc::clone(own).try_acquire_owned().map_err(|_| Error::TooMany { retry_after: ASK_AGAIN })
    }
}

/// Asked before each part: whether the session or token that the export began with still stands.
#[derive(Clone)]
pub struct Alive(Arc<dyn Fn() -> BoxFuture<'static, bool> + Send + Sync>);

impl Alive {
    pub fn new(ask: impl Fn() -> BoxFuture<'static, bool> + Send + Sync + 'static) -> Self {
        Self(Arc::new(ask))
    }

    /// False for whoever has been signed out, suspended or given other roles since it began.
    pub(super) async fn still(&self, room: &Room, asker: &Asker) -> bool {
        let viewer = room.directory().viewer(asker.viewer.person);
        viewer.is_some_and(|viewer| viewer == asker.viewer) && (self.0)().await
    }
}

impl fmt::Debug for Alive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alive")
    }
}

/// What is sent, part by part; an error cuts it, so that no file looks whole that is not.
pub type Parts<T> = Pin<Box<dyn Stream<Item = Result<T>> + Send>>;
