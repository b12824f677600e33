//! The label of an incident: who may set which, whom that lets in, and what crosses by it.

use app::{
    model::{
        FieldErrors, PersonId, ShareId, Tlp, basis::Basis, entry::EntryKind, id::Number,
        setting::ContentMark, share::Purpose,
    },
    policy::{self, Action, Marking, Sight, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    Changed, Held,
    change::{begin_change, finish},
    check, clearance,
};
use crate::service::{
    Act, Asker, Begun, Error, Once, Result, Room,
    entry::{Before, NewEntry, checked_text},
    share, store,
};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct MarkingInput {
    pub version: i64,
    pub tlp: String,
    pub reason: String,
    /// With RED.
    pub named: Vec<String>,
}

/// Changes the incident's label. Loosening it needs the organisation that it came from.
pub async fn set_marking(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: MarkingInput,
) -> Result<Changed> {
    let survey = share::ahead(&room, &asker.viewer, &number, &[], &input.named).await?;
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::SetMarking, input.version);
    let tlp = label(&input.tlp)?;
    apply_marking(&mut act, &asker, &mut held, (tlp, &input.named), &input.reason, &survey).await?;
    finish(act, held).await
}

pub(super) fn label(word: &str) -> Result<Tlp> {
    word.trim().parse().map_err(|_| Error::invalid("tlp", "Choose one of the five TLP labels"))
}

pub(super) async fn apply_marking(
    act: &mut Act,
    asker: &Asker,
    held: &mut Held,
    (tlp, named): (Tlp, &[String]),
    reason: &str,
    survey: &share::Survey,
) -> Result<()> {
    let room = act.room.clone();
    let reason = checked_text("reason", reason)?;
    let mut errors = FieldErrors::default();
    let named = check::check_named(&room, asker, tlp, named, &mut errors);
    if tlp == held.row.tlp && tlp != Tlp::Red {
        errors.add("tlp", format!("It is {} already", tlp.label()));
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    label_needs_origin(act, held, tlp)?;
    act.permit_words(held, &[("reason", reason.as_str())])?;
    if tlp == Tlp::Clear {
        return clearance::ask(act, held, reason).await;
    }
    names_need_origin(act, held, &named)?;
    clearance::lapse(act, held).await?;
    relabel(act, asker, held, (tlp, named), reason, survey).await
}

/// The name of the organisation that is asked, where it is not the viewer's.
fn other_origin(act: &Act, held: &Held) -> Result<Option<String>> {
    let name = || {
        act.room.directory().organisation(held.origin).map_or_else(String::new, |origin| origin.short.clone())
    };
    Ok((held.origin != act.viewer()?.organisation).then(name))
}

/// Lowering a label needs the organisation that the incident came from.
pub(super) fn label_needs_origin(act: &Act, held: &Held, tlp: Tlp) -> Result<()> {
    match other_origin(act, held)? {
        Some(name) if tlp < held.row.tlp => {
            Err(Error::invalid("tlp", format!("Loosening the label needs {name}, where it came from")))
        }
        _ => Ok(()),
    }
}

/// Naming somebody with RED who did not see it until now passes it on, which where it came from is asked for.
fn names_need_origin(act: &Act, held: &Held, named: &[PersonId]) -> Result<()> {
    let Some(name) = other_origin(act, held)? else { return Ok(()) };
    let (own, directory) = (act.viewer()?.organisation, act.room.directory());
    let new = |id: &&PersonId| {
        let of = directory.person(**id).map(|person| person.organisation.id);
        let theirs = of.is_some_and(|of| of == own || of == held.origin);
        let sees = directory.viewer(**id).is_some_and(|it| policy::sight(&it, &held.marking) == Sight::Full);
        !theirs && !sees
    };
    match named.iter().find(new).and_then(|id| directory.person(*id)) {
        Some(person) => {
            let words =
                format!("{} does not see it: ask {name}, where it came from, to pass it on", person.name);
            Err(Error::invalid("named", words))
        }
        None => Ok(()),
    }
}

/// Whether what stands at the head may be read by those whom the label lets in. Children keep their label.
async fn permit_label(
    room: &Room,
    viewer: &Viewer,
    held: &Held,
    (before, after): (&Marking, &Marking),
) -> Result<()> {
    let writers = share::writers_of_head(room, viewer, held).await?;
    let head = share::head(held).map(|(what, words)| ("tlp", what, words));
    if after.tlp.reaches_everyone() && !before.tlp.reaches_everyone() {
        let row = &held.row;
        let marks = ContentMark::of(row.candidate_or_party_content, row.contains_personal_data);
        share::permit_opening(room, &writers, after.tlp, &head)?;
        return share::permit_content(room, viewer, after.tlp, &marks);
    }
    share::permit_gain(room, (viewer, &writers), (before, after), &head)
}

/// Writes the label, who is named with it, and what crosses by that.
pub(super) async fn relabel(
    act: &mut Act,
    asker: &Asker,
    held: &mut Held,
    (tlp, named): (Tlp, Vec<PersonId>),
    reason: String,
    survey: &share::Survey,
) -> Result<()> {
    let (room, directory) = (act.room.clone(), act.room.directory());
    let before = Before::from(&held.marking);
    let old = held.row.tlp;
    let standing = held.marking.clone();
    held.row.tlp = tlp;
    held.marking.tlp = tlp;
    let of = |id: &PersonId| directory.person(*id).map(|person| person.organisation.id);
    let takes_part = |id: &PersonId| of(id).is_some_and(|found| held.marking.access.contains(&found));
    let (inside, outside): (Vec<PersonId>, Vec<PersonId>) = named.into_iter().partition(takes_part);
    let after = Marking { named: inside.clone(), ..held.marking.clone() };
    permit_label(&room, &asker.viewer, held, (&standing, &after)).await?;
    if old == Tlp::Red && tlp != Tlp::Red {
        for person in &before.named {
            store::incident::keep_named(&mut act.tx, held.row.id, *person).await?;
        }
    }
    if old == Tlp::Red || tlp == Tlp::Red {
        store::incident::remove_named(&mut act.tx, held.row.id.0).await?;
        for person in &inside {
            store::incident::add_named(&mut act.tx, held.row.id.0, *person).await?;
        }
        held.marking.named = inside;
    }
    act.permit_words(held, &[("reason", reason.as_str())])?;
    // Naming somebody of an organisation that has no part in it yet is a crossing like any other.
    for to in check::organisations_of(&room, asker, &outside) {
        let named = outside.iter().copied().filter(|id| of(id) == Some(to)).collect();
        let new = share::NewShare {
            id: ShareId(room.ids.uuid()),
            to,
            purpose: Purpose::Awareness,
            text: reason.clone(),
            tlp,
            foreign_nexus: String::new(),
            basis: Basis::default(),
            cited: share::Cited { named, ..share::Cited::default() },
            words: vec![],
        };
        share::add(act, held, new, survey).await?;
    }
    let entry = NewEntry::about(EntryKind::System, &held.marking)
        .change("tlp", old.label(), tlp.label())
        .text(reason);
    act.append_new(held.row.id, NewEntry { before: Some(before), ..entry }, "marked").await?;
    share::lapse(act, held).await
}
