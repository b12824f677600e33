//! What is on its recipients' pages besides, once it is delivered: the message, its line of the timeline, and the touch
//! of what goes along. Delivering writes the same (`deliver::deliver`).

use app::{
    model::{
        EntryId, Moment, Organisation, Person, Tlp,
        entry::{Change, Entry, EntryKind},
        exhibit::Exhibit,
        incident::Incident,
        share::{CitedEntry, Share, ShareState},
    },
    policy::Cleared,
};

use super::{
    super::{
        super::{Error, Result, Room, incident::Held},
        NewShare,
        deliver::{Reviewed, said},
        read::explained,
    },
    Fate, Look, Reader, Sent,
    found::Seen,
};

/// A share as it is delivered.
#[derive(Clone, Debug)]
pub(super) struct Arrival {
    pub new: NewShare,
    /// It gives its recipient a part in the incident.
    pub admits: bool,
    /// Which had none.
    joins: bool,
    /// The organisation that let it pass.
    approver: Option<Organisation>,
}

impl Arrival {
    /// What is delivered at once, in its order; and what goes to the reader, last where others look at it before.
    pub(super) fn all(
        held: &Held,
        (news, fates): (Vec<NewShare>, &[Fate]),
        sent: &Sent,
        reader: &Reader,
    ) -> Vec<Self> {
        let fate_of = |new: &NewShare| fates.iter().find(|fate| fate.to.id == new.to);
        let at_once = |new: &NewShare| fate_of(new).is_some_and(Fate::is_at_once);
        let (mut now, later): (Vec<_>, Vec<_>) = news.into_iter().partition(at_once);
        now.extend(later.into_iter().filter(|new| new.to == reader.organisation.id));
        let arrival = |new: NewShare| {
            let approver = sent.approved_by.as_ref().map(|person| person.organisation.clone());
            let approver = approver.or_else(|| fate_of(&new).and_then(|fate| fate.asked.clone()));
            let from = (sent.from.id, sent.from.organisation.id);
            let approved = approver.as_ref().map(|approver| (sent.from.id, approver.id));
            let sender = Reviewed { from: from.0, organisation: from.1, by: None, approved, keeps: false };
            let admits = sender.admits(held, new.to);
            let joins = admits && !held.marking.access.contains(&new.to);
            Self { new, admits, joins, approver }
        };
        now.into_iter().map(arrival).collect()
    }
}

impl Look<'_> {
    /// The timeline, newest first, with the lines that come with the message, as far as the reader sees them.
    pub(super) fn told(&self, entries: Vec<Entry>) -> Vec<Entry> {
        let lines = self.arrivals.iter().rev().map(|arrival| self.line(arrival));
        let seen = lines.filter(|line| self.sees(line.tlp, &line.audience, &line.named));
        seen.chain(entries).collect()
    }

    fn line(&self, arrival: &Arrival) -> Entry {
        let (room, from, new, now) = (self.room, &self.sent.from, &arrival.new, self.room.now());
        let directory = room.directory();
        let people = |ids: &[app::model::PersonId]| -> Vec<Person> {
            ids.iter().filter_map(|id| directory.person(*id).cloned()).collect()
        };
        let to = directory.organisation(new.to).cloned();
        let (tlp, audience, named) = if arrival.joins {
            let named = if self.row.tlp == Tlp::Red { people(&self.after.named) } else { vec![] };
            (self.row.tlp.inside(), vec![], named)
        } else {
            let tlp = new.tlp.max(self.row.tlp).max(Tlp::Amber);
            let named = [people(&new.cited.named), vec![from.clone()]].concat();
            match tlp {
                Tlp::Red => (tlp, vec![], named),
                _ => (tlp, [from.organisation.clone()].into_iter().chain(to.clone()).collect(), vec![]),
            }
        };
        let approver = arrival.approver.as_ref().map(|approver| approver.short.as_str());
        Entry {
            id: EntryId(room.ids().uuid()),
            incident: self.row.number.clone(),
            kind: EntryKind::Share,
            text: said(arrival.joins, new.purpose, approver),
            author: Some(from.clone()),
            happened_at: now,
            recorded_at: now,
            tlp,
            audience,
            named,
            change: Some(Change {
                field: "share".to_owned(),
                old: String::new(),
                new: to.map_or_else(String::new, |to| to.short),
            }),
            exhibit: None,
            corrects: None,
            earlier: vec![],
            struck: None,
            mentions: vec![],
        }
    }

    /// What goes along is touched once for each whom it reaches.
    pub(super) fn touched(&self, mut exhibits: Vec<Exhibit>) -> Vec<Exhibit> {
        for exhibit in &mut exhibits {
            let shared =
                self.arrivals.iter().filter(|arrival| arrival.new.cited.exhibits.contains(&exhibit.id));
            exhibit.custody_count += i64::try_from(shared.count()).unwrap_or(0);
        }
        exhibits
    }

    /// The share as it will stand with the reader.
    pub(super) fn message(
        &self,
        own: &Cleared<Incident>,
        reader: &Reader,
        seen: &Seen,
    ) -> Result<Cleared<Share>> {
        let arrival = self.arrivals.iter().find(|arrival| arrival.new.to == reader.organisation.id);
        let new = arrival.ok_or_else(|| Error::internal("a reader of no recipient"))?.new.clone();
        let beside = (numbers(&new, seen), cited(&new, seen));
        Ok(own.clone().map(|own| share(self.room, &self.sent, own, (reader, new), beside)))
    }
}

/// Labels of the exhibits that go along and that the reader sees.
fn numbers(new: &NewShare, seen: &Seen) -> Vec<i64> {
    let chosen = new.cited.exhibits.iter().filter_map(|id| seen.exhibits.get(id));
    let mut numbers: Vec<i64> = chosen.copied().collect();
    numbers.sort_unstable();
    numbers
}

/// Entries that go along and that the reader sees, oldest first.
fn cited(new: &NewShare, seen: &Seen) -> Vec<CitedEntry> {
    let chosen = new.cited.entries.iter().filter_map(|id| seen.entries.get(id));
    let mut cited: Vec<_> = chosen.cloned().collect();
    cited.sort_by_key(|entry| entry.happened_at);
    cited
}

fn share(
    room: &Room,
    sent: &Sent,
    own: Incident,
    (reader, new): (&Reader, NewShare),
    (exhibits, entries): (Vec<i64>, Vec<CitedEntry>),
) -> Share {
    let Sent { from, approved_by } = sent.clone();
    let parties = (&from.organisation, &reader.organisation);
    let explanation = explained(room, i64::MAX, (new.purpose, &new.basis), parties);
    let named = {
        let directory = room.directory();
        new.cited.named.iter().filter_map(|id| directory.person(*id).cloned()).collect()
    };
    let delivered_at: Moment = room.now();
    Share {
        id: new.id,
        incident: own.number,
        version: 1,
        from,
        to: reader.organisation.clone(),
        purpose: new.purpose,
        text: new.text,
        explanation,
        tlp: new.tlp,
        foreign_nexus: new.foreign_nexus,
        basis: new.basis,
        exhibits,
        entries,
        named,
        approved_by,
        assigned_to: None,
        state: ShareState::Delivered,
        delivered_at,
        seen_at: None,
        acknowledged_at: None,
        answered_at: None,
        answer: None,
        revoked_at: None,
        sender_left_at: None,
    }
}
