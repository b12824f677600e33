//! Entries of the timeline: posted, corrected, struck, listed.

use std::collections::HashMap;

use app::{
    model::{
        EntryId, IncidentId, Moment, OrganisationId, PersonId, Tlp,
        entry::{Change, Entry, EntryKind, Strike, Wording},
        id::Number,
    },
    policy::{self, Action, Cleared, Inside, Marking, Scope, Standing, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    Act, Asker, Begun, Error, Noun, Once, Record, Result, Room, clocks,
    incident::{Audience, audience_of, marking, marking_of},
    mention, share,
    store::{
        self,
        entry::{EntryFilter, EntryRow, StrikeRow},
    },
};

/// Longest text of an entry, in characters.
pub const TEXT_LIMIT: usize = 20_000;

/// An entry before it is recorded.
#[derive(Clone, Debug)]
pub(crate) struct NewEntry {
    pub kind: EntryKind,
    pub text: String,
    pub tlp: Tlp,
    pub audience: Option<Vec<OrganisationId>>,
    pub named: Vec<PersonId>,
    pub happened_at: Option<Moment>,
    pub field: Option<String>,
    pub old_value: Option<String>,
    pub new_value: Option<String>,
    pub exhibit: Option<i64>,
    pub corrects: Option<EntryId>,
    /// Whom its text calls.
    pub mentions: Vec<PersonId>,
    /// Who could see the incident before this entry changed that; journalled, for open streams.
    pub before: Option<Before>,
}

/// An incident's marking before it was tightened or taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Before {
    pub tlp: Tlp,
    pub access: Vec<OrganisationId>,
    pub named: Vec<PersonId>,
}

impl From<&Marking> for Before {
    fn from(marking: &Marking) -> Self {
        Self { tlp: marking.tlp, access: marking.access.clone(), named: marking.named.clone() }
    }
}

impl From<Before> for Marking {
    fn from(before: Before) -> Self {
        Self { tlp: before.tlp, access: before.access, named: before.named, audience: None }
    }
}

impl NewEntry {
    pub(crate) fn of(kind: EntryKind, tlp: Tlp) -> Self {
        Self {
            kind,
            text: String::new(),
            tlp,
            audience: None,
            named: vec![],
            happened_at: None,
            field: None,
            old_value: None,
            new_value: None,
            exhibit: None,
            corrects: None,
            mentions: vec![],
            before: None,
        }
    }
    /// As wide as the incident: what is said about the incident itself.
    pub(crate) fn about(kind: EntryKind, incident: &Marking) -> Self {
        Self::of(kind, incident.tlp).for_audience(Audience::of_incident(incident))
    }
    pub(crate) fn for_audience(self, audience: Audience) -> Self {
        Self { tlp: audience.tlp, audience: audience.organisations, named: audience.named, ..self }
    }
    pub(crate) fn change(self, field: &str, old: impl Into<String>, new: impl Into<String>) -> Self {
        let (old_value, new_value) = (Some(old.into()), Some(new.into()));
        Self { field: Some(field.to_owned()), old_value, new_value, ..self }
    }
    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self }
    }
}

/// An entry as its journal row holds it; `verify` compares the two.
#[derive(Debug, Serialize)]
struct EntryBody<'a> {
    id: EntryId,
    kind: EntryKind,
    text: &'a str,
    tlp: Tlp,
    audience: Option<&'a [OrganisationId]>,
    named: &'a [PersonId],
    happened_at: Moment,
    field: Option<&'a str>,
    old: Option<&'a str>,
    new: Option<&'a str>,
    exhibit: Option<i64>,
    corrects: Option<EntryId>,
    #[serde(skip_serializing_if = "<[PersonId]>::is_empty")]
    mentions: &'a [PersonId],
    #[serde(skip_serializing_if = "Option::is_none")]
    before: Option<&'a Before>,
}

/// The part of a journal row's body that no column of the entry holds.
pub(crate) fn before_of(body: &str) -> Option<Before> {
    #[derive(Deserialize)]
    struct Body {
        before: Option<Before>,
    }
    serde_json::from_str::<Body>(body).ok()?.before
}

pub(crate) fn body_of(
    row: &EntryRow,
    audience: Option<&[OrganisationId]>,
    named: &[PersonId],
    mentions: &[PersonId],
    before: Option<&Before>,
) -> Result<String> {
    let body = EntryBody {
        id: row.id,
        kind: row.kind,
        text: &row.body,
        tlp: row.tlp,
        audience,
        named,
        happened_at: row.happened_at,
        field: row.field.as_deref(),
        old: row.old_value.as_deref(),
        new: row.new_value.as_deref(),
        exhibit: row.exhibit,
        corrects: row.corrects,
        mentions,
        before,
    };
    serde_json::to_string(&body).map_err(Error::internal)
}

