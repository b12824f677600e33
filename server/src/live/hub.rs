//! Who listens, and the pump that tells them.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::{
    model::{IncidentId, OrganisationId, PersonId, notice::NoticeKind},
    policy::{self, Action, Scope, Standing, Viewer},
};
use futures::FutureExt;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::service::{
    Asker, Directory, Error, Result, Room,
    live::{self, Event, Place, Told},
    looks::{self, Looks},
};

/// Streams of one person that catch up side by side; others of theirs wait.
const REPLAYS: usize = 2;

/// Before changes that could not be told are looked at again.
const PAUSE: Duration = Duration::from_millis(500);

/// Bounds of the hub; each is a setting.
#[derive(Clone, Copy, Debug)]
pub struct HubLimits {
    /// Open streams of one person.
    pub per_person: usize,
    /// Open streams in all.
    pub total: usize,
    /// Bytes that may wait for one stream before it is cut.
    pub waiting_bytes: usize,
}

impl Default for HubLimits {
    fn default() -> Self {
        Self { per_person: 20, total: 4_000, waiting_bytes: 256 * 1024 }
    }
}

/// The events of one change, framed once for all who share a scope.
#[derive(Debug)]
pub(super) struct Frame {
    pub seq: i64,
    pub bytes: bytes::Bytes,
}

/// One open stream, as the hub sees it.
#[derive(Debug)]
struct Listener {
    asker: Asker,
    incident: Option<IncidentId>,
    queue: mpsc::UnboundedSender<Arc<Frame>>,
    /// Bytes in the queue; the stream takes off what it has read.
    waiting: Arc<AtomicUsize>,
    /// Of the person: how many of their streams catch up at a time.
    replays: Arc<Semaphore>,
    /// Whoever is no longer listened for is told so, also while waiting for a client that stands still.
    _cut: DropGuard,
}

/// Viewers who are told the same: one organisation, one reach, the same buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Audience {
    scope: Scope,
    /// Where it concerns the two parties: screens and auditors of all organisations have one scope.
    organisation: Option<OrganisationId>,
    worker: bool,
}

fn audience(viewer: &Viewer, told: &Told) -> Audience {
    let scope = policy::scope(viewer);
    let standing = Standing { lead: true, ..Standing::default() };
    Audience {
        scope: if told.is_personal() { scope } else { scope.shared() },
        organisation: told.crosses().then_some(viewer.organisation),
        worker: policy::may(viewer, Action::Assign, standing),
    }
}

/// Streams of one audience, by the notice that their people are told besides.
type Streams = HashMap<Option<NoticeKind>, Vec<u64>>;

/// Cheap to clone: a handle.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    room: Room,
    limits: HubLimits,
    listeners: Mutex<HashMap<u64, Listener>>,
    next: AtomicU64,
    /// The newest change that was told. From the room's opening on, so that no stream is older.
    told: AtomicI64,
    /// Who everybody was when the last change was told.
    directory: Mutex<Arc<Directory>>,
}

/// A place in the hub; leaving it closes the queue.
#[derive(Debug)]
pub(super) struct Subscription {
    hub: Hub,
    id: u64,
    pub queue: mpsc::UnboundedReceiver<Arc<Frame>>,
    pub waiting: Arc<AtomicUsize>,
    pub replays: Arc<Semaphore>,
    pub cut: CancellationToken,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.lock().remove(&self.id);
    }
}

impl Hub {
    pub fn new(room: Room, limits: HubLimits) -> Self {
        let (listeners, next) = (Mutex::default(), AtomicU64::new(0));
        let told = AtomicI64::new(*room.growth().borrow());
        let directory = Mutex::new(room.directory());
        Self(Arc::new(Inner { room, limits, listeners, next, told, directory }))
    }

