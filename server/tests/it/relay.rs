//! A relay of what an agency relayed: its words are the agency's still, on whomever's lips they reach a company.

use app::model::{
    hold::HoldKind,
    id::Number,
    inbox::{ShareQuery, ShareTab},
    share::AWARENESS_BANNER,
};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::service::{
    Room,
    share::{self, Decision, Step},
    verify::{VerifyOptions, verify},
};

use crate::{
    api::with,
    base::{EACH, asker, both},
    ledger::take_out,
    ledger_proof::{Outside, handed},
    onward::ask,
    story::{open, opened, share_with, step},
    test_app::{Client, TestApp},
};

const LEAD: &str = "lead@cisa.example";
const ISAC: &str = "liaison@eiisac.example";
const GOOGLE: &str = "liaison@google.example";
const ASKING: &str = "They should take down the page.";
const PLAIN: &str = "Polls close at 7 p.m.";
const THROUGH: &str = "handed on by: Agency";

fn relay(to: &str, words: &str) -> Value {
    json!({ "to": to, "purpose": "relay", "text": "From the office.", "originator": {
        "name": "Imogen Thrale", "role": "Recorder", "jurisdiction": "Maricopa County, Arizona",
        "at": "2020-11-03T22:05:00Z", "words": words,
    } })
}

/// What the sharing centre asks for; both take part, so that nobody's leave is needed.
async fn hand_on(isac: &Client, number: &Number, body: Value) -> Value {
    isac.make(&format!("/incidents/{number}/onward"), body).await
}

/// An incident of CISA in which the sharing centre and Google take part, with CISA's relay to the sharing centre.
async fn relayed(test: &TestApp, words: &str) -> (Number, Value) {
    let room = &test.app.room;
    let number = opened(room).await;
    share_with(room, LEAD, &number, "eiisac").await.expect("shared");
    let cisa = test.caller(LEAD).await;
    let made = cisa.make(&format!("/incidents/{number}/shares"), relay("eiisac", words)).await;
    assert_eq!(made["originator"]["through"], json!([]), "nobody stands between");
    (number, made["id"].clone())
}

async fn of_google(room: &Room, tab: ShareTab) -> usize {
    let page = share::inbox(room, &asker(room, GOOGLE).viewer, &ShareQuery::of(tab), 50).await;
    page.expect("a page").lines.iter().filter(|line| line.share.from.email == ISAC).count()
}

