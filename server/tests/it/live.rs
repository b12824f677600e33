//! The live stream over the real hub: what each viewer is told, in order, once, whatever is cut.

use std::time::Duration;

use app::{model::id::Number, policy::scope};
use axum::{
    body::{Body, BodyDataStream},
    http::{Method, StatusCode},
    response::Response,
};
use futures::StreamExt;
use server::service::{
    Noun,
    live::{Place, Told, changes, head},
    share::{OnwardDecision, ShareInput, Step},
};

use crate::{
    base::{Base, asker, both},
    onward, story,
    test_app::{Client, Reply, TestApp},
};

/// One event as a browser gets it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub id: Option<String>,
    pub name: String,
    pub data: String,
}

impl Event {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.data).expect("JSON")
    }
}

/// An open stream and what came of it that was no whole event yet.
pub(crate) struct Stream {
    body: BodyDataStream,
    rest: Vec<u8>,
}

/// A bound on waiting for what has to come; nothing is measured.
const HANG: Duration = Duration::from_secs(60);

impl Stream {
    pub(crate) async fn open(test: &TestApp, client: &Client, path: &str, last: Option<&str>) -> Self {
        let request = client.request(Method::GET, path);
        let request = last.into_iter().fold(request, |request, id| request.header("last-event-id", id));
        let response = test.answer(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        Self::of(response)
    }

    pub(crate) fn of(response: Response) -> Self {
        Self { body: response.into_body().into_data_stream(), rest: vec![] }
    }

    /// The next event; none when the stream ended. What follows the last blank line is half an event.
    pub(crate) async fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(end) = self.rest.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.rest.drain(..end + 2).collect();
                return Some(parse(&String::from_utf8_lossy(&block)));
            }
            let piece =
                tokio::time::timeout(HANG, self.body.next()).await.expect("the stream says something");
            self.rest.extend_from_slice(&piece?.expect("bytes"));
        }
    }

    /// The next event of this name.
    pub(crate) async fn next_named(&mut self, name: &str) -> Event {
        loop {
            let event = self.next().await.expect("the stream goes on");
            if event.name == name {
                return event;
            }
        }
    }
}

fn parse(block: &str) -> Event {
    let field = |name: &str| {
        let line = block.lines().find_map(|line| line.strip_prefix(name));
        line.map(|value| value.trim_start().to_owned())
    };
    Event {
        id: field("id:"),
        name: field("event:").unwrap_or_default(),
        data: field("data:").unwrap_or_default(),
    }
}

/// Writes a row of the journal about what the newest entry is about, behind the services' back.
async fn write_act(base: &Base, noun: &str, action: &str, body: &str) {
    let sql = format!(
        "insert into journal (seq, at, person_id, organisation_id, incident_id, noun, noun_id, action, body, request, \
         salt, previous, hash) select (select max(seq) + 1 from journal), at, person_id, organisation_id, incident_id, \
         '{noun}', noun_id, '{action}', '{body}', request, salt, previous, hash from journal where noun = 'entry' \
         order by seq desc limit 1"
    );
    base.execute(&sql).await.expect("written");
}

/// The place that a page gives to its islands.
fn page_cursor(page: &Reply) -> String {
    let html = page.text();
    let mark = "data-cursor=\"";
    let at = html.find(mark).unwrap_or_else(|| panic!("a cursor: {html}")) + mark.len();
    html[at..at + html[at..].find('"').expect("a quote")].to_owned()
}

