//! Break-glass: who may, what is seen through it, who is told, and when it ends.

use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::person;

use crate::{
    api::{CISA, open},
    base::{EACH, asker, both},
    live::Stream,
    test_app::{Client, Reply, TestApp},
};

const ROOM: &str = "room-admin@watchfloor.example";
const AUDITOR: &str = "auditor@watchfloor.example";
const LIAISON: &str = "liaison@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const WHY: &str = "The owner is away and a safety question came in";

async fn break_glass(client: &Client, number: &str) -> Reply {
    client.submit("/break-glass", "/break-glass", &[("number", number), ("reason", WHY)]).await
}

/// Opens an incident of CISA, breaks the glass over it and gives its number and the path of the glass.
async fn broken(test: &TestApp, root: &Client) -> (String, String) {
    let cisa = test.caller(CISA).await;
    let number = open(&cisa, json!({"share_with": ["google"]})).await;
    cisa.make(&format!("/incidents/{number}/entries"), json!({"text": "Carriers were asked."})).await;
    cisa.make(
        &format!("/incidents/{number}/entries"),
        json!({"text": "Named alone.", "tlp": "red", "named": [CISA]}),
    )
    .await;
    let done = break_glass(root, &number).await;
    assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
    (number, done.location().to_owned())
}

both! {
    async fn a_room_admin_reads_one_incident_and_changes_nothing(base) {
        let test = TestApp::new(base).await;
        let root = test.sign_in(ROOM).await;
        let (number, path) = broken(&test, &root).await;
        let other = open(&test.caller(CISA).await, json!({"title": "Another thing in another county"})).await;
        let page = root.get(&path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        let text = page.text();
        assert!(text.contains("SMS to voters in Maricopa County") && text.contains("Carriers were asked."));
        assert!(!text.contains("Named alone."), "RED is for the named people");
        assert!(!text.contains(&other) && !text.contains("Another thing"));
        assert_eq!(page.header("refresh"), "3600; url=/break-glass");
        // Everywhere else it still does not exist for them.
        for elsewhere in [format!("/incidents/{number}"), format!("/incidents/{number}/evidence/E-1/file"), format!("/api/v1/incidents/{number}")] {
            assert_eq!(root.get(&elsewhere).await.status, StatusCode::NOT_FOUND, "{elsewhere}");
        }
        assert!(!root.get("/board").await.text().contains(&number));
        assert_eq!(root.get(&format!("/live?incident={number}")).await.status, StatusCode::NOT_FOUND);
        for somebody in [LIAISON, AUDITOR, "admin@cisa.example", "analyst@fbi.example"] {
            let client = test.sign_in(somebody).await;
            assert_eq!(client.get(&path).await.status, StatusCode::NOT_FOUND, "{somebody}");
            assert_eq!(client.get("/break-glass").await.status, StatusCode::FORBIDDEN, "{somebody}");
        }
        assert_eq!(base.number("select count(*) from journal where noun = 'glass' and action = 'looked'").await, 1);
        root.get(&path).await;
        assert_eq!(base.number("select count(*) from journal where noun = 'glass' and action = 'looked'").await, 2, "each look");
        let log = test.sign_in(AUDITOR).await.get("/audit?kind=reads").await.text();
        assert!(log.contains("glass.looked") && log.contains("glass.begun") && log.contains(WHY) && !log.contains(&number));
    }

    async fn it_is_shut_to_an_incident_whose_new_lead_was_not_told(base) {
        let test = TestApp::new(base).await;
        let root = test.sign_in(ROOM).await;
        let (number, path) = broken(&test, &root).await;
        assert_eq!(root.get(&path).await.status, StatusCode::OK);
        let (cisa, google) = (test.caller(CISA).await, test.caller("analyst@google.example").await);
        let incident = format!("/incidents/{number}");
        for next in [&cisa, &google] {
            let version = next.read(&incident).await["version"].clone();
            next.change(Method::PATCH, &incident, json!({"version": version, "owner": "analyst@google.example"})).await;
        }
        assert_eq!(root.get(&path).await.status, StatusCode::NOT_FOUND);
    }

    async fn the_liaisons_and_counsel_of_the_lead_are_told_and_nobody_else(base) {
        let test = TestApp::new(base).await;
        let (root, liaison) = (test.sign_in(ROOM).await, test.sign_in(LIAISON).await);
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let mut told = Stream::open(&test, &liaison, "/live", None).await;
        let mut analyst = Stream::open(&test, &test.sign_in(CISA).await, "/live", None).await;
        let (number, path) = broken(&test, &root).await;
        root.get(&path).await;
        let notices = base.pairs("select p.email, n.kind from notice n join person p on p.id = n.person_id where n.kind = 'break_glass' order by p.email").await;
        let kind = "break_glass".to_owned();
        assert_eq!(notices, [(COUNSEL.to_owned(), kind.clone()), (LIAISON.to_owned(), kind)]);
        for email in [LIAISON, COUNSEL] {
            let client = test.sign_in(email).await;
            for page in ["/shares".to_owned(), format!("/incidents/{number}")] {
                let text = client.get(&page).await.text();
                assert!(text.contains("Break-glass: the room admin") && text.contains(WHY), "{email} {page}");
            }
        }
        for email in [CISA, "liaison@google.example", "counsel@google.example", "lead@cisa.example"] {
            let client = test.sign_in(email).await;
            for page in ["/shares".to_owned(), format!("/incidents/{number}")] {
                let text = client.get(&page).await.text();
                assert!(!text.contains("Break-glass") && !text.contains(WHY), "{email} {page}");
            }
        }
        while !told.next().await.is_some_and(|event| event.name == "notice" && event.data.contains("\"glass\"") && event.data.contains(&number)) {}
        root.submit(&path, &format!("{path}/end"), &[]).await;
        while !told.next().await.is_some_and(|event| event.name == "notice" && event.data.contains("\"glass\"")) {}
        let last = test.caller(CISA).await.make(&format!("/incidents/{number}/entries"), json!({"text": "The last word."})).await;
        loop {
            let event = analyst.next().await.expect("the stream goes on");
            assert!(!event.data.contains("\"glass\""), "{event:?}");
            if event.data.contains(last["id"].as_str().expect("an id")) {
                break;
            }
        }
        pump.abort();
    }

    async fn it_ends_by_itself_by_hand_and_with_the_account(base) {
        let test = TestApp::new(base).await;
        let root = test.sign_in(ROOM).await;
        let (_, path) = broken(&test, &root).await;
        assert_eq!(root.submit(&path, &format!("{path}/end"), &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(root.get(&path).await.status, StatusCode::NOT_FOUND, "by hand");
        let (_, path) = broken(&test, &root).await;
        base.clock.advance(1_700);
        assert_eq!(root.get(&path).await.status, StatusCode::OK);
        base.clock.advance(1_700);
        assert_eq!(root.get(&path).await.header("refresh"), "200; url=/break-glass");
        base.clock.advance(199);
        assert_eq!(root.get(&path).await.status, StatusCode::OK, "in its last second");
        base.clock.advance(1);
        assert_eq!(root.get(&path).await.status, StatusCode::NOT_FOUND, "by itself");
        let (_, path) = broken(&test, &root).await;
        let room = &test.app.room;
        let (who, second) = (asker(room, ROOM).viewer.person, asker(room, "admin@cisa.example"));
        let boss = { let root = asker(room, ROOM); person::set_roles(room, &root, second.viewer.person, &["room_admin".into()], 1, &EACH).await.expect("given"); asker(room, "admin@cisa.example") };
        person::suspend(room, &boss, who, "a test", &EACH).await.expect("suspended");
        assert_ne!(root.get(&path).await.status, StatusCode::OK);
        person::restore(room, &boss, who, "back", &EACH).await.expect("restored");
        let again = test.sign_in(ROOM).await;
        assert_eq!(again.get(&path).await.status, StatusCode::NOT_FOUND, "the hour does not come back");
    }

    async fn a_number_never_given_and_one_that_stays_shut_answer_alike_and_guessing_stops(base) {
        let test = TestApp::new(base).await;
        let (root, cisa) = (test.sign_in(ROOM).await, test.caller(CISA).await);
        let red = open(&cisa, json!({"tlp": "red", "named": [CISA]})).await;
        let free = if red == "WF-0001" { "WF-0002" } else { "WF-0001" };
        let mut pages = vec![];
        for number in [red.as_str(), free] {
            let reply = break_glass(&root, number).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            let text = reply.text();
            assert!(text.contains("There is no such incident, or none that break-glass opens"));
            pages.push(text.matches("nothing found").count());
        }
        assert_eq!(pages, [1, 2], "each in one's own list, and no more than that");
        assert_eq!(base.number("select count(*) from journal where noun = 'glass' and action = 'found_nothing'").await, 2);
        let bodies = base.pairs("select action, body from journal where noun = 'glass'").await;
        assert!(bodies.iter().all(|(_, body)| !body.contains(&red) && !body.contains(free)));
        for bad in [("", WHY), ("WF-0001", " "), ("147", WHY)] {
            let reply = root.submit("/break-glass", "/break-glass", &[("number", bad.0), ("reason", bad.1)]).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        for _ in 0..3 {
            break_glass(&root, free).await;
        }
        let stopped = break_glass(&root, &open(&cisa, json!({})).await).await;
        assert_eq!(stopped.status, StatusCode::TOO_MANY_REQUESTS);
        base.clock.advance(3_601);
        let root = test.sign_in(ROOM).await;
        assert_eq!(break_glass(&root, free).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}
