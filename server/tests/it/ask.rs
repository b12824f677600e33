//! Asking the room who leads something that one cannot see.

use axum::http::StatusCode;

use crate::{
    base::both,
    test_app::{Client, Reply, TestApp},
};

const ASKER: &str = "liaison@google.example";
const ASKED: &str = "liaison@cisa.example";
const PATH: &str = "/shares/ask";
const TITLE: &str = "Rumour of a shuttered armory in Yuma";

async fn ask(client: &Client, to: &[&str], question: &str, tlp: &str) -> Reply {
    let mut fields = vec![("title", TITLE), ("category", "PROC-2"), ("question", question), ("tlp", tlp)];
    fields.extend(to.iter().map(|slug| ("share_with", *slug)));
    client.submit(PATH, PATH, &fields).await
}

both! {
    async fn a_liaison_asks_the_room_who_leads_something_without_an_incident_to_begin_with(base) {
        let test = TestApp::new(base).await;
        let asker = test.sign_in(ASKER).await;
        assert!(asker.get("/shares").await.text().contains(PATH), "the inbox leads there");
        let reply = ask(&asker, &["cisa", "fbi"], "Who leads something about this? Say so.", "amber").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        let rows = base.pairs("select purpose, body from share where body like 'Who leads something%'").await;
        assert_eq!(rows.len(), 2, "one for each that is asked");
        assert!(rows.iter().all(|(purpose, body)| purpose == "question" && body == "Who leads something about this? Say so."));
        let inbox = test.sign_in(ASKED).await.get("/shares").await.text();
        assert!(inbox.contains("Who leads something about this? Say so.") && inbox.contains(TITLE), "it waits for an answer");
        let other = test.sign_in("liaison@twitter.example").await;
        assert!(!other.get("/shares").await.text().contains(TITLE), "nobody else is asked");
        assert!(!other.get("/board").await.text().contains(TITLE), "nor sees it");
    }

    async fn a_question_that_lacks_something_says_what_beside_the_field_and_loses_no_word(base) {
        let test = TestApp::new(base).await;
        let asker = test.sign_in(ASKER).await;
        let before = base.number("select count(*) from incident").await;
        let reply = ask(&asker, &[], "Is it you?", "amber").await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        let page = reply.text();
        assert!(page.contains("Choose whom to ask") && page.contains("Is it you?") && page.contains(TITLE), "{page}");
        let reply = ask(&asker, &["cisa"], "  ", "amber").await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains("Write what you ask"));
        assert_eq!(base.number("select count(*) from incident").await, before, "nothing was opened");
    }

    async fn an_agencys_question_that_asks_a_company_to_act_waits_for_counsel(base) {
        let test = TestApp::new(base).await;
        let agency = test.sign_in(ASKED).await;
        let words = "Who leads this? Please take down the page until then.";
        let reply = ask(&agency, &["google", "fbi"], words, "amber").await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        assert!(!test.sign_in(ASKER).await.get("/shares").await.text().contains("Please take down"), "held");
        assert!(test.sign_in("counsel@cisa.example").await.get("/shares?tab=held").await.text().contains("the page until then"), "it waits for them");
    }

    async fn who_may_not_share_is_not_offered_the_question(base) {
        let test = TestApp::new(base).await;
        let reader = test.sign_in("leadership@cisa.example").await;
        assert!(!reader.get("/shares").await.text().contains(PATH));
        assert_eq!(reader.get(PATH).await.status, StatusCode::FORBIDDEN);
    }
}
