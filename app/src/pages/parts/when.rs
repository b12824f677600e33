//! A moment as people type it: date, time of day, zone.

use leptos::prelude::*;

use super::{icon::Icon, setting::setting};
use crate::model::{Moment, Submitted, Zone};

/// A date and a time of day with their zone, under one label; together they are one moment.
pub fn when(
    typed: &Submitted,
    names: [&'static str; 3],
    error_of: &'static str,
    scope: &'static str,
    label: &'static str,
    hint: &'static str,
    zones: &[Zone],
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
                {zone_select(zone_name, typed.value(zone_name), zones)}
            </div>
            {error}
        </fieldset>
    }
    .into_any()
}

/// The page's zone first, then those offered; UTC where none are.
fn zone_select(name: &'static str, chosen: &str, zones: &[Zone]) -> AnyView {
    let setting = setting();
    let own = setting.zone();
    let utc = [Zone::utc()];
    let others = if zones.is_empty() { &utc[..] } else { zones };
    let option = |zone: &Zone, selected: bool| {
        view! { <option value=zone.name.clone() selected=selected>{zone.label.clone()}</option> }
    };
    let known = others.iter().any(|zone| zone.name == chosen);
    let rest: Vec<_> = others
        .iter()
        .filter(|zone| zone.name != own.name)
        .map(|zone| option(zone, zone.name == chosen))
        .collect();
    view! {
        <select class="select" name=name aria-label="Time zone">
            {option(own, chosen == own.name || !known)}
            {rest}
        </select>
    }
    .into_any()
}

/// `2020-11-03` and `19:18` in the page's zone, as date and time controls want them.
pub fn control_values(at: Moment) -> (String, String) {
    let setting = setting();
    let c = setting.zone().civil(at);
    (format!("{:04}-{:02}-{:02}", c.year, c.month, c.day), format!("{:02}:{:02}", c.hour, c.minute))
}
