//! Where something happened: rows of a state and, perhaps, a county. Several rows, one pair of names.

use leptos::prelude::*;

use super::icon::Icon;
use crate::model::Submitted;

/// Fieldset of the rows that were typed and an empty one or two behind a disclosure, so that a second
/// place needs no script. `counties` suggests names for states that are chosen already.
pub fn places(
    typed: &Submitted,
    scope: &'static str,
    states: &[(String, String)],
    counties: &[(String, Vec<String>)],
) -> AnyView {
    let mut rows: Vec<(String, String)> = typed
        .values("jurisdiction_state")
        .zip(typed.values("jurisdiction_county"))
        .map(|(state, county)| (state.to_owned(), county.to_owned()))
        .collect();
    rows.retain(|(state, county)| !state.is_empty() || !county.is_empty());
    let filled = rows.len();
    let more = if typed.value("add_row").is_empty() { 2 } else { 3 };
    rows.resize(filled.max(1) + more, <_>::default());
    let row = |(index, (state, county)): (usize, &(String, String))| {
        place(index, state, county, scope, states, counties)
    };
    let shown: Vec<_> = rows.iter().enumerate().take(filled.max(1)).map(row).collect();
    let spare: Vec<_> = rows.iter().enumerate().skip(filled.max(1)).map(row).collect();
    let id = format!("{scope}-jurisdictions");
    let message = typed.error("jurisdictions").map(|message| {
        let (id, message) = (format!("{id}-error"), message.to_owned());
        view! { <p class="field-error" id=id><Icon name="circle-alert" /><span>{message}</span></p> }
    });
    view! {
        <fieldset class="field places" id=id>
            <legend class="field-label">"Where"</legend>
            <p class="field-hint">"Leave empty for nationwide."</p>
            {shown}
            <details class="more-places" open=!typed.value("add_row").is_empty()>
                <summary class="linkbtn">"More places"</summary>
                {spare}
                <button class="btn sm quiet" type="submit" name="add_row" value="1"><Icon name="plus" />"One more row"</button>
            </details>
            {message}
        </fieldset>
    }
    .into_any()
}

fn place(
    index: usize,
    state: &str,
    county: &str,
    scope: &'static str,
    states: &[(String, String)],
    counties: &[(String, Vec<String>)],
) -> AnyView {
    let options: Vec<_> = states
        .iter()
        .map(|(code, name)| {
            view! { <option value=code.clone() selected=code == state>{format!("{name} ({code})")}</option> }
        })
        .collect();
    let list_id = format!("{scope}-counties-{index}");
    let suggestions: Vec<_> = counties
        .iter()
        .filter(|(code, _)| code == state)
        .flat_map(|(_, names)| names.iter().map(|name| view! { <option value=name.clone()></option> }))
        .collect();
    let place = index + 1;
    view! {
        <div class="two place" data-place="">
            <select class="select" name="jurisdiction_state" aria-label=format!("State of place {place}")>
                <option value="">"State"</option>
                {options}
            </select>
            <input class="input" name="jurisdiction_county" list=list_id.clone() value=county.to_owned() autocomplete="off"
                placeholder="County (optional)" aria-label=format!("County of place {place}") />
            <datalist id=list_id>{suggestions}</datalist>
        </div>
    }
    .into_any()
}
