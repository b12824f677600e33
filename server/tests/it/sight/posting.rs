//! What crossed by being written: in the ledger of whoever wrote it and of those to whom it crossed, for as long as they
//! see it.

use std::{collections::BTreeSet, fmt::Write};

use app::{
    model::ledger::{Direction, LedgerQuery},
    policy::{Reach, Viewer},
};
use proptest::{collection::vec, prelude::*};
use server::service;
use uuid::Uuid;

use super::{
    plan::{IncidentPlan, ORGANISATIONS},
    world::{World, Written},
};
use crate::base::NOW;

/// To whom something crossed when it was written, whatever its label is by now.
#[derive(Clone, Debug)]
enum To {
    /// From before the room noted it, or to nobody.
    Unnoted,
    All,
    Some(Vec<bool>),
}

#[derive(Clone, Debug)]
pub(super) struct PostingPlan {
    pub(super) from: usize,
    to: To,
}

pub(super) fn posting() -> impl Strategy<Value = PostingPlan> {
    let some = vec(any::<bool>(), ORGANISATIONS).prop_map(To::Some);
    let to = prop_oneof![Just(To::Unnoted), Just(To::All), some];
    (0..ORGANISATIONS, to).prop_map(|(from, to)| PostingPlan { from, to })
}

impl PostingPlan {
    /// As the column has it.
    pub(super) const fn crossed(&self) -> &'static str {
        match self.to {
            To::Unnoted => "null",
            To::All => "'all'",
            To::Some(_) => "'some'",
        }
    }

    fn reached(&self) -> impl Iterator<Item = usize> {
        let flags = if let To::Some(flags) = &self.to { flags.as_slice() } else { &[] };
        flags.iter().enumerate().filter(|(n, to)| **to && *n != self.from).map(|(n, _)| n)
    }
}

impl World {
    pub(super) fn note_entry(&self, sql: &mut String, entry: Uuid, seq: i64, plan: &PostingPlan) {
        for to in plan.reached() {
            let to = self.id(self.organisations[to].0);
            let _ = writeln!(sql, "insert into entry_crossed values ({}, {to}, {seq});", self.id(entry));
        }
    }

    pub(super) fn note_indicator(
        &self,
        sql: &mut String,
        (incident, id, seq): (Uuid, Uuid, i64),
        plan: &IncidentPlan,
    ) {
        let posting = &plan.indicator_posting;
        if matches!(posting.to, To::Unnoted) {
            return;
        }
        let _ = writeln!(
            sql,
            "insert into item_crossed (id, seq, noun, incident_id, person_id, organisation_id, at, tlp, crossed) values \
             ({}, {seq}, 'indicator', {}, {}, {}, {}, '{}', {});",
            self.id(id),
            self.id(incident),
            self.id(self.people[0].0),
            self.id(self.organisations[posting.from].0),
            NOW.0,
            plan.tlp,
            posting.crossed(),
        );
        for to in posting.reached() {
            let to = self.id(self.organisations[to].0);
            let _ = writeln!(
                sql,
                "insert into item_crossed_to (item_id, organisation_id, seq) values ({}, {to}, {seq});",
                self.id(id)
            );
        }
    }

    fn reads_posting(&self, viewer: &Viewer, plan: &PostingPlan, direction: Option<Direction>) -> bool {
        let own = self.organisations[plan.from] == viewer.organisation;
        let reached = match &plan.to {
            To::Unnoted => return false,
            To::All => true,
            To::Some(_) => plan.reached().any(|n| self.organisations[n] == viewer.organisation),
        };
        let shown = match direction {
            None => own || reached,
            Some(Direction::Sent) => own,
            Some(Direction::Received) => !own && reached,
            Some(_) => false,
        };
        viewer.reach() == Reach::Member && shown
    }

    pub(super) async fn check_postings(&self, viewer: &Viewer, written: &[Written]) {
        for direction in [None, Some(Direction::Sent), Some(Direction::Received), Some(Direction::Asked)] {
            let (mut query, mut shown) = (LedgerQuery { direction, ..LedgerQuery::default() }, vec![]);
            loop {
                let (page, next) =
                    service::ledger::list_postings(&self.room, viewer, &query, 200).await.expect("a page");
                shown.extend(page.iter().map(|posting| posting.id));
                query.after = next;
                if query.after.is_none() {
                    break;
                }
            }
            let mut expected = BTreeSet::new();
            for one in written.iter().filter(|one| one.is_seen(viewer)) {
                let seen = one.entries.iter().filter(|(.., marking)| one.sees(viewer, marking));
                let posted =
                    seen.filter(|(_, _, entry, _)| self.reads_posting(viewer, &entry.posting, direction));
                expected.extend(posted.map(|(id, ..)| *id));
                // Marked as its incident is: whoever sees the one sees the other.
                if self.reads_posting(viewer, &one.plan.indicator_posting, direction) {
                    expected.insert(one.indicator);
                }
            }
            assert_eq!(shown.len(), shown.iter().collect::<BTreeSet<_>>().len(), "twice for {viewer:?}");
            assert_eq!(shown.into_iter().collect::<BTreeSet<_>>(), expected, "{direction:?} of {viewer:?}");
        }
    }
}
