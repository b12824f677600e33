//! Shares, holds and requests: drawn, written, and shown to exactly those whom `reads_share` and `reads_onward` let
//! read them.

use std::{collections::BTreeSet, fmt::Write};

use app::{
    model::{
        PersonId, ShareId, Tlp,
        id::Number,
        inbox::{ShareCounts, ShareQuery, ShareTab},
        incident::Incident,
        ledger::LedgerQuery,
    },
    policy::{Cleared, Parties, Viewer, reads_onward, reads_share},
};
use proptest::{collection::vec, prelude::*, sample::select};
use server::service::{self, live::Told, share};
use uuid::Uuid;

use super::{
    plan::{ORGANISATIONS, PEOPLE},
    world::{World, Written},
};
use crate::base::NOW;

#[derive(Clone, Debug)]
pub(super) struct CrossingPlan {
    held: bool,
    request: bool,
    from: usize,
    to: usize,
    author: usize,
    reviewer: Option<usize>,
    tlp: Tlp,
    named: Vec<bool>,
    revoked: bool,
    waits: bool,
}

#[derive(Clone, Debug)]
pub(super) struct WrittenCrossing {
    pub(super) id: Uuid,
    seq: i64,
    held: bool,
    request: bool,
    waits: bool,
    /// The sender's organisation wanted to share it; the recipient's got it. Of a request the recipient is asked.
    parties: Parties,
    tlp: Tlp,
    people: Vec<PersonId>,
}

impl WrittenCrossing {
    fn is_read(&self, one: &Written, viewer: &Viewer) -> bool {
        self.reads(one, viewer, &self.parties, self.waits)
    }

    /// Whoever read it until it was taken back, or while it waited, hears in the stream that it has ended.
    fn hears_the_end(&self, one: &Written, viewer: &Viewer) -> bool {
        self.reads(one, viewer, &Parties { taken_back: false, ..self.parties }, true)
    }

    fn reads(&self, one: &Written, viewer: &Viewer, parties: &Parties, waits: bool) -> bool {
        let reads = match self.request {
            true => reads_onward(viewer, parties, self.tlp, &self.people, waits),
            false => reads_share(viewer, parties, self.tlp, &self.people),
        };
        one.is_seen(viewer) && reads
    }

    fn noun(&self) -> &'static str {
        match (self.held, self.request) {
            (true, _) => "hold",
            (_, true) => "onward",
            _ => "share",
        }
    }
}

impl CrossingPlan {
    /// What the journal has of it last; of a request it is its state, too.
    fn last_action(&self) -> &'static str {
        match (self.held, self.request, self.waits, self.reviewer) {
            (true, ..) => "held",
            (_, true, true, _) => "asked",
            (_, true, false, Some(_)) => "refused",
            (_, true, false, None) => "lapsed",
            _ if self.revoked => "revoked",
            _ => "shared",
        }
    }
}

pub(super) fn crossing() -> impl Strategy<Value = CrossingPlan> {
    let people = (0..PEOPLE, proptest::option::weighted(0.3, 0..PEOPLE), vec(any::<bool>(), PEOPLE));
    let facts = (0..10_u8, proptest::bool::weighted(0.2), any::<bool>());
    ((0..ORGANISATIONS, 1..ORGANISATIONS), people, select(Tlp::ALL), facts).prop_map(
        |((from, further), (author, reviewer, named), tlp, (kind, revoked, waits))| CrossingPlan {
            held: kind < 3,
            request: (3..6).contains(&kind),
            from,
            to: (from + further) % ORGANISATIONS,
            author,
            reviewer: reviewer.filter(|_| kind >= 3),
            tlp,
            named,
            revoked: revoked && kind >= 6,
            waits: waits && kind >= 3 && (!revoked || kind < 6),
        },
    )
}

