//! One moment of a night: 3 November 2020, 19:18:24 Eastern, seen by an analyst.

use std::{fs, path::Path};

use app::{
    model::{
        Clock, ClockKind, Moment, Organisation, OrganisationId, Person, PersonId, Role, Severity, Tlp, Zone,
        board::{BoardPage, BoardQuery, BoardRow, BoardTabs, Edges, LastUpdate},
        feed::FeedItem,
        id::Number,
        incident::{Category, Hold, Status},
        organisation::Sector,
        period::{Closing, Period},
    },
    pages::{
        board::{Feed, FilterChoices},
        frame::{Appearance, Assets, FormTokens, Frame, ViewerCard},
    },
    policy::{Cleared, clear_public},
};

pub(crate) fn now() -> Moment {
    at("19:18:24")
}

/// A time of this evening, Eastern.
pub(crate) fn at(time: &str) -> Moment {
    let seconds = if time.len() == 5 { ":00" } else { "" };
    format!("2020-11-03T{time}{seconds}-05:00").parse().expect("a time of day")
}

pub(crate) fn zone() -> Zone {
    Zone { label: "ET".into(), name: "America/New_York".into(), offsets: vec![(i64::MIN, -5 * 3600)] }
}

const ORGANISATIONS: &[(&str, &str, &str, Sector)] = &[
    ("CISA", "CISA", "Cybersecurity and Infrastructure Security Agency", Sector::Agency),
    ("FBI", "FBI", "Federal Bureau of Investigation", Sector::Agency),
    ("ODNI", "ODNI", "Office of the Director of National Intelligence", Sector::Agency),
    ("DOJ", "DOJ", "Department of Justice", Sector::Agency),
    ("Facebook", "FB", "Facebook", Sector::Company),
    ("Twitter", "TWTR", "Twitter", Sector::Company),
    ("Google", "GOOG", "Google", Sector::Company),
    ("Microsoft", "MSFT", "Microsoft", Sector::Company),
    ("Verizon", "VZ", "Verizon", Sector::Company),
    ("Reddit", "RDDT", "Reddit", Sector::Company),
    ("Wikimedia", "WMF", "Wikimedia Foundation", Sector::CivilSociety),
    ("LinkedIn", "LI", "LinkedIn", Sector::Company),
    ("Pinterest", "PINS", "Pinterest", Sector::Company),
    ("EI-ISAC", "EIISAC", "Elections Infrastructure ISAC", Sector::SharingCentre),
    ("Maricopa", "MARI", "Maricopa County Elections", Sector::ElectionOffice),
];

pub(crate) fn organisation(code: &str) -> Organisation {
    let (short, code, name, sector) = ORGANISATIONS.iter().find(|o| o.1 == code).expect("a known code");
    Organisation {
        id: OrganisationId(uuid::Uuid::from_u128(1)),
        slug: short.to_lowercase().replace('-', ""),
        name: (*name).into(),
        short: (*short).into(),
        code: (*code).into(),
        sector: *sector,
    }
}

pub(crate) fn person(name: &str, code: &str) -> Person {
    let organisation = organisation(code);
    let first = name.split(' ').next().unwrap_or_default().to_lowercase();
    Person {
        id: PersonId(uuid::Uuid::from_u128(1)),
        email: format!("{first}@{}.example", organisation.slug),
        name: name.into(),
        organisation,
    }
}

pub(crate) fn assets() -> Assets {
    Assets {
        css: "/assets/site.css".into(),
        boot: None,
        icons: "/assets/icons.svg".into(),
        favicon: "/assets/mark.svg".into(),
        preload: vec![],
        fonts: vec!["/assets/fonts/ibm-plex-sans-latin-standard-normal.woff2".into()],
    }
}