impl Act {
    /// Records an entry in the journal and the timeline.
    pub(crate) async fn append(
        &mut self,
        incident: IncidentId,
        id: EntryId,
        mut new: NewEntry,
        action: &'static str,
    ) -> Result<i64> {
        new.named.sort_unstable();
        if let Some(audience) = &mut new.audience {
            audience.sort_unstable();
        }
        let mut row = EntryRow {
            id,
            incident_id: incident,
            seq: 0,
            kind: new.kind,
            body: new.text,
            author_id: self.actor.as_ref().map(|viewer| viewer.person),
            organisation_id: self.actor.as_ref().map(|viewer| viewer.organisation),
            happened_at: new.happened_at.unwrap_or(self.now),
            recorded_at: self.now,
            tlp: new.tlp,
            narrowed: new.audience.is_some(),
            field: new.field,
            old_value: new.old_value,
            new_value: new.new_value,
            exhibit: new.exhibit,
            corrects: new.corrects,
        };
        let body = body_of(&row, new.audience.as_deref(), &new.named, &new.mentions, new.before.as_ref())?;
        let record =
            Record { incident: Some(incident), noun: Noun::Entry, noun_id: Some(id.0), action, body };
        row.seq = self.record(record).await?;
        if let Some(told) = self.told.last_mut() {
            told.field = row.field.clone();
        }
        store::entry::add(&mut self.tx, &row).await?;
        for organisation in new.audience.iter().flatten() {
            store::incident::add_audience(&mut self.tx, id.0, *organisation).await?;
        }
        for person in &new.named {
            store::incident::add_named(&mut self.tx, id.0, *person).await?;
        }
        for person in &new.mentions {
            store::mention::add(&mut self.tx, id, *person).await?;
        }
        Ok(row.seq)
    }

    /// The same with an id of its own.
    pub(crate) async fn append_new(
        &mut self,
        incident: IncidentId,
        new: NewEntry,
        action: &'static str,
    ) -> Result<EntryId> {
        let id = EntryId(self.room.ids.uuid());
        self.append(incident, id, new, action).await?;
        Ok(id)
    }
}

// ── writing ──────────────────────────────────────────────────────────────────────────────────────

/// What the composer and `POST .../entries` send. Words stay as typed until the incident is known.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PostEntry {
    pub kind: String,
    pub text: String,
    pub tlp: String,
    pub audience: Vec<String>,
    pub named: Vec<String>,
    pub happened_at: Option<String>,
    pub corrects: Option<String>,
}

/// The entry that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posted {
    pub id: EntryId,
    /// It waits for counsel, and will have this id once it is posted.
    #[serde(default)]
    pub held: bool,
}

/// Posts an entry, or corrects one by a new one.
pub async fn post(room: Room, asker: Asker, once: Once, number: Number, input: PostEntry) -> Result<Posted> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(posted) => return Ok(posted),
    };
    let posted = add_posted(&mut act, &number, input).await?;
    act.commit(posted).await
}

/// The same inside an act that has begun. What an agency writes to a company and a rule holds back waits.
pub(crate) async fn add_posted(act: &mut Act, number: &Number, input: PostEntry) -> Result<Posted> {
    let held = act.incident(number).await?;
    let new = read_posted(act, &held, &input).await?;
    let id = EntryId(act.room.ids.uuid());
    if let Some(why) = share::entry_reasons(&act.room, act.viewer()?, &held, &new) {
        share::hold_entry(act, &held, id, &input, &new, why).await?;
        return Ok(Posted { id, held: true });
    }
    append_posted(act, held, id, new).await?;
    Ok(Posted { id, held: false })
}

/// Posts what counsel has let out.
pub(crate) async fn add_released(
    act: &mut Act,
    number: &Number,
    id: EntryId,
    input: PostEntry,
) -> Result<()> {
    let held = act.incident(number).await?;
    let new = read_posted(act, &held, &input).await?;
    append_posted(act, held, id, new).await
}

