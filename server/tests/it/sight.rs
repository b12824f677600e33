//! Every list that SQL chooses by `scope` holds exactly what `sight` does not hide: for random people,
//! incidents, entries and indicators, on both databases.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
};

use app::{
    model::{
        Moment, OrganisationId, PersonId, Role, Severity, Tlp,
        board::{BoardQuery, Grouping, Order, Span},
        entry::EntryKind,
        id::Number,
        incident::Status,
        organisation::Sector,
    },
    policy::{Inside, Marking, Sight, Viewer, sight},
};
use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use server::service::{self, Error, Room, entry::TimelineQuery};
use uuid::Uuid;

use crate::base::{Base, NOW};

const ORGANISATIONS: usize = 4;
const PEOPLE: usize = 6;
const CASES: u32 = 32;

// ── what is drawn ────────────────────────────────────────────────────────────────────────────────

#[derive(Clone, Debug)]
struct Label {
    tlp: Tlp,
    named: Vec<bool>,
    audience: Option<Vec<bool>>,
}

#[derive(Clone, Debug)]
struct EntryPlan {
    kind: EntryKind,
    label: Label,
    breach: bool,
    struck: bool,
    /// Corrects the entry drawn before it, and is as wide.
    corrects: bool,
}

#[derive(Clone, Debug)]
struct IncidentPlan {
    tlp: Tlp,
    lead: usize,
    access: Vec<bool>,
    named: Vec<bool>,
    status: Status,
    severity: Severity,
    owner: Option<usize>,
    due_in: i64,
    state: Option<&'static str>,
    entries: Vec<EntryPlan>,
    exhibits: Vec<Label>,
    indicator: u8,
}

#[derive(Clone, Debug)]
struct ViewerPlan {
    person: usize,
    organisation: usize,
    roles: Vec<Role>,
}

fn label() -> impl Strategy<Value = Label> {
    let audience = proptest::option::weighted(0.4, vec(any::<bool>(), ORGANISATIONS));
    (select(Tlp::ALL), vec(any::<bool>(), PEOPLE), audience).prop_map(|(tlp, named, audience)| Label {
        tlp,
        named: if tlp == Tlp::Red { named } else { vec![false; PEOPLE] },
        audience,
    })
}

fn entry() -> impl Strategy<Value = EntryPlan> {
    let chance = proptest::bool::weighted(0.2);
    (select(EntryKind::ALL), label(), any::<bool>(), chance, chance).prop_map(
        |(kind, label, breach, struck, corrects)| EntryPlan { kind, label, breach, struck, corrects },
    )
}

fn incident() -> impl Strategy<Value = IncidentPlan> {
    let marks =
        (select(Tlp::ALL), 0..ORGANISATIONS, vec(any::<bool>(), ORGANISATIONS), vec(any::<bool>(), PEOPLE));
    let facts = (
        select(Status::ALL),
        select(Severity::ALL),
        proptest::option::of(0..PEOPLE),
        select(&[-60_i64, -1, 60, 3_600][..]),
        select(&[None, Some("AZ"), Some("PA")][..]),
    );
    (marks, facts, vec(entry(), 0..6), vec(label(), 0..3), 0..3_u8).prop_map(
        |(
            (tlp, lead, mut access, named),
            (status, severity, owner, due_in, state),
            entries,
            exhibits,
            indicator,
        )| {
            access[lead] = true;
            IncidentPlan {
                tlp,
                lead,
                access,
                named: if tlp == Tlp::Red { named } else { vec![false; PEOPLE] },
                status,
                severity,
                owner,
                due_in,
                state,
                entries,
                exhibits,
                indicator,
            }
        },
    )
}

fn viewer() -> impl Strategy<Value = ViewerPlan> {
    (0..PEOPLE, 0..ORGANISATIONS, proptest::sample::subsequence(Role::ALL, 0..3))
        .prop_map(|(person, organisation, roles)| ViewerPlan { person, organisation, roles })
}

// ── what is written ──────────────────────────────────────────────────────────────────────────────

/// With the number of its journal row.
type WrittenEntry = (Uuid, i64, EntryPlan, Marking);