/// The assets of a finished site, by its manifest.
pub(crate) fn assets_of(site: &Path) -> Assets {
    let text = fs::read(site.join("assets.json")).expect("a finished site has a manifest");
    let manifest: serde_json::Value = serde_json::from_slice(&text).expect("the manifest is JSON");
    let path = |name: &str| manifest[name]["path"].as_str().map(|path| format!("/{path}"));
    Assets {
        css: path("site.css").unwrap_or_default(),
        boot: path("boot.js"),
        icons: path("icons.svg").unwrap_or_default(),
        favicon: path("mark.svg").unwrap_or_default(),
        preload: ["app.js", "app.wasm"].into_iter().filter_map(path).collect(),
        fonts: path("fonts/ibm-plex-sans-latin-standard-normal.woff2").into_iter().collect(),
    }
}

pub(crate) fn frame(path: &str) -> Frame {
    let path = format!("/{}", path.split('-').next().unwrap_or(path));
    Frame {
        viewer: Some(ViewerCard {
            person: person("Imani Calloway", "CISA"),
            roles: vec![Role::Analyst],
            may_open: true,
            reads_audit: false,
            reads_settings: true,
            to_answer: 2,
            unread: 3,
            set_up_waits: false,
        }),
        now: now(),
        zone: zone(),
        period: Some(Period {
            slug: "polls-closing".into(),
            name: "Election day, polls closing".into(),
            shift: "B".into(),
            from: at("15:00"),
            to: at("23:00"),
            zone: "America/New_York".into(),
            target_percent: 50,
        }),
        closings: closings(),
        appearance: Appearance::default(),
        assets: assets(),
        nonce: "sample".into(),
        path,
        cursor: None,
        form_tokens: FormTokens::new(|action| format!("sample-{action}")),
        notice: None,
        read_only: false,
    }
}

pub(crate) fn closings() -> Vec<Closing> {
    [
        ("18:00", "IN KY"),
        ("19:00", "FL GA IN KY NH SC VA VT"),
        ("19:30", "NC OH WV"),
        ("20:00", "AL CT DC DE FL IL MA MD ME MI MO MS NH NJ OK PA RI TN TX"),
        ("20:30", "AR"),
        ("21:00", "AZ CO KS LA MI MN ND NE NM NY SD TX WI WY"),
        ("22:00", "IA MT ND NV UT"),
        ("23:00", "CA ID OR WA"),
    ]
    .into_iter()
    .map(|(time, states)| Closing { at: at(time), states: states.split(' ').map(str::to_owned).collect() })
    .chain([
        Closing { at: at("23:59").plus_seconds(60), states: vec!["AK".into(), "HI".into()] },
        Closing { at: at("23:59").plus_seconds(3660), states: vec!["AK".into()] },
    ])
    .collect()
}

