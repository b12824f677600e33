//! The timeline as it grows.
//!
//! What arrives takes its place at once while the reader stands at the top; while they read further down or
//! work in the list it waits behind a button, so that nothing moves under the hand. What is struck or
//! corrected changes where it stands.

use leptos::prelude::*;

/// Listens to what is written, and puts it into `#entries` or behind the button in `#entries-held`, which
/// carries what the page asked of its timeline.
#[island]
pub fn TimelineLive() -> impl IntoView {
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
    use serde::{Deserialize, de::IgnoredAny};
    use wasm_bindgen_futures::spawn_local;
    use web_sys::{Document, Element, HtmlElement, Node, PointerEvent};

    use crate::{
        islands::{clock, live, outbox, page},
        model::{
            EntryId, Moment, Number, PersonId,
            entry::EntryKind,
            timeline::{Direction, Show},
        },
    };

    /// The tint of what has just arrived stays this long.
    const TINT: Duration = Duration::from_secs(20);
    /// Before the page is read again when it could not be; doubled at each try.
    const PATIENCE: Duration = Duration::from_secs(1);
    const LONGEST: Duration = Duration::from_secs(15);
    /// Height of the bars that stay on top, in pixels.
    const BARS: f64 = 80.0;
    /// At most one announcement in this many seconds.
    const QUIET_S: i64 = 10;

    /// What the page asked of its timeline.
    struct Asked {
        number: Number,
        /// Whose own entries never wait behind the button.
        reader: PersonId,
        show: Show,
        order: Direction,
        /// A later page of the list: what is new belongs to the first.
        later: bool,
    }

    fn asked() -> Option<Asked> {
        let (main, bar) = (page::find("#main")?, page::find("#entries-held")?);
        Some(Asked {
            number: main.get_attribute("data-number")?.parse().ok()?,
            reader: main.get_attribute("data-person")?.parse().ok()?,
            show: bar.get_attribute("data-asked")?.parse().ok()?,
            order: bar.get_attribute("data-order")?.parse().ok()?,
            later: bar.has_attribute("data-later"),
        })
    }

    #[derive(Deserialize)]
    struct Event {
        number: Number,
        entry: Arrived,
    }

    /// Of an entry: enough to know where it belongs. The server draws it, as it draws the page.
    #[derive(Deserialize)]
    struct Arrived {
        id: EntryId,
        kind: EntryKind,
        author: Option<Author>,
        happened_at: Moment,
        earlier: Vec<Earlier>,
        corrects: Option<EntryId>,
        struck: Option<IgnoredAny>,
        /// It is known to be new, and counted.
        #[serde(skip)]
        counted: bool,
    }

    impl Arrived {
        /// Something became of an entry that had arrived before.
        fn is_change(&self) -> bool {
            self.struck.is_some() || self.corrects.is_some() || !self.earlier.is_empty()
        }

        /// Itself and what it was before, newest first.
        fn versions(&self) -> impl Iterator<Item = EntryId> {
            let earlier = self.earlier.iter().map(|wording| wording.id);
            [self.id].into_iter().chain(self.corrects).chain(earlier)
        }
    }

    #[derive(Deserialize)]
    struct Author {
        id: PersonId,
        organisation: House,
    }

    #[derive(Deserialize)]
    struct House {
        short: String,
    }

    #[derive(Deserialize)]
    struct Earlier {
        id: EntryId,
    }

    struct Timeline {
        asked: Asked,
        held: RefCell<Vec<Arrived>>,
        /// To be drawn as soon as the server has said how.
        coming: RefCell<Vec<Arrived>>,
        drawing: Cell<bool>,
        pointer: Cell<bool>,
        said: Cell<Moment>,
        unsaid: Cell<usize>,
    }

    pub(super) fn start() {
        let Some(asked) = asked() else { return };
        let timeline = Rc::new(Timeline {
            asked,
            held: RefCell::default(),
            coming: RefCell::default(),
            drawing: Cell::new(false),
            pointer: Cell::new(false),
            said: Cell::new(Moment(0)),
            unsaid: Cell::new(0),
        });
        let arriving = timeline.clone();
        live::subscribe("entry", move |data| {
            if let Ok(event) = serde_json::from_str::<Event>(data) {
                if event.number == arriving.asked.number {
                    arriving.take(event.entry);
                }
            }
        });
        if let Some(button) = page::find("#entries-apply") {
            let timeline = timeline.clone();
            page::listen(&button, "click", move |_| {
                timeline.apply();
                if let Some(head) = page::find(".tl-head") {
                    head.scroll_into_view();
                }
            });
        }
        let Some(list) = list() else { return };
        for (name, inside) in [("pointerenter", true), ("pointerleave", false)] {
            let timeline = timeline.clone();
            page::listen(&list, name, move |event| {
                // A finger that has lifted holds nothing.
                let touch =
                    event.dyn_ref::<PointerEvent>().is_some_and(|event| event.pointer_type() == "touch");
                timeline.pointer.set(inside && !touch);
            });
        }
    }

    fn list() -> Option<Element> {
        page::find("#entries")
    }

    /// The line of an entry; one line may tell of several.
    fn shown(id: EntryId) -> Option<Element> {
        page::find(&format!("#entry-{id}")).and_then(|mark| mark.closest("li").ok().flatten())
    }

    /// What `item` tells of does not stand in the list twice.
    fn make_room_for(item: &Element) {
        let inside = page::all(item, "[id^=entry-]").into_iter().map(|mark| mark.id());
        for id in inside.chain([item.id()]) {
            let old = page::find(&format!("#{id}")).and_then(|mark| mark.closest("li").ok().flatten());
            if let Some(old) = old {
                old.remove();
            }
        }
    }

    /// The entry out of another copy of the page.
    fn drawn(fresh: &Document, id: EntryId) -> Option<Element> {
        let item = fresh.get_element_by_id(&format!("entry-{id}"))?.closest("li").ok().flatten()?;
        document().adopt_node(&item).ok()?.dyn_into().ok()
    }

    impl Timeline {
        fn take(self: &Rc<Self>, entry: Arrived) {
            if entry.versions().any(|id| shown(id).is_some()) {
                return self.bring(vec![entry]);
            }
            let waits = self.held.borrow().iter().position(|held| entry.versions().any(|id| id == held.id));
            match waits {
                // What waits behind the button waits as it stands now.
                Some(place) => self.held.borrow_mut()[place] = Arrived { counted: true, ..entry },
                // It stands on another page, or changed before it came here: the server's page tells.
                None if entry.is_change() && !self.asked.later => self.bring(vec![entry]),
                None if entry.is_change() => {}
                None => self.welcome(entry),
            }
        }

        /// Something new.
        fn welcome(self: &Rc<Self>, entry: Arrived) {
            self.count(entry.kind);
            self.announce(&entry);
            if !self.asked.show.takes(entry.kind) {
                return outbox::arrived(entry.id);
            }
            let own = entry.author.as_ref().is_some_and(|author| author.id == self.asked.reader);
            let entry = Arrived { counted: true, ..entry };
            if self.asked.later || (self.is_busy() && !own) {
                self.held.borrow_mut().push(entry);
                self.say_held();
            } else {
                self.bring(vec![entry]);
            }
        }

        /// Draws entries; what arrives meanwhile goes along with the next reading of the page.
        fn bring(self: &Rc<Self>, entries: Vec<Arrived>) {
            self.coming.borrow_mut().extend(entries);
            if !self.drawing.replace(true) {
                spawn_local(draw(self.clone(), PATIENCE));
            }
        }

        /// The reader has scrolled away from where new entries go, or works in the list. New ones at the
        /// foot of the list move nothing.
        fn is_busy(&self) -> bool {
            let Some(list) = list() else { return false };
            let top = list.dyn_ref::<HtmlElement>().map_or(0, HtmlElement::offset_top);
            let away = window().scroll_y().is_ok_and(|scrolled| scrolled + BARS > f64::from(top));
            self.asked.order == Direction::Newest && (away || self.pointer.get() || page::holds_focus(&list))
        }

        fn apply(self: &Rc<Self>) {
            if self.asked.later {
                let _ = window().location().set_href(&format!("/incidents/{}#timeline", self.asked.number));
                return;
            }
            let held = self.held.take();
            self.say_held();
            self.bring(held);
        }

        /// How many wait behind the button; it is gone while none do.
        fn say_held(&self) {
            let count = self.held.borrow().len();
            let Some(button) = page::find("#entries-apply") else { return };
            page::set_attribute(&button, "hidden", (count == 0).then_some(""));
            if let Some(words) = page::find("#entries-apply .held-n") {
                let one = "1 new entry".to_owned();
                page::set_text(&words, &if count == 1 { one } else { format!("{count} new entries") });
            }
        }

        /// The numbers on the filters.
        fn count(&self, kind: EntryKind) {
            for show in Show::ALL.iter().filter(|show| show.takes(kind)) {
                let Some(n) = page::find(&format!("[data-show={show}] .seg-n")) else { continue };
                let count = n.text_content().and_then(|text| text.trim().parse::<i64>().ok()).unwrap_or(0);
                page::set_text(&n, &(count + 1).to_string());
            }
        }

        /// One sentence for screen readers, and not one for each of a burst.
        fn announce(&self, entry: &Arrived) {
            self.unsaid.set(self.unsaid.get() + 1);
            let now = clock::now();
            if now.since(self.said.get()) < QUIET_S {
                return;
            }
            let who = entry.author.as_ref().map_or("Watchfloor", |author| author.organisation.short.as_str());
            let words = match self.unsaid.replace(0) {
                1 => format!("New entry from {who}"),
                count => format!("{count} new entries, the last from {who}"),
            };
            self.said.set(now);
            if let Some(heard) = page::find("#entries-heard") {
                page::set_text(&heard, &words);
            }
        }
    }

    /// Reads the page until nothing is left to draw. What could not be read is asked for again, later and
    /// later: an entry that has arrived is not lost to a moment without a network.
    async fn draw(timeline: Rc<Timeline>, patience: Duration) {
        loop {
            let entries = timeline.coming.take();
            if entries.is_empty() || list().is_none() {
                return timeline.drawing.set(false);
            }
            let Some(fresh) = page::read(&page::source()).await else {
                timeline.coming.borrow_mut().splice(0..0, entries);
                let later = move || spawn_local(draw(timeline, (patience * 2).min(LONGEST)));
                return set_timeout(later, patience);
            };
            for entry in entries {
                let here = entry.versions().find_map(shown);
                match here {
                    Some(old) => replace(&old, &fresh, entry.id),
                    None if entry.counted => insert(&timeline, &fresh, &entry),
                    None if fresh.get_element_by_id(&format!("entry-{}", entry.id)).is_some() => {
                        timeline.welcome(entry);
                    }
                    None => {}
                }
            }
        }
    }

    /// What was struck or corrected changes where it stands.
    fn replace(old: &Element, fresh: &Document, id: EntryId) {
        let Some(new) = drawn(fresh, id) else { return };
        let focus = page::holds_focus(old);
        let _ = old.replace_with_with_node_1(&new);
        if let Some(link) = new.query_selector("a, summary").ok().flatten().filter(|_| focus) {
            page::focus(&link);
        }
        outbox::arrived(id);
    }

    /// At its place by when it happened. What stands on a later page of the list is not drawn here.
    fn insert(timeline: &Timeline, fresh: &Document, entry: &Arrived) {
        let (Some(list), Some(item)) = (list(), drawn(fresh, entry.id)) else { return };
        let at = |item: &Element| item.get_attribute("data-at").and_then(|at| at.parse::<i64>().ok());
        make_room_for(&item);
        let next = page::all(&list, ":scope > [data-at]").into_iter().find(|other| {
            at(other).is_some_and(|other| match timeline.asked.order {
                Direction::Newest => other <= entry.happened_at.0,
                Direction::Oldest => other > entry.happened_at.0,
            })
        });
        mark(&item);
        let _ = list.insert_before(&item, next.as_ref().map(Element::unchecked_ref::<Node>));
        if let Some(none) = page::find(".tl-none") {
            none.remove();
        }
        outbox::arrived(entry.id);
    }

    /// The tint of an arrival fades; NEW stays until the page is opened again.
    fn mark(item: &Element) {
        let _ = item.set_attribute("data-arrived", "");
        if let (Ok(Some(label)), Ok(tag)) =
            (item.query_selector(".te-head > .tlp"), document().create_element("span"))
        {
            tag.set_class_name("tag-new");
            tag.set_text_content(Some("New"));
            let _ = label.before_with_node_1(&tag);
        }
        let item = item.clone();
        set_timeout(
            move || {
                let _ = item.remove_attribute("data-arrived");
            },
            TINT,
        );
    }
}
