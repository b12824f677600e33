//! The stream of one viewer: subscribe, replay, follow.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use app::{
    model::{IncidentId, id::Number},
    policy,
};
use bytes::Bytes;
use tokio::sync::{mpsc, watch};

use super::hub::{Hub, Subscription, frame};
use crate::service::{
    Asker, Error, Result,
    live::{self, Place, Told},
    looks,
};

/// Seconds between two pulses; a page that hears nothing for longer says that it is not live.
const PULSE: Duration = Duration::from_secs(10);
/// How often a stream asks whether its session still lives and its viewer still is who they were.
const RECHECK: Duration = Duration::from_secs(5);

/// Where a stream begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// From now on.
    Now,
    /// From the beginning of what the viewer may see.
    Beginning,
    /// Behind a sealed cursor: the page's, or `Last-Event-ID`.
    After(String),
}

/// Answers whether the session behind a stream still lives.
pub type Alive = Box<dyn Fn() -> Pin<Box<dyn Future<Output = bool> + Send>> + Send + Sync>;

/// Opens the stream: a body of `text/event-stream`.
pub async fn open(
    hub: Hub,
    asker: Asker,
    start: Start,
    number: Option<Number>,
    alive: Alive,
    stopping: watch::Receiver<bool>,
) -> Result<mpsc::Receiver<Result<Bytes, Infallible>>> {
    let room = hub.room().clone();
    let incident = match &number {
        None => None,
        Some(number) => Some(live::incident_id(&room, &asker.viewer, number).await?),
    };
    // First subscribe, then ask where the journal stands: what comes between waits in the queue.
    let subscription = hub.subscribe(asker.clone(), incident)?;
    let head = live::head(&room).await?;
    let (place, told_gone) = match start {
        Start::Now => (Place::behind(head), true),
        Start::Beginning => (Place::behind(0), false),
        Start::After(cursor) => {
            let place = Place::open(&room, &cursor);
            (place.ok_or_else(|| Error::invalid("after", "Not a cursor of this stream"))?, true)
        }
    };
    let (sender, body) = mpsc::channel(4);
    let stream = Stream { hub, asker, incident, subscription, sender, alive, stopping, place, told_gone };
    tokio::spawn(stream.run(head));
    Ok(body)
}

struct Stream {
    hub: Hub,
    asker: Asker,
    incident: Option<IncidentId>,
    subscription: Subscription,
    sender: mpsc::Sender<Result<Bytes, Infallible>>,
    alive: Alive,
    stopping: watch::Receiver<bool>,
    /// Behind the newest change that was told, or passed over in silence.
    place: Place,
    /// Whether the client is to hear of incidents that it saw once and sees no more.
    told_gone: bool,
}

/// The client has gone, or the stream was told to end, or cannot go on.
struct Ended;

/// Its client resumes from its cursor.
fn failed(error: Error) -> Ended {
    tracing::warn!(%error, "a stream ends: what it was to tell cannot be read");
    Ended
}

impl Stream {
    /// Follows the room, and says at the end whether this person is nobody in it any more: then nothing stays on
    /// their page. A client that takes nothing in is not waited for; it learns it when it asks again.
    async fn run(mut self, head: i64) {
        self.listen(head).await;
        // The hub has no more use for it: what it counts is who is listening.
        drop(self.subscription);
        if self.hub.room().directory().viewer(self.asker.viewer.person).is_none() {
            let _ = self.sender.try_send(Ok(Bytes::from_static(b"event: left\ndata: {}\n\n")));
        }
    }

    /// By reference, as [`Self::follow`] is: a future keeps a place for each copy that it hands on, as long as it runs.
    async fn listen(&mut self, head: i64) {
        let (hello, began) = (self.pulse("retry: 1000\n"), self.place);
        // Boxed, and gone before the long wait: it would be the largest part of what an idle stream holds.
        if self.send(hello).await.is_err() || Box::pin(self.replay(head)).await.is_err() {
            return;
        }
        // A client that is cut again soon does not make us read what was silent once more.
        if self.place == began || self.send(self.pulse("")).await.is_ok() {
            let _ = self.follow().await;
        }
    }

