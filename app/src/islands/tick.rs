//! One second hand for everything that counts: clocks, ages, countdowns, targets.
//!
//! The server writes what is counted into `data-tick`, `data-at` and `data-clock`; nothing is asked again.

use std::{cell::Cell, time::Duration};

use leptos::prelude::*;
use web_sys::Element;

use super::{clock, list, page};
use crate::{
    model::{Clock, ClockKind, ClockState, Moment, Zone, moment::span},
    pages::{parts::target, strip::until_words, wall::short},
};

thread_local! {
    static STARTED: Cell<bool> = const { Cell::new(false) };
}

/// Starts the second hand; once for a page, whoever asks first.
pub fn start() {
    if !STARTED.replace(true) {
        tick();
        let _ = set_interval_with_handle(tick, Duration::from_secs(1));
    }
}

fn tick() {
    let Some(root) = document().document_element() else { return };
    let now = clock::now();
    for element in page::all(&root, "[data-tick]") {
        if let Some(words) = words(&element, now) {
            page::set_text(&element, &words);
        }
    }
    for element in page::all(&root, ".target[data-clock], .track-left[data-clock]") {
        target_at(&element, now);
    }
}

fn words(element: &Element, now: Moment) -> Option<String> {
    let at = || element.get_attribute("data-at")?.parse().ok().map(Moment::from_seconds);
    match element.get_attribute("data-tick")?.as_str() {
        "clock" => Some(clock::hms(now)),
        "utc" => Some(Zone::utc().hm(now)),
        "local" => {
            let local = clock::local_hm();
            // Where it is that of a clock beside it, it tells nothing.
            let told = Zone::utc().hm(now) == local || clock::hms(now).starts_with(&local);
            if let Some(clock) = element.parent_element() {
                page::set_attribute(&clock, "hidden", told.then_some(""));
            }
            Some(local)
        }
        "age" => Some(span(now.since(at()?))),
        "until" => Some(until_words(at()?, now)),
        "over" => Some(format!("+{}", short(now.since(at()?)))),
        "left" => Some(short(at()?.since(now))),
        _ => None,
    }
}

/// Counts a target on, and changes its look when its state changes.
fn target_at(element: &Element, now: Moment) {
    let Some(clock) = read_clock(element) else { return };
    let (state, used) = (clock.state(now), clock.used(now));
    if let Some(line) = element.query_selector("b").ok().flatten() {
        page::set_text(&line, &target::words(&clock, now));
    }
    // A step of the response track carries its bar beside the words.
    let step = element.closest(".track-step").ok().flatten();
    if let Some(meter) = step.as_ref().unwrap_or(element).query_selector("progress").ok().flatten() {
        let value = used.to_string();
        if meter.get_attribute("value").as_deref() != Some(&value) {
            let _ = meter.set_attribute("value", &value);
            let kind =
                element.query_selector(".target-what").ok().flatten().and_then(|what| what.text_content());
            let label = format!("{}: {used}% of target time used", kind.unwrap_or_default());
            if step.is_none() {
                let _ = meter.set_attribute("aria-label", &label);
            }
        }
    }
    if element.get_attribute("data-state").as_deref() != Some(state.wire()) {
        let _ = element.set_attribute("data-state", state.wire());
        if let Some(icon) = element.query_selector("use").ok().flatten() {
            let _ = icon.set_attribute("href", &clock::setting().icon(&format!("i-{}", target::icon(state))));
        }
        if state == ClockState::Breached {
            list::row_breached(element);
        }
    }
}

/// `data-clock` holds the two ends in seconds; which of the clocks it is does not matter to its state.
fn read_clock(element: &Element) -> Option<Clock> {
    let text = element.get_attribute("data-clock")?;
    let (from, due) = text.split_once(' ')?;
    let moment = |text: &str| text.parse().ok().map(Moment::from_seconds);
    Some(Clock {
        kind: ClockKind::Update,
        from: moment(from)?,
        due: moment(due)?,
        met_at: None,
        paused_at: None,
    })
}
