//! The shell around every page, and what the server has to say to draw it.

use std::{fmt, sync::Arc};

use leptos::{attr::Attribute, attr::custom::custom_attribute, prelude::*};

use super::{
    menus::{ShortcutSheet, TabBar, TopBar},
    parts::{Banner, Toast, Tone, setting::Setting},
    strip::Strip,
};
use crate::{
    islands::{appearance::AppearanceLive, link_banner::LinkBanner, shortcuts::ShortcutsLive},
    model::{
        Moment, Person, Role, Zone,
        period::{Closing, Period},
    },
    policy::Viewer,
};

/// Who looks, when, from where and in which appearance.
#[derive(Clone, Debug)]
pub struct Frame {
    /// None before sign-in.
    pub viewer: Option<ViewerCard>,
    /// The server's clock when the page was made; every age and countdown counts from here.
    pub now: Moment,
    pub zone: Zone,
    pub period: Option<Period>,
    /// Poll closings in order, past ones too.
    pub closings: Vec<Closing>,
    pub appearance: Appearance,
    pub assets: Assets,
    /// Of this answer's Content-Security-Policy.
    pub nonce: String,
    /// Path and query of this page: where a form or a refresh comes back to.
    pub path: String,
    /// Sealed cursor of the live stream, taken before the page's data was read.
    pub cursor: Option<String>,
    pub form_tokens: FormTokens,
    /// Said once, after a redirect.
    pub notice: Option<Notice>,
    /// The server takes no writes now; the page says so.
    pub read_only: bool,
}

/// The viewer as the shell names them.
#[derive(Clone, Debug)]
pub struct ViewerCard {
    pub person: Person,
    pub roles: Vec<Role>,
    /// They may open an incident.
    pub may_open: bool,
    /// They may read the audit log, or their organisation's part of it.
    pub reads_audit: bool,
    /// They may read the room's settings.
    pub reads_settings: bool,
    /// Shares that wait for an answer of their organisation.
    pub to_answer: i64,
    /// Notices that they have not read.
    pub unread: i64,
    /// They set the room up, and steps of it wait.
    pub set_up_waits: bool,
}

impl ViewerCard {
    /// As the policy knows them.
    fn viewer(&self) -> Viewer {
        let organisation = &self.person.organisation;
        Viewer {
            person: self.person.id,
            organisation: organisation.id,
            sector: organisation.sector,
            roles: self.roles.clone(),
        }
    }
    /// `CISA · Analyst`
    pub(super) fn standing(&self) -> String {
        let role = self.roles.first().map_or("", |role| role.label());
        format!("{} · {role}", self.person.organisation.short)
    }
}

crate::model::words::words! {
    Theme {
        System = "system", "As the system";
        Light = "light", "Light";
        Dark = "dark", "Dark";
    }
}

crate::model::words::words! {
    Contrast {
        Normal = "normal", "Normal";
        More = "more", "High contrast";
    }
}

crate::model::words::words! {
    Density {
        Comfortable = "comfortable", "Comfortable rows";
        Compact = "compact", "Compact rows";
    }
}

/// What a visitor chose to see, kept in a cookie, so that the first paint is right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appearance {
    pub theme: Theme,
    pub contrast: Contrast,
    pub density: Density,
}

impl Default for Appearance {
    fn default() -> Self {
        Self { theme: Theme::System, contrast: Contrast::Normal, density: Density::Comfortable }
    }
}

/// Addresses of the finished assets, each with its hash in the name.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    pub css: String,
    /// The script that brings islands to life; none where the browser half was not built.
    pub boot: Option<String>,
    /// The sprite of icons and marks.
    pub icons: String,
    pub favicon: String,
    /// Scripts and wasm that `boot` will ask for.
    pub preload: Vec<String>,
    /// The fonts of the first paint.
    pub fonts: Vec<String>,
}

/// Makes the token of one form, by the path that the form posts to.
#[derive(Clone)]
pub struct FormTokens(Arc<dyn Fn(&str) -> String + Send + Sync>);

impl FormTokens {
    pub fn new(make: impl Fn(&str) -> String + Send + Sync + 'static) -> Self {
        Self(Arc::new(make))
    }
    pub fn token(&self, action: &str) -> String {
        (self.0)(action)
    }
}

impl fmt::Debug for FormTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FormTokens")
    }
}

/// A sentence about what has just been done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub tone: Tone,
    pub text: String,
}

