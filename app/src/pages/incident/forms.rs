//! What the forms of the page are made of: a button that discloses a form, and the form itself.

use leptos::prelude::*;

use super::IncidentView;
use crate::{
    model::{Moment, Person, Submitted, Tlp},
    pages::parts::{Choice, ErrorSummary, FormToken, Icon, TlpChip, Typed, setting},
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
        <form class="act-one" method="post" action=action>
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

/// The five labels as choices, strictest first; those wider than `least` cannot be chosen.
pub(super) fn tlp_choices(least: Tlp) -> Vec<Choice> {
    let strictest_first = Tlp::ALL.iter().rev();
    strictest_first
        .map(|tlp| Choice::new(tlp.wire(), tlp.label()).note(tlp.meaning()).disabled(*tlp < least))
        .collect()
}

/// The head of a card of [`tlp_choices`].
pub(super) fn tlp_head(choice: &Choice) -> AnyView {
    match choice.value.parse::<Tlp>() {
        Ok(tlp) => view! { <TlpChip tlp=tlp /> }.into_any(),
        Err(_) => choice.label.clone().into_any(),
    }
}

/// People as choices: e-mail address sent, name and organisation read.
pub(super) fn person_choices(people: &[Person]) -> Vec<Choice> {
    let words = |person: &Person| format!("{}, {}", person.name, person.organisation.short);
    people.iter().map(|person| Choice::new(&person.email, words(person))).collect()
}

/// Suggestions for a field of addresses.
pub(super) fn people_list(id: &'static str, people: &[Person]) -> AnyView {
    let options: Vec<_> = people
        .iter()
        .map(|person| {
            let words = format!("{}, {}", person.name, person.organisation.short);
            view! { <option value=person.email.clone()>{words}</option> }
        })
        .collect();
    view! { <datalist id=id>{options}</datalist> }.into_any()
}

/// A date and a time of day with their zone, under one label; together they are one moment.
pub(super) fn when(
    typed: &Submitted,
    names: [&'static str; 3],
    error_of: &'static str,
    scope: &'static str,
    label: &'static str,
    hint: &'static str,
) -> AnyView {
    let [date, time, zone_name] = names;
    let id = format!("{scope}-{error_of}");
    let error_id = format!("{id}-error");
    let message = typed.error(error_of).map(str::to_owned);
    let invalid = message.is_some().then_some("true");
    let described = message.is_some().then(|| error_id.clone());
    let error = message.map(|message| {
        view! { <p class="field-error" id=error_id><Icon name="circle-alert" /><span>{message}</span></p> }
    });
    let hint = (!hint.is_empty()).then(|| view! { <p class="field-hint">{hint}</p> });
    view! {
        <fieldset class="field">
            <legend class="field-label">{label}</legend>
            {hint}
            <div class="when">
                <input class="input" type="date" name=date aria-label="Date" value=typed.value(date).to_owned()
                    aria-invalid=invalid />
                <input class="input" type="time" id=id name=time aria-label="Time" value=typed.value(time).to_owned()
                    aria-invalid=invalid aria-describedby=described />
                {zone_select(zone_name, typed.value(zone_name))}
            </div>
            {error}
        </fieldset>
    }
    .into_any()
}

/// The page's zone and UTC.
fn zone_select(name: &'static str, chosen: &str) -> AnyView {
    let setting = setting();
    let zone = setting.zone();
    let utc =
        (zone.name != "UTC").then(|| view! { <option value="UTC" selected=chosen == "UTC">"UTC"</option> });
    view! {
        <select class="select" name=name aria-label="Time zone">
            <option value=zone.name.clone() selected=chosen != "UTC">{zone.label.clone()}</option>
            {utc}
        </select>
    }
    .into_any()
}

/// `2020-11-03` and `19:18` in the page's zone, as date and time controls want them.
pub(super) fn control_values(at: Moment) -> (String, String) {
    let setting = setting();
    let c = setting.zone().civil(at);
    (format!("{:04}-{:02}-{:02}", c.year, c.month, c.day), format!("{:02}:{:02}", c.hour, c.minute))
}
