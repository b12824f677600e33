//! Indicators and tasks cross by being written, as entries do: who finds them in the ledger, and how they are proven.

use app::model::{
    id::Number,
    ledger::{Book, LedgerQuery, PostedTo, PostedWhat, Posting},
    share::AWARENESS_BANNER,
};
use axum::http::StatusCode;
use server::service::{
    Room,
    indicator::{self, IndicatorInput},
    ledger,
    share::Step,
    task::{self, TaskInput},
    verify::{VerifyOptions, verify},
};

use crate::{
    api::at,
    base::{Base, EACH, asker, both},
    ledger::{app, take_out},
    ledger_proof::{Outside, handed},
    story::{open, share_with, step},
    test_app::TestApp,
    verify::tamper,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const FBI: &str = "liaison@fbi.example";

async fn page(room: &Room, who: &str) -> Vec<Posting> {
    let query = LedgerQuery::of_book(Book::Posts);
    ledger::postings(room, &asker(room, who).viewer, &query, 50).await.expect("a page").into_inner().postings
}

/// Indicators by their value and tasks by their words, oldest first.
async fn items(room: &Room, who: &str) -> Vec<String> {
    let words = |posting: Posting| match posting.what {
        PostedWhat::Entry(_) => None,
        PostedWhat::Indicator(_, value) => Some(value),
        PostedWhat::Task(_) => Some(posting.text),
    };
    page(room, who).await.into_iter().rev().filter_map(words).collect()
}

async fn indicate(room: &Room, who: &str, number: &Number, value: &str) {
    let input = IndicatorInput { kind: "domain".into(), value: value.into(), note: "=Seen twice".into() };
    indicator::add(room.clone(), asker(room, who), EACH, number.clone(), input).await.expect("added");
}

async fn give(room: &Room, who: &str, number: &Number, text: &str, to: Option<&str>) {
    let organisation = to.map(str::to_owned);
    let input = TaskInput { text: text.into(), organisation, ..TaskInput::default() };
    task::add(room.clone(), asker(room, who), EACH, number.clone(), input).await.expect("given");
}

/// An incident of CISA alone, then with the FBI and Google, and an indicator and a task of each time.
async fn written(base: &Base) -> (TestApp, Number, app::model::ShareId) {
    let test = app(base).await;
    let room = &test.app.room;
    let number = open(room, "analyst@cisa.example", |input| input.share_with = vec![]).await;
    indicate(room, LEAD, &number, "alone.example").await;
    give(room, LEAD, &number, "By ourselves.", None).await;
    share_with(room, LEAD, &number, "fbi").await.expect("shared");
    let google = share_with(room, LEAD, &number, "google").await.expect("shared");
    indicate(room, LEAD, &number, "polls.example").await;
    give(room, LEAD, &number, "Look for copies.", Some("google")).await;
    indicate(room, FBI, &number, "bureau.example").await;
    (test, number, google)
}

both! {
    async fn they_stand_in_the_ledger_of_their_writer_and_of_whoever_could_read_them_then(base) {
        let (test, ..) = written(base).await;
        let room = &test.app.room;
        for who in [LEAD, GOOGLE, FBI] {
            assert_eq!(items(room, who).await, ["polls.example", "Look for copies.", "bureau.example"], "{who}");
        }
        for stranger in ["liaison@twitter.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"] {
            assert!(page(room, stranger).await.is_empty(), "{stranger}");
        }
        for posting in page(room, LEAD).await {
            let PostedTo::Organisations(to) = &posting.to else { panic!("not to all: {posting:?}") };
            let mut to: Vec<_> = to.iter().map(|to| to.slug.as_str()).collect();
            to.sort_unstable();
            let others: &[&str] = if posting.from.email == FBI { &["cisa", "google"] } else { &["fbi", "google"] };
            assert_eq!(to, others);
            assert_eq!(posting.banner(), Some(AWARENESS_BANNER));
            let noun = match posting.what { PostedWhat::Entry(_) => "entry", PostedWhat::Indicator(..) => "indicator", PostedWhat::Task(_) => "task" };
            let sql = format!("select count(*) from journal where seq = {} and noun = '{noun}'", posting.seq);
            assert_eq!((base.number(&sql).await, posting.hash.len()), (1, 64));
        }
        let shown = test.sign_in(GOOGLE).await.get("/shares/ledger?book=posts").await.text();
        assert!(shown.contains("Domain: polls[.]example") && !shown.contains("polls.example"), "nobody opens it by accident");
        assert!(shown.contains("Look for copies.") && shown.contains("#task-"));
        let script = test.caller(GOOGLE).await.read("/ledger/posts?direction=received").await;
        let task = script["items"].as_array().expect("a list").iter().find(|one| one["kind"] == "task").expect("a task");
        assert_eq!((task["for_organisation"].as_str(), task["text"].as_str(), task["from"].as_str()), (Some("google"), Some("Look for copies."), Some(LEAD)));
    }

    async fn what_is_green_crossed_to_every_organisation(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| (input.tlp, input.share_with) = ("green".into(), vec![])).await;
        indicate(room, LEAD, &number, "polls.example").await;
        give(room, LEAD, &number, "Look for copies.", None).await;
        for who in [LEAD, "liaison@twitter.example"] {
            assert_eq!(items(room, who).await, ["polls.example", "Look for copies."], "{who}");
            assert!(page(room, who).await.iter().all(|posting| posting.to == PostedTo::Everyone));
        }
    }

    async fn what_is_taken_back_leaves_the_ledger_of_its_reader(base) {
        let (test, _, google) = written(base).await;
        let room = &test.app.room;
        step(room, LEAD, google, Step::Revoke).await.expect("taken back");
        assert!(items(room, GOOGLE).await.is_empty());
        assert_eq!(items(room, LEAD).await.len(), 3);
    }

    async fn a_third_party_proves_them_with_the_same_recipe(base) {
        let (test, ..) = written(base).await;
        let outside = Outside::new(&test);
        for who in [LEAD, GOOGLE] {
            let (proof, csv) = handed(&test, who, &[("book", "posts")]).await;
            let words = outside.is_proven(&proof, Some(&csv));
            assert!(words.contains("0 have their digest alone"), "{words}");
            assert!(csv.contains("polls.example") && !csv.contains("alone.example") && !proof.contains("alone.example"));
            for (what, from, to) in [
                ("another value", "polls.example", "other.example"),
                ("other words", "Look for copies.", "Take it down."),
                ("another note", "'=Seen twice", "'=Seen once"),
                ("another kind", "domain", "url"),
                ("other readers", ",no,", ",yes,"),
                ("another holder", ",google,", ",fbi,"),
            ] {
                outside.is_found(what, &proof, Some(&csv.replace(from, to)));
            }
            outside.is_found("another row", &proof.replace("polls.example", "other.example"), None);
        }
        let printed = take_out(&test.sign_in(LEAD).await, "print", &[("book", "posts")]).await;
        assert_eq!(printed.status, StatusCode::OK);
        let text = printed.text();
        assert!(text.contains("polls[.]example") && !text.contains("polls.example") && text.contains(AWARENESS_BANNER));
        assert!(verify(&test.app.room, &VerifyOptions::default()).await.expect("walks").is_clean());
    }

    async fn a_place_in_the_ledger_that_was_changed_by_hand_is_found(base) {
        let (test, ..) = written(base).await;
        let room = &test.app.room;
        let findings = async || {
            let report = verify(room, &VerifyOptions::default()).await.expect("walks");
            report.findings.iter().map(|found| found.what.clone()).collect::<Vec<_>>()
        };
        assert_eq!(findings().await, Vec::<String>::new());
        tamper(base, "update item_crossed set tlp = 'green' where noun = 'task'").await;
        assert_eq!(findings().await, ["its place in the ledger was edited"]);
        tamper(base, "update item_crossed set tlp = 'amber' where noun = 'task'").await;
        tamper(base, "delete from item_crossed_to where seq = (select max(seq) from item_crossed_to)").await;
        assert_eq!(findings().await, ["its place in the ledger was edited"]);
    }

    async fn the_posts_of_a_hidden_number_are_those_of_one_never_given(base) {
        let (test, hidden, _) = written(base).await;
        let stranger = "liaison@twitter.example";
        let (script, client) = (test.caller(stranger).await, test.sign_in(stranger).await);
        let never = "WF-0001";
        let there = script.get(&at(&format!("/ledger/posts?incident={hidden}"))).await;
        let absent = script.get(&at(&format!("/ledger/posts?incident={never}"))).await;
        assert_eq!((there.status, &there.bytes), (absent.status, &absent.bytes));
        // What differs on the page is what was asked, and what is new with each answer.
        let shape = |page: String, number: &str| {
            let page = page.replace(number, "WF-0000");
            let main = page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap_or_default().to_owned();
            let mut parts = main.split("name=\"form_token\" value=\"");
            let first = parts.next().unwrap_or_default().to_owned();
            parts.fold(first, |all, part| all + part.split_once('"').map_or("", |(_, rest)| rest))
        };
        let page = async |number: &str| {
            let reply = client.get(&format!("/shares/ledger?book=posts&incident={number}")).await;
            (reply.status, shape(reply.text(), number))
        };
        assert_eq!(page(&hidden.to_string()).await, page(never).await);
        for form in ["csv", "print", "proof"] {
            let lines = async |number: &str| {
                let reply = take_out(&client, form, &[("book", "posts"), ("incident", number)]).await;
                let text = reply.text().replace(number, "WF-0000");
                let kept = text.lines().filter(|line| !line.contains("nonce") && !line.starts_with("made ")).map(str::to_owned);
                (reply.status, kept.collect::<Vec<_>>().join("\n").len())
            };
            assert_eq!(lines(&hidden.to_string()).await, lines(never).await, "{form}");
        }
    }

    async fn what_everybody_could_read_before_this_was_kept_is_put_there_and_nothing_else(base) {
        let (test, amber, _) = written(base).await;
        let room = &test.app.room;
        let green = open(room, LEAD, |input| (input.tlp, input.share_with) = ("green".into(), vec![])).await;
        indicate(room, LEAD, &green, "polls.example").await;
        give(room, LEAD, &green, "Look for copies.", None).await;
        let loosened = open(room, LEAD, |input| input.share_with = vec![]).await;
        give(room, LEAD, &loosened, "Written as AMBER.", None).await;
        let version = crate::story::version(room, LEAD, &loosened).await;
        let input = server::service::incident::MarkingInput { version, tlp: "green".into(), reason: "It is out.".into(), named: vec![] };
        server::service::incident::set_marking(room.clone(), asker(room, LEAD), EACH, loosened, input).await.expect("GREEN");
        // As a room was before: the label of a task was that of its incident when labels of tasks began.
        base.execute("update task set tlp = (select i.tlp from incident i where i.id = task.incident_id)").await.expect("as then");
        base.execute("drop table item_crossed_to").await.expect("gone");
        base.execute("drop table item_crossed").await.expect("gone");
        base.execute("delete from _sqlx_migrations where version = 46").await.expect("not yet");
        let again = base.open().await;
        let kept = base.pairs("select c.noun, i.number from item_crossed c join incident i on i.id = c.incident_id order by c.seq").await;
        assert_eq!(kept, [("indicator".to_owned(), green.to_string()), ("task".to_owned(), green.to_string())]);
        assert_eq!(items(&again, "liaison@twitter.example").await, ["polls.example", "Look for copies."]);
        assert!(items(&again, GOOGLE).await.len() == 2 && !kept.iter().any(|(_, number)| *number == amber.to_string()));
    }
}
