//! The inbox of shares: who told whom what, where each stands, and the answer in its place.
//!
//! No word here ranks anybody, sets a deadline or asks for a post to be removed.

mod hold;
pub(super) mod keys;
mod onward;
mod row;
mod work;

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::{Empty, Icon, Pager},
};
use crate::{
    islands::shares::SharesLive,
    model::{
        Organisation, Person, ShareId, Submitted,
        board::percent,
        glass::Broken,
        inbox::{ShareCounts, ShareLine, SharePage, ShareQuery, ShareTab},
        period::PeriodName,
        share::Purpose,
    },
    policy::{Action, Cleared, Standing, Viewer, may},
};

/// What the filters offer: names that everybody in the room may know.
#[derive(Clone, Debug, Default)]
pub struct ShareChoices {
    pub organisations: Vec<Organisation>,
    pub periods: Vec<PeriodName>,
    /// To whom a share can be handed.
    pub colleagues: Vec<Person>,
}

/// The form of one share that came back: what was typed, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct OpenShare {
    /// As it stands now; drawn on top where the list does not have it any more.
    pub line: Cleared<ShareLine>,
    pub typed: Submitted,
}

/// The form of a hold that came back.
#[derive(Clone, Debug)]
pub struct OpenHold {
    pub id: ShareId,
    /// `return` or `refuse`
    pub step: &'static str,
    pub typed: Submitted,
}

/// Everything that one viewer's inbox is drawn from.
#[derive(Clone, Debug)]
pub struct SharesView {
    pub viewer: Viewer,
    pub query: ShareQuery,
    pub page: Cleared<SharePage>,
    pub counts: ShareCounts,
    /// Who read what the viewer's organisation leads through break-glass, lately.
    pub glass: Cleared<Vec<Broken>>,
    pub choices: ShareChoices,
    pub open: Option<OpenShare>,
    pub open_hold: Option<OpenHold>,
}

impl SharesView {
    fn typed(&self, id: ShareId) -> Option<&Submitted> {
        self.open.as_ref().filter(|open| open.line.share.id == id).map(|open| &open.typed)
    }
}

/// `GET /shares`
pub fn page(frame: &Frame, view: SharesView) -> AnyView {
    let title = match view.counts.answer {
        0 => "Shares".to_owned(),
        count => format!("Shares ({})", ShareCounts::words(count)),
    };
    let now = frame.now;
    let origin = Standing { origin: true, ..Standing::default() };
    let asks = [Action::Open, Action::Share].iter().all(|action| may(&view.viewer, *action, origin));
    document(frame, title, "page-shares", move || {
        view! {
            <main id="main" class="shares-page" tabindex="-1" data-source=view.query.page_href()>
                <div class="shares-head">
                    <h1>"Shares"</h1>
                    {tabs(&view)}
                    {asks.then(|| view! { <a class="btn sm quiet shares-ask" href=super::ask::PATH>"Ask who leads"</a> })}
                    <a class="btn sm quiet shares-ledger" href="/shares/ledger"><Icon name="scroll-text" />"Ledger"</a>
                </div>
                {super::glass::told(&view.glass, now)}
                {(view.query.tab != ShareTab::Held).then(|| filters(&view))}
                {list(&view)}
                <SharesLive />
            </main>
            {keys::bar(view.query.tab, &view.viewer)}
        }
    })
}

fn tabs(view: &SharesView) -> AnyView {
    let count = |tab| match tab {
        ShareTab::Answer => Some(view.counts.answer),
        ShareTab::Waiting => Some(view.counts.waiting),
        ShareTab::Held => Some(view.counts.held),
        ShareTab::Done => None,
    };
    let links = ShareTab::ALL.iter().map(|tab| {
        let current = (*tab == view.query.tab).then_some("page");
        let n = count(*tab).map(|count| view! { " "<span class="n">{ShareCounts::words(count)}</span> });
        view! { <a href=view.query.in_tab(*tab).href() aria-current=current>{tab.label()}{n}</a> }
    });
    view! { <nav class="tabs" id="share-tabs" aria-label="Where shares stand">{links.collect_view()}</nav> }
        .into_any()
}