both! {
    async fn an_agencys_words_wait_for_counsel_through_whomever_they_come(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let (number, source) = relayed(&test, ASKING).await;
        let (isac, google) = (test.caller(ISAC).await, test.sign_in(GOOGLE).await);
        let again = |words: &str| relay("google", words);
        let bare = json!({ "to": "google", "purpose": "relay", "text": "From the office.", "relay_of": source });
        // Handed on, typed anew, in other letters, and with more around it.
        let ways = [bare, again(ASKING), again("THEY should  take d\u{200b}own the page."), again("They should take down, the page"), again("They should take down the pa"), again(&format!("She wrote: {ASKING} Thank you."))];
        for (at, body) in ways.into_iter().enumerate() {
            let made = hand_on(&isac, &number, body.clone()).await;
            assert_eq!((made["shares"].as_array().map(Vec::len), made["held"].as_array().map(Vec::len)), (Some(0), Some(1)), "{body}");
            for path in [format!("/incidents/{number}"), "/shares".into(), "/shares?tab=done".into()] {
                assert!(!google.get(&path).await.text().contains("Imogen Thrale"), "{at} {path}");
            }
        }
        let held = share::inbox(room, &asker(room, "counsel@eiisac.example").viewer, &ShareQuery::of(ShareTab::Held), 50).await.expect("a page").holds.clone();
        assert!(held.len() == 6 && held.iter().all(|hold| hold.kind == HoldKind::Share));
        // Counsel of whoever sends it decides; what the sharing centre says in words of its own is its own.
        share::decide(room.clone(), asker(room, "counsel@eiisac.example"), EACH, held[0].id, 1, Decision::Release).await.expect("released");
        assert_eq!(of_google(room, ShareTab::Answer).await, 1);
        let own = hand_on(&isac, &number, relay("google", "Please take down the page, says our own analyst.")).await;
        assert_eq!(own["shares"].as_array().map(Vec::len), Some(1), "{own}");
        assert_eq!(own["shares"][0]["banner"], Value::Null);
        assert!(verify(room, &VerifyOptions::default()).await.expect("walks").is_clean());
    }

    async fn the_banner_and_the_originator_stand_with_it_wherever_it_is_read(base) {
        let test = crate::ledger::app(base).await;
        let room = &test.app.room;
        let (number, source) = relayed(&test, PLAIN).await;
        let (isac, google) = (test.caller(ISAC).await, test.sign_in(GOOGLE).await);
        let made = hand_on(&isac, &number, json!({ "to": "google", "purpose": "relay", "text": "From the office.", "relay_of": source })).await;
        let share = &made["shares"][0];
        assert_eq!((share["banner"].as_str(), &share["originator"]["through"]), (Some(AWARENESS_BANNER), &json!(["agency"])));
        for path in [format!("/incidents/{number}"), "/shares".into(), "/shares/ledger?organisation=eiisac".into()] {
            let text = google.get(&path).await.text();
            for words in [AWARENESS_BANNER, THROUGH, "Imogen Thrale, Recorder, Maricopa County, Arizona", PLAIN] {
                assert!(text.contains(words), "{path} {words}: {text}");
            }
            assert!(!text.contains("From CISA") && !text.contains("by CISA"), "{path}: of a sector, not by name");
        }
        let report = take_out(&test.sign_in(GOOGLE).await, "print", &[("organisation", "eiisac")]).await.text();
        assert!(report.contains(AWARENESS_BANNER) && report.contains(THROUGH), "on paper");
        let outside = Outside::new(&test);
        for who in [ISAC, GOOGLE] {
            let (proof, csv) = handed(&test, who, &[]).await;
            outside.is_proven(&proof, Some(&csv));
            assert!(csv.contains(AWARENESS_BANNER) && proof.contains(&format!("banner {AWARENESS_BANNER}")), "{who}");
            outside.is_found("through nobody", &proof, Some(&csv.replace(&format!("{PLAIN},agency,"), &format!("{PLAIN},,"))));
        }
        let ledger = test.caller(GOOGLE).await.read("/ledger?organisation=eiisac").await;
        assert_eq!(ledger["items"][0]["banner"].as_str(), Some(AWARENESS_BANNER));
        // No answer is required: the acknowledgement is the end, though a relay hopes for words.
        let id = share["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        step(room, GOOGLE, id, Step::Acknowledge).await.expect("acknowledged");
        assert_eq!((of_google(room, ShareTab::Answer).await, of_google(room, ShareTab::Done).await), (0, 1));
        // Handed on once more, it says both.
        let twitter = test.caller(GOOGLE).await;
        let asked = with(json!({ "to": "eiisac", "purpose": "relay", "text": "Back to you." }), json!({ "relay_of": share["id"] }));
        let back = twitter.send_json(Method::POST, &format!("/incidents/{number}/onward"), asked).await.json();
        assert_eq!(back["shares"][0]["originator"]["through"], json!(["agency", "sharing_centre"]), "{back}");
        assert!(verify(room, &VerifyOptions::default()).await.expect("walks").is_clean());
    }

    async fn words_that_say_nothing_are_no_relay_and_short_ones_are_found_as_a_whole_alone(base) {
        let test = TestApp::new(base).await;
        let (number, _) = relayed(&test, "E").await;
        let (cisa, isac) = (test.caller(LEAD).await, test.caller(ISAC).await);
        for words in ["\u{200b}", " \u{200b}\u{200b}\n", "\u{2060}"] {
            let reply = cisa.send_json(Method::POST, &format!("/incidents/{number}/shares"), relay("eiisac", words)).await;
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{words:?}");
            assert!(reply.text().contains("originator_words"), "{}", reply.text());
        }
        cisa.make(&format!("/incidents/{number}/shares"), relay("eiisac", "Take it down.")).await;
        let made = hand_on(&isac, &number, relay("google", "Every polling place is open, says the recorder.")).await;
        assert_eq!((&made["shares"][0]["originator"]["through"], &made["shares"][0]["banner"]), (&json!([]), &Value::Null), "{made}");
        // As short as that is a turn of speech, unless it is all that is said.
        let more = hand_on(&isac, &number, relay("google", "Our flag is up. Should somebody take it down. We ask you.")).await;
        assert_eq!(more["shares"][0]["originator"]["through"], json!([]), "{more}");
        for words in ["Take it down.", "take it  down", "\u{201c}Take it down\u{201d}!"] {
            let made = hand_on(&isac, &number, relay("google", words)).await;
            assert_eq!(made["held"].as_array().map(Vec::len), Some(1), "{words}: {made}");
        }
    }

    async fn what_an_agency_shared_stays_its_own_as_somebody_elses_words(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let (cisa, isac) = (test.caller(LEAD).await, test.caller(ISAC).await);
        for text in ["Please remove these accounts from the platform.", "Polls close at 7 p.m. in all fifteen precincts."] {
            cisa.make(&format!("/incidents/{number}/shares"), json!({ "to": "eiisac", "text": text })).await;
        }
        for words in ["Please remove these accounts from the platform.", "please remove these accounts", "Dear all. Please remove these accounts from the platform! The office."] {
            let made = hand_on(&isac, &number, relay("google", words)).await;
            assert_eq!(made["held"].as_array().map(Vec::len), Some(1), "{words}: {made}");
        }
        let made = hand_on(&isac, &number, relay("google", "Polls close at 7 p.m. in all fifteen precincts")).await;
        let share = &made["shares"][0];
        assert_eq!((share["banner"].as_str(), &share["originator"]["through"]), (Some(AWARENESS_BANNER), &json!(["agency"])), "{made}");
        // What a company shared, or an agency elsewhere, is not an agency's here.
        let google = test.caller(GOOGLE).await;
        google.make(&format!("/incidents/{number}/onward"), json!({ "to": "eiisac", "text": "We saw nine copies of the same film." })).await;
        let other = opened(room).await;
        cisa.make(&format!("/incidents/{other}/shares"), json!({ "to": "eiisac", "text": "We counted nine calls from one number." })).await;
        for words in ["We saw nine copies of the same film.", "We counted nine calls from one number."] {
            let made = hand_on(&isac, &number, relay("google", words)).await;
            assert_eq!((&made["shares"][0]["banner"], &made["shares"][0]["originator"]["through"]), (&Value::Null, &json!([])), "{words}: {made}");
        }
        assert!(verify(room, &VerifyOptions::default()).await.expect("walks").is_clean());
    }

    async fn what_an_agency_asked_to_pass_on_stays_its_own_too(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = open(room, ISAC, |input| input.share_with = vec!["fbi".into(), "google".into()]).await;
        let asked = ask(room, "liaison@fbi.example", &number, |input| {
            (input.to, input.text) = (vec!["microsoft".into()], "Please remove these accounts from the platform.".into());
        });
        assert_eq!(asked.await.expect("asked").asked.len(), 1);
        let isac = test.caller(ISAC).await;
        let body = relay("google", "Please remove these accounts from the platform.");
        let reply = isac.send_json(Method::POST, &format!("/incidents/{number}/shares"), body).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED, "counsel looks first: {}", reply.text());
    }
}
