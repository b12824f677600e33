//! Current understanding: what is believed now. Earlier versions stand in the timeline.

use leptos::prelude::*;

use super::{
    IncidentView,
    forms::{act_form, disclosure},
};
use crate::{
    model::{
        Tlp,
        form::Form,
        incident::{Category, SOURCE_LIMIT},
    },
    pages::parts::{Choice, Icon, SelectField, TextArea, TextField, Time, places::places, typed},
};

pub(super) fn understanding(view: &IncidentView) -> AnyView {
    let incident = &view.incident;
    let by = view.understood.as_ref().map(|(person, at)| {
        let (at, by) = (*at, format!(", {}", person.name));
        view! { <span class="muted"><Time at=at />{by}</span> }
    });
    let text = match incident.summary.trim() {
        "" => view! { <p class="muted">"Nobody has written down what is known yet."</p> }.into_any(),
        summary => view! { <p class="situation-text te-text">{summary.to_owned()}</p> }.into_any(),
    };
    view! {
        <section class="panel" id="understanding" aria-labelledby="si-h">
            <div class="panel-head"><h2 id="si-h">"Current understanding"</h2><span class="end">{by}</span></div>
            {edit(view)}
            <div class="panel-body">{text}{source(&incident.source)}</div>
        </section>
    }
    .into_any()
}

/// Who reported it, by which channel, where that was said.
pub(in crate::pages) fn source(words: &str) -> Option<AnyView> {
    let words = words.to_owned();
    (!words.is_empty()).then(|| {
        view! { <p class="situation-source"><span class="muted">"Source: "</span>{words}</p> }.into_any()
    })
}

/// Title, summary, source, category and places in one form: they are one description.
fn edit(view: &IncidentView) -> AnyView {
    if !view.may.edit {
        return ().into_any();
    }
    let incident = &view.incident;
    let mut sent = view.typed(
        Form::Edit,
        &[
            ("title", &incident.title),
            ("summary", &incident.summary),
            ("source", &incident.source),
            ("category", &incident.category.code),
        ],
    );
    if view.open(Form::Edit).is_none_or(|open| open.typed.pairs().is_empty()) {
        for place in &incident.jurisdictions {
            sent.push("jurisdiction_state", &place.state);
            sent.push("jurisdiction_county", place.county.as_deref().unwrap_or_default());
        }
    }
    let places = places(&sent, "edit", &view.states, &[]);
    let form = typed(sent);
    let fields = view! {
        <TextField form=form name="title" label="Title" scope="edit" maxlength=200 hint="What happened, to whom, where. No names of private persons." />
        <TextArea form=form name="summary" label="Current understanding" scope="edit" rows=6 optional=true maxlength=10_000
            hint="Claim, fact, reach, channel; what is still open." />
        <TextField form=form name="source" label="Source" scope="edit" optional=true maxlength=SOURCE_LIMIT hint="Who reported it, by which channel." />
        <SelectField form=form name="category" label="Category" scope="edit" choices=category_choices(&view.categories) />
        {places}
        {leaves_public(view)}
    };
    let action = format!("{}/{}", view.path(), Form::Edit);
    let inside = act_form(view, &action, form, "edit", fields.into_any(), "Save");
    let button = view! { <summary class="btn sm quiet"><Icon name="pencil" />"Edit"</summary> };
    disclosure("edit", "act-panel", view.open(Form::Edit).is_some(), button.into_any(), inside)
}

/// What an edit of the head, or a hold, does to what was cleared for the public; said before it is sent.
pub(super) fn leaves_public(view: &IncidentView) -> Option<AnyView> {
    (view.incident.tlp == Tlp::Clear).then(|| {
        view! {
            <p class="field-hint">
                "This is TLP:CLEAR as two accepted it. With your change it becomes TLP:GREEN, until a liaison asks for TLP:CLEAR and counsel accepts again."
            </p>
        }
        .into_any()
    })
}

/// The leaves under their tops.
pub(super) fn category_choices(categories: &[Category]) -> Vec<Choice> {
    categories.iter().map(|c| Choice::new(&c.code, &c.leaf).group(&c.top)).collect()
}
