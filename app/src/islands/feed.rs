//! The updates rail as it grows, and the button that stops it.

use leptos::prelude::*;

use crate::pages::parts::Icon;

/// The pause button. What arrives meanwhile is counted on it and shown when it is let go.
#[island]
pub fn FeedLive(
    /// Only incidents that this viewer owns.
    mine: bool,
    /// E-mail address of the viewer: tells which incidents are theirs.
    me: String,
) -> impl IntoView {
    let paused = RwSignal::new(false);
    let waiting = RwSignal::new(0_u32);
    let heard = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    browser::start(mine, me, paused, waiting, heard);
    #[cfg(not(feature = "hydrate"))]
    let _ = (mine, me);
    let toggle = move |_| {
        paused.update(|paused| *paused = !*paused);
        #[cfg(feature = "hydrate")]
        browser::toggled();
    };
    let label = move || if paused.get() { "Go on with live updates (P)" } else { "Pause live updates (P)" };
    view! {
        <button
            type="button"
            class="iconbtn after-live"
            id="feed-pause"
            aria-label=label
            title=label
            aria-pressed=move || if paused.get() { "true" } else { "false" }
            on:click=toggle
        >
            <Icon name="pause" /><Icon name="play" />
            {move || (waiting.get() > 0).then(|| view! { <span class="count" aria-hidden="true">{waiting.get()}</span> })}
        </button>
        <span class="vh" aria-live="polite">{move || heard.get()}</span>
    }
}

