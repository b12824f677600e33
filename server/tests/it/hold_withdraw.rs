//! Whoever sent what waits for counsel can stop it, and their scripts learn what became of it.

use app::model::{ShareId, hold::HoldState};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    share::{self, Decision},
    verify::{VerifyOptions, verify},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    hold_along::hold,
    story::{open, see},
    test_app::{Client, TestApp},
};

const ANALYST: &str = "analyst@cisa.example";
const LIAISON: &str = "liaison@cisa.example";
const LEAD: &str = "lead@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const ASKING: &str = "Please remove the page and suspend the account.";

async fn withdraw(client: &Client, id: ShareId) -> StatusCode {
    client.json(Method::POST, &at(&format!("/holds/{id}/withdraw")), &json!({})).await.status
}

both! {
    async fn whoever_wrote_it_or_a_liaison_of_theirs_takes_back_what_is_held(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.share_with = vec![]).await;
        let version = see(room, LEAD, &number).await.expect("seen").version;
        // By the page: the author. By the API: a liaison.
        let by_author = hold(&test, LEAD, number.as_str(), json!({"to": "google", "text": ASKING})).await;
        let by_liaison = hold(&test, LEAD, number.as_str(), json!({"to": "twitter", "text": ASKING})).await;
        let action = format!("/shares/{by_author}/withdraw");
        for (who, offered) in [(LEAD, true), (LIAISON, true), (ANALYST, false), (COUNSEL, false)] {
            let page = test.sign_in(who).await.get("/shares?tab=held").await.text();
            assert_eq!(page.contains(&action), offered, "{who}");
        }
        for who in [ANALYST, COUNSEL, "leadership@cisa.example"] {
            assert_eq!(withdraw(&test.caller(who).await, by_author).await, StatusCode::FORBIDDEN, "{who}");
        }
        for who in [GOOGLE, "counsel@google.example", "liaison@fbi.example", "auditor@watchfloor.example"] {
            assert_eq!(withdraw(&test.caller(who).await, by_author).await, StatusCode::NOT_FOUND, "{who}");
        }
        let lead = test.sign_in(LEAD).await;
        let sent = lead.submit("/shares?tab=held", &action, &[("version", "1"), ("next", "/shares?tab=held")]).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, "/shares?tab=held"), "{}", sent.text());
        let page = lead.get("/shares?tab=held").await.text();
        assert!(page.contains("Withdrawn") && !page.contains(&action), "{page}");
        assert_eq!(withdraw(&test.caller(LIAISON).await, by_liaison).await, StatusCode::OK);
        for id in [by_author, by_liaison] {
            // Counsel comes too late, and so does who withdraws it twice.
            let late = share::decide(room.clone(), asker(room, COUNSEL), EACH, id, 1, Decision::Release).await;
            assert!(matches!(late, Err(server::service::Error::Conflict(_))), "{late:?}");
            assert_eq!(withdraw(&test.caller(LEAD).await, id).await, StatusCode::CONFLICT);
            let found = share::find_hold(room, &asker(room, COUNSEL).viewer, id).await.expect("read");
            assert_eq!(found.state, HoldState::Withdrawn);
            assert!(see(room, GOOGLE, &number).await.is_err(), "nothing was told");
            // In the ledger of the sender as it ended, nowhere in that of its recipient.
            let ledger = test.caller(COUNSEL).await.get(&at("/ledger")).await.json();
            let line = ledger["items"].as_array().expect("a list").iter().find(|line| line["id"] == json!(id.to_string())).expect("a line");
            assert_eq!((line["state"].as_str(), &line["reviewed_by"]), (Some("withdrawn"), &json!(null)), "{line}");
            assert_eq!(line["acts"].as_array().expect("acts").len(), 2, "{line}");
            let theirs = test.caller(GOOGLE).await.get(&at("/ledger")).await.text();
            assert!(!theirs.contains(&id.to_string()), "{theirs}");
        }
        assert_eq!(see(room, LEAD, &number).await.expect("seen").version, version, "no version moves");
        assert_eq!(share::count(room, &asker(room, COUNSEL).viewer).await.expect("counts").held, 0);
        let report = verify(room, &VerifyOptions::default()).await.expect("walks");
        assert!(report.is_clean(), "{:?}", report.findings);
        room.close().await;
    }

    async fn what_was_decided_meanwhile_stands(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.share_with = vec![]).await;
        let id = hold(&test, LEAD, number.as_str(), json!({"to": "google", "text": ASKING})).await;
        let lead = test.sign_in(LEAD).await;
        let action = format!("/shares/{id}/withdraw");
        let token = lead.get("/shares?tab=held").await.form_token(&action).expect("a form");
        share::decide(room.clone(), asker(room, COUNSEL), EACH, id, 1, Decision::Return("Say what is false.".into())).await.expect("returned");
        let sent = lead.post(&action, &token, &[("version", "1"), ("next", "/shares?tab=held")]).await;
        assert_eq!(sent.status, StatusCode::CONFLICT);
        let page = sent.text();
        assert!(page.contains("Rosalind Achebe (CISA) decided it at") && page.contains("Say what is false."), "{page}");
        room.close().await;
    }

    async fn a_script_learns_what_became_of_what_it_sent(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.share_with = vec![]).await;
        let mut ids = vec![];
        for to in ["google", "twitter", "reddit"] {
            ids.push(hold(&test, LEAD, number.as_str(), json!({"to": to, "text": ASKING})).await);
        }
        let script = test.caller(LEAD).await;
        let first = script.get(&at("/holds?limit=2")).await.json();
        let next = first["next"].as_str().expect("a cursor");
        let second = script.get(&at(&format!("/holds?limit=2&after={next}"))).await.json();
        let listed: Vec<_> = [&first, &second].iter().flat_map(|page| page["items"].as_array().expect("a list").clone()).collect();
        let newest: Vec<_> = ids.iter().rev().map(|id| json!(id.to_string())).collect();
        assert_eq!(listed.iter().map(|hold| hold["id"].clone()).collect::<Vec<_>>(), newest);
        assert_eq!((&second["next"], &listed[0]["incident"], &listed[0]["from"]), (&json!(null), &json!(number.to_string()), &json!(LEAD)));
        share::decide(room.clone(), asker(room, COUNSEL), EACH, ids[0], 1, Decision::Release).await.expect("released");
        share::decide(room.clone(), asker(room, COUNSEL), EACH, ids[1], 1, Decision::Return("Say what is false.".into())).await.expect("returned");
        let of = async |id: ShareId| script.get(&at(&format!("/holds/{id}"))).await.json();
        let (released, returned, waits) = (of(ids[0]).await, of(ids[1]).await, of(ids[2]).await);
        assert_eq!((&released["state"], &released["decided_by"]), (&json!("released"), &json!(COUNSEL)));
        assert_eq!((&returned["state"], &returned["comment"]), (&json!("returned"), &json!("Say what is false.")));
        assert_eq!((&waits["state"], &waits["decided_at"], &waits["text"]), (&json!("held"), &json!(null), &json!(ASKING)));
        // Nobody else has them, neither whoever is meant nor whoever leads another house.
        for who in [GOOGLE, "lead@fbi.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"] {
            let other = test.caller(who).await;
            let list = other.get(&at("/holds")).await;
            assert!(list.status == StatusCode::NOT_FOUND || list.json()["items"] == json!([]), "{who}: {}", list.text());
            assert_eq!(other.get(&at(&format!("/holds/{}", ids[2]))).await.status, StatusCode::NOT_FOUND, "{who}");
        }
        room.close().await;
    }
}