both! {
    async fn a_cursor_is_as_long_early_in_the_journal_as_late(base) {
        let test = TestApp::new(base).await;
        let lengths = [9, 1_000_000, i64::MAX].map(|seq| Place::behind(seq).seal(&test.app.room).len());
        assert!(lengths.iter().all(|length| *length == lengths[0]), "{lengths:?}");
        let client = test.sign_in("analyst@cisa.example").await;
        assert_eq!(page_cursor(&client.get("/board").await).len(), lengths[0], "in a page");
        let mut stream = Stream::open(&test, &client, "/live", None).await;
        let first = stream.next().await.expect("a pulse");
        assert_eq!(first.id.expect("a cursor").len(), lengths[0], "in the stream");
        story::opened(&test.app.room).await;
        let list = test.caller("analyst@cisa.example").await.get("/api/v1/journal?limit=1").await.json();
        assert_eq!(list["next"].as_str().map(str::len), Some(lengths[0]), "in the list: {list}");
        for old in ["41", "00000000000000000041"] {
            let sealed = test.app.room.seal().seal("live", old);
            assert_eq!(Place::open(&test.app.room, &sealed), Some(Place::behind(41)), "an older cursor");
        }
    }

    async fn what_one_server_writes_is_on_the_streams_of_another(base) {
        let one = TestApp::new(base).await;
        // PostgreSQL says so; of a file nobody hears but by looking.
        let poll = if base.is_sqlite() { "--database-poll=20" } else { "--database-poll=3600000" };
        let two = TestApp::of(base.open().await, &[poll]);
        let (pump, follow) = (two.app.hub.clone().pump(), server::jobs::follow(two.app.clone()));
        let tasks = [tokio::spawn(pump), tokio::spawn(follow)];
        let number: Number = story::opened(&one.app.room).await;
        let client = two.sign_in("liaison@google.example").await;
        let mut stream = Stream::open(&two, &client, "/live?after=start", None).await;
        assert_eq!(stream.next_named("incident").await.json()["number"], number.to_string());
        story::post(&one.app.room, "analyst@cisa.example", &number, |entry| entry.text = "The county answered.".into())
            .await
            .expect("posted");
        while stream.next_named("entry").await.json()["entry"]["text"] != "The county answered." {}
        tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }

    async fn a_client_that_takes_nothing_is_cut_and_resumes_without_loss(base) {
        let test = TestApp::with(base, &["--stream-bytes=4096"]).await;
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let number = story::opened(&test.app.room).await;
        let client = test.sign_in("analyst@cisa.example").await;
        let mut stream = Stream::open(&test, &client, "/live", None).await;
        let mut last = stream.next().await.expect("a pulse").id;
        let mut posted = vec![];
        let hang = tokio::time::timeout(HANG, async {
            while test.app.hub.open_streams() > 0 {
                let post = story::post(&test.app.room, "analyst@cisa.example", &number, |_| {});
                posted.push(post.await.expect("posted").to_string());
            }
        });
        hang.await.expect("the stream is cut");
        let mut told = vec![];
        while let Some(event) = stream.next().await {
            last = event.id.clone();
            told.extend((event.name == "entry").then(|| event.json()["entry"]["id"].clone()));
        }
        assert!(told.len() < posted.len(), "what waited was let go");
        let mut resumed = Stream::open(&test, &client, "/live", last.as_deref()).await;
        while told.len() < posted.len() {
            told.push(resumed.next_named("entry").await.json()["entry"]["id"].clone());
        }
        assert_eq!(told, posted);
        pump.abort();
    }

    // A server that stops, or whose database does not answer, ends the stream: its client resumes elsewhere. Were the
    // failure taken for an absence, the stream would go on behind what it never told.
    async fn what_cannot_be_read_is_a_failure_and_no_silence(base) {
        let room = base.founded().await;
        let number = story::opened(&room).await;
        onward::ask(&room, "liaison@google.example", &number, |_| {}).await.expect("asked");
        let viewer = asker(&room, "liaison@google.example").viewer;
        let mut told = vec![];
        for change in changes(&room, 0, None, 1_000).await.expect("changes") {
            if let Some(change) = Told::read(&room, change).await.expect("read")
                && !change.events(&room, &viewer, scope(&viewer)).await.expect("events").is_empty()
            {
                told.push(change);
            }
        }
        for noun in [Noun::Entry, Noun::Share, Noun::Onward] {
            assert!(told.iter().any(|told| told.change.noun == Some(noun)), "{noun:?}: something to tell");
        }
        room.close().await;
        for told in told {
            let events = told.events(&room, &viewer, scope(&viewer)).await;
            assert!(events.is_err(), "{:?}: {events:?}", told.change);
        }
    }

    async fn a_change_that_cannot_be_read_cuts_the_streams_and_holds_nothing_up_behind_it(base) {
        let test = TestApp::new(base).await;
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let room = &test.app.room;
        let number = story::opened(room).await;
        let client = test.sign_in("analyst@cisa.example").await;
        let mut stream = Stream::open(&test, &client, "/live", None).await;
        stream.next().await.expect("a pulse");
        write_act(base, "incident", "marked", "no JSON").await;
        let post = |text: &'static str| story::post(room, "analyst@cisa.example", &number, move |entry| entry.text = text.into());
        post("Behind it.").await.expect("posted");
        let cut = async { while stream.next().await.is_some() {} };
        tokio::time::timeout(HANG, cut).await.expect("cut");
        let mut again = Stream::open(&test, &client, "/live", None).await;
        again.next().await.expect("a pulse");
        post("Later.").await.expect("posted");
        let later = async { while again.next_named("entry").await.json()["entry"]["text"] != "Later." {} };
        tokio::time::timeout(HANG, later).await.expect("what follows is told");
        pump.abort();
    }

    async fn a_kind_of_change_that_this_program_does_not_know_is_told_to_nobody_and_stops_nothing(base) {
        let room = base.founded().await;
        story::opened(&room).await;
        let before = head(&room).await.expect("a number");
        // As a later version would write it.
        write_act(base, "whisper", "added", "{}").await;
        let found = changes(&room, before, None, 10).await.expect("changes");
        assert_eq!(found.iter().map(|change| change.seq).collect::<Vec<_>>(), [before + 1], "it counts as told");
        for change in found {
            assert!(Told::read(&room, change).await.expect("read").is_none());
        }
        room.close().await;
    }

    async fn a_red_request_that_ends_is_told_to_all_who_could_decide_it(base) {
        let test = TestApp::new(base).await;
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let room = &test.app.room;
        let number = story::opened(room).await;
        let red = |input: &mut ShareInput| {
            (input.text, input.tlp) = ("For the eyes of CISA alone.".into(), "red".into());
            (input.to, input.named) = (vec![], vec!["liaison@twitter.example".into()]);
        };
        let (google, lead) = ("liaison@google.example", "lead@cisa.example");
        let ends = [(lead, OnwardDecision::Refuse(String::new())), (google, OnwardDecision::Withdraw), (lead, OnwardDecision::Approve)];
        for (at, (by, end)) in ends.into_iter().enumerate() {
            let id = onward::ask(room, google, &number, red).await.expect("asked").asked[0];
            let mut streams = vec![];
            for (who, hears) in [("liaison@cisa.example", true), ("analyst@cisa.example", false), ("analyst@google.example", false)] {
                let client = test.sign_in(who).await;
                let offers = client.get("/shares").await.text().contains(&format!("/shares/{id}/approve"));
                assert_eq!(offers, hears, "{who}");
                let mut stream = Stream::open(&test, &client, "/live", None).await;
                stream.next().await.expect("a pulse");
                streams.push((who, hears, stream, client));
            }
            onward::decide(room, by, id, end).await.expect("it ends");
            let last = format!("Behind the end of request {at}");
            story::post(room, lead, &number, |entry| entry.text = last.clone()).await.expect("posted");
            for (who, hears, mut stream, client) in streams {
                let mut told = 0;
                loop {
                    let event = stream.next().await.expect("goes on");
                    assert!(!event.data.contains("For the eyes"), "{who}: {event:?}");
                    if event.name == "notice" && event.data.contains("\"noun\":\"onward\"") {
                        let gone = format!("\"id\":\"{id}\",\"gone\":true");
                        assert!(event.data.contains(&gone), "who reads it no longer is told which it is: {event:?}");
                        told += 1;
                    }
                    if event.data.contains(&last) {
                        break;
                    }
                }
                assert_eq!(told, usize::from(hears), "{who} {at}: without words, and to nobody who did not read it");
                assert!(!client.get("/shares").await.text().contains(&format!("/shares/{id}/approve")), "{who}");
            }
        }
        pump.abort();
    }

    async fn an_unshared_incident_falls_silent_in_an_open_stream(base) {
        let test = TestApp::new(base).await;
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let room = &test.app.room;
        let (number, other) = (story::opened(room).await, story::opened(room).await);
        let client = test.sign_in("analyst@google.example").await;
        let mut stream = Stream::open(&test, &client, "/live", None).await;
        let post = |number: Number, text: &'static str| async move {
            story::post(room, "analyst@cisa.example", &number, |entry| entry.text = text.into()).await.expect("posted");
        };
        post(number.clone(), "Before").await;
        assert_eq!(stream.next_named("entry").await.json()["entry"]["text"], "Before");
        let share = story::first_share(room, "analyst@cisa.example", &number, "google").await;
        story::step(room, "liaison@cisa.example", share, Step::Revoke).await.expect("revoked");
        post(number.clone(), "Behind their back").await;
        post(other, "Still shared").await;
        let mut gone = false;
        loop {
            let event = stream.next().await.expect("goes on");
            gone |= event.data.contains("\"gone\":true");
            assert!(!event.data.contains("Behind their back"), "{event:?}");
            if event.data.contains("Still shared") {
                break;
            }
        }
        assert!(gone, "it is said that the incident is gone");
        pump.abort();
    }

    async fn who_loses_a_role_is_cut_before_the_next_change(base) {
        let test = TestApp::new(base).await;
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let room = &test.app.room;
        let number = story::opened(room).await;
        let client = test.sign_in("analyst@google.example").await;
        let mut stream = Stream::open(&test, &client, "/live", None).await;
        stream.next().await.expect("a pulse");
        base.execute("update person set suspended_at = 1 where email = 'analyst@google.example'").await.expect("suspended");
        room.refresh().await.expect("read again");
        story::post(room, "analyst@cisa.example", &number, |entry| entry.text = "After".into()).await.expect("posted");
        while let Some(event) = stream.next().await {
            assert!(!event.data.contains("After"), "{event:?}");
        }
        pump.abort();
    }
}
