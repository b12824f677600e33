//! Bodies under watch: a request body has a lowest rate, and an answer is in hand until it was sent.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes, HttpBody};
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming, SizeHint};
use tokio::{
    sync::oneshot,
    time::{Instant, Sleep, sleep},
};

/// Bytes of a refused request that are read for the sake of the connection, and how long they may take.
const SKIPPED: u64 = 64 * 1024;
const SKIPPING: Duration = Duration::from_secs(1);

/// How many requests of a connection are in hand.
#[derive(Clone, Debug, Default)]
pub(super) struct InHand(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    busy: AtomicUsize,
    served: AtomicBool,
}

/// One request; released when dropped.
#[derive(Debug)]
pub(super) struct Held(Arc<Counts>);

impl InHand {
    pub(super) fn hold(&self) -> Held {
        self.0.busy.fetch_add(1, Ordering::Relaxed);
        self.0.served.store(true, Ordering::Relaxed);
        Held(Arc::clone(&self.0))
    }
    pub(super) fn is_busy(&self) -> bool {
        self.0.busy.load(Ordering::Relaxed) > 0
    }
    /// Whether a request came since the last look.
    pub(super) fn take_served(&self) -> bool {
        self.0.served.swap(false, Ordering::Relaxed)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.busy.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Held {
    pub(super) fn until_sent(self, body: Body) -> Body {
        Body::new(Sent { body, _held: self })
    }
}

struct Sent {
    body: Body,
    _held: Held,
}

impl HttpBody for Sent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A request body that has to keep a pace, counted over the time that somebody waits for it.
pub(super) struct Paced {
    /// None only while it is dropped.
    body: Option<Incoming>,
    left: Option<oneshot::Sender<Incoming>>,
    grace: Duration,
    /// Bytes a second.
    rate: u64,
    received: u64,
    /// Time that was spent waiting for bytes.
    waited: Duration,
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Paced {
    /// The body, and what its handler leaves of it.
    pub(super) fn new(body: Incoming, (grace, rate): (u64, u64)) -> (Self, Left) {
        let grace = Duration::from_secs(grace);
        let (left, rest) = oneshot::channel();
        let (body, left) = (Some(body), Some(left));
        (Self { body, left, grace, rate, received: 0, waited: Duration::ZERO, waiting: None }, Left(rest))
    }

    /// How long it may take until the next byte: the grace, and a second for each `rate` bytes so far.
    fn patience(&self) -> Duration {
        let earned = self.received.checked_div(self.rate).unwrap_or(u64::from(u32::MAX));
        (self.grace + Duration::from_secs(earned)).saturating_sub(self.waited)
    }
}

impl Drop for Paced {
    fn drop(&mut self) {
        if let (Some(body), Some(left)) = (self.body.take(), self.left.take())
            && !body.is_end_stream()
        {
            // Nobody waits for it once the connection is gone.
            let _ = left.send(body);
        }
    }
}

/// What a handler left unread, because it refused the request.
pub(super) struct Left(oneshot::Receiver<Incoming>);

impl Left {
    /// Reads it to its end where that is near: a connection can serve the next request only behind it.
    pub(super) async fn skip(mut self) {
        let Ok(mut body) = self.0.try_recv() else { return };
        if body.size_hint().upper().is_some_and(|rest| rest <= SKIPPED) {
            let rest = async { while let Some(Ok(_)) = body.frame().await {} };
            let _ = tokio::time::timeout(SKIPPING, rest).await;
        }
    }
}

#[derive(Debug)]
struct TooSlow;
impl std::fmt::Display for TooSlow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the body arrives too slowly")
    }
}
impl std::error::Error for TooSlow {}

impl HttpBody for Paced {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        match Pin::new(body).poll_frame(cx) {
            Poll::Ready(frame) => {
                if let Some((since, _)) = self.waiting.take() {
                    self.waited += since.elapsed();
                }
                if let Some(Ok(frame)) = &frame {
                    self.received += frame.data_ref().map_or(0, |data| data.len() as u64);
                }
                Poll::Ready(frame.map(|frame| frame.map_err(Into::into)))
            }
            Poll::Pending => {
                let patience = self.patience();
                let waiting = self.waiting.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(patience))));
                match waiting.1.as_mut().poll(cx) {
                    Poll::Ready(()) => Poll::Ready(Some(Err(TooSlow.into()))),
                    Poll::Pending => Poll::Pending,
                }
            }
        }
    }
    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(HttpBody::is_end_stream)
    }
    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map_or_else(SizeHint::default, HttpBody::size_hint)
    }
}
