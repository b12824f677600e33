//! Everything that people and jobs ask of a room.

use std::convert::Infallible;

use app::model::{
    board::{BoardQuery, Grouping, Order, Span},
    entry::EntryKind,
    id::Number,
    inbox::{ShareQuery, ShareTab},
    ledger::{Book, Direction, LedgerForm, LedgerQuery},
    notice::{NoticeKind, NoticeQuery},
    setting::SettingKind,
};
use axum::body::Bytes;
use futures::{StreamExt, stream};
use server::service::{
    self, Asker, Once, Room,
    entry::{PostEntry, TimelineQuery},
    evidence::{self, EvidenceInput},
    session::Sessions,
    share::{OriginatorInput, ShareInput},
    task::TaskOrder,
    verify::VerifyOptions,
};

use crate::{
    base::{EACH, asker},
    story,
};

pub(super) async fn everything(room: &Room) {
    room.set_sends_mail();
    for email in ["analyst@cisa.example", "analyst@google.example", "auditor@watchfloor.example"] {
        let viewer = asker(room, email).viewer;
        for span in Span::ALL {
            for group in Grouping::ALL {
                for order in Order::ALL {
                    let mut query =
                        BoardQuery { span: *span, group: *group, order: *order, ..BoardQuery::default() };
                    let page = service::board::list(room, &viewer, &query, 20).await.expect("a page");
                    query.after = page.next.clone();
                    service::board::list(room, &viewer, &query, 20).await.expect("the page after");
                }
            }
        }
        for words in [
            ("severity", "high"),
            ("status", "triaged"),
            ("state", "AZ"),
            ("organisation", "fbi"),
            ("breached", "1"),
            ("lead", "fbi"),
            ("tlp", "green"),
            ("category", "PROC"),
            ("owner", "analyst@cisa.example"),
            ("owner", "none"),
            ("q", "results"),
        ] {
            let query = BoardQuery::from_pairs([words]);
            service::board::list(room, &viewer, &query, 20).await.expect("a page");
            let periods = ["election-day".to_owned()];
            service::incident::list(room, &viewer, &query, &periods, 20).await.expect("a page");
        }
        for kind in SettingKind::ALL {
            service::setting::history(room, &viewer, *kind, None, 10).await.expect("a history");
        }
        let history = service::history::list(room, &viewer, None, 20).await.expect("acts");
        service::history::list(room, &viewer, history.next.as_deref(), 20).await.expect("more acts");
        service::board::tabs(room, &viewer).await.expect("tabs");
        service::person::is_beholden(room, viewer.person, viewer.person).await.expect("looked");
        service::share::count(room, &viewer).await.expect("counts");
        service::notice::count(room, &viewer).await.expect("a count");
        for all in [false, true] {
            let query = NoticeQuery { all, kind: None, after: None };
            let page = service::notice::list(room, &viewer, &query, 20).await.expect("a page");
            if let Some(line) = page.lines.first() {
                service::notice::find(room, &viewer, line.id).await.expect("a notice");
                service::notice::read(room.clone(), asker(room, email), line.id).await.expect("read");
            }
            let query = NoticeQuery { all, kind: Some(NoticeKind::Status), after: page.next.clone() };
            service::notice::list(room, &viewer, &query, 20).await.expect("the page after");
        }
        service::notice::read_all(room.clone(), asker(room, email), None, None).await.expect("all read");
        for tab in ShareTab::ALL {
            let mut query = ShareQuery::of(*tab);
            let page = service::share::inbox(room, &viewer, &query, 20).await.expect("a page");
            if let Some(line) = page.lines.first() {
                service::share::find_line(room, &viewer, line.share.id).await.expect("a line");
            }
            if let Some(hold) = page.holds.first() {
                service::share::find_hold(room, &viewer, hold.id).await.expect("a hold");
            }
            (query.after, query.organisation, query.mine) = (page.next.clone(), "google".into(), true);
            service::share::inbox(room, &viewer, &query, 20).await.expect("the page after");
        }
        for direction in [None, Some(Direction::Sent), Some(Direction::Received), Some(Direction::Approved)] {
            let mut query = LedgerQuery { direction, ..LedgerQuery::default() };
            let page = service::ledger::ledger(room, &viewer, &query, 20).await.expect("a page");
            (query.after, query.organisation) = (page.next.clone(), "google".into());
            service::ledger::ledger(room, &viewer, &query, 20).await.expect("the page after");
            let mut query = LedgerQuery { direction, ..LedgerQuery::of_book(Book::Posts) };
            let page = service::ledger::postings(room, &viewer, &query, 20).await.expect("a page");
            (query.after, query.organisation) = (page.next.clone(), "google".into());
            service::ledger::postings(room, &viewer, &query, 20).await.expect("the page after");
        }
        for mine in [false, true] {
            let (_, next) = service::board::feed(room, &viewer, mine, None, 30).await.expect("a feed");
            service::board::feed(room, &viewer, mine, next.as_deref(), 30).await.expect("earlier ones");
        }
        inside(room, email, &Number::new(10_010)).await;
    }
    let (by, number) = ("analyst@cisa.example", story::opened(room).await);
    story::post(room, by, &number, |post| post.audience = vec!["cisa".into()]).await.expect("narrowed");
    let red = story::post(room, by, &number, |post| {
        (post.tlp, post.named) = ("red".into(), vec![by.into()]);
    });
    red.await.expect("RED");
    evidence(room, &asker(room, by), &number).await;
    inside(room, by, &number).await;
    chores(room).await;
    ledger(room, &asker(room, "lead@cisa.example")).await;
    audit(room).await;
    leave(room).await;
    people(room).await;
    service::wall::wall(room).await.expect("a wall");
    service::clocks::note_breaches(room).await.expect("looked");
    let changes = service::live::changes(room, 100_000, None, 50).await.expect("changes");
    let viewer = asker(room, "analyst@cisa.example").viewer;
    for change in changes {
        if let Some(told) = service::live::Told::read(room, change).await.expect("read") {
            told.events(room, &viewer, app::policy::scope(&viewer)).await.expect("events");
        }
    }
}

