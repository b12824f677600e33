//! The updates rail: newest first, each line with its marking.

use leptos::{either::Either, prelude::*};

use super::{Feed, updates::updates_href};
use crate::{
    islands::feed::FeedControls,
    model::feed::FeedItem,
    pages::parts::{Icon, Time, TlpChip},
};

#[component]
pub fn FeedRail(feed: Feed, path: String, me: String) -> impl IntoView {
    let mine = feed.mine;
    let (all_href, mine_href) = scopes(&path);
    let earlier = feed.next.as_deref().map(|cursor| updates_href(mine, Some(cursor)));
    let lines =
        feed.items.into_inner().into_iter().map(|item| view! { <FeedLine item=item /> }).collect::<Vec<_>>();
    let quiet = lines.is_empty();
    view! {
        <aside class="feed" id="feed" aria-label="Live updates">
            <div class="feed-head">
                <h2>"Live updates"</h2>
                <span class="seg" role="group" aria-label="Scope">
                    <a href=all_href aria-current=(!mine).then_some("true")>"All"</a>
                    <a href=mine_href aria-current=mine.then_some("true")>"Mine"</a>
                </span>
                <FeedControls mine=mine me=me />
                <a class="iconbtn feed-close" href="#main" aria-label="Close live updates"><Icon name="x" /></a>
            </div>
            <ol class="feed-list" id="feed-list" tabindex="0" aria-label="Newest first">{lines}</ol>
            {quiet.then(|| view! { <p class="feed-none">"Nothing has happened yet."</p> })}
            {earlier.map(|href| view! { <a class="feed-earlier" id="feed-earlier" href=href>"Earlier updates"<Icon name="arrow-right" size="sm" /></a> })}
        </aside>
    }
}

/// Addresses of the rail over everything, and over one's own incidents.
fn scopes(path: &str) -> (String, String) {
    let (page, query) = path.split_once('?').unwrap_or((path, ""));
    let kept: Vec<&str> =
        query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("feed=")).collect();
    let all = if kept.is_empty() { page.to_owned() } else { format!("{page}?{}", kept.join("&")) };
    let joint = if kept.is_empty() { '?' } else { '&' };
    let mine = format!("{all}{joint}feed=mine");
    (all, mine)
}

/// One line of the rail.
#[component]
pub fn FeedLine(item: FeedItem) -> impl IntoView {
    let number = item.incident.to_string();
    let href = format!("/incidents/{number}");
    let who = if item.alarm {
        Either::Left(view! { <b><Icon name="alarm-clock" size="sm" />{item.organisation}</b> })
    } else {
        Either::Right(view! { <b>{item.organisation}</b>" "<TlpChip tlp=item.tlp /> })
    };
    view! {
        <li class="feed-item" data-kind=item.alarm.then_some("sys") data-at=item.at.0.to_string() data-of=number.clone()>
            <p class="feed-meta"><Time at=item.at seconds=true />" "{who}</p>
            <p class="feed-text"><a href=href class="mono">{number.clone()}</a>" "{item.text}</p>
        </li>
    }
}