/// What was sent, checked and permitted.
async fn read_posted(act: &mut Act, held: &super::incident::Held, input: &PostEntry) -> Result<NewEntry> {
    let room = act.room.clone();
    let text = checked_text("text", &input.text)?;
    let happened_at = happened_at(input.happened_at.as_deref(), act.now())?;
    let mut new = match input.corrects.as_deref().filter(|id| !id.is_empty()) {
        Some(id) => correction(act, held, id, text, happened_at).await?,
        None => {
            act.permit(held, Action::Post)?;
            let kind = match input.kind.trim() {
                "" => EntryKind::Update,
                word => word.parse().ok().filter(|kind: &EntryKind| kind.is_written()).ok_or_else(|| {
                    Error::invalid("kind", "Choose update, observation, decision, request or answer")
                })?,
            };
            let audience = audience_of(
                &room.directory(),
                act.viewer()?,
                &held.marking,
                &input.tlp,
                &input.audience,
                &input.named,
            )
            .map_err(Error::Invalid)?;
            NewEntry { text, happened_at, ..NewEntry::of(kind, held.row.tlp).for_audience(audience) }
        }
    };
    let child = Marking {
        tlp: new.tlp,
        access: held.marking.access.clone(),
        named: new.named.clone(),
        audience: new.audience.clone(),
    };
    let inside = Inside { incident: &held.marking, child: &child };
    new.mentions = mention::called(&room.directory(), &new.text, &inside)?;
    Ok(new)
}

async fn append_posted(
    act: &mut Act,
    mut held: super::incident::Held,
    id: EntryId,
    new: NewEntry,
) -> Result<()> {
    let room = act.room.clone();
    let for_everybody = new.tlp == held.row.tlp && new.audience.is_none() && new.corrects.is_none();
    let restarts = for_everybody && matches!(new.kind, EntryKind::Update | EntryKind::Decision);
    act.append(held.row.id, id, new, "posted").await?;
    if for_everybody {
        // Only what everybody sees moves the incident: a narrowed entry must leave no trace for others.
        held.row.updated_at = act.now();
        if restarts && held.row.hold_since.is_none() {
            clocks::restart_update(&room, &mut held.row, act.now());
        }
        clocks::settle(&mut held.row);
        store::incident::set_updated(&mut act.tx, &held.row).await?;
    }
    Ok(())
}

/// A correction keeps the kind, marking and audience of what it corrects.
async fn correction(
    act: &mut Act,
    held: &super::incident::Held,
    id: &str,
    text: String,
    happened_at: Option<Moment>,
) -> Result<NewEntry> {
    let id: EntryId = id.parse().map_err(|_| Error::NotFound)?;
    let (old, marking) = visible(act, held, id).await?;
    let viewer = act.viewer()?;
    let standing = Standing { author: old.author_id == Some(viewer.person), ..held.standing(viewer) };
    if !policy::may(viewer, Action::Correct, standing) || !old.kind.is_written() || old.corrects.is_some() {
        return Err(Error::Forbidden("An entry is corrected by the person who wrote it."));
    }
    if store::entry::is_struck(&mut act.tx, id).await? {
        return Err(Error::invalid("corrects", "This entry was struck; post a new one"));
    }
    Ok(NewEntry {
        text,
        happened_at: happened_at.or(Some(old.happened_at)),
        audience: marking.audience,
        named: marking.named,
        corrects: Some(id),
        ..NewEntry::of(old.kind, old.tlp)
    })
}

/// An entry inside a write, if it exists for the one who acts.
async fn visible(act: &mut Act, held: &super::incident::Held, id: EntryId) -> Result<(EntryRow, Marking)> {
    let row = store::entry::find(&mut act.tx, held.row.id, id).await?.ok_or(Error::NotFound)?;
    let audience = match row.narrowed {
        true => Some(store::incident::list_audience(&mut act.tx, id.0).await?),
        false => None,
    };
    let named = store::incident::list_named(&mut act.tx, id.0).await?;
    let marking = Marking { tlp: row.tlp, access: held.marking.access.clone(), named, audience };
    let inside = Inside { incident: &held.marking, child: &marking };
    policy::clear(act.viewer()?, &inside, ()).ok_or(Error::NotFound)?;
    Ok((row, marking))
}

