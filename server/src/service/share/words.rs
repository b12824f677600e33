//! Words that cross without a share: entries of the timeline, and answers.
//! They are held under the same rules; the release writes them as their author's.

use app::{
    model::{
        EntryId, OrganisationId, PersonId, ShareId, Tlp,
        basis::Basis,
        hold::{HoldKind, HoldReason},
        mention,
        organisation::Sector,
        share::Purpose,
    },
    policy::{Inside, Marking, Viewer},
};

use super::{
    super::{
        Act, Error, Result, Room,
        entry::{NewEntry, PostEntry, add_released},
        incident::Held,
        store::{self, hold::HoldRow, share::ShareRow},
    },
    Cited, gate,
    hold::{Kept, keep},
    rules,
    step::{Step, perform},
};

/// For which organisation counsel looks at an entry first, and why; none when it is posted at once. Each reader's sector is
/// asked for: what would be held in a share is held in a timeline that the same organisation reads.
pub(crate) fn entry_reasons(
    room: &Room,
    viewer: &Viewer,
    held: &Held,
    new: &NewEntry,
) -> Option<(OrganisationId, Vec<HoldReason>)> {
    let (reference, text) = (room.reference(), without_calls(room, new));
    let rules = rules::Ready::of(reference.settings.hold_rules());
    let find = |to: &Sector| rules.find(&text, viewer.sector, *to, rules::Reading::All);
    let found: Vec<_> =
        Sector::ALL.iter().map(|to| (*to, find(to))).filter(|(_, found)| !found.is_empty()).collect();
    if found.is_empty() {
        return None;
    }
    let child = Marking {
        tlp: new.tlp,
        access: held.marking.access.clone(),
        named: new.named.clone(),
        audience: new.audience.clone(),
    };
    let inside = Inside { incident: &held.marking, child: &child };
    let (mut first, mut why): (Option<OrganisationId>, Vec<HoldReason>) = (None, vec![]);
    for reader in gate::readers(room, viewer.organisation, &inside) {
        for reason in found.iter().filter(|(to, _)| *to == reader.sector).flat_map(|(_, found)| found) {
            first.get_or_insert(reader.id);
            if !why.iter().any(|known| known.rule == reason.rule) {
                why.push(reason.clone());
            }
        }
    }
    first.map(|to| (to, why))
}

/// The words with spaces where somebody of the room is called: their address is nobody's personal data here.
fn without_calls(room: &Room, new: &NewEntry) -> String {
    let directory = room.directory();
    let mut text = new.text.clone();
    for call in mention::calls(&new.text) {
        let fits = |id: &PersonId| directory.person(*id).is_some_and(|person| call.fits(&person.email));
        if new.mentions.iter().any(fits) {
            text.replace_range(call.range.clone(), &" ".repeat(call.range.len()));
        }
    }
    text
}

/// Keeps an entry back. It will have this id.
pub(crate) async fn hold_entry(
    act: &mut Act,
    held: &Held,
    id: EntryId,
    input: &PostEntry,
    new: &NewEntry,
    (to, reasons): (OrganisationId, Vec<HoldReason>),
) -> Result<()> {
    // Posted later, it still says when it was written.
    let happened_at = new.happened_at.unwrap_or(act.now()).to_string();
    let input = PostEntry { happened_at: Some(happened_at), ..input.clone() };
    let kept = Kept {
        id: ShareId(id.0),
        kind: HoldKind::Entry,
        to,
        purpose: Purpose::Awareness,
        text: new.text.clone(),
        tlp: new.tlp,
        foreign_nexus: String::new(),
        basis: Basis::default(),
        cited: Cited { named: new.named.clone(), ..Cited::default() },
        act: serde_json::to_string(&input).map_err(Error::internal)?,
    };
    keep(act, held, kept, &reasons).await
}

/// Posts the entry as its author's, now that counsel lets it out.
pub(super) async fn release_entry(act: &mut Act, held: &Held, row: &HoldRow) -> Result<()> {
    let input: PostEntry = serde_json::from_str(&row.act).map_err(Error::internal)?;
    let id = EntryId(row.id.0);
    as_author(act, row.from_person, async |act| add_released(act, &held.row.number, id, input).await).await
}

