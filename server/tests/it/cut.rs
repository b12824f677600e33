//! Streams that are cut at random, over servers that are restarted, while people write: nobody misses an
//! event, gets one twice or out of order.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use app::{model::id::Number, policy::Viewer};
use axum::{
    body::Body,
    http::{Method, StatusCode},
};
use server::{
    clock::Ids,
    service::{Room, RoomParts, live},
};
use tokio::{sync::RwLock, task::JoinHandle};

use crate::{
    base::{Base, asker, both},
    live::Stream,
    story,
    test_app::{Client, TestApp},
};

/// Cuts on each of the two databases.
const CUTS: usize = 500;
/// Those who look on: the lead, one that it is shared with, one that it is not, one that is named for RED.
const READERS: [&str; 4] =
    ["analyst@cisa.example", "liaison@google.example", "analyst@twitter.example", "analyst@google.example"];
/// A bound on waiting for what has to come; nothing is measured.
const HANG: Duration = Duration::from_secs(120);

/// A server with what runs beside it.
struct Server {
    test: TestApp,
    beside: [JoinHandle<()>; 2],
}

impl Server {
    async fn start(base: &Base) -> Self {
        // Ids of a seed would come again after each restart.
        let parts = RoomParts { ids: Ids::Random, ..base.parts(1) };
        let room = Room::open(parts).await.expect("the room opens");
        let test = TestApp::of(room, &["--database-poll=20", "--streams-per-person=100"]);
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let follow = tokio::spawn(server::jobs::follow(test.app.clone()));
        Self { test, beside: [pump, follow] }
    }

    async fn stop(&self) {
        self.test.app.stop.stop();
        self.beside.iter().for_each(JoinHandle::abort);
        self.test.app.room.close().await;
    }
}

/// Two servers over one database, either of which may be another one in a moment.
struct Servers {
    running: [RwLock<Server>; 2],
    done: AtomicBool,
    cuts: AtomicUsize,
}

/// A client: what it was told, and where it goes on.
struct Reader {
    email: &'static str,
    client: Client,
    ids: Ids,
    last: Option<String>,
    told: Vec<(String, String)>,
}

impl Reader {
    /// Opens the stream at either server, takes some of it and breaks off, maybe inside an event.
    async fn read_and_cut(&mut self, servers: &Servers) {
        let server = servers.running[self.ids.below(2) as usize].read().await;
        let Some(mut stream) = self.open(&server.test).await else { return };
        drop(server);
        for _ in 0..self.ids.below(8) {
            let pause = Duration::from_millis(u64::from(self.ids.below(60)));
            // A quiet moment is a good one to break off, too.
            let Ok(Some(event)) = tokio::time::timeout(pause, stream.next()).await else { break };
            self.take(event);
        }
        servers.cuts.fetch_add(1, Ordering::Relaxed);
    }

    async fn open(&self, test: &TestApp) -> Option<Stream> {
        let request = self.client.request(Method::GET, "/live?after=start");
        let request = self.last.iter().fold(request, |request, id| request.header("last-event-id", id));
        let response = test.answer(request.body(Body::empty()).expect("a request")).await;
        // 503: this server is just stopping.
        (response.status() == StatusCode::OK).then(|| Stream::of(response))
    }

    fn take(&mut self, event: crate::live::Event) {
        if let Some(id) = event.id {
            self.last = Some(id);
        }
        if !matches!(event.name.as_str(), "pulse" | "restart" | "ended") {
            self.told.push((event.name.clone(), key(&event.name, &event.data)));
        }
    }

    /// Everything that is still to come.
    async fn catch_up(&mut self, servers: &Servers, expected: &[(String, String)]) {
        let server = servers.running[0].read().await;
        let mut stream = self.open(&server.test).await.expect("opens");
        let came = tokio::time::timeout(HANG, async {
            while self.told.len() < expected.len() {
                let event = stream.next().await.expect("goes on");
                self.take(event);
            }
        });
        if came.await.is_err() {
            let differs = self.told.iter().zip(expected).position(|(told, expected)| told != expected);
            panic!(
                "{}: {} of {} came; the first that differs: {differs:?}",
                self.email,
                self.told.len(),
                expected.len()
            );
        }
    }
}

/// What an event is about, whatever its content is by now.
fn key(name: &str, data: &str) -> String {
    let json: serde_json::Value = serde_json::from_str(data).expect("JSON");
    let of = if name == "entry" { &json["entry"]["id"] } else { &json["number"] };
    of.as_str().expect("a name").to_owned()
}

/// What a viewer is to be told of the whole journal, read without any stream.
async fn expected(room: &Room, viewer: &Viewer) -> Vec<(String, String)> {
    let mut told = vec![];
    for change in live::changes(room, 0, None, 1_000_000).await.expect("changes") {
        let Some(change) = live::Told::read(room, change).await.expect("read") else { continue };
        let scope = app::policy::scope(viewer);
        for event in change.events(room, viewer, scope).await.expect("events") {
            told.push((event.name.to_owned(), key(event.name, &event.data)));
        }
    }
    told
}

