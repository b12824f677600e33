//! The wall of the same moment: GREEN and CLEAR only, so it counts less than the board.

use std::collections::BTreeMap;

use app::{
    model::{
        Clock, ClockKind, Severity, Tlp,
        feed::FeedItem,
        id::Number,
        wall::{SeverityCount, Wall, WallIncident, WallTile},
    },
    policy::{Cleared, clear_public},
};

use crate::sample::{at, closings, now};

fn tiles(worst: &[(&str, Severity)]) -> Vec<WallTile> {
    let text = include_str!("../../../data/tiles.json");
    let places: BTreeMap<String, BTreeMap<String, i64>> = serde_json::from_str(text).expect("the tile grid");
    let tile = |(state, place): (String, BTreeMap<String, i64>)| {
        let worst = worst.iter().find(|(code, _)| *code == state).map(|(_, severity)| *severity);
        WallTile { col: place["col"], row: place["row"], open: i64::from(worst.is_some()), worst, state }
    };
    places.into_iter().map(tile).collect()
}

fn incident(
    number: u32,
    title: &str,
    severity: Severity,
    lead: &str,
    clock: (ClockKind, &str, &str),
) -> WallIncident {
    let (kind, from, due) = clock;
    let clock = Clock { kind, from: at(from), due: at(due), met_at: None, paused_at: None };
    WallIncident { number: Number::new(number), title: title.into(), severity, lead: lead.into(), clock }
}

fn count(severity: Severity, open: i64, breached: i64, without_owner: i64) -> SeverityCount {
    SeverityCount { severity, open, breached, without_owner }
}

pub(crate) fn wall() -> Cleared<Wall> {
    use Severity::*;
    let update = |time, number, organisation: &str, tlp, text: &str| FeedItem {
        at: at(time),
        incident: Number::new(number),
        organisation: organisation.into(),
        text: text.into(),
        tlp,
        alarm: false,
        corrected: false,
    };
    clear_public(Wall {
        as_of: now(),
        counts: vec![
            count(Emergency, 1, 1, 0),
            count(Severe, 3, 1, 1),
            count(High, 6, 0, 0),
            count(Medium, 5, 0, 1),
            count(Low, 12, 0, 0),
            count(Baseline, 0, 0, 0),
        ],
        nationwide: 6,
        breached: vec![
            incident(
                154,
                "Fake ballot-dumping video amplified (PA)",
                Emergency,
                "Facebook",
                (ClockKind::Contain, "18:11", "19:11"),
            ),
            incident(
                151,
                "Phishing kit impersonating the county registrar portal in Travis, Harris and Bexar",
                Severe,
                "Google",
                (ClockKind::Contain, "18:15", "18:05"),
            ),
        ],
        next: vec![
            incident(
                155,
                "Clipped livestream claims poll workers sent home in Harrisburg",
                Medium,
                "Facebook",
                (ClockKind::Acknowledge, "18:57", "19:23"),
            ),
            incident(
                156,
                "Account posing as Harris County elections announces extended hours",
                Severe,
                "Twitter",
                (ClockKind::Acknowledge, "19:18", "19:33"),
            ),
            incident(
                150,
                "Look-alike domains of the state results page",
                High,
                "Microsoft",
                (ClockKind::Contain, "18:16", "19:46"),
            ),
        ],
        tiles: tiles(&[
            ("PA", Emergency),
            ("TX", Severe),
            ("AZ", Severe),
            ("MI", High),
            ("NC", High),
            ("OH", Medium),
            ("FL", Low),
            ("GA", Baseline),
        ]),
        closings: closings(),
        updates: vec![
            update(
                "19:18",
                156,
                "Twitter",
                Tlp::Green,
                "Opened: account posing as Harris County elections announces extended hours.",
            ),
            update(
                "19:05",
                155,
                "Facebook",
                Tlp::Green,
                "Three pages repost the clip; 18k views in 15 minutes.",
            ),
            update(
                "18:58",
                147,
                "Maricopa",
                Tlp::Clear,
                "Maricopa County polls close at 7 p.m. Texts saying 5 p.m. are false.",
            ),
        ],
    })
}

pub(crate) fn quiet() -> Cleared<Wall> {
    clear_public(Wall {
        as_of: now(),
        counts: Severity::ALL.iter().map(|severity| count(*severity, 0, 0, 0)).collect(),
        nationwide: 0,
        breached: vec![],
        next: vec![],
        tiles: tiles(&[]),
        closings: vec![],
        updates: vec![],
    })
}
