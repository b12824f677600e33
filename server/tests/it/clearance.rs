//! TLP:CLEAR takes two of the lead, and so does closing what was ever severe.

use app::model::{
    Tlp,
    id::Number,
    notice::{NoticeQuery, NoticeWhat},
};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error, Result, Room,
    incident::{self, Changed, ClearanceInput, MarkingInput, SeverityInput},
    notice, person,
    verify::{VerifyOptions, verify},
};

use crate::{
    api::{CISA, at},
    base::{EACH, asker, both},
    story::{open, refused, see, status, version},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const LIAISON: &str = "liaison@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";

async fn ask(room: &Room, who: &str, number: &Number, tlp: &str) -> Result<Changed> {
    let version = version(room, who, number).await;
    let input = MarkingInput { version, tlp: tlp.into(), reason: "It is published.".into(), named: vec![] };
    incident::set_marking(room.clone(), asker(room, who), EACH, number.clone(), input).await
}

async fn decide(room: &Room, who: &str, number: &Number, decision: &str, comment: &str) -> Result<Changed> {
    let input = ClearanceInput {
        version: version(room, who, number).await,
        decision: decision.into(),
        comment: comment.into(),
    };
    incident::decide_clearance(room.clone(), asker(room, who), EACH, number.clone(), input).await
}

async fn label(room: &Room, number: &Number) -> Tlp {
    see(room, CISA, number).await.expect("visible").tlp
}

async fn whats(room: &Room, who: &str) -> Vec<NoticeWhat> {
    let page =
        notice::list(room, &asker(room, who).viewer, &NoticeQuery::default(), 50).await.expect("a page");
    page.lines.iter().map(|line| line.what).collect()
}

async fn green(room: &Room) -> Number {
    open(room, CISA, |input| (input.tlp, input.share_with) = ("green".into(), vec![])).await
}

async fn severity(room: &Room, who: &str, number: &Number, word: &str) -> Result<Changed> {
    let version = version(room, who, number).await;
    let input = SeverityInput { version, severity: word.into(), reason: "As it is.".into() };
    incident::set_severity(room.clone(), asker(room, who), EACH, number.clone(), input).await
}

both! {
    async fn a_liaison_asks_and_counsel_accepts_before_it_is_clear(base) {
        let room = base.founded().await;
        let number = green(&room).await;
        for who in [CISA, LEAD] {
            assert!(matches!(ask(&room, who, &number, "clear").await, Err(Error::Forbidden(_))), "{who}");
        }
        assert!(matches!(decide(&room, LIAISON, &number, "accept", "").await, Err(Error::Forbidden(_))));
        assert_eq!(refused(decide(&room, COUNSEL, &number, "accept", "").await), ["decision"], "nobody asks yet");
        ask(&room, LIAISON, &number, "clear").await.expect("asked");
        assert_eq!(label(&room, &number).await, Tlp::Green, "nothing is public yet");
        assert_eq!(refused(ask(&room, LIAISON, &number, "clear").await), ["tlp"], "once");
        assert!(whats(&room, COUNSEL).await.contains(&NoticeWhat::ClearAsked));
        for who in [CISA, LEAD, LIAISON, "counsel@google.example"] {
            assert!(matches!(decide(&room, who, &number, "accept", "").await, Err(Error::Forbidden(_))), "{who}");
        }
        assert_eq!(refused(decide(&room, COUNSEL, &number, "perhaps", "").await), ["decision"]);
        decide(&room, COUNSEL, &number, "accept", "").await.expect("accepted");
        assert_eq!(label(&room, &number).await, Tlp::Clear);
        assert!(whats(&room, LIAISON).await.contains(&NoticeWhat::ClearDecided));
        assert_eq!(refused(decide(&room, COUNSEL, &number, "accept", "").await), ["decision"], "done");
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn a_refusal_says_why_and_another_label_ends_the_request(base) {
        let room = base.founded().await;
        let number = green(&room).await;
        ask(&room, LIAISON, &number, "clear").await.expect("asked");
        assert_eq!(refused(decide(&room, COUNSEL, &number, "refuse", " ").await), ["comment"]);
        decide(&room, COUNSEL, &number, "refuse", "The office has not said so.").await.expect("refused");
        assert_eq!(label(&room, &number).await, Tlp::Green);
        assert!(see(&room, CISA, &number).await.expect("visible").clearance.is_none());
        ask(&room, LIAISON, &number, "clear").await.expect("asked again");
        ask(&room, CISA, &number, "amber").await.expect("an analyst may tighten it");
        assert!(see(&room, CISA, &number).await.expect("visible").clearance.is_none());
        assert_eq!(refused(decide(&room, COUNSEL, &number, "accept", "").await), ["decision"]);
        assert_eq!(label(&room, &number).await, Tlp::Amber);
        room.close().await;
    }

    async fn who_is_liaison_and_counsel_at_once_is_still_one_person(base) {
        let room = base.founded().await;
        let number = green(&room).await;
        let (admin, both) = (asker(&room, "admin@cisa.example"), asker(&room, COUNSEL).viewer.person);
        let words = ["liaison".to_owned(), "counsel".to_owned()];
        person::set_roles(&room, &admin, both, &words, 1, &EACH).await.expect("both");
        ask(&room, COUNSEL, &number, "clear").await.expect("asked");
        assert!(matches!(decide(&room, COUNSEL, &number, "accept", "").await, Err(Error::Forbidden(_))));
        room.close().await;
    }

    async fn the_pages_and_the_api_offer_and_refuse_what_the_policy_does(base) {
        let test = TestApp::new(base).await;
        let (analyst, script) = (test.sign_in(CISA).await, test.caller(CISA).await);
        let form = analyst.get("/incidents/new").await.text();
        assert!(form.contains("name=\"tlp\" value=\"clear\" disabled"), "it is not offered");
        let body = json!({
            "title": "Texts with a wrong closing time in Maricopa County", "summary": "x", "category": "PROC-1",
            "severity": "medium", "tlp": "clear",
        });
        let reply = script.json(Method::POST, &at("/incidents"), &body).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.json()["errors"]["tlp"][0].as_str().is_some_and(|words| words.contains("open it as TLP:GREEN")));
        let room = &test.app.room;
        let number = green(room).await;
        let path = format!("/incidents/{number}");
        let patch = json!({"version": 1, "tlp": "clear", "reason": "It is published."});
        assert_eq!(script.json(Method::PATCH, &at(&path), &patch).await.status, StatusCode::FORBIDDEN);
        let asked = test.caller(LIAISON).await.json(Method::PATCH, &at(&path), &patch).await;
        assert_eq!((asked.status, asked.json()["tlp"].as_str()), (StatusCode::OK, Some("green")), "{}", asked.text());
        assert_eq!(asked.json()["clear_asked_by"], LIAISON);
        let action = format!("{path}/clearance");
        for (who, decides) in [(CISA, false), (LIAISON, false), (COUNSEL, true), ("counsel@google.example", false)] {
            let page = test.sign_in(who).await.get(&path).await;
            assert!(page.text().contains("asks for TLP:CLEAR"), "{who}");
            assert_eq!(page.form_token(&action).is_some(), decides, "{who}");
        }
        let counsel = test.sign_in(COUNSEL).await;
        let empty = counsel.submit(&path, &action, &[("version", "2"), ("decision", "refuse"), ("comment", "")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY, "a refusal says why");
        let stale = counsel.submit(&path, &action, &[("version", "1"), ("decision", "accept")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let done = counsel.submit(&path, &action, &[("version", "2"), ("decision", "accept")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(label(room, &number).await, Tlp::Clear);
        let second = green(room).await;
        ask(room, LIAISON, &second, "clear").await.expect("asked");
        let body = json!({"version": 2, "decision": "accept"});
        let reply = test.caller(COUNSEL).await.json(Method::POST, &at(&format!("/incidents/{second}/clearance")), &body).await;
        assert_eq!((reply.status, reply.json()["tlp"].as_str()), (StatusCode::OK, Some("clear")), "{}", reply.text());
    }

    async fn what_was_ever_severe_is_closed_by_a_second_person_and_keeps_its_severity(base) {
        let room = base.founded().await;
        let number = open(&room, CISA, |input| input.severity = "high".into()).await;
        let note = |input: &mut incident::StatusInput| {
            (input.note, input.verification) = ("Done.".into(), Some("confirmed".into()));
        };
        status(&room, CISA, &number, "resolved", note).await.expect("resolved");
        severity(&room, CISA, &number, "medium").await.expect("lowered");
        assert_eq!(refused(status(&room, CISA, &number, "closed", note).await), ["to"], "one person does not do it alone");
        status(&room, LEAD, &number, "closed", note).await.expect("closed");
        for who in [CISA, LEAD] {
            assert_eq!(refused(severity(&room, who, &number, "high").await), ["severity"]);
        }
        // What never was severe one person closes.
        let number = open(&room, CISA, |_| {}).await;
        status(&room, CISA, &number, "resolved", note).await.expect("resolved");
        severity(&room, CISA, &number, "low").await.expect("lowered");
        status(&room, CISA, &number, "closed", note).await.expect("closed");
        room.close().await;
    }
}
