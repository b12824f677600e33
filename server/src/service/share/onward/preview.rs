//! What the organisation would see to which something is passed on: for the one that decides about it, and for the one
//! that asks, before it asks.

use app::{
    model::{ShareId, id::Number, onward::OnwardState},
    policy::{self, Action, Viewer},
};

use super::{
    super::{
        super::{
            Error, Result, Room,
            incident::{self, Held},
            store,
        },
        Crossed, ShareInput, check,
        deliver::Reviewed,
        give,
        preview::{Fate, Preview, Sent, look, open_for},
        way,
    },
    ask::{ahead, permit, request_reasons},
    crosses_freely, new_share,
};

/// The same checks as for asking: what each recipient finds once it has passed, and who looks at it before.
pub async fn preview_ask(
    room: &Room,
    viewer: &Viewer,
    number: &Number,
    input: &ShareInput,
    wanted: &str,
) -> Result<Preview> {
    let held = open_for(room, viewer, number, Action::AskOnward).await?;
    let way = way::of(room, viewer, held.row.id, input).await?;
    let news = check::checked(room, viewer, (&held, &way), input).await?;
    permit(room, viewer, &held, &news)?;
    let survey = ahead(room, viewer, number, input).await?;
    let mut fates = vec![];
    for new in &news {
        let free = crosses_freely(&held, viewer.organisation, new.to);
        let reasons = if free {
            let admits = Reviewed::by_themselves(viewer).admits(&held, new.to);
            give::reasons(room, viewer, &held, new, admits.then_some(&survey)).await?
        } else {
            request_reasons(room, viewer, &held, new)?
        };
        let directory = room.directory();
        let to = directory.organisation(new.to).cloned().ok_or(Error::NotFound)?;
        let named = new.cited.named.iter().filter_map(|id| directory.person(*id).cloned()).collect();
        let asked = if free { None } else { directory.organisation(held.origin).cloned() };
        fates.push(Fate { to, named, held: reasons, asked });
    }
    let from = room.directory().person(viewer.person).cloned().ok_or(Error::NotFound)?;
    look(room, viewer, held, (news, fates), Sent { from, approved_by: None }, wanted).await
}

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
    let fates = vec![Fate { to, named, held: vec![], asked: None }];
    let sent = Sent { from: person(row.from_person)?, approved_by: Some(person(viewer.person)?) };
    let preview = look(room, viewer, held, (vec![new], fates), sent, wanted).await?;
    Ok((preview, row.version))
}
