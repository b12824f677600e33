//! A response target: words, icon and bar; never colour alone.

use leptos::prelude::*;

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
    let setting = setting();
    let now = setting.now();
    let held = hold.map(|hold| {
        let until = setting.zone().near(hold.review_at, now);
        view! {
            <div class="target" data-state="paused">
                <span class="target-line"><Icon name="circle-pause" /><b>"On hold"</b></span>
                <span class="target-what" title=hold.reason.clone()>{format!("Review at {until}")}</span>
            </div>
        }
        .into_any()
    });
    held.or_else(|| clock.map(|clock| running(&clock, now)))
        .unwrap_or_else(|| view! { <span class="target-none">"No target"</span> }.into_any())
}

fn running(clock: &Clock, now: Moment) -> AnyView {
    let (state, used) = (clock.state(now), clock.used(now));
    let kind = clock.kind.label();
    let ticks = clock.met_at.is_none() && clock.paused_at.is_none();
    let meter = ticks.then(|| view! {
        <progress class="meter" max="100" value=used aria-label=format!("{kind}: {used}% of target time used")></progress>
    });
    let data = ticks.then(|| format!("{} {}", clock.from.seconds(), clock.due.seconds()));
    view! {
        <div class="target" data-state=state.wire() data-clock=data>
            <span class="target-line"><Icon name=icon(state) /><b>{words(clock, now)}</b></span>
            <span class="target-what">{kind}</span>
            {meter}
        </div>
    }
    .into_any()
}
