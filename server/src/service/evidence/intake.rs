//! Evidence comes in: asked for first, then streamed to disk, then one transaction makes it an exhibit.
//!
//! Nothing of the body is read before the incident is found and the act is permitted: to a sender who may
//! not see it, an incident answers here as everywhere like a number that was never given.

use app::{
    model::{ExhibitId, entry::EntryKind, exhibit::CustodyAction, id::Number},
    policy::{self, Action, Marking, Standing},
};
use axum::body::Bytes;
use futures::Stream;
use serde::{Deserialize, Serialize};

use super::{
    add_custody, blob,
    blob::{Allowance, Staged},
    body_of,
    check::{Valid, check, permit},
    media, thumbnail,
};
use crate::service::{
    Act, Asker, Begun, Error, Noun, Once, Record, Result, Room,
    entry::NewEntry,
    incident::{Held, audience_of, marking},
    settled,
    store::{self, exhibit::ExhibitRow, incident::IncidentRow},
};

/// Most files in one send.
const FILES: usize = 50;
/// What a link has instead of a type.
const LINK_TYPE: &str = "text/uri-list";

/// What is said about evidence. Words stay as typed until the incident is known.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceInput {
    /// A link instead of a file, or beside it.
    pub url: Option<String>,
    /// As the incident when empty; never looser.
    pub tlp: String,
    /// Slugs of the organisations it is narrowed to.
    pub audience: Vec<String>,
    /// With TLP:RED: e-mail addresses of the people who may see it.
    pub named: Vec<String>,
    pub note: String,
    /// Where it was found.
    pub source_url: Option<String>,
    /// RFC 3339.
    pub captured_at: Option<String>,
}

/// The exhibits that were made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attached {
    pub incident: Number,
    /// `3` is E-3.
    pub exhibits: Vec<i64>,
}

/// A send under way: permitted, its files arriving.
#[derive(Debug)]
pub struct Intake {
    room: Room,
    asker: Asker,
    number: Number,
    marking: Marking,
    allowance: Allowance,
    files: Vec<Taken>,
}

/// A file that arrived.
#[derive(Debug)]
pub(crate) struct Taken {
    name: String,
    staged: Staged,
}

/// Takes one file in.
pub async fn take_in<S, E>(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    name: &str,
    input: EvidenceInput,
    stream: S,
) -> Result<Attached>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
{
    let mut intake = Intake::begin(room, asker, number).await?;
    intake.check(&input, [name])?;
    intake.take(name, stream).await?;
    intake.finish(once, input).await
}

/// Notes a link; what it points to is not fetched.
pub async fn add_link(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: EvidenceInput,
) -> Result<Attached> {
    Intake::begin(room, asker, number).await?.finish(once, input).await
}

impl Intake {
    /// Finds the incident, asks the policy, and looks how much may still come.
    pub async fn begin(room: Room, asker: Asker, number: Number) -> Result<Self> {
        let viewer = &asker.viewer;
        let row = store::incident::find_visible(&room.db, policy::scope(viewer), &number).await?;
        let row = row.ok_or(Error::NotFound)?;
        let marking = marking(&room, row.id, row.tlp).await?;
        policy::clear(viewer, &marking, ()).ok_or(Error::NotFound)?;
        let standing = Standing { lead: row.lead_id == viewer.organisation, ..Standing::default() };
        if !policy::may(viewer, Action::Attach, standing) {
            return Err(Error::Forbidden("Your role reads this incident, it does not write in it."));
        }
        if room.is_read_only() {
            return Err(Error::ReadOnly);
        }
        let usage = store::exhibit::usage(&room.db, &usage_key(&room, &asker, &row)).await?;
        let allowance = allowance(&room, usage);
        Ok(Self { room, asker, number, marking, allowance, files: vec![] })
    }

