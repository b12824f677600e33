//! Fields with a closed list of answers: select, radio cards, check boxes.

use leptos::prelude::*;

use super::{
    field::{Typed, optional_words, surroundings},
    icon::Icon,
};

/// One answer: what is sent, what is read, and a line under it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
    pub note: String,
    /// What is due by when once it is chosen; a line of its own under the note.
    pub due: String,
    /// Set apart under this heading (an `<optgroup>`, a column of boxes).
    pub group: Option<String>,
    pub disabled: bool,
}

impl Choice {
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into(), ..Self::default() }
    }
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: note.into(), ..self }
    }
    pub fn due(self, due: impl Into<String>) -> Self {
        Self { due: due.into(), ..self }
    }
    pub fn group(self, group: impl Into<String>) -> Self {
        Self { group: Some(group.into()), ..self }
    }
    pub fn disabled(self, disabled: bool) -> Self {
        Self { disabled, ..self }
    }
}

/// Runs of choices under one heading, in the order given.
fn grouped(choices: Vec<Choice>) -> Vec<(Option<String>, Vec<Choice>)> {
    let mut groups: Vec<(Option<String>, Vec<Choice>)> = vec![];
    for choice in choices {
        match groups.last_mut().filter(|(group, _)| *group == choice.group) {
            Some((_, list)) => list.push(choice),
            None => groups.push((choice.group.clone(), vec![choice])),
        }
    }
    groups
}

#[component]
pub fn SelectField(
    form: Typed,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] hint: String,
    /// Words of the first, empty answer.
    #[prop(optional)]
    blank: &'static str,
    #[prop(optional)] optional: bool,
    /// Left empty, another field answers in its place.
    #[prop(optional)]
    stood_for: bool,
    #[prop(optional)] scope: &'static str,
) -> impl IntoView {
    let around = surroundings(form, scope, &name, hint);
    let chosen = form.with_value(|form| form.value(&name).to_owned());
    let option = move |choice: Choice| {
        let selected = choice.value == chosen;
        view! { <option value=choice.value selected=selected disabled=choice.disabled>{choice.label}</option> }
    };
    let options = grouped(choices)
        .into_iter()
        .map(|(group, choices)| {
            let options = choices.into_iter().map(&option).collect_view();
            match group {
                Some(group) => view! { <optgroup label=group>{options}</optgroup> }.into_any(),
                None => options.into_any(),
            }
        })
        .collect_view();
    view! {
        <div class="field">
            <label class="field-label" for=around.id.clone()>{label}{optional_words(optional)}</label>
            {around.hint}
            <select
                class="select"
                id=around.id
                name=name
                required=!optional && !stood_for
                aria-invalid=around.invalid.then_some("true")
                aria-describedby=around.described_by
            >
                {(!blank.is_empty()).then(|| view! { <option value="">{blank}</option> })}
                {options}
            </select>
            {around.error}
        </div>
    }
}

/// Radio buttons as cards: a mark or word on top, what it means below.
#[component]
pub fn RadioCards<V: IntoView + 'static>(
    form: Typed,
    name: &'static str,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    /// Draws the head of a card from its value and label (a severity's mark, a TLP chip).
    head: fn(&Choice) -> V,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] optional: bool,
    #[prop(optional)] scope: &'static str,
    /// Class of the grid: `sev-cards`, `tlp-cards`.
    #[prop(default = "cards")]
    class: &'static str,
) -> impl IntoView {
    let around = surroundings(form, scope, name, hint);
    let id = around.id;
    let cards = choices
        .into_iter()
        .enumerate()
        .map(|(index, choice)| {
            let checked = form.with_value(|form| form.has(name, &choice.value));
            // The error summary links to the first one.
            let id = if index == 0 { id.clone() } else { format!("{id}-{index}") };
            let head = head(&choice);
            let note = (!choice.note.is_empty()).then(|| view! { <span class="card-note">{choice.note.clone()}</span> });
            let due = (!choice.due.is_empty())
                .then(|| view! { <span class="card-note card-time"><Icon name="timer" size="sm" />{choice.due.clone()}</span> });
            let value = choice.value.clone();
            view! {
                <label class="card" data-value=value>
                    <input type="radio" id=id name=name value=choice.value checked=checked disabled=choice.disabled />
                    <span class="card-head">{head}</span>
                    {note}
                    {due}
                </label>
            }
        })
        .collect_view();
    view! {
        <fieldset class="field" aria-invalid=around.invalid.then_some("true") aria-describedby=around.described_by>
            <legend class="field-label">{legend}{optional_words(optional)}</legend>
            {around.hint}
            <div class=class>{cards}</div>
            {around.error}
        </fieldset>
    }
}

/// Check boxes that are sent under one name; `group` makes columns.
#[component]
pub fn CheckList(
    form: Typed,
    #[prop(into)] name: String,
    #[prop(into)] legend: String,
    choices: Vec<Choice>,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] optional: bool,
    #[prop(optional)] scope: &'static str,
    #[prop(default = "checks")] class: &'static str,
) -> impl IntoView {
    let around = surroundings(form, scope, &name, hint);
    let (id, mut index) = (around.id, 0);
    let columns = grouped(choices)
        .into_iter()
        .map(|(group, choices)| {
            let boxes = choices
                .into_iter()
                .map(|choice| {
                    let checked = form.with_value(|form| form.has(&name, &choice.value));
                    let id = if index == 0 { id.clone() } else { format!("{id}-{index}") };
                    index += 1;
                    view! {
                        <label class="check" title=(!choice.note.is_empty()).then_some(choice.note)>
                            <input type="checkbox" id=id name=name.clone() value=choice.value checked=checked disabled=choice.disabled />
                            <span>{choice.label}</span>
                        </label>
                    }
                })
                .collect_view();
            let heading = group.map(|group| view! { <span class="check-group">{group}</span> });
            view! { <div class="check-column">{heading}{boxes}</div> }
        })
        .collect_view();
    view! {
        <fieldset class="field" aria-invalid=around.invalid.then_some("true") aria-describedby=around.described_by>
            <legend class="field-label">{legend}{optional_words(optional)}</legend>
            {around.hint}
            <div class=class>{columns}</div>
            {around.error}
        </fieldset>
    }
}

/// One box that is on or off; sent as `1`.
#[component]
pub fn Check(
    form: Typed,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(optional)] scope: &'static str,
) -> impl IntoView {
    let around = surroundings(form, scope, &name, hint);
    let checked = form.with_value(|form| form.value(&name) == "1");
    view! {
        <div class="field">
            <label class="check">
                <input type="checkbox" id=around.id name=name value="1" checked=checked aria-describedby=around.described_by />
                <span>{label}</span>
            </label>
            {around.hint}
            {around.error}
        </div>
    }
}
