//! Who sees an entry that has been written: the line at its foot.

use leptos::prelude::*;

use super::entry::EntrySetting;
use crate::{
    model::{Person, Tlp, entry::Entry},
    pages::parts::Icon,
};

/// Up to this many people are named one by one.
const NAMED: usize = 4;

/// `All 5 organisations`, `Only CISA, FBI, Google`, `Only Imani Calloway (CISA)`.
pub(super) fn audience_line(entry: &Entry, setting: &EntrySetting) -> AnyView {
    let (icon, words) = match entry.tlp {
        Tlp::Red => ("eye-off", view! { "Only "<b>{people(&entry.named)}</b> }.into_any()),
        tlp if tlp.reaches_everyone() => ("eye", view! { "Every organisation in the room" }.into_any()),
        _ if !entry.audience.is_empty() => ("eye-off", narrowed(entry, setting)),
        _ => ("eye", everybody(setting)),
    };
    view! { <p class="te-vis"><Icon name=icon size="sm" /><span>{words}</span></p> }.into_any()
}

fn everybody(setting: &EntrySetting) -> AnyView {
    match setting.members.as_slice() {
        [one] => view! { "Only "<b>{one.short.clone()}</b> }.into_any(),
        members => format!("All {} organisations", members.len()).into_any(),
    }
}

fn narrowed(entry: &Entry, setting: &EntrySetting) -> AnyView {
    let is_in = |slug: &str| entry.audience.iter().any(|organisation| organisation.slug == slug);
    let outside: Vec<_> =
        setting.members.iter().filter(|m| !is_in(&m.slug)).map(|m| m.short.as_str()).collect();
    let inside: Vec<_> = entry.audience.iter().map(|o| o.short.as_str()).collect();
    let outside = (!outside.is_empty())
        .then(|| view! { " "<span class="muted">{format!("not {}", outside.join(", "))}</span> });
    view! { "Only "<b>{inside.join(", ")}</b>{outside} }.into_any()
}

fn people(named: &[Person]) -> String {
    if named.len() <= NAMED {
        let each: Vec<_> = named.iter().map(|p| format!("{} ({})", p.name, p.organisation.short)).collect();
        return each.join(", ");
    }
    let mut organisations: Vec<_> = named.iter().map(|p| p.organisation.short.as_str()).collect();
    organisations.sort_unstable();
    organisations.dedup();
    format!("{} named people at {}", named.len(), organisations.join(", "))
}
