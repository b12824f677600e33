//! What crosses with a share, to whom, and what must not cross before counsel has looked.

use app::model::{
    hold::HoldKind,
    id::Number,
    inbox::{ShareQuery, ShareTab},
};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error, Room, entry,
    incident::{self, MarkingInput},
    live,
    share::{self, Decision, ShareInput, Shared, Step},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    story::{first_share, open, opened, post, refused, see, share_with, step, version},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const COLLEAGUE: &str = "lead@google.example";
const FBI: &str = "liaison@fbi.example";
const ASKING: &str = "Please take down the page.";

async fn give(room: &Room, number: &Number, change: impl FnOnce(&mut ShareInput)) -> Result<Shared, Error> {
    let mut input = ShareInput { text: "For your picture.".into(), ..ShareInput::default() };
    change(&mut input);
    share::share(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await
}

/// An AMBER incident of CISA alone.
async fn alone(room: &Room) -> Number {
    open(room, LEAD, |input| input.share_with = vec![]).await
}

async fn red(room: &Room, named: &[&str], summary: &str) -> Number {
    open(room, LEAD, |input| {
        (input.tlp, input.share_with) = ("red".into(), vec![]);
        input.named = named.iter().map(|email| (*email).to_owned()).collect();
        input.summary = summary.into();
    })
    .await
}

async fn held(room: &Room, who: &str) -> Vec<app::model::hold::Hold> {
    let page = share::inbox(room, &asker(room, who).viewer, &ShareQuery::of(ShareTab::Held), 50).await;
    page.expect("a page").holds.clone()
}

async fn release(room: &Room, id: app::model::ShareId) -> Result<(), Error> {
    share::decide(room.clone(), asker(room, COUNSEL), EACH, id, 1, Decision::Release).await.map(drop)
}

async fn texts(room: &Room, who: &str, number: &Number) -> Vec<String> {
    let incident = see(room, who, number).await.expect("visible");
    let query = entry::TimelineQuery { limit: 200, ..Default::default() };
    let timeline = entry::list(room, &asker(room, who).viewer, &incident, &query).await.expect("a timeline");
    timeline.entries.iter().map(|entry| entry.text.clone()).collect()
}

both! {
    async fn opening_names_nobody_while_the_share_is_held(base) {
        let room = base.founded().await;
        let number = red(&room, &[GOOGLE, COUNSEL], ASKING).await;
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)), "nothing crosses before the release");
        let query = ShareQuery::of(ShareTab::Answer);
        let inbox = share::inbox(&room, &asker(&room, GOOGLE).viewer, &query, 50).await.expect("a page");
        assert!(inbox.lines.is_empty());
        let shown = see(&room, LEAD, &number).await.expect("its own").named.clone();
        assert!(shown.iter().all(|person| person.organisation.slug == "cisa"), "{shown:?}");
        let holds = held(&room, COUNSEL).await;
        assert_eq!(holds[0].named.iter().map(|p| p.email.as_str()).collect::<Vec<_>>(), [GOOGLE]);
        release(&room, holds[0].id).await.expect("released");
        see(&room, GOOGLE, &number).await.expect("delivered");
        assert!(texts(&room, GOOGLE, &number).await.iter().any(|text| text == ASKING), "with its opening");
        assert!(matches!(see(&room, COLLEAGUE, &number).await, Err(Error::NotFound)), "nobody else");
        room.close().await;
    }

    async fn opening_shares_nothing_while_the_share_is_held(base) {
        let room = base.founded().await;
        let number = open(&room, LEAD, |input| input.title = "Take down the copy of the county's page".into()).await;
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)), "a title crosses too");
        assert_eq!(held(&room, COUNSEL).await[0].reasons[0].rule, "moderation");
        post(&room, LEAD, &number, |_| {}).await.expect("posted");
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn naming_somebody_with_the_marking_is_a_crossing_too(base) {
        let room = base.founded().await;
        let number = alone(&room).await;
        let mark = async |reason: &str, named: &[&str]| {
            let named = named.iter().map(|email| (*email).to_owned()).collect();
            let input = MarkingInput { version: version(&room, LEAD, &number).await, tlp: "red".into(), reason: reason.into(), named };
            incident::set_marking(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("marked")
        };
        mark(ASKING, &[GOOGLE, COUNSEL]).await;
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        release(&room, held(&room, COUNSEL).await[0].id).await.expect("released");
        see(&room, GOOGLE, &number).await.expect("delivered");
        mark("FBI knows the sender.", &[GOOGLE, COUNSEL, FBI]).await;
        see(&room, FBI, &number).await.expect("named");
        let ledger = share::inbox(&room, &asker(&room, FBI).viewer, &ShareQuery::of(ShareTab::Answer), 50).await;
        assert_eq!(ledger.expect("a page").lines[0].share.text, "FBI knows the sender.", "a row of the ledger");
        room.close().await;
    }

    async fn red_goes_to_the_people_named_and_leaves_with_their_share(base) {
        let room = base.founded().await;
        let number = red(&room, &[], "What only few may know.").await;
        assert_eq!(refused(give(&room, &number, |_| {}).await), ["named"]);
        assert_eq!(refused(give(&room, &number, |input| (input.to, input.named) = (vec!["fbi".into()], vec![GOOGLE.into()])).await), ["named"]);
        for wrong in ["nobody@google.example", COUNSEL] {
            assert_eq!(refused(give(&room, &number, |input| input.named = vec![wrong.into()]).await), ["named"], "{wrong}");
        }
        let first = give(&room, &number, |input| input.named = vec![GOOGLE.into()]).await.expect("shared").shares[0];
        see(&room, GOOGLE, &number).await.expect("named");
        assert!(matches!(see(&room, COLLEAGUE, &number).await, Err(Error::NotFound)));
        let second = give(&room, &number, |input| input.named = vec![COLLEAGUE.into()]).await.expect("shared").shares[0];
        let watching = live::head(&room).await.expect("a head");
        step(&room, LEAD, second, Step::Revoke).await.expect("taken back");
        assert!(matches!(see(&room, COLLEAGUE, &number).await, Err(Error::NotFound)), "whom only that share named");
        see(&room, GOOGLE, &number).await.expect("whom another names");
        let mut gone = false;
        for change in live::changes(&room, watching, None, 100).await.expect("changes") {
            let Some(told) = live::Told::read(&room, change).await.expect("read") else { continue };
            let viewer = asker(&room, COLLEAGUE).viewer;
            let events = told.events(&room, &viewer, app::policy::scope(&viewer)).await.expect("events");
            gone |= events.iter().any(|event| event.data.contains("\"gone\":true"));
        }
        assert!(gone, "an open stream hears that it is gone");
        step(&room, LEAD, first, Step::Revoke).await.expect("taken back");
        assert!(matches!(see(&room, GOOGLE, &number).await, Err(Error::NotFound)));
        assert!(see(&room, LEAD, &number).await.expect("its own").named.iter().all(|p| p.organisation.slug == "cisa"));
        room.close().await;
    }

    async fn amber_says_to_whom_it_is_addressed_and_shows_it_to_all_of_them(base) {
        let room = base.founded().await;
        let number = alone(&room).await;
        assert_eq!(refused(give(&room, &number, |input| (input.to, input.named) = (vec!["fbi".into()], vec![GOOGLE.into()])).await), ["named"]);
        give(&room, &number, |input| (input.to, input.named) = (vec!["google".into()], vec![GOOGLE.into()])).await.expect("shared");
        see(&room, COLLEAGUE, &number).await.expect("all of them");
        let page = share::inbox(&room, &asker(&room, COLLEAGUE).viewer, &ShareQuery::of(ShareTab::Answer), 50).await.expect("a page");
        assert_eq!(page.lines[0].share.named.iter().map(|p| p.email.as_str()).collect::<Vec<_>>(), [GOOGLE]);
        room.close().await;
    }

    async fn what_an_agency_writes_in_a_timeline_of_companies_is_held_like_a_share(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let before = version(&room, GOOGLE, &number).await;
        let head = live::head(&room).await.expect("a head");
        let id = post(&room, LEAD, &number, |input| input.text = ASKING.into()).await.expect("taken");
        for who in [GOOGLE, LEAD, COUNSEL] {
            assert!(!texts(&room, who, &number).await.iter().any(|text| text == ASKING), "{who}: not posted yet");
        }
        assert_eq!(version(&room, GOOGLE, &number).await, before);
        for change in live::changes(&room, head, None, 100).await.expect("changes") {
            let Some(told) = live::Told::read(&room, change).await.expect("read") else { continue };
            let viewer = asker(&room, GOOGLE).viewer;
            assert!(told.events(&room, &viewer, app::policy::scope(&viewer)).await.expect("events").is_empty());
        }
        let hold = &held(&room, COUNSEL).await[0];
        assert_eq!((hold.kind, hold.id.0, hold.to.slug.as_str()), (HoldKind::Entry, id.0, "google"));
        release(&room, hold.id).await.expect("released");
        let incident = see(&room, GOOGLE, &number).await.expect("visible");
        let timeline = entry::list(&room, &asker(&room, GOOGLE).viewer, &incident, &entry::TimelineQuery { limit: 50, ..Default::default() }).await;
        let posted = timeline.expect("a timeline").entries.iter().find(|entry| entry.id == id).cloned().expect("posted under its id");
        assert_eq!(posted.author.expect("an author").email, LEAD, "its author's words");
        // Narrowed to agencies, and from a company, nothing is held.
        share_with(&room, LEAD, &number, "fbi").await.expect("shared");
        post(&room, LEAD, &number, |input| (input.text, input.audience) = (ASKING.into(), vec!["fbi".into()])).await.expect("posted");
        post(&room, GOOGLE, &number, |input| input.text = "We removed our own copy.".into()).await.expect("posted");
        assert!(held(&room, COUNSEL).await.is_empty() && held(&room, "counsel@google.example").await.is_empty());
        room.close().await;
    }

    async fn calling_somebody_of_the_room_is_no_personal_data(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        post(&room, LEAD, &number, |input| input.text = format!("@{GOOGLE} what do you see?")).await.expect("posted");
        assert!(texts(&room, GOOGLE, &number).await.iter().any(|text| text.contains("what do you see?")));
        post(&room, LEAD, &number, |input| input.text = format!("@{GOOGLE}: write to a.voter@mail.example.")).await.expect("taken");
        assert_eq!(held(&room, COUNSEL).await[0].reasons[0].rule, "personal_data");
        room.close().await;
    }

    async fn a_correction_is_no_way_around_the_rules(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = post(&room, LEAD, &number, |_| {}).await.expect("posted");
        post(&room, LEAD, &number, |input| (input.text, input.corrects) = (ASKING.into(), Some(id.to_string()))).await.expect("taken");
        assert!(!texts(&room, GOOGLE, &number).await.iter().any(|text| text == ASKING));
        release(&room, held(&room, COUNSEL).await[0].id).await.expect("released");
        assert!(texts(&room, GOOGLE, &number).await.iter().any(|text| text == ASKING));
        room.close().await;
    }

    async fn an_answer_to_a_company_is_held_like_a_share(base) {
        let room = base.founded().await;
        let number = open(&room, "analyst@google.example", |input| input.share_with = vec!["cisa".into()]).await;
        let id = first_share(&room, "lead@google.example", &number, "cisa").await;
        step(&room, LEAD, id, Step::Answer(ASKING.into())).await.expect("taken");
        let stands = async || share::find(&room, &asker(&room, GOOGLE).viewer, id).await.expect("a party");
        assert_eq!(stands().await.answer, None);
        assert!(!texts(&room, GOOGLE, &number).await.iter().any(|text| text == ASKING));
        release(&room, held(&room, COUNSEL).await[0].id).await.expect("released");
        assert_eq!(stands().await.answer.as_deref(), Some(ASKING));
        assert!(texts(&room, GOOGLE, &number).await.iter().any(|text| text == ASKING));
        // What was answered meanwhile is not answered over.
        let number = open(&room, "analyst@google.example", |input| input.share_with = vec!["cisa".into()]).await;
        let id = first_share(&room, "lead@google.example", &number, "cisa").await;
        step(&room, LEAD, id, Step::Answer(ASKING.into())).await.expect("taken");
        step(&room, "liaison@cisa.example", id, Step::Answer("Seen.".into())).await.expect("answered");
        assert_eq!(refused(release(&room, held(&room, COUNSEL).await[0].id).await), ["comment"]);
        room.close().await;
    }

    async fn only_what_the_recipient_can_see_goes_along(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let open_to_all = post(&room, LEAD, &number, |_| {}).await.expect("posted");
        share_with(&room, LEAD, &number, "fbi").await.expect("shared");
        let narrow = post(&room, LEAD, &number, |input| input.audience = vec!["fbi".into()]).await.expect("posted");
        let theirs = post(&room, GOOGLE, &number, |input| input.audience = vec!["google".into()]).await.expect("posted");
        let cite = async |to: &str, ids: Vec<String>| give(&room, &number, |input| (input.to, input.entries) = (vec![to.into()], ids)).await;
        assert_eq!(refused(cite("google", vec![narrow.to_string()]).await), ["entries"]);
        assert_eq!(refused(cite("google", vec![theirs.to_string()]).await), ["entries"], "what one does not see is not there");
        assert_eq!(refused(cite("google", vec!["x".into()]).await), ["entries"]);
        cite("fbi", vec![narrow.to_string()]).await.expect("the FBI sees it");
        let id = cite("google", vec![open_to_all.to_string()]).await.expect("shared").shares[0];
        let share = share::find(&room, &asker(&room, GOOGLE).viewer, id).await.expect("a party");
        assert_eq!(share.entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), [open_to_all]);
        room.close().await;
    }

    async fn the_words_of_an_entry_that_goes_along_are_read_by_the_rules(base) {
        let room = base.founded().await;
        let number = alone(&room).await;
        let id = post(&room, LEAD, &number, |input| input.text = ASKING.into()).await.expect("posted among ourselves");
        let made = give(&room, &number, |input| (input.to, input.entries) = (vec!["google".into()], vec![id.to_string()])).await.expect("taken");
        assert_eq!((made.shares.len(), made.held.len()), (0, 1));
        release(&room, made.held[0]).await.expect("released");
        let share = share::find(&room, &asker(&room, GOOGLE).viewer, made.held[0]).await.expect("delivered");
        assert_eq!(share.entries.len(), 1);
        room.close().await;
    }

    async fn a_foreign_hand_is_none_seen_suspected_or_attributed_by_whom(base) {
        let room = base.founded().await;
        let number = alone(&room).await;
        for (word, by, wrong) in [("surely", "", "foreign_nexus"), ("attributed", " ", "attributed_by"), ("suspected", "ODNI", "attributed_by")] {
            let said = give(&room, &number, |input| {
                input.to = vec!["fbi".into()];
                (input.foreign_nexus, input.attributed_by) = (word.into(), by.into());
            }).await;
            assert_eq!(refused(said), [wrong], "{word}");
        }
        let id = give(&room, &number, |input| {
            input.to = vec!["fbi".into()];
            (input.foreign_nexus, input.attributed_by) = ("attributed".into(), "ODNI".into());
        }).await.expect("shared").shares[0];
        assert_eq!(share::find(&room, &asker(&room, FBI).viewer, id).await.expect("a party").foreign_nexus, "Attributed by ODNI");
        room.close().await;
    }

    async fn a_script_learns_that_its_entry_and_its_answer_wait(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let lead = test.caller(LEAD).await;
        let reply = lead.json(Method::POST, &at(&format!("/incidents/{number}/entries")), &json!({"text": ASKING})).await;
        assert_eq!((reply.status, reply.json()["kind"].as_str()), (StatusCode::ACCEPTED, Some("entry")));
        let number = open(room, "analyst@google.example", |input| input.share_with = vec!["cisa".into()]).await;
        let id = first_share(room, "lead@google.example", &number, "cisa").await;
        let reply = lead.json(Method::POST, &at(&format!("/shares/{id}/answer")), &json!({"text": ASKING})).await;
        assert_eq!((reply.status, reply.json()["state"].as_str()), (StatusCode::ACCEPTED, Some("held")));
        let body = json!({"named": [GOOGLE], "to": "google", "text": "For your picture.", "entries": []});
        let number = alone(room).await;
        let reply = lead.json(Method::POST, &at(&format!("/incidents/{number}/shares")), &body).await;
        assert_eq!((reply.status, reply.json()["named"][0].as_str()), (StatusCode::CREATED, Some(GOOGLE)));
        room.close().await;
    }
}
