//! The proof of an export: the stretch of the journal that its rows stand in, each row of the ledger in its
//! canonical text, each other row as its digest alone, up to a signed checkpoint. What it shows, and how it is
//! checked with standard tools, is in docs/ledger.md; the form is a contract, changed by adding words alone.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use app::{
    model::{
        ExhibitId, OrganisationId, PersonId,
        basis::Basis,
        ledger::{Book, LedgerForm, LedgerQuery},
    },
    policy::{self, Parties},
};
use futures::{StreamExt, stream};
use serde_json::Value;
use uuid::Uuid;

use super::{
    super::{
        Asker, Error, Noun, Record, Result, Room,
        checkpoint::{self, Checkpoint, hex},
        entry,
        export::Alive,
        journal, settled,
        share::cited_of,
        store::{self, journal::JournalRow, ledger::From, shown::ShownRow},
    },
    export::{Asking, Export},
    posting,
};

/// Rows of the journal read and sent at a time.
const STRETCH: i64 = 500;

/// What the journal row of a ledger's line tells beside its own words.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub seq: i64,
    /// What the row is about.
    pub id: Uuid,
    pub from: OrganisationId,
    pub to: Vec<OrganisationId>,
    pub approved: Option<OrganisationId>,
    /// The organisation's own number of a share, and its salt.
    pub counted: Option<(i64, Vec<u8>)>,
}

impl Shown {
    /// What was written, and to whom it crossed.
    pub(super) const fn of_posting(
        seq: i64,
        id: Uuid,
        from: OrganisationId,
        to: Vec<OrganisationId>,
    ) -> Self {
        Self { seq, id, from, to, approved: None, counted: None }
    }

    fn of_crossing(row: ShownRow) -> Self {
        Self {
            seq: row.seq,
            id: row.id.0,
            from: row.from_organisation,
            to: vec![row.to_organisation],
            approved: row.approved_organisation,
            counted: row.count.zip(row.salt),
        }
    }
}

/// Begins the proof of what the filters leave; of the whole ledger it ends with a statement of how many there are.
pub async fn proof(
    room: &Room,
    asker: &Asker,
    alive: Alive,
    query: &LedgerQuery,
    checkpoints: &Path,
) -> Result<Export<String>> {
    let asking = Asking::new(room, asker, alive, query).await?;
    let survey = match asking.book {
        Book::Shares => asking.survey().await?,
        Book::Posts => posting::survey(&asking).await?,
    };
    asking.note(LedgerForm::Proof, survey.crossings).await?;
    let mut ends = survey.ends;
    let mut statement = None;
    if asking.book == Book::Shares && !asking.is_narrowed() {
        let stated = state_count(room, asker).await?;
        statement = Some(stated);
        ends = Some((ends.map_or(stated, |(first, _)| first), stated));
    }
    let signed = match ends {
        None => None,
        Some((first, last)) => {
            let end = checkpoint::at_or_after(room, checkpoints, last).await?;
            Some((first, end))
        }
    };
    let head = head(&asking, query, survey.label.label(), signed.as_ref()).await?;
    let walk = Walk { asking, statement, shown: 0, people: BTreeSet::new(), organisations: BTreeSet::new() };
    let rows = stream::try_unfold(Some((walk, signed)), |state| async move {
        let Some((mut walk, signed)) = state else { return Ok(None) };
        match signed {
            // The next row, and the checkpoint at which the stretch ends.
            Some((from, end)) if from <= end.seq => {
                let to = end.seq.min(from + STRETCH - 1);
                let text = walk.stretch(from, to).await?;
                Ok(Some((text, Some((walk, Some((to + 1, end)))))))
            }
            signed => {
                walk.asking.still().await?;
                let end = signed.as_ref().map(|(_, end)| end);
                Ok(Some((walk.end(end)?, None)))
            }
        }
    });
    let parts = stream::iter([Ok(head)]).chain(rows);
    Ok(Export { label: survey.label, crossings: survey.crossings, parts: Box::pin(parts) })
}

/// Says in the journal how many crossings the organisation has had: what comes after is in a later export.
async fn state_count(room: &Room, asker: &Asker) -> Result<i64> {
    let (room, asker) = (room.clone(), asker.clone());
    settled(async move {
        let organisation = asker.viewer.organisation;
        let mut act = room.begin_for(asker.viewer, &asker.request).await?;
        let count = store::ledger::count(&mut act.tx, organisation).await?;
        let body = serde_json::json!({ "organisation": organisation, "count": count }).to_string();
        let noun_id = Some(organisation.0);
        let record = Record { incident: None, noun: Noun::Ledger, noun_id, action: "stated", body };
        let seq = act.record(record).await?;
        act.commit_own().await?;
        Ok(seq)
    })
    .await
}

async fn head(
    asking: &Asking,
    query: &LedgerQuery,
    label: &str,
    signed: Option<&(i64, Checkpoint)>,
) -> Result<String> {
    let room = &asking.room;
    let directory = room.directory();
    let own = asking.asker.viewer.organisation;
    let name = directory.organisation(own).map_or_else(String::new, |own| own.name.clone());
    let filters: Vec<_> =
        query.filters().into_iter().map(|(name, value)| format!("{name}={}", line(&value))).collect();
    let asked = if filters.is_empty() { "everything".to_owned() } else { filters.join(" ") };
    let mut head = format!(
        "watchfloor ledger proof 1\nlabel {label}\nfor {own} {}\nasked {asked}\nmade {}\n",
        line(&name),
        room.now()
    );
    if let Some((first, end)) = signed {
        let row = store::journal::list_after(&room.db, first - 1, 1).await?.pop();
        let previous =
            row.map(|row| hex(&row.previous)).ok_or_else(|| Error::internal("the journal is shorter"))?;
        head += &format!("first {first}\nlast {}\nprevious {previous}\n", end.seq);
    }
    Ok(head)
}

