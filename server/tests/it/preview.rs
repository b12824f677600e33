//! The preview of a share: what the recipient will see, and nothing that its reader may not.

use app::model::id::Number;
use axum::http::StatusCode;
use server::service::{
    Room,
    indicator::{self, IndicatorInput},
    posture::{self, PostureInput},
};

use crate::{
    base::{EACH, asker, both},
    story::{open, opened, post, share_with},
    test_app::{Client, Reply, TestApp},
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";

async fn look(client: &Client, number: &Number, fields: &[(&str, &str)]) -> Reply {
    let (page, action) = (format!("/incidents/{number}?form=shares"), format!("/incidents/{number}/shares"));
    client.submit(&page, &action, fields).await
}

async fn see_domain(room: &Room, who: &str, number: &Number) {
    let input =
        IndicatorInput { kind: "domain".into(), value: "polls-info.example".into(), note: String::new() };
    indicator::add(room.clone(), asker(room, who), EACH, number.clone(), input).await.expect("added");
}

both! {
    async fn a_preview_shows_the_page_as_the_recipient_will_find_it_and_sends_nothing(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        share_with(room, LEAD, &number, "fbi").await.expect("shared");
        post(room, LEAD, &number, |input| input.text = "For all who take part.".into()).await.expect("posted");
        post(room, LEAD, &number, |input| (input.text, input.audience) = ("Between the agencies.".into(), vec!["fbi".into()])).await.expect("posted");
        let named = || vec![LEAD.to_owned()];
        post(room, LEAD, &number, |input| (input.text, input.tlp, input.named) = ("For one pair of eyes.".into(), "red".into(), named())).await.expect("posted");
        let input = PostureInput { posture: "watching".into(), note: "Our own note.".into(), published: false, version: None };
        posture::state(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("stated");
        let lead = test.sign_in(LEAD).await;
        let before = base.number("select count(*) from journal where noun <> 'audit'").await;
        let fields = [("to", "twitter"), ("purpose", "question"), ("text", "Do you see it too?"), ("tlp", "amber+strict"), ("foreign_nexus", "suspected"), ("preview", "1")];
        let reply = look(&lead, &number, &fields).await;
        assert_eq!(reply.status, StatusCode::OK, "{}", reply.text());
        let page = reply.text();
        for shown in ["As Twitter will see it", "Do you see it too?", "No action is", "AMBER+STRICT", "Suspected", "For all who take part.", "Delivered at once"] {
            assert!(page.contains(shown), "{shown}");
        }
        for hidden in ["Between the agencies.", "For one pair of eyes.", "Our own note."] {
            assert!(!page.contains(hidden), "{hidden}");
        }
        for words in ["for CISA, FBI only", "TLP:RED, for the people named there", "posture, which is not published", "shares with other organisations"] {
            assert!(page.contains(words), "{words}");
        }
        assert!(page.contains("name=\"purpose\" value=\"question\"") && page.contains("name=\"tlp\" value=\"amber+strict\""), "what was typed goes on");
        assert_eq!(base.number("select count(*) from journal where noun <> 'audit'").await, before, "nothing happened");
        // The way back keeps it too, and the way on sends it.
        let action = format!("/incidents/{number}/shares");
        let token = reply.form_token(&action).expect("a form");
        let back = lead.post(&action, &token, &[("to", "twitter"), ("text", "Do you see it too?"), ("change", "1")]).await;
        assert!(back.status == StatusCode::OK && back.text().contains("Do you see it too?"));
        let token = back.form_token(&action).expect("a form");
        let sent = lead.post(&action, &token, &fields[..5]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        room.close().await;
    }

    async fn a_preview_says_what_will_be_held_and_by_which_rule(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let lead = test.sign_in(LEAD).await;
        let page = look(&lead, &number, &[("to", "twitter"), ("to", "fbi"), ("text", "Please remove it."), ("preview", "1")]).await.text();
        assert!(page.contains("Held for counsel") && page.contains("ask for moderation") && page.contains("Delivered at once"), "{page}");
        let faulty = look(&lead, &number, &[("to", "twitter"), ("text", " "), ("preview", "1")]).await;
        assert_eq!(faulty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(faulty.text().contains("Nothing was shared."));
        room.close().await;
    }

    async fn a_preview_tells_its_reader_nothing_that_the_recipient_alone_knows(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        post(room, GOOGLE, &number, |input| (input.text, input.audience) = ("Inside Google only.".into(), vec!["google".into()])).await.expect("posted");
        let input = PostureInput { posture: "investigating".into(), note: "Google's note.".into(), published: false, version: None };
        posture::state(room.clone(), asker(room, GOOGLE), EACH, number.clone(), input).await.expect("stated");
        // Three other incidents with the same domain: of Google alone, of CISA alone, of both.
        let theirs = open(room, "analyst@google.example", |input| input.share_with = vec![]).await;
        let own = open(room, LEAD, |input| input.share_with = vec![]).await;
        let both = opened(room).await;
        see_domain(room, GOOGLE, &theirs).await;
        for other in [&number, &own, &both] {
            see_domain(room, LEAD, other).await;
        }
        let lead = test.sign_in(LEAD).await;
        let page = look(&lead, &number, &[("to", "google"), ("text", "A question."), ("preview", "1")]).await.text();
        for hidden in ["Inside Google only.", "Google's note.", "nvestigating", &theirs.to_string()] {
            assert!(!page.contains(hidden), "{hidden}");
        }
        let frame = &page[page.find("pv-frame").expect("a frame")..];
        assert!(!frame.contains(&own.to_string()), "what Google does not see is not in its picture");
        assert!(frame.contains(&both.to_string()));
        room.close().await;
    }

    async fn red_is_previewed_through_the_eyes_of_the_named(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| (input.tlp, input.share_with) = ("red".into(), vec![])).await;
        let lead = test.sign_in(LEAD).await;
        let reply = look(&lead, &number, &[("named", GOOGLE), ("text", "For you alone."), ("preview", "1")]).await;
        let page = reply.text();
        assert!(page.contains("(Google) will see it"), "{page}");
        assert!(page.contains("1 entry of the timeline: TLP:RED"), "the opening names others");
        let unnamed = look(&lead, &number, &[("text", "For whom?"), ("preview", "1")]).await;
        assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
        room.close().await;
    }

    async fn ready_words_are_put_in_and_what_was_typed_stays(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let lead = test.sign_in(LEAD).await;
        let page = look(&lead, &number, &[("to", "twitter"), ("template", "question"), ("use_template", "1")]).await.text();
        assert!(page.contains("do you see it too?") && page.contains(&format!("A question about facts on {number}")), "{page}");
        let page = look(&lead, &number, &[("text", "My own words."), ("template", "safety"), ("use_template", "1")]).await.text();
        assert!(page.contains("My own words.") && page.contains("Danger to life"));
        room.close().await;
    }

    async fn who_may_not_share_previews_nothing(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let action = format!("/incidents/{number}/shares");
        for (who, status) in [(GOOGLE, StatusCode::FORBIDDEN), ("lead@fbi.example", StatusCode::NOT_FOUND), ("auditor@watchfloor.example", StatusCode::NOT_FOUND)] {
            let client = test.sign_in(who).await;
            let token = crate::authorisation::form_token(&test, &client, &action);
            for button in ["preview", "use_template", "change"] {
                if button != "preview" && status == StatusCode::FORBIDDEN {
                    continue;
                }
                let reply = client.post(&action, &token, &[("to", "twitter"), ("text", "x"), (button, "1")]).await;
                assert_eq!(reply.status, status, "{who} {button}");
            }
        }
        room.close().await;
    }
}
