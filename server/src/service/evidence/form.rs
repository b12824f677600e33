//! A send of files and words as `multipart/form-data` (RFC 7578), read as it arrives: the page's form and
//! the JSON API's.
//!
//! Words may come before or after the files. A form of a page proves itself first: its token is the first
//! field, and no file is taken before the token was found good. Its words go back to the page whatever becomes of
//! it, but for an incident that does not exist for whoever sends: then nothing is read.

use app::model::{Submitted, Tlp, id::Number};
use axum::body::Bytes;
use futures::{Stream, StreamExt};
use multer::{Field, Multipart};

use super::{Attached, EvidenceInput, Intake};
use crate::{
    multipart::{self, FIELDS, PASSED_OVER, Unread},
    reference,
    service::{Asker, Error, Once, Result, Room},
};

/// The name of the form token's field.
const TOKEN: &str = "form_token";
/// Bytes of words that go back to the page of a form that was refused unread.
const KEPT: u64 = 1 << 20;
/// Longest value of one field that is not a file, in bytes.
const WORDS_LIMIT: usize = 20_000;

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
    let is_page = matches!(gate, Gate::Token(_));
    let refused = |error, typed| Refused { error, typed: Submitted::new(typed) };
    let mut intake = match Intake::begin(room, asker, number).await {
        Ok(intake) => intake,
        Err(error) if is_page && !matches!(error, Error::NotFound) => {
            return Err(refused(error, multipart::words(content_type, body, KEPT).await));
        }
        Err(error) => return Err(refused(error, vec![])),
    };
    let Some((mut parts, unread)) = multipart::parts(content_type, body) else {
        return Err(refused(malformed(), vec![]));
    };
    let once = match proved(gate, &mut parts, &unread).await {
        Ok(once) => once,
        Err(error) if is_page => {
            return Err(refused(error, multipart::rest(&mut parts, &unread, KEPT).await));
        }
        Err(error) => return Err(refused(error, vec![])),
    };
    let mut typed = Submitted::default();
    match read(&mut intake, &mut parts, &unread, (&mut typed, is_page)).await {
        Ok(()) => {}
        Err(error) => return Err(Refused { error, typed }),
    }
    match input_of(&typed, is_page) {
        Ok(input) => intake.finish(once, input).await.map_err(|error| Refused { error, typed }),
        Err(error) => Err(Refused { error, typed }),
    }
}

/// What the send is done once under: a page's token stands first.
async fn proved(gate: Gate, parts: &mut Multipart<'static>, unread: &Unread) -> Result<Once> {
    let check = match gate {
        Gate::Open(once) => return Ok(once),
        Gate::Token(check) => check,
    };
    let first = parts.next_field().await.map_err(|_| malformed())?.ok_or_else(malformed)?;
    unread.clear();
    if first.name() != Some(TOKEN) {
        return Err(malformed());
    }
    check(&words(first, unread).await?)
}

/// Takes the files in and gathers the words. After what is wrong with a file the words that follow are read all the
/// same: they go back to the page with the message.
async fn read(
    intake: &mut Intake,
    parts: &mut Multipart<'static>,
    unread: &Unread,
    (typed, is_page): (&mut Submitted, bool),
) -> Result<()> {
    let (mut fields, mut passed, mut wrong) = (0, PASSED_OVER, None);
    loop {
        unread.clear();
        let mut field = match parts.next_field().await {
            Ok(Some(field)) => field,
            Ok(None) => break,
            Err(_) => return Err(wrong.unwrap_or_else(malformed)),
        };
        unread.clear();
        let name = field.name().unwrap_or_default().to_owned();
        if let Some(file) = field.file_name().map(str::to_owned) {
            let taken = match &wrong {
                _ if name != "file" => Err(Error::invalid("file", "Files go in the field “file”")),
                None | Some(Error::Invalid(_)) => match early(intake, (typed, is_page), &file) {
                    Ok(()) => take(intake, &file, &mut field, unread).await,
                    refused => refused,
                },
                Some(_) => Ok(()),
            };
            wrong = wrong.or(taken.err());
            if wrong.is_some() && multipart::pass(&mut field, unread, &mut passed).await.is_none() {
                break;
            }
            continue;
        }
        fields += 1;
        if fields > FIELDS {
            return Err(malformed());
        }
        let value = words(field, unread).await?;
        if name != TOKEN {
            typed.push(&name, value);
        }
    }
    wrong.map_or(Ok(()), Err)
}

/// Words that came before their file, and for whom it is, go through the gate before its bytes do.
fn early(intake: &Intake, (typed, is_page): (&Submitted, bool), file: &str) -> Result<()> {
    let said = typed.pairs().iter().any(|(name, _)| name == "tlp");
    match input_of(typed, is_page) {
        Ok(input) if said => intake.permit_early(&input, file),
        _ => Ok(()),
    }
}

/// One file. A file field where nothing was chosen sends neither a name nor a byte.
async fn take(intake: &mut Intake, name: &str, field: &mut Field<'static>, unread: &Unread) -> Result<()> {
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

/// The words by their names; `captured_at` whole, or as the form's date, time and zone. A page sends its names also
/// where another label hides them: there they mean nothing.
fn input_of(typed: &Submitted, is_page: bool) -> Result<EvidenceInput> {
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
        named: if is_page && typed.value("tlp") != Tlp::Red.wire() { vec![] } else { many("named") },
        note: typed.value("note").to_owned(),
        source_url: filled("source_url"),
        captured_at,
    })
}

fn malformed() -> Error {
    Error::invalid("file", "The form arrived incomplete; send it again")
}
