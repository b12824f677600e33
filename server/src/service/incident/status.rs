//! The status and its gates, enforced here and nowhere else.
//!
//! Reported -> Triaged -> Contained -> Resolved -> Closed; a later stage fills in those it skipped. The other
//! ends are Not an incident, Duplicate and Referred. From any end an incident is reopened with a reason. What follows what
//! is said by [`Status::next`].

use app::{
    model::{
        OrganisationId, PersonId, Severity,
        entry::EntryKind,
        id::Number,
        incident::{Disposition, Status, Verification},
    },
    policy::{self, Action},
};
use serde::{Deserialize, Serialize};

use super::{
    Changed, Held,
    change::{begin_change, note},
    sight::people_who_see,
};
use crate::service::{Act, Asker, Begun, Error, Once, Result, Room, clocks, entry::NewEntry, person, store};

/// What Resolved asks for, and what an incident keeps from then on.
pub(super) const NEEDS_VERIFICATION: &str =
    "Say how far it is verified; “Cannot be verified” is an honest end";

#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct StatusInput {
    /// One that follows the present status: open, it goes forward to any later stage, back as far as
    /// `triaged`, or to an end of its own; ended, it is reopened as `reported`.
    pub to: String,
    pub version: i64,
    /// What was done, why it ends, why it is reopened.
    pub note: String,
    pub verification: Option<String>,
    /// With `not_an_incident`.
    pub disposition: Option<String>,
    /// With `duplicate`: a number.
    pub duplicate_of: Option<String>,
    /// With `referred`: the slug of an organisation that takes part and sees it. Those who speak for it are told.
    pub referred_to: Option<String>,
}

pub async fn set_status(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: StatusInput,
) -> Result<Changed> {
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::SetStatus, input.version);
    let to: Status = input.to.trim().parse().map_err(|_| Error::invalid("to", "Choose the next status"))?;
    let from = held.row.status;
    if let Some(why) = cannot_follow(from, to) {
        return Err(Error::invalid("to", why));
    }
    let text = input.note.trim().replace("\r\n", "\n");
    if text.chars().count() > crate::service::entry::TEXT_LIMIT {
        return Err(Error::invalid("note", "At most 20,000 characters"));
    }
    act.permit_words(&held, &[("note", text.as_str())])?;
    set_verification(&mut act, &mut held, &input).await?;
    let detail = pass(&mut act, &mut held, &room, &input, to, &text).await?;
    let label = detail.map_or_else(|| to.label().to_owned(), |detail| format!("{}: {detail}", to.label()));
    let entry =
        NewEntry::about(EntryKind::Status, &held.marking).change("status", from.label(), label).text(text);
    act.append_new(held.row.id, entry, "status").await?;
    held.row.status = to;
    let changed = act.save(&mut held).await?;
    act.commit(changed).await
}

/// Why an incident does not go from one status to the other, where it does not; what it can become instead.
pub fn cannot_follow(from: Status, to: Status) -> Option<String> {
    let next = from.next();
    if to == from {
        return Some(format!("It is {} already", to.label()));
    }
    if next.contains(&to) {
        return None;
    }
    if !from.is_open() {
        return Some("It has ended; reopen it first, with a reason".into());
    }
    let labels: Vec<_> = next.iter().map(|status| status.label()).collect();
    let (last, others) = labels.split_last()?;
    Some(format!("It is {}, and becomes {} or {last}, not {}", from.label(), others.join(", "), to.label()))
}

/// A verification that comes with the status, as Resolved may bring it.
async fn set_verification(act: &mut Act, held: &mut Held, input: &StatusInput) -> Result<()> {
    let Some(word) = input.verification.as_deref().map(str::trim).filter(|word| !word.is_empty()) else {
        return Ok(());
    };
    let verification: Verification =
        word.parse().map_err(|_| Error::invalid("verification", "Choose how far it is verified"))?;
    if verification != held.row.verification {
        note(act, held, "verification", held.row.verification.label(), verification.label(), "").await?;
        held.row.verification = verification;
    }
    Ok(())
}

