//! An organisation leaves the room: everything that it sees ends at once, everywhere, and nobody sees more for it.

use std::collections::{BTreeMap, BTreeSet};

use app::model::{
    id::Number,
    inbox::{ShareQuery, ShareTab},
    ledger::{LedgerQuery, LedgerStep},
    notice::{NoticeQuery, NoticeWhat},
};
use axum::{
    body::{Body, BodyDataStream, Bytes},
    http::{Method, StatusCode, header},
};
use futures::{StreamExt, stream};
use serde_json::json;
use server::service::{
    Room,
    evidence::{self, EvidenceInput},
    ledger, notice,
    organisation::{self, Leave},
    share::{self, Step},
    verify,
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    ledger::{app, told},
    live::Stream,
    story::{first_share, open, opened, post, see, share_with, step},
    test_app::{Client, PASSWORD, TestApp},
};

pub(crate) const ROOM: &str = "room-admin@watchfloor.example";
pub(crate) const CISA: &str = "analyst@cisa.example";
pub(crate) const LEAD: &str = "lead@cisa.example";
pub(crate) const GOOGLE: &str = "liaison@google.example";
const FBI: &str = "liaison@fbi.example";
pub(crate) const REASON: &str = "Its contract with the room has ended";

/// What the room admin sends, with the first who is proposed for each incident.
async fn chosen(room: &Room, slug: &str) -> Leave {
    let prospect = organisation::prospect(room, &asker(room, ROOM), slug).await.expect("a prospect");
    let first = |led: &app::model::leave::Led| {
        let first = led.candidates.first().expect("somebody").organisation.slug.clone();
        (led.number.to_string(), first)
    };
    Leave {
        reason: REASON.into(),
        version: prospect.version,
        leads: prospect.moving().map(first).collect::<BTreeMap<_, _>>(),
        ..Leave::default()
    }
}

pub(crate) async fn leaves(room: &Room, slug: &str) -> i64 {
    let input = chosen(room, slug).await;
    organisation::leave(room, &asker(room, ROOM), slug, input, &EACH).await.expect("it leaves")
}

pub(crate) async fn comes_back(room: &Room, slug: &str, version: i64) {
    let why = ("Its contract was renewed", version);
    organisation::take_back(room, &asker(room, ROOM), slug, why, &EACH).await.expect("it is back");
}

/// Numbers that each person of the room sees, but those of one organisation.
async fn sights(room: &Room, numbers: &[Number], but: &str) -> BTreeSet<(String, String)> {
    let mut seen = BTreeSet::new();
    for member in room.directory().members() {
        if member.person.organisation.slug == but {
            continue;
        }
        for number in numbers {
            if see(room, &member.person.email, number).await.is_ok() {
                seen.insert((member.person.email.clone(), number.to_string()));
            }
        }
    }
    seen
}

pub(crate) async fn whats(room: &Room, who: &str) -> Vec<NoticeWhat> {
    let query = NoticeQuery { all: true, ..NoticeQuery::default() };
    let page = notice::list(room, &asker(room, who).viewer, &query, 200).await.expect("a page");
    page.lines.iter().map(|line| line.what).collect()
}

/// An exhibit of more than one piece, and the answer that hands it out.
async fn download(test: &TestApp, client: &Client, number: &Number) -> BodyDataStream {
    let bytes = stream::iter([Ok::<_, std::convert::Infallible>(Bytes::from(vec![b'x'; 3 << 20]))]);
    let by = asker(&test.app.room, CISA);
    let input = EvidenceInput::default();
    evidence::take_in(test.app.room.clone(), by, EACH, number.clone(), "texts.log", input, bytes)
        .await
        .expect("taken in");
    let path = format!("/incidents/{number}/evidence/E-1/file");
    let request = client.request(Method::GET, &path).body(Body::empty()).expect("a request");
    let response = test.answer(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    response.into_body().into_data_stream()
}

/// An export of the ledger that has begun.
async fn export(test: &TestApp, client: &Client) -> BodyDataStream {
    let action = "/shares/ledger/csv";
    let token = client.get("/shares/ledger").await.form_token(action).expect("a form");
    let request = client
        .request(Method::POST, action)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(format!("form_token={}", server::page::encoded(&token))));
    test.answer(request.expect("a request")).await.into_body().into_data_stream()
}

