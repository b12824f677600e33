//! What is written in timelines crosses, too: who finds which entry in the ledger, and how it is proven.

use app::model::{
    ShareId,
    id::Number,
    ledger::{Book, Direction, LedgerQuery, PostedTo, Posting},
    share::AWARENESS_BANNER,
};
use axum::http::StatusCode;
use server::service::{Room, ledger, share::Step, verify};

use crate::{
    base::{Base, asker, both},
    ledger::{app, take_out, told},
    ledger_proof::{Outside, handed},
    story::{open, post, share_with, step},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const FBI: &str = "liaison@fbi.example";

async fn page(room: &Room, who: &str, query: LedgerQuery) -> Vec<Posting> {
    let query = LedgerQuery { book: Book::Posts, ..query };
    ledger::postings(room, &asker(room, who).viewer, &query, 50).await.expect("a page").into_inner().postings
}

/// What was said, oldest first.
async fn texts(room: &Room, who: &str, query: LedgerQuery) -> Vec<String> {
    page(room, who, query)
        .await
        .into_iter()
        .rev()
        .map(|posting| posting.text)
        .filter(|text| !text.is_empty())
        .collect()
}

async fn said(room: &Room, who: &str, number: &Number, text: &str, with: &[&str]) {
    let with: Vec<String> = with.iter().map(|word| (*word).to_owned()).collect();
    let red = with.iter().any(|word| word.contains('@'));
    let posted = post(room, who, number, |input| {
        input.text = text.to_owned();
        match red {
            true => (input.tlp, input.named) = ("red".into(), with),
            false => input.audience = with,
        }
    });
    posted.await.expect("posted");
}

fn slugs(posting: &Posting) -> Vec<&str> {
    match &posting.to {
        PostedTo::Everyone => vec!["everyone"],
        PostedTo::Organisations(to) => {
            let mut slugs: Vec<_> = to.iter().map(|to| to.slug.as_str()).collect();
            slugs.sort_unstable();
            slugs
        }
    }
}

/// An incident of CISA with Google and the FBI, and an entry for each audience.
async fn written(base: &Base) -> (TestApp, Number, ShareId) {
    let test = app(base).await;
    let room = &test.app.room;
    let number = open(room, "analyst@cisa.example", |input| input.share_with = vec![]).await;
    said(room, LEAD, &number, "Alone.", &[]).await;
    share_with(room, LEAD, &number, "fbi").await.expect("shared");
    let google = share_with(room, LEAD, &number, "google").await.expect("shared");
    said(room, LEAD, &number, "To all of us.", &[]).await;
    said(room, LEAD, &number, "Ours.", &["cisa"]).await;
    said(room, LEAD, &number, "To Google.", &["google"]).await;
    said(room, LEAD, &number, "To one of Google.", &[GOOGLE]).await;
    said(room, FBI, &number, "From the FBI.", &[]).await;
    (test, number, google)
}

both! {
    async fn an_entry_stands_in_the_ledger_of_its_writer_and_of_whoever_could_read_it_then(base) {
        let (test, ..) = written(base).await;
        let room = &test.app.room;
        let all = LedgerQuery::default;
        assert_eq!(texts(room, LEAD, all()).await, ["To all of us.", "To Google.", "To one of Google.", "From the FBI."]);
        assert_eq!(texts(room, GOOGLE, all()).await, ["To all of us.", "To Google.", "To one of Google.", "From the FBI."]);
        assert_eq!(texts(room, "analyst@google.example", all()).await, ["To all of us.", "To Google.", "From the FBI."]);
        assert_eq!(texts(room, FBI, all()).await, ["To all of us.", "From the FBI."]);
        for stranger in ["liaison@twitter.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"] {
            assert!(page(room, stranger, all()).await.is_empty(), "{stranger}");
        }
        let of = page(room, LEAD, all()).await;
        let to = |text: &str| slugs(of.iter().find(|posting| posting.text == text).expect("a row"));
        assert_eq!(to("To all of us."), ["fbi", "google"]);
        assert_eq!((to("To Google."), to("To one of Google."), to("From the FBI.")), (vec!["google"], vec!["google"], vec!["cisa", "google"]));
        for posting in &of {
            let sql = format!("select count(*) from journal where seq = {} and noun = 'entry'", posting.seq);
            assert_eq!((base.number(&sql).await, posting.hash.len()), (1, 64));
            assert_eq!(posting.banner(), slugs(posting).contains(&"google").then_some(AWARENESS_BANNER));
        }
        let way = |direction| LedgerQuery { direction: Some(direction), ..LedgerQuery::default() };
        assert_eq!(texts(room, LEAD, way(Direction::Received)).await, ["From the FBI."]);
        assert_eq!(texts(room, FBI, way(Direction::Sent)).await, ["From the FBI."]);
        let with = LedgerQuery { organisation: "fbi".into(), ..LedgerQuery::default() };
        assert_eq!(texts(room, LEAD, with).await, ["To all of us.", "From the FBI."]);
    }

    async fn what_is_green_crossed_to_every_organisation_from_its_opening(base) {
        let test = app(base).await;
        let room = &test.app.room;
        let number = open(room, "analyst@cisa.example", |input| {
            (input.tlp, input.summary) = ("green".into(), "For everybody to know.".into());
        }).await;
        said(room, LEAD, &number, "And this.", &[]).await;
        for who in [LEAD, "liaison@twitter.example"] {
            let found = page(room, who, LedgerQuery::default()).await;
            assert!(found.iter().all(|posting| slugs(posting) == ["everyone"] && posting.banner() == Some(AWARENESS_BANNER)));
            assert_eq!(texts(room, who, LedgerQuery::default()).await, ["For everybody to know.", "And this."], "{who}");
        }
    }

    async fn what_is_taken_back_leaves_the_ledger_of_its_reader_and_stays_in_the_writers(base) {
        let (test, number, first) = written(base).await;
        let room = &test.app.room;
        let told = told(room, &number, "google", "A second share.").await;
        let client = test.sign_in(GOOGLE).await;
        assert!(client.get("/shares/ledger?book=posts").await.text().contains("To Google."));
        for share in [told, first] {
            step(room, LEAD, share, Step::Revoke).await.expect("taken back");
        }
        assert!(texts(room, GOOGLE, LedgerQuery::default()).await.is_empty());
        assert!(!client.get("/shares/ledger?book=posts").await.text().contains("To Google."));
        assert!(texts(room, LEAD, LedgerQuery::default()).await.contains(&"To Google.".to_owned()));
    }

    async fn a_third_party_proves_what_was_posted_with_the_same_recipe(base) {
        let (test, ..) = written(base).await;
        let outside = Outside::new(&test);
        for who in [LEAD, GOOGLE] {
            let (proof, csv) = handed(&test, who, &[("book", "posts")]).await;
            let words = outside.is_proven(&proof, Some(&csv));
            assert!(words.contains("0 have their digest alone"), "{words}");
            assert!(!proof.contains("Ours.") && !proof.contains("To one of Google.") && !csv.contains("To one of Google."));
            outside.is_found("other words", &proof, Some(&csv.replace("To Google.", "To nobody.")));
            outside.is_found("other readers", &proof, Some(&csv.replace(",no,", ",yes,")));
            outside.is_found("another row", &proof.replace("To Google.", "To nobody."), None);
        }
        let printed = take_out(&test.sign_in(LEAD).await, "print", &[("book", "posts")]).await;
        assert_eq!(printed.status, StatusCode::OK);
        let text = printed.text();
        assert!(text.contains("To all of us.") && text.contains(AWARENESS_BANNER) && !text.contains("To one of Google."));
        let report = verify::verify(&test.app.room, &verify::VerifyOptions::default()).await.expect("walks");
        assert!(report.is_clean(), "{:?}", report.findings);
    }

    async fn pages_of_posts_have_each_entry_once(base) {
        let (test, ..) = written(base).await;
        let room = &test.app.room;
        let viewer = asker(room, LEAD).viewer;
        let mut query = LedgerQuery::of_book(Book::Posts);
        let mut seen = vec![];
        loop {
            let page = ledger::postings(room, &viewer, &query, 1).await.expect("a page").into_inner();
            seen.extend(page.postings.iter().map(|posting| posting.seq));
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        let all: Vec<_> = page(room, LEAD, LedgerQuery::default()).await.iter().map(|posting| posting.seq).collect();
        assert_eq!(seen, all);
        let foreign = LedgerQuery { after: Some("x".into()), ..LedgerQuery::of_book(Book::Posts) };
        assert!(ledger::postings(room, &viewer, &foreign, 1).await.is_err());
        let reply = test.caller(GOOGLE).await.read("/ledger/posts?direction=received").await;
        assert_eq!(reply["items"][0]["from"], FBI);
    }
}
