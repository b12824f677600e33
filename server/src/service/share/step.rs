//! What becomes of a share: seen, acknowledged and answered by its recipient, taken back by its sender.

use app::{
    model::{Moment, OrganisationId, ShareId, entry::EntryKind, id::Number, share::ShareState},
    policy::{self, Action, Standing, Viewer},
};
use futures::{FutureExt, future::BoxFuture};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Act, Asker, Begun, Conflict, Error, Noun, Once, Record, Result, Room,
        entry::{Before, NewEntry, checked_text},
        incident::Held,
        settled,
        store::{self, share::ShareRow},
    },
    Crossed, onward, reach,
    sight::between,
    waits, words,
};

/// What the recipient does with a share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    Seen,
    Acknowledge,
    Answer(String),
    /// The organisation that shared takes it back.
    Revoke,
}

impl Step {
    const fn minds_an_answer(&self) -> bool {
        matches!(self, Self::Answer(_) | Self::Revoke)
    }
}

/// Where a share stands after a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stepped {
    pub id: ShareId,
    pub number: Number,
    /// It waits for counsel under this id.
    #[serde(default)]
    pub held: bool,
}

/// `version`: the one that the person saw. Who answers what was answered meanwhile, or takes back what has
/// an answer that they have not read, is told so; other steps go together.
pub async fn step(
    room: Room,
    asker: Asker,
    once: Once,
    id: ShareId,
    version: Option<i64>,
    step: Step,
) -> Result<Stepped> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(stepped) => return Ok(stepped),
    };
    let row = store::share::find(&mut act.tx, id).await?.ok_or(Error::NotFound)?;
    let incident = store::incident::find_by_id(&mut act.tx, row.incident_id).await?.ok_or(Error::NotFound)?;
    let mut held = act.held(incident).await?;
    let viewer = act.viewer()?.clone();
    let named = store::incident::list_named(&mut act.tx, row.id.0).await?;
    let reads = Crossed::share(&row, named).is_read_by(&viewer);
    policy::clear(&viewer, &held.marking, ()).filter(|_| reads).ok_or(Error::NotFound)?;
    let standing = Standing {
        own_organisation: row.to_organisation == viewer.organisation,
        sent: row.from_organisation == viewer.organisation,
        ..held.standing(&viewer)
    };
    let action = if step == Step::Revoke { Action::Revoke } else { Action::AnswerShare };
    if !policy::may(&viewer, action, standing) {
        let words = if step == Step::Revoke {
            "Whoever sent it, or the lead, takes it back."
        } else {
            "The organisation that received it answers."
        };
        return Err(Error::Forbidden(words));
    }
    if row.state.is_over() {
        let words = match row.state {
            ShareState::Ended => "This share has ended: its recipient left the room",
            _ => "This share was taken back",
        };
        return Err(Error::invalid("state", words));
    }
    if version.is_some_and(|seen| seen != row.version) && row.answered_at.is_some() && step.minds_an_answer()
    {
        let directory = act.room.directory();
        let by = row.answered_by.and_then(|id| directory.person(id)).map(|person| person.name.clone());
        let (number, version) = (held.row.number.clone(), row.version);
        return Err(Error::Conflict(Box::new(Conflict { number, version, by: by.unwrap_or_default() })));
    }
    let number = held.row.number.clone();
    if let Step::Answer(text) = &step
        && row.answered_at.is_none()
    {
        let text = checked_text("text", text)?;
        let reasons = words::answer_reasons(&act.room, &viewer, &row, &text);
        if !reasons.is_empty() {
            let id = words::hold_answer(&mut act, &held, &row, &text, &reasons).await?;
            return act.commit(Stepped { id, number, held: true }).await;
        }
    }
    perform(&mut act, &mut held, row, &step).await?;
    act.commit(Stepped { id, number, held: false }).await
}

/// Does the step as whoever acts: permitted before this.
pub(super) async fn perform(act: &mut Act, held: &mut Held, mut row: ShareRow, step: &Step) -> Result<()> {
    let viewer = act.viewer()?.clone();
    let Some(word) = advance(&mut row, step, &viewer, act.now())? else { return Ok(()) };
    row.version += 1;
    row.waits = waits(&act.room, &row);
    store::share::set_state(&mut act.tx, &row).await?;
    let body = serde_json::json!({ "id": row.id, "state": row.state, "answer": row.answer }).to_string();
    let record = Record {
        incident: Some(row.incident_id),
        noun: Noun::Share,
        noun_id: Some(row.id.0),
        action: word,
        body,
    };
    act.record(record).await?;
    match step {
        Step::Revoke => take_back(act, held, &row).await,
        Step::Answer(_) => answered(act, held, &row).await,
        Step::Seen | Step::Acknowledge => Ok(()),
    }
}

