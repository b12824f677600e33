//! The headers that every answer has, and what they keep out.

use axum::{
    body::Body,
    http::{Method, StatusCode, header},
};

use server::service::evidence::{self, EvidenceInput};

use crate::{
    base::Base,
    evidence::{attach, opened, png},
    test_app::TestApp,
};

#[tokio::test]
async fn every_answer_carries_the_whole_set() {
    let base = Base::sqlite();
    let test = TestApp::new(&base).await;
    let client = test.sign_in("analyst@cisa.example").await;
    for path in ["/sign-in", "/no-such-page", "/api/v1/no-such-thing", "/healthz", "/assets/none.css", "/"] {
        let reply = client.get(path).await;
        let policy = reply.header(header::CONTENT_SECURITY_POLICY);
        assert!(policy.starts_with("default-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert_eq!(reply.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff", "{path}");
        assert_eq!(reply.header(header::REFERRER_POLICY), "same-origin", "{path}");
        assert_eq!(reply.header("cross-origin-opener-policy"), "same-origin", "{path}");
        assert_eq!(reply.header("cross-origin-resource-policy"), "same-origin", "{path}");
        assert!(reply.header("permissions-policy").contains("camera=()"), "{path}");
        assert!(reply.header(header::CACHE_CONTROL).contains("no-store"), "{path}");
        assert!(reply.headers.get(header::STRICT_TRANSPORT_SECURITY).is_none(), "{path}");
        assert!(reply.headers.get(header::SERVER).is_none(), "{path}");
    }
    assert_eq!(client.get("/no-such-page").await.header(header::CACHE_CONTROL), "private, no-store");
}

#[tokio::test]
async fn a_browser_stores_nothing_that_is_for_whoever_is_signed_in() {
    const ANALYST: &str = "analyst@cisa.example";
    let base = Base::sqlite();
    let test = TestApp::new(&base).await;
    let room = &test.app.room;
    let number = opened(room, &[]).await;
    let red = EvidenceInput { tlp: "red".into(), named: vec![ANALYST.into()], ..EvidenceInput::default() };
    attach(room, ANALYST, &number, "a.png", &png(600, 300), red).await.expect("in");
    evidence::make_pending(room).await.expect("made");
    let client = test.sign_in(ANALYST).await;
    let exhibit = format!("/incidents/{number}/evidence/E-1");
    let parts = ["", "/thumbnail", "/file"].map(|part| format!("{exhibit}{part}"));
    let lists =
        ["/board", "/shares", "/shares/counts", "/notifications", "/api/v1/incidents"].map(str::to_owned);
    for path in parts.iter().chain(&lists) {
        let reply = client.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}");
        assert_eq!(reply.header(header::CACHE_CONTROL), "private, no-store", "{path}");
    }
}

#[tokio::test]
async fn a_page_allows_one_script_by_a_nonce_of_its_own() {
    let base = Base::sqlite();
    let test = TestApp::new(&base).await;
    let nonce = |policy: &str| {
        let rest = &policy[policy.find("'nonce-").expect("a nonce") + 7..];
        rest[..rest.find('\'').expect("its end")].to_owned()
    };
    let client = test.visitor();
    let (one, two) = (client.get("/sign-in").await, client.get("/sign-in").await);
    let policies = [&one, &two].map(|reply| reply.header(header::CONTENT_SECURITY_POLICY).to_owned());
    assert_ne!(nonce(&policies[0]), nonce(&policies[1]));
    assert_eq!(
        policies[0].replace(&nonce(&policies[0]), "R"),
        "default-src 'none'; script-src 'nonce-R' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; \
         frame-ancestors 'none'; base-uri 'none'"
    );
    assert!(!one.text().contains(" style="), "no inline style");
}

#[tokio::test]
async fn errors_come_in_the_form_of_their_route_and_say_nothing_of_a_cause() {
    let base = Base::sqlite();
    let test = TestApp::new(&base).await;
    let visitor = test.visitor();
    let api = visitor.get("/api/v1/no-such-thing").await;
    assert_eq!(api.status, StatusCode::NOT_FOUND);
    assert_eq!(api.header(header::CONTENT_TYPE), "application/problem+json");
    assert_eq!(api.json()["status"], 404);
    let page = visitor.get("/no-such-page").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert!(page.header(header::CONTENT_TYPE).starts_with("text/html"));
    test.app.room.close().await;
    let client = test.visitor();
    client.set_cookie("wf_session", "AAAAAAAAAAAAAAAAAAAAAA");
    let gone = client.get("/no-such-page").await;
    assert_eq!(gone.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(!gone.text().contains("pool") && !gone.text().contains("sql"));
    assert_eq!(client.cookies().len(), 1, "nobody is signed out by a database that is gone");
}

#[tokio::test]
async fn pages_are_compressed_where_the_browser_takes_it() {
    let base = Base::sqlite();
    let test = TestApp::new(&base).await;
    let client = test.visitor();
    for (accepted, encoding) in [("br", "br"), ("gzip", "gzip"), ("identity", "")] {
        let request = client.request(Method::GET, "/sign-in").header(header::ACCEPT_ENCODING, accepted);
        let reply = client.send(request.body(Body::empty()).expect("a request")).await;
        assert_eq!(reply.header(header::CONTENT_ENCODING), encoding);
    }
}
