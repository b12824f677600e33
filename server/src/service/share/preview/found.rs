//! What the reader will find in each list of the page: read to its end as the sender, so that what is left out is counted
//! true, and kept as far as the first page shows it.

use std::collections::HashMap;

use app::{
    model::{
        EntryId, ExhibitId, Tlp,
        entry::Entry,
        exhibit::Exhibit,
        id::Number,
        incident::Incident,
        indicator::Indicator,
        panel::Panel,
        share::{CitedEntry, Overall, Share, Told},
        task::{BegunPlaybook, Progress, Task},
        timeline,
    },
    policy::{self, Cleared, Inside, Sight},
};
use uuid::Uuid;

use super::{
    super::{
        super::{Result, entry, evidence, incident::Names, indicator, looks, task, task::TaskOrder},
        read::list_newest,
    },
    Look,
    unseen::Unseen,
};

/// Most things of a list that are read at once.
const READ: i64 = 200;

/// The first page of a list.
#[derive(Clone, Debug)]
pub struct Found<T> {
    pub items: Cleared<Vec<T>>,
    /// There is another page behind it.
    pub more: bool,
}

impl<T> Found<T> {
    fn none() -> Self {
        Self { items: none(), more: false }
    }

    /// Takes along what has its place on a first page of this size.
    fn extend(self, found: Cleared<Vec<T>>, size: usize) -> Self {
        let room = size.saturating_sub(self.items.len());
        let more = self.more || found.len() > room;
        Self { items: joined(self.items, found.map(|found| found.into_iter().take(room).collect())), more }
    }

    /// What comes with the message stands before the rest, and takes its place.
    fn behind(self, first: impl FnOnce(Vec<T>) -> Vec<T>, size: usize) -> Self {
        let items = self.items.map(first);
        let more = self.more || items.len() > size;
        Self { items: items.map(|items| items.into_iter().take(size).collect()), more }
    }
}

fn none<T>() -> Cleared<Vec<T>> {
    std::iter::empty().collect()
}

fn joined<T>(one: Cleared<Vec<T>>, other: Cleared<Vec<T>>) -> Cleared<Vec<T>> {
    one.map(|one| one.into_iter().chain(other.into_inner()).collect())
}

/// What the reader sees on whatever page.
#[derive(Debug)]
pub(super) struct Seen {
    pub entries: HashMap<EntryId, CitedEntry>,
    pub exhibits: HashMap<ExhibitId, i64>,
    /// Of entries, exhibits, indicators and tasks.
    pub highest: Tlp,
}

impl Seen {
    pub(super) fn of(incident: &Incident) -> Self {
        Self { entries: HashMap::new(), exhibits: HashMap::new(), highest: incident.tlp }
    }

    fn labelled(&mut self, labels: impl Iterator<Item = Tlp>) {
        self.highest = labels.fold(self.highest, Tlp::max);
    }
}

