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

/// The rest of the incident's page: sections that are read again when something in them has changed.
#[island]
pub fn IncidentLive() -> impl IntoView {
    #[cfg(feature = "hydrate")]
    sections::start();
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
        pointer: Cell<bool>,
        said: Cell<Moment>,
        unsaid: Cell<usize>,
    }

    pub(super) fn start() {
        let Some(asked) = asked() else { return };
        let timeline = Rc::new(Timeline {
            asked,
            held: RefCell::default(),
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

    fn shown(id: EntryId) -> Option<Element> {
        page::find(&format!("#entry-{id}"))
    }

    /// The page as the server draws it now, with the filters that stand in its address.
    async fn fresh() -> Option<Document> {
        let location = window().location();
        page::read(&format!("{}{}", location.pathname().ok()?, location.search().ok()?)).await
    }

    /// The entry out of another copy of the page.
    fn drawn(fresh: &Document, id: EntryId) -> Option<Element> {
        let item = fresh.get_element_by_id(&format!("entry-{id}"))?;
        document().adopt_node(&item).ok()?.dyn_into().ok()
    }

    impl Timeline {
        fn take(self: &Rc<Self>, entry: Arrived) {
            let versions =
                entry.earlier.iter().map(|wording| wording.id).chain(entry.corrects).chain([entry.id]);
            if let Some(old) = versions.rev().find_map(shown) {
                return spawn_local(replace(old, entry.id));
            }
            self.held.borrow_mut().retain(|held| {
                held.id != entry.id && !entry.earlier.iter().any(|wording| wording.id == held.id)
            });
            self.count(entry.kind);
            self.announce(&entry);
            if !self.asked.show.takes(entry.kind) {
                return outbox::arrived(entry.id);
            }
            let own = entry.author.as_ref().is_some_and(|author| author.id == self.asked.reader);
            if self.asked.later || (self.is_busy() && !own) {
                self.held.borrow_mut().push(entry);
                self.say_held();
            } else {
                spawn_local(insert(self.clone(), vec![entry]));
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
            spawn_local(insert(self.clone(), self.held.take()));
            self.say_held();
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

    /// What was struck or corrected changes where it stands.
    async fn replace(old: Element, id: EntryId) {
        let Some(new) = fresh().await.and_then(|fresh| drawn(&fresh, id)) else { return };
        let focus = page::holds_focus(&old);
        let _ = old.replace_with_with_node_1(&new);
        if let Some(link) = new.query_selector("a, summary").ok().flatten().filter(|_| focus) {
            page::focus(&link);
        }
        outbox::arrived(id);
    }

    /// Each at its place by when it happened. What stands on a later page of the list is not drawn here.
    async fn insert(timeline: Rc<Timeline>, entries: Vec<Arrived>) {
        let Some(fresh) = fresh().await else { return };
        for entry in entries {
            if shown(entry.id).is_some() {
                continue;
            }
            let (Some(list), Some(item)) = (list(), drawn(&fresh, entry.id)) else { continue };
            let at = |item: &Element| item.get_attribute("data-at").and_then(|at| at.parse::<i64>().ok());
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

#[cfg(feature = "hydrate")]
mod sections {
    use leptos::{prelude::*, wasm_bindgen::JsCast};
    use serde::Deserialize;
    use web_sys::{Element, HtmlDetailsElement};

    use crate::{
        islands::{draft, live, page, refresh},
        model::{Number, entry::EntryKind},
    };

    #[derive(Deserialize)]
    struct Kind {
        kind: EntryKind,
    }

    /// Of any event: enough to know what to read again.
    #[derive(Deserialize)]
    struct Event {
        number: Number,
        version: Option<i64>,
        #[serde(default)]
        gone: bool,
        noun: Option<String>,
        entry: Option<Kind>,
    }

    const HEAD: &[&str] = &["#incident-head", "#inc-mini", "#understanding"];
    const EXHIBITS: &[&str] = &["#exhibits", "#ev-h", "#inc-tabs"];

    pub(super) fn start() {
        let Some(main) = page::find("#main") else { return };
        let attribute = |name| main.get_attribute(name).unwrap_or_default();
        let Ok(number) = attribute("data-number").parse::<Number>() else { return };
        if window().location().search().is_ok_and(|query| query.contains("opened=")) {
            draft::forget(&format!("watchfloor.draft.{}.new", attribute("data-person")));
        }
        for kind in ["incident", "entry", "evidence", "task", "share", "notice"] {
            let number = number.clone();
            live::subscribe(kind, move |data| {
                if let Ok(event) = serde_json::from_str::<Event>(data) {
                    if event.number == number {
                        changed(kind, &event);
                    }
                }
            });
        }
        close_on_the_outside();
    }

    fn changed(kind: &str, event: &Event) {
        if event.gone {
            // It is not ours to see any more: not one more word of it stays on the screen.
            let _ = window().location().reload();
            return;
        }
        match (kind, event.noun.as_deref()) {
            ("incident", _) => {
                let known = page::find("#incident-head").and_then(|head| head.get_attribute("data-version"));
                let same = known.and_then(|known| known.parse::<i64>().ok()) == event.version;
                // A post moves nothing but the clock of the next update: that can wait.
                refresh::sections(HEAD, if same { 4000 } else { 300 });
            }
            ("entry", _) => {
                if event.entry.as_ref().is_some_and(|entry| entry.kind == EntryKind::Evidence) {
                    refresh::sections(EXHIBITS, 300);
                }
            }
            ("evidence", _) | (_, Some("exhibit" | "evidence")) => refresh::sections(EXHIBITS, 300),
            ("task", _) | (_, Some("task")) => refresh::sections(&["#tasks", "#inc-tabs"], 300),
            ("share", _) | (_, Some("share")) => refresh::sections(&["#shares", "#inc-tabs"], 300),
            (_, Some("indicator")) => refresh::sections(&["#indicators", "#inc-tabs"], 300),
            _ => {}
        }
    }

    /// A form that hangs over the page closes by a press beside it or Escape, unless something was typed.
    fn close_on_the_outside() {
        page::listen(&document(), "click", |event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            for act in
                page::find("#incident-head").map(|head| page::all(&head, ".act[open]")).unwrap_or_default()
            {
                let inside = target.as_ref().is_some_and(|target| act.contains(Some(target)));
                if !inside && !was_typed_in(&act) {
                    act.unchecked_ref::<HtmlDetailsElement>().set_open(false);
                }
            }
        });
        page::listen(&document(), "keydown", |event| {
            let escape =
                event.dyn_ref::<web_sys::KeyboardEvent>().is_some_and(|event| event.key() == "Escape");
            let open = page::focused().and_then(|focus| focus.closest(".act[open]").ok().flatten());
            if let Some(act) = open.filter(|act| escape && !was_typed_in(act)) {
                act.unchecked_ref::<HtmlDetailsElement>().set_open(false);
                if let Some(summary) = act.query_selector("summary").ok().flatten() {
                    page::focus(&summary);
                }
            }
        });
    }

    fn was_typed_in(act: &Element) -> bool {
        page::all(act, "textarea, input:not([type=hidden], [type=radio], [type=checkbox])").iter().any(
            |control| {
                let property = |name: &str| {
                    js_sys::Reflect::get(control, &name.into()).ok().and_then(|value| value.as_string())
                };
                property("value") != property("defaultValue")
            },
        )
    }
}
