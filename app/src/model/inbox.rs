//! The inbox of shares: what waits for an answer here, what waits for others, and what is done.

use serde::{Deserialize, Serialize};

use super::{
    Severity,
    board::percent,
    hold::Hold,
    onward::Onward,
    share::{Purpose, Share},
};

super::words::words! {
    /// Where a share stands for one's own organisation.
    ShareTab {
        Answer = "answer", "To answer";
        Waiting = "waiting", "Waiting for others";
        Held = "held", "Held";
        Done = "done", "Done";
    }
}

/// What the inbox is asked for; the same words stand in its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShareQuery {
    pub tab: ShareTab,
    /// Slug of the other party; empty: any.
    pub organisation: String,
    pub purpose: Option<Purpose>,
    /// Slug of the period in which it was shared; empty: any.
    pub period: String,
    /// Only what was handed to the reader.
    pub mine: bool,
    /// Sealed cursor of a later page.
    pub after: Option<String>,
}

impl Default for ShareQuery {
    fn default() -> Self {
        Self::of(ShareTab::Answer)
    }
}

impl ShareQuery {
    /// Everything of a tab.
    pub fn of(tab: ShareTab) -> Self {
        Self {
            tab,
            organisation: String::new(),
            purpose: None,
            period: String::new(),
            mine: false,
            after: None,
        }
    }

    /// Reads the pairs of an address; what is not known is left out.
    pub fn from_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs {
            let value = value.trim();
            match name {
                "tab" => query.tab = value.parse().unwrap_or(query.tab),
                "organisation" => query.organisation = value.chars().take(80).collect(),
                "purpose" => query.purpose = value.parse().ok(),
                "mine" => query.mine = value == "1",
                "period" => query.period = value.chars().take(80).collect(),
                "after" if !value.is_empty() => query.after = Some(value.to_owned()),
                _ => {}
            }
        }
        query
    }

    /// The filters alone, without tab and page.
    pub fn filters(&self) -> Vec<(&'static str, String)> {
        let mut pairs = vec![
            ("organisation", self.organisation.clone()),
            ("purpose", self.purpose.map_or("", Purpose::wire).to_owned()),
            ("period", self.period.clone()),
            ("mine", if self.mine { "1" } else { "" }.to_owned()),
        ];
        pairs.retain(|(_, value)| !value.is_empty());
        pairs
    }

    /// The same filters in another tab, from its first page.
    pub fn in_tab(&self, tab: ShareTab) -> Self {
        Self { tab, after: None, ..self.clone() }
    }

    /// The address of this question, on its first page.
    pub fn href(&self) -> String {
        let mut href = format!("/shares?tab={}", self.tab);
        for (name, value) in self.filters() {
            href.push_str(&format!("&{name}={}", percent(&value)));
        }
        href
    }

    /// The address of this very page of the list.
    pub fn page_href(&self) -> String {
        match &self.after {
            Some(cursor) => format!("{}&after={}", self.href(), percent(cursor)),
            None => self.href(),
        }
    }
}

/// A share with what its reader knows of the incident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareLine {
    pub share: Share,
    pub title: String,
    pub severity: Severity,
}

/// A page of the inbox, newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SharePage {
    pub lines: Vec<ShareLine>,
    /// What one's own organisation held back; only in the tab of that name.
    pub holds: Vec<Hold>,
    /// What others ask to pass on, where one's own organisation decides; what it asked itself.
    pub requests: Vec<Onward>,
    /// Sealed cursor of the next page.
    pub next: Option<String>,
}

/// How many wait, counted to [`ShareCounts::MOST`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShareCounts {
    pub answer: i64,
    pub waiting: i64,
    /// For counsel of one's own organisation.
    pub held: i64,
}

impl ShareCounts {
    /// Beyond it a count says "99+".
    pub const MOST: i64 = 100;

    /// A count as it stands on screen.
    pub fn words(count: i64) -> String {
        if count < Self::MOST { count.to_string() } else { format!("{}+", Self::MOST - 1) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_asked_and_is_read_back() {
        let asked = ShareQuery {
            tab: ShareTab::Done,
            organisation: "google".into(),
            purpose: Some(Purpose::Safety),
            period: "election-day".into(),
            mine: true,
            after: None,
        };
        let href = asked.href();
        assert_eq!(href, "/shares?tab=done&organisation=google&purpose=safety&period=election-day&mine=1");
        let pairs =
            href.split_once('?').expect("a query").1.split('&').filter_map(|pair| pair.split_once('='));
        assert_eq!(ShareQuery::from_pairs(pairs), asked);
    }

    #[test]
    fn a_count_beyond_the_most_says_so() {
        assert_eq!(ShareCounts::words(7), "7");
        assert_eq!(ShareCounts::words(ShareCounts::MOST), "99+");
    }
}
