//! Shares that wait for counsel: the recipient learns nothing before the release.

use app::model::{
    ShareId,
    hold::HoldState,
    id::Number,
    inbox::{ShareQuery, ShareTab},
    ledger::LedgerQuery,
    share::ShareState,
};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error, Result, Room, history, ledger, live,
    share::{self, Decision, ShareInput, Shared, Stepped},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    story::{open, refused, see},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const ASKING: &str = "Please remove the page and suspend the account.";

async fn give(room: &Room, who: &str, number: &Number, to: &str, text: &str) -> Shared {
    let input = ShareInput { to: vec![to.into()], text: text.into(), ..ShareInput::default() };
    share::share(room.clone(), asker(room, who), EACH, number.clone(), input).await.expect("taken")
}

async fn decide(room: &Room, who: &str, id: ShareId, decision: Decision) -> Result<Stepped> {
    share::decide(room.clone(), asker(room, who), EACH, id, 1, decision).await
}

/// An incident of CISA that nobody else sees.
async fn alone(room: &Room) -> Number {
    open(room, "analyst@cisa.example", |input| input.share_with = vec![]).await
}

async fn acts(room: &Room, who: &str) -> Vec<String> {
    let page = history::list(room, &asker(room, who).viewer, None, 200).await.expect("acts");
    page.acts.iter().map(|act| format!("{} {}", act.noun, act.action)).collect()
}

async fn heard(room: &Room, who: &str, seq: i64) -> usize {
    let viewer = asker(room, who).viewer;
    let mut count = 0;
    for change in live::changes(room, seq, None, 1_000).await.expect("changes") {
        if let Some(told) = live::Told::read(room, change).await.expect("read") {
            count += told.events(room, &viewer, app::policy::scope(&viewer)).await.expect("events").len();
        }
    }
    count
}

