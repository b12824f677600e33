//! What the first admin decides after they are in: where each step stands, the step itself, and what comes after.
//!
//! Forms: `/settings/set-up/period` (`period`, `until_date`, `until_time`, `zone`, `version`),
//! `/settings/set-up/severities` (as in the settings, `version`), `/settings/set-up/keep` (`step`).

use leptos::prelude::*;

use crate::{
    model::{
        SeverityTarget, Submitted, Zone,
        period::Period,
        set_up::{SetUp, SetUpState, SetUpStep},
    },
    pages::{
        frame::Frame,
        parts::{Callout, Choice, ErrorSummary, Icon, PostForm, SelectField, Time, Tone, typed, when::when},
        person::office,
        settings::tables,
    },
    policy::Cleared,
};

/// What the page is drawn from.
#[derive(Debug)]
pub struct StepsView {
    pub set_up: Cleared<SetUp>,
    /// The step that is open; none when all are decided.
    pub step: Option<SetUpStep>,
    /// As it stands, or as it was typed.
    pub form: Submitted,
    /// Of the step's setting, as it was read.
    pub version: i64,
    /// All that ship.
    pub periods: Vec<Period>,
    pub running: Option<Period>,
    pub targets: Vec<SeverityTarget>,
    pub zones: Vec<Zone>,
    /// Somebody else changed it meanwhile.
    pub stale: bool,
}

/// `GET /settings/set-up`, and the answer to a `POST` that did not succeed.
pub fn steps(frame: &Frame, view: StepsView) -> AnyView {
    let faulty = !view.form.errors.is_empty() || view.stale;
    let title = if faulty { "Error: set up the room" } else { "Set up the room" };
    office(frame, title, "/settings", move || {
        let stale = view.stale.then(|| {
            view! {
                <Callout tone=Tone::Warn icon="git-merge">
                    <p><b>"Somebody else changed this meanwhile. Nothing of yours was saved."</b></p>
                    <p>"What you typed still stands; send it again to replace what stands now."</p>
                </Callout>
            }
        });
        let places = places(&view);
        let inside = match view.step {
            Some(SetUpStep::Period) => period(view),
            Some(SetUpStep::Severities) => severities(view),
            None => done(),
        };
        view! {
            <div class="ad-form su">
                <p class="crumbs"><a href="/settings">"Settings"</a><Icon name="chevron-right" /><span>"Set-up"</span></p>
                <h1>"Set up the room"</h1>
                <p class="muted">"Each step can be left for later: the room works meanwhile. What is decided here is a setting like any other, and is changed there."</p>
                {places}
                {stale}
                {inside}
            </div>
        }
        .into_any()
    })
}

/// Where each step stands.
fn places(view: &StepsView) -> AnyView {
    let line = |(step, state): &(SetUpStep, SetUpState)| Place {
        name: step.label(),
        stands: state.label(),
        state: state.wire(),
        href: Some(format!("/settings/set-up?step={step}")),
        here: view.step == Some(*step),
    };
    let founded = Place {
        name: FOUNDING,
        stands: SetUpState::Done.label(),
        state: SetUpState::Done.wire(),
        href: None,
        here: false,
    };
    track(std::iter::once(founded).chain(view.set_up.steps.iter().map(line)).collect())
}

/// The same before the room is founded.
pub(super) fn first_places() -> AnyView {
    let later = |step: &SetUpStep| Place {
        name: step.label(),
        stands: "After you sign in",
        state: "",
        href: None,
        here: false,
    };
    let founding = Place { name: FOUNDING, stands: "Now", state: "", href: None, here: true };
    track(std::iter::once(founding).chain(SetUpStep::ALL.iter().map(later)).collect())
}

const FOUNDING: &str = "Organisation and room admin";

struct Place {
    name: &'static str,
    /// In words.
    stands: &'static str,
    /// `done` and `kept` are over.
    state: &'static str,
    href: Option<String>,
    here: bool,
}

