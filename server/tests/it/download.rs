//! A file that is on its way out when its taker loses it.

use axum::{
    body::{Body, BodyDataStream, Bytes},
    http::{Method, StatusCode},
};
use futures::{StreamExt, stream};
use serde_json::json;
use server::service::{
    Error,
    evidence::{self, EvidenceInput},
    person,
};

use crate::{
    api::CISA,
    base::{EACH, asker, both},
    evidence::opened,
    test_app::{Client, TestApp},
};

/// Longer than what leaves between two looks.
pub(crate) const SIZE: usize = 12 << 20;

pub(crate) async fn begin(server: &TestApp, client: &Client, path: &str) -> BodyDataStream {
    let request = client.request(Method::GET, path).body(Body::empty()).expect("a request");
    let response = server.answer(request).await;
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let mut bytes = response.into_body().into_data_stream();
    let first = bytes.next().await.expect("a piece").expect("of the file");
    assert!(!first.is_empty());
    bytes
}

/// How much more arrived, and whether it was cut.
pub(crate) async fn rest(mut bytes: BodyDataStream) -> (usize, bool) {
    let mut length = 0;
    while let Some(piece) = bytes.next().await {
        match piece {
            Ok(piece) => length += piece.len(),
            Err(_) => return (length, true),
        }
    }
    (length, false)
}

both! {
    async fn a_download_ends_with_its_session_and_with_the_share_that_it_came_by(base) {
        let server = TestApp::new(base).await;
        let room = &server.app.room;
        let cisa = server.caller(CISA).await;
        let number = opened(room, &["google"]).await;
        let pieces = stream::iter([Ok::<_, std::io::Error>(Bytes::from(vec![7; SIZE]))]);
        let lead = asker(room, "analyst@cisa.example");
        let input = EvidenceInput::default();
        evidence::take_in(room.clone(), lead, EACH, number.clone(), "a.bin", input, pieces).await.expect("in");

        let path = format!("/incidents/{number}/evidence/E-1/file");
        let leaves = server.sign_in("analyst@google.example").await;
        let loses = server.sign_in("liaison@google.example").await;
        let with_token = server.caller("analyst@google.example").await;
        let own = server.sign_in("liaison@cisa.example").await;
        let ended = begin(&server, &leaves, &path).await;
        let taken_back = begin(&server, &loses, &path).await;
        let by_token = begin(&server, &with_token, &format!("/api/v1{path}")).await;
        let stays = begin(&server, &own, &path).await;
        assert_eq!(leaves.submit("/me", "/sign-out", &[]).await.status, StatusCode::SEE_OTHER);
        let (left, cut) = rest(ended).await;
        assert!(cut && left < SIZE / 2, "signed out: {left} more bytes, cut {cut}");

        let shares = cisa.read(&format!("/incidents/{number}/shares")).await;
        let id = shares["items"][0]["id"].as_str().expect("a share").to_owned();
        cisa.change(Method::POST, &format!("/shares/{id}/revoke"), json!({})).await;
        for (whose, body) in [("a session", taken_back), ("a token", by_token)] {
            let (left, cut) = rest(body).await;
            assert!(cut && left < SIZE / 2, "{whose}: {left} more bytes, cut {cut}");
        }
        let (left, cut) = rest(stays).await;
        assert!(!cut && left > SIZE / 2, "the lead's own: {left} more bytes, cut {cut}");
    }

    /// Suspended between the first byte and the last: what arrives is not kept.
    async fn who_is_suspended_while_a_file_comes_in_does_not_add_it(base) {
        let server = TestApp::new(base).await;
        let room = server.app.room.clone();
        let number = opened(&room, &["google"]).await;
        let analyst = asker(&room, "analyst@google.example");
        let suspend = room.clone();
        let pieces = stream::iter([b"one".as_slice(), b"two".as_slice()]).then(move |piece| {
            let room = suspend.clone();
            async move {
                if piece == b"two" {
                    let admin = asker(&room, "admin@google.example");
                    let person = room.directory().find("analyst@google.example").expect("there").person.id;
                    person::suspend(&room, &admin, person, "left the company", &EACH).await.expect("suspended");
                }
                Ok::<_, std::io::Error>(Bytes::from_static(piece))
            }
        });
        let input = EvidenceInput::default();
        let sent = evidence::take_in(room.clone(), analyst, EACH, number, "a.txt", input, pieces.boxed()).await;
        assert!(matches!(sent, Err(Error::Forbidden(_))), "{sent:?}");
        assert_eq!(base.number("select count(*) from exhibit").await, 0);
    }
}
