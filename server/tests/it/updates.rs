//! Where the updates rail ends, they go on: a page at a time, each for its viewer.

use axum::http::StatusCode;

use server::service::{
    entry::PostEntry,
    evidence::{self, EvidenceInput},
};

use crate::{
    base::{EACH, asker, both},
    story::{open, opened, post},
    test_app::{Client, TestApp},
};

const CISA: &str = "analyst@cisa.example";
const GOOGLE: &str = "analyst@google.example";

/// The calls that a list of updates has, in its order, from this page to the last.
async fn calls(client: &Client, path: &str) -> Vec<usize> {
    let (mut next, mut found) = (Some(path.to_owned()), vec![]);
    while let Some(href) = next {
        let page = client.get(&href).await;
        assert_eq!(page.status, StatusCode::OK, "{href}");
        let text = page.text();
        let words =
            text.split("Call ").skip(1).filter_map(|rest| rest.split(" of ").next()?.parse::<usize>().ok());
        found.extend(words);
        next = page.next_page();
    }
    found
}

/// Where the rail of the board leads on.
async fn way_on(client: &Client, board: &str) -> Option<String> {
    let page = client.get(board).await.text();
    let at = page.find("id=\"feed-earlier\"")?;
    let tag = &page[page[..at].rfind('<')?..][..400];
    Some(tag.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&"))
}

both! {
    async fn earlier_updates_go_on_where_the_rail_ends_each_once_and_for_whom_they_are(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        for n in 0..230 {
            post(room, CISA, &number, |post| post.text = format!("Call {n} of the clerk.")).await.expect("posted");
        }
        post(room, CISA, &number, |post| {
            (post.text, post.audience) = ("Call 900 of the clerk.".into(), vec!["cisa".into()]);
        }).await.expect("posted");
        let (cisa, google) = (test.sign_in(CISA).await, test.sign_in(GOOGLE).await);
        let all: Vec<usize> = (0..230).rev().collect();
        assert_eq!(calls(&google, "/board/updates").await, all, "newest first, and none that is not theirs");
        let theirs: Vec<usize> = std::iter::once(900).chain(all.iter().copied()).collect();
        assert_eq!(calls(&cisa, "/board/updates?feed=mine").await, theirs, "its owner");
        assert!(calls(&google, "/board/updates?feed=mine").await.is_empty());
        // The rail shows forty; its link begins with the next.
        for board in ["/board", "/board?feed=mine"] {
            let way = way_on(&cisa, board).await.expect("a way on");
            assert_eq!(calls(&cisa, &way).await, theirs[40..], "{board}");
        }
        let way = way_on(&google, "/board").await.expect("a way on");
        assert_eq!(calls(&google, &way).await, all[40..]);

        // A place in the list gives nobody its words.
        let stranger = test.sign_in("analyst@fbi.example").await;
        assert!(way_on(&stranger, "/board").await.is_none());
        for path in ["/board/updates", way.as_str()] {
            let page = stranger.get(path).await;
            assert!(page.status == StatusCode::OK && !page.text().contains("Call ") && !page.text().contains(number.as_str()));
        }
        assert_eq!(stranger.get("/board/updates?after=guess").await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn the_rail_its_pages_and_the_wall_say_what_stands_now(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, CISA, |input| (input.tlp, input.share_with) = ("green".into(), vec![])).await;
        let first = post(room, CISA, &number, |post| post.text = "Polls close at 9.".into()).await.expect("posted");
        for text in ["Polls close at 7.", "Polls close at 8, says @liaison@google.example."] {
            let correct = |post: &mut PostEntry| (post.text, post.corrects) = (text.into(), Some(first.to_string()));
            post(room, CISA, &number, correct).await.expect("corrected");
        }
        let input = EvidenceInput { url: Some("https://clerk.example/notice".into()), ..EvidenceInput::default() };
        evidence::add_link(room.clone(), asker(room, CISA), EACH, number.clone(), input).await.expect("added");
        let google = test.sign_in(GOOGLE).await;
        for path in ["/board", "/board/updates", "/wall"] {
            let html = google.get(path).await.text();
            let lines = html.matches("Polls close at ").count();
            assert!(html.contains("Polls close at 8, says @") && !html.contains("@liaison@google.example"), "{path}: {html}");
            assert_eq!(lines, if path == "/board" { 2 } else { 1 }, "{path}: once in the rail, once in the row");
            assert!(html.contains("Added E-1."), "{path}: a file without words is no blank line");
        }
        room.close().await;
    }
}
