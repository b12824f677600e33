//! What an organisation does about an incident: its own to state, its own to publish.

use app::model::{
    id::Number,
    posture::{Posture, StatedPosture},
};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error, Result, Room, history, live,
    posture::{self, PostureInput, Stated},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    story::{open, refused, see},
    test_app::TestApp,
};

const CISA: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const FBI: &str = "liaison@fbi.example";
const NOTE: &str = "Legal looks at the ad account 4711";

async fn state(room: &Room, who: &str, number: &Number, word: &str, published: bool) -> Result<Stated> {
    let input = PostureInput { posture: word.into(), note: NOTE.into(), published, version: None };
    posture::state(room.clone(), asker(room, who), EACH, number.clone(), input).await
}

async fn known(room: &Room, who: &str, number: &Number) -> Vec<StatedPosture> {
    let incident = see(room, who, number).await.expect("visible");
    posture::list(room, &asker(room, who).viewer, &incident).await.expect("a list").into_inner()
}

/// CISA leads; Google and the FBI take part.
async fn shared(room: &Room) -> Number {
    open(room, "analyst@cisa.example", |input| input.share_with = vec!["google".into(), "fbi".into()]).await
}

/// Names and data of every event after `seq`, as this person's stream has them.
async fn heard(room: &Room, who: &str, seq: i64) -> Vec<String> {
    let viewer = asker(room, who).viewer;
    let mut lines = vec![];
    for change in live::changes(room, seq, None, 1_000).await.expect("changes") {
        if let Some(told) = live::Told::read(room, change).await.expect("read") {
            let events = told.events(room, &viewer, app::policy::scope(&viewer)).await.expect("events");
            lines.extend(events.into_iter().map(|event| format!("{} {}", event.name, event.data)));
        }
    }
    lines
}

/// How many acts of the journal this person reads.
async fn acts(room: &Room, who: &str) -> usize {
    history::list(room, &asker(room, who).viewer, None, 200).await.expect("acts").acts.len()
}

both! {
    async fn an_unpublished_posture_is_known_to_its_own_organisation_alone(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = shared(room).await;
        let (version, before) = (see(room, CISA, &number).await.expect("visible").version, acts(room, CISA).await);
        let (own, head) = (acts(room, GOOGLE).await, live::head(room).await.expect("a head"));
        state(room, GOOGLE, &number, "investigating", false).await.expect("stated");
        assert_eq!(known(room, "analyst@google.example", &number).await[0].posture, Posture::Investigating);
        assert_eq!(acts(room, "analyst@google.example").await, own + 1);
        assert_eq!(acts(room, CISA).await, before, "no count moves");
        for who in [CISA, FBI] {
            assert!(known(room, who, &number).await.is_empty(), "{who}");
            assert!(heard(room, who, head).await.is_empty(), "{who}");
            let page = test.sign_in(who).await.get(&format!("/incidents/{number}")).await.text();
            assert!(!page.contains("4711") && !page.contains("orgposture"), "{who}");
            let journal = test.caller(who).await.get(&at("/journal?limit=200")).await.text();
            assert!(!journal.contains("posture") && !journal.contains("4711"), "{who}: {journal}");
        }
        assert_eq!(see(room, CISA, &number).await.expect("visible").version, version, "nothing of the incident moves");
        assert_eq!(heard(room, "lead@google.example", head).await.len(), 1);
        let page = test.sign_in("analyst@google.example").await.get(&format!("/incidents/{number}")).await.text();
        assert!(page.contains(NOTE) && page.contains("Only your organisation"));
        room.close().await;
    }

    async fn a_published_posture_is_seen_without_its_note_until_it_is_withdrawn(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = shared(room).await;
        state(room, GOOGLE, &number, "watching", false).await.expect("stated");
        let head = live::head(room).await.expect("a head");
        state(room, GOOGLE, &number, "acted", true).await.expect("published");
        let seen = known(room, CISA, &number).await;
        assert_eq!((seen.len(), seen[0].posture, &seen[0].own), (1, Posture::Acted, &None));
        let events = heard(room, CISA, head).await;
        assert_eq!(events.len(), 1);
        assert!(events[0].starts_with("notice") && !events[0].contains("acted"), "{events:?}");
        let page = test.sign_in(CISA).await.get(&format!("/incidents/{number}")).await.text();
        assert!(page.contains("<b>Acted</b>") && !page.contains("4711"), "the note stays in the house");
        let journal = test.caller(CISA).await.get(&at("/journal?limit=200")).await.text();
        assert!(journal.contains("\"acted\"") && !journal.contains("4711"), "{journal}");
        // A new note alone moves nothing for others.
        let head = live::head(room).await.expect("a head");
        let (before, at) = (acts(room, CISA).await, seen[0].published_at);
        state(room, GOOGLE, &number, "acted", true).await.expect("stated again");
        assert!(heard(room, CISA, head).await.is_empty());
        assert_eq!((acts(room, CISA).await, known(room, CISA, &number).await[0].published_at), (before, at));
        state(room, GOOGLE, &number, "acted", false).await.expect("withdrawn");
        assert!(known(room, CISA, &number).await.is_empty());
        let journal = test.caller(CISA).await.get(&crate::api::at("/journal?limit=200")).await.text();
        assert!(!journal.contains("\"acted\""), "{journal}");
        room.close().await;
    }

    async fn nobody_states_the_posture_of_others_or_without_the_role(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = shared(room).await;
        for who in ["analyst@google.example", "leadership@google.example"] {
            let refusal = state(room, who, &number, "acted", true).await;
            assert!(matches!(refusal, Err(Error::Forbidden(_))), "{who}");
        }
        for who in ["liaison@twitter.example", "room-admin@watchfloor.example"] {
            assert!(matches!(state(room, who, &number, "acted", true).await, Err(Error::NotFound)), "{who}");
        }
        assert_eq!(refused(state(room, GOOGLE, &number, "removed", true).await), ["posture"]);
        // There is no word for another's posture, and none for a deadline on it.
        let cisa = test.caller(CISA).await;
        let path = at(&format!("/incidents/{number}/posture"));
        for body in [
            json!({"posture": "acted", "organisation": "google"}),
            json!({"posture": "acted", "due_at": "2020-11-04T00:00:00Z"}),
            json!({"posture": "acted", "remind_at": "2020-11-04T00:00:00Z"}),
        ] {
            let reply = cisa.json(Method::PUT, &path, &body).await;
            assert!(reply.status.is_client_error(), "{body}: {}", reply.text());
        }
        let reply = cisa.json(Method::PUT, &path, &json!({"posture": "watching", "published": true})).await;
        assert_eq!((reply.status, reply.json()["organisation"].as_str()), (StatusCode::OK, Some("cisa")));
        assert_eq!(known(room, GOOGLE, &number).await[0].organisation.slug, "cisa");
        room.close().await;
    }

    async fn who_states_second_is_told_and_keeps_what_was_typed(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = shared(room).await;
        let browser = test.sign_in(GOOGLE).await;
        let action = format!("/incidents/{number}/posture");
        let token = browser.get(&format!("/incidents/{number}")).await.form_token(&action).expect("a form");
        state(room, "lead@google.example", &number, "watching", false).await.expect("stated");
        let fields = [("posture", "declined"), ("note", "typed with care"), ("version", "0")];
        let reply = browser.post(&action, &token, &fields).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        let page = reply.text();
        assert!(page.contains("typed with care") && page.contains("Thandiwe Norling stated it meanwhile"), "{page}");
        assert_eq!(known(room, GOOGLE, &number).await[0].posture, Posture::Watching);
        room.close().await;
    }
}
