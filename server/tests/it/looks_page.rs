//! What lies beyond a page was not looked at: a list reads one row more than it shows.

use app::model::{
    ShareId,
    id::Number,
    inbox::{ShareQuery, ShareTab},
    share::ShareState,
};
use server::service::{
    Room, looks,
    share::{self, ShareInput},
};

use crate::{
    api::at,
    base::{Base, EACH, asker, both},
    onward::ask,
    story::{first_share, open, opened, post},
    test_app::TestApp,
};

const CISA: &str = "analyst@cisa.example";
const LEAD: &str = "lead@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const LIAISON: &str = "liaison@google.example";
const TWITTER: &str = "liaison@twitter.example";
/// Longer than a look counts as the same.
const LATER: i64 = 601;

/// Two RED incidents of CISA that name these besides.
async fn two_red(room: &Room, named: &[&str]) -> [Number; 2] {
    let named: Vec<String> = [CISA].iter().chain(named).map(|who| (*who).to_owned()).collect();
    let red = || {
        open(room, CISA, |input| {
            (input.tlp, input.share_with, input.named) = ("red".into(), vec![], named.clone());
        })
    };
    [red().await, red().await]
}

async fn lines(base: &Base) -> i64 {
    base.number("select count(*) from journal where noun = 'audit' and action = 'red_viewed'").await
}

/// A page of one row leaves one line, and a page of two leaves two.
async fn a_line_a_row(base: &Base, test: &TestApp, who: &str, list: &str) {
    let script = test.caller(who).await;
    let before = lines(base).await;
    for (limit, more) in [(1, 1), (2, 3)] {
        base.clock.advance(LATER);
        let reply = script.get(&at(&format!("{list}?limit={limit}"))).await;
        assert_eq!(reply.json()["items"].as_array().map(Vec::len), Some(limit), "{}", reply.text());
        assert_eq!(lines(base).await, before + more, "{list}: a page of {limit}");
    }
}

async fn state(room: &Room, id: ShareId) -> ShareState {
    share::find(room, &asker(room, CISA).viewer, id).await.expect("a party").state
}

both! {
    async fn a_share_beyond_a_page_of_the_ledger_was_not_seen(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (first, second) = (opened(room).await, opened(room).await);
        let (first, second) =
            (first_share(room, CISA, &first, "google").await, first_share(room, CISA, &second, "google").await);
        test.caller(LIAISON).await.get(&at("/ledger?limit=1")).await;
        assert_eq!((state(room, first).await, state(room, second).await), (ShareState::Delivered, ShareState::Seen));
        room.close().await;
    }

    async fn red_beyond_a_page_of_what_was_posted_was_not_looked_at(base) {
        let test = TestApp::new(base).await;
        for number in two_red(&test.app.room, &[LIAISON]).await {
            post(&test.app.room, CISA, &number, |_| {}).await.expect("posted");
        }
        a_line_a_row(base, &test, LIAISON, "/ledger/posts").await;
        test.app.room.close().await;
    }

    async fn red_beyond_a_page_of_notices_was_not_looked_at(base) {
        let test = TestApp::new(base).await;
        for number in two_red(&test.app.room, &[LIAISON]).await {
            post(&test.app.room, CISA, &number, |entry| entry.text = format!("Look, @{LIAISON}.")).await.expect("posted");
        }
        a_line_a_row(base, &test, LIAISON, "/notifications").await;
        test.app.room.close().await;
    }

    async fn red_beyond_a_page_of_what_is_held_was_not_looked_at(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        for number in two_red(room, &[COUNSEL]).await {
            let (to, named, text) = (vec!["google".into()], vec![LIAISON.into()], "Please remove it.".into());
            let input = ShareInput { to, named, text, ..ShareInput::default() };
            let made = share::share(room.clone(), asker(room, CISA), EACH, number, input).await.expect("taken");
            assert_eq!(made.held.len(), 1, "{made:?}");
        }
        a_line_a_row(base, &test, COUNSEL, "/holds").await;
        room.close().await;
    }

    async fn red_beyond_a_page_of_the_inbox_was_not_looked_at(base) {
        let room = base.founded().await;
        for number in [opened(&room).await, opened(&room).await] {
            let red = |input: &mut ShareInput| {
                (input.tlp, input.to, input.named) = ("red".into(), vec![], vec![TWITTER.into()]);
            };
            assert_eq!(ask(&room, LIAISON, &number, red).await.expect("asked").asked.len(), 1);
        }
        let lead = asker(&room, LEAD);
        let before = lines(base).await;
        for (limit, more) in [(1, 1), (2, 3)] {
            base.clock.advance(LATER);
            let tab = ShareQuery::of(ShareTab::Answer);
            let (page, looked) = looks::gather(share::inbox(&room, &lead.viewer, &tab, limit)).await;
            assert_eq!(page.expect("a page").requests.len() as i64, limit);
            looks::note(&room, &lead, looked).await.expect("noted");
            assert_eq!(lines(base).await, before + more, "a page of {limit}");
        }
        room.close().await;
    }
}