/// A real GET form, so that a filter is an address that can be sent to a colleague.
fn filters(view: &SharesView) -> AnyView {
    let query = &view.query;
    let organisations: Vec<_> =
        view.choices.organisations.iter().map(|o| (o.slug.clone(), o.short.clone())).collect();
    let purposes: Vec<_> = Purpose::ALL.iter().map(|p| (p.wire().to_owned(), p.label().to_owned())).collect();
    let periods: Vec<_> = view.choices.periods.iter().map(|p| (p.slug.clone(), p.name.clone())).collect();
    let purpose = query.purpose.map_or("", Purpose::wire);
    let clear = (!query.filters().is_empty()).then(|| {
        view! { <a class="btn sm quiet" href=ShareQuery::of(query.tab).href()>"Clear"</a> }
    });
    view! {
        <form class="share-filters" role="search" aria-label="Filter shares" action="/shares">
            <input type="hidden" name="tab" value=query.tab.wire() />
            {select("organisation", "With", "Any organisation", organisations, &query.organisation)}
            {select("purpose", "Purpose", "Any purpose", purposes, purpose)}
            {select("period", "Period", "Any period", periods, &query.period)}
            <label class="check"><input type="checkbox" name="mine" value="1" checked=query.mine />"Mine"</label>
            <button class="btn sm" type="submit"><Icon name="list-filter" />"Filter"</button>
            {clear}
        </form>
    }
    .into_any()
}

pub(super) fn select(
    name: &'static str,
    label: &'static str,
    any: &'static str,
    choices: Vec<(String, String)>,
    chosen: &str,
) -> AnyView {
    let chosen = chosen.to_owned();
    let options = choices.into_iter().map(move |(value, words)| {
        let selected = value == chosen;
        view! { <option value=value selected=selected>{words}</option> }
    });
    view! {
        <label class="share-filter">
            <span class="vh">{label}</span>
            <select class="select" name=name><option value="">{any}</option>{options.collect_view()}</select>
        </label>
    }
    .into_any()
}

fn list(view: &SharesView) -> AnyView {
    let listed = |id: ShareId| view.page.lines.iter().any(|line| line.share.id == id);
    let pinned = view.open.as_ref().filter(|open| !listed(open.line.share.id)).map(|open| &*open.line);
    let lines = pinned.into_iter().chain(&view.page.lines);
    let holds = view.page.holds.iter().map(|held| hold::row(view, held));
    let requests = view.page.requests.iter().map(|asked| onward::row(view, asked));
    let rows: Vec<_> = requests.chain(lines.map(|line| row::row(view, line))).chain(holds).collect();
    let first = view.query.after.is_some().then(|| view.query.href());
    let next =
        view.page.next.as_ref().map(|cursor| format!("{}&after={}", view.query.href(), percent(cursor)));
    let empty = rows.is_empty().then(|| nothing(view));
    view! {
        <div class="share-list" id="share-list">
            <p class="share-stale" role="status"></p>
            <ol class="shrows" aria-label=view.query.tab.label()>{rows}</ol>
            {empty}
            <Pager first=first next=next label="Pages of the inbox" />
        </div>
    }
    .into_any()
}

fn nothing(view: &SharesView) -> AnyView {
    let all = ShareQuery::of(view.query.tab).href();
    if !view.query.filters().is_empty() {
        return view! {
            <Empty icon="list-filter" title="Nothing matches this filter" text="Other shares stand in this list without it.">
                <a class="btn" href=all>"Clear filter"</a>
            </Empty>
        }
        .into_any();
    }
    let (icon, title, text) = match view.query.tab {
        ShareTab::Answer => (
            "share-2",
            "Nothing waits for you",
            "What others share with your organisation appears here as it arrives.",
        ),
        ShareTab::Waiting => (
            "hourglass",
            "You wait for nobody",
            "What your organisation shares stands here until it is acknowledged or answered.",
        ),
        ShareTab::Held => (
            "scale",
            "Nothing is held",
            "What a rule holds back waits here for your counsel before it is delivered.",
        ),
        ShareTab::Done => (
            "circle-check",
            "Nothing is done yet",
            "Shares that were acknowledged, answered or taken back are kept here.",
        ),
    };
    view! { <Empty icon=icon title=title text=text /> }.into_any()
}
