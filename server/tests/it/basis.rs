//! What a purpose asks for beside the words: the reference of a legal process, the originator of what is relayed.

use app::model::{ShareId, inbox::ShareTab};
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::service::{
    Error, Room,
    incident::{self, MarkingInput},
    share::{self, Decision, OnwardDecision, OriginatorInput, ShareInput},
    verify::{VerifyOptions, verify},
};

use crate::{
    base::{Base, EACH, asker, both},
    bulk,
    ledger_proof::{Outside, handed},
    onward::{ask, decide, requests},
    story::{open, opened, refused, version},
    test_app::TestApp,
};

const LEAD: &str = "lead@cisa.example";
const GOOGLE: &str = "liaison@google.example";
const TWITTER: &str = "liaison@twitter.example";
const FBI: &str = "liaison@fbi.example";
const DOCKET: &str = "22-MC-0907, District Court";
/// As it was written, spaces and lines included.
const WORDS: &str = "  Polls close at 7 p.m.\n\n\"Nobody\" was turned away.  ";

fn originator() -> OriginatorInput {
    OriginatorInput {
        name: "Imogen Thrale".into(),
        role: "Recorder".into(),
        jurisdiction: "Maricopa County, Arizona".into(),
        at: "2020-11-03T22:05:00Z".into(),
        words: WORDS.into(),
    }
}

fn relay(input: &mut ShareInput) {
    (input.purpose, input.originator) = ("relay".into(), originator());
}

fn legal(input: &mut ShareInput) {
    (input.purpose, input.reference) = ("legal_process".into(), DOCKET.into());
}

async fn give(
    room: &Room,
    number: &app::model::id::Number,
    change: impl FnOnce(&mut ShareInput),
) -> Result<ShareId, Error> {
    let mut input =
        ShareInput { to: vec!["google".into()], text: "For your picture.".into(), ..ShareInput::default() };
    change(&mut input);
    let made = share::share(room.clone(), asker(room, LEAD), EACH, number.clone(), input).await?;
    Ok(made.shares.first().or(made.held.first()).copied().expect("one"))
}

async fn is_clean(room: &Room) {
    let report = verify(room, &VerifyOptions::default()).await.expect("walks");
    assert!(report.is_clean(), "{:?}", report.findings);
}

/// What stands in the fields of the form beside the purpose.
const RELAYED: [(&str, &str); 6] = [
    ("originator_name", "Imogen Thrale"),
    ("originator_role", "Recorder"),
    ("originator_jurisdiction", "Maricopa County, Arizona"),
    ("originator_date", "2020-11-03"),
    ("originator_time", "17:05"),
    ("originator_zone", "America/New_York"),
];

