//! All updates of the open incidents, a page at a time: where the rail beside the board ends, they go on here.

use leptos::prelude::*;

use super::{
    super::{
        frame::{Frame, document},
        parts::{Empty, Icon, Pager},
    },
    Feed,
    feed::FeedLine,
};
use crate::model::board::percent;

/// The address of updates: of all open incidents, or of one's own; before a sealed place, where given.
pub fn updates_href(mine: bool, after: Option<&str>) -> String {
    let pairs =
        [mine.then(|| "feed=mine".to_owned()), after.map(|cursor| format!("after={}", percent(cursor)))];
    let pairs: Vec<_> = pairs.into_iter().flatten().collect();
    if pairs.is_empty() { PATH.to_owned() } else { format!("{PATH}?{}", pairs.join("&")) }
}

const PATH: &str = "/board/updates";

/// `GET /board/updates`. `later`: this is not the first page.
pub fn updates(frame: &Frame, feed: Feed, later: bool) -> AnyView {
    document(frame, "Updates", "page-updates", || {
        let Feed { items, mine, next } = feed;
        let lines: Vec<_> =
            items.into_inner().into_iter().map(|item| view! { <FeedLine item=item /> }).collect();
        let quiet = lines.is_empty();
        let nothing = if later { "There are no earlier updates" } else { "Nothing has happened yet" };
        let first = later.then(|| updates_href(mine, None));
        let next = next.map(|cursor| updates_href(mine, Some(&cursor)));
        let what =
            if mine { "Of the open incidents that you own" } else { "Of the open incidents that you see" };
        view! {
            <main id="main" tabindex="-1" class="updates">
                <div class="pagehead">
                    <div>
                        <nav class="crumbs" aria-label="Breadcrumb">
                            <a href="/board">"Board"</a><Icon name="chevron-right" /><span aria-current="page">"Updates"</span>
                        </nav>
                        <h1>"Updates"</h1>
                        <p class="sub">{what}", newest first. What has ended is on its incident’s page."</p>
                    </div>
                    <div class="end">
                        <span class="seg" role="group" aria-label="Scope">
                            <a href=updates_href(false, None) aria-current=(!mine).then_some("true")>"All"</a>
                            <a href=updates_href(true, None) aria-current=mine.then_some("true")>"Mine"</a>
                        </span>
                    </div>
                </div>
                {(!quiet).then(|| view! { <ol class="panel updates-list" aria-label="Newest first">{lines}</ol> })}
                {quiet.then(|| view! {
                    <Empty icon="layout-list" title=nothing text="Updates, decisions, evidence and targets that passed stand here." />
                })}
                <Pager first=first next=next label="Pages of updates" words=("Latest", "Earlier") />
            </main>
        }
    })
}
