//! Navigation and menus of the shell. Menus are `<details>`: they open without a script.

use leptos::prelude::*;

use super::{
    frame::{Appearance, Contrast, Density, Frame, Theme, ViewerCard},
    parts::{Avatar, Dialog, Icon, PostForm, icon::ProductMark},
    shares,
};
use crate::{
    islands::{notice::NoticeCount, shares::ShareCount},
    model::inbox::ShareCounts,
    policy::Viewer,
};

/// Address, words, icon of the pages in the navigation.
const PAGES: [(&str, &str, &str); 4] = [
    ("/board", "Board", "layout-list"),
    (SHARES, "Shares", "share-2"),
    ("/wall", "Wall", "monitor"),
    ("/people", "People", "user-round"),
];
const SHARES: &str = "/shares";

fn current(path: &str, page: &str) -> Option<&'static str> {
    let here = path.split(['?', '#']).next().unwrap_or_default();
    let below = here.strip_prefix(page).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    below.then_some("page")
}

#[component]
pub fn TopBar(frame: Frame) -> impl IntoView {
    let inside = match frame.viewer {
        Some(viewer) => view! {
            <MainNavigation path=frame.path.clone() to_answer=viewer.to_answer />
            <ShareCount />
            <div class="topbar-end">
                <Bell path=frame.path.clone() unread=viewer.unread />
                <AppearanceMenu appearance=frame.appearance path=frame.path />
                <AccountMenu viewer=viewer />
            </div>
        }
        .into_any(),
        None => view! { <div class="topbar-end"><a class="btn sm" href="/sign-in"><Icon name="log-in" />"Sign in"</a></div> }
            .into_any(),
    };
    view! {
        <header class="topbar">
            <a class="brand" href="/board"><ProductMark /><span>"Watchfloor"</span></a>
            {inside}
        </header>
    }
}

#[component]
pub fn MainNavigation(path: String, to_answer: i64) -> impl IntoView {
    let links = PAGES.map(|(href, words, _)| {
        let count = (href == SHARES).then(|| count(to_answer));
        view! { <li><a href=href aria-current=current(&path, href)>{words}{count}</a></li> }
    });
    view! { <nav class="mainnav" aria-label="Main"><ul>{links.collect_view()}</ul></nav> }
}

/// How many shares wait for an answer; hidden while none does.
fn count(waiting: i64) -> AnyView {
    view! {
        <span class="n nav-count" hidden=waiting == 0>{ShareCounts::words(waiting)}</span>
    }
    .into_any()
}

/// The navigation of small screens.
#[component]
pub fn TabBar(path: String, may_open: bool, to_answer: i64) -> impl IntoView {
    let board = path.starts_with("/board");
    let [
        (home, home_words, home_icon),
        (shares, shares_words, shares_icon),
        (wall, wall_words, wall_icon),
        (people, people_words, people_icon),
    ] = PAGES;
    view! {
        <nav class="tabbar" aria-label="Main, compact">
            <ul>
                <li><a href=home aria-current=current(&path, home)><Icon name=home_icon />{home_words}</a></li>
                {board.then(|| view! { <li><a href="#feed"><Icon name="activity" />"Live"</a></li> })}
                {may_open.then(|| view! {
                    <li><a class="tabbar-new" href="/incidents/new"><Icon name="plus" />"New"</a></li>
                })}
                <li>
                    <a href=shares aria-current=current(&path, shares)><Icon name=shares_icon />{shares_words}{count(to_answer)}</a>
                </li>
                <li><a href=wall aria-current=current(&path, wall)><Icon name=wall_icon />{wall_words}</a></li>
                <li><a href=people aria-current=current(&path, people)><Icon name=people_icon />{people_words}</a></li>
            </ul>
        </nav>
    }
}

/// The way to the notices, and how many are unread.
#[component]
fn Bell(path: String, unread: i64) -> impl IntoView {
    view! {
        <a class="iconbtn bell" href="/notifications" title="Notifications (G N)" aria-current=current(&path, "/notifications")>
            <Icon name="bell" />
            <span class="vh">"Notifications"</span>
            <span class="count bell-count" hidden=unread == 0>{ShareCounts::words(unread)}</span>
        </a>
        <NoticeCount />
    }
}

