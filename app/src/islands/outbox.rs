//! Entries on their way: shown at once, kept on the device until the server has them.

use std::{cell::RefCell, rc::Rc};

use leptos::{either::EitherOf4, prelude::*, wasm_bindgen::JsCast};
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;

use super::{
    clock,
    draft::{self, all_of, first},
    live::{self, Link},
    page,
    send::{self, Sent},
};
use crate::{
    model::{
        EntryId, Moment, Number, PersonId, Tlp, Zone,
        audience::{Audience, addresses},
        entry::EntryKind,
        moment::Civil,
    },
    pages::parts::{Icon, Time, TlpChip, setting::Setting},
};

/// As the API takes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Body {
    kind: EntryKind,
    text: String,
    tlp: Tlp,
    audience: Vec<String>,
    named: Vec<String>,
    happened_at: Option<Moment>,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum State {
    Sending,
    /// Refused, with the reason; it stays until its writer decides.
    Failed(String),
    /// No network or no answer; it goes out by itself.
    Waiting,
    /// The server has it; it stands here until its entry arrives.
    Posted(EntryId),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Item {
    key: String,
    at: Moment,
    body: Body,
    visible_to: String,
    state: State,
}

struct Outbox {
    path: String,
    storage: String,
    items: RwSignal<Vec<Item>>,
}

thread_local! {
    static OUTBOX: RefCell<Option<Rc<Outbox>>> = const { RefCell::new(None) };
}

#[derive(Deserialize)]
struct Confirmed {
    id: EntryId,
}

/// Draws what waits, and sends it.
pub(super) fn start(number: Number, me: PersonId) {
    let Some(place) = page::find("#pending").and_then(|place| place.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    let storage = format!("watchfloor.outbox.{me}.{number}");
    let mut items: Vec<Item> = draft::kept(&storage).unwrap_or_default();
    for item in &mut items {
        // Whether it arrived before the page went away, the key will tell.
        if item.state == State::Sending {
            item.state = State::Waiting;
        }
    }
    let path = format!("/api/v1/incidents/{number}/entries");
    let outbox = Rc::new(Outbox { path, storage, items: RwSignal::new(items) });
    let items = outbox.items;
    OUTBOX.set(Some(outbox));
    leptos::mount::mount_to(place, move || {
        provide_context::<Setting>(clock::setting());
        view! { <For each=move || items.get() key=|item| (item.key.clone(), item.state.clone()) children=item_view /> }
    })
    .forget();
    live::watch(|link| {
        if link == Link::Live {
            retry();
        }
    });
    page::listen(&window(), "online", |_| retry());
    let _ = set_interval_with_handle(retry, std::time::Duration::from_secs(15));
}

fn outbox() -> Option<Rc<Outbox>> {
    OUTBOX.with_borrow(Clone::clone)
}

/// The form's values as the API takes them; none when the time cannot be read (the server then says so).
pub(super) fn body(pairs: &[(String, String)]) -> Option<Body> {
    let audience: Vec<_> = all_of(pairs, "audience").map(str::to_owned).collect();
    let possible = page::find("#compose").map_or(0, |form| page::all(&form, "[name=audience]").len());
    Some(Body {
        kind: first(pairs, "kind").parse().ok()?,
        text: first(pairs, "text").to_owned(),
        tlp: first(pairs, "tlp").parse().ok()?,
        // All of them is nobody left out, also not those who join later.
        audience: if audience.len() == possible { vec![] } else { audience },
        named: if first(pairs, "tlp") == "red" { addresses(first(pairs, "named")) } else { vec![] },
        happened_at: happened_at(pairs)?,
    })
}

/// None where it cannot be read, some none where it is empty: now.
#[expect(clippy::option_option, reason = "unreadable and empty are two answers")]
fn happened_at(pairs: &[(String, String)]) -> Option<Option<Moment>> {
    let (date, time) = (first(pairs, "happened_date"), first(pairs, "happened_time"));
    if date.is_empty() && time.is_empty() {
        return Some(None);
    }
    let setting = clock::setting();
    let zone = if first(pairs, "happened_zone") == "UTC" { &Zone::utc() } else { setting.zone() };
    let mut day = date.splitn(3, '-').map(str::parse::<u32>);
    let today = zone.civil(setting.now());
    let (year, month, day) = match date {
        "" => (today.year, today.month, today.day),
        _ => (i64::from(day.next()?.ok()?), day.next()?.ok()?, day.next()?.ok()?),
    };
    let mut clock = time.splitn(3, ':').map(str::parse::<u32>);
    let (hour, minute) = (clock.next()?.ok()?, clock.next()?.ok()?);
    zone.moment(Civil { year, month, day, hour, minute, second: 0, micro: 0 }).map(Some)
}

/// `Anneke Voss (Google)` for an address that the form suggests.
pub(super) fn name_of(email: &str) -> String {
    let option = page::find("#c-people").and_then(|list| {
        page::all(&list, "option").into_iter().find(|o| o.get_attribute("value").as_deref() == Some(email))
    });
    let words = option.and_then(|option| option.text_content()).unwrap_or_default();
    match words.rsplit_once(", ") {
        Some((name, organisation)) => format!("{name} ({organisation})"),
        None => email.to_owned(),
    }
}

/// Takes an entry over and sends it.
pub(super) fn send(body: Body, audience: Audience) {
    let Some(outbox) = outbox() else { return };
    let key = send::key();
    outbox.items.update(|items| {
        items.insert(
            0,
            Item {
                key: key.clone(),
                at: clock::now(),
                body,
                visible_to: audience.visible_to,
                state: State::Waiting,
            },
        );
    });
    try_one(key);
}

/// The entry has arrived in the timeline.
pub(super) fn arrived(id: EntryId) {
    if let Some(outbox) = outbox() {
        outbox.keep_if(|item| item.state != State::Posted(id));
    }
}

/// Sends what waits, oldest first.
fn retry() {
    let Some(outbox) = outbox() else { return };
    let waiting: Vec<_> = outbox.items.with_untracked(|items| {
        items.iter().rev().filter(|item| item.state == State::Waiting).map(|item| item.key.clone()).collect()
    });
    waiting.into_iter().for_each(try_one);
}

fn try_one(key: String) {
    let Some(outbox) = outbox() else { return };
    let item = outbox.items.with_untracked(|items| items.iter().find(|item| item.key == key).cloned());
    let Some(item) = item else { return };
    let Ok(body) = serde_json::to_string(&item.body) else { return };
    if !window().navigator().on_line() {
        outbox.set(&key, State::Waiting);
        return;
    }
    outbox.set(&key, State::Sending);
    spawn_local(async move {
        let state = match send::post::<Confirmed>(&outbox.path, &key, &body).await {
            Sent::Done(Confirmed { id }) => State::Posted(id),
            Sent::Refused(reason) => State::Failed(reason),
            Sent::Unreachable(reason) if window().navigator().on_line() => State::Failed(reason),
            Sent::Unreachable(_) => State::Waiting,
        };
        if let State::Posted(id) = state {
            // The stream may have been faster than the answer.
            if page::find(&format!("#entry-{id}")).is_some() {
                outbox.keep_if(|item| item.key != key);
                return;
            }
        }
        outbox.set(&key, state);
    });
}

impl Outbox {
    fn set(&self, key: &str, state: State) {
        self.items.update(|items| {
            if let Some(item) = items.iter_mut().find(|item| item.key == key) {
                item.state = state;
            }
        });
        self.save();
    }

    fn keep_if(&self, keep: impl Fn(&Item) -> bool) {
        if self.items.with_untracked(|items| !items.iter().all(&keep)) {
            self.items.update(|items| items.retain(keep));
            self.save();
        }
    }

    fn save(&self) {
        self.items.with_untracked(|items| {
            let open: Vec<_> = items.iter().filter(|item| !matches!(item.state, State::Posted(_))).collect();
            if open.is_empty() { draft::forget(&self.storage) } else { draft::keep(&self.storage, &open) }
        });
    }
}

/// Takes it back into the composer.
fn edit(item: &Item) {
    if let Some(text) = page::find("#c-text") {
        draft::set_value(&text, &item.body.text);
        page::focus(&text);
    }
    discard(&item.key);
}

fn discard(key: &str) {
    if let Some(outbox) = outbox() {
        outbox.keep_if(|item| item.key != key);
    }
}

fn item_view(item: Item) -> impl IntoView {
    let (key, again) = (item.key.clone(), item.key.clone());
    let button = |words: &'static str, act: Box<dyn Fn()>| {
        view! { <button class="linkbtn" type="button" on:click=move |_| act()>{words}</button> }
    };
    let edited = item.clone();
    let (class, foot) = match &item.state {
        State::Sending => {
            let words = format!("Sending to {}", item.visible_to);
            (
                "te is-sending",
                EitherOf4::A(
                    view! { <p class="te-vis"><Icon name="loader-circle" size="sm spin" />{words}</p> },
                ),
            )
        }
        State::Posted(_) => {
            let words = format!("Posted, visible to {}", item.visible_to);
            ("te", EitherOf4::B(view! { <p class="te-vis"><Icon name="check" size="sm" />{words}</p> }))
        }
        State::Failed(reason) => {
            let words = format!("Not sent: {reason}");
            let foot = view! {
                <p class="te-fail" role="alert"><Icon name="circle-alert" size="sm" />{words}</p>
                {button("Send again", Box::new(move || try_one(again.clone())))}
                {button("Edit", Box::new(move || edit(&edited)))}
            };
            ("te is-failed", EitherOf4::C(foot))
        }
        State::Waiting => {
            let words = format!("Waits on this device since {}", clock::hms(item.at));
            let foot = view! {
                <p class="te-vis"><Icon name="clock" size="sm" />{words}</p>
                {button("Discard", Box::new(move || discard(&key)))}
            };
            ("te is-waiting", EitherOf4::D(foot))
        }
    };
    view! {
        <li class=class data-kind=item.body.kind.wire()>
            <span class="te-time"><Time at=item.body.happened_at.unwrap_or(item.at) /></span>
            <span class="te-node"><Icon name="message-square-text" size="sm" /></span>
            <article class="te-body">
                <header class="te-head"><b>"You"</b><TlpChip tlp=item.body.tlp /></header>
                <p class="te-text">{item.body.text.clone()}</p>
                <footer class="te-foot">{foot}</footer>
            </article>
        </li>
    }
}
