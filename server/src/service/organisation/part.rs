//! The part that an organisation had in one incident, as it ends: each end is an entry of the timeline that says so
//! in plain words, a row of the journal for each crossing, and from the commit on no query finds it.

use app::model::{
    IncidentId, Organisation, PersonId,
    entry::EntryKind,
    hold::{HoldKind, HoldState},
    share::LEFT,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::super::{
    Act, Noun, Record, Result, clocks,
    entry::{Before, NewEntry},
    incident::{Held, clearance},
    share, store,
};

/// Why an incident rests that nobody else sees.
const RESTS: &str = "Its organisation left the room, and nobody else sees it.";
/// Days until somebody is to look at it again, should it come to that.
const REVIEW_DAYS: i64 = 365;

/// Ends its part in an incident that another leads, or that has ended.
pub(super) async fn end(act: &mut Act, id: IncidentId, leaving: &Organisation) -> Result<()> {
    // An entry or exhibit that names somebody keeps its names: it is no row that changes.
    let Some(row) = store::incident::find_by_id(&mut act.tx, id).await? else { return Ok(()) };
    let mut held = act.held(row).await?;
    if held.row.lead_id == leaving.id {
        // It has ended, and stays what it was: its lead sees it again once it is back.
        return Ok(());
    }
    let before = take_away(act, &mut held, leaving).await?;
    let entry = NewEntry::about(EntryKind::Share, &held.marking).change("share", &leaving.short, LEFT);
    act.append_new(id, NewEntry { before: Some(before), ..entry }, "unshared").await?;
    if held.origin == leaving.id {
        held.origin = held.row.lead_id;
    }
    share::take_back_passed_on(act, &mut held, leaving.id).await?;
    act.save(&mut held).await.map(drop)
}

/// Another organisation, which sees it already, leads from now on. It has no owner until somebody takes it.
pub(super) async fn hand_on(
    act: &mut Act,
    held: &mut Held,
    leaving: &Organisation,
    lead: &Organisation,
) -> Result<()> {
    let (id, now) = (held.row.id, act.now());
    let before = take_away(act, held, leaving).await?;
    if !held.marking.access.contains(&lead.id) {
        store::incident::add_access(&mut act.tx, id, lead.id, now).await?;
        held.marking.access.push(lead.id);
    }
    let directory = act.room.directory();
    let owner = held.row.owner_id.take().and_then(|id| directory.person(id).cloned());
    (held.row.lead_id, held.row.lead_slug) = (lead.id, lead.slug.clone());
    if held.origin == leaving.id {
        held.origin = lead.id;
    }
    held.row.handover_to = None;
    let entry = NewEntry::about(EntryKind::System, &held.marking)
        .change("lead", &leaving.short, &lead.short)
        .text(format!("{} {LEFT}.", leaving.short));
    act.append_new(id, NewEntry { before: Some(before), ..entry }, "unshared").await?;
    if let Some(owner) = owner {
        let name = format!("{} ({})", owner.name, owner.organisation.short);
        let entry = NewEntry::about(EntryKind::System, &held.marking).change("owner", name, "");
        act.append_new(id, entry, "changed").await?;
    }
    clearance::lapse(act, held).await?;
    share::lapse(act, held).await?;
    act.save(held).await.map(drop)
}

/// Ends shares, access and names of an organisation in an incident. Answers who saw it until now.
async fn take_away(act: &mut Act, held: &mut Held, leaving: &Organisation) -> Result<Before> {
    let before = Before::from(&held.marking);
    for row in store::share::list_standing_to(&mut act.tx, held.row.id, leaving.id).await? {
        share::end(act, row).await?;
    }
    store::incident::remove_access(&mut act.tx, held.row.id, leaving.id).await?;
    held.marking.access.retain(|id| *id != leaving.id);
    let directory = act.room.directory();
    let theirs =
        |id: &PersonId| directory.person(*id).is_some_and(|person| person.organisation.id == leaving.id);
    for person in held.marking.named.iter().filter(|id| theirs(id)) {
        store::incident::remove_named_person(&mut act.tx, held.row.id.0, *person).await?;
    }
    held.marking.named.retain(|id| !theirs(id));
    held.row.handover_to = held.row.handover_to.filter(|id| !theirs(id));
    Ok(before)
}

async fn note(
    act: &mut Act,
    incident: IncidentId,
    (noun, id): (Noun, Uuid),
    action: &'static str,
    body: &Value,
) -> Result<()> {
    let record = Record { incident: Some(incident), noun, noun_id: Some(id), action, body: body.to_string() };
    act.record(record).await.map(drop)
}

/// Nobody else sees it, and nobody is shown it: it stays whole, its clocks stand still until the organisation is
/// back. One that is on hold already stays so.
pub(super) async fn lay_to_rest(act: &mut Act, held: &mut Held, leaving: &Organisation) -> Result<()> {
    if held.row.hold_since.is_some() {
        return Ok(());
    }
    let now = act.now();
    let entry = NewEntry::about(EntryKind::System, &held.marking)
        .change("hold", "", "At rest")
        .text(format!("{} {LEFT}.", leaving.short));
    act.append_new(held.row.id, entry, "changed").await?;
    held.row.hold_since = Some(now);
    held.row.hold_reason = Some(RESTS.to_owned());
    held.row.hold_review_at = Some(now.plus_seconds(REVIEW_DAYS * 86_400));
    act.save(held).await.map(drop)
}

/// Lets the clocks of an incident run again that rested.
pub(super) async fn wake(act: &mut Act, held: &mut Held) -> Result<()> {
    if held.row.hold_reason.as_deref() != Some(RESTS) {
        return Ok(());
    }
    let entry = NewEntry::about(EntryKind::System, &held.marking).change("hold", "At rest", "Resumed");
    act.append_new(held.row.id, entry, "changed").await?;
    let now = act.now();
    clocks::resume(&mut held.row, now);
    act.save(held).await.map(drop)
}

/// What waits for its counsel, and what others' counsel would let out to it, goes nowhere any more.
pub(super) async fn withdraw_holds(act: &mut Act, leaving: &Organisation) -> Result<()> {
    let by = act.viewer()?.person;
    for mut row in store::hold::list_between(&mut act.tx, leaving.id).await? {
        // An entry is for all who read the timeline: it does not wait for this organisation alone.
        if row.kind == HoldKind::Entry && row.from_organisation != leaving.id {
            continue;
        }
        row.version += 1;
        (row.state, row.comment) = (HoldState::Withdrawn, format!("{} {LEFT}.", leaving.short));
        (row.decided_at, row.decided_by) = (Some(act.now()), Some(by));
        store::hold::set_state(&mut act.tx, &row).await?;
        let body = json!({ "id": row.id, "state": row.state, "comment": row.comment });
        note(act, row.incident_id, (Noun::Hold, row.id.0), share::WITHDRAWN, &body).await?;
    }
    Ok(())
}
