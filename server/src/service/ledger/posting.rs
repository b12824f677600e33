//! The other part of the ledger: what was written in timelines and crossed by it.

use app::{
    model::{
        entry::Change,
        ledger::{Crossed, Direction, LedgerForm, LedgerQuery, PostedTo, Posting, PostingPage},
    },
    policy::{self, Cleared, Viewer},
};
use futures::{StreamExt, TryStreamExt, stream};

use super::{
    super::{
        Asker, Result, Room,
        checkpoint::hex,
        looks,
        store::{
            self,
            ledger::Page,
            posting::{Posted, PostingRow},
        },
    },
    export::{Alive, Asking, Export, Survey},
    read::{self, Asked},
};

/// Entries whose recipients are read side by side.
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
    let mut found = lines(room, &asked, Page { seq: before, oldest_first: false, limit: limit + 1 }).await?;
    let more = found.len() as i64 > limit;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|posting| read::seal(room, CURSOR, posting.seq));
    Ok((found.into_iter().collect(), next))
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

/// A part of the ledger, from one end or the other.
async fn lines(room: &Room, asked: &Asked<'_>, page: Page) -> Result<Vec<Cleared<Posting>>> {
    let mut rows = vec![];
    for source in sources(asked.direction) {
        let of = (asked.viewer.organisation, *source);
        rows.extend(store::posting::list(&room.db, asked.scope, of, &asked.filter, page).await?);
    }
    rows.sort_by_key(|row| if page.oldest_first { row.seq } else { -row.seq });
    rows.truncate(usize::try_from(page.limit).unwrap_or(usize::MAX));
    let read = rows.into_iter().map(|row| line(room, row));
    let lines: Vec<_> = stream::iter(read).buffered(AT_ONCE).try_collect().await?;
    Ok(lines.into_iter().flatten().map(policy::clear_by_scope).collect())
}

async fn line(room: &Room, row: PostingRow) -> Result<Option<Posting>> {
    let directory = room.directory();
    let to = match row.crossed {
        Crossed::All => PostedTo::Everyone,
        Crossed::Some => {
            let to = store::posting::list_to(&room.db, row.id).await?;
            PostedTo::Organisations(
                to.into_iter().filter_map(|id| directory.organisation(id).cloned()).collect(),
            )
        }
    };
    let named = store::incident::read_named(&room.db, row.id.0).await?;
    let label = row.tlp.max(row.incident_tlp);
    looks::at(row.incident_id, label);
    let change = row.field.map(|field| Change {
        field,
        old: row.old_value.unwrap_or_default(),
        new: row.new_value.unwrap_or_default(),
    });
    let Some(from) = directory.person(row.author_id).cloned() else { return Ok(None) };
    Ok(Some(Posting {
        id: row.id,
        incident: row.number,
        title: row.title,
        label,
        tlp: row.tlp,
        kind: row.kind,
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

/// The part behind a place of the journal, as it may leave now.
async fn leaving(asking: &Asking, after: i64) -> Result<Vec<Cleared<Posting>>> {
    asking.still().await?;
    let Some(asked) = asking.asked() else { return Ok(vec![]) };
    let page = Page { seq: after, oldest_first: true, limit: PART };
    let lines = lines(&asking.room, &asked, page).await?;
    Ok(lines.into_iter().filter(|posting| policy::leaves(posting.label)).collect())
}

/// Entries read and sent at a time.
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

/// The rows of these entries that a stretch of the journal may show, each with who wrote it and to whom it crossed.
pub(super) async fn shown(asking: &Asking, (from, to): (i64, i64)) -> Result<Vec<super::proof::Shown>> {
    let mut shown = vec![];
    let Some(asked) = asking.asked() else { return Ok(shown) };
    let db = &asking.room.db;
    for source in sources(asked.direction) {
        let of = (asked.viewer.organisation, *source);
        for row in store::posting::list_shown(db, asked.scope, of, &asked.filter, (from - 1, to)).await? {
            let to = match row.crossed {
                Crossed::All => asking.room.directory().organisations().iter().map(|one| one.id).collect(),
                Crossed::Some => store::posting::list_to(db, row.id).await?,
            };
            let (seq, id) = (row.seq, row.id.0);
            shown.push(super::proof::Shown {
                seq,
                id,
                from: row.organisation_id,
                to,
                approved: None,
                counted: None,
            });
        }
    }
    Ok(shown)
}
