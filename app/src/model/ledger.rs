//! The sharing ledger as one organisation reads it: every crossing in which it is a party, with what became of
//! it and where each act stands in the journal.

mod posting;

pub use posting::{Crossed, PostedTask, PostedTo, PostedWhat, Posting, PostingPage};
use serde::{Deserialize, Serialize};

use super::{
    Moment, Organisation, Person, ShareId, Tlp,
    basis::Basis,
    board::percent,
    hold::HoldState,
    id::Number,
    onward::OnwardState,
    share::{CitedEntry, Purpose, ShareState},
};

super::words::words! {
    /// Which way it crossed, seen from one's own organisation.
    Direction {
        Sent = "sent", "Sent";
        Received = "received", "Received";
        /// By another organisation, of what one's own leads.
        Approved = "approved", "Let pass";
        /// Requests to pass something on, whatever became of them.
        Asked = "asked", "Asked to let pass";
    }
}

super::words::words! {
    /// Which part of the ledger.
    #[derive(Default)]
    Book {
        #[default]
        Shares = "shares", "Shares";
        /// What was written in timelines that others read.
        Posts = "posts", "Posts";
    }
}

super::words::words! {
    /// How the ledger leaves the room.
    LedgerForm {
        Print = "print", "Printable report";
        Csv = "csv", "CSV";
        Proof = "proof", "Proof";
    }
}

/// What the ledger is asked for; the same words stand in its address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerQuery {
    pub book: Book,
    /// Number of an incident; empty: any.
    pub incident: String,
    /// Slug of another party; empty: any.
    pub organisation: String,
    /// Slug of the period in which it crossed or was held; empty: any.
    pub period: String,
    pub purpose: Option<Purpose>,
    pub direction: Option<Direction>,
    /// Sealed cursor of a later page.
    pub after: Option<String>,
}

impl LedgerQuery {
    /// Reads the pairs of an address; what is not known is left out.
    pub fn from_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs {
            let value = value.trim();
            let short = || value.chars().take(80).collect();
            match name {
                "book" => query.book = value.parse().unwrap_or_default(),
                "incident" => query.incident = short(),
                "organisation" => query.organisation = short(),
                "period" => query.period = short(),
                "purpose" => query.purpose = value.parse().ok(),
                "direction" => query.direction = value.parse().ok(),
                "after" if !value.is_empty() => query.after = Some(value.to_owned()),
                _ => {}
            }
        }
        query
    }

    /// The filters alone, without the page.
    pub fn filters(&self) -> Vec<(&'static str, String)> {
        let book = if self.book == Book::Shares { "" } else { self.book.wire() };
        let mut pairs = vec![
            ("book", book.to_owned()),
            ("incident", self.incident.clone()),
            ("organisation", self.organisation.clone()),
            ("period", self.period.clone()),
            ("purpose", self.purpose.map_or("", Purpose::wire).to_owned()),
            ("direction", self.direction.map_or("", Direction::wire).to_owned()),
        ];
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }

    /// All of this part of the ledger is asked for.
    pub fn is_whole(&self) -> bool {
        self.filters().iter().all(|(name, _)| *name == "book")
    }

    /// The same part without filters.
    pub fn of_book(book: Book) -> Self {
        Self { book, ..Self::default() }
    }

    /// The address of this question, on its first page.
    pub fn href(&self) -> String {
        let words: Vec<_> =
            self.filters().iter().map(|(name, value)| format!("{name}={}", percent(value))).collect();
        match words.is_empty() {
            true => "/shares/ledger".to_owned(),
            false => format!("/shares/ledger?{}", words.join("&")),
        }
    }

    /// The address of the page behind a cursor.
    pub fn page_href(&self, after: &str) -> String {
        let href = self.href();
        let mark = if href.contains('?') { '&' } else { '?' };
        format!("{href}{mark}after={}", percent(after))
    }
}

/// Where a crossing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stands {
    Shared(ShareState),
    /// It never left: one's own organisation alone knows.
    Held(HoldState),
    /// It was asked of another organisation to let it pass: that alone read it.
    Asked(OnwardState),
}

impl Stands {
    pub const fn wire(self) -> &'static str {
        match self {
            Self::Shared(state) => state.wire(),
            Self::Held(state) => state.wire(),
            Self::Asked(state) => state.wire(),
        }
    }
    pub const fn label(self) -> &'static str {
        match self {
            Self::Shared(state) => state.label(),
            Self::Held(state) => state.label(),
            Self::Asked(state) => state.label(),
        }
    }
}

