//! What a recipient will see, before anything is sent: the very page, through the recipient's eyes.

use leptos::prelude::*;

use super::{
    IncidentView,
    basis::basis,
    evidence, head, indicators, organisations,
    share_form::kept,
    shares::{self, addressed, approved, explanation, goes_along},
    tasks, timeline, understanding,
};
use crate::{
    model::{
        Organisation, Person, ShareId, Submitted, board::percent, form::Form, hold::HoldReason, share::Share,
    },
    pages::{
        frame::{Frame, document},
        parts::{Callout, Icon, OrganisationName, PostForm, SeverityMark, TlpChip, Tone},
    },
    policy::Cleared,
};

/// Whose eyes can be looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderChoice {
    /// Sent by its button.
    pub key: String,
    pub name: String,
    pub chosen: bool,
}

/// What happens with one organisation when it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FateLine {
    pub to: Organisation,
    pub named: Vec<Person>,
    pub held: Vec<HoldReason>,
    /// Who is asked to let it pass first.
    pub asked: Option<Organisation>,
}

/// Everything that the preview is drawn from.
#[derive(Clone, Debug)]
pub struct PreviewView {
    pub readers: Vec<ReaderChoice>,
    /// `Google`, `Anneke Voss (Google)`
    pub reader: String,
    pub fates: Vec<FateLine>,
    pub message: Cleared<Share>,
    /// The page as the reader will find it.
    pub page: IncidentView,
    pub unseen: Vec<String>,
    pub typed: Submitted,
    /// The form that its buttons send on: a share, or a request to pass it on.
    pub which: Form,
    /// What waits already, and is decided about or looked at.
    pub waiting: Option<Waiting>,
}

/// A request to pass it on or a share that counsel holds, as whoever looks saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    pub id: ShareId,
    pub version: i64,
    /// `Preview: nothing has been passed on`
    pub heading: &'static str,
    /// What becomes of it, in words.
    pub words: String,
    /// The list in which it waits, and the line there.
    pub list: &'static str,
    pub line: String,
    /// The way back, in words.
    pub back: &'static str,
    /// The act that lets it go, by the last part of its path and its verb; none for those who only look.
    pub act: Option<(&'static str, &'static str)>,
}

pub fn page(frame: &Frame, view: PreviewView) -> AnyView {
    let title = format!("Preview of {} for {}", view.page.incident.number, view.reader);
    document(frame, title, "page-incident page-preview", move || body(&view))
}

fn body(view: &PreviewView) -> AnyView {
    view! {
        <main id="main" class="preview" tabindex="-1" data-number=view.page.incident.number.to_string()
            data-crossing=view.waiting.as_ref().map(|waiting| waiting.id.to_string())>
            {match &view.waiting {
                None => bar(view),
                Some(waiting) => decision(view, waiting),
            }}
            {frame_of(view)}
        </main>
    }
    .into_any()
}

