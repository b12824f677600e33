//! What the organisation would see to which something is passed on, for the one that decides about it.

use app::{
    model::{ShareId, onward::OnwardState},
    policy::{self, Action, Viewer},
};

use super::{
    super::{
        super::{
            Error, Result, Room,
            incident::{self, Held},
            store,
        },
        Crossed,
        preview::{Fate, Preview, Sent, look},
    },
    new_share,
};

/// The incident through the eyes of whom a request names, or of anybody of that organisation, with what the decider sees
/// of it besides. Whether counsel of the one that asks would look first is not said: that is theirs to know.
pub async fn preview_onward(
    room: &Room,
    viewer: &Viewer,
    id: ShareId,
    wanted: &str,
) -> Result<(Preview, i64)> {
    let scope = policy::scope(viewer);
    let line = store::onward::find_line(&room.db, scope, id).await?.ok_or(Error::NotFound)?;
    let row = line.onward;
    if !Crossed::onward(&row).is_read_by(viewer) {
        return Err(Error::NotFound);
    }
    let incident = store::incident::find_visible_by_id(&room.db, scope, row.incident_id).await?;
    let incident = incident.ok_or(Error::NotFound)?;
    let marking = incident::marking(room, incident.id, incident.tlp).await?;
    policy::clear(viewer, &marking, ()).ok_or(Error::NotFound)?;
    let origin = incident::origin_of(&room.directory(), &incident);
    let held = Held { row: incident, marking, origin };
    let decides = row.asked_organisation == viewer.organisation;
    if !decides || !policy::may(viewer, Action::DecideOnward, held.standing(viewer)) {
        return Err(Error::Forbidden("The organisation that it came from decides what is passed on."));
    }
    // What has ended shows nothing any more.
    if row.state != OnwardState::Asked {
        return Err(Error::NotFound);
    }
    let directory = room.directory();
    let person = |id| directory.person(id).cloned().ok_or(Error::NotFound);
    let new = new_share(&row, held.row.tlp)?;
    let to = directory.organisation(new.to).cloned().ok_or(Error::NotFound)?;
    let named = new.cited.named.iter().filter_map(|id| directory.person(*id).cloned()).collect();
    let fates = vec![Fate { to, named, held: vec![] }];
    let sent = Sent { from: person(row.from_person)?, approved_by: Some(person(viewer.person)?) };
    let preview = look(room, viewer, held, (vec![new], fates), sent, wanted).await?;
    Ok((preview, row.version))
}
