//! What stands in an incident before somebody joins: counsel lets out what it was shown, and no more.

use server::service::{
    Error,
    share::{self, Decision, ShareInput},
};

use crate::{
    base::{EACH, asker, both},
    bulk::alone,
    moderation::{decide, holds},
    story::{self, open, post, see, share_with},
};

const LEAD: &str = "lead@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const ASKING: &str = "Please take down the page.";

both! {
    async fn counsel_lets_out_no_more_than_it_was_shown(base) {
        let room = base.founded().await;
        let number = alone(&room, 1).await.remove(0);
        let give = async |text: &str| {
            let input = ShareInput { to: vec!["google".into()], text: text.into(), ..ShareInput::default() };
            share::share(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("taken").held[0]
        };
        let first = give(ASKING).await;
        post(&room, LEAD, &number, |input| input.text = "They should suspend the account.".into()).await.expect("posted");
        assert_eq!(story::refused(decide(&room, COUNSEL, first, Decision::Release).await), ["comment"]);
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        decide(&room, COUNSEL, first, Decision::Return("Send it again.".into())).await.expect("returned");
        let second = give(ASKING).await;
        assert_eq!(holds(&room, COUNSEL).await[0].reasons.len(), 2, "its own words, and what stands there");
        decide(&room, COUNSEL, second, Decision::Release).await.expect("released");
        see(&room, GOOGLE, &number).await.expect("delivered");
        room.close().await;
    }

    async fn two_entries_of_one_minute_with_the_same_words_are_two(base) {
        let room = base.founded().await;
        let number = alone(&room, 1).await.remove(0);
        let write = async || post(&room, LEAD, &number, |input| input.text = ASKING.into()).await.expect("posted");
        let give = async || {
            let input = ShareInput { to: vec!["google".into()], text: "For your picture.".into(), ..ShareInput::default() };
            share::share(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("taken").held[0]
        };
        write().await;
        let first = give().await;
        write().await;
        assert_eq!(story::refused(decide(&room, COUNSEL, first, Decision::Release).await), ["comment"], "counsel saw one");
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        decide(&room, COUNSEL, first, Decision::Return("Send it again.".into())).await.expect("returned");
        let second = give().await;
        let why = holds(&room, COUNSEL).await[0].reasons[0].why.clone();
        assert!(why.contains(" and 1 more: "), "{why}");
        decide(&room, COUNSEL, second, Decision::Release).await.expect("it saw both");
        see(&room, GOOGLE, &number).await.expect("delivered");
        room.close().await;
    }

    async fn a_reason_tells_of_no_entry_that_its_sender_does_not_see(base) {
        let room = base.founded().await;
        let number = open(&room, LEAD, |input| input.share_with = vec!["fbi".into(), "doj".into()]).await;
        post(&room, "liaison@fbi.example", &number, |input| (input.text, input.audience) = (ASKING.into(), vec!["doj".into()])).await.expect("posted");
        share_with(&room, LEAD, &number, "google").await.expect("delivered: what is narrowed to others stays hidden from who joins");
        assert!(holds(&room, COUNSEL).await.is_empty());
        room.close().await;
    }
}
