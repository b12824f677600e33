//! TLP:CLEAR takes two of the lead: a liaison asks, counsel accepts or refuses. Nothing is public in between.

use app::{
    model::{Tlp, entry::EntryKind, id::Number, incident::Clearance},
    policy::{self, Action, Standing},
};
use serde::{Deserialize, Serialize};

use super::{
    Changed, Held,
    change::{finish, note},
    marking::{label_needs_origin, relabel},
    refusal,
};
use crate::service::{
    Act, Asker, Begun, Directory, Error, Once, Result, Room,
    entry::{Before, NewEntry, checked_text},
    person,
    share::Survey,
    store::incident::IncidentRow,
};

/// Said where an incident would be opened as TLP:CLEAR.
pub(super) const NOT_AT_ONCE: &str =
    "TLP:CLEAR takes two: open it as TLP:GREEN, then your liaison asks and your counsel accepts";
/// The field of the timeline, and what it says.
const FIELD: &str = "clearance";
pub(crate) const ASKED: &str = "Asked";
const ACCEPTED: &str = "Accepted";
const REFUSED: &str = "Refused";
const LAPSED: &str = "Lapsed";
/// Said in the timeline where what was accepted is no longer what stands.
const EDITED: &str = "What two accepted for the public is edited. It takes them again.";

#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ClearanceInput {
    /// The version that the decision was made from.
    #[schema(required)]
    pub version: i64,
    /// `accept` or `refuse`
    pub decision: String,
    /// A refusal needs one. It stands in the timeline.
    pub comment: String,
}

/// What a liaison asks, as the page shows it.
pub(super) fn asked(directory: &Directory, row: &IncidentRow) -> Option<Clearance> {
    let by = row.clear_asked_by.and_then(|id| directory.person(id).cloned())?;
    Some(Clearance { by, at: row.clear_asked_at?, reason: row.clear_reason.clone().unwrap_or_default() })
}

/// A liaison asks; the label stays until counsel accepts.
pub(super) async fn ask(act: &mut Act, held: &mut Held, reason: String) -> Result<()> {
    act.permit(held, Action::AskClear)?;
    if held.row.clear_asked_by.is_some() {
        return Err(Error::invalid("tlp", "It is asked for already, and waits for counsel"));
    }
    note(act, held, FIELD, "", ASKED, &reason).await?;
    held.row.clear_asked_by = Some(act.viewer()?.person);
    held.row.clear_asked_at = Some(act.now());
    held.row.clear_reason = Some(reason);
    Ok(())
}

/// Counsel decides; with their acceptance the incident is TLP:CLEAR.
pub async fn decide_clearance(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: ClearanceInput,
) -> Result<Changed> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(changed) => return Ok(changed),
    };
    let mut held = act.incident(&number).await?;
    permit(&mut act, &held).await?;
    act.fresh(&held, input.version)?;
    if held.row.clear_asked_by.is_none() {
        return Err(Error::invalid("decision", "Nobody asks for TLP:CLEAR any more"));
    }
    match input.decision.trim() {
        "accept" => {
            label_needs_origin(&act, &held, Tlp::Clear)?;
            let comment = match input.comment.trim() {
                "" => String::new(),
                typed => checked_text("comment", typed)?,
            };
            act.permit_words(&held, &[("comment", comment.as_str())])?;
            note(&mut act, &held, FIELD, ASKED, ACCEPTED, &comment).await?;
            let reason = end(&mut held).unwrap_or_default();
            relabel(&mut act, &asker, &mut held, (Tlp::Clear, vec![]), reason, &Survey::default()).await?;
        }
        "refuse" => {
            let comment = checked_text("comment", &input.comment)?;
            act.permit_words(&held, &[("comment", comment.as_str())])?;
            note(&mut act, &held, FIELD, ASKED, REFUSED, &comment).await?;
            end(&mut held);
        }
        _ => return Err(Error::invalid("decision", "Accept or refuse")),
    }
    finish(act, held).await
}

/// Counsel of the lead, and neither who asked nor somebody whom they lately let in.
async fn permit(act: &mut Act, held: &Held) -> Result<()> {
    let viewer = act.viewer()?.clone();
    let by = held.row.clear_asked_by;
    let beholden = match by {
        Some(by) => person::beholden(act, viewer.person, by).await?,
        None => false,
    };
    let standing = Standing { author: by == Some(viewer.person), beholden, ..held.standing(&viewer) };
    match policy::may(&viewer, Action::DecideClear, standing) {
        true => Ok(()),
        false => Err(Error::Forbidden(refusal(Action::DecideClear))),
    }
}

/// A request ends where another label or another lead makes it another question.
pub(crate) async fn lapse(act: &mut Act, held: &mut Held) -> Result<()> {
    if held.row.clear_asked_by.is_none() {
        return Ok(());
    }
    note(act, held, FIELD, ASKED, LAPSED, "").await?;
    end(held);
    Ok(())
}

/// What two accepted is the head as it stood. Whoever edits it takes the incident back to TLP:GREEN in the same act:
/// nothing is published that nobody accepted, and nobody waits to put a mistake right.
pub(super) async fn withdraw(act: &mut Act, held: &mut Held) -> Result<()> {
    if held.row.tlp != Tlp::Clear {
        return Ok(());
    }
    let before = Before::from(&held.marking);
    (held.row.tlp, held.marking.tlp) = (Tlp::Green, Tlp::Green);
    let entry = NewEntry::about(EntryKind::System, &held.marking)
        .change("tlp", Tlp::Clear.label(), Tlp::Green.label())
        .text(EDITED);
    let entry = NewEntry { before: Some(before), ..entry };
    act.append_new(held.row.id, entry, "marked").await.map(drop)
}

/// Answers why it was asked.
fn end(held: &mut Held) -> Option<String> {
    (held.row.clear_asked_by, held.row.clear_asked_at) = (None, None);
    held.row.clear_reason.take()
}
