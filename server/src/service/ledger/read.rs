//! The ledger as a party of it reads it.

use app::{
    model::{
        Moment, PersonId,
        hold::HoldState,
        ledger::{Crossing, Direction, LedgerAct, LedgerPage, LedgerQuery, LedgerStep, Stands},
        onward::OnwardState,
        share::{CitedEntry, ShareState},
    },
    policy::{self, Cleared, Parties, Scope, Viewer},
};
use futures::{StreamExt, TryStreamExt, stream};

use super::super::{
    Error, Result, Room,
    checkpoint::hex,
    keyset, looks,
    share::{self, Cited},
    store::{
        self,
        ledger::{ActRow, CrossingRow, Filter, From, Page},
        share::CitedRow,
    },
};

/// Crossings whose acts are read side by side.
const AT_ONCE: usize = 8;

/// What the seal of a cursor is for.
const CURSOR: &str = "ledger";

/// A crossing with its place in the journal, and the salt of its count.
#[derive(Debug)]
pub(super) struct Line {
    pub crossing: Cleared<Crossing>,
    pub seq: i64,
}

/// A page of the ledger, newest first, with the viewer's sealed cursor of the next.
pub async fn ledger(
    room: &Room,
    viewer: &Viewer,
    query: &LedgerQuery,
    limit: i64,
) -> Result<Cleared<LedgerPage>> {
    let (lines, next) = page(room, viewer, query, limit).await?;
    let crossings: Cleared<Vec<Crossing>> = lines.into_iter().map(|line| line.crossing).collect();
    Ok(crossings.map(|crossings| LedgerPage { crossings, next }))
}

/// The same for the API.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    query: &LedgerQuery,
    limit: i64,
) -> Result<(Cleared<Vec<Crossing>>, Option<String>)> {
    let (lines, next) = page(room, viewer, query, limit).await?;
    Ok((lines.into_iter().map(|line| line.crossing).collect(), next))
}

async fn page(
    room: &Room,
    viewer: &Viewer,
    query: &LedgerQuery,
    limit: i64,
) -> Result<(Vec<Line>, Option<String>)> {
    let before = before(room, CURSOR, query)?;
    let scope = policy::scope(viewer);
    let Some(filter) = filter(room, scope, query, true).await? else { return Ok((vec![], None)) };
    let asked = Asked { viewer, scope, filter, direction: query.direction };
    let page = Page { seq: before, oldest_first: false, limit: limit + 1 };
    let mut rows = rows(room, &asked, page).await?;
    let next = keyset::cut(&mut rows, limit, |(_, row)| seal(room, CURSOR, row.seq));
    Ok((assembled(room, &asked, rows).await?, next))
}

/// The place of the journal before which a page begins.
pub(super) fn before(room: &Room, purpose: &str, query: &LedgerQuery) -> Result<i64> {
    let Some(sealed) = &query.after else { return Ok(i64::MAX) };
    let opened = room.seal.open(purpose, sealed).and_then(|text| text.parse().ok());
    opened.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))
}

pub(super) fn seal(room: &Room, purpose: &str, seq: i64) -> String {
    room.seal.seal_place(purpose, seq)
}

/// Who asks for what.
#[derive(Clone, Debug)]
pub(super) struct Asked<'a> {
    pub viewer: &'a Viewer,
    pub scope: Scope,
    pub filter: Filter,
    pub direction: Option<Direction>,
}

impl Asked<'_> {
    pub(super) fn sources(&self) -> &'static [From] {
        match self.direction {
            None => &[From::Sent, From::Received, From::Approved, From::Held, From::Requested, From::Asked],
            Some(Direction::Sent) => &[From::Sent, From::Held],
            Some(Direction::Received) => &[From::Received],
            Some(Direction::Approved) => &[From::Approved],
            Some(Direction::Asked) => &[From::Requested, From::Asked],
        }
    }
}

/// A part of the ledger, from one end or the other.
pub(super) async fn lines(room: &Room, asked: &Asked<'_>, page: Page) -> Result<Vec<Line>> {
    let rows = rows(room, asked, page).await?;
    assembled(room, asked, rows).await
}

