//! The other part of the ledger: what was written in incidents and crossed by it.

use app::{
    model::{
        OrganisationId,
        entry::Change,
        ledger::{
            Crossed, Direction, LedgerForm, LedgerQuery, PostedTask, PostedTo, PostedWhat, Posting,
            PostingPage,
        },
    },
    policy::{self, Cleared, Viewer},
};
use futures::{StreamExt, TryStreamExt, stream};

use super::{
    super::{
        Asker, Result, Room,
        checkpoint::hex,
        export::Alive,
        keyset, looks,
        store::{
            self,
            item::ItemPostingRow,
            ledger::Page,
            posting::{Posted, PostingRow},
        },
        task,
    },
    export::{Asking, Export, Survey},
    proof::Shown,
    read::{self, Asked},
};

/// Rows whose recipients are read side by side.
const AT_ONCE: usize = 8;

/// What the seal of a cursor is for.
const CURSOR: &str = "ledger posts";

/// A page of what crossed by being written, newest first.
pub async fn postings(
    room: &Room,
    viewer: &Viewer,
    query: &LedgerQuery,
    limit: i64,
) -> Result<Cleared<PostingPage>> {
    let (postings, next) = list_postings(room, viewer, query, limit).await?;
    Ok(postings.map(|postings| PostingPage { postings, next }))
}

/// The same for the API.
pub async fn list_postings(
    room: &Room,
    viewer: &Viewer,
    query: &LedgerQuery,
    limit: i64,
) -> Result<(Cleared<Vec<Posting>>, Option<String>)> {
    let before = read::before(room, CURSOR, query)?;
    let scope = policy::scope(viewer);
    let Some(filter) = read::filter(room, scope, query, true).await? else {
        return Ok((policy::clear_by_scope(vec![]), None));
    };
    let asked = Asked { viewer, scope, filter, direction: query.direction };
    let mut rows = rows(room, &asked, Page { seq: before, oldest_first: false, limit: limit + 1 }).await?;
    let next = keyset::cut(&mut rows, limit, |row| read::seal(room, CURSOR, row.seq()));
    Ok((assembled(room, rows).await?.into_iter().collect(), next))
}

/// Where the questions of a direction are answered.
fn sources(direction: Option<Direction>) -> &'static [Posted] {
    match direction {
        None => &[Posted::Sent, Posted::Given, Posted::Open],
        Some(Direction::Sent) => &[Posted::Sent],
        Some(Direction::Received) => &[Posted::Given, Posted::Open],
        // Nobody asks for what is written in a timeline, or lets it pass.
        Some(Direction::Approved | Direction::Asked) => &[],
    }
}

/// A row of either table.
enum Found {
    Entry(PostingRow),
    Item(ItemPostingRow),
}

impl Found {
    const fn seq(&self) -> i64 {
        match self {
            Self::Entry(row) => row.seq,
            Self::Item(row) => row.item.seq,
        }
    }
}

/// A part of the ledger, from one end or the other.
async fn lines(room: &Room, asked: &Asked<'_>, page: Page) -> Result<Vec<Cleared<Posting>>> {
    let rows = rows(room, asked, page).await?;
    assembled(room, rows).await
}

async fn rows(room: &Room, asked: &Asked<'_>, page: Page) -> Result<Vec<Found>> {
    // As of shares: screens and the auditor are of an organisation, but not for what crossed.
    let Some(organisation) = asked.scope.organisation else { return Ok(vec![]) };
    let mut rows = vec![];
    for source in sources(asked.direction) {
        let (of, db) = ((organisation, *source), &room.db);
        let entries = store::posting::list(db, asked.scope, of, &asked.filter, page).await?;
        rows.extend(entries.into_iter().map(Found::Entry));
        let items = store::item::list(db, asked.scope, of, &asked.filter, page).await?;
        rows.extend(items.into_iter().map(Found::Item));
    }
    rows.sort_by_key(|row| if page.oldest_first { row.seq() } else { -row.seq() });
    rows.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    Ok(rows)
}

async fn assembled(room: &Room, rows: Vec<Found>) -> Result<Vec<Cleared<Posting>>> {
    let read = rows.into_iter().map(|row| async move {
        match row {
            Found::Entry(row) => entry(room, row).await,
            Found::Item(row) => item(room, row).await,
        }
    });
    let lines: Vec<_> = stream::iter(read).buffered(AT_ONCE).try_collect().await?;
    Ok(lines.into_iter().flatten().map(policy::clear_by_scope).collect())
}

/// Those that could read it, where those were not all.
fn to_words(room: &Room, to: Vec<OrganisationId>) -> PostedTo {
    let directory = room.directory();
    PostedTo::Organisations(to.into_iter().filter_map(|id| directory.organisation(id).cloned()).collect())
}

async fn entry(room: &Room, row: PostingRow) -> Result<Option<Posting>> {
    let directory = room.directory();
    let to = match row.crossed {
        Crossed::All => PostedTo::Everyone,
        Crossed::Some => to_words(room, store::posting::list_to(&room.db, row.id).await?),
    };
    let named = store::incident::read_named(&room.db, row.id.0).await?;
    let label = row.tlp.max(row.incident_tlp).inside();
    looks::at(row.incident_id, label);
    let change = row.field.map(|field| Change {
        field,
        old: row.old_value.unwrap_or_default(),
        new: row.new_value.unwrap_or_default(),
    });
    let Some(from) = directory.person(row.author_id).cloned() else { return Ok(None) };
    Ok(Some(Posting {
        id: row.id.0,
        incident: row.number,
        title: row.title,
        label,
        tlp: row.tlp.inside(),
        what: PostedWhat::Entry(row.kind),
        from,
        to,
        named: named.into_iter().filter_map(|id| directory.person(id).cloned()).collect(),
        text: row.body,
        change,
        exhibit: row.exhibit,
        happened_at: row.happened_at,
        at: row.recorded_at,
        struck_at: row.struck_at,
        seq: row.seq,
        hash: hex(&row.hash),
    }))
}

