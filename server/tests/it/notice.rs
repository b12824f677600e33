//! What people are told of: who, of what, and what is gone with the sight of it.

use app::model::{
    id::Number,
    notice::{NoticeKind, NoticeLine, NoticeQuery, NoticeWhat},
};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Room, following,
    incident::{self, MarkingInput, OwnerInput},
    notice,
    share::{self, Decision, ShareInput, Step},
    task::{self, TaskInput},
};

use crate::{
    base::{Base, EACH, asker, both},
    failing::Fault,
    live::Stream,
    story::{clear, first_share, open, opened, post, share_with, status, step, version},
    test_app::TestApp,
};

const CISA: &str = "analyst@cisa.example";
const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const FBI: &str = "liaison@fbi.example";

async fn told(room: &Room, who: &str) -> Vec<NoticeLine> {
    let query = NoticeQuery { all: true, ..NoticeQuery::default() };
    let page = notice::list(room, &asker(room, who).viewer, &query, 200).await.expect("a page");
    page.lines.clone()
}

async fn whats(room: &Room, who: &str) -> Vec<NoticeWhat> {
    told(room, who).await.into_iter().map(|line| line.what).collect()
}

async fn unread(room: &Room, who: &str) -> i64 {
    notice::count(room, &asker(room, who).viewer).await.expect("a count").unread
}

async fn follow(room: &Room, who: &str, number: &Number, on: bool) -> bool {
    let set = following::set(room.clone(), asker(room, who), EACH, number.clone(), on).await;
    set.expect("set").following
}

async fn call(room: &Room, number: &Number, whom: &str) {
    post(room, CISA, number, |post| post.text = format!("Please look, @{whom}.")).await.expect("posted");
}

