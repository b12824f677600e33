//! What stands in an incident when an organisation joins it. From then on it reads all of it, so the rules look at all
//! of it first: an agency's words would else reach a company because they were written before it came.
//!
//! A timeline may be long. It is read page by page before the act begins; under the writer's turn only what was
//! written meanwhile is. Only those ways pay for it on which somebody joins.

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use app::{
    model::{
        IncidentId, Moment, Organisation, OrganisationId, PersonId, TaskId, hold::HoldReason, mention,
        organisation::Sector,
    },
    policy::{self, Action, Standing, Viewer},
};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    super::{
        Directory, Result, Room,
        checkpoint::hex,
        store::{self, incident::IncidentRow, said},
    },
    rules::{Reading, Ready},
};

/// Texts of one kind that are read at once.
const PAGE: i64 = 500;
/// Places that a reason names; counsel opens the incident for more.
const NAMED: usize = 6;
/// Characters of what was found that a reason repeats.
const QUOTED: usize = 40;
/// Ids that a reason keeps of what it was found in; of more a digest.
const KEPT: usize = 200;

/// How far the incident was read.
#[derive(Clone, Copy, Debug)]
struct Place {
    /// The newest row of the journal, and its moment: a task has no number of its own.
    seq: i64,
    at: Moment,
    /// The last exhibit.
    exhibit: i64,
}

const BEGINNING: Place = Place { seq: 0, at: Moment(0), exhibit: 0 };

/// What the rules found for some recipients, and how far they read.
#[derive(Debug, Default)]
pub(crate) struct Survey {
    read: HashMap<(IncidentId, OrganisationId), (Place, Vec<Find>)>,
    /// Nothing stands there yet.
    new: bool,
}

/// A rule that found something, and where.
#[derive(Clone, Debug)]
struct Find {
    rule: String,
    why: String,
    /// What it was found in, by id.
    things: BTreeSet<String>,
    /// The first of them in words, as far as these tell them apart.
    places: Vec<String>,
}

impl Survey {
    /// Of an incident that is being opened.
    pub(crate) fn of_new() -> Self {
        Self { new: true, ..Self::default() }
    }

    /// Reads the incident for those of these who do not take part yet.
    pub(crate) async fn of(
        room: &Room,
        row: &IncidentRow,
        access: &[OrganisationId],
        to: Vec<OrganisationId>,
    ) -> Result<Self> {
        let mut survey = Self::default();
        for id in to.into_iter().filter(|id| !access.contains(id)) {
            if let Entry::Vacant(place) = survey.read.entry((row.id, id)) {
                place.insert(read(room, row, id, BEGINNING).await?);
            }
        }
        Ok(survey)
    }

    /// The reasons of one who joins: what was found, and what is found in what came since.
    pub(super) async fn reasons(
        &self,
        room: &Room,
        row: &IncidentRow,
        to: OrganisationId,
    ) -> Result<Vec<HoldReason>> {
        Ok(self.finds(room, row, to).await?.into_iter().map(Find::reason).collect())
    }

    /// The same without what these reasons name.
    pub(super) async fn unseen(
        &self,
        room: &Room,
        row: &IncidentRow,
        to: OrganisationId,
        known: &[HoldReason],
    ) -> Result<Vec<HoldReason>> {
        let mut finds = self.finds(room, row, to).await?;
        finds.retain(|find| !known.iter().any(|reason| find.is_told_by(reason)));
        Ok(finds.into_iter().map(Find::reason).collect())
    }

    async fn finds(&self, room: &Room, row: &IncidentRow, to: OrganisationId) -> Result<Vec<Find>> {
        if self.new {
            return Ok(vec![]);
        }
        let (place, mut finds) = self.read.get(&(row.id, to)).cloned().unwrap_or((BEGINNING, vec![]));
        let (_, since) = read(room, row, to, place).await?;
        for find in since {
            match finds.iter_mut().find(|known| known.rule == find.rule) {
                Some(known) => known.join(find),
                None => finds.push(find),
            }
        }
        Ok(finds)
    }
}

impl Find {
    /// Whether the reason was given for all of it: by what it was found in, not by the words for it, which two may share.
    fn is_told_by(&self, reason: &HoldReason) -> bool {
        let all = || self.things.iter().all(|thing| reason.places.contains(thing));
        self.rule == reason.rule && (self.kept() == reason.places || all())
    }

    fn note(&mut self, thing: String, place: String) {
        if self.things.insert(thing) && self.places.len() < NAMED && !self.places.contains(&place) {
            self.places.push(place);
        }
    }

    /// What was found behind this.
    fn join(&mut self, since: Self) {
        self.things.extend(since.things);
        for place in since.places {
            if self.places.len() < NAMED && !self.places.contains(&place) {
                self.places.push(place);
            }
        }
    }