/// An organisation leaves, and is taken back.
async fn leave(room: &Room) {
    let root = asker(room, "room-admin@watchfloor.example");
    let prospect = service::organisation::prospect(room, &root, "verizon").await.expect("a prospect");
    let first =
        |led: &app::model::leave::Led| (led.number.to_string(), led.candidates[0].organisation.slug.clone());
    let leads = prospect.moving().map(first).collect();
    let input = service::organisation::Leave {
        reason: "Left".into(),
        version: prospect.version,
        leads,
        others: "cisa".into(),
    };
    let version = service::organisation::leave(room, &root, "verizon", input, &EACH).await.expect("left");
    let back = service::organisation::take_back(room, &root, "verizon", ("Back", version), &EACH).await;
    back.expect("taken back");
}

/// What looks at who did what to the accounts of an organisation lately.
async fn people(room: &Room) {
    let admin = asker(room, "admin@cisa.example");
    let new = service::invitation::NewInvitation {
        name: "Dana Brook".into(),
        email: "dana@cisa.example".into(),
        organisation: "cisa".into(),
        roles: vec!["counsel".into()],
    };
    service::invitation::invite(room, &admin, new, &EACH).await.expect("invited");
    let [one, other] =
        ["counsel@cisa.example", "liaison@cisa.example"].map(|who| asker(room, who).viewer.person);
    service::person::is_beholden(room, one, other).await.expect("looked");
    service::person::suspend(room, &admin, other, "left", &EACH).await.expect("suspended");
}

