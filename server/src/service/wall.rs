//! The status wall: what GREEN and CLEAR alone may tell, whoever stands before it. RED and AMBER do not
//! reach it, not even as a count.

use app::{
    model::{
        Severity,
        wall::{SeverityCount, Wall, WallIncident, WallTile},
    },
    policy::{self, Cleared, WALL},
};

use super::{
    Result, Room, board,
    incident::next_clock,
    store::{self, incident::IncidentRow},
};
use crate::reference;

/// Rows read for each list of the wall; more could not be read from afar. What they stand for is counted apart.
const LIST: i64 = 5;
/// Lines of the latest updates.
const UPDATES: i64 = 4;

pub async fn wall(room: &Room) -> Result<Cleared<Wall>> {
    let now = room.now();
    let (severities, states, breached, next, feed) = tokio::try_join!(
        store::board::count_severities(&room.db, WALL, now),
        store::board::count_states(&room.db, WALL),
        store::board::list_breached(&room.db, WALL, now, LIST),
        store::board::list_next_due(&room.db, WALL, now, LIST),
        store::feed::list(&room.db, WALL, None, None, UPDATES),
    )?;
    let counts = Severity::ALL.iter().map(|severity| {
        let found = severities.iter().find(|row| row.0 == *severity);
        let (open, breached, without_owner) = found.map_or((0, 0, 0), |row| (row.1, row.2, row.3));
        SeverityCount { severity: *severity, open, breached, without_owner }
    });
    let shown = |rows: Vec<IncidentRow>| rows.iter().filter_map(|row| wall_incident(room, row)).collect();
    let wall = Wall {
        as_of: now,
        counts: counts.collect(),
        nationwide: states.iter().find(|row| row.0.is_empty()).map_or(0, |row| row.2),
        breached: shown(breached),
        next: shown(next),
        tiles: tiles(&states),
        closings: room.reference().closings().to_vec(),
        updates: board::feed_lines(room, WALL, feed).await?,
    };
    Ok(policy::clear_by_scope(wall))
}

fn wall_incident(room: &Room, row: &IncidentRow) -> Option<WallIncident> {
    Some(WallIncident {
        number: row.number.clone(),
        title: row.title.clone(),
        severity: row.severity,
        lead: room.directory().organisation(row.lead_id)?.short.clone(),
        clock: next_clock(row)?,
    })
}

fn tiles(states: &[(String, i64, i64)]) -> Vec<WallTile> {
    let tile = |(state, col, row): &(String, i64, i64)| {
        let found = states.iter().find(|counted| counted.0 == *state);
        WallTile {
            state: state.clone(),
            col: *col,
            row: *row,
            worst: found.and_then(|counted| Severity::from_rank(counted.1)),
            open: found.map_or(0, |counted| counted.2),
        }
    };
    reference::tiles().iter().map(tile).collect()
}
