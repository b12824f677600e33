//! Incidents over the API: opened, listed, changed, moved.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};

use crate::{
    api::{CISA, FBI, GOOGLE, at, incident, open, refused, shared, with},
    base::both,
    test_app::TestApp,
};

both! {
    async fn an_incident_is_opened_and_answers_with_itself(base) {
        let test = TestApp::new(base).await;
        let cisa = test.caller(CISA).await;
        let body = with(incident(), json!({
            "occurred_at": "2020-11-03T18:30:00-05:00", "share_with": ["google", "fbi"], "owner": CISA,
        }));
        let made = cisa.make("/incidents", body).await;
        for (field, value) in [
            ("status", json!("reported")), ("severity", json!("high")), ("tlp", json!("amber")),
            ("version", json!(1)), ("lead", json!("cisa")), ("owner", json!(CISA)), ("category", json!("PROC-1")),
            ("verification", json!("unverified")), ("occurred_at", json!("2020-11-03T23:30:00.000000Z")),
            ("opened_at", json!("2020-11-04T00:18:00.000000Z")), ("named", json!([])),
            ("jurisdictions", json!([{"state": "AZ", "county": "Maricopa County"}])),
        ] {
            let found = &made[field];
            // The catalogue of counties decides how a county is written.
            let equal = *found == value || (field == "jurisdictions" && found[0]["state"] == "AZ");
            assert!(equal, "{field}: {found} is not {value}");
        }
        let mut with_whom: Vec<&str> = made["shared_with"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
        with_whom.sort_unstable();
        assert_eq!(with_whom, ["fbi", "google"]);
        let number = made["number"].as_str().expect("a number");
        assert_eq!(cisa.read(&format!("/incidents/{number}")).await, made);
        let there = test.caller(GOOGLE).await.read(&format!("/incidents/{number}")).await;
        assert_eq!(there["number"], made["number"]);
    }

    async fn red_is_seen_by_the_named_alone(base) {
        let test = TestApp::new(base).await;
        let (cisa, google) = (test.caller(CISA).await, test.caller(GOOGLE).await);
        let number = open(&cisa, json!({"tlp": "red", "named": [GOOGLE]})).await;
        let path = format!("/incidents/{number}");
        let seen = google.read(&path).await;
        assert_eq!(seen["tlp"], "red");
        assert!(seen["named"].as_array().is_some_and(|named| named.len() == 2));
        for other in ["lead@cisa.example", "analyst@google.example", FBI] {
            let other = test.caller(other).await;
            assert_eq!(other.call(&path).await.status, StatusCode::NOT_FOUND);
            assert_eq!(other.walk("/incidents", 200).await, [] as [Value; 0]);
            let journal = other.walk("/journal", 200).await;
            assert!(journal.iter().all(|act| act["incident"].is_null()), "{journal:?}");
        }
    }

    async fn faults_are_named_by_their_field(base) {
        let test = TestApp::new(base).await;
        let cisa = test.caller(CISA).await;
        let sent = |body: Value| cisa.send_json(Method::POST, "/incidents", body);
        let bad = [
            ("title", json!("short")), ("category", json!("PROC-99")), ("severity", json!("worst")),
            ("tlp", json!("purple")), ("occurred_at", json!("yesterday")), ("share_with", json!(["nobody"])),
            ("named", json!([CISA])), ("owner", json!("nobody@cisa.example")), ("title", json!(7)),
            ("jurisdictions", json!([{"state": "ZZ"}])), ("surprise", json!(1)), ("share_with", json!("google")),
        ];
        for (field, value) in bad {
            refused(&sent(with(incident(), json!({field: value}))).await, 422, field);
        }
        let nested = sent(with(incident(), json!({"jurisdictions": [{"state": "AZ", "town": "Mesa"}]}))).await;
        refused(&nested, 422, "jurisdictions[0].town");
        assert_eq!(base.number("select count(*) from incident").await, 0);
    }

    async fn what_is_no_json_is_malformed_or_of_another_type(base) {
        let test = TestApp::new(base).await;
        let cisa = test.caller(CISA).await;
        let post = |kind: Option<&'static str>, body: &'static str| {
            let mut request = cisa.request(Method::POST, &at("/incidents"));
            if let Some(kind) = kind {
                request = request.header(header::CONTENT_TYPE, kind);
            }
            cisa.send(request.body(Body::from(body)).expect("a request"))
        };
        refused(&post(Some("application/json"), "{\"title\":").await, 400, "");
        refused(&post(Some("application/json; charset=utf-8"), "{} {}").await, 400, "");
        refused(&post(Some("application/x-www-form-urlencoded"), "title=x").await, 415, "");
        refused(&post(None, "{}").await, 415, "");
        refused(&post(Some("application/json"), "[1]").await, 422, "");
    }

    async fn fields_are_changed_together_in_one_act(base) {
        let test = TestApp::new(base).await;
        let (cisa, _, number) = shared(&test).await;
        let path = format!("/incidents/{number}");
        let before = base.number("select count(*) from journal").await;
        let changed = cisa.change(Method::PATCH, &path, json!({
            "version": 1, "title": "SMS to voters in two counties gives wrong polling hours",
            "summary": "Two texts.", "category": "PROC-2", "severity": "severe", "reason": "a second county",
            "verification": "confirmed", "owner": "lead@cisa.example", "occurred_at": "2020-11-03T22:00:00Z",
            "jurisdictions": [{"state": "AZ"}, {"state": "PA"}], "tlp": "green",
            "hold": {"reason": "waiting for the office", "review_at": "2020-11-04T02:00:00Z"},
        })).await;
        for (field, value) in [
            ("version", json!(2)), ("severity", json!("severe")), ("verification", json!("confirmed")),
            ("owner", json!("lead@cisa.example")), ("tlp", json!("green")), ("category", json!("PROC-2")),
            ("summary", json!("Two texts.")), ("occurred_at", json!("2020-11-03T22:00:00.000000Z")),
            ("jurisdictions", json!([{"state": "AZ"}, {"state": "PA"}])),
        ] {
            assert_eq!(changed[field], value, "{field}");
        }
        assert_eq!(changed["hold"]["reason"], "waiting for the office");
        assert_eq!(base.number("select count(*) from journal").await - before, 10, "one entry a field");
        // The old title is not shown to those whom the looser label lets in.
        let fbi = test.caller(FBI).await.read(&format!("{path}/entries")).await;
        let shown: Vec<_> = fbi["items"].as_array().expect("items").iter().collect();
        assert_eq!(shown.len(), 1, "{fbi}");
        assert_eq!(shown[0]["change"]["field"], "tlp");

        let resumed = cisa.change(Method::PATCH, &path, json!({"version": 2, "hold": null})).await;
        assert_eq!((&resumed["hold"], &resumed["version"]), (&Value::Null, &json!(3)));
        let same = cisa.change(Method::PATCH, &path, json!({"version": 3, "severity": "severe"})).await;
        assert_eq!(same["version"], 3, "what changes nothing is no new version");
    }

    async fn a_change_with_a_fault_changes_nothing(base) {
        let test = TestApp::new(base).await;
        let (cisa, _, number) = shared(&test).await;
        let path = format!("/incidents/{number}");
        let before = cisa.read(&path).await;
        for (field, change) in [
            ("reason", json!({"severity": "low"})),
            ("reason", json!({"tlp": "red"})),
            ("title", json!({"title": "x", "summary": "good"})),
            ("owner", json!({"summary": "good", "owner": FBI})),
            ("named", json!({"named": [CISA], "reason": "why"})),
            ("hold.review_at", json!({"hold": {"reason": "x", "review_at": "2020-11-01T00:00:00Z"}})),
            ("hold.until", json!({"hold": {"reason": "x", "until": "2020-11-01T00:00:00Z"}})),
            ("status", json!({"status": "closed"})),
            ("verification", json!({"verification": "maybe"})),
        ] {
            refused(&cisa.send_json(Method::PATCH, &path, with(change, json!({"version": 1}))).await, 422, field);
        }
        refused(&cisa.send_json(Method::PATCH, &path, json!({"title": "A title without a version"})).await, 422, "version");
        let two = json!({"version": 1, "title": "x", "category": "NONE-1", "severity": "worst"});
        let reply = cisa.send_json(Method::PATCH, &path, two).await;
        for field in ["title", "category"] {
            refused(&reply, 422, field);
        }
        assert_eq!(cisa.read(&path).await, before);
    }

    async fn who_was_slower_gets_the_version_that_stands(base) {
        let test = TestApp::new(base).await;
        let (cisa, _, number) = shared(&test).await;
        let path = format!("/incidents/{number}");
        cisa.change(Method::PATCH, &path, json!({"version": 1, "summary": "Mine."})).await;
        for (path, method, body) in [
            (path.clone(), Method::PATCH, json!({"version": 1, "summary": "Yours."})),
            (format!("{path}/status"), Method::POST, json!({"version": 1, "to": "triaged"})),
        ] {
            let reply = cisa.send_json(method, &path, body).await;
            refused(&reply, 409, "");
            let body = reply.json();
            assert_eq!((&body["current"], &body["version"]), (&json!(2), &json!(2)));
            assert_eq!(body["incident"]["summary"], "Mine.");
            assert_eq!(body["number"], number);
        }
    }

    async fn a_handover_is_offered_and_accepted(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let path = format!("/incidents/{number}");
        let offered = cisa.change(Method::PATCH, &path, json!({"version": 1, "owner": GOOGLE})).await;
        assert_eq!((&offered["handover_to"], &offered["lead"]), (&json!(GOOGLE), &json!("cisa")));
        let accepted = google.change(Method::PATCH, &path, json!({"version": 2, "owner": GOOGLE})).await;
        assert_eq!((&accepted["owner"], &accepted["lead"]), (&json!(GOOGLE), &json!("google")));
        assert_eq!(accepted["handover_to"], Value::Null);
    }

    async fn what_is_resolved_stays_verified(base) {
        let test = TestApp::new(base).await;
        let (cisa, _, number) = shared(&test).await;
        let path = format!("/incidents/{number}");
        let lead = test.caller("lead@cisa.example").await;
        let go = async |body: Value| lead.change(Method::POST, &format!("{path}/status"), body).await;
        let first = json!({"version": 1, "to": "resolved", "verification": "refuted"});
        let mut at = cisa.change(Method::POST, &format!("{path}/status"), first).await;
        let browser = test.sign_in(CISA).await;
        for status in ["resolved", "closed"] {
            let undone = cisa.send_json(Method::PATCH, &path, json!({"version": at["version"], "verification": "unverified"})).await;
            refused(&undone, 422, "verification");
            let words = format!("It is {}", if status == "closed" { "Closed" } else { "Resolved" });
            assert!(undone.text().contains(&words), "{}", undone.text());
            let version = at["version"].to_string();
            let fields = [("version", version.as_str()), ("verification", "unverified"), ("note", "Looks wrong.")];
            let form = browser.submit(&path, &format!("{path}/verification"), &fields).await;
            assert_eq!(form.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(form.text().contains(&words) && form.text().contains("Looks wrong."), "beside the field, with what was typed");
            let other = if status == "resolved" { "cannot_verify" } else { "confirmed" };
            at = cisa.change(Method::PATCH, &path, json!({"version": at["version"], "verification": other})).await;
            assert_eq!((&at["verification"], &at["status"]), (&json!(other), &json!(status)));
            if status == "resolved" {
                at = go(json!({"version": at["version"], "to": "closed", "note": "Over."})).await;
            }
        }
        let again = go(json!({"version": at["version"], "to": "reported", "note": "It came back."})).await;
        let open = cisa.change(Method::PATCH, &path, json!({"version": again["version"], "verification": "unverified"})).await;
        assert_eq!(open["verification"], "unverified");
    }

    async fn the_status_moves_through_its_gates(base) {
        let test = TestApp::new(base).await;
        let (cisa, _, number) = shared(&test).await;
        let path = format!("/incidents/{number}/status");
        let go = |body: Value| cisa.send_json(Method::POST, &path, body);
        refused(&go(json!({"version": 1, "to": "resolved"})).await, 422, "verification");
        refused(&go(json!({"version": 1, "to": "contained"})).await, 422, "note");
        refused(&go(json!({"version": 1, "to": "finished"})).await, 422, "to");
        refused(&go(json!({"to": "triaged"})).await, 422, "version");
        let done = go(json!({"version": 1, "to": "contained", "note": "Its carrier was told."})).await.json();
        assert_eq!((&done["status"], &done["version"]), (&json!("contained"), &json!(2)));
        assert!(done["acknowledged_at"].is_string() && done["contained_at"].is_string());
        let done = go(json!({"version": 2, "to": "resolved", "note": "x", "verification": "confirmed"})).await.json();
        assert_eq!((&done["status"], &done["verification"]), (&json!("resolved"), &json!("confirmed")));
        refused(&go(json!({"version": 3, "to": "closed", "note": "done"})).await, 422, "to");
        // Numbers that are hidden and numbers that never were answer alike.
        let hidden = open(&test.caller(FBI).await, json!({})).await;
        let path = format!("/incidents/{}/status", open(&cisa, json!({})).await);
        let duplicate = |of: &str| json!({"version": 1, "to": "duplicate", "note": "x", "duplicate_of": of});
        let go = |body: Value| cisa.send_json(Method::POST, &path, body);
        let (one, other) = (go(duplicate(&hidden)).await, go(duplicate("WF-0000")).await);
        refused(&one, 422, "duplicate_of");
        assert_eq!(one.bytes, other.bytes);
    }
}