async fn rows(room: &Room, asked: &Asked<'_>, page: Page) -> Result<Vec<(From, CrossingRow)>> {
    let mut rows = vec![];
    for source in asked.sources() {
        let of = (asked.viewer.organisation, *source);
        let found = store::ledger::list(&room.db, asked.scope, of, &asked.filter, page).await?;
        rows.extend(found.into_iter().map(|row| (*source, row)));
    }
    rows.sort_by_key(|(_, row)| if page.oldest_first { row.seq } else { -row.seq });
    rows.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    Ok(rows)
}

async fn assembled(room: &Room, asked: &Asked<'_>, rows: Vec<(From, CrossingRow)>) -> Result<Vec<Line>> {
    let read = rows.into_iter().map(|(source, row)| line(room, asked, source, row));
    let lines: Vec<Option<Line>> = stream::iter(read).buffered(AT_ONCE).try_collect().await?;
    Ok(lines.into_iter().flatten().collect())
}

async fn line(room: &Room, asked: &Asked<'_>, source: From, row: CrossingRow) -> Result<Option<Line>> {
    if source.is_request() {
        return request(room, asked, row).await;
    }
    let seq = row.seq;
    let acts = store::ledger::list_acts(&room.db, asked.viewer.organisation, row.id).await?;
    let along = Along::read(room, asked.scope, source, &row).await?;
    let parties = Parties {
        from: row.from_organisation,
        to: row.to_organisation,
        approved: row.approved_organisation,
        delivered: source != From::Held,
        taken_back: row.state.parse().is_ok_and(ShareState::is_over),
    };
    let mut people = if source == From::Held { vec![] } else { along.named.clone() };
    people.push(row.from_person);
    people.extend([row.reviewed_by, row.approved_by].into_iter().flatten());
    let (label, whole) = (row.tlp, row.tlp.max(row.incident_tlp));
    looks::at(row.incident_id, whole);
    if source == From::Received && row.state == "delivered" {
        looks::at_share(asked.viewer, row.id, row.to_organisation);
    }
    let answer = policy::reads_answer(asked.viewer, &parties);
    let crossing = assemble(room, source, row, acts, along)
        .map(|crossing| Crossing { answer: crossing.answer.filter(|_| answer), ..crossing });
    let cleared =
        crossing.and_then(|crossing| policy::clear_share(asked.viewer, &parties, label, &people, crossing));
    Ok(cleared.map(|crossing| Line { crossing, seq }))
}

/// A request to pass something on, as the two read it between whom it crossed.
async fn request(room: &Room, asked: &Asked<'_>, row: CrossingRow) -> Result<Option<Line>> {
    let Some(to) = row.asked_organisation else { return Ok(None) };
    let (seq, label, waits) = (row.seq, row.tlp, row.state == OnwardState::Asked.wire());
    let parties =
        Parties { from: row.from_organisation, to, approved: None, delivered: true, taken_back: false };
    let people: Vec<PersonId> = [Some(row.from_person), row.reviewed_by].into_iter().flatten().collect();
    let acts = store::ledger::list_request_acts(&room.db, row.id).await?;
    let cited = store::ledger::find_requested(&room.db, row.id).await?;
    let cited: Option<Cited> =
        cited.map(|cited| serde_json::from_str(&cited)).transpose().map_err(Error::internal)?;
    let along = Along::cited(room, asked.scope, cited.unwrap_or_default()).await?;
    looks::at(row.incident_id, row.tlp.max(row.incident_tlp));
    let crossing = assemble(room, From::Requested, row, acts, along);
    let cleared = crossing
        .and_then(|crossing| policy::clear_onward(asked.viewer, &parties, label, (&people, waits), crossing));
    Ok(cleared.map(|crossing| Line { crossing, seq }))
}

/// What goes along with a crossing, as far as the reader sees it, and whom it names.
#[derive(Debug, Default)]
struct Along {
    exhibits: Vec<i64>,
    entries: Vec<CitedEntry>,
    named: Vec<PersonId>,
}

impl Along {
    async fn read(room: &Room, scope: Scope, source: From, row: &CrossingRow) -> Result<Self> {
        if source == From::Held {
            return Self::held(room, scope, row).await;
        }
        let entries = store::ledger::list_entries(&room.db, scope, row.id).await?;
        let entry = |row: CitedRow| CitedEntry { id: row.id, kind: row.kind, happened_at: row.happened_at };
        Ok(Self {
            exhibits: store::ledger::list_exhibits(&room.db, scope, row.id).await?,
            entries: entries.into_iter().map(entry).collect(),
            named: store::incident::read_named(&room.db, row.id.0).await?,
        })
    }

