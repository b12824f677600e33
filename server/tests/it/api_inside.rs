//! What lies in an incident over the API: entries, indicators, tasks, shares.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::{CISA, FBI, GOOGLE, open, refused, shared},
    base::both,
    test_app::TestApp,
};

both! {
    async fn an_entry_is_posted_corrected_and_struck_and_every_wording_stands(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let path = format!("/incidents/{number}/entries");
        let posted = cisa.make(&path, json!({
            "kind": "observation", "text": "The text was sent to 400 numbers.", "happened_at": "2020-11-03T23:00:00Z",
        })).await;
        for (field, value) in [
            ("kind", json!("observation")), ("tlp", json!("amber")), ("audience", json!([])), ("author", json!(CISA)),
            ("organisation", json!("cisa")), ("happened_at", json!("2020-11-03T23:00:00.000000Z")),
            ("recorded_at", json!("2020-11-04T00:18:00.000000Z")), ("struck", Value::Null), ("corrects", Value::Null),
        ] {
            assert_eq!(posted[field], value, "{field}");
        }
        let id = posted["id"].as_str().expect("an id");
        let better = cisa.make(&path, json!({"text": "It was sent to 4,000 numbers.", "corrects": id})).await;
        assert_eq!((&better["corrects"], &better["kind"]), (&json!(id), &json!("observation")));
        assert_ne!(better["id"], posted["id"]);

        let strike = format!("{path}/{id}/strike");
        refused(&cisa.send_json(Method::POST, &strike, json!({})).await, 422, "reason");
        refused(&google.send_json(Method::POST, &strike, json!({"reason": "x"})).await, 403, "");
        let struck = cisa.change(Method::POST, &strike, json!({"reason": "Another incident."})).await;
        assert_eq!((&struck["struck"]["by"], &struck["struck"]["reason"]), (&json!(CISA), &json!("Another incident.")));
        let there = google.walk(&path, 200).await;
        let texts: Vec<&str> = there.iter().filter_map(|entry| entry["text"].as_str()).collect();
        assert!(texts.contains(&"The text was sent to 400 numbers.") && texts.contains(&"It was sent to 4,000 numbers."));
        assert_eq!(there.iter().find(|entry| entry["id"] == id).expect("it stands")["struck"]["by"], CISA);
    }

    async fn a_narrowed_entry_leaves_no_trace_for_others(base) {
        let test = TestApp::new(base).await;
        let cisa = test.caller(CISA).await;
        let google = test.caller(GOOGLE).await;
        let number = open(&cisa, json!({"share_with": ["google", "fbi"]})).await;
        let path = format!("/incidents/{number}/entries");
        let before = google.read(&path).await;
        let narrow = cisa.make(&path, json!({"text": "For the FBI alone.", "audience": ["fbi"]})).await;
        let red = cisa.make(&path, json!({"text": "For one person.", "tlp": "red", "named": [FBI]})).await;
        assert_eq!(narrow["audience"].as_array().map(Vec::len), Some(2));
        assert_eq!(google.read(&path).await, before);
        assert_eq!(test.caller(FBI).await.walk(&path, 200).await.len(), before["items"].as_array().expect("items").len() + 2);
        assert_eq!(test.caller("liaison@fbi.example").await.walk(&path, 200).await.len(), before["items"].as_array().expect("items").len() + 1);
        for id in [&narrow["id"], &red["id"]] {
            let strike = format!("{path}/{}/strike", id.as_str().expect("an id"));
            let hidden = google.send_json(Method::POST, &strike, json!({"reason": "x"})).await;
            let never = format!("{path}/00000000-0000-4000-8000-000000000000/strike");
            let absent = google.send_json(Method::POST, &never, json!({"reason": "x"})).await;
            assert_eq!((hidden.status, &hidden.bytes), (StatusCode::NOT_FOUND, &absent.bytes));
        }
    }

    async fn the_timeline_is_walked_in_both_directions(base) {
        let test = TestApp::new(base).await;
        let (cisa, _, number) = shared(&test).await;
        let path = format!("/incidents/{number}/entries");
        for count in 0..7 {
            base.clock.advance(1);
            cisa.make(&path, json!({"text": format!("Update {count}.")})).await;
        }
        let ids = |items: &[Value]| items.iter().map(|item| item["id"].to_string()).collect::<Vec<_>>();
        let whole = ids(&cisa.walk(&path, 200).await);
        let mut back = ids(&cisa.walk(&format!("{path}?order=oldest"), 3).await);
        assert_eq!(ids(&cisa.walk(&path, 2).await), whole);
        back.reverse();
        assert_eq!(back, whole);
        assert_eq!(cisa.walk(&format!("{path}?kind=update"), 4).await.len(), 7);
        refused(&cisa.call(&format!("{path}?kind=gossip")).await, 422, "kind");
        // A cursor opens for its own list alone.
        let next = cisa.read(&format!("{path}?limit=1")).await["next"].as_str().expect("more").to_owned();
        refused(&cisa.call(&format!("/incidents?after={next}")).await, 422, "after");
    }

    async fn indicators_are_stored_raw_and_told_both_ways(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let path = format!("/incidents/{number}/indicators");
        let made = cisa.make(&path, json!({"kind": "url", "value": "hxxps://polls-info[.]example/m", "note": "in the SMS"})).await;
        assert_eq!(made["value"], "https://polls-info.example/m");
        assert_eq!(made["defanged"], "hxxps://polls-info[.]example/m");
        assert_eq!((&made["added_by"], &made["organisation"], &made["tlp"]), (&json!(CISA), &json!("cisa"), &json!("amber")));
        refused(&cisa.send_json(Method::POST, &path, json!({"kind": "ip", "value": "here"})).await, 422, "value");
        refused(&cisa.send_json(Method::POST, &path, json!({"kind": "url", "value": "https://polls-info.example/m"})).await, 422, "value");
        for last in ["a.example", "b.example", "c.example"] {
            google.make(&path, json!({"kind": "domain", "value": last})).await;
        }
        assert_eq!(google.walk(&path, 1).await.len(), 4);
        // Seen too in an incident that Google may not see.
        let own = open(&cisa, json!({})).await;
        cisa.make(&format!("/incidents/{own}/indicators"), json!({"kind": "domain", "value": "a.example"})).await;
        let also = |items: Vec<Value>| items.iter().find(|one| one["value"] == "a.example").expect("it")["also_in"].clone();
        assert_eq!(also(cisa.walk(&path, 200).await), json!([own]));
        assert_eq!(also(google.walk(&path, 200).await), json!([]));
    }

    async fn tasks_are_given_and_done_once(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let path = format!("/incidents/{number}/tasks");
        let made = cisa.make(&path, json!({"text": "Ask the office.", "organisation": "google"})).await;
        assert_eq!((&made["organisation"], &made["version"], &made["done_at"]), (&json!("google"), &json!(1), &Value::Null));
        refused(&cisa.send_json(Method::POST, &path, json!({"text": "x", "organisation": "fbi"})).await, 422, "organisation");
        refused(&cisa.send_json(Method::POST, &path, json!({"text": "x", "person": FBI})).await, 422, "person");
        let done = format!("{path}/{}/done", made["id"].as_str().expect("an id"));
        let first = google.change(Method::POST, &done, json!({})).await;
        base.clock.advance(60);
        let second = cisa.change(Method::POST, &done, json!({})).await;
        assert_eq!(first, second);
        assert_eq!(first["done_by"], GOOGLE);
        for count in 0..4 {
            cisa.make(&path, json!({"text": format!("Step {count}")})).await;
        }
        assert_eq!(cisa.walk(&path, 2).await, cisa.walk(&path, 200).await);
        // A task of another incident is not found under this one.
        let other = open(&cisa, json!({})).await;
        let wrong = format!("/incidents/{other}/tasks/{}/done", made["id"].as_str().expect("an id"));
        refused(&cisa.send_json(Method::POST, &wrong, json!({})).await, 404, "");
    }

    async fn a_share_is_seen_answered_and_taken_back(base) {
        let test = TestApp::new(base).await;
        let (cisa, google) = (test.caller(CISA).await, test.caller(GOOGLE).await);
        let number = open(&cisa, json!({})).await;
        let path = format!("/incidents/{number}");
        refused(&google.call(&path).await, 404, "");
        let made = cisa.make(&format!("{path}/shares"), json!({"to": "google", "purpose": "awareness", "text": "For your eyes."})).await;
        for (field, value) in [
            ("to", json!("google")), ("from", json!(CISA)), ("from_organisation", json!("cisa")), ("purpose", json!("awareness")),
            ("state", json!("delivered")), ("incident", json!(number)), ("others", json!([])),
        ] {
            assert_eq!(made[field], value, "{field}");
        }
        assert!(made["banner"].as_str().is_some_and(|banner| banner.starts_with("For awareness.")));
        assert_eq!(google.read(&path).await["number"], number.as_str());
        let id = made["id"].as_str().expect("an id");
        let step = |word: &str| format!("/shares/{id}/{word}");
        refused(&cisa.send_json(Method::POST, &step("seen"), json!({})).await, 403, "");
        assert_eq!(google.change(Method::POST, &step("seen"), json!({})).await["state"], "seen");
        assert_eq!(google.change(Method::POST, &step("acknowledge"), json!({})).await["state"], "acknowledged");
        refused(&google.send_json(Method::POST, &step("answer"), json!({"text": " "})).await, 422, "text");
        let answered = google.change(Method::POST, &step("answer"), json!({"text": "We look into it."})).await;
        assert_eq!((&answered["state"], &answered["answer"]), (&json!("answered"), &json!("We look into it.")));
        refused(&google.send_json(Method::POST, &step("revoke"), json!({})).await, 403, "");
        assert_eq!(cisa.change(Method::POST, &step("revoke"), json!({})).await["state"], "revoked");
        // Gone at once, from the incident, the list, the ledger and the journal.
        refused(&google.call(&path).await, 404, "");
        refused(&google.send_json(Method::POST, &step("seen"), json!({})).await, 404, "");
        assert_eq!(google.walk("/incidents", 200).await, [] as [Value; 0]);
        assert!(google.walk("/journal", 200).await.iter().all(|act| act["incident"].is_null()));
        assert_eq!(cisa.walk(&format!("{path}/shares"), 200).await.len(), 1);
    }

    async fn each_organisation_has_a_share_of_its_own(base) {
        let test = TestApp::new(base).await;
        let cisa = test.caller(CISA).await;
        let number = open(&cisa, json!({})).await;
        let path = format!("/incidents/{number}/shares");
        let made = cisa.make(&path, json!({"to": ["google", "fbi", "twitter"], "text": "For awareness."})).await;
        assert_eq!(made["others"].as_array().map(Vec::len), Some(2));
        assert_eq!(cisa.walk(&path, 1).await.len(), 3);
        // A party sees its own share; who else was told stands in the incident, not in the ledger.
        assert_eq!(test.caller(FBI).await.walk(&path, 200).await.len(), 1);
        refused(&cisa.send_json(Method::POST, &path, json!({"to": 7, "text": "x"})).await, 422, "to");
        refused(&cisa.send_json(Method::POST, &path, json!({"to": "cisa", "text": "x"})).await, 422, "to");
        refused(&cisa.send_json(Method::POST, &path, json!({"to": "google", "purpose": "removal", "text": "x"})).await, 422, "purpose");
        refused(&cisa.send_json(Method::POST, &path, json!({"to": "google", "text": "x", "exhibits": ["E-9"]})).await, 422, "exhibits");
    }
}
