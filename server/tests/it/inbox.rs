//! The inbox of shares: who finds what in it, and what its forms do.

use app::model::{
    inbox::{ShareQuery, ShareTab},
    share::Purpose,
};
use axum::http::StatusCode;
use server::service::{
    Room,
    share::{self, ShareInput, Step},
};

use crate::{
    base::{EACH, asker, both},
    story::{first_share, open, opened, share_with, step},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const FBI: &str = "liaison@fbi.example";

/// Texts of a tab, newest first.
async fn texts(room: &Room, who: &str, query: &ShareQuery) -> Vec<String> {
    let page = share::inbox(room, &asker(room, who).viewer, query, 50).await.expect("a page");
    page.lines.iter().map(|line| line.share.text.clone()).collect()
}

async fn count(room: &Room, who: &str, tab: ShareTab) -> usize {
    texts(room, who, &ShareQuery::of(tab)).await.len()
}

/// Asks the FBI about facts; returns the share.
async fn ask(room: &Room, number: &app::model::id::Number, text: &str) -> app::model::ShareId {
    let input = ShareInput {
        to: vec!["fbi".into()],
        purpose: "question".into(),
        text: text.into(),
        ..ShareInput::default()
    };
    let asked = share::share(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await;
    asked.expect("shared").shares[0]
}

both! {
    async fn a_share_waits_for_its_recipient_until_it_is_acknowledged(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        assert_eq!((count(&room, GOOGLE, ShareTab::Answer).await, count(&room, LEAD, ShareTab::Waiting).await), (1, 1));
        assert_eq!(count(&room, LEAD, ShareTab::Answer).await, 0);
        let id = first_share(&room, LEAD, &number, "google").await;
        step(&room, GOOGLE, id, Step::Seen).await.expect("seen");
        assert_eq!(count(&room, GOOGLE, ShareTab::Answer).await, 1, "a look is no answer");
        step(&room, GOOGLE, id, Step::Acknowledge).await.expect("acknowledged");
        for (who, tab) in [(GOOGLE, ShareTab::Answer), (LEAD, ShareTab::Waiting)] {
            assert_eq!(count(&room, who, tab).await, 0);
            assert_eq!(count(&room, who, ShareTab::Done).await, 1);
        }
        let counts = share::count(&room, &asker(&room, GOOGLE).viewer).await.expect("counts");
        assert_eq!((counts.answer, counts.waiting), (0, 0));
        room.close().await;
    }

    async fn a_question_waits_for_words_but_an_agencys_to_a_company_never_does(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let to_fbi = ask(&room, &number, "Is the sender known?").await;
        step(&room, FBI, to_fbi, Step::Acknowledge).await.expect("acknowledged");
        assert_eq!(count(&room, FBI, ShareTab::Answer).await, 1, "an acknowledged question waits for words");
        step(&room, FBI, to_fbi, Step::Answer("Not to us.".into())).await.expect("answered");
        assert_eq!(count(&room, FBI, ShareTab::Answer).await, 0);
        let input = ShareInput {
            to: vec!["google".into()], purpose: "question".into(), text: "Which hours does the page name?".into(),
            ..ShareInput::default()
        };
        let asked = share::share(room.clone(), asker(&room, LEAD), EACH, number, input).await.expect("shared");
        step(&room, GOOGLE, asked.shares[0], Step::Acknowledge).await.expect("acknowledged");
        let waits = texts(&room, GOOGLE, &ShareQuery::of(ShareTab::Answer)).await;
        assert!(!waits.iter().any(|text| text.contains("Which hours")), "no answer is required: {waits:?}");
        room.close().await;
    }

    async fn a_third_organisation_finds_no_share_of_others_in_its_inbox(base) {
        let room = base.founded().await;
        // GREEN: the FBI sees the incident, and is no party to what passes between the two.
        open(&room, "analyst@cisa.example", |input| input.tlp = "green".into()).await;
        for tab in ShareTab::ALL {
            for who in ["lead@fbi.example", "counsel@twitter.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"] {
                assert_eq!(count(&room, who, *tab).await, 0, "{who} {tab}");
            }
        }
        let counts = share::count(&room, &asker(&room, FBI).viewer).await.expect("counts");
        assert_eq!((counts.answer, counts.waiting), (0, 0));
        room.close().await;
    }

    async fn a_share_that_is_taken_back_leaves_the_inbox_with_its_incident(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = first_share(&room, LEAD, &number, "google").await;
        let viewer = asker(&room, GOOGLE).viewer;
        share::find_line(&room, &viewer, id).await.expect("a line");
        step(&room, LEAD, id, Step::Revoke).await.expect("taken back");
        for tab in ShareTab::ALL {
            assert_eq!(count(&room, GOOGLE, *tab).await, 0, "{tab}");
        }
        assert!(share::find_line(&room, &viewer, id).await.is_err());
        assert_eq!(share::count_to_answer(&room, &viewer).await.expect("a count"), 0);
        assert_eq!(count(&room, LEAD, ShareTab::Done).await, 1, "the sender's ledger keeps it");
        room.close().await;
    }

    async fn the_inbox_of_red_is_for_the_named_alone(base) {
        let room = base.founded().await;
        open(&room, LEAD, |input| {
            (input.tlp, input.share_with) = ("red".into(), vec![]);
            input.named = vec![GOOGLE.into()];
        }).await;
        assert_eq!(count(&room, GOOGLE, ShareTab::Answer).await, 1);
        let colleague = asker(&room, "lead@google.example").viewer;
        assert_eq!(share::count_to_answer(&room, &colleague).await.expect("a count"), 0);
        assert_eq!(count(&room, "lead@google.example", ShareTab::Answer).await, 0);
        room.close().await;
    }

    async fn filters_and_pages_divide_the_list_without_loss(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        for n in 0..5 {
            ask(&room, &number, &format!("Question {n}")).await;
        }
        let mut query = ShareQuery { purpose: Some(Purpose::Question), ..ShareQuery::of(ShareTab::Waiting) };
        assert_eq!(texts(&room, LEAD, &query).await.len(), 5);
        query.organisation = "google".into();
        assert_eq!(texts(&room, LEAD, &query).await.len(), 0);
        query.organisation = "nobody".into();
        assert_eq!(texts(&room, LEAD, &query).await.len(), 0, "what is not there matches nothing");
        let mut query = ShareQuery { organisation: "fbi".into(), ..ShareQuery::of(ShareTab::Waiting) };
        let viewer = asker(&room, LEAD).viewer;
        let mut found = vec![];
        loop {
            let page = share::inbox(&room, &viewer, &query, 2).await.expect("a page");
            found.extend(page.lines.iter().map(|line| line.share.text.clone()));
            query.after = page.next.clone();
            if query.after.is_none() { break }
        }
        assert_eq!(found, ["Question 4", "Question 3", "Question 2", "Question 1", "Question 0"]);
        query.after = Some("not a cursor".into());
        assert!(share::inbox(&room, &viewer, &query, 2).await.is_err());
        query.after = None;
        query.period = "election-night-that-never-was".into();
        assert_eq!(texts(&room, LEAD, &query).await.len(), 0);
        room.close().await;
    }

    async fn an_answer_is_given_in_the_list_and_comes_back_to_it(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let id = first_share(room, LEAD, &number, "google").await;
        let browser = test.sign_in(GOOGLE).await;
        let page = browser.get("/shares").await;
        assert!(page.text().contains(&format!("{number}")) && page.text().contains("No action is"), "{}", page.text());
        assert!(browser.get("/board").await.text().contains("nav-count\">1<"), "the navigation counts");
        let action = format!("/shares/{id}/answer");
        let send = async |text: &str, version: &str| {
            let token = browser.get("/shares").await.form_token(&action).expect("a form");
            browser.post(&action, &token, &[("text", text), ("version", version), ("next", "/shares?tab=answer&purpose=awareness")]).await
        };
        let empty = send("  ", "1").await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        let kept = send(&"long ".repeat(5_000), "1").await;
        assert_eq!(kept.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(kept.text().contains("long long") && kept.text().contains("field-error"), "what was typed is kept");
        let done = send("We see it too.", "1").await;
        let list = format!("/shares?tab=answer&purpose=awareness#s-{id}");
        assert_eq!((done.status, done.location()), (StatusCode::SEE_OTHER, list.as_str()), "to its line in the list");
        assert!(browser.get("/shares?tab=done").await.text().contains("We see it too."));
        room.close().await;
    }

    async fn who_answers_second_keeps_the_words_and_reads_the_first_answer(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let id = first_share(room, LEAD, &number, "google").await;
        let browser = test.sign_in(GOOGLE).await;
        let action = format!("/shares/{id}/answer");
        let token = browser.get("/shares").await.form_token(&action).expect("a form");
        step(room, "analyst@google.example", id, Step::Answer("Ours was first.".into())).await.expect("answered");
        let reply = browser.post(&action, &token, &[("text", "Mine."), ("version", "1"), ("next", "/shares")]).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        let page = reply.text();
        assert!(page.contains("Ours was first.") && page.contains("Mine.") && page.contains("Anneke Voss"), "{page}");
        // The sender who takes it back without having read the answer is told of it first.
        let lead = test.sign_in(LEAD).await;
        let action = format!("/shares/{id}/revoke");
        let token = lead.get("/shares?tab=done").await.form_token(&action).expect("a form");
        let reply = lead.post(&action, &token, &[("version", "1"), ("next", "/shares")]).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        assert!(share::find(room, &asker(room, GOOGLE).viewer, id).await.is_ok(), "it stands");
        room.close().await;
    }

    async fn a_look_of_a_colleague_is_no_conflict(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        share_with(room, LEAD, &number, "fbi").await.expect("shared");
        let id = first_share(room, LEAD, &number, "fbi").await;
        let browser = test.sign_in(FBI).await;
        let action = format!("/shares/{id}/acknowledge");
        let token = browser.get("/shares").await.form_token(&action).expect("a form");
        step(room, "analyst@fbi.example", id, Step::Seen).await.expect("seen");
        let reply = browser.post(&action, &token, &[("version", "1"), ("next", "https://evil.example/?tab=done")]).await;
        let list = format!("/shares?tab=done#s-{id}");
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, list.as_str()), "only ever to the list");
        room.close().await;
    }
}
