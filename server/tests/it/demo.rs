//! The demo room: the same for the same seed, made by the rules, and with something of everything.

use std::collections::BTreeSet;

use app::model::{Severity, Tlp, incident::Status, share::ShareState};
use server::{
    clock::Clock,
    demo::{self, Tale},
    service::{self, evidence, journal},
};

use crate::base::{Base, EACH, asker, both};

const HASH: &str = "no password opens this";

async fn fill(base: &Base, seed: u64) -> server::service::Room {
    base.clock.set(app::model::Moment(0));
    let room = server::service::Room::open(base.parts(seed)).await.expect("the room opens");
    let started = server::clock::stopwatch();
    demo::fill(&room, HASH, Tale::Night).await.expect("the story obeys the rules");
    eprintln!("filled in {:?}", started.elapsed());
    room
}

/// Every file is stored under its hash and unchanged, and of every kind the demo promises there is one.
async fn every_exhibit_is_there(base: &Base, room: &server::service::Room) {
    let kinds = base.pairs("select distinct media_type, '' from exhibit").await;
    let kinds: BTreeSet<_> = kinds.iter().map(|(kind, _)| kind.as_str()).collect();
    for kind in ["image/png", "application/pdf", "text/plain", "message/rfc822"] {
        assert!(kinds.contains(kind), "no {kind} among {kinds:?}");
    }
    assert!(kinds.iter().any(|kind| kind.starts_with("audio/")), "no sound among {kinds:?}");
    assert!(base.number("select count(*) from exhibit where sha256 is null").await > 0, "no link");
    let sql = "select i.number, (select max(p.email) from person p where p.id = i.opened_by) from incident i";
    let mut verified = 0;
    for (number, opener) in base.pairs(sql).await {
        let number = number.parse().expect("a number");
        let asker = asker(room, &opener);
        // Who opened it sees all of it, unless it was handed on or narrowed since.
        let Ok(incident) = service::incident::find(room, &asker.viewer, &number).await else { continue };
        let (exhibits, _) = evidence::list(room, &asker.viewer, &incident, None, 200).await.expect("a list");
        for exhibit in exhibits.iter().filter(|exhibit| !exhibit.is_link()) {
            let room = room.clone();
            let checked = evidence::verify(room, asker.clone(), EACH, number.clone(), exhibit.number).await;
            assert!(checked.expect("hashed").unchanged, "{number} {}", exhibit.label());
            verified += 1;
        }
    }
    assert!(verified >= 35, "{verified} files");
}

