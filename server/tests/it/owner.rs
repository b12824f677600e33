//! Who can own an incident, and who can be named with one: whoever reads it.

use app::model::Role;
use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::{
    api::{CISA, incident, refused, with},
    base::both,
    test_app::{TestApp, join},
};

const ADMIN: &str = "keeper@cisa.example";
const AUDITOR: &str = "reader@cisa.example";
const THEIRS: &str = "keeper@google.example";

async fn room(base: &crate::base::Base) -> TestApp {
    let test = TestApp::new(base).await;
    join(&test.app.room, ADMIN, "cisa", Role::RoomAdmin).await;
    join(&test.app.room, AUDITOR, "cisa", Role::Auditor).await;
    join(&test.app.room, THEIRS, "google", Role::RoomAdmin).await;
    test
}

/// What is offered in the list of a control.
fn offered(page: &str, list: &str) -> Vec<String> {
    let part = &page[page.find(list).unwrap_or_else(|| panic!("{list}: {page}"))..];
    let part = &part[..part.find("</select>").or_else(|| part.find("</datalist>")).expect("ends")];
    part.split("value=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned).collect()
}

both! {
    async fn who_reads_no_incident_owns_none_and_is_not_offered(base) {
        let test = room(base).await;
        let (cisa, browser) = (test.caller(CISA).await, test.sign_in(CISA).await);
        let page = browser.get("/incidents/new").await.text();
        let people = offered(&page, "name=\"owner\"");
        assert!(people.iter().any(|one| one == "lead@cisa.example"), "{people:?}");
        for who in [ADMIN, AUDITOR] {
            assert!(!page.contains(who), "{who} is offered nowhere");
            // What GREEN is read by an auditor too, who does nothing in it.
            for tlp in ["amber", "green"] {
                let reply = cisa.send_json(Method::POST, "/incidents", with(incident(), json!({"tlp": tlp, "owner": who}))).await;
                refused(&reply, 422, "owner");
                assert!(reply.text().contains("their roles read none"), "{}", reply.text());
                let made = cisa.make("/incidents", with(incident(), json!({"tlp": tlp}))).await;
                let path = format!("/incidents/{}", made["number"].as_str().expect("a number"));
                let later = cisa.send_json(Method::PATCH, &path, json!({"version": 1, "owner": who})).await;
                assert_eq!(later.json()["errors"]["owner"], reply.json()["errors"]["owner"], "later as at the opening");
                let page = browser.get(&path).await.text();
                assert!(!offered(&page, "name=\"owner\"").contains(&who.to_owned()));
            }
        }
        let fields = [("title", "Texts name a wrong closing time"), ("category", "PROC-1"), ("severity", "low"), ("tlp", "amber"), ("owner", ADMIN)];
        let reply = browser.submit("/incidents/new", "/incidents/new", &fields).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains("their roles read none") && reply.text().contains("Texts name a wrong closing time"));
    }

    async fn who_reads_no_incident_is_named_with_none(base) {
        let test = room(base).await;
        let cisa = test.caller(CISA).await;
        for who in [ADMIN, AUDITOR, THEIRS] {
            let red = with(incident(), json!({"tlp": "red", "named": [who]}));
            refused(&cisa.send_json(Method::POST, "/incidents", red).await, 422, "named");
            let made = cisa.make("/incidents", with(incident(), json!({"share_with": ["google"]}))).await;
            let path = format!("/incidents/{}", made["number"].as_str().expect("a number"));
            let red = json!({"version": made["version"], "tlp": "red", "named": [who], "reason": "Sources."});
            refused(&cisa.send_json(Method::PATCH, &path, red).await, 422, "named");
        }
        let liaison = test.caller("liaison@cisa.example").await;
        let made = cisa.make("/incidents", incident()).await;
        let path = format!("/incidents/{}/shares", made["number"].as_str().expect("a number"));
        let share = json!({"to": ["google"], "text": "For your picture.", "tlp": "red", "named": [THEIRS]});
        refused(&liaison.send_json(Method::POST, &path, share).await, 422, "named");
        // In a RED incident the owner is one of those whom it names.
        let red = with(incident(), json!({"tlp": "red", "named": [CISA], "owner": "lead@cisa.example"}));
        let reply = cisa.send_json(Method::POST, "/incidents", red).await;
        assert!(reply.json()["errors"]["owner"][0].as_str().is_some_and(|why| why.ends_with("name them first")), "{}", reply.text());
    }
}