/// Strikes an entry: its text stays for those who may see it, with who struck it and why.
pub async fn strike(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    id: EntryId,
    reason: String,
) -> Result<Posted> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(posted) => return Ok(posted),
    };
    let held = act.incident(&number).await?;
    let (row, _) = visible(&mut act, &held, id).await?;
    let viewer = act.viewer()?;
    let standing = Standing {
        author: row.author_id == Some(viewer.person),
        own_organisation: row.organisation_id == Some(viewer.organisation),
        ..held.standing(viewer)
    };
    if !policy::may(viewer, Action::Strike, standing) || !row.kind.is_written() {
        return Err(Error::Forbidden(
            "An entry is struck by its author or by the shift lead of the author's organisation.",
        ));
    }
    let reason = checked_text("reason", &reason)?;
    let strike = StrikeRow { entry_id: id, person_id: viewer.person, at: act.now(), reason };
    let body = strike_body(&strike)?;
    let record = Record {
        incident: Some(held.row.id),
        noun: Noun::Strike,
        noun_id: Some(id.0),
        action: "struck",
        body,
    };
    let seq = act.record(record).await?;
    if !store::entry::add_strike(&mut act.tx, &strike, seq).await? {
        return Err(Error::invalid("reason", "This entry was struck before"));
    }
    act.commit(Posted { id, held: false }).await
}

pub(crate) fn strike_body(strike: &StrikeRow) -> Result<String> {
    #[derive(Serialize)]
    struct Body<'a> {
        entry: EntryId,
        reason: &'a str,
    }
    serde_json::to_string(&Body { entry: strike.entry_id, reason: &strike.reason }).map_err(Error::internal)
}

/// A text that somebody must give: trimmed at its end, neither empty nor endless.
pub(crate) fn checked_text(field: &str, text: &str) -> Result<String> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Err(Error::invalid(field, if field == "text" { "Write what happened" } else { "Say why" }));
    }
    if text.chars().count() > TEXT_LIMIT {
        return Err(Error::invalid(field, "At most 20,000 characters; attach longer texts as evidence"));
    }
    if text.contains('\0') {
        return Err(Error::invalid(field, "Contains a character that cannot be stored"));
    }
    Ok(text)
}

/// A back-dated moment: in the past, and not before the room could know of it.
pub(crate) fn happened_at(typed: Option<&str>, now: Moment) -> Result<Option<Moment>> {
    let Some(text) = typed.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let moment: Moment = text.parse().map_err(|_| {
        Error::invalid("happened_at", "Give date, time and zone, e.g. 2020-11-03T19:05:00-05:00")
    })?;
    if moment.since(now) > 60 {
        return Err(Error::invalid("happened_at", format!("{moment} is in the future; it is {now} now")));
    }
    if now.since(moment) > 10 * 366 * 86_400 {
        return Err(Error::invalid("happened_at", "More than ten years ago"));
    }
    Ok(Some(moment))
}

// ── reading ──────────────────────────────────────────────────────────────────────────────────────

/// Which part of a timeline, in which order.
#[derive(Clone, Debug, Default)]
pub struct TimelineQuery {
    /// Empty is all.
    pub kinds: Vec<EntryKind>,
    pub oldest_first: bool,
    /// Sealed cursor of the page before.
    pub after: Option<String>,
    /// At most 200.
    pub limit: i64,
}

/// A page of a timeline.
#[derive(Debug)]
pub struct Timeline {
    pub entries: Cleared<Vec<Entry>>,
    pub next: Option<String>,
}

/// The entries of an incident that the viewer may see; the incident itself was cleared before.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<app::model::incident::Incident>,
    query: &TimelineQuery,
) -> Result<Timeline> {
    page(room, viewer, incident, query, Reading::Joined).await
}

/// The same as it was written: a correction is an entry of its own, and the corrected one keeps its words.
pub async fn list_written(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<app::model::incident::Incident>,
    query: &TimelineQuery,
) -> Result<Timeline> {
    page(room, viewer, incident, query, Reading::Written).await
}

/// How corrections are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Joined to the entry that they correct: the newest wording stands, the earlier ones behind it.
    Joined,
    /// Each entry as it was written.
    Written,
}

async fn page(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<app::model::incident::Incident>,
    query: &TimelineQuery,
    reading: Reading,
) -> Result<Timeline> {
    let scope = policy::scope(viewer);
    let purpose = match reading {
        Reading::Joined => "timeline",
        Reading::Written => "entries",
    };
    let from = match &query.after {
        None => None,
        Some(sealed) => {
            let opened = room.seal.open(purpose, sealed).and_then(|text| serde_json::from_str(&text).ok());
            Some(opened.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?)
        }
    };
    let limit = query.limit.clamp(1, 200);
    let filter = EntryFilter {
        kinds: query.kinds.clone(),
        from,
        oldest_first: query.oldest_first,
        corrections: reading == Reading::Written,
        limit: limit + 1,
    };
    let mut rows = store::entry::list_visible(&room.db, scope, incident.id, &filter).await?;
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let next = rows
        .last()
        .filter(|_| more)
        .map(|row| room.seal.seal(purpose, &format!("[{},{}]", row.happened_at.0, row.seq)));
    let (number, marking) = (incident.number.clone(), marking_of(incident));
    let mut context = Context::read(room, scope, incident.id, number, marking, &rows, reading).await?;
    let entries = rows.into_iter().filter_map(|row| context.clear(room, viewer, row)).collect();
    Ok(Timeline { entries, next })
}

