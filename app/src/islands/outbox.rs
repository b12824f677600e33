//! Entries on their way: shown at once in `#pending`, kept on the device until the server has them.

use std::{cell::RefCell, time::Duration};

use leptos::{either::EitherOf4, prelude::*, wasm_bindgen::JsCast};
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;
use web_sys::Element;

use super::{
    clock,
    draft::{self, all_of, first},
    live::{self, Link},
    page,
    send::{self, Sent},
};
use crate::{
    model::{EntryId, Moment, Tlp, Zone, audience::addresses, entry::EntryKind, moment::Civil},
    pages::parts::{Icon, Time, TlpChip},
};

/// When what got no answer is sent again: soon after, and from time to time.
const SOON: Duration = Duration::from_secs(3);
const LATER: Duration = Duration::from_secs(15);

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

#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum State {
    Sending,
    /// Refused or not confirmed, with the reason; it stays until its writer decides.
    Failed(String),
    /// No network or no answer; it goes out by itself. What is found on the device waits: whether it
    /// arrived before the page went away, its key will tell.
    #[default]
    Waiting,
    /// The server has it; it stands here until its entry arrives.
    Posted(EntryId),
    /// The server has it, and counsel looks first.
    Held,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Item {
    key: String,
    at: Moment,
    body: Body,
    visible_to: String,
    #[serde(skip)]
    state: State,
}

#[derive(Default)]
struct Outbox {
    path: String,
    storage: String,
    /// Newest first.
    items: Vec<Item>,
}

thread_local! {
    static OUTBOX: RefCell<Outbox> = RefCell::default();
}

#[derive(Deserialize)]
struct Confirmed {
    id: EntryId,
    /// `held` where counsel looks first.
    #[serde(default)]
    state: String,
}

/// Draws what waits, and sends it.
pub(super) fn start(path: String, storage: String) {
    let Some(place) = page::find("#pending") else { return };
    let items = draft::kept(&storage).unwrap_or_default();
    OUTBOX.set(Outbox { path, storage, items });
    page::listen(&place, "click", |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let button = target.and_then(|target| target.closest("button[data-act]").ok().flatten());
        let Some(button) = button else { return };
        let attribute = |name| button.get_attribute(name).unwrap_or_default();
        press(&attribute("data-act"), &attribute("data-key"));
    });
    draw();
    live::watch(|link| {
        if link == Link::Live {
            retry();
        }
    });
    page::listen(&window(), "online", |_| retry());
    let _ = set_interval_with_handle(retry, LATER);
}

