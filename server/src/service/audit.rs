//! The audit log: the journal read backwards, for those who watch over the room. Nobody writes it by hand.
//!
//! The auditor reads every row and of no incident its content or its number; an organisation's admin reads
//! what its own people did to sessions, accounts and organisations. What changes nothing is written here too:
//! refusals, views of RED, exports.

mod export;
mod note;
mod walk;

use std::ops::Range;

use app::{
    model::{Moment, Organisation, OrganisationId, Person, PersonId, Role},
    policy::{self, Administration, Cleared, Over, Viewer},
};
use serde_json::Value;
use uuid::Uuid;

pub(crate) use self::note::note_export;
pub(super) use self::note::{note, note_red, unless_read_only};
pub use self::{
    export::{export, take_out},
    walk::walk,
};
use super::{
    Error, Result, Room,
    checkpoint::hex,
    error::if_found,
    incident,
    store::{
        self,
        audit::{AuditRow, Narrowed},
    },
};

/// Which part of the log.
#[derive(Clone, Debug, Default)]
pub struct Question {
    /// `all`, `sign_in`, `people`, `reads`, `denied`
    pub kind: String,
    /// `person.suspended`; empty for any.
    pub action: String,
    /// E-mail address or id.
    pub person: String,
    /// Slug: whose people acted.
    pub organisation: String,
    /// A number that the reader may see, or the sealed name that a line gave of its thing.
    pub thing: String,
    pub from: Option<Moment>,
    /// Up to here, without.
    pub to: Option<Moment>,
}

/// One row as its reader may see it.
#[derive(Clone, Debug)]
pub struct Line {
    /// For the auditor alone: its gaps would tell an organisation how much happens elsewhere.
    pub seq: Option<i64>,
    pub at: Moment,
    /// None: the product itself, or nobody.
    pub person: Option<Person>,
    pub organisation: Option<Organisation>,
    /// `person.suspended`
    pub action: String,
    pub object: String,
    /// Sealed: asks for all that was done to the same thing. For the auditor alone.
    pub thing: Option<String>,
    pub detail: String,
    pub address: String,
    pub request: String,
    /// Hexadecimal, of the row before; for the auditor alone: it would tell of what lies between.
    pub previous: Option<String>,
    /// Hexadecimal.
    pub hash: String,
    pub is_refusal: bool,
}

/// A page of the log, the newest first.
#[derive(Debug)]
pub struct Log {
    pub lines: Cleared<Vec<Line>>,
    /// Sealed.
    pub next: Option<String>,
}

/// How far the chain was walked, and what was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chain {
    /// The newest row that was checked.
    pub seq: i64,
    pub hash: Vec<u8>,
    pub at: Moment,
    /// The first row that is not what was hashed.
    pub broken: Option<i64>,
}

const CURSOR: &str = "audit";
const THING: &str = "audit thing";
/// Rows of the journal that one statement looks at, and how many of these a page does: a rare kind of line in
/// a long journal must not hold a connection.
const STRETCH: i64 = 20_000;
const STRETCHES: usize = 3;

/// The viewer reads all of it; else the part of their organisation; else nothing.
fn reads_all(viewer: &Viewer) -> Result<bool> {
    let own = Over::Organisation(viewer.organisation);
    if policy::may_administer(viewer, Administration::ReadAudit, Over::Room) {
        Ok(true)
    } else if policy::may_administer(viewer, Administration::ReadAudit, own) {
        Ok(false)
    } else {
        Err(FORBIDDEN)
    }
}

const FORBIDDEN: Error = Error::Forbidden(
    "Auditors read the audit log; organisation admins read their own organisation's part of it.",
);

/// A page of the log. Where little matches it may hold fewer lines than asked for, and go on nevertheless: no
/// page reads more than some stretches of the journal.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    question: &Question,
    after: Option<&str>,
    limit: i64,
) -> Result<Log> {
    gather(room, viewer, question, after, limit, STRETCHES).await
}

async fn gather(
    room: &Room,
    viewer: &Viewer,
    question: &Question,
    after: Option<&str>,
    limit: i64,
    stretches: usize,
) -> Result<Log> {
    let all = reads_all(viewer)?;
    let asked = Asked::of(room, viewer, question).await?;
    let narrowed = asked.narrowed(question, (!all).then_some(viewer.organisation));
    let span = whole_span(room, question, after).await?;
    let (mut rows, mut end) = (vec![], span.end);
    for _ in 0..stretches {
        let start = (end - STRETCH).max(span.start);
        let missing = limit + 1 - rows.len() as i64;
        rows.extend(store::audit::list(&room.db, &narrowed, start..end, missing).await?);
        end = start;
        if rows.len() as i64 > limit || end <= span.start {
            break;
        }
    }
    let last = match rows.len() as i64 > limit {
        true => rows.get(limit as usize - 1).map(|row| row.seq),
        false => (end > span.start).then_some(end),
    };
    rows.truncate(limit as usize);
    let next = last.map(|seq| room.seal().seal_place(CURSOR, seq));
    let lines = rows.into_iter().map(|row| line(room, row, all)).collect();
    Ok(Log { lines: policy::clear_by_scope(lines), next })
}