impl Look<'_> {
    pub(super) async fn entries(
        &self,
        own: &Cleared<Incident>,
        (seen, unseen): (&mut Seen, &mut Unseen),
    ) -> Result<Found<Entry>> {
        let mut query = entry::TimelineQuery { limit: READ, ..entry::TimelineQuery::default() };
        let mut first = Found::none();
        loop {
            let page = entry::list(self.room, self.viewer, own, &query).await?;
            let found = page.entries.map(|all| unseen.entries(self, all));
            let cited = |one: &Entry| CitedEntry { id: one.id, kind: one.kind, happened_at: one.happened_at };
            seen.entries.extend(found.iter().map(|entry| (entry.id, cited(entry))));
            seen.labelled(found.iter().map(|entry| entry.tlp));
            first = first.extend(found, timeline::PAGE);
            query.after = page.next;
            if query.after.is_none() {
                unseen.entries_counted();
                return Ok(first.behind(|entries| self.told(entries), timeline::PAGE));
            }
        }
    }

    /// The exhibits, and those beyond their first page of which these entries tell.
    pub(super) async fn exhibits(
        &self,
        own: &Cleared<Incident>,
        entries: &[Entry],
        (seen, unseen): (&mut Seen, &mut Unseen),
    ) -> Result<(Found<Exhibit>, Cleared<Vec<Exhibit>>)> {
        let size = Panel::Exhibits.size();
        let (mut first, mut further, mut before) = (Found::none(), none(), None);
        loop {
            let (all, next) = evidence::list(self.room, self.viewer, own, before, READ).await?;
            let found = all.map(|all| self.touched(unseen.exhibits(self, all)));
            seen.exhibits.extend(found.iter().map(|exhibit| (exhibit.id, exhibit.number)));
            seen.labelled(found.iter().map(|exhibit| exhibit.tlp));
            let room = size.saturating_sub(first.items.len());
            let is_told_of =
                |exhibit: &Exhibit| entries.iter().any(|entry| entry.exhibit == Some(exhibit.number));
            let beyond = found.clone().map(|found| found.into_iter().skip(room).filter(is_told_of).collect());
            further = joined(further, beyond);
            first = first.extend(found, size);
            before = next;
            if before.is_none() {
                return Ok((first, further));
            }
        }
    }

    pub(super) async fn indicators(
        &self,
        own: &Cleared<Incident>,
        (seen, unseen): (&mut Seen, &mut Unseen),
    ) -> Result<Found<Indicator>> {
        let (mut first, mut before, mut hidden) = (Found::none(), None, 0);
        let mut known: HashMap<Number, bool> = HashMap::new();
        loop {
            let (all, next) = indicator::list_newest(self.room, self.viewer, own, before, READ).await?;
            let names = indicator::names_of(self.room, own, &self.after, &all).await?;
            self.also_seen(&all, &mut known).await?;
            let (found, left) = self.seen_inside(all, &names, |indicator| (indicator.id.0, indicator.tlp));
            hidden += left;
            let found = found.map(|all| unseen.indicators(&known, all));
            seen.labelled(found.iter().map(|indicator| indicator.tlp));
            first = first.extend(found, Panel::Indicators.size());
            before = next;
            if before.is_none() {
                unseen.labelled(hidden, "indicator");
                unseen.indicators_counted();
                return Ok(first);
            }
        }
    }

    /// The tasks, and how far the playbooks are of whose steps the reader sees them.
    pub(super) async fn tasks(
        &self,
        own: &Cleared<Incident>,
        begun: Cleared<Vec<BegunPlaybook>>,
        (seen, unseen): (&mut Seen, &mut Unseen),
    ) -> Result<(Found<Task>, Cleared<Vec<BegunPlaybook>>)> {
        let (mut first, mut after, mut hidden) = (Found::none(), None, 0);
        let mut progress: HashMap<String, Progress> = HashMap::new();
        loop {
            let from = (TaskOrder::Open, after);
            let (all, next) = task::list(self.room, self.viewer, own, from, READ).await?;
            let names = task::names_of(self.room, own, &self.after, &all).await?;
            let (found, left) = self.seen_inside(all, &names, |task| (task.id.0, task.tlp));
            hidden += left;
            for task in found.iter() {
                if let Some(playbook) = &task.playbook {
                    progress.entry(playbook.clone()).or_default().add(task);
                }
            }
            seen.labelled(found.iter().map(|task| task.tlp));
            first = first.extend(found, Panel::Tasks.size());
            after = next;
            if after.is_none() {
                unseen.labelled(hidden, "task");
                let seen = |one: BegunPlaybook| BegunPlaybook {
                    progress: progress.get(&one.playbook).copied().unwrap_or_default(),
                    ..one
                };
                return Ok((first, begun.map(|begun| begun.into_iter().map(seen).collect())));
            }
        }
    }

    /// The shares, the message before them, and what came of all of them.
    pub(super) async fn shares(
        &self,
        own: &Cleared<Incident>,
        message: &Cleared<Share>,
        (seen, unseen): (&Seen, &mut Unseen),
    ) -> Result<(Found<Share>, Cleared<Overall>)> {
        let size = Panel::Shares.size();
        let (mut first, mut before, mut told) = (Found::none(), None, vec![]);
        loop {
            // Whoever looks has not seen by that what is only counted here.
            let read = list_newest(self.room, self.viewer, own, before, READ);
            let (page, _) = looks::gather(Box::pin(read)).await;
            let (all, next) = page?;
            let found = all.map(|all| unseen.shares(self, all, seen));
            for share in found.iter() {
                Told::add(&mut told, share);
            }
            first = first.extend(found, size);
            before = next;
            if before.is_none() {
                break;
            }
        }
        unseen.shares_counted();
        Told::add(&mut told, message);
        let first = first.behind(|rest| std::iter::once((**message).clone()).chain(rest).collect(), size);
        for share in first.items.iter() {
            looks::at(own.id, share.tlp);
            if share.seen_at.is_none() && share.id != message.id {
                looks::at_share(self.viewer, share.id, share.to.id);
            }
        }
        Ok((first, own.clone().map(|_| Overall { told, passed_on: vec![] })))
    }

    /// Which of the incidents where an indicator was also seen, of those that the sender sees, are the reader's too.
    async fn also_seen(&self, indicators: &[Indicator], known: &mut HashMap<Number, bool>) -> Result<()> {
        for number in indicators.iter().flat_map(|indicator| &indicator.also_in) {
            if !known.contains_key(number) {
                known.insert(number.clone(), self.sees_incident(number).await?);
            }
        }
        Ok(())
    }

    /// What keeps a label of its own, as far as the reader sees it; and how much they do not.
    fn seen_inside<T>(
        &self,
        all: Cleared<Vec<T>>,
        names: &Names,
        of: impl Fn(&T) -> (Uuid, Tlp),
    ) -> (Cleared<Vec<T>>, usize) {
        let sees = |one: &T| {
            let (id, tlp) = of(one);
            let child = names.marking_inside(&self.after, id, tlp);
            policy::sight(&self.eyes, &Inside { incident: &self.after, child: &child }) == Sight::Full
        };
        let count = all.len();
        let seen: Cleared<Vec<T>> = all.map(|all| all.into_iter().filter(sees).collect());
        let hidden = count - seen.len();
        (seen, hidden)
    }
}
