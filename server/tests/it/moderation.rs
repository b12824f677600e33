//! An agency's words reach no company before counsel has looked, on whatever way: what stands before it joins, what is
//! changed once it is there, and what a label opens to all.

use app::model::{
    ShareId,
    hold::{Hold, HoldKind},
    id::Number,
    inbox::{ShareQuery, ShareTab},
    setting::{Section, SettingKind},
    share::Purpose,
};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::service::{
    Error, Room, live,
    setting::{self, Proposal},
    share::{self, Decision, OnwardDecision, ShareInput},
    verify::{VerifyOptions, verify},
};

use crate::{
    api::{at, refused},
    base::{EACH, asker, both},
    bulk::alone,
    onward,
    story::{open, opened, post, see, share_with, version},
    test_app::{Client, Reply, TestApp},
};

const LEAD: &str = "lead@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const TWITTER: &str = "liaison@twitter.example";
const ASKING: &str = "Please take down the page.";

pub(crate) async fn holds(room: &Room, who: &str) -> Vec<Hold> {
    let page = share::inbox(room, &asker(room, who).viewer, &ShareQuery::of(ShareTab::Held), 50).await;
    page.expect("a page").holds.clone()
}

pub(crate) async fn decide(room: &Room, who: &str, id: ShareId, decision: Decision) -> Result<(), Error> {
    share::decide(room.clone(), asker(room, who), EACH, id, 1, decision).await.map(drop)
}

/// All that somebody gets to read of an incident: pages, calls, notices, and what a stream would tell from its start.
async fn everything(test: &TestApp, who: &str, number: &Number) -> String {
    let (room, caller, browser) = (&test.app.room, test.caller(who).await, test.sign_in(who).await);
    let mut all = String::new();
    for part in ["", "/entries", "/tasks", "/indicators", "/evidence", "/shares"] {
        all += &caller.call(&format!("/incidents/{number}{part}")).await.text();
    }
    for path in ["/journal?limit=200", "/notifications"] {
        all += &caller.call(path).await.text();
    }
    for path in [format!("/incidents/{number}"), "/shares".into(), "/notifications".into(), "/board".into()] {
        all += &browser.get(&path).await.text();
    }
    let viewer = asker(room, who).viewer;
    for change in live::changes(room, 0, None, 10_000).await.expect("changes") {
        if let Some(told) = live::Told::read(room, change).await.expect("read") {
            let events = told.events(room, &viewer, app::policy::scope(&viewer)).await.expect("events");
            all.extend(events.into_iter().map(|event| event.data));
        }
    }
    all
}

/// How often it is asked for.
fn times(words: &str) -> usize {
    words.to_lowercase().matches("take down").count() + words.matches("take-down").count()
}

fn asks(words: &str) -> bool {
    times(words) > 0
}

/// Ways to say it in an incident that no company sees, over the API; each answers what was made.
const WAYS: [&str; 9] =
    ["entry", "correction", "strike", "note", "file", "link", "task", "indicator", "status"];

async fn say(cisa: &Client, number: &Number, way: &str) -> Reply {
    let path = |part: &str| at(&format!("/incidents/{number}/{part}"));
    let send = async |part: &str, body: Value| cisa.json(Method::POST, &path(part), &body).await;
    let posted = async || {
        send("entries", json!({"text": "Two more calls."})).await.json()["id"]
            .as_str()
            .expect("an id")
            .to_owned()
    };
    match way {
        "entry" => send("entries", json!({"text": ASKING})).await,
        "correction" => send("entries", json!({"text": ASKING, "corrects": posted().await})).await,
        "strike" => send(&format!("entries/{}/strike", posted().await), json!({"reason": ASKING})).await,
        "note" => {
            cisa.send_parts(&path("evidence"), &[("tlp", "amber"), ("note", ASKING)], &[("a.txt", "a")]).await
        }
        "file" => {
            cisa.send_parts(&path("evidence"), &[("tlp", "amber")], &[("Please take-down.txt", "a")]).await
        }
        "link" => send("evidence", json!({"url": "https://cisa.example/please/take-down"})).await,
        "task" => send("tasks", json!({"text": ASKING})).await,
        "indicator" => {
            send("indicators", json!({"kind": "domain", "value": "evil.example", "note": ASKING})).await
        }
        "status" => {
            let version = cisa.call(&format!("/incidents/{number}")).await.json()["version"].clone();
            send("status", json!({"to": "triaged", "note": ASKING, "version": version})).await
        }
        other => panic!("{other}"),
    }
}

/// Which field of the answer speaks of it.
fn field(way: &str) -> &str {
    match way {
        "note" | "indicator" | "status" => "note",
        "file" => "file",
        "link" => "url",
        "strike" => "reason",
        _ => "text",
    }
}

