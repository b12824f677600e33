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
    model::{Organisation, Person, ShareId, Submitted, board::percent, hold::HoldReason, share::Share},
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
    /// The timeline goes on beyond what is shown.
    pub older: bool,
    pub typed: Submitted,
    /// The request that is decided about, where another organisation would share it.
    pub request: Option<RequestChoice>,
}

/// A request to pass it on, as whoever decides saw it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestChoice {
    pub id: ShareId,
    pub version: i64,
    /// Whose share it would be.
    pub from: String,
}

pub fn page(frame: &Frame, view: PreviewView) -> AnyView {
    let title = format!("Preview of {} for {}", view.page.incident.number, view.reader);
    document(frame, title, "page-incident page-preview", move || body(&view))
}

fn body(view: &PreviewView) -> AnyView {
    view! {
        <main id="main" class="preview" tabindex="-1" data-number=view.page.incident.number.to_string()
            data-crossing=view.request.as_ref().map(|request| request.id.to_string())>
            {match &view.request {
                None => bar(view),
                Some(request) => decision(view, request),
            }}
            {frame_of(view)}
        </main>
    }
    .into_any()
}

/// Above the picture: what is about to happen, and the two ways on.
fn bar(view: &PreviewView) -> AnyView {
    let action = format!("{}/shares", view.page.path());
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
    let held = view.fates.iter().filter(|fate| !fate.held.is_empty()).count();
    let verb = match held {
        0 => "Share",
        some if some == view.fates.len() => "Send to counsel",
        _ => "Share, and send to counsel what is held",
    };
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

/// The same for whoever decides what another organisation passes on.
fn decision(view: &PreviewView, request: &RequestChoice) -> AnyView {
    let RequestChoice { id, version, from } = request.clone();
    let several = view.readers.len() > 1;
    let readers = several.then(|| {
        let links = view.readers.iter().map(|reader| {
            let href = format!("/shares/{id}/preview?reader={}", percent(&reader.key));
            let current = reader.chosen.then_some("true");
            view! { <a class="btn sm" href=href aria-current=current>{reader.name.clone()}</a> }
        });
        view! { <p class="pv-readers"><span class="muted">"Look as "</span>{links.collect_view()}</p> }
    });
    let action = format!("/shares/{id}/approve");
    let words =
        format!("If you approve, {from} shares it with {}, and this is what it will see.", view.reader);
    view! {
        <section class="pv-bar" aria-labelledby="pv-h">
            <nav class="crumbs" aria-label="Way back">
                <a href="/shares">"Shares"</a><Icon name="chevron-right" />
                <a class="mono" href=view.page.path()>{view.page.incident.number.to_string()}</a><Icon name="chevron-right" />
                <span aria-current="page">"Preview"</span>
            </nav>
            <h1 id="pv-h">"Preview: nothing has been passed on"</h1>
            <p>{words}</p>
            {unseen(view)}
            {readers}
            <PostForm action=action class="pv-form">
                <input type="hidden" name="version" value=version.to_string() />
                <input type="hidden" name="next" value="/shares" />
                <p class="act-foot">
                    <a class="btn" href=format!("/shares#o-{id}")>"Back to the request"</a>
                    <button class="btn primary" type="submit">"Approve"</button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}

/// One line an organisation.
pub(in crate::pages) fn fates(fates: &[FateLine]) -> AnyView {
    let lines = fates.iter().map(|fate| {
        let names: Vec<_> = fate.named.iter().map(|person| person.name.clone()).collect();
        let names = (!names.is_empty()).then(|| view! { <span class="muted">{names.join(", ")}</span> });
        let what = if fate.held.is_empty() {
            view! { <p><Icon name="circle-check" size="sm" />"Delivered at once."</p> }.into_any()
        } else {
            let why = fate.held.iter().map(|reason| view! { <li>{reason.why.clone()}</li> });
            view! {
                <div><p><Icon name="scale" size="sm" /><b>"Held for counsel before it is delivered."</b></p>
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
    let older = view
        .older
        .then(|| view! { <p class="tl-none">"Older entries follow; the same rules choose among them."</p> });
    let page = &view.page;
    view! {
        <section class="pv-frame" aria-labelledby="pv-as" data-of=page.incident.number.to_string()>
            <h2 class="pv-as" id="pv-as"><Icon name="eye" />{label}</h2>
            {message(view)}
            <div class="inc pv-page">
                {head::head(page)}
                <div class="inc-body">
                    <section class="tl" aria-label="Timeline">{timeline::still(page)}{older}</section>
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
