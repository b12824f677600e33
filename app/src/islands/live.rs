//! One live stream for a page, shared by its islands.
//!
//! The page carries a cursor from before its data was read, so nothing falls between page and stream. The
//! browser resumes by itself after a short cut; after a longer one, or when the server had to refuse, the
//! stream is opened anew behind the last event that arrived.

use std::{cell::RefCell, rc::Rc, time::Duration};

use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, closure::Closure},
};
use serde::Deserialize;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, EventSource, MessageEvent, RequestInit, Response, VisibilityState};

use super::{clock, page};
use crate::model::{Moment, board::percent};

/// How the page stands to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// Nothing has arrived yet: the page shows what it was made with.
    Still,
    Live,
    /// No word from the server since this moment.
    Reconnecting(Moment),
    /// The device has no network since this moment.
    Offline(Moment),
    /// The session is over.
    Ended,
}

/// The server speaks every 10 s; one late word is forgiven.
const SILENCE: i64 = 20;
/// A break shorter than this is not worth a word.
const GRACE: Duration = Duration::from_secs(2);
/// After this long the connection is given up for a new one.
const GIVE_UP: i64 = 45;
/// A page that nobody looks at lets its connection go: browsers allow few for one server.
const ASLEEP: Duration = Duration::from_secs(60);

type Handler = Rc<dyn Fn(&str)>;
type Watcher = Rc<dyn Fn(Link)>;

#[derive(Default)]
struct Live {
    source: Option<EventSource>,
    handlers: Vec<(&'static str, Handler)>,
    watchers: Vec<Watcher>,
    link: Option<Link>,
    heard: Option<Moment>,
    last_id: String,
    sleep: Option<TimeoutHandle>,
    started: bool,
}

thread_local! {
    static LIVE: RefCell<Live> = RefCell::default();
}

/// Calls back with the data of every event of this kind.
pub fn subscribe(kind: &'static str, act: impl Fn(&str) + 'static) {
    let source = LIVE.with_borrow_mut(|live| {
        live.handlers.push((kind, Rc::new(act)));
        let first = live.handlers.iter().filter(|(other, _)| *other == kind).count() == 1;
        live.source.clone().filter(|_| first)
    });
    // An island that wakes after the stream was opened.
    if let Some(source) = source {
        hear(&source, kind);
    }
}

/// Calls back now and whenever the state changes.
pub fn watch(act: impl Fn(Link) + 'static) {
    let act: Watcher = Rc::new(act);
    let link = LIVE.with_borrow_mut(|live| {
        live.watchers.push(act.clone());
        live.link.unwrap_or(Link::Still)
    });
    act(link);
}

/// The state now.
pub fn link() -> Link {
    LIVE.with_borrow(|live| live.link).unwrap_or(Link::Still)
}

/// When the server was last heard.
pub fn heard() -> Moment {
    LIVE.with_borrow(|live| live.heard).unwrap_or_else(clock::now)
}

/// Opens the stream; once for a page, whoever asks first. A page without a cursor has none.
pub fn start() {
    let cursor = document().body().and_then(|body| body.get_attribute("data-cursor"));
    let Some(cursor) = cursor else { return };
    let first = LIVE.with_borrow_mut(|live| {
        live.last_id = cursor;
        live.heard = Some(clock::now());
        !std::mem::replace(&mut live.started, true)
    });
    if !first {
        return;
    }
    open();
    let _ = set_interval_with_handle(check, Duration::from_secs(1));
    page::listen(&window(), "online", |_| open());
    page::listen(&window(), "offline", |_| set(Link::Offline(heard())));
    page::listen(&window(), "pagehide", |_| close());
    page::listen(&window(), "pageshow", |_| wake());
    page::listen(&document(), "visibilitychange", |_| {
        if document().visibility_state() == VisibilityState::Hidden { fall_asleep() } else { wake() }
    });
}

fn address() -> String {
    LIVE.with_borrow(|live| format!("/live?after={}", percent(&live.last_id)))
}

fn open() {
    close();
    let Ok(source) = EventSource::new(&address()) else { return };
    let mut kinds = vec!["pulse"];
    LIVE.with_borrow(|live| {
        for (kind, _) in &live.handlers {
            if !kinds.contains(kind) {
                kinds.push(kind);
            }
        }
    });
    for kind in kinds {
        hear(&source, kind);
    }
    page::listen(&source, "open", |_| alive());
    page::listen(&source, "error", |_| {
        let closed = LIVE.with_borrow(|live| {
            live.source.as_ref().is_some_and(|source| source.ready_state() == EventSource::CLOSED)
        });
        if closed {
            spawn_local(ask_why());
        } else {
            // The browser tries by itself; most often it is back before anybody needs to know.
            set_timeout(doubt, GRACE);
        }
    });
    LIVE.with_borrow_mut(|live| live.source = Some(source));
}

fn close() {
    if let Some(source) = LIVE.with_borrow_mut(|live| live.source.take()) {
        source.close();
    }
}

fn hear(source: &EventSource, kind: &'static str) {
    let act = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
        let id = event.last_event_id();
        let handlers: Vec<Handler> = LIVE.with_borrow_mut(|live| {
            if !id.is_empty() {
                live.last_id = id;
            }
            live.handlers.iter().filter(|(other, _)| *other == kind).map(|(_, act)| act.clone()).collect()
        });
        let data = event.data().as_string().unwrap_or_default();
        if kind == "pulse" {
            pulse(&data);
        }
        alive();
        for act in handlers {
            act(&data);
        }
    });
    let _ = source.add_event_listener_with_callback(kind, act.as_ref().unchecked_ref());
    act.forget();
}

