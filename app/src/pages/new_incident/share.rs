//! With whom it is shared from the start: check boxes by sector, and presets that work without a script.

use leptos::prelude::*;

use super::NewIncidentView;
use crate::{
    model::{Organisation, organisation::Sector},
    pages::parts::Icon,
};

/// What a preset ticks.
const PRESETS: [(&str, &str); 4] = [
    ("all_agencies", "All agencies"),
    ("all_companies", "All companies"),
    ("everybody", "Everybody"),
    ("nobody", "Nobody else"),
];

pub(super) fn share_with(view: &NewIncidentView) -> AnyView {
    let presets: Vec<_> = PRESETS
        .iter()
        .map(|(value, words)| {
            view! { <button class="linkbtn" type="submit" name="preset" value=*value>{*words}</button> }
        })
        .collect();
    let own = &view.me.organisation;
    let columns: Vec<_> = Sector::ALL
        .iter()
        .filter_map(|sector| {
            let members: Vec<_> = view.organisations.iter().filter(|o| o.sector == *sector).collect();
            let is_own = own.sector == *sector;
            (is_own || !members.is_empty()).then(|| column(view, *sector, is_own, &members))
        })
        .collect();
    let error = view.typed.error("share_with").map(|message| {
        let message = message.to_owned();
        view! { <p class="field-error" id="f-share_with-error"><Icon name="circle-alert" /><span>{message}</span></p> }
    });
    view! {
        <fieldset class="field share-with" id="f-share_with">
            <legend class="field-label">"Share with"</legend>
            <p class="preset"><span>"Presets"</span>{presets}</p>
            <div class="share-grid">{columns}</div>
            {error}
        </fieldset>
    }
    .into_any()
}

/// One sector; a large one takes the room of several columns.
fn column(view: &NewIncidentView, sector: Sector, is_own: bool, members: &[&Organisation]) -> AnyView {
    let own = is_own.then(|| {
        let short = view.me.organisation.short.clone();
        view! {
            <label class="check">
                <input type="checkbox" checked=true disabled=true data-short=short.clone() />
                <span>{short.clone()}" "<span class="muted">"yours"</span></span>
            </label>
        }
    });
    let boxes: Vec<_> = members
        .iter()
        .map(|organisation| {
            let checked = view.typed.has("share_with", &organisation.slug);
            view! {
                <label class="check" title=organisation.name.clone()>
                    <input type="checkbox" name="share_with" value=organisation.slug.clone() checked=checked
                        data-short=organisation.short.clone() data-sector=sector.wire() />
                    <span>{organisation.short.clone()}</span>
                </label>
            }
        })
        .collect();
    let class = if members.len() > 4 { "share-wide" } else { "share-narrow" };
    let heading = sector.several();
    view! { <div class=class><h3>{heading}</h3><div class="share-col">{own}{boxes}</div></div> }.into_any()
}