/// Above the picture: what is about to happen, and the two ways on.
fn bar(view: &PreviewView) -> AnyView {
    let action = format!("{}/{}", view.page.path(), view.which);
    let number = view.page.incident.number.to_string();
    let back = format!("{}#shares", view.page.path());
    let several = view.readers.len() > 1;
    let readers = several.then(|| {
        let buttons = view.readers.iter().map(|reader| {
            let pressed = reader.chosen.then_some("true");
            view! {
                <button class="btn sm" type="submit" name="preview" value=reader.key.clone() aria-pressed=pressed>{reader.name.clone()}</button>
            }
        });
        view! { <p class="pv-readers"><span class="muted">"Look as "</span>{buttons.collect_view()}</p> }
    });
    let inside = view! { {kept(&view.typed)}{fates(&view.fates)}{unseen(view)} }.into_any();
    let verb = verb(&view.fates);
    view! {
        <section class="pv-bar" aria-labelledby="pv-h">
            <nav class="crumbs" aria-label="Way back">
                <a href="/board">"Board"</a><Icon name="chevron-right" />
                <a class="mono" href=back>{number}</a><Icon name="chevron-right" /><span aria-current="page">"Preview"</span>
            </nav>
            <h1 id="pv-h">"Preview: nothing has been sent"</h1>
            <PostForm action=action class="pv-form">
                {inside}
                {readers}
                <p class="act-foot">
                    <button class="btn" type="submit" name="change" value="1"><Icon name="pencil" />"Change it"</button>
                    <button class="btn primary" type="submit">{verb}</button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}

/// What the button does, for all of them: `Share, ask CISA, and send to counsel what is held`.
fn verb(fates: &[FateLine]) -> String {
    let held = fates.iter().filter(|fate| !fate.held.is_empty()).count();
    if held == fates.len() {
        return "Send to counsel".to_owned();
    }
    let free = || fates.iter().filter(|fate| fate.held.is_empty());
    let shares = free().any(|fate| fate.asked.is_none()).then(|| "Share".to_owned());
    let asks = free().find_map(|fate| fate.asked.as_ref());
    let asks = asks.map(|asked| format!("{} {}", if shares.is_some() { "ask" } else { "Ask" }, asked.short));
    let sends = (held > 0).then(|| "send to counsel what is held".to_owned());
    let acts: Vec<_> = [shares, asks, sends].into_iter().flatten().collect();
    match acts.as_slice() {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

/// The same for what waits already: a request, for whoever decides about it, and a hold, for whoever reads it.
fn decision(view: &PreviewView, waiting: &Waiting) -> AnyView {
    let Waiting { id, version, heading, words, list, line, back, act } = waiting.clone();
    let several = view.readers.len() > 1;
    let readers = several.then(|| {
        let links = view.readers.iter().map(|reader| {
            let href = format!("/shares/{id}/preview?reader={}", percent(&reader.key));
            let current = reader.chosen.then_some("true");
            view! { <a class="btn sm" href=href aria-current=current>{reader.name.clone()}</a> }
        });
        view! { <p class="pv-readers"><span class="muted">"Look as "</span>{links.collect_view()}</p> }
    });
    let back = view! { <a class="btn" href=format!("{list}#{line}")>{back}</a> };
    let foot = match act {
        None => view! { <p class="act-foot">{back}</p> }.into_any(),
        Some((step, verb)) => {
            let action = format!("/shares/{id}/{step}");
            view! {
                <PostForm action=action class="pv-form">
                    <input type="hidden" name="version" value=version.to_string() />
                    <input type="hidden" name="next" value=list />
                    <p class="act-foot">{back}<button class="btn primary" type="submit">{verb}</button></p>
                </PostForm>
            }
            .into_any()
        }
    };
    let held = view.fates.iter().any(|fate| !fate.held.is_empty());
    let fates = held.then(|| fates(&view.fates));
    view! {
        <section class="pv-bar" aria-labelledby="pv-h">
            <nav class="crumbs" aria-label="Way back">
                <a href=list>"Shares"</a><Icon name="chevron-right" />
                <a class="mono" href=view.page.path()>{view.page.incident.number.to_string()}</a><Icon name="chevron-right" />
                <span aria-current="page">"Preview"</span>
            </nav>
            <h1 id="pv-h">{heading}</h1>
            <p>{words}</p>
            {fates}
            {unseen(view)}
            {readers}
            {foot}
        </section>
    }
    .into_any()
}

/// One line an organisation.
pub(in crate::pages) fn fates(fates: &[FateLine]) -> AnyView {
    let lines = fates.iter().map(|fate| {
        let names: Vec<_> = fate.named.iter().map(|person| person.name.clone()).collect();
        let names = (!names.is_empty()).then(|| view! { <span class="muted">{names.join(", ")}</span> });
        let asked = fate.asked.as_ref().map(|asked| asked.short.as_str());
        let what = if fate.held.is_empty() {
            let (icon, words) = match asked {
                None => ("circle-check", "Delivered at once.".to_owned()),
                Some(asked) => ("hourglass", format!("{asked} is asked first: it reads your words, and lets them pass or not.")),
            };
            view! { <p><Icon name=icon size="sm" />{words}</p> }.into_any()
        } else {
            let why = fate.held.iter().map(|reason| view! { <li>{reason.why.clone()}</li> });
            let words = match asked {
                None => "Held for counsel before it is delivered.".to_owned(),
                Some(asked) => format!("Held for counsel before {asked} is asked."),
            };
            view! {
                <div><p><Icon name="scale" size="sm" /><b>{words}</b></p>
                <ul class="hold-why">{why.collect_view()}</ul></div>
            }
            .into_any()
        };
        let held = (!fate.held.is_empty()).then_some("");
        view! { <li data-held=held><span class="pv-to"><OrganisationName organisation=fate.to.clone() />{names}</span>{what}</li> }
    });
    view! { <ul class="pv-fates">{lines.collect_view()}</ul> }.into_any()
}

/// In words: what of all this the reader will not see.
pub(in crate::pages) fn unseen(view: &PreviewView) -> AnyView {
    let heading = format!("{} will not see", view.reader);
    if view.unseen.is_empty() {
        let words = format!("{} will see everything that you see here, but for your controls.", view.reader);
        return view! { <Callout tone=Tone::Info icon="eye"><p>{words}</p></Callout> }.into_any();
    }
    let lines: Vec<_> = view.unseen.iter().map(|line| view! { <li>{line.clone()}</li> }).collect();
    view! {
        <Callout tone=Tone::Info icon="eye-off"><p><b>{heading}</b></p><ul class="pv-unseen">{lines}</ul></Callout>
    }
    .into_any()
}

/// The picture: the line of the inbox, then the page.
pub(in crate::pages) fn frame_of(view: &PreviewView) -> AnyView {
    let label = format!("As {} will see it", view.reader);
    let page = &view.page;
    view! {
        <section class="pv-frame" aria-labelledby="pv-as" data-of=page.incident.number.to_string()>
            <h2 class="pv-as" id="pv-as"><Icon name="eye" />{label}</h2>
            {message(view)}
            <div class="inc pv-page">
                {head::head(page)}
                <div class="inc-body">
                    <section class="tl" aria-label="Timeline">{timeline::still(page)}</section>
                    <div class="inc-side">
                        {understanding::understanding(page)}
                        {evidence::evidence(page)}
                        {indicators::indicators(page)}
                        {tasks::tasks(page)}
                        {organisations::organisations(page)}
                        {shares::shares(page)}
                    </div>
                </div>
            </div>
        </section>
    }
    .into_any()
}

fn message(view: &PreviewView) -> AnyView {
    let share: &Share = &view.message;
    let incident = &view.page.incident;
    let banner = share.banner().map(|words| view! { <p class="share-banner">{words}</p> });
    let nexus = (!share.foreign_nexus.is_empty())
        .then(|| view! { <p class="share-meta">"Foreign nexus: "{share.foreign_nexus.clone()}</p> });
    view! {
        <div class="pv-message">
            <p class="pv-place">"In the inbox"</p>
            <p class="share-head">
                <OrganisationName organisation=share.from.organisation.clone() />
                <b>{share.purpose.label()}</b><span class="muted">{format!("from {}", share.from.name)}</span><TlpChip tlp=share.tlp />
            </p>
            <p class="c-line"><SeverityMark severity=incident.severity />
                <span class="mono">{incident.number.to_string()}</span>" "{incident.title.clone()}</p>
            <p class="te-text">{share.text.clone()}</p>
            {basis(&share.basis)}
            {addressed(share)}
            {approved(share)}
            {goes_along(share)}
            {nexus}
            {explanation(share)}
            {banner}
        </div>
    }
    .into_any()
}
