//! One page of a panel's list: how many there are, and the links to the other pages.

use std::ops::Deref;

use leptos::prelude::*;

use super::IncidentView;
use crate::{
    model::panel::{PageQuery, Panel},
    pages::parts::Icon,
    policy::Cleared,
};

/// What stands in a panel.
#[derive(Clone, Debug)]
pub struct PanelPage<T> {
    pub items: Cleared<Vec<T>>,
    /// Where there is more: the sealed cursor of the page after this one.
    pub next: Option<String>,
}

impl<T> Deref for PanelPage<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        &self.items
    }
}

impl<T> PanelPage<T> {
    pub fn of((items, next): (Cleared<Vec<T>>, Option<String>)) -> Self {
        Self { items, next }
    }

    /// Nothing is left out: this is the first page, and the last.
    pub fn is_whole(&self, later: bool) -> bool {
        self.next.is_none() && !later
    }

    /// `12`; where it is not all on this page, `60+`: a page that has another beside it is full, or comes behind one
    /// that was.
    pub fn count(&self, panel: Panel, later: bool) -> String {
        if self.is_whole(later) { self.len().to_string() } else { format!("{}+", panel.size()) }
    }
}

impl IncidentView {
    /// What the address of this page asks.
    pub fn query(&self) -> PageQuery {
        PageQuery { timeline: self.timeline.query.clone(), panels: self.panels.clone(), at: None }
    }

    /// It is a later page of this panel.
    pub(super) fn is_later(&self, panel: Panel) -> bool {
        self.panels.after(panel).is_some()
    }

    pub(super) fn count<T>(&self, panel: Panel, page: &PanelPage<T>) -> String {
        page.count(panel, self.is_later(panel))
    }

    /// `3 of 5 done` and `3/5`: said where all tasks are on the page.
    pub(super) fn tasks_done(&self) -> Option<(usize, usize)> {
        let done = self.tasks.iter().filter(|task| task.done_at.is_some()).count();
        self.tasks.is_whole(self.is_later(Panel::Tasks)).then_some((done, self.tasks.len()))
    }

    /// Above the list of a later page: the way back to the first.
    pub(super) fn back(&self, panel: Panel) -> Option<AnyView> {
        let href = self.query().panel_href(&self.path(), panel, None);
        self.is_later(panel).then(|| {
            view! { <p class="tl-more"><a class="btn sm" href=href><Icon name="arrow-up" />{panel.back()}</a></p> }
                .into_any()
        })
    }

    /// Under the list: the page after this one. In a picture nothing is pressed.
    pub(super) fn onward(&self, panel: Panel, next: Option<&String>) -> Option<AnyView> {
        let cursor = next?.clone();
        let words = panel.onward();
        if self.still {
            return Some(view! { <p class="tl-more muted">{words}</p> }.into_any());
        }
        let href = self.query().panel_href(&self.path(), panel, Some(cursor));
        Some(view! { <p class="tl-more"><a class="btn sm" href=href rel="next">{words}</a></p> }.into_any())
    }
}
