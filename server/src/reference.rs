//! Facts that ship with the program: states and counties, poll closings, tiles, the room's zone.

use std::{collections::BTreeMap, sync::LazyLock};

use app::model::{Moment, Zone, period::Closing};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct StateClosings {
    state: String,
    last_utc: Moment,
}

/// General election of 3 November 2020, by the last closing of each state; source in data/README.md.
pub fn poll_closings() -> Vec<Closing> {
    static CLOSINGS: LazyLock<Vec<Closing>> = LazyLock::new(|| {
        let text = include_str!("../../data/poll_closings_2020.json");
        let states: Vec<StateClosings> = serde_json::from_str(text).expect("a test reads this file");
        let mut by_time: BTreeMap<Moment, Vec<String>> = BTreeMap::new();
        for state in states {
            by_time.entry(state.last_utc).or_default().push(state.state);
        }
        let sorted = |mut states: Vec<String>| {
            states.sort();
            states
        };
        by_time.into_iter().map(|(at, states)| Closing { at, states: sorted(states) }).collect()
    });
    CLOSINGS.clone()
}

/// A state of the tile map: postal code, column and row.
pub fn tiles() -> &'static [(String, i64, i64)] {
    #[derive(Deserialize)]
    struct Tile {
        col: i64,
        row: i64,
    }
    static TILES: LazyLock<Vec<(String, i64, i64)>> = LazyLock::new(|| {
        let text = include_str!("../../data/tiles.json");
        let tiles: BTreeMap<String, Tile> = serde_json::from_str(text).expect("a test reads this file");
        tiles.into_iter().map(|(state, tile)| (state, tile.col, tile.row)).collect()
    });
    &TILES
}

/// A state or a county of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub fips: &'static str,
    pub state: &'static str,
    pub name: &'static str,
}

static PLACES: LazyLock<Vec<Place>> = LazyLock::new(|| {
    let rows = include_str!("../../data/jurisdictions.csv").lines().skip(1);
    let place = |row: &'static str| {
        let mut fields = row.splitn(3, ',');
        let (fips, state, name) = (fields.next()?, fields.next()?, fields.next()?);
        Some(Place { fips, state, name: name.trim_matches('"') })
    };
    rows.filter_map(place).collect()
});

/// States, the District of Columbia and territories, by name.
pub fn states() -> Vec<&'static Place> {
    let mut states: Vec<_> = PLACES.iter().filter(|place| place.fips.len() == 2).collect();
    states.sort_by_key(|place| place.name);
    states
}

/// The counties of a state, by name.
pub fn counties(state: &str) -> Vec<&'static str> {
    let of_state = PLACES.iter().filter(|place| place.fips.len() == 5 && place.state == state);
    let mut names: Vec<_> = of_state.map(|place| place.name).collect();
    names.sort_unstable();
    names
}

/// The county of this state under its proper name, whatever its case; a trailing "County" is forgiven.
pub fn county(state: &str, typed: &str) -> Option<&'static str> {
    let wanted = typed.trim();
    let short = wanted.strip_suffix(" County").or(wanted.strip_suffix(" county")).unwrap_or(wanted);
    let of_state = || PLACES.iter().filter(|place| place.fips.len() == 5 && place.state == state);
    let same = |name: &str| of_state().find(|place| place.name.eq_ignore_ascii_case(name)).map(|p| p.name);
    same(wanted).or_else(|| same(short))
}

/// An IANA zone as the browser half can use it: offsets of some years around the room's life.
pub fn zone(name: &str, label: &str) -> Option<Zone> {
    let zone = jiff::tz::TimeZone::get(name).ok()?;
    let from = jiff::Timestamp::from_second(1_483_228_800).ok()?; // 2017
    let to = 2_051_222_400; // 2035
    let mut offsets = vec![(i64::MIN, zone.to_offset(from).seconds())];
    for change in zone.following(from) {
        let at = change.timestamp().as_second();
        if at > to {
            break;
        }
        offsets.push((at, change.offset().seconds()));
    }
    Some(Zone { label: label.to_owned(), name: name.to_owned(), offsets })
}

/// The zone of the room: Eastern, where the last moment of a US election day is counted from.
pub fn eastern() -> Zone {
    static EASTERN: LazyLock<Zone> =
        LazyLock::new(|| zone("America/New_York", "ET").unwrap_or_else(Zone::utc));
    EASTERN.clone()
}

/// Zones that a form offers: (IANA name, label).
pub const ZONES: &[(&str, &str)] = &[
    ("America/New_York", "ET"),
    ("America/Chicago", "CT"),
    ("America/Denver", "MT"),
    ("America/Phoenix", "MST (Arizona)"),
    ("America/Los_Angeles", "PT"),
    ("America/Anchorage", "AKT"),
    ("Pacific/Honolulu", "HST"),
    ("UTC", "UTC"),
];

/// The instant of a date and time of day in a zone.
pub fn instant(date: &str, time: &str, zone: &str) -> Option<Moment> {
    let known = ZONES.iter().find(|(name, _)| *name == zone)?;
    let civil: jiff::civil::DateTime = format!("{}T{}", date.trim(), time.trim()).parse().ok()?;
    let zoned = civil.in_tz(known.0).ok()?;
    Some(Moment(zoned.timestamp().as_microsecond()))
}
