//! The board: one row an incident, the question that a URL asks of it, and the order of its rows.
//!
//! Server and browser share this file: a change that arrives live is filtered, grouped and put in its
//! place by the same code that built the page.

use serde::{Deserialize, Serialize};

use super::{
    Clock, ClockState, Moment, Organisation, Person, Severity, Tlp,
    id::Number,
    incident::{Category, Hold, Status},
};

/// The newest entry that somebody wrote and this viewer may see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastUpdate {
    pub at: Moment,
    /// Short name of the author's organisation; `Watchfloor` for the product itself.
    pub organisation: String,
    pub text: String,
}

/// One incident on the board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardRow {
    pub number: Number,
    pub version: i64,
    pub title: String,
    pub category: Category,
    /// `Maricopa, AZ` or `Nationwide`.
    pub place: String,
    /// Postal codes; empty is nationwide.
    pub states: Vec<String>,
    pub severity: Severity,
    pub status: Status,
    pub tlp: Tlp,
    pub lead: Organisation,
    pub owner: Option<Person>,
    pub shared_with: Vec<Organisation>,
    pub opened_at: Moment,
    /// The clock that rings next, or the one that is past its target.
    pub clock: Option<Clock>,
    pub hold: Option<Hold>,
    pub last: Option<LastUpdate>,
    pub updated_at: Moment,
    /// This viewer may take ownership with one press.
    pub may_take: bool,
    /// This viewer may share it, and so choose it together with others.
    pub may_share: bool,
}

impl BoardRow {
    pub fn is_breached(&self, now: Moment) -> bool {
        self.clock.as_ref().is_some_and(|clock| clock.state(now) == ClockState::Breached)
    }
    /// When the next target is due; never, where none runs.
    pub fn due(&self) -> Moment {
        match (&self.hold, &self.clock) {
            (None, Some(clock)) if clock.met_at.is_none() => clock.due,
            _ => Moment::NEVER,
        }
    }
}

super::words::words! {
    /// What the rows are gathered under.
    Grouping {
        Severity = "severity", "Severity";
        Status = "status", "Status";
        Lead = "lead", "Lead";
        None = "none", "None";
    }
}

super::words::words! {
    /// The order inside a group.
    Order {
        Target = "target", "Target";
        Updated = "updated", "Last update";
        Opened = "opened", "Newest";
    }
}

super::words::words! {
    /// Which statuses.
    Span {
        Open = "open", "Open";
        Ended = "ended", "Ended";
        All = "all", "All";
    }
}

/// What the board's URL asks for; every list field means "any of these", empty means "any".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardQuery {
    pub span: Span,
    pub status: Vec<Status>,
    pub severity: Vec<Severity>,
    /// Category codes or tops: `PROC-1`, `PROC`.
    pub category: Vec<String>,
    /// Postal codes.
    pub state: Vec<String>,
    /// Slugs of organisations that lead or take part.
    pub organisation: Vec<String>,
    /// Slugs of organisations that lead.
    pub lead: Vec<String>,
    /// E-mail addresses; `none` is "without owner".
    pub owner: Vec<String>,
    pub tlp: Vec<Tlp>,
    /// Only those past a target.
    pub breached: bool,
    /// Words in number or title.
    pub q: String,
    pub group: Grouping,
    pub order: Order,
    /// Sealed cursor of the page before.
    pub after: Option<String>,
}

impl Default for BoardQuery {
    fn default() -> Self {
        Self {
            span: Span::Open,
            status: vec![],
            severity: vec![],
            category: vec![],
            state: vec![],
            organisation: vec![],
            lead: vec![],
            owner: vec![],
            tlp: vec![],
            breached: false,
            q: String::new(),
            group: Grouping::Severity,
            order: Order::Target,
            after: None,
        }
    }
}