    pub(super) fn room(&self) -> &Room {
        &self.0.room
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u64, Listener>> {
        self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many streams are open.
    pub fn open_streams(&self) -> usize {
        self.lock().len()
    }

    /// The newest change of which every stream has been told, or was silent.
    pub(super) fn told(&self) -> i64 {
        self.0.told.load(Ordering::Acquire)
    }

    pub(super) fn subscribe(&self, asker: Asker, incident: Option<IncidentId>) -> Result<Subscription> {
        let (sender, queue) = mpsc::unbounded_channel();
        let (waiting, cut) = (Arc::new(AtomicUsize::new(0)), CancellationToken::new());
        let mut listeners = self.lock();
        if !self.is_still(&asker.viewer) {
            return Err(Error::Unavailable("the viewer changed while the stream opened".into()));
        }
        let of_person = |listener: &&Listener| listener.asker.viewer.person == asker.viewer.person;
        let own = listeners.values().filter(of_person).count();
        let replays = listeners.values().find(of_person).map(|listener| Arc::clone(&listener.replays));
        let replays = replays.unwrap_or_else(|| Arc::new(Semaphore::new(REPLAYS)));
        if own >= self.0.limits.per_person || listeners.len() >= self.0.limits.total {
            return Err(Error::TooMany { retry_after: 10 });
        }
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        let listener = Listener {
            asker,
            incident,
            queue: sender,
            waiting: Arc::clone(&waiting),
            replays: Arc::clone(&replays),
            _cut: cut.clone().drop_guard(),
        };
        listeners.insert(id, listener);
        drop(listeners);
        Ok(Subscription { hub: self.clone(), id, queue, waiting, replays, cut })
    }

    fn is_still(&self, viewer: &Viewer) -> bool {
        self.room().directory().viewer(viewer.person).as_ref() == Some(viewer)
    }

    /// Cuts the streams of people who have lost or gained something since they opened them: what comes next
    /// is for who they are now.
    fn cut_changed(&self) {
        let now = self.room().directory();
        let mut before = self.0.directory.lock().unwrap_or_else(PoisonError::into_inner);
        if !Arc::ptr_eq(&now, &before) {
            *before = now;
            self.lock().retain(|_, listener| self.is_still(&listener.asker.viewer));
        }
    }

    /// Tells the streams of every change, in the journal's order, until the room closes.
    pub async fn pump(self) {
        let mut growth = self.room().growth();
        // The change that is being told.
        let telling = AtomicI64::new(self.told());
        loop {
            match AssertUnwindSafe(self.tell_all(&telling)).catch_unwind().await {
                Ok(Ok(())) if growth.changed().await.is_err() => return,
                Ok(Ok(())) => continue,
                Ok(Err(error @ (Error::Unavailable(_) | Error::StorageFull))) => {
                    tracing::error!(%error, "changes could not be told; trying again");
                }
                // It will not be read the next time either, and must not keep what follows from everybody.
                Ok(Err(error)) => {
                    let seq = telling.load(Ordering::Relaxed);
                    tracing::error!(%error, seq, "a change cannot be told; the streams are cut");
                    self.cut_all(seq.max(*growth.borrow()));
                }
                // What panicked is in the log.
                Err(_) => self.cut_all(telling.load(Ordering::Relaxed).max(*growth.borrow())),
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// The streams resume from their cursors, each for itself: they are cut before the changes up to here count as told,
    /// so that none passes over one.
    fn cut_all(&self, newest: i64) {
        self.lock().clear();
        self.0.told.fetch_max(newest, Ordering::Release);
    }

    async fn tell_all(&self, telling: &AtomicI64) -> Result<()> {
        self.cut_changed();
        loop {
            let changes = live::changes(self.room(), self.told(), None, 200).await?;
            if changes.is_empty() {
                return Ok(());
            }
            for change in changes {
                let seq = change.seq;
                telling.store(seq, Ordering::Relaxed);
                self.cut_changed();
                if self.open_streams() > 0
                    && let Some(change) = Told::read(self.room(), change).await?
                {
                    self.tell(&change).await?;
                }
                self.0.told.store(seq, Ordering::Release);
            }
        }
    }

    /// Reads the change once per audience and hands the bytes to each stream of it.
    async fn tell(&self, told: &Told) -> Result<()> {
        let personal = told.is_personal();
        let mut audiences: HashMap<(Audience, Option<PersonId>), (Asker, Streams)> = HashMap::new();
        for (id, listener) in self.lock().iter() {
            let viewer = &listener.asker.viewer;
            let elsewhere = listener.incident.is_some() && listener.incident != told.change.incident;
            if elsewhere || told.is_silent_for(viewer) {
                continue;
            }
            let person = personal.then_some(viewer.person);
            let key = (audience(viewer, told), person);
            let (_, streams) =
                audiences.entry(key).or_insert_with(|| (listener.asker.clone(), HashMap::new()));
            streams.entry(told.notice_for(viewer)).or_default().push(*id);
        }
        for ((audience, _), (asker, streams)) in audiences {
            let told_to = told.shared_events(self.room(), &asker.viewer, audience.scope);
            let (events, looked) = looks::gather(told_to).await;
            let events = events?;
            self.note(&asker, looked);
            for (notice, ids) in streams {
                let own: Vec<Event> = notice.map(|kind| told.notice(kind)).transpose()?.into_iter().collect();
                let events = [events.as_slice(), own.as_slice()].concat();
                if let Some(frame) = frame(self.room(), told.change.seq, &events, 0) {
                    self.hand_out(&Arc::new(frame), &ids);
                }
            }
        }
        Ok(())
    }

    /// What is handed out is written down beside the pump: the next change waits for no write.
    fn note(&self, asker: &Asker, looked: Looks) {
        if !looked.has_red() {
            return;
        }
        let (room, asker) = (self.room().clone(), asker.clone());
        tokio::spawn(async move {
            if let Err(error) = looks::note_streamed(&room, &asker, looked).await {
                tracing::warn!(%error, "a look could not be written down");
            }
        });
    }

    /// A stream whose queue is too long is cut, and what waits is let go: its client resumes from its cursor.
    fn hand_out(&self, frame: &Arc<Frame>, ids: &[u64]) {
        let mut listeners = self.lock();
        for id in ids {
            let Some(listener) = listeners.get(id) else { continue };
            let waiting = listener.waiting.fetch_add(frame.bytes.len(), Ordering::Relaxed);
            let full = waiting > self.0.limits.waiting_bytes;
            if full || listener.queue.send(Arc::clone(frame)).is_err() {
                listeners.remove(id);
            }
        }
    }
}

/// Frames the events of one change behind the first `told` of them. Each carries a cursor of its own, so that
/// a cut between two of them neither repeats the first nor loses the second; none when nothing is left.
pub(super) fn frame(room: &Room, seq: i64, events: &[Event], told: u8) -> Option<Frame> {
    let mut text = String::new();
    for (n, event) in (1..).zip(events).skip(told.into()) {
        let place = Place { seq, events: if usize::from(n) == events.len() { 0 } else { n } };
        push(&mut text, event, &place.seal(room));
    }
    (!text.is_empty()).then(|| Frame { seq, bytes: text.into() })
}

/// One event as `text/event-stream` writes it; JSON has no line breaks, so `data` is one line.
fn push(text: &mut String, event: &Event, id: &str) {
    text.push_str("id: ");
    text.push_str(id);
    text.push_str("\nevent: ");
    text.push_str(event.name);
    text.push_str("\ndata: ");
    text.push_str(&event.data);
    text.push_str("\n\n");
}
