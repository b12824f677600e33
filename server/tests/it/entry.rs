//! Entries: narrowed ones leave no trace, corrected and struck ones keep their words.

use app::model::{Tlp, board::BoardQuery, entry::Entry, id::Number};
use axum::http::StatusCode;
use server::service::{
    Error, Room, board,
    entry::{self, PostEntry, TimelineQuery},
};

use crate::{
    base::{EACH, asker, both},
    story::{open, opened, post, refused, see},
    test_app::TestApp,
};

const ANALYST: &str = "analyst@cisa.example";
const GOOGLE: &str = "analyst@google.example";

async fn timeline(room: &Room, who: &str, number: &Number) -> Vec<Entry> {
    let incident = see(room, who, number).await.expect("visible");
    let query = TimelineQuery { limit: 200, ..TimelineQuery::default() };
    let viewer = asker(room, who).viewer;
    entry::list(room, &viewer, &incident, &query).await.expect("a timeline").entries.to_vec()
}

both! {
    async fn a_narrowed_entry_leaves_no_trace_for_others(base) {
        let room = base.founded().await;
        let number = open(&room, ANALYST, |input| input.share_with = vec!["google".into(), "fbi".into()]).await;
        let traces = async || {
            let viewer = asker(&room, GOOGLE).viewer;
            let incident = see(&room, GOOGLE, &number).await.expect("visible").clone();
            let counts = entry::count(&room, &viewer, &see(&room, GOOGLE, &number).await.expect("visible")).await;
            let page = board::list(&room, &viewer, &BoardQuery::default(), 50).await.expect("a board");
            let tabs = board::tabs(&room, &viewer).await.expect("tabs");
            let feed = board::feed(&room, &viewer, false, None, 50).await.expect("a feed").0.into_inner();
            (incident, counts.expect("counts"), page.rows.to_vec(), tabs, feed, timeline(&room, GOOGLE, &number).await)
        };
        let before = traces().await;
        base.clock.advance(30);
        let narrow = |input: &mut PostEntry| input.audience = vec!["fbi".into()];
        let id = post(&room, ANALYST, &number, narrow).await.expect("posted");
        let red = |input: &mut PostEntry| {
            (input.tlp, input.named) = ("red".into(), vec!["liaison@fbi.example".into()]);
        };
        post(&room, ANALYST, &number, red).await.expect("posted");
        let reason = "Wrong number".to_owned();
        let correct = |input: &mut PostEntry| (input.corrects, input.text) = (Some(id.to_string()), "Three calls.".into());
        post(&room, ANALYST, &number, correct).await.expect("corrected");
        entry::strike(room.clone(), asker(&room, ANALYST), EACH, number.clone(), id, reason).await.expect("struck");
        assert_eq!(traces().await, before);
        let viewer = asker(&room, GOOGLE).viewer;
        assert!(matches!(entry::find(&room, &viewer, &number, id).await, Err(Error::NotFound)));
        assert!(timeline(&room, "analyst@fbi.example", &number).await.iter().any(|entry| entry.id == id));
        room.close().await;
    }

    async fn an_entry_for_everybody_moves_the_update_clock_and_not_the_version(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let before = see(&room, ANALYST, &number).await.expect("visible").clone();
        base.clock.advance(600);
        post(&room, GOOGLE, &number, |_| {}).await.expect("posted");
        let after = see(&room, ANALYST, &number).await.expect("visible").clone();
        let due = |incident: &app::model::incident::Incident| {
            incident.clock(app::model::ClockKind::Update).expect("runs").due
        };
        assert_eq!(due(&after), due(&before).plus_seconds(600));
        assert_eq!(after.version, before.version, "an editor is not disturbed by an entry");
        room.close().await;
    }

    async fn a_child_is_not_looser_than_its_incident(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        for tlp in ["green", "clear"] {
            assert_eq!(refused(post(&room, ANALYST, &number, |input| input.tlp = tlp.into()).await), ["tlp"]);
        }
        post(&room, ANALYST, &number, |input| input.tlp = "amber+strict".into()).await.expect("tighter");
        let outside = |input: &mut PostEntry| input.audience = vec!["twitter".into()];
        assert_eq!(refused(post(&room, ANALYST, &number, outside).await), ["audience"]);
        let blind = |input: &mut PostEntry| {
            (input.tlp, input.named) = ("red".into(), vec!["lead@twitter.example".into()]);
        };
        assert_eq!(refused(post(&room, ANALYST, &number, blind).await), ["named"]);
        room.close().await;
    }

    async fn a_correction_keeps_kind_marking_and_the_earlier_words(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let first = |input: &mut PostEntry| {
            (input.kind, input.tlp, input.text) = ("decision".into(), "amber+strict".into(), "Polls close at 7.".into());
        };
        let id = post(&room, ANALYST, &number, first).await.expect("posted");
        for text in ["Polls close at 19:00.", "Polls close at 19:00 MST."] {
            base.clock.advance(60);
            let correct = |input: &mut PostEntry| (input.corrects, input.text) = (Some(id.to_string()), text.into());
            post(&room, ANALYST, &number, correct).await.expect("corrected");
        }
        let foreign = post(&room, GOOGLE, &number, |input| input.corrects = Some(id.to_string())).await;
        assert!(matches!(foreign, Err(Error::Forbidden(_))), "{foreign:?}");
        let shown: Vec<_> = timeline(&room, GOOGLE, &number).await.into_iter().filter(|entry| entry.id == id).collect();
        let [entry] = shown.as_slice() else { panic!("one line for one entry: {shown:?}") };
        assert_eq!((entry.text.as_str(), entry.tlp), ("Polls close at 19:00 MST.", Tlp::AmberStrict));
        let earlier: Vec<_> = entry.earlier.iter().map(|wording| wording.text.as_str()).collect();
        assert_eq!(earlier, ["Polls close at 19:00.", "Polls close at 7."]);
        room.close().await;
    }

    async fn a_correction_to_the_same_words_is_no_earlier_wording_lost(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = post(&room, ANALYST, &number, |input| input.text = "A.".into()).await.expect("posted");
        for text in ["B.", "A."] {
            let correct = |input: &mut PostEntry| (input.corrects, input.text) = (Some(id.to_string()), text.into());
            post(&room, ANALYST, &number, correct).await.expect("corrected");
        }
        let shown = timeline(&room, ANALYST, &number).await;
        let entry = shown.iter().find(|entry| entry.id == id).expect("shown");
        let earlier: Vec<_> = entry.earlier.iter().map(|wording| wording.text.as_str()).collect();
        assert_eq!(earlier, ["B.", "A."]);
        room.close().await;
    }

    async fn a_struck_entry_keeps_its_words_and_says_who_and_why(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let id = post(&room, ANALYST, &number, |input| input.text = "Wrong.".into()).await.expect("posted");
        let strike = async |who: &str, reason: &str| {
            let (room, who) = (room.clone(), asker(&room, who));
            entry::strike(room, who, EACH, number.clone(), id, reason.into()).await
        };
        assert!(matches!(strike("lead@google.example", "Not ours").await, Err(Error::Forbidden(_))));
        assert_eq!(refused(strike(ANALYST, " ").await), ["reason"]);
        strike("lead@cisa.example", "Another county").await.expect("struck by the author's shift lead");
        assert_eq!(refused(strike(ANALYST, "Again").await), ["reason"]);
        let shown = timeline(&room, GOOGLE, &number).await;
        let entry = shown.iter().find(|entry| entry.id == id).expect("shown");
        let struck = entry.struck.as_ref().expect("struck");
        assert_eq!((entry.text.as_str(), struck.reason.as_str()), ("Wrong.", "Another county"));
        assert_eq!(struck.by.email, "lead@cisa.example");
        room.close().await;
    }

    async fn what_cannot_be_stored_or_happened_in_the_future_is_refused(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        for text in ["", "  \n ", "a\0b"] {
            assert_eq!(refused(post(&room, ANALYST, &number, |input| input.text = text.into()).await), ["text"]);
        }
        let long = "x".repeat(entry::TEXT_LIMIT + 1);
        assert_eq!(refused(post(&room, ANALYST, &number, |input| input.text = long).await), ["text"]);
        let later = room.now().plus_seconds(120).to_string();
        let future = |input: &mut PostEntry| input.happened_at = Some(later);
        assert_eq!(refused(post(&room, ANALYST, &number, future).await), ["happened_at"]);
        for kind in ["system", "status", "share", "evidence"] {
            assert_eq!(refused(post(&room, ANALYST, &number, |input| input.kind = kind.into()).await), ["kind"]);
        }
        room.close().await;
    }

    async fn a_timeline_is_walked_page_by_page_in_either_direction(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        for n in 0..23 {
            let earlier = room.now().plus_seconds(-i64::from(n % 5) * 60).to_string();
            let back_dated = |input: &mut PostEntry| {
                (input.text, input.happened_at) = (format!("Line {n}."), Some(earlier));
            };
            post(&room, ANALYST, &number, back_dated).await.expect("posted");
        }
        let viewer = asker(&room, GOOGLE).viewer;
        let incident = see(&room, GOOGLE, &number).await.expect("visible");
        for oldest_first in [false, true] {
            let whole = TimelineQuery { oldest_first, limit: 200, ..TimelineQuery::default() };
            let whole = entry::list(&room, &viewer, &incident, &whole).await.expect("whole").entries.to_vec();
            let mut walked = vec![];
            let mut query = TimelineQuery { oldest_first, limit: 4, ..TimelineQuery::default() };
            loop {
                let page = entry::list(&room, &viewer, &incident, &query).await.expect("a page");
                walked.extend(page.entries.to_vec());
                query.after = page.next;
                if query.after.is_none() {
                    break;
                }
            }
            assert_eq!(walked, whole);
            let mut sorted = whole.clone();
            sorted.sort_by_key(|entry| if oldest_first { entry.happened_at.0 } else { -entry.happened_at.0 });
            let times = |list: &[Entry]| list.iter().map(|entry| entry.happened_at).collect::<Vec<_>>();
            assert_eq!(times(&whole), times(&sorted), "by when it happened");
        }
        let foreign = TimelineQuery { after: Some(room.seal().seal("board", "x")), limit: 4, ..TimelineQuery::default() };
        assert_eq!(refused(entry::list(&room, &viewer, &incident, &foreign).await.map(|_| ())), ["after"]);
        room.close().await;
    }

    async fn names_typed_for_red_do_not_stop_an_entry_that_is_marked_otherwise(base) {
        let test = TestApp::new(base).await;
        let room = &test.app.room;
        let number = opened(room).await;
        let (path, action) = (format!("/incidents/{number}"), format!("/incidents/{number}/entries"));
        let analyst = test.sign_in(ANALYST).await;
        let typed = [("kind", "update"), ("text", "Two more calls."), ("tlp", "amber"), ("named", "liaison@fbi.example")];
        let done = analyst.submit(&path, &action, &typed).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        // With RED they are read.
        let red = [typed[0], typed[1], ("tlp", "red"), ("named", "nobody@nowhere.example")];
        let refused = analyst.submit(&path, &action, &red).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        room.close().await;
    }
}
