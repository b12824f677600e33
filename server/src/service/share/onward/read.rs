//! Requests as the two organisations read them: the one that asks, and the one that is asked.

use app::{
    model::{
        PersonId, ShareId,
        inbox::ShareTab,
        incident::Incident,
        onward::{Onward, OnwardState},
    },
    policy::{self, Cleared, Viewer},
};

use super::super::{
    super::{
        Error, Result, Room, keyset, looks,
        store::{self, inbox::Filter, onward::OnwardLineRow},
    },
    Along, Citations, Cited, Crossed,
};

/// Requests that belong into a tab of the inbox, before a place of the journal: rows, of which nobody has looked at any
/// before they are [`assembled`].
pub(in super::super) async fn list_rows(
    room: &Room,
    viewer: &Viewer,
    (tab, filter): (ShareTab, Filter),
    before: i64,
    limit: i64,
) -> Result<Vec<OnwardLineRow>> {
    let (db, scope, own) = (&room.db, policy::scope(viewer), viewer.organisation);
    let states: &[OnwardState] = match tab {
        // Nobody is handed a request.
        _ if filter.assigned.is_some() => return Ok(vec![]),
        ShareTab::Answer => {
            return Ok(store::onward::list_to_decide(db, scope, own, filter, before, limit).await?);
        }
        ShareTab::Waiting => &[OnwardState::Asked],
        ShareTab::Held => &[],
        // What was approved is a share of its own.
        ShareTab::Done => &[OnwardState::Refused, OnwardState::Lapsed, OnwardState::Withdrawn],
    };
    let mut rows = vec![];
    for state in states {
        rows.extend(store::onward::list_asked(db, scope, (own, *state), filter, before, limit).await?);
    }
    Ok(rows)
}

/// The requests of a page of the inbox, newest first.
pub(in super::super) async fn assembled(
    room: &Room,
    viewer: &Viewer,
    mut rows: Vec<OnwardLineRow>,
) -> Result<Vec<Onward>> {
    rows.sort_by_key(|row| std::cmp::Reverse(row.onward.seq));
    in_order(room, viewer, rows).await
}

/// Requests of a page as the viewer reads them; what they point to is read at once.
async fn in_order(room: &Room, viewer: &Viewer, rows: Vec<OnwardLineRow>) -> Result<Vec<Onward>> {
    let mut read: Vec<(OnwardLineRow, Cited)> = vec![];
    // As a crossing between the two: a screen or an auditor of either reads none.
    for row in rows.into_iter().filter(|row| Crossed::onward(&row.onward).is_read_by(viewer)) {
        let cited = serde_json::from_str(&row.onward.cited).map_err(Error::internal)?;
        read.push((row, cited));
    }
    let cited: Vec<&Cited> = read.iter().map(|(_, cited)| cited).collect();
    let citations = Citations::read(room, policy::scope(viewer), &cited).await?;
    Ok(read.into_iter().filter_map(|(row, cited)| assemble(room, row, cited, &citations)).collect())
}

/// Requests of an incident that the viewer reads: made by their organisation, or asked of it; oldest first.
pub async fn list_onward(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    after: i64,
    limit: i64,
) -> Result<(Cleared<Vec<Onward>>, Option<i64>)> {
    let limit = limit.clamp(1, 200);
    let scope = policy::scope(viewer);
    let mut rows = store::onward::list_of(&room.db, scope, incident.id, after, limit + 1).await?;
    let next = keyset::cut(&mut rows, limit, |row| row.onward.seq);
    Ok((policy::clear_by_scope(in_order(room, viewer, rows).await?), next))
}

/// One request, for the organisation that asked and the one that is asked.
pub async fn find_onward(room: &Room, viewer: &Viewer, id: ShareId) -> Result<Cleared<Onward>> {
    let row = store::onward::find_line(&room.db, policy::scope(viewer), id).await?;
    let onward = in_order(room, viewer, row.into_iter().collect()).await?.pop();
    onward.map(policy::clear_by_scope).ok_or(Error::NotFound)
}

fn assemble(room: &Room, row: OnwardLineRow, cited: Cited, citations: &Citations) -> Option<Onward> {
    let OnwardLineRow { onward, number, title, severity } = row;
    looks::at(onward.incident_id, onward.tlp);
    let Along { exhibits, entries } = citations.of(&cited);
    let directory = room.directory();
    let person = |id: PersonId| directory.person(id).cloned();
    let organisation = |id| directory.organisation(id).cloned();
    let (Some(from), Some(to), Some(asked)) = (
        person(onward.from_person),
        organisation(onward.to_organisation),
        organisation(onward.asked_organisation),
    ) else {
        return None;
    };
    Some(Onward {
        id: onward.id,
        incident: number,
        title,
        severity,
        version: onward.version,
        from,
        to,
        asked,
        named: cited.named.into_iter().filter_map(person).collect(),
        exhibits,
        entries,
        purpose: onward.purpose,
        text: onward.body,
        tlp: onward.tlp,
        foreign_nexus: onward.foreign_nexus,
        basis: onward.basis.read(),
        state: onward.state,
        comment: onward.comment,
        asked_at: onward.asked_at,
        decided_at: onward.decided_at,
        decided_by: onward.decided_by.and_then(person),
    })
}
