//! One moment of a night: 3 November 2020, 19:18:24 Eastern, seen by an analyst.

use std::{fs, path::Path};

use app::{
    model::{
        Moment, Organisation, OrganisationId, Person, PersonId, Role, Zone,
        incident::Category,
        organisation::Sector,
        period::{Closing, Period},
    },
    pages::frame::{Appearance, Assets, FormTokens, Frame, ViewerCard},
};
use uuid::Uuid;

pub(crate) fn now() -> Moment {
    at("19:18:24")
}

/// A time of this evening, Eastern.
pub(crate) fn at(time: &str) -> Moment {
    let seconds = if time.len() == 5 { ":00" } else { "" };
    format!("2020-11-03T{time}{seconds}-05:00").parse().expect("a time of day")
}

const ORGANISATIONS: &[(&str, &str, &str, Sector)] = &[
    ("CISA", "CISA", "Cybersecurity and Infrastructure Security Agency", Sector::Agency),
    ("FBI", "FBI", "Federal Bureau of Investigation", Sector::Agency),
    ("ODNI", "ODNI", "Office of the Director of National Intelligence", Sector::Agency),
    ("DOJ", "DOJ", "Department of Justice", Sector::Agency),
    ("Facebook", "FB", "Facebook", Sector::Company),
    ("Google", "GOOG", "Google", Sector::Company),
    ("LinkedIn", "LI", "LinkedIn", Sector::Company),
    ("Microsoft", "MSFT", "Microsoft", Sector::Company),
    ("Pinterest", "PINS", "Pinterest", Sector::Company),
    ("Reddit", "RDDT", "Reddit", Sector::Company),
    ("Twitter", "TWTR", "Twitter", Sector::Company),
    ("Verizon", "VZ", "Verizon", Sector::Company),
    ("Wikimedia", "WMF", "Wikimedia Foundation", Sector::CivilSociety),
    ("EI-ISAC", "EIISAC", "Elections Infrastructure ISAC", Sector::SharingCentre),
    ("Maricopa", "MARI", "Maricopa County Elections", Sector::ElectionOffice),
];

pub(crate) fn organisation(short: &str) -> Organisation {
    let place = ORGANISATIONS.iter().position(|o| o.0 == short).expect("a known name");
    let (short, code, name, sector) = ORGANISATIONS[place];
    Organisation {
        id: OrganisationId(Uuid::from_u128(place as u128 + 1)),
        slug: short.to_lowercase().replace('-', ""),
        name: name.into(),
        short: short.into(),
        code: code.into(),
        sector,
    }
}

pub(crate) fn organisations() -> Vec<Organisation> {
    ORGANISATIONS.iter().map(|o| organisation(o.0)).collect()
}

pub(crate) fn person(name: &str, short: &str) -> Person {
    let organisation = organisation(short);
    let first = name.split(' ').next().unwrap_or_default().to_lowercase();
    let id = name.bytes().fold(7_u128, |id, byte| id * 31 + u128::from(byte));
    Person {
        id: PersonId(Uuid::from_u128(id)),
        email: format!("{first}@{}.example", organisation.slug),
        name: name.into(),
        organisation,
    }
}

pub(crate) fn me() -> Person {
    person("Imani Calloway", "CISA")
}

pub(crate) fn people() -> Vec<Person> {
    vec![me(), person("Marisol Quennell", "CISA"), person("Devin Okafor", "CISA")]
}

pub(crate) fn categories() -> Vec<Category> {
    [
        ("PROC-1", "Voting-process information", "Wrong date or hours"),
        ("PROC-2", "Voting-process information", "Wrong place or method"),
        ("PART-4", "Participation interference", "Robocall or mass text"),
        ("CYBR-4", "Election-infrastructure cyber", "Results site (election-night reporting)"),
    ]
    .map(|(code, top, leaf)| Category { code: code.into(), top: top.into(), leaf: leaf.into() })
    .to_vec()
}

pub(crate) fn states() -> Vec<(String, String)> {
    [("AZ", "Arizona"), ("MI", "Michigan"), ("NV", "Nevada"), ("PA", "Pennsylvania"), ("WI", "Wisconsin")]
        .map(|(code, name)| (code.to_owned(), name.to_owned()))
        .to_vec()
}

fn assets() -> Assets {
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

pub(crate) fn frame() -> Frame {
    Frame {
        viewer: Some(ViewerCard {
            person: me(),
            roles: vec![Role::Analyst],
            may_open: true,
            reads_audit: false,
            reads_settings: true,
            to_answer: 2,
            unread: 3,
            set_up_waits: false,
        }),
        now: now(),
        zone: Zone {
            label: "ET".into(),
            name: "America/New_York".into(),
            offsets: vec![(i64::MIN, -5 * 3600)],
        },
        period: Some(Period {
            slug: "polls-closing".into(),
            name: "Election day, polls closing".into(),
            shift: "B".into(),
            from: at("15:00"),
            to: at("23:00"),
            zone: "America/New_York".into(),
            target_percent: 50,
        }),
        closings: vec![
            Closing { at: at("19:30"), states: vec!["NC".into(), "OH".into(), "WV".into()] },
            Closing { at: at("20:00"), states: vec!["PA".into(), "FL".into()] },
            Closing { at: at("21:00"), states: vec!["AZ".into(), "MI".into(), "WI".into()] },
        ],
        appearance: Appearance::default(),
        assets: assets(),
        nonce: "sample".into(),
        path: "/incidents/WF-0147".into(),
        cursor: None,
        form_tokens: FormTokens::new(|action| format!("sample-{action}")),
        notice: None,
        read_only: false,
    }
}
