//! What is drawn, written into a room.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write};

use app::{
    model::{OrganisationId, PersonId, entry::EntryKind, id::Number},
    policy::Marking,
};
use server::service::{self, Room};
use uuid::Uuid;

use super::{
    crossing::WrittenCrossing,
    plan::{EntryPlan, IncidentPlan, Label},
};
use crate::base::{Base, NOW};

/// With the number of its journal row.
pub(super) type WrittenEntry = (Uuid, i64, EntryPlan, Marking);

#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) id: Uuid,
    pub(super) number: Number,
    pub(super) plan: IncidentPlan,
    pub(super) marking: Marking,
    pub(super) entries: Vec<WrittenEntry>,
    pub(super) exhibits: Vec<(Uuid, i64, Marking)>,
    pub(super) indicator: Uuid,
    pub(super) crossings: Vec<WrittenCrossing>,
    /// What each correction corrects.
    pub(super) corrected: BTreeMap<Uuid, Uuid>,
}

/// The world so far: nothing can be taken away from an append-only room.
pub(super) struct World {
    pub(super) base: Base,
    pub(super) room: Room,
    pub(super) organisations: Vec<OrganisationId>,
    pub(super) people: Vec<PersonId>,
    pub(super) written: RefCell<Vec<Written>>,
    pub(super) seq: RefCell<i64>,
    pub(super) given: RefCell<u32>,
    /// When the newest incident was opened: as in a room, never earlier than the one before it.
    pub(super) opened: RefCell<i64>,
    pub(super) ids: server::clock::Ids,
}

impl World {
    pub(super) async fn new(base: Base) -> Self {
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

    pub(super) fn chosen<T: Copy>(all: &[T], flags: &[bool]) -> Vec<T> {
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

    pub(super) fn id(&self, id: Uuid) -> String {
        if self.base.is_sqlite() { format!("x'{}'", id.simple()) } else { format!("'{id}'") }
    }

    pub(super) fn next(&self, sql: &mut String, incident: Uuid, noun: &str, id: Uuid) -> i64 {
        self.journal(sql, incident, (noun, "posted"), id)
    }

    pub(super) fn journal(
        &self,
        sql: &mut String,
        incident: Uuid,
        (noun, action): (&str, &str),
        id: Uuid,
    ) -> i64 {
        let mut seq = self.seq.borrow_mut();
        *seq += 1;
        let blob = if self.base.is_sqlite() { "x'00'" } else { "'\\x00'" };
        let _ = writeln!(
            sql,
            "insert into journal (seq, at, incident_id, noun, noun_id, action, body, request, salt, previous, hash) \
             values ({seq}, {NOW}, {}, '{noun}', {}, '{action}', '{{}}', 'test', {blob}, {blob}, {blob});",
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

    pub(super) async fn write(&self, plans: &[IncidentPlan]) {
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
             occurred_at, reported_at, opened_at, update_from, next_due, watch_due, updated_at, exhibit_count, title_lower) values \
             ({}, '{number}', 1, 'Drawn by chance', '', 'PROC-1', '{}', {}, '{}', {}, {}, 'unverified', '{}', '', \
             {lead}, '{slug}', {owner}, {opener}, 100, {t}, {t}, {t}, {t}, {due}, {due}, {t}, 0, 'drawn by chance');",
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
        let crossings = plan.crossings.iter().map(|plan| self.crossing(sql, id, plan)).collect();
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
        self.note_indicator(sql, (id, indicator, seq), plan);
        Written {
            id,
            number,
            plan: plan.clone(),
            marking,
            entries,
            exhibits,
            indicator,
            crossings,
            corrected,
        }
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
                "insert into entry (id, incident_id, seq, kind, body, author_id, organisation_id, happened_at, \
                 recorded_at, tlp, narrowed, field, corrects, crossed) values ({}, {}, {seq}, '{}', '{id}', {author}, {}, \
                 {t}, {t}, '{}', {}, {}, {corrects}, {});",
                self.id(id),
                self.id(incident),
                entry.kind,
                self.id(self.organisations[entry.posting.from].0),
                entry.label.tlp,
                entry.label.audience.is_some(),
                if breach { "'breach'" } else { "null" },
                entry.posting.crossed(),
                t = NOW.0,
            );
            self.note_entry(sql, id, seq, &entry.posting);
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
