//! What was typed into a form that is refused stands on the page that refuses it.

use app::model::id::Number;
use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use server::service::{Room, RoomParts, evidence::EvidenceLimits};

use crate::{
    base::{Base, both},
    story::{open, opened},
    test_app::{Client, PASSWORD, Reply, TestApp},
};

const ANALYST: &str = "analyst@cisa.example";
const WORDS: &str = "Two more calls came in.\nBoth name a polling place & say <noon>.";

/// As a page has it inside a text field.
fn shown() -> String {
    WORDS.replace('&', "&amp;").replace('<', "&lt;")
}

/// A form as a browser sends it: the token, the file, and the words behind it.
fn multipart(token: &str, file: &str, words: &[(&str, &str)]) -> String {
    let part = |name: &str, value: &str| {
        format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let words: String = words.iter().map(|(name, value)| part(name, value)).collect();
    part("form_token", token) + &part("file\"; filename=\"a.txt", file) + &words + "--edge--\r\n"
}

impl Client {
    async fn send_body(&self, action: &str, body: String) -> Reply {
        let request = self.request(Method::POST, action);
        let request = request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge");
        self.send(request.body(Body::from(body)).expect("a request")).await
    }
}

/// A room that takes in less evidence.
async fn limited(base: &Base, evidence_limits: EvidenceLimits) -> TestApp {
    crate::test_app::founded(base).await.close().await;
    let room = Room::open(RoomParts { evidence_limits, ..base.parts(2) }).await.expect("opens again");
    TestApp::of(room, &[])
}

async fn pass(test: &TestApp, number: &Number) {
    let room = &test.app.room;
    crate::handover::hand_over(room, number, "lead@cisa.example", "liaison@google.example").await;
}

both! {
    async fn an_editor_whose_lead_has_passed_meanwhile_keeps_the_words(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let client = test.sign_in(ANALYST).await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/edit");
        let token = client.get(&page).await.form_token(&action).expect("a form");
        pass(&test, &number).await;
        let fields = [("version", "1"), ("title", "Texts"), ("summary", WORDS), ("category", "PROC-1")];
        let reply = client.post(&action, &token, &fields).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        let text = reply.text();
        assert!(text.contains(&shown()) && text.contains("readonly"), "{text}");
        assert!(text.contains("The lead organisation decides that."), "{text}");
        assert!(reply.form_token(&action).is_none(), "sent again it would be refused again");
    }

    async fn a_hidden_number_keeps_the_words_like_one_never_given(base) {
        let test = TestApp::new(base).await;
        let hidden = open(&test.app.room, "analyst@google.example", |input| input.share_with = vec![]).await;
        let never = (1..).map(Number::new).find(|number| *number != hidden && number.as_str().len() == hidden.as_str().len());
        let client = test.sign_in(ANALYST).await;
        let mut answers = vec![];
        for number in [hidden, never.expect("a number")] {
            let action = format!("/incidents/{number}/entries");
            // With a token of the very path, as a page that stood open would have it.
            let stale = client.post(&action, "", &[("kind", "update"), ("text", WORDS), ("tlp", "amber")]).await;
            let reply = client.press(&stale, &action, &[]).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND);
            assert!(reply.text().contains(&shown()));
            answers.push(reply.text().len());
        }
        assert_eq!(answers[0], answers[1]);
    }

    async fn a_form_that_is_more_than_a_form_may_hold_keeps_what_fits(base) {
        let test = TestApp::with(base, &["--form-bytes=4096"]).await;
        let number = opened(&test.app.room).await;
        let client = test.sign_in(ANALYST).await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/entries");
        let token = client.get(&page).await.form_token(&action).expect("a form");
        let long = "long words ".repeat(600);
        let reply = client.post(&action, &token, &[("kind", "update"), ("tlp", "amber"), ("text", &long)]).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
        let text = reply.text();
        assert!(text.contains("4 kB") && text.contains("long words long words") && !text.contains("file is too large"), "{text}");
    }

    async fn a_form_with_files_keeps_its_words_through_signing_in(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let client = test.sign_in(ANALYST).await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/evidence");
        let token = client.get(&page).await.form_token(&action).expect("a form");
        base.clock.advance(31 * 60);
        let words = [("url", "https://clerk.example/notice"), ("note", "The clerk's own notice."), ("tlp", "amber")];
        let body = multipart(&token, &"bytes ".repeat(50_000), &words);
        let out = client.send_body(&action, body).await;
        assert_eq!(out.status, StatusCode::UNAUTHORIZED);
        let text = out.text();
        assert!(text.contains("https://clerk.example/notice") && text.contains("Files are not kept"), "{text}");
        assert!(text.contains("type=\"file\"") && text.contains("multipart/form-data"), "{text}");
        assert_eq!(client.sign_in(ANALYST, PASSWORD).await.status, StatusCode::SEE_OTHER);
        let mut page_before = out;
        for status in [StatusCode::FORBIDDEN, StatusCode::SEE_OTHER] {
            let fields = page_before.fields(&action);
            let words: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            let next = client.send_parts(&action, &words, &[]).await;
            assert_eq!(next.status, status, "{}", next.text());
            page_before = next;
        }
        assert!(client.get(&page).await.text().contains("The clerk"));
        assert_eq!(base.number("select count(*) from exhibit").await, 1);
    }

    async fn evidence_that_may_not_be_added_keeps_its_words(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let leader = test.sign_in("leadership@cisa.example").await;
        let action = format!("/incidents/{number}/evidence");
        let parts = [("form_token", "none"), ("note", "A whole afternoon.")];
        let reply = leader.send_parts(&action, &parts, &[("a.txt", "bytes")]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        assert!(reply.text().contains("A whole afternoon."), "{}", reply.text());
        // A stranger's are not read: the answer is that of a number never given.
        let never = (1..).map(Number::new).find(|other| *other != number && other.as_str().len() == number.as_str().len()).expect("a number");
        let stranger = test.sign_in("analyst@reddit.example").await;
        let mut lengths = vec![];
        for number in [number, never] {
            let reply = stranger.send_parts(&format!("/incidents/{number}/evidence"), &parts, &[("a.txt", "bytes")]).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND);
            lengths.push(reply.text().len());
        }
        assert_eq!(lengths[0], lengths[1]);
    }

    async fn a_file_that_is_too_large_keeps_the_words_behind_it(base) {
        let test = limited(base, EvidenceLimits { file: 1_000, ..EvidenceLimits::default() }).await;
        let number = opened(&test.app.room).await;
        let client = test.sign_in(ANALYST).await;
        let action = format!("/incidents/{number}/evidence");
        let token = client.get(&format!("/incidents/{number}")).await.form_token(&action).expect("a form");
        let body = multipart(&token, &"x".repeat(300_000), &[("note", "A whole afternoon."), ("tlp", "amber")]);
        let reply = client.send_body(&action, body).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
        let text = reply.text();
        assert!(text.contains("That file is too large") && text.contains("A whole afternoon."), "{text}");
        // Another file is picked on that page.
        let fields = reply.fields(&action);
        let words: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        assert_eq!(client.send_parts(&action, &words, &[("b.txt", "smaller")]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(base.number("select count(*) from exhibit where note = 'A whole afternoon.'").await, 1);
    }

    async fn a_full_store_keeps_the_words_and_claims_to_have_told_nobody(base) {
        let test = limited(base, EvidenceLimits { free_bytes: u64::MAX, ..EvidenceLimits::default() }).await;
        let number = opened(&test.app.room).await;
        let client = test.sign_in(ANALYST).await;
        let action = format!("/incidents/{number}/evidence");
        let token = client.get(&format!("/incidents/{number}")).await.form_token(&action).expect("a form");
        let parts = [("form_token", token.as_str()), ("note", "A whole afternoon."), ("tlp", "amber")];
        let reply = client.send_parts(&action, &parts, &[("a.txt", "bytes")]).await;
        assert_eq!(reply.status, StatusCode::INSUFFICIENT_STORAGE);
        let text = reply.text();
        assert!(text.contains("A whole afternoon.") && !text.contains("has been told"), "{text}");
    }

    async fn a_pasted_table_survives_the_end_of_its_session_and_a_refusal(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in("admin@cisa.example").await;
        let token = client.get("/people/import").await.form_token("/people/import").expect("a form");
        let rows: String = (0..500).map(|n| format!("Person {n},person{n}@cisa.example,analyst\n")).collect();
        let table = format!("name,email,roles\n{rows}");
        let send = async |token: &str| client.send_parts("/people/import", &[("form_token", token), ("csv", &table)], &[]).await;
        base.clock.advance(31 * 60);
        let out = send(&token).await;
        assert_eq!(out.status, StatusCode::UNAUTHORIZED);
        assert!(out.text().contains("Person 499,person499@cisa.example,analyst"));
        assert_eq!(client.sign_in("admin@cisa.example", PASSWORD).await.status, StatusCode::SEE_OTHER);
        let stale = send(&out.form_token("/people/import").expect("a form")).await;
        assert_eq!(stale.status, StatusCode::FORBIDDEN);
        let planned = send(&stale.form_token("/people/import").expect("a form")).await;
        assert_eq!(planned.status, StatusCode::OK, "{}", planned.text());
        let analyst = test.sign_in(ANALYST).await;
        let refused = analyst.send_parts("/people/import", &[("form_token", &token), ("csv", &table)], &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        assert!(refused.text().contains("Person 499,person499@cisa.example,analyst"));
    }

    async fn what_broke_inside_keeps_the_words_and_says_what_is_true(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let client = test.sign_in(ANALYST).await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/entries");
        let token = client.get(&page).await.form_token(&action).expect("a form");
        base.execute("alter table entry rename to entry_away").await.expect("renamed");
        let reply = client.post(&action, &token, &[("kind", "update"), ("tlp", "amber"), ("text", WORDS)]).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        let text = reply.text();
        assert!(text.contains("It may have been saved") && text.contains(&shown()), "{text}");
        base.execute("alter table entry_away rename to entry").await.expect("back");
        assert_eq!(client.press(&reply, &action, &[]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(base.number("select count(*) from entry where body like 'Two more calls%'").await, 1);
    }
}
