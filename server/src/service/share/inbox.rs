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
        Error, Result, Room, keyset,
        store::{
            self,
            inbox::{Filter, LineRow, Way},
            onward::OnwardLineRow,
        },
    },
    hold, onward,
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
    let Some(filter) = filter(room, viewer, query) else {
        return Ok(policy::clear_by_scope(SharePage {
            lines: vec![],
            holds: vec![],
            requests: vec![],
            next: None,
        }));
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
    let mut asked = onward::list_rows(room, viewer, (query.tab, filter), before, limit + 1).await?;
    let next = cut(&mut rows, &mut asked, limit).map(|last| room.seal.seal("inbox", &format!("{last:020}")));
    let requests = onward::assembled(room, viewer, asked).await?;
    let beside = beside(room, viewer, &rows).await?;
    for row in &rows {
        look(viewer, &row.share);
    }
    let lines = rows.into_iter().filter_map(|row| line(room, viewer, row, &beside)).collect();
    Ok(policy::clear_by_scope(SharePage { lines, holds: vec![], requests, next }))
}

/// Cuts two parts of one list to the page, and tells the place of its last row where another page follows.
fn cut(rows: &mut Vec<LineRow>, asked: &mut Vec<OnwardLineRow>, limit: i64) -> Option<i64> {
    let mut places: Vec<i64> = rows.iter().map(|row| row.share.seq).collect();
    places.extend(asked.iter().map(|row| row.onward.seq));
    places.sort_unstable_by_key(|seq| std::cmp::Reverse(*seq));
    let next = keyset::cut(&mut places, limit, |seq| *seq);
    let last = places.last().copied().unwrap_or(i64::MAX);
    rows.retain(|row| row.share.seq >= last);
    rows.sort_by_key(|row| std::cmp::Reverse(row.share.seq));
    asked.retain(|row| row.onward.seq >= last);
    next
}

/// One line, if the viewer reads it and still sees the incident.
pub async fn find_line(room: &Room, viewer: &Viewer, id: ShareId) -> Result<Cleared<ShareLine>> {
    let found = store::inbox::find(&room.db, policy::scope(viewer), id).await?;
    let rows: Vec<_> = found.into_iter().collect();
    let beside = beside(room, viewer, &rows).await?;
    for row in &rows {
        look(viewer, &row.share);
    }
    let line = rows.into_iter().find_map(|row| line(room, viewer, row, &beside)).ok_or(Error::NotFound)?;
    Ok(policy::clear_by_scope(line))
}

/// How many wait here, and how many wait for others.
pub async fn count(room: &Room, viewer: &Viewer) -> Result<ShareCounts> {
    let (scope, most) = (policy::scope(viewer), ShareCounts::MOST);
    let of = |way| store::inbox::count_waiting(&room.db, scope, (viewer.organisation, way), most);
    let held = store::hold::count(&room.db, scope, viewer.organisation, most);
    let asked = store::onward::count(&room.db, scope, viewer.organisation, most);
    let (answer, waiting, held, (decide, asked)) =
        tokio::try_join!(of(Way::Received), of(Way::Sent), held, asked)?;
    let capped = |sum: i64| sum.min(most);
    Ok(ShareCounts { answer: capped(answer + decide), waiting: capped(waiting + asked), held })
}

/// What was held back and not released: all of it, whatever the filters, which know only what was delivered.
async fn holds(room: &Room, viewer: &Viewer, before: i64, limit: i64) -> Result<Cleared<SharePage>> {
    let (holds, next) = hold::list_holds(room, viewer, before, limit).await?;
    let next = next.map(|seq| room.seal.seal("inbox", &format!("{seq:020}")));
    Ok(holds.map(|holds| SharePage { lines: vec![], holds, requests: vec![], next }))
}

/// How many wait here: what the navigation shows.
pub async fn count_to_answer(room: &Room, viewer: &Viewer) -> Result<i64> {
    let (scope, own, most) = (policy::scope(viewer), viewer.organisation, ShareCounts::MOST);
    let received = store::inbox::count_waiting(&room.db, scope, (own, Way::Received), most).await?;
    let (decide, _) = store::onward::count(&room.db, scope, own, most).await?;
    Ok((received + decide).min(most))
}

/// The filters as the store takes them; none when they name what is not there, which nothing matches.
fn filter(room: &Room, viewer: &Viewer, query: &ShareQuery) -> Option<Filter> {
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
    let assigned = query.mine.then_some(viewer.person);
    Some(Filter { other, purpose: query.purpose, assigned, from, to })
}

fn line(room: &Room, viewer: &Viewer, row: LineRow, beside: &Beside) -> Option<ShareLine> {
    let LineRow { share, number, title, severity } = row;
    Some(ShareLine { share: assemble(room, viewer, &number, share, beside)?, title, severity })
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
