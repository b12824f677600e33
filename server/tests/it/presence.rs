//! There is no presence in the room: who looks at what is told to nobody beside them.

use axum::http::Method;

use crate::{
    base::both,
    live::Stream,
    story::{opened, post},
    test_app::{Client, TestApp},
};

const CISA: &str = "analyst@cisa.example";
const PEOPLE: [&str; 3] = ["liaison@google.example", "analyst@google.example", "lead@cisa.example"];

/// A page without what is drawn for this answer alone.
fn steady(page: &str) -> String {
    let mut text = page.to_owned();
    // What is sealed is sealed anew for each answer.
    for mark in
        ["nonce=\"", "name=\"form_token\" value=\"", "name=\"newest\" value=\"", "data-cursor=\"", "?after="]
    {
        let mut parts = text.split(mark);
        let first = parts.next().unwrap_or_default().to_owned();
        text = parts.fold(first, |text, part| text + part.split_once('"').map_or(part, |(_, rest)| rest));
    }
    text
}

async fn pages(client: &Client, incident: &str) -> Vec<String> {
    let mut texts = vec![];
    for path in [incident, "/board", "/board/updates", "/notifications", "/shares", "/people"] {
        texts.push(steady(&client.get(path).await.text()));
    }
    texts
}

both! {
    async fn that_somebody_has_an_incident_open_is_told_to_nobody_else(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        tokio::spawn(test.app.hub.clone().pump());
        let number = opened(room).await;
        let (page, narrowed) = (format!("/incidents/{number}"), format!("/live?incident={number}"));
        let mut others = vec![];
        for who in PEOPLE {
            let other = test.sign_in(who).await;
            // Once its words were before somebody, a share is seen: that is told, and in the ledger. Not that they look.
            other.get(&page).await;
            others.push(other);
        }
        let script = test.caller("liaison@google.example").await;
        let cisa = test.sign_in(CISA).await;
        let before = pages(&cisa, &page).await;
        let rows = base.number("select count(*) from journal").await;
        let mut streams = vec![];
        for path in ["/live", narrowed.as_str()] {
            streams.push(Stream::open(&test, &cisa, path, None).await);
        }

        let mut theirs = vec![];
        for other in &others {
            for path in [page.clone(), format!("{page}?form=shares"), format!("{page}?form=evidence"), "/board".into()] {
                other.get(&path).await;
            }
            theirs.push(Stream::open(&test, other, &narrowed, None).await);
        }
        script.json(Method::GET, &format!("/api/v1{page}"), &serde_json::json!({})).await;

        for (now, then) in pages(&cisa, &page).await.iter().zip(&before) {
            let at = now.bytes().zip(then.bytes()).position(|(now, then)| now != then);
            let around = at.map(|at| (now.get(at.saturating_sub(200)..at + 100), then.get(at..at + 100)));
            assert_eq!(now.len(), then.len(), "on no page: {around:?}");
            assert!(at.is_none(), "on no page: {around:?}");
        }
        assert_eq!(base.number("select count(*) from journal").await, rows, "in no record");
        post(room, CISA, &number, |post| post.text = "The next thing to be told.".into()).await.expect("posted");
        for stream in &mut streams {
            loop {
                let event = stream.next().await.expect("the stream goes on");
                // A pulse says what time it is.
                assert!(event.name == "pulse" || event.data.contains("The next thing to be told."), "{event:?}");
                if event.name == "entry" {
                    break;
                }
            }
        }
    }
}