both! {
    async fn colleagues_keep_posting_through_the_services_until_the_room_stops(base) {
        let room = fill(base, 2020).await;
        let before = journal::head(&room).await.expect("a head").seq;
        let count = "select count(*) from entry where author_id is not null";
        let written = base.number(count).await;
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let live = tokio::spawn(demo::live(room.clone(), async move { drop(stopped.await) }));
        let mut growth = room.growth();
        let posting = async {
            while base.number(count).await < written + 2 {
                growth.changed().await.expect("the room is open");
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(120), posting).await.expect("they post");
        stop.send(()).expect("still posting");
        live.await.expect("ends").expect("without an error");
        let by = format!("select distinct noun, coalesce(cast(person_id is null as text), '') from journal where seq > {before}");
        for (noun, nobody) in base.pairs(&by).await {
            assert!(["entry", "indicator", "task"].contains(&noun.as_str()), "{noun}");
            assert!(["0", "false"].contains(&nobody.as_str()), "by somebody of the room");
        }
        let report = service::verify::verify(&room, &service::verify::VerifyOptions::default()).await.expect("walks");
        assert!(report.is_clean(), "{:?}", report.findings);
        room.close().await;
    }

    async fn the_demo_has_something_of_everything(base) {
        let room = fill(base, 2020).await;
        every_exhibit_is_there(base, &room).await;
        room.close().await;
        let words = async |sql: &str| {
            base.pairs(sql).await.into_iter().map(|(word, _)| word).collect::<BTreeSet<_>>()
        };
        let all = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
        assert!(base.number("select count(*) from incident").await >= 80);
        let status: Vec<_> = Status::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(words("select distinct status, '' from incident").await, all(&status));
        let severity: Vec<_> = Severity::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(words("select distinct severity, '' from incident").await, all(&severity));
        let tlp: Vec<_> = Tlp::ALL.iter().map(ToString::to_string).collect();
        assert_eq!(words("select distinct tlp, '' from incident").await, all(&tlp));
        assert_eq!(words("select distinct c.top, '' from incident i join category c on c.code = i.category").await.len(), 8);
        // No organisation has left this room.
        let states = ShareState::ALL.iter().filter(|state| **state != ShareState::Ended);
        let states: Vec<_> = states.map(ToString::to_string).collect();
        assert_eq!(words("select distinct state, '' from share").await, all(&states));
        for size in [1, 2] {
            let sql = format!(
                "select count(*) from incident i where i.tlp in ('amber', 'amber+strict') and \
                 (select count(*) from incident_access a where a.incident_id = i.id) = {size}"
            );
            assert!(base.number(&sql).await > 0, "none for {size} organisation(s)");
        }
        let named = "select count(*) from incident i where i.tlp = 'red' and \
                     exists (select 1 from named n where n.subject_id = i.id)";
        assert!(base.number(named).await > 0);
        for table in ["task", "indicator", "breach", "strike"] {
            assert!(base.number(&format!("select count(*) from {table}")).await > 0, "no {table}");
        }
        let lone = "select count(*) from (select kind, value from indicator group by kind, value having count(*) > 1) x";
        assert!(base.number(lone).await > 0, "no indicator is seen twice");
    }

    async fn a_room_to_measure_with_is_as_large_as_asked_for_and_sound(base) {
        base.clock.set(app::model::Moment(0));
        let room = server::service::Room::open(base.parts(2020)).await.expect("the room opens");
        demo::fill(&room, HASH, Tale::Cycle { incidents: 30 }).await.expect("the deeds obey the rules");
        assert_eq!(base.number("select count(*) from incident").await, 30);
        assert_eq!(base.number("select count(*) from person").await, 800);
        let longest = "select max(n) from (select count(*) as n from entry where kind <> 'system' group by incident_id) x";
        assert!(base.number(longest).await >= 2_000);
        for table in ["exhibit", "indicator", "task", "share", "audience", "named"] {
            assert!(base.number(&format!("select count(*) from {table}")).await > 0, "no {table}");
        }
        let report = service::verify::verify(&room, &service::verify::VerifyOptions::default()).await.expect("walks");
        assert!(report.is_clean(), "{:?}", report.findings);
        assert!(report.bytes > 0, "no file was read");
        room.close().await;
    }

    async fn the_clock_of_a_demo_goes_on_where_its_journal_ended(base) {
        let parts = base.parts(3);
        let hash = || Ok(HASH.to_owned());
        let room = demo::prepare(parts.clone(), 3, Tale::Night, hash).await.expect("filled");
        assert!(matches!(room.clock(), Clock::Running { .. }));
        assert!((0..60).contains(&room.now().since(demo::NOW)));
        let first = journal::head(&room).await.expect("a head");
        room.close().await;
        let never = || panic!("a filled room needs no password");
        let room = demo::prepare(parts, 3, Tale::Night, never).await.expect("opens again");
        assert_eq!(journal::head(&room).await.expect("a head"), first);
        assert!(demo::welcome(&room, "secret").contains("{admin,analyst,counsel,lead,leadership,liaison}@cisa.example"));
        room.close().await;
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_demo_and_another_seed_another() {
    let mut heads = vec![];
    for seed in [2020, 2020, 7] {
        let base = Base::sqlite();
        let room = fill(&base, seed).await;
        heads.push(journal::head(&room).await.expect("a head").hash);
        room.close().await;
    }
    assert_eq!(heads[0], heads[1]);
    assert_ne!(heads[0], heads[2]);
}

both! {
    async fn a_room_that_is_no_demo_is_not_filled(base) {
        base.founded().await.close().await;
        let refused = demo::prepare(base.parts(1), 1, Tale::Night, || Ok(HASH.to_owned())).await;
        assert!(refused.is_err());
    }
}
