//! The response track: the status stepper and the clocks are one instrument.

use leptos::prelude::*;

use super::IncidentView;
use crate::{
    model::{
        Clock, ClockKind, ClockState, Moment,
        incident::{Incident, Status},
        moment::{duration, span},
    },
    pages::parts::{Icon, Time, icon::mark, setting, target},
};

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Done,
    /// The last one reached.
    Now,
    /// The one whose clock runs.
    Next,
    Later,
}

impl Step {
    const fn wire(self) -> Option<&'static str> {
        match self {
            Self::Done => Some("done"),
            Self::Now => Some("now"),
            Self::Next => Some("next"),
            Self::Later => None,
        }
    }
}

/// The five statuses of the track, when each was reached, and the clock that asked for it.
fn stages(incident: &Incident) -> [(Status, Option<Moment>, Option<&Clock>); 5] {
    let stages = &incident.stages;
    [
        (Status::Reported, Some(stages.reported_at), None),
        (Status::Triaged, stages.acknowledged_at, incident.clock(ClockKind::Acknowledge)),
        (Status::Contained, stages.contained_at, incident.clock(ClockKind::Contain)),
        (Status::Resolved, stages.resolved_at, None),
        (Status::Closed, stages.closed_at, None),
    ]
}

/// The track with the form that moves along it (`change`).
pub(super) fn track(view: &IncidentView, change: AnyView) -> AnyView {
    let incident: &Incident = &view.incident;
    let stages = stages(incident);
    let reached = stages.iter().rposition(|(_, at, _)| at.is_some()).unwrap_or(0);
    let ended = !incident.status.is_open();
    let steps: Vec<_> = stages
        .iter()
        .enumerate()
        .map(|(index, (status, at, clock))| {
            let step = match index {
                _ if index < reached || (ended && at.is_some()) => Step::Done,
                _ if index == reached => Step::Now,
                _ if index == reached + 1 && !ended => Step::Next,
                _ => Step::Later,
            };
            step_view(incident, *status, *at, *clock, step)
        })
        .collect();
    let next = stages.get(reached + 1).filter(|_| !ended).map(|(status, ..)| status.label());
    let label = match next {
        Some(next) => format!("Response: {}, {next} next", stages[reached].0.label()),
        None => format!("Response: {}", incident.status.label()),
    };
    view! { <ol class="track" aria-label=label>{steps}<li class="track-act">{change}</li></ol> }.into_any()
}

fn step_view(
    incident: &Incident,
    status: Status,
    at: Option<Moment>,
    clock: Option<&Clock>,
    step: Step,
) -> AnyView {
    let now = setting().now();
    let running = clock.filter(|clock| at.is_none() && clock.met_at.is_none());
    let late = running.is_some_and(|clock| clock.state(now) == ClockState::Breached);
    let bar = match running.filter(|_| step == Step::Next) {
        Some(clock) => {
            let label =
                format!("{}% of the time to {} used", clock.used(now), clock.kind.label().to_lowercase());
            view! { <progress class="track-bar" max="100" value=clock.used(now).to_string() aria-label=label></progress> }
                .into_any()
        }
        None => view! { <span class="track-bar"></span> }.into_any(),
    };
    let name = match (at, running) {
        (Some(at), _) => view! { <b>{status.label()}</b><Time at=at /> }.into_any(),
        (None, Some(clock)) => {
            view! { <span>{format!("{} by", clock.kind.label())}</span><Time at=clock.due /> }.into_any()
        }
        (None, None) => view! { <span>{verb(status)}</span> }.into_any(),
    };
    let glyph = match at {
        Some(_) => mark("status-glyph", &format!("st-{status}")),
        None => mark("status-glyph", "st-todo"),
    };
    view! {
        <li class="track-step" data-state=step.wire() data-late=late.then_some("") aria-current=(step == Step::Now).then_some("step")>
            {bar}
            <p class="track-name">{glyph}{name}</p>
            <p class="track-note">{note(incident, status, clock, running)}</p>
        </li>
    }
    .into_any()
}

/// What is left to do for it, as the button would say.
const fn verb(status: Status) -> &'static str {
    match status {
        Status::Triaged => "Triage",
        Status::Contained => "Contain",
        Status::Resolved => "Resolve",
        _ => "Close",
    }
}

/// Under the name: met or missed, or what is left.
fn note(incident: &Incident, status: Status, clock: Option<&Clock>, running: Option<&Clock>) -> AnyView {
    let now = setting().now();
    if status == Status::Reported {
        let stages = &incident.stages;
        let earlier = stages.reported_at.since(stages.occurred_at) > 300;
        return earlier
            .then(|| view! { <span>"Happened "<Time at=stages.occurred_at />", reported later"</span> })
            .into_any();
    }
    if let Some(clock) = running {
        let state = clock.state(now);
        let data = (state != ClockState::Paused)
            .then(|| format!("{} {}", clock.from.seconds(), clock.due.seconds()));
        return view! {
            <span class="track-left" data-clock=data data-state=state.wire()>
                <Icon name=target::icon(state) size="sm" /><b>{target::words(clock, now)}</b>
            </span>
            <span class="track-target">{format!("target {}", duration(clock.due.since(clock.from)))}</span>
        }
        .into_any();
    }
    match clock.and_then(|clock| clock.met_at.map(|met| (clock, met))) {
        Some((clock, met)) => {
            let done = if clock.kind == ClockKind::Acknowledge { "Acknowledged" } else { status.label() };
            let in_time = met <= clock.due;
            let icon = if in_time { "check" } else { "alarm-clock" };
            let missed = (!in_time).then_some(", late");
            view! {
                <span class="track-met" data-late=(!in_time).then_some("")><Icon name=icon size="sm" /></span>
                <b>{format!("{done} in {}", span(met.since(clock.from)))}</b>
                <span class="track-target">{format!("target {}", duration(clock.due.since(clock.from)))}{missed}</span>
            }
            .into_any()
        }
        None => ().into_any(),
    }
}
