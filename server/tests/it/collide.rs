//! Two who change the same incident: the second sees what stands and what they typed, nothing is overwritten unseen, and
//! the button does the very act that was meant.

use app::model::{Tlp, id::Number, incident::Jurisdiction};
use axum::http::StatusCode;
use server::service::{
    Room,
    incident::{self, Edit, HoldInput, LegalHoldInput, MarkingInput, OwnerInput, SeverityInput},
    share::{self, Decision, OnwardDecision, ShareInput},
};

use crate::{
    base::{EACH, asker, both},
    onward::{ask, decide},
    story::{open, opened, see, share_with, status, version},
    test_app::{Client, Reply, TestApp},
};

const LEAD: &str = "lead@cisa.example";
const ANALYST: &str = "analyst@cisa.example";
const LIAISON: &str = "liaison@cisa.example";
const COUNSEL: &str = "counsel@cisa.example";
const GOOGLE: &str = "liaison@google.example";

fn place(state: &str) -> Jurisdiction {
    Jurisdiction { state: state.into(), county: None }
}

async fn edit(room: &Room, who: &str, number: &Number, change: impl FnOnce(&mut Edit)) {
    let mut input = Edit { version: version(room, who, number).await, ..Edit::default() };
    change(&mut input);
    incident::edit(room.clone(), asker(room, who), EACH, number.clone(), input).await.expect("edited");
}