/// The part of the journal that a question and a cursor leave, its end excluded.
async fn whole_span(room: &Room, question: &Question, after: Option<&str>) -> Result<Range<i64>> {
    let start = match question.from {
        Some(from) => store::journal::first_from(&room.db, from).await?,
        None => 1,
    };
    let end = match question.to {
        Some(to) => store::journal::first_from(&room.db, to).await?,
        None => store::journal::head(&room.db).await?.0 + 1,
    };
    let Some(sealed) = after else { return Ok(start..end) };
    let before = room
        .seal()
        .open_place(CURSOR, sealed)
        .ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?;
    Ok(start..end.min(before))
}

/// The words of a question as ids. What nobody knows, nobody did: nothing is found.
struct Asked {
    person: Option<PersonId>,
    organisation: Option<OrganisationId>,
    thing: Option<Uuid>,
}

impl Asked {
    async fn of(room: &Room, viewer: &Viewer, question: &Question) -> Result<Self> {
        let directory = room.directory();
        let (person, slug) = (question.person.trim(), question.organisation.trim());
        let found = directory.find(person).map_or(PersonId(Uuid::nil()), |member| member.person.id);
        let of = directory.organisation_by_slug(slug).map_or(OrganisationId(Uuid::nil()), |found| found.id);
        Ok(Self {
            person: (!person.is_empty()).then_some(found),
            organisation: (!slug.is_empty()).then_some(of),
            thing: match question.thing.trim() {
                "" => None,
                word => Some(find_thing(room, viewer, word).await?.unwrap_or_default()),
            },
        })
    }

    fn narrowed<'a>(&self, question: &'a Question, part: Option<OrganisationId>) -> Narrowed<'a> {
        let kind = match question.kind.as_str() {
            "" => "all",
            known => known,
        };
        let action = question.action.trim();
        Narrowed {
            kind,
            act: if action.is_empty() { ("", "") } else { action.split_once('.').unwrap_or((action, "")) },
            person: self.person,
            organisation: self.organisation,
            thing: self.thing,
            span: (question.from.unwrap_or(Moment(i64::MIN)), question.to.unwrap_or(Moment::NEVER)),
            part,
        }
    }
}

/// By its sealed name, or by the number of an incident that the reader may see.
async fn find_thing(room: &Room, viewer: &Viewer, word: &str) -> Result<Option<Uuid>> {
    if let Some(id) = room.seal().open(THING, word) {
        return Ok(id.parse().ok());
    }
    let Ok(number) = word.to_uppercase().parse() else { return Ok(None) };
    Ok(if_found(incident::find(room, viewer, &number).await)?.map(|found| found.id.0))
}

fn line(room: &Room, row: AuditRow, all: bool) -> Line {
    let directory = room.directory();
    let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
    let about = row.noun_id.and_then(|id| directory.person(PersonId(id)));
    let object = match (row.noun.as_str(), about) {
        ("person", Some(person)) => person.name.clone(),
        ("organisation", _) => {
            let id = row.noun_id.map(app::model::OrganisationId);
            id.and_then(|id| directory.organisation(id)).map_or_else(String::new, |found| found.short.clone())
        }
        ("invitation", _) => text(&body, "email"),
        ("setting", _) => text(&body, "kind"),
        ("session" | "room" | "audit", _) => String::new(),
        // The same handle for the same thing, and no way from it to a number.
        _ => row.noun_id.map_or_else(String::new, |id| {
            format!("{} #{}", row.noun, hex(&room.seal().mac(b"audit object", &[id.as_bytes()])[..4]))
        }),
    };
    let thing = row.incident_id.map(|id| id.0).or(row.noun_id).filter(|_| all);
    Line {
        seq: all.then_some(row.seq),
        thing: thing.map(|id| room.seal().seal(THING, &id.to_string())),
        previous: all.then(|| hex(&row.previous)),
        at: row.at,
        person: row.person_id.and_then(|id| directory.person(id).cloned()),
        organisation: row.organisation_id.and_then(|id| directory.organisation(id).cloned()),
        is_refusal: matches!(row.action.as_str(), "refused" | "sign_in_refused"),
        action: format!("{}.{}", row.noun, row.action),
        object,
        detail: detail(&body),
        address: text(&body, "address"),
        request: row.request,
        hash: hex(&row.hash),
    }
}

fn text(body: &Value, key: &str) -> String {
    body.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// A role as pages name it; any other word as it is.
fn role_words(word: &str) -> &str {
    word.parse::<Role>().map_or(word, |role| role.label())
}

/// The words of a body that say something to a reader, in their order.
fn detail(body: &Value) -> String {
    const SHOWN: [(&str, &str); 14] = [
        ("act", ""),
        ("route", ""),
        ("reason", "Reason: "),
        ("remark", ""),
        ("before", "from "),
        ("after", "to "),
        ("roles", "Roles: "),
        ("name", ""),
        ("device", ""),
        ("watch_contact", "Watch: "),
        ("sessions_ended", "Sessions ended: "),
        ("tokens_ended", "Tokens ended: "),
        ("rows", "Rows: "),
        ("times", "Times: "),
    ];
    let words = SHOWN.iter().filter_map(|(key, label)| {
        let value = match body.get(key)? {
            Value::String(text) if !text.is_empty() => text.clone(),
            Value::Array(list) => {
                list.iter().filter_map(Value::as_str).map(role_words).collect::<Vec<_>>().join(", ")
            }
            Value::Number(number) => number.to_string(),
            Value::Object(fields) => fields.values().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            _ => return None,
        };
        Some(format!("{label}{value}"))
    });
    words.collect::<Vec<_>>().join(" · ")
}
