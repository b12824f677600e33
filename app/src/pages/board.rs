//! The board: what is open, in which order, and what has just happened.

pub mod feed;
pub mod filters;
pub mod row;
pub mod tabs;
pub mod updates;

use leptos::prelude::*;

use self::{
    feed::FeedRail,
    filters::FilterBar,
    row::{GroupHead, Row, group_key, place_key},
    tabs::SavedViews,
};
use super::{
    frame::{Frame, document},
    parts::{Empty, Icon, Pager},
};
use crate::{
    islands::board::HeldBar,
    model::{
        Organisation, Person, Role,
        board::{BoardPage, BoardQuery, BoardRow, Edges, Grouping, Order},
        feed::FeedItem,
        incident::Category,
    },
    policy::Cleared,
};

/// What the filters offer: names that everybody in the room may know.
#[derive(Clone, Debug, Default)]
pub struct FilterChoices {
    pub organisations: Vec<Organisation>,
    /// People who can own an incident of which this viewer may know.
    pub people: Vec<Person>,
    pub categories: Vec<Category>,
    /// Postal code and name.
    pub states: Vec<(String, String)>,
}

/// The updates rail.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Newest first.
    pub items: Cleared<Vec<FeedItem>>,
    /// Only incidents that the viewer owns (`?feed=mine`).
    pub mine: bool,
    /// Sealed: where earlier ones begin.
    pub next: Option<String>,
}

/// `GET /board`
pub fn board(
    frame: &Frame,
    query: BoardQuery,
    page: Cleared<BoardPage>,
    feed: Feed,
    choices: FilterChoices,
) -> AnyView {
    let title = "Operations board";
    let heading = match &frame.period {
        Some(period) => format!("{title}, {}", period.name),
        None => title.to_owned(),
    };
    let may_open = frame.viewer.as_ref().is_some_and(|viewer| viewer.may_open);
    let me = frame.viewer.as_ref().map(|viewer| viewer.person.email.clone()).unwrap_or_default();
    document(frame, title, "page-board", || {
        let BoardPage { rows, edges, next, tabs } = page.into_inner();
        let first = query.after.is_some().then(|| query.href("/board"));
        let next = next.map(|cursor| {
            let href = query.href("/board");
            let joint = if href.contains('?') { '&' } else { '?' };
            format!("{href}{joint}after={}", crate::model::board::percent(&cursor))
        });
        let open = tabs.open;
        // Where this page of the list begins and ends: what lies outside does not belong on it.
        let place = |row: Option<&BoardRow>| row.map(|row| place_key(&query.place(row)));
        let first_place = place(rows.first()).filter(|_| query.after.is_some());
        let last_place = place(rows.last()).filter(|_| next.is_some());
        view! {
            <main id="main" class="board-layout" tabindex="-1">
                <div class="board-main">
                    <div class="board-head">
                        <h1 class="vh">{heading}</h1>
                        <SavedViews query=query.clone() tabs=tabs viewer=frame.viewer.clone() />
                        {may_open.then(|| view! {
                            <a class="btn primary sm board-new" href="/incidents/new">
                                <Icon name="plus" />"New incident"<kbd class="after-live">"C"</kbd>
                            </a>
                        })}
                    </div>
                    <FilterBar query=query.clone() feed_mine=feed.mine choices=choices frame=frame.clone() />
                    <HeldBar query=query.clone() first=first_place last=last_place />
                    <div class="board-wrap" id="board-list">
                        <Table query=query.clone() rows=rows edges=edges />
                        <Nothing query=query open=open frame=frame.clone() />
                        <Pager first=first next=next label="Pages of the board" />
                        <Chosen />
                    </div>
                </div>
                <FeedRail feed=feed path=frame.path.clone() me=me />
                <aside class="peek panel" id="peek" aria-labelledby="peek-h" aria-live="polite" hidden=true></aside>
                <div class="toasts" id="said"></div>
            </main>
            <Keys />
        }
    })
}

#[component]
fn Table(query: BoardQuery, rows: Vec<BoardRow>, edges: Edges) -> impl IntoView {
    let label = match query.group {
        Grouping::None => "Incidents".to_owned(),
        group => format!("Incidents, grouped by {}", group.label().to_lowercase()),
    };
    let sorted = |order: Order, direction: &'static str| (query.order == order).then_some(direction);
    let arrow =
        |order: Order| (query.order == order).then(|| view! { " "<Icon name="arrow-up" size="sm" /> });
    view! {
        <table class="board" role="table" aria-label=label>
            <thead role="rowgroup">
                <tr role="row">
                    <th role="columnheader" scope="col" class="c-sev"><span class="vh">"Severity"</span></th>
                    <th role="columnheader" scope="col">"Incident"</th>
                    <th role="columnheader" scope="col">"Status"</th>
                    <th role="columnheader" scope="col">"Owner"</th>
                    <th role="columnheader" scope="col">"Marking and audience"</th>
                    <th role="columnheader" scope="col" class="num" aria-sort=sorted(Order::Opened, "ascending")>
                        "Open for"{arrow(Order::Opened)}
                    </th>
                    <th role="columnheader" scope="col" aria-sort=sorted(Order::Target, "ascending")>
                        "Next target"{arrow(Order::Target)}
                    </th>
                    <th role="columnheader" scope="col" class="c-last" aria-sort=sorted(Order::Updated, "descending")>
                        "Last update"{(query.order == Order::Updated).then(|| view! { " "<Icon name="arrow-down" size="sm" /> })}
                    </th>
                </tr>
            </thead>
            {groups(&query, rows, edges).into_iter().map(|(rows, partial)| view! { <Group query=query.clone() rows=rows partial=partial /> }).collect_view()}
        </table>
    }
}

