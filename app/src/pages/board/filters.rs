//! The filter bar: a real GET form, so that a filter is an address that can be sent to a colleague.

use leptos::prelude::*;

use super::{FilterChoices, tabs};
use crate::{
    model::{
        Severity, Tlp,
        board::{BoardQuery, Grouping, Order, Span},
        incident::Status,
    },
    pages::{
        frame::{Density, Frame},
        parts::{Icon, PostForm},
    },
};

/// What is filtered, in words: name and value of each condition.
pub(super) fn words(query: &BoardQuery) -> Vec<(&'static str, String)> {
    conditions(query).into_iter().map(|(name, value, _)| (name, value)).collect()
}

/// Name and value of each condition, and the question without it.
fn conditions(query: &BoardQuery) -> Vec<(&'static str, String, BoardQuery)> {
    let mut list = vec![];
    let mut add = |name, value: String, wanted: bool, clear: fn(&mut BoardQuery)| {
        if wanted {
            let mut without = query.clone();
            clear(&mut without);
            list.push((name, value, without));
        }
    };
    fn labels<T: Copy>(values: &[T], label: fn(T) -> &'static str) -> String {
        values.iter().map(|value| label(*value)).collect::<Vec<_>>().join(", ")
    }
    let span = query.span != Span::Open && query.status.is_empty();
    add("Show", query.span.label().to_lowercase(), span, |q| q.span = Span::Open);
    add("Status", labels(&query.status, Status::label), !query.status.is_empty(), |q| {
        q.status.clear();
        q.span = Span::Open;
    });
    add("Severity", labels(&query.severity, Severity::label), !query.severity.is_empty(), |q| {
        q.severity.clear()
    });
    add("Category", query.category.join(", "), !query.category.is_empty(), |q| q.category.clear());
    add("State", query.state.join(", "), !query.state.is_empty(), |q| q.state.clear());
    add("Organisation", query.organisation.join(", "), !query.organisation.is_empty(), |q| {
        q.organisation.clear()
    });
    add("Lead", query.lead.join(", "), !query.lead.is_empty(), |q| q.lead.clear());
    let owner = query.owner.join(", ").replace("none", "nobody");
    add("Owner", owner, !query.owner.is_empty(), |q| q.owner.clear());
    add("Marking", labels(&query.tlp, Tlp::label), !query.tlp.is_empty(), |q| q.tlp.clear());
    add("Target", "past".into(), query.breached, |q| q.breached = false);
    add("Text", query.q.clone(), !query.q.is_empty(), |q| q.q.clear());
    list
}

#[component]
pub fn FilterBar(query: BoardQuery, feed_mine: bool, choices: FilterChoices, frame: Frame) -> impl IntoView {
    let saved = tabs::is_saved(&query, frame.viewer.as_ref());
    let tokens = (!saved).then(|| {
        conditions(&query).into_iter().filter(|(name, ..)| *name != "Text").map(token).collect_view()
    });
    // What the form does not show must survive it.
    let kept = query
        .pairs()
        .into_iter()
        .filter(|(name, _)| matches!(*name, "lead" | "breached" | "group" | "order"));
    let kept =
        kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    view! {
        <div class="filterbar">
            <form class="filters" role="search" aria-label="Filter incidents" action="/board">
                {kept}
                {feed_mine.then(|| view! { <input type="hidden" name="feed" value="mine" /> })}
                <div class="searchbox">
                    <Icon name="search" size="sm" />
                    <input type="search" name="q" id="board-q" value=query.q.clone() maxlength="200"
                        aria-label="Filter by title or number" placeholder="Title or number" />
                    <kbd class="after-live">"/"</kbd>
                </div>
                {tokens}
                <details class="menu filter-menu" id="filter">
                    <summary class="menubtn"><Icon name="list-filter" />"Filter"</summary>
                    <div class="menu-pop"><Popover query=query.clone() choices=choices /></div>
                </details>
            </form>
            <div class="filterbar-end">
                <PickMenu
                    name="Group"
                    current=query.group.label()
                    choices=Grouping::ALL.iter().map(|group| {
                        (group.label(), BoardQuery { group: *group, ..query.clone() }.href("/board"), *group == query.group)
                    }).collect()
                />
                <PickMenu
                    name="Sort"
                    current=query.order.label()
                    choices=Order::ALL.iter().map(|order| {
                        (order.label(), BoardQuery { order: *order, ..query.clone() }.href("/board"), *order == query.order)
                    }).collect()
                />
                <DensityButtons frame=frame />
            </div>
        </div>
    }
}