    /// Waits for the client to take it, but not beyond the hub's patience.
    async fn send(&self, bytes: Bytes) -> Result<(), Ended> {
        tokio::select! {
            sent = self.sender.send(Ok(bytes)) => sent.map_err(|_| Ended),
            () = self.subscription.cut.cancelled() => Err(Ended),
        }
    }

    /// The server's time and the place reached, so that a resume does not read again what was silent.
    fn pulse(&self, before: &str) -> Bytes {
        let room = self.hub.room();
        let event = live::pulse(room.now());
        let cursor = self.place.seal(room);
        format!("{before}id: {cursor}\nevent: {}\ndata: {}\n\n", event.name, event.data).into()
    }

    /// Tells everything from the cursor to `head`, as the viewer may see it now.
    async fn replay(&mut self, head: i64) -> Result<(), Ended> {
        // One account does not keep every connection of the database busy by beginning at the beginning again and again.
        let replays = Arc::clone(&self.subscription.replays);
        let _turn = tokio::select! {
            turn = replays.acquire() => turn.map_err(|_| Ended)?,
            () = self.subscription.cut.cancelled() => return Err(Ended),
            () = self.sender.closed() => return Err(Ended),
        };
        let room = self.hub.room().clone();
        let scope = policy::scope(&self.asker.viewer);
        while self.place.whole() < head {
            let from = self.place.whole();
            let changes = live::changes(&room, from, self.incident, 200).await.map_err(failed)?;
            if changes.is_empty() {
                self.place = Place::behind(head);
                break;
            }
            for change in changes {
                let seq = change.seq;
                if let Some(told) = Told::read(&room, change).await.map_err(failed)? {
                    let (events, looked) = looks::gather(told.events(&room, &self.asker.viewer, scope)).await;
                    let events = events.map_err(failed)?;
                    looks::note_streamed(&room, &self.asker, looked).await.map_err(failed)?;
                    let gone = events.iter().any(|event| event.data.contains("\"gone\":true"));
                    let begun = if self.place.seq == seq { self.place.events } else { 0 };
                    let frame = frame(&room, seq, &events, begun).filter(|_| self.told_gone || !gone);
                    if let Some(frame) = frame {
                        self.send(frame.bytes).await?;
                    }
                }
                self.place = Place::behind(seq);
            }
        }
        Ok(())
    }

    /// Hands on what the hub queues, until the client goes, the session ends or the server stops.
    async fn follow(&mut self) -> Result<(), Ended> {
        let mut pulse = tokio::time::interval_at(tokio::time::Instant::now() + PULSE, PULSE);
        let mut recheck = tokio::time::interval_at(tokio::time::Instant::now() + RECHECK, RECHECK);
        loop {
            tokio::select! {
                frame = self.subscription.queue.recv() => {
                    // None: the hub cut this stream, because it could not keep up.
                    let Some(frame) = frame else { return Ok(()) };
                    self.subscription.waiting.fetch_sub(frame.bytes.len(), Ordering::Relaxed);
                    if frame.seq > self.place.seq {
                        self.send(frame.bytes.clone()).await?;
                        self.place = Place::behind(frame.seq);
                    }
                }
                _ = pulse.tick() => {
                    self.pass_over();
                    self.send(self.pulse("")).await?;
                }
                () = self.subscription.cut.cancelled() => return Ok(()),
                _ = recheck.tick() => {
                    let same = self.hub.room().directory().viewer(self.asker.viewer.person);
                    if same.as_ref() != Some(&self.asker.viewer) || !(self.alive)().await {
                        return self.send(Bytes::from_static(b"event: ended\ndata: {}\n\n")).await;
                    }
                }
                _ = self.stopping.changed() => {
                    return self.send(Bytes::from_static(b"retry: 500\nevent: restart\ndata: {}\n\n")).await;
                }
                () = self.sender.closed() => return Err(Ended),
            }
        }
    }

    /// Moves behind the changes that were silent for this viewer: those that the hub has told and of which
    /// nothing waits. Asked in this order, since the hub queues, or cuts, first and then says that it has told.
    fn pass_over(&mut self) {
        let (told, queue) = (self.hub.told(), &self.subscription.queue);
        if queue.is_empty() && !queue.is_closed() && told > self.place.seq {
            self.place = Place::behind(told);
        }
    }
}
