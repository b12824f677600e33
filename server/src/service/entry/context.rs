//! What the rows of a timeline refer to, and the entries made of both.

use std::collections::HashMap;

use app::{
    model::{
        EntryId, IncidentId, OrganisationId, PersonId, Tlp,
        entry::{Change, Entry, Strike, Wording},
        id::Number,
    },
    policy::{self, Cleared, Inside, Marking, Scope, Viewer},
};

use super::super::{
    Result, Room, looks,
    store::{
        self,
        entry::{EntryRow, StrikeRow},
    },
};

/// How corrections are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// Joined to the entry that they correct: the newest wording stands, the earlier ones behind it.
    Joined,
    /// Each entry as it was written.
    Written,
}

/// What the rows of a timeline refer to, read once.
pub(super) struct Context {
    number: Number,
    incident: Marking,
    audiences: HashMap<EntryId, Vec<OrganisationId>>,
    named: HashMap<EntryId, Vec<PersonId>>,
    strikes: HashMap<EntryId, StrikeRow>,
    corrections: HashMap<EntryId, Vec<EntryRow>>,
    mentions: HashMap<EntryId, Vec<PersonId>>,
}

fn gather<K: std::hash::Hash + Eq, V>(pairs: Vec<(K, V)>) -> HashMap<K, Vec<V>> {
    let mut map: HashMap<K, Vec<V>> = HashMap::new();
    for (key, value) in pairs {
        map.entry(key).or_default().push(value);
    }
    map
}

impl Context {
    pub(super) async fn read(
        room: &Room,
        scope: Scope,
        id: IncidentId,
        number: Number,
        incident: Marking,
        rows: &[EntryRow],
        reading: Reading,
    ) -> Result<Self> {
        let db = &room.db;
        let corrections = match reading {
            Reading::Joined => store::entry::list_corrections(db, scope, id).await?,
            Reading::Written => vec![],
        };
        // Most pages have nothing narrowed and nothing RED.
        let audiences = match rows.iter().any(|row| row.narrowed) {
            true => store::entry::list_audiences(db, id).await?,
            false => vec![],
        };
        let named = match rows.iter().any(|row| row.tlp == Tlp::Red) {
            true => store::entry::list_named(db, id).await?,
            false => vec![],
        };
        Ok(Self {
            number,
            incident,
            audiences: gather(audiences),
            named: gather(named),
            strikes: store::entry::list_strikes(db, id).await?.into_iter().map(|s| (s.entry_id, s)).collect(),
            corrections: gather(
                corrections.into_iter().filter_map(|row| Some((row.corrects?, row))).collect(),
            ),
            mentions: gather(store::mention::list(db, id).await?),
        })
    }

    /// Whom any of these entries calls.
    fn called(&self, entries: impl Iterator<Item = EntryId>) -> Vec<PersonId> {
        let mut people: Vec<_> = entries.filter_map(|id| self.mentions.get(&id)).flatten().copied().collect();
        people.sort_unstable();
        people.dedup();
        people
    }

    pub(super) fn clear(&mut self, room: &Room, viewer: &Viewer, row: EntryRow) -> Option<Cleared<Entry>> {
        looks::at(row.incident_id, row.tlp.max(self.incident.tlp));
        let directory = room.directory();
        let audience = row.narrowed.then(|| self.audiences.get(&row.id).cloned().unwrap_or_default());
        let named = self.named.get(&row.id).cloned().unwrap_or_default();
        let child = Marking { tlp: row.tlp, access: self.incident.access.clone(), named, audience };
        let mut versions = self.corrections.remove(&row.id).unwrap_or_default();
        let mentions = self.called(versions.iter().map(|version| version.id).chain([row.id]));
        // Newest first; the newest is what stands, the older and the original are its earlier wordings.
        let text = versions.first().map_or(&row.body, |newest| &newest.body).clone();
        let mut earlier: Vec<Wording> = versions
            .drain(..)
            .skip(1)
            .map(|v| Wording { id: v.id, text: v.body, recorded_at: v.recorded_at })
            .collect();
        if text != row.body || !earlier.is_empty() {
            earlier.push(Wording { id: row.id, text: row.body.clone(), recorded_at: row.recorded_at });
        }
        let struck = self.strikes.get(&row.id).and_then(|strike| {
            Some(Strike {
                by: directory.person(strike.person_id)?.clone(),
                at: strike.at,
                reason: strike.reason.clone(),
            })
        });
        let change = row.field.clone().map(|field| Change {
            field,
            old: row.old_value.clone().unwrap_or_default(),
            new: row.new_value.clone().unwrap_or_default(),
        });
        let organisations = |ids: &[OrganisationId]| {
            ids.iter().filter_map(|id| directory.organisation(*id).cloned()).collect::<Vec<_>>()
        };
        let entry = Entry {
            id: row.id,
            incident: self.number.clone(),
            kind: row.kind,
            text,
            author: row.author_id.and_then(|id| directory.person(id).cloned()),
            happened_at: row.happened_at,
            recorded_at: row.recorded_at,
            tlp: row.tlp.max(self.incident.tlp).inside(),
            audience: child.audience.as_deref().map(organisations).unwrap_or_default(),
            named: child.named.iter().filter_map(|id| directory.person(*id).cloned()).collect(),
            change,
            exhibit: row.exhibit,
            corrects: row.corrects,
            earlier,
            struck,
            mentions: mentions.into_iter().filter_map(|id| directory.person(id).cloned()).collect(),
        };
        policy::clear(viewer, &Inside { incident: &self.incident, child: &child }, entry)
    }
}