fn token((name, value, without): (&'static str, String, BoardQuery)) -> impl IntoView {
    let remove = format!("Remove filter: {} {value}", name.to_lowercase());
    view! {
        <span class="token">
            <span class="token-k">{name}</span><span class="token-v">{value}</span>
            <a href=without.href("/board") aria-label=remove><Icon name="x" /></a>
        </span>
    }
}

/// Menu of links; the current one is marked.
#[component]
fn PickMenu(
    name: &'static str,
    current: &'static str,
    choices: Vec<(&'static str, String, bool)>,
) -> impl IntoView {
    let links = choices.into_iter().map(|(words, href, current)| {
        view! {
            <a class="menu-item" href=href aria-current=current.then_some("true")>
                {words}{current.then(|| view! { <Icon name="check" /> })}
            </a>
        }
    });
    view! {
        <details class="menu">
            <summary class="menubtn">{name}" "<b>{current}</b><Icon name="chevron-down" /></summary>
            <div class="menu-pop">{links.collect_view()}</div>
        </details>
    }
}

/// The same choice as in the appearance menu, at hand where rows are read.
#[component]
fn DensityButtons(frame: Frame) -> impl IntoView {
    let appearance = frame.appearance;
    let buttons = [(Density::Comfortable, "rows-2"), (Density::Compact, "rows-4")].map(|(density, icon)| {
        let pressed = if appearance.density == density { "true" } else { "false" };
        view! {
            <button type="submit" name="density" value=density.wire() aria-pressed=pressed aria-label=density.label() title=density.label()>
                <Icon name=icon size="sm" />
            </button>
        }
    });
    view! {
        <PostForm action="/me/appearance" class="seg" id="density">
            <input type="hidden" name="next" value=frame.path />
            <input type="hidden" name="theme" value=appearance.theme.wire() />
            <input type="hidden" name="contrast" value=appearance.contrast.wire() />
            {buttons.collect_view()}
        </PostForm>
    }
}

/// Everything that can be filtered by; part of the same form as the search box.
#[component]
fn Popover(query: BoardQuery, choices: FilterChoices) -> impl IntoView {
    let severities =
        Severity::ALL.iter().map(|s| (s.wire(), s.label(), query.severity.contains(s))).collect();
    let statuses = Status::ALL.iter().map(|s| (s.wire(), s.label(), query.status.contains(s))).collect();
    let markings = Tlp::ALL.iter().rev().map(|t| (t.wire(), t.label(), query.tlp.contains(t))).collect();
    let spans = Span::ALL.iter().map(|s| (s.wire().to_owned(), s.label().to_owned())).collect();
    let states =
        choices.states.into_iter().map(|(code, name)| (code.clone(), format!("{code} {name}"))).collect();
    let organisations = choices.organisations.into_iter().map(|o| (o.slug, o.short)).collect();
    let nobody = ("none".to_owned(), "Nobody".to_owned());
    let people = choices
        .people
        .into_iter()
        .map(|p| (p.email.to_lowercase(), format!("{} ({})", p.name, p.organisation.short)));
    let owners = std::iter::once(nobody).chain(people).collect();
    let mut categories: Vec<(String, String)> = vec![];
    for category in choices.categories {
        let top = category.code.split('-').next().unwrap_or_default().to_owned();
        if categories.iter().all(|(code, _)| *code != top) {
            categories.push((top, format!("{}: all", category.top)));
        }
        categories.push((category.code, format!("{} › {}", category.top, category.leaf)));
    }
    view! {
        <div class="filter-grid">
            <div class="filter-boxes">
                <Boxes name="severity" legend="Severity" choices=severities />
                <Boxes name="status" legend="Status" choices=statuses />
                <Boxes name="tlp" legend="Marking" choices=markings />
            </div>
            <div class="filter-selects">
                <Pick name="span" label="Show" chosen=vec![query.span.to_string()] choices=spans />
                <Pick name="category" label="Category" blank="Any" chosen=query.category choices=categories />
                <Pick name="state" label="State" blank="Any" chosen=query.state choices=states />
                <Pick name="organisation" label="Organisation" blank="Any" chosen=query.organisation choices=organisations />
                <Pick name="owner" label="Owner" blank="Anybody" chosen=query.owner choices=owners />
            </div>
        </div>
        <div class="filter-foot">
            <a class="btn sm quiet" href="/board">"Clear all"</a>
            <button class="btn sm primary" type="submit">"Show matching"</button>
        </div>
    }
}

#[component]
fn Boxes(
    name: &'static str,
    legend: &'static str,
    choices: Vec<(&'static str, &'static str, bool)>,
) -> impl IntoView {
    let boxes = choices.into_iter().map(|(value, label, checked)| {
        view! {
            <label><input type="checkbox" name=name value=value checked=checked />{label}</label>
        }
    });
    view! { <fieldset><legend>{legend}</legend>{boxes.collect_view()}</fieldset> }
}

#[component]
fn Pick(
    name: &'static str,
    label: &'static str,
    #[prop(optional)] blank: &'static str,
    chosen: Vec<String>,
    mut choices: Vec<(String, String)>,
) -> impl IntoView {
    let chosen = chosen.join(",");
    // An address can name several where the list offers one: keep them as one answer.
    if !chosen.is_empty() && choices.iter().all(|(value, _)| *value != chosen) {
        choices.insert(0, (chosen.clone(), chosen.replace(',', ", ")));
    }
    let options = choices.into_iter().map(|(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    });
    let id = format!("filter-{name}");
    let target = id.clone();
    view! {
        <p class="filter-pick">
            <label for=target>{label}</label>
            <select class="select sm" name=name id=id>
                {(!blank.is_empty()).then(|| view! { <option value="">{blank}</option> })}
                {options.collect_view()}
            </select>
        </p>
    }
}
