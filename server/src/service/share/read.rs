//! The ledger as a party of it reads it.

use std::collections::HashMap;

use app::{
    model::{
        IncidentId, Organisation, PersonId, ShareId,
        basis::Basis,
        id::Number,
        incident::Incident,
        panel::Panel,
        share::{CitedEntry, Overall, Purpose, Share, Told},
        timeline::Direction,
    },
    policy::{self, Cleared, Viewer},
};

use super::{
    super::{
        Error, Result, Room, incident, keyset, looks,
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
    page(room, viewer, incident, (Direction::Oldest, after), limit).await
}

/// The same newest first, before this row of the journal.
pub async fn list_newest(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    before: Option<i64>,
    limit: i64,
) -> Result<(Cleared<Vec<Share>>, Option<i64>)> {
    page(room, viewer, incident, (Direction::Newest, before.unwrap_or(i64::MAX)), limit).await
}

async fn page(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    from: (Direction, i64),
    limit: i64,
) -> Result<(Cleared<Vec<Share>>, Option<i64>)> {
    let limit = limit.clamp(1, 200);
    let scope = policy::scope(viewer);
    let mut rows = store::share::list(&room.db, scope, incident.id, from, limit + 1).await?;
    let next = keyset::cut(&mut rows, limit, |row| row.seq);
    for row in &rows {
        look(viewer, row);
    }
    Ok((clear_all(room, viewer, incident, rows).await?, next))
}

/// The row of the journal before which the page with this share begins, newest first; none when it is on the first page,
/// or none of those that the viewer reads.
pub async fn find_place(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    id: ShareId,
) -> Result<Option<i64>> {
    let (scope, newest) = (policy::scope(viewer), (Direction::Newest, i64::MAX));
    let limit = Panel::Shares.size() as i64;
    let first = store::share::list(&room.db, scope, incident.id, newest, limit).await?;
    if first.iter().any(|row| row.id == id) {
        return Ok(None);
    }
    let seq = store::share::find_seq(&room.db, scope, incident.id, id).await?;
    Ok(seq.map(|seq| seq + 1))
}

/// Of these, all relays, each originator's words once and where they came first: there are few, and each of them is
/// offered to be handed on.
pub async fn list_relays(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
) -> Result<Cleared<Vec<Share>>> {
    let (scope, mut after, mut known) = (policy::scope(viewer), 0, Vec::<ShareRow>::new());
    loop {
        let rows = store::share::list_relays(&room.db, scope, incident.id, after, RELAYS).await?;
        let full = rows.len() as i64 == RELAYS;
        after = rows.last().map_or(after, |row| row.seq);
        for row in rows {
            let Some(relayed) = row.basis.read().originator else { continue };
            let said = |other: &ShareRow| {
                other.basis.read().originator.is_some_and(|other| other.says_the_same_as(&relayed))
            };
            if !known.iter().any(said) {
                known.push(row);
            }
        }
        if !full {
            // A line of words in a form: nobody has seen a share by that.
            for row in &known {
                looks::at(row.incident_id, row.tlp);
            }
            return clear_all(room, viewer, incident, known).await;
        }
    }
}

/// Relays that are read at once.
const RELAYS: i64 = 200;

/// What came of all shares of an incident that the viewer reads, whatever page they are on.
pub async fn overall(room: &Room, viewer: &Viewer, incident: &Cleared<Incident>) -> Result<Cleared<Overall>> {
    let rows = store::share::list_told(&room.db, policy::scope(viewer), incident.id).await?;
    let mut overall = Overall::default();
    for row in rows {
        if row.passed > 0 {
            overall.passed_on.push(row.from_organisation);
        }
        let told = Told {
            organisation: row.to_organisation,
            delivered_at: row.delivered_at,
            seen_at: row.seen_at,
            acknowledged_at: row.acknowledged_at,
            answered_at: row.answered_at,
        };
        Told::merge(&mut overall.told, told);
    }
    policy::clear(viewer, &incident::marking_of(incident), overall).ok_or(Error::NotFound)
}

async fn clear_all(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    rows: Vec<ShareRow>,
) -> Result<Cleared<Vec<Share>>> {
    let beside = Beside::read(room, viewer, incident.id, &rows).await?;
    let marking = incident::marking_of(incident);
    let shares = rows.into_iter().filter_map(|row| {
        let share = assemble(room, viewer, &incident.number, row, &beside)?;
        policy::clear(viewer, &marking, share)
    });
    Ok(shares.collect())
}

/// What stands beside the words of shares, without what its reader may not see.
#[derive(Debug, Default)]
pub(super) struct Beside {
    exhibits: HashMap<ShareId, Vec<i64>>,
    entries: HashMap<ShareId, Vec<CitedEntry>>,
    named: HashMap<ShareId, Vec<PersonId>>,
}

impl Beside {
    /// Of these shares of an incident.
    async fn read(room: &Room, viewer: &Viewer, incident: IncidentId, rows: &[ShareRow]) -> Result<Self> {
        let seqs = rows.iter().map(|row| row.seq);
        let (Some(first), Some(last)) = (seqs.clone().min(), seqs.max()) else { return Ok(Self::default()) };
        let (db, scope, between) = (&room.db, policy::scope(viewer), (first, last));
        let exhibits = store::share::list_exhibits(db, scope, incident, between).await?;
        let entries = store::share::list_entries(db, scope, incident, between).await?;
        let named = store::share::list_named(db, incident, between).await?;
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
    let beside = Beside::read(room, viewer, incident.id, std::slice::from_ref(&row)).await?;
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
