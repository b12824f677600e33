//! Everything that a person reads of a room, by page, by script and in a stream, in one text: what must not reach
//! them stands nowhere in it.

use app::model::id::Number;
use server::service::{Room, live};

use crate::{
    api::at,
    base::asker,
    test_app::{Client, TestApp},
};

/// What a stream of this person says of everything after `seq`.
pub(crate) async fn heard(room: &Room, who: &str, seq: i64) -> String {
    let viewer = asker(room, who).viewer;
    let mut text = String::new();
    for change in live::changes(room, seq, None, 1_000).await.expect("changes") {
        let Some(told) = live::Told::read(room, change).await.expect("read") else { continue };
        let events = told.events(room, &viewer, app::policy::scope(&viewer)).await.expect("events");
        for event in events {
            text += &format!("{} {}\n", event.name, event.data);
        }
    }
    text
}

/// What this client shows at these paths.
pub(crate) async fn pages(client: &Client, paths: &[&str]) -> String {
    let mut text = String::new();
    for path in paths {
        text += &client.get(path).await.text();
        text.push('\n');
    }
    text
}

/// By every way there is.
pub(crate) async fn everything(test: &TestApp, who: &str, number: &Number) -> String {
    let incident = format!("/incidents/{number}");
    let browser = test.sign_in(who).await;
    let mut text = pages(
        &browser,
        &[
            &incident,
            "/board",
            "/shares",
            "/shares?tab=waiting",
            "/shares?tab=held",
            "/shares?tab=done",
            "/shares/counts",
            "/shares/ledger",
            "/shares/ledger?book=posts",
            "/notifications?show=all",
        ],
    )
    .await;
    let script = test.caller(who).await;
    let of = |path: &str| at(&format!("{incident}{path}"));
    text += &pages(
        &script,
        &[
            &of(""),
            &of("/entries?limit=200"),
            &of("/shares?limit=200"),
            &of("/tasks"),
            &of("/indicators"),
            &at("/journal?limit=200"),
            &at("/ledger?limit=200"),
            &at("/ledger/posts?limit=200"),
            &at("/notifications?limit=200"),
        ],
    )
    .await;
    text + &heard(&test.app.room, who, 0).await
}

/// What was done, as a script and a stream have it.
pub(crate) async fn acts(test: &TestApp, who: &str, number: &Number) -> String {
    let script = test.caller(who).await;
    let entries = at(&format!("/incidents/{number}/entries?limit=200"));
    pages(&script, &[&entries, &at("/journal?limit=200")]).await + &heard(&test.app.room, who, 0).await
}
