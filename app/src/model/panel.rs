//! The lists beside an incident's timeline, each with pages of its own, and the address of a page that shows one of
//! each. Every link keeps what the others show.

use super::{EntryId, ShareId, board::percent, id::Number, timeline::TimelineQuery};

super::words::words! {
    /// A list of an incident's page, by its word in the address.
    Panel {
        Exhibits = "exhibits", "exhibits";
        Indicators = "indicators", "indicators";
        Tasks = "tasks", "tasks";
        Shares = "shares", "shares";
    }
}

impl Panel {
    /// Most things on one page. An exhibit and a share are some lines each, with their buttons: as many as the
    /// timeline has entries. An indicator and a task are one line, and come in long lists.
    pub const fn size(self) -> usize {
        match self {
            Self::Exhibits | Self::Shares => 60,
            Self::Indicators | Self::Tasks => 100,
        }
    }

    /// The id of its section.
    pub const fn section(self) -> &'static str {
        match self {
            Self::Exhibits => "evidence",
            other => other.wire(),
        }
    }

    /// What the link to the page after this one says.
    pub const fn onward(self) -> &'static str {
        match self {
            Self::Exhibits => "Older exhibits",
            Self::Indicators => "Older indicators",
            Self::Tasks => "Further tasks",
            Self::Shares => "Older shares",
        }
    }

    /// What the links to all of them are called.
    pub const fn pages(self) -> &'static str {
        match self {
            Self::Exhibits => "Pages of the exhibits",
            Self::Indicators => "Pages of the indicators",
            Self::Tasks => "Pages of the tasks",
            Self::Shares => "Pages of the shares",
        }
    }

    /// What the link to the first page says.
    pub const fn back(self) -> &'static str {
        match self {
            Self::Exhibits => "To the newest exhibits",
            Self::Indicators => "To the newest indicators",
            Self::Tasks => "To the first tasks",
            Self::Shares => "To the newest shares",
        }
    }
}

/// Which page of each panel: `?exhibits=...&indicators=...`, sealed cursors of the pages before.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PanelQuery([Option<String>; 4]);

impl PanelQuery {
    /// Reads the pairs of a query string; what it does not know, it leaves out.
    pub fn from_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (name, value) in pairs {
            if let Ok(panel) = name.parse::<Panel>()
                && !value.is_empty()
            {
                query.0[panel as usize] = Some(value.to_owned());
            }
        }
        query
    }

    /// The cursor behind which this panel goes on; none on its first page.
    pub fn after(&self, panel: Panel) -> Option<&str> {
        self.0[panel as usize].as_deref()
    }

    /// The same with another page of one panel.
    #[must_use]
    pub fn with(&self, panel: Panel, after: Option<String>) -> Self {
        let mut query = self.clone();
        query.0[panel as usize] = after;
        query
    }

    /// `exhibits=...`
    pub fn pairs(&self) -> Vec<String> {
        let given = Panel::ALL.iter().filter_map(|panel| Some((panel, self.after(*panel)?)));
        given.map(|(panel, after)| format!("{panel}={}", percent(after))).collect()
    }
}

/// What the address of an incident's page asks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageQuery {
    pub timeline: TimelineQuery,
    pub panels: PanelQuery,
    /// The entry or share that a link leads to, whatever page it is on now; links of the page tell its place instead.
    pub at: Option<String>,
}

/// `/incidents/WF-0147?at=ID#entry-ID`: at an entry, on the page where it stands.
pub fn entry_href(number: &Number, id: EntryId) -> String {
    format!("/incidents/{number}?at={id}#entry-{id}")
}

/// The same of a share.
pub fn share_href(number: &Number, id: ShareId) -> String {
    format!("/incidents/{number}?at={id}#share-{id}")
}

impl PageQuery {
    /// Reads the pairs of a query string.
    pub fn from_pairs<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)> + Clone) -> Self {
        let at = pairs.clone().find(|(name, value)| *name == "at" && !value.is_empty());
        Self {
            timeline: TimelineQuery::from_pairs(pairs.clone()),
            panels: PanelQuery::from_pairs(pairs),
            at: at.map(|(_, value)| value.to_owned()),
        }
    }

    /// `/incidents/WF-0147?show=updates&exhibits=...`
    pub fn href(&self, path: &str) -> String {
        let pairs = [self.timeline.pairs(), self.panels.pairs()].concat();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    /// The same with another page of one panel, at that panel.
    pub fn panel_href(&self, path: &str, panel: Panel, after: Option<String>) -> String {
        let query = Self { panels: self.panels.with(panel, after), ..self.clone() };
        format!("{}#{}", query.href(path), panel.section())
    }

    /// The same with another part of the timeline, at the timeline.
    pub fn timeline_href(&self, path: &str, timeline: TimelineQuery) -> String {
        format!("{}#timeline", Self { timeline, ..self.clone() }.href(path))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::timeline::Show;

    #[test]
    fn a_link_keeps_what_the_others_show() {
        let pairs =
            [("show", "updates"), ("exhibits", "a-b"), ("tasks", "t"), ("shares", ""), ("form", "edit")];
        let query = PageQuery::from_pairs(pairs.into_iter());
        assert_eq!(query.timeline.show, Show::Updates);
        let href = query.panel_href("/incidents/WF-0147", Panel::Indicators, Some("i".into()));
        assert_eq!(href, "/incidents/WF-0147?show=updates&exhibits=a-b&indicators=i&tasks=t#indicators");
        let first = query.panel_href("/incidents/WF-0147", Panel::Exhibits, None);
        assert_eq!(first, "/incidents/WF-0147?show=updates&tasks=t#evidence");
        let timeline = query.timeline_href("/incidents/WF-0147", TimelineQuery::default());
        assert_eq!(timeline, "/incidents/WF-0147?exhibits=a-b&tasks=t#timeline");
        assert_eq!(PageQuery::default().href("/incidents/WF-0147"), "/incidents/WF-0147");
    }
}
