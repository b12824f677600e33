//! What every handler holds: the room, the settings and what runs beside them. Cheap to clone.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use app::model::Moment;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use tokio::sync::watch;

use crate::{
    assets,
    clock::{self, Ids},
    config::Config,
    live::Hub,
    post::Post,
    service::{
        Room,
        password::{Cost, Hasher},
        refusal::Refusals,
        session::Sessions,
        sign_in::SignIn,
    },
    unattended::Unattended,
};

/// The state of the web server.
#[derive(Clone, Debug)]
pub struct App {
    pub room: Room,
    pub config: Arc<Config>,
    pub assets: Arc<app::pages::frame::Assets>,
    pub sign_in: SignIn,
    pub sessions: Sessions,
    pub hub: Hub,
    pub stop: Stop,
    pub set_up: SetUp,
    pub refusals: Arc<Refusals>,
    pub unattended: Arc<Unattended>,
    /// None: this server sends no e-mail.
    pub post: Option<Post>,
}

impl App {
    pub fn new(room: Room, config: Config) -> Self {
        let session = &config.session;
        let cost = Cost { memory_kib: session.password_memory, passes: session.password_passes };
        let patience = Duration::from_secs(config.connection.answer_timeout);
        let pepper = room.seal().mac(b"pepper", &[]);
        let hasher = Hasher::start(cost, pepper, session.sign_in_waiting, Ids::Random);
        // A setting that is not understood has stopped the start: see Config::check.
        let post = Post::of(&config.mail, &config.origin()).unwrap_or_default();
        if post.is_some() {
            room.set_sends_mail();
        }
        let app = Self {
            post,
            sign_in: SignIn::new(room.clone(), hasher, session, patience),
            sessions: Sessions::new(room.clone(), session.session_idle, session.session_length),
            hub: Hub::new(room.clone(), config.stream.limits()),
            assets: Arc::new(assets::of_pages()),
            config: Arc::new(config),
            stop: Stop::default(),
            set_up: SetUp::default(),
            refusals: Arc::default(),
            unattended: Arc::default(),
            room,
        };
        // From here on a wall clock that moves is noticed, not from the first time that somebody asks.
        app.clock_drift();
        app
    }

    /// How far the machine's wall clock has moved away from the room's, in seconds: forward where positive. The
    /// room's own clock does not jump; a demo room has been shifted on purpose and is measured against its start.
    pub fn clock_drift(&self) -> i64 {
        self.stop.drift(self.room.now())
    }
}

/// Tells everything that runs that the server stops: streams, loops, `/readyz`.
#[derive(Clone, Debug)]
pub struct Stop {
    sender: Arc<watch::Sender<bool>>,
    /// The wall's clock minus the room's, at the start.
    shift: Arc<Mutex<Option<i64>>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { sender: Arc::new(watch::Sender::new(false)), shift: Arc::default() }
    }
}

impl Stop {
    pub fn stop(&self) {
        self.sender.send_replace(true);
    }
    pub fn is_stopping(&self) -> bool {
        *self.sender.borrow()
    }
    /// For streams and loops: changes to true, once.
    pub fn watch(&self) -> watch::Receiver<bool> {
        self.sender.subscribe()
    }
    /// Returns when the server stops.
    pub async fn stopped(&self) {
        // Fails only without a sender, and this holds one.
        let _ = self.watch().wait_for(|stopping| *stopping).await;
    }

    fn drift(&self, now: Moment) -> i64 {
        let apart = clock::wall().since(now);
        let mut shift = self.shift.lock().unwrap_or_else(PoisonError::into_inner);
        apart - *shift.get_or_insert(apart)
    }
}

/// The one-time link to set up an empty room; only the digest of its key is kept.
#[derive(Clone, Debug, Default)]
pub struct SetUp(Arc<Mutex<Option<[u8; 32]>>>);

impl SetUp {
    /// Opens the link and returns its key, to be printed once.
    pub fn open(&self) -> String {
        let key = URL_SAFE_NO_PAD.encode(Ids::Random.bytes::<24>());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Sha256::digest(key.as_bytes()).into());
        key
    }
    pub fn admits(&self, key: &str) -> bool {
        let given: [u8; 32] = Sha256::digest(key.as_bytes()).into();
        let held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.is_some_and(|held| bool::from(held.ct_eq(&given)))
    }
    pub fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
