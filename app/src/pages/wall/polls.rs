//! When polls close: what is closed, then one column a moment.

use leptos::prelude::*;

use crate::{
    model::{Moment, Zone, period::Closing},
    pages::{parts::setting, strip::until_words},
};

/// Columns that find room beside the closed ones.
const SHOWN: usize = 8;

#[component]
pub fn PollStrip(closings: Vec<Closing>) -> impl IntoView {
    let setting = setting();
    let (now, zone) = (setting.now(), setting.zone());
    let (past, to_come): (Vec<_>, Vec<_>) = closings.into_iter().partition(|closing| closing.at <= now);
    let none = (past.is_empty() && to_come.is_empty())
        .then(|| view! { <p class="wp-t">"No polls close in this period."</p> });
    let closed = past.last().map(|last| {
        let states = closed_states(&past, &to_come);
        let names = names(&states, 6);
        view! {
            <li class="is-past">
                <b>"Closed"</b>
                <span class="wp-t">{format!("by {}", hour(zone, last.at, now))}</span>
                <span class="wp-s" title=states.join(" ")>{names}</span>
            </li>
        }
    });
    let columns = to_come.into_iter().take(SHOWN).enumerate().map(|(index, closing)| {
        view! {
            <li class:is-next=index == 0>
                <b data-tick="until" data-at=closing.at.seconds()>{until_words(closing.at, now)}</b>
                <span class="wp-t">{hour(zone, closing.at, now)}</span>
                <span class="wp-s" title=closing.states.join(" ")>{names(&closing.states, 3)}</span>
            </li>
        }
    });
    view! {
        <section class="w-pollsec" aria-labelledby="w-po">
            <h2 id="w-po">"Polls close"</h2>
            {none}
            <ol class="w-polls">{closed}{columns.collect_view()}</ol>
        </section>
    }
}

/// The hour alone through the night; with its date when it is another day's.
fn hour(zone: &Zone, at: Moment, now: Moment) -> String {
    if at.since(now).abs() < 20 * 3600 { zone.hm(at) } else { zone.near(at, now) }
}

/// States whose last closing has passed.
fn closed_states(past: &[Closing], to_come: &[Closing]) -> Vec<String> {
    let open = |state: &String| to_come.iter().any(|closing| closing.states.contains(state));
    let mut states: Vec<String> =
        past.iter().flat_map(|closing| closing.states.clone()).filter(|s| !open(s)).collect();
    states.sort();
    states.dedup();
    states
}

/// `NC OH WV`, `AL CT DC + 16`
fn names(states: &[String], shown: usize) -> String {
    match states.len() {
        n if n <= shown + 1 => states.join(" "),
        n => format!("{} + {}", states[..shown].join(" "), n - shown),
    }
}
