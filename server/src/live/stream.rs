//! The stream of one viewer: subscribe, replay, follow.

use std::{convert::Infallible, future::Future, pin::Pin, sync::atomic::Ordering, time::Duration};

use app::{
    model::{IncidentId, id::Number},
    policy::{self, Viewer},
};
use bytes::Bytes;
use tokio::sync::{mpsc, watch};

use super::hub::{Hub, Subscription, frame};
use crate::service::{
    Error, Result,
    live::{self, Told},
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
    viewer: Viewer,
    start: Start,
    number: Option<Number>,
    alive: Alive,
    stopping: watch::Receiver<bool>,
) -> Result<mpsc::Receiver<Result<Bytes, Infallible>>> {
    let room = hub.room().clone();
    let incident = match &number {
        None => None,
        Some(number) => Some(live::incident_id(&room, &viewer, number).await?),
    };
    // First subscribe, then ask where the journal stands: what comes between waits in the queue.
    let subscription = hub.subscribe(viewer.clone(), incident)?;
    let head = live::head(&room).await?;
    let (from, told_gone) = match start {
        Start::Now => (head, true),
        Start::Beginning => (0, false),
        Start::After(cursor) => {
            let opened = room.seal().open("live", &cursor).and_then(|text| text.parse().ok());
            (opened.ok_or_else(|| Error::invalid("after", "Not a cursor of this stream"))?, true)
        }
    };
    let (sender, body) = mpsc::channel(4);
    let stream = Stream { hub, viewer, incident, subscription, sender, alive, stopping, at: from, told_gone };
    tokio::spawn(stream.run(head));
    Ok(body)
}

struct Stream {
    hub: Hub,
    viewer: Viewer,
    incident: Option<IncidentId>,
    subscription: Subscription,
    sender: mpsc::Sender<Result<Bytes, Infallible>>,
    alive: Alive,
    stopping: watch::Receiver<bool>,
    /// The newest change that was told, or passed over in silence.
    at: i64,
    /// Whether the client is to hear of incidents that it saw once and sees no more.
    told_gone: bool,
}

/// The client has gone, or the stream was told to end.
struct Ended;

impl Stream {
    async fn run(mut self, head: i64) {
        let hello = self.pulse("retry: 1000\n");
        if self.send(hello).await.is_ok() && self.replay(head).await.is_ok() {
            let _ = self.follow().await;
        }
    }

    async fn send(&self, bytes: Bytes) -> Result<(), Ended> {
        self.sender.send(Ok(bytes)).await.map_err(|_| Ended)
    }

    /// The server's time and the cursor reached, so that a resume does not read again what was silent.
    fn pulse(&self, before: &str) -> Bytes {
        let room = self.hub.room();
        let event = live::pulse(room.now());
        let cursor = room.seal().seal("live", &self.at.to_string());
        format!("{before}id: {cursor}\nevent: {}\ndata: {}\n\n", event.name, event.data).into()
    }

    /// Tells everything from the cursor to `head`, as the viewer may see it now.
    async fn replay(&mut self, head: i64) -> Result<(), Ended> {
        let room = self.hub.room().clone();
        let scope = policy::scope(&self.viewer);
        while self.at < head {
            let changes = live::changes(&room, self.at, self.incident, 200).await.map_err(|_| Ended)?;
            if changes.is_empty() {
                self.at = head;
                break;
            }
            for change in changes {
                let seq = change.seq;
                if let Some(told) = Told::read(&room, change).await.map_err(|_| Ended)? {
                    let events = told.events(&room, &self.viewer, scope).await.map_err(|_| Ended)?;
                    let gone = events.iter().any(|event| event.data.contains("\"gone\":true"));
                    if let Some(frame) = frame(&room, seq, &events).filter(|_| self.told_gone || !gone) {
                        self.send(frame.bytes).await?;
                    }
                }
                self.at = seq;
            }
        }
        Ok(())
    }

    /// Hands on what the hub queues, until the client goes, the session ends or the server stops.
    async fn follow(mut self) -> Result<(), Ended> {
        let mut pulse = tokio::time::interval_at(tokio::time::Instant::now() + PULSE, PULSE);
        let mut recheck = tokio::time::interval_at(tokio::time::Instant::now() + RECHECK, RECHECK);
        loop {
            tokio::select! {
                frame = self.subscription.queue.recv() => {
                    // None: the hub cut this stream, because it could not keep up.
                    let Some(frame) = frame else { return Ok(()) };
                    self.subscription.waiting.fetch_sub(frame.bytes.len(), Ordering::Relaxed);
                    if frame.seq > self.at {
                        self.send(frame.bytes.clone()).await?;
                        self.at = frame.seq;
                    }
                }
                _ = pulse.tick() => self.send(self.pulse("")).await?,
                _ = recheck.tick() => {
                    let same = self.hub.room().directory().viewer(self.viewer.person);
                    if same.as_ref() != Some(&self.viewer) || !(self.alive)().await {
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
}
