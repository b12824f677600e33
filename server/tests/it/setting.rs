//! The room's settings: changed by those allowed, in force at once, and never changing what is past.

use app::model::{
    Role,
    setting::{Section, SettingKind},
};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::service::{Error, Room, clocks, follow::Follower, founding, setting, setting::Proposal, share};

use crate::{
    base::{Base, EACH, asker, both},
    story,
    test_app::{Client, TestApp},
};

pub(crate) const LEAD: &str = "lead@google.example";
pub(crate) const ADMIN: &str = "room-admin@watchfloor.example";

pub(crate) fn section(room: &Room, kind: SettingKind) -> Section {
    setting::find(room, &asker(room, ADMIN).viewer, kind).expect("readable").section.clone()
}

fn version(room: &Room, kind: SettingKind) -> i64 {
    setting::find(room, &asker(room, ADMIN).viewer, kind).expect("readable").version
}

pub(crate) async fn change(
    room: &Room,
    who: &str,
    kind: SettingKind,
    proposal: Proposal,
) -> Result<i64, Error> {
    let given = (version(room, kind), "The night is long");
    setting::change(room, &asker(room, who), kind, proposal, given, &EACH).await
}

/// The severities with one target of one of them changed.
fn with_target(room: &Room, severity: &str, seconds: i64) -> Section {
    let Section::Severities(mut all) = section(room, SettingKind::Severities) else { panic!("severities") };
    let one = all.iter_mut().find(|one| one.severity.wire() == severity).expect("known");
    one.acknowledge_s = Some(seconds);
    Section::Severities(all)
}

/// Everything that a form of a section sends, as its page shows it.
fn fields(room: &Room, kind: SettingKind) -> Vec<(String, String)> {
    app::model::setting::to_form(&section(room, kind)).pairs().to_vec()
}

async fn send(client: &Client, kind: SettingKind, fields: &[(String, String)]) -> crate::test_app::Reply {
    let path = format!("/settings/{kind}");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    client.submit(&path, &path, &fields).await
}

fn set(fields: &mut Vec<(String, String)>, name: &str, value: &str) {
    fields.retain(|(known, _)| known != name);
    fields.push((name.to_owned(), value.to_owned()));
}