/// Where a form goes, what is typed into it, and the field beside which it is refused.
type Sent = (String, Vec<(&'static str, &'static str)>, &'static str);

/// The forms of the page that say something in an incident.
fn forms(entry: &str) -> Vec<Sent> {
    vec![
        ("edit".into(), vec![("title", ASKING), ("summary", "As before."), ("category", "PROC-1")], "title"),
        (
            "edit".into(),
            vec![("title", "Texts with a wrong closing time"), ("summary", ASKING), ("category", "PROC-1")],
            "summary",
        ),
        ("status".into(), vec![("to", "triaged"), ("note", ASKING)], "note"),
        ("severity".into(), vec![("severity", "low"), ("reason", ASKING)], "reason"),
        ("verification".into(), vec![("verification", "confirmed"), ("note", ASKING)], "note"),
        (
            "hold".into(),
            vec![
                ("reason", ASKING),
                ("review_date", "2020-11-09"),
                ("review_time", "10:00"),
                ("zone", "UTC"),
            ],
            "reason",
        ),
        ("marking".into(), vec![("tlp", "amber+strict"), ("reason", ASKING)], "reason"),
        ("indicators".into(), vec![("kind", "domain"), ("value", "evil.example"), ("note", ASKING)], "note"),
        ("tasks".into(), vec![("text", ASKING)], "text"),
        (format!("entries/{entry}/strike"), vec![("reason", ASKING)], "reason"),
    ]
}

async fn give(cisa: &Client, number: &Number, to: &str) -> Reply {
    let body = json!({"to": to, "text": "For your picture."});
    cisa.json(Method::POST, &at(&format!("/incidents/{number}/shares")), &body).await
}

both! {
    async fn what_stood_there_before_a_company_joins_waits_for_counsel(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let cisa = test.caller(LEAD).await;
        for way in WAYS {
            let number = open(room, LEAD, |input| input.share_with = vec!["fbi".into()]).await;
            let said = say(&cisa, &number, way).await;
            assert!(said.status.is_success(), "{way}: among agencies it is said: {}", said.text());
            // What it read before was let out in the rounds before.
            let before = times(&everything(&test, GOOGLE, &number).await);
            let reply = give(&cisa, &number, "google").await;
            assert_eq!((reply.status, reply.json()["state"].as_str()), (StatusCode::ACCEPTED, Some("held")), "{way}");
            assert_eq!(times(&everything(&test, GOOGLE, &number).await), before, "{way}");
            let waiting = holds(room, COUNSEL).await;
            assert_eq!(waiting.len(), 1, "{way}: one hold waits");
            let why: Vec<_> = waiting[0].reasons.iter().map(|reason| (reason.rule.as_str(), reason.why.clone())).collect();
            assert!(matches!(why.as_slice(), [("moderation", why)] if why.starts_with("Already there, ") && asks(why)), "{way}: {why:?}");
            // Another agency joins freely.
            share_with(room, LEAD, &number, "doj").await.expect("delivered");
            decide(room, COUNSEL, waiting[0].id, Decision::Release).await.expect("released");
            assert!(times(&everything(&test, GOOGLE, &number).await) > before, "{way}: counsel let it out");
            // It takes part now: nothing joins, and nothing is looked for again.
            let again = give(&cisa, &number, "google").await;
            assert_eq!(again.status, StatusCode::CREATED, "{way}");
        }
        assert!(verify(room, &VerifyOptions::default()).await.expect("walks").is_clean());
        room.close().await;
    }

    async fn the_preview_says_that_what_stands_there_waits(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = alone(room, 1).await.remove(0);
        post(room, LEAD, &number, |input| input.text = ASKING.into()).await.expect("posted");
        let input = ShareInput { to: vec!["google".into(), "fbi".into()], text: "For your picture.".into(), ..ShareInput::default() };
        let seen = share::preview(room, &asker(room, LEAD).viewer, &number, &input, "google").await.expect("a preview");
        let held: Vec<_> = seen.fates.iter().map(|fate| (fate.to.slug.as_str(), fate.held.len())).collect();
        assert_eq!(held, [("google", 1), ("fbi", 0)]);
        // Several at once go the same way.
        let picked = vec![(number.clone(), version(room, LEAD, &number).await)];
        let sent = share::send(room.clone(), asker(room, LEAD), EACH, picked, input).await.expect("sent");
        let app::model::bulk::Outcome::Shared { told, withheld } = &sent.sendings[0].outcome else { panic!("{sent:?}") };
        assert_eq!((told.len(), withheld.len()), (1, 1));
        assert!(matches!(see(room, GOOGLE, &number).await, Err(Error::NotFound)));
        room.close().await;
    }

    async fn what_is_passed_on_takes_the_incident_along_and_waits(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        post(&room, LEAD, &number, |input| input.text = ASKING.into()).await.expect("taken");
        decide(&room, COUNSEL, holds(&room, COUNSEL).await[0].id, Decision::Release).await.expect("Google reads it");
        let id = onward::ask(&room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        onward::decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        assert!(matches!(see(&room, TWITTER, &number).await, Err(Error::NotFound)), "an agency's words are no less theirs");
        let waiting = holds(&room, "counsel@google.example").await;
        assert_eq!((waiting.len(), waiting[0].reasons[0].rule.as_str()), (1, "moderation"));
        decide(&room, "counsel@google.example", waiting[0].id, Decision::Release).await.expect("released");
        see(&room, TWITTER, &number).await.expect("it passed");
        room.close().await;
    }

    async fn what_an_agency_changes_where_a_company_reads_is_refused_beside_its_field(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let entry = post(room, LEAD, &number, |_| {}).await.expect("posted").to_string();
        let (cisa, browser) = (test.caller(LEAD).await, test.sign_in(LEAD).await);
        let rows = "select count(*) from journal where incident_id is not null and noun <> 'audit' and noun <> 'strike'";
        for way in WAYS.into_iter().filter(|way| !["entry", "correction"].contains(way)) {
            refused(&say(&cisa, &number, way).await, 422, field(way));
            assert!(!asks(&everything(&test, GOOGLE, &number).await), "{way}");
        }
        let before = base.number(rows).await;
        let page = format!("/incidents/{number}");
        for (form, fields, field) in forms(&entry) {
            let stands = version(room, LEAD, &number).await.to_string();
            let mut fields = fields;
            fields.push(("version", &stands));
            let path = format!("{page}/{form}");
            let token = crate::authorisation::form_token(&test, &browser, &path);
            let reply = browser.post(&path, &token, &fields).await;
            let text = reply.text();
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{form} {field}: {text}");
            assert!(text.contains("Google would read it at once. Say it in a share, which counsel reads first"), "{form} {field}: {text}");
            assert!(text.contains(ASKING), "{form} {field}: what was typed is kept");
        }
        for (body, field) in [
            (json!({"title": ASKING}), "title"),
            (json!({"summary": ASKING}), "summary"),
            (json!({"severity": "low", "reason": ASKING}), "reason"),
            (json!({"hold": {"reason": ASKING, "review_at": "2020-11-09T10:00:00Z"}}), "hold.reason"),
            (json!({"tlp": "amber+strict", "reason": ASKING}), "reason"),
        ] {
            let mut body = body;
            body["version"] = json!(version(room, LEAD, &number).await);
            refused(&cisa.json(Method::PATCH, &at(&page), &body).await, 422, field);
        }
        assert_eq!(base.number(rows).await, before, "nothing was written");
        assert!(!asks(&everything(&test, GOOGLE, &number).await));
        // A company says what it did.
        let google = test.caller("analyst@google.example").await;
        assert!(say(&google, &number, "task").await.status.is_success());
        room.close().await;
    }

    async fn evidence_that_would_be_refused_leaves_no_byte_behind(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let cisa = test.caller(LEAD).await;
        refused(&say(&cisa, &number, "note").await, 422, "note");
        // Of what is narrowed to agencies nothing is asked.
        share_with(&test.app.room, LEAD, &number, "fbi").await.expect("shared");
        let words = [("tlp", "amber"), ("audience", "fbi"), ("note", ASKING)];
        let reply = cisa.send_parts(&at(&format!("/incidents/{number}/evidence")), &words, &[("a.txt", "a")]).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.text());
        assert_eq!(base.number("select count(*) from exhibit").await, 1);
        assert!(!asks(&everything(&test, GOOGLE, &number).await));
        test.app.room.close().await;
    }

    async fn no_label_opens_to_every_company_what_counsel_has_not_read(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let cisa = test.caller(LEAD).await;
        for (title, summary, field) in [(ASKING, "", "title"), ("Texts with a wrong closing time", ASKING, "summary")] {
            for tlp in ["green", "clear"] {
                let body = json!({"title": title, "summary": summary, "category": "PROC-1", "severity": "low", "tlp": tlp, "share_with": ["google"]});
                refused(&cisa.json(Method::POST, &at("/incidents"), &body).await, 422, field);
            }
        }
        assert_eq!(base.number("select count(*) from incident").await, 0);
        let number = open(room, LEAD, |input| (input.summary, input.share_with) = (ASKING.into(), vec![])).await;
        let stands = version(room, LEAD, &number).await;
        let body = json!({"tlp": "green", "reason": "Everybody may know.", "version": stands});
        let reply = cisa.json(Method::PATCH, &at(&format!("/incidents/{number}")), &body).await;
        refused(&reply, 422, "tlp");
        assert!(reply.text().contains("Current understanding: "), "it says where: {}", reply.text());
        let body = json!({"tlp": "green", "reason": ASKING, "summary": "The office corrects it.", "version": stands});
        refused(&cisa.json(Method::PATCH, &at(&format!("/incidents/{number}")), &body).await, 422, "reason");
        assert!(matches!(see(room, GOOGLE, &number).await, Err(Error::NotFound)));
        let body = json!({"tlp": "green", "reason": "Everybody may know.", "summary": "The office corrects it.", "version": stands});
        assert_eq!(cisa.json(Method::PATCH, &at(&format!("/incidents/{number}")), &body).await.status, StatusCode::OK);
        // What was said among ourselves keeps its label, and goes to no company that joins.
        assert!(!asks(&everything(&test, GOOGLE, &number).await));
        assert_eq!(give(&cisa, &number, "google").await.json()["state"], "held", "from then on it would be read");
        room.close().await;
    }

    async fn an_agency_sets_no_company_a_deadline(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let (cisa, path) = (test.caller(LEAD).await, format!("/incidents/{number}/tasks"));
        let due = "2020-11-04T02:00:00Z";
        for whose in [json!({"organisation": "google"}), json!({"person": "analyst@google.example"})] {
            let mut body = whose;
            (body["text"], body["due_at"]) = (json!("State your posture"), json!(due));
            refused(&cisa.json(Method::POST, &at(&path), &body).await, 422, "due_at");
            body["due_at"] = Value::Null;
            assert_eq!(cisa.json(Method::POST, &at(&path), &body).await.status, StatusCode::CREATED);
        }
        let own = json!({"text": "Call the office", "organisation": "cisa", "due_at": due});
        assert_eq!(cisa.json(Method::POST, &at(&path), &own).await.status, StatusCode::CREATED);
        // One that an older version took is not told of.
        let theirs = "update task set due_at = (select max(due_at) from task)";
        base.execute(theirs).await.expect("as it was once");
        let all = test.caller(GOOGLE).await.call(&path).await.json();
        let hurried: Vec<_> = all["items"].as_array().expect("tasks").iter().filter(|task| task["due_at"].is_string()).collect();
        assert!(matches!(hurried.as_slice(), [own] if own["text"] == "Call the office"), "{all}");
        room.close().await;
    }

    async fn an_entry_that_others_read_is_held_as_a_share_would_be(base) {
        let room = base.founded().await;
        let office = "analyst@maricopa.example";
        let number = open(&room, office, |input| input.share_with = vec!["cisa".into()]).await;
        let text = "The voter asks to be called under 602-555-0142.";
        post(&room, office, &number, |input| input.text = text.into()).await.expect("taken");
        let waiting = holds(&room, office).await;
        assert_eq!((waiting[0].kind, waiting[0].to.slug.as_str(), waiting[0].reasons[0].rule.as_str()), (HoldKind::Entry, "cisa", "personal_data"));
        let number = open(&room, office, |input| input.share_with = vec![]).await;
        post(&room, office, &number, |input| input.text = text.into()).await.expect("posted among ourselves");
        assert_eq!(holds(&room, office).await.len(), 1);
        room.close().await;
    }

    async fn no_spelling_is_a_way_around(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let counsel = test.sign_in(COUNSEL).await;
        for spelt in ["rem\u{200b}ove", "re\u{ad}move", "r e m o v e", "rеmove", "take the post down"] {
            let text = format!("Please {spelt}, it is false.");
            post(room, LEAD, &number, |input| input.text = text.clone()).await.expect("taken");
            assert!(!everything(&test, GOOGLE, &number).await.contains(spelt), "{spelt}");
            let page = counsel.get("/shares?tab=held").await.text();
            assert!(page.contains(&format!("<mark>{spelt}</mark>")), "{spelt}: {page}");
        }
        room.close().await;
    }

    async fn beside_the_fixed_banner_nothing_is_explained(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let admin = asker(room, "room-admin@watchfloor.example");
        let explained = Purpose::ALL.iter().map(|purpose| app::model::setting::Explanation { purpose: *purpose, text: "Please act within two hours.".into() });
        let section = Section::Purposes(explained.collect());
        setting::change(room, &admin, SettingKind::Purposes, Proposal::Whole(section), (1, "To be clear"), &EACH).await.expect("changed");
        let number = alone(room, 1).await.remove(0);
        share_with(room, LEAD, &number, "google").await.expect("shared");
        share_with(room, LEAD, &number, "fbi").await.expect("shared");
        let all = everything(&test, GOOGLE, &number).await;
        assert!(!all.contains("within two hours") && all.contains("No action is requested"), "{all}");
        assert!(everything(&test, "liaison@fbi.example", &number).await.contains("within two hours"));
        room.close().await;
    }
}
