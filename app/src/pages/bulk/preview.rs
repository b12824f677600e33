//! Before anything is sent: what happens to each incident, and one of them as a recipient will see it.

use leptos::prelude::*;

use super::{PATH, line};
use crate::{
    model::{Submitted, bulk::Pick},
    pages::{
        frame::{Frame, document},
        incident::{
            preview::{FateLine, PreviewView, ReaderChoice, fates, frame_of, unseen},
            share_form::kept,
        },
        parts::{Icon, OrganisationName, PostForm},
    },
    policy::Cleared,
};

/// What would become of one incident.
#[derive(Clone, Debug)]
pub struct PlanLine {
    /// The version that this preview shows.
    pub version: i64,
    /// The words as its recipients will read them.
    pub text: String,
    pub fates: Vec<FateLine>,
    pub readers: Vec<ReaderChoice>,
}

/// Everything that the preview of several is drawn from.
#[derive(Clone, Debug)]
pub struct BulkPreview {
    /// In the order of `lines`.
    pub picks: Cleared<Vec<Pick>>,
    pub lines: Vec<PlanLine>,
    /// The one that is looked at.
    pub look: PreviewView,
    pub typed: Submitted,
}

pub fn page(frame: &Frame, view: BulkPreview) -> AnyView {
    let title = format!("Preview of {} incidents", view.lines.len());
    document(frame, title, "page-incident page-preview", move || {
        view! {
            <main id="main" class="preview" tabindex="-1">
                {bar(&view)}
                {frame_of(&view.look)}
            </main>
        }
    })
}

fn bar(view: &BulkPreview) -> AnyView {
    let count = view.lines.len();
    let held = view.lines.iter().filter(|line| line.fates.iter().any(|fate| !fate.held.is_empty())).count();
    let waits = match held {
        0 => "Each is delivered at once.".to_owned(),
        1 => "Something of 1 incident waits for counsel first.".to_owned(),
        some => format!("Something of {some} incidents waits for counsel first."),
    };
    let verb = if count == 1 { "Share it".to_owned() } else { format!("Share {count} incidents") };
    let rows = view.picks.iter().zip(&view.lines).map(plan_line).collect_view();
    let inside = view! {
        {kept(&view.typed)}
        <ol class="bulk-plan">{rows}</ol>
        {unseen(&view.look)}
    }
    .into_any();
    view! {
        <section class="pv-bar" aria-labelledby="pv-h">
            {super::crumbs("Preview")}
            <h1 id="pv-h">"Preview: nothing has been sent"</h1>
            <PostForm action=PATH class="pv-form">
                <p>{waits}</p>
                {inside}
                <p class="act-foot">
                    <button class="btn" type="submit" name="change" value="1"><Icon name="pencil" />"Change it"</button>
                    <button class="btn primary" type="submit" name="send" value="1">{verb}</button>
                </p>
            </PostForm>
        </section>
    }
    .into_any()
}

fn plan_line((pick, plan): (&Pick, &PlanLine)) -> AnyView {
    let number = pick.incident.number.to_string();
    let seen = format!("{number}:{}", plan.version);
    let label = format!("Look at {number} as");
    let readers = plan.readers.iter().map(|reader| {
        let pressed = reader.chosen.then_some("true");
        let value = format!("{number}:{}", reader.key);
        view! { <button class="btn sm" type="submit" name="preview" value=value aria-pressed=pressed>{reader.name.clone()}</button> }
    });
    let text = plan.text.clone();
    let held: Vec<_> = plan.fates.iter().filter(|fate| !fate.held.is_empty()).cloned().collect();
    view! {
        <li data-of=number.clone()>
            <input type="hidden" name="seen" value=seen />
            {line(pick)}
            <details class="bulk-text"><summary><Icon name="chevron-right" size="sm" />"Words"<span class="vh">{format!(" of {number}")}</span></summary><p class="te-text">{text}</p></details>
            {delivered(&plan.fates)}
            {fates(&held)}
            <p class="pv-readers" role="group" aria-label=label.clone()><span class="muted" aria-hidden="true">{label.clone()}</span>{readers.collect_view()}</p>
        </li>
    }
    .into_any()
}

/// Those who learn of it as it is sent, in one line.
fn delivered(fates: &[FateLine]) -> Option<AnyView> {
    let to: Vec<_> = fates
        .iter()
        .filter(|fate| fate.held.is_empty())
        .map(|fate| {
            let names: Vec<_> = fate.named.iter().map(|person| person.name.as_str()).collect();
            let names = (!names.is_empty()).then(|| format!("({}) ", names.join(", ")));
            view! { <OrganisationName organisation=fate.to.clone() />" "{names} }
        })
        .collect();
    (!to.is_empty()).then(|| {
        view! { <div class="bulk-what" data-stands=""><Icon name="circle-check" size="sm" /><p>"Delivered at once to "{to}</p></div> }
            .into_any()
    })
}