#[component]
fn AppearanceMenu(appearance: Appearance, path: String) -> impl IntoView {
    let themes =
        [(Theme::System, "monitor"), (Theme::Light, "sun"), (Theme::Dark, "moon")].map(|(theme, icon)| {
            view! {
                <label>
                    <input type="radio" name="theme" value=theme.wire() checked=appearance.theme == theme />
                    {theme.label()}<Icon name=icon />
                </label>
            }
        });
    let densities = [(Density::Comfortable, "rows-2"), (Density::Compact, "rows-4")].map(|(density, icon)| {
        view! {
            <label>
                <input type="radio" name="density" value=density.wire() checked=appearance.density == density />
                {density.label()}<Icon name=icon />
            </label>
        }
    });
    view! {
        <details class="menu" id="appearance">
            <summary class="iconbtn" aria-label="Appearance" title="Appearance (Shift T)"><Icon name="sun-moon" /></summary>
            <PostForm action="/me/appearance" class="menu-pop">
                <input type="hidden" name="next" value=path />
                <fieldset><legend>"Theme"</legend>{themes.collect_view()}</fieldset>
                <fieldset>
                    <legend>"Contrast"</legend>
                    <label>
                        <input type="checkbox" name="contrast" value=Contrast::More.wire() checked=appearance.contrast == Contrast::More />
                        {Contrast::More.label()}<Icon name="contrast" />
                    </label>
                </fieldset>
                <fieldset><legend>"Rows"</legend>{densities.collect_view()}</fieldset>
                <button class="btn sm before-live" type="submit">"Use this appearance"</button>
            </PostForm>
        </details>
    }
}

#[component]
fn AccountMenu(viewer: ViewerCard) -> impl IntoView {
    let name = viewer.person.name.clone();
    let standing = viewer.standing();
    view! {
        <details class="menu" id="account">
            <summary class="userbtn">
                <Avatar person=viewer.person.clone() />
                <span class="vh">"Account of "</span>
                <span class="userbtn-text">{name}<small>{standing}</small></span>
                <Icon name="chevron-down" />
            </summary>
            <div class="menu-pop">
                <p class="menu-who"><b>{viewer.person.name}</b><span>{viewer.person.email}</span></p>
                <a class="menu-item" href="/me"><Icon name="user-round" />"Your account"</a>
                {viewer.reads_settings.then(|| view! {
                    <a class="menu-item" href="/settings"><Icon name="sliders-horizontal" />"Room settings"</a>
                })}
                <PostForm action="/sign-out">
                    <button class="menu-item" type="submit"><Icon name="log-out" />"Sign out"</button>
                </PostForm>
            </div>
        </details>
    }
}

/// What a shortcut does, and its keys.
pub(super) type Shortcut = (&'static str, &'static [&'static str]);

/// Shortcuts by where they work.
const KEYS: [(&str, &[Shortcut]); 3] = [
    (
        "Everywhere",
        &[
            ("New incident", &["C"]),
            ("Go to the board", &["G", "B"]),
            ("Go to the shares", &["G", "S"]),
            ("Go to the wall", &["G", "W"]),
            ("Go to the notifications", &["G", "N"]),
            ("Appearance", &["Shift", "T"]),
            ("Close, or leave the list", &["Esc"]),
        ],
    ),
    (
        "Board",
        &[
            ("Move", &["J", "K"]),
            ("Open", &["Enter"]),
            ("Peek", &["Space"]),
            ("Take it", &["A"]),
            ("Assign", &["E"]),
            ("Status", &["S"]),
            ("Choose", &["X"]),
            ("Share what is chosen", &["Shift", "S"]),
            ("Filter", &["/"]),
            ("Apply held changes", &["."]),
            ("Pause live updates", &["P"]),
        ],
    ),
    (
        "Incident",
        &[
            ("Write an update", &["U"]),
            ("Write a decision", &["D"]),
            ("Post", &["Ctrl", "↵"]),
            ("Next entry", &["N"]),
            ("Assign", &["E"]),
            ("Status", &["S"]),
        ],
    ),
];

/// All shortcuts, and the switch that turns single keys off. `?` opens it.
#[component]
pub fn ShortcutSheet(
    viewer: Viewer,
    /// This page: of the shares, the sheet lists what works in the tab that is shown.
    path: String,
) -> impl IntoView {
    let shares = shares::keys::keys(shares::keys::tab_of(&path), &viewer);
    let [everywhere, board, incident] = KEYS;
    let sections = [everywhere, board, ("Shares", shares.as_slice()), incident].map(|(place, keys)| {
        let lines = keys.iter().map(|(what, keys)| {
            let keys = keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view();
            view! { <dt>{*what}</dt><dd>{keys}</dd> }
        });
        view! { <section><h3>{place}</h3><dl>{lines.collect_view()}</dl></section> }
    });
    let foot = view! { <form method="dialog"><button class="btn" type="submit">"Close"</button></form> };
    view! {
        <Dialog id="shortcuts" title="Shortcuts" foot=foot.into_any()>
            <div class="keysheet">{sections.collect_view()}</div>
            <label class="check"><input type="checkbox" id="single-keys" checked=true />"Single keys work outside of fields"</label>
        </Dialog>
    }
}
