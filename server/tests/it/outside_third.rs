//! Two people whom the same third let in are one where two are asked for: that third may hold both their links.

use app::model::Role;
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error,
    share::{self, Decision, ShareInput},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    outside_admin::{DAYS, NEW, ROOM, browser, form, go_through, invite, new},
    story,
    test_app::{TestApp, join},
};

fn told() -> ShareInput {
    ShareInput { to: vec!["google".into()], text: "Please remove it.".into(), ..ShareInput::default() }
}

both! {
    async fn two_whom_the_same_administrator_let_in_are_not_two(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = story::open(room, "analyst@cisa.example", |input| (input.tlp, input.share_with) = ("green".into(), vec![])).await;
        let (author, counsel) = ("dana@cisa.example", "erin@cisa.example");
        for (email, role) in [(author, "liaison"), (counsel, "counsel")] {
            go_through(&test, &invite(room, "admin@cisa.example", new(email, "cisa", role)).await.expect("invited")).await;
        }
        let held = share::share(room.clone(), asker(room, author), EACH, number.clone(), told()).await.expect("held").held[0];
        let release = || share::decide(room.clone(), asker(room, counsel), EACH, held, 1, Decision::Release);
        assert!(matches!(release().await, Err(Error::Forbidden(_))));
        let client = test.visitor();
        assert_eq!(client.sign_in(counsel, NEW).await.status, StatusCode::SEE_OTHER);
        let shown = client.get("/shares?tab=held").await.text();
        assert!(shown.contains("Waits for other counsel") && !shown.contains("/release\""), "{shown}");
        // Nor for TLP:CLEAR.
        let asked = story::version(room, author, &number).await;
        let input = server::service::incident::MarkingInput {
            version: asked, tlp: "clear".into(), reason: "It is published.".into(), named: vec![],
        };
        server::service::incident::set_marking(room.clone(), asker(room, author), EACH, number.clone(), input).await.expect("asked");
        let page = client.get(&format!("/incidents/{number}")).await;
        assert!(page.text().contains("asks for TLP:CLEAR"));
        assert!(page.form_token(&format!("/incidents/{number}/clearance")).is_none(), "it is not offered");
        let body = json!({"version": asked + 1, "decision": "accept"});
        let path = at(&format!("/incidents/{number}/clearance"));
        // Counsel whom somebody else let in decides at once.
        join(room, "other@cisa.example", "cisa", Role::Counsel).await;
        let reply = test.caller("other@cisa.example").await.json(Method::POST, &path, &body).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        base.clock.advance(DAYS);
        release().await.expect("by then they are two");
    }

    async fn the_first_people_of_an_organisation_are_two_at_once(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let root = browser(&test, ROOM).await;
        let fields = [("name", "Clark County Elections"), ("short", "Clark"), ("code", "clrk"), ("slug", "clark"), ("sector", "agency")];
        assert_eq!(form(&root, "/organisations/new", "/organisations/new", &fields).await.status, StatusCode::SEE_OTHER);
        let (first, second) = ("admin@clark.example", "two@clark.example");
        let (author, counsel) = ("liaison@clark.example", "counsel@clark.example");
        for (by, email, role) in [
            (ROOM, first, "org_admin"), (first, second, "org_admin"), (second, author, "liaison"), (second, counsel, "counsel"),
        ] {
            go_through(&test, &invite(room, by, new(email, "clark", role)).await.expect("invited")).await;
        }
        let number = story::open(room, author, |_| {}).await;
        let held = share::share(room.clone(), asker(room, author), EACH, number, told()).await.expect("held").held[0];
        share::decide(room.clone(), asker(room, counsel), EACH, held, 1, Decision::Release).await.expect("they have no others");
    }
}
