//! One connection: HTTP/1 or HTTP/2, with a watch over its silences.
//!
//! What certainly speaks HTTP/1 is served as that. The builder that finds out by itself hands the first bytes on as a read
//! of their own, and that doubles the buffer for the rest of the headers: 8 KiB more for each client, for as long as
//! it stays.

use std::{
    future::Future,
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::conn::auto,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, interval, sleep},
};
use tower::ServiceExt;

use super::body::{InHand, Paced};
use crate::{config::ConnectionSettings, state::Stop, visit::Peer};

/// Requests at once on one HTTP/2 connection.
const STREAMS: u32 = 128;
/// Of the headers of one request.
const MOST_HEADERS: usize = 100;
const MOST_BUFFERED: usize = 64 * 1024;
/// How HTTP/2 begins.
const PREFACE: &[u8; 4] = b"PRI ";
/// How often the watch looks.
const LOOK: Duration = Duration::from_millis(500);

/// Serves a connection to its end. `first`: the bytes that it began with, one or more of them.
pub(super) async fn run(
    stream: TcpStream,
    first: &[u8],
    peer: SocketAddr,
    router: Router,
    settings: &ConnectionSettings,
    stop: Stop,
) {
    let read = Arc::new(AtomicUsize::new(0));
    let in_hand = InHand::default();
    let patience = Duration::from_secs(settings.write_timeout);
    let io = TokioIo::new(Counted { stream, read: Arc::clone(&read), patience, stuck: None });
    let pace = (settings.body_grace, settings.body_rate);
    let busy = in_hand.clone();
    let service = service_fn(move |request: Request<Incoming>| {
        let held = busy.hold();
        // Who asks before sending would be asked to send what nobody reads.
        let asks = request.headers().contains_key(header::EXPECT);
        let (parts, body) = request.into_parts();
        let (body, left) = Paced::new(body, pace);
        let mut request = Request::from_parts(parts, Body::new(body));
        request.extensions_mut().insert(Peer(peer));
        let answer = router.clone().oneshot(request);
        // In hand until the last byte of the answer has been handed over. Boxed: a stream of events keeps the place of
        // this for as long as it runs, though it is done once the stream begins.
        Box::pin(async move {
            let answered = answer.await;
            if !asks {
                left.skip().await;
            }
            answered.map(|response| response.map(|body| held.until_sent(body)))
        })
    });
    let watch = Watch::new(settings, in_hand, read);
    if !PREFACE.starts_with(&first[..first.len().min(PREFACE.len())]) {
        // Boxed: each future that it is handed on through would keep a place for it.
        let connection = Box::pin(
            http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(None)
                .max_headers(MOST_HEADERS)
                .max_buf_size(MOST_BUFFERED)
                .serve_connection(io, service),
        );
        return attend(connection, http1::Connection::graceful_shutdown, watch, &stop).await;
    }
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(None)
        .max_headers(MOST_HEADERS)
        .max_buf_size(MOST_BUFFERED);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_concurrent_streams(STREAMS)
        .max_header_list_size(32 * 1024)
        .max_pending_accept_reset_streams(20)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(10));
    let connection = Box::pin(builder.serve_connection(io, service));
    attend(connection, auto::Connection::graceful_shutdown, watch, &stop).await;
}

/// Until it ends, is silent for too long, or has finished what it began when the server stops.
async fn attend<C: Future>(
    mut connection: Pin<Box<C>>,
    shut: fn(Pin<&mut C>),
    mut watch: Watch,
    stop: &Stop,
) {
    let mut look = interval(LOOK);
    let mut leaving = false;
    loop {
        tokio::select! {
            // Errors are the client's: a reset, half a request.
            _ = connection.as_mut() => return,
            () = stop.stopped(), if !leaving => {
                leaving = true;
                shut(connection.as_mut());
            }
            _ = look.tick() => if watch.is_over() { return },
        }
    }
}

/// Says when a connection has been silent for too long, between two requests or inside the headers of one.
struct Watch {
    in_hand: InHand,
    read: Arc<AtomicUsize>,
    /// Bytes read when the last request ended.
    read_before: usize,
    since: Instant,
    speaking: bool,
    idle: Duration,
    headers: Duration,
}

impl Watch {
    fn new(settings: &ConnectionSettings, in_hand: InHand, read: Arc<AtomicUsize>) -> Self {
        Self {
            in_hand,
            read,
            read_before: 0,
            since: Instant::now(),
            speaking: true,
            idle: Duration::from_secs(settings.idle_timeout),
            headers: Duration::from_secs(settings.header_timeout),
        }
    }

    fn is_over(&mut self) -> bool {
        let read = self.read.load(Ordering::Relaxed);
        if self.in_hand.is_busy() || self.in_hand.take_served() {
            (self.read_before, self.since, self.speaking) = (read, Instant::now(), false);
            return false;
        }
        if read > self.read_before && !self.speaking {
            (self.since, self.speaking) = (Instant::now(), true);
        }
        let patience = if self.speaking { self.headers } else { self.idle };
        self.since.elapsed() >= patience
    }
}

/// Counts what arrives, and gives up on a client that takes nothing of its answer.
struct Counted {
    stream: TcpStream,
    read: Arc<AtomicUsize>,
    patience: Duration,
    /// Runs while something is to be written and none of it can be.
    stuck: Option<Pin<Box<Sleep>>>,
}

impl Counted {
    /// What came of a write, or an error once the client has taken nothing for too long.
    fn in_time<T>(&mut self, cx: &mut Context<'_>, written: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stuck = None;
            return written;
        }
        let patience = self.patience;
        let stuck = self.stuck.get_or_insert_with(|| Box::pin(sleep(patience)));
        ready!(stuck.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl AsyncRead for Counted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let ready = Pin::new(&mut self.stream).poll_read(cx, buf);
        self.read.fetch_add(buf.filled().len() - before, Ordering::Relaxed);
        ready
    }
}

impl AsyncWrite for Counted {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, buf);
        self.in_time(cx, written)
    }
    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }
    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.in_time(cx, written)
    }
    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
