//! A send of files and words as `multipart/form-data` (RFC 7578), read as it arrives: the page's form and
//! the JSON API's.
//!
//! Words may come before or after the files. A form of a page proves itself first: its token is the first
//! field, and nothing that follows is read before the token was found good.

use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use app::model::{Submitted, id::Number};
use axum::body::Bytes;
use futures::{Stream, StreamExt};
use multer::{Field, Multipart};

use super::{Attached, EvidenceInput, Intake};
use crate::{
    reference,
    service::{Asker, Error, Once, Result, Room},
};

/// The name of the form token's field.
const TOKEN: &str = "form_token";
/// Longest value of one field that is not a file, in bytes.
const WORDS_LIMIT: usize = 20_000;
/// Most fields that are not files.
const FIELDS: usize = 100;
/// Bytes after which nothing more is read until a field or a piece of one came out of them: the parser would
/// keep endless headers, and search them from the start with each piece.
const UNREAD_LIMIT: usize = 64 << 10;

/// Checks a form's token and gives the key under which the send is done once.
pub(crate) type TokenCheck = Box<dyn FnOnce(&str) -> Result<Once> + Send>;

/// What proves that the send is meant.
pub enum Gate {
    /// Headers did: a bearer token, or the origin of a script's call.
    Open(Once),
    /// The form's token will.
    Token(TokenCheck),
}

impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Gate")
    }
}

/// Why nothing was added, with what was typed as far as it had arrived.
#[derive(Debug)]
pub struct Refused {
    pub error: Error,
    pub typed: Submitted,
}

/// Takes in the files, the link and the words of one send.
pub async fn take_in_multipart<S, E>(
    room: Room,
    asker: Asker,
    gate: Gate,
    number: Number,
    content_type: &str,
    body: S,
) -> Result<Attached, Refused>
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    let mut typed = Submitted::default();
    match read(room, asker, gate, number, content_type, body, &mut typed).await {
        Ok(attached) => Ok(attached),
        Err(error) => Err(Refused { error, typed }),
    }
}

async fn read<S, E>(
    room: Room,
    asker: Asker,
    gate: Gate,
    number: Number,
    content_type: &str,
    body: S,
    typed: &mut Submitted,
) -> Result<Attached>
where
    S: Stream<Item = Result<Bytes, E>> + Send + 'static,
    E: Into<Box<dyn std::error::Error + Send + Sync>> + 'static,
{
    let mut intake = Intake::begin(room, asker, number).await?;
    let boundary = multer::parse_boundary(content_type).map_err(|_| malformed())?;
    let unread = Unread::default();
    let body = OneByOne { inner: Box::pin(body), turn: false, unread: unread.clone() };
    let mut parts = Multipart::new(body, boundary);
    let once = match gate {
        Gate::Open(once) => once,
        Gate::Token(check) => {
            let first = parts.next_field().await.map_err(|_| malformed())?.ok_or_else(malformed)?;
            unread.clear();
            if first.name() != Some(TOKEN) {
                return Err(malformed());
            }
            check(&words(first, &unread).await?)?
        }
    };
    let (mut fields, mut wrong) = (0, None);
    loop {
        unread.clear();
        let Some(field) = parts.next_field().await.map_err(|_| malformed())? else { break };
        unread.clear();
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name().map(str::to_owned) {
            if name != "file" {
                return Err(Error::invalid("file", "Files go in the field “file”"));
            }
            let heard = early(&intake, typed, &file);
            let taken = match heard {
                Ok(()) => take(&mut intake, &file, field, &unread).await,
                refused => refused,
            };
            match taken {
                // The words that follow go back to the page with the message.
                Err(error @ Error::Invalid(_)) => wrong = wrong.or(Some(error)),
                taken => taken?,
            }
            continue;
        }
        fields += 1;
        if fields > FIELDS {
            return Err(malformed());
        }
        let value = words(field, &unread).await?;
        if name != TOKEN {
            typed.push(&name, value);
        }
    }
    if let Some(error) = wrong {
        return Err(error);
    }
    intake.finish(once, input_of(typed)?).await
}

/// Words that came before their file, and for whom it is, go through the gate before its bytes do.
fn early(intake: &Intake, typed: &Submitted, file: &str) -> Result<()> {
    let said = typed.pairs().iter().any(|(name, _)| name == "tlp");
    match input_of(typed) {
        Ok(input) if said => intake.permit_early(&input, file),
        _ => Ok(()),
    }
}

/// One file. A file field where nothing was chosen sends neither a name nor a byte.
async fn take(intake: &mut Intake, name: &str, mut field: Field<'static>, unread: &Unread) -> Result<()> {
    if name.is_empty() {
        // The parser hands out an empty piece before it says that there is no more.
        while let Some(piece) = field.chunk().await.map_err(|_| malformed())? {
            if !piece.is_empty() {
                return Err(Error::invalid("file", "The file has no name"));
            }
        }
        return Ok(());
    }
    intake.take(name, field.inspect(|_| unread.clear())).await
}

async fn words(mut field: Field<'static>, unread: &Unread) -> Result<String> {
    let name = field.name().unwrap_or_default().to_owned();
    let mut value = vec![];
    while let Some(piece) = field.chunk().await.map_err(|_| malformed())? {
        unread.clear();
        value.extend_from_slice(&piece);
        if value.len() > WORDS_LIMIT {
            return Err(Error::invalid(&name, "Too long"));
        }
    }
    String::from_utf8(value).map_err(|_| Error::invalid(&name, "Contains what is no text"))
}

/// The words by their names; `captured_at` whole, or as the form's date, time and zone.
fn input_of(typed: &Submitted) -> Result<EvidenceInput> {
    const KNOWN: &[&str] = &[
        "url",
        "tlp",
        "audience",
        "named",
        "note",
        "source_url",
        "captured_at",
        "captured_date",
        "captured_time",
        "captured_zone",
    ];
    if let Some((name, _)) = typed.pairs().iter().find(|(name, _)| !KNOWN.contains(&name.as_str())) {
        return Err(Error::invalid(name, "Unknown field"));
    }
    let filled = |field: &str| Some(typed.value(field).trim().to_owned()).filter(|value| !value.is_empty());
    let many = |field: &str| -> Vec<String> {
        typed.values(field).flat_map(app::model::audience::addresses).collect()
    };
    let captured_at = match (filled("captured_at"), filled("captured_date"), filled("captured_time")) {
        (Some(whole), ..) => Some(whole),
        (None, None, None) => None,
        (None, date, time) => {
            let zone = filled("captured_zone").unwrap_or_else(|| "UTC".to_owned());
            let instant = date.zip(time).and_then(|(date, time)| reference::instant(&date, &time, &zone));
            let message = "Give both date and time, e.g. 2020-11-03 and 19:05";
            Some(instant.ok_or_else(|| Error::invalid("captured_at", message))?.to_string())
        }
    };
    Ok(EvidenceInput {
        url: filled("url"),
        tlp: typed.value("tlp").to_owned(),
        audience: many("audience"),
        named: many("named"),
        note: typed.value("note").to_owned(),
        source_url: filled("source_url"),
        captured_at,
    })
}

fn malformed() -> Error {
    Error::invalid("file", "The form arrived incomplete; send it again")
}

/// Bytes that went into the parser since something came out.
#[derive(Clone, Default)]
struct Unread(Arc<AtomicUsize>);

impl Unread {
    fn clear(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
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
