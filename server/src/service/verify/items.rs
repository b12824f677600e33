//! Which indicators and tasks crossed, and to whom, against the journal rows that brought them.

use std::collections::HashMap;

use app::model::{OrganisationId, ledger::Crossed};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{Kind, Report, rows::BEYOND};
use crate::service::{
    Noun, Result, Room, indicator,
    ledger::{CrossedTo, item_body},
    store::{self, indicator::IndicatorRow, item::ItemRow, journal::JournalRow},
};

fn read(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_default()
}

/// An indicator as its journal row has it. Rows from before they did so say neither a label nor a reader; who its
/// readers were is compared by [`check`].
pub(super) fn indicator_body(row: &IndicatorRow, journal: &str) -> String {
    let (said, journal) = (indicator::said(row), read(journal));
    if journal.get("tlp").is_none() {
        return said.to_string();
    }
    let mut body = item_body(said, row.tlp, None);
    if let Some(crossed) = journal.get("crossed") {
        body["crossed"] = crossed.clone();
    }
    body.to_string()
}

/// Compares those with `from < seq <= to`.
pub(super) async fn check(
    room: &Room,
    (from, to): (i64, i64),
    page: &[JournalRow],
    report: &mut Report,
) -> Result<()> {
    let mut readers: HashMap<Uuid, Vec<OrganisationId>> = HashMap::new();
    for (item, organisation) in store::item::list_to_between(&room.db, from, to).await? {
        readers.entry(item).or_default().push(organisation);
    }
    let rows = store::item::list_between(&room.db, from, to, i64::MAX).await?;
    let mut rows: HashMap<i64, ItemRow> = rows.into_iter().map(|row| (row.seq, row)).collect();
    let brings = |row: &&JournalRow| {
        row.action == "added" && [Noun::Indicator.word(), Noun::Task.word()].contains(&row.noun.as_str())
    };
    for journal in page.iter().filter(brings) {
        let body = read(&journal.body);
        match rows.remove(&journal.seq) {
            None if body.get("crossed").is_some() => {
                report.add(Kind::Missing, journal.seq, "its place in the ledger is gone");
            }
            None => {}
            Some(row) => {
                let mut to = readers.remove(&row.id).unwrap_or_default();
                to.sort_unstable();
                if !is_so(&row, &to, journal, &body) {
                    report.add(Kind::Edited, journal.seq, "its place in the ledger was edited");
                }
            }
        }
    }
    for row in rows.into_values() {
        let what = format!("a row of item_crossed ({}) is not in the journal", row.id);
        report.add(Kind::Inserted, row.seq, what);
    }
    Ok(())
}

/// Those that claim a place after the journal's end. What was written since the walk began has one.
pub(super) async fn check_beyond(room: &Room, end: i64, report: &mut Report) -> Result<()> {
    for row in store::item::list_between(&room.db, end, i64::MAX, BEYOND).await? {
        if store::journal::find_body(&room.db, row.seq).await?.is_none() {
            let what = format!("a row of item_crossed ({}) is not in the journal", row.id);
            report.add(Kind::Inserted, row.seq, what);
        }
    }
    Ok(())
}

/// Readers with `from < seq <= to` whom no entry and no item was written with. The ledger finds them by what they claim
/// to have read, wherever in the journal they say they are.
pub(super) async fn check_readers(room: &Room, (from, to): (i64, i64), report: &mut Report) -> Result<()> {
    let entries = store::posting::list_planted(&room.db, from, to).await?;
    let items = store::item::list_planted(&room.db, from, to).await?;
    for (table, rows) in [("entry_crossed", entries), ("item_crossed_to", items)] {
        for (id, seq) in rows {
            let what = format!("a row of {table} ({id}) is not in the journal");
            report.add(Kind::Inserted, seq, what);
        }
    }
    Ok(())
}

fn is_so(row: &ItemRow, to: &[OrganisationId], journal: &JournalRow, body: &Value) -> bool {
    let same = Some(row.id) == journal.noun_id
        && row.noun == journal.noun
        && Some(row.incident_id) == journal.incident_id
        && Some(row.person_id) == journal.person_id
        && Some(row.organisation_id) == journal.organisation_id
        && row.at == journal.at;
    let readers = match body.get("tlp") {
        // From before it was written down: what everybody could read, by its label.
        None => row.crossed == Crossed::All && row.tlp.reaches_everyone(),
        Some(tlp) => {
            let crossed = CrossedTo::of(Some(row.crossed), to).map(|crossed| json!(crossed));
            *tlp == json!(row.tlp) && body.get("crossed").cloned() == crossed
        }
    };
    same && readers
}
