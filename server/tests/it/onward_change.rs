//! What becomes of requests, and of what was passed on, when the incident changes under them: with pages and streams
//! open.

use app::model::{
    ShareId,
    id::Number,
    inbox::ShareTab,
    notice::{NoticeQuery, NoticeWhat},
    onward::OnwardState,
    share::ShareState,
};
use axum::http::StatusCode;
use server::service::{
    Error, Room,
    incident::{self, MarkingInput},
    notice,
    share::{self, Decision, OnwardDecision, Step},
    verify::{VerifyOptions, verify},
};

use crate::{
    base::{EACH, asker, both},
    handover::hand_over,
    live::Stream,
    onward::{ask, decide, requests},
    story::{first_share, open, opened, see, share_with, step, version},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const TWITTER: &str = "liaison@twitter.example";
const REDDIT: &str = "liaison@reddit.example";
const FBI: &str = "liaison@fbi.example";

async fn relabel(room: &Room, number: &Number, tlp: &str, named: &[&str]) {
    let named = named.iter().map(|word| (*word).to_owned()).collect();
    let version = version(room, LEAD, number).await;
    let input = MarkingInput { version, tlp: tlp.into(), reason: "As it is.".into(), named };
    incident::set_marking(room.clone(), asker(room, LEAD), EACH, number.clone(), input)
        .await
        .expect("marked");
}

async fn state(room: &Room, who: &str, id: ShareId) -> (OnwardState, String) {
    let onward = share::find_onward(room, &asker(room, who).viewer, id).await.expect("its own");
    (onward.state, onward.comment.clone())
}

async fn asked(room: &Room, number: &Number) -> ShareId {
    ask(room, GOOGLE, number, |_| {}).await.expect("asked").asked[0]
}

async fn passed(room: &Room, who: &str, number: &Number, to: &str) -> ShareId {
    let id = ask(room, who, number, |input| input.to = vec![to.into()]).await.expect("asked").asked[0];
    decide(room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
    id
}

async fn whats(room: &Room, who: &str) -> Vec<NoticeWhat> {
    let page =
        notice::list(room, &asker(room, who).viewer, &NoticeQuery::default(), 50).await.expect("a page");
    page.lines.iter().map(|line| line.what).collect()
}

both! {
    async fn a_request_ends_with_the_change_that_makes_it_impossible(base) {
        let room = base.founded().await;
        // The asker has no part any more: nobody decides, and the lead's list is empty at once.
        let number = opened(&room).await;
        let id = asked(&room, &number).await;
        let first = first_share(&room, LEAD, &number, "google").await;
        step(&room, LEAD, first, Step::Revoke).await.expect("taken back");
        assert_eq!(state(&room, LEAD, id).await, (OnwardState::Lapsed, "Google has no part in the incident any more".into()));
        assert!(requests(&room, LEAD, ShareTab::Answer).await.is_empty());
        assert_eq!(share::count(&room, &asker(&room, LEAD).viewer).await.expect("counts").answer, 0);
        assert!(matches!(decide(&room, LEAD, id, OnwardDecision::Approve).await, Err(Error::Conflict(_))));
        assert!(share::find_onward(&room, &asker(&room, GOOGLE).viewer, id).await.is_err(), "what is gone is gone for the asker");
        assert!(!whats(&room, GOOGLE).await.contains(&NoticeWhat::OnwardLapsed));
        // Shared anew, it stays ended.
        share_with(&room, LEAD, &number, "google").await.expect("shared");
        assert_eq!(state(&room, GOOGLE, id).await.0, OnwardState::Lapsed);

        // The label forbids it; the asker is told.
        let number = opened(&room).await;
        let id = asked(&room, &number).await;
        relabel(&room, &number, "amber+strict", &[]).await;
        assert_eq!(state(&room, GOOGLE, id).await, (OnwardState::Lapsed, "TLP:AMBER+STRICT is not passed on".into()));
        assert!(whats(&room, GOOGLE).await.contains(&NoticeWhat::OnwardLapsed));

        // RED goes to people: to nobody named, or from somebody who is not.
        for named in [vec![GOOGLE, LEAD], vec![LEAD]] {
            let number = opened(&room).await;
            let id = asked(&room, &number).await;
            relabel(&room, &number, "red", &named).await;
            assert_eq!(state(&room, LEAD, id).await.0, OnwardState::Lapsed, "{named:?}");
        }
        // What names people waits on.
        let number = opened(&room).await;
        let id = ask(&room, GOOGLE, &number, |input| input.named = vec![TWITTER.into()]).await.expect("asked").asked[0];
        relabel(&room, &number, "red", &[GOOGLE, LEAD]).await;
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        see(&room, TWITTER, &number).await.expect("named");
        assert!(matches!(see(&room, "lead@twitter.example", &number).await, Err(Error::NotFound)));

        // A looser label takes nothing away.
        let number = opened(&room).await;
        let id = asked(&room, &number).await;
        relabel(&room, &number, "green", &[]).await;
        assert_eq!(state(&room, GOOGLE, id).await.0, OnwardState::Asked);
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn a_request_waits_for_where_it_came_from_whoever_leads(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        share_with(&room, LEAD, &number, "fbi").await.expect("shared");
        let id = asked(&room, &number).await;
        hand_over(&room, &number, LEAD, FBI).await;
        assert_eq!(requests(&room, LEAD, ShareTab::Answer).await, [id], "where it came from decides");
        assert!(requests(&room, FBI, ShareTab::Answer).await.is_empty());
        assert!(matches!(decide(&room, FBI, id, OnwardDecision::Approve).await, Err(Error::NotFound)));
        assert!(share::find_onward(&room, &asker(&room, FBI).viewer, id).await.is_err());
        // The new lead asks like everybody else.
        let late = ask(&room, FBI, &number, |input| input.to = vec!["reddit".into()]).await.expect("asked").asked[0];
        hand_over(&room, &number, FBI, GOOGLE).await;
        assert_eq!(state(&room, GOOGLE, id).await.0, OnwardState::Asked, "also where the asker leads by then");
        assert_eq!(requests(&room, LEAD, ShareTab::Answer).await, [late, id]);
        decide(&room, LEAD, late, OnwardDecision::Approve).await.expect("approved");
        see(&room, REDDIT, &number).await.expect("it passed");
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn a_leave_stands_while_where_it_came_from_is_asked_and_ends_with_that(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        share_with(&room, LEAD, &number, "fbi").await.expect("shared");
        let id = ask(&room, FBI, &number, |input| input.text = "Please take it down.".into()).await.expect("asked").asked[0];
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        hand_over(&room, &number, LEAD, GOOGLE).await;
        let other = ask(&room, FBI, &number, |input| (input.text, input.to) = ("Please take it down.".into(), vec!["reddit".into()])).await.expect("asked").asked[0];
        decide(&room, LEAD, other, OnwardDecision::Approve).await.expect("approved");
        let release = |id| share::decide(room.clone(), asker(&room, "counsel@fbi.example"), EACH, id, 1, Decision::Release);
        release(id).await.expect("CISA, where it came from, was asked");
        see(&room, TWITTER, &number).await.expect("it passed");
        crate::leave::leaves(&room, "cisa").await;
        assert!(matches!(release(other).await, Err(Error::Forbidden(_))), "who is asked now was not");
        assert!(matches!(see(&room, REDDIT, &number).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn what_was_passed_on_goes_with_the_one_who_passed_it_on(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let passed = ask(&room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        decide(&room, LEAD, passed, OnwardDecision::Approve).await.expect("approved");
        let further = ask(&room, TWITTER, &number, |input| input.to = vec!["reddit".into()]).await.expect("asked").asked[0];
        decide(&room, LEAD, further, OnwardDecision::Approve).await.expect("approved");
        let kept = ask(&room, GOOGLE, &number, |input| input.to = vec!["fbi".into()]).await.expect("asked").asked[0];
        decide(&room, LEAD, kept, OnwardDecision::Approve).await.expect("approved");
        share_with(&room, LEAD, &number, "fbi").await.expect("shared by the lead, too");
        let first = first_share(&room, LEAD, &number, "google").await;
        step(&room, LEAD, first, Step::Revoke).await.expect("taken back");
        for who in [GOOGLE, TWITTER, "liaison@reddit.example"] {
            assert!(matches!(see(&room, who, &number).await, Err(Error::NotFound)), "{who}");
        }
        see(&room, FBI, &number).await.expect("the lead's own share stands");
        for id in [passed, further, kept] {
            let share = share::find(&room, &asker(&room, LEAD).viewer, id).await.expect("its ledger");
            assert_eq!(share.state, ShareState::Revoked);
        }
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn a_sender_takes_back_what_it_passed_on(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = ask(&room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        assert!(matches!(step(&room, TWITTER, id, Step::Revoke).await, Err(Error::Forbidden(_))));
        step(&room, GOOGLE, id, Step::Revoke).await.expect("taken back");
        assert!(matches!(see(&room, TWITTER, &number).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn two_that_passed_it_to_each_other_hold_neither(base) {
        let room = base.founded().await;
        let number = open(&room, LEAD, |input| {
            (input.tlp, input.share_with) = ("red".into(), vec![]);
            input.named = vec![GOOGLE.into(), TWITTER.into()];
        }).await;
        for (who, other) in [(GOOGLE, "analyst@twitter.example"), (TWITTER, "analyst@google.example")] {
            let ask = ask(&room, who, &number, |input| (input.to, input.named) = (vec![], vec![other.into()])).await;
            decide(&room, LEAD, ask.expect("asked").asked[0], OnwardDecision::Approve).await.expect("approved");
        }
        for to in ["google", "twitter"] {
            let id = first_share(&room, LEAD, &number, to).await;
            step(&room, LEAD, id, Step::Revoke).await.expect("taken back");
        }
        for who in [GOOGLE, TWITTER, "analyst@google.example", "analyst@twitter.example"] {
            assert!(matches!(see(&room, who, &number).await, Err(Error::NotFound)), "{who}");
        }
        room.close().await;
    }

    async fn what_was_passed_on_is_gone_from_open_pages_and_streams_at_once(base) {
        let test = TestApp::new(base).await;
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let room = &test.app.room;
        let number = opened(room).await;
        let id = passed(room, GOOGLE, &number, "twitter").await;
        let (google, twitter) = (test.sign_in(GOOGLE).await, test.sign_in(TWITTER).await);
        let page = format!("/incidents/{number}");
        for client in [&google, &twitter] {
            assert_eq!(client.get(&page).await.status, StatusCode::OK);
        }
        let mut streams = vec![];
        for client in [&google, &twitter] {
            streams.push(Stream::open(&test, client, "/live", None).await);
        }
        let first = first_share(room, LEAD, &number, "google").await;
        step(room, LEAD, first, Step::Revoke).await.expect("taken back");
        for stream in &mut streams {
            while !stream.next().await.expect("an event").data.contains("\"gone\":true") {}
        }
        for client in [&google, &twitter] {
            assert_eq!(client.get(&page).await.status, StatusCode::NOT_FOUND);
            for list in ["/shares", "/shares?tab=waiting", "/shares?tab=done", "/shares/ledger", "/board"] {
                assert!(!client.get(list).await.text().contains(&number.to_string()), "{list}");
            }
        }
        let late = step(room, TWITTER, id, Step::Answer("Too late.".into())).await;
        assert!(matches!(late, Err(Error::NotFound)), "{late:?}");
        pump.abort();
        room.close().await;
    }

    async fn a_screen_of_the_lead_reads_no_request_where_everybody_sees_the_incident(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = asked(&room, &number).await;
        relabel(&room, &number, "green", &[]).await;
        let viewer = asker(&room, LEAD).viewer;
        assert!(server::service::share::find_onward(&room, &viewer, id).await.is_ok(), "it waits on");
        let screen = app::policy::Viewer { roles: vec![app::model::Role::Screen], ..viewer };
        let found = server::service::share::find_onward(&room, &screen, id).await;
        assert!(matches!(found, Err(Error::NotFound)), "{found:?}");
        room.close().await;
    }

    async fn a_press_on_a_page_that_stands_open_is_told_what_became_of_it(base) {
        let test = TestApp::new(base).await;
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let room = &test.app.room;
        let number = opened(room).await;
        let id = asked(room, &number).await;
        let lead = test.sign_in(LEAD).await;
        let action = format!("/shares/{id}/approve");
        let token = lead.get("/shares").await.form_token(&action).expect("a form");
        let mut stream = Stream::open(&test, &lead, "/live", None).await;
        relabel(room, &number, "amber+strict", &[]).await;
        while !stream.next_named("notice").await.data.contains("\"onward\"") {}
        let reply = lead.post(&action, &token, &[("version", "1"), ("next", "/shares")]).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        assert!(reply.text().contains("It has ended meanwhile") && reply.text().contains("/shares?tab=answer"), "{}", reply.text());
        assert!(matches!(see(room, TWITTER, &number).await, Err(Error::NotFound)));
        pump.abort();
        room.close().await;
    }
}