async fn item(room: &Room, row: ItemPostingRow) -> Result<Option<Posting>> {
    let directory = room.directory();
    let to = match row.item.crossed {
        Crossed::All => PostedTo::Everyone,
        Crossed::Some => to_words(room, store::item::list_to(&room.db, row.item.id).await?),
    };
    let label = row.item.tlp.max(row.incident_tlp).inside();
    looks::at(row.item.incident_id, label);
    let (what, text) = match (row.kind, row.value) {
        (Some(kind), Some(value)) => (PostedWhat::Indicator(kind, value), row.note),
        _ => {
            let (by, whose) = (row.item.person_id, row.holder_id);
            let given = PostedTask {
                organisation: row.holder_id.and_then(|id| directory.organisation(id).cloned()),
                person: row.holder_person.and_then(|id| directory.person(id).cloned()),
                due_at: row.due_at.filter(|_| !task::hurries(&directory, by, whose)),
            };
            (PostedWhat::Task(Box::new(given)), row.text)
        }
    };
    let Some(from) = directory.person(row.item.person_id).cloned() else { return Ok(None) };
    Ok(Some(Posting {
        id: row.item.id,
        incident: row.number,
        title: row.title,
        label,
        tlp: row.item.tlp.inside(),
        what,
        from,
        to,
        named: vec![],
        text: text.unwrap_or_default(),
        change: None,
        exhibit: None,
        happened_at: row.item.at,
        at: row.item.at,
        struck_at: None,
        seq: row.item.seq,
        hash: hex(&row.hash),
    }))
}

/// The part behind a place of the journal, as it may leave now.
async fn leaving(asking: &Asking, after: i64) -> Result<Vec<Cleared<Posting>>> {
    asking.still().await?;
    let Some(asked) = asking.asked() else { return Ok(vec![]) };
    let page = Page { seq: after, oldest_first: true, limit: PART };
    let lines = lines(&asking.room, &asked, page).await?;
    Ok(lines.into_iter().filter(|posting| policy::leaves(posting.label)).collect())
}

/// Rows read and sent at a time.
const PART: i64 = 100;

/// Walks what will be sent once, a part at a time.
pub(super) async fn survey(asking: &Asking) -> Result<Survey> {
    let mut survey = Survey::default();
    let mut after = 0;
    loop {
        let part = leaving(asking, after).await?;
        let Some(last) = part.last() else { return Ok(survey) };
        after = last.seq;
        for posting in &part {
            survey.add(posting.label, [posting.seq]);
        }
    }
}

/// Begins an export of what the filters leave, oldest first.
pub async fn export_postings(
    room: &Room,
    asker: &Asker,
    alive: Alive,
    query: &LedgerQuery,
    form: LedgerForm,
) -> Result<Export<Cleared<Vec<Posting>>>> {
    let asking = Asking::new(room, asker, alive, query).await?;
    let survey = survey(&asking).await?;
    asking.note(form, survey.crossings).await?;
    let (label, crossings) = (survey.label, survey.crossings);
    let parts = stream::try_unfold(Some((asking, 0)), move |state| async move {
        let Some((asking, after)) = state else { return Ok(None) };
        let found = leaving(&asking, after).await?;
        let Some(last) = found.last().map(|posting| posting.seq) else { return Ok(None) };
        let part: Cleared<Vec<Posting>> =
            found.into_iter().filter(|posting| posting.label <= label).collect();
        Ok(Some((part, Some((asking, last)))))
    });
    Ok(Export { label, crossings, parts: Box::pin(parts) })
}

/// The rows of these entries, indicators and tasks that a stretch of the journal may show, each with who wrote it and to
/// whom it crossed.
pub(super) async fn shown(asking: &Asking, (from, to): (i64, i64)) -> Result<Vec<Shown>> {
    let mut shown = vec![];
    let Some(asked) = asking.asked() else { return Ok(shown) };
    let (db, directory) = (&asking.room.db, asking.room.directory());
    let all = || directory.organisations().iter().map(|one| one.id).collect();
    let between = (from - 1, to);
    for source in sources(asked.direction) {
        let of = (asked.viewer.organisation, *source);
        for row in store::posting::list_shown(db, asked.scope, of, &asked.filter, between).await? {
            let to = match row.crossed {
                Crossed::All => all(),
                Crossed::Some => store::posting::list_to(db, row.id).await?,
            };
            shown.push(Shown::of_posting(row.seq, row.id.0, row.organisation_id, to));
        }
        for row in store::item::list_shown(db, asked.scope, of, &asked.filter, between).await? {
            let to = match row.crossed {
                Crossed::All => all(),
                Crossed::Some => store::item::list_to(db, row.id).await?,
            };
            shown.push(Shown::of_posting(row.seq, row.id, row.organisation_id, to));
        }
    }
    Ok(shown)
}
