//! The one person answerable for the next update: taken, assigned, handed over, accepted.

use app::{
    model::{Person, entry::EntryKind, id::Number, incident::Status},
    policy::Action,
};
use serde::{Deserialize, Serialize};

use super::{
    Changed, Held,
    change::{begin_change, finish, note},
    clearance, conflict,
    sight::check_owner_sees,
};
use crate::service::{Act, Asker, Begun, Error, Once, Result, Room, entry::NewEntry, share};

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct OwnerInput {
    pub version: i64,
    /// E-mail address; of another organisation it is a handover, which they accept.
    pub owner: String,
}

fn name_of(room: &Room, held: &Held) -> String {
    let owner = held.row.owner_id.and_then(|id| room.directory().person(id).cloned());
    owner.map_or_else(String::new, |owner| in_words(&owner))
}

fn in_words(person: &Person) -> String {
    format!("{} ({})", person.name, person.organisation.short)
}

/// Assigns a colleague, or offers the incident to a person of another organisation.
pub async fn assign(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: OwnerInput,
) -> Result<Changed> {
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::Assign, input.version);
    apply_owner(&mut act, &mut held, &input.owner).await?;
    finish(act, held).await
}

pub(super) async fn apply_owner(act: &mut Act, held: &mut Held, typed: &str) -> Result<()> {
    let room = act.room.clone();
    let directory = room.directory();
    let Some(member) = directory.find_known(typed) else {
        return Err(Error::invalid("owner", "Nobody in this room has this address"));
    };
    let person = member.person.clone();
    if held.row.owner_id == Some(person.id) {
        return Err(Error::invalid("owner", format!("{} is the owner already", person.name)));
    }
    check_owner_sees(&directory, &person, &held.marking).map_err(|why| Error::invalid("owner", why))?;
    let old = name_of(&room, held);
    if person.organisation.id == held.row.lead_id {
        note(act, held, "owner", &old, &in_words(&person), "").await?;
        held.row.owner_id = Some(person.id);
        held.row.handover_to = None;
    } else {
        act.permit(held, Action::Handover)?;
        note(act, held, "handover", &old, &in_words(&person), "").await?;
        held.row.handover_to = Some(person.id);
    }
    Ok(())
}

/// The other side accepts: the person owns it, their organisation leads.
pub async fn accept(room: Room, asker: Asker, once: Once, number: Number, version: i64) -> Result<Changed> {
    let (mut act, mut held) = begin_change!(room, asker, once, number, Action::AcceptHandover, version);
    apply_accept(&mut act, &asker, &mut held).await?;
    finish(act, held).await
}

pub(super) async fn apply_accept(act: &mut Act, asker: &Asker, held: &mut Held) -> Result<()> {
    let room = act.room.clone();
    let directory = room.directory();
    let person = directory.person(asker.viewer.person).cloned().ok_or(Error::NotFound)?;
    let old = name_of(&room, held);
    let former = held.row.lead_id;
    let old_lead = directory.organisation(former).map_or_else(String::new, |lead| lead.short.clone());
    note(act, held, "owner", &old, &in_words(&person), "Handover accepted").await?;
    note(act, held, "lead", &old_lead, &person.organisation.short, "").await?;
    held.row.owner_id = Some(person.id);
    held.row.handover_to = None;
    held.row.lead_id = person.organisation.id;
    held.row.lead_slug = person.organisation.slug.clone();
    // Its part stands on a share from now on, like everybody else's: it can be ended.
    share::keep_part(act, held, former).await?;
    clearance::lapse(act, held).await?;
    share::lapse(act, held).await
}

/// Takes ownership of an incident without owner and acknowledges it, in one step. Of many who try at once,
/// one wins and the others are told who.
pub async fn take(room: Room, asker: Asker, once: Once, number: Number) -> Result<Changed> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(changed) => return Ok(changed),
    };
    let mut held = act.incident(&number).await?;
    act.permit(&held, Action::Assign)?;
    if held.row.owner_id.is_some() {
        return Err(conflict(&held.row, name_of(&room, &held)));
    }
    let person = room.directory().person(asker.viewer.person).cloned().ok_or(Error::NotFound)?;
    note(&mut act, &held, "owner", "", &in_words(&person), "").await?;
    held.row.owner_id = Some(person.id);
    if held.row.status == Status::Reported {
        acknowledge(&mut act, &mut held).await?;
    }
    let changed = act.save(&mut held).await?;
    act.commit(changed).await
}

async fn acknowledge(act: &mut Act, held: &mut Held) -> Result<()> {
    let entry = NewEntry::about(EntryKind::Status, &held.marking).change(
        "status",
        Status::Reported.label(),
        Status::Triaged.label(),
    );
    act.append_new(held.row.id, entry, "status").await?;
    held.row.status = Status::Triaged;
    held.row.acknowledged_at = Some(act.now());
    Ok(())
}
