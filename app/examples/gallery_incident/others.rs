//! The other pages: opening an incident, an exhibit, one's own account, problems.

use app::{
    model::{
        CustodyId, FieldErrors, Moment, Role, Severity, SeverityTarget, Submitted, TokenId, Zone,
        board::BoardRow,
        exhibit::{Custody, CustodyAction},
        incident::Status,
        notice::{NoticeKind, NoticeSettings},
    },
    pages::{
        exhibit::ExhibitView,
        me::{MeView, SessionRow, TokenRow},
        new_incident::NewIncidentView,
        problem::{Again, ConflictView, Contested, DecidedView, Fact, Next, Own, Problem, Side},
    },
    policy::clear_public,
};
use uuid::Uuid;

use crate::{
    incident::{exhibits, incident, number},
    sample::{at, categories, me, organisations, people, person, states},
};

fn typed(pairs: &[(&str, &str)]) -> Submitted {
    Submitted::new(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
}

fn zones() -> Vec<Zone> {
    vec![
        Zone { label: "ET".into(), name: "America/New_York".into(), offsets: vec![(i64::MIN, -5 * 3600)] },
        Zone {
            label: "MST (AZ)".into(),
            name: "America/Phoenix".into(),
            offsets: vec![(i64::MIN, -7 * 3600)],
        },
        Zone::utc(),
    ]
}

fn targets() -> Vec<SeverityTarget> {
    let target = |severity, definition: &str, [acknowledge, update, contain]: [i64; 3]| SeverityTarget {
        severity,
        definition: definition.into(),
        acknowledge_s: Some(acknowledge),
        update_s: (update > 0).then_some(update),
        contain_s: (contain > 0).then_some(contain),
    };
    vec![
        target(
            Severity::Emergency,
            "Danger to life, or a state or more losing the ability to vote or count",
            [300, 900, 1800],
        ),
        target(
            Severity::Severe,
            "Likely significant harm to voting, counting, safety or trust beyond one county; national story in minutes",
            [600, 1800, 7200],
        ),
        target(
            Severity::High,
            "Demonstrable effect on voters or systems in one jurisdiction, or fast spread across platforms",
            [900, 3600, 14_400],
        ),
        target(
            Severity::Medium,
            "May affect voters, systems or trust; spread limited",
            [1800, 14_400, 43_200],
        ),
        target(
            Severity::Low,
            "Unlikely to affect voting; the office is correcting it",
            [7200, 28_800, 172_800],
        ),
        target(Severity::Baseline, "Normal hiccup, kept for the pattern", [28_800, 0, 0]),
    ]
}

pub(crate) fn fresh() -> NewIncidentView {
    let me = me();
    NewIncidentView {
        zones: zones(),
        categories: categories(),
        playbooks: vec![],
        targets: targets(),
        target_percent: 100,
        states: states(),
        counties: vec![],
        organisations: organisations().into_iter().filter(|o| o.id != me.organisation.id).collect(),
        people: people(),
        nameable: people(),
        similar: clear_public(vec![]),
        typed: typed(&[
            ("tlp", "amber"),
            ("owner", &me.email),
            ("occurred_date", "2020-11-03"),
            ("occurred_time", "19:18"),
        ]),
        reviewed: false,
        form_id: "draft".into(),
        me,
    }
}

fn filled() -> Submitted {
    typed(&[
        ("title", "SMS hoax"),
        (
            "summary",
            "Voters in Pima County report a text message giving 5 p.m. as the closing time. Same wording as in Maricopa, different sender. Recorder’s office has four reports since 19:05.",
        ),
        ("category", "PROC-1"),
        ("severity", "high"),
        ("jurisdiction_state", "AZ"),
        ("jurisdiction_county", "Pima County"),
        ("occurred_date", "2020-11-03"),
        ("occurred_time", "20:40"),
        ("occurred_zone", "America/New_York"),
        ("tlp", "amber"),
        ("share_with", "fbi"),
        ("share_with", "google"),
        ("share_with", "verizon"),
        ("owner", "imani@cisa.example"),
    ])
}

pub(crate) fn faulty() -> NewIncidentView {
    let mut errors = FieldErrors::one(
        "title",
        "Say what happened and where, e.g. “SMS to voters in Maricopa County gives wrong polling hours”",
    );
    errors
        .add("occurred_at", "20:40 ET is in the future; it is 19:18 now. If you meant UTC, that is 15:40 ET");
    let incident = incident();
    let row = BoardRow {
        number: number(),
        version: 1,
        title: incident.title.clone(),
        category: incident.category.clone(),
        place: incident.place(),
        states: vec!["AZ".into()],
        severity: incident.severity,
        status: Status::Triaged,
        tlp: incident.tlp,
        lead: incident.lead.clone(),
        owner: None,
        shared_with: vec![],
        opened_at: at("17:52"),
        clock: None,
        hold: None,
        last: None,
        updated_at: at("19:17"),
        may_take: false,
        may_share: false,
    };
    NewIncidentView { typed: filled().with_errors(errors), similar: clear_public(vec![row]), ..fresh() }
}

pub(crate) fn reviewed() -> NewIncidentView {
    let mut typed = filled();
    typed.set("title", "SMS to voters in Pima County gives wrong polling hours");
    typed.set("occurred_time", "19:05");
    NewIncidentView { typed, reviewed: true, ..fresh() }
}

pub(crate) fn exhibit(intact: bool) -> ExhibitView {
    let mut exhibit = exhibits().remove(if intact { 1 } else { 4 });
    exhibit.source_url = Some("https://az-pollhours.example/m?z=850".into());
    exhibit.note = "Clicks on the short link until it was switched off, addresses removed.".into();
    exhibit.captured_at = Some(at("18:29"));
    let touch = |id, action, person, time: &str, result: &str| Custody {
        id: CustodyId(Uuid::from_u128(id)),
        action,
        person,
        at: at(time),
        address: "198.51.100.24".into(),
        result: result.into(),
    };
    let custody = vec![
        touch(4, CustodyAction::Verified, None, "19:00", if intact { "unchanged" } else { "differs" }),
        touch(3, CustodyAction::Downloaded, Some(person("Tobias Hargreave", "FBI")), "18:20", ""),
        touch(2, CustodyAction::Viewed, Some(me()), "18:06", ""),
        touch(1, CustodyAction::Received, Some(me()), "17:58", "unchanged"),
    ];
    ExhibitView {
        me: me(),
        incident: clear_public(incident()),
        exhibit: clear_public(exhibit),
        custody: clear_public(custody),
        after: None,
        earlier: None,
        may_verify: true,
    }
}

pub(crate) fn account() -> MeView {
    let session = |id: &str, current, device: &str, started: &str| SessionRow {
        id: id.into(),
        current,
        device: device.into(),
        address: "198.51.100.24".into(),
        started: at(started),
        last_seen: at("19:17"),
        ends: at("23:59"),
    };
    MeView {
        me: me(),
        roles: vec![Role::Analyst],
        zones: zones(),
        sessions: vec![
            session("a", true, "Firefox on Linux", "14:02"),
            session("b", false, "Safari on iPhone", "16:40"),
        ],
        tokens: vec![TokenRow {
            id: TokenId(Uuid::from_u128(1)),
            name: "Nightly export".into(),
            created: at("08:00"),
            last_used: None,
            ends: Some(Moment::from_seconds(1_610_000_000)),
        }],
        notices: NoticeSettings {
            ways: NoticeKind::ALL.iter().map(|kind| (*kind, kind.usual_way())).collect(),
            follows: vec![],
            quiet: None,
            mails: true,
            failed: (0, None),
        },
        new_token: Some("wf_5f1c0a9d7e_example".into()),
        typed: Some(("password", typed(&[]).with_errors(FieldErrors::one("new", "At least 15 characters")))),
    }
}

fn again() -> Again {
    let pairs = [
        ("kind", "update"),
        ("text", "Second call from the hotline, same text.\nWe ask the office."),
        ("tlp", "amber"),
        ("happened_zone", "UTC"),
    ];
    Again::of("/incidents/WF-0147/entries", pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec())
}

pub(crate) fn not_found() -> Problem {
    Problem::NotFound { organisation: Some("CISA".into()), typed: None }
}

pub(crate) fn forbidden() -> Problem {
    let act = "The lead organisation decides that.".into();
    Problem::Forbidden { act, typed: Some(again()) }
}

pub(crate) fn used() -> Problem {
    Problem::Used { again: Some(again()) }
}

pub(crate) fn signed_out() -> Problem {
    Problem::SignedOut { again: Some(Again { files: true, ..again() }) }
}

pub(crate) fn unavailable() -> Problem {
    Problem::Unavailable { reference: "7731-48213".into(), again: Some(again()) }
}

pub(crate) fn internal() -> Problem {
    Problem::Internal { reference: "7731-48213".into(), again: None }
}

fn contest() -> ConflictView {
    ConflictView {
        number: number(),
        title: incident().title,
        action: "/incidents/WF-0147/edit".into(),
        version: 13,
        by: Some((person("Tobias Hargreave", "FBI"), at("19:18:02"))),
        stands: vec![],
        fields: vec![],
        own: vec![],
        rest: vec![],
        next: Next::Send("Save what I chose"),
    }
}

pub(crate) fn conflict() -> Problem {
    let category = Contested::choice(
        "category",
        "Category",
        Side::new("PART-4", "Robocall or mass text"),
        Side::new("PROC-1", "Wrong date or hours"),
    );
    let places = Contested::choice(
        "jurisdictions",
        "Where",
        Side::new("AZ:Maricopa;NV:", "Maricopa, AZ; NV"),
        Side::new("AZ:Maricopa", "Maricopa, AZ"),
    );
    let summary = Contested::text(
        "summary",
        "Current understanding",
        "Both ranges are blocked. Route buyer is known.",
        "Both ranges are blocked. Correction goes out 19:25.",
    );
    let fields = vec![summary, category, Contested { mine: false, ..places }];
    let rest = vec![("title".into(), incident().title)];
    Problem::Conflict(Box::new(ConflictView { fields, rest, ..contest() }))
}

pub(crate) fn conflict_of_an_act() -> Problem {
    let own = |name: &str, label: &str, value: &str, shown: Option<&str>| Own {
        pairs: vec![(name.into(), value.into())],
        label: label.into(),
        shown: shown.map(Into::into),
    };
    Problem::Conflict(Box::new(ConflictView {
        action: "/incidents/WF-0147/severity".into(),
        stands: vec![Fact::new("Severity", "High")],
        own: vec![
            own("severity", "Severity", "severe", Some("Severe")),
            own("reason", "Reason", "A second county is hit by the same text.", None),
        ],
        next: Next::Send("Change severity"),
        ..contest()
    }))
}

pub(crate) fn conflict_that_is_over() -> Problem {
    Problem::Conflict(Box::new(ConflictView {
        action: "/incidents/WF-0147/take".into(),
        stands: vec![Fact::new("Owner", "Tobias Hargreave (FBI)")],
        next: Next::Over("It has an owner now, so it cannot be taken.".into()),
        ..contest()
    }))
}

pub(crate) fn decided() -> Problem {
    Problem::Decided(Box::new(DecidedView {
        number: number(),
        title: incident().title,
        by: Some((person("Rosalind Achebe", "CISA"), at("19:18:02"))),
        stands: vec![Fact::new("Decision", "Refused"), Fact::new("Comment", "It names a voter.")],
        typed: vec![("Decision".into(), "Return".into()), ("Comment".into(), "Say what is false.".into())],
        list: "/shares?tab=held".into(),
    }))
}
