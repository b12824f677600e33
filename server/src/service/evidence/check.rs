//! What is said about evidence, checked before a byte of it is read, and again before it becomes an exhibit.

use app::{
    model::{FieldErrors, Moment},
    policy::{Inside, Marking},
};

use super::{intake::EvidenceInput, media};
use crate::service::{
    Asker, Error, Result, Room,
    error::faults,
    incident::{Audience, audience_of},
    share,
};

/// Longest note, in characters.
const NOTE_LIMIT: usize = 2_000;
/// Longest address of a web page, in bytes.
const URL_LIMIT: usize = 2_048;

/// What was said, checked.
pub(super) struct Valid {
    pub audience: Audience,
    pub note: String,
    pub link: Option<String>,
    pub source_url: Option<String>,
    pub captured_at: Option<Moment>,
}

pub(super) fn check(
    room: &Room,
    asker: &Asker,
    incident: &Marking,
    (input, names): (&EvidenceInput, &[&str]),
    now: Moment,
) -> Result<Valid> {
    let mut errors = FieldErrors::default();
    let directory = room.directory();
    let audience =
        audience_of(&directory, &asker.viewer, incident, &input.tlp, &input.audience, &input.named);
    let audience = audience.map_err(|found| errors.merge(found)).ok();
    let note = input.note.trim().replace("\r\n", "\n");
    if note.chars().count() > NOTE_LIMIT {
        errors.add("note", "At most 2,000 characters");
    }
    if note.contains('\0') {
        errors.add("note", "Contains a character that cannot be stored");
    }
    let link = checked_url("url", input.url.as_deref(), &mut errors);
    let source_url = checked_url("source_url", input.source_url.as_deref(), &mut errors);
    let captured_at = captured_at(input.captured_at.as_deref(), now, &mut errors);
    if let Some(audience) = &audience {
        errors.merge(faults(permit(room, asker, (incident, audience), (input, names)))?);
    }
    match audience {
        Some(audience) if errors.is_empty() => Ok(Valid { audience, note, link, source_url, captured_at }),
        _ => Err(Error::Invalid(errors)),
    }
}

/// Asks the gate for what is said about evidence, and for what its files and links are called.
pub(super) fn permit(
    room: &Room,
    asker: &Asker,
    (incident, audience): (&Marking, &Audience),
    (input, names): (&EvidenceInput, &[&str]),
) -> Result<()> {
    let child = Marking {
        tlp: audience.tlp,
        access: incident.access.clone(),
        named: audience.named.clone(),
        audience: audience.organisations.clone(),
    };
    let (url, source) = (input.url.as_deref(), input.source_url.as_deref());
    let mut words = vec![
        ("note", input.note.as_str()),
        ("url", url.unwrap_or_default()),
        ("source_url", source.unwrap_or_default()),
    ];
    words.extend(names.iter().map(|name| ("file", *name)));
    share::permit_words(room, &asker.viewer, &Inside { incident, child: &child }, &words)
}

fn checked_url(field: &str, typed: Option<&str>, errors: &mut FieldErrors) -> Option<String> {
    let url = typed.map(str::trim).filter(|url| !url.is_empty())?;
    let scheme_end = url.find("://").map(|at| (&url[..at], &url[at + 3..]));
    let web =
        scheme_end.filter(|(scheme, _)| ["http", "https"].iter().any(|s| scheme.eq_ignore_ascii_case(s)));
    let host = web.map(|(_, rest)| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let printable = url.chars().all(|c| !c.is_control() && !c.is_whitespace() && !media::turns_direction(c));
    if host.is_none_or(str::is_empty) || !printable {
        errors.add(field, "Give the whole address, beginning with http:// or https://");
    } else if url.len() > URL_LIMIT {
        errors.add(field, "At most 2,048 characters");
    }
    Some(url.to_owned())
}

fn captured_at(typed: Option<&str>, now: Moment, errors: &mut FieldErrors) -> Option<Moment> {
    let text = typed.map(str::trim).filter(|text| !text.is_empty())?;
    match text.parse::<Moment>() {
        Ok(moment) if moment.since(now) <= 60 => Some(moment),
        Ok(moment) => {
            errors.add("captured_at", format!("{moment} is in the future; it is {now} now"));
            None
        }
        Err(_) => {
            errors.add("captured_at", "Give date, time and zone, e.g. 2020-11-03T19:05:00-05:00");
            None
        }
    }
}
