//! The centre of notifications: what concerns the reader, newest first, each leading to where it happened.
//!
//! Forms: `/notifications/{id}/read` and `/notifications/read-all` (`kind`, `newest`: up to what was on the
//! page), both with `next`. A line's link goes by `/notifications/{id}`, which marks it as read.

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::{Empty, Icon, OrganisationName, Pager, PostForm, SeverityMark, Time, TlpChip},
};
use crate::{
    islands::notice::NoticesLive,
    model::{
        inbox::ShareCounts,
        notice::{NoticeCount, NoticeIncident, NoticeKind, NoticeLine, NoticePage, NoticeQuery, NoticeWhat},
    },
    policy::Cleared,
};

/// Everything that one person's centre is drawn from.
#[derive(Clone, Debug)]
pub struct NoticesView {
    pub query: NoticeQuery,
    pub page: Cleared<NoticePage>,
    pub count: NoticeCount,
}

/// `GET /notifications`
pub fn page(frame: &Frame, view: NoticesView) -> AnyView {
    let title = match view.count.unread {
        0 => "Notifications".to_owned(),
        unread => format!("Notifications ({})", ShareCounts::words(unread)),
    };
    document(frame, title, "page-notices", move || {
        view! {
            <main id="main" class="notices-page" tabindex="-1" data-source=view.query.page_href()>
                <div class="notices-head">
                    <h1>"Notifications"</h1>
                    {tabs(&view)}
                    {read_all(&view)}
                </div>
                {kinds(&view.query)}
                {list(&view)}
                <NoticesLive />
            </main>
        }
    })
}

fn tabs(view: &NoticesView) -> AnyView {
    let tab = |all: bool, words: &'static str, count: Option<i64>| {
        let current = (view.query.all == all).then_some("page");
        let n = count.map(|count| view! { " "<span class="n">{ShareCounts::words(count)}</span> });
        view! { <a href=view.query.showing(all).href() aria-current=current>{words}{n}</a> }
    };
    view! {
        <nav class="tabs" id="notice-tabs" aria-label="Which notifications">
            {tab(false, "Unread", Some(view.count.unread))}
            {tab(true, "All", None)}
        </nav>
    }
    .into_any()
}

/// Marks what is on this list as read: what comes while it is looked at stays unread.
fn read_all(view: &NoticesView) -> AnyView {
    let kind = view.query.kind.map_or("", NoticeKind::wire);
    let words = if view.query.kind.is_some() { "Mark this kind as read" } else { "Mark all as read" };
    let (newest, next, none) = (view.page.newest.clone(), view.query.href(), view.count.unread == 0);
    view! {
        <div class="notices-all" id="notice-all">
            <PostForm action="/notifications/read-all">
                <input type="hidden" name="kind" value=kind />
                <input type="hidden" name="newest" value=newest />
                <input type="hidden" name="next" value=next />
                <button class="btn sm" type="submit" disabled=none><Icon name="check" />{words}</button>
            </PostForm>
            <a class="btn sm quiet" href="/me#me-notices">"Notification settings"</a>
        </div>
    }
    .into_any()
}

/// Each kind is an address: it can be kept, and needs no script.
fn kinds(query: &NoticeQuery) -> AnyView {
    let link = |kind: Option<NoticeKind>, words: &'static str| {
        let current = (query.kind == kind).then_some("true");
        view! { <li><a href=query.of_kind(kind).href() aria-current=current>{words}</a></li> }
    };
    let all = NoticeKind::ALL.iter().map(|kind| link(Some(*kind), kind.label()));
    view! {
        <nav class="notice-kinds" aria-label="Kind"><ul>{link(None, "Every kind")}{all.collect_view()}</ul></nav>
    }
    .into_any()
}

fn list(view: &NoticesView) -> AnyView {
    let rows: Vec<_> = view.page.lines.iter().map(|line| row(line, &view.query)).collect();
    let empty = rows.is_empty().then(|| nothing(&view.query));
    let first = view.query.after.is_some().then(|| view.query.href());
    let next = view.page.next.as_ref().map(|cursor| view.query.href_after(cursor));
    view! {
        <div class="notice-list" id="notice-list" data-all=view.query.all.then_some("")>
            <ol class="notices" aria-label="Notifications">{rows}</ol>
            {empty}
            <Pager first=first next=next label="Pages of the notifications" />
        </div>
    }
    .into_any()
}

