//! The label of a share, of a hold and of an answer restricts who reads it, and what was taken back is gone.

use app::model::{
    Role, ShareId,
    id::Number,
    inbox::{ShareQuery, ShareTab},
    notice::{NoticeQuery, NoticeWhat},
};
use axum::http::StatusCode;
use serde_json::json;
use server::service::{
    Error, Room, board, entry,
    incident::{self, MarkingInput},
    indicator::{self, IndicatorInput},
    live, notice,
    share::{self, Decision, ShareInput, Shared, Step},
    task::{self, TaskInput},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    live::Stream,
    reading::{acts, everything, heard, pages},
    story::{first_share, open, post, refused, see, share_with, step, version},
    test_app::{TestApp, join},
};

const LEAD: &str = "lead@cisa.example";
const ANALYST: &str = "analyst@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "analyst@google.example";
const COLLEAGUE: &str = "liaison@google.example";
const FBI: &str = "liaison@fbi.example";
const SECRET: &str = "Only the named may read this.";

async fn give(room: &Room, number: &Number, change: impl FnOnce(&mut ShareInput)) -> Result<Shared, Error> {
    let mut input = ShareInput { to: vec!["google".into()], text: SECRET.into(), ..ShareInput::default() };
    change(&mut input);
    share::share(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await
}

async fn given(room: &Room, number: &Number, change: impl FnOnce(&mut ShareInput)) -> ShareId {
    give(room, number, change).await.expect("shared").shares[0]
}

fn red(named: &str) -> impl FnOnce(&mut ShareInput) {
    move |input| (input.tlp, input.named) = ("red".into(), vec![named.into()])
}

async fn whats(room: &Room, who: &str) -> Vec<NoticeWhat> {
    let query = NoticeQuery { all: true, ..NoticeQuery::default() };
    let page = notice::list(room, &asker(room, who).viewer, &query, 200).await.expect("a page");
    page.lines.iter().map(|line| line.what).collect()
}

async fn held(room: &Room, who: &str) -> Vec<app::model::hold::Hold> {
    let page = share::inbox(room, &asker(room, who).viewer, &ShareQuery::of(ShareTab::Held), 50).await;
    page.expect("a page").holds.clone()
}

/// What the sender is told that Google would not see.
async fn preview(room: &Room, who: &str, number: &Number) -> Vec<String> {
    let input = ShareInput { to: vec!["google".into()], text: "Once more.".into(), ..ShareInput::default() };
    let preview =
        share::preview(room, &asker(room, who).viewer, number, &input, "").await.expect("a preview");
    assert!(preview.shares.items.iter().all(|share| share.text != "Sent by mistake."));
    preview.unseen
}

async fn texts(room: &Room, who: &str, number: &Number) -> Vec<String> {
    let incident = see(room, who, number).await.expect("visible");
    let query = entry::TimelineQuery { limit: 200, ..Default::default() };
    let timeline = entry::list(room, &asker(room, who).viewer, &incident, &query).await.expect("a timeline");
    timeline.entries.iter().map(|entry| entry.text.clone()).collect()
}

both! {
    async fn a_red_share_is_read_by_its_author_and_whom_it_names(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        for tlp in ["amber", "green"] {
            let number = open(room, ANALYST, |input| (input.tlp, input.share_with) = (tlp.into(), vec!["fbi".into()])).await;
            assert_eq!(refused(give(room, &number, |input| input.tlp = "red".into()).await), ["named"], "RED goes to people");
            let id = given(room, &number, red(GOOGLE)).await;
            step(room, GOOGLE, id, Step::Acknowledge).await.expect("named");
            for who in [LEAD, GOOGLE] {
                assert!(everything(&test, who, &number).await.contains(SECRET), "{who} in {tlp}");
                assert_eq!(share::find(room, &asker(room, who).viewer, id).await.expect("read").text, SECRET);
            }
            for who in [COLLEAGUE, "lead@google.example", "counsel@google.example", ANALYST, COUNSEL, FBI] {
                let text = everything(&test, who, &number).await;
                assert!(!text.contains(SECRET) && !text.contains(&id.to_string()), "{who} in {tlp}: {text}");
                assert!(matches!(share::find(room, &asker(room, who).viewer, id).await, Err(Error::NotFound)), "{who}");
                let counts = share::count(room, &asker(room, who).viewer).await.expect("counts");
                assert!(counts.answer == 0 || who == FBI, "{who}");
                for act in [Step::Seen, Step::Acknowledge, Step::Revoke] {
                    assert!(matches!(step(room, who, id, act).await, Err(Error::NotFound)), "{who}");
                }
            }
            assert!(whats(room, GOOGLE).await.contains(&NoticeWhat::Shared), "whom it names is told, whatever their role");
            assert!(!whats(room, COLLEAGUE).await.contains(&NoticeWhat::Shared));
            step(room, LEAD, id, Step::Revoke).await.expect("its author takes it back");
        }
        room.close().await;
    }

    async fn what_was_taken_back_is_gone_for_its_recipient_while_the_incident_stays(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        for tlp in ["amber", "green"] {
            let number = open(room, ANALYST, |input| input.tlp = tlp.into()).await;
            let id = given(room, &number, |input| input.text = "Sent by mistake.".into()).await;
            step(room, COLLEAGUE, id, Step::Acknowledge).await.expect("acknowledged");
            assert!(everything(&test, COLLEAGUE, &number).await.contains("Sent by mistake."));
            let (notices, head) = (whats(room, COLLEAGUE).await.len(), live::head(room).await.expect("a head"));
            step(room, LEAD, id, Step::Revoke).await.expect("taken back");
            see(room, COLLEAGUE, &number).await.expect("another share stands");
            for who in [COLLEAGUE, GOOGLE] {
                let text = everything(&test, who, &number).await;
                assert!(!text.contains("Sent by mistake."), "{who} in {tlp}: {text}");
                assert!(matches!(share::find(room, &asker(room, who).viewer, id).await, Err(Error::NotFound)));
                assert!(matches!(step(room, who, id, Step::Answer("Late.".into())).await, Err(Error::NotFound)));
                let heard = heard(room, who, head).await;
                assert!(heard.contains(&format!(r#"share {{"number":"{number}","id":"{id}","gone":true}}"#)), "{heard}");
            }
            assert_eq!(whats(room, COLLEAGUE).await.len(), notices - 1, "its notice goes with it");
            let unseen = preview(room, LEAD, &number).await;
            assert!(unseen.iter().any(|line| line.contains("taken back")), "{unseen:?}");
            let own = everything(&test, LEAD, &number).await;
            assert!(own.contains("Sent by mistake."), "its sender keeps the row");
        }
        room.close().await;
    }

    async fn an_answer_is_never_wider_than_its_share(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let facts = "The subscriber is known to us.";
        // Also to a GREEN share: the form says that it is for the two.
        for (incident, label) in [("green", "amber+strict"), ("green", "green"), ("amber", "amber+strict"), ("amber+strict", "amber+strict")] {
            let number = open(room, ANALYST, |input| (input.tlp, input.share_with) = (incident.into(), vec!["fbi".into()])).await;
            let id = given(room, &number, |input| input.tlp = label.into()).await;
            step(room, COLLEAGUE, id, Step::Answer(facts.into())).await.expect("answered");
            for who in [LEAD, GOOGLE] {
                assert!(texts(room, who, &number).await.iter().any(|text| text == facts), "{who}: {label} in {incident}");
            }
            assert!(!everything(&test, FBI, &number).await.contains(facts), "{label} in {incident}");
            let feed = board::feed(room, &asker(room, FBI).viewer, true, None, 50).await.expect("a feed").0;
            assert!(feed.iter().all(|item| item.text != facts), "on no wall");
        }
        let number = open(room, ANALYST, |_| {}).await;
        let id = given(room, &number, red(GOOGLE)).await;
        step(room, GOOGLE, id, Step::Answer("For the named.".into())).await.expect("answered");
        for (who, reads) in [(LEAD, true), (GOOGLE, true), (ANALYST, false), (COLLEAGUE, false)] {
            assert_eq!(everything(&test, who, &number).await.contains("For the named."), reads, "{who}");
        }
        room.close().await;
    }

    async fn an_answer_to_what_became_red_is_for_those_of_the_two_who_are_named_there(base) {
        let room = base.founded().await;
        let number = open(&room, ANALYST, |input| input.share_with = vec!["google".into(), "fbi".into()]).await;
        let id = first_share(&room, LEAD, &number, "google").await;
        let named = [LEAD, COLLEAGUE, FBI].map(str::to_owned).to_vec();
        let input = MarkingInput { version: version(&room, LEAD, &number).await, tlp: "red".into(), reason: "A life is in danger.".into(), named };
        incident::set_marking(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("marked");
        step(&room, COLLEAGUE, id, Step::Answer("We know the sender.".into())).await.expect("answered");
        for (who, reads) in [(LEAD, true), (COLLEAGUE, true), (FBI, false)] {
            assert_eq!(texts(&room, who, &number).await.iter().any(|text| text == "We know the sender."), reads, "{who}");
        }
        room.close().await;
    }

    async fn an_answer_is_not_read_by_who_joins_later(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |_| {}).await;
        let id = first_share(room, LEAD, &number, "google").await;
        step(room, COLLEAGUE, id, Step::Answer("Only you and we know.".into())).await.expect("answered");
        share_with(room, LEAD, &number, "fbi").await.expect("shared");
        assert!(!everything(&test, FBI, &number).await.contains("Only you and we know."));
        assert!(texts(room, GOOGLE, &number).await.iter().any(|text| text == "Only you and we know."));
        room.close().await;
    }

    async fn an_audience_is_kept_as_it_was_named(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.share_with = vec![]).await;
        let cisa = test.caller(LEAD).await;
        let entry = cisa.make(&format!("/incidents/{number}/entries"), json!({"text": "Among ourselves.", "audience": ["cisa"]})).await;
        assert_eq!(entry["audience"], json!(["cisa"]), "as it was said");
        let link = json!({"url": "https://county.example/notice", "note": "Ours alone.", "audience": ["cisa"]});
        cisa.make(&format!("/incidents/{number}/evidence"), link).await;
        share_with(room, LEAD, &number, "google").await.expect("shared");
        let text = everything(&test, COLLEAGUE, &number).await;
        assert!(!text.contains("Among ourselves.") && !text.contains("Ours alone."), "{text}");
        room.close().await;
    }

    async fn a_form_narrows_against_whom_it_offered(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.share_with = vec!["google".into(), "fbi".into()]).await;
        let (page, action) = (format!("/incidents/{number}"), format!("/incidents/{number}/entries"));
        let browser = test.sign_in("analyst@fbi.example").await;
        let drawn = browser.get(&page).await;
        for slug in ["cisa", "google", "fbi"] {
            assert!(drawn.text().contains(&format!(r#"name="offered" value="{slug}""#)), "{slug}");
        }
        let token = drawn.form_token(&action).expect("a form");
        let offered = [("offered", "cisa"), ("offered", "google"), ("offered", "fbi"), ("kind", "update"), ("tlp", "amber")];
        let send = async |token: &str, text: &str, ticked: &[&str]| {
            let mut fields = offered.to_vec();
            fields.push(("text", text));
            fields.extend(ticked.iter().map(|slug| ("audience", *slug)));
            browser.post(&action, token, &fields).await.status
        };
        // Google is left out while it is not there: who is left is not "everybody".
        let share = first_share(room, LEAD, &number, "google").await;
        step(room, LEAD, share, Step::Revoke).await.expect("taken back");
        assert_eq!(send(&token, "Without them.", &["fbi", "cisa"]).await, StatusCode::SEE_OTHER);
        share_with(room, LEAD, &number, "google").await.expect("shared again");
        assert!(!everything(&test, COLLEAGUE, &number).await.contains("Without them."));
        // All that were offered: also whoever joins meanwhile and later.
        let token = browser.get(&page).await.form_token(&action).expect("a form");
        share_with(room, LEAD, &number, "twitter").await.expect("shared");
        assert_eq!(send(&token, "For all of us.", &["fbi", "cisa", "google"]).await, StatusCode::SEE_OTHER);
        share_with(room, LEAD, &number, "verizon").await.expect("shared");
        for who in [COLLEAGUE, "liaison@twitter.example", "liaison@verizon.example"] {
            assert!(everything(&test, who, &number).await.contains("For all of us."), "{who}");
        }
        room.close().await;
    }

    async fn screens_and_auditors_read_no_share_and_no_hold(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let pump = tokio::spawn(test.app.hub.clone().pump());
        let screens = ["screen@cisa.example", "screen@facebook.example"];
        join(room, screens[0], "cisa", Role::Screen).await;
        join(room, screens[1], "facebook", Role::Screen).await;
        let number = open(room, ANALYST, |input| (input.tlp, input.share_with) = ("green".into(), vec![])).await;
        let watchers = [screens[0], screens[1], "auditor@watchfloor.example"];
        let mut streams = vec![];
        for who in watchers {
            for _ in 0..5 {
                let mut stream = Stream::open(&test, &test.sign_in(who).await, "/live", None).await;
                stream.next().await.expect("a pulse");
                streams.push((who, stream));
            }
        }
        let id = given(room, &number, |input| (input.text, input.tlp) = ("For Google.".into(), "amber".into())).await;
        let held = give(room, &number, |input| input.text = "Please remove it.".into()).await.expect("taken").held[0];
        step(room, COLLEAGUE, id, Step::Answer("To CISA.".into())).await.expect("answered");
        step(room, LEAD, id, Step::Revoke).await.expect("taken back");
        post(room, LEAD, &number, |input| input.text = "The last word.".into()).await.expect("posted");
        for (who, stream) in &mut streams {
            loop {
                let event = stream.next().await.expect("goes on");
                assert!(event.name != "share" && !event.data.contains(r#""noun":"hold""#), "{who}: {event:?}");
                for never in ["For Google.", "To CISA.", &id.to_string()] {
                    assert!(!event.data.contains(never), "{who}: {event:?}");
                }
                if event.data.contains("The last word.") {
                    break;
                }
            }
        }
        for who in watchers {
            let viewer = asker(room, who).viewer;
            assert!(matches!(share::find(room, &viewer, id).await, Err(Error::NotFound)), "{who}");
            assert!(matches!(share::find_hold(room, &viewer, held).await, Err(Error::NotFound)), "{who}");
            let counts = share::count(room, &viewer).await.expect("counts");
            assert_eq!((counts.answer, counts.waiting, counts.held), (0, 0, 0), "{who}");
            for tab in ShareTab::ALL {
                let page = share::inbox(room, &viewer, &ShareQuery::of(*tab), 50).await.expect("a page");
                assert!(page.lines.is_empty() && page.holds.is_empty(), "{who} {tab}");
            }
            let incident = see(room, who, &number).await.expect("GREEN");
            assert!(share::list(room, &viewer, &incident, 0, 50).await.expect("a list").0.is_empty(), "{who}");
            let page = test.caller(who).await.call(&format!("/incidents/{number}/shares")).await.text();
            assert!(!page.contains("For Google."), "{who}: {page}");
        }
        pump.abort();
        room.close().await;
    }

    async fn third_parties_learn_that_somebody_takes_part_and_nothing_of_what_two_tell_each_other(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        for tlp in ["amber", "green"] {
            let number = open(room, ANALYST, |input| (input.tlp, input.share_with) = (tlp.into(), vec!["fbi".into()])).await;
            let first = given(room, &number, |input| input.purpose = "safety".into()).await;
            let text = acts(&test, FBI, &number).await;
            assert!(text.contains("Google") && !text.contains("Safety"), "who, not what for: {text}");
            let (timeline, head) = (texts(room, FBI, &number).await.len(), live::head(room).await.expect("a head"));
            let seen = see(room, FBI, &number).await.expect("seen");
            base.clock.advance(60);
            let second = given(room, &number, |input| (input.purpose, input.reference) = ("legal_process".into(), "20-CV-1184".into())).await;
            let red = given(room, &number, red(GOOGLE)).await;
            for id in [first, second] {
                step(room, LEAD, id, Step::Revoke).await.expect("taken back");
            }
            assert_eq!(texts(room, FBI, &number).await.len(), timeline, "no entry more, in {tlp}");
            assert_eq!(heard(room, FBI, head).await, "", "and no word in a stream");
            assert_eq!(see(room, FBI, &number).await.expect("seen"), seen, "nothing moves");
            assert!(!acts(&test, FBI, &number).await.contains("Legal process"));
            for who in [LEAD, COLLEAGUE] {
                assert!(texts(room, who, &number).await.iter().any(|text| text.contains("Legal process")), "{who}");
            }
            step(room, LEAD, red, Step::Revoke).await.expect("taken back");
            let gone = matches!(see(room, COLLEAGUE, &number).await, Err(Error::NotFound));
            assert_eq!(gone, tlp == "amber", "the last of them");
            assert_eq!(texts(room, FBI, &number).await.len(), timeline + 1, "who takes part no more concerns all");
        }
        room.close().await;
    }

    async fn who_loosens_an_incident_loosens_no_indicator_and_no_task(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (also, looser) = (open(room, ANALYST, |_| {}).await, "green");
        for (label, named) in [("amber", vec![]), ("red", vec![LEAD.to_owned(), COLLEAGUE.to_owned()])] {
            let number = open(room, LEAD, |input| {
                (input.tlp, input.named) = (label.into(), named.clone());
                input.share_with = if label == "red" { vec![] } else { vec!["google".into()] };
            }).await;
            let handle = IndicatorInput { kind: "handle".into(), value: format!("@sender_{label}"), note: "From our logs.".into() };
            indicator::add(room.clone(), asker(room, COLLEAGUE), EACH, number.clone(), handle.clone()).await.expect("added");
            let input = TaskInput { text: format!("Ring 555-0142 of {label}"), person: Some(COLLEAGUE.into()), ..TaskInput::default() };
            let task = task::add(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("added").id;
            indicator::add(room.clone(), asker(room, LEAD), EACH, also.clone(), handle).await.expect("added");
            let head = live::head(room).await.expect("a head");
            let input = MarkingInput { version: version(room, LEAD, &number).await, tlp: looser.into(), reason: "Known to all.".into(), named: vec![] };
            incident::set_marking(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("marked");
            let finish = task::finish(room.clone(), asker(room, FBI), EACH, number.clone(), task).await;
            assert!(matches!(finish, Err(Error::NotFound)), "{label}");
            for who in [FBI, "analyst@facebook.example"] {
                see(room, who, &number).await.expect("GREEN now");
                let text = everything(&test, who, &number).await;
                assert!(!text.contains("sender_") && !text.contains("555-0142") && !text.contains("From our logs."), "{who} {label}: {text}");
            }
            for (who, reads) in [(LEAD, true), (COLLEAGUE, true), (GOOGLE, label == "amber")] {
                let script = test.caller(who).await;
                let of = |path: &str| at(&format!("/incidents/{number}{path}"));
                let text = pages(&script, &[&of("/indicators"), &of("/tasks")]).await;
                assert_eq!((text.contains("sender_"), text.contains("555-0142")), (reads, reads), "{who} {label}: {text}");
            }
            assert!(!heard(room, FBI, head).await.contains("sender_"));
            let incident = see(room, GOOGLE, &also).await.expect("AMBER");
            let (found, _) = indicator::list(room, &asker(room, GOOGLE).viewer, &incident, 0, 50).await.expect("a list");
            let known = found.iter().find(|one| one.value == format!("@sender_{label}")).expect("added");
            assert_eq!(known.also_in.contains(&number), label == "amber", "also seen where it is seen");
        }
        room.close().await;
    }

    async fn what_is_held_under_red_is_read_by_its_author_and_by_counsel_who_decides(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let asking = "Please suspend the account of the sender.";
        let number = open(room, ANALYST, |_| {}).await;
        let entry = post(room, LEAD, &number, |input| {
            (input.text, input.tlp, input.named) = (asking.into(), "red".into(), vec![GOOGLE.into()]);
        }).await.expect("taken");
        let shared = give(room, &number, |input| {
            red(GOOGLE)(input);
            input.text = asking.into();
        }).await.expect("taken").held[0];
        for who in [LEAD, COUNSEL] {
            assert_eq!(held(room, who).await.len(), 2, "{who}");
        }
        for who in ["leadership@cisa.example", ANALYST, GOOGLE, "counsel@google.example"] {
            assert!(held(room, who).await.is_empty(), "{who}");
            let text = everything(&test, who, &number).await;
            assert!(!text.contains("suspend") && !text.contains(&shared.to_string()) && !text.contains(&entry.to_string()), "{who}");
            assert_eq!(share::count(room, &asker(room, who).viewer).await.expect("counts").held, 0);
            let decided = share::decide(room.clone(), asker(room, who), EACH, shared, 1, Decision::Release).await;
            assert!(matches!(decided, Err(Error::NotFound)), "{who}");
        }
        assert!(whats(room, COUNSEL).await.contains(&NoticeWhat::Held));
        share::decide(room.clone(), asker(room, COUNSEL), EACH, shared, 1, Decision::Release).await.expect("released");
        assert!(everything(&test, GOOGLE, &number).await.contains("suspend"), "delivered to whom it names");
        share::find(room, &asker(room, COUNSEL).viewer, shared).await.expect("who let it out reads it");
        for who in [ANALYST, COLLEAGUE] {
            assert!(!everything(&test, who, &number).await.contains("suspend"), "{who}");
        }
        room.close().await;
    }
}
