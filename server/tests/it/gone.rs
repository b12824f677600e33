//! What is taken from somebody is gone from all that they hold open: a stream, an export, a download, and every page
//! that they ask for again.

use app::model::id::Number;
use axum::body::Bytes;
use futures::{StreamExt, stream};
use server::service::{
    Room,
    evidence::{self, EvidenceInput},
    incident::{self, MarkingInput},
    share::Step,
};

use crate::{
    base::{Base, EACH, asker, both},
    download::{self, SIZE},
    ledger, ledger_export,
    live::Stream,
    reading::everything,
    story::{first_share, open, post, step, version},
};

const LEAD: &str = "lead@cisa.example";
const LOSES: &str = "liaison@google.example";
const WORDS: &str = "The recorder's office is correcting it.";

async fn takes_back(room: &Room, number: &Number) {
    let share = first_share(room, LEAD, number, "google").await;
    step(room, "liaison@cisa.example", share, Step::Revoke).await.expect("taken back");
}

async fn marks_red(room: &Room, number: &Number) {
    let input = MarkingInput {
        version: version(room, LEAD, number).await,
        tlp: "red".into(),
        reason: "A source asked for it.".into(),
        named: vec![LEAD.into()],
    };
    incident::set_marking(room.clone(), asker(room, LEAD), EACH, number.clone(), input)
        .await
        .expect("marked");
}

/// A stream, one narrowed to it, a download and an export that run while it ends, and then every page.
async fn ends(base: &Base, end: &str) {
    let test = ledger::app(base).await;
    let pump = tokio::spawn(test.app.hub.clone().pump());
    let room = &test.app.room;
    let stays = open(room, LEAD, |input| input.title = "Another matter".into()).await;
    for n in 0..120 {
        ledger::told(room, &stays, "google", &format!("Word {n}.")).await;
    }
    let number = open(room, LEAD, |input| input.summary = WORDS.into()).await;
    let pieces = stream::iter([Ok::<_, std::io::Error>(Bytes::from(vec![7; SIZE]))]);
    let input = EvidenceInput::default();
    evidence::take_in(room.clone(), asker(room, LEAD), EACH, number.clone(), "a.bin", input, pieces)
        .await
        .expect("in");
    let before = everything(&test, LOSES, &number).await;
    assert!(before.contains(number.as_str()) && before.contains(WORDS), "{end}: they saw it");

    let client = test.sign_in(LOSES).await;
    let mut live = Stream::open(&test, &client, "/live", None).await;
    let mut narrow = Stream::open(&test, &client, &format!("/live?incident={number}"), None).await;
    let file = download::begin(&test, &client, &format!("/incidents/{number}/evidence/E-1/file")).await;
    let mut export = ledger_export::begin(&test, &client, "csv").await.into_body().into_data_stream();
    let mut csv = export.next().await.expect("a part").expect("sent").to_vec();
    match end {
        "taken back" => takes_back(room, &number).await,
        _ => marks_red(room, &number).await,
    }
    post(room, LEAD, &number, |entry| entry.text = "Behind their back".into()).await.expect("posted");
    post(room, LEAD, &stays, |entry| entry.text = "Still shared".into()).await.expect("posted");

    let gone = live.next_named("incident").await.json();
    assert_eq!((&gone["number"], &gone["gone"]), (&number.as_str().into(), &true.into()), "{end}");
    loop {
        let event = live.next().await.expect("goes on");
        assert!(!event.data.contains(number.as_str()), "{end}: {event:?}");
        if event.data.contains("Still shared") {
            break;
        }
    }
    assert_eq!(narrow.next_named("incident").await.json()["gone"], true, "{end}");
    let (left, cut) = download::rest(file).await;
    assert!(cut && left < SIZE / 2, "{end}: {left} more bytes, cut {cut}");
    while let Some(part) = export.next().await {
        csv.extend(part.expect("sent"));
    }
    let csv = String::from_utf8(csv).expect("text");
    assert!(csv.contains("Word 119.") && !csv.contains(number.as_str()) && !csv.contains(WORDS), "{end}");
    // The page of what cannot be opened keeps the address that was asked for.
    let after = everything(&test, LOSES, &number).await;
    let after = after.replace(&format!("{{\"number\":\"{number}\",\"gone\":true}}"), "");
    let after =
        after.replace(&format!("/incidents/{number}"), "").replace(&format!("%2Fincidents%2F{number}"), "");
    let shown = after.lines().filter(|line| line.contains(number.as_str()) || line.contains(WORDS));
    assert_eq!(shown.collect::<Vec<_>>(), Vec::<&str>::new(), "{end}");
    pump.abort();
    room.close().await;
}

both! {
    async fn what_is_taken_back_is_gone_from_all_that_is_held_open(base) {
        ends(base, "taken back").await;
    }

    async fn what_turns_red_is_gone_from_all_that_is_held_open(base) {
        ends(base, "marked red").await;
    }
}
