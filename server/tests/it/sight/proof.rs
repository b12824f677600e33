//! What must hold for everything that a viewer can read.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    model::{
        Role, Tlp,
        board::{BoardQuery, Grouping, Order, Span},
        entry::EntryKind,
        id::Number,
        organisation::Sector,
    },
    policy::{Inside, Marking, Sight, Viewer, sight},
};
use server::service::{self, Error, entry::TimelineQuery};
use uuid::Uuid;

use super::{
    plan::ViewerPlan,
    world::{World, Written},
};

impl Written {
    pub(super) fn is_seen(&self, viewer: &Viewer) -> bool {
        sight(viewer, &self.marking) == Sight::Full
    }
    pub(super) fn sees(&self, viewer: &Viewer, child: &Marking) -> bool {
        sight(viewer, &Inside { incident: &self.marking, child }) == Sight::Full
    }
    fn is_struck(&self, id: Uuid) -> bool {
        self.entries.iter().any(|(struck, _, entry, _)| *struck == id && entry.struck)
    }
    /// The newest words that stand: of a correction that was made of struck words, nothing stands.
    fn last(&self, viewer: &Viewer) -> Option<String> {
        let stands = self.entries.iter().rev().find(|(id, _, entry, marking)| {
            let original = self.corrected.get(id).unwrap_or(id);
            entry.kind.is_written()
                && !self.is_struck(*original)
                && (marking.tlp != Tlp::Red || self.plan.tlp == Tlp::Red)
                && self.sees(viewer, marking)
        });
        stands.map(|(id, ..)| id.to_string())
    }
}

impl World {
    pub(super) fn viewer(&self, plan: &ViewerPlan) -> Viewer {
        Viewer {
            person: self.people[plan.person],
            organisation: self.organisations[plan.organisation],
            sector: Sector::Company,
            roles: plan.roles.clone(),
        }
    }

    pub(super) async fn check(&self, viewer: &Viewer, fresh: usize) {
        let written = self.written.borrow().clone();
        self.check_board(viewer, &written).await;
        self.check_counts(viewer, &written).await;
        self.check_feed(viewer, &written).await;
        self.check_inbox(viewer, &written).await;
        self.check_journal(viewer, &written).await;
        self.check_postings(viewer, &written).await;
        for one in written.iter().rev().take(fresh) {
            match service::incident::find(&self.room, viewer, &one.number).await {
                Ok(found) => {
                    assert!(one.is_seen(viewer), "{viewer:?} was shown {one:?}");
                    self.check_inside(viewer, one, &found, &written).await;
                    self.check_crossings(viewer, one, Some(&found)).await;
                }
                Err(Error::NotFound) => {
                    assert!(!one.is_seen(viewer), "{viewer:?} was not shown {one:?}");
                    self.check_crossings(viewer, one, None).await;
                }
                Err(other) => panic!("{other}"),
            }
        }
        self.check_changes(viewer, &written[written.len() - fresh..]).await;
    }

    async fn check_board(&self, viewer: &Viewer, written: &[Written]) {
        for span in Span::ALL {
            let mut query = BoardQuery {
                span: *span,
                group: Grouping::None,
                order: Order::Opened,
                ..BoardQuery::default()
            };
            let mut shown = vec![];
            loop {
                let page = service::board::list(&self.room, viewer, &query, 200).await.expect("a page");
                shown.extend(page.rows.iter().map(|row| row.number.clone()));
                for row in page.rows.iter() {
                    let one = written.iter().find(|one| one.number == row.number).expect("written");
                    let last = row.last.as_ref().map(|last| last.text.clone());
                    assert_eq!(last, one.last(viewer), "the last update for {viewer:?} in {one:?}");
                }
                query.after = page.next.clone();
                if query.after.is_none() {
                    break;
                }
            }
            let in_span = |one: &&Written| match span {
                Span::Open => one.plan.status.is_open(),
                Span::Ended => !one.plan.status.is_open(),
                Span::All => true,
            };
            let expected: BTreeSet<_> = written
                .iter()
                .filter(in_span)
                .filter(|one| one.is_seen(viewer))
                .map(|one| &one.number)
                .collect();
            assert_eq!(shown.len(), expected.len(), "a row twice or missing for {viewer:?}");
            assert_eq!(shown.iter().collect::<BTreeSet<_>>(), expected, "the board of {viewer:?}");
        }
    }

    async fn check_counts(&self, viewer: &Viewer, written: &[Written]) {
        let tabs = service::board::tabs(&self.room, viewer).await.expect("counts");
        let open: Vec<_> =
            written.iter().filter(|one| one.is_seen(viewer) && one.plan.status.is_open()).collect();
        let count = |test: &dyn Fn(&Written) -> bool| open.iter().filter(|one| test(one)).count() as i64;
        assert_eq!(tabs.open, open.len() as i64);
        assert_eq!(tabs.breached, count(&|one| one.plan.due_in < 0));
        assert_eq!(tabs.without_owner, count(&|one| one.plan.owner.is_none()));
        let mine = |n: Option<usize>| n.is_some_and(|n| self.people[n] == viewer.person);
        assert_eq!(tabs.mine, count(&|one| mine(one.plan.owner)));
        assert_eq!(tabs.own_lead, count(&|one| self.organisations[one.plan.lead] == viewer.organisation));
    }