both! {
    async fn a_shift_lead_changes_targets_and_clocks_that_run_keep_theirs(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (early, late);
        {
            let number = story::open(room, "analyst@cisa.example", |_| {}).await;
            early = (number.clone(), story::see(room, "analyst@cisa.example", &number).await.expect("seen").clocks.clone());
        }
        let browser = test.sign_in(LEAD).await;
        let mut form = fields(room, SettingKind::Severities);
        set(&mut form, "medium.acknowledge_s", "2 h");
        set(&mut form, "version", "1");
        set(&mut form, "reason", "The queue is drowning us");
        let reply = send(&browser, SettingKind::Severities, &form).await;
        assert_eq!((reply.status, reply.location()), (StatusCode::SEE_OTHER, "/settings/severities"), "{}", reply.text());
        let again = story::see(room, "analyst@cisa.example", &early.0).await.expect("seen");
        assert_eq!(again.clocks, early.1, "no target is met or missed by a change of the rules");
        let number = story::open(room, "analyst@cisa.example", |_| {}).await;
        late = story::see(room, "analyst@cisa.example", &number).await.expect("seen").clocks.clone();
        let percent = room.reference().period(room.now()).map_or(100, |period| period.target_percent);
        assert_eq!(late[0].due, room.now().plus_seconds(7200 * percent / 100));
        // An update starts its clock anew, from the targets that stand then.
        let mut sections = with_target(room, "medium", 7200);
        if let Section::Severities(all) = &mut sections {
            all.iter_mut().for_each(|one| one.update_s = Some(600));
        }
        change(room, LEAD, SettingKind::Severities, Proposal::Whole(sections)).await.expect("changed");
        story::post(room, "analyst@cisa.example", &early.0, |_| {}).await.expect("posted");
        let after = story::see(room, "analyst@cisa.example", &early.0).await.expect("seen");
        assert_eq!(after.clocks[0], early.1[0], "the others go on");
        assert_eq!(after.clocks[1].due, room.now().plus_seconds(600 * percent / 100));
        clocks::note_breaches(room).await.expect("looked");
        // Everybody reads who did it, when and why.
        let page = test.sign_in("analyst@verizon.example").await.get("/settings/severities").await.text();
        for words in ["The queue is drowning us", "<del>30 min</del>", "<ins>2 h</ins>", "Version 3", "as it ships with Watchfloor"] {
            assert!(page.contains(words), "{words}");
        }
        assert_eq!(base.number("select count(*) from journal where noun = 'setting' and action = 'changed'").await, 2);
        assert_eq!(base.number("select acknowledge_s from severity_target where severity = 'medium'").await, 7200);
    }

    async fn each_section_is_changed_by_its_own_and_read_by_all_but_screens(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let screen = founding::NewPerson {
            email: "wall@cisa.example".into(), name: "Wall".into(), organisation: "cisa".into(), roles: vec![Role::Screen],
        };
        let both = founding::NewPerson {
            email: "double@cisa.example".into(), name: "Double".into(), organisation: "cisa".into(),
            roles: vec![Role::ShiftLead, Role::Auditor],
        };
        founding::add_members(room, "test", vec![], vec![screen, both], None).await.expect("added");
        let people = ["analyst", "liaison", "lead", "leadership", "counsel", "admin"];
        let mut all: Vec<String> =
            people.iter().flat_map(|who| ["cisa", "google", "maricopa"].map(|at| format!("{who}@{at}.example"))).collect();
        all.extend([ADMIN, "auditor@watchfloor.example", "wall@cisa.example", "double@cisa.example"].map(str::to_owned));
        for email in &all {
            let client = test.caller(email).await;
            for kind in SettingKind::ALL {
                let of_the_shift = !matches!(kind, SettingKind::HoldRules | SettingKind::Purposes);
                let may = email == ADMIN || (email.starts_with("lead@") && of_the_shift);
                let reads = client.call(&format!("/settings/{kind}")).await.status;
                let is_screen = email.starts_with("wall@");
                assert_eq!(reads, if is_screen { StatusCode::FORBIDDEN } else { StatusCode::OK }, "{email} {kind}");
                // Good but for the reason: only who asks decides between the two answers.
                let body = json!({"version": version(room, *kind), "section": section(room, *kind)});
                let reply = client.send_json(Method::PUT, &format!("/settings/{kind}"), body).await;
                let expected = if may { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::FORBIDDEN };
                assert_eq!(reply.status, expected, "{email} {kind}: {}", reply.text());
            }
        }
        assert_eq!(base.number("select count(*) from setting").await, 0);
        for (email, may) in [("lead@cisa.example", true), ("analyst@cisa.example", false), (ADMIN, true)] {
            let browser = test.sign_in(email).await;
            let page = browser.get("/settings/periods").await.text();
            assert_eq!(page.contains("action=\"/settings/periods\""), may, "{email}");
            let overview = browser.get("/settings").await.text();
            assert!(overview.contains("href=\"/settings/playbooks\"") && overview.contains("10 playbooks"), "{email}");
            let rules = browser.get("/settings/hold_rules").await.text();
            assert_eq!(rules.contains("action=\"/settings/hold_rules\""), email == ADMIN, "{email}");
        }
        let browser = test.sign_in("analyst@cisa.example").await;
        assert_eq!(browser.get("/settings/none").await.status, StatusCode::NOT_FOUND);
        // Journal: every act is told to members, to screens none.
        change(room, LEAD, SettingKind::Severities, Proposal::Whole(with_target(room, "high", 600))).await.expect("changed");
        let told = |journal: &Value| journal["items"].as_array().expect("items").iter().any(|act| act["noun"] == "setting");
        assert!(told(&test.caller("analyst@cisa.example").await.read("/journal?limit=200").await));
        assert!(!told(&test.caller("wall@cisa.example").await.read("/journal?limit=200").await));
    }

    async fn a_stale_version_gets_both_and_overwrites_nothing(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let mut form = fields(room, SettingKind::Severities);
        set(&mut form, "severe.contain_s", "3 h");
        set(&mut form, "version", "1");
        set(&mut form, "reason", "Mine");
        change(room, "lead@cisa.example", SettingKind::Severities, Proposal::Whole(with_target(room, "severe", 1200))).await.expect("changed");
        let browser = test.sign_in(LEAD).await;
        let reply = send(&browser, SettingKind::Severities, &form).await;
        let page = reply.text();
        assert_eq!(reply.status, StatusCode::CONFLICT);
        for words in ["changed this meanwhile", ">20 min<", ">10 min<", ">3 h<", "Replace what stands", "name=\"version\" value=\"2\""] {
            assert!(page.contains(words), "{words}");
        }
        assert!(page.contains("value=\"3 h\"") && page.contains("value=\"Mine\""), "what was typed stays");
        assert_eq!(version(room, SettingKind::Severities), 2);
        let script = test.caller(LEAD).await;
        let body = json!({"version": 1, "reason": "Mine", "section": section(room, SettingKind::Severities)});
        let reply = script.send_json(Method::PUT, "/settings/severities", body).await;
        assert_eq!((reply.status, &reply.json()["current"]), (StatusCode::CONFLICT, &json!(2)));
        assert_eq!(reply.json()["setting"]["section"][1]["acknowledge_s"], 1200);
        // Two at once: one is first.
        let (one, two) = (with_target(room, "low", 60), with_target(room, "low", 120));
        let given = (2, "At once");
        let first = asker(room, LEAD);
        let second = asker(room, "lead@cisa.example");
        let (a, b) = tokio::join!(
            setting::change(room, &first, SettingKind::Severities, Proposal::Whole(one), given, &EACH),
            setting::change(room, &second, SettingKind::Severities, Proposal::Whole(two), given, &EACH),
        );
        assert!(a.is_ok() != b.is_ok());
        assert_eq!(version(room, SettingKind::Severities), 3);
    }

    async fn what_makes_no_sense_is_named_beside_its_field(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let browser = test.sign_in(LEAD).await;
        let long = "x".repeat(400);
        for (kind, name, value) in [
            (SettingKind::Severities, "high.acknowledge_s", "0 min"),
            (SettingKind::Severities, "high.acknowledge_s", "-5 min"),
            (SettingKind::Severities, "high.contain_s", "31 d"),
            (SettingKind::Severities, "high.contain_s", "9223372036854775807 h"),
            (SettingKind::Severities, "high.update_s", "soon"),
            (SettingKind::Severities, "high.definition", ""),
            (SettingKind::Severities, "high.definition", long.as_str()),
            (SettingKind::Periods, "polls-closing.target_percent", "0"),
            (SettingKind::Periods, "polls-closing.target_percent", "-50"),
            (SettingKind::Periods, "polls-closing.target_percent", "1001"),
            (SettingKind::Periods, "polls-closing.target_percent", "half"),
            (SettingKind::Playbooks, "0.title", ""),
            (SettingKind::Playbooks, "0.title", "Hack-and-leak drop"),
            (SettingKind::Playbooks, "0.steps", ""),
            (SettingKind::Playbooks, "0.steps", long.as_str()),
            (SettingKind::Playbooks, "0.trigger", long.as_str()),
        ] {
            let mut form = fields(room, kind);
            let known = form.iter().any(|(field, _)| field == name);
            let name = if known { name.to_owned() } else { form[0].0.clone() };
            set(&mut form, &name, value);
            set(&mut form, "version", "1");
            set(&mut form, "reason", "Why not");
            let reply = send(&browser, kind, &form).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{name} {value}");
            assert!(reply.text().contains(&format!("id=\"f-{name}-error\"")), "{name} {value}");
        }
        let mut form = fields(room, SettingKind::Severities);
        set(&mut form, "version", "1");
        let reply = send(&browser, SettingKind::Severities, &form).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(reply.text().contains("id=\"f-reason-error\"") && reply.text().contains("nothing was changed"));
        set(&mut form, "high.update_s", "soon");
        let reply = send(&browser, SettingKind::Severities, &form).await.text();
        assert!(reply.contains("id=\"f-reason-error\"") && reply.contains("id=\"f-high.update_s-error\""), "all at once");
        let script = test.caller(ADMIN).await;
        let rule = |words: Value| json!([{"rule": "a", "why": "b", "words": words, "on": true}]);
        for (kind, section, status) in [
            ("hold_rules", rule(json!(["(a+)+$"])), StatusCode::UNPROCESSABLE_ENTITY),
            ("hold_rules", rule(json!(["Upper"])), StatusCode::UNPROCESSABLE_ENTITY),
            ("hold_rules", rule(json!([])), StatusCode::UNPROCESSABLE_ENTITY),
            ("hold_rules", rule(json!(vec!["x"; 201])), StatusCode::UNPROCESSABLE_ENTITY),
            ("hold_rules", json!([{"rule": "a", "why": "b", "regex": "x"}]), StatusCode::UNPROCESSABLE_ENTITY),
            ("hold_rules", json!({"rule": "a"}), StatusCode::UNPROCESSABLE_ENTITY),
            ("purposes", json!([{"purpose": "request_removal", "text": "x"}]), StatusCode::UNPROCESSABLE_ENTITY),
            ("purposes", json!([]), StatusCode::UNPROCESSABLE_ENTITY),
            ("severities", json!([]), StatusCode::UNPROCESSABLE_ENTITY),
            ("periods", json!([]), StatusCode::UNPROCESSABLE_ENTITY),
            ("playbooks", json!([]), StatusCode::UNPROCESSABLE_ENTITY),
            ("categories", json!([]), StatusCode::UNPROCESSABLE_ENTITY),
            ("hold_rules", rule(json!("x".repeat(8 << 20))), StatusCode::PAYLOAD_TOO_LARGE),
        ] {
            let body = json!({"version": 1, "reason": "Try", "section": section});
            let reply = script.send_json(Method::PUT, &format!("/settings/{kind}"), body).await;
            assert_eq!(reply.status, status, "{kind}: {}", reply.text());
        }
        assert_eq!(base.number("select count(*) from setting").await, 0);
    }

    async fn rules_that_hold_nothing_are_allowed_and_said_aloud(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let browser = test.sign_in(ADMIN).await;
        let page = browser.get("/settings/hold_rules").await.text();
        assert!(page.contains("Try a text"));
        // Tried against what stands in the form, saved or not; nothing is kept.
        let mut form = fields(room, SettingKind::HoldRules);
        for (name, value) in [("0.words", "kindly look"), ("try_text", "Kindly look at <b>it</b>."), ("try_from", "agency"), ("try_to", "company"), ("try", "1")] {
            set(&mut form, name, value);
        }
        let before = base.number("select count(*) from journal").await;
        let tried = send(&browser, SettingKind::HoldRules, &form).await;
        assert_eq!(tried.status, StatusCode::OK);
        assert!(tried.text().contains("<mark>Kindly look</mark> at &lt;b&gt;it&lt;/b&gt;."), "{}", tried.text());
        set(&mut form, "0.on", "");
        let tried = send(&browser, SettingKind::HoldRules, &form).await.text();
        assert!(tried.contains("It would be delivered at once."));
        assert_eq!(base.number("select count(*) from journal").await, before);
        let hold = async || {
            let number = story::open(room, "analyst@cisa.example", |new| new.share_with = vec![]).await;
            let input = share::ShareInput { to: vec!["google".into()], text: "Please remove it".into(), ..share::ShareInput::default() };
            let shared = share::share(room.clone(), asker(room, "liaison@cisa.example"), EACH, number, input).await.expect("taken");
            !shared.held.is_empty()
        };
        assert!(hold().await);
        let mut form = fields(room, SettingKind::HoldRules);
        let on: Vec<_> = form.iter().map(|(name, _)| name.clone()).filter(|name| name.ends_with(".on")).collect();
        for name in on {
            set(&mut form, &name, "");
        }
        set(&mut form, "version", "1");
        set(&mut form, "reason", "An exercise without counsel");
        let reply = send(&browser, SettingKind::HoldRules, &form).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        assert!(!hold().await, "delivered at once");
        let page = test.sign_in("analyst@cisa.example").await.get("/settings").await.text();
        assert!(page.contains("These rules hold nothing back"));
        let said = base.number("select count(*) from journal where noun = 'setting' and body like '%hold nothing back%'").await;
        assert_eq!(said, 1);
        // Back to what ships.
        let reply = browser.submit("/settings/hold_rules", "/settings/hold_rules/back", &[("to", "1"), ("version", "2"), ("reason", "It is over")]).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
        assert!(hold().await);
        let page = browser.get("/settings/hold_rules").await.text();
        assert!(page.contains("Set back to version 1.") && page.contains("It is over"));
        let reply = browser.submit("/settings/hold_rules", "/settings/hold_rules/back", &[("to", "77"), ("version", "3"), ("reason", "x")]).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    }

    async fn counsel_of_every_organisation_is_told_when_rules_or_banners_change(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        room.set_sends_mail();
        let Section::HoldRules(mut rules) = section(room, SettingKind::HoldRules) else { panic!("rules") };
        rules[0].on = false;
        change(room, ADMIN, SettingKind::HoldRules, Proposal::Whole(Section::HoldRules(rules))).await.expect("changed");
        change(room, LEAD, SettingKind::Severities, Proposal::Whole(with_target(room, "high", 660))).await.expect("changed");
        let counsel = base.number("select count(*) from person_role r join person p on p.id = r.person_id where r.role = 'counsel' and p.suspended_at is null").await;
        assert_eq!(base.number("select count(*) from notice").await, counsel);
        assert_eq!(base.number("select count(*) from mail").await, counsel);
        for who in ["counsel@cisa.example", "counsel@google.example"] {
            let (browser, caller) = (test.sign_in(who).await, test.caller(who).await);
            let page = browser.get("/notifications").await.text();
            assert!(page.contains("changed the hold rules") && page.contains("The night is long"), "{who}: {page}");
            let told = caller.get("/api/v1/notifications").await.json();
            let told = &told["items"][0];
            assert_eq!((told["kind"].as_str(), told["what"].as_str(), &told["incident"]), (Some("setting"), Some("hold_rules"), &Value::Null));
            assert_eq!(caller.get("/api/v1/notifications?kind=status").await.json()["items"], json!([]));
            let there = browser.get(&format!("/notifications/{}", told["id"].as_str().expect("an id"))).await;
            assert_eq!((there.status, there.location()), (StatusCode::SEE_OTHER, "/settings/hold_rules"));
            assert_eq!(browser.get("/notifications/count").await.json()["unread"], 0, "who goes there has read it");
        }
        for who in [LEAD, ADMIN, "analyst@cisa.example"] {
            assert!(!test.sign_in(who).await.get("/notifications").await.text().contains("changed the hold rules"), "{who}");
        }
    }

    async fn another_server_over_the_same_database_takes_it_over(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let other: Room = Base::open(base).await;
        let mut follower = Follower::new(other.clone(), std::time::Duration::from_millis(200));
        follower.catch_up().await.expect("follows");
        change(room, LEAD, SettingKind::Severities, Proposal::Whole(with_target(room, "high", 660))).await.expect("changed");
        let target = |room: &Room| room.reference().targets().iter().find(|one| one.severity.wire() == "high").and_then(|one| one.acknowledge_s);
        assert_eq!(target(room), Some(660), "at once");
        let waiting = async {
            while target(&other) != Some(660) {
                follower.wait().await;
                follower.catch_up().await.expect("follows");
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(20), waiting).await.expect("heard of it");
        // Even one that has not heard yet compares with what stands.
        let given = (1, "Late");
        let section = with_target(&other, "low", 660);
        let late = setting::change(&other, &asker(&other, LEAD), SettingKind::Severities, Proposal::Whole(section), given, &EACH).await;
        assert!(matches!(late, Err(Error::Changed { version: 2 })));
    }

    async fn what_was_written_is_written(base) {
        let room = base.founded().await;
        change(&room, LEAD, SettingKind::Severities, Proposal::Whole(with_target(&room, "high", 660))).await.expect("changed");
        for sql in ["update setting set reason = 'x'", "delete from setting"] {
            let told = base.execute(sql).await.expect_err("refused").to_string();
            assert!(told.contains("setting is append-only"), "{told}");
        }
        let viewer = asker(&room, "analyst@cisa.example").viewer;
        for n in 0..12 {
            change(&room, LEAD, SettingKind::Severities, Proposal::Whole(with_target(&room, "high", 600 + n * 60))).await.expect("changed");
        }
        let (page, next) = setting::history(&room, &viewer, SettingKind::Severities, None, 10).await.expect("a page");
        assert_eq!((page.len(), page[0].version, next), (10, 14, Some(5)));
        assert_eq!(page[0].differences.len(), 1);
        let (rest, next) = setting::history(&room, &viewer, SettingKind::Severities, next, 10).await.expect("the rest");
        assert_eq!(rest.iter().map(|one| one.version).collect::<Vec<_>>(), [4, 3, 2, 1]);
        assert_eq!(next, None);
        assert!(rest[3].set.is_none());
    }
}
