//! What became of each incident of one send: what stands, what waits, and what can go again.

use leptos::prelude::*;

use super::{PATH, crumbs, line};
use crate::{
    model::{
        Organisation, OrganisationId, Submitted,
        bulk::{Outcome, Pick, Sending, Withheld},
    },
    pages::{
        frame::{Frame, document},
        incident::share_form::kept,
        parts::{Callout, Icon, OrganisationName, PostForm, Tone},
    },
    policy::Cleared,
};

/// Everything that the answer is drawn from.
#[derive(Clone, Debug)]
pub struct SentView {
    pub lines: Vec<Sending>,
    /// As their sender sees them now; what is not theirs to see any more is not among them.
    pub picks: Cleared<Vec<Pick>>,
    /// Names that everybody in the room may know.
    pub organisations: Vec<Organisation>,
    /// What was sent, for what goes again.
    pub typed: Submitted,
}

/// `GET /shares/sent/{id}`
pub fn page(frame: &Frame, view: SentView) -> AnyView {
    document(frame, title(&view), "page-shares", move || {
        let rows = view.lines.iter().map(|line| row(&view, line)).collect_view();
        view! {
            <main id="main" class="bulk" tabindex="-1">
                {crumbs("Shared")}
                <h1>{title(&view)}</h1>
                {unsure(&view)}
                <ol class="bulk-list">{rows}</ol>
                {again(&view)}
                <p class="act-foot">
                    <a class="btn" href="/shares?tab=waiting">"Shares you wait for"</a>
                    <a class="btn" href="/board">"Back to the board"</a>
                </p>
            </main>
        }
    })
}

/// `3 of 5 incidents were shared`
fn title(view: &SentView) -> String {
    let stands = view.lines.iter().filter(|line| line.outcome.stands()).count();
    match view.lines.len() {
        1 if stands == 1 => "1 incident was shared".to_owned(),
        all if stands == all => format!("{all} incidents were shared"),
        all => format!("{stands} of {all} incidents were shared"),
    }
}

fn unsure(view: &SentView) -> Option<AnyView> {
    let words = "The room could not write to the end. What is marked so below may stand or not: look at the incident \
                 before you send it again. Everything else is as it says.";
    let unsure = view.lines.iter().any(|line| line.outcome == Outcome::Unsure);
    unsure.then(|| view! { <Callout tone=Tone::Warn><p>{words}</p></Callout> }.into_any())
}

fn row(view: &SentView, sent: &Sending) -> AnyView {
    let (icon, what) = match &sent.outcome {
        Outcome::Shared { told, withheld } => ("circle-check", shared(view, told, withheld)),
        Outcome::Changed => {
            ("circle-alert", said("Not shared: it changed after you looked at it. Look at it again."))
        }
        Outcome::Refused(errors) => {
            let lines = errors.iter().map(|(_, words)| view! { <p>{format!("Not shared: {words}")}</p> });
            ("circle-alert", lines.collect_view().into_any())
        }
        Outcome::Absent => ("circle-alert", said(Outcome::ABSENT)),
        Outcome::Unsure => ("triangle-alert", said("Not known whether it was shared.")),
    };
    let pick = view.picks.iter().find(|pick| pick.incident.number == sent.number);
    let incident = match pick {
        Some(pick) => {
            let href = format!("/incidents/{}#shares", sent.number);
            view! { <a class="bulk-link" href=href>{line(pick)}</a> }.into_any()
        }
        None => view! { <span class="mono">{sent.number.to_string()}</span> }.into_any(),
    };
    let stands = sent.outcome.stands().then_some("");
    view! { <li data-of=sent.number.to_string() data-stands=stands>{incident}<div class="bulk-what"><Icon name=icon size="sm" /><div>{what}</div></div></li> }
        .into_any()
}

fn said(words: &'static str) -> AnyView {
    view! { <p>{words}</p> }.into_any()
}

fn shared(view: &SentView, told: &[OrganisationId], withheld: &[Withheld]) -> AnyView {
    let name = |id| {
        let found = view.organisations.iter().find(|organisation| organisation.id == id).cloned();
        found.map(|organisation| view! { <OrganisationName organisation=organisation />" " })
    };
    let told = (!told.is_empty()).then(|| {
        let names: Vec<_> = told.iter().map(|id| name(*id)).collect();
        view! { <p>"Shared with "{names}</p> }
    });
    let withheld = withheld.iter().map(|one| {
        let why: Vec<_> = one.why.iter().map(|why| view! { <li>{why.clone()}</li> }).collect();
        view! { <p>"Held for counsel, before it goes to "{name(one.to)}</p><ul class="hold-why">{why}</ul> }
    });
    view! { {told}{withheld.collect_view()} }.into_any()
}

/// The same words once more, for what did not go: through the preview, as the first time.
fn again(view: &SentView) -> Option<AnyView> {
    let left: Vec<_> = view.lines.iter().filter(|line| line.outcome.may_go_again()).collect();
    let numbers = left.iter().map(|line| {
        let number = line.number.to_string();
        view! { <input type="hidden" name="number" value=number /> }
    });
    let inside = view! {
        {kept(&view.typed)}
        {numbers.collect_view()}
        <p>"What you wrote is kept. What did not go can go once you have looked at it again."</p>
        <p class="act-foot">
            <button class="btn primary" type="submit" name="preview" value="1"><Icon name="eye" />"Look again"</button>
            <button class="btn" type="submit" name="change" value="1"><Icon name="pencil" />"Change it"</button>
        </p>
    };
    (!left.is_empty())
        .then(|| view! { <PostForm action=PATH class="pv-form">{inside.into_any()}</PostForm> }.into_any())
}
