//! The ledger as a party of it reads it.

use std::collections::HashMap;

use app::{
    model::{IncidentId, ShareId, id::Number, incident::Incident, share::Share},
    policy::{self, Cleared, Viewer},
};

use super::super::{
    Error, Result, Room, incident,
    store::{self, share::ShareRow},
};

/// The shares of an incident that the viewer's organisation made or received, oldest first.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    after: i64,
    limit: i64,
) -> Result<(Cleared<Vec<Share>>, Option<i64>)> {
    let limit = limit.clamp(1, 200);
    let mut rows = store::share::list(&room.db, incident.id, viewer.organisation, after, limit + 1).await?;
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.seq);
    let exhibits =
        if rows.is_empty() { HashMap::new() } else { visible_exhibits(room, viewer, incident.id).await? };
    let marking = incident::marking_of(incident);
    let shares = rows.into_iter().filter_map(|row| {
        let share = assemble(room, &incident.number, row, &exhibits)?;
        policy::clear(viewer, &marking, share)
    });
    Ok((shares.collect(), next))
}

/// Numbers of the exhibits of each share, without those that the viewer may not see.
async fn visible_exhibits(
    room: &Room,
    viewer: &Viewer,
    incident: IncidentId,
) -> Result<HashMap<ShareId, Vec<i64>>> {
    let mut map: HashMap<ShareId, Vec<i64>> = HashMap::new();
    for (share, exhibit, number) in store::share::list_exhibits(&room.db, incident).await? {
        let seen = store::exhibit::find_visible_by_id(&room.db, policy::scope(viewer), exhibit).await?;
        if seen.is_some() {
            map.entry(share).or_default().push(number);
        }
    }
    Ok(map)
}

/// One share, if the viewer's organisation is a party of it and still sees the incident.
pub async fn find(room: &Room, viewer: &Viewer, id: ShareId) -> Result<Cleared<Share>> {
    let row = store::share::read(&room.db, id).await?.ok_or(Error::NotFound)?;
    let party = row.from_organisation == viewer.organisation || row.to_organisation == viewer.organisation;
    if !party {
        return Err(Error::NotFound);
    }
    let scope = policy::scope(viewer);
    let incident = store::incident::find_visible_by_id(&room.db, scope, row.incident_id)
        .await?
        .ok_or(Error::NotFound)?;
    let marking = incident::marking(room, incident.id, incident.tlp).await?;
    let exhibits = visible_exhibits(room, viewer, incident.id).await?;
    let share = assemble(room, &incident.number, row, &exhibits).ok_or(Error::NotFound)?;
    policy::clear(viewer, &marking, share).ok_or(Error::NotFound)
}

pub(super) fn assemble(
    room: &Room,
    number: &Number,
    row: ShareRow,
    exhibits: &HashMap<ShareId, Vec<i64>>,
) -> Option<Share> {
    let (directory, reference) = (room.directory(), room.reference());
    Some(Share {
        id: row.id,
        incident: number.clone(),
        version: row.version,
        from: directory.person(row.from_person)?.clone(),
        to: directory.organisation(row.to_organisation)?.clone(),
        purpose: row.purpose,
        text: row.body,
        explanation: reference.explained.at(row.seq, row.purpose).to_owned(),
        tlp: row.tlp,
        foreign_nexus: row.foreign_nexus,
        exhibits: exhibits.get(&row.id).cloned().unwrap_or_default(),
        state: row.state,
        delivered_at: row.delivered_at,
        seen_at: row.seen_at,
        acknowledged_at: row.acknowledged_at,
        answered_at: row.answered_at,
        answer: row.answer,
        revoked_at: row.revoked_at,
    })
}
