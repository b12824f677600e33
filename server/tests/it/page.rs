//! What pages name exists: islands in the browser half, and routes behind every form and link.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::json;
use server::{router, service::share::Step};

use crate::{base::both, story, test_app::TestApp};

/// Pages with something of everything, as the two sides of a share see them.
async fn pages(test: &TestApp) -> Vec<String> {
    let room = &test.app.room;
    let number = story::opened(room).await;
    story::post(room, "analyst@cisa.example", &number, |_| {}).await.expect("posted");
    story::share_with(room, "liaison@cisa.example", &number, "fbi").await.expect("shared");
    let answered = story::first_share(room, "liaison@cisa.example", &number, "google").await;
    story::step(room, "liaison@google.example", answered, Step::Seen).await.expect("seen");
    let incident = format!("/incidents/{number}");
    let sender = test.sign_in("liaison@cisa.example").await;
    for (noun, body) in [
        ("tasks", json!({ "text": "Call the clerk." })),
        ("evidence", json!({ "url": "https://clerk.example/notice" })),
        ("indicators", json!({ "kind": "domain", "value": "polls.example" })),
    ] {
        let reply = sender.json(Method::POST, &format!("/api/v1{incident}/{noun}"), &body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{noun}: {}", reply.text());
    }
    let exhibit = format!("{incident}/evidence/E-1");
    let mut texts = vec![];
    for email in
        ["liaison@cisa.example", "liaison@google.example", "lead@cisa.example", "leadership@fbi.example"]
    {
        let client = test.sign_in(email).await;
        for path in ["/board", "/wall", "/incidents/new", "/me", &incident, &exhibit, "/incidents/WF-99999"] {
            texts.push(client.get(path).await.text());
        }
    }
    texts.push(test.visitor().get("/sign-in").await.text());
    texts
}

both! {
    async fn every_island_of_a_page_is_exported_by_the_browser_half(base) {
        let test = TestApp::new(base).await;
        let texts = pages(&test).await;
        let rendered: BTreeSet<_> = texts.iter().flat_map(|text| quoted(text, "data-component=\"")).collect();
        assert!(rendered.len() >= 10, "the pages have islands: {rendered:?}");
        let script = texts.iter().flat_map(|text| quoted(text, "href=\""))
            .find(|path| path.starts_with("/assets/app-") && path.ends_with(".js"))
            .expect("the browser half is built: `cargo run -p xtask -- site --require-browser`");
        let script = test.visitor().get(script).await.text();
        let missing: Vec<_> =
            rendered.iter().filter(|island| !script.contains(&format!("function {island}("))).collect();
        assert!(missing.is_empty(), "not exported by app.js: {missing:?}");
    }

    async fn every_form_and_link_of_a_page_leads_to_a_route(base) {
        let test = TestApp::new(base).await;
        let texts = pages(&test).await;
        let routes = router::listed();
        let known = |method: &str, path: &str| {
            routes.iter().any(|route| route.method == method && is_like(route.path, path))
        };
        let mut forms = 0;
        for text in &texts {
            let tags = text.split("<form").skip(1).filter_map(|rest| rest.split('>').next());
            for form in tags.filter(|form| !form.contains("method=\"dialog\"")) {
                let action = quoted(form, "action=\"").next().unwrap_or_default();
                let method = if form.contains("method=\"post\"") { "POST" } else { "GET" };
                assert!(known(method, plain(action)), "a form leads nowhere: {method} {action}");
                forms += 1;
            }
            for link in quoted(text, "href=\"").filter(|link| link.starts_with('/')) {
                assert!(known("GET", plain(link)), "a link leads nowhere: {link}");
            }
        }
        assert!(forms > 100, "the pages have forms: {forms}");
    }
}

/// A path without what follows it.
fn plain(address: &str) -> &str {
    address.split(['?', '#']).next().unwrap_or_default()
}

/// Whether a path is one of a route's: `{id}` stands for one segment.
fn is_like(route: &str, path: &str) -> bool {
    let (route, path): (Vec<_>, Vec<_>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len()
        && route.iter().zip(&path).all(|(r, p)| r == p || (r.starts_with('{') && !p.is_empty()))
}

/// What stands between `before` and the next quotation mark.
fn quoted<'a>(text: &'a str, before: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(|rest| rest.split('"').next())
}
