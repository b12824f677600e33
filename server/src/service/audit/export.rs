//! The log leaves the room: on paper as much as one print holds, as a file whole.

use std::ops::Range;

use futures::stream;
use serde_json::json;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Asked, FORBIDDEN, Line, Log, Question, STRETCH, gather, line,
    note::{note, note_export},
    reads_all, walk, whole_span,
};
use crate::service::{
    Asker, Result, Room, csv,
    export::{Alive, Parts},
    store,
};

/// Rows read and sent at a time: what a client that stands still has been handed at most.
const PART: i64 = 500;

/// Rows that leave the room: that they do is in the log before they do, and the chain is walked on behind them.
pub async fn take_out(
    room: &Room,
    asker: &Asker,
    question: &Question,
    action: &'static str,
    limit: i64,
) -> Result<Log> {
    // What leaves is all that matches; between two stretches the connection is free for others.
    let log = gather(room, &asker.viewer, question, None, limit, usize::MAX).await?;
    let body = json!({ "rows": log.lines.len(), "address": asker.address });
    note(room, asker, action, None, body).await?;
    walk_behind(room);
    Ok(log)
}

fn walk_behind(room: &Room) {
    let room = room.clone();
    tokio::spawn(async move {
        if let Err(error) = walk(&room, false).await {
            tracing::warn!(%error, "the chain was not walked behind an export");
        }
    });
}

/// The log as CSV (RFC 4180), the newest first: all that matches up to now, counted and written down before
/// the first of it leaves.
pub async fn export(room: &Room, asker: &Asker, alive: Alive, question: &Question) -> Result<Parts<String>> {
    let leaving = Leaving::new(room, asker, alive, question).await?;
    note_export(room, asker, "audit csv", leaving.count().await?).await?;
    walk_behind(room);
    let end = leaving.span.end;
    let parts = stream::try_unfold((leaving, end, true), |(leaving, end, is_first)| async move {
        let part = if is_first { csv::line(COLUMNS) } else { String::new() };
        if !is_first && end <= leaving.span.start {
            return Ok(None);
        }
        let (lines, end) = leaving.part(end).await?;
        let part = lines.into_iter().fold(part, |part, line| part + &cells(line));
        Ok(Some((part, (leaving, end, false))))
    });
    Ok(Box::pin(parts))
}

/// Who takes out what, and whether they still may.
struct Leaving {
    room: Room,
    asker: Asker,
    alive: Alive,
    question: Question,
    asked: Asked,
    all: bool,
    /// Of the journal, as it began: what happens meanwhile is no part of it.
    span: Range<i64>,
    _turn: OwnedSemaphorePermit,
}

impl Leaving {
    async fn new(room: &Room, asker: &Asker, alive: Alive, question: &Question) -> Result<Self> {
        let all = reads_all(&asker.viewer)?;
        Ok(Self {
            room: room.clone(),
            asker: asker.clone(),
            alive,
            asked: Asked::of(room, &asker.viewer, question).await?,
            question: question.clone(),
            all,
            span: whole_span(room, question, None).await?,
            _turn: room.exports.begin(asker.viewer.organisation)?,
        })
    }

    fn narrowed(&self) -> store::audit::Narrowed<'_> {
        self.asked.narrowed(&self.question, (!self.all).then_some(self.asker.viewer.organisation))
    }

    /// What one statement looks at, before a place of the journal.
    fn stretch(&self, end: i64) -> Range<i64> {
        (end - STRETCH).max(self.span.start)..end
    }

    async fn still(&self) -> Result<()> {
        if self.alive.still(&self.room, &self.asker).await { Ok(()) } else { Err(FORBIDDEN) }
    }

    async fn count(&self) -> Result<i64> {
        let (mut rows, mut end) = (0, self.span.end);
        while end > self.span.start {
            let stretch = self.stretch(end);
            end = stretch.start;
            rows += store::audit::count(&self.room.db, &self.narrowed(), stretch).await?;
        }
        Ok(rows)
    }

    /// The next lines before a place of the journal, and how far it was looked through for them.
    async fn part(&self, mut end: i64) -> Result<(Vec<Line>, i64)> {
        while end > self.span.start {
            self.still().await?;
            let stretch = self.stretch(end);
            end = stretch.start;
            let rows = store::audit::list(&self.room.db, &self.narrowed(), stretch, PART).await?;
            if rows.len() as i64 == PART {
                end = rows.last().map_or(end, |row| row.seq);
            }
            if !rows.is_empty() {
                return Ok((rows.into_iter().map(|row| line(&self.room, row, self.all)).collect(), end));
            }
        }
        Ok((vec![], end))
    }
}

const COLUMNS: [&str; 10] =
    ["entry", "at", "person", "organisation", "action", "object", "detail", "address", "request", "hash"];

fn cells(line: Line) -> String {
    csv::line([
        line.seq.map_or_else(String::new, |seq| seq.to_string()),
        line.at.to_string(),
        line.person.map_or_else(String::new, |person| person.email),
        line.organisation.map_or_else(String::new, |organisation| organisation.slug),
        line.action,
        line.object,
        line.detail,
        line.address,
        line.request,
        line.hash,
    ])
}