both! {
    async fn who_is_called_is_told_who_it_was_and_where(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        call(&room, &number, GOOGLE).await;
        let lines = told(&room, GOOGLE).await;
        assert_eq!(lines.iter().map(|line| line.what).collect::<Vec<_>>(), [NoticeWhat::Mentioned, NoticeWhat::Shared]);
        assert_eq!(lines[0].by.as_ref().map(|by| by.email.as_str()), Some(CISA));
        assert!(lines[0].text.starts_with("Please look, @") && !lines[0].text.contains(GOOGLE), "{}", lines[0].text);
        assert!(lines[0].href().starts_with(&format!("/incidents/{number}?at=")) && lines[0].href().contains("#entry-"));
        assert_eq!(unread(&room, GOOGLE).await, 2);
        for who in [CISA, FBI, "analyst@google.example", "auditor@watchfloor.example", "room-admin@watchfloor.example"] {
            assert_eq!(told(&room, who).await, [], "{who}");
        }
        room.close().await;
    }

    async fn those_who_speak_for_an_organisation_are_told_what_reaches_it_and_the_sender_of_the_answer(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        for who in [GOOGLE, "lead@google.example", "counsel@google.example"] {
            assert_eq!(whats(&room, who).await, [NoticeWhat::Shared], "{who}");
        }
        let id = first_share(&room, LEAD, &number, "google").await;
        step(&room, GOOGLE, id, Step::Seen).await.expect("seen");
        step(&room, GOOGLE, id, Step::Answer("We see it too.".into())).await.expect("answered");
        assert_eq!(whats(&room, CISA).await, [NoticeWhat::Answered], "who shared it");
        assert_eq!(whats(&room, LEAD).await, [], "and nobody else");
        room.close().await;
    }

    async fn counsel_is_told_of_what_is_held_and_the_sender_of_what_was_decided(base) {
        let room = base.founded().await;
        let number = open(&room, CISA, |input| input.share_with = vec![]).await;
        let mut held = vec![];
        for text in ["Please remove it.", "Please suspend it."] {
            let input = ShareInput { to: vec!["google".into()], text: text.into(), ..ShareInput::default() };
            let made = share::share(room.clone(), asker(&room, CISA), EACH, number.clone(), input).await.expect("made");
            held.extend(made.held);
        }
        let counsel = asker(&room, "counsel@cisa.example");
        assert_eq!(whats(&room, "counsel@cisa.example").await, [NoticeWhat::Held, NoticeWhat::Held]);
        assert_eq!(told(&room, GOOGLE).await, [], "the recipient learns nothing");
        assert_eq!(told(&room, "counsel@google.example").await, []);
        let decide = |id, decision| share::decide(room.clone(), counsel.clone(), EACH, id, 1, decision);
        decide(held[0], Decision::Return("Say it as a fact.".into())).await.expect("returned");
        decide(held[1], Decision::Release).await.expect("released");
        assert_eq!(whats(&room, CISA).await, [NoticeWhat::Released, NoticeWhat::Returned]);
        assert_eq!(whats(&room, GOOGLE).await, [NoticeWhat::Shared], "now it was delivered");
        room.close().await;
    }

    async fn an_owner_is_told_of_what_is_theirs_and_of_a_target_that_passes(base) {
        let room = base.founded().await;
        let number = open(&room, CISA, |input| input.owner = Some(LEAD.into())).await;
        assert_eq!(whats(&room, LEAD).await, [NoticeWhat::Assigned]);
        let input = TaskInput { text: "Ask the office".into(), person: Some(GOOGLE.into()), ..TaskInput::default() };
        task::add(room.clone(), asker(&room, CISA), EACH, number.clone(), input).await.expect("added");
        assert_eq!(told(&room, GOOGLE).await[0].text, "Ask the office");
        let offer = OwnerInput { version: version(&room, LEAD, &number).await, owner: GOOGLE.into() };
        incident::assign(room.clone(), asker(&room, LEAD), EACH, number.clone(), offer).await.expect("offered");
        assert_eq!(whats(&room, GOOGLE).await, [NoticeWhat::Offered, NoticeWhat::Task, NoticeWhat::Shared]);
        base.clock.advance(6 * 3_600);
        server::service::clocks::note_breaches(&room).await.expect("noted");
        assert!(whats(&room, LEAD).await.starts_with(&[NoticeWhat::Breach]));
        assert!(!whats(&room, GOOGLE).await.contains(&NoticeWhat::Breach), "it is not theirs yet");
        // Nobody owns this one: the shift lead hears of its clock.
        open(&room, CISA, |input| (input.owner, input.share_with) = (None, vec![])).await;
        base.clock.advance(6 * 3_600);
        server::service::clocks::note_breaches(&room).await.expect("noted");
        assert!(told(&room, LEAD).await.iter().filter(|line| line.kind == NoticeKind::Breach).count() > 1);
        room.close().await;
    }

    async fn those_who_speak_for_an_organisation_hear_that_an_incident_is_referred_to_it(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        // Who follows it hears one thing of one act.
        assert!(follow(room, GOOGLE, &number, true).await);
        assert!(follow(room, LEAD, &number, true).await);
        status(room, CISA, &number, "referred", |input| input.referred_to = Some("google".into())).await.expect("referred");
        for who in [GOOGLE, "lead@google.example", "counsel@google.example"] {
            assert_eq!(whats(room, who).await, [NoticeWhat::Referred, NoticeWhat::Shared], "{who}");
            assert_eq!(told(room, who).await[0].kind, NoticeKind::Assigned);
        }
        assert_eq!(whats(room, LEAD).await, [NoticeWhat::Status], "who follows hears of the status");
        assert_eq!(whats(room, "analyst@google.example").await, []);
        assert_eq!(told(room, FBI).await, []);
        let browser = test.sign_in(GOOGLE).await;
        assert!(browser.get("/notifications").await.text().contains("referred it to your organisation"));
        let page = browser.get(&format!("/incidents/{number}")).await.text();
        assert!(page.contains("Referred to <b>Google</b>"), "the page says to whom: {page}");
        room.close().await;
    }

    async fn who_follows_hears_of_the_status_until_they_stop_or_see_it_no_more(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        assert!(follow(&room, GOOGLE, &number, true).await);
        let of = |lines: Vec<NoticeWhat>| lines.into_iter().filter(|what| *what == NoticeWhat::Status).count();
        status(&room, LEAD, &number, "triaged", |_| {}).await.expect("triaged");
        assert_eq!((of(whats(&room, GOOGLE).await), of(whats(&room, CISA).await)), (1, 1), "the opener follows by itself");
        assert_eq!(of(whats(&room, LEAD).await), 0, "nobody is told of what they did");
        follow(&room, GOOGLE, &number, false).await;
        // What they do in it does not make them follow again.
        post(&room, GOOGLE, &number, |_| {}).await.expect("posted");
        status(&room, LEAD, &number, "contained", |input| input.note = "Its carrier was told".into()).await.expect("contained");
        assert_eq!(of(whats(&room, GOOGLE).await), 1);
        follow(&room, GOOGLE, &number, true).await;
        let id = first_share(&room, LEAD, &number, "google").await;
        step(&room, LEAD, id, Step::Revoke).await.expect("taken back");
        let before = base.number("select count(*) from notice").await;
        status(&room, LEAD, &number, "triaged", |input| input.note = "Again".into()).await.expect("again");
        assert_eq!(told(&room, GOOGLE).await, [], "all of it is gone");
        assert_eq!(base.number("select count(*) from notice").await, before + 1, "the opener's alone");
        room.close().await;
    }

    async fn a_notice_is_gone_with_the_sight_of_what_it_is_about(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        call(room, &number, GOOGLE).await;
        let (browser, script) = (test.sign_in(GOOGLE).await, test.caller(GOOGLE).await);
        let page = browser.get("/notifications").await.text();
        assert!(page.contains(number.as_str()) && page.contains("bell-count\">2</span>"), "both are there");
        let id = told(room, GOOGLE).await[0].id;
        let share = first_share(room, LEAD, &number, "google").await;
        step(room, LEAD, share, Step::Revoke).await.expect("taken back");
        let page = browser.get("/notifications?show=all").await.text();
        assert!(!page.contains(number.as_str()) && page.contains("hidden class=\"count bell-count\"") || page.contains("bell-count\" hidden"), "{page}");
        assert_eq!(browser.get("/notifications/count").await.json(), json!({"unread": 0}));
        assert_eq!(script.read("/notifications").await["items"], json!([]));
        // The same answer as for an id that was never given.
        let none = "99999999-2222-4333-8444-555555555555";
        let there = script.send_json(Method::POST, &format!("/notifications/{id}/read"), json!({})).await;
        let absent = script.send_json(Method::POST, &format!("/notifications/{none}/read"), json!({})).await;
        assert_eq!((there.status, there.bytes), (absent.status, absent.bytes));
        assert_eq!(browser.get(&format!("/notifications/{id}")).await.status, StatusCode::NOT_FOUND);
        // Given back, it is there again; of what was taken back nothing comes back.
        share_with(room, LEAD, &number, "google").await.expect("shared");
        assert_eq!(unread(room, GOOGLE).await, 2);
        room.close().await;
    }

    async fn red_is_told_to_the_named_alone_and_what_turns_red_leaves_the_others(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        post(&room, CISA, &number, |post| {
            (post.tlp, post.named) = ("red".into(), vec![GOOGLE.into()]);
            post.text = format!("For you, @{GOOGLE}.");
        }).await.expect("posted");
        assert_eq!(whats(&room, GOOGLE).await, [NoticeWhat::Mentioned, NoticeWhat::Shared]);
        let refused = post(&room, CISA, &number, |post| {
            (post.tlp, post.named) = ("red".into(), vec![GOOGLE.into()]);
            post.text = "For you, @counsel@google.example.".into();
        }).await;
        assert!(refused.is_err(), "not named");
        call(&room, &number, "counsel@google.example").await;
        assert_eq!(unread(&room, "counsel@google.example").await, 2);
        let marking = MarkingInput {
            tlp: "red".into(), named: vec![GOOGLE.into()], reason: "A source is at risk".into(),
            version: version(&room, CISA, &number).await,
        };
        incident::set_marking(room.clone(), asker(&room, CISA), EACH, number.clone(), marking).await.expect("marked");
        assert_eq!(told(&room, "counsel@google.example").await, []);
        assert_eq!(unread(&room, "counsel@google.example").await, 0);
        assert_eq!(unread(&room, GOOGLE).await, 2, "the named keeps theirs");
        room.close().await;
    }

    async fn a_page_is_read_part_by_part_and_what_comes_meanwhile_stays_unread(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        for _ in 0..5 {
            call(room, &number, GOOGLE).await;
        }
        let script = test.caller(GOOGLE).await;
        let all = script.walk("/notifications", 2).await;
        let ids: std::collections::BTreeSet<_> = all.iter().map(|item| item["id"].to_string()).collect();
        assert_eq!((all.len(), ids.len()), (6, 6), "each once");
        assert_eq!(script.read("/notifications?kind=shared").await["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(script.call("/notifications?kind=never").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        // The list is drawn, one more comes, then all of the list is marked.
        let browser = test.sign_in(GOOGLE).await;
        let drawn = browser.get("/notifications").await;
        let newest = drawn.text().split("name=\"newest\" value=\"").nth(1).expect("a mark").split('"').next().expect("it").to_owned();
        call(room, &number, GOOGLE).await;
        let token = drawn.form_token("/notifications/read-all").expect("a form");
        browser.post("/notifications/read-all", &token, &[("newest", &newest), ("next", "/notifications")]).await;
        assert_eq!(unread(room, GOOGLE).await, 1);
        let left = told(room, GOOGLE).await[0].id;
        let reply = browser.get(&format!("/notifications/{left}")).await;
        assert_eq!((reply.status, unread(room, GOOGLE).await), (StatusCode::SEE_OTHER, 0), "who goes there has read it");
        assert!(reply.location().starts_with(&format!("/incidents/{number}?at=")) && reply.location().contains("#entry-"));
        let again = script.change(Method::POST, "/notifications/read-all", json!({"kind": "mentioned"})).await;
        assert_eq!(again, json!({"unread": 0}));
        room.close().await;
    }

    async fn a_stream_says_that_there_is_a_notice_to_its_person_alone_and_once(base) {
        let test = TestApp::new(base).await;
        tokio::spawn(test.app.hub.clone().pump());
        let room = &test.app.room;
        let number = opened(room).await;
        let (google, colleague) = (test.sign_in(GOOGLE).await, test.sign_in("analyst@google.example").await);
        let mut own = Stream::open(&test, &google, "/live", None).await;
        let mut other = Stream::open(&test, &colleague, "/live", None).await;
        own.next_named("pulse").await;
        other.next_named("pulse").await;
        call(room, &number, GOOGLE).await;
        let heard = own.next_named("notice").await;
        assert_eq!(heard.data, format!("{{\"number\":\"{number}\",\"noun\":\"notice\",\"kind\":\"mentioned\",\"says\":\"{number} Medium\"}}"));
        // The colleague sees the entry, and nothing between it and the next one.
        post(room, CISA, &number, |post| post.text = "The next.".into()).await.expect("posted");
        let mut names = vec![];
        for _ in 0..4 {
            names.push(other.next().await.expect("goes on").name);
        }
        assert_eq!(names, ["entry", "incident", "entry", "incident"]);
        // Resumed behind the event before, it comes again, and behind itself it does not.
        let mut again = Stream::open(&test, &google, "/live", heard.id.as_deref()).await;
        loop {
            let event = again.next().await.expect("goes on");
            assert_ne!(event.name, "notice");
            if event.data.contains("The next.") {
                break;
            }
        }
        let mut replayed = Stream::open(&test, &google, "/live?after=start", None).await;
        let kinds = [replayed.next_named("notice").await, replayed.next_named("notice").await];
        assert!(kinds[0].data.contains("\"shared\"") && kinds[1].data.contains("\"mentioned\""), "{kinds:?}");
        room.close().await;
    }

    async fn nobody_else_learns_who_follows_and_what_is_old_is_forgotten(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        follow(room, GOOGLE, &number, true).await;
        for who in [CISA, "analyst@google.example", FBI] {
            let journal = test.caller(who).await.walk("/journal", 50).await;
            assert!(!journal.iter().any(|act| act["noun"] == "following"), "{who}");
        }
        call(room, &number, GOOGLE).await;
        base.clock.advance(31 * 86_400);
        notice::tidy(room).await.expect("tidied");
        assert_eq!(base.number("select count(*) from notice").await, 0);
        room.close().await;
    }

    async fn what_an_organisation_admin_suspends_is_told_nothing_more(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        follow(&room, GOOGLE, &number, true).await;
        let (admin, gone) = (asker(&room, "admin@google.example"), asker(&room, GOOGLE).viewer.person);
        server::service::person::suspend(&room, &admin, gone, "left", &EACH).await.expect("suspended");
        let before = base.number("select count(*) from notice").await;
        status(&room, LEAD, &number, "triaged", |_| {}).await.expect("triaged");
        assert_eq!(base.number("select count(*) from notice").await, before + 1, "the opener's alone");
        room.close().await;
    }
}

/// Three organisations, every label: SQL returns exactly the notices whose subject `sight` shows.
async fn property(base: &Base) {
    let room = base.founded().await;
    for tlp in ["amber", "amber+strict", "green", "clear"] {
        for share in [vec![], vec!["google".to_owned()], vec!["google".to_owned(), "fbi".to_owned()]] {
            let number = open(&room, CISA, |input| {
                input.tlp = if tlp == "clear" { "green" } else { tlp }.into();
                input.share_with = share.clone();
            })
            .await;
            if tlp == "clear" {
                clear(&room, &number).await;
            }
            for who in [GOOGLE, FBI, LEAD] {
                let _ = post(&room, CISA, &number, |post| post.text = format!("@{who}")).await;
                let _ = post(&room, CISA, &number, |post| {
                    (post.text, post.tlp, post.named) = (format!("@{who}"), "red".into(), vec![who.into()]);
                })
                .await;
            }
        }
    }
    // Some of it is taken back afterwards.
    base.execute("delete from incident_access where since >= 0 and organisation_id in (select id from organisation where slug = 'fbi')")
        .await
        .expect("taken");
    for who in [GOOGLE, FBI, LEAD, CISA] {
        let asking = asker(&room, who);
        let shown = told(&room, who).await;
        for line in &shown {
            let about = line.incident.as_ref().expect("an incident");
            let seen = incident::find(&room, &asking.viewer, &about.number).await;
            assert!(seen.is_ok(), "{who} {}", about.number);
        }
        let sql = format!(
            "select count(*) from notice n join person p on p.id = n.person_id where p.email = '{who}'"
        );
        let (all, mut hidden) = (base.number(&sql).await, 0);
        let rows = base
            .pairs(&format!(
                "select i.number, n.kind from notice n join incident i on i.id = n.incident_id \
                 join person p on p.id = n.person_id where p.email = '{who}'"
            ))
            .await;
        for (number, _) in rows {
            let number: Number = number.parse().expect("a number");
            hidden += i64::from(incident::find(&room, &asking.viewer, &number).await.is_err());
        }
        assert_eq!(shown.len() as i64, all - hidden, "{who}: neither more nor less");
        assert_eq!(unread(&room, who).await, shown.len() as i64, "{who}");
    }
    room.close().await;
}

both! {
    async fn the_centre_shows_exactly_what_its_person_may_see(base) {
        property(base).await;
    }

    async fn the_way_from_a_notice_stays_open_while_nothing_can_be_written(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let (id, browser) = (told(room, GOOGLE).await[0].id, test.sign_in(GOOGLE).await);
        base.refuse("update", "notice", Fault::Full).await;
        let reply = browser.get(&format!("/notifications/{id}")).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        assert!(reply.location().starts_with(&format!("/incidents/{number}")), "{}", reply.location());
        assert_eq!(unread(room, GOOGLE).await, 1, "it could not be marked");
        room.close().await;
    }
}