impl BoardQuery {
    /// Reads the pairs of a query string; what it does not know, it leaves out (a shared link keeps working).
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs {
            let words = || value.split(',').map(str::trim).filter(|word| !word.is_empty());
            match name {
                "span" => query.span = value.parse().unwrap_or(Span::Open),
                "status" => query.status.extend(words().filter_map(|w| w.parse::<Status>().ok())),
                "severity" => query.severity.extend(words().filter_map(|w| w.parse::<Severity>().ok())),
                "category" => query.category.extend(words().map(str::to_uppercase)),
                "state" => query.state.extend(words().map(str::to_uppercase)),
                "organisation" => query.organisation.extend(words().map(str::to_lowercase)),
                "lead" => query.lead.extend(words().map(str::to_lowercase)),
                "owner" => query.owner.extend(words().map(str::to_lowercase)),
                "tlp" => query.tlp.extend(words().filter_map(|w| w.replace(' ', "+").parse::<Tlp>().ok())),
                "breached" => query.breached = value == "1",
                "q" => query.q = value.trim().chars().take(200).collect(),
                "group" => query.group = value.parse().unwrap_or(Grouping::Severity),
                "order" => query.order = value.parse().unwrap_or(Order::Target),
                "after" => query.after = Some(value.to_owned()).filter(|after| !after.is_empty()),
                _ => {}
            }
        }
        if query.status.iter().any(|status| !status.is_open()) && query.span == Span::Open {
            query.span = Span::All;
        }
        query
    }

    /// The pairs that differ from the default, for links and hidden fields; without the cursor.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        fn joined<T>(list: &[T], word: impl Fn(&T) -> String) -> String {
            list.iter().map(word).collect::<Vec<_>>().join(",")
        }
        let plain = Self::default();
        let mut pairs = vec![];
        let mut put = |name, value: String, wanted: bool| {
            if wanted {
                pairs.push((name, value));
            }
        };
        put("span", self.span.to_string(), self.span != plain.span && self.status.is_empty());
        put("status", joined(&self.status, Status::to_string), !self.status.is_empty());
        put("severity", joined(&self.severity, Severity::to_string), !self.severity.is_empty());
        put("category", self.category.join(","), !self.category.is_empty());
        put("state", self.state.join(","), !self.state.is_empty());
        put("organisation", self.organisation.join(","), !self.organisation.is_empty());
        put("lead", self.lead.join(","), !self.lead.is_empty());
        put("owner", self.owner.join(","), !self.owner.is_empty());
        put("tlp", joined(&self.tlp, Tlp::to_string), !self.tlp.is_empty());
        put("breached", "1".into(), self.breached);
        put("q", self.q.clone(), !self.q.is_empty());
        put("group", self.group.to_string(), self.group != plain.group);
        put("order", self.order.to_string(), self.order != plain.order);
        pairs
    }

    /// `/board?severity=high&group=status`
    pub fn href(&self, path: &str) -> String {
        let pairs = self.pairs();
        let mut href = path.to_owned();
        for (index, (name, value)) in pairs.iter().enumerate() {
            href.push(if index == 0 { '?' } else { '&' });
            href.push_str(name);
            href.push('=');
            href.push_str(&percent(value));
        }
        href
    }

    /// The row belongs into this list. `now` decides what is past its target.
    pub fn admits(&self, row: &BoardRow, now: Moment) -> bool {
        fn any<T>(list: &[T], test: impl FnMut(&T) -> bool) -> bool {
            list.is_empty() || list.iter().any(test)
        }
        let span = match self.span {
            Span::Open => row.status.is_open(),
            Span::Ended => !row.status.is_open(),
            Span::All => true,
        };
        let takes_part = |slug: &String| {
            row.lead.slug == *slug || row.shared_with.iter().any(|organisation| organisation.slug == *slug)
        };
        let owned = |email: &String| match &row.owner {
            Some(owner) => owner.email == *email,
            None => email == "none",
        };
        let of_category =
            |code: &String| row.category.code == *code || row.category.code.starts_with(&format!("{code}-"));
        let q = self.q.to_lowercase();
        span && any(&self.status, |status| row.status == *status)
            && any(&self.severity, |severity| row.severity == *severity)
            && any(&self.category, of_category)
            && any(&self.state, |state| row.states.contains(state))
            && any(&self.organisation, takes_part)
            && any(&self.lead, |slug| row.lead.slug == *slug)
            && any(&self.owner, owned)
            && any(&self.tlp, |tlp| row.tlp == *tlp)
            && (!self.breached || row.is_breached(now))
            && (q.is_empty()
                || row.title.to_lowercase().contains(&q)
                || row.number.as_str().to_lowercase().contains(&q))
    }

    /// Where the row stands: first its group, then its place there; ascending. Ties fall to the number.
    pub fn place(&self, row: &BoardRow) -> Place {
        let (group, label) = match self.group {
            Grouping::Severity => (row.severity.rank(), row.severity.label().to_owned()),
            Grouping::Status => (row.status.rank(), row.status.label().to_owned()),
            Grouping::Lead => (0, row.lead.short.clone()),
            Grouping::None => (0, String::new()),
        };
        let lead = if self.group == Grouping::Lead { row.lead.slug.clone() } else { String::new() };
        let within = match self.order {
            Order::Target => row.due().0,
            Order::Updated => i64::MAX - row.updated_at.0,
            Order::Opened => i64::MAX - row.opened_at.0,
        };
        Place { group, lead, within, number: row.number.clone(), label }
    }
}

/// A row's place in the list: compares as the list is ordered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    pub group: i64,
    /// Slug of the lead organisation where the list is grouped by it.
    pub lead: String,
    pub within: i64,
    pub number: Number,
    /// Heading of the group.
    pub label: String,
}

impl Place {
    /// Two rows stand under the same heading.
    pub fn same_group(&self, other: &Self) -> bool {
        (self.group, &self.lead) == (other.group, &other.lead)
    }
}

/// Percent-encodes what may not stand in a query value.
pub fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' | b'@' => {
                out.push(char::from(byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// Which groups of a page are not whole on it: what stands on other pages is not counted there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edges {
    /// The first group began on an earlier page.
    pub began_before: bool,
    /// The last group goes on on the next page.
    pub goes_on: bool,
}

/// A page of the board, with what its tabs count.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardPage {
    pub rows: Vec<BoardRow>,
    pub edges: Edges,
    /// Sealed cursor of the next page.
    pub next: Option<String>,
    pub tabs: BoardTabs,
}

/// Counts of the saved views, over what this viewer may see.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoardTabs {
    pub open: i64,
    pub breached: i64,
    pub without_owner: i64,
    pub own_lead: i64,
    pub mine: i64,
}