#[derive(Clone, Debug)]
struct Written {
    id: Uuid,
    number: Number,
    plan: IncidentPlan,
    marking: Marking,
    entries: Vec<WrittenEntry>,
    exhibits: Vec<(Uuid, i64, Marking)>,
    /// What each correction corrects.
    corrected: BTreeMap<Uuid, Uuid>,
}

/// The world so far: nothing can be taken away from an append-only room.
struct World {
    base: Base,
    room: Room,
    organisations: Vec<OrganisationId>,
    people: Vec<PersonId>,
    written: RefCell<Vec<Written>>,
    seq: RefCell<i64>,
    given: RefCell<u32>,
    /// When the newest incident was opened: as in a room, never earlier than the one before it.
    opened: RefCell<i64>,
    ids: server::clock::Ids,
}

impl World {
    async fn new(base: Base) -> Self {
        let room = base.founded().await;
        let directory = room.directory();
        let slugs = ["cisa", "google", "maricopa", "eiisac"];
        let organisation = |slug: &&str| directory.organisation_by_slug(slug).expect("in the room").id;
        let people = ["cisa", "google"]
            .iter()
            .flat_map(|slug| ["analyst", "liaison", "counsel"].map(|name| format!("{name}@{slug}.example")));
        let people = people.map(|email| directory.find(&email).expect("in the room").person.id).collect();
        let organisations = slugs.iter().map(organisation).collect();
        let seq = RefCell::new(service::live::head(&room).await.expect("a head"));
        let ids = server::clock::Ids::seeded(99);
        Self {
            base,
            room,
            organisations,
            people,
            written: RefCell::default(),
            seq,
            given: RefCell::new(0),
            opened: RefCell::new(NOW.0 - 1_000_000_000_000),
            ids,
        }
    }

    fn chosen<T: Copy>(all: &[T], flags: &[bool]) -> Vec<T> {
        all.iter().zip(flags).filter(|(_, chosen)| **chosen).map(|(id, _)| *id).collect()
    }

    fn marking(&self, label: &Label, access: &[OrganisationId]) -> Marking {
        Marking {
            tlp: label.tlp,
            access: access.to_vec(),
            named: Self::chosen(&self.people, &label.named),
            audience: label.audience.as_ref().map(|flags| Self::chosen(&self.organisations, flags)),
        }
    }

