//! Following an incident: by hand here, by what one does in it in [`super::notice`].
//!
//! Who follows is told of status and severity, as long as they see the incident. It is theirs alone: nobody
//! else learns who follows what.

use app::{
    model::{id::Number, notice::FollowReason},
    policy::{Cleared, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{Asker, Begun, Noun, Once, Record, Result, Room, store};

/// Whether a person follows an incident, after they said so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    pub number: Number,
    pub following: bool,
}

/// Follows, or stops to; where that is so already nothing is written.
pub async fn set(room: Room, asker: Asker, once: Once, number: Number, following: bool) -> Result<Followed> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(followed) => return Ok(followed),
    };
    let held = act.incident(&number).await?;
    let (person, incident, now) = (asker.viewer.person, held.row.id, act.now());
    if store::following::find(&mut act.tx, person, incident).await?.unwrap_or(false) != following {
        store::following::set(&mut act.tx, person, incident, following, now).await?;
        let record = Record {
            incident: Some(incident),
            noun: Noun::Following,
            noun_id: Some(person.0),
            action: if following { "followed" } else { "unfollowed" },
            body: "{}".into(),
        };
        act.record(record).await?;
    }
    act.commit(Followed { number, following }).await
}

/// Whether the viewer follows an incident that they see.
pub async fn find(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<app::model::incident::Incident>,
) -> Result<bool> {
    Ok(store::following::read(&room.db, viewer.person, incident.id).await?.unwrap_or(false))
}

/// What makes people follow by itself; each can be switched off.
pub const REASONS: &[FollowReason] = FollowReason::ALL;
