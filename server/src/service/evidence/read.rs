//! Exhibits and their custody, read for a viewer.

use std::collections::{HashMap, HashSet};

use app::{
    model::{
        CustodyId, ExhibitId, OrganisationId, PersonId, Tlp,
        exhibit::{Custody, Exhibit},
        id::Number,
        incident::Incident,
    },
    policy::{self, Cleared, Inside, Marking, Scope, Viewer},
};

use crate::service::{
    Error, Result, Room,
    incident::{marking, marking_of},
    keyset, looks,
    store::{
        self,
        exhibit::{CustodyRow, ExhibitRow},
        incident::IncidentRow,
    },
};

/// `E-3` is 3, written in one way only.
pub fn label_number(label: &str) -> Option<i64> {
    let number: i64 = label.strip_prefix("E-")?.parse().ok()?;
    (number > 0 && format!("E-{number}") == label).then_some(number)
}

/// The exhibits of an incident that the viewer may see, newest first, before number `before`, and where
/// to go on.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    before: Option<i64>,
    limit: i64,
) -> Result<(Cleared<Vec<Exhibit>>, Option<i64>)> {
    let limit = limit.clamp(1, 200);
    let before = before.unwrap_or(i64::MAX);
    let scope = policy::scope(viewer);
    let mut rows = store::exhibit::list_visible(&room.db, scope, incident.id, before, limit + 1).await?;
    let next = keyset::cut(&mut rows, limit, |row| row.number);
    Ok((clear_all(room, viewer, incident, rows).await?, next))
}

/// Those of an incident with these numbers that the viewer may see, newest first; the others are left out like numbers
/// never given.
pub async fn list_of(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    numbers: &[i64],
) -> Result<Cleared<Vec<Exhibit>>> {
    if numbers.is_empty() {
        return Ok(std::iter::empty().collect());
    }
    let rows = store::exhibit::list_of(&room.db, policy::scope(viewer), incident.id, numbers).await?;
    clear_all(room, viewer, incident, rows).await
}

async fn clear_all(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    rows: Vec<ExhibitRow>,
) -> Result<Cleared<Vec<Exhibit>>> {
    let numbers = rows.iter().map(|row| row.number);
    let (Some(first), Some(last)) = (numbers.clone().min(), numbers.max()) else {
        return Ok(std::iter::empty().collect());
    };
    let marking = marking_of(incident);
    let thumbnails: HashSet<ExhibitId> =
        store::exhibit::list_thumbnails(&room.db, incident.id, (first, last)).await?.into_iter().collect();
    let counts = store::exhibit::count_custody(&room.db, incident.id, (first, last)).await?;
    let counts: HashMap<ExhibitId, (i64, Option<String>)> =
        counts.into_iter().map(|(id, count, result)| (id, (count, result))).collect();
    // Most lists have nothing narrowed and nothing RED.
    let mut audiences: HashMap<ExhibitId, Vec<OrganisationId>> = HashMap::new();
    if rows.iter().any(|row| row.narrowed) {
        for (id, of) in store::exhibit::list_audiences(&room.db, incident.id, (first, last)).await? {
            audiences.entry(id).or_default().push(of);
        }
    }
    let mut named: HashMap<ExhibitId, Vec<PersonId>> = HashMap::new();
    if rows.iter().any(|row| row.tlp == Tlp::Red) {
        for (id, person) in store::exhibit::list_named(&room.db, incident.id, (first, last)).await? {
            named.entry(id).or_default().push(person);
        }
    }
    let mut exhibits = vec![];
    for row in rows {
        let (count, result) = counts.get(&row.id).cloned().unwrap_or_default();
        let beside = Beside {
            audience: row.narrowed.then(|| audiences.remove(&row.id).unwrap_or_default()),
            named: named.remove(&row.id).unwrap_or_default(),
            has_thumbnail: thumbnails.contains(&row.id),
            count,
            result,
        };
        exhibits.extend(clear(room, viewer, &incident.number, &marking, row, beside)?);
    }
    Ok(exhibits.into_iter().collect())
}

/// One exhibit, if it and its incident exist for the viewer.
pub async fn find(room: &Room, viewer: &Viewer, number: &Number, exhibit: i64) -> Result<Cleared<Exhibit>> {
    find_kept(room, viewer, number, exhibit).await.map(|(exhibit, _)| exhibit)
}

/// The same, with the organisation in whose folder its file lies.
pub(super) async fn find_kept(
    room: &Room,
    viewer: &Viewer,
    number: &Number,
    exhibit: i64,
) -> Result<(Cleared<Exhibit>, OrganisationId)> {
    let scope = policy::scope(viewer);
    let incident = store::incident::find_visible(&room.db, scope, number).await?.ok_or(Error::NotFound)?;
    let row = store::exhibit::find_visible(&room.db, scope, incident.id, exhibit).await?;
    let row = row.ok_or(Error::NotFound)?;
    let keeper = row.organisation_id;
    Ok((show(room, viewer, &incident, row).await?.ok_or(Error::NotFound)?, keeper))
}