/// Everything to the end of the stream.
async fn rest(mut stream: Stream) -> Vec<crate::live::Event> {
    let mut events = vec![];
    while let Some(event) = stream.next().await {
        events.push(event);
    }
    events
}

both! {
    async fn streams_pages_exports_and_downloads_of_its_people_end_at_once(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let number = opened(room).await;
        for n in 0..120 {
            told(room, &number, "google", &format!("Word {n}.")).await;
        }
        let (google, script) = (test.sign_in(GOOGLE).await, test.caller("analyst@google.example").await);
        let cisa = test.sign_in(LEAD).await;
        let path = format!("/incidents/{number}");
        assert_eq!(google.get(&path).await.status, StatusCode::OK, "a page is open");
        let (theirs, ours) = (Stream::open(&test, &google, "/live", None).await, Stream::open(&test, &cisa, "/live", None).await);
        let another = test.sign_in("lead@google.example").await;
        let by_another = Stream::open(&test, &another, "/live", None).await;
        // As a browser does, they take in what comes as it comes: who does not is not waited for at the end.
        let open = [theirs, by_another].map(|stream| tokio::spawn(rest(stream)));
        let mut exported = export(&test, &google).await;
        let mut downloaded = download(&test, &google, &number).await;
        for parts in [&mut exported, &mut downloaded] {
            parts.next().await.expect("a part").expect("sent");
        }

        // In two steps, through the forms.
        let root = test.sign_in(ROOM).await;
        let form = "/organisations/google/leave";
        let looked = root.submit(form, form, &[("version", "1"), ("reason", REASON)]).await;
        assert_eq!(looked.status, StatusCode::OK, "{}", looked.text());
        assert!(looked.text().contains("6 people, 2 of them signed in") && looked.text().contains("Nothing has been done yet"));
        assert_eq!(google.get(&path).await.status, StatusCode::OK, "nothing has been done");
        let confirm = "/organisations/google/leave/confirm";
        let token = looked.form_token(confirm).expect("a last step");
        let done = root.post(confirm, &token, &[("version", "1"), ("reason", REASON)]).await;
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, "/organisations/google"), "{}", done.text());
        let again = root.post(confirm, &token, &[("version", "1"), ("reason", REASON)]).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER, "a repeated send is answered, and done once");
        assert_eq!(base.number("select count(*) from journal where noun = 'organisation' and action = 'left'").await, 1);

        for stream in open {
            let events = stream.await.expect("read to its end");
            assert!(events.iter().all(|event| !event.data.contains("left the room")), "{events:?}");
            assert_eq!(events.last().map(|event| event.name.as_str()), Some("left"), "an open page empties: {events:?}");
        }
        assert!(exported.next().await.expect("it is cut").is_err(), "the export");
        assert!(downloaded.next().await.expect("it is cut").is_err(), "the download");
        assert_eq!(google.get(&path).await.status, StatusCode::SEE_OTHER, "to the sign-in");
        assert_eq!(script.get(&at("/me")).await.status, StatusCode::UNAUTHORIZED);
        let refused = test.visitor().sign_in(GOOGLE, PASSWORD).await;
        let wrong = test.visitor().sign_in(GOOGLE, "another password altogether").await;
        assert_eq!((refused.status, wrong.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));

        // Those who stay are told, in plain words, and keep their record.
        let page = cisa.get(&path).await.text();
        assert!(page.contains("Google left the room: what was shared with it has ended"), "{page}");
        let mut ours = ours;
        loop {
            let event = ours.next_named("entry").await;
            if event.data.contains("left the room") {
                break;
            }
        }
        let crossings = ledger::ledger(room, &asker(room, LEAD).viewer, &LedgerQuery::default(), 200).await.expect("a ledger");
        assert_eq!(crossings.crossings.len(), 121);
        for crossing in &crossings.crossings {
            let last = crossing.acts.last().map(|act| (act.step, act.by.as_ref().map(|by| by.email.as_str())));
            assert_eq!(last, Some((LedgerStep::Ended, Some(ROOM))));
        }
        let report = verify::verify(room, &Default::default()).await.expect("walks");
        assert!(report.is_clean(), "{:?}", report.findings);
        // What everybody in the room reads of it names no incident.
        let rows = base.pairs("select action, body from journal where noun = 'organisation' and action = 'left'").await;
        assert!(rows.iter().all(|(_, body)| body.contains(REASON) && !body.contains("WF-")), "{rows:?}");
        pump.abort();
    }

    async fn a_download_that_is_running_ends_with_the_sight_of_it(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let id = first_share(room, LEAD, &number, "google").await;
        let google = test.sign_in(GOOGLE).await;
        let mut parts = download(&test, &google, &number).await;
        parts.next().await.expect("a part").expect("sent");
        post(room, CISA, &number, |_| {}).await.expect("posted");
        parts.next().await.expect("another").expect("something else that happens cuts nothing");
        step(room, LEAD, id, Step::Revoke).await.expect("taken back");
        assert!(parts.next().await.expect("it is cut").is_err());
    }

    async fn its_open_incidents_get_a_lead_that_sees_them_already_and_nobody_sees_more(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let by = "analyst@google.example";
        let amber = open(room, by, |new| new.share_with = vec!["fbi".into(), "cisa".into()]).await;
        let own = open(room, by, |new| new.share_with = vec![]).await;
        let green = open(room, by, |new| (new.tlp, new.share_with) = ("green".into(), vec![])).await;
        let red = open(room, by, |new| {
            (new.tlp, new.share_with, new.named) = ("red".into(), vec![], vec![CISA.into()]);
        }).await;
        let own_red = open(room, by, |new| (new.tlp, new.share_with) = ("red".into(), vec![])).await;
        let all = [amber.clone(), own.clone(), green.clone(), red.clone(), own_red.clone()];
        let before = sights(room, &all, "google").await;

        let root = test.caller(ROOM).await;
        let prospect = root.read("/organisations/google/leave").await;
        let text = prospect.to_string();
        assert!(!text.contains(red.as_str()) && !text.contains(own_red.as_str()), "RED does not exist for the room admin");
        assert!(!text.contains("Maricopa"), "no content");
        let led = |number: &Number| {
            let leads = prospect["leads"].as_array().expect("a list");
            leads.iter().find(|led| led["number"] == number.to_string()).expect("listed")["candidates"].clone()
        };
        assert_eq!(led(&own), json!([]), "nobody else sees it");
        assert_eq!(led(&amber).as_array().map(Vec::len), Some(2));
        assert!(led(&green).as_array().is_some_and(|all| all.contains(&json!("twitter")) && !all.contains(&json!("google"))));
        let send = |leads: serde_json::Value| json!({"reason": REASON, "version": 1, "leads": leads});
        let path = at("/organisations/google/leave");
        for leads in [json!({}), json!({amber.as_str(): "twitter", green.as_str(): "cisa"}), json!({amber.as_str(): "google", green.as_str(): "cisa"})] {
            let reply = root.json(Method::POST, &path, &send(leads)).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(reply.json()["errors"][format!("leads.{amber}")][0].as_str().is_some_and(|said| said.contains("fbi")), "{}", reply.text());
        }
        assert_eq!(base.number("select count(*) from journal where action = 'unshared'").await, 0, "nothing was done");
        let done = root.json(Method::POST, &path, &send(json!({amber.as_str(): "fbi", green.as_str(): "cisa"}))).await;
        assert_eq!(done.status, StatusCode::OK, "{}", done.text());
        assert!(done.json()["left_at"].is_string() && done.json()["left_reason"] == REASON);

        assert_eq!(sights(room, &all, "google").await, before, "nobody sees more or less");
        for (number, who, lead) in [(&amber, FBI, "fbi"), (&green, LEAD, "cisa"), (&red, CISA, "cisa")] {
            let incident = see(room, who, number).await.expect("seen");
            assert_eq!((incident.lead.slug.as_str(), incident.owner.as_ref()), (lead, None), "{number}");
        }
        assert_eq!(whats(room, FBI).await[0], NoticeWhat::Led);
        let page = test.sign_in(FBI).await.get(&format!("/incidents/{amber}")).await.text();
        assert!(page.contains("Google left the room.") && page.contains("<del>Google</del>"), "{page}");
        // The new lead works it: takes it, and shares it.
        share_with(room, "lead@fbi.example", &amber, "twitter").await.expect("the lead shares");
        let on_hold = "select count(*) from incident where hold_since is not null";
        assert_eq!(base.number(on_hold).await, 2, "what nobody sees rests");
        assert!(verify::verify(room, &Default::default()).await.expect("walks").is_clean());
    }

    async fn taken_back_its_people_sign_in_and_what_was_shared_is_not_theirs(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let shared = opened(room).await;
        let red = open(room, CISA, |new| {
            (new.tlp, new.share_with, new.named) = ("red".into(), vec![], vec![GOOGLE.into()]);
        }).await;
        let own = open(room, "analyst@google.example", |new| new.share_with = vec![]).await;
        let (google, script) = (test.sign_in(GOOGLE).await, test.caller(GOOGLE).await);
        let version = leaves(room, "google").await;
        for (number, who) in [(&shared, CISA), (&red, CISA)] {
            let incident = see(room, who, number).await.expect("seen");
            assert!(incident.shared_with.iter().all(|other| other.slug != "google"), "{number}");
            assert!(incident.named.iter().all(|person| person.organisation.slug != "google"), "{number}");
        }
        base.clock.advance(3_600);
        let root = test.sign_in(ROOM).await;
        let page = "/organisations/google";
        assert!(root.get(page).await.text().contains(REASON));
        let nothing = root.submit(page, "/organisations/google/return", &[("version", "2"), ("reason", "")]).await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.text().contains("return-reason-error"));
        let stale = root.submit(page, "/organisations/google/return", &[("version", "1"), ("reason", "x")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let version = version.to_string();
        let back = root.submit(page, "/organisations/google/return", &[("version", &version), ("reason", "It is renewed")]).await;
        assert_eq!((back.status, back.location()), (StatusCode::SEE_OTHER, page), "{}", back.text());

        assert_eq!(google.get("/board").await.status, StatusCode::SEE_OTHER, "the old session stays ended");
        assert_eq!(script.get(&at("/me")).await.status, StatusCode::UNAUTHORIZED, "and the token");
        let google = test.sign_in(GOOGLE).await;
        for number in [&shared, &red] {
            assert_eq!(google.get(&format!("/incidents/{number}")).await.status, StatusCode::NOT_FOUND);
        }
        let mine = see(room, GOOGLE, &own).await.expect("its own is there");
        assert!(mine.hold.is_none(), "and goes on");
        let page = share::inbox(room, &asker(room, GOOGLE).viewer, &ShareQuery::of(ShareTab::Answer), 20).await.expect("a page");
        assert!(page.lines.is_empty());
        share_with(room, LEAD, &shared, "google").await.expect("shared again");
        assert_eq!(google.get(&format!("/incidents/{shared}")).await.status, StatusCode::OK);
        // Where its stream stood, it goes on without what it lost.
        assert!(verify::verify(room, &Default::default()).await.expect("walks").is_clean());
    }
}