    /// Finds what is wrong with the words, and with the names of files, before a long file is sent in vain.
    pub fn check<'a>(&self, input: &EvidenceInput, names: impl IntoIterator<Item = &'a str>) -> Result<()> {
        let names: Vec<_> = names.into_iter().collect();
        check(&self.room, &self.asker, &self.marking, (input, &names), self.room.now()).map(drop)
    }

    /// Asks the gate before a file comes, with what was said until then: its bytes are not kept if it is refused.
    pub(super) fn permit_early(&self, input: &EvidenceInput, name: &str) -> Result<()> {
        let EvidenceInput { tlp, audience, named, .. } = input;
        let directory = self.room.directory();
        let audience = audience_of(&directory, &self.asker.viewer, &self.marking, tlp, audience, named);
        match audience {
            Ok(audience) => permit(&self.room, &self.asker, (&self.marking, &audience), (input, &[name])),
            // Who it is for may follow; what is wrong with it is said at the end.
            Err(_) => Ok(()),
        }
    }

    /// Streams one file to disk. It becomes evidence with [`Self::finish`] only.
    pub async fn take<S, E>(&mut self, name: &str, stream: S) -> Result<()>
    where
        S: Stream<Item = Result<Bytes, E>> + Send,
    {
        if self.files.len() == FILES {
            return Err(Error::invalid("file", format!("At most {FILES} files at once")));
        }
        let name = media::clean_name(name);
        let part = format!("{}.part", self.room.ids.uuid());
        let limits = &self.room.evidence_limits;
        let staged = blob::stage(&self.room.evidence, part, limits, &self.allowance, stream).await?;
        if staged.size == 0 {
            return Err(Error::invalid("file", format!("“{name}” is empty; nothing was kept")));
        }
        self.allowance.left -= staged.size;
        self.files.push(Taken { name, staged });
        Ok(())
    }

    /// Makes exhibits of what arrived, in one act. Goes to its end even if the sender goes away.
    pub async fn finish(self, once: Once, input: EvidenceInput) -> Result<Attached> {
        self.check(&input, self.files.iter().map(|file| file.name.as_str()))?;
        if self.files.is_empty() && input.url.as_deref().is_none_or(|url| url.trim().is_empty()) {
            return Err(Error::invalid("file", "Choose a file, or give a link"));
        }
        let mut once = once.with(&serde_json::to_vec(&input).map_err(Error::internal)?);
        for file in &self.files {
            once = once.with(file.name.as_bytes()).with(file.staged.sha256.as_bytes());
        }
        settled(self.record(once, input)).await
    }

    async fn record(self, once: Once, input: EvidenceInput) -> Result<Attached> {
        let (room, asker, number) = (self.room.clone(), self.asker.clone(), self.number.clone());
        let files = self.keep().await?;
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(attached) => return Ok(attached),
        };
        let exhibits = attach(&mut act, &asker, &number, &files, &input).await?;
        let attached = act.commit(Attached { incident: number, exhibits }).await?;
        thumbnail::nudge(&room);
        Ok(attached)
    }

    /// Gives what arrived its place among the organisation's files.
    pub(crate) async fn keep(self) -> Result<Vec<Taken>> {
        let Self { room, asker, files, .. } = self;
        let (root, organisation) = (room.evidence.clone(), asker.viewer.organisation);
        let files = tokio::task::spawn_blocking(move || {
            files.iter().try_for_each(|file| blob::install(&root, organisation, &file.staged))?;
            Ok::<_, Error>(files)
        });
        files.await.map_err(Error::internal)?
    }
}

/// Makes exhibits of files that lie in their places, inside an act that has begun; answers their numbers.
pub(crate) async fn attach(
    act: &mut Act,
    asker: &Asker,
    number: &Number,
    files: &[Taken],
    input: &EvidenceInput,
) -> Result<Vec<i64>> {
    let room = act.room.clone();
    let held = act.incident(number).await?;
    act.permit(&held, Action::Attach)?;
    let names: Vec<_> = files.iter().map(|file| file.name.as_str()).collect();
    let valid = check(&room, asker, &held.marking, (input, &names), act.now())?;
    let key = usage_key(&room, asker, &held.row);
    let usage = store::exhibit::usage_now(&mut act.tx, &key).await?;
    let size: u64 = files.iter().map(|file| file.staged.size).sum();
    let allowance = allowance(&room, usage);
    if size > allowance.left {
        return Err(Error::invalid("file", allowance.refusal));
    }
    add_all(act, held, asker, files, &valid).await
}

