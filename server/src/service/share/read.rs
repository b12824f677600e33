//! The ledger as a party of it reads it.

use std::collections::HashMap;

use app::{
    model::{
        IncidentId, Organisation, PersonId, ShareId,
        basis::Basis,
        id::Number,
        incident::Incident,
        share::{CitedEntry, Purpose, Share},
    },
    policy::{self, Cleared, Viewer},
};

use super::{
    super::{
        Error, Result, Room, incident, looks,
        store::{
            self,
            share::{CitedRow, ShareRow},
        },
    },
    Crossed,
};

/// The shares of an incident that the viewer reads, oldest first.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    after: i64,
    limit: i64,
) -> Result<(Cleared<Vec<Share>>, Option<i64>)> {
    let limit = limit.clamp(1, 200);
    let scope = policy::scope(viewer);
    let mut rows = store::share::list(&room.db, scope, incident.id, after, limit + 1).await?;
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let next = rows.last().filter(|_| more).map(|row| row.seq);
    let beside =
        if rows.is_empty() { Beside::default() } else { Beside::read(room, viewer, incident.id).await? };
    let marking = incident::marking_of(incident);
    for row in &rows {
        look(viewer, row);
    }
    let shares = rows.into_iter().filter_map(|row| {
        let share = assemble(room, viewer, &incident.number, row, &beside)?;
        policy::clear(viewer, &marking, share)
    });
    Ok((shares.collect(), next))
}

/// What stands beside the words of shares, without what its reader may not see.
#[derive(Debug, Default)]
pub(super) struct Beside {
    exhibits: HashMap<ShareId, Vec<i64>>,
    entries: HashMap<ShareId, Vec<CitedEntry>>,
    named: HashMap<ShareId, Vec<PersonId>>,
}

impl Beside {
    /// Of the shares of an incident.
    async fn read(room: &Room, viewer: &Viewer, incident: IncidentId) -> Result<Self> {
        let scope = policy::scope(viewer);
        let mut exhibits = vec![];
        for (share, exhibit, number) in store::share::list_exhibits(&room.db, incident).await? {
            let seen = store::exhibit::find_visible_by_id(&room.db, scope, exhibit).await?;
            exhibits.extend(seen.map(|_| (share, number)));
        }
        let entries = store::share::list_entries(&room.db, scope, incident).await?;
        let named = store::share::list_named(&room.db, incident).await?;
        Ok(Self::of(exhibits, entries, named))
    }

    pub(super) fn of(
        exhibits: Vec<(ShareId, i64)>,
        entries: Vec<CitedRow>,
        named: Vec<(ShareId, PersonId)>,
    ) -> Self {
        let mut beside = Self::default();
        for (share, number) in exhibits {
            beside.exhibits.entry(share).or_default().push(number);
        }
        for row in entries {
            let cited = CitedEntry { id: row.id, kind: row.kind, happened_at: row.happened_at };
            beside.entries.entry(row.share_id).or_default().push(cited);
        }
        for (share, person) in named {
            beside.named.entry(share).or_default().push(person);
        }
        beside
    }
}

/// One share, if the viewer reads it and still sees the incident.
pub async fn find(room: &Room, viewer: &Viewer, id: ShareId) -> Result<Cleared<Share>> {
    let row = store::share::read(&room.db, id).await?.ok_or(Error::NotFound)?;
    let named = store::incident::read_named(&room.db, row.id.0).await?;
    if !Crossed::share(&row, named).is_read_by(viewer) {
        return Err(Error::NotFound);
    }
    let scope = policy::scope(viewer);
    let incident = store::incident::find_visible_by_id(&room.db, scope, row.incident_id)
        .await?
        .ok_or(Error::NotFound)?;
    let marking = incident::marking(room, incident.id, incident.tlp).await?;
    let beside = Beside::read(room, viewer, incident.id).await?;
    look(viewer, &row);
    let share = assemble(room, viewer, &incident.number, row, &beside).ok_or(Error::NotFound)?;
    policy::clear(viewer, &marking, share).ok_or(Error::NotFound)
}

/// The words of this share are handed out to the viewer.
pub(super) fn look(viewer: &Viewer, row: &ShareRow) {
    looks::at(row.incident_id, row.tlp);
    if row.seen_at.is_none() {
        looks::at_share(viewer, row.id, row.to_organisation);
    }
}

/// What the room explained about a purpose when this row of the journal was written. Nothing stands beside the fixed
/// banner: whoever sets the room up could take back with it what the banner says.
pub(super) fn explained(
    room: &Room,
    seq: i64,
    (purpose, basis): (Purpose, &Basis),
    (from, to): (&Organisation, &Organisation),
) -> String {
    match basis.banner(from.sector, to.sector) {
        Some(_) => String::new(),
        None => room.reference().explained.at(seq, purpose).to_owned(),
    }
}

pub(super) fn assemble(
    room: &Room,
    viewer: &Viewer,
    number: &Number,
    row: ShareRow,
    beside: &Beside,
) -> Option<Share> {
    let directory = room.directory();
    let named = beside.named.get(&row.id).into_iter().flatten();
    let from = directory.person(row.from_person)?.clone();
    let to = directory.organisation(row.to_organisation)?.clone();
    let basis = row.basis.read();
    let explanation = explained(room, row.seq, (row.purpose, &basis), (&from.organisation, &to));
    let answer = Crossed::share(&row, vec![]).answer_is_read_by(viewer);
    Some(Share {
        id: row.id,
        incident: number.clone(),
        version: row.version,
        from,
        to,
        purpose: row.purpose,
        text: row.body,
        explanation,
        tlp: row.tlp,
        foreign_nexus: row.foreign_nexus,
        basis,
        exhibits: beside.exhibits.get(&row.id).cloned().unwrap_or_default(),
        entries: beside.entries.get(&row.id).cloned().unwrap_or_default(),
        named: named.filter_map(|id| directory.person(*id).cloned()).collect(),
        assigned_to: policy::keeps_assignment(viewer, row.to_organisation)
            .then(|| row.assigned_to.and_then(|id| directory.person(id).cloned()))
            .flatten(),
        approved_by: row.approved_by.and_then(|id| directory.person(id).cloned()),
        state: row.state,
        delivered_at: row.delivered_at,
        seen_at: row.seen_at,
        acknowledged_at: row.acknowledged_at,
        answered_at: row.answered_at,
        answer: row.answer.filter(|_| answer),
        revoked_at: row.revoked_at,
        sender_left_at: directory.left_at(row.from_organisation),
    })
}