    /// What a hold keeps of where it was found: ids, and of very many one digest over them all.
    fn kept(&self) -> Vec<String> {
        if self.things.len() <= KEPT {
            return self.things.iter().cloned().collect();
        }
        let mut digest = Sha256::new();
        for thing in &self.things {
            digest.update(thing.as_bytes());
            digest.update(b"\n");
        }
        vec![format!("{} things, SHA-256 {}", self.things.len(), hex(&digest.finalize()))]
    }

    fn reason(self) -> HoldReason {
        let more = match self.things.len().saturating_sub(self.places.len()) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let why = format!("Already there, {}{more}: {}", self.places.join(", "), self.why);
        HoldReason { places: self.kept(), ..HoldReason::new(self.rule, why) }
    }
}

/// What the rules find behind a place, and the place that was reached.
async fn read(
    room: &Room,
    row: &IncidentRow,
    to: OrganisationId,
    place: Place,
) -> Result<(Place, Vec<Find>)> {
    let (directory, reference) = (room.directory(), room.reference());
    let Some(to) = directory.organisation(to) else { return Ok((place, vec![])) };
    let rules = Ready::of(reference.settings.hold_rules());
    if !Sector::ALL.iter().any(|from| rules.read(*from, to.sector)) {
        return Ok((place, vec![]));
    }
    // Before the rest is read: what is written meanwhile is behind it.
    let (seq, at) = store::journal::head(&room.db).await?;
    let mut reader = Reader { room, row, directory: &directory, rules, to, finds: vec![] };
    let from = said::From { incident: row.id, open_too: !row.tlp.reaches_everyone(), after: 0, limit: PAGE };
    reader.entries(from, place).await?;
    let exhibit = reader.exhibits(from, place).await?;
    reader.indicators(from, place).await?;
    reader.tasks(from, place).await?;
    Ok((Place { seq, at, exhibit }, reader.finds))
}

/// Reads for one who joins.
struct Reader<'a> {
    room: &'a Room,
    row: &'a IncidentRow,
    directory: &'a Directory,
    rules: Ready<'a>,
    to: &'a Organisation,
    finds: Vec<Find>,
}

impl Reader<'_> {
    async fn entries(&mut self, from: said::From, place: Place) -> Result<()> {
        let mut after = place.seq;
        loop {
            let rows = said::list_entries(&self.room.db, said::From { after, ..from }).await?;
            for row in &rows {
                self.entry(row);
            }
            match rows.last().filter(|_| rows.len() as i64 == PAGE) {
                Some(last) => after = last.seq,
                None => break,
            }
        }
        if place.seq > 0 {
            // Of those from before: what was struck since says why. Few, as the turn was waited for in between.
            let struck = said::list_struck(&self.room.db, said::From { after: place.seq, ..from }).await?;
            struck.iter().for_each(|row| self.strike(row));
        }
        Ok(())
    }

    fn entry(&mut self, row: &said::EntryWords) {
        let place = format!("the entry of {}", when(row.recorded_at));
        let all = [Some(&row.body), row.old_value.as_ref(), row.new_value.as_ref()];
        // What stands at the head of the incident is read there: an opening says it again, and each change.
        let head = [&self.row.title, &self.row.summary, &self.row.source];
        for words in all.into_iter().flatten().filter(|words| !head.contains(words)) {
            let words = without_calls(self.directory, words);
            self.look(row.organisation_id, (&row.id.to_string(), &place), &words, Reading::All);
        }
        self.strike(row);
    }

    fn strike(&mut self, row: &said::EntryWords) {
        if let (Some(by), Some(reason)) = (row.struck_by, &row.reason) {
            let place = format!("why the entry of {} was struck", when(row.recorded_at));
            let thing = format!("strike of {}", row.id);
            self.look(self.of(by), (&thing, &place), reason, Reading::All);
        }
    }

    async fn exhibits(&mut self, from: said::From, place: Place) -> Result<i64> {
        let mut after = place.exhibit;
        loop {
            let rows = said::list_exhibits(&self.room.db, said::From { after, ..from }).await?;
            for row in &rows {
                let (place, by) = (format!("E-{}", row.number), Some(row.organisation_id));
                let thing = (place.as_str(), place.as_str());
                self.look(by, thing, &row.note, Reading::All);
                self.look(by, thing, &row.name, Reading::Words);
                self.look(by, thing, row.source_url.as_deref().unwrap_or_default(), Reading::Words);
            }
            after = rows.last().map_or(after, |last| last.number);
            if (rows.len() as i64) < PAGE {
                return Ok(after);
            }
        }
    }

    async fn indicators(&mut self, from: said::From, place: Place) -> Result<()> {
        let mut after = place.seq;
        loop {
            let rows = said::list_indicators(&self.room.db, said::From { after, ..from }).await?;
            for row in &rows {
                let place = format!("the indicator of {}", when(row.added_at));
                let thing = row.id.to_string();
                self.look(Some(row.organisation_id), (&thing, &place), &row.note, Reading::All);
            }
            match rows.last().filter(|_| rows.len() as i64 == PAGE) {
                Some(last) => after = last.seq,
                None => return Ok(()),
            }
        }
    }

    /// From the moment that was reached on, that of the last reading again: several may share it.
    async fn tasks(&mut self, from: said::From, place: Place) -> Result<()> {
        let mut after = (place.at, TaskId(Uuid::nil()));
        loop {
            let rows = said::list_tasks(&self.room.db, from, after).await?;
            for row in &rows {
                let place = format!("the task of {}", when(row.created_at));
                let thing = row.id.to_string();
                self.look(self.of(row.created_by), (&thing, &place), &row.body, Reading::All);
            }
            match rows.last().filter(|_| rows.len() as i64 == PAGE) {
                Some(last) => after = (last.created_at, last.id),
                None => return Ok(()),
            }
        }
    }

    fn of(&self, person: PersonId) -> Option<OrganisationId> {
        self.directory.person(person).map(|person| person.organisation.id)
    }

    /// The rules for whoever wrote it. Who joins knows their own words, and the product asks for nothing. `thing`: what
    /// it is, by id and in words.
    fn look(
        &mut self,
        by: Option<OrganisationId>,
        (thing, place): (&str, &str),
        words: &str,
        reading: Reading,
    ) {
        let author = by.filter(|by| *by != self.to.id).and_then(|by| self.directory.organisation(by));
        let Some(author) = author else { return };
        for reason in self.rules.find(words, author.sector, self.to.sector, reading) {
            let found = reason.marks.first().and_then(|(start, end)| words.get(*start..*end));
            let found = found.filter(|_| self.rules.quotes(&reason.rule));
            let found: Option<String> = found.map(|found| found.chars().take(QUOTED).collect());
            let find = match self.finds.iter().position(|find| find.rule == reason.rule) {
                Some(known) => &mut self.finds[known],
                None => {
                    let (rule, why) = (reason.rule, reason.why);
                    let find = Find { rule, why, things: BTreeSet::new(), places: vec![] };
                    self.finds.push(find);
                    let last = self.finds.len() - 1;
                    &mut self.finds[last]
                }
            };
            let place = found.map_or_else(|| place.to_owned(), |found| format!("{place} (“{found}”)"));
            find.note(thing.to_owned(), place);
        }
    }
}