/// Why counsel looks at an answer first; nothing when it is sent at once.
pub(super) fn answer_reasons(room: &Room, viewer: &Viewer, row: &ShareRow, text: &str) -> Vec<HoldReason> {
    let to = room.directory().organisation(row.from_organisation).map(|asked| asked.sector);
    let reference = room.reference();
    let rules = reference.settings.hold_rules();
    to.map_or_else(Vec::new, |to| rules::reasons(rules, text, viewer.sector, to))
}

pub(super) async fn hold_answer(
    act: &mut Act,
    held: &Held,
    row: &ShareRow,
    text: &str,
    reasons: &[HoldReason],
) -> Result<ShareId> {
    let id = ShareId(act.room.ids.uuid());
    let kept = Kept {
        id,
        kind: HoldKind::Answer,
        to: row.from_organisation,
        purpose: Purpose::Answer,
        text: text.to_owned(),
        tlp: row.tlp.max(held.row.tlp),
        foreign_nexus: String::new(),
        basis: Basis::default(),
        cited: Cited::default(),
        act: row.id.to_string(),
    };
    keep(act, held, kept, reasons).await?;
    Ok(id)
}

/// Sends the answer as its author's.
pub(super) async fn release_answer(act: &mut Act, held: &Held, row: &HoldRow) -> Result<()> {
    let id: ShareId = row.act.parse().map_err(Error::internal)?;
    let share = store::share::find(&mut act.tx, id).await?.ok_or(Error::NotFound)?;
    if share.revoked_at.is_some() {
        return Err(Error::invalid("comment", "The share that it answers was taken back"));
    }
    let step = Step::Answer(row.body.clone());
    as_author(act, row.from_person, async |act| perform(act, &mut held.clone(), share, &step).await).await
}

/// Does something in the name of somebody else, and goes on as before.
pub(super) async fn in_name_of(
    act: &mut Act,
    author: Viewer,
    work: impl AsyncFnOnce(&mut Act) -> Result<()>,
) -> Result<()> {
    let (before, now) = (act.viewer()?.clone(), act.now());
    act.go_on(author, now);
    let done = work(act).await;
    act.go_on(before, now);
    done
}

/// Does what was held as the person who wrote it, if they still may, and goes on as before.
pub(super) async fn as_author(
    act: &mut Act,
    author: PersonId,
    work: impl AsyncFnOnce(&mut Act) -> Result<()>,
) -> Result<()> {
    let gone = || Error::invalid("comment", "Whoever wrote it may not write here any more");
    let author = act.room.directory().viewer(author).ok_or_else(gone)?;
    match in_name_of(act, author, work).await {
        Err(Error::Invalid(errors)) => {
            let message = errors.iter().next().map_or("It cannot be sent any more", |(_, message)| message);
            Err(Error::invalid("comment", message))
        }
        Err(Error::NotFound | Error::Forbidden(_)) => Err(gone()),
        other => other,
    }
}

/// With RED a share that is taken back takes its names with it: those whom no other share still names.
pub(super) async fn unname(
    act: &mut Act,
    held: &mut Held,
    row: &ShareRow,
    standing: &[ShareRow],
) -> Result<()> {
    if held.row.tlp != Tlp::Red {
        return Ok(());
    }
    let mut still = vec![];
    for other in standing {
        still.extend(store::incident::list_named(&mut act.tx, other.id.0).await?);
    }
    let taken = store::incident::list_named(&mut act.tx, row.id.0).await?;
    let directory = act.room.directory();
    let goes = |id: &PersonId| {
        let of = directory.person(*id).map(|person| person.organisation.id);
        of == Some(row.to_organisation) && !still.contains(id) && (standing.is_empty() || taken.contains(id))
    };
    let gone: Vec<_> = held.marking.named.iter().copied().filter(goes).collect();
    for person in gone {
        store::incident::remove_named_person(&mut act.tx, held.row.id.0, person).await?;
        held.marking.named.retain(|id| *id != person);
    }
    Ok(())
}
