//! What two accepted for the public is the head of the incident as it stood: an edit takes it back to the room, and
//! nothing that lies in it is public.

use app::model::{
    Tlp,
    entry::{Entry, EntryKind},
    id::Number,
};
use axum::http::{Method, StatusCode};
use serde_json::json;
use server::service::{
    Room,
    entry::{self, TimelineQuery},
    verify::{VerifyOptions, verify},
};

use crate::{
    api::{CISA, at, refused},
    base::{asker, both},
    story::{clear, open, see, version},
    test_app::TestApp,
};

const LIAISON: &str = "liaison@cisa.example";

async fn cleared(room: &Room) -> Number {
    let number = open(room, CISA, |input| (input.tlp, input.share_with) = ("green".into(), vec![])).await;
    clear(room, &number).await;
    number
}

async fn label(room: &Room, number: &Number) -> Tlp {
    see(room, CISA, number).await.expect("visible").tlp
}

async fn entries(room: &Room, number: &Number) -> Vec<Entry> {
    let (viewer, incident) = (asker(room, CISA).viewer, see(room, CISA, number).await.expect("visible"));
    let query = TimelineQuery { limit: 200, ..TimelineQuery::default() };
    entry::list(room, &viewer, &incident, &query).await.expect("a timeline").entries.to_vec()
}

