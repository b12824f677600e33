//! WF-0147 as its owner and as others see it, in each state of its page.

use app::{
    model::{
        FieldErrors, Role, Submitted, Tlp,
        form::{Form, OpenForm},
        incident::{Hold, Status, Verification},
        panel::PanelQuery,
        share::{Overall, Told},
        timeline::{TimelineCounts, TimelineQuery},
    },
    pages::incident::{IncidentView, PanelPage, Permissions, TimelineView},
    policy::{Standing, Viewer, clear_public},
};

use crate::{
    incident::{entries, exhibits, incident, indicators, shares, tasks},
    sample::{at, categories, me, organisations, people, person, states},
};

/// A list that is all on its page.
fn whole<T>(items: Vec<T>) -> PanelPage<T> {
    PanelPage::of((clear_public(items), None))
}

fn overall() -> Overall {
    let mut overall = Overall::default();
    for share in shares() {
        Told::add(&mut overall.told, &share);
    }
    overall
}

pub(crate) fn as_owner() -> IncidentView {
    let me = me();
    let viewer = Viewer {
        person: me.id,
        organisation: me.organisation.id,
        sector: me.organisation.sector,
        roles: vec![Role::Analyst, Role::ShiftLead],
    };
    let incident = incident();
    let shared: Vec<_> = incident.shared_with.iter().map(|o| o.slug.clone()).collect();
    let mut nameable = people();
    nameable.extend([person("Tobias Hargreave", "FBI"), person("Anneke Voss", "Google")]);
    IncidentView {
        may: Permissions::of(&viewer, Standing { lead: true, origin: true, ..Standing::default() }),
        viewer,
        following: true,
        still: false,
        highest: Tlp::Red,
        understood: Some((me.clone(), at("19:09"))),
        timeline: TimelineView {
            entries: clear_public(entries()),
            next: Some("sealed".into()),
            query: TimelineQuery::default(),
            counts: TimelineCounts { all: 43, updates: 7, decisions: 1, evidence: 6 },
        },
        panels: PanelQuery::default(),
        exhibits: whole(exhibits()),
        further: clear_public(vec![]),
        chosen: clear_public(vec![]),
        indicators: whole(indicators()),
        tasks: whole(tasks()),
        begun: clear_public(vec![]),
        shares: whole(shares()),
        overall: clear_public(overall()),
        relays: clear_public(vec![]),
        postures: clear_public(vec![]),
        glass: clear_public(vec![]),
        now: app::model::Moment(0),
        next_steps: vec![
            Status::Contained,
            Status::Resolved,
            Status::NotAnIncident,
            Status::Duplicate,
            Status::Referred,
        ],
        people: people(),
        nameable,
        templates: vec![],
        organisations: organisations()
            .into_iter()
            .filter(|o| o.short != "CISA" && !shared.contains(&o.slug))
            .collect(),
        categories: categories(),
        playbooks: vec![],
        states: states(),
        open: None,
        incident: clear_public(incident),
        me,
    }
}

pub(crate) fn as_reader() -> IncidentView {
    let me = person("Anneke Voss", "Google");
    let viewer = Viewer {
        person: me.id,
        organisation: me.organisation.id,
        sector: me.organisation.sector,
        roles: vec![Role::Leadership],
    };
    IncidentView {
        may: Permissions::of(&viewer, Standing::default()),
        highest: Tlp::AmberStrict,
        viewer,
        me,
        ..as_owner()
    }
}

pub(crate) fn faulty_entry() -> IncidentView {
    let pairs = [
        ("kind", "decision"),
        ("text", ""),
        ("tlp", "red"),
        ("audience", "cisa"),
        ("audience", "fbi"),
        ("named", "tobias@fbi.example"),
        ("happened_date", "2020-11-03"),
        ("happened_time", "20:40"),
        ("happened_zone", "America/New_York"),
    ];
    let mut errors = FieldErrors::one("text", "Write what was decided");
    errors.add("happened_at", "20:40 ET is in the future; it is 19:18 now");
    let typed = Submitted::new(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec()).with_errors(errors);
    IncidentView { open: Some(OpenForm::faulty(Form::Entry, None, typed)), ..as_owner() }
}

pub(crate) fn status_open() -> IncidentView {
    let pairs = [("to", "resolved"), ("note", ""), ("verification", "unverified")];
    let errors = FieldErrors::one("verification", "Say what is known before it is resolved");
    let typed = Submitted::new(pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec()).with_errors(errors);
    IncidentView { open: Some(OpenForm::faulty(Form::Status, None, typed)), ..as_owner() }
}

pub(crate) fn share_open() -> IncidentView {
    IncidentView { open: Some(OpenForm::opened(Form::Share, None)), ..as_owner() }
}

pub(crate) fn held() -> IncidentView {
    let mut incident = incident();
    incident.hold = Some(Hold {
        since: at("18:50"),
        reason: "Waiting for the registrar.".into(),
        review_at: at("19:30"),
    });
    incident.handover_to = Some(person("Tobias Hargreave", "FBI"));
    for clock in &mut incident.clocks {
        clock.paused_at = clock.met_at.is_none().then(|| at("18:50"));
    }
    IncidentView { incident: clear_public(incident), ..as_owner() }
}

pub(crate) fn just_opened() -> IncidentView {
    let mut incident = incident();
    incident.owner = None;
    incident.status = Status::Reported;
    incident.summary.clear();
    incident.shared_with.clear();
    incident.stages.acknowledged_at = None;
    incident.clocks.remove(2);
    incident.clocks[0].met_at = None;
    incident.jurisdictions.clear();
    incident.verification = Verification::Unverified;
    IncidentView {
        incident: clear_public(incident),
        highest: Tlp::Amber,
        understood: None,
        timeline: TimelineView {
            entries: clear_public(vec![]),
            next: None,
            query: TimelineQuery::default(),
            counts: TimelineCounts::default(),
        },
        exhibits: whole(vec![]),
        indicators: whole(vec![]),
        tasks: whole(vec![]),
        begun: clear_public(vec![]),
        shares: whole(vec![]),
        overall: clear_public(Overall::default()),
        postures: clear_public(vec![]),
        glass: clear_public(vec![]),
        now: app::model::Moment(0),
        ..as_owner()
    }
}