both! {
    async fn a_purpose_goes_with_what_it_asks_for_and_with_nothing_else(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        type Change = fn(&mut ShareInput);
        let wrong: [(&str, Change); 12] = [
            ("reference", |input| input.purpose = "legal_process".into()),
            ("reference", |input| { legal(input); input.reference = " \n ".into(); }),
            ("reference", |input| { legal(input); input.reference = "7".repeat(201); }),
            ("reference", |input| { legal(input); input.reference = "a\u{0}b".into(); }),
            ("reference", |input| input.reference = DOCKET.into()),
            ("originator_name", |input| input.originator = originator()),
            ("originator_name", |input| { legal(input); input.relay_of = "x".into(); }),
            ("originator_role", |input| { relay(input); input.originator.role = String::new(); }),
            ("originator_at", |input| { relay(input); input.originator.at = "2031-01-01T00:00:00Z".into(); }),
            ("originator_words", |input| { relay(input); input.originator.words = " \n".into(); }),
            ("originator_jurisdiction", |input| { relay(input); input.originator.jurisdiction = "x".repeat(121); }),
            ("relay_of", |input| { relay(input); input.relay_of = number_of_nothing(); }),
        ];
        for (field, change) in wrong {
            assert_eq!(refused(give(&room, &number, change).await), [field]);
        }
        let all = refused(give(&room, &number, |input| input.purpose = "relay".into()).await);
        assert_eq!(all, ["originator_at", "originator_jurisdiction", "originator_name", "originator_role", "originator_words"]);
        assert_eq!(base.number("select count(*) from share where purpose in ('relay', 'legal_process')").await, 0);
        for change in [legal, relay] {
            give(&room, &number, change).await.expect("whole");
        }
        give(&room, &number, |input| { legal(input); input.reference = "7".repeat(200); }).await.expect("the longest");
        is_clean(&room).await;
        room.close().await;
    }

    async fn the_reference_and_the_originator_stand_wherever_the_share_stands(base) {
        let test = crate::ledger::app(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let (first, second) = (give(room, &number, legal).await.expect("shared"), give(room, &number, relay).await.expect("shared"));
        let google = test.sign_in(GOOGLE).await;
        let page = format!("/incidents/{number}");
        for path in [page.as_str(), "/shares", "/shares/ledger"] {
            let text = google.get(path).await.text();
            assert!(text.contains(DOCKET) && text.contains("Imogen Thrale, Recorder, Maricopa County, Arizona"), "{path}: {text}");
            assert!(text.contains("  Polls close at 7 p.m.\n\n&quot;Nobody&quot; was turned away.  ") || text.contains(WORDS), "{path}: untouched");
        }
        let report = crate::ledger::take_out(&test.sign_in(GOOGLE).await, "print", &[]).await.text();
        assert!(report.contains(DOCKET) && report.contains("Imogen Thrale, Recorder"), "on paper");
        let outside = Outside::new(&test);
        for who in [LEAD, GOOGLE] {
            let (proof, csv) = handed(&test, who, &[]).await;
            outside.is_proven(&proof, Some(&csv));
            assert!(csv.lines().next().is_some_and(|head| head.contains(",reference,originator_name,originator_role,originator_jurisdiction,originator_at,originator_words,originator_through,")));
            outside.is_found("another docket", &proof, Some(&csv.replace("22-MC-0907", "22-MC-0908")));
            outside.is_found("other words", &proof, Some(&csv.replace("7 p.m.", "8 p.m.")));
        }
        let caller = test.caller(GOOGLE).await;
        let shares = caller.read(&format!("/incidents/{number}/shares")).await;
        let ledger = caller.read("/ledger").await;
        for found in [&shares, &ledger] {
            let of = |id: ShareId| found["items"].as_array().expect("a list").iter().find(|one| one["id"] == json!(id)).cloned().expect("there");
            assert_eq!((&of(first)["reference"], &of(first)["originator"]), (&json!(DOCKET), &Value::Null));
            assert_eq!(of(second)["originator"]["words"], json!(WORDS));
            assert_eq!(of(second)["originator"]["at"], json!("2020-11-03T22:05:00.000000Z"));
        }
        // Who reads no word of the shares reads none of this.
        share::share(room.clone(), asker(room, LEAD), EACH, number.clone(), ShareInput { to: vec!["fbi".into()], text: "You too.".into(), ..ShareInput::default() }).await.expect("shared");
        let (fbi, third) = (test.sign_in(FBI).await, test.caller(FBI).await);
        let mut seen = vec![third.walk("/journal", 200).await.iter().map(Value::to_string).collect::<String>()];
        for path in [page.as_str(), "/shares", "/shares/ledger", "/search?q=Thrale", "/search?q=0907"] {
            seen.push(fbi.get(path).await.text());
        }
        for text in &seen {
            assert!(!text.contains("Thrale, Recorder") && !text.contains("District Court") && !text.contains("turned away"), "{text}");
        }
        is_clean(room).await;
    }

    async fn the_form_keeps_what_was_typed_and_shows_it_before_it_goes(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let lead = test.sign_in(LEAD).await;
        let (page, action) = (format!("/incidents/{number}"), format!("/incidents/{number}/shares"));
        let mut fields = vec![("to", "google"), ("purpose", "legal_process"), ("text", "See the order."), ("tlp", "amber")];
        let bad = lead.submit(&page, &action, &fields).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().contains("href=\"#share-reference\"") && bad.text().contains("id=\"share-reference-error\""), "{}", bad.text());
        fields.extend([("reference", DOCKET), ("preview", "1")]);
        let look = lead.submit(&page, &action, &fields).await.text();
        assert!(look.contains("Reference: ") && look.contains(DOCKET), "{look}");
        fields.pop();
        let done = lead.submit(&page, &action, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());

        let mut fields = vec![("to", "google"), ("purpose", "relay"), ("text", "From the office."), ("tlp", "amber")];
        fields.extend(RELAYED);
        let bad = lead.submit(&page, &action, &fields).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().contains("id=\"share-originator_words-error\"") && bad.text().contains("value=\"Imogen Thrale\"") && bad.text().contains("value=\"17:05\""), "{}", bad.text());
        fields.push(("originator_words", WORDS));
        let done = lead.submit(&page, &action, &fields).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        assert_eq!(base.number("select count(*) from share where originator like '%22:05:00%'").await, 1, "the moment of the zone");
        assert!(lead.get(&page).await.text().contains("Hand on, unchanged"), "and once more, without typing");

        // Several at once.
        let numbers = bulk::alone(room, 2).await;
        let asked = [("to", "google"), ("purpose", "legal_process"), ("text", "See the order.")];
        let bad = bulk::preview(&test, &lead, &numbers, &asked).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().contains("id=\"share-reference-error\""), "once, beside its field: {}", bad.text());
        let looked = bulk::preview(&test, &lead, &numbers, &[asked.as_slice(), &[("reference", DOCKET)]].concat()).await;
        assert!(bulk::send(&lead, &looked).await.text().contains(">2 incidents were shared"));
        assert_eq!(base.number(&format!("select count(*) from share where reference = '{DOCKET}'")).await, 3);
        is_clean(room).await;
    }

    async fn a_script_gives_it_and_is_told_what_is_missing(base) {
        let test = TestApp::new(base).await;
        let number = opened(&test.app.room).await;
        let caller = test.caller(LEAD).await;
        let path = format!("/incidents/{number}/shares");
        let bare = json!({ "to": "google", "purpose": "legal_process", "text": "See the order." });
        crate::api::refused(&caller.send_json(Method::POST, &path, bare.clone()).await, 422, "reference");
        let made = caller.make(&path, crate::api::with(bare, json!({ "reference": DOCKET }))).await;
        assert_eq!(made["reference"], json!(DOCKET));
        let bare = json!({ "to": "google", "purpose": "relay", "text": "From the office." });
        crate::api::refused(&caller.send_json(Method::POST, &path, bare.clone()).await, 422, "originator_name");
        let said = json!({ "originator": { "name": "Imogen Thrale", "role": "Recorder", "jurisdiction": "Maricopa County", "at": "2020-11-03T17:05:00-05:00", "words": WORDS } });
        let made = caller.make(&path, crate::api::with(bare.clone(), said)).await;
        assert_eq!(made["originator"]["words"], json!(WORDS));
        let again = caller.make(&path, crate::api::with(bare, json!({ "relay_of": made["id"] }))).await;
        assert_eq!(again["originator"], made["originator"]);
    }

    async fn counsel_reads_the_originators_words_and_the_release_keeps_them(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let held = give(room, &number, |input| {
            relay(input);
            input.originator.words = "They should take down the page.".into();
        }).await.expect("held");
        assert!(matches!(share::find(room, &asker(room, GOOGLE).viewer, held).await, Err(Error::NotFound)), "the rules read them");
        let queue = test.sign_in("counsel@cisa.example").await.get("/shares?tab=held").await.text();
        assert!(queue.contains("Imogen Thrale, Recorder") && queue.contains("They should take down the page."), "{queue}");
        is_clean(room).await;
        share::decide(room.clone(), asker(room, "counsel@cisa.example"), EACH, held, 1, Decision::Release).await.expect("released");
        let found = share::find(room, &asker(room, GOOGLE).viewer, held).await.expect("delivered");
        assert_eq!(found.basis.originator.as_ref().map(|from| from.words.as_str()), Some("They should take down the page."));
        is_clean(room).await;
    }

    async fn what_is_passed_on_carries_it_through_the_lead(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let source = give(&room, &number, relay).await.expect("shared");
        assert_eq!(refused(ask(&room, GOOGLE, &number, |input| input.purpose = "legal_process".into()).await), ["reference"]);
        let id = ask(&room, GOOGLE, &number, |input| {
            (input.purpose, input.relay_of) = ("relay".into(), source.to_string());
        }).await.expect("asked").asked[0];
        let request = share::find_onward(&room, &asker(&room, LEAD).viewer, id).await.expect("the lead reads it");
        assert_eq!(request.basis.originator.as_ref().map(|from| from.words.as_str()), Some(WORDS));
        assert_eq!(requests(&room, LEAD, ShareTab::Answer).await, vec![id]);
        decide(&room, LEAD, id, OnwardDecision::Approve).await.expect("approved");
        let passed = share::find(&room, &asker(&room, TWITTER).viewer, id).await.expect("a party");
        let first = share::find(&room, &asker(&room, GOOGLE).viewer, source).await.expect("a party");
        let of = |basis: &app::model::basis::Basis| basis.originator.clone().expect("a relay");
        assert!(of(&passed.basis).says_the_same_as(&of(&first.basis)), "the same words of the same person at the same time");
        assert_eq!(of(&passed.basis).through, [app::model::organisation::Sector::Agency], "through CISA");
        assert_eq!(passed.banner(), Some(app::model::share::AWARENESS_BANNER));
        is_clean(&room).await;
        room.close().await;
    }

    async fn a_relay_is_handed_on_by_those_alone_who_read_it_and_no_looser(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let other = open(&room, LEAD, |input| input.title = "A leaflet names the wrong day in Cobb County".into()).await;
        let strict = give(&room, &number, |input| { relay(input); input.tlp = "amber+strict".into(); }).await.expect("shared");
        let elsewhere = give(&room, &other, relay).await.expect("shared");
        let plain = give(&room, &number, |_| {}).await.expect("shared");
        let red = give(&room, &number, |input| {
            relay(input);
            (input.tlp, input.named) = ("red".into(), vec![GOOGLE.into()]);
        }).await.expect("shared");
        let hand_on = |id: ShareId, tlp: &'static str| give(&room, &number, move |input| {
            (input.purpose, input.relay_of, input.tlp) = ("relay".into(), id.to_string(), tlp.into());
        });
        for id in [elsewhere, plain] {
            assert_eq!(refused(hand_on(id, "").await), ["relay_of"], "no relay of this incident");
        }
        assert_eq!(refused(hand_on(strict, "").await), ["tlp"]);
        hand_on(strict, "amber+strict").await.expect("as it was marked");
        assert_eq!(refused(hand_on(red, "").await), ["relay_of"], "RED stays with those whom it names");
        // Somebody who takes part and does not read that share learns nothing of it.
        give(&room, &number, |input| input.to = vec!["fbi".into()]).await.expect("shared");
        let tried = ask(&room, FBI, &number, |input| {
            (input.purpose, input.relay_of, input.tlp) = ("relay".into(), strict.to_string(), "amber".into());
        }).await;
        assert_eq!(refused(tried), ["relay_of"]);
        // A label that is stricter later holds for what was written before it.
        let input = MarkingInput { version: version(&room, LEAD, &number).await, tlp: "amber+strict".into(), reason: "It has changed.".into(), named: vec![] };
        incident::set_marking(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("marked");
        hand_on(strict, "").await.expect("as the incident");
        is_clean(&room).await;
        room.close().await;
    }

    async fn an_altered_reference_or_originator_is_found(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        give(&room, &number, legal).await.expect("shared");
        give(&room, &number, relay).await.expect("shared");
        altered(base, &room, "update share set reference = '22-MC-0908' where purpose = 'legal_process'").await;
        altered(base, &room, "update share set originator = replace(originator, '7 p.m.', '8 p.m.') where purpose = 'relay'").await;
        room.close().await;
    }
}

async fn altered(base: &Base, room: &Room, sql: &str) {
    let before = verify(room, &VerifyOptions::default()).await.expect("walks").findings.len();
    assert_eq!(base.execute(sql).await.expect("written"), 1, "{sql}");
    let after = verify(room, &VerifyOptions::default()).await.expect("walks").findings.len();
    assert!(after > before, "{sql}");
}

fn number_of_nothing() -> String {
    ShareId(uuid::Uuid::nil()).to_string()
}