super::words::words! {
    /// One act on a crossing, as the journal names it; of requests some have names of their own here.
    LedgerStep {
        Held = "held", "Held for counsel";
        Returned = "returned", "Returned by counsel";
        Refused = "refused", "Refused by counsel";
        Released = "released", "Released by counsel";
        Delivered = "shared", "Delivered";
        Seen = "seen", "Seen";
        Acknowledged = "acknowledged", "Acknowledged";
        Answered = "answered", "Answered";
        TakenBack = "revoked", "Taken back";
        Ended = "ended", "Ended: the recipient left";
        Withdrawn = "withdrawn", "Withdrawn";
        Asked = "asked", "Asked to let it pass";
        LetPass = "approved", "Let pass";
        Declined = "declined", "Not let pass";
        Recalled = "recalled", "Taken back by the one who asked";
        Lapsed = "lapsed", "Lapsed: the incident changed";
    }
}

impl LedgerStep {
    /// The act on a request that brought it to this state.
    pub const fn of_request(state: OnwardState) -> Self {
        match state {
            OnwardState::Asked => Self::Asked,
            OnwardState::Approved => Self::LetPass,
            OnwardState::Refused => Self::Declined,
            OnwardState::Withdrawn => Self::Recalled,
            OnwardState::Lapsed => Self::Lapsed,
        }
    }
}

/// An act with its time, its person and its place in the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerAct {
    pub step: LedgerStep,
    pub at: Moment,
    pub by: Option<Person>,
    pub seq: i64,
    /// Hexadecimal.
    pub hash: String,
}

/// A crossing of an organisation's boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crossing {
    pub id: ShareId,
    /// Which crossing of the reader's organisation it is, counted without a gap; none while it is held, where
    /// it is RED, and for those from before they were counted.
    pub count: Option<i64>,
    pub incident: Number,
    pub title: String,
    /// The stricter of the incident's and its own: what it is handled by.
    pub label: Tlp,
    pub from: Person,
    pub to: Organisation,
    pub purpose: Purpose,
    /// Exactly as it was sent.
    pub text: String,
    /// As it was sent.
    pub tlp: Tlp,
    pub foreign_nexus: String,
    pub basis: Basis,
    /// `E-3` is 3; those that the reader may see.
    pub exhibits: Vec<i64>,
    /// Of the timeline, that went along; those that the reader may see.
    pub entries: Vec<CitedEntry>,
    /// To whom of the organisation it is addressed; with RED who alone reads it.
    pub named: Vec<Person>,
    pub reviewed_by: Option<Person>,
    /// Who of its origin let it be passed on, and for which organisation, where another one shared it.
    pub approved_by: Option<Person>,
    pub approved_organisation: Option<Organisation>,
    /// Of a request to pass it on: whom it was asked of. The words crossed to that one, and to nobody else yet.
    pub asked: Option<Organisation>,
    pub stands: Stands,
    pub answer: Option<String>,
    /// Counsel's to the sender, for one's own organisation alone; of a request what was said to it.
    pub comment: String,
    /// In the order of the journal; the first is the row of the crossing itself or of its hold.
    pub acts: Vec<LedgerAct>,
}

impl Crossing {
    /// The fixed banner, where the law's history makes it necessary.
    pub fn banner(&self) -> Option<&'static str> {
        self.basis.banner(self.from.organisation.sector, self.reader().sector)
    }

    /// Whose people read the words, or were to.
    pub fn reader(&self) -> &Organisation {
        self.asked.as_ref().unwrap_or(&self.to)
    }

    /// The journal row that holds its text: that of the delivery, of the hold, or of the request.
    pub fn row(&self) -> Option<&LedgerAct> {
        let steps = [LedgerStep::Delivered, LedgerStep::Held, LedgerStep::Asked];
        steps.into_iter().find_map(|step| self.act(step))
    }

    pub fn act(&self, step: LedgerStep) -> Option<&LedgerAct> {
        self.acts.iter().find(|act| act.step == step)
    }
}

/// A page of the ledger, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerPage {
    pub crossings: Vec<Crossing>,
    /// Sealed cursor of the next page.
    pub next: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_asked_and_is_read_back() {
        let asked = LedgerQuery {
            book: Book::Posts,
            incident: "WF-0147".into(),
            organisation: "google".into(),
            period: "election-day".into(),
            purpose: Some(Purpose::Safety),
            direction: Some(Direction::Received),
            after: None,
        };
        let href = asked.href();
        let pairs =
            href.split_once('?').expect("a query").1.split('&').filter_map(|pair| pair.split_once('='));
        assert_eq!(LedgerQuery::from_pairs(pairs), asked);
        assert_eq!(LedgerQuery::default().page_href("a+b"), "/shares/ledger?after=a%2Bb");
    }
}