/// One entry for a stream: the whole entry that a row of the journal brought or corrected.
pub(crate) async fn find_for(
    room: &Room,
    viewer: &Viewer,
    scope: Scope,
    incident: &store::incident::IncidentRow,
    id: EntryId,
) -> Result<Option<Cleared<Entry>>> {
    let Some(mut row) = store::entry::find_visible(&room.db, scope, id).await? else { return Ok(None) };
    if let Some(original) = row.corrects {
        match store::entry::find_visible(&room.db, scope, original).await? {
            Some(found) => row = found,
            None => return Ok(None),
        }
    }
    let (number, marking) = (incident.number.clone(), marking(room, incident.id, incident.tlp).await?);
    let rows = std::slice::from_ref(&row);
    let mut context = Context::read(room, scope, incident.id, number, marking, rows, Reading::Joined).await?;
    Ok(context.clear(room, viewer, row))
}

/// These entries of one incident, each as it was written; those that the viewer may not see are left out.
pub(crate) async fn find_written(
    room: &Room,
    viewer: &Viewer,
    incident: &store::incident::IncidentRow,
    ids: &[EntryId],
) -> Result<HashMap<EntryId, Cleared<Entry>>> {
    let scope = policy::scope(viewer);
    let mut rows = vec![];
    for id in ids {
        let row = store::entry::find_visible(&room.db, scope, *id).await?;
        rows.extend(row.filter(|row| row.incident_id == incident.id));
    }
    let (number, marking) = (incident.number.clone(), marking(room, incident.id, incident.tlp).await?);
    let mut context =
        Context::read(room, scope, incident.id, number, marking, &rows, Reading::Written).await?;
    let entries = rows.into_iter().filter_map(|row| Some((row.id, context.clear(room, viewer, row)?)));
    Ok(entries.collect())
}

/// The entry with this id, for the answer to its own writing.
pub async fn find(room: &Room, viewer: &Viewer, number: &Number, id: EntryId) -> Result<Cleared<Entry>> {
    let scope = policy::scope(viewer);
    let row = store::incident::find_visible(&room.db, scope, number).await?.ok_or(Error::NotFound)?;
    find_written(room, viewer, &row, &[id]).await?.remove(&id).ok_or(Error::NotFound)
}

/// How many entries of each kind the viewer sees, and the strictest marking among them.
pub async fn count(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<app::model::incident::Incident>,
) -> Result<(HashMap<EntryKind, i64>, Tlp)> {
    let rows = store::entry::count_visible(&room.db, policy::scope(viewer), incident.id).await?;
    let mut counts = HashMap::new();
    let mut highest = incident.tlp;
    for (kind, tlp, count) in rows {
        *counts.entry(kind).or_default() += count;
        highest = highest.max(tlp);
    }
    Ok((counts, highest))
}

/// Who wrote the current understanding, and when; none while it stands as opened.
pub async fn understood(
    room: &Room,
    incident: &Cleared<app::model::incident::Incident>,
) -> Result<Option<(app::model::Person, Moment)>> {
    let found = store::entry::find_last_change(&room.db, incident.id, "summary").await?;
    let directory = room.directory();
    Ok(found.and_then(|(author, at)| Some((directory.person(author?)?.clone(), at))))
}

/// Who changed the incident last, and when, for the page that shows two editors to each other.
pub async fn last_change(
    room: &Room,
    incident: &Cleared<app::model::incident::Incident>,
) -> Result<Option<(app::model::Person, Moment)>> {
    let found = store::entry::find_newest_change(&room.db, incident.id).await?;
    let directory = room.directory();
    Ok(found.and_then(|(author, at)| Some((directory.person(author?)?.clone(), at))))
}