/// The entries of the journal as the API lists them for a viewer.
async fn journal_entries(client: &Client) -> Vec<String> {
    let (mut ids, mut path) = (vec![], "/api/v1/journal?limit=200".to_owned());
    loop {
        let page = client.get(&path).await.json();
        for act in page["items"].as_array().expect("items") {
            if act["noun"] == "entry" {
                ids.push(act["entry"]["id"].as_str().expect("an id").to_owned());
            }
        }
        let Some(next) = page["next"].as_str() else { return ids };
        path = format!("/api/v1/journal?limit=200&after={next}");
    }
}

async fn write(servers: Arc<Servers>, writer: u64, numbers: Vec<Number>) {
    let ids = Ids::seeded(writer);
    let mut n = 0;
    while !servers.done.load(Ordering::Relaxed) {
        let server = servers.running[ids.below(2) as usize].read().await;
        let which = ids.below(numbers.len() as u32) as usize;
        let number = &numbers[which];
        let posted = story::post(&server.test.app.room, "analyst@cisa.example", number, |entry| {
            entry.text = format!("Writer {writer}, line {n}.");
            match ids.below(4) {
                0 if which == 0 => {
                    (entry.tlp, entry.named) = ("red".into(), vec!["analyst@google.example".into()])
                }
                1 if which == 0 => entry.audience = vec!["cisa".into()],
                _ => {}
            }
        });
        posted.await.expect("posted");
        n += 1;
        drop(server);
        tokio::time::sleep(Duration::from_millis(u64::from(ids.below(40)))).await;
    }
}

async fn restart_now_and_then(base: &Base, servers: &Servers) -> usize {
    let mut restarts = 0;
    while servers.cuts.load(Ordering::Relaxed) < CUTS {
        tokio::time::sleep(Duration::from_millis(700)).await;
        // The lock waits for writes in hand; open streams are not waited for.
        let mut server = servers.running[restarts % 2].write().await;
        server.stop().await;
        *server = Server::start(base).await;
        restarts += 1;
    }
    servers.done.store(true, Ordering::Relaxed);
    restarts
}

async fn readers(test: &TestApp) -> Vec<Reader> {
    let mut readers = vec![];
    for n in 0..8 {
        let email = READERS[n % READERS.len()];
        let client = test.sign_in(email).await;
        readers.push(Reader { email, client, ids: Ids::seeded(100 + n as u64), last: None, told: vec![] });
    }
    readers
}

both! {
    async fn a_thousand_cuts_and_restarts_lose_repeat_and_reorder_nothing(base) {
        crate::test_app::founded(base).await.close().await;
        let running = [RwLock::new(Server::start(base).await), RwLock::new(Server::start(base).await)];
        let servers = Arc::new(Servers { running, done: AtomicBool::new(false), cuts: AtomicUsize::new(0) });
        let first = servers.running[0].read().await;
        let shared = story::opened(&first.test.app.room).await;
        let green = story::open(&first.test.app.room, "analyst@cisa.example", |new| new.tlp = "green".into()).await;
        let own = story::open(&first.test.app.room, "analyst@cisa.example", |new| new.share_with = vec![]).await;
        let readers = readers(&first.test).await;
        drop(first);
        let writers = (0..3).map(|n| tokio::spawn(write(Arc::clone(&servers), n, vec![shared.clone(), green.clone(), own.clone()])));
        let writers: Vec<_> = writers.collect();
        let reading = readers.into_iter().map(|mut reader| {
            let servers = Arc::clone(&servers);
            tokio::spawn(async move {
                while !servers.done.load(Ordering::Relaxed) {
                    reader.read_and_cut(&servers).await;
                }
                reader
            })
        });
        let reading: Vec<_> = reading.collect();
        let restarts = tokio::time::timeout(HANG, restart_now_and_then(base, &servers)).await.expect("goes on");
        for writer in writers {
            writer.await.expect("a writer ends");
        }
        assert!(restarts > 1, "restarted while they read");
        for reader in reading {
            let mut reader = reader.await.expect("a reader ends");
            let (room, test) = {
                let server = servers.running[0].read().await;
                (server.test.app.room.clone(), server.test.sign_in(reader.email).await)
            };
            let expected = expected(&room, &asker(&room, reader.email).viewer).await;
            assert!(expected.len() > 20, "{} events", expected.len());
            reader.catch_up(&servers, &expected).await;
            let differs = reader.told.iter().zip(&expected).position(|(told, expected)| told != expected);
            assert_eq!(differs, None, "{}: differs from the journal", reader.email);
            assert_eq!(reader.told.len(), expected.len(), "{}: told too much", reader.email);
            let entries: Vec<_> = reader.told.iter().filter(|(name, _)| name == "entry").map(|(_, id)| id.clone()).collect();
            assert_eq!(entries, journal_entries(&test).await, "{}: the entries of the journal", reader.email);
        }
        for server in &servers.running {
            server.read().await.stop().await;
        }
    }
}