fn press(act: &str, key: &str) {
    match act {
        "again" => try_one(key.to_owned()),
        "edit" => {
            if let (Some(item), Some(text)) = (find(key), page::find("#c-text")) {
                draft::set_value(&text, &item.body.text);
                page::focus(&text);
                keep_if(|item| item.key != key);
            }
        }
        _ => keep_if(|item| item.key != key),
    }
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
pub(super) fn send(body: Body, visible_to: String) {
    let (key, at) = (send::key(), clock::now());
    let item = Item { key: key.clone(), at, body, visible_to, state: State::Waiting };
    OUTBOX.with_borrow_mut(|outbox| outbox.items.insert(0, item));
    try_one(key);
}

/// The entry has arrived in the timeline.
pub(super) fn arrived(id: EntryId) {
    keep_if(|item| item.state != State::Posted(id));
}

/// Sends what waits, oldest first.
fn retry() {
    let waiting = |item: &&Item| item.state == State::Waiting;
    let keys: Vec<_> = OUTBOX.with_borrow(|outbox| {
        outbox.items.iter().rev().filter(waiting).map(|item| item.key.clone()).collect()
    });
    keys.into_iter().for_each(try_one);
}

fn find(key: &str) -> Option<Item> {
    OUTBOX.with_borrow(|outbox| outbox.items.iter().find(|item| item.key == key).cloned())
}

fn try_one(key: String) {
    let Some(item) = find(&key) else { return };
    let Ok(body) = serde_json::to_string(&item.body) else { return };
    if !window().navigator().on_line() {
        return set(&key, State::Waiting);
    }
    set(&key, State::Sending);
    let path = OUTBOX.with_borrow(|outbox| outbox.path.clone());
    spawn_local(async move {
        let state = match send::post::<Confirmed>(&path, &key, &body).await {
            Sent::Done(Confirmed { state, .. }) if state == "held" => State::Held,
            // The stream may have been faster than the answer.
            Sent::Done(Confirmed { id, .. }) if page::find(&format!("#entry-{id}")).is_some() => {
                return keep_if(|item| item.key != key);
            }
            Sent::Done(Confirmed { id, .. }) => State::Posted(id),
            // A restart of the server lasts seconds: nobody has to press anything.
            Sent::Unanswered => {
                set_timeout(retry, SOON);
                State::Waiting
            }
            Sent::Refused(reason) => State::Failed(format!("Not sent: {reason}")),
            // It may have arrived all the same; under its key it is posted once.
            Sent::Busy(reason) => State::Failed(format!("Not confirmed: {reason}")),
        };
        set(&key, state);
    });
}

fn set(key: &str, state: State) {
    OUTBOX.with_borrow_mut(|outbox| {
        if let Some(item) = outbox.items.iter_mut().find(|item| item.key == key) {
            item.state = state;
        }
    });
    save();
}

fn keep_if(keep: impl Fn(&Item) -> bool) {
    let changed = OUTBOX.with_borrow_mut(|outbox| {
        let before = outbox.items.len();
        outbox.items.retain(keep);
        outbox.items.len() != before
    });
    if changed {
        save();
    }
}

/// What the server does not have yet stays on the device.
fn save() {
    OUTBOX.with_borrow(|outbox| {
        let open: Vec<_> = outbox
            .items
            .iter()
            .filter(|item| !matches!(item.state, State::Posted(_) | State::Held))
            .collect();
        if open.is_empty() { draft::forget(&outbox.storage) } else { draft::keep(&outbox.storage, &open) }
    });
    draw();
}

fn draw() {
    let items = OUTBOX.with_borrow(|outbox| outbox.items.clone());
    let Some(place) = page::find("#pending") else { return };
    place.set_text_content(None);
    for item in items {
        let drawn = page::draw("ol", move || item_view(&item)).and_then(|list| list.first_element_child());
        if let Some(drawn) = drawn {
            let _ = place.append_child(&drawn);
        }
    }
}

fn item_view(item: &Item) -> impl IntoView + use<> {
    let button = |act: &'static str, words: &'static str| {
        view! { <button class="linkbtn" type="button" data-act=act data-key=item.key.clone()>{words}</button> }
    };
    let (class, foot) = match &item.state {
        State::Sending => {
            let words = format!("Sending to {}", item.visible_to);
            let icon = view! { <Icon name="loader-circle" size="sm spin" /> };
            ("te is-sending", EitherOf4::A(view! { <p class="te-vis">{icon}{words}</p> }))
        }
        State::Posted(_) => {
            let words = format!("Posted, visible to {}", item.visible_to);
            let icon = view! { <Icon name="check" size="sm" /> };
            ("te", EitherOf4::B(view! { <p class="te-vis">{icon}{words}</p> }))
        }
        State::Held => {
            let icon = view! { <Icon name="scale" size="sm" /> };
            let words = "Held for counsel before it is posted: see Shares, Held.".to_owned();
            ("te", EitherOf4::B(view! { <p class="te-vis">{icon}{words}</p> }))
        }
        State::Failed(words) => {
            let words = words.clone();
            let foot = view! {
                <p class="te-fail" role="alert"><Icon name="circle-alert" size="sm" />{words}</p>
                {button("again", "Send again")}
                {button("edit", "Edit")}
            };
            ("te is-failed", EitherOf4::C(foot))
        }
        State::Waiting => {
            let words = format!("Waits on this device since {}", clock::hms(item.at));
            let icon = view! { <Icon name="clock" size="sm" /> };
            (
                "te is-waiting",
                EitherOf4::D(view! { <p class="te-vis">{icon}{words}</p>{button("discard", "Discard")} }),
            )
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