async fn worsen(room: &Room, number: &Number, severity: &str) {
    let version = version(room, LEAD, number).await;
    let input = SeverityInput { version, severity: severity.into(), reason: "It spreads.".into() };
    incident::set_severity(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("set");
}

async fn name(room: &Room, number: &Number, named: &[&str]) {
    let input = MarkingInput {
        version: version(room, LEAD, number).await,
        tlp: "red".into(),
        reason: "For these alone.".into(),
        named: named.iter().map(|email| (*email).to_owned()).collect(),
    };
    incident::set_marking(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("named");
}

async fn put_on_hold(room: &Room, number: &Number) {
    let version = version(room, LEAD, number).await;
    let review_at = room.now().plus_seconds(3600).to_string();
    let input = HoldInput { version, reason: "The registrar closes at six.".into(), review_at };
    incident::put_on_hold(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("held");
}

/// Sends a form of the incident's page as it stood at a version.
async fn send(client: &Client, number: &Number, act: &str, old: &Reply, changed: &[(&str, &str)]) -> Reply {
    let action = format!("/incidents/{number}/{act}");
    let reply = client.press(old, &action, changed).await;
    assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.text());
    reply
}

async fn done(client: &Client, page: &Reply, number: &Number, act: &str, changed: &[(&str, &str)]) {
    let reply = client.press(page, &format!("/incidents/{number}/{act}"), changed).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.text());
}

fn value(page: &Reply, action: &str, name: &str) -> Option<String> {
    page.fields(action).into_iter().find(|(known, _)| known == name).map(|(_, value)| value)
}

both! {
    async fn an_editor_of_the_title_overwrites_no_place_unseen(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.jurisdictions = vec![place("AZ")]).await;
        let client = test.sign_in(ANALYST).await;
        let old = client.get(&format!("/incidents/{number}?form=edit")).await;
        edit(room, LEAD, &number, |input| input.jurisdictions = Some(vec![place("AZ"), place("NV")])).await;
        let fields = [("title", "A title of mine"), ("jurisdiction_state", "AZ")];
        let action = format!("/incidents/{number}/edit");
        let token = old.form_token(&action).expect("a form");
        let standing = see(room, ANALYST, &number).await.expect("seen");
        let rest = [("version", "1"), ("summary", standing.summary.as_str()), ("category", "PROC-1"), ("jurisdiction_county", "")];
        let page = client.post(&action, &token, &[&fields[..], &rest[..]].concat()).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        let text = page.text();
        assert!(text.contains("Where") && text.contains("NV"), "both are shown: {text}");
        // Who touched no place keeps what stands; who chooses theirs anew is obeyed.
        done(&client, &page, &number, "edit", &[]).await;
        let now = see(room, ANALYST, &number).await.expect("seen");
        assert_eq!((now.title.as_str(), now.jurisdictions.len()), ("A title of mine", 2));
        edit(room, LEAD, &number, |input| input.jurisdictions = Some(vec![place("AZ"), place("TX")])).await;
        let mine = [("title", "Another title"), ("jurisdiction_state", "CA"), ("jurisdiction_county", "")];
        let rest = [("version", "2"), ("summary", standing.summary.as_str()), ("category", "PROC-1")];
        let token = client.get(&format!("/incidents/{number}")).await.form_token(&action).expect("a form");
        let page = client.post(&action, &token, &[&mine[..], &rest[..]].concat()).await;
        assert!(page.text().contains("Keep both"), "{}", page.text());
        done(&client, &page, &number, "edit", &[]).await;
        let now = see(room, ANALYST, &number).await.expect("seen");
        assert_eq!(now.jurisdictions.iter().map(|place| place.state.as_str()).collect::<Vec<_>>(), ["CA"]);
    }

    async fn who_is_named_with_red_is_never_let_in_or_locked_out_unseen(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| (input.tlp, input.share_with) = ("red".into(), vec![])).await;
        name(room, &number, &[ANALYST]).await;
        let client = test.sign_in(LEAD).await;
        let old = client.get(&format!("/incidents/{number}?form=marking")).await;
        name(room, &number, &[ANALYST, LIAISON]).await;
        let changed = [("named", "analyst@cisa.example, counsel@cisa.example"), ("reason", "Counsel too.")];
        let page = send(&client, &number, "marking", &old, &changed).await;
        let text = page.text();
        let liaison = see(room, LEAD, &number).await.expect("seen").named.iter().find(|it| it.email == LIAISON).expect("named").name.clone();
        assert!(text.contains(&format!("{liaison} (CISA) would no longer see it")), "{text}");
        assert!(text.contains("would see it from now on") && text.contains("Counsel too."), "{text}");
        let action = format!("/incidents/{number}/marking");
        let standing = value(&page, &action, "named").expect("a choice");
        assert!(standing.contains(LIAISON) && !standing.contains(COUNSEL), "what stands is chosen: {standing}");
        done(&client, &page, &number, "marking", &[]).await;
        see(room, LIAISON, &number).await.expect("named still");
        assert!(see(room, COUNSEL, &number).await.is_err());
        assert_eq!(see(room, LEAD, &number).await.expect("seen").tlp, Tlp::Red);
    }

    async fn a_label_without_names_goes_through_with_those_of_the_form(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, LEAD, |input| (input.tlp, input.share_with) = ("red".into(), vec![])).await;
        name(room, &number, &[ANALYST]).await;
        let client = test.sign_in(LEAD).await;
        let page = client.get(&format!("/incidents/{number}?form=marking")).await;
        done(&client, &page, &number, "marking", &[("tlp", "amber"), ("reason", "It is known.")]).await;
        assert_eq!(see(room, LEAD, &number).await.expect("seen").tlp, Tlp::Amber);
    }

    async fn who_takes_second_is_told_that_it_has_an_owner(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.owner = None).await;
        let client = test.sign_in(ANALYST).await;
        let old = client.get(&format!("/incidents/{number}")).await;
        incident::take(room.clone(), asker(room, LEAD), EACH, number.clone()).await.expect("taken");
        let text = send(&client, &number, "take", &old, &[]).await.text();
        assert!(text.contains("It has an owner now, so it cannot be taken.") && !text.contains("Save what I chose"), "{text}");
    }

    async fn an_accepted_hand_over_meets_an_edit_and_is_accepted_from_the_page(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let offer = OwnerInput { version: 1, owner: GOOGLE.into() };
        incident::assign(room.clone(), asker(room, LEAD), EACH, number.clone(), offer).await.expect("offered");
        let client = test.sign_in(GOOGLE).await;
        let old = client.get(&format!("/incidents/{number}")).await;
        edit(room, LEAD, &number, |input| input.title = Some("Meanwhile".into())).await;
        let page = send(&client, &number, "owner/accept", &old, &[]).await;
        done(&client, &page, &number, "owner/accept", &[]).await;
        assert_eq!(see(room, GOOGLE, &number).await.expect("seen").lead.slug, "google");
        // What was withdrawn meanwhile is not accepted.
        let number = opened(room).await;
        let offer = |owner: &str, version| OwnerInput { version, owner: owner.into() };
        incident::assign(room.clone(), asker(room, LEAD), EACH, number.clone(), offer(GOOGLE, 1)).await.expect("offered");
        let old = client.get(&format!("/incidents/{number}")).await;
        incident::assign(room.clone(), asker(room, LEAD), EACH, number.clone(), offer(LEAD, 2)).await.expect("kept");
        let reply = client.press(&old, &format!("/incidents/{number}/owner/accept"), &[]).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
    }

    async fn clocks_that_were_to_run_again_do_so_from_the_page(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        put_on_hold(room, &number).await;
        let client = test.sign_in(ANALYST).await;
        let old = client.get(&format!("/incidents/{number}")).await;
        worsen(room, &number, "high").await;
        let page = send(&client, &number, "resume", &old, &[]).await;
        assert!(page.text().contains("The registrar closes at six."), "what stands: {}", page.text());
        done(&client, &page, &number, "resume", &[]).await;
        assert!(see(room, ANALYST, &number).await.expect("seen").hold.is_none());
    }

    async fn reasons_and_notes_are_shown_and_go_along(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let client = test.sign_in(ANALYST).await;
        let words = "Words that took me a while.";
        let old = client.get(&format!("/incidents/{number}")).await;
        worsen(room, &number, "high").await;
        for (act, field, changed) in [
            ("severity", "reason", vec![("severity", "severe")]),
            ("status", "note", vec![("to", "contained")]),
            ("verification", "note", vec![("verification", "confirmed")]),
            ("hold", "reason", vec![]),
        ] {
            let page = send(&client, &number, act, &old, &[&changed[..], &[(field, words)]].concat()).await;
            let text = page.text();
            assert!(text.contains("What stands now") && text.contains(words), "{act}: {text}");
            let action = format!("/incidents/{number}/{act}");
            assert_eq!(value(&page, &action, field).as_deref(), Some(words), "{act}");
            done(&client, &page, &number, act, &[(field, "Words after another look.")]).await;
        }
        assert_eq!(base.number("select count(*) from entry where body = 'Words after another look.'").await, 4);
        // What cannot be any more keeps the words all the same.
        let late = send(&client, &number, "hold", &old, &[("reason", words)]).await.text();
        assert!(late.contains("It is on hold already.") && late.contains(words), "{late}");
    }

    async fn a_mark_and_a_legal_hold_meet_another_change_and_are_set_from_the_page(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let counsel = test.sign_in(COUNSEL).await;
        let client = test.sign_in(ANALYST).await;
        let (old, his) = (client.get(&format!("/incidents/{number}")).await, counsel.get(&format!("/incidents/{number}")).await);
        worsen(room, &number, "high").await;
        let action = format!("/incidents/{number}/content");
        let token = old.form_token(&action).expect("a form");
        let page = client.post(&action, &token, &[("version", "1"), ("contains_personal_data", "1")]).await;
        assert_eq!(page.status, StatusCode::CONFLICT);
        assert!(page.text().contains("It contains personal data"), "{}", page.text());
        done(&client, &page, &number, "content", &[]).await;
        assert!(see(room, ANALYST, &number).await.expect("seen").contains_personal_data);
        // Who did not tick it takes no mark of others away.
        let page = client.post(&action, &token, &[("version", "1"), ("candidate_or_party_content", "1")]).await;
        done(&client, &page, &number, "content", &[]).await;
        let now = see(room, ANALYST, &number).await.expect("seen");
        assert!(now.contains_personal_data && now.candidate_or_party_content);
        let page = send(&counsel, &number, "legal-hold", &his, &[("reason", "For the inquiry.")]).await;
        assert!(page.text().contains("For the inquiry."), "{}", page.text());
        done(&counsel, &page, &number, "legal-hold", &[]).await;
        assert!(see(room, ANALYST, &number).await.expect("seen").legal_hold);
        let version = version(room, COUNSEL, &number).await;
        let input = LegalHoldInput { version, legal_hold: false, reason: "It has ended.".into() };
        incident::set_legal_hold(room.clone(), asker(room, COUNSEL), EACH, number.clone(), input).await.expect("lifted");
    }

    async fn a_part_that_was_to_end_ends_from_the_page(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        share_with(room, LEAD, &number, "microsoft").await.expect("shared");
        let client = test.sign_in(LEAD).await;
        let page = format!("/incidents/{number}");
        let action = format!("{page}/unshare");
        let token = client.get(&page).await.form_token(&action);
        let Some(token) = token else { panic!("the lead ends a part") };
        let reply = client.post(&action, &token, &[("version", "1"), ("organisation", "microsoft")]).await;
        assert_eq!(reply.status, StatusCode::CONFLICT);
        done(&client, &reply, &number, "unshare", &[]).await;
        assert!(see(room, "liaison@microsoft.example", &number).await.is_err());
        let reply = client.post(&action, &token, &[("version", "1"), ("organisation", "microsoft")]).await;
        assert!(reply.text().contains("It has no part in this incident any more."), "{}", reply.text());
    }

    async fn counsel_who_decides_second_keeps_the_comment(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ANALYST, |input| input.share_with = vec![]).await;
        let input = ShareInput { to: vec!["google".into()], text: "Please remove the page and suspend the account.".into(), ..ShareInput::default() };
        let id = share::share(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await.expect("taken").held[0];
        crate::test_app::join(room, "second@cisa.example", "cisa", app::model::Role::Counsel).await;
        let second = test.sign_in("second@cisa.example").await;
        let list = second.get("/shares?tab=held").await;
        share::decide(room.clone(), asker(room, COUNSEL), EACH, id, 1, Decision::Refuse("Not for them.".into())).await.expect("refused");
        for step in ["return", "refuse"] {
            let reply = second.press(&list, &format!("/shares/{id}/{step}"), &[("comment", "It names a voter: say it differently.")]).await;
            assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.text());
            let text = reply.text();
            assert!(text.contains("It names a voter: say it differently.") && text.contains("Not for them."), "{text}");
            assert!(text.contains("Rosalind Achebe (CISA) decided it at") && text.contains("/shares?tab=held"), "{text}");
        }
    }

    async fn a_request_that_was_decided_meanwhile_keeps_the_comment(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let id = ask(room, GOOGLE, &number, |_| {}).await.expect("asked").asked[0];
        let client = test.sign_in(LIAISON).await;
        let list = client.get("/shares").await;
        decide(room, LEAD, id, OnwardDecision::Refuse("They have it.".into())).await.expect("refused");
        let action = format!("/shares/{id}/decline");
        let token = list.form_token(&action).expect("a form");
        let fields = [("version", "1"), ("next", "/shares"), ("comment", "Ask again tomorrow.")];
        let reply = client.post(&action, &token, &fields).await;
        assert_eq!(reply.status, StatusCode::CONFLICT, "{}", reply.text());
        let text = reply.text();
        assert!(text.contains("Ask again tomorrow.") && text.contains("They have it."), "{text}");
        assert!(status(room, LEAD, &number, "triaged", |_| {}).await.is_ok(), "the incident goes on");
    }
}
