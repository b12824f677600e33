//! Each row of a table that the journal brought, against the journal row that brought it.

use std::collections::HashMap;

use app::model::{IncidentId, Moment, OrganisationId, PersonId, ShareId};
use serde_json::Value;
use uuid::Uuid;

use super::{Kind, Report, items};
use crate::service::{
    Noun, Result, Room, entry, evidence, ledger, setting,
    share::{self, Said},
    store::{self, journal::JournalRow, ledger::CountRow},
};

/// What the journal brings with a number of its own.
const KEPT: [Noun; 9] = [
    Noun::Entry,
    Noun::Strike,
    Noun::Exhibit,
    Noun::Custody,
    Noun::Indicator,
    Noun::Share,
    Noun::Hold,
    Noun::Onward,
    Noun::Setting,
];
/// Rows beyond the journal's end that are looked at.
pub(super) const BEYOND: i64 = 1_000;

/// A row of a table, as far as its journal row knows it.
struct Kept {
    noun: Noun,
    seq: i64,
    id: Uuid,
    person: Option<PersonId>,
    organisation: Option<OrganisationId>,
    /// None: the table does not say.
    incident: Option<IncidentId>,
    at: Moment,
    body: String,
}

/// Compares the rows with `from < seq <= to` with their journal rows.
pub(super) async fn check(
    room: &Room,
    (from, to): (i64, i64),
    page: &[JournalRow],
    report: &mut Report,
) -> Result<()> {
    let mut kept: HashMap<(i64, &'static str), Vec<Kept>> = HashMap::new();
    for row in read(room, (from, to), page).await? {
        kept.entry((row.seq, row.noun.word())).or_default().push(row);
    }
    for row in page {
        let Some(noun) = KEPT.into_iter().find(|noun| noun.word() == row.noun) else { continue };
        // Later acts on these move them on: see standing.rs.
        let moves = (noun == Noun::Share && row.action != share::SHARED)
            || (noun == Noun::Hold && row.action != share::HELD)
            || (noun == Noun::Onward && row.action != share::ASKED);
        if moves {
            continue;
        }
        let candidates = kept.entry((row.seq, noun.word())).or_default();
        match candidates.iter().position(|kept| Some(kept.id) == row.noun_id) {
            None => report.add(Kind::Missing, row.seq, format!("its {} is gone", noun.word())),
            Some(at) => compare(&candidates.swap_remove(at), row, report),
        }
    }
    let mut inserted: Vec<_> = kept.into_values().flatten().collect();
    inserted.sort_by_key(|row| row.seq);
    for row in inserted {
        let what = format!("a row of {} ({}) is not in the journal", row.noun.word(), row.id);
        report.add(Kind::Inserted, row.seq, what);
    }
    Ok(())
}

/// Rows that claim a place after the journal's end. What was written since the walk began has one.
pub(super) async fn check_beyond(room: &Room, end: i64, report: &mut Report) -> Result<()> {
    for row in read(room, (end, i64::MAX), &[]).await? {
        if store::journal::find_body(&room.db, row.seq).await?.is_none() {
            let what = format!("a row of {} ({}) is not in the journal", row.noun.word(), row.id);
            report.add(Kind::Inserted, row.seq, what);
        }
    }
    Ok(())
}

fn compare(kept: &Kept, row: &JournalRow, report: &mut Report) {
    let mut differs = differences(&kept.body, &row.body);
    let mut same = |what: &str, equal: bool| {
        if !equal {
            differs.push(what.to_owned());
        }
    };
    same("person", kept.person == row.person_id);
    // A strike does not say for which organisation it was made.
    same("organisation", kept.noun == Noun::Strike || kept.organisation == row.organisation_id);
    same("incident", kept.incident.is_none() || kept.incident == row.incident_id);
    same("moment", kept.at == row.at);
    if !differs.is_empty() {
        let what = format!("its {} was edited: {}", kept.noun.word(), differs.join(", "));
        report.add(Kind::Edited, row.seq, what);
    }
}

/// The fields in which two bodies differ; none when they are the same text.
fn differences(table: &str, journal: &str) -> Vec<String> {
    if table == journal {
        return vec![];
    }
    let fields = |text: &str| match serde_json::from_str(text) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let (table, journal) = (fields(table), fields(journal));
    let names = table.keys().chain(journal.keys().filter(|name| !table.contains_key(*name)));
    let differing: Vec<_> = names.filter(|name| table.get(*name) != journal.get(*name)).cloned().collect();
    if differing.is_empty() { vec!["its form".to_owned()] } else { differing }
}

fn gather<V: Ord>(pairs: Vec<(Uuid, V)>) -> HashMap<Uuid, Vec<V>> {
    let mut map: HashMap<Uuid, Vec<V>> = HashMap::new();
    for (id, value) in pairs {
        map.entry(id).or_default().push(value);
    }
    map.values_mut().for_each(|values| values.sort_unstable());
    map
}

async fn read(room: &Room, (from, to): (i64, i64), page: &[JournalRow]) -> Result<Vec<Kept>> {
    let (db, limit) = (&room.db, if page.is_empty() { BEYOND } else { i64::MAX });
    let audiences = gather(store::verify::list_audiences(db, from, to).await?);
    let named = gather(store::verify::list_named(db, from, to).await?);
    let mentions = gather(store::verify::list_mentions(db, from, to).await?);
    let crossed = gather(store::posting::list_between(db, from, to).await?);
    let audience =
        |narrowed: bool, id: Uuid| narrowed.then(|| audiences.get(&id).cloned().unwrap_or_default());
    let named = |id: Uuid| named.get(&id).cloned().unwrap_or_default();
    let mentions = |id: Uuid| mentions.get(&id).cloned().unwrap_or_default();
    let bodies: HashMap<i64, &str> = page.iter().map(|row| (row.seq, row.body.as_str())).collect();
    let mut kept = vec![];
    for row in store::verify::list_entries(db, from, to, limit).await? {
        // Who saw the incident before stands in the journal alone.
        let before = bodies.get(&row.seq).and_then(|body| entry::before_of(body));
        let audience = audience(row.narrowed, row.id.0);
        kept.push(Kept {
            noun: Noun::Entry,
            seq: row.seq,
            id: row.id.0,
            person: row.author_id,
            organisation: row.organisation_id,
            incident: Some(row.incident_id),
            at: row.recorded_at,
            body: entry::body_of(
                &row,
                audience.as_deref(),
                &named(row.id.0),
                &mentions(row.id.0),
                before.as_ref(),
                crossed.get(&row.id.0).map_or(&[], Vec::as_slice),
            )?,
        });
    }
    for row in store::verify::list_strikes(db, from, to, limit).await? {
        kept.push(Kept {
            noun: Noun::Strike,
            seq: row.seq,
            id: row.strike.entry_id.0,
            person: Some(row.strike.person_id),
            organisation: None,
            incident: None,
            at: row.strike.at,
            body: entry::strike_body(&row.strike)?,
        });
    }
    for row in store::verify::list_exhibits(db, from, to, limit).await? {
        let audience = audience(row.narrowed, row.id.0);
        kept.push(Kept {
            noun: Noun::Exhibit,
            seq: row.seq,
            id: row.id.0,
            person: Some(row.added_by),
            organisation: Some(row.organisation_id),
            incident: Some(row.incident_id),
            at: row.added_at,
            body: evidence::body_of(&row, audience.as_deref(), &named(row.id.0))?,
        });
    }
    for row in store::verify::list_custody(db, from, to, limit).await? {
        kept.push(Kept {
            noun: Noun::Custody,
            seq: row.seq,
            id: row.id.0,
            person: row.person_id,
            organisation: row.organisation_id,
            incident: None,
            at: row.at,
            body: evidence::custody_body(&row)?,
        });
    }
    for row in store::verify::list_indicators(db, from, to, limit).await? {
        kept.push(Kept {
            noun: Noun::Indicator,
            seq: row.seq,
            id: row.id.0,
            person: Some(row.added_by),
            organisation: Some(row.organisation_id),
            incident: Some(row.incident_id),
            at: row.added_at,
            body: bodies.get(&row.seq).map_or_else(String::new, |body| items::indicator_body(&row, body)),
        });
    }
    kept.extend(read_shares(room, (from, to), limit, &bodies).await?);
    kept.extend(read_settings(room, (from, to), limit).await?);
    for row in store::verify::list_holds(db, from, to, limit).await? {
        kept.push(Kept {
            noun: Noun::Hold,
            seq: row.seq,
            id: row.id.0,
            person: Some(row.from_person),
            organisation: Some(row.from_organisation),
            incident: Some(row.incident_id),
            at: row.held_at,
            body: share::hold_body(&row)?,
        });
    }
    for row in store::verify::list_onward(db, from, to, limit).await? {
        kept.push(Kept {
            noun: Noun::Onward,
            seq: row.seq,
            id: row.id.0,
            // Where counsel let it out, the hold says who wrote it.
            person: Some(row.from_person),
            organisation: Some(row.from_organisation),
            incident: Some(row.incident_id),
            at: row.asked_at,
            body: share::onward_body(&row, bodies.get(&row.seq).is_some_and(|body| share::says_asked(body)))?,
        });
    }
    Ok(kept)
}

/// What a table holds, in the order in which the journal said it where the two are the same.
fn in_order<V: Ord + Clone>(kept: Option<&Vec<V>>, said: Vec<V>) -> Vec<V> {
    let kept = kept.cloned().unwrap_or_default();
    let mut sorted = said.clone();
    sorted.sort_unstable();
    sorted.dedup();
    if sorted == kept { said } else { kept }
}

/// The sharing ledger. Where a share stands moves on with later rows of the journal; who told whom what, and
/// with which exhibits, does not.
async fn read_shares(
    room: &Room,
    (from, to): (i64, i64),
    limit: i64,
    bodies: &HashMap<i64, &str>,
) -> Result<Vec<Kept>> {
    let db = &room.db;
    let exhibits = gather(store::verify::list_shared_exhibits(db, from, to).await?);
    let entries = gather(store::verify::list_shared_entries(db, from, to).await?);
    let named = gather(store::verify::list_shared_named(db, from, to).await?);
    let mut counts: HashMap<ShareId, Vec<CountRow>> = HashMap::new();
    for count in store::verify::list_counts(db, from, to).await? {
        counts.entry(count.share_id).or_default().push(count);
    }
    let mut kept = vec![];
    for row in store::verify::list_shares(&room.db, from, to, limit).await? {
        // The tables keep no order.
        // One that cannot be read differs from what stands.
        let said = bodies.get(&row.seq).and_then(|body| share::cited_of(body).ok()).unwrap_or_default();
        let sent = share::Cited {
            exhibits: in_order(exhibits.get(&row.id.0), said.exhibits),
            entries: in_order(entries.get(&row.id.0), said.entries),
            named: in_order(named.get(&row.id.0), said.named),
        };
        let counts = counts.remove(&row.id).unwrap_or_default();
        let counts = ledger::commitments(&counts, &row.parties());
        let names_author = bodies.get(&row.seq).is_some_and(|body| share::names_author(body));
        let said = Said { cited: &sent, counts: &counts, names_author };
        kept.push(Kept {
            noun: Noun::Share,
            seq: row.seq,
            id: row.id.0,
            person: Some(row.reviewed_by.unwrap_or(row.from_person)),
            organisation: Some(row.from_organisation),
            incident: Some(row.incident_id),
            at: row.delivered_at,
            body: share::body_of(&row, &said)?,
        });
    }
    Ok(kept)
}

async fn read_settings(room: &Room, (from, to): (i64, i64), limit: i64) -> Result<Vec<Kept>> {
    let mut kept = vec![];
    for row in store::verify::list_settings(&room.db, from, to, limit).await? {
        kept.push(Kept {
            noun: Noun::Setting,
            seq: row.seq,
            id: row.id,
            person: Some(row.person_id),
            organisation: Some(row.organisation_id),
            incident: None,
            at: row.at,
            body: setting::body_of(&row),
        });
    }
    Ok(kept)
}
