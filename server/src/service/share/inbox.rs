//! The inbox: what waits for an answer here, what waits for others, and what is done.

use app::{
    model::{
        Moment, ShareId,
        inbox::{ShareCounts, ShareLine, SharePage, ShareQuery, ShareTab},
    },
    policy::{self, Cleared, Viewer},
};

use super::{
    super::{
        Error, Result, Room,
        store::{
            self,
            inbox::{Filter, LineRow, Way},
        },
    },
    hold,
    read::{Beside, assemble, look},
};

/// A page of the inbox, newest first, with the viewer's sealed cursor of the next.
pub async fn inbox(
    room: &Room,
    viewer: &Viewer,
    query: &ShareQuery,
    limit: i64,
) -> Result<Cleared<SharePage>> {
    let before = match &query.after {
        None => i64::MAX,
        Some(sealed) => {
            let opened = room.seal.open("inbox", sealed).and_then(|text| text.parse().ok());
            opened.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?
        }
    };
    if query.tab == ShareTab::Held {
        return holds(room, viewer, before, limit).await;
    }
    let Some(filter) = filter(room, query) else {
        return Ok(policy::clear_by_scope(SharePage { lines: vec![], holds: vec![], next: None }));
    };
    let ways: &[(Way, bool)] = match query.tab {
        ShareTab::Answer => &[(Way::Received, true)],
        ShareTab::Waiting => &[(Way::Sent, true)],
        // Nothing of it is in the ledger yet.
        ShareTab::Held => &[],
        ShareTab::Done => &[(Way::Received, false), (Way::Sent, false)],
    };
    let scope = policy::scope(viewer);
    let mut rows = vec![];
    for (way, waits) in ways {
        let of = (viewer.organisation, *way);
        rows.extend(store::inbox::list(&room.db, scope, of, *waits, filter, before, limit + 1).await?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.share.seq));
    let more = rows.len() as i64 > limit;
    rows.truncate(limit as usize);
    let next =
        rows.last().filter(|_| more).map(|row| room.seal.seal("inbox", &format!("{:020}", row.share.seq)));
    let beside = beside(room, viewer, &rows).await?;
    for row in &rows {
        look(viewer, &row.share);
    }
    let lines = rows.into_iter().filter_map(|row| line(room, row, &beside)).collect();
    Ok(policy::clear_by_scope(SharePage { lines, holds: vec![], next }))
}

/// One line, if the viewer reads it and still sees the incident.
pub async fn find_line(room: &Room, viewer: &Viewer, id: ShareId) -> Result<Cleared<ShareLine>> {
    let found = store::inbox::find(&room.db, policy::scope(viewer), id).await?;
    let rows: Vec<_> = found.into_iter().collect();
    let beside = beside(room, viewer, &rows).await?;
    for row in &rows {
        look(viewer, &row.share);
    }
    let line = rows.into_iter().find_map(|row| line(room, row, &beside)).ok_or(Error::NotFound)?;
    Ok(policy::clear_by_scope(line))
}

/// How many wait here, and how many wait for others.
pub async fn count(room: &Room, viewer: &Viewer) -> Result<ShareCounts> {
    let (scope, most) = (policy::scope(viewer), ShareCounts::MOST);
    let of = |way| store::inbox::count_waiting(&room.db, scope, (viewer.organisation, way), most);
    let held = store::hold::count(&room.db, scope, viewer.organisation, most);
    let (answer, waiting, held) = tokio::try_join!(of(Way::Received), of(Way::Sent), held)?;
    Ok(ShareCounts { answer, waiting, held })
}

/// What was held back and not released: all of it, whatever the filters, which know only what was delivered.
async fn holds(room: &Room, viewer: &Viewer, before: i64, limit: i64) -> Result<Cleared<SharePage>> {
    let mut holds = hold::list(room, viewer, before, limit + 1).await?;
    let more = holds.len() as i64 > limit;
    holds.truncate(limit as usize);
    let next = holds.last().filter(|_| more).map(|(seq, _)| room.seal.seal("inbox", &format!("{seq:020}")));
    let holds = holds.into_iter().map(|(_, hold)| hold).collect();
    Ok(policy::clear_by_scope(SharePage { lines: vec![], holds, next }))
}

/// How many wait here: what the navigation shows.
pub async fn count_to_answer(room: &Room, viewer: &Viewer) -> Result<i64> {
    let of = (viewer.organisation, Way::Received);
    Ok(store::inbox::count_waiting(&room.db, policy::scope(viewer), of, ShareCounts::MOST).await?)
}

/// The filters as the store takes them; none when they name what is not there, which nothing matches.
fn filter(room: &Room, query: &ShareQuery) -> Option<Filter> {
    let directory = room.directory();
    let other = match query.organisation.as_str() {
        "" => None,
        slug => Some(directory.organisation_by_slug(slug)?.id),
    };
    let (from, to) = match query.period.as_str() {
        "" => (Moment(i64::MIN), Moment(i64::MAX)),
        slug => {
            let reference = room.reference();
            let period = reference.periods().iter().find(|period| period.slug == slug)?;
            (period.from, period.to)
        }
    };
    Some(Filter { other, purpose: query.purpose, from, to })
}

fn line(room: &Room, row: LineRow, beside: &Beside) -> Option<ShareLine> {
    let LineRow { share, number, title, severity } = row;
    Some(ShareLine { share: assemble(room, &number, share, beside)?, title, severity })
}

/// What goes along with these shares, without what the viewer may not see.
async fn beside(room: &Room, viewer: &Viewer, rows: &[LineRow]) -> Result<Beside> {
    let seqs = rows.iter().map(|row| row.share.seq);
    let (Some(first), Some(last)) = (seqs.clone().min(), seqs.max()) else { return Ok(Beside::default()) };
    let (db, scope, own, between) = (&room.db, policy::scope(viewer), viewer.organisation, (first, last));
    let exhibits = store::inbox::list_exhibits(db, scope, own, between).await?;
    let entries = store::inbox::list_entries(db, scope, own, between).await?;
    Ok(Beside::of(exhibits, entries, store::inbox::list_named(db, own, between).await?))
}
