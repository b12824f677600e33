//! The page of an incident: head with the response track, the story on the left, the material on the right.
//!
//! Every act is an ordinary form; each posts to a path below the incident's own. Names of the controls are
//! those of the JSON API. Beyond it:
//!
//! | form | control | meaning |
//! |---|---|---|
//! | all that change the incident | `version` | the version that the reader saw |
//! | `entries` | `happened_date`, `happened_time`, `happened_zone` | together `happened_at`; all empty is now |
//! | `entries` | `preview` | the button that only asks for the audience sentence |
//! | `entries`, `marking`, `evidence` | `named` | addresses, separated as people type them ([`addresses`]) |
//! | `entries` | `audience` | slugs; the viewer's own is always sent; all of them is "not narrowed" ([`narrowed`]) |
//! | `evidence` | `captured_date`, `captured_time`, `captured_zone` | together `captured_at` |
//! | `edit` | `jurisdiction_state`, `jurisdiction_county` | one pair a row, in order; empty rows are left out |
//! | `edit` | `add_row` | the button that only asks for one more row |
//! | `shares`, `onward` | `further_exhibits` | labels of exhibits that the form does not list, as people type them |
//! | `shares`, `onward` | `originator_date`, `originator_time`, `originator_zone` | together the originator's `at`; the others are `originator_name` and so on |
//! | `tasks`, `hold` | `due_date`, `due_time`; `review_date`, `review_time` with `zone` | together `due_at`, `review_at` |
//!
//! [`addresses`]: crate::model::audience::addresses
//! [`narrowed`]: crate::model::audience::narrowed

mod acts;
mod audience_line;
pub mod basis;
mod composer;
mod crossing;
pub mod entry;
mod evidence;
mod forms;
mod head;
mod indicators;
mod legal_hold;
mod organisations;
pub mod panel;
mod playbooks;
pub mod preview;
pub mod share_form;
pub mod shares;
mod tasks;
mod timeline;
mod track;
pub(super) mod understanding;
pub mod view;
mod wording;

use leptos::prelude::*;

pub use panel::PanelPage;
pub use view::{IncidentView, Permissions, TimelineView};

use super::frame::{Frame, document};
use crate::{islands::incident::IncidentLive, model::panel::Panel};

/// The page in its shell.
pub fn page(frame: &Frame, view: IncidentView) -> impl IntoView + use<> {
    let title = format!("{} {}", view.incident.number, view.incident.title);
    document(frame, title, "page-incident", move || body(&view))
}

fn body(view: &IncidentView) -> AnyView {
    view! {
        <main id="main" class="inc" data-number=view.incident.number.to_string() data-source=view.query().href(&view.path()) data-person=view.me.id.to_string()>
            {head::mini(view)}
            {head::head(view)}
            {super::glass::told(&view.glass, view.now)}
            {tabs(view)}
            <div class="inc-body">
                <section class="tl" id="timeline" aria-labelledby="tl-h">
                    {composer::composer(view)}
                    {timeline::timeline(view)}
                </section>
                <div class="inc-side">
                    {understanding::understanding(view)}
                    {evidence::evidence(view)}
                    {indicators::indicators(view)}
                    {tasks::tasks(view)}
                    {organisations::organisations(view)}
                    {shares::shares(view)}
                </div>
            </div>
            {composer::postbar(view)}
            <IncidentLive />
        </main>
    }
    .into_any()
}

/// Sections of a phone; a wide screen shows them side by side.
fn tabs(view: &IncidentView) -> AnyView {
    let tasks = match view.tasks_done() {
        Some((done, all)) => format!("{done}/{all}"),
        None => view.count(Panel::Tasks, &view.tasks),
    };
    view! {
        <nav class="inc-tabs tabs" id="inc-tabs" aria-label="Sections">
            <a href="#timeline">"Timeline "<span class="n">{view.timeline.counts.all.to_string()}</span></a>
            <a href="#evidence">"Evidence "<span class="n">{view.count(Panel::Exhibits, &view.exhibits)}</span></a>
            <a href="#indicators">"Indicators "<span class="n">{view.count(Panel::Indicators, &view.indicators)}</span></a>
            <a href="#tasks">"Tasks "<span class="n">{tasks}</span></a>
            <a href="#shares">"Shares "<span class="n">{view.count(Panel::Shares, &view.shares)}</span></a>
        </nav>
    }
    .into_any()
}
