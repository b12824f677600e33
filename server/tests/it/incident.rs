//! The gates of an incident's life, its owner, and two people who edit at once.

use app::model::{Clock, ClockKind, id::Number, incident::Status};
use server::service::{
    Error, Once,
    incident::{self, Edit, HoldInput, MarkingInput, OpenIncident, OwnerInput, SeverityInput},
    settled,
};

use crate::{
    base::{EACH, asker, both},
    story::{self, open, opened, refused, see, status, version},
};

const LEAD: &str = "lead@cisa.example";
const ANALYST: &str = "analyst@cisa.example";

both! {
    async fn an_incident_without_owner_is_not_triaged(base) {
        let room = base.founded().await;
        let number = open(&room, ANALYST, |input| input.owner = None).await;
        for to in ["triaged", "contained", "resolved", "closed"] {
            let fields = refused(status(&room, LEAD, &number, to, |input| {
                input.note = "Done.".into();
                input.verification = Some("confirmed".into());
            }).await);
            assert_eq!(fields, ["to"], "{to}");
        }
        room.close().await;
    }

    async fn each_stage_asks_for_what_it_needs(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        assert_eq!(refused(status(&room, LEAD, &number, "reported", |_| {}).await), ["to"]);
        assert_eq!(refused(status(&room, LEAD, &number, "nonsense", |_| {}).await), ["to"]);
        assert_eq!(refused(status(&room, LEAD, &number, "contained", |_| {}).await), ["note"]);
        let noted = |input: &mut incident::StatusInput| input.note = "Done.".into();
        assert_eq!(refused(status(&room, LEAD, &number, "resolved", noted).await), ["verification"]);
        assert_eq!(refused(status(&room, LEAD, &number, "not_an_incident", noted).await), ["disposition"]);
        assert_eq!(refused(status(&room, LEAD, &number, "duplicate", noted).await), ["duplicate_of"]);
        assert_eq!(refused(status(&room, LEAD, &number, "referred", noted).await), ["referred_to"]);
        let confirmed = |input: &mut incident::StatusInput| input.verification = Some("confirmed".into());
        assert_eq!(refused(status(&room, LEAD, &number, "closed", confirmed).await), ["note"]);
        let unchanged = see(&room, LEAD, &number).await.expect("visible");
        assert_eq!((unchanged.version, unchanged.status), (1, Status::Reported), "a refusal changes nothing");
        room.close().await;
    }

    async fn a_later_stage_fills_in_those_that_it_skipped(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        base.clock.advance(60);
        status(&room, LEAD, &number, "resolved", |input| input.verification = Some("refuted".into())).await.expect("resolved");
        let stages = see(&room, LEAD, &number).await.expect("visible").stages.clone();
        let at = Some(room.now());
        assert_eq!((stages.acknowledged_at, stages.contained_at, stages.resolved_at), (at, at, at));
        room.close().await;
    }

    async fn from_high_upwards_a_second_person_closes(base) {
        let room = base.founded().await;
        for (severity, alone) in [("emergency", false), ("severe", false), ("high", false), ("medium", true), ("low", true)] {
            let number = open(&room, ANALYST, |input| input.severity = severity.into()).await;
            status(&room, ANALYST, &number, "resolved", |input| input.verification = Some("confirmed".into())).await.expect("resolved");
            let closed = status(&room, ANALYST, &number, "closed", |input| input.note = "Over.".into()).await;
            if alone {
                closed.expect("closed");
            } else {
                assert_eq!(refused(closed), ["to"], "{severity}");
                status(&room, LEAD, &number, "closed", |input| input.note = "Over.".into()).await.expect("closed");
            }
        }
        // One person who goes straight to Closed has resolved it in the same step.
        let number = open(&room, ANALYST, |input| input.severity = "high".into()).await;
        let straight = status(&room, ANALYST, &number, "closed", |input| {
            input.note = "Over.".into();
            input.verification = Some("confirmed".into());
        });
        assert_eq!(refused(straight.await), ["to"]);
        room.close().await;
    }

    async fn an_end_is_left_only_by_reopening_with_a_reason(base) {
        let room = base.founded().await;
        let other = opened(&room).await;
        for (to, detail) in [("not_an_incident", "test"), ("duplicate", other.as_str()), ("referred", "google"), ("closed", "")] {
            let number = opened(&room).await;
            status(&room, LEAD, &number, to, |input| {
                input.note = "Over.".into();
                input.verification = Some("cannot_verify".into());
                input.disposition = Some(detail.into());
                input.duplicate_of = Some(detail.into());
                input.referred_to = Some(detail.into());
            }).await.expect(to);
            assert!(!see(&room, LEAD, &number).await.expect("visible").status.is_open());
            assert_eq!(refused(status(&room, LEAD, &number, "triaged", |input| input.note = "Again.".into()).await), ["to"]);
            assert_eq!(refused(status(&room, LEAD, &number, "reported", |_| {}).await), ["note"]);
            status(&room, LEAD, &number, "reported", |input| input.note = "It came back.".into()).await.expect("reopened");
            let again = see(&room, LEAD, &number).await.expect("visible");
            assert_eq!((again.status, again.stages.closed_at, again.stages.resolved_at), (Status::Reported, None, None));
            assert_eq!((again.duplicate_of.clone(), again.referred_to.clone(), again.disposition), (None, None, None));
        }
        room.close().await;
    }

    async fn a_status_becomes_what_the_page_offers_and_nothing_else(base) {
        let room = base.founded().await;
        let other = opened(&room).await;
        let go = async |number: &Number, to: Status| {
            status(&room, LEAD, number, to.wire(), |input| {
                (input.note, input.verification) = ("As seen.".into(), Some("confirmed".into()));
                input.disposition = Some("test".into());
                input.duplicate_of = Some(other.to_string());
                input.referred_to = Some("google".into());
            }).await
        };
        for from in Status::ALL {
            for to in Status::ALL {
                let number = opened(&room).await;
                if *from != Status::Reported {
                    go(&number, *from).await.expect("from Reported every other follows");
                }
                let done = go(&number, *to).await;
                match from.next().contains(to) {
                    true => drop(done.unwrap_or_else(|error| panic!("{from} to {to}: {error:?}"))),
                    false => assert_eq!(refused(done), ["to"], "{from} to {to}"),
                }
            }
        }
        let number = opened(&room).await;
        go(&number, Status::Triaged).await.expect("triaged");
        match go(&number, Status::Reported).await {
            Err(Error::Invalid(errors)) => assert_eq!(
                errors.first("to"),
                Some("It is Triaged, and becomes Contained, Resolved, Closed, Not an incident, Duplicate or Referred, not Reported")
            ),
            other => panic!("{other:?}"),
        }
        room.close().await;
    }

    async fn an_incident_is_referred_to_who_takes_part_and_sees_it(base) {
        let room = base.founded().await;
        let amber = opened(&room).await;
        let green = open(&room, ANALYST, |input| input.tlp = "green".into()).await;
        let red = open(&room, ANALYST, |input| {
            (input.tlp, input.share_with, input.named) = ("red".into(), vec![], vec!["liaison@google.example".into()]);
        }).await;
        let refer = async |who: &str, number: &Number, to: &str| {
            status(&room, who, number, "referred", |input| input.referred_to = Some(to.into())).await
        };
        // Who reads a GREEN incident has no part in it yet: what crosses to them is a share.
        for (number, to) in [(&amber, "fbi"), (&amber, "cisa"), (&amber, "nobody"), (&amber, ""), (&green, "fbi"), (&red, "fbi")] {
            assert_eq!(refused(refer(ANALYST, number, to).await), ["referred_to"], "{to}");
        }
        for number in [&amber, &green, &red] {
            refer(ANALYST, number, "google").await.expect("referred");
            let seen = see(&room, "liaison@google.example", number).await.expect("they see it");
            assert_eq!(seen.referred_to.as_ref().map(|it| it.slug.as_str()), Some("google"));
        }
        room.close().await;
    }

    async fn a_duplicate_of_what_one_cannot_see_answers_like_a_number_never_given(base) {
        let room = base.founded().await;
        let hidden = open(&room, "analyst@fbi.example", |input| input.share_with.clear()).await;
        let number = opened(&room).await;
        let text = async |of: &str| match status(&room, LEAD, &number, "duplicate", |input| input.duplicate_of = Some(of.into())).await {
            Err(Error::Invalid(errors)) => errors.first("duplicate_of").map(str::to_owned),
            other => panic!("{other:?}"),
        };
        let never = ["WF-0001", "WF-0002"].into_iter().find(|never| *never != hidden.as_str()).expect("one of two");
        assert_eq!(text(hidden.as_str()).await, text(never).await);
        room.close().await;
    }

    async fn a_hidden_incident_answers_every_act_like_a_number_never_given(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let stranger = || asker(&room, "lead@twitter.example");
        let seen = incident::find(&room, &stranger().viewer, &number).await;
        assert!(matches!(seen, Err(Error::NotFound)));
        let never = "WF-9".to_owned() + &number.as_str()[3..6];
        for number in [number, never.parse().expect("a number")] {
            let take = incident::take(room.clone(), stranger(), EACH, number.clone()).await;
            assert!(matches!(take, Err(Error::NotFound)), "{take:?}");
            // Even with a text that would be refused: what is hidden is not checked first.
            let edit = incident::edit(room.clone(), stranger(), EACH, number.clone(), Edit::default()).await;
            assert!(matches!(edit, Err(Error::NotFound)), "{edit:?}");
            let post = story::post(&room, "lead@twitter.example", &number, |input| input.text.clear()).await;
            assert!(matches!(post, Err(Error::NotFound)), "{post:?}");
        }
        room.close().await;
    }

    async fn a_participant_reads_and_writes_but_does_not_decide(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        story::post(&room, "analyst@google.example", &number, |_| {}).await.expect("a participant posts");
        let refusal = status(&room, "lead@google.example", &number, "triaged", |_| {}).await;
        assert!(matches!(refusal, Err(Error::Forbidden(_))), "{refusal:?}");
        let refusal = story::post(&room, "leadership@google.example", &number, |_| {}).await;
        assert!(matches!(refusal, Err(Error::Forbidden(_))), "{refusal:?}");
        room.close().await;
    }

    async fn of_fifty_who_take_an_incident_at_once_one_wins_and_the_others_hear_who(base) {
        let room = base.founded().await;
        let number = open(&room, ANALYST, |input| input.owner = None).await;
        let people = ["analyst", "liaison", "lead"].map(|name| format!("{name}@cisa.example"));
        let mut grabs = tokio::task::JoinSet::new();
        for n in 0..50 {
            let (room, number, who) = (room.clone(), number.clone(), people[n % 3].clone());
            grabs.spawn(async move {
                let taken = settled(incident::take(room.clone(), asker(&room, &who), EACH, number)).await;
                (who, taken)
            });
        }
        let (mut winners, mut losers) = (vec![], vec![]);
        while let Some(done) = grabs.join_next().await {
            match done.expect("ends") {
                (who, Ok(changed)) => winners.push((who, changed.version)),
                (_, Err(Error::Conflict(conflict))) => losers.push(*conflict),
                (who, Err(other)) => panic!("{who}: {other:?}"),
            }
        }
        assert_eq!((winners.len(), losers.len()), (1, 49));
        let owner = see(&room, ANALYST, &number).await.expect("visible").owner.clone().expect("an owner");
        assert_eq!(owner.email, winners[0].0);
        let words = format!("{} (CISA)", owner.name);
        assert!(losers.iter().all(|lost| lost.by == words && lost.version == winners[0].1), "{:?}", losers[0]);
        let triaged = see(&room, ANALYST, &number).await.expect("visible");
        assert_eq!(triaged.status, Status::Triaged, "taking it acknowledges it");
        room.close().await;
    }

    async fn the_second_of_two_editors_is_told_instead_of_overwriting(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let seen = version(&room, ANALYST, &number).await;
        let edit = async |who: &str, summary: &str| {
            let input = Edit { version: seen, summary: Some(summary.into()), ..Edit::default() };
            incident::edit(room.clone(), asker(&room, who), EACH, number.clone(), input).await
        };
        edit(ANALYST, "The first text.").await.expect("saved");
        match edit(LEAD, "The second text.").await {
            Err(Error::Conflict(conflict)) => assert_eq!((conflict.version, &conflict.number), (seen + 1, &number)),
            other => panic!("{other:?}"),
        }
        assert_eq!(see(&room, LEAD, &number).await.expect("visible").summary, "The first text.");
        room.close().await;
    }

    async fn of_many_editors_at_once_exactly_one_is_saved(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let mut edits = tokio::task::JoinSet::new();
        for n in 0..12 {
            let (room, number) = (room.clone(), number.clone());
            edits.spawn(async move {
                let input = Edit { version: 1, summary: Some(format!("Text {n}.")), ..Edit::default() };
                settled(incident::edit(room.clone(), asker(&room, LEAD), EACH, number, input)).await.is_ok()
            });
        }
        let saved = edits.join_all().await.into_iter().filter(|saved| *saved).count();
        assert_eq!(saved, 1);
        assert_eq!(version(&room, LEAD, &number).await, 2);
        room.close().await;
    }

    async fn a_handover_moves_owner_and_lead_when_the_other_side_accepts(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let assign = async |owner: &str| {
            let input = OwnerInput { version: version(&room, LEAD, &number).await, owner: owner.into() };
            incident::assign(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await
        };
        assert_eq!(refused(assign("analyst@twitter.example").await), ["owner"], "they do not see it");
        assert_eq!(refused(assign("nobody@cisa.example").await), ["owner"]);
        assign("liaison@google.example").await.expect("offered");
        let waiting = see(&room, LEAD, &number).await.expect("visible");
        assert_eq!(waiting.owner.as_ref().map(|owner| owner.email.as_str()), Some(ANALYST), "until they accept");
        let accept = async |who: &str| {
            let version = version(&room, who, &number).await;
            incident::accept(room.clone(), asker(&room, who), EACH, number.clone(), version).await
        };
        assert!(matches!(accept("analyst@google.example").await, Err(Error::Forbidden(_))));
        accept("liaison@google.example").await.expect("accepted");
        let moved = see(&room, LEAD, &number).await.expect("CISA still takes part");
        assert_eq!((moved.lead.slug.as_str(), moved.handover_to.clone()), ("google", None));
        assert!(moved.shared_with.iter().any(|other| other.slug == "cisa"));
        let too_late = status(&room, LEAD, &number, "triaged", |_| {}).await;
        assert!(matches!(too_late, Err(Error::Forbidden(_))), "the lead decides, and that is Google now");
        room.close().await;
    }

    async fn a_hold_stops_the_clocks_and_moves_them_by_its_length(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let before = see(&room, LEAD, &number).await.expect("visible").clocks.clone();
        let review_at = room.now().plus_seconds(7_200).to_string();
        let input = HoldInput { version: 1, reason: "Waits for the county".into(), review_at };
        incident::put_on_hold(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("on hold");
        base.clock.advance(86_400);
        assert_eq!(server::service::clocks::note_breaches(&room).await.expect("looked"), 0, "nothing rings on hold");
        incident::resume(room.clone(), asker(&room, LEAD), EACH, number.clone(), 2).await.expect("resumed");
        let after = see(&room, LEAD, &number).await.expect("visible").clocks.clone();
        for (old, new) in before.iter().zip(&after) {
            assert_eq!(new.due, old.due.plus_seconds(86_400), "{:?}", old.kind);
        }
        room.close().await;
    }

    async fn a_breach_that_was_noted_before_a_hold_is_not_noted_again_after_it(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let note = async || server::service::clocks::note_breaches(&room).await.expect("looked");
        let before = see(&room, LEAD, &number).await.expect("visible").clocks.clone();
        let due = |clocks: &[Clock], kind| clocks.iter().find(|clock| clock.kind == kind).expect("runs").due;
        base.clock.set(due(&before, ClockKind::Acknowledge).plus_seconds(60));
        assert_eq!(note().await, 1, "nobody acknowledged it in time");
        let review_at = room.now().plus_seconds(7_200).to_string();
        let input = HoldInput { version: 1, reason: "Waits for the county".into(), review_at };
        incident::put_on_hold(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("on hold");
        base.clock.advance(3_600);
        incident::resume(room.clone(), asker(&room, LEAD), EACH, number.clone(), 2).await.expect("resumed");
        let after = see(&room, LEAD, &number).await.expect("visible").clocks.clone();
        for (old, new) in before.iter().zip(&after) {
            let moved = if old.kind == ClockKind::Acknowledge { 0 } else { 3_600 };
            assert_eq!((new.from, new.due), (old.from.plus_seconds(moved), old.due.plus_seconds(moved)), "{:?}", old.kind);
        }
        assert_eq!(note().await, 0, "one breach, one entry");
        base.clock.set(due(&after, ClockKind::Contain));
        assert_eq!(note().await, 2, "update and contain");
        assert_eq!(base.number("select count(*) from breach").await, 3);
        room.close().await;
    }

    async fn a_target_that_was_met_before_a_hold_keeps_its_time(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        base.clock.advance(600);
        status(&room, LEAD, &number, "triaged", |_| {}).await.expect("triaged");
        let before = see(&room, LEAD, &number).await.expect("visible").clocks[0].clone();
        let review_at = room.now().plus_seconds(7_200).to_string();
        let input = HoldInput { version: 2, reason: "Waits for the county".into(), review_at };
        incident::put_on_hold(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("on hold");
        base.clock.advance(3_600);
        incident::resume(room.clone(), asker(&room, LEAD), EACH, number.clone(), 3).await.expect("resumed");
        assert_eq!(see(&room, LEAD, &number).await.expect("visible").clocks[0], before);
        room.close().await;
    }

    async fn a_severity_that_changes_during_a_hold_keeps_the_paused_time(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let review_at = room.now().plus_seconds(7_200).to_string();
        let input = HoldInput { version: 1, reason: "Waits for the county".into(), review_at };
        incident::put_on_hold(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("on hold");
        base.clock.advance(3_600);
        incident::resume(room.clone(), asker(&room, LEAD), EACH, number.clone(), 2).await.expect("resumed");
        let change = |severity: &str, version| SeverityInput { version, severity: severity.into(), reason: "Look again".into() };
        let set = async |severity: &str, version| {
            let input = change(severity, version);
            incident::set_severity(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("set");
        };
        let resumed = see(&room, LEAD, &number).await.expect("visible").clocks.clone();
        set("high", 3).await;
        set("medium", 4).await;
        assert_eq!(see(&room, LEAD, &number).await.expect("visible").clocks, resumed, "as before the detour");
        room.close().await;
    }

    async fn another_severity_is_another_target_of_the_same_period(base) {
        let room = base.founded().await;
        base.clock.set("2020-11-04T07:50:00Z".parse().expect("the overnight surge"));
        let number = opened(&room).await;
        let percent = room.reference().percent(room.now());
        base.clock.set("2020-11-04T08:10:00Z".parse().expect("the count"));
        assert_eq!((percent, room.reference().percent(room.now())), (50, 100), "the surge is over");
        story::post(&room, ANALYST, &number, |_| {}).await.expect("posted");
        let before = see(&room, LEAD, &number).await.expect("visible").clocks.clone();
        let targets = |clocks: &[Clock]| clocks[1..].iter().map(|clock| clock.due.since(clock.from)).collect::<Vec<_>>();
        assert_eq!(targets(&before), [4 * 3_600, 6 * 3_600], "update since the count, contain since the surge");
        let set = async |severity: &str| {
            base.clock.advance(60);
            let input = SeverityInput { version: version(&room, LEAD, &number).await, severity: severity.into(), reason: "Look again".into() };
            incident::set_severity(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("set");
            see(&room, LEAD, &number).await.expect("visible").clocks.clone()
        };
        assert_eq!(targets(&set("high").await), [3_600, 2 * 3_600]);
        assert_eq!(set("medium").await, before, "as before the detour");
        room.close().await;
    }

    async fn a_reopened_incident_starts_its_clocks_anew(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let before = see(&room, LEAD, &number).await.expect("visible").clocks.clone();
        status(&room, LEAD, &number, "closed", |input| {
            (input.note, input.verification) = ("Over.".into(), Some("confirmed".into()));
        })
        .await
        .expect("closed");
        base.clock.advance(2 * 86_400);
        status(&room, LEAD, &number, "reported", |input| input.note = "It came back.".into()).await.expect("reopened");
        assert_eq!(server::service::clocks::note_breaches(&room).await.expect("looked"), 0);
        let percent = room.reference().period(room.now()).map_or(100, |period| period.target_percent);
        let after = see(&room, LEAD, &number).await.expect("visible").clocks.clone();
        assert_eq!((after.len(), percent), (before.len(), 200), "two days later the room is in canvass");
        for (old, new) in before.iter().zip(&after) {
            let plain = (old.due.0 - old.from.0) * 2;
            assert_eq!((new.from, new.due.0 - new.from.0), (room.now(), plain * percent / 100), "{:?}", new.kind);
        }
        room.close().await;
    }

    async fn a_target_that_passes_is_noted_once(base) {
        let room = base.founded().await;
        open(&room, ANALYST, |input| input.severity = "high".into()).await;
        let note = async || server::service::clocks::note_breaches(&room).await.expect("looked");
        assert_eq!(note().await, 0);
        let due = server::service::clocks::next_due(&room).await.expect("read").expect("a clock runs");
        base.clock.set(due.plus_seconds(-1));
        assert_eq!(note().await, 0);
        base.clock.set(due);
        assert_eq!(note().await, 1);
        assert_eq!(note().await, 0);
        base.clock.advance(86_400);
        assert_eq!(note().await, 2, "update and contain");
        assert_eq!(server::service::clocks::next_due(&room).await.expect("read"), None);
        assert_eq!(base.number("select count(*) from breach").await, 3);
        room.close().await;
    }

    async fn loosening_a_label_needs_the_organisation_that_it_came_from(base) {
        let room = base.founded().await;
        let number = opened(&room).await;
        let mark = async |who: &str, tlp: &str, named: &[&str]| {
            let version = version(&room, who, &number).await;
            let named = named.iter().map(|email| (*email).to_owned()).collect();
            let input = MarkingInput { version, tlp: tlp.into(), reason: "As agreed".into(), named };
            incident::set_marking(room.clone(), asker(&room, who), EACH, number.clone(), input).await
        };
        let input = OwnerInput { version: 1, owner: "liaison@google.example".into() };
        incident::assign(room.clone(), asker(&room, LEAD), EACH, number.clone(), input).await.expect("offered");
        let google = asker(&room, "liaison@google.example");
        incident::accept(room.clone(), google, EACH, number.clone(), 2).await.expect("accepted");
        mark("liaison@google.example", "amber+strict", &[]).await.expect("tightened");
        assert_eq!(refused(mark("liaison@google.example", "green", &[]).await), ["tlp"]);
        mark("liaison@google.example", "red", &["analyst@cisa.example"]).await.expect("tightened");
        see(&room, ANALYST, &number).await.expect("named");
        assert!(matches!(see(&room, LEAD, &number).await, Err(Error::NotFound)), "not named");
        room.close().await;
    }

    async fn a_number_is_given_once_and_tells_nothing(base) {
        let room = base.founded().await;
        let mut numbers = vec![];
        for _ in 0..20 {
            numbers.push(opened(&room).await);
        }
        let ascending = numbers.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((3..=16).contains(&ascending), "drawn, not counted: {numbers:?}");
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), 20);
        room.close().await;
    }

    async fn an_opening_is_checked_field_by_field(base) {
        let room = base.founded().await;
        let input = OpenIncident {
            title: "Short".into(),
            category: "NONE-1".into(),
            severity: "bad".into(),
            tlp: "purple".into(),
            occurred_at: Some("2020-11-05T00:00:00Z".into()),
            jurisdictions: vec![app::model::incident::Jurisdiction { state: "XX".into(), county: None }],
            share_with: vec!["nobody".into()],
            owner: Some("analyst@google.example".into()),
            ..OpenIncident::default()
        };
        let mut fields = refused(incident::open(room.clone(), asker(&room, ANALYST), Once::each_time(), input).await);
        fields.sort();
        assert_eq!(
            fields,
            ["category", "jurisdictions", "occurred_at", "owner", "severity", "share_with", "title", "tlp"]
        );
        assert_eq!(base.number("select count(*) from incident").await, 0);
        room.close().await;
    }
}
