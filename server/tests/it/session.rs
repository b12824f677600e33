//! The door: who gets in, for how long, and what is written down about it.

use axum::http::{Method, StatusCode, header};

use crate::{
    base::both,
    failing::Fault,
    test_app::{PASSWORD, TestApp},
};

const ANALYST: &str = "analyst@cisa.example";

both! {
    async fn a_person_signs_in_and_out_and_both_are_in_the_journal(base) {
        let test = TestApp::new(base).await;
        let client = test.visitor();
        let reply = client.submit("/sign-in?next=/wall", "/sign-in", &[
            ("email", "Analyst@CISA.example "), ("password", PASSWORD), ("next", "/wall"),
        ]).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/wall"));
        let cookie = reply.headers.get_all(header::SET_COOKIE).iter().find(|v| v.to_str().is_ok_and(|v| v.starts_with("wf_session=")));
        let cookie = cookie.and_then(|v| v.to_str().ok()).expect("a session");
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax") && !cookie.contains("Max-Age"));
        assert_eq!(base.number("select count(*) from session").await, 1);
        assert_eq!(base.number("select count(*) from journal where action = 'signed_in'").await, 1);

        let out = client.submit("/no-such-page", "/sign-out", &[]).await;
        assert_eq!((out.status, out.location()), (StatusCode::SEE_OTHER, "/sign-in"));
        assert!(out.header("clear-site-data").contains("storage"));
        assert_eq!(base.number("select count(*) from session").await, 0);
        assert_eq!(base.number("select count(*) from journal where action = 'signed_out'").await, 1);
        assert!(!client.cookies().contains_key("wf_session"));
    }

    async fn only_the_digest_of_a_session_is_kept(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in(ANALYST).await;
        let id = client.cookies()["wf_session"].clone();
        let rows = base.pairs("select data, address from session").await;
        assert_eq!(rows, [("{}".to_owned(), "127.0.0.1".to_owned())]);
        let bodies = base.pairs("select action, body from journal where noun = 'session'").await;
        assert!(bodies.iter().all(|(_, body)| !body.contains(&id) && !body.contains(PASSWORD)));
    }

    async fn every_refusal_reads_alike(base) {
        let test = TestApp::new(base).await;
        let refused = |email: &'static str, password: &'static str| {
            let client = test.visitor();
            async move { client.sign_in(email, password).await }
        };
        let wrong = refused(ANALYST, "five grey herons at the weir").await;
        let unknown = refused("nobody@cisa.example", PASSWORD).await;
        for reply in [&wrong, &unknown] {
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(reply.text().contains("The e-mail address or the password is wrong."));
            assert!(!reply.text().contains("herons"), "a password never comes back");
        }
        assert_eq!(base.number("select count(*) from journal where action = 'sign_in_refused'").await, 2);
        let bodies = base.pairs("select noun, body from journal where action = 'sign_in_refused' order by seq").await;
        assert_eq!(bodies[0].0, "person");
        assert!(bodies[1].1.contains("typed_sha256") && !bodies[1].1.contains("nobody"));
    }

    async fn a_session_ends_when_idle_and_when_old(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in(ANALYST).await;
        let is_in = || async { client.get("/no-such-page").await.text().contains("Sign out") };
        base.clock.advance(29 * 60);
        assert!(is_in().await, "active within half an hour");
        seen(base).await;
        base.clock.advance(29 * 60);
        assert!(is_in().await, "its activity was written");
        seen(base).await;
        base.clock.advance(31 * 60);
        assert!(!is_in().await, "idle for half an hour");

        let client = test.sign_in(ANALYST).await;
        for _ in 0..35 {
            base.clock.advance(20 * 60);
            assert!(client.get("/no-such-page").await.text().contains("Sign out"), "active and young");
            seen(base).await;
        }
        base.clock.advance(20 * 60);
        assert!(!client.get("/no-such-page").await.text().contains("Sign out"), "twelve hours old");
    }

    async fn activity_while_an_earlier_one_is_being_written_is_written_too(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in(ANALYST).await;
        let id = client.cookies()["wf_session"].parse().expect("an id");
        let hash = server::service::session::hash(&id);
        let signed_in = base.clock.now();
        base.clock.advance(120);
        test.app.sessions.touch(hash, signed_in);
        base.clock.advance(120);
        test.app.sessions.touch(hash, signed_in);
        seen(base).await;
    }

    async fn what_a_page_fetches_by_itself_keeps_no_session_alive(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in(ANALYST).await;
        base.clock.advance(120);
        let request = client.request(Method::GET, "/no-such-page").header("sec-fetch-mode", "cors");
        client.send(request.body(axum::body::Body::empty()).expect("a request")).await;
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        assert_eq!(base.number("select count(*) from session where seen_at > created_at").await, 0);
    }

    async fn a_suspended_person_is_out_at_once(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in(ANALYST).await;
        base.execute("update person set suspended_at = 1 where email = 'analyst@cisa.example'").await.expect("done");
        test.app.room.refresh().await.expect("read again");
        assert!(!client.get("/no-such-page").await.text().contains("Sign out"));
        let again = test.visitor().sign_in(ANALYST, PASSWORD).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn an_account_under_attack_stays_open_to_its_own_browser(base) {
        let test = TestApp::with(base, &["--account-burst=10"]).await;
        let own = test.sign_in(ANALYST).await;
        let thief = test.visitor();
        for _ in 0..9 {
            assert_eq!(thief.sign_in(ANALYST, "a guess").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let stopped = thief.sign_in(ANALYST, "a guess").await;
        assert_eq!((stopped.status, stopped.header(header::RETRY_AFTER)), (StatusCode::TOO_MANY_REQUESTS, "30"));
        let elsewhere = test.visitor().sign_in(ANALYST, PASSWORD).await;
        assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS, "an unknown browser waits too");
        assert_eq!(own.sign_in(ANALYST, PASSWORD).await.status, StatusCode::SEE_OTHER);
    }

    async fn who_signed_in_on_a_full_disk_stays_in_until_the_database_has_their_session(base) {
        let test = TestApp::new(base).await;
        base.refuse("insert", "session", Fault::Full).await;
        let (client, sessions) = (test.sign_in(ANALYST).await, &test.app.sessions);
        let is_in = || async { client.get("/no-such-page").await.text().contains("Sign out") };
        sessions.write_held().await.expect_err("still full");
        assert!(is_in().await, "kept in memory");
        base.refuse("insert", "session", Fault::Broken).await;
        sessions.write_held().await.expect_err("something else is wrong");
        assert!(is_in().await, "what could not be written is kept");
        base.allow("insert", "session").await;
        for _ in 0..2 {
            sessions.write_held().await.expect("written");
            assert!(is_in().await);
            assert_eq!(base.number("select count(*) from session").await, 1);
            assert_eq!(base.number("select count(*) from journal where action = 'signed_in'").await, 1, "once");
        }
    }

    async fn sign_in_goes_on_while_the_room_only_reads(base) {
        drop(TestApp::new(base).await);
        let room = server::service::Room::open(server::service::RoomParts { read_only: true, ..base.parts(1) }).await;
        let test = TestApp::of(room.expect("opens"), &[]);
        let client = test.sign_in(ANALYST).await;
        let page = client.get("/no-such-page").await.text();
        assert!(page.contains("Sign out") && page.contains("Reading only."));
        assert_eq!(base.number("select count(*) from session").await, 0);
    }
}

/// Waits until the activity of this moment is written: it happens beside the answer.
async fn seen(base: &crate::base::Base) {
    let sql = format!("select count(*) from session where seen_at = {}", base.clock.now().0);
    for _ in 0..500 {
        if base.number(&sql).await > 0 {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the activity was never written");
}

#[tokio::test]
async fn a_cookie_under_https_is_bound_to_its_host() {
    let base = crate::base::Base::sqlite();
    let test = TestApp::with(&base, &["--public-url=https://room.example"]).await;
    let client = test.sign_in(ANALYST).await;
    assert!(client.cookies().contains_key("__Host-wf_session"));
    let reply = client.get("/sign-in").await;
    assert!(reply.header(header::STRICT_TRANSPORT_SECURITY).starts_with("max-age=63072000"));
}
