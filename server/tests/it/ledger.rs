//! The sharing ledger: who finds which crossing in it, what leaves the room, and what never does.

use app::model::{
    id::Number,
    ledger::{Direction, LedgerQuery, LedgerStep},
    share::{AWARENESS_BANNER, Purpose},
};
use axum::http::{StatusCode, header};
use serde_json::json;
use server::service::{
    Room, ledger,
    share::{self, Decision, ShareInput, Step},
};

use crate::{
    api::at,
    base::{Base, EACH, asker, both},
    story::{first_share, open, opened, post, share_with, step},
    test_app::{Client, Reply, TestApp},
};

const LEAD: &str = "lead@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const FBI: &str = "liaison@fbi.example";
const ASKING: &str = "Please remove the page and suspend the account.";

/// Checkpoints of a proof are kept in the folder of the test.
pub(crate) async fn app(base: &Base) -> TestApp {
    TestApp::with(base, &[&format!("--data={}", base.folder.path().display())]).await
}

async fn page(room: &Room, who: &str, query: &LedgerQuery) -> Vec<app::model::ledger::Crossing> {
    let page = ledger::ledger(room, &asker(room, who).viewer, query, 50).await.expect("a page");
    page.into_inner().crossings
}

async fn texts(room: &Room, who: &str, query: &LedgerQuery) -> Vec<String> {
    page(room, who, query).await.into_iter().map(|crossing| crossing.text).collect()
}

pub(crate) async fn told(room: &Room, number: &Number, to: &str, text: &str) -> app::model::ShareId {
    told_by(room, LEAD, number, to, text).await
}

async fn told_by(room: &Room, by: &str, number: &Number, to: &str, text: &str) -> app::model::ShareId {
    let input = ShareInput { to: vec![to.into()], text: text.into(), ..ShareInput::default() };
    let shared =
        share::share(room.clone(), asker(room, by), EACH, number.clone(), input).await.expect("shared");
    shared.shares.first().or(shared.held.first()).copied().expect("one")
}

pub(crate) async fn take_out(client: &Client, form: &str, fields: &[(&str, &str)]) -> Reply {
    client.submit("/shares/ledger", &format!("/shares/ledger/{form}"), fields).await
}