impl World {
    pub(super) fn crossing(&self, sql: &mut String, incident: Uuid, plan: &CrossingPlan) -> WrittenCrossing {
        let id = self.ids.uuid();
        let noun = match (plan.held, plan.request) {
            (true, _) => "hold",
            (_, true) => "onward",
            _ => "share",
        };
        let seq = self.journal(sql, incident, (noun, plan.last_action()), id);
        let [from, to] = [plan.from, plan.to].map(|n| self.organisations[n]);
        let author = self.people[plan.author];
        let mut people = vec![author];
        let row = format!(
            "{}, {}, {seq}, 1, {}, {}, {}, 'awareness', '{id}', '{}', ''",
            self.id(id),
            self.id(incident),
            self.id(author.0),
            self.id(from.0),
            self.id(to.0),
            plan.tlp,
        );
        let columns = "id, incident_id, seq, version, from_person, from_organisation, to_organisation, purpose, body, \
                       tlp, foreign_nexus";
        if plan.held {
            let _ = writeln!(
                sql,
                "insert into hold ({columns}, exhibits, reasons, state, comment, held_at) \
                 values ({row}, '[]', '[]', 'held', '', {});",
                NOW.0
            );
        } else if plan.request {
            let decided = plan.reviewer.filter(|_| !plan.waits).map(|n| self.people[n]);
            let by = decided.map_or_else(|| "null".to_owned(), |person| self.id(person.0));
            let state = plan.last_action();
            let _ = writeln!(
                sql,
                "insert into onward ({columns}, cited, state, comment, asked_at, decided_by, asked_organisation) \
                 values ({row}, '{{\"exhibits\":[]}}', '{state}', '', {}, {by}, {});",
                NOW.0,
                self.id(to.0)
            );
            people.extend(decided);
        } else {
            let person = |n: usize| self.id(self.people[n].0);
            let reviewer = plan.reviewer.map_or_else(|| "null".to_owned(), person);
            let (state, revoked) =
                if plan.revoked { ("revoked", NOW.0.to_string()) } else { ("delivered", "null".to_owned()) };
            let truth =
                if self.base.is_sqlite() { u8::from(plan.waits).to_string() } else { plan.waits.to_string() };
            let _ = writeln!(
                sql,
                "insert into share ({columns}, state, delivered_at, revoked_at, waits, reviewed_by) \
                 values ({row}, '{state}', {}, {revoked}, {truth}, {reviewer});",
                NOW.0
            );
            let named = Self::chosen(&self.people, &plan.named);
            for person in &named {
                let _ = writeln!(sql, "insert into named values ({}, {});", self.id(id), self.id(person.0));
            }
            people.extend(named);
            people.extend(plan.reviewer.map(|n| self.people[n]));
        }
        let parties = Parties { from, to, approved: None, delivered: !plan.held, taken_back: plan.revoked };
        let (held, request) = (plan.held, plan.request);
        WrittenCrossing { id, seq, held, request, waits: plan.waits, parties, tlp: plan.tlp, people }
    }

    /// On the page of an incident, one by one, and in the stream.
    pub(super) async fn check_crossings(
        &self,
        viewer: &Viewer,
        one: &Written,
        found: Option<&Cleared<Incident>>,
    ) {
        let read = |crossing: &&WrittenCrossing| crossing.is_read(one, viewer);
        if let Some(found) = found {
            let (shares, _) = share::list(&self.room, viewer, found, 0, 200).await.expect("shares");
            let shown: BTreeSet<_> = shares.iter().map(|share| share.id.0).collect();
            let (requests, _) =
                share::list_onward(&self.room, viewer, found, 0, 200).await.expect("requests");
            let shown =
                shown.into_iter().chain(requests.iter().map(|request| request.id.0)).collect::<BTreeSet<_>>();
            let expected = one.crossings.iter().filter(|crossing| !crossing.held).filter(read);
            assert_eq!(
                shown,
                expected.map(|crossing| crossing.id).collect(),
                "shares for {viewer:?} in {one:?}"
            );
        }
        for crossing in &one.crossings {
            let (id, read) = (ShareId(crossing.id), crossing.is_read(one, viewer));
            let found = match crossing.noun() {
                "hold" => share::find_hold(&self.room, viewer, id).await.is_ok(),
                "onward" => share::find_onward(&self.room, viewer, id).await.is_ok(),
                _ => share::find(&self.room, viewer, id).await.is_ok(),
            };
            assert_eq!(found, read, "{crossing:?} for {viewer:?} in {one:?}");
            let changes =
                service::live::changes(&self.room, crossing.seq - 1, None, 1).await.expect("a change");
            let told =
                Told::read(&self.room, changes[0].clone()).await.expect("read").expect("of an incident");
            let read = read || crossing.hears_the_end(one, viewer);
            assert_eq!(told.is_silent_for(viewer), !read, "{crossing:?} for {viewer:?} in {one:?}");
            let events = told.events(&self.room, viewer, app::policy::scope(viewer)).await.expect("events");
            assert_eq!(events.is_empty(), !read, "{crossing:?} for {viewer:?} in {one:?}");
            assert!(told.is_personal() || crossing.tlp != Tlp::Red, "{crossing:?}");
        }
    }

