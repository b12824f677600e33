//! What a stranger learns of what is hidden from them by tags, by searches and by the work that an answer takes: nothing.

use axum::http::{Method, StatusCode, header};
use server::service::evidence::EvidenceInput;

use crate::{
    api::at,
    base::both,
    evidence::{attach, opened, png},
    heard,
    test_app::{Client, Reply, TestApp},
};

const NEVER: &str = "WF-9998";
const STRANGER: &str = "analyst@reddit.example";
/// Times that two answers are compared: what the room does by itself meanwhile, such as to sign a checkpoint or to note
/// that a token was used, falls now beside one and now beside the other; what an answer asks does not.
const TRIES: usize = 5;

async fn get(client: &Client, path: &str, tag: &str) -> Reply {
    let request = client.request(Method::GET, path).header(header::IF_NONE_MATCH, tag);
    client.send(request.body(axum::body::Body::empty()).expect("a request")).await
}

/// What is sent to the database while this is answered.
async fn work(client: &Client, path: &str) -> Vec<String> {
    heard::take();
    let reply = client.get(path).await;
    assert!([404, 200].contains(&reply.status.as_u16()), "{path}: {}", reply.status);
    // What does not depend on each other is asked at once, in any order.
    let mut asked = heard::take();
    // A connection that the pool opens meanwhile sets itself up.
    asked.retain(|sql| !sql.starts_with("PRAGMA") && !sql.starts_with("SET "));
    asked.sort_unstable();
    asked
}

both! {
    async fn the_tag_of_what_is_hidden_opens_nothing(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room, &[]).await;
        let picture = png(600, 300);
        attach(room, "analyst@cisa.example", &number, "a.png", &picture, EvidenceInput::default()).await.expect("in");
        server::service::evidence::make_pending(room).await.expect("made");
        let own = test.sign_in("analyst@cisa.example").await;
        let stranger = test.sign_in(STRANGER).await;
        for part in ["/file", "/thumbnail"] {
            let path = |number: &str| format!("/incidents/{number}/evidence/E-1{part}");
            let reply = own.get(&path(number.as_str())).await;
            let tag = reply.header(header::ETAG).to_owned();
            if part == "/file" {
                let same = get(&own, &path(number.as_str()), &tag).await;
                assert_eq!(same.status, StatusCode::NOT_MODIFIED, "it is the tag");
            }
            for tag in [tag.as_str(), "*"] {
                let hidden = get(&stranger, &path(number.as_str()), tag).await;
                let never = get(&stranger, &path(NEVER), tag).await;
                assert_eq!((hidden.status, never.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND), "{part} {tag}");
                assert_eq!(hidden.bytes.len(), never.bytes.len(), "{part} {tag}");
            }
        }
    }

    async fn a_search_for_what_is_hidden_finds_what_a_search_for_nothing_finds(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room, &[]).await;
        let own = test.sign_in("analyst@cisa.example").await;
        let stranger = test.sign_in(STRANGER).await;
        for (words, nonsense) in [("wrong+polling+place", "xrong+qolling+qlace"), (number.as_str(), NEVER)] {
            let searched = |words: &str| format!("/board?q={words}");
            assert!(own.get(&searched(words)).await.text().contains("Text message gives"), "{words}: it is found");
            let (hidden, never) = (stranger.get(&searched(words)).await.text(), stranger.get(&searched(nonsense)).await.text());
            assert!(!hidden.contains("Text message gives"), "{words}");
            assert_eq!(hidden.len() - words.len() * hidden.matches(words).count(), never.len() - nonsense.len() * never.matches(nonsense).count(), "{words}");
        }
    }

    async fn an_answer_about_what_is_hidden_asks_the_database_what_one_about_nothing_asks(base) {
        heard::listen();
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room, &[]).await;
        attach(room, "analyst@cisa.example", &number, "a.png", &png(60, 30), EvidenceInput::default()).await.expect("in");
        let (browser, script) = (test.sign_in(STRANGER).await, test.caller(STRANGER).await);
        let pages = [
            "/incidents/{n}", "/incidents/{n}/evidence/E-1", "/incidents/{n}/evidence/E-1/file", "/incidents/{n}/evidence/E-1/thumbnail",
            "/board?q={n}", "/shares/ledger?incident={n}", "/shares/ledger?book=posts&incident={n}", "/live?incident={n}",
        ];
        let answers = ["", "/entries", "/evidence", "/evidence/E-1", "/indicators", "/tasks", "/shares"];
        let pages = pages.iter().map(|path| (&browser, (*path).to_owned()));
        let answers = answers.iter().map(|part| (&script, at(&format!("/incidents/{{n}}{part}"))));
        for (client, path) in pages.chain(answers) {
            let [hidden, never] = [number.as_str(), NEVER].map(|number| path.replace("{n}", number));
            // What is asked once and then kept in memory is asked before.
            work(client, &never).await;
            let mut compared = (vec![], vec![]);
            for _ in 0..TRIES {
                compared = (work(client, &hidden).await, work(client, &never).await);
                if compared.0 == compared.1 {
                    break;
                }
            }
            assert!(!compared.1.is_empty(), "{path}: it was overheard");
            assert_eq!(compared.0, compared.1, "{path}");
        }
    }
}