    fn id(&self, id: Uuid) -> String {
        if self.base.is_sqlite() { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
    }

    fn next(&self, sql: &mut String, incident: Uuid, noun: &str, id: Uuid) -> i64 {
        let mut seq = self.seq.borrow_mut();
        *seq += 1;
        let blob = if self.base.is_sqlite() { "x'00'" } else { "'\\x00'" };
        let _ = writeln!(
            sql,
            "insert into journal (seq, at, incident_id, noun, noun_id, action, body, request, salt, previous, hash) \
             values ({seq}, {NOW}, {}, '{noun}', {}, 'posted', '{{}}', 'test', {blob}, {blob}, {blob});",
            self.id(incident),
            self.id(id),
            NOW = NOW.0,
        );
        *seq
    }

    fn label(&self, sql: &mut String, subject: Uuid, marking: &Marking) {
        for person in &marking.named {
            let _ = writeln!(sql, "insert into named values ({}, {});", self.id(subject), self.id(person.0));
        }
        for organisation in marking.audience.iter().flatten() {
            let (subject, organisation) = (self.id(subject), self.id(organisation.0));
            let _ = writeln!(sql, "insert into audience values ({subject}, {organisation});");
        }
    }

    async fn write(&self, plans: &[IncidentPlan]) {
        let mut sql = String::from("begin;\n");
        let mut written = vec![];
        for plan in plans {
            written.push(self.add(&mut sql, plan));
        }
        sql.push_str("commit;\n");
        self.base.execute(&sql).await.expect("written");
        self.written.borrow_mut().extend(written);
    }

    fn add(&self, sql: &mut String, plan: &IncidentPlan) -> Written {
        let id = self.ids.uuid();
        // 7,919 is prime: every number once, in no order.
        let number = Number::new(10_000 + self.given.replace_with(|n| *n + 1) * 7_919 % 90_000);
        let access = Self::chosen(&self.organisations, &plan.access);
        let named = Self::chosen(&self.people, &plan.named);
        let marking = Marking { tlp: plan.tlp, access: access.clone(), named, audience: None };
        let slug = ["cisa", "google", "maricopa", "eiisac"][plan.lead];
        let due = NOW.plus_seconds(plan.due_in).0;
        let lead = self.id(self.organisations[plan.lead].0);
        let opener = self.id(self.people[0].0);
        let owner = plan.owner.map_or_else(|| "null".to_owned(), |n| self.id(self.people[n].0));
        // Often the same moment as the one before: ties have to be ordered, too.
        let later = i64::from(self.ids.below(3) / 2) * 1_000_000;
        self.opened.replace_with(|at| *at + later);
        let _ = writeln!(
            sql,
            "insert into incident (id, number, version, title, summary, category, severity, severity_rank, status, \
             status_rank, is_open, verification, tlp, source, lead_id, lead_slug, owner_id, opened_by, target_percent, \
             occurred_at, reported_at, opened_at, update_from, next_due, watch_due, updated_at, exhibit_count) values \
             ({}, '{number}', 1, 'Drawn by chance', '', 'PROC-1', '{}', {}, '{}', {}, {}, 'unverified', '{}', '', \
             {lead}, '{slug}', {owner}, {opener}, 100, {t}, {t}, {t}, {t}, {due}, {due}, {t}, 0);",
            self.id(id),
            plan.severity,
            plan.severity.rank(),
            plan.status,
            plan.status.rank(),
            plan.status.is_open(),
            plan.tlp,
            t = self.opened.borrow(),
        );
        for organisation in &access {
            let _ = writeln!(
                sql,
                "insert into incident_access values ({}, {}, {});",
                self.id(id),
                self.id(organisation.0),
                NOW.0
            );
        }
        if let Some(state) = plan.state {
            let _ =
                writeln!(sql, "insert into incident_jurisdiction values ({}, '{state}', '');", self.id(id));
        }
        self.label(sql, id, &marking);
        let (entries, corrected) = self.entries(sql, id, plan, &access);
        let exhibits = (1..).zip(&plan.exhibits).map(|(n, label)| self.exhibit(sql, id, n, label, &access));
        let exhibits = exhibits.collect();
        let indicator = self.ids.uuid();
        let seq = self.next(sql, id, "indicator", indicator);
        let _ = writeln!(
            sql,
            "insert into indicator values ({}, {}, {seq}, 'domain', 'a{}.example', '', '{}', {opener}, {lead}, {});",
            self.id(indicator),
            self.id(id),
            plan.indicator,
            plan.tlp,
            NOW.0,
        );
        Written { id, number, plan: plan.clone(), marking, entries, exhibits, corrected }
    }

    fn entries(
        &self,
        sql: &mut String,
        incident: Uuid,
        plan: &IncidentPlan,
        access: &[OrganisationId],
    ) -> (Vec<WrittenEntry>, BTreeMap<Uuid, Uuid>) {
        let (mut entries, mut corrected): (Vec<WrittenEntry>, _) = (vec![], BTreeMap::new());
        for entry in &plan.entries {
            let id = self.ids.uuid();
            let seq = self.next(sql, incident, "entry", id);
            let mut entry = entry.clone();
            let original = entries.iter().rev().find(|(.., old, _)| old.kind.is_written() && !old.corrects);
            let original = original.filter(|_| entry.corrects).cloned();
            entry.corrects = original.is_some();
            if let Some((.., old, _)) = &original {
                (entry.kind, entry.label, entry.breach) = (old.kind, old.label.clone(), false);
            }
            let marking = self.marking(&entry.label, access);
            if let Some((old, ..)) = &original {
                corrected.insert(id, *old);
            }
            let corrects = original.map_or_else(|| "null".to_owned(), |(old, ..)| self.id(old));
            let breach = entry.kind == EntryKind::System && entry.breach;
            let author = self.id(self.people[0].0);
            let _ = writeln!(
                sql,
                "insert into entry (id, incident_id, seq, kind, body, author_id, happened_at, recorded_at, tlp, \
                 narrowed, field, corrects) values ({}, {}, {seq}, '{}', '{id}', {author}, {t}, {t}, '{}', {}, {}, \
                 {corrects});",
                self.id(id),
                self.id(incident),
                entry.kind,
                entry.label.tlp,
                entry.label.audience.is_some(),
                if breach { "'breach'" } else { "null" },
                t = NOW.0,
            );
            if entry.struck {
                let strike = self.next(sql, incident, "strike", id);
                let _ = writeln!(
                    sql,
                    "insert into strike values ({}, {strike}, {author}, {}, 'why');",
                    self.id(id),
                    NOW.0
                );
            }
            self.label(sql, id, &marking);
            entries.push((id, seq, entry, marking));
        }
        (entries, corrected)
    }

    fn exhibit(
        &self,
        sql: &mut String,
        incident: Uuid,
        number: i64,
        label: &Label,
        access: &[OrganisationId],
    ) -> (Uuid, i64, Marking) {
        let id = self.ids.uuid();
        let seq = self.next(sql, incident, "exhibit", id);
        let marking = self.marking(label, access);
        let _ = writeln!(
            sql,
            "insert into exhibit (id, incident_id, number, seq, size, media_type, name, note, tlp, narrowed, added_by, \
             organisation_id, added_at) values ({}, {}, {number}, {seq}, 0, 'text/plain', 'a.txt', '', '{}', {}, {}, \
             {}, {});",
            self.id(id),
            self.id(incident),
            label.tlp,
            label.audience.is_some(),
            self.id(self.people[0].0),
            self.id(self.organisations[0].0),
            NOW.0,
        );
        self.label(sql, id, &marking);
        (id, number, marking)
    }
}

// ── what must hold ───────────────────────────────────────────────────────────────────────────────

impl Written {
    fn is_seen(&self, viewer: &Viewer) -> bool {
        sight(viewer, &self.marking) == Sight::Full
    }
    fn sees(&self, viewer: &Viewer, child: &Marking) -> bool {
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
    fn viewer(&self, plan: &ViewerPlan) -> Viewer {
        Viewer {
            person: self.people[plan.person],
            organisation: self.organisations[plan.organisation],
            sector: Sector::Company,
            roles: plan.roles.clone(),
        }
    }

    async fn check(&self, viewer: &Viewer, fresh: usize) {
        let written = self.written.borrow().clone();
        self.check_board(viewer, &written).await;
        self.check_counts(viewer, &written).await;
        self.check_feed(viewer, &written).await;
        for one in written.iter().rev().take(fresh) {
            match service::incident::find(&self.room, viewer, &one.number).await {
                Ok(found) => {
                    assert!(one.is_seen(viewer), "{viewer:?} was shown {one:?}");
                    self.check_inside(viewer, one, &found, &written).await;
                }
                Err(Error::NotFound) => assert!(!one.is_seen(viewer), "{viewer:?} was not shown {one:?}"),
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
    async fn check_wall(&self) {
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
        let feed = service::board::feed(&self.room, viewer, false, 100_000).await.expect("a feed");
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

fn prove(base: impl Future<Output = Option<Base>>) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let Some(base) = runtime.block_on(base) else { return };
    let world = runtime.block_on(World::new(base));
    let mut runner = TestRunner::new(Config {
        cases: CASES,
        failure_persistence: None,
        max_shrink_iters: 0,
        ..Config::default()
    });
    let drawn = (vec(incident(), 1..6), vec(viewer(), 1..4));
    let proved = runner.run(&drawn, |(incidents, viewers)| {
        runtime.block_on(async {
            world.write(&incidents).await;
            for plan in &viewers {
                world.check(&world.viewer(plan), incidents.len()).await;
            }
            world.check_wall().await;
        });
        Ok(())
    });
    if let Err(error) = proved {
        panic!("{error}");
    }
    runtime.block_on(async move {
        world.room.close().await;
        world.base.end().await;
    });
}

#[test]
fn sql_shows_exactly_what_the_policy_does_not_hide_on_sqlite() {
    prove(async { Some(Base::sqlite()) });
}

#[test]
fn sql_shows_exactly_what_the_policy_does_not_hide_on_postgres() {
    prove(Base::postgres());
}

/// Nothing here is later than the room's standing clock.
#[test]
fn the_world_stands_at_one_moment() {
    assert_eq!(NOW, "2020-11-04T00:18:00Z".parse::<Moment>().expect("a moment"));
}
