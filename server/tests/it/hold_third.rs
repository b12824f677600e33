//! What third parties see once counsel let something out: that it was shared, by whoever wrote it. Roles are public, so
//! that the name of counsel would tell that it was held.

use app::model::id::Number;
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Room,
    evidence::EvidenceInput,
    live, share,
    verify::{VerifyOptions, verify},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    evidence::{PNG, attach},
    story::open,
    test_app::TestApp,
};

const ANALYST: &str = "analyst@cisa.example";
const AUTHOR: &str = "liaison@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const REDDIT: &str = "liaison@reddit.example";
const ASKING: &str = "Please remove the page and suspend the account.";

/// What a stream tells this person of the changes after a place of the journal.
async fn heard(room: &Room, who: &str, seq: i64) -> String {
    let viewer = asker(room, who).viewer;
    let mut heard = String::new();
    for change in live::changes(room, seq, None, 1_000).await.expect("changes") {
        if let Some(told) = live::Told::read(room, change).await.expect("read") {
            let events = told.events(room, &viewer, app::policy::scope(&viewer)).await.expect("events");
            heard.extend(events.iter().map(|event| format!("{} {}\n", event.name, event.data)));
        }
    }
    heard
}

/// Everything that this person reads about an incident, by page, call and stream.
async fn known(test: &TestApp, who: &str, number: &Number, seq: i64) -> Vec<(String, String)> {
    let (browser, script) = (test.sign_in(who).await, test.caller(who).await);
    let mut known = vec![("the stream".to_owned(), heard(&test.app.room, who, seq).await)];
    let page = format!("/incidents/{number}");
    for path in [page.as_str(), &format!("{page}/evidence/E-1"), "/board", "/shares", "/notifications"] {
        let reply = browser.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        known.push((path.to_owned(), reply.text()));
    }
    for path in [
        format!("/incidents/{number}"),
        format!("/incidents/{number}/entries?limit=100"),
        format!("/incidents/{number}/evidence/E-1/custody"),
        "/incidents".to_owned(),
        "/journal?limit=200".to_owned(),
    ] {
        let reply = script.get(&at(&path)).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        known.push((path, reply.text()));
    }
    known
}

both! {
    async fn what_counsel_let_out_stands_in_the_timeline_of_others_as_its_authors(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        // What joins, and what tells more to whom sees it already.
        for (with, tlp) in [("reddit", "amber"), ("reddit", "green")] {
            let number = open(room, ANALYST, |input| (input.share_with, input.tlp) = (vec![with.into()], tlp.into())).await;
            attach(room, ANALYST, &number, "flyer.png", PNG, EvidenceInput::default()).await.expect("taken in");
            let script = test.caller(AUTHOR).await;
            let words = json!({"to": "google", "text": ASKING, "exhibits": ["E-1"]});
            let reply = script.json(Method::POST, &at(&format!("/incidents/{number}/shares")), &words).await;
            assert_eq!(reply.status, StatusCode::ACCEPTED, "{}", reply.text());
            let id = reply.json()["id"].as_str().expect("an id").parse().expect("an id");
            let head = live::head(room).await.expect("a head");
            let counsel = asker(room, COUNSEL);
            share::decide(room.clone(), counsel, EACH, id, 1, share::Decision::Release).await.expect("released");
            for (path, text) in known(&test, REDDIT, &number, head).await {
                // Everybody in the room can be chosen for a task.
                let text: String = text.split("<option").map(|piece| piece.split_once("</option>").map_or(piece, |(_, rest)| rest)).collect();
                assert!(!text.contains(COUNSEL) && !text.contains("Rosalind Achebe"), "{tlp} {path}: {text}");
            }
            if tlp == "amber" {
                let page = test.sign_in(REDDIT).await.get(&format!("/incidents/{number}")).await.text();
                assert!(page.contains("Odalys Brannigan"), "{page}");
            }
            let custody = script.get(&at(&format!("/incidents/{number}/evidence/E-1/custody"))).await.json();
            let shared = custody["items"].as_array().expect("a list").iter().find(|touch| touch["action"] == "shared");
            assert_eq!(shared.expect("shared")["person"], AUTHOR, "{custody}");
            // The sender's own house still knows who let it out.
            let ledger = test.caller(COUNSEL).await.get(&at("/ledger")).await.json();
            let line = ledger["items"].as_array().expect("a list").iter().find(|line| line["id"] == json!(id.to_string())).expect("a line");
            assert_eq!((line["from"].as_str(), line["reviewed_by"].as_str()), (Some(AUTHOR), Some(COUNSEL)), "{line}");
        }
        let found = verify(room, &VerifyOptions::default()).await.expect("walks");
        assert!(found.is_clean(), "{:?}", found.findings);
        room.close().await;
    }
}
