//! The JSON API as scripts use it: what they send, and what they get.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};
use serde_json::{Value, json};

use crate::test_app::{Client, Reply, TestApp};

pub(crate) const CISA: &str = "analyst@cisa.example";
pub(crate) const GOOGLE: &str = "liaison@google.example";
pub(crate) const FBI: &str = "analyst@fbi.example";

/// The path of something under the API.
pub(crate) fn at(path: &str) -> String {
    format!("/api/v1{path}")
}

impl Client {
    pub(crate) async fn call(&self, path: &str) -> Reply {
        self.get(&at(path)).await
    }

    pub(crate) async fn send_json(&self, method: Method, path: &str, body: Value) -> Reply {
        self.json(method, &at(path), &body).await
    }

    /// Sends under an idempotency key.
    pub(crate) async fn send_once(&self, method: Method, path: &str, key: &str, body: &Value) -> Reply {
        let request = self
            .request(method, &at(path))
            .header(header::CONTENT_TYPE, "application/json")
            .header("idempotency-key", key)
            .body(Body::from(body.to_string()))
            .expect("a request");
        self.send(request).await
    }

    /// POST that must succeed; what was made.
    pub(crate) async fn make(&self, path: &str, body: Value) -> Value {
        let reply = self.send_json(Method::POST, path, body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{path}: {}", reply.text());
        reply.json()
    }

    /// POST or PATCH that must succeed; what came out.
    pub(crate) async fn change(&self, method: Method, path: &str, body: Value) -> Value {
        let reply = self.send_json(method, path, body).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply.json()
    }

    /// GET that must succeed.
    pub(crate) async fn read(&self, path: &str) -> Value {
        let reply = self.call(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.text());
        reply.json()
    }

    /// Sends fields and files as a form does.
    pub(crate) async fn send_parts(
        &self,
        path: &str,
        words: &[(&str, &str)],
        files: &[(&str, &str)],
    ) -> Reply {
        let mut body = String::new();
        for (name, value) in words {
            body += &format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        }
        for (name, bytes) in files {
            let head = format!("content-disposition: form-data; name=\"file\"; filename=\"{name}\"");
            body += &format!("--edge\r\n{head}\r\ncontent-type: text/plain\r\n\r\n{bytes}\r\n");
        }
        let request = self
            .request(Method::POST, path)
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=edge")
            .body(Body::from(body + "--edge--\r\n"))
            .expect("a request");
        self.send(request).await
    }

    /// Every item of a list, page by page.
    pub(crate) async fn walk(&self, path: &str, limit: i64) -> Vec<Value> {
        let (mut items, mut after) = (vec![], String::new());
        let mark = if path.contains('?') { '&' } else { '?' };
        loop {
            let page = self.read(&format!("{path}{mark}limit={limit}{after}")).await;
            let found = page["items"].as_array().expect("items").clone();
            assert!(found.len() as i64 <= limit);
            items.extend(found);
            match page["next"].as_str() {
                Some(next) => after = format!("&after={next}"),
                None => return items,
            }
        }
    }
}

/// What an incident is opened with; a test changes what it is about.
pub(crate) fn incident() -> Value {
    json!({
        "title": "SMS to voters in Maricopa County gives wrong polling hours",
        "summary": "A text message says that polls close at 17:00.",
        "category": "PROC-1",
        "severity": "high",
        "tlp": "amber",
        "jurisdictions": [{"state": "AZ", "county": "Maricopa"}],
    })
}

/// The same with other values.
pub(crate) fn with(mut base: Value, changes: Value) -> Value {
    for (key, value) in changes.as_object().expect("an object") {
        base[key] = value.clone();
    }
    base
}

/// Opens an incident and gives its number.
pub(crate) async fn open(client: &Client, changes: Value) -> String {
    let opened = client.make("/incidents", with(incident(), changes)).await;
    opened["number"].as_str().expect("a number").to_owned()
}

/// An incident of CISA, shared with Google.
pub(crate) async fn shared(test: &TestApp) -> (Client, Client, String) {
    let (cisa, google) = (test.caller(CISA).await, test.caller(GOOGLE).await);
    let number = open(&cisa, json!({"share_with": ["google"], "owner": CISA})).await;
    (cisa, google, number)
}

/// The problem is of this status, names this field, and says nothing of a cause.
pub(crate) fn refused(reply: &Reply, status: u16, field: &str) {
    assert_eq!(reply.status.as_u16(), status, "{}", reply.text());
    assert_eq!(reply.header(header::CONTENT_TYPE), "application/problem+json");
    let body = reply.json();
    assert_eq!(body["status"], status);
    assert!(body["title"].is_string() && body["detail"].is_string());
    if !field.is_empty() {
        assert!(body["errors"][field][0].is_string(), "{field}: {body}");
    }
}
