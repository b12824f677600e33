//! Marks of an incident that make two people look before it crosses: rules as data.

use app::model::{
    id::Number,
    setting::{Section, SettingKind},
};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Error, Room,
    incident::{self, ContentInput},
    setting,
    share::{self, ShareInput},
};

use crate::{
    api::at,
    base::{EACH, asker, both},
    story::{open, see, version},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const TWITTER: &str = "liaison@twitter.example";
const FBI: &str = "liaison@fbi.example";

async fn mark(room: &Room, who: &str, number: &Number, candidate: bool) -> Result<(), Error> {
    let input = ContentInput {
        version: see(room, who, number).await.map_or(1, |incident| incident.version),
        candidate_or_party_content: Some(candidate),
        contains_personal_data: None,
    };
    incident::set_content(room.clone(), asker(room, who), EACH, number.clone(), input).await.map(drop)
}

both! {
    async fn a_candidate_or_party_needs_a_second_person_across_sectors(base) {
        let room = base.founded().await;
        let number = open(&room, LEAD, |input| input.share_with = vec![]).await;
        mark(&room, LEAD, &number, true).await.expect("marked");
        let input = ShareInput { to: vec!["google".into(), "fbi".into()], text: "For your picture.".into(), ..ShareInput::default() };
        let made = share::share(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("taken");
        assert_eq!((made.shares.len(), made.held.len()), (1, 1), "agency to agency goes out");
        let hold = share::find_hold(&room, &asker(&room, LEAD).viewer, made.held[0]).await.expect("held");
        assert_eq!(hold.reasons[0].rule, "candidate_or_party_content");
        // Whoever may set it does not take it away, share, and set it again.
        assert!(matches!(mark(&room, LEAD, &number, false).await, Err(Error::Forbidden(_))));
        assert!(matches!(mark(&room, FBI, &number, false).await, Err(Error::Forbidden(_))));
        assert!(matches!(mark(&room, TWITTER, &number, true).await, Err(Error::NotFound)));
        mark(&room, "counsel@cisa.example", &number, false).await.expect("counsel of the lead");
        room.close().await;
    }

    async fn an_opening_that_is_marked_waits_and_a_script_changes_the_mark(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| input.contains_personal_data = true).await;
        assert!(matches!(see(room, GOOGLE, &number).await, Err(Error::NotFound)));
        let lead = test.caller(LEAD).await;
        let path = at(&format!("/incidents/{number}"));
        let change = async |client: &crate::test_app::Client, body: serde_json::Value| {
            let mut body = body;
            body["version"] = version(room, LEAD, &number).await.into();
            client.json(Method::PATCH, &path, &body).await
        };
        let reply = change(&lead, json!({"candidate_or_party_content": true})).await;
        assert_eq!((reply.status, reply.json()["candidate_or_party_content"].as_bool()), (StatusCode::OK, Some(true)));
        let reply = change(&lead, json!({"contains_personal_data": false, "summary": "x"})).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        let counsel = test.caller("counsel@cisa.example").await;
        let reply = change(&counsel, json!({"contains_personal_data": false})).await;
        assert_eq!((reply.status, reply.json()["contains_personal_data"].as_bool()), (StatusCode::OK, Some(false)), "{}", reply.text());
        room.close().await;
    }

    async fn the_room_changes_what_the_marks_do(base) {
        let room = base.founded().await;
        let number = open(&room, LEAD, |input| (input.share_with, input.candidate_or_party_content) = (vec![], true)).await;
        let admin = asker(&room, "room-admin@watchfloor.example");
        let known = setting::find(&room, &admin.viewer, SettingKind::HoldRules).expect("known");
        let Section::HoldRules(mut rules) = known.section.clone() else { panic!("rules") };
        let rule = rules.iter_mut().find(|rule| rule.rule == "candidate_or_party_content").expect("ships");
        rule.across = false;
        let whole = setting::Proposal::Whole(Section::HoldRules(rules));
        setting::change(&room, &admin, SettingKind::HoldRules, whole, (1, "Also among agencies"), &EACH).await.expect("changed");
        let input = ShareInput { to: vec!["fbi".into()], text: "For your picture.".into(), ..ShareInput::default() };
        let made = share::share(room.clone(), asker(&room, LEAD), EACH, number, input).await.expect("taken");
        assert_eq!((made.shares.len(), made.held.len()), (0, 1));
        room.close().await;
    }

    async fn rules_from_before_there_were_marks_are_joined_by_those_that_ship(base) {
        let room = base.founded().await;
        let admin = asker(&room, "room-admin@watchfloor.example");
        let known = setting::find(&room, &admin.viewer, SettingKind::HoldRules).expect("known");
        let Section::HoldRules(rules) = known.section.clone() else { panic!("rules") };
        let old: Vec<_> = rules.into_iter().filter(|rule| rule.content.is_empty()).collect();
        let whole = setting::Proposal::Whole(Section::HoldRules(old.clone()));
        setting::change(&room, &admin, SettingKind::HoldRules, whole, (1, "Taken away"), &EACH).await.expect("changed");
        let count = async |room: &Room| {
            let known = setting::find(room, &admin.viewer, SettingKind::HoldRules).expect("known");
            match &known.section {
                Section::HoldRules(rules) => rules.len(),
                _ => 0,
            }
        };
        assert_eq!(count(&room).await, old.len(), "who takes them away has none");
        room.close().await;
        // As a version was written before: without the words that came later.
        let before = json!([{"rule": "moderation", "why": "It asks", "from": "agency", "to": "company",
            "words": ["remove"], "patterns": [], "on": true}]);
        crate::verify::tamper(base, &format!("update setting set body = '{before}' where kind = 'hold_rules'")).await;
        let room = base.open().await;
        assert_eq!(count(&room).await, 3);
        room.close().await;
    }
}
