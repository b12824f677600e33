//! Indicators: what an incident has already is asked of what the asker sees.

use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::incident::{self, MarkingInput};

use crate::{
    base::{EACH, asker, both},
    story::{open, version},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const ANALYST: &str = "analyst@cisa.example";
const GOOGLE: &str = "analyst@google.example";
const FBI: &str = "analyst@fbi.example";

both! {
    async fn an_indicator_that_somebody_may_not_see_refuses_them_nothing(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |_| {}).await;
        let elsewhere = open(room, FBI, |input| input.share_with.clear()).await;
        let (cisa, google, fbi) =
            (test.caller(ANALYST).await, test.caller(GOOGLE).await, test.caller(FBI).await);
        let evil = json!({"kind": "domain", "value": "evil.example", "note": "From our logs."});
        let path = format!("/incidents/{number}/indicators");
        cisa.make(&path, evil.clone()).await;
        let input = MarkingInput { version: version(room, LEAD, &number).await, tlp: "green".into(), reason: "Known to all.".into(), named: vec![] };
        incident::set_marking(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("marked");
        // What is hidden from the FBI answers as what nobody ever added; who sees it is told.
        let own = json!({"kind": "domain", "value": "evil.example", "note": "In a call of our field office."});
        let made = fbi.make(&path, own.clone()).await;
        assert_eq!((&made["tlp"], &made["organisation"]), (&json!("green"), &json!("fbi")));
        assert_eq!(fbi.walk(&path, 200).await.len(), 1, "their own, and no other");
        for (who, client) in [("google", &google), ("cisa", &cisa), ("fbi", &fbi)] {
            let again = client.send_json(Method::POST, &path, evil.clone()).await;
            assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "{who}");
            assert_eq!(again.json()["errors"]["value"], json!(["This incident has that indicator already"]), "{who}");
        }
        assert_eq!(cisa.walk(&path, 200).await.len(), 2, "both sightings");
        // The form says the same, and keeps what was typed.
        let page = format!("/incidents/{number}");
        let browser = test.sign_in(FBI).await;
        let typed = [("kind", "domain"), ("value", "evil[.]example"), ("note", "Once more.")];
        let reply = browser.submit(&page, &format!("{page}/indicators"), &typed).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains("This incident has that indicator already") && reply.text().contains("Once more."));
        // Two sightings in one incident are one place where it was also seen.
        let there = format!("/incidents/{elsewhere}/indicators");
        assert_eq!(fbi.make(&there, own).await["also_in"], json!([number]));
        let also = fbi.walk(&there, 200).await[0]["also_in"].clone();
        assert_eq!(also, json!([number]));
        room.close().await;
    }
}
