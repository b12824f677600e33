//! What counsel sees of a hold before it is let out: what goes along, and the page of its recipient.

use app::model::{
    ShareId,
    hold::Hold,
    inbox::{ShareQuery, ShareTab},
};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::service::{
    Room,
    evidence::EvidenceInput,
    share::{self, Decision},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    evidence::{PNG, attach},
    onward,
    story::{open, post},
    test_app::TestApp,
};

const ANALYST: &str = "analyst@cisa.example";
const AUTHOR: &str = "liaison@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const ASKING: &str = "Please remove the page and suspend the account.";

/// What waits for counsel, newest first, as this person reads it.
pub(crate) async fn held(room: &Room, who: &str) -> Vec<Hold> {
    let viewer = asker(room, who).viewer;
    let page = share::inbox(room, &viewer, &ShareQuery::of(ShareTab::Held), 50).await.expect("a page");
    page.holds.clone()
}

/// Sends a share by the API; the id under which all of it waits.
pub(crate) async fn hold(test: &TestApp, who: &str, number: &str, words: Value) -> ShareId {
    let script = test.caller(who).await;
    let reply = script.json(Method::POST, &at(&format!("/incidents/{number}/shares")), &words).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
    reply.json()["id"].as_str().expect("an id").parse().expect("an id")
}

