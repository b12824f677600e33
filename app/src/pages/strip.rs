//! The watch strip: period, next poll closings, clock and link state. Always dark, always on top.

use leptos::prelude::*;

use super::{frame::Frame, parts::Icon};
use crate::islands::link_state::LinkState;
use crate::model::{
    Moment, Zone,
    period::{Closing, Period},
};

/// How many closings to come find room.
const SHOWN: usize = 3;

#[component]
pub fn Strip(frame: Frame) -> impl IntoView {
    let (now, zone) = (frame.now, frame.zone);
    let period = frame.period.as_ref().map(|period| {
        view! {
            <p class="strip-period"><strong>{period.name.clone()}</strong><span>{zone.date(now)}</span></p>
        }
    });
    let shift = frame.period.as_ref().map(|period| {
        let (shift, until) = shift_words(period, &zone, now);
        view! { <p class="strip-shift">{shift}" "<span>{format!("until {until}")}</span></p> }
    });
    let items = next_closings(&frame.closings, now);
    let closings = (!items.is_empty()).then(|| {
        view! {
            <p class="strip-next">
                <span class="strip-key"><Icon name="hourglass" />"Polls close"</span>
                {items}
            </p>
        }
    });
    view! {
        <div class="strip" role="region" aria-label="Operational period">
            {period}
            {closings}
            {shift}
            <p class="strip-clock">
                <span><b data-tick="clock">{zone.hms(now)}</b>" "{zone.label.clone()}</span>
                <span class="strip-utc"><span data-tick="utc">{Zone::utc().hm(now)}</span>" UTC"</span>
            </p>
            <LinkState as_of=zone.hm(now) path=frame.path />
        </div>
    }
}

/// `Shift B` until `23:00`; `Duty` until `23 Nov 08:00`.
pub(super) fn shift_words(period: &Period, zone: &Zone, now: Moment) -> (String, String) {
    let shift = match period.shift.chars().count() {
        1 => format!("Shift {}", period.shift),
        _ => period.shift.clone(),
    };
    (shift, zone.near(period.to, now))
}

fn next_closings(closings: &[Closing], now: Moment) -> Vec<AnyView> {
    let to_come = closings.iter().filter(|closing| closing.at > now).take(SHOWN);
    to_come
        .enumerate()
        .map(|(index, closing)| {
            let (states, more) = states_words(&closing.states, SHOWN);
            let more = (more > 0).then(|| view! { " "<i>{format!("+{more}")}</i> });
            view! {
                <span class="strip-item" class:is-next=index == 0 title=closing.states.join(" ")>
                    <span class="strip-states">{states}{more}</span>" in "
                    <b data-tick="until" data-at=closing.at.seconds()>{until_words(closing.at, now)}</b>
                </span>
            }
            .into_any()
        })
        .collect()
}

/// The first states by name, and how many more there are.
pub(super) fn states_words(states: &[String], shown: usize) -> (String, usize) {
    // One more than fits needs as much room as saying so.
    let named = if states.len() == shown + 1 { shown + 1 } else { shown.min(states.len()) };
    (states[..named].join(", "), states.len() - named)
}

/// Hours and minutes to go, the started minute counted: `00:12`; days when it is far.
pub fn until_words(at: Moment, now: Moment) -> String {
    let minutes = (at.since(now).max(0) + 59) / 60;
    match minutes {
        0..6000 => format!("{:02}:{:02}", minutes / 60, minutes % 60),
        _ => format!("{} days", minutes / 1440),
    }
}
