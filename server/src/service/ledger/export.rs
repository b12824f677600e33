//! The ledger as it leaves the room: an act of its own in the audit log, read a part at a time while it is
//! sent, each part under the policy as it stands then. What is taken back meanwhile is not in it any more.

use std::fmt;

use app::{
    model::{
        Tlp,
        ledger::{Book, Crossing, Direction, LedgerForm, LedgerQuery},
    },
    policy::{self, Cleared, Scope},
};
use futures::stream;
use tokio::sync::OwnedSemaphorePermit;

use super::{
    super::{
        Asker, Error, Result, Room, audit,
        export::{Alive, Parts},
        store::ledger::{Filter, Page},
    },
    read::{self, Asked, Line},
};

/// Crossings read and sent at a time: what a client that stands still has been handed at most.
const PART: i64 = 50;

/// An export that has begun.
pub struct Export<T> {
    /// The strictest of its rows: it stands on each sheet. No row that became stricter meanwhile is in it.
    pub label: Tlp,
    /// As it began.
    pub crossings: i64,
    pub parts: Parts<T>,
}

impl<T> fmt::Debug for Export<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Export").field("label", &self.label).field("crossings", &self.crossings).finish()
    }
}

/// Begins an export of what the filters leave, oldest first.
pub async fn export(
    room: &Room,
    asker: &Asker,
    alive: Alive,
    query: &LedgerQuery,
    form: LedgerForm,
) -> Result<Export<Cleared<Vec<Crossing>>>> {
    let asking = Asking::new(room, asker, alive, query).await?;
    let survey = asking.survey().await?;
    asking.note(form, survey.crossings).await?;
    let state = Some((asking, 0));
    let parts = stream::try_unfold(state, move |state| async move {
        let Some((asking, after)) = state else { return Ok(None) };
        let lines = asking.lines(after).await?;
        let Some(last) = lines.last().map(|line| line.seq) else { return Ok(None) };
        let part =
            lines.into_iter().map(|line| line.crossing).filter(|crossing| crossing.label <= survey.label);
        let part: Cleared<Vec<Crossing>> = part.collect();
        Ok(Some((part, Some((asking, last)))))
    });
    Ok(Export { label: survey.label, crossings: survey.crossings, parts: Box::pin(parts) })
}

/// Who takes out what, and whether they still may.
#[derive(Debug)]
pub(super) struct Asking {
    pub room: Room,
    pub asker: Asker,
    alive: Alive,
    pub scope: Scope,
    /// None: the filters name what is not there.
    pub filter: Option<Filter>,
    direction: Option<Direction>,
    pub book: Book,
    narrowed: bool,
    _turn: OwnedSemaphorePermit,
}

/// What an export will hold, as it begins.
#[derive(Debug)]
pub(super) struct Survey {
    pub label: Tlp,
    pub crossings: i64,
    /// The first and the last act, in the journal's numbers.
    pub ends: Option<(i64, i64)>,
}

impl Default for Survey {
    fn default() -> Self {
        Self { label: Tlp::Clear, crossings: 0, ends: None }
    }
}

impl Survey {
    /// One more row of the ledger, with the places of its acts.
    pub(super) fn add(&mut self, label: Tlp, acts: impl IntoIterator<Item = i64>) {
        self.crossings += 1;
        self.label = self.label.max(label);
        for seq in acts {
            let (first, last) = self.ends.unwrap_or((seq, seq));
            self.ends = Some((first.min(seq), last.max(seq)));
        }
    }
}

impl Asking {
    pub(super) async fn new(room: &Room, asker: &Asker, alive: Alive, query: &LedgerQuery) -> Result<Self> {
        let scope = policy::export_scope(&asker.viewer).ok_or(FORBIDDEN)?;
        Ok(Self {
            room: room.clone(),
            asker: asker.clone(),
            alive,
            scope,
            filter: read::filter(room, scope, query, false).await?,
            direction: query.direction,
            book: query.book,
            narrowed: !query.is_whole(),
            _turn: room.exports.begin(asker.viewer.organisation)?,
        })
    }

    /// Refuses whoever has been signed out, suspended or given other roles since it began.
    pub(super) async fn still(&self) -> Result<()> {
        if self.alive.still(&self.room, &self.asker).await { Ok(()) } else { Err(FORBIDDEN) }
    }

    /// The part behind a place of the journal, as it may leave now.
    pub(super) async fn lines(&self, after: i64) -> Result<Vec<Line>> {
        self.still().await?;
        let Some(asked) = self.asked() else { return Ok(vec![]) };
        let page = Page { seq: after, oldest_first: true, limit: PART };
        let lines = read::lines(&self.room, &asked, page).await?;
        Ok(lines.into_iter().filter(|line| policy::leaves(line.crossing.label)).collect())
    }

    pub(super) fn asked(&self) -> Option<Asked<'_>> {
        let (viewer, direction) = (&self.asker.viewer, self.direction);
        self.filter.map(|filter| Asked { viewer, scope: self.scope, filter, direction })
    }

    /// Walks what will be sent once, a part at a time.
    pub(super) async fn survey(&self) -> Result<Survey> {
        let mut survey = Survey::default();
        let mut after = 0;
        loop {
            let lines = self.lines(after).await?;
            let Some(last) = lines.last() else { break };
            after = last.seq;
            for Line { crossing, .. } in &lines {
                survey.add(crossing.label, crossing.acts.iter().map(|act| act.seq));
            }
        }
        Ok(survey)
    }

    /// Writes it down before anything leaves.
    pub(super) async fn note(&self, form: LedgerForm, crossings: i64) -> Result<()> {
        let what = if self.narrowed { "part" } else { "whole" };
        let words = match self.book {
            Book::Shares => format!("ledger {form}, {what}"),
            Book::Posts => format!("ledger of posts {form}, {what}"),
        };
        audit::note_export(&self.room, &self.asker, &words, crossings).await
    }

    pub(super) fn is_narrowed(&self) -> bool {
        self.narrowed
    }
}

const FORBIDDEN: Error = Error::Forbidden(
    "A liaison, shift lead, counsel or organisation admin takes out the ledger of their organisation.",
);
