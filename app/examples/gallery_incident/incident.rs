//! WF-0147: text messages in Maricopa County, as its owner and as others see it.

use app::model::{
    Clock, ClockKind, EntryId, ExhibitId, IncidentId, IndicatorId, Number, Person, Severity, ShareId, TaskId,
    Tlp,
    entry::{Change, Entry, EntryKind, Strike, Wording},
    exhibit::Exhibit,
    incident::{Incident, Jurisdiction, Stages, Status, Verification},
    indicator::{Indicator, IndicatorKind},
    period::PeriodName,
    share::{Purpose, Share, ShareState},
    task::Task,
};
use uuid::Uuid;

use crate::sample::{at, categories, me, organisation, person};

pub(crate) fn number() -> Number {
    Number::new(147)
}

pub(crate) fn incident() -> Incident {
    let clock = |kind, due: &str, met: Option<&str>| Clock {
        kind,
        from: at("17:52"),
        due: at(due),
        met_at: met.map(at),
        paused_at: None,
    };
    Incident {
        id: IncidentId(Uuid::from_u128(1)),
        number: number(),
        version: 12,
        title: "SMS to voters in Maricopa County gives wrong polling hours".into(),
        summary: "Text messages sent through a resold gateway route told voters that polls close two hours early. \
                  Both sender ranges are blocked, the landing page is down and a joint correction is out. Open: \
                  correction to the affected handsets, and who bought the route.\n\nClaim: polls close at 5 p.m.\n\
                  Fact: 6 a.m. to 7 p.m. MST (21:00 ET)\nReach: about 3,140 delivered of 11,400 sent"
            .into(),
        source: "Voter hotline of the recorder's office, by telephone".into(),
        category: categories().remove(0),
        severity: Severity::Severe,
        status: Status::Triaged,
        disposition: None,
        verification: Verification::Confirmed,
        tlp: Tlp::Amber,
        lead: organisation("CISA"),
        origin: organisation("CISA"),
        owner: Some(me()),
        handover_to: None,
        opened_by: person("Marisol Quennell", "CISA"),
        shared_with: ["FBI", "Google", "Twitter", "Verizon"].map(organisation).to_vec(),
        named: vec![],
        jurisdictions: vec![Jurisdiction { state: "AZ".into(), county: Some("Maricopa County".into()) }],
        stages: Stages {
            occurred_at: at("17:31"),
            reported_at: at("17:52"),
            opened_at: at("17:52"),
            acknowledged_at: Some(at("17:56")),
            ..Stages::default()
        },
        hold: None,
        clocks: vec![
            clock(ClockKind::Acknowledge, "18:02", Some("17:56")),
            clock(ClockKind::Contain, "19:52", None),
            Clock { from: at("19:02"), ..clock(ClockKind::Update, "19:32", None) },
        ],
        period: Some(PeriodName { slug: "polls-closing".into(), name: "Polls closing".into() }),
        duplicate_of: None,
        referred_to: None,
        candidate_or_party_content: false,
        contains_personal_data: false,
        legal_hold: false,
        clearance: None,
    }
}

fn entry(id: u128, kind: EntryKind, author: Option<Person>, time: &str, text: &str) -> Entry {
    Entry {
        id: EntryId(Uuid::from_u128(id)),
        incident: number(),
        kind,
        text: text.into(),
        author,
        happened_at: at(time),
        recorded_at: at(time),
        tlp: Tlp::Amber,
        audience: vec![],
        named: vec![],
        change: None,
        exhibit: None,
        corrects: None,
        earlier: vec![],
        struck: None,
        mentions: vec![],
    }
}

fn change(field: &str, old: &str, new: &str) -> Option<Change> {
    Some(Change { field: field.into(), old: old.into(), new: new.into() })
}