/// Moves the share on; a step that was reached before changes nothing.
fn advance(row: &mut ShareRow, step: &Step, viewer: &Viewer, now: Moment) -> Result<Option<&'static str>> {
    let person = Some(viewer.person);
    Ok(match step {
        Step::Seen if row.seen_at.is_some() => None,
        Step::Seen => {
            (row.seen_at, row.seen_by, row.state) = (Some(now), person, ShareState::Seen);
            Some("seen")
        }
        Step::Acknowledge if row.acknowledged_at.is_some() => None,
        Step::Acknowledge => {
            row.seen_at.get_or_insert(now);
            row.seen_by = row.seen_by.or(person);
            (row.acknowledged_at, row.acknowledged_by, row.state) =
                (Some(now), person, ShareState::Acknowledged);
            Some("acknowledged")
        }
        Step::Answer(_) if row.answered_at.is_some() => {
            return Err(Error::invalid("text", "It was answered before; post an update for more"));
        }
        Step::Answer(text) => {
            let text = checked_text("text", text)?;
            row.seen_at.get_or_insert(now);
            row.acknowledged_at.get_or_insert(now);
            row.seen_by = row.seen_by.or(person);
            row.acknowledged_by = row.acknowledged_by.or(person);
            (row.answered_at, row.answered_by, row.state) = (Some(now), person, ShareState::Answered);
            row.answer = Some(text);
            Some("answered")
        }
        Step::Revoke => {
            (row.revoked_at, row.revoked_by, row.state) = (Some(now), person, ShareState::Revoked);
            Some("revoked")
        }
    })
}

/// An answer stands in the timeline, for the two organisations that it concerns: never wider than the share.
async fn answered(act: &mut Act, held: &Held, row: &ShareRow) -> Result<()> {
    let text = row.answer.clone().unwrap_or_default();
    let entry = between(act, held, row, EntryKind::Answer).await?.text(text);
    act.append_new(held.row.id, entry, "posted").await.map(drop)
}

/// One that goes with another. Boxed: taking back leads to taking back.
fn revoke<'a>(act: &'a mut Act, held: &'a mut Held, row: ShareRow) -> BoxFuture<'a, Result<()>> {
    async move { perform(act, held, row, &Step::Revoke).await }.boxed()
}

/// What an organisation passed on goes with it, and what it asked for: it has no part any more.
pub(crate) async fn take_back_passed_on(act: &mut Act, held: &mut Held, from: OrganisationId) -> Result<()> {
    let standing = store::share::list_standing(&mut act.tx, held.row.id).await?;
    for other in reach::passed_on(standing, from) {
        revoke(act, held, other).await?;
    }
    onward::lapse(act, held).await
}

/// From this commit on the organisation sees nothing any more, if no other standing share reaches it. What it
/// passed on goes with it.
pub(super) async fn take_back(act: &mut Act, held: &mut Held, row: &ShareRow) -> Result<()> {
    let to = row.to_organisation;
    let name = act.room.directory().organisation(to).map_or_else(String::new, |to| to.short.clone());
    if !row.admits {
        let entry = between(act, held, row, EntryKind::Share).await?.change("share", name, "taken back");
        return act.append_new(held.row.id, entry, "unshared").await.map(drop);
    }
    let standing = store::share::list_standing(&mut act.tx, held.row.id).await?;
    let before = Before::from(&held.marking);
    let access = &held.marking.access;
    let loses = access.contains(&to) && !reach::is_reached(held.row.lead_id, access, &standing, to);
    let still: Vec<_> =
        standing.iter().filter(|other| !loses && other.to_organisation == to).cloned().collect();
    words::unname(act, held, row, &still).await?;
    let fewer = loses || before.named != held.marking.named;
    if loses {
        store::incident::remove_access(&mut act.tx, held.row.id, to).await?;
        held.marking.access.retain(|id| *id != to);
        let directory = act.room.directory();
        let waiting = held.row.handover_to.and_then(|id| directory.person(id)).map(|p| p.organisation.id);
        if waiting == Some(to) {
            held.row.handover_to = None;
        }
    }
    if !fewer {
        // Nobody takes part less: it concerns those who read it.
        let entry = between(act, held, row, EntryKind::Share).await?.change("share", name, "taken back");
        act.append_new(held.row.id, entry, "unshared").await?;
        return onward::lapse(act, held).await;
    }
    let entry = NewEntry::about(EntryKind::Share, &held.marking).change("share", name, "taken back");
    act.append_new(held.row.id, NewEntry { before: Some(before), ..entry }, "unshared").await?;
    if loses {
        for other in reach::passed_on(standing, to) {
            revoke(act, held, other).await?;
        }
    }
    onward::lapse(act, held).await?;
    act.save(held).await.map(drop)
}

/// Somebody of the recipient has their words, by whatever page, call or stream: they are seen from now on. A room
/// that takes no writes shows them all the same.
pub(crate) async fn note_seen(
    room: &Room,
    asker: &Asker,
    shares: impl IntoIterator<Item = ShareId>,
) -> Result<()> {
    if room.is_read_only() {
        return Ok(());
    }
    let (room, asker, shares) = (room.clone(), asker.clone(), shares.into_iter().collect::<Vec<_>>());
    let seen = settled(async move {
        let mut act = room.begin_for(asker.viewer.clone(), &asker.request).await?;
        for id in shares {
            let Some(row) = store::share::find(&mut act.tx, id).await? else { continue };
            let Some(incident) = store::incident::find_by_id(&mut act.tx, row.incident_id).await? else {
                continue;
            };
            let mut held = act.held(incident).await?;
            let named = store::incident::list_named(&mut act.tx, id.0).await?;
            let reads = Crossed::share(&row, named).is_read_by(&asker.viewer);
            if reads && row.to_organisation == asker.viewer.organisation && row.seen_at.is_none() {
                perform(&mut act, &mut held, row, &Step::Seen).await?;
            }
        }
        act.commit_own().await
    });
    if let Err(error) = seen.await {
        tracing::warn!(%error, "shares could not be marked as seen");
    }
    Ok(())
}