fn track(places: Vec<Place>) -> AnyView {
    let line = |(index, place): (usize, Place)| {
        let Place { name, stands, state, href, here } = place;
        let mark = match state {
            "done" | "kept" => view! { <Icon name="check" size="sm" /> }.into_any(),
            _ => (index + 1).to_string().into_any(),
        };
        let name = match href {
            Some(href) => view! { <a href=href>{name}</a> }.into_any(),
            None => view! { <span>{name}</span> }.into_any(),
        };
        view! {
            <li aria-current=here.then_some("step") data-state=state>
                <span class="su-mark" aria-hidden="true">{mark}</span>{name}<small>{stands}</small>
            </li>
        }
    };
    let lines: Vec<_> = places.into_iter().enumerate().map(line).collect();
    view! { <ol class="su-steps" aria-label="Steps">{lines}</ol> }.into_any()
}

fn keep(step: SetUpStep, words: &'static str) -> AnyView {
    view! {
        <PostForm action="/settings/set-up/keep">
            <input type="hidden" name="step" value=step.wire() />
            <button class="btn" type="submit">{words}</button>
        </PostForm>
    }
    .into_any()
}

fn period(view: StepsView) -> AnyView {
    let choices = view.periods.iter().map(|period| {
        Choice::new(&period.slug, format!("{}, {} % of the targets", period.name, period.target_percent))
    });
    let choices: Vec<_> = choices.collect();
    let runs = match &view.running {
        Some(period) => view! { <p>"Now runs: "<b>{period.name.clone()}</b>", until "<Time at=period.to full=true />"."</p> }.into_any(),
        None => view! { <p>"No period runs now: the plain targets apply."</p> }.into_any(),
    };
    let until = when(
        &view.form,
        ["until_date", "until_time", "zone"],
        "until",
        "f",
        "Until",
        "It starts now. Afterwards the plain targets apply until another begins.",
        &view.zones,
    );
    let form = typed(view.form);
    view! {
        <PostForm action="/settings/set-up/period" class="panel panel-body me-form">
            <h2>"Which period starts now?"</h2>
            {runs}
            <input type="hidden" name="version" value=view.version.to_string() />
            <ErrorSummary form=form heading="No period was started." />
            <SelectField form=form name="period" label="Period" blank="Choose" choices=choices
                hint="How much of the targets applies while it runs." />
            {until}
            <p class="act-foot"><button class="btn primary" type="submit">"Start it now"</button></p>
        </PostForm>
        {keep(SetUpStep::Period, "Leave the periods as they ship")}
    }
    .into_any()
}

fn severities(view: StepsView) -> AnyView {
    let form = typed(view.form);
    view! {
        <PostForm action="/settings/set-up/severities" class="panel panel-body me-form st-form">
            <h2>"How soon is what to be done?"</h2>
            <input type="hidden" name="version" value=view.version.to_string() />
            <ErrorSummary form=form heading="The targets were not saved." />
            {tables::severities(form, true, &view.targets)}
            <p class="act-foot"><button class="btn primary" type="submit">"Save the targets"</button></p>
        </PostForm>
        {keep(SetUpStep::Severities, "Leave the targets as they ship")}
    }
    .into_any()
}

fn done() -> AnyView {
    view! {
        <Callout tone=Tone::Ok><p><b>"The room is set up."</b></p></Callout>
        <section class="panel panel-body me-form" aria-labelledby="su-next-h">
            <h2 id="su-next-h">"What comes next"</h2>
            {next_steps()}
        </section>
    }
    .into_any()
}

/// What a room admin does in a room that nobody else is in yet.
pub fn next_steps() -> AnyView {
    view! {
        <ol class="su-next">
            <li><a href="/organisations/new">"Add the organisations"</a>" that sit in the room, each with the contact of its watch."</li>
            <li><a href="/people/invite">"Invite their administrators"</a>", who look after their own people; or "<a href="/people/import">"many people from one table"</a>"."</li>
            <li>"The first incident is opened by an analyst, a liaison or a shift lead: the room admin reads no content."</li>
        </ol>
    }
    .into_any()
}