pub(crate) fn entries() -> Vec<Entry> {
    let verizon = || Some(person("Yuki Sandoval", "Verizon"));
    let google = || Some(person("Anneke Voss", "Google"));
    let fbi = || Some(person("Tobias Hargreave", "FBI"));
    let marisol = || Some(person("Marisol Quennell", "CISA"));
    let me = || Some(me());
    use EntryKind::{Decision, Evidence, Observation, Request, Share, Status, System, Update};
    vec![
        entry(1, Update, verizon(), "19:17", "Second sender range blocked at 19:16. Delivered before the block: about 3,140 handsets, most in 850xx and 852xx. No delivery since. Ready to send the correction to the same handsets once the wording is final."),
        Entry { exhibit: Some(6), ..entry(2, Evidence, verizon(), "19:16", "") },
        Entry {
            tlp: Tlp::AmberStrict,
            exhibit: Some(5),
            audience: ["CISA", "FBI", "Google"].map(organisation).to_vec(),
            ..entry(3, Evidence, google(), "19:02", "Clicks on the short link until it was switched off at 18:29, addresses removed.")
        },
        entry(4, Request, me(), "18:55", "Maricopa Recorder: please confirm the wording of the correction before 19:20."),
        entry(5, Decision, me(), "18:47", "Publish one joint correction with the Arizona Secretary of State; no organisation comments on its own before it is out.\n\nFive separate corrections would repeat the false hours five times."),
        Entry {
            tlp: Tlp::Red,
            named: vec![crate::sample::me(), person("Tobias Hargreave", "FBI")],
            ..entry(6, Update, fbi(), "18:41", "Preservation request served on the aggregator that resold the route. Account holder details expected before 20:00. Named recipients only; do not forward inside your organisation.")
        },
        Entry {
            struck: Some(Strike { by: person("Yuki Sandoval", "Verizon"), at: at("18:36"), reason: "Wrong incident: belongs to the Flint robocalls".into() }),
            ..entry(7, Observation, verizon(), "18:33", "Call volume from the Flint gateway doubles.")
        },
        entry(8, Update, verizon(), "18:28", "First range blocked at 18:27. Traffic stopped within a minute. List of both ranges attached as E-4."),
        Entry { exhibit: Some(4), ..entry(9, Evidence, verizon(), "18:27", "") },
        Entry { change: change("severity", "High", "Severe"), ..entry(10, System, me(), "18:20", "Spread beyond one county.") },
        Entry { change: change("owner", "", "Imani Calloway (CISA)"), ..entry(11, System, me(), "18:19", "") },
        Entry { change: change("breach", "", "Update"), ..entry(12, System, None, "18:14", "") },
        Entry {
            earlier: vec![Wording { id: EntryId(Uuid::from_u128(99)), text: "Landing page copied from the county site with hours changed to 6 a.m. to 5 p.m. One host, two names. Registered in 2018.".into(), recorded_at: at("18:05") }],
            recorded_at: at("18:09"),
            ..entry(13, Update, google(), "18:05", "Landing page copied from the county site with hours changed to 6 a.m. to 5 p.m. One host, two names. Registered yesterday, 2 Nov.")
        },
        Entry { exhibit: Some(3), ..entry(14, Evidence, google(), "18:04", "") },
        Entry { change: change("status", "Reported", "Triaged"), ..entry(15, Status, me(), "17:56", "Acknowledged in 4m, target 10m.") },
        Entry { change: change("share", "", "Google"), ..entry(16, Share, marisol(), "17:53", "For awareness") },
        Entry { change: change("status", "", "Reported"), ..entry(17, Status, marisol(), "17:52", "From the hotline intake.") },
        Entry {
            recorded_at: at("18:12"),
            ..entry(18, Observation, marisol(), "17:31", "A voter reads the text message to the hotline and forwards a screenshot. It says polls close at 5 p.m.; they close at 7 p.m. local time.")
        },
    ]
}

fn exhibit(number_: i64, name: &str, media_type: &str, size: i64, by: Person, time: &str) -> Exhibit {
    Exhibit {
        id: ExhibitId(Uuid::from_u128(number_ as u128)),
        incident: number(),
        number: number_,
        sha256: Some(format!("{:064x}", 0x9f2c_71d8_u128 * number_ as u128 * 7_919)),
        size,
        media_type: media_type.into(),
        name: name.into(),
        source_url: None,
        note: String::new(),
        tlp: if number_ == 5 { Tlp::AmberStrict } else { Tlp::Amber },
        audience: vec![],
        named: vec![],
        captured_at: None,
        added_by: by,
        added_at: at(time),
        has_thumbnail: false,
        custody_count: 3,
        intact: Some(number_ != 2),
    }
}