impl Frame {
    /// Puts what the parts need within their reach.
    fn provide(&self) -> Setting {
        let setting = Setting::new(self.now, self.zone.clone(), &self.assets.icons);
        provide_context(setting.clone());
        provide_context(self.form_tokens.clone());
        setting
    }
}

/// A page in the full shell: strip, navigation, the page's own `<main id="main">`, tab bar.
pub fn document<V: IntoView>(
    frame: &Frame,
    title: impl Into<String>,
    body_class: &'static str,
    body: impl FnOnce() -> V,
) -> AnyView {
    let setting = frame.provide();
    let set_up_waits = frame.viewer.as_ref().is_some_and(|viewer| viewer.set_up_waits)
        && !frame.path.starts_with("/settings/set-up");
    let inside = view! {
        {frame.viewer.is_some().then(|| view! { <Strip frame=frame.clone() /> })}
        <TopBar frame=frame.clone() />
        {frame.viewer.is_some().then(|| view! { <LinkBanner path=frame.path.clone() /> })}
        {frame.read_only.then(|| view! {
            <Banner tone=Tone::Warn icon="lock" strong="Reading only.">
                "The room takes no writes at the moment. Boards, incidents and downloads work."
            </Banner>
        })}
        {set_up_waits.then(|| view! {
            <Banner tone=Tone::Info icon="sliders-horizontal" strong="The room is not set up yet.">
                <a href="/settings/set-up">"Go on with the set-up"</a>
            </Banner>
        })}
        {body().into_any()}
        {frame.viewer.as_ref().map(|viewer| view! {
            <TabBar path=frame.path.clone() may_open=viewer.may_open to_answer=viewer.to_answer />
            <ShortcutSheet viewer=viewer.viewer() path=frame.path.clone() />
            <AppearanceLive />
            <ShortcutsLive />
        })}
        {frame.notice.clone().map(|notice| view! {
            <div class="toasts"><Toast tone=notice.tone text=notice.text dismiss=frame.path.clone() /></div>
        })}
    };
    html(frame, &setting, title.into(), body_class, inside.into_any())
}

/// A page without the shell: sign-in, the wall.
pub fn bare<V: IntoView>(
    frame: &Frame,
    title: impl Into<String>,
    body_class: &'static str,
    body: impl FnOnce() -> V,
) -> AnyView {
    let setting = frame.provide();
    html(frame, &setting, title.into(), body_class, body().into_any())
}

/// A part of a page that is sent piece by piece, without anything around it.
pub fn fragment<V: IntoView>(frame: &Frame, body: impl FnOnce() -> V) -> AnyView {
    frame.provide();
    body().into_any()
}

fn html(
    frame: &Frame,
    setting: &Setting,
    title: String,
    body_class: &'static str,
    inside: AnyView,
) -> AnyView {
    let Appearance { theme, contrast, density } = frame.appearance;
    let assets = frame.assets.clone();
    let nonce = frame.nonce.clone();
    let preloads = assets.boot.is_some().then(|| {
        let nonce = nonce.clone();
        assets.preload.into_iter().map(move |href| preload(href, nonce.clone())).collect_view()
    });
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-theme=(theme != Theme::System).then(|| theme.wire())
            data-contrast=(contrast == Contrast::More).then(|| contrast.wire())
            data-density=(density == Density::Compact).then(|| density.wire())
        >
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <title>{format!("{title} · Watchfloor")}</title>
                <link rel="icon" href=assets.favicon type="image/svg+xml" />
                {assets.fonts.into_iter().map(|href| view! {
                    <link rel="preload" {..kind("font")} type="font/woff2" href=href crossorigin="anonymous" />
                }).collect_view()}
                <link rel="stylesheet" href=assets.css />
                {preloads}
                {assets.boot.map(|src| view! { <script type="module" nonce=nonce src=src></script> })}
            </head>
            <body
                class=body_class
                data-now=frame.now.to_string()
                data-zone=setting.zone_json()
                data-icons=assets.icons
                data-cursor=frame.cursor.clone()
            >
                <a class="skip-link" href="#main">"Skip to main content"</a>
                {inside}
            </body>
        </html>
    }
    .into_any()
}

fn preload(href: String, nonce: String) -> AnyView {
    if href.ends_with(".wasm") {
        view! { <link rel="preload" {..kind("fetch")} type="application/wasm" href=href crossorigin="anonymous" /> }.into_any()
    } else {
        view! { <link rel="modulepreload" href=href nonce=nonce /> }.into_any()
    }
}

/// The attribute `as`, whose name the view macro cannot read.
fn kind(word: &'static str) -> impl Attribute {
    custom_attribute("as", word)
}