async fn inside(room: &Room, email: &str, number: &Number) {
    let asking = asker(room, email);
    let viewer = &asking.viewer;
    let incident = service::incident::find(room, viewer, number).await.expect("they see it");
    for oldest_first in [false, true] {
        let mut query = TimelineQuery { oldest_first, limit: 2, ..TimelineQuery::default() };
        let page = service::entry::list(room, viewer, &incident, &query).await.expect("a timeline");
        query.after = page.next;
        service::entry::list(room, viewer, &incident, &query).await.expect("the page after");
        let query =
            TimelineQuery { kinds: vec![EntryKind::Decision, EntryKind::Evidence], after: None, ..query };
        service::entry::list_written(room, viewer, &incident, &query).await.expect("as it was written");
    }
    service::entry::understood(room, &incident).await.expect("what is understood");
    service::following::find(room, viewer, &incident).await.expect("whether they follow");
    for on in [true, false] {
        service::following::set(room.clone(), asking.clone(), EACH, number.clone(), on).await.expect("set");
    }
    let (shares, looked) = service::looks::gather(service::share::list(room, viewer, &incident, 0, 20)).await;
    shares.expect("shares");
    service::looks::note(room, &asking, looked).await.expect("noted");
    service::entry::count(room, viewer, &incident).await.expect("counts");
    service::evidence::list(room, viewer, &incident, None, 20).await.expect("exhibits");
    service::indicator::list(room, viewer, &incident, 0, 20).await.expect("indicators");
    service::share::list(room, viewer, &incident, 0, 20).await.expect("shares");
    service::share::list_onward(room, viewer, &incident, 0, 20).await.expect("requests");
    for order in [TaskOrder::Given, TaskOrder::Open] {
        let (_, next) = service::task::list(room, viewer, &incident, (order, None), 1).await.expect("tasks");
        service::task::list(room, viewer, &incident, (order, next), 20).await.expect("the page after");
    }
    service::task::list_steps(room, viewer, &incident, "bomb-threat-wave").await.expect("steps");
    service::indicator::list_newest(room, viewer, &incident, None, 20).await.expect("indicators");
    let (newest, _) = service::share::list_newest(room, viewer, &incident, None, 20).await.expect("shares");
    for share in newest.iter() {
        service::share::find(room, viewer, share.id).await.expect("a share");
    }
    service::share::list_relays(room, viewer, &incident).await.expect("relays");
    service::share::overall(room, viewer, &incident).await.expect("who was told");
    service::panel::highest(room, viewer, &incident).await.expect("a label");
    service::evidence::list_of(room, viewer, &incident, &[1, 2, 3]).await.expect("exhibits by number");
    let few = TimelineQuery { limit: 3, ..TimelineQuery::default() };
    let page = service::entry::list(room, viewer, &incident, &few).await.expect("a timeline");
    let ids: Vec<_> = page.entries.iter().map(|entry| entry.id).collect();
    service::entry::list_of(room, viewer, &incident, &ids).await.expect("entries by id");
    service::playbook::list(room, viewer, &incident).await.expect("playbooks");
    if viewer.has(app::model::Role::Analyst) {
        story::post(room, email, number, |_| {}).await.expect("posted");
        story::opened(room).await;
        evidence(room, &asking, number).await;
        relay(room, &asking, number).await;
    }
}

/// What was told before is looked through first, whatever becomes of the relay.
async fn relay(room: &Room, asking: &Asker, number: &Number) {
    let originator = OriginatorInput { words: "The polls are open.".into(), ..OriginatorInput::default() };
    let input = ShareInput { purpose: "relay".into(), originator, ..ShareInput::default() };
    let made = service::share::ask(room.clone(), asking.clone(), EACH, number.clone(), input).await;
    made.expect_err("it names nobody");
}