/// The files, then the link.
async fn add_all(
    act: &mut Act,
    mut held: Held,
    asker: &Asker,
    files: &[Taken],
    valid: &Valid,
) -> Result<Vec<i64>> {
    let mut number = store::exhibit::last_number(&mut act.tx, held.row.id).await?;
    let mut exhibits = vec![];
    for file in files {
        number += 1;
        let mut row = row_of(act, &held, asker, number, valid);
        row.sha256 = Some(file.staged.sha256.clone());
        row.size = i64::try_from(file.staged.size).map_err(Error::internal)?;
        row.media_type = media::detect(&file.staged.head).to_owned();
        row.name = file.name.clone();
        row.source_url = valid.source_url.clone();
        add(act, &row, asker, valid).await?;
        exhibits.push(number);
    }
    if let Some(url) = &valid.link {
        number += 1;
        let mut row = row_of(act, &held, asker, number, valid);
        row.name = media::clean_link(url);
        row.source_url = Some(url.clone());
        add(act, &row, asker, valid).await?;
        exhibits.push(number);
    }
    if valid.audience.tlp == held.row.tlp.inside() && valid.audience.organisations.is_none() {
        // Only what everybody sees moves the incident: a narrowed exhibit must leave no trace for others.
        held.row.updated_at = act.now();
        store::incident::set_updated(&mut act.tx, &held.row).await?;
    }
    Ok(exhibits)
}

/// An exhibit of this send, as yet a link without an address.
fn row_of(act: &Act, held: &Held, asker: &Asker, number: i64, valid: &Valid) -> ExhibitRow {
    ExhibitRow {
        id: ExhibitId(act.room.ids.uuid()),
        incident_id: held.row.id,
        number,
        seq: 0,
        sha256: None,
        size: 0,
        media_type: LINK_TYPE.to_owned(),
        name: String::new(),
        source_url: None,
        note: valid.note.clone(),
        tlp: valid.audience.tlp,
        narrowed: valid.audience.organisations.is_some(),
        captured_at: valid.captured_at,
        added_by: asker.viewer.person,
        organisation_id: asker.viewer.organisation,
        added_at: act.now(),
    }
}

/// The exhibit, its first line of custody, and its place in the timeline.
async fn add(act: &mut Act, row: &ExhibitRow, asker: &Asker, valid: &Valid) -> Result<()> {
    let mut audience = valid.audience.clone();
    audience.named.sort_unstable();
    if let Some(organisations) = &mut audience.organisations {
        organisations.sort_unstable();
    }
    let body = body_of(row, audience.organisations.as_deref(), &audience.named)?;
    let record = Record {
        incident: Some(row.incident_id),
        noun: Noun::Exhibit,
        noun_id: Some(row.id.0),
        action: "added",
        body,
    };
    let seq = act.record(record).await?;
    store::exhibit::add(&mut act.tx, &ExhibitRow { seq, ..row.clone() }).await?;
    for organisation in audience.organisations.iter().flatten() {
        store::incident::add_audience(&mut act.tx, row.id.0, *organisation).await?;
    }
    for person in &audience.named {
        store::incident::add_named(&mut act.tx, row.id.0, *person).await?;
    }
    add_custody(act, row.incident_id, row.id, CustodyAction::Received, &asker.address, "").await?;
    let entry = NewEntry::of(EntryKind::Evidence, row.tlp).for_audience(audience).text(&row.note);
    let entry = NewEntry { exhibit: Some(row.number), ..entry };
    act.append_new(row.incident_id, entry, "posted").await.map(drop)
}

// ── limits ───────────────────────────────────────────────────────────────────────────────────────

fn usage_key(room: &Room, asker: &Asker, incident: &IncidentRow) -> store::exhibit::UsageKey {
    store::exhibit::UsageKey {
        organisation: asker.viewer.organisation,
        incident: incident.id,
        person: asker.viewer.person,
        since: room.now().plus_seconds(-86_400),
    }
}

/// The narrowest of the limits, and what to say when it is reached.
fn allowance(room: &Room, usage: store::exhibit::Usage) -> Allowance {
    let limits = &room.evidence_limits;
    let left = |limit: u64, used: i64| limit.saturating_sub(u64::try_from(used).unwrap_or(0));
    let all = [
        (left(limits.incident, usage.incident), "by your organisation in this incident"),
        (left(limits.person_day, usage.person_day), "by you within 24 hours"),
        (left(limits.organisation, usage.organisation), "by your organisation"),
    ];
    let narrowest = all.into_iter().min_by_key(|(left, _)| *left);
    let (left, whose) = narrowest.unwrap_or((0, ""));
    let words = app::model::exhibit::size_words(i64::try_from(left).unwrap_or(i64::MAX));
    Allowance { left, refusal: format!("Too much: {words} more may be added {whose}") }
}
