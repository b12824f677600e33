//! `multipart/form-data` (RFC 7578) as it arrives, in little memory: what reads files and what reads words alone.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use axum::body::Bytes;
use futures::Stream;
use multer::{Field, Multipart};

/// Bytes after which nothing more is read until a field or a piece of one came out of them: the parser would
/// keep endless headers, and search them from the start with each piece.
const UNREAD_LIMIT: usize = 64 << 10;
/// Most fields that are not files.
pub(crate) const FIELDS: usize = 100;
/// Bytes of files that are passed over for the words behind them.
pub(crate) const PASSED_OVER: u64 = 64 << 20;

/// Bytes that went into the parser since something came out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Unread(Arc<AtomicUsize>);

impl Unread {
    pub(crate) fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

/// The parts of a body; none where its type names no boundary.
pub(crate) fn parts<S, E>(content_type: &str, body: S) -> Option<(Multipart<'static>, Unread)>
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    let boundary = multer::parse_boundary(content_type).ok()?;
    let unread = Unread::default();
    let body = OneByOne { inner: Box::pin(body), turn: false, unread: unread.clone() };
    Some((Multipart::new(body, boundary), unread))
}

/// The words of a form that is refused before it is read, by their names: what arrives, up to so many bytes. Its
/// files are passed over.
pub(crate) async fn words<S, E>(content_type: &str, body: S, limit: u64) -> Vec<(String, String)>
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    match parts(content_type, body) {
        Some((mut parts, unread)) => rest(&mut parts, &unread, limit).await,
        None => vec![],
    }
}

/// The same from where somebody else stopped. What cannot be read ends it.
pub(crate) async fn rest(
    parts: &mut Multipart<'static>,
    unread: &Unread,
    mut limit: u64,
) -> Vec<(String, String)> {
    let (mut words, mut passed) = (vec![], PASSED_OVER);
    while words.len() < FIELDS {
        unread.clear();
        let Ok(Some(mut field)) = parts.next_field().await else { break };
        unread.clear();
        if field.file_name().is_some() {
            if pass(&mut field, unread, &mut passed).await.is_none() {
                break;
            }
            continue;
        }
        let (name, mut value) = (field.name().unwrap_or_default().to_owned(), vec![]);
        let whole = take(&mut field, unread, &mut limit, |piece| value.extend_from_slice(piece)).await;
        words.push((name, String::from_utf8_lossy(&value).into_owned()));
        if whole.is_none() {
            break;
        }
    }
    words
}

/// Passes over a file for the words behind it; none where it breaks off, or is longer than what is left.
pub(crate) async fn pass(field: &mut Field<'static>, unread: &Unread, left: &mut u64) -> Option<()> {
    take(field, unread, left, |_| ()).await
}

async fn take(
    field: &mut Field<'static>,
    unread: &Unread,
    left: &mut u64,
    mut keep: impl FnMut(&[u8]),
) -> Option<()> {
    while let Some(piece) = field.chunk().await.ok()? {
        unread.clear();
        *left = left.checked_sub(piece.len() as u64)?;
        keep(&piece);
    }
    Some(())
}

/// Hands over one piece a turn. The parser reads until nothing more is there, which over a fast line would
/// gather a large file in memory.
struct OneByOne<S> {
    inner: Pin<Box<S>>,
    turn: bool,
    unread: Unread,
}

impl<S, E> Stream for OneByOne<S>
where
    S: Stream<Item = Result<Bytes, E>>,
{
    type Item = Result<Bytes, E>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.turn) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        if self.unread.0.load(Ordering::Relaxed) > UNREAD_LIMIT {
            return Poll::Ready(None);
        }
        let next = self.inner.as_mut().poll_next(context);
        self.turn = next.is_ready();
        if let Poll::Ready(Some(Ok(piece))) = &next {
            self.unread.0.fetch_add(piece.len(), Ordering::Relaxed);
        }
        next
    }
}
