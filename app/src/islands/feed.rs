//! The updates rail as it grows, and the button that stops it.

use leptos::prelude::*;

use crate::pages::parts::Icon;

/// The pause button, and the voice for those who do not see the rail.
#[component]
pub fn FeedControls(
    /// Only incidents that this viewer owns.
    mine: bool,
    /// E-mail address of the viewer: tells which incidents are theirs.
    me: String,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="iconbtn after-live"
            id="feed-pause"
            aria-label="Pause live updates"
            title="Pause (P)"
            aria-pressed="false"
            data-mine=mine.then_some(me)
        >
            <Icon name="pause" /><Icon name="play" /><span class="count" aria-hidden="true" hidden=true></span>
        </button>
        <span class="vh" id="feed-said" aria-live="polite"></span>
        <FeedLive />
    }
}

/// What arrives during a pause is counted on the button and shown when it is let go.
#[island]
pub fn FeedLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
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
        model::{Moment, board::BoardRow, feed::FeedItem, id::Number},
        pages::board::feed::FeedLine,
    };

    /// Lines that the rail keeps; older ones are on the page of updates.
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
        #[serde(default)]
        gone: bool,
        #[serde(default)]
        entry: Option<Entry>,
    }

    /// Enough of an entry to know that it was struck.
    #[derive(Deserialize)]
    struct Entry {
        recorded_at: Moment,
        struck: Option<serde::de::IgnoredAny>,
    }

    #[derive(Default)]
    struct Rail {
        /// Only incidents of this person, by e-mail address.
        mine: Option<String>,
        paused: bool,
        /// Arrived during a pause, oldest first.
        kept_back: Vec<FeedItem>,
        /// Not yet announced.
        unsaid: Vec<String>,
        breathing: bool,
    }

    thread_local! {
        static RAIL: RefCell<Rail> = RefCell::default();
    }

    pub(in crate::islands) fn is_paused() -> bool {
        RAIL.with_borrow(|rail| rail.paused)
    }

    pub(super) fn start() {
        let Some(button) = page::find("#feed-pause") else { return };
        RAIL.with_borrow_mut(|rail| rail.mine = button.get_attribute("data-mine"));
        page::listen(&button, "click", |_| toggle());
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
        if event.gone {
            return withdraw(&event.number, None);
        }
        if let Some(Entry { recorded_at, struck: Some(_) }) = event.entry {
            withdraw(&event.number, Some(recorded_at));
        }
        let Some(item) = event.feed else { return };
        let mine = RAIL.with_borrow(|rail| rail.mine.clone());
        if mine.is_some_and(|me| !is_mine(&event.number, event.row.as_ref(), &me)) {
            return;
        }
        if item.corrected {
            return correct(item);
        }
        if is_paused() {
            let count = RAIL.with_borrow_mut(|rail| {
                rail.kept_back.push(item);
                rail.kept_back.len()
            });
            show_waiting(count);
        } else {
            add(item);
        }
    }

    /// Takes out of the rail, and of all that waits for it, what may no longer be read or was struck: all of an
    /// incident, or what was written in it at one moment.
    fn withdraw(number: &Number, at: Option<Moment>) {
        let of = format!(".feed-item[data-of=\"{number}\"]");
        let lines = at.map_or_else(|| of.clone(), |at| format!("{of}[data-at=\"{}\"]", at.0));
        for line in page::all_of(&lines) {
            line.remove();
        }
        let kept = RAIL.with_borrow_mut(|rail| {
            rail.kept_back.retain(|item| item.incident != *number || at.is_some_and(|at| item.at != at));
            rail.unsaid.retain(|text| !text.contains(number.as_str()));
            rail.kept_back.len()
        });
        if is_paused() {
            show_waiting(kept);
        }
        if let Some(voice) = page::find("#feed-said") {
            page::set_text(&voice, "");
        }
    }

    /// A line says what stands now, where it stands; what the rail has not got is no news.
    fn correct(item: FeedItem) {
        RAIL.with_borrow_mut(|rail| {
            let same =
                |kept: &&mut FeedItem| kept.incident == item.incident && kept.at == item.at && !kept.alarm;
            rail.kept_back.iter_mut().filter(same).for_each(|kept| kept.clone_from(&item));
        });
        let line =
            format!(".feed-item[data-of=\"{}\"][data-at=\"{}\"]:not([data-kind])", item.incident, item.at.0);
        let Some(old) = page::find(&line) else { return };
        if let Some(line) = draw(item) {
            let _ = old.replace_with_with_node_1(&line);
        }
    }

    fn draw(item: FeedItem) -> Option<Element> {
        page::draw("ol", move || view! { <FeedLine item=item /> })?.first_element_child()
    }

    /// The number on the button; none when nothing waits.
    fn show_waiting(count: usize) {
        if let Some(shown) = page::find("#feed-pause .count") {
            page::set_text(&shown, &count.to_string());
            page::set_attribute(&shown, "hidden", (count == 0).then_some(""));
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

    fn toggle() {
        let (paused, kept) = RAIL.with_borrow_mut(|rail| {
            rail.paused = !rail.paused;
            (rail.paused, std::mem::take(&mut rail.kept_back))
        });
        if let Some(button) = page::find("#feed-pause") {
            page::set_attribute(&button, "aria-pressed", Some(if paused { "true" } else { "false" }));
        }
        show_waiting(0);
        kept.into_iter().for_each(add);
    }

    /// An act can come as more than one event (an entry and the row that it changed); it is one line.
    fn is_shown(item: &FeedItem) -> bool {
        let Some(rail) = page::find("#feed-list") else { return false };
        page::all(&rail, &format!(".feed-item[data-at=\"{}\"]", item.at.0)).iter().any(|line| {
            let text = line.text_content().unwrap_or_default();
            text.contains(item.incident.as_str()) && text.ends_with(&item.text)
        })
    }

    fn add(item: FeedItem) {
        if is_shown(&item) {
            return;
        }
        say(format!("{}, {}: {}", item.organisation, item.incident, item.text));
        let Some(rail) = page::find("#feed-list") else { return };
        let Some(line) = draw(item) else { return };
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
            // What went here stands before the place where earlier ones began: the way on leads past it no more.
            if let Some(way) = page::find("#feed-earlier") {
                page::set_attribute(&way, "href", Some("/board/updates"));
            }
        }
    }

    /// Announces politely, and never more often than a listener can bear.
    fn say(text: String) {
        let due = RAIL.with_borrow_mut(|rail| {
            rail.unsaid.push(text);
            !std::mem::replace(&mut rail.breathing, true)
        });
        if due {
            speak();
        }
    }

    fn speak() {
        let unsaid = RAIL.with_borrow_mut(|rail| {
            rail.breathing = !rail.unsaid.is_empty();
            std::mem::take(&mut rail.unsaid)
        });
        let text = match unsaid.as_slice() {
            [] => return,
            [one] => one.clone(),
            many => format!("{} new updates", many.len()),
        };
        if let Some(voice) = page::find("#feed-said") {
            voice.set_text_content(Some(&text));
        }
        set_timeout(speak, BREATH);
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
