//! An address that nobody has, one of somebody suspended and one of a screen answer alike, wherever one is typed.

use app::model::Role;
use axum::http::Method;
use serde_json::{Value, json};
use server::service::person;

use crate::{
    api::{CISA, at, open},
    base::{EACH, asker, both},
    test_app::{TestApp, join},
};

/// What is tried, how, where, and what is sent for an address beside a body that is right.
type Way = (&'static str, Method, String, fn(&str, &Value) -> Value);

both! {
    async fn unknown_suspended_and_screen_addresses_answer_alike(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        join(room, "screen@google.example", "google", Role::Screen).await;
        let gone = room.directory().find("analyst@google.example").expect("there").person.id;
        person::suspend(room, &asker(room, "admin@google.example"), gone, "left", &EACH).await.expect("suspended");
        let script = test.caller(CISA).await;
        let number = open(&script, json!({"share_with": ["google"], "tlp": "green"})).await;
        let red = open(&script, json!({"tlp": "red", "named": ["liaison@google.example"]})).await;
        let path = format!("/incidents/{number}");
        let mut opening = crate::api::incident();
        (opening["tlp"], opening["share_with"]) = (json!("red"), json!([]));
        let ways: [Way; 6] = [
            ("the list by owner", Method::GET, "/incidents?owner=".into(), |_, _| Value::Null),
            ("naming at the opening", Method::POST, "/incidents".into(), |who, body| {
                let mut body = body.clone();
                body["named"] = json!([who]);
                body
            }),
            ("an owner at the opening", Method::POST, "/incidents".into(), |who, body| {
                let mut body = body.clone();
                (body["tlp"], body["owner"]) = (json!("green"), json!(who));
                body
            }),
            ("naming in a share", Method::POST, format!("{path}/shares"), |who, _| {
                json!({"to": "google", "named": [who], "text": "x"})
            }),
            ("naming in an entry", Method::POST, format!("{path}/entries"), |who, _| {
                json!({"text": "x", "tlp": "red", "named": [who]})
            }),
            ("a new owner", Method::PATCH, format!("/incidents/{red}"), |who, _| {
                json!({"version": 1, "owner": who})
            }),
        ];
        for (way, method, path, body) in ways {
            let mut answers = vec![];
            for who in ["never@google.example", "analyst@google.example", "screen@google.example"] {
                let reply = match method {
                    Method::GET => script.get(&at(&format!("{path}{who}"))).await,
                    _ => script.json(method.clone(), &at(&path), &body(who, &opening)).await,
                };
                let text = reply.text().replace(who, "somebody");
                let id = reply.header("x-request-id").to_owned();
                let text = if id.is_empty() { text } else { text.replace(&id, "") };
                answers.push((reply.status, text));
            }
            assert!(answers[0].0.is_client_error(), "{way}: {answers:?}");
            assert_eq!(answers[0], answers[1], "{way}: suspended");
            assert_eq!(answers[0], answers[2], "{way}: a screen");
        }
    }
}
