//! Forms: sent from our own pages, and what was typed stays.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};

use crate::{
    base::both,
    story,
    test_app::{PASSWORD, TestApp, origin},
};

both! {
    async fn an_unsafe_request_from_another_site_is_refused(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in("analyst@cisa.example").await;
        let token = client.get("/no-such-page").await.form_token("/sign-out").expect("a form");
        let send = |headers: &'static [(&'static str, &'static str)]| {
            let cookie = format!("wf_session={}", client.cookies()["wf_session"]);
            let mut request = axum::http::Request::builder().method(Method::POST).uri("/sign-out")
                .header(header::COOKIE, cookie)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let request = request.body(Body::from(format!("form_token={token}"))).expect("a request");
            client.send(request)
        };
        for foreign in [
            &[][..],
            &[("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")],
            &[("sec-fetch-site", "same-site"), ("origin", "http://127.0.0.1:3000")],
            &[("sec-fetch-site", "none")],
            &[("origin", "null")],
            &[("origin", "http://127.0.0.1:3001")],
            // A cookie beside a token may have been sent by a browser.
            &[("authorization", "Bearer wf_something")],
        ] {
            assert_eq!(send(foreign).await.status, StatusCode::FORBIDDEN, "{foreign:?}");
        }
        assert_eq!(send(&[("sec-fetch-site", "same-origin")]).await.status, StatusCode::SEE_OTHER);
    }

    async fn a_form_without_its_token_keeps_what_was_typed(base) {
        let test = TestApp::new(base).await;
        let client = test.visitor();
        let fields = [("email", "analyst@cisa.example"), ("password", PASSWORD)];
        for token in ["", "nonsense"] {
            let reply = client.post("/sign-in", token, &fields).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN);
            assert!(reply.text().contains("value=\"analyst@cisa.example\""), "typed, and kept");
            assert!(!reply.text().contains(PASSWORD), "but no secret");
        }
        let old = client.get("/sign-in").await.form_token("/sign-in").expect("a form");
        base.clock.advance(86_400);
        assert_eq!(client.post("/sign-in", &old, &fields).await.status, StatusCode::FORBIDDEN);
    }

    async fn what_was_typed_while_the_session_ended_can_be_sent_after_signing_in_again(base) {
        let test = TestApp::new(base).await;
        let number = story::opened(&test.app.room).await;
        let client = test.sign_in("analyst@cisa.example").await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/entries");
        let token = client.get(&page).await.form_token(&action).expect("a form");
        base.clock.advance(31 * 60);
        let words = "Half a shift of careful words.";
        let fields = [("kind", "update"), ("tlp", "amber"), ("text", words)];
        let refused = client.post(&action, &token, &fields).await;
        assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
        assert!(refused.text().contains(words), "it stands on the page");
        let kept = refused.form_token(&action).expect("a form to send again");
        assert_eq!(client.sign_in("analyst@cisa.example", PASSWORD).await.status, StatusCode::SEE_OTHER);
        // Made for nobody, the form is not taken as it is; the page that says so is for who signed in.
        let stale = client.post(&action, &kept, &fields).await;
        assert_eq!(stale.status, StatusCode::FORBIDDEN);
        assert!(stale.text().contains(words));
        let fresh = stale.form_token(&action).expect("a form to send again");
        assert_eq!(client.post(&action, &fresh, &fields).await.status, StatusCode::SEE_OTHER);
        assert_eq!(base.number("select count(*) from entry where body like 'Half a shift%'").await, 1);
        assert!(client.get(&page).await.text().contains(words));
    }

    async fn a_form_outlives_a_restart(base) {
        let test = TestApp::new(base).await;
        let token = test.visitor().get("/sign-in").await.form_token("/sign-in").expect("a form");
        let again = TestApp::of(base.open().await, &[]);
        let fields = [("email", "analyst@cisa.example"), ("password", PASSWORD)];
        assert_eq!(again.visitor().post("/sign-in", &token, &fields).await.status, StatusCode::SEE_OTHER);
    }

    async fn a_form_that_is_too_large_is_refused(base) {
        let test = TestApp::with(base, &["--form-bytes=2048"]).await;
        let client = test.visitor();
        let token = client.get("/sign-in").await.form_token("/sign-in").expect("a form");
        let reply = client.post("/sign-in", &token, &[("email", &"a".repeat(4096))]).await;
        assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert!(reply.text().contains("2 kB"));
    }
}

#[test]
fn the_default_origin_is_the_address_of_the_default_listener() {
    let words: [&str; 0] = [];
    assert_eq!(server::config::Config::from_words(words).expect("defaults").origin(), origin());
}