/// The rows, which come in order, cut where a new heading starts; each group with whether other pages have more of it.
fn groups(query: &BoardQuery, rows: Vec<BoardRow>, edges: Edges) -> Vec<(Vec<BoardRow>, bool)> {
    let mut groups: Vec<Vec<BoardRow>> = vec![];
    for row in rows {
        let place = query.place(&row);
        match groups.last_mut().filter(|group| query.place(&group[0]).same_group(&place)) {
            Some(group) => group.push(row),
            None => groups.push(vec![row]),
        }
    }
    let last = groups.len().saturating_sub(1);
    let partial = |at| (at == 0 && edges.began_before) || (at == last && edges.goes_on);
    groups.into_iter().enumerate().map(|(at, rows)| (rows, partial(at))).collect()
}

#[component]
fn Group(query: BoardQuery, rows: Vec<BoardRow>, partial: bool) -> impl IntoView {
    let place = query.place(&rows[0]);
    let head = (query.group != Grouping::None)
        .then(|| view! { <GroupHead query=query.clone() rows=rows.clone() partial=partial /> });
    let rows = rows.into_iter().map(|row| view! { <Row query=query.clone() row=row /> }).collect_view();
    view! { <tbody role="rowgroup" data-group=group_key(&place)>{head}{rows}</tbody> }
}

/// Stands where the rows would, and is hidden by style as soon as there is one.
#[component]
fn Nothing(query: BoardQuery, open: i64, frame: Frame) -> impl IntoView {
    let own =
        frame.viewer.as_ref().map_or("your organisation", |viewer| viewer.person.organisation.short.as_str());
    let may_open = frame.viewer.as_ref().is_some_and(|viewer| viewer.may_open);
    let is_admin = frame.viewer.as_ref().is_some_and(|viewer| viewer.roles.contains(&Role::RoomAdmin));
    let plain = BoardQuery { group: query.group, order: query.order, ..BoardQuery::default() };
    if query.pairs() == plain.pairs() {
        return view! {
            <Empty
                icon="layout-list"
                title=if is_admin { "Room admins do not read incidents" } else { "No incidents yet" }
                text=if is_admin {
                    "You look after the room: its people, organisations and settings.".to_owned()
                } else {
                    format!("Incidents shared with {own} appear here as soon as anyone opens one.")
                }
            >
                {is_admin.then(super::set_up::next_steps)}
                {may_open.then(|| view! {
                    <a class="btn primary" href="/incidents/new"><Icon name="plus" />"New incident"</a>
                })}
            </Empty>
        }
        .into_any();
    }
    let words = filters::words(&query)
        .into_iter()
        .map(|(name, value)| if name == "Text" { value } else { format!("{name} {value}") })
        .collect::<Vec<_>>();
    let rest = match open {
        0 => "No incident is open.".to_owned(),
        1 => "1 incident is open in all. It does not match.".to_owned(),
        _ => format!("{open} incidents are open in all. None of them matches."),
    };
    view! {
        <Empty icon="list-filter" title=format!("Nothing matches “{}”", words.join(", ")) text=rest>
            <a class="btn" href=plain.href("/board")>"Clear filter"</a>
        </Empty>
    }
    .into_any()
}

/// What is done to the rows that were chosen. It shows once there is one, and style counts them: the count is
/// true without a script, and a row that leaves the list leaves it too.
#[component]
fn Chosen() -> impl IntoView {
    view! {
        <form class="bulk-bar" id="bulk" method="get" action="/shares/new" aria-label="Chosen incidents">
            <p class="bulk-n"></p>
            <button class="btn sm quiet" type="reset">"Clear"</button>
            <button class="btn sm primary" type="submit" id="bulk-share"><Icon name="share-2" />"Share…"<kbd class="after-live">"⇧ S"</kbd></button>
        </form>
    }
}

/// Single keys, for those who have a keyboard and a script that listens.
#[component]
fn Keys() -> impl IntoView {
    let key = |keys: &'static [&'static str], what: &'static str| {
        view! { <span>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}" "{what}</span> }
    };
    view! {
        <footer class="keybar after-live" aria-label="Keyboard shortcuts">
            {key(&["J", "K"], "Move")} {key(&["Enter"], "Open")} {key(&["Space"], "Peek")} {key(&["A"], "Take it")}
            {key(&["E"], "Assign")} {key(&["S"], "Status")} {key(&["X"], "Choose")} {key(&["/"], "Filter")} {key(&["P"], "Pause live")}
            <span class="keybar-end"><kbd>"?"</kbd>" All shortcuts"</span>
        </footer>
    }
}
