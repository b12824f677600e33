//! The page that a recipient will see, drawn before anything is sent.

use app::{
    model::{
        Moment, Person, PersonId, ShareId, Submitted,
        entry::EntryKind,
        form::Form,
        hold::{Hold, HoldKind},
        panel::PanelQuery,
        timeline::{TimelineCounts, TimelineQuery},
    },
    pages::incident::{
        IncidentView, PanelPage, Permissions, TimelineView,
        preview::{self, FateLine, PreviewView, ReaderChoice, Waiting},
    },
    policy::{self, Action, Standing},
};
use axum::http::StatusCode;

use crate::{
    error::Answer,
    page,
    service::share::{Fate, Found, Preview, Reader},
    state::App,
    viewer::Member,
};

/// Draws it; `typed` is sent on by its buttons, as `which` form.
pub(super) fn draw(app: &App, member: &Member, found: Preview, (which, typed): (Form, Submitted)) -> Answer {
    let view = PreviewView { which, ..view_of(found, app.room.now(), typed) };
    Ok(page::render(app, member, StatusCode::OK, |frame| preview::page(&frame, view)))
}

/// The same for whoever decides about a request.
pub(in crate::web) fn draw_onward(
    app: &App,
    member: &Member,
    found: Preview,
    request: (ShareId, i64),
) -> Answer {
    let (id, version) = request;
    let (from, to) = (found.message.from.organisation.short.clone(), name_of(&found.reader));
    let waiting = Waiting {
        id,
        version,
        heading: "Preview: nothing has been passed on",
        words: format!("If you approve, {from} shares it with {to}, and this is what it will see."),
        list: "/shares",
        line: format!("o-{id}"),
        back: "Back to the request",
        act: Some(("approve", "Approve")),
    };
    draw_waiting(app, member, found, waiting)
}

/// The same for those who read what counsel holds; counsel lets it go from here.
pub(in crate::web) fn draw_hold(app: &App, member: &Member, found: Preview, hold: &Hold) -> Answer {
    let (viewer, from, to) = (&member.viewer, &hold.from.organisation.short, name_of(&found.reader));
    let author = hold.from.id == viewer.person;
    let standing =
        Standing { own_organisation: true, author, beholden: hold.beholden, ..Standing::default() };
    let words = match hold.kind {
        HoldKind::Onward => {
            format!("If counsel releases it, it is asked for; once it passes, this is what {to} will see.")
        }
        _ => format!("If counsel releases it, {from} shares it with {to}, and this is what it will see."),
    };
    let waiting = Waiting {
        id: hold.id,
        version: hold.version,
        heading: "Preview: nothing has been delivered",
        words,
        list: "/shares?tab=held",
        line: format!("s-{}", hold.id),
        back: "Back to what is held",
        act: policy::may(viewer, Action::ReviewShare, standing).then_some(("release", "Release")),
    };
    draw_waiting(app, member, found, waiting)
}

fn draw_waiting(app: &App, member: &Member, found: Preview, waiting: Waiting) -> Answer {
    let look = view_of(found, app.room.now(), Submitted::default());
    let view = PreviewView { waiting: Some(waiting), ..look };
    Ok(page::render(app, member, StatusCode::OK, |frame| preview::page(&frame, view)))
}

pub(in crate::web) fn name_of(reader: &Reader) -> String {
    match &reader.person {
        Some(_) => format!("{} ({})", reader.name, reader.organisation.short),
        None => reader.name.clone(),
    }
}

pub(in crate::web) fn fate_of(fate: &Fate) -> FateLine {
    FateLine {
        to: fate.to.clone(),
        named: fate.named.clone(),
        held: fate.held.clone(),
        asked: fate.asked.clone(),
    }
}

pub(in crate::web) fn view_of(found: Preview, now: Moment, typed: Submitted) -> PreviewView {
    let readers = found.readers.iter().map(|reader| ReaderChoice {
        key: reader.key.clone(),
        name: name_of(reader),
        chosen: reader.key == found.reader.key,
    });
    PreviewView {
        readers: readers.collect(),
        reader: name_of(&found.reader),
        fates: found.fates.iter().map(fate_of).collect(),
        message: found.message.clone(),
        unseen: found.unseen.clone(),
        page: page_of(found, now),
        typed,
        which: Form::Share,
        waiting: None,
    }
}

/// In a picture nothing leads on: it says that something does.
fn beyond(more: bool) -> Option<String> {
    more.then(String::new)
}

fn first<T>(found: Found<T>) -> PanelPage<T> {
    PanelPage::of((found.items, beyond(found.more)))
}

/// The incident's page of somebody who looks and does nothing.
fn page_of(found: Preview, now: Moment) -> IncidentView {
    let organisation = found.reader.organisation.clone();
    let nobody = Person {
        id: PersonId(uuid::Uuid::nil()),
        name: organisation.name.clone(),
        email: String::new(),
        organisation,
    };
    let counts = |kinds: &[EntryKind]| {
        i64::try_from(found.entries.items.iter().filter(|entry| kinds.contains(&entry.kind)).count())
            .unwrap_or(0)
    };
    let counts = TimelineCounts {
        all: i64::try_from(found.entries.items.len()).unwrap_or(0),
        updates: counts(&[EntryKind::Update, EntryKind::Observation, EntryKind::Request, EntryKind::Answer]),
        decisions: counts(&[EntryKind::Decision]),
        evidence: counts(&[EntryKind::Evidence]),
    };
    IncidentView {
        me: found.reader.person.clone().unwrap_or(nobody),
        viewer: found.viewer,
        highest: found.highest,
        understood: found.understood,
        timeline: TimelineView {
            next: beyond(found.entries.more),
            entries: found.entries.items,
            query: TimelineQuery::default(),
            counts,
        },
        panels: PanelQuery::default(),
        exhibits: first(found.exhibits),
        further: found.further,
        chosen: policy::clear_public(vec![]),
        indicators: first(found.indicators),
        tasks: first(found.tasks),
        begun: found.begun,
        shares: first(found.shares),
        overall: found.overall,
        relays: policy::clear_public(vec![]),
        postures: found.postures,
        // Who looked in from outside is no part of what is shared.
        glass: policy::clear_public(vec![]),
        now,
        may: Permissions::default(),
        following: false,
        still: true,
        next_steps: vec![],
        people: vec![],
        nameable: vec![],
        organisations: vec![],
        templates: vec![],
        categories: vec![],
        playbooks: vec![],
        states: vec![],
        incident: found.incident,
        open: None,
    }
}
