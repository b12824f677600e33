//! Of whom it is asked to let something pass: that organisation reads the request, and none that comes into its place.

use app::model::{
    ShareId,
    id::Number,
    inbox::{ShareQuery, ShareTab},
    notice::{NoticeQuery, NoticeWhat},
    onward::OnwardState,
};
use axum::http::StatusCode;
use server::service::{
    Error, Noun, Room, history, live, notice,
    share::{self, Decision, OnwardDecision, UnshareInput},
    verify::{VerifyOptions, verify},
};

use crate::{
    base::{EACH, asker, both},
    handover::hand_over,
    leave::{comes_back, leaves},
    onward::{ask, decide, requests},
    story::{open, opened, post, refused, see, share_with, version},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const TWITTER: &str = "liaison@twitter.example";
const FBI: &str = "liaison@fbi.example";
const SECRET: &str = "For the eyes of CISA alone.";

async fn state(room: &Room, who: &str, id: ShareId) -> (OnwardState, String) {
    let onward = share::find_onward(room, &asker(room, who).viewer, id).await.expect("its own");
    (onward.state, onward.comment.clone())
}

async fn is_told(room: &Room, who: &str) -> bool {
    let query = NoticeQuery { all: true, ..NoticeQuery::default() };
    let page = notice::list(room, &asker(room, who).viewer, &query, 50).await.expect("a page");
    page.lines.iter().any(|line| line.what == NoticeWhat::OnwardLapsed)
}

/// CISA's, led by the FBI by now; Google takes part.
async fn led_by_fbi(room: &Room) -> Number {
    let number = opened(room).await;
    share_with(room, LEAD, &number, "fbi").await.expect("shared");
    hand_over(room, &number, LEAD, FBI).await;
    number
}

async fn asked(room: &Room, number: &Number) -> ShareId {
    ask(room, GOOGLE, number, |input| input.text = SECRET.into()).await.expect("asked").asked[0]
}

/// All that somebody gets to read: pages, calls, and what a stream would tell from its start.
async fn everything(test: &TestApp, who: &str, number: &Number) -> String {
    let (room, caller, browser) = (&test.app.room, test.caller(who).await, test.sign_in(who).await);
    let mut all = String::new();
    for path in [
        format!("/incidents/{number}/onward"),
        "/journal?limit=200".into(),
        "/notifications".into(),
        "/ledger".into(),
    ] {
        all += &caller.call(&path).await.text();
    }
    for path in [
        format!("/incidents/{number}"),
        "/shares".into(),
        "/shares?tab=done".into(),
        "/shares/ledger".into(),
        "/notifications".into(),
    ] {
        all += &browser.get(&path).await.text();
    }
    let viewer = asker(room, who).viewer;
    for change in live::changes(room, 0, None, 10_000).await.expect("changes") {
        if let Some(told) = live::Told::read(room, change).await.expect("read") {
            let events = told.events(room, &viewer, app::policy::scope(&viewer)).await.expect("events");
            all.extend(events.into_iter().map(|event| event.data));
        }
    }
    all
}

async fn acts(room: &Room, who: &str) -> usize {
    let page = history::list(room, &asker(room, who).viewer, None, 200).await.expect("acts");
    page.acts.iter().filter(|act| act.noun == "onward").count()
}

both! {
    async fn who_comes_into_the_place_of_the_originator_reads_no_request_to_it(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = led_by_fbi(room).await;
        let id = asked(room, &number).await;
        leaves(room, "cisa").await;
        // The FBI is asked from now on, and gets to read nothing of what was asked of CISA.
        assert_eq!(state(room, GOOGLE, id).await, (OnwardState::Lapsed, "FBI is asked now, no longer CISA".into()));
        assert!(is_told(room, GOOGLE).await, "the asker is told");
        assert!(!everything(&test, FBI, &number).await.contains(SECRET));
        assert_eq!(acts(room, FBI).await, 0);
        assert!(requests(room, FBI, ShareTab::Answer).await.is_empty());
        assert!(matches!(decide(room, FBI, id, OnwardDecision::Approve).await, Err(Error::NotFound)));
        // It can be asked anew, and passes.
        let anew = ask(room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        assert_eq!(requests(room, FBI, ShareTab::Answer).await, [anew]);
        decide(room, FBI, anew, OnwardDecision::Approve).await.expect("approved");
        see(room, TWITTER, &number).await.expect("it passed");
        assert!(verify(room, &VerifyOptions::default()).await.expect("walks").is_clean());
    }

    async fn a_request_ends_when_the_originator_is_back_or_has_no_part_any_more(base) {
        let room = base.founded().await;
        let (number, other) = (led_by_fbi(&room).await, led_by_fbi(&room).await);
        let ended = asked(&room, &other).await;
        let input = UnshareInput { organisation: "cisa".into(), version: version(&room, FBI, &other).await };
        share::unshare(room.clone(), asker(&room, FBI), EACH, other.clone(), input).await.expect("its part ends");
        assert_eq!(state(&room, GOOGLE, ended).await, (OnwardState::Lapsed, "CISA has no part in the incident any more".into()));
        let left = leaves(&room, "cisa").await;
        let id = asked(&room, &number).await;
        assert_eq!(requests(&room, FBI, ShareTab::Answer).await, [id]);
        comes_back(&room, "cisa", left).await;
        assert_eq!(state(&room, GOOGLE, id).await, (OnwardState::Lapsed, "CISA is back, and is asked once FBI has shared it with CISA again".into()));
        assert!(share::find_onward(&room, &asker(&room, LEAD).viewer, id).await.is_err(), "nor does CISA read what was asked of the FBI");
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn a_red_request_is_read_by_its_author_and_those_who_decide(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let before = live::head(room).await.expect("a head");
        let id = ask(room, GOOGLE, &number, |input| {
            (input.text, input.tlp, input.to, input.named) = (SECRET.into(), "red".into(), vec![], vec![TWITTER.into()]);
        }).await.expect("asked").asked[0];
        for who in ["analyst@google.example", "counsel@google.example", "analyst@cisa.example", "leadership@cisa.example"] {
            assert!(share::find_onward(room, &asker(room, who).viewer, id).await.is_err(), "{who}");
            assert!(!everything(&test, who, &number).await.contains(SECRET), "{who}");
            assert_eq!(acts(room, who).await, 0, "{who}");
            let viewer = asker(room, who).viewer;
            for change in live::changes(room, before, None, 100).await.expect("changes") {
                let Some(told) = live::Told::read(room, change).await.expect("read") else { continue };
                assert!(told.is_personal() || told.change.noun != Some(Noun::Onward));
                let events = told.events(room, &viewer, app::policy::scope(&viewer)).await.expect("events");
                assert!(events.iter().all(|event| !event.data.contains("onward")), "{who}");
            }
            let counts = share::count(room, &viewer).await.expect("counts");
            assert_eq!((counts.answer, counts.waiting), if who.contains("google") { (1, 0) } else { (0, 1) }, "{who}: the first share alone");
        }
        assert!(matches!(decide(room, "analyst@cisa.example", id, OnwardDecision::Approve).await, Err(Error::NotFound)));
        for who in [GOOGLE, LEAD, "liaison@cisa.example", "counsel@cisa.example"] {
            share::find_onward(room, &asker(room, who).viewer, id).await.expect(who);
        }
        decide(room, LEAD, id, OnwardDecision::Refuse("Not yet.".into())).await.expect("refused");
        for (who, reads) in [(GOOGLE, true), (LEAD, true), ("liaison@cisa.example", false), ("analyst@google.example", false)] {
            assert_eq!(share::find_onward(room, &asker(room, who).viewer, id).await.is_ok(), reads, "{who}");
            assert_eq!(everything(&test, who, &number).await.contains(SECRET), reads, "{who}");
        }
        assert!(verify(room, &VerifyOptions::default()).await.expect("walks").is_clean());
    }

    async fn whoever_decides_sees_first_what_the_recipient_would(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        share_with(room, LEAD, &number, "fbi").await.expect("shared");
        post(room, LEAD, &number, |input| input.text = "Calls from four precincts.".into()).await.expect("posted");
        post(room, LEAD, &number, |input| (input.text, input.audience) = ("Between us two.".into(), vec!["fbi".into()])).await.expect("posted");
        let id = ask(room, GOOGLE, &number, |input| input.named = vec![TWITTER.into()]).await.expect("asked").asked[0];
        let path = format!("/shares/{id}/preview");
        let lead = test.sign_in(LEAD).await;
        let inbox = lead.get("/shares").await.text();
        assert!(inbox.contains(&format!("href=\"{path}\"")), "{inbox}");
        for query in ["", "?reader=twitter", &format!("?reader={TWITTER}")] {
            let page = lead.get(&format!("{path}{query}")).await;
            assert_eq!(page.status, StatusCode::OK);
            let text = page.text();
            assert!(text.contains("You may see it too.") && text.contains("Calls from four precincts.") && text.contains("approved by"), "{text}");
            assert!(!text.contains("Between us two."), "{query}: what it will not see");
        }
        for (who, status) in [
            (GOOGLE, StatusCode::FORBIDDEN),
            ("leadership@cisa.example", StatusCode::FORBIDDEN),
            (FBI, StatusCode::NOT_FOUND),
            (TWITTER, StatusCode::NOT_FOUND),
            ("room-admin@watchfloor.example", StatusCode::NOT_FOUND),
        ] {
            assert_eq!(test.sign_in(who).await.get(&path).await.status, status, "{who}");
        }
        let done = lead.submit(&path, &format!("/shares/{id}/approve"), &[("version", "1"), ("next", "/shares")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        see(room, TWITTER, &number).await.expect("it passed");
        assert_eq!(lead.get(&path).await.status, StatusCode::NOT_FOUND, "nothing waits any more");
    }

    async fn counsel_lets_a_request_out_for_whom_it_was_held_for_alone(base) {
        let room = base.founded().await;
        let number = open(&room, "analyst@google.example", |input| input.share_with = vec!["doj".into(), "fbi".into()]).await;
        let made = ask(&room, FBI, &number, |input| input.text = "Please take it down.".into()).await.expect("taken");
        assert_eq!((made.asked.len(), made.held.len()), (0, 1), "an agency asks a company");
        leaves(&room, "google").await;
        let release = share::decide(room.clone(), asker(&room, "counsel@fbi.example"), EACH, made.held[0], 1, Decision::Release).await;
        assert_eq!(refused(release), ["comment"]);
        assert!(requests(&room, "lead@doj.example", ShareTab::Answer).await.is_empty());
        room.close().await;
    }

    async fn a_request_that_counsel_let_out_is_held_again_on_its_way_to_another_company(base) {
        let room = base.founded().await;
        let number = open(&room, "analyst@google.example", |input| input.share_with = vec!["fbi".into()]).await;
        let id = ask(&room, FBI, &number, |input| input.text = "Please take it down.".into()).await.expect("taken").held[0];
        let counsel = "counsel@fbi.example";
        share::decide(room.clone(), asker(&room, counsel), EACH, id, 1, Decision::Release).await.expect("let out to Google");
        decide(&room, "lead@google.example", id, OnwardDecision::Approve).await.expect("approved");
        let held = share::inbox(&room, &asker(&room, counsel).viewer, &ShareQuery::of(ShareTab::Held), 50).await.expect("a page").holds.clone();
        let waiting = held.iter().find(|hold| hold.state == app::model::hold::HoldState::Held).expect("to Twitter it is another crossing");
        assert!(matches!(see(&room, TWITTER, &number).await, Err(Error::NotFound)));
        share::decide(room.clone(), asker(&room, counsel), EACH, waiting.id, 1, Decision::Release).await.expect("released");
        see(&room, TWITTER, &number).await.expect("it passed");
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }
}
