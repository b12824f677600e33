//! A share handed to a colleague: a matter of the recipient's organisation, of which nobody else learns.

use app::{
    model::{PersonId, ShareId},
    policy::{self, Action, Standing},
};

use super::{
    super::{Asker, Begun, Error, Noun, Once, Record, Result, Room, store},
    ASSIGNED, Crossed, Stepped,
};

/// `typed`: the e-mail address of somebody of one's own organisation who sees the incident; empty: nobody.
pub async fn assign(room: Room, asker: Asker, once: Once, id: ShareId, typed: String) -> Result<Stepped> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(stepped) => return Ok(stepped),
    };
    let row = store::share::find(&mut act.tx, id).await?.ok_or(Error::NotFound)?;
    let incident = store::incident::find_by_id(&mut act.tx, row.incident_id).await?.ok_or(Error::NotFound)?;
    let held = act.held(incident).await?;
    let viewer = act.viewer()?.clone();
    let named = store::incident::list_named(&mut act.tx, id.0).await?;
    let reads = Crossed::share(&row, named).is_read_by(&viewer);
    policy::clear(&viewer, &held.marking, ()).filter(|_| reads).ok_or(Error::NotFound)?;
    let own_organisation = row.to_organisation == viewer.organisation;
    let standing = Standing { own_organisation, ..held.standing(&viewer) };
    if !policy::may(&viewer, Action::AssignShare, standing) {
        return Err(Error::Forbidden("The organisation that received it hands it to its own people."));
    }
    let person = colleague(&room, &viewer, &held, &typed)?;
    if person != row.assigned_to {
        let body = serde_json::json!({ "id": id, "to": person }).to_string();
        let (incident, noun_id) = (Some(row.incident_id), Some(id.0));
        act.record(Record { incident, noun: Noun::Share, noun_id, action: ASSIGNED, body }).await?;
        store::share::set_assigned(&mut act.tx, id, person).await?;
    }
    let number = held.row.number.clone();
    act.commit(Stepped { id, number, held: false }).await
}

fn colleague(
    room: &Room,
    viewer: &policy::Viewer,
    held: &super::super::incident::Held,
    typed: &str,
) -> Result<Option<PersonId>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let directory = room.directory();
    let member = directory.find(typed).filter(|member| !member.suspended);
    let own = member.filter(|member| member.person.organisation.id == viewer.organisation);
    let Some(member) = own else {
        return Err(Error::invalid("person", "Nobody of your organisation has this address"));
    };
    let eyes = directory.viewer(member.person.id);
    if eyes.is_none_or(|eyes| policy::sight(&eyes, &held.marking) == policy::Sight::Hidden) {
        return Err(Error::invalid("person", format!("{} cannot see this incident", member.person.name)));
    }
    Ok(Some(member.person.id))
}