    async fn held(room: &Room, scope: Scope, row: &CrossingRow) -> Result<Self> {
        let Some((exhibits, entries, named)) = store::ledger::find_held(&room.db, row.id).await? else {
            return Ok(Self::default());
        };
        let cited = Cited {
            exhibits: serde_json::from_str(&exhibits).map_err(Error::internal)?,
            entries: serde_json::from_str(&entries).map_err(Error::internal)?,
            named: serde_json::from_str(&named).map_err(Error::internal)?,
        };
        Self::cited(room, scope, cited).await
    }

    async fn cited(room: &Room, scope: Scope, cited: Cited) -> Result<Self> {
        let share::Along { exhibits, entries } = share::Along::read(room, scope, &cited).await?;
        Ok(Self { exhibits, entries, named: cited.named })
    }
}

fn assemble(
    room: &Room,
    source: From,
    row: CrossingRow,
    acts: Vec<ActRow>,
    along: Along,
) -> Option<Crossing> {
    let directory = room.directory();
    let request = source.is_request();
    // Its words come from whoever decided, not from its recipient.
    let decided = source == From::Held || request;
    let stands = match source {
        From::Held => Stands::Held(row.state.parse::<HoldState>().ok()?),
        _ if request => Stands::Asked(row.state.parse().ok()?),
        _ => Stands::Shared(row.state.parse().ok()?),
    };
    let act = |act: ActRow| {
        let step = match request {
            true => LedgerStep::of_request(act.action.parse().ok()?),
            false => act.action.parse().ok()?,
        };
        Some(LedgerAct {
            step,
            at: act.at,
            by: act.person_id.and_then(|id| directory.person(id).cloned()),
            seq: act.seq,
            hash: hex(&act.hash),
        })
    };
    let said = row.said.filter(|said| !said.is_empty());
    Some(Crossing {
        id: row.id,
        count: row.count,
        incident: row.number,
        title: row.title,
        label: row.tlp.max(row.incident_tlp),
        from: directory.person(row.from_person)?.clone(),
        to: directory.organisation(row.to_organisation)?.clone(),
        purpose: row.purpose,
        text: row.body,
        tlp: row.tlp,
        foreign_nexus: row.foreign_nexus,
        basis: row.basis.read(),
        exhibits: along.exhibits,
        entries: along.entries,
        named: along.named.into_iter().filter_map(|id| directory.person(id).cloned()).collect(),
        // Whoever ended an organisation's part did not review what was held.
        reviewed_by: row
            .reviewed_by
            .filter(|_| !request && stands != Stands::Held(HoldState::Withdrawn))
            .and_then(|id| directory.person(id).cloned()),
        approved_by: row.approved_by.and_then(|id| directory.person(id).cloned()),
        approved_organisation: row.approved_organisation.and_then(|id| directory.organisation(id).cloned()),
        asked: row.asked_organisation.and_then(|id| directory.organisation(id).cloned()),
        stands,
        comment: if decided { said.clone().unwrap_or_default() } else { String::new() },
        answer: said.filter(|_| !decided),
        acts: acts.into_iter().filter_map(act).collect(),
    })
}

/// The filters as the store takes them; none when they name what is not there, which nothing matches.
pub(super) async fn filter(
    room: &Room,
    scope: Scope,
    query: &LedgerQuery,
    red: bool,
) -> Result<Option<Filter>> {
    let incident = match query.incident.as_str() {
        "" => None,
        word => {
            let Ok(number) = word.to_uppercase().parse() else { return Ok(None) };
            let Some(found) = store::incident::find_visible(&room.db, scope, &number).await? else {
                return Ok(None);
            };
            Some(found.id)
        }
    };
    let directory = room.directory();
    let other = match query.organisation.as_str() {
        "" => None,
        slug => match directory.organisation_by_slug(slug) {
            None => return Ok(None),
            Some(found) => Some(found.id),
        },
    };
    let (from, to) = match query.period.as_str() {
        "" => (Moment(i64::MIN), Moment(i64::MAX)),
        slug => {
            let reference = room.reference();
            match reference.periods().iter().find(|period| period.slug == slug) {
                None => return Ok(None),
                Some(period) => (period.from, period.to),
            }
        }
    };
    Ok(Some(Filter { incident, other, purpose: query.purpose, from, to, red }))
}
