//! A response target: words, icon and bar; never colour alone.

use leptos::{either::EitherOf3, prelude::*};

use super::{icon::Icon, setting::setting};
use crate::model::{Clock, ClockState, Moment, incident::Hold, moment::span};

/// `14m left`, `7m over`, `met in 12m`.
pub fn words(clock: &Clock, now: Moment) -> String {
    match clock.state(now) {
        ClockState::OnTrack | ClockState::AtRisk => format!("{} left", span(clock.due.since(now))),
        ClockState::Breached => format!("{} over", span(now.since(clock.due))),
        ClockState::Met => format!("met in {}", span(clock.met_at.unwrap_or(now).since(clock.from))),
        ClockState::Paused => "On hold".into(),
    }
}

/// The icon that goes with a state.
pub const fn icon(state: ClockState) -> &'static str {
    match state {
        ClockState::OnTrack => "timer",
        ClockState::AtRisk => "hourglass",
        ClockState::Breached => "alarm-clock",
        ClockState::Met => "check",
        ClockState::Paused => "circle-pause",
    }
}

/// One clock. The browser counts on from `data-clock` without asking again.
#[component]
pub fn Target(clock: Option<Clock>, #[prop(optional_no_strip)] hold: Option<Hold>) -> impl IntoView {
    let now = setting().now();
    match (hold, clock) {
        (Some(hold), _) => EitherOf3::A(held(hold)),
        (None, Some(clock)) => EitherOf3::B(running(clock, now)),
        (None, None) => EitherOf3::C(view! { <span class="target-none">"No target"</span> }),
    }
}

fn held(hold: Hold) -> impl IntoView {
    let setting = setting();
    let until = setting.zone().near(hold.review_at, setting.now());
    view! {
        <div class="target" data-state="paused">
            <span class="target-line"><Icon name="circle-pause" /><b>"On hold"</b></span>
            <span class="target-what" title=hold.reason>{format!("Review at {until}")}</span>
        </div>
    }
}

fn running(clock: Clock, now: Moment) -> impl IntoView {
    let (state, used) = (clock.state(now), clock.used(now));
    let kind = clock.kind.label();
    let ticks = clock.met_at.is_none() && clock.paused_at.is_none();
    let meter = ticks.then(|| {
        let label = format!("{kind}: {used}% of target time used");
        view! { <progress class="meter" max="100" value=used aria-label=label></progress> }
    });
    let data = ticks.then(|| format!("{} {}", clock.from.seconds(), clock.due.seconds()));
    view! {
        <div class="target" data-state=state.wire() data-clock=data>
            <span class="target-line"><Icon name=icon(state) /><b>{words(&clock, now)}</b></span>
            <span class="target-what">{kind}</span>
            {meter}
        </div>
    }
}