/// A name on one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The stretch as it is read: what was shown, and who is named in it.
struct Walk {
    asking: Asking,
    /// The row that states the count.
    statement: Option<i64>,
    shown: i64,
    people: BTreeSet<Uuid>,
    organisations: BTreeSet<Uuid>,
}

impl Walk {
    /// The rows from one to another, as they may leave now.
    async fn stretch(&mut self, from: i64, to: i64) -> Result<String> {
        self.asking.still().await?;
        let rows = store::journal::list_after(&self.asking.room.db, from - 1, to - from + 1).await?;
        if rows.len() as i64 != to - from + 1 {
            return Err(Error::internal("the journal has a gap"));
        }
        // Read after the rows: what was taken back in between is not shown.
        let shown = self.shown(from, to).await?;
        let mut text = String::new();
        for row in rows {
            let canonical = journal::canonical(&row);
            let named = shown.get(&row.seq);
            let may = match named {
                Some(named) => self.may_show(named, &row).await?,
                None => self.statement == Some(row.seq),
            };
            if may {
                self.show(&row, &canonical, named, &mut text);
            } else {
                text += &format!("digest {}\n", hex(&journal::digest(&canonical)));
            }
        }
        Ok(text)
    }

    async fn shown(&self, from: i64, to: i64) -> Result<BTreeMap<i64, Shown>> {
        let mut shown = BTreeMap::new();
        if self.asking.book == Book::Posts {
            let found = posting::shown(&self.asking, (from, to)).await?;
            return Ok(found.into_iter().map(|row| (row.seq, row)).collect());
        }
        let Some(asked) = self.asking.asked() else { return Ok(shown) };
        for source in asked.sources() {
            let of = (asked.viewer.organisation, *source);
            let between = (from - 1, to);
            let db = &self.asking.room.db;
            for row in store::shown::list_shown(db, asked.scope, of, &asked.filter, between).await? {
                let parties = Parties {
                    from: row.from_organisation,
                    to: row.to_organisation,
                    // Of a request this is where it would go: no party of it.
                    approved: row.approved_organisation.filter(|_| !source.is_request()),
                    delivered: *source != From::Held,
                    taken_back: row.revoked,
                };
                if policy::reads_crossing(asked.viewer, &parties) {
                    shown.insert(row.seq, Shown::of_crossing(row));
                }
            }
        }
        Ok(shown)
    }

    /// A row that points to an exhibit or an entry which may not leave is given as its digest, too.
    async fn may_show(&self, named: &Shown, row: &JournalRow) -> Result<bool> {
        if row.noun_id != Some(named.id) {
            return Ok(false);
        }
        // Such a row names those who could see the incident before: more than its entry tells.
        if self.asking.book == Book::Posts && entry::before_of(&row.body).is_some() {
            return Ok(false);
        }
        let (cited, db, scope) = (cited_of(&row.body)?, &self.asking.room.db, self.asking.scope);
        for ExhibitId(exhibit) in cited.exhibits {
            if store::ledger::find_exhibit(db, scope, exhibit).await?.is_none() {
                return Ok(false);
            }
        }
        for entry in cited.entries {
            if store::entry::find_visible(db, scope, entry).await?.is_none() {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn show(&mut self, row: &JournalRow, canonical: &str, named: Option<&Shown>, text: &mut String) {
        self.shown += 1;
        self.people.extend(row.person_id.map(|person| person.0));
        self.organisations.extend(row.organisation_id.map(|organisation| organisation.0));
        *text += &format!("row {} {canonical}\n", hex(&row.hash));
        let Some(named) = named else { return };
        let parties = [named.from].into_iter().chain(named.to.iter().copied()).chain(named.approved);
        self.organisations.extend(parties.map(|party| party.0));
        let body: Value = serde_json::from_str(&row.body).unwrap_or_default();
        let named_in =
            |word: &str| body.get(word).and_then(Value::as_str).and_then(|id| id.parse::<Uuid>().ok());
        // A task says to whom it was given.
        self.people.extend(["from", "approved_by", "person"].into_iter().filter_map(named_in));
        self.organisations.extend(named_in("organisation"));
        // Only what tells something: the row of the share or of its hold, of an entry, an indicator or a task.
        if body.get("text").is_none() && body.get("value").is_none() {
            return;
        }
        if let (true, Some((count, salt))) = (row.noun == "share", &named.counted) {
            *text += &format!("count {count} {}\n", hex(salt));
        }
        let directory = self.asking.room.directory();
        let sector = |id| directory.organisation(id).map(|found| found.sector);
        let basis: Basis = serde_json::from_str(&row.body).unwrap_or_default();
        let banner = |to: &OrganisationId| basis.banner(sector(named.from)?, sector(*to)?);
        if let Some(words) = named.to.iter().find_map(banner) {
            *text += &format!("banner {words}\n");
        }
    }

    /// The signature, and who is who.
    fn end(&self, signed: Option<&Checkpoint>) -> Result<String> {
        let mut text = String::new();
        if let Some(signed) = signed {
            let json = serde_json::to_string(signed).map_err(Error::internal)?;
            text += &format!("checkpoint {json}\n");
        }
        let directory = self.asking.room.directory();
        for id in &self.people {
            if let Some(person) = directory.person(PersonId(*id)) {
                text += &format!("person {id} {} {}\n", person.email, line(&person.name));
            }
        }
        for id in &self.organisations {
            if let Some(found) = directory.organisation(OrganisationId(*id)) {
                text += &format!("organisation {id} {} {} {}\n", found.slug, found.sector, line(&found.name));
            }
        }
        text += &format!("end {}\n", self.shown);
        Ok(text)
    }
}