/// Asks the gate of the next status and notes when its stages were reached. Answers what stands behind the
/// status's word ("Duplicate of WF-0131").
async fn pass(
    act: &mut Act,
    held: &mut Held,
    room: &Room,
    input: &StatusInput,
    to: Status,
    text: &str,
) -> Result<Option<String>> {
    let (now, from) = (act.now(), held.row.status);
    let needs = |field: &'static str, message: &'static str| Err(Error::invalid(field, message));
    let backwards = from.is_open() && to.is_open() && to < from;
    if (backwards || !from.is_open()) && text.is_empty() {
        return needs("note", "Say why it is opened again");
    }
    if held.row.hold_since.is_some() {
        note(act, held, "hold", held.row.hold_reason.clone().unwrap_or_default().as_str(), "Resumed", "")
            .await?;
        clocks::resume(&mut held.row, now);
    }
    let row = &mut held.row;
    let after_triage = matches!(to, Status::Triaged | Status::Contained | Status::Resolved | Status::Closed);
    if after_triage && row.owner_id.is_none() {
        return needs("to", "It needs an owner first: the one person answerable for the next update");
    }
    match to {
        Status::Reported => {
            row.disposition = None;
            row.duplicate_of = None;
            row.referred_to = None;
            (row.acknowledged_at, row.contained_at, row.resolved_at) = (None, None, None);
            (row.closed_at, row.resolved_by) = (None, None);
            clocks::restart(room, row, now);
        }
        Status::Triaged => {
            row.acknowledged_at.get_or_insert(now);
            (row.contained_at, row.resolved_at, row.resolved_by) = (None, None, None);
        }
        Status::Contained => {
            if text.is_empty() {
                return needs("note", "Say what was done");
            }
            row.acknowledged_at.get_or_insert(now);
            row.contained_at.get_or_insert(now);
            (row.resolved_at, row.resolved_by) = (None, None);
        }
        Status::Resolved | Status::Closed => {
            if row.verification == Verification::Unverified {
                return needs("verification", NEEDS_VERIFICATION);
            }
            row.acknowledged_at.get_or_insert(now);
            row.contained_at.get_or_insert(now);
            if row.resolved_at.is_none() {
                row.resolved_at = Some(now);
                row.resolved_by = act.actor.as_ref().map(|viewer| viewer.person);
            }
            if to == Status::Closed {
                return close(act, held, text).await.map(|()| None);
            }
        }
        Status::NotAnIncident => {
            let word = input.disposition.as_deref().unwrap_or_default().trim();
            let disposition: Disposition =
                word.parse().map_err(|_| Error::invalid("disposition", "Say why it is not an incident"))?;
            row.disposition = Some(disposition);
            row.closed_at = Some(now);
            return Ok(Some(disposition.label().to_owned()));
        }
        Status::Duplicate => return duplicate(act, held, input).await.map(Some),
        Status::Referred => {
            let (id, name) = referred_to(room, held, input)?;
            held.row.referred_to = Some(id);
            held.row.closed_at = Some(now);
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// To whom it is referred: an organisation of which somebody sees it and has a part in it, so that it is no end that nobody
/// knows of. What crosses to it crossed by the share that gave it its part.
fn referred_to(room: &Room, held: &Held, input: &StatusInput) -> Result<(OrganisationId, String)> {
    let refused = |why: String| Err(Error::invalid("referred_to", why));
    let slug = input.referred_to.as_deref().unwrap_or_default().trim();
    let directory = room.directory();
    let Some(organisation) = directory.sitting_by_slug(slug) else {
        return refused("Say to which organisation".into());
    };
    let (id, name) = (organisation.id, organisation.short.clone());
    if id == held.row.lead_id {
        return refused(format!("{name} leads it"));
    }
    let people = people_who_see(room, &held.marking);
    if !held.marking.access.contains(&id) || !people.iter().any(|person| person.organisation.id == id) {
        return refused(format!("{name} cannot work on this incident: share it with them first"));
    }
    Ok((id, name))
}

/// Closed needs a closure note, and for what was ever High or above a second person.
async fn close(act: &mut Act, held: &mut Held, text: &str) -> Result<()> {
    if text.is_empty() {
        return Err(Error::invalid("note", "Write a closure note"));
    }
    let closer = act.actor.as_ref().map(|viewer| viewer.person);
    if ever_needed_two(act, held).await? && !is_second(act, held.row.resolved_by, closer).await? {
        return Err(Error::invalid(
            "to",
            "What was ever High or above a second person closes: somebody other than the one who resolved it, \
             and whom neither of the two let in or made a link for less than 72 hours ago, nor one third person both",
        ));
    }
    held.row.closed_at = Some(act.now());
    Ok(())
}

/// Whether two people are two.
async fn is_second(act: &mut Act, first: Option<PersonId>, second: Option<PersonId>) -> Result<bool> {
    match (first, second) {
        (Some(first), Some(second)) => Ok(first != second && !person::beholden(act, second, first).await?),
        _ => Ok(first != second),
    }
}

/// Whether its severity since it was opened ever asked for two: who lowers it does not thereby close alone.
async fn ever_needed_two(act: &mut Act, held: &Held) -> Result<bool> {
    let words = store::entry::list_values(&mut act.tx, held.row.id, "severity").await?;
    let mut ever = words.iter().filter_map(|word| Severity::ALL.iter().find(|it| it.label() == *word));
    Ok(held.row.severity.needs_second_person() || ever.any(|severity| severity.needs_second_person()))
}

/// The other incident must exist for the one who says so: a hidden number answers like one never given.
async fn duplicate(act: &mut Act, held: &mut Held, input: &StatusInput) -> Result<String> {
    let unknown = || Error::invalid("duplicate_of", "There is no incident with this number");
    let typed = input.duplicate_of.as_deref().unwrap_or_default().trim().to_uppercase();
    let number: Number = typed.parse().map_err(|_| unknown())?;
    let row = store::incident::find(&mut act.tx, &number).await?.ok_or_else(unknown)?;
    let other = act.held(row).await?;
    policy::clear(act.viewer()?, &other.marking, ()).ok_or_else(unknown)?;
    if other.row.id == held.row.id || other.row.duplicate_of.is_some() {
        return Err(Error::invalid("duplicate_of", "Choose the incident that stays"));
    }
    held.row.duplicate_of = Some(other.row.id);
    held.row.closed_at = Some(act.now());
    // The label must not name a number that a reader of this incident may not see: the page resolves it.
    Ok("of another incident".to_owned())
}