/// A file comes in, is listed with who touched it, and is hashed again.
async fn evidence(room: &Room, asking: &Asker, number: &Number) {
    let bytes = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"plain text"))]);
    let (asked, input) = (asking.clone(), EvidenceInput::default());
    let added = evidence::take_in(room.clone(), asked, EACH, number.clone(), "a.txt", input, bytes).await;
    let exhibit = added.expect("taken in").exhibits[0];
    let found = evidence::find(room, &asking.viewer, number, exhibit).await.expect("found");
    evidence::list_custody(room, &asking.viewer, &found, None, 20).await.expect("its custody");
    evidence::verify(room.clone(), asking.clone(), EACH, number.clone(), exhibit)
        .await
        .expect("hashed again");
    let once = Once::new("a key", &[b"what was sent"]);
    let post = PostEntry { kind: "update".into(), text: "Under a key.".into(), ..PostEntry::default() };
    service::entry::post(room.clone(), asking.clone(), once, number.clone(), post).await.expect("posted");
}

/// What runs by itself, again and again.
async fn chores(room: &Room) {
    service::clocks::next_due(room).await.expect("looked");
    service::notice::tidy(room).await.expect("tidied");
    for claimed in service::mail::claim(room).await.expect("claimed") {
        service::mail::compose(room, &claimed, "http://127.0.0.1:3000").await.expect("composed");
        for outcome in [service::mail::Outcome::Deferred, service::mail::Outcome::Sent] {
            service::mail::settle(room, &claimed, outcome, 3).await.expect("settled");
        }
    }
    service::mail::waiting(room).await.expect("a count");
    service::mail::tidy(room).await.expect("tidied");
    let asking = asker(room, "analyst@cisa.example");
    let settings = service::notice::settings(room, &asking).await.expect("settings");
    service::notice::set_settings(room.clone(), asking, settings).await.expect("set");
    service::follow::forget_keys(room, 86_400).await.expect("forgotten");
    evidence::make_pending(room).await.expect("made");
    let sessions = Sessions::new(room.clone(), 1_800, 43_200);
    sessions.tidy().await.expect("tidied");
    let asking = asker(room, "analyst@cisa.example");
    sessions.list(asking.viewer.person).await.expect("sessions");
    service::account::list_tokens(room, &asking).await.expect("tokens");
    service::account::find_token(room, "wf_none").await.expect("looked");
    // What was loaded is in no chain: what it finds is not asked here, how it walks is.
    service::verify::verify(room, &VerifyOptions::default()).await.expect("walked");
}

/// The log as the auditor and as an organisation's admin read it, and as it leaves.
async fn audit(room: &Room) {
    for email in ["auditor@watchfloor.example", "admin@cisa.example"] {
        let asker = asker(room, email);
        let question =
            service::audit::Question { person: email.into(), ..service::audit::Question::default() };
        let log = service::audit::list(room, &asker.viewer, &question, None, 5).await.expect("a page");
        service::audit::list(room, &asker.viewer, &question, log.next.as_deref(), 5).await.expect("the next");
        let alive = service::export::Alive::new(|| Box::pin(async { true }));
        let parts = service::audit::export(room, &asker, alive, &question).await.expect("begun");
        parts.for_each(async |part| drop(part.expect("sent"))).await;
    }
}

async fn ledger(room: &Room, asker: &Asker) {
    let alive = || service::export::Alive::new(|| Box::pin(async { true }));
    let query = LedgerQuery { organisation: "google".into(), ..LedgerQuery::default() };
    let csv = service::ledger::export(room, asker, alive(), &query, LedgerForm::Csv).await.expect("begun");
    csv.parts.for_each(async |part| drop(part.expect("sent"))).await;
    let folder = tempfile::tempdir().expect("a folder");
    let checkpoints = folder.path().join("checkpoints.log");
    let posts = LedgerQuery { book: Book::Posts, ..query.clone() };
    let csv =
        service::ledger::export_postings(room, asker, alive(), &posts, LedgerForm::Csv).await.expect("begun");
    csv.parts.for_each(async |part| drop(part.expect("sent"))).await;
    for query in [query, posts] {
        let proof = service::ledger::proof(room, asker, alive(), &query, &checkpoints).await.expect("begun");
        proof.parts.take(3).for_each(async |part| drop(part.expect("sent"))).await;
    }
}