/// What the rows of a timeline refer to, read once.
struct Context {
    number: Number,
    incident: Marking,
    audiences: HashMap<EntryId, Vec<OrganisationId>>,
    named: HashMap<EntryId, Vec<PersonId>>,
    strikes: HashMap<EntryId, StrikeRow>,
    corrections: HashMap<EntryId, Vec<EntryRow>>,
    mentions: HashMap<EntryId, Vec<PersonId>>,
}

fn gather<K: std::hash::Hash + Eq, V>(pairs: Vec<(K, V)>) -> HashMap<K, Vec<V>> {
    let mut map: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in pairs {
        map.entry(key).or_default().push(value);
    }
    map
}

impl Context {
    async fn read(
        room: &Room,
        scope: Scope,
        id: IncidentId,
        number: Number,
        incident: Marking,
        rows: &[EntryRow],
        reading: Reading,
    ) -> Result<Self> {
        let db = &room.db;
        let corrections = match reading {
            Reading::Joined => store::entry::list_corrections(db, scope, id).await?,
            Reading::Written => vec![],
        };
        // Most pages have nothing narrowed and nothing RED.
        let audiences = match rows.iter().any(|row| row.narrowed) {
            true => store::entry::list_audiences(db, id).await?,
            false => vec![],
        };
        let named = match rows.iter().any(|row| row.tlp == Tlp::Red) {
            true => store::entry::list_named(db, id).await?,
            false => vec![],
        };
        Ok(Self {
            number,
            incident,
            audiences: gather(audiences),
            named: gather(named),
            strikes: store::entry::list_strikes(db, id).await?.into_iter().map(|s| (s.entry_id, s)).collect(),
            corrections: gather(
                corrections.into_iter().filter_map(|row| Some((row.corrects?, row))).collect(),
            ),
            mentions: gather(store::mention::list(db, id).await?),
        })
    }

    /// Whom any of these entries calls.
    fn called(&self, entries: impl Iterator<Item = EntryId>) -> Vec<PersonId> {
        let mut people: Vec<_> = entries.filter_map(|id| self.mentions.get(&id)).flatten().copied().collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    fn clear(&mut self, room: &Room, viewer: &Viewer, row: EntryRow) -> Option<Cleared<Entry>> {
        let directory = room.directory();
        let audience = row.narrowed.then(|| self.audiences.get(&row.id).cloned().unwrap_or_default());
        let named = self.named.get(&row.id).cloned().unwrap_or_default();
        let child = Marking { tlp: row.tlp, access: self.incident.access.clone(), named, audience };
        let mut versions = self.corrections.remove(&row.id).unwrap_or_default();
        let mentions = self.called(versions.iter().map(|version| version.id).chain([row.id]));
        // Newest first; the newest is what stands, the older and the original are its earlier wordings.
        let text = versions.first().map_or(&row.body, |newest| &newest.body).clone();
        let mut earlier: Vec<Wording> = versions
            .drain(..)
            .skip(1)
            .map(|v| Wording { id: v.id, text: v.body, recorded_at: v.recorded_at })
            .collect();
        if text != row.body || !earlier.is_empty() {
            earlier.push(Wording { id: row.id, text: row.body.clone(), recorded_at: row.recorded_at });
        }
        let struck = self.strikes.get(&row.id).and_then(|strike| {
            Some(Strike {
                by: directory.person(strike.person_id)?.clone(),
                at: strike.at,
                reason: strike.reason.clone(),
            })
        });
        let change = row.field.clone().map(|field| Change {
            field,
            old: row.old_value.clone().unwrap_or_default(),
            new: row.new_value.clone().unwrap_or_default(),
        });
        let organisations = |ids: &[OrganisationId]| {
            ids.iter().filter_map(|id| directory.organisation(*id).cloned()).collect::<Vec<_>>()
        };
        let entry = Entry {
            id: row.id,
            incident: self.number.clone(),
            kind: row.kind,
            text,
            author: row.author_id.and_then(|id| directory.person(id).cloned()),
            happened_at: row.happened_at,
            recorded_at: row.recorded_at,
            tlp: row.tlp.max(self.incident.tlp),
            audience: child.audience.as_deref().map(organisations).unwrap_or_default(),
            named: child.named.iter().filter_map(|id| directory.person(*id).cloned()).collect(),
            change,
            exhibit: row.exhibit,
            corrects: row.corrects,
            earlier,
            struck,
            mentions: mentions.into_iter().filter_map(|id| directory.person(id).cloned()).collect(),
        };
        policy::clear(viewer, &Inside { incident: &self.incident, child: &child }, entry)
    }
}