    /// The wall stands for a screen: whoever looks at it, it counts what a screen may see.
    pub(super) async fn check_wall(&self) {
        let written = self.written.borrow().clone();
        let screen = ViewerPlan { person: 0, organisation: 0, roles: vec![Role::Screen] };
        let screen = self.viewer(&screen);
        let seen: Vec<_> =
            written.iter().filter(|one| one.is_seen(&screen) && one.plan.status.is_open()).collect();
        let wall = service::wall::wall(&self.room).await.expect("a wall");
        for count in &wall.counts {
            let of = |one: &&&Written| one.plan.severity == count.severity;
            let open = seen.iter().filter(of).count() as i64;
            let breached = seen.iter().filter(of).filter(|one| one.plan.due_in < 0).count() as i64;
            assert_eq!((count.open, count.breached), (open, breached), "{}", count.severity);
        }
        let nationwide = seen.iter().filter(|one| one.plan.state.is_none()).count() as i64;
        assert_eq!(wall.nationwide, nationwide);
        for state in ["AZ", "PA", "NY"] {
            let tile = wall.tiles.iter().find(|tile| tile.state == state).expect("a tile");
            let here: Vec<_> = seen.iter().filter(|one| one.plan.state == Some(state)).collect();
            assert_eq!(tile.open, here.len() as i64, "{state}");
            assert_eq!(tile.worst, here.iter().map(|one| one.plan.severity).min(), "{state}");
        }
    }

    async fn check_feed(&self, viewer: &Viewer, written: &[Written]) {
        let feed = service::board::feed(&self.room, viewer, false, None, 100_000).await.expect("a feed").0;
        let mut shown: BTreeMap<(Number, bool), usize> = BTreeMap::new();
        for item in feed.iter() {
            *shown.entry((item.incident.clone(), item.alarm)).or_default() += 1;
        }
        let mut expected: BTreeMap<(Number, bool), usize> = BTreeMap::new();
        for one in written.iter().filter(|one| one.plan.status.is_open()) {
            for (_, _, entry, marking) in &one.entries {
                let alarm = entry.kind == EntryKind::System && entry.breach;
                let worth = entry.kind.is_written() || entry.kind == EntryKind::Evidence || alarm;
                let red = marking.tlp == Tlp::Red || one.plan.tlp == Tlp::Red;
                let stands = worth && !entry.struck && !entry.corrects && !red;
                if stands && one.sees(viewer, marking) {
                    *expected.entry((one.number.clone(), alarm)).or_default() += 1;
                }
            }
        }
        assert_eq!(shown, expected, "the rail of {viewer:?}");
    }

    async fn check_inside(
        &self,
        viewer: &Viewer,
        one: &Written,
        found: &app::policy::Cleared<app::model::incident::Incident>,
        written: &[Written],
    ) {
        let query = TimelineQuery { limit: 200, ..TimelineQuery::default() };
        let timeline = service::entry::list(&self.room, viewer, found, &query).await.expect("a timeline");
        let shown: BTreeSet<_> = timeline.entries.iter().map(|entry| entry.id.0).collect();
        let seen: Vec<_> = one.entries.iter().filter(|(.., m)| one.sees(viewer, m)).collect();
        let expected: BTreeSet<_> =
            seen.iter().filter(|(.., entry, _)| !entry.corrects).map(|(id, ..)| *id).collect();
        assert_eq!(shown, expected, "the timeline of {viewer:?} in {one:?}");
        let (counts, _) = service::entry::count(&self.room, viewer, found).await.expect("counts");
        assert_eq!(counts.values().sum::<i64>(), expected.len() as i64);
        let (exhibits, _) =
            service::evidence::list(&self.room, viewer, found, None, 200).await.expect("exhibits");
        let shown: BTreeSet<_> = exhibits.iter().map(|exhibit| exhibit.number).collect();
        let seen = one.exhibits.iter().filter(|(.., marking)| one.sees(viewer, marking));
        assert_eq!(shown, seen.map(|(_, number, _)| *number).collect(), "exhibits for {viewer:?} in {one:?}");
        for (_, exhibit, marking) in &one.exhibits {
            let found = service::evidence::find(&self.room, viewer, &one.number, *exhibit).await;
            assert_eq!(found.is_ok(), one.sees(viewer, marking), "E-{exhibit} for {viewer:?} in {one:?}");
        }
        let (indicators, _) =
            service::indicator::list(&self.room, viewer, found, 0, 200).await.expect("indicators");
        let also: BTreeSet<_> = indicators.iter().flat_map(|indicator| indicator.also_in.iter()).collect();
        let twins = written.iter().filter(|other| {
            other.id != one.id && other.plan.indicator == one.plan.indicator && other.is_seen(viewer)
        });
        assert_eq!(also, twins.map(|other| &other.number).collect::<BTreeSet<_>>());
    }

    /// The live stream says something about exactly those entries that the viewer sees.
    async fn check_changes(&self, viewer: &Viewer, fresh: &[Written]) {
        use service::live::Told;
        for one in fresh {
            for (id, seq, _, marking) in &one.entries {
                let changes = service::live::changes(&self.room, seq - 1, None, 1).await.expect("a change");
                assert_eq!(changes[0].noun_id, Some(*id));
                let told =
                    Told::read(&self.room, changes[0].clone()).await.expect("read").expect("of an incident");
                assert_eq!(told.is_silent_for(viewer), !one.sees(viewer, marking), "{viewer:?} on {one:?}");
                let scope = app::policy::scope(viewer);
                let events = told.events(&self.room, viewer, scope).await.expect("events");
                assert_eq!(events.is_empty(), !one.sees(viewer, marking), "{viewer:?} on {one:?}");
                if marking.tlp == Tlp::Red || one.plan.tlp == Tlp::Red {
                    assert!(told.is_personal());
                }
            }
        }
    }
}