both! {
    async fn a_crossing_stands_in_the_ledger_of_both_with_every_time_person_and_place(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = first_share(&room, LEAD, &number, "google").await;
        base.clock.advance(60);
        step(&room, GOOGLE, id, Step::Acknowledge).await.expect("acknowledged");
        base.clock.advance(60);
        step(&room, "analyst@google.example", id, Step::Answer("We see it too.".into())).await.expect("answered");
        for who in [LEAD, GOOGLE] {
            let ledger = page(&room, who, &LedgerQuery::default()).await;
            assert_eq!(ledger.len(), 1, "{who}");
            let crossing = &ledger[0];
            assert_eq!((crossing.count, crossing.banner()), (Some(1), Some(AWARENESS_BANNER)));
            assert_eq!(crossing.answer.as_deref(), Some("We see it too."));
            let acts: Vec<_> = crossing.acts.iter().map(|act| (act.step, act.by.as_ref().map(|by| by.email.clone()))).collect();
            assert_eq!(acts, [
                (LedgerStep::Delivered, Some("analyst@cisa.example".into())),
                (LedgerStep::Acknowledged, Some(GOOGLE.into())),
                (LedgerStep::Answered, Some("analyst@google.example".into())),
            ], "{who}");
            assert!(crossing.acts.windows(2).all(|acts| acts[0].at < acts[1].at && acts[0].seq < acts[1].seq));
            for act in &crossing.acts {
                let known = base.number(&format!("select count(*) from journal where seq = {} and noun = 'share'", act.seq)).await;
                assert_eq!((known, act.hash.len()), (1, 64));
            }
        }
        room.close().await;
    }

    async fn what_others_told_each_other_never_shows_by_any_question(base) {
        let test = app(base).await;
        let room = &test.app.room;
        // GREEN: everybody sees the incident, and of what crosses between two only those two.
        let number = open(room, "analyst@cisa.example", |input| {
            (input.tlp, input.share_with) = ("green".into(), vec!["google".into()]);
        }).await;
        told(room, &number, "google", "Between the two of us.").await;
        told(room, &number, "google", ASKING).await;
        let strangers = ["lead@fbi.example", "counsel@twitter.example", "admin@facebook.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"];
        let questions = [
            "", "?organisation=google", "?organisation=cisa", "?incident={number}", "?purpose=awareness", "?period=election-day",
            "?direction=sent", "?direction=received", "?incident={number}&organisation=google",
        ];
        for who in strangers {
            for question in questions {
                let question = question.replace("{number}", number.as_str());
                let pairs = form(&question);
                let query = LedgerQuery::from_pairs(pairs.iter().map(|(a, b)| (a.as_str(), b.as_str())));
                let found = ledger::ledger(room, &asker(room, who).viewer, &query, 1).await.expect("a page");
                assert!(found.crossings.is_empty() && found.next.is_none(), "{who} {question}");
                let there = test.caller(who).await.get(&at(&format!("/ledger{question}"))).await;
                assert_eq!((there.status, there.text().as_str()), (StatusCode::OK, r#"{"items":[],"next":null}"#), "{who} {question}");
                assert!(there.headers.get(header::ETAG).is_none());
            }
            let html = test.sign_in(who).await.get("/shares/ledger").await.text();
            assert!(!html.contains("Between the two") && !html.contains("class=\"lg-crossing\""), "{who}");
        }
        for form in ["csv", "print", "proof"] {
            let out = take_out(&test.sign_in("lead@fbi.example").await, form, &[("incident", number.as_str())]).await;
            assert_eq!(out.status, StatusCode::OK);
            assert!(!out.text().contains("Between the two") && !out.text().contains("suspend the account"), "{form}");
        }
        // An incident that is hidden, and a number that was never given.
        let hidden = opened(room).await;
        let script = test.caller("lead@fbi.example").await;
        let there = script.get(&at(&format!("/ledger?incident={hidden}"))).await;
        let never = script.get(&at("/ledger?incident=WF-0001")).await;
        assert_eq!((there.status, &there.bytes), (never.status, &never.bytes));
        room.close().await;
    }

    async fn what_is_held_is_in_the_ledger_of_its_sender_alone(base) {
        let room = base.founded().await;
        let number = open(&room, "analyst@cisa.example", |input| input.share_with = vec![]).await;
        let refused = told(&room, &number, "google", ASKING).await;
        let released = told(&room, &number, "google", "Could you label it? It is false.").await;
        let decide = async |id, decision| share::decide(room.clone(), asker(&room, COUNSEL), EACH, id, 1, decision).await.expect("decided");
        decide(refused, Decision::Refuse("Not in these words.".into())).await;
        assert!(page(&room, GOOGLE, &LedgerQuery::default()).await.is_empty());
        decide(released, Decision::Release).await;
        let own = page(&room, LEAD, &LedgerQuery::default()).await;
        let steps: Vec<Vec<_>> = own.iter().map(|crossing| crossing.acts.iter().map(|act| act.step).collect()).collect();
        assert_eq!(steps, [
            vec![LedgerStep::Held, LedgerStep::Released, LedgerStep::Delivered],
            vec![LedgerStep::Held, LedgerStep::Refused],
        ]);
        assert_eq!((own[0].count, own[1].count, own[1].comment.as_str()), (Some(1), None, "Not in these words."));
        assert_eq!(own[0].reviewed_by.as_ref().map(|by| by.email.as_str()), Some(COUNSEL));
        let theirs = page(&room, GOOGLE, &LedgerQuery::default()).await;
        assert_eq!(theirs.len(), 1);
        let steps: Vec<_> = theirs[0].acts.iter().map(|act| act.step).collect();
        assert_eq!(steps, [LedgerStep::Delivered], "of the hold the recipient learns that it was reviewed, and by whom");
        room.close().await;
    }

    async fn what_is_taken_back_stays_with_its_sender_and_leaves_the_recipient_at_once(base) {
        let room = base.founded().await;
        // GREEN: the recipient goes on seeing the incident, and the crossing no longer.
        for tlp in ["amber", "green"] {
            let number = open(&room, "analyst@cisa.example", |input| {
                (input.tlp, input.share_with) = (tlp.into(), vec!["google".into()]);
            }).await;
            let query = LedgerQuery { incident: number.to_string(), ..LedgerQuery::default() };
            let id = first_share(&room, LEAD, &number, "google").await;
            assert_eq!(page(&room, GOOGLE, &query).await.len(), 1);
            step(&room, LEAD, id, Step::Revoke).await.expect("taken back");
            assert!(page(&room, GOOGLE, &query).await.is_empty(), "{tlp}");
            let own = page(&room, LEAD, &query).await;
            assert_eq!(own.len(), 1);
            assert!(own[0].act(LedgerStep::TakenBack).is_some());
        }
        room.close().await;
    }

    async fn red_is_for_the_named_on_screen_and_for_nobody_in_a_file(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let red = open(room, LEAD, |input| {
            (input.tlp, input.share_with, input.summary) = ("red".into(), vec![], "A name that is RED.".into());
            input.named = vec![GOOGLE.into()];
        }).await;
        opened(room).await;
        assert_eq!(page(room, GOOGLE, &LedgerQuery::default()).await.len(), 2);
        assert_eq!(page(room, "lead@google.example", &LedgerQuery::default()).await.len(), 1);
        for form in ["csv", "print", "proof"] {
            for who in [GOOGLE, LEAD] {
                let out = take_out(&test.sign_in(who).await, form, &[]).await.text();
                assert!(!out.contains(red.as_str()) && !out.contains("A name that is RED"), "{who} {form}: {out}");
            }
        }
        // RED is not counted: a gap would tell colleagues of it.
        let counts: Vec<_> = page(room, "lead@google.example", &LedgerQuery::default()).await.iter().map(|c| c.count).collect();
        assert_eq!(counts, [Some(1)]);
        room.close().await;
    }

    async fn filters_and_pages_divide_the_ledger_without_loss(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        for n in 0..5 {
            told(&room, &number, "fbi", &format!("Word {n}")).await;
        }
        let other = open(&room, "analyst@google.example", |input| input.share_with = vec!["cisa".into()]).await;
        let all = LedgerQuery::default();
        assert_eq!(page(&room, LEAD, &all).await.len(), 7);
        let with = |organisation: &str| LedgerQuery { organisation: organisation.into(), ..LedgerQuery::default() };
        assert_eq!(page(&room, LEAD, &with("fbi")).await.len(), 5);
        assert_eq!(page(&room, LEAD, &with("google")).await.len(), 2, "both ways");
        assert_eq!(page(&room, LEAD, &with("nobody")).await.len(), 0);
        let way = |direction| LedgerQuery { direction: Some(direction), ..LedgerQuery::default() };
        assert_eq!(page(&room, LEAD, &way(Direction::Received)).await.len(), 1);
        assert_eq!(page(&room, LEAD, &way(Direction::Sent)).await.len(), 6);
        let one = LedgerQuery { incident: other.to_string().to_lowercase(), ..LedgerQuery::default() };
        assert_eq!(page(&room, LEAD, &one).await.len(), 1);
        let none = LedgerQuery { purpose: Some(Purpose::Safety), ..LedgerQuery::default() };
        assert_eq!(page(&room, LEAD, &none).await.len(), 0);
        let viewer = asker(&room, LEAD).viewer;
        let mut query = with("fbi");
        let mut found = vec![];
        loop {
            let page = ledger::ledger(&room, &viewer, &query, 2).await.expect("a page").into_inner();
            found.extend(page.crossings.into_iter().map(|crossing| crossing.text));
            query.after = page.next;
            if query.after.is_none() { break }
        }
        assert_eq!(found, ["Word 4", "Word 3", "Word 2", "Word 1", "Word 0"]);
        query.after = Some("not a cursor".into());
        assert!(ledger::ledger(&room, &viewer, &query, 2).await.is_err());
        // The counts are the organisation's own.
        let counts: Vec<_> = page(&room, FBI, &all).await.iter().map(|crossing| crossing.count).collect();
        assert_eq!(counts, [5, 4, 3, 2, 1].map(Some));
        room.close().await;
    }

    async fn a_cursor_of_another_opens_nothing_of_theirs(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        for n in 0..3 {
            told(&room, &number, "fbi", &format!("Word {n}")).await;
        }
        let theirs = ledger::ledger(&room, &asker(&room, LEAD).viewer, &LedgerQuery::default(), 1).await.expect("a page");
        let query = LedgerQuery { after: theirs.next.clone(), ..LedgerQuery::default() };
        assert!(query.after.is_some());
        assert_eq!(texts(&room, GOOGLE, &query).await.len(), 1, "its own, and nothing of the FBI's");
        assert!(texts(&room, "counsel@twitter.example", &query).await.is_empty());
        room.close().await;
    }

    async fn whom_a_crossing_names_and_what_goes_along_stand_in_its_row(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let entry = post(room, LEAD, &number, |_| {}).await.expect("posted");
        let narrow = post(room, GOOGLE, &number, |input| input.audience = vec!["google".into()]).await.expect("posted");
        let give = async |text: &str| {
            let input = ShareInput {
                to: vec!["google".into()], named: vec![GOOGLE.into()], entries: vec![entry.to_string()], text: text.into(),
                ..ShareInput::default()
            };
            share::share(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("taken")
        };
        give("For you.").await;
        give(ASKING).await;
        let query = LedgerQuery { incident: number.to_string(), ..LedgerQuery::default() };
        for who in [LEAD, GOOGLE] {
            let rows = page(room, who, &query).await;
            let whole: Vec<_> = rows.iter().filter(|row| !row.entries.is_empty()).collect();
            assert_eq!(whole.len(), if who == LEAD { 2 } else { 1 }, "the held one, too, for its sender");
            for row in whole {
                assert_eq!(row.entries.iter().map(|cited| cited.id).collect::<Vec<_>>(), [entry], "{narrow} is not theirs");
                assert_eq!(row.named.iter().map(|person| person.email.as_str()).collect::<Vec<_>>(), [GOOGLE]);
            }
            let client = test.sign_in(who).await;
            let csv = take_out(&client, "csv", &[]).await.text();
            assert!(csv.lines().next().is_some_and(|head| head.contains(",named,entries,")), "{csv}");
            assert!(csv.contains(&format!("{GOOGLE},{entry}")), "{csv}");
            for html in [client.get("/shares/ledger").await.text(), take_out(&client, "print", &[]).await.text()] {
                assert!(html.contains(&format!("#entry-{entry}")) && html.contains("<dt>Named</dt>"), "{html}");
            }
        }
        let row = &test.caller(GOOGLE).await.get(&at("/ledger?limit=1")).await.json()["items"][0];
        assert_eq!((&row["named"], &row["entries"]), (&json!([GOOGLE]), &json!([entry])));
        room.close().await;
    }

    async fn a_script_reads_the_ledger_page_by_page(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        share_with(room, LEAD, &number, "fbi").await.expect("shared");
        let script = test.caller(LEAD).await;
        let first = script.get(&at("/ledger?limit=1")).await.json();
        assert_eq!(first["items"][0]["to"], json!("fbi"));
        let second = script.get(&at(&format!("/ledger?limit=1&after={}", first["next"].as_str().expect("a cursor")))).await.json();
        assert_eq!((second["items"][0]["banner"].as_str(), &second["next"]), (Some(AWARENESS_BANNER), &json!(null)));
        assert_eq!(second["items"][0]["acts"][0]["hash"].as_str().map(str::len), Some(64));
        for wrong in ["?after=guess", "?purpose=removal", "?direction=up", "?nonsense=1", "?limit=0"] {
            assert_eq!(script.get(&at(&format!("/ledger{wrong}"))).await.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        }
        room.close().await;
    }
}

fn form(question: &str) -> Vec<(String, String)> {
    let pairs = question.trim_start_matches('?').split('&').filter_map(|pair| pair.split_once('='));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}
