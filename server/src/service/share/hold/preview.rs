//! What the recipient of something held would see once counsel lets it out, for those who read the hold.

use app::{
    model::{
        ShareId, Tlp,
        hold::{Hold, HoldKind, HoldState},
    },
    policy::{self, Cleared, Viewer},
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
    UNNAMED, given, new_share, read,
};

/// The incident through the eyes of its recipient, with what the reader of the hold sees of it besides; and the hold.
pub async fn preview_hold(
    room: &Room,
    viewer: &Viewer,
    id: ShareId,
    wanted: &str,
) -> Result<(Preview, Cleared<Hold>)> {
    let scope = policy::scope(viewer);
    let line = store::hold::find_line(&room.db, scope, id).await?.ok_or(Error::NotFound)?;
    let row = line.hold.clone();
    // What has ended shows nothing any more, and words in a timeline have no page of their own.
    let waits = row.state == HoldState::Held && row.kind.is_previewed();
    if !waits || !Crossed::hold(&row).is_read_by(viewer) {
        return Err(Error::NotFound);
    }
    let hold = read::assembled(room, viewer, vec![line]).await?.pop().ok_or(Error::NotFound)?;
    let incident = store::incident::find_visible_by_id(&room.db, scope, row.incident_id).await?;
    let incident = incident.ok_or(Error::NotFound)?;
    let marking = incident::marking(room, incident.id, incident.tlp).await?;
    policy::clear(viewer, &marking, ()).ok_or(Error::NotFound)?;
    let origin = incident::origin_of(&room.directory(), &incident);
    let held = Held { row: incident, marking, origin };
    let new = new_share(&row, held.row.tlp)?;
    if new.tlp == Tlp::Red && new.cited.named.is_empty() {
        return Err(Error::Forbidden(UNNAMED));
    }
    let (approved_by, asked) = {
        let directory = room.directory();
        let approved = if row.kind == HoldKind::Share { given(&row)? } else { None };
        let asked = (row.kind == HoldKind::Onward).then(|| directory.organisation(held.origin).cloned());
        (approved.and_then(|(person, _)| directory.person(person).cloned()), asked.flatten())
    };
    let (to, named) = (hold.to.clone(), hold.named.clone());
    let fates = vec![Fate { to, named, held: hold.reasons.clone(), asked }];
    let sent = Sent { from: hold.from.clone(), approved_by };
    let found = look(room, viewer, held, (vec![new], fates), sent, wanted).await?;
    Ok((found, policy::clear_by_scope(hold)))
}