both! {
    async fn nothing_is_decided_while_it_cannot_be_read_who_gave_its_author_the_means(base) {
        let room = base.founded().await;
        let number = alone(&room).await;
        let id = give(&room, LEAD, &number, "google", ASKING).await.held[0];
        base.execute(
            "insert into journal (seq, at, person_id, organisation_id, incident_id, noun, noun_id, action, body, request, \
             salt, previous, hash) select (select max(seq) + 1 from journal), j.at, j.person_id, j.organisation_id, null, \
             'person', p.id, 'roles_set', 'no JSON', j.request, j.salt, j.previous, j.hash from journal j, person p \
             where p.email = 'lead@cisa.example' order by j.seq desc limit 1",
        ).await.expect("written");
        let decided = decide(&room, COUNSEL, id, Decision::Release).await;
        assert!(matches!(decided, Err(Error::Internal(_))), "{decided:?}");
        assert_eq!(base.pairs("select state, kind from hold").await[0].0, "held");
        assert_eq!(base.number("select count(*) from share").await, 0, "nothing crossed");
        room.close().await;
    }

    async fn what_goes_along_and_why_it_waits_is_not_left_out_where_it_cannot_be_read(base) {
        let room = base.founded().await;
        let number = alone(&room).await;
        let id = give(&room, LEAD, &number, "google", ASKING).await.held[0];
        let viewer = asker(&room, COUNSEL).viewer;
        for (column, good) in [("exhibits", "[]"), ("entries", "[]"), ("named", "[]"), ("reasons", "[]")] {
            base.execute(&format!("update hold set {column} = 'no JSON'")).await.expect("spoilt");
            assert!(matches!(share::find_hold(&room, &viewer, id).await, Err(Error::Internal(_))), "{column}");
            assert!(matches!(share::list_holds(&room, &viewer, i64::MAX, 50).await, Err(Error::Internal(_))), "{column}");
            let ledger = ledger::ledger(&room, &viewer, &LedgerQuery::default(), 50).await;
            assert!(column == "reasons" || matches!(ledger, Err(Error::Internal(_))), "{column}: {ledger:?}");
            base.execute(&format!("update hold set {column} = '{good}'")).await.expect("mended");
        }
        share::find_hold(&room, &viewer, id).await.expect("read");
        room.close().await;
    }

    async fn what_asks_a_company_for_moderation_waits_and_the_company_learns_nothing(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        // GREEN: Google sees the incident already, and still nothing of the share.
        for tlp in ["amber", "green"] {
            let number = open(room, "analyst@cisa.example", |input| {
                (input.tlp, input.share_with) = (tlp.into(), vec![]);
            }).await;
            let (google, fbi) = (acts(room, GOOGLE).await, acts(room, "lead@fbi.example").await);
            let (head, version) = (live::head(room).await.expect("a head"), see(room, LEAD, &number).await.expect("seen").version);
            let shared = give(room, LEAD, &number, "google", ASKING).await;
            assert_eq!((shared.shares.len(), shared.held.len()), (0, 1));
            let id = shared.held[0];
            assert_eq!(see(room, GOOGLE, &number).await.is_ok(), tlp == "green", "no access before the release");
            assert_eq!(see(room, LEAD, &number).await.expect("seen").version, version, "no version moves");
            assert_eq!(acts(room, GOOGLE).await, google);
            assert_eq!(acts(room, "lead@fbi.example").await, fbi);
            for who in [GOOGLE, "counsel@google.example", "lead@fbi.example"] {
                assert_eq!(heard(room, who, head).await, 0, "{who}");
                let viewer = asker(room, who).viewer;
                let counts = share::count(room, &viewer).await.expect("counts");
                assert_eq!((counts.answer, counts.waiting, counts.held), (0, 0, 0), "{who}");
                assert!(matches!(share::find(room, &viewer, id).await, Err(Error::NotFound)));
                assert!(matches!(share::find_hold(room, &viewer, id).await, Err(Error::NotFound)));
                for tab in ShareTab::ALL {
                    let page = share::inbox(room, &viewer, &ShareQuery::of(*tab), 50).await.expect("a page");
                    assert!(page.lines.is_empty() && page.holds.is_empty(), "{who} {tab}");
                }
                let script = test.caller(who).await;
                for path in ["/journal?limit=200", "/incidents"] {
                    let text = script.get(&at(path)).await.text();
                    assert!(!text.contains("suspend") && !text.contains(&id.to_string()) && !text.contains("\"noun\":\"hold\""), "{who} {path}");
                }
                let browser = test.sign_in(who).await;
                for path in ["/shares?tab=held", "/shares", &format!("/incidents/{number}")] {
                    let text = browser.get(path).await.text();
                    assert!(!text.contains("suspend the account"), "{who} {path}");
                }
                let there = script.json(Method::POST, &at(&format!("/shares/{id}/seen")), &json!({})).await;
                let absent = script.json(Method::POST, &at("/shares/99999999-2222-4333-8444-555555555555/seen"), &json!({})).await;
                assert_eq!((there.status, &there.bytes), (StatusCode::NOT_FOUND, &absent.bytes));
            }
            decide(room, COUNSEL, id, Decision::Refuse("Not in these words.".into())).await.expect("refused");
            assert_eq!(heard(room, GOOGLE, head).await, 0, "a refusal is no news either");
        }
        room.close().await;
    }

    async fn counsel_releases_and_from_then_on_it_is_a_share_like_any_other(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = alone(room).await;
        let id = give(room, LEAD, &number, "google", ASKING).await.held[0];
        let page = test.sign_in(COUNSEL).await.get("/shares?tab=held").await.text();
        assert!(page.contains("<mark>remove</mark>") && page.contains("<mark>suspend</mark>"), "{page}");
        let sender = test.sign_in(LEAD).await.get("/shares?tab=held").await.text();
        assert!(sender.contains("<mark>remove</mark>") && !sender.contains(">Release<"), "the sender sees why");
        let before = room.now();
        decide(room, COUNSEL, id, Decision::Release).await.expect("released");
        let viewer = asker(room, GOOGLE).viewer;
        let share = share::find(room, &viewer, id).await.expect("delivered");
        assert!(share.delivered_at >= before && share.state == ShareState::Delivered);
        assert_eq!(share.from.email, LEAD, "it is the sender's, whoever let it out");
        see(room, GOOGLE, &number).await.expect("access comes with the release");
        let known = acts(room, GOOGLE).await;
        assert!(known.iter().all(|act| !act.starts_with("hold")), "{known:?}");
        let own = acts(room, LEAD).await;
        assert!(own.contains(&"hold held".into()) && own.contains(&"hold released".into()), "{own:?}");
        assert_eq!(share::count(room, &asker(room, LEAD).viewer).await.expect("counts").held, 0);
        room.close().await;
    }

    async fn only_another_counsel_of_the_sender_decides_and_only_once(base) {
        let room = base.founded().await;
        let number = alone(&room).await;
        let id = give(&room, LEAD, &number, "google", ASKING).await.held[0];
        for who in [LEAD, "liaison@cisa.example", "leadership@cisa.example"] {
            assert!(matches!(decide(&room, who, id, Decision::Release).await, Err(Error::Forbidden(_))), "{who}");
        }
        for who in ["counsel@google.example", "counsel@fbi.example", "room-admin@watchfloor.example", "auditor@watchfloor.example"] {
            assert!(matches!(decide(&room, who, id, Decision::Release).await, Err(Error::NotFound)), "{who}");
        }
        let own = give(&room, COUNSEL, &number, "google", ASKING).await.held[0];
        assert!(matches!(decide(&room, COUNSEL, own, Decision::Release).await, Err(Error::Forbidden(_))), "two people");
        assert_eq!(refused(decide(&room, COUNSEL, id, Decision::Return(" ".into())).await), ["comment"]);
        decide(&room, COUNSEL, id, Decision::Return("Say what is false, not what to do.".into())).await.expect("returned");
        let hold = share::find_hold(&room, &asker(&room, LEAD).viewer, id).await.expect("the sender sees it");
        assert_eq!((hold.state, hold.comment.as_str()), (HoldState::Returned, "Say what is false, not what to do."));
        assert!(matches!(decide(&room, COUNSEL, id, Decision::Release).await, Err(Error::Conflict(_))));
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn personal_data_waits_whoever_shares_and_opening_is_no_way_around(base) {
        let room = base.founded().await;
        let number = open(&room, "analyst@google.example", |input| {
            input.share_with = vec!["fbi".into()];
            input.summary = "Ask the voter under 602-555-0142.".into();
        }).await;
        assert!(matches!(see(&room, "lead@fbi.example", &number).await, Err(Error::NotFound)));
        let google = asker(&room, "counsel@google.example").viewer;
        let page = share::inbox(&room, &google, &ShareQuery::of(ShareTab::Held), 50).await.expect("a page");
        assert_eq!(page.holds[0].reasons[0].rule, "personal_data");
        decide(&room, "counsel@google.example", page.holds[0].id, Decision::Release).await.expect("released");
        see(&room, "lead@fbi.example", &number).await.expect("delivered");
        room.close().await;
    }

    async fn a_script_is_told_that_its_share_is_held(base) {
        let test = TestApp::new(base).await;
        let number = alone(&test.app.room).await;
        let body = json!({"to": ["google", "fbi"], "text": ASKING});
        let reply = test.caller(LEAD).await.json(Method::POST, &at(&format!("/incidents/{number}/shares")), &body).await;
        assert_eq!(reply.status, StatusCode::CREATED);
        let made = reply.json();
        // Agency to agency is delivered; to the company it waits.
assert_eq!((made["to"].as_str(), made["state"].as_str()), (Some("fbi"), Some("delivered")));
        assert_eq!((made["held"][0]["to"].as_str(), made["held"][0]["state"].as_str()), (Some("google"), Some("held")));
        let body = json!({"to": "google", "text": ASKING});
        let reply = test.caller(LEAD).await.json(Method::POST, &at(&format!("/incidents/{number}/shares")), &body).await;
        assert_eq!((reply.status, reply.json()["state"].as_str()), (StatusCode::ACCEPTED, Some("held")));
        test.app.room.close().await;
    }
}
