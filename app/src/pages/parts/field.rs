//! Fields of a form: label, hint, control, error; what was typed stays.

use leptos::prelude::*;

use super::icon::Icon;
use crate::model::Submitted;

/// A form as it was sent, within reach of all its fields.
pub type Typed = StoredValue<Submitted>;

/// Puts a form's values where its fields find them. An empty [`Submitted`] is a fresh form.
pub fn typed(form: Submitted) -> Typed {
    StoredValue::new(form)
}

/// The id of a control: errors link to it. `scope` tells two forms of one page apart.
pub fn field_id(scope: &str, name: &str) -> String {
    if scope.is_empty() { format!("f-{name}") } else { format!("{scope}-{name}") }
}

/// What surrounds a control, and the attributes that tie the two together.
pub(super) struct Surroundings {
    pub id: String,
    pub invalid: bool,
    pub described_by: Option<String>,
    pub hint: AnyView,
    pub error: AnyView,
}

pub(super) fn surroundings(form: Typed, scope: &str, name: &str, hint: String) -> Surroundings {
    let id = field_id(scope, name);
    let message = form.with_value(|form| form.error(name).map(str::to_owned));
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let mut described: Vec<String> = vec![];
    let hint = (!hint.is_empty()).then(|| {
        described.push(hint_id.clone());
        view! { <p class="field-hint" id=hint_id>{hint}</p> }
    });
    let invalid = message.is_some();
    let error = message.map(|message| {
        described.push(error_id.clone());
        view! { <p class="field-error" id=error_id><Icon name="circle-alert" /><span>{message}</span></p> }
    });
    Surroundings {
        id,
        invalid,
        described_by: (!described.is_empty()).then(|| described.join(" ")),
        hint: hint.into_any(),
        error: error.into_any(),
    }
}

pub(super) fn optional_words(optional: bool) -> Option<impl IntoView> {
    optional.then(|| view! { " "<span class="opt">"(optional)"</span> })
}

#[component]
pub fn TextField(
    form: Typed,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    /// `email`, `password`, `datetime-local`, `url`...
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(optional)] optional: bool,
    #[prop(optional)] scope: &'static str,
    #[prop(optional)] autocomplete: &'static str,
    #[prop(optional)] placeholder: &'static str,
    #[prop(optional)] maxlength: i64,
    /// Monospaced: ids, hashes, indicators.
    #[prop(optional)]
    mono: bool,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let around = surroundings(form, scope, &name, hint);
    let value = form.with_value(|form| form.value(&name).to_owned());
    // A password never comes back to the page.
    let value = (kind != "password").then_some(value);
    view! {
        <div class="field">
            <label class="field-label" for=around.id.clone()>{label}{optional_words(optional)}</label>
            {around.hint}
            <input
                class=if mono { "input mono" } else { "input" }
                id=around.id
                name=name
                type=kind
                value=value
                required=!optional
                autofocus=autofocus
                autocomplete=(!autocomplete.is_empty()).then_some(autocomplete)
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                maxlength=(maxlength > 0).then(|| maxlength.to_string())
                aria-invalid=around.invalid.then_some("true")
                aria-describedby=around.described_by
            />
            {around.error}
        </div>
    }
}

#[component]
pub fn TextArea(
    form: Typed,
    #[prop(into)] name: String,
    #[prop(into)] label: String,
    #[prop(optional, into)] hint: String,
    #[prop(default = 4)] rows: i64,
    #[prop(optional)] optional: bool,
    #[prop(optional)] scope: &'static str,
    #[prop(optional)] placeholder: &'static str,
    #[prop(optional)] maxlength: i64,
    /// The label is for screen readers only.
    #[prop(optional)]
    quiet_label: bool,
) -> impl IntoView {
    let around = surroundings(form, scope, &name, hint);
    let text = form.with_value(|form| text_content(form.value(&name)));
    view! {
        <div class="field">
            <label class=if quiet_label { "vh" } else { "field-label" } for=around.id.clone()>
                {label}{optional_words(optional)}
            </label>
            {around.hint}
            <textarea
                class="textarea"
                id=around.id
                name=name
                rows=rows.to_string()
                required=!optional
                placeholder=(!placeholder.is_empty()).then_some(placeholder)
                maxlength=(maxlength > 0).then(|| maxlength.to_string())
                aria-invalid=around.invalid.then_some("true")
                aria-describedby=around.described_by
                inner_html=text
            ></textarea>
            {around.error}
        </div>
    }
}

/// Text for inside a `<textarea>`: escaped, and behind the one newline that the parser swallows. A text
/// child would bring the renderer's own markers, which a textarea shows.
pub fn text_content(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    if escaped.starts_with('\n') { format!("\n{escaped}") } else { escaped }
}
