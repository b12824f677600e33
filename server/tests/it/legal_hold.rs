//! Counsel of the lead says that an incident has to be kept; whoever sees it reads so, and nobody else sets it.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::{
    api::at,
    base::both,
    story::{self, opened, version},
    test_app::TestApp,
};

const COUNSEL: &str = "counsel@cisa.example";

both! {
    async fn counsel_of_the_lead_sets_a_legal_hold_and_whoever_sees_the_incident_reads_why(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let (page, action) = (format!("/incidents/{number}"), format!("/incidents/{number}/legal-hold"));
        let counsel = test.sign_in(COUNSEL).await;
        let seen = version(room, COUNSEL, &number).await.to_string();
        let send = |version: String, wanted: &'static str, reason: &'static str| {
            let (counsel, page, action) = (&counsel, page.clone(), action.clone());
            async move {
                let fields = [("version", version.as_str()), ("legal_hold", wanted), ("reason", reason)];
                counsel.submit(&page, &action, &fields).await
            }
        };
        let without = send(seen.clone(), "1", "").await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(without.text().contains("Say why"), "beside the field");
        assert_eq!(send(seen, "1", "Docket 20-4711, until it is closed.").await.status, StatusCode::SEE_OTHER);
        for who in [COUNSEL, "analyst@cisa.example", "liaison@google.example"] {
            let shown = test.sign_in(who).await.get(&page).await.text();
            assert!(shown.contains("Legal hold") && shown.contains("Docket 20-4711"), "{who}");
            assert_eq!(shown.contains(&action), who == COUNSEL, "{who} is offered it");
        }
        let seen = version(room, COUNSEL, &number).await.to_string();
        assert_eq!(send(seen, "", "The docket is closed.").await.status, StatusCode::SEE_OTHER);
        assert!(!story::see(room, COUNSEL, &number).await.expect("seen").legal_hold);
    }

    async fn nobody_but_counsel_of_the_lead_sets_or_lifts_a_legal_hold(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let path = at(&format!("/incidents/{number}"));
        let change = |version: i64, wanted: bool| json!({"version": version, "legal_hold": wanted, "reason": "A docket."});
        let seen = version(room, COUNSEL, &number).await;
        for who in ["lead@cisa.example", "liaison@cisa.example", "counsel@google.example"] {
            let reply = test.caller(who).await.json(Method::PATCH, &path, &change(seen, true)).await;
            assert_eq!(reply.status, StatusCode::FORBIDDEN, "{who}: {}", reply.text());
        }
        let stranger = test.caller("counsel@reddit.example").await.json(Method::PATCH, &path, &change(seen, true)).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND);
        let counsel = test.caller(COUNSEL).await;
        let set = counsel.json(Method::PATCH, &path, &change(seen, true)).await;
        assert_eq!((set.status, &set.json()["legal_hold"]), (StatusCode::OK, &true.into()), "{}", set.text());
        let version = set.json()["version"].as_i64().expect("a version");
        let lead = test.caller("lead@cisa.example").await.json(Method::PATCH, &path, &change(version, false)).await;
        assert_eq!(lead.status, StatusCode::FORBIDDEN, "{}", lead.text());
        // What stands already is no change.
        assert_eq!(counsel.json(Method::PATCH, &path, &change(version, true)).await.json()["version"], version);
    }
}
