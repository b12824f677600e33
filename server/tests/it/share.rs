//! The sharing ledger: what crosses, who answers, and what is taken back.

use app::model::share::{AWARENESS_BANNER, ShareState};
use server::service::{
    Error, board, live,
    share::{self, Step},
};

use crate::{
    base::{asker, both},
    story::{first_share, open, opened, post, refused, see, share_with, step},
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";

both! {
    async fn taking_a_share_back_hides_everything_at_once(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let viewer = asker(&room, GOOGLE).viewer;
        post(&room, GOOGLE, &number, |_| {}).await.expect("posted while shared");
        let before = live::head(&room).await.expect("a head");
        let id = first_share(&room, LEAD, &number, "google").await;
        step(&room, LEAD, id, Step::Revoke).await.expect("taken back");
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        assert!(matches!(share::find(&room, &viewer, id).await, Err(Error::NotFound)));
        let page = board::list(&room, &viewer, &app::model::board::BoardQuery::default(), 50).await;
        assert!(page.expect("a board").rows.is_empty());
        assert!(board::feed(&room, &viewer, false, None, 50).await.expect("a feed").0.is_empty());
        assert_eq!(board::tabs(&room, &viewer).await.expect("tabs").open, 0);
        let refusal = post(&room, GOOGLE, &number, |_| {}).await;
        assert!(matches!(refusal, Err(Error::NotFound)), "{refusal:?}");
        // An open stream hears once that it is gone, and nothing of what follows.
        let heard = heard(&room, &viewer, before).await;
        assert_eq!(heard.iter().filter(|event| event.data.contains("\"gone\":true")).count(), heard.len());
        assert_eq!(heard.len(), 1, "{heard:?}");
        let before = live::head(&room).await.expect("a head");
        post(&room, LEAD, &number, |_| {}).await.expect("posted");
        assert!(self::heard(&room, &viewer, before).await.is_empty());
        room.close().await;
    }

    async fn an_organisation_keeps_access_while_one_of_its_shares_stands(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let second = share_with(&room, LEAD, &number, "google").await.expect("shared again");
        let first = first_share(&room, LEAD, &number, "google").await;
        step(&room, LEAD, first, Step::Revoke).await.expect("taken back");
        see(&room, GOOGLE, &number).await.expect("the second share stands");
        step(&room, LEAD, second, Step::Revoke).await.expect("taken back");
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        share_with(&room, LEAD, &number, "google").await.expect("shared anew");
        see(&room, GOOGLE, &number).await.expect("sees it again");
        room.close().await;
    }

    async fn a_share_is_seen_acknowledged_and_answered_by_its_recipient(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = first_share(&room, LEAD, &number, "google").await;
        let state = async || share::find(&room, &asker(&room, LEAD).viewer, id).await.expect("a party").state;
        assert_eq!(state().await, ShareState::Delivered);
        assert!(matches!(step(&room, LEAD, id, Step::Acknowledge).await, Err(Error::Forbidden(_))));
        step(&room, GOOGLE, id, Step::Seen).await.expect("seen");
        assert_eq!(state().await, ShareState::Seen);
        step(&room, GOOGLE, id, Step::Acknowledge).await.expect("acknowledged");
        step(&room, GOOGLE, id, Step::Seen).await.expect("a later look changes nothing");
        assert_eq!(state().await, ShareState::Acknowledged);
        assert_eq!(refused(step(&room, GOOGLE, id, Step::Answer(" ".into())).await), ["text"]);
        step(&room, GOOGLE, id, Step::Answer("We see it too.".into())).await.expect("answered");
        assert_eq!(state().await, ShareState::Answered);
        assert_eq!(refused(step(&room, GOOGLE, id, Step::Answer("More.".into())).await), ["text"]);
        step(&room, LEAD, id, Step::Revoke).await.expect("taken back");
        assert!(matches!(step(&room, GOOGLE, id, Step::Acknowledge).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn a_third_organisation_knows_nothing_of_a_share(base) {
        let room = base.founded().await;
        let number = open(&room, "analyst@cisa.example", |input| input.share_with = vec!["google".into(), "fbi".into()]).await;
        let id = first_share(&room, LEAD, &number, "google").await;
        let fbi = asker(&room, "lead@fbi.example").viewer;
        assert!(matches!(share::find(&room, &fbi, id).await, Err(Error::NotFound)));
        assert!(matches!(step(&room, "lead@fbi.example", id, Step::Acknowledge).await, Err(Error::NotFound)));
        let incident = see(&room, "lead@fbi.example", &number).await.expect("visible");
        let (shares, _) = share::list(&room, &fbi, &incident, 0, 50).await.expect("a list");
        assert!(shares.iter().all(|share| share.to.slug == "fbi"), "{shares:?}");
        step(&room, GOOGLE, id, Step::Answer("Ours only.".into())).await.expect("answered");
        let query = server::service::entry::TimelineQuery { limit: 200, ..Default::default() };
        let timeline = server::service::entry::list(&room, &fbi, &incident, &query).await.expect("a timeline");
        assert!(timeline.entries.iter().all(|entry| entry.text != "Ours only."), "an answer is for the two");
        room.close().await;
    }

    async fn an_agency_that_shares_with_a_company_asks_for_nothing(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = first_share(&room, LEAD, &number, "google").await;
        let viewer = asker(&room, GOOGLE).viewer;
        assert_eq!(share::find(&room, &viewer, id).await.expect("a party").banner(), Some(AWARENESS_BANNER));
        let back = open(&room, "analyst@google.example", |input| input.share_with = vec!["cisa".into()]).await;
        let id = first_share(&room, "lead@google.example", &back, "cisa").await;
        assert_eq!(share::find(&room, &viewer, id).await.expect("a party").banner(), None);
        room.close().await;
    }

    async fn red_is_not_shared_but_named(base) {
        let room = base.founded().await;
        let number = open(&room, "lead@cisa.example", |input| {
            (input.tlp, input.share_with) = ("red".into(), vec![]);
            input.named = vec!["liaison@google.example".into()];
        }).await;
        assert_eq!(refused(share_with(&room, LEAD, &number, "fbi").await), ["named"]);
        see(&room, GOOGLE, &number).await.expect("named");
        assert!(matches!(see(&room, "lead@google.example", &number).await, Err(Error::NotFound)));
        assert!(matches!(see(&room, "analyst@cisa.example", &number).await, Err(Error::NotFound)));
        let id = first_share(&room, LEAD, &number, "google").await;
        step(&room, GOOGLE, id, Step::Acknowledge).await.expect("naming somebody is a row of the ledger");
        room.close().await;
    }
}

/// What a stream of this viewer says about everything after `seq`.
async fn heard(room: &server::service::Room, viewer: &app::policy::Viewer, seq: i64) -> Vec<live::Event> {
    let mut events = vec![];
    for change in live::changes(room, seq, None, 1_000).await.expect("changes") {
        if let Some(told) = live::Told::read(room, change).await.expect("read") {
            events.extend(told.events(room, viewer, app::policy::scope(viewer)).await.expect("events"));
        }
    }
    events
}
