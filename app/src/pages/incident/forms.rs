//! What the forms of the page are made of: a button that discloses a form, and the form itself.

use leptos::prelude::*;

use super::IncidentView;
use crate::{
    model::Submitted,
    pages::parts::{ErrorSummary, FormToken, Icon, Typed},
};

/// A form behind a button. `<details>`, so that it opens without a script; `name` keeps one open at a time.
pub(super) fn disclosure(id: &str, class: &str, open: bool, button: AnyView, inside: AnyView) -> AnyView {
    let (id, class) = (id.to_owned(), format!("act {class}"));
    view! {
        <details class=class id=id name="act" open=open>
            {button}
            <div class="act-pop">{inside}</div>
        </details>
    }
    .into_any()
}

/// A form that changes the incident: token and version, what is wrong on top, then its fields and its verb.
pub(super) fn act_form(
    view: &IncidentView,
    action: &str,
    typed: Typed,
    scope: &'static str,
    fields: AnyView,
    verb: &'static str,
) -> AnyView {
    let version = view.incident.version.to_string();
    view! {
        <form class="act-form" method="post" action=action.to_owned() novalidate=true>
            <FormToken action=action />
            <input type="hidden" name="version" value=version />
            <ErrorSummary form=typed scope=scope heading="Nothing was changed." />
            {fields}
            <p class="act-foot"><button class="btn primary" type="submit">{verb}</button></p>
        </form>
    }
    .into_any()
}

/// A single button that posts, with its token and the version.
pub(super) fn act_button(view: &IncidentView, path: &str, class: &'static str, label: AnyView) -> AnyView {
    let action = format!("{}/{path}", view.path());
    let version = view.incident.version.to_string();
    view! {
        <form method="post" action=action>
            <FormToken action=action.clone() />
            <input type="hidden" name="version" value=version />
            <button class=class type="submit">{label}</button>
        </form>
    }
    .into_any()
}

/// The message of a field whose control is drawn by hand.
pub(super) fn field_error(typed: &Submitted, name: &str, id: &'static str) -> Option<AnyView> {
    typed.error(name).map(|message| {
        let message = message.to_owned();
        view! { <p class="field-error" id=id><Icon name="circle-alert" /><span>{message}</span></p> }
            .into_any()
    })
}
