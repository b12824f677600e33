//! Who listens, and the pump that tells them.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use app::{
    model::{IncidentId, PersonId},
    policy::{self, Action, Scope, Standing, Viewer},
};
use tokio::sync::mpsc;

use crate::service::{
    Error, Result, Room,
    live::{self, Event, Told},
};

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
    viewer: Viewer,
    incident: Option<IncidentId>,
    queue: mpsc::UnboundedSender<Arc<Frame>>,
    /// Bytes in the queue; the stream takes off what it has read.
    waiting: Arc<AtomicUsize>,
}

/// Viewers who are told the same: one organisation, one reach, the same buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Audience {
    scope: Scope,
    worker: bool,
}

fn audience(viewer: &Viewer, personal: bool) -> Audience {
    let scope = policy::scope(viewer);
    let standing = Standing { lead: true, ..Standing::default() };
    Audience {
        scope: if personal { scope } else { scope.shared() },
        worker: policy::may(viewer, Action::Assign, standing),
    }
}

/// Cheap to clone: a handle.
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    room: Room,
    limits: HubLimits,
    listeners: Mutex<HashMap<u64, Listener>>,
    next: AtomicU64,
}

/// A place in the hub; leaving it closes the queue.
#[derive(Debug)]
pub(super) struct Subscription {
    hub: Hub,
    id: u64,
    pub queue: mpsc::UnboundedReceiver<Arc<Frame>>,
    pub waiting: Arc<AtomicUsize>,
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.lock().remove(&self.id);
    }
}

impl Hub {
    pub fn new(room: Room, limits: HubLimits) -> Self {
        let listeners = Mutex::default();
        Self(Arc::new(Inner { room, limits, listeners, next: AtomicU64::new(0) }))
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

    pub(super) fn subscribe(&self, viewer: Viewer, incident: Option<IncidentId>) -> Result<Subscription> {
        let (sender, queue) = mpsc::unbounded_channel();
        let waiting = Arc::new(AtomicUsize::new(0));
        let mut listeners = self.lock();
        let own = listeners.values().filter(|listener| listener.viewer.person == viewer.person).count();
        if own >= self.0.limits.per_person || listeners.len() >= self.0.limits.total {
            return Err(Error::TooMany { retry_after: 10 });
        }
        let id = self.0.next.fetch_add(1, Ordering::Relaxed);
        listeners.insert(id, Listener { viewer, incident, queue: sender, waiting: Arc::clone(&waiting) });
        drop(listeners);
        Ok(Subscription { hub: self.clone(), id, queue, waiting })
    }

    /// Tells the streams of every change, in the journal's order, until the room closes.
    pub async fn pump(self) {
        let mut growth = self.room().growth();
        let mut told = *growth.borrow_and_update();
        loop {
            match self.tell_from(told).await {
                Ok(seq) => told = seq,
                Err(error) => {
                    tracing::error!(%error, "changes could not be told; trying again");
                    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
                    continue;
                }
            }
            if growth.changed().await.is_err() {
                return;
            }
        }
    }

    async fn tell_from(&self, mut told: i64) -> Result<i64> {
        loop {
            let changes = live::changes(self.room(), told, None, 200).await?;
            let Some(last) = changes.last().map(|change| change.seq) else { return Ok(told) };
            for change in changes {
                if self.open_streams() > 0
                    && let Some(change) = Told::read(self.room(), change).await?
                {
                    self.tell(&change).await?;
                }
            }
            told = last;
        }
    }

    /// Reads the change once per audience and hands the bytes to each stream of it.
    async fn tell(&self, told: &Told) -> Result<()> {
        let personal = told.is_personal();
        let mut audiences: HashMap<(Audience, Option<PersonId>), (Viewer, Vec<u64>)> = HashMap::new();
        for (id, listener) in self.lock().iter() {
            let elsewhere = listener.incident.is_some() && listener.incident != told.change.incident;
            if elsewhere || told.is_silent_for(&listener.viewer) {
                continue;
            }
            let person = personal.then_some(listener.viewer.person);
            let key = (audience(&listener.viewer, personal), person);
            audiences.entry(key).or_insert_with(|| (listener.viewer.clone(), vec![])).1.push(*id);
        }
        for ((audience, _), (viewer, ids)) in audiences {
            let events = told.events(self.room(), &viewer, audience.scope).await?;
            if let Some(frame) = frame(self.room(), told.change.seq, &events) {
                self.hand_out(&Arc::new(frame), &ids);
            }
        }
        Ok(())
    }

    /// A stream whose queue is too long is cut: it closes, and its client resumes from its cursor.
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

/// Frames the events of one change; only the last carries the cursor, so that a cut between two of them
/// repeats the change instead of losing its second half.
pub(super) fn frame(room: &Room, seq: i64, events: &[Event]) -> Option<Frame> {
    let (last, before) = events.split_last()?;
    let mut text = String::new();
    for event in before {
        push(&mut text, event, None);
    }
    push(&mut text, last, Some(&room.seal().seal("live", &seq.to_string())));
    Some(Frame { seq, bytes: text.into() })
}

/// One event as `text/event-stream` writes it; JSON has no line breaks, so `data` is one line.
fn push(text: &mut String, event: &Event, id: Option<&str>) {
    if let Some(id) = id {
        text.push_str("id: ");
        text.push_str(id);
        text.push('\n');
    }
    text.push_str("event: ");
    text.push_str(event.name);
    text.push_str("\ndata: ");
    text.push_str(&event.data);
    text.push_str("\n\n");
}
