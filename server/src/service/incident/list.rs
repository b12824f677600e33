//! Incidents in full, page by page: what scripts and partner tools read.

use std::collections::HashMap;

use app::{
    model::{
        IncidentId, Tlp,
        board::{BoardQuery, Grouping, Order, Place},
        id::Number,
        incident::Incident,
    },
    policy::{self, Cleared, Marking, Scope, Viewer},
};

use super::assemble;
use crate::service::{
    Error, Result, Room,
    board::{gather, resolve, settle},
    keyset, looks,
    store::{self, incident::IncidentRow},
};

/// What this list's cursors are sealed for.
const CURSOR: &str = "incidents";

/// A page of incidents.
#[derive(Debug)]
pub struct Listed {
    pub incidents: Cleared<Vec<Incident>>,
    /// Sealed cursor of the next page.
    pub next: Option<String>,
}

/// The incidents that the viewer sees and the query asks for, of these periods where any are named.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    query: &BoardQuery,
    periods: &[String],
    limit: i64,
) -> Result<Listed> {
    let mut query = settle(query.clone());
    query.group = Grouping::None;
    let opened = |sealed: &String| -> Result<Place> {
        let opened = room.seal.open(CURSOR, sealed).and_then(|text| serde_json::from_str(&text).ok());
        opened.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))
    };
    let place = query.after.as_ref().map(opened).transpose()?;
    let mut resolved = resolve(room, &query);
    resolved.periods = periods.to_vec();
    let limit = limit.clamp(1, 200);
    let scope = policy::scope(viewer);
    let mut rows =
        store::board::list(&room.db, scope, &query, &resolved, room.now(), place.as_ref(), limit + 1).await?;
    let next = keyset::cut(&mut rows, limit, |row| {
        let text = serde_json::to_string(&place_of(row, query.order)).map_err(Error::internal);
        text.map(|text| room.seal.seal(CURSOR, &text))
    });
    let next = next.transpose()?;
    Ok(Listed { incidents: show_all(room, viewer, scope, rows).await?, next })
}

fn place_of(row: &IncidentRow, order: Order) -> Place {
    let within = match order {
        Order::Target => row.next_due.0,
        Order::Updated => i64::MAX - row.updated_at.0,
        Order::Opened => i64::MAX - row.opened_at.0,
    };
    Place { group: 0, lead: String::new(), within, number: row.number.clone(), label: String::new() }
}

/// Assembles rows of the store, reading what they refer to once for all.
async fn show_all(
    room: &Room,
    viewer: &Viewer,
    scope: Scope,
    rows: Vec<IncidentRow>,
) -> Result<Cleared<Vec<Incident>>> {
    let ids: Vec<IncidentId> = rows.iter().map(|row| row.id).collect();
    let red: Vec<IncidentId> = rows.iter().filter(|row| row.tlp == Tlp::Red).map(|row| row.id).collect();
    let mut access = gather(store::board::list_access(&room.db, &ids).await?);
    let mut named = gather(store::board::list_named(&room.db, &red).await?);
    let places = store::board::list_jurisdictions(&room.db, &ids).await?;
    let mut places = gather(places.into_iter().map(|(id, state, county)| (id, (state, county))).collect());
    let mut originals: HashMap<IncidentId, Option<Number>> = HashMap::new();
    for id in rows.iter().filter_map(|row| row.duplicate_of) {
        originals.insert(id, store::incident::find_visible_number(&room.db, scope, id).await?);
    }
    let mut shown = vec![];
    for row in rows {
        let marking = Marking {
            tlp: row.tlp,
            access: access.remove(&row.id).unwrap_or_default(),
            named: named.remove(&row.id).unwrap_or_default(),
            audience: None,
        };
        let original = row.duplicate_of.and_then(|id| originals.get(&id).cloned().flatten());
        let places = places.remove(&row.id).unwrap_or_default();
        let incident = assemble(room, &row, &marking, places, original)?;
        looks::at(row.id, row.tlp);
        shown.extend(policy::clear(viewer, &marking, incident));
    }
    Ok(shown.into_iter().collect())
}
