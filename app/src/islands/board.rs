//! The board as it changes.
//!
//! Nothing moves under the hand: what changes inside a row shows at once, what would insert, move or
//! remove a row waits while focus or pointer is in the list, and a bar says so.

use leptos::prelude::*;

use crate::{model::board::BoardQuery, pages::parts::Icon};

/// The bar of held changes, empty and hidden as the page is made.
///
/// What the page shows stands in its attributes: the question, which the same code decides here, and the
/// places of the first row (of a later page) and of the last (where there is a next page).
#[component]
pub fn HeldBar(query: BoardQuery, first: Option<String>, last: Option<String>) -> impl IntoView {
    view! {
        <div class="held" id="held" role="status" data-query=query.href("") data-first=first data-last=last>
            <button type="button" id="held-apply" hidden=true>
                <Icon name="arrow-up" size="sm" />
                <span class="held-n"></span>" "<span class="held-what"></span>" "<b>"Apply"</b>" "<kbd>"."</kbd>
            </button>
        </div>
        <BoardLive />
    }
}

/// Listens to what happens to incidents.
#[island]
pub fn BoardLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    browser::start();
}

#[cfg(feature = "hydrate")]
mod browser {
    use std::{
        cell::{Cell, RefCell},
        rc::Rc,
        time::Duration,
    };

    use leptos::{prelude::*, wasm_bindgen::JsCast};
    use serde::Deserialize;
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{PointerEvent, UrlSearchParams};

    use crate::{
        islands::{clock, feed, list, live, page, take},
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

    /// What a board's address may ask.
    const FIELDS: [&str; 13] = [
        "span",
        "status",
        "severity",
        "category",
        "state",
        "organisation",
        "lead",
        "owner",
        "tlp",
        "breached",
        "q",
        "group",
        "order",
    ];

    /// What is to happen to a row: its newest values, or none when it leaves the list.
    type Pending = Option<BoardRow>;

    struct Board {
        query: BoardQuery,
        first: Option<Place>,
        last: Option<Place>,
        /// In the order in which they arrived; at most one an incident.
        pending: RefCell<Vec<(Number, Pending)>>,
        pointer: Cell<bool>,
        tabs: RefCell<Option<TimeoutHandle>>,
    }

    pub(super) fn start() {
        let Some(bar) = page::find("#held") else { return };
        let question = bar.get_attribute("data-query").unwrap_or_default();
        // Of these places only the order matters, and any number stands for theirs.
        let place = |name| read_place(&bar.get_attribute(name)?, Number::new(0));
        let board = Rc::new(Board {
            query: read_query(&question),
            first: place("data-first"),
            last: place("data-last"),
            pending: RefCell::default(),
            pointer: Cell::new(false),
            tabs: RefCell::default(),
        });
        let changed = board.clone();
        live::subscribe("incident", move |data| {
            if let Ok(change) = serde_json::from_str::<Change>(data) {
                changed.take(change);
            }
        });
        board.watch_hands();
        if let Some(button) = page::find("#held-apply") {
            page::listen(&button, "click", move |_| board.apply());
        }
    }

    /// The question of the page's address, read as the server read it.
    fn read_query(question: &str) -> BoardQuery {
        let pairs = UrlSearchParams::new_with_str(question).ok();
        let values: Vec<(&str, String)> =
            FIELDS.iter().filter_map(|name| Some((*name, pairs.as_ref()?.get(name)?))).collect();
        BoardQuery::from_pairs(values.iter().map(|(name, value)| (*name, value.as_str())))
    }

    impl Board {
        /// Notices focus and pointer in the list, and lets held changes go when both have left.
        fn watch_hands(self: &Rc<Self>) {
            let Some(area) = page::find("#board-list") else { return };
            take::start(&area);
            for (event, inside) in [("pointerenter", true), ("pointerleave", false)] {
                let board = self.clone();
                page::listen(&area, event, move |event| {
                    // A finger that has lifted holds nothing.
                    let touch =
                        event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() == "touch");
                    board.pointer.set(inside && !touch);
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
            self.pointer.get()
                || feed::is_paused()
                || page::find("#board-list").is_some_and(|list| page::holds_focus(&list))
        }

        fn take(self: &Rc<Self>, change: Change) {
            self.count_tabs_later();
            if change.gone {
                // Its row has gone, whatever holds the list: nothing of it waits.
                self.settle(&change.number);
                return self.announce();
            }
            let wanted = change
                .row
                .filter(|row| self.query.admits(row, clock::now()) && self.reaches(&self.query.place(row)));
            let shown = list::row(&change.number);
            match (wanted, shown) {
                (None, None) => {
                    self.settle(&change.number);
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
                        self.hold(change.number, Some(row));
                    } else {
                        self.settle(&change.number);
                    }
                }
                (wanted, _) => {
                    self.hold(change.number, wanted);
                }
            }
            if self.is_busy() { self.announce() } else { self.apply() }
        }

        fn hold(&self, number: Number, row: Pending) {
            self.settle(&number);
            self.pending.borrow_mut().push((number, row));
        }

        fn settle(&self, number: &Number) {
            self.pending.borrow_mut().retain(|(other, _)| other != number);
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

        /// Says in the bar what waits, and hides it when nothing does.
        fn announce(&self) {
            let Some(button) = page::find("#held-apply") else { return };
            let pending = self.pending.borrow();
            let what = match pending.as_slice() {
                [(number, row)] => self.movement(number, row.as_ref()),
                _ => String::new(),
            };
            let changes =
                if pending.len() == 1 { "1 change".to_owned() } else { format!("{} changes", pending.len()) };
            let why = if feed::is_paused() {
                "while live updates are paused"
            } else {
                "while you work in the list"
            };
            for (selector, text) in [(".held-n", format!("{changes} held {why}")), (".held-what", what)] {
                if let Some(part) = button.query_selector(selector).ok().flatten() {
                    page::set_text(&part, &text);
                }
            }
            page::set_attribute(&button, "hidden", pending.is_empty().then_some(""));
        }

        /// `WF-0150 moves up`
        fn movement(&self, number: &Number, row: Option<&BoardRow>) -> String {
            let place = row.map(|row| bare(self.query.place(row)));
            let now = list::row(number).and_then(|row| list::place_of(&row));
            let verb = match (place, now) {
                (Some(_), None) => "is new",
                (None, _) => "leaves",
                (Some(place), Some(now)) if place < now => "moves up",
                _ => "moves down",
            };
            format!("{number} {verb}")
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
