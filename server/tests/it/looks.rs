//! What was handed out leaves a line, whatever page, call or stream handed it out.

use app::model::{id::Number, share::ShareState};
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use server::service::{Room, share};

use crate::{
    api::at,
    base::{asker, both},
    live::Stream,
    story::{first_share, open, opened, post},
    test_app::{Client, Reply, TestApp, origin},
};

const CISA: &str = "analyst@cisa.example";
const LIAISON: &str = "liaison@google.example";
/// Reads, and answers nothing.
const LEADERSHIP: &str = "leadership@google.example";

async fn state(room: &Room, number: &Number) -> ShareState {
    let id = first_share(room, CISA, number, "google").await;
    share::find(room, &asker(room, CISA).viewer, id).await.expect("a party").state
}

/// As a browser asks: `mode` is `navigate` where a person goes there, another where the page `from` fetches it.
async fn browse(client: &Client, mode: &str, path: &str, from: Option<&str>) -> Reply {
    let mut request = client.request(Method::GET, path).header("sec-fetch-mode", mode);
    if let Some(from) = from {
        request = request.header(header::REFERER, format!("{}{from}", origin()));
    }
    client.send(request.body(Body::empty()).expect("a request")).await
}

/// Reads a stream from its beginning until it says this.
async fn hear(test: &TestApp, who: &str, words: &str) {
    let client = test.sign_in(who).await;
    let mut stream = Stream::open(test, &client, "/live?after=start", None).await;
    while !stream.next().await.expect("goes on").data.contains(words) {}
}

both! {
    async fn a_share_is_seen_by_whatever_way_its_recipient_gets_the_words(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (browser, script) = (test.sign_in(LEADERSHIP).await, test.caller(LEADERSHIP).await);
        let number = opened(room).await;
        for silent in ["/shares/counts", "/notifications", "/me", "/shares/ledger?incident=WF-0001"] {
            browser.get(silent).await;
        }
        test.caller("lead@fbi.example").await.get(&at(&format!("/incidents/{number}/shares"))).await;
        assert_eq!(state(room, &number).await, ShareState::Delivered, "nobody of theirs has its words");
        test.caller(CISA).await.get(&at(&format!("/incidents/{number}/shares"))).await;
        assert_eq!(state(room, &number).await, ShareState::Delivered, "its sender sees nothing for them");
        for path in ["/incidents/{}", "/shares", "/shares/ledger"] {
            let number = opened(room).await;
            browser.get(&path.replace("{}", &number.to_string())).await;
            assert_eq!(state(room, &number).await, ShareState::Seen, "{path}");
        }
        for path in ["/incidents/{}/shares", "/ledger", "/journal?limit=200"] {
            let number = opened(room).await;
            script.get(&at(&path.replace("{}", &number.to_string()))).await;
            assert_eq!(state(room, &number).await, ShareState::Seen, "{path}");
        }
        let number = opened(room).await;
        let id = first_share(room, CISA, &number, "google").await;
        hear(&test, LEADERSHIP, &id.to_string()).await;
        assert_eq!(state(room, &number).await, ShareState::Delivered, "a stream beside a page that nobody looks at");
        room.close().await;
    }

    async fn a_page_that_reads_itself_again_has_seen_nothing_until_somebody_does_something_there(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let browser = test.sign_in(LEADERSHIP).await;
        let number = opened(room).await;
        let page = format!("/incidents/{number}");
        for path in [page.as_str(), "/shares", &at(&format!("{page}/shares"))] {
            for mode in ["cors", "same-origin", "no-cors"] {
                let again = browse(&browser, mode, path, Some(&page)).await;
                assert!(again.status == StatusCode::OK && !again.bytes.is_empty(), "{path}");
                assert_eq!(state(room, &number).await, ShareState::Delivered, "{path}: {mode}");
            }
        }
        browse(&browser, "navigate", "/me", None).await;
        browse(&browser, "navigate", "/me", Some("/board")).await;
        let other = test.sign_in(LEADERSHIP).await;
        browse(&other, "navigate", "/me", Some(&page)).await;
        assert_eq!(state(room, &number).await, ShareState::Delivered, "elsewhere, or in another browser");
        browse(&browser, "navigate", "/me", Some(&page)).await;
        assert_eq!(state(room, &number).await, ShareState::Seen, "somebody pressed a link of that page");

        let number = opened(room).await;
        let page = format!("/incidents/{number}");
        let again = browse(&browser, "cors", &page, Some(&page)).await;
        let follow = format!("{page}/follow");
        let token = again.form_token(&follow).expect("a form");
        let request = browser.request(Method::POST, &follow)
            .header("sec-fetch-mode", "cors")
            .header(header::REFERER, format!("{}{page}", origin()))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        let sent = browser.send(request.body(Body::from(format!("form_token={token}"))).expect("a request")).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        assert_eq!(state(room, &number).await, ShareState::Seen, "somebody sent a form of that page");
        room.close().await;
    }

    async fn a_share_is_seen_by_whoever_opens_its_page_whatever_their_browser_says(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let browser = test.sign_in(LEADERSHIP).await;
        for mode in [Some("navigate"), None] {
            let number = opened(room).await;
            let page = format!("/incidents/{number}");
            match mode {
                Some(mode) => browse(&browser, mode, &page, None).await,
                None => browser.get(&page).await,
            };
            assert_eq!(state(room, &number).await, ShareState::Seen, "{mode:?}");
        }
        room.close().await;
    }

    async fn each_reading_of_red_leaves_one_line(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, CISA, |input| {
            (input.tlp, input.share_with) = ("red".into(), vec![]);
            input.named = vec![CISA.into(), LIAISON.into()];
        }).await;
        post(room, CISA, &number, |entry| entry.text = format!("Only you, @{LIAISON}.")).await.expect("posted");
        let sql = "select count(*) from journal where noun = 'audit' and action = 'red_viewed'";
        let mut lines = base.number(sql).await;
        let (browser, script) = (test.sign_in(LIAISON).await, test.caller(LIAISON).await);
        let inside = |path: &str| format!("/incidents/{number}{path}");
        let pages = [inside(""), "/board".into(), "/shares".into(), "/shares/ledger".into(), "/notifications?show=all".into()];
        let calls = [
            "/incidents".into(), inside(""), inside("/entries"), inside("/shares"), "/ledger".into(),
            "/journal?limit=200".into(), "/notifications".into(),
        ];
        for (client, path) in pages.iter().map(|path| (&browser, path.clone())).chain(calls.iter().map(|path: &String| (&script, at(path)))) {
            base.clock.advance(601);
            for _ in 0..2 {
                assert!(client.get(&path).await.status.is_success(), "{path}");
            }
            lines += 1;
            assert_eq!(base.number(sql).await, lines, "{path}: one line within ten minutes");
        }
        base.clock.advance(601);
        hear(&test, LIAISON, "Only you").await;
        assert_eq!(base.number(sql).await, lines + 1, "a stream");
        test.sign_in("lead@google.example").await.get("/board").await;
        assert_eq!(base.number(sql).await, lines + 1, "who sees nothing of it looked at nothing");
        room.close().await;
    }
}
