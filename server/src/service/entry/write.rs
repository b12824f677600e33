//! Entries posted, corrected and struck.

use app::{
    model::{EntryId, Moment, entry::EntryKind, id::Number},
    policy::{self, Action, Inside, Marking, Standing},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Act, Asker, Begun, Error, Noun, Once, Record, Result, Room, clocks,
        incident::{Held, audience_of},
        mention, share,
        store::{
            self,
            entry::{EntryRow, StrikeRow},
        },
    },
    NewEntry, checked_text, happened_at,
};

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
async fn read_posted(act: &mut Act, held: &Held, input: &PostEntry) -> Result<NewEntry> {
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
            NewEntry { text, happened_at, ..NewEntry::of(kind, audience.tlp).for_audience(audience) }
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

async fn append_posted(act: &mut Act, mut held: Held, id: EntryId, new: NewEntry) -> Result<()> {
    let room = act.room.clone();
    let for_everybody = new.tlp == held.row.tlp.inside() && new.audience.is_none() && new.corrects.is_none();
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
    held: &Held,
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
        ..NewEntry::of(old.kind, old.tlp.inside())
    })
}

/// An entry inside a write, if it exists for the one who acts.
async fn visible(act: &mut Act, held: &Held, id: EntryId) -> Result<(EntryRow, Marking)> {
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
    let (row, marking) = visible(&mut act, &held, id).await?;
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
    let inside = Inside { incident: &held.marking, child: &marking };
    share::permit_words(&room, viewer, &inside, &[("reason", reason.as_str())])?;
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