both! {
    async fn whoever_edits_what_was_cleared_takes_it_back_to_the_room(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (browser, script) = (test.sign_in(CISA).await, test.caller(CISA).await);
        let number = cleared(room).await;
        let (page, action) = (format!("/incidents/{number}"), format!("/incidents/{number}/edit"));
        let shown = browser.get(&page).await.text();
        let form = &shown[shown.find(&format!("action=\"{action}\"")).expect("a form")..];
        let form = form.split("</form>").next().unwrap_or_default();
        assert!(form.contains("With your change it becomes TLP:GREEN"), "said before it is sent: {form}");
        let stands = see(room, CISA, &number).await.expect("visible").clone();
        let kept = [("version", "3"), ("title", stands.title.as_str()), ("summary", stands.summary.as_str()), ("category", "PROC-1")];
        assert_eq!(browser.submit(&page, &action, &kept).await.status, StatusCode::SEE_OTHER);
        assert_eq!(label(room, &number).await, Tlp::Clear, "nothing was changed");
        let mut edited = kept;
        edited[1].1 = "All polling places in Maricopa County are closed";
        assert_eq!(browser.submit(&page, &action, &edited).await.status, StatusCode::SEE_OTHER);
        assert_eq!(label(room, &number).await, Tlp::Green);
        let told = entries(room, &number).await.into_iter().find(|entry| {
            entry.change.as_ref().is_some_and(|change| (change.old.as_str(), change.new.as_str()) == ("TLP:CLEAR", "TLP:GREEN"))
        });
        assert!(told.expect("it stands in the timeline").text.contains("is edited"));
        let shown = browser.get(&page).await.text();
        assert!(!shown.contains("With your change it becomes TLP:GREEN"), "it is GREEN already");
        // Every way to the head, each by itself.
        for change in [
            json!({"summary": "Nobody may vote."}),
            json!({"source": "The hotline of a campaign."}),
            json!({"category": "PROC-2"}),
            json!({"jurisdictions": [{"state": "NV"}]}),
            json!({"occurred_at": "2020-11-03T12:00:00-05:00"}),
            json!({"hold": {"reason": "The office has been asked.", "review_at": "2030-01-01T00:00:00Z"}}),
        ] {
            let number = cleared(room).await;
            let mut body = change.clone();
            body["version"] = json!(version(room, CISA, &number).await);
            let reply = script.change(Method::PATCH, &format!("/incidents/{number}"), body).await;
            assert_eq!(reply["tlp"], "green", "{change}");
        }
        // How the room works on it is said in words of closed lists.
        let number = cleared(room).await;
        let body = json!({"version": 3, "severity": "high", "reason": "As it is.", "verification": "corroborated"});
        assert_eq!(script.change(Method::PATCH, &format!("/incidents/{number}"), body).await["tlp"], "clear");
        assert!(verify(room, &VerifyOptions::default()).await.expect("walks").is_clean());
    }

    async fn a_liaison_edits_and_asks_again_in_one_act(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = cleared(room).await;
        let body = json!({"version": 3, "summary": "The office has said so.", "tlp": "clear", "reason": "As it is published."});
        let path = at(&format!("/incidents/{number}"));
        assert_eq!(test.caller(CISA).await.json(Method::PATCH, &path, &body).await.status, StatusCode::FORBIDDEN);
        assert_eq!(label(room, &number).await, Tlp::Clear, "all of it or nothing");
        let reply = test.caller(LIAISON).await.json(Method::PATCH, &path, &body).await.json();
        assert_eq!((reply["tlp"].as_str(), reply["clear_asked_by"].as_str()), (Some("green"), Some(LIAISON)), "{reply}");
    }

    async fn nothing_that_lies_in_it_is_public(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (browser, script) = (test.sign_in(CISA).await, test.caller(CISA).await);
        let number = cleared(room).await;
        let path = format!("/incidents/{number}");
        let under = |part: &str| format!("{path}/{part}");
        // What the forms offer: the composer, evidence, a share; and what they begin with.
        let shown = browser.get(&path).await.text();
        for action in ["entries", "evidence", "shares"] {
            let form = &shown[shown.find(&format!("action=\"{}\"", under(action))).unwrap_or_else(|| panic!("a form of {action}"))..];
            let form = form.split("</form>").next().unwrap_or_default();
            let radio = |word: &str| {
                let end = form.find(&format!(" value=\"{word}\"")).unwrap_or_else(|| panic!("{action}: {word}"));
                let start = form[..end].rfind("<input").unwrap_or_default();
                form[start..].split('>').next().unwrap_or_default().to_owned()
            };
            assert!(radio("clear").contains("disabled") && !radio("clear").contains("checked"), "{action}: {}", radio("clear"));
            assert!(radio("green").contains("checked"), "{action}: {}", radio("green"));
        }
        refused(&script.send_json(Method::POST, &under("entries"), json!({"text": "Please note.", "tlp": "clear"})).await, 422, "tlp");
        refused(&script.send_json(Method::POST, &under("evidence"), json!({"url": "https://a.example/", "tlp": "clear"})).await, 422, "tlp");
        refused(&script.send_parts(&at(&under("evidence")), &[("tlp", "clear")], &[("a.txt", "x")]).await, 422, "tlp");
        refused(&script.send_json(Method::POST, &under("shares"), json!({"to": ["fbi"], "text": "x", "tlp": "clear"})).await, 422, "tlp");
        let typed = browser.submit(&path, &under("entries"), &[("kind", "update"), ("text", "Kept as typed."), ("tlp", "clear")]).await;
        assert_eq!(typed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(typed.text().contains("Kept as typed.") && typed.text().contains("TLP:GREEN at the loosest"));
        // What says nothing of a label is GREEN, and its correction too.
        let entry = script.make(&under("entries"), json!({"text": "Two more calls."})).await;
        let fixed = script.make(&under("entries"), json!({"text": "Three more calls.", "corrects": entry["id"]})).await;
        let exhibit = script.make(&under("evidence"), json!({"url": "https://polls.example/"})).await;
        let indicator = script.make(&under("indicators"), json!({"kind": "domain", "value": "polls.example"})).await;
        let task = script.make(&under("tasks"), json!({"text": "Call the office."})).await;
        script.make(&under("shares"), json!({"to": ["fbi"], "text": "For your picture."})).await;
        for (what, made) in [("entry", &entry), ("correction", &fixed), ("exhibit", &exhibit), ("indicator", &indicator), ("task", &task)] {
            assert_eq!(made["tlp"], "green", "{what}: {made}");
        }
        let begun = browser.submit(&path, &under("playbook"), &[("version", "3"), ("playbook", "false-voting-day-or-place")]).await;
        assert_eq!(begun.status, StatusCode::SEE_OTHER, "{}", begun.text());
        let body = json!({"version": version(room, CISA, &number).await, "severity": "high", "reason": "As it is."});
        script.change(Method::PATCH, &path, body).await;
        assert_eq!(label(room, &number).await, Tlp::Clear);
        for table in ["entry", "exhibit", "indicator", "task", "share"] {
            let sql = format!("select count(*) from {table} where tlp = 'clear'");
            assert_eq!(base.number(&sql).await, 0, "{table}");
        }
        assert!(entries(room, &number).await.iter().any(|entry| entry.kind == EntryKind::Update && entry.tlp == Tlp::Green));
    }
}
