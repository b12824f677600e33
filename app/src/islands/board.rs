//! The board as it changes.
//!
//! Nothing moves under the hand: what changes inside a row shows at once, what would insert, move or
//! remove a row waits while focus or pointer is in the list, and a bar says so.

use leptos::prelude::*;

use crate::{model::board::BoardQuery, pages::parts::Icon};

/// What waits, in words for the bar; empty when nothing does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Held {
    count: usize,
    /// Why they wait.
    why: &'static str,
    /// `WF-0150 moves up`, when it is only one.
    what: String,
}

#[island]
pub fn BoardLive(
    /// What the page shows; the same code decides here whether a change belongs to it.
    query: BoardQuery,
    /// Place of the first row, on a later page of the list.
    first: Option<String>,
    /// Place of the last row, where there is a next page.
    last: Option<String>,
) -> impl IntoView {
    let held = RwSignal::new(Held::default());
    #[cfg(feature = "hydrate")]
    browser::start(query, first, last, held);
    #[cfg(not(feature = "hydrate"))]
    let _ = (query, first, last);
    view! {
        <div class="held" role="status">
            {move || {
                let Held { count, why, what } = held.get();
                (count > 0).then(|| view! {
                    <button type="button" id="held-apply">
                        <Icon name="arrow-up" size="sm" />
                        <span class="held-n">
                            {if count == 1 { "1 change held".to_owned() } else { format!("{count} changes held") }}
                            {why}
                        </span>
                        " "<span class="held-what">{what}</span>" "<b>"Apply"</b>" "<kbd>"."</kbd>
                    </button>
                })
            }}
        </div>
    }
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};

    use leptos::{prelude::*, wasm_bindgen::JsCast};
    use serde::Deserialize;
    use wasm_bindgen_futures::spawn_local;
    use web_sys::PointerEvent;

    use super::Held;
    use crate::{
        islands::{clock, feed, list, live, page},
        model::{
            board::{BoardQuery, BoardRow, BoardTabs, Place},
            id::Number,
        },
        pages::board::row::read_place,
    };

    /// `event: incident`
    #[derive(Deserialize)]
    struct Change {
        number: Number,
        #[serde(default)]
        gone: bool,
        #[serde(default)]
        row: Option<BoardRow>,
    }

    /// What is to happen to a row: its newest values, or none when it leaves the list.
    type Pending = Option<BoardRow>;

    struct Board {
        query: BoardQuery,
        first: Option<Place>,
        last: Option<Place>,
        pending: RefCell<BTreeMap<Number, Pending>>,
        held: RwSignal<Held>,
        pointer: RefCell<bool>,
        tabs: RefCell<Option<TimeoutHandle>>,
    }

    pub(super) fn start(
        query: BoardQuery,
        first: Option<String>,
        last: Option<String>,
        held: RwSignal<Held>,
    ) {
        // Of these places only the order matters, and a number of the same page stands for any.
        let place = |key: Option<String>| read_place(&key?, Number::new(0));
        let board = Rc::new(Board {
            query,
            first: place(first),
            last: place(last),
            pending: RefCell::default(),
            held,
            pointer: RefCell::new(false),
            tabs: RefCell::default(),
        });
        let changed = board.clone();
        live::subscribe("incident", move |data| {
            if let Ok(change) = serde_json::from_str::<Change>(data) {
                changed.take(change);
            }
        });
        board.watch_hands();
        let apply = board.clone();
        page::listen(&document(), "click", move |event| {
            let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
            if target.is_some_and(|target| target.closest("#held-apply").ok().flatten().is_some()) {
                apply.apply();
            }
        });
    }

    impl Board {
        /// Notices focus and pointer in the list, and lets held changes go when both have left.
        fn watch_hands(self: &Rc<Self>) {
            let Some(area) = page::find("#board-list") else { return };
            for (event, inside) in [("pointerenter", true), ("pointerleave", false)] {
                let board = self.clone();
                page::listen(&area, event, move |event| {
                    // A finger that has lifted holds nothing.
                    let touch =
                        event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() == "touch");
                    board.pointer.replace(inside && !touch);
                    board.release_later();
                });
            }
            let board = self.clone();
            page::listen(&area, "focusout", move |_| board.release_later());
        }

        fn release_later(self: &Rc<Self>) {
            let board = self.clone();
            set_timeout(
                move || {
                    if !board.is_busy() {
                        board.apply()
                    }
                },
                Duration::from_millis(400),
            );
        }

        fn is_busy(&self) -> bool {
            *self.pointer.borrow()
                || feed::is_paused()
                || page::find("#board-list").is_some_and(|list| page::holds_focus(&list))
        }

        fn take(self: &Rc<Self>, change: Change) {
            self.count_tabs_later();
            let wanted = change.row.filter(|row| {
                !change.gone && self.query.admits(row, clock::now()) && self.reaches(&self.query.place(row))
            });
            let shown = list::row(&change.number);
            match (wanted, shown) {
                (None, None) => {
                    self.pending.borrow_mut().remove(&change.number);
                }
                (Some(row), Some(shown)) => {
                    if row.version < list::version_of(&shown) {
                        return;
                    }
                    if let Some(drawn) = list::draw(&self.query, &row) {
                        list::update(&shown, &drawn);
                    }
                    let moves =
                        list::place_of(&shown).is_none_or(|place| place != bare(self.query.place(&row)));
                    if moves {
                        self.pending.borrow_mut().insert(change.number, Some(row));
                    } else {
                        self.pending.borrow_mut().remove(&change.number);
                    }
                }
                (wanted, _) => {
                    self.pending.borrow_mut().insert(change.number, wanted);
                }
            }
            if self.is_busy() { self.announce() } else { self.apply() }
        }

        /// On one page of a longer list only what belongs between its ends.
        fn reaches(&self, place: &Place) -> bool {
            let key = |place: &Place| (place.group, place.lead.clone(), place.within);
            self.first.as_ref().is_none_or(|first| key(place) >= key(first))
                && self.last.as_ref().is_none_or(|last| key(place) <= key(last))
        }

        fn apply(&self) {
            let pending = std::mem::take(&mut *self.pending.borrow_mut());
            for (number, row) in pending {
                let shown = list::row(&number);
                match (row, shown) {
                    (None, Some(shown)) => list::remove(&shown),
                    (None, None) => {}
                    (Some(row), shown) => self.put(&row, shown),
                }
            }
            self.announce();
        }

        fn put(&self, row: &BoardRow, shown: Option<web_sys::Element>) {
            let Some(drawn) = list::draw(&self.query, row) else { return };
            match shown {
                Some(shown) => {
                    // The element itself moves, with its token, its focus and what was marked on it.
                    let focus = page::focused().filter(|_| page::holds_focus(&shown));
                    let place = drawn.get_attribute("data-place");
                    list::remove(&shown);
                    page::set_attribute(&shown, "data-place", place.as_deref());
                    list::insert(&self.query, row, &shown);
                    if let Some(focus) = focus {
                        page::focus(&focus);
                    }
                }
                None => {
                    list::mark_arrived(&drawn);
                    list::insert(&self.query, row, &drawn);
                }
            }
        }

        fn announce(&self) {
            let pending = self.pending.borrow();
            let what = match pending.iter().next() {
                Some((number, row)) if pending.len() == 1 => {
                    let place = row.as_ref().map(|row| bare(self.query.place(row)));
                    let now = list::row(number).and_then(|row| list::place_of(&row));
                    match (place, now) {
                        (Some(_), None) => format!("{number} is new"),
                        (None, _) => format!("{number} leaves"),
                        (Some(place), Some(now)) if place < now => format!("{number} moves up"),
                        _ => format!("{number} moves down"),
                    }
                }
                _ => String::new(),
            };
            let paused = feed::is_paused();
            let why = if paused { " while live updates are paused" } else { " while you work in the list" };
            let held = Held { count: pending.len(), why, what };
            if self.held.with_untracked(|old| *old != held) {
                self.held.set(held);
            }
        }

        /// Counts of the saved views, a moment after the last change: a burst asks once.
        fn count_tabs_later(self: &Rc<Self>) {
            let handle = set_timeout_with_handle(|| spawn_local(count_tabs()), Duration::from_secs(2)).ok();
            if let Some(earlier) = self.tabs.replace(handle) {
                earlier.clear();
            }
        }
    }

    /// A place read from the page has no heading's words; neither has this one.
    fn bare(place: Place) -> Place {
        Place { label: String::new(), ..place }
    }

    async fn count_tabs() {
        let Some(tabs) = page::get::<BoardTabs>("/board/tabs").await else { return };
        let counts = [
            ("open", tabs.open),
            ("breached", tabs.breached),
            ("unowned", tabs.without_owner),
            ("lead", tabs.own_lead),
            ("mine", tabs.mine),
        ];
        for (key, count) in counts {
            let Some(n) = page::find(&format!("[data-tab={key}] .n")) else { continue };
            page::set_text(&n, &count.to_string());
            n.set_class_name(if key == "breached" && count > 0 { "n alert" } else { "n" });
        }
    }
}
