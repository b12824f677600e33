//! Who reported it, by which channel: kept, read by those who see the incident, and no way around counsel.

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::{
    api::{CISA, FBI, GOOGLE, incident, refused, with},
    base::both,
    moderation::holds,
    test_app::TestApp,
};

const HOTLINE: &str = "Voter hotline of the recorder's office, by telephone";
const ASKING: &str = "A caller who wants you to take down the page";

both! {
    async fn the_source_stands_where_the_incident_is_read_and_is_changed_like_its_other_words(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, fbi) = (test.caller(CISA).await, test.caller(GOOGLE).await, test.caller(FBI).await);
        let typed = format!("  {HOTLINE}\n");
        let made = cisa.make("/incidents", with(incident(), json!({"source": typed, "share_with": ["google"]}))).await;
        assert_eq!(made["source"], HOTLINE);
        let path = format!("/incidents/{}", made["number"].as_str().expect("a number"));
        assert_eq!(google.read(&path).await["source"], HOTLINE);
        refused(&fbi.call(&path).await, 404, "");
        let browser = test.sign_in(CISA).await;
        let page = browser.get(&path).await.text();
        assert!(page.contains("situation-source") && page.contains("by telephone</p>"), "beside the current understanding: {page}");
        // The form has it as it stands, and a form without it leaves it.
        let action = format!("{path}/edit");
        let version = || async { cisa.read(&path).await["version"].to_string() };
        let v = version().await;
        let rest = [("version", v.as_str()), ("title", "Texts name a wrong closing time"), ("summary", "Two texts."), ("category", "PROC-1")];
        assert_eq!(browser.submit(&path, &action, &rest).await.status, StatusCode::SEE_OTHER);
        assert_eq!(cisa.read(&path).await["source"], HOTLINE);
        let v = version().await;
        let changed = [&[("version", v.as_str()), ("source", "The county, by e-mail")][..], &rest[1..]].concat();
        assert_eq!(browser.submit(&path, &action, &changed).await.status, StatusCode::SEE_OTHER);
        let last = cisa.walk(&format!("{path}/entries"), 200).await;
        let change = last.iter().find(|entry| entry["change"]["field"] == "source").expect("an entry")["change"].clone();
        assert_eq!(change, json!({"field": "source", "old": HOTLINE, "new": "The county, by e-mail"}));
        let standing = cisa.read(&path).await["version"].clone();
        let emptied = cisa.change(Method::PATCH, &path, json!({"version": standing, "source": ""})).await;
        assert_eq!(emptied["source"], "");
        let page = browser.get(&path).await.text();
        assert!(!page.contains("situation-source"), "nothing is said where nobody said it");
        // Who was slower sees both.
        let stale = browser.submit(&path, &action, &changed).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(stale.text().contains("The county, by e-mail"), "{}", stale.text());
    }

    async fn what_is_too_long_is_refused_beside_its_field_and_not_cut(base) {
        let test = TestApp::new(base).await;
        let (cisa, browser) = (test.caller(CISA).await, test.sign_in(CISA).await);
        let (fits, long) = ("é".repeat(200), "é".repeat(201));
        let reply = cisa.send_json(Method::POST, "/incidents", with(incident(), json!({"source": long}))).await;
        assert_eq!((reply.status, &reply.json()["errors"]["source"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!(["At most 200 characters"])));
        let made = cisa.make("/incidents", with(incident(), json!({"source": fits}))).await;
        assert_eq!(made["source"], fits);
        let path = format!("/incidents/{}", made["number"].as_str().expect("a number"));
        let reply = cisa.send_json(Method::PATCH, &path, json!({"version": 1, "source": long})).await;
        assert_eq!(reply.json()["errors"]["source"], json!(["At most 200 characters"]));
        let fields = [("title", "Texts name a wrong closing time"), ("category", "PROC-1"), ("severity", "low"), ("tlp", "amber"), ("source", long.as_str())];
        let reply = browser.submit("/incidents/new", "/incidents/new", &fields).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains("At most 200 characters") && reply.text().contains(&long), "{}", reply.text());
        let page = browser.get("/incidents/new").await.text();
        let field = page.split('<').find(|tag| tag.contains("name=\"source\"")).expect("the field");
        assert!(field.contains("maxlength=\"200\""), "the form allows as much: {field}");
        let note = |count: usize| json!({"kind": "domain", "value": "polls.example", "note": "é".repeat(count)});
        let reply = cisa.send_json(Method::POST, &format!("{path}/indicators"), note(501)).await;
        assert_eq!(reply.json()["errors"]["note"], json!(["At most 500 characters"]));
        assert_eq!(cisa.make(&format!("{path}/indicators"), note(500)).await["note"], "é".repeat(500));
    }

    async fn an_agency_says_to_no_company_in_the_source_what_counsel_would_hold(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (cisa, google) = (test.caller(CISA).await, test.caller(GOOGLE).await);
        // A label that opens it is refused; a share waits for counsel.
        let open = with(incident(), json!({"tlp": "green", "source": ASKING}));
        refused(&cisa.send_json(Method::POST, "/incidents", open).await, 422, "source");
        let shared = cisa.make("/incidents", with(incident(), json!({"source": ASKING, "share_with": ["google"]}))).await;
        let path = format!("/incidents/{}", shared["number"].as_str().expect("a number"));
        refused(&google.call(&path).await, 404, "");
        let waits = holds(room, "counsel@cisa.example").await;
        assert_eq!(waits.len(), 1);
        assert!(waits[0].reasons.iter().any(|reason| reason.why.starts_with("Source: ")), "{:?}", waits[0].reasons);
        refused(&cisa.send_json(Method::PATCH, &path, json!({"version": 1, "tlp": "green", "reason": "Known to all."})).await, 422, "tlp");
        // What companies read already is no way either.
        let plain = cisa.make("/incidents", with(incident(), json!({"share_with": ["google"]}))).await;
        let path = format!("/incidents/{}", plain["number"].as_str().expect("a number"));
        refused(&cisa.send_json(Method::PATCH, &path, json!({"version": plain["version"], "source": ASKING})).await, 422, "source");
        assert_eq!(google.read(&path).await["source"], "");
    }
}