fn pulse(data: &str) {
    #[derive(Deserialize)]
    struct Pulse {
        now: Moment,
    }
    if let Ok(pulse) = serde_json::from_str::<Pulse>(data) {
        clock::correct(pulse.now);
    }
}

/// Data has just come from the server by another way.
pub fn told() {
    LIVE.with_borrow_mut(|live| live.heard = Some(clock::now()));
}

fn alive() {
    LIVE.with_borrow_mut(|live| live.heard = Some(clock::now()));
    set(Link::Live);
}

/// Every second: has the server fallen silent?
fn check() {
    let (link, asleep) = LIVE.with_borrow(|live| (live.link, live.source.is_none()));
    let silent = clock::now().since(heard());
    match link {
        Some(Link::Ended) => {}
        _ if !window().navigator().on_line() => set(Link::Offline(heard())),
        _ if asleep => {}
        _ if silent >= GIVE_UP && silent % GIVE_UP == 0 => open(),
        Some(Link::Live) | Some(Link::Still) | None if silent >= SILENCE => set(Link::Reconnecting(heard())),
        _ => {}
    }
}

fn set(link: Link) {
    let watchers = LIVE.with_borrow_mut(|live| {
        let changed = live.link.replace(link) != Some(link);
        if changed { live.watchers.clone() } else { vec![] }
    });
    for watcher in watchers {
        watcher(link);
    }
}

fn fall_asleep() {
    let handle = set_timeout_with_handle(close, ASLEEP).ok();
    LIVE.with_borrow_mut(|live| live.sleep = handle);
}

fn wake() {
    let (sleep, closed) = LIVE.with_borrow_mut(|live| (live.sleep.take(), live.source.is_none()));
    if let Some(handle) = sleep {
        handle.clear();
    }
    if closed || clock::now().since(heard()) >= SILENCE {
        set(Link::Reconnecting(heard()));
        open();
    }
}

/// The connection broke a moment ago: if it has not come back, the page is not live and says so.
fn doubt() {
    let open = LIVE.with_borrow(|live| {
        live.source.as_ref().is_some_and(|source| source.ready_state() == EventSource::OPEN)
    });
    if !open && link() == Link::Live {
        set(Link::Reconnecting(heard()));
    }
}

/// The server refused the stream: because nobody is signed in any more, or for now?
async fn ask_why() {
    set(Link::Reconnecting(heard()));
    match status().await {
        Some(204 | 401 | 403) => {
            close();
            set(Link::Ended);
        }
        // A moment between two tries, should the stream itself be what fails.
        Some(200) => set_timeout(open, Duration::from_secs(1)),
        _ => set_timeout(|| spawn_local(ask_why()), Duration::from_secs(5)),
    }
}

/// The status that the stream's address answers with; the answer itself is not read.
async fn status() -> Option<u16> {
    let abort = AbortController::new().ok()?;
    let options = RequestInit::new();
    options.set_signal(Some(&abort.signal()));
    let fetched = JsFuture::from(window().fetch_with_str_and_init(&address(), &options)).await.ok()?;
    let response: Response = fetched.dyn_into().ok()?;
    abort.abort();
    Some(response.status())
}
