//! Passing on what others lead: who asks, who decides, and who learns of it.

use app::model::{
    ShareId,
    id::Number,
    inbox::{ShareQuery, ShareTab},
    onward::OnwardState,
};
use axum::http::StatusCode;
use server::service::{
    Error, Room, history,
    incident::{self, MarkingInput},
    live,
    share::{self, Asked, Decision, OnwardDecision, ShareInput, Step},
    verify::{VerifyOptions, verify},
};

use crate::{
    base::{EACH, asker, both},
    story::{first_share, open, opened, refused, see, share_with, step, version},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const TWITTER: &str = "liaison@twitter.example";
const FBI: &str = "liaison@fbi.example";

pub(crate) async fn ask(
    room: &Room,
    who: &str,
    number: &Number,
    change: impl FnOnce(&mut ShareInput),
) -> Result<Asked, Error> {
    let mut input = ShareInput {
        to: vec!["twitter".into()],
        text: "You may see it too.".into(),
        ..ShareInput::default()
    };
    change(&mut input);
    share::ask(room.clone(), asker(room, who), EACH, number.clone(), input).await
}

pub(crate) async fn decide(
    room: &Room,
    who: &str,
    id: ShareId,
    decision: OnwardDecision,
) -> Result<bool, Error> {
    share::decide_onward(room.clone(), asker(room, who), EACH, id, Some(1), decision)
        .await
        .map(|done| done.held)
}

pub(crate) async fn requests(room: &Room, who: &str, tab: ShareTab) -> Vec<ShareId> {
    let page = share::inbox(room, &asker(room, who).viewer, &ShareQuery::of(tab), 50).await.expect("a page");
    page.requests.iter().map(|onward| onward.id).collect()
}

both! {
    async fn the_lead_lets_a_share_pass_and_the_ledger_says_who_did(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = ask(&room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        assert!(matches!(see(&room, TWITTER, &number).await, Err(Error::NotFound)), "nothing crosses yet");
        assert_eq!((requests(&room, LEAD, ShareTab::Answer).await, requests(&room, GOOGLE, ShareTab::Waiting).await), (vec![id], vec![id]));
        let counts = share::count(&room, &asker(&room, LEAD).viewer).await.expect("counts");
        assert_eq!(counts.answer, 1);
        for who in [GOOGLE, "counsel@google.example"] {
            assert!(matches!(decide(&room, who, id, OnwardDecision::Approve).await, Err(Error::Forbidden(_))), "{who}");
        }
        for who in [TWITTER, FBI, "room-admin@watchfloor.example", "auditor@watchfloor.example"] {
            assert!(matches!(decide(&room, who, id, OnwardDecision::Approve).await, Err(Error::NotFound)), "{who}");
            assert!(share::find_onward(&room, &asker(&room, who).viewer, id).await.is_err(), "{who}");
        }
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        see(&room, TWITTER, &number).await.expect("it passed");
        let share = share::find(&room, &asker(&room, TWITTER).viewer, id).await.expect("a party");
        assert_eq!((share.from.organisation.slug.as_str(), share.approved_by.as_ref().map(|p| p.email.as_str())), ("google", Some(LEAD)));
        share::find(&room, &asker(&room, LEAD).viewer, id).await.expect("who let it pass reads it");
        assert!(matches!(decide(&room, LEAD, id, OnwardDecision::Approve).await, Err(Error::Conflict(_))), "once");
        assert!(requests(&room, LEAD, ShareTab::Answer).await.is_empty());
        assert!(verify(&room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn a_refusal_reaches_the_asker_alone(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        share_with(&room, LEAD, &number, "fbi").await.expect("shared");
        let before = live::head(&room).await.expect("a head");
        let id = ask(&room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        decide(&room, LEAD, id, OnwardDecision::Refuse("They have it from the office.".into())).await.expect("refused");
        let onward = share::find_onward(&room, &asker(&room, GOOGLE).viewer, id).await.expect("its own");
        assert_eq!(onward.comment, "They have it from the office.");
        assert_eq!(requests(&room, GOOGLE, ShareTab::Done).await, [id]);
        // The FBI takes part, and hears and reads nothing of it.
        let viewer = asker(&room, FBI).viewer;
        for change in live::changes(&room, before, None, 100).await.expect("changes") {
            let Some(told) = live::Told::read(&room, change).await.expect("read") else { continue };
            assert!(told.events(&room, &viewer, app::policy::scope(&viewer)).await.expect("events").is_empty());
        }
        let nouns = |page: &history::History| page.acts.iter().filter(|act| act.noun == "onward").count();
        assert_eq!(nouns(&history::list(&room, &viewer, None, 200).await.expect("acts")), 0);
        for who in [GOOGLE, LEAD] {
            assert_eq!(nouns(&history::list(&room, &asker(&room, who).viewer, None, 200).await.expect("acts")), 2, "{who}");
        }
        assert!(matches!(see(&room, TWITTER, &number).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn the_label_says_whether_one_asks(base) {
        let room = base.founded().await;
        let strict = open(&room, LEAD, |input| input.tlp = "amber+strict".into()).await;
        assert_eq!(refused(ask(&room, GOOGLE, &strict, |_| {}).await), ["to"]);
        let amber = opened(&room).await;
        assert_eq!(refused(ask(&room, GOOGLE, &amber, |input| input.tlp = "amber+strict".into()).await), ["tlp"]);
        // Those who see it already are told at once, the lead too.
        let told = ask(&room, GOOGLE, &strict, |input| input.to = vec!["cisa".into()]).await.expect("told");
        assert_eq!((told.asked.len(), told.shares.len()), (0, 1));
        let green = open(&room, LEAD, |input| input.tlp = "green".into()).await;
        let told = ask(&room, FBI, &green, |_| {}).await.expect("shared");
        assert_eq!((told.asked.len(), told.shares.len()), (0, 1), "everybody sees it");
        let input = MarkingInput { version: version(&room, LEAD, &green).await, tlp: "amber".into(), reason: "x".into(), named: vec![] };
        incident::set_marking(room.clone(), asker(&room, LEAD), EACH, green.clone(), input).await.expect("tightened");
        assert!(matches!(see(&room, TWITTER, &green).await, Err(Error::NotFound)), "whom only others told has no part in it");
        // RED needs names, and the lead.
        let red = open(&room, LEAD, |input| {
            (input.tlp, input.share_with, input.named) = ("red".into(), vec![], vec![GOOGLE.into()]);
        }).await;
        assert_eq!(refused(ask(&room, GOOGLE, &red, |_| {}).await), ["named"]);
        let id = ask(&room, GOOGLE, &red, |input| (input.to, input.named) = (vec![], vec![TWITTER.into()])).await.expect("asked").asked[0];
        assert!(matches!(see(&room, TWITTER, &red).await, Err(Error::NotFound)));
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        see(&room, TWITTER, &red).await.expect("named");
        assert!(matches!(see(&room, "lead@twitter.example", &red).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn a_request_tells_nothing_of_an_incident(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        for who in [TWITTER, "lead@fbi.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"] {
            let free: Number = if number.to_string() == "WF-0001" { "WF-0002" } else { "WF-0001" }.parse().expect("a number");
            for asked in [&number, &free] {
                assert!(matches!(ask(&room, who, asked, |_| {}).await, Err(Error::NotFound)), "{who} {asked}");
            }
        }
        assert!(matches!(ask(&room, LEAD, &number, |_| {}).await, Err(Error::Forbidden(_))), "who leads shares itself");
        assert!(matches!(ask(&room, "leadership@google.example", &number, |_| {}).await, Err(Error::Forbidden(_))));
        room.close().await;
    }

    async fn what_an_agency_passes_on_is_held_by_the_same_rules(base) {
        let room = base.founded().await;
        let number = open(&room, LEAD, |input| input.share_with = vec!["fbi".into()]).await;
        let id = ask(&room, FBI, &number, |input| input.text = "Please take it down.".into()).await.expect("asked").asked[0];
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        let held = share::count(&room, &asker(&room, FBI).viewer).await.expect("counts").held;
        let lead = share::find_onward(&room, &asker(&room, LEAD).viewer, id).await.expect("its own");
        assert_eq!((held, lead.state), (1, OnwardState::Approved), "counsel of the FBI looks first, and the lead does not hear of it");
        assert!(matches!(see(&room, TWITTER, &number).await, Err(Error::NotFound)));
        share::decide(room.clone(), asker(&room, "counsel@fbi.example"), EACH, id, 1, Decision::Release).await.expect("released");
        let share = share::find(&room, &asker(&room, TWITTER).viewer, id).await.expect("delivered");
        assert_eq!(share.approved_by.as_ref().map(|p| p.email.as_str()), Some(LEAD));
        // To a lead that is a company the very request is held.
        let theirs = open(&room, "analyst@google.example", |input| input.share_with = vec!["fbi".into()]).await;
        let made = ask(&room, FBI, &theirs, |input| input.text = "Please take it down.".into()).await.expect("taken");
        assert_eq!((made.asked.len(), made.held.len()), (0, 1));
        assert!(requests(&room, "lead@google.example", ShareTab::Answer).await.is_empty());
        share::decide(room.clone(), asker(&room, "counsel@fbi.example"), EACH, made.held[0], 1, Decision::Release).await.expect("released");
        assert_eq!(requests(&room, "lead@google.example", ShareTab::Answer).await, [made.held[0]]);
        room.close().await;
    }

    async fn whoever_asked_takes_it_back_while_it_waits(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = ask(&room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        assert!(matches!(decide(&room, LEAD, id, OnwardDecision::Withdraw).await, Err(Error::Forbidden(_))), "the lead refuses");
        assert!(matches!(decide(&room, "leadership@google.example", id, OnwardDecision::Withdraw).await, Err(Error::Forbidden(_))));
        assert!(matches!(decide(&room, TWITTER, id, OnwardDecision::Withdraw).await, Err(Error::NotFound)));
        decide(&room, GOOGLE, id, OnwardDecision::Withdraw).await.expect("withdrawn");
        assert!(requests(&room, LEAD, ShareTab::Answer).await.is_empty());
        assert!(matches!(decide(&room, LEAD, id, OnwardDecision::Approve).await, Err(Error::Conflict(_))));
        assert_eq!(requests(&room, GOOGLE, ShareTab::Done).await, [id]);
        room.close().await;
    }

    async fn what_two_tell_each_other_gives_no_part_in_it_and_nobody_hears(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        share_with(room, LEAD, &number, "fbi").await.expect("shared");
        let before = (live::head(room).await.expect("a head"), version(room, LEAD, &number).await);
        let input = |input: &mut ShareInput| (input.to, input.text) = (vec!["google".into()], "Between us.".into());
        let told = ask(room, FBI, &number, input).await.expect("told").shares[0];
        step(room, GOOGLE, told, Step::Answer("Thank you.".into())).await.expect("answered");
        let lead = asker(room, LEAD).viewer;
        for change in live::changes(room, before.0, None, 100).await.expect("changes") {
            let Some(heard) = live::Told::read(room, change).await.expect("read") else { continue };
            assert!(heard.events(room, &lead, app::policy::scope(&lead)).await.expect("events").is_empty());
        }
        assert_eq!(version(room, LEAD, &number).await, before.1, "no version moves");
        assert!(share::find(room, &lead, told).await.is_err());
        // The lead takes its own share back: what the FBI told keeps Google nothing.
        let first = first_share(room, LEAD, &number, "google").await;
        step(room, LEAD, first, Step::Revoke).await.expect("taken back");
        assert!(matches!(see(room, GOOGLE, &number).await, Err(Error::NotFound)));
        step(room, FBI, told, Step::Revoke).await.expect("taken back");
        assert!(verify(room, &VerifyOptions::default()).await.expect("walks").is_clean());
        // Of what everybody sees, nothing stands in the timeline.
        let green = open(room, LEAD, |input| input.tlp = "green".into()).await;
        let told = ask(room, FBI, &green, |input| input.tlp = "amber".into()).await.expect("told").shares[0];
        step(room, TWITTER, told, Step::Answer("For you alone.".into())).await.expect("answered");
        let reddit = test.caller("liaison@reddit.example").await;
        let timeline = reddit.read(&format!("/incidents/{green}/entries")).await.to_string();
        assert!(!timeline.contains("For you alone") && !timeline.contains("Twitter"), "{timeline}");
        room.close().await;
    }

    async fn one_press_in_the_inbox_lets_it_pass(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let google = test.sign_in(GOOGLE).await;
        let (page, action) = (format!("/incidents/{number}"), format!("/incidents/{number}/onward"));
        let empty = google.submit(&page, &action, &[("to", "twitter"), ("text", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let sent = google.submit(&page, &action, &[("to", "twitter"), ("text", "Let them see it.")]).await;
        assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text());
        assert!(google.get("/shares?tab=waiting").await.text().contains("Waits for CISA"));
        let id = requests(room, LEAD, ShareTab::Answer).await[0];
        let lead = test.sign_in(LEAD).await;
        let done = lead.submit("/shares", &format!("/shares/{id}/approve"), &[("version", "1"), ("next", "/shares")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        see(room, TWITTER, &number).await.expect("it passed");
        room.close().await;
    }
}
