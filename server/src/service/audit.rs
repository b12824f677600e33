//! The audit log: the journal read backwards, for those who watch over the room. Nobody writes it by hand.
//!
//! The auditor reads every row and of no incident its content or its number; an organisation's admin reads
//! what its own people did to sessions, accounts and organisations. What changes nothing is written here too:
//! refusals, views of RED, exports.

use std::ops::Range;

use app::{
    model::{IncidentId, Moment, Organisation, OrganisationId, Person, PersonId},
    policy::{self, Administration, Cleared, Over, Viewer},
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    Asker, Error, Noun, Record, Result, Room,
    checkpoint::hex,
    csv, incident, journal, settled,
    store::{
        self,
        audit::{AuditRow, Narrowed},
    },
};
use crate::clock::{rest, stopwatch};

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
/// Rows walked at a time.
const STEP: i64 = 200;

/// The viewer reads all of it; else the part of their organisation; else nothing.
fn reads_all(viewer: &Viewer) -> Result<bool> {
    let own = Over::Organisation(viewer.organisation);
    if policy::may_administer(viewer, Administration::ReadAudit, Over::Room) {
        Ok(true)
    } else if policy::may_administer(viewer, Administration::ReadAudit, own) {
        Ok(false)
    } else {
        Err(Error::Forbidden("The audit log is for the auditor, and for an organisation's admin its part."))
    }
}

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
    let next = last.map(|seq| room.seal().seal(CURSOR, &format!("{seq:020}")));
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
    let opened = room.seal().open(CURSOR, sealed).and_then(|text| text.parse().ok());
    let before: i64 = opened.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?;
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
    match incident::find(room, viewer, &number).await {
        Ok(found) => Ok(Some(found.id.0)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error),
    }
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
            Value::Array(list) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            Value::Number(number) => number.to_string(),
            Value::Object(fields) => fields.values().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
            _ => return None,
        };
        Some(format!("{label}{value}"))
    });
    words.collect::<Vec<_>>().join(" · ")
}

pub(super) async fn note(
    room: &Room,
    asker: &Asker,
    action: &'static str,
    about: Option<Uuid>,
    body: Value,
) -> Result<()> {
    let (room, asker) = (room.clone(), asker.clone());
    settled(async move {
        let mut act = room.begin_for(asker.viewer, &asker.request).await?;
        let record =
            Record { incident: None, noun: Noun::Audit, noun_id: about, action, body: body.to_string() };
        act.record(record).await?;
        act.commit_own().await
    })
    .await
}

/// A look must not fail because the room takes no writes; that it was not written down is in the log.
pub(super) fn unless_read_only(done: Result<()>) -> Result<()> {
    match done {
        Err(error @ (Error::ReadOnly | Error::StorageFull)) => {
            tracing::warn!(%error, "could not be written into the audit log");
            Ok(())
        }
        other => other,
    }
}

/// Within this time, looking at the same incident again is the same look.
const SAME_LOOK_S: i64 = 600;

/// Writes down that somebody looked at something RED of an incident.
pub(super) async fn note_red(room: &Room, asker: &Asker, incident: IncidentId) -> Result<()> {
    let last = store::audit::find_look(&room.db, incident, asker.viewer.person).await?;
    if last.is_some_and(|at| room.now().since(at) < SAME_LOOK_S) {
        return Ok(());
    }
    let body = json!({ "address": asker.address });
    unless_read_only(note(room, asker, "red_viewed", Some(incident.0), body).await)
}

/// Writes down that something of content left in a file; says how much, and of no incident which.
pub(crate) async fn note_export(room: &Room, asker: &Asker, what: &str, rows: i64) -> Result<()> {
    let body = json!({ "act": what, "rows": rows, "address": asker.address });
    note(room, asker, "exported", None, body).await
}

/// Most rows of one export.
const EXPORTED: i64 = 10_000;

/// Rows that leave the room: that they did is in the log before they do, and the chain is walked on behind them.
pub async fn take_out(
    room: &Room,
    asker: &Asker,
    question: &Question,
    action: &'static str,
    limit: i64,
) -> Result<Log> {
    // What leaves is all that matches; between two stretches the connection is free for others.
    let log = gather(room, &asker.viewer, question, None, limit, usize::MAX).await?;
    let body = json!({ "rows": log.lines.len(), "address": asker.address });
    note(room, asker, action, None, body).await?;
    let room = room.clone();
    tokio::spawn(async move {
        if let Err(error) = walk(&room, false).await {
            tracing::warn!(%error, "the chain was not walked behind an export");
        }
    });
    Ok(log)
}

/// The log as CSV (RFC 4180), the newest first.
pub async fn export(room: &Room, asker: &Asker, question: &Question) -> Result<String> {
    let log = take_out(room, asker, question, "exported", EXPORTED).await?;
    let mut csv = csv::line([
        "entry",
        "at",
        "person",
        "organisation",
        "action",
        "object",
        "detail",
        "address",
        "request",
        "hash",
    ]);
    for line in log.lines.into_inner() {
        let fields = [
            line.seq.map_or_else(String::new, |seq| seq.to_string()),
            line.at.to_string(),
            line.person.map_or_else(String::new, |person| person.email),
            line.organisation.map_or_else(String::new, |organisation| organisation.slug),
            line.action,
            line.object,
            line.detail,
            line.address,
            line.request,
            line.hash,
        ];
        csv.push_str(&csv::line(fields));
    }
    Ok(csv)
}

/// Walks the chain on from where the last walk ended; `from_start` walks all of it again. One walks at a time.
pub async fn walk(room: &Room, from_start: bool) -> Result<Chain> {
    let _alone = room.walking().await;
    let last = room.chain();
    let mut chain = if from_start || last.broken.is_some() { Chain::default() } else { last };
    if chain.hash.is_empty() {
        chain.hash = vec![0; 32];
    }
    'walk: loop {
        let began = stopwatch();
        let rows = store::journal::list_after(&room.db, chain.seq, STEP).await?;
        let Some(newest) = rows.last().map(|row| row.seq) else { break };
        let is_end = (rows.len() as i64) < STEP;
        for row in rows {
            let right = row.seq == chain.seq + 1
                && row.previous == chain.hash
                && row.hash == journal::hash(&row.previous, &journal::canonical(&row));
            if !right {
                chain.broken = Some(row.seq);
                tracing::error!(seq = row.seq, "the journal's chain is broken");
                break 'walk;
            }
            (chain.seq, chain.hash) = (row.seq, row.hash);
        }
        debug_assert_eq!(chain.seq, newest);
        if is_end {
            break;
        }
        rest(began).await;
    }
    chain.at = room.now();
    room.set_chain(chain.clone());
    Ok(chain)
}