both! {
    async fn counsel_sees_what_goes_along_before_it_is_let_out(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.share_with = vec![]).await;
        for more in ["one", "two"] {
            let bytes = [PNG, more.as_bytes()].concat();
            attach(room, ANALYST, &number, "flyer.png", &bytes, EvidenceInput::default()).await.expect("taken in");
        }
        let entry = post(room, AUTHOR, &number, |input| input.kind = "observation".into()).await.expect("posted");
        let words = json!({"to": "google", "text": ASKING, "exhibits": ["E-2"], "entries": [entry.to_string()], "foreign_nexus": "attributed", "attributed_by": "ODNI"});
        let id = hold(&test, AUTHOR, number.as_str(), words).await;
        for who in [COUNSEL, AUTHOR] {
            let found = share::find_hold(room, &asker(room, who).viewer, id).await.expect("read");
            assert_eq!((&found.exhibits[..], found.entries.len(), found.foreign_nexus.as_str()), (&[2][..], 1, "Attributed by ODNI"), "{who}");
            let page = test.sign_in(who).await.get("/shares?tab=held").await.text();
            // Without the marks between two pieces of text.
            let row = page[page.find(&format!("id=\"s-{id}\"")).expect("a line")..].replace("<!>", "");
            for shown in ["/evidence/E-2\"", &format!("#entry-{entry}\""), "Observation", "Foreign nexus: Attributed by ODNI", &format!("/shares/{id}/preview\"")] {
                assert!(row.contains(shown), "{who}: {shown}");
            }
            assert!(!row.contains("E-1\""), "what does not go along is not said");
        }
        let told = test.caller(AUTHOR).await.get(&at(&format!("/holds/{id}"))).await.json();
        assert_eq!((&told["exhibits"], &told["entries"], &told["foreign_nexus"]), (&json!(["E-2"]), &json!([entry.to_string()]), &json!("Attributed by ODNI")), "{told}");
        room.close().await;
    }

    async fn what_counsel_may_not_see_is_not_said_to_go_along(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        // RED goes to those whom it names, and counsel decides about it all the same.
        let number = open(room, AUTHOR, |input| (input.tlp, input.share_with) = ("amber".into(), vec!["google".into()])).await;
        let red = post(room, AUTHOR, &number, |input| {
            (input.text, input.tlp, input.named) = ("For two pairs of eyes.".into(), "red".into(), vec![AUTHOR.into(), GOOGLE.into()]);
        }).await.expect("posted");
        let words = json!({"named": [GOOGLE], "tlp": "red", "text": ASKING, "entries": [red.to_string()]});
        let id = hold(&test, AUTHOR, number.as_str(), words).await;
        let of = async |who: &str| share::find_hold(room, &asker(room, who).viewer, id).await.expect("read").entries.len();
        assert_eq!((of(AUTHOR).await, of(COUNSEL).await), (1, 0));
        let page = test.sign_in(COUNSEL).await.get("/shares?tab=held").await.text();
        assert!(!page.contains(&red.to_string()), "{page}");
        let page = test.sign_in(COUNSEL).await.get(&format!("/shares/{id}/preview")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        assert!(!page.text().contains(&red.to_string()) && !page.text().contains("For two pairs of eyes."), "{}", page.text());
        room.close().await;
    }

    async fn the_preview_of_a_hold_is_for_those_who_read_it_and_as_long_as_it_waits(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.share_with = vec!["fbi".into()]).await;
        let id = hold(&test, AUTHOR, number.as_str(), json!({"to": "google", "text": ASKING})).await;
        let path = format!("/shares/{id}/preview");
        let absent = "/shares/99999999-2222-4333-8444-555555555555/preview";
        for who in [GOOGLE, "counsel@google.example", "counsel@fbi.example", "lead@fbi.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"] {
            let client = test.sign_in(who).await;
            let (there, never) = (client.get(&path).await, client.get(absent).await);
            assert_eq!((there.status, never.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{who}");
        }
        for (who, releases) in [(COUNSEL, true), (AUTHOR, false), (ANALYST, false)] {
            let page = test.sign_in(who).await.get(&path).await;
            assert_eq!(page.status, StatusCode::OK, "{who}: {}", page.text());
            assert_eq!(page.text().contains(&format!("/shares/{id}/release")), releases, "{who}");
        }
        let counsel = asker(room, COUNSEL);
        share::decide(room.clone(), counsel, EACH, id, 1, Decision::Refuse("No.".into())).await.expect("refused");
        assert_eq!(test.sign_in(COUNSEL).await.get(&path).await.status, StatusCode::NOT_FOUND, "it has ended");
        // Words of a timeline and answers are no page of their own.
        let entry = test.caller(AUTHOR).await.json(Method::POST, &at(&format!("/incidents/{number}/shares")), &json!({"to": "fbi", "text": "Have a look."})).await;
        assert_eq!(entry.status, StatusCode::CREATED);
        let shared = open(room, ANALYST, |_| {}).await;
        let held = test.caller(AUTHOR).await.json(Method::POST, &at(&format!("/incidents/{shared}/entries")), &json!({"text": ASKING})).await;
        assert_eq!(held.status, StatusCode::ACCEPTED, "{}", held.text());
        let id = held.json()["id"].as_str().expect("an id").to_owned();
        let counsel = test.sign_in(COUNSEL).await;
        assert_eq!(counsel.get(&format!("/shares/{id}/preview")).await.status, StatusCode::NOT_FOUND);
        assert!(!counsel.get("/shares?tab=held").await.text().contains(&format!("/shares/{id}/preview")));
        room.close().await;
    }

    async fn a_request_that_counsel_looks_at_first_is_previewed_too(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, "analyst@google.example", |input| input.share_with = vec!["cisa".into()]).await;
        let asked = onward::ask(room, AUTHOR, &number, |input| input.text = ASKING.into()).await.expect("asked");
        let id = asked.held[0];
        let page = test.sign_in(COUNSEL).await.get(&format!("/shares/{id}/preview")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text());
        assert!(page.text().contains("As Twitter will see it"), "{}", page.text());
        share::decide(room.clone(), asker(room, COUNSEL), EACH, id, 1, Decision::Release).await.expect("released");
        // From here on it is for whoever was asked.
        assert_eq!(test.sign_in(GOOGLE).await.get(&format!("/shares/{id}/preview")).await.status, StatusCode::OK);
        assert_eq!(test.sign_in(COUNSEL).await.get(&format!("/shares/{id}/preview")).await.status, StatusCode::FORBIDDEN);
        room.close().await;
    }
}
