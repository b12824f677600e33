//! How what changed is marked, and was before: read anew for each change, so that policy decides as it stands.

use app::{
    model::{EntryId, ExhibitId, IndicatorId, ShareId, TaskId, Tlp},
    policy::Marking,
};
use uuid::Uuid;

use crate::service::{Error, Noun, Result, Room, entry::Before, incident, share::Crossed, store};

/// The marking before a change that took sight away, from the journal's own row.
pub(super) async fn before(room: &Room, seq: i64) -> Result<Option<Marking>> {
    #[derive(serde::Deserialize)]
    struct Body {
        before: Option<Before>,
    }
    let Some(text) = store::journal::find_body(&room.db, seq).await? else { return Ok(None) };
    let body: Body = serde_json::from_str(&text).map_err(Error::internal)?;
    Ok(body.before.map(Marking::from))
}

/// The marking of what changed inside the incident.
pub(super) async fn child(
    room: &Room,
    (noun, id): (Noun, Option<Uuid>),
    incident: &Marking,
) -> Result<Option<Marking>> {
    let Some(id) = id else { return Ok(None) };
    let inside = match noun {
        Noun::Indicator => store::indicator::find_label(&room.db, IndicatorId(id)).await?,
        Noun::Task => store::task::find_label(&room.db, TaskId(id)).await?,
        _ => None,
    };
    if let Some(tlp) = inside {
        return incident::marking_inside(room, incident, id, tlp).await.map(Some);
    }
    let label = match noun {
        Noun::Entry | Noun::Strike => store::entry::find_label(&room.db, EntryId(id)).await?,
        Noun::Exhibit => store::exhibit::find_label(&room.db, ExhibitId(id)).await?,
        _ => None,
    };
    let Some((tlp, narrowed)) = label else { return Ok(None) };
    let audience = if narrowed { Some(store::incident::read_audience(&room.db, id).await?) } else { None };
    let named = if tlp == Tlp::Red { store::incident::read_named(&room.db, id).await? } else { vec![] };
    Ok(Some(Marking { tlp, access: incident.access.clone(), named, audience }))
}

/// Who reads the share, the hold or the request that changed.
pub(super) async fn crossing(room: &Room, (noun, id): (Noun, Option<Uuid>)) -> Result<Option<Crossed>> {
    let Some(id) = id.map(ShareId) else { return Ok(None) };
    Ok(match noun {
        Noun::Share => {
            let named = store::incident::read_named(&room.db, id.0).await?;
            store::share::read(&room.db, id).await?.map(|row| Crossed::share(&row, named))
        }
        Noun::Hold => store::hold::read(&room.db, id).await?.map(|row| Crossed::hold(&row)),
        Noun::Onward => store::onward::read(&room.db, id).await?.map(|row| Crossed::onward(&row)),
        _ => None,
    })
}