/// One exhibit for a stream: what a row of the journal brought.
pub(crate) async fn find_for(
    room: &Room,
    viewer: &Viewer,
    scope: Scope,
    incident: &IncidentRow,
    id: ExhibitId,
) -> Result<Option<Cleared<Exhibit>>> {
    match store::exhibit::find_visible_by_id(&room.db, scope, id).await? {
        Some(row) => show(room, viewer, incident, row).await,
        None => Ok(None),
    }
}

async fn show(
    room: &Room,
    viewer: &Viewer,
    incident: &IncidentRow,
    row: ExhibitRow,
) -> Result<Option<Cleared<Exhibit>>> {
    let marking = marking(room, incident.id, incident.tlp).await?;
    let (count, result) = store::exhibit::count_custody_of(&room.db, row.id).await?;
    let has_thumbnail = store::exhibit::has_thumbnail(&room.db, row.id).await?;
    let id = row.id.0;
    let audience =
        if row.narrowed { Some(store::incident::read_audience(&room.db, id).await?) } else { None };
    let named = match row.tlp {
        Tlp::Red => store::incident::read_named(&room.db, id).await?,
        _ => vec![],
    };
    let beside = Beside { audience, named, has_thumbnail, count, result };
    clear(room, viewer, &incident.number, &marking, row, beside)
}

/// What is known about an exhibit beyond its own row.
struct Beside {
    audience: Option<Vec<OrganisationId>>,
    named: Vec<PersonId>,
    has_thumbnail: bool,
    count: i64,
    /// Of the newest verification.
    result: Option<String>,
}

fn clear(
    room: &Room,
    viewer: &Viewer,
    number: &Number,
    incident: &Marking,
    row: ExhibitRow,
    beside: Beside,
) -> Result<Option<Cleared<Exhibit>>> {
    let Beside { audience, named, has_thumbnail, count, result } = beside;
    let child = Marking { tlp: row.tlp, access: incident.access.clone(), named, audience };
    looks::at(row.incident_id, row.tlp.max(incident.tlp));
    let directory = room.directory();
    let gone = || Error::internal(format!("{number} E-{} names somebody unknown", row.number));
    let organisation = |id: &OrganisationId| directory.organisation(*id).cloned();
    let exhibit = Exhibit {
        id: row.id,
        incident: number.clone(),
        number: row.number,
        sha256: row.sha256,
        size: row.size,
        media_type: row.media_type,
        name: row.name,
        source_url: row.source_url,
        note: row.note,
        tlp: row.tlp.max(incident.tlp).inside(),
        audience: child.audience.iter().flatten().filter_map(organisation).collect(),
        named: child.named.iter().filter_map(|id| directory.person(*id).cloned()).collect(),
        captured_at: row.captured_at,
        added_by: directory.person(row.added_by).cloned().ok_or_else(gone)?,
        added_at: row.added_at,
        has_thumbnail,
        custody_count: count,
        intact: result.map(|result| result == "unchanged"),
    };
    Ok(policy::clear(viewer, &Inside { incident, child: &child }, exhibit))
}

/// The trail of an exhibit that was cleared before, newest first, and where to go on. Addresses of clients
/// are for one's own organisation and for the one that keeps the exhibit.
pub async fn list_custody(
    room: &Room,
    viewer: &Viewer,
    exhibit: &Cleared<Exhibit>,
    before: Option<i64>,
    limit: i64,
) -> Result<(Cleared<Vec<Custody>>, Option<i64>)> {
    let limit = limit.clamp(1, 200);
    let before = before.unwrap_or(i64::MAX);
    let mut rows = store::exhibit::list_custody_before(&room.db, exhibit.id, before, limit + 1).await?;
    let next = keyset::cut(&mut rows, limit, |row| row.seq);
    let keeps = exhibit.added_by.organisation.id == viewer.organisation;
    let directory = room.directory();
    let line = |row: CustodyRow| Custody {
        id: CustodyId(row.id.0),
        action: row.action,
        person: row.person_id.and_then(|id| directory.person(id).cloned()),
        at: row.at,
        address: if keeps || row.organisation_id == Some(viewer.organisation) {
            row.address
        } else {
            String::new()
        },
        result: row.result,
    };
    // Who sees the exhibit sees its trail: the exhibit stands cleared in the arguments.
    Ok((rows.into_iter().map(|row| policy::clear_by_scope(line(row))).collect(), next))
}
