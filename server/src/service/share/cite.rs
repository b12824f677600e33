//! What goes along with a share: exhibits and entries that its recipients can see, no others.

use std::collections::HashSet;

use app::{
    model::{EntryId, ExhibitId, FieldErrors, OrganisationId, Person, Tlp},
    policy::{self, Inside, Marking, Sight, Viewer},
};
use uuid::Uuid;

use super::super::{
    Result, Room,
    incident::Held,
    store::{self, entry::EntryRow},
};

/// How many exhibits, and how many entries, go along with one share.
const MOST: usize = 100;

/// What was chosen, each once. More than a form can offer is refused before anything is looked up: the
/// writer's turn is held meanwhile.
fn each_once<'a>(field: &str, words: &'a [String], errors: &mut FieldErrors) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    let words = words.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
    let chosen: Vec<_> = words.filter(|word| seen.insert(*word)).take(MOST + 1).collect();
    if chosen.len() > MOST {
        errors.add(field, format!("At most {MOST} go along with one share"));
        return vec![];
    }
    chosen
}

/// An incident as its recipients will find it, and who they are.
#[derive(Clone, Debug)]
pub(super) struct After {
    pub marking: Marking,
    /// With the name under which a message speaks of them.
    pub readers: Vec<(String, Viewer)>,
}

impl After {
    /// Once it is shared under this label: everybody of an organisation, with RED each of the named.
    pub(super) fn of(room: &Room, held: &Held, tlp: Tlp, to: &[OrganisationId], named: &[Person]) -> Self {
        let directory = room.directory();
        let mut marking = held.marking.clone();
        let mut readers = vec![];
        for id in to.iter().filter(|id| !held.marking.access.contains(id)) {
            marking.access.push(*id);
        }
        if marking.tlp == Tlp::Red {
            marking.named.extend(named.iter().map(|person| person.id));
        }
        if tlp == Tlp::Red {
            for person in named {
                readers.extend(directory.viewer(person.id).map(|viewer| (person.name.clone(), viewer)));
            }
        } else {
            let found = to.iter().filter_map(|id| directory.organisation(*id));
            readers.extend(found.map(|found| (found.short.clone(), policy::anybody_of(found))));
        }
        Self { marking, readers }
    }

    /// The recipients who could not see this child, by name.
    fn blind(&self, child: &Marking) -> Vec<&str> {
        let inside = Inside { incident: &self.marking, child };
        let hidden = |(_, viewer): &&(String, Viewer)| policy::sight(viewer, &inside) == Sight::Hidden;
        self.readers.iter().filter(hidden).map(|(name, _)| name.as_str()).collect()
    }
}

/// The marking of a child as it will be.
async fn child(room: &Room, after: &After, id: Uuid, tlp: Tlp, narrowed: bool) -> Result<Marking> {
    let db = &room.db;
    let audience = if narrowed { Some(store::incident::read_audience(db, id).await?) } else { None };
    let named = if tlp == Tlp::Red { store::incident::read_named(db, id).await? } else { vec![] };
    Ok(Marking { tlp, access: after.marking.access.clone(), named, audience })
}

/// Those that the sender sees and every recipient could open.
pub(super) async fn exhibits(
    room: &Room,
    viewer: &Viewer,
    incident: &store::incident::IncidentRow,
    after: &After,
    labels: &[String],
    errors: &mut FieldErrors,
) -> Result<Vec<ExhibitId>> {
    let mut chosen = vec![];
    for label in each_once("exhibits", labels, errors) {
        let number = label.trim_start_matches("E-").parse::<i64>().unwrap_or(0);
        let scope = policy::scope(viewer);
        let Some(row) = store::exhibit::find_visible(&room.db, scope, incident.id, number).await? else {
            errors.add("exhibits", format!("There is no exhibit {label}"));
            continue;
        };
        let marking = child(room, after, row.id.0, row.tlp, row.narrowed).await?;
        match after.blind(&marking).as_slice() {
            // “7” and “E-7” are the same exhibit.
            [] if chosen.contains(&row.id) => {}
            [] => chosen.push(row.id),
            names => errors.add("exhibits", format!("{} could not see E-{number}", names.join(", "))),
        }
    }
    Ok(chosen)
}

/// Entries that people wrote, with the words that stand in them now.
pub(super) async fn entries(
    room: &Room,
    viewer: &Viewer,
    incident: &store::incident::IncidentRow,
    after: &After,
    ids: &[String],
    errors: &mut FieldErrors,
) -> Result<Vec<(EntryId, String)>> {
    let mut chosen: Vec<(EntryId, String)> = vec![];
    let words = each_once("entries", ids, errors);
    if words.is_empty() {
        return Ok(chosen);
    }
    let struck = store::entry::list_strikes(&room.db, incident.id).await?;
    let struck: HashSet<_> = struck.iter().map(|strike| strike.entry_id).collect();
    // Newest first: the first that corrects an entry has the words that stand.
    let corrections = store::entry::list_corrections(&room.db, policy::scope(viewer), incident.id).await?;
    for word in words {
        let Some(row) = entry(room, viewer, incident, word).await?.filter(|row| !struck.contains(&row.id))
        else {
            errors.add("entries", format!("There is no entry {word} to go along"));
            continue;
        };
        let marking = child(room, after, row.id.0, row.tlp, row.narrowed).await?;
        match after.blind(&marking).as_slice() {
            [] if chosen.iter().any(|(id, _)| *id == row.id) => {}
            [] => {
                let newest = corrections.iter().find(|newer| newer.corrects == Some(row.id));
                chosen.push((row.id, newest.map_or(row.body, |newer| newer.body.clone())));
            }
            names => {
                let start: String = row.body.chars().take(40).collect();
                errors.add("entries", format!("{} could not see “{start}…”", names.join(", ")));
            }
        }
    }
    Ok(chosen)
}

async fn entry(
    room: &Room,
    viewer: &Viewer,
    incident: &store::incident::IncidentRow,
    word: &str,
) -> Result<Option<EntryRow>> {
    let Ok(id) = word.parse::<EntryId>() else { return Ok(None) };
    let row = store::entry::find_visible(&room.db, policy::scope(viewer), id).await?;
    let fits =
        |row: &EntryRow| row.incident_id == incident.id && row.kind.is_written() && row.corrects.is_none();
    Ok(row.filter(fits))
}
