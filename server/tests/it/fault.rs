//! When something goes wrong: for one request only, in plain words, and never for long.

use axum::{Router, http::StatusCode, middleware, routing::get};

use crate::{
    base::{Base, both},
    test_app::TestApp,
};

#[tokio::test]
async fn a_panic_is_one_requests_own_affair() {
    let base = Base::sqlite();
    let mut test = TestApp::new(&base).await;
    let layer = middleware::from_fn_with_state(test.app.clone(), server::visit::layer);
    let broken = || async { if true { panic!("the secret of the handler") } else { "fine" } };
    test.router = Router::new()
        .route("/broken", get(broken))
        .route("/api/broken", get(broken))
        .route("/fine", get(|| async { "fine" }))
        .layer(layer);
    let client = test.visitor();
    let page = client.get("/broken").await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(page.text().contains("Reference") && !page.text().contains("secret"));
    let json = client.get("/api/broken").await.json();
    assert_eq!(json["status"], 500);
    assert_eq!(json["request"].as_str().map(str::len), Some(32), "an id to quote");
    assert_eq!(client.get("/fine").await.text(), "fine");
}

both! {
    async fn what_was_typed_survives_a_database_that_is_gone(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in("analyst@cisa.example").await;
        let token = client.get("/me").await.form_token("/me/tokens").expect("a form");
        test.app.room.close().await;
        let reply = client.post("/me/tokens", &token, &[("name", "nightly report"), ("days", "30")]).await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(reply.text().contains("value=\"nightly report\""), "kept: {}", reply.text());
        let again = reply.form_token("/me/tokens").expect("a form to send again");
        let id: tower_sessions::session::Id = client.cookies()["wf_session"].parse().expect("an id");
        let session = server::service::session::hash(&id);
        let opened = server::form::open_token(test.app.room.seal(), base.clock.now(), 60, &session, "/me/tokens", &again);
        assert!(opened.is_some(), "with a token that this session can send");
    }

    async fn one_form_sent_twenty_times_has_one_effect(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in("analyst@cisa.example").await;
        let token = client.get("/me").await.form_token("/me/tokens").expect("a form");
        let fields = [("name", "nightly report"), ("days", "30")];
        let sends = (0..20).map(|_| client.post("/me/tokens", &token, &fields));
        let replies = futures::future::join_all(sends).await;
        assert!(replies.iter().all(|reply| reply.status == StatusCode::SEE_OTHER));
        assert_eq!(base.number("select count(*) from token").await, 1);
        let other = client.post("/me/tokens", &token, &[("name", "something else"), ("days", "30")]).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "the same key for something else");
        assert_eq!(base.number("select count(*) from token").await, 1);
    }

    async fn writes_that_fail_are_said_on_every_page_until_one_works(base) {
        let test = TestApp::new(base).await;
        let client = test.sign_in("analyst@cisa.example").await;
        test.app.room.note_failing();
        assert!(client.get("/me").await.text().contains("Reading only."));
        assert!(test.visitor().get("/readyz").await.text().contains("writes fail since"));
        server::service::follow::probe(&test.app.room).await.expect("a write works");
        assert!(!client.get("/me").await.text().contains("Reading only."));
        assert_eq!(base.number("select count(*) from session").await, 1, "the probe leaves nothing");
    }

    async fn a_room_that_only_reads_changes_no_database(base) {
        let only_read = || server::service::Room::open(server::service::RoomParts { read_only: true, ..base.parts(1) });
        only_read().await.expect_err("nothing is there");
        if base.is_sqlite() {
            assert!(!base.folder.path().join("watchfloor.db").exists(), "and nothing was made");
        } else {
            let tables = "select count(*) from information_schema.tables where table_schema = 'public'";
            assert_eq!(base.number(tables).await, 0, "and nothing was made");
        }
        base.open().await.close().await;
        only_read().await.expect("current").close().await;
        let applied = "select count(*) from _sqlx_migrations";
        let known = base.number(applied).await;
        let last = "version = (select max(version) from _sqlx_migrations)";
        base.execute(&format!("delete from _sqlx_migrations where {last}")).await.expect("as an older program left it");
        let refused = only_read().await.expect_err("older").to_string();
        assert!(refused.contains("older than this program") && refused.contains("watchfloor migrate"), "{refused}");
        assert_eq!(base.number(applied).await, known - 1, "as it was");
    }

    async fn a_database_of_another_version_is_refused_where_migrating_is_off(base) {
        let open = |migrate| server::service::Room::open(server::service::RoomParts { migrate, ..base.parts(1) });
        assert!(open(false).await.is_err(), "nothing there yet");
        open(true).await.expect("brought to this version").close().await;
        open(false).await.expect("current").close().await;
    }
}