pub(crate) fn exhibits() -> Vec<Exhibit> {
    let (verizon, google) = (person("Yuki Sandoval", "Verizon"), person("Anneke Voss", "Google"));
    vec![
        exhibit(6, "carrier-block-confirmation.eml", "message/rfc822", 24_310, verizon.clone(), "19:16"),
        exhibit(5, "shortener-clicks-redacted.csv", "text/csv", 412_009, google.clone(), "19:02"),
        exhibit(4, "sender-ranges.csv", "text/csv", 2_040, verizon, "18:27"),
        exhibit(3, "landing-page.wacz", "application/warc+zip", 2_310_448, google, "18:05"),
        exhibit(2, "sms-screenshot-602.png", "image/png", 486_120, me(), "17:58"),
        exhibit(1, "hotline-call-1731.m4a", "audio/mp4", 1_102_500, me(), "17:54"),
    ]
}

pub(crate) fn indicators() -> Vec<Indicator> {
    let kinds = [
        (IndicatorKind::Domain, "az-pollhours.example", 2),
        (IndicatorKind::Url, "https://az-pollhours.example/m?z=850", 1),
        (IndicatorKind::Handle, "@az_vote_alerts_", 0),
        (IndicatorKind::Ip, "192.0.2.77", 0),
        (IndicatorKind::Phone, "+1 602 555 0100", 1),
    ];
    kinds
        .iter()
        .enumerate()
        .map(|(index, (kind, value, also))| Indicator {
            id: IndicatorId(Uuid::from_u128(index as u128)),
            kind: *kind,
            value: (*value).into(),
            note: String::new(),
            tlp: Tlp::Amber,
            added_by: person("Anneke Voss", "Google"),
            added_at: at("18:05"),
            also_in: (0..*also).map(|n| Number::new(138 + n * 6)).collect(),
        })
        .collect()
}

pub(crate) fn tasks() -> Vec<Task> {
    [
        ("Block both sender ranges", "Verizon", None, Some("19:16")),
        ("Send correction SMS to the affected handsets", "Verizon", Some("19:30"), None),
        ("Confirm no repeat through other gateways", "FBI", Some("20:30"), None),
        ("Ask the Recorder for the call log", "CISA", Some("19:10"), None),
    ]
    .iter()
    .enumerate()
    .map(|(index, (text, short, due, done))| Task {
        id: TaskId(Uuid::from_u128(index as u128)),
        version: 1,
        text: (*text).into(),
        organisation: Some(organisation(short)),
        person: None,
        due_at: due.map(at),
        done_at: done.map(at),
        done_by: None,
        created_by: me(),
        created_at: at("18:00"),
        playbook: None,
        step: None,
        tlp: Tlp::Amber,
    })
    .collect()
}

pub(crate) fn shares() -> Vec<Share> {
    [("Google", ShareState::Answered, true), ("FBI", ShareState::Delivered, false)]
        .iter()
        .enumerate()
        .map(|(index, (short, state, answered))| Share {
            id: ShareId(Uuid::from_u128(index as u128)),
            incident: number(),
            version: 1,
            from: person("Marisol Quennell", "CISA"),
            to: organisation(short),
            purpose: Purpose::Awareness,
            explanation: String::new(),
            text: "A text message in Maricopa County gives 5 p.m. as the closing time of polls. The office says 7 p.m.".into(),
            tlp: Tlp::Amber,
            foreign_nexus: "None seen".into(),
            basis: app::model::basis::Basis::default(),
            exhibits: vec![2],
            entries: vec![],
            named: vec![],
            approved_by: None,
            assigned_to: None,
            state: *state,
            delivered_at: at("17:53"),
            seen_at: answered.then(|| at("17:55")),
            acknowledged_at: answered.then(|| at("17:56")),
            answered_at: answered.then(|| at("18:05")),
            answer: answered.then(|| "Landing page found on one host; details in the timeline.".into()),
            revoked_at: None,
            sender_left_at: None,
        })
        .collect()
}