#[cfg(feature = "hydrate")]
pub(super) use browser::is_paused;

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::RefCell, time::Duration};

    use leptos::prelude::*;
    use serde::Deserialize;
    use web_sys::Element;

    use crate::{
        islands::{clock, live, page},
        model::{
            Moment,
            board::{BoardRow, FeedItem},
            id::Number,
        },
        pages::board::feed::FeedLine,
    };

    /// Lines that the rail keeps; older ones are on their incidents' pages.
    const KEPT: usize = 100;
    /// At most one announcement in this time.
    const BREATH: Duration = Duration::from_secs(10);
    const SEEN: &str = "watchfloor.seen";

    /// What every event may carry for the rail.
    #[derive(Deserialize)]
    struct Event {
        number: Number,
        #[serde(default)]
        feed: Option<FeedItem>,
        #[serde(default)]
        row: Option<BoardRow>,
    }

    struct Rail {
        mine: bool,
        me: String,
        paused: RwSignal<bool>,
        waiting: RwSignal<u32>,
        heard: RwSignal<String>,
        /// Arrived during a pause, oldest first.
        kept_back: Vec<FeedItem>,
        /// Not yet announced.
        unsaid: Vec<String>,
        breathing: bool,
    }

    thread_local! {
        static RAIL: RefCell<Option<Rail>> = const { RefCell::new(None) };
    }

    pub(in crate::islands) fn is_paused() -> bool {
        RAIL.with_borrow(|rail| rail.as_ref().is_some_and(|rail| rail.paused.get_untracked()))
    }

    pub(super) fn start(
        mine: bool,
        me: String,
        paused: RwSignal<bool>,
        waiting: RwSignal<u32>,
        heard: RwSignal<String>,
    ) {
        let rail =
            Rail { mine, me, paused, waiting, heard, kept_back: vec![], unsaid: vec![], breathing: false };
        RAIL.set(Some(rail));
        for kind in ["incident", "entry", "evidence", "share", "task", "notice"] {
            live::subscribe(kind, take);
        }
        mark_seen();
        page::listen(&window(), "pagehide", |_| remember());
        page::listen(&document(), "visibilitychange", |_| {
            if document().hidden() { remember() } else { mark_seen() }
        });
    }

    fn take(data: &str) {
        let Ok(event) = serde_json::from_str::<Event>(data) else { return };
        let Some(item) = event.feed else { return };
        let show = RAIL.with_borrow_mut(|rail| {
            let rail = rail.as_mut()?;
            if rail.mine && !is_mine(&event.number, event.row.as_ref(), &rail.me) {
                return None;
            }
            if rail.paused.get_untracked() {
                rail.kept_back.push(item);
                let count = rail.kept_back.len() as u32;
                return Some(Err((rail.waiting, count)));
            }
            Some(Ok(item))
        });
        match show {
            Some(Ok(item)) => add(item),
            // Set outside the borrow: a signal may run what asks the rail again.
            Some(Err((waiting, count))) => waiting.set(count),
            None => {}
        }
    }

    fn is_mine(number: &Number, row: Option<&BoardRow>, me: &str) -> bool {
        match row {
            Some(row) => row.owner.as_ref().is_some_and(|owner| owner.email == me),
            None => {
                let line = format!(".feed-item a[href=\"/incidents/{number}\"]");
                page::find(&line).is_some()
            }
        }
    }

    pub(super) fn toggled() {
        let Some((paused, waiting, kept)) = RAIL.with_borrow_mut(|rail| {
            let rail = rail.as_mut()?;
            let paused = rail.paused.get_untracked();
            Some((paused, rail.waiting, if paused { vec![] } else { std::mem::take(&mut rail.kept_back) }))
        }) else {
            return;
        };
        if !paused {
            waiting.set(0);
            kept.into_iter().for_each(add);
        }
    }

    fn add(item: FeedItem) {
        say(format!("{}, {}: {}", item.organisation, item.incident, item.text));
        let Some(rail) = page::find("#feed-list") else { return };
        let line = page::draw("ol", move || view! { <FeedLine item=item /> })
            .and_then(|list| list.first_element_child());
        let Some(line) = line else { return };
        let _ = line.set_attribute("data-arrived", "");
        let at_top = rail.scroll_top() == 0;
        let height = rail.scroll_height();
        let _ = rail.prepend_with_node_1(&line);
        if !at_top {
            // The reader has scrolled down: what they read stays where it is.
            rail.set_scroll_top(rail.scroll_top() + rail.scroll_height() - height);
        }
        for surplus in page::all(&rail, ".feed-item").into_iter().skip(KEPT) {
            surplus.remove();
        }
    }

    /// Announces politely, and never more often than a listener can bear.
    fn say(text: String) {
        let due = RAIL.with_borrow_mut(|rail| {
            let Some(rail) = rail.as_mut() else { return false };
            rail.unsaid.push(text);
            !std::mem::replace(&mut rail.breathing, true)
        });
        if due {
            speak();
        }
    }

    fn speak() {
        let said = RAIL.with_borrow_mut(|rail| {
            let rail = rail.as_mut()?;
            let unsaid = std::mem::take(&mut rail.unsaid);
            rail.breathing = !unsaid.is_empty();
            match unsaid.as_slice() {
                [] => None,
                [one] => Some((rail.heard, one.clone())),
                many => Some((rail.heard, format!("{} new updates", many.len()))),
            }
        });
        if let Some((heard, text)) = said {
            heard.set(text);
            set_timeout(speak, BREATH);
        }
    }

    fn newest() -> Option<i64> {
        page::find("#feed-list .feed-item")?.get_attribute("data-at")?.parse().ok()
    }

    /// Up to here this person has looked.
    fn remember() {
        if let (Some(storage), Some(at)) = (page::storage(), newest()) {
            let _ = storage.set_item(SEEN, &at.to_string());
        }
    }

    /// The line between what is new since the last look and what is not.
    fn mark_seen() {
        let seen = page::storage().and_then(|storage| storage.get_item(SEEN).ok().flatten());
        let Some(seen) = seen.and_then(|seen| seen.parse::<i64>().ok()) else { return };
        let Some(rail) = page::find("#feed-list") else { return };
        if let Some(old) = rail.query_selector(".feed-since").ok().flatten() {
            old.remove();
        }
        let at = |line: &Element| {
            line.get_attribute("data-at").and_then(|at| at.parse::<i64>().ok()).unwrap_or_default()
        };
        let lines = page::all(&rail, ".feed-item");
        let Some(position) = lines.iter().position(|line| at(line) <= seen) else { return };
        if position == 0 {
            return;
        }
        let words = format!("Seen until {}", clock::setting().zone().near(Moment(seen), clock::now()));
        let line = page::draw("ol", move || view! { <li class="feed-since"><span>{words}</span></li> });
        if let Some(line) = line.and_then(|list| list.first_element_child()) {
            let _ = rail.insert_before(&line, Some(&lines[position]));
        }
    }
}