/// Number, title, place, category, severity, status, owner, marking, organisations (lead first), opened,
/// clock (kind, from, due, met), last update.
type Line = (
    u32,
    &'static str,
    (&'static str, &'static str),
    (&'static str, &'static str, &'static str),
    Severity,
    Status,
    &'static str,
    Tlp,
    &'static str,
    &'static str,
    (&'static str, &'static str, &'static str, &'static str),
    (&'static str, &'static str, &'static str),
);

const INFLUENCE: &str = "Influence operation";
const PROCESS: &str = "Voting-process information";
const CYBER: &str = "Election-infrastructure cyber";

#[rustfmt::skip]
const LINES: &[Line] = &[
    (154, "Coordinated accounts amplify fake ballot-dumping video (PA)", ("PA", "PA"), ("INFL-1", INFLUENCE, "Coordinated inauthentic network"), Severity::Emergency, Status::Triaged, "Lucía Ferrante/FB", Tlp::Amber, "FB TWTR GOOG RDDT CISA FBI", "18:11", ("contain", "18:11", "19:11", ""), ("19:17", "Twitter", "212 accounts locked, 3 seed posts labelled")),
    (152, "ENR site of Cobb County intermittently unreachable", ("Cobb, GA", "GA"), ("CYBR-4", CYBER, "Results site"), Severity::Emergency, Status::Triaged, "Marisol Quennell/CISA", Tlp::AmberStrict, "CISA FBI GOOG MSFT VZ", "18:30", ("contain", "18:30", "19:30", ""), ("19:16", "Google", "Moved behind shield service, errors down to 2%")),
    (147, "SMS to voters in Maricopa County gives wrong polling hours", ("Maricopa, AZ", "AZ"), ("PROC-1", PROCESS, "Wrong date or hours"), Severity::Severe, Status::Contained, "Imani Calloway/CISA", Tlp::Amber, "CISA FBI GOOG VZ TWTR", "17:52", ("update", "19:17", "21:47", ""), ("19:17", "Verizon", "Second sender range blocked at 19:16")),
    (156, "Account posing as Harris County elections announces extended hours", ("Harris, TX", "TX"), ("PROC-5", PROCESS, "Imitation of an office notice"), Severity::Severe, Status::Reported, "", Tlp::Green, "TWTR CISA FB", "19:18:06", ("acknowledge", "19:18:06", "19:33", ""), ("19:18", "Twitter", "Opened from platform intake")),
    (151, "Phishing kit impersonating county registrar portal", ("TX", "TX"), ("ACCT-1", "Accounts and campaign technology", "Phishing of high-risk users"), Severity::High, Status::Triaged, "Anneke Voss/GOOG", Tlp::Amber, "GOOG MSFT CISA FBI", "18:15", ("contain", "18:15", "19:15", ""), ("19:12", "Microsoft", "Kit hosted on 3 further domains, list attached")),
    (153, "Deepfake audio of the governor tells voters to stay home", ("MI", "MI"), ("INFL-4", INFLUENCE, "Synthetic or altered media"), Severity::High, Status::Triaged, "Colm Radley/TWTR", Tlp::AmberStrict, "TWTR FB GOOG CISA FBI DOJ", "18:39", ("contain", "18:39", "19:28", ""), ("19:14", "Facebook", "Hash shared, 41 uploads stopped at ingest")),
    (149, "Candidate staff account takeover attempts", ("Nationwide", ""), ("ACCT-2", "Accounts and campaign technology", "Account takeover or imitation"), Severity::High, Status::Contained, "Devraj Menon/MSFT", Tlp::Red, "MSFT GOOG FBI CISA", "18:00", ("update", "19:08", "23:59", ""), ("19:08", "FBI", "Victim notifications complete")),
    (144, "Robocalls tell Flint voters to vote tomorrow because of long lines", ("Genesee, MI", "MI"), ("PART-4", "Participation interference", "Robocall or mass text"), Severity::High, Status::Contained, "Harlan Dietz/FBI", Tlp::Amber, "FBI CISA VZ DOJ", "16:06", ("update", "18:59", "22:05", ""), ("18:59", "Verizon", "Traceback to second gateway provider")),
    (150, "Look-alike domains of the state results page", ("NC", "NC"), ("CYBR-4", CYBER, "Results site"), Severity::High, Status::Triaged, "Devraj Menon/MSFT", Tlp::Green, "MSFT GOOG CISA", "18:16", ("hold", "18:16", "19:30", ""), ("18:57", "CISA", "Registrar answered, takes it from there")),
    (155, "Clipped livestream claims poll workers sent home in Harrisburg", ("Dauphin, PA", "PA"), ("DELG-2", "Delegitimisation", "Misleading media"), Severity::Medium, Status::Reported, "", Tlp::Green, "FB TWTR CISA", "18:57", ("acknowledge", "18:57", "19:23", ""), ("19:05", "Facebook", "Three pages repost, 18k views")),
    (143, "E-pollbook sync delays presented online as hacking", ("Franklin, OH", "OH"), ("CYBR-2", CYBER, "E-pollbook"), Severity::Medium, Status::Contained, "Joss Ekwueme/CISA", Tlp::Green, "CISA FB TWTR RDDT", "14:38", ("update", "19:02", "22:37", ""), ("19:02", "Reddit", "Pinned correction in two communities")),
    (146, "Results tables edited ahead of any call", ("Nationwide", ""), ("DELG-3", "Delegitimisation", "Premature or false result"), Severity::Medium, Status::Resolved, "Ruben Achterberg/WMF", Tlp::Clear, "WMF CISA", "16:53", ("contain", "16:53", "22:53", "17:05"), ("18:51", "Wikimedia", "Semi-protection on 56 articles")),
    (142, "Recruiter profiles approach election-vendor staff", ("Nationwide", ""), ("INFL-2", INFLUENCE, "State-linked persona or outlet"), Severity::Medium, Status::Triaged, "Priya Lindqvist/LI", Tlp::AmberStrict, "LI CISA FBI MSFT ODNI", "14:15", ("contain", "14:15", "20:15", ""), ("18:44", "ODNI", "Overlap with August cluster confirmed")),
    (148, "Boards recirculate 2016 “vote by text” image", ("Nationwide", ""), ("PROC-2", PROCESS, "Wrong place or method"), Severity::Low, Status::Contained, "Theo Kask/PINS", Tlp::Green, "PINS FB CISA", "17:58", ("contain", "17:58", "23:58", "18:24"), ("18:40", "Pinterest", "Image hash blocked, 1,106 pins removed")),
    (145, "Doctored turnout maps posted across subreddits", ("Nationwide", ""), ("DELG-2", "Delegitimisation", "Misleading media"), Severity::Low, Status::Triaged, "Nadia Brandt/RDDT", Tlp::Green, "RDDT TWTR CISA", "16:27", ("contain", "16:27", "23:59", ""), ("18:33", "Reddit", "14 posts removed, source account suspended")),
    (141, "Parked typosquats of voter-registration look-up", ("FL", "FL"), ("CYBR-1", CYBER, "Voter-registration system"), Severity::Low, Status::Contained, "Anneke Voss/GOOG", Tlp::Clear, "GOOG CISA", "13:03", ("contain", "13:03", "23:03", "14:43"), ("17:58", "Google", "No content served so far")),
    (139, "Long line at one polling place, county has sent a second scanner", ("Gwinnett, GA", "GA"), ("PROC-2", PROCESS, "Wrong place or method"), Severity::Baseline, Status::Triaged, "Joss Ekwueme/CISA", Tlp::Green, "CISA EIISAC", "10:48", ("none", "", "", ""), ("16:58", "EI-ISAC", "Scanner in use since 16:40")),
    (138, "Counterfeit “I Voted” app asks for contacts access", ("Nationwide", ""), ("ACCT-2", "Accounts and campaign technology", "Account takeover or imitation"), Severity::Low, Status::Closed, "Anneke Voss/GOOG", Tlp::Green, "GOOG VZ CISA", "09:10", ("none", "", "", ""), ("16:40", "Google", "Listing removed, developer banned")),
    (137, "Report of a closed school is last week's fire drill", ("Polk, IA", "IA"), ("PART-2", "Participation interference", "False hazard or disruption claim"), Severity::Low, Status::NotAnIncident, "Joss Ekwueme/CISA", Tlp::Green, "CISA", "11:20", ("none", "", "", ""), ("11:52", "CISA", "Ordinary hiccup")),
];

fn row(line: &Line) -> BoardRow {
    let (
        number,
        title,
        (place, state),
        (code, top, leaf),
        severity,
        status,
        owner,
        tlp,
        codes,
        opened,
        clock,
        last,
    ) = *line;
    let mut organisations = codes.split(' ').map(organisation);
    let hold = (clock.0 == "hold").then(|| Hold {
        since: at(clock.1),
        reason: "Waits for the registrar".into(),
        review_at: at(clock.2),
    });
    let running = clock.0.parse::<ClockKind>().ok().map(|kind| Clock {
        kind,
        from: at(clock.1),
        due: at(clock.2),
        met_at: (!clock.3.is_empty()).then(|| at(clock.3)),
        paused_at: None,
    });
    BoardRow {
        number: Number::new(number),
        version: 3,
        title: title.into(),
        category: Category { code: code.into(), top: top.into(), leaf: leaf.into() },
        place: place.into(),
        states: (!state.is_empty()).then(|| state.to_owned()).into_iter().collect(),
        severity,
        status,
        tlp,
        lead: organisations.next().expect("a lead"),
        owner: owner.split_once('/').map(|(name, code)| person(name, code)),
        shared_with: organisations.collect(),
        opened_at: at(opened),
        clock: running,
        hold,
        last: Some(LastUpdate { at: at(last.0), organisation: last.1.into(), text: last.2.into() }),
        updated_at: at(last.0),
        may_take: owner.is_empty(),
        may_share: true,
    }
}

pub(crate) fn rows() -> Vec<BoardRow> {
    LINES.iter().map(row).collect()
}

pub(crate) fn board() -> Cleared<BoardPage> {
    board_of(&BoardQuery::default())
}

pub(crate) fn board_of(query: &BoardQuery) -> Cleared<BoardPage> {
    let mut rows: Vec<BoardRow> = rows().into_iter().filter(|row| query.admits(row, now())).collect();
    rows.sort_by_key(|row| query.place(row));
    let tabs = BoardTabs { open: 17, breached: 2, without_owner: 2, own_lead: 5, mine: 1 };
    let next = (rows.len() > 15).then(|| "sample".to_owned());
    clear_public(BoardPage { rows, edges: Edges::default(), next, tabs })
}

pub(crate) fn empty_board() -> Cleared<BoardPage> {
    clear_public(BoardPage { rows: vec![], edges: Edges::default(), next: None, tabs: BoardTabs::default() })
}

pub(crate) fn feed() -> Feed {
    #[rustfmt::skip]
    let items = [
        ("19:18:06", 156, "Twitter", Tlp::Green, "Opened: account posing as Harris County elections announces extended hours."),
        ("19:17:44", 154, "Twitter", Tlp::Amber, "212 accounts locked. Three seed posts carry a label; sharing is off."),
        ("19:17:10", 147, "Verizon", Tlp::Amber, "Second sender range blocked at 19:16. No delivery since."),
        ("19:16:31", 152, "Google", Tlp::AmberStrict, "County front end moved behind the shield service. Error rate 2%, was 38%."),
        ("19:15:02", 151, "Watchfloor", Tlp::Green, "Contain target passed."),
        ("19:14:18", 153, "Facebook", Tlp::AmberStrict, "Audio hash shared to the exchange. 41 uploads stopped at ingest."),
        ("19:12:40", 151, "Microsoft", Tlp::Amber, "Evidence added: kit-domains-2.csv (3 domains)."),
        ("19:11:24", 154, "Watchfloor", Tlp::Green, "Contain target passed. ODNI and DOJ duty leads paged."),
        ("19:08:55", 149, "FBI", Tlp::Red, "Victim notifications complete for 11 of 11 accounts."),
        ("19:05:12", 155, "Facebook", Tlp::Green, "Three pages repost the clip; 18k views in 15 minutes."),
        ("19:02:37", 143, "Reddit", Tlp::Green, "Pinned correction with the county statement in two communities."),
        ("18:59:20", 144, "Verizon", Tlp::Amber, "Traceback reaches second gateway provider."),
    ];
    let items = items.map(|(time, number, organisation, tlp, text)| FeedItem {
        at: at(time),
        incident: Number::new(number),
        organisation: organisation.into(),
        text: text.into(),
        tlp,
        alarm: organisation == "Watchfloor",
        corrected: false,
    });
    Feed { items: clear_public(items.to_vec()), mine: false, next: Some("sample".into()) }
}

pub(crate) fn no_feed() -> Feed {
    Feed { items: clear_public(vec![]), mine: false, next: None }
}

pub(crate) fn choices() -> FilterChoices {
    let categories = LINES.iter().map(|line| line.3);
    let mut categories: Vec<Category> = categories
        .map(|(code, top, leaf)| Category { code: code.into(), top: top.into(), leaf: leaf.into() })
        .collect();
    categories.sort_by(|a, b| a.code.cmp(&b.code));
    categories.dedup();
    FilterChoices {
        organisations: ORGANISATIONS.iter().map(|o| organisation(o.1)).collect(),
        people: rows().into_iter().filter_map(|row| row.owner).collect(),
        categories,
        states: [("AZ", "Arizona"), ("GA", "Georgia"), ("PA", "Pennsylvania")]
            .map(|(c, n)| (c.into(), n.into()))
            .to_vec(),
    }
}
