//! What becomes of a share: seen, acknowledged and answered by its recipient, taken back by its sender.

use app::{
    model::{Moment, ShareId, Tlp, entry::EntryKind, id::Number, share::ShareState},
    policy::{self, Action, Cleared, Standing, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Act, Asker, Begun, Conflict, Error, Noun, Once, Record, Result, Room,
        entry::{Before, NewEntry, checked_text},
        incident::Held,
        settled,
        store::{self, share::ShareRow},
    },
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
    let party = row.from_organisation == viewer.organisation || row.to_organisation == viewer.organisation;
    policy::clear(&viewer, &held.marking, ()).filter(|_| party).ok_or(Error::NotFound)?;
    let standing =
        Standing { own_organisation: row.to_organisation == viewer.organisation, ..held.standing(&viewer) };
    let action = if step == Step::Revoke { Action::Revoke } else { Action::AnswerShare };
    if !policy::may(&viewer, action, standing) {
        let words = if step == Step::Revoke {
            "The lead organisation takes it back."
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

/// An answer stands in the timeline, for the two organisations that it concerns.
async fn answered(act: &mut Act, held: &Held, row: &ShareRow) -> Result<()> {
    let text = row.answer.clone().unwrap_or_default();
    let mut entry = NewEntry::about(EntryKind::Answer, &held.marking).text(text);
    if matches!(entry.tlp, Tlp::Amber | Tlp::AmberStrict) {
        let pair = vec![row.from_organisation, row.to_organisation];
        entry.audience = held.marking.access.iter().any(|id| !pair.contains(id)).then_some(pair);
    }
    act.append_new(held.row.id, entry, "posted").await.map(drop)
}

/// The last standing share gone, the organisation sees nothing any more, from this commit on.
async fn take_back(act: &mut Act, held: &mut Held, row: &ShareRow) -> Result<()> {
    let to = row.to_organisation;
    let standing = store::share::list_standing(&mut act.tx, held.row.id, to).await?;
    let before = Before::from(&held.marking);
    let loses = standing.is_empty() && to != held.row.lead_id;
    words::unname(act, held, row, &standing).await?;
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
    let name = act.room.directory().organisation(to).map_or_else(String::new, |to| to.short.clone());
    let entry = NewEntry::about(EntryKind::Share, &held.marking).change("share", name, "taken back");
    let before = fewer.then_some(before);
    act.append_new(held.row.id, NewEntry { before, ..entry }, "unshared").await?;
    act.save(held).await.map(drop)
}

/// Somebody of the recipient has opened the incident: its shares to them are seen from now on. A room that
/// takes no writes shows the page all the same.
pub async fn note_seen(
    room: &Room,
    asker: &Asker,
    incident: &Cleared<app::model::incident::Incident>,
) -> Result<()> {
    let viewer = &asker.viewer;
    let standing = Standing { own_organisation: true, ..Standing::default() };
    if room.is_read_only() || !policy::may(viewer, Action::AnswerShare, standing) {
        return Ok(());
    }
    for id in store::share::list_unseen(&room.db, incident.id, viewer.organisation).await? {
        let seen = step(room.clone(), asker.clone(), Once::each_time(), id, None, Step::Seen);
        if let Err(error) = settled(seen).await {
            tracing::warn!(%error, "a share could not be marked as seen");
        }
    }
    Ok(())
}