fn row(line: &NoticeLine, query: &NoticeQuery) -> AnyView {
    let unread = line.read_at.is_none();
    let href = format!("/notifications/{}", line.id);
    let quoted = !line.text.is_empty() && !is_said(line.kind);
    let text = quoted.then(|| view! { <p class="nrow-text">{line.text.clone()}</p> });
    let action = format!("/notifications/{}/read", line.id);
    let next = query.page_href();
    let label = format!("Mark as read: {}", line.subject());
    let read = unread.then(|| {
        view! {
            <PostForm action=action>
                <input type="hidden" name="next" value=next />
                <button class="iconbtn" type="submit" title="Mark as read" aria-label=label><Icon name="check" /></button>
            </PostForm>
        }
    });
    let of = line.incident.as_ref().map(|incident| incident.number.to_string());
    let state = if unread { "Unread: " } else { "" };
    view! {
        <li class="nrow" data-of=of data-unread=unread.then_some("")>
            <span class="nrow-icon"><Icon name=icon(line.kind) /></span>
            <div class="nrow-what">
                <p class="nrow-said"><span class="vh">{state}</span>{said(line)}</p>
                {about(line, href)}
                {text}
            </div>
            <span class="nrow-at"><Time at=line.at /></span>
            <span class="nrow-act">{read}</span>
        </li>
    }
    .into_any()
}

/// The way to what it is about.
fn about(line: &NoticeLine, href: String) -> AnyView {
    match line.incident.clone() {
        Some(NoticeIncident { number, title, severity, tlp }) => view! {
            <p class="c-line">
                <SeverityMark severity=severity />
                <a href=href><span class="mono">{number.to_string()}</span>" "{title}</a>
                <TlpChip tlp=tlp />
            </p>
        }
        .into_any(),
        None => {
            let words = match (line.kind, line.text.as_str()) {
                (NoticeKind::Account, "") => "People".to_owned(),
                (NoticeKind::Account, name) => name.to_owned(),
                _ => "See what changed".to_owned(),
            };
            view! { <p class="c-line"><a href=href>{words}</a></p> }.into_any()
        }
    }
}

/// Its text is a word of the line that says what happened, not a quotation under it.
const fn is_said(kind: NoticeKind) -> bool {
    matches!(kind, NoticeKind::Status | NoticeKind::Breach | NoticeKind::Account)
}

/// Who did what, in one line.
fn said(line: &NoticeLine) -> AnyView {
    let text = &line.text;
    let words = match (line.what, text.is_empty()) {
        // What the product itself notes, and what is told about somebody's share.
        (NoticeWhat::Breach, true) | (NoticeWhat::OnwardLapsed, _) => {
            return view! { <b>{line.what.label()}</b> }.into_any();
        }
        (NoticeWhat::Breach, false) => {
            return view! { <b>"A target has passed: "{text.to_lowercase()}</b> }.into_any();
        }
        (NoticeWhat::Held, _) => "shares something that waits for counsel".to_owned(),
        (NoticeWhat::Status | NoticeWhat::Severity, false) => format!("{} to {text}", line.what.label()),
        (what, _) => what.label().to_owned(),
    };
    match &line.by {
        Some(person) => view! {
            <b>{person.name.clone()}</b>" "<OrganisationName organisation=person.organisation.clone() />" "{words}
        }
        .into_any(),
        None => view! { <b>"Watchfloor"</b>" "{words} }.into_any(),
    }
}

const fn icon(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Mentioned => "at-sign",
        NoticeKind::Assigned => "user-round",
        NoticeKind::Task => "circle-check",
        NoticeKind::Shared => "share-2",
        NoticeKind::Answered => "undo-2",
        NoticeKind::Held => "scale",
        NoticeKind::Onward => "arrow-right",
        NoticeKind::Breach => "alarm-clock",
        NoticeKind::Status => "activity",
        NoticeKind::BreakGlass | NoticeKind::Setting => "shield-alert",
        NoticeKind::Account => "key-round",
    }
}

fn nothing(query: &NoticeQuery) -> AnyView {
    let other = query.kind.is_some() || !query.all;
    let (title, text) = match (query.kind, query.all) {
        (Some(_), _) => ("Nothing of this kind", "Other notifications stand in the list of every kind."),
        (None, false) => ("You have read everything", "What concerns you appears here as it happens."),
        (None, true) => {
            ("Nothing yet", "What concerns you appears here as it happens, and is kept for 30 days.")
        }
    };
    let href = NoticeQuery { all: true, ..NoticeQuery::default() }.href();
    let all = other.then(|| view! { <a class="btn" href=href>"Show all"</a> }.into_any());
    view! { <Empty icon="bell" title=title text=text>{all}</Empty> }.into_any()
}
