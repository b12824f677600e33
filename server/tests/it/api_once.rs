//! One key, one effect: writes of the API that are sent again.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::{CISA, GOOGLE, incident, refused, shared, with},
    base::both,
    test_app::TestApp,
};

both! {
    async fn a_write_sent_again_under_its_key_is_done_once_and_answered_alike(base) {
        let test = TestApp::new(base).await;
        let cisa = test.caller(CISA).await;
        let mut answers = vec![];
        for _ in 0..5 {
            answers.push(cisa.send_once(Method::POST, "/incidents", "key-1", &incident()).await);
        }
        assert!(answers.iter().all(|reply| reply.status == StatusCode::CREATED && reply.bytes == answers[0].bytes));
        assert_eq!(base.number("select count(*) from incident").await, 1);
        let again = cisa.send_once(Method::POST, "/incidents", "key-2", &incident()).await;
        assert_ne!(again.json()["number"], answers[0].json()["number"]);
        for _ in 0..2 {
            cisa.make("/incidents", incident()).await;
        }
        assert_eq!(base.number("select count(*) from incident").await, 4, "without a key each send counts");
    }

    async fn sends_at_the_same_moment_have_one_effect(base) {
        let test = TestApp::new(base).await;
        let cisa = test.caller(CISA).await;
        let body = incident();
        let sends = (0..20).map(|_| cisa.send_once(Method::POST, "/incidents", "key", &body));
        let answers = futures::future::join_all(sends).await;
        assert!(answers.iter().all(|reply| reply.bytes == answers[0].bytes && reply.status == StatusCode::CREATED));
        assert_eq!(base.number("select count(*) from incident").await, 1);
    }

    async fn a_key_belongs_to_its_person_its_path_and_its_words(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let path = format!("/incidents/{number}/entries");
        let first = json!({"text": "One."});
        assert_eq!(cisa.send_once(Method::POST, &path, "key", &first).await.status, StatusCode::CREATED);
        refused(&cisa.send_once(Method::POST, &path, "key", &json!({"text": "Two."})).await, 422, "");
        refused(&cisa.send_once(Method::POST, "/incidents", "key", &incident()).await, 422, "");
        assert_eq!(google.send_once(Method::POST, &path, "key", &first).await.status, StatusCode::CREATED);
        refused(&cisa.send_once(Method::POST, &path, "", &first).await, 422, "Idempotency-Key");
        refused(&cisa.send_once(Method::POST, &path, &"k".repeat(256), &first).await, 422, "Idempotency-Key");
    }

    async fn every_kind_of_write_is_done_once(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let path = format!("/incidents/{number}");
        let twice = |method: Method, path: String, body: Value| {
            let client = if path.contains("/shares/") { &google } else { &cisa };
            async move {
                let key = format!("key of {method} {path}");
                let first = client.send_once(method.clone(), &path, &key, &body).await;
                assert!(first.status.is_success(), "{path}: {}", first.text());
                let rows = base.number("select count(*) from journal").await;
                let second = client.send_once(method, &path, &key, &body).await;
                assert_eq!((first.status, &first.bytes), (second.status, &second.bytes), "{path}");
                assert_eq!(base.number("select count(*) from journal").await, rows, "{path}");
                first.json()
            }
        };
        twice(Method::PATCH, path.clone(), json!({"version": 1, "summary": "New."})).await;
        twice(Method::POST, format!("{path}/status"), json!({"version": 2, "to": "triaged"})).await;
        let entry = twice(Method::POST, format!("{path}/entries"), json!({"text": "An update."})).await;
        let strike = format!("{path}/entries/{}/strike", entry["id"].as_str().expect("an id"));
        twice(Method::POST, strike, json!({"reason": "wrong"})).await;
        twice(Method::POST, format!("{path}/indicators"), json!({"kind": "domain", "value": "a.example"})).await;
        let task = twice(Method::POST, format!("{path}/tasks"), json!({"text": "Ask."})).await;
        twice(Method::POST, format!("{path}/tasks/{}/done", task["id"].as_str().expect("an id")), json!({})).await;
        twice(Method::POST, format!("{path}/playbooks"), json!({"playbook": "hack-and-leak-drop"})).await;
        twice(Method::POST, format!("{path}/shares"), json!({"to": "fbi", "text": "For awareness."})).await;
        let share = google.read(&format!("{path}/shares")).await["items"][0]["id"].as_str().expect("an id").to_owned();
        twice(Method::POST, format!("/shares/{share}/seen"), json!({})).await;
        twice(Method::POST, format!("/shares/{share}/acknowledge"), json!({})).await;
        twice(Method::POST, format!("/shares/{share}/answer"), json!({"text": "Yes."})).await;
        let other = with(incident(), json!({"tlp": "red", "named": [GOOGLE]}));
        twice(Method::POST, "/incidents".into(), other).await;
    }
}
