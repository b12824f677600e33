//! Saved views as tabs, each with its count over what the viewer may see.

use leptos::prelude::*;

use crate::{
    model::board::{BoardQuery, BoardTabs},
    pages::frame::ViewerCard,
};

/// Key, words, count and question of each tab; the first is the plain board.
fn views(
    query: &BoardQuery,
    tabs: BoardTabs,
    viewer: Option<&ViewerCard>,
) -> Vec<(&'static str, String, i64, BoardQuery)> {
    let plain = BoardQuery { group: query.group, order: query.order, ..BoardQuery::default() };
    let mut views = vec![
        ("open", "All open".to_owned(), tabs.open, plain.clone()),
        ("breached", "Past target".to_owned(), tabs.breached, BoardQuery { breached: true, ..plain.clone() }),
        (
            "unowned",
            "No owner".to_owned(),
            tabs.without_owner,
            BoardQuery { owner: vec!["none".into()], ..plain.clone() },
        ),
    ];
    if let Some(viewer) = viewer {
        let own = &viewer.person.organisation;
        let lead = BoardQuery { lead: vec![own.slug.clone()], ..plain.clone() };
        views.push(("lead", format!("{} leads", own.short), tabs.own_lead, lead));
        let mine = BoardQuery { owner: vec![viewer.person.email.to_lowercase()], ..plain };
        views.push(("mine", "Mine".to_owned(), tabs.mine, mine));
    }
    views
}

/// The question is exactly that of a saved view: its tab says so, and no token repeats it.
pub(super) fn is_saved(query: &BoardQuery, viewer: Option<&ViewerCard>) -> bool {
    views(query, BoardTabs::default(), viewer).iter().any(|(_, _, _, saved)| saved.pairs() == query.pairs())
}

#[component]
pub fn SavedViews(query: BoardQuery, tabs: BoardTabs, viewer: Option<ViewerCard>) -> impl IntoView {
    let links = views(&query, tabs, viewer.as_ref()).into_iter().map(|(key, words, count, saved)| {
        let current = (saved.pairs() == query.pairs()).then_some("page");
        let class = if key == "breached" && count > 0 { "n alert" } else { "n" };
        view! { <a href=saved.href("/board") aria-current=current data-tab=key>{words}" "<span class=class>{count}</span></a> }
    });
    view! { <nav class="tabs" aria-label="Saved views">{links.collect_view()}</nav> }
}