    /// In the inbox, in its counts, and in the ledger, over all incidents.
    pub(super) async fn check_inbox(&self, viewer: &Viewer, written: &[Written]) {
        let all = written.iter().flat_map(|one| one.crossings.iter().map(move |crossing| (one, crossing)));
        let read: Vec<_> =
            all.filter(|(one, crossing)| crossing.is_read(one, viewer)).map(|(_, of)| of).collect();
        let own = |crossing: &WrittenCrossing| crossing.parties.from == viewer.organisation;
        let mut counts = [0; 3];
        for tab in ShareTab::ALL {
            let wanted = |crossing: &WrittenCrossing| match tab {
                ShareTab::Answer => !crossing.held && crossing.waits && !own(crossing),
                ShareTab::Waiting => !crossing.held && crossing.waits && own(crossing),
                ShareTab::Held => crossing.held,
                // What one was asked and has ended is in the ledger alone.
                ShareTab::Done => !crossing.held && !crossing.waits && (!crossing.request || own(crossing)),
            };
            let (mut query, mut shown) = (ShareQuery::of(*tab), BTreeSet::new());
            loop {
                let page = share::inbox(&self.room, viewer, &query, 200).await.expect("a page");
                shown.extend(page.lines.iter().map(|line| line.share.id.0));
                shown.extend(page.holds.iter().map(|hold| hold.id.0));
                shown.extend(page.requests.iter().map(|request| request.id.0));
                query.after = page.next.clone();
                if query.after.is_none() {
                    break;
                }
            }
            let expected: BTreeSet<_> = read.iter().filter(|of| wanted(of)).map(|of| of.id).collect();
            assert_eq!(shown, expected, "{tab} of {viewer:?}");
            if let Some(count) = match tab {
                ShareTab::Answer => Some(0),
                ShareTab::Waiting => Some(1),
                ShareTab::Held => Some(2),
                ShareTab::Done => None,
            } {
                counts[count] = (expected.len() as i64).min(ShareCounts::MOST);
            }
        }
        let counted = share::count(&self.room, viewer).await.expect("counts");
        assert_eq!([counted.answer, counted.waiting, counted.held], counts, "{viewer:?}");
        let (mut query, mut shown) = (LedgerQuery::default(), BTreeSet::new());
        loop {
            let (page, next) = service::ledger::list(&self.room, viewer, &query, 200).await.expect("a page");
            shown.extend(page.iter().map(|crossing| crossing.id.0));
            query.after = next;
            if query.after.is_none() {
                break;
            }
        }
        assert_eq!(shown, read.iter().map(|of| of.id).collect(), "the ledger of {viewer:?}");
    }

    /// In the journal, where each has one row.
    pub(super) async fn check_journal(&self, viewer: &Viewer, written: &[Written]) {
        let (mut after, mut shown): (Option<String>, Vec<(String, Number)>) = (None, vec![]);
        loop {
            let page =
                service::history::list(&self.room, viewer, after.as_deref(), 200).await.expect("a page");
            let crossed =
                page.acts.iter().filter(|act| ["share", "hold", "onward"].contains(&act.noun.as_str()));
            shown.extend(crossed.filter_map(|act| Some((act.noun.clone(), act.incident.clone()?))));
            after = page.next.clone();
            if after.is_none() {
                break;
            }
        }
        let mut expected: Vec<_> = written
            .iter()
            .flat_map(|one| {
                one.crossings
                    .iter()
                    .filter(|of| of.is_read(one, viewer))
                    .map(|of| (of.noun().to_owned(), one.number.clone()))
            })
            .collect();
        shown.sort();
        expected.sort();
        assert_eq!(shown, expected, "the journal of {viewer:?}");
    }
}