/// The words with spaces where somebody of the room is called by their whole address: it is nobody's personal data here.
fn without_calls(directory: &Directory, words: &str) -> String {
    let mut text = words.to_owned();
    for call in mention::calls(words) {
        if call.word.contains('@') && directory.find(&call.word).is_some() {
            text.replace_range(call.range.clone(), &" ".repeat(call.range.len()));
        }
    }
    text
}

/// `2020-11-03 22:31 UTC`
fn when(at: Moment) -> String {
    let text = at.to_string();
    format!("{} {} UTC", text.get(..10).unwrap_or_default(), text.get(11..16).unwrap_or_default())
}

/// The same before an act that shares: for the organisations and the people that were typed, as far as they are
/// known. What is wrong with them is said by the act.
pub(crate) async fn ahead(
    room: &Room,
    viewer: &Viewer,
    number: &app::model::id::Number,
    to: &[String],
    named: &[String],
) -> Result<Survey> {
    // Who could not share it in any part that they may have makes nobody read a timeline.
    let most = Standing { origin: true, lead: true, open: true, ..Standing::default() };
    if !policy::may(viewer, Action::Share, most) {
        return Ok(Survey::default());
    }
    let scope = policy::scope(viewer);
    let Some(row) = store::incident::find_visible(&room.db, scope, number).await? else {
        return Ok(Survey::default());
    };
    let directory = room.directory();
    let organisations = to.iter().filter_map(|slug| directory.sitting_by_slug(slug.trim())).map(|one| one.id);
    let people = named.iter().filter_map(|word| directory.find(word)).map(|one| one.person.organisation.id);
    let access = store::incident::read_access(&room.db, row.id).await?;
    let to: Vec<_> = organisations.chain(people).collect();
    Survey::of(room, &row, &access, to).await
}

/// The same before an organisation leaves the room and hands on what it led: for each incident that goes to one that does
/// not take part in it.
pub(crate) async fn ahead_of_leads(room: &Room, leads: &[(IncidentRow, OrganisationId)]) -> Result<Survey> {
    let mut survey = Survey::default();
    for (row, to) in leads {
        survey.read.insert((row.id, *to), read(room, row, *to, BEGINNING).await?);
    }
    Ok(survey)
}

impl Survey {
    /// Whether one that gets a part without a share would read what waits for counsel in a share.
    pub(crate) async fn joins_unread(
        &self,
        room: &Room,
        row: &IncidentRow,
        to: OrganisationId,
    ) -> Result<bool> {
        Ok(!self.reasons(room, row, to).await?.is_empty())
    }
}
