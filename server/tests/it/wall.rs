//! The status wall: what is past its target and what rings next, of GREEN and CLEAR.

use app::model::id::Number;
use server::service::{
    Room,
    incident::{self, HoldInput},
};

use crate::{
    base::{EACH, asker, both},
    story::{open, version},
    test_app::TestApp,
};

const CISA: &str = "analyst@cisa.example";
const DAY: i64 = 86_400;

async fn green(room: &Room, severity: &str, title: &str) -> Number {
    let change = |input: &mut incident::OpenIncident| {
        (input.title, input.severity) = (title.into(), severity.into());
        (input.tlp, input.share_with) = ("green".into(), vec![]);
    };
    open(room, CISA, change).await
}

async fn put_on_hold(room: &Room, number: &Number) {
    let input = HoldInput {
        version: version(room, CISA, number).await,
        reason: "The clerk calls back.".into(),
        review_at: room.now().plus_seconds(7 * DAY).to_string(),
    };
    incident::put_on_hold(room.clone(), asker(room, CISA), EACH, number.clone(), input).await.expect("held");
}

/// The words of the wall's targets, without its tags: what is past, and what is next.
async fn targets(test: &TestApp) -> (String, String) {
    let page = test.sign_in(CISA).await.get("/wall").await.text();
    let section = page.split("w-breach").nth(1).and_then(|rest| rest.split("</section>").next());
    let section = section.unwrap_or_else(|| panic!("targets: {page}"));
    let text: String =
        section.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    let (past, next) = text.split_once("Next to breach").unwrap_or((&text, ""));
    (past.to_owned(), next.to_owned())
}

both! {
    async fn the_wall_says_how_many_are_past_their_target_and_shows_the_worst_of_them(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        for n in 1..=7 {
            green(room, "medium", &format!("Leaflet {n} names the wrong day")).await;
            base.clock.advance(60);
        }
        open(room, CISA, |input| input.title = "Not for a wall".into()).await;
        base.clock.advance(DAY);
        green(room, "severe", "Registration system does not answer").await;
        base.clock.advance(60);
        green(room, "emergency", "Polling places without power").await;
        base.clock.advance(DAY);
        let (past, next) = targets(&test).await;
        assert!(past.starts_with("Past target 9"), "{past}");
        assert!(past.ends_with("and 5 more") && next.is_empty(), "{past} {next}");
        let places = ["without power", "does not answer", "Leaflet 1 ", "Leaflet 2 "].map(|words| past.find(words));
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "the worst, then the longest past: {past}");
        assert!(!past.contains("Leaflet 3") && !past.contains("Not for a wall"), "{past}");
    }

    async fn what_rings_next_stands_on_the_wall_however_many_are_past_or_on_hold(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        for n in 1..=62 {
            let number = green(room, "medium", &format!("Leaflet {n} names the wrong day")).await;
            if n > 61 {
                put_on_hold(room, &number).await;
            }
        }
        base.clock.advance(DAY);
        green(room, "medium", "A fresh flyer").await;
        let (past, next) = targets(&test).await;
        assert!(past.starts_with("Past target 61") && past.ends_with("and 58 more"), "{past}");
        assert!(next.contains("A fresh flyer") && !next.contains("Leaflet"), "{next}");
    }
}
