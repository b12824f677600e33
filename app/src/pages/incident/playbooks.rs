//! Playbooks: which were begun, at which step they are, and the form that begins one.

use leptos::prelude::*;

use super::{
    IncidentView,
    forms::{act_form, disclosure},
};
use crate::{
    model::{form::Form, task::BegunPlaybook},
    pages::parts::{Choice, Icon, SelectField, Time, typed},
};

/// `Results site down: step 2 of 6`, one line a playbook.
pub(super) fn begun(view: &IncidentView) -> AnyView {
    let lines: Vec<_> = view.begun.iter().map(line).collect();
    (!lines.is_empty()).then(|| view! { <ul class="playbooks">{lines}</ul> }).into_any()
}

fn line(begun: &BegunPlaybook) -> AnyView {
    let steps = begun.progress.steps;
    let at = match begun.progress.next {
        Some(step) => format!("step {step} of {steps}"),
        None => format!("all {steps} steps done"),
    };
    let title = format!("Begun by {}, {}", begun.by.name, begun.by.organisation.short);
    view! {
        <li title=title><Icon name="copy-check" size="sm" /><span><b>{begun.title.clone()}</b>": "{at}</span>
            <span class="muted">"since "<Time at=begun.at /></span></li>
    }
    .into_any()
}

/// Behind a button, for those who decide about the incident.
pub(super) fn begin(view: &IncidentView) -> AnyView {
    let left = view.playbooks.iter().filter(|one| !view.begun.iter().any(|begun| begun.playbook == one.id));
    let choices: Vec<_> = left
        .map(|one| {
            let steps = one.steps.len();
            Choice::new(
                one.id.clone(),
                format!("{} ({steps} {})", one.title, if steps == 1 { "step" } else { "steps" }),
            )
        })
        .collect();
    if !view.may.edit || choices.is_empty() {
        return ().into_any();
    }
    let form = typed(view.typed(Form::Playbook, &[]));
    let fields = view! {
        <SelectField form=form name="playbook" label="Playbook" scope="playbook" blank="Choose" choices=choices
            hint="Its steps become tasks of your organisation." />
    };
    let action = format!("{}/{}", view.path(), Form::Playbook);
    let inside = act_form(view, &action, form, "playbook", fields.into_any(), "Begin");
    let button = view! { <summary class="btn sm quiet"><Icon name="copy-check" />"Playbook"</summary> };
    let open = view.open(Form::Playbook).is_some();
    disclosure("begin-playbook", "act-panel", open, button.into_any(), inside)
}
