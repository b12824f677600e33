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
pub(super) fn audience_line(entry: &Entry, setting: &EntrySetting) -> impl IntoView + use<> {
    let (everybody, only, not) = match entry.tlp {
        Tlp::Red => (None, Some(people(&entry.named)), None),
        tlp if tlp.reaches_everyone() => (Some("Every organisation in the room".to_owned()), None, None),
        _ if !entry.audience.is_empty() => {
            let (inside, outside) = narrowed(entry, setting);
            (None, Some(inside), outside)
        }
        _ => match setting.members.as_slice() {
            [one] => (None, Some(one.short.clone()), None),
            members => (Some(format!("All {} organisations", members.len())), None, None),
        },
    };
    let icon = if everybody.is_some() { "eye" } else { "eye-off" };
    let only = only.map(|only| view! { "Only "<b>{only}</b> });
    let not = not.map(|not| view! { " "<span class="muted">{format!("not {not}")}</span> });
    view! { <p class="te-vis"><Icon name=icon size="sm" /><span>{everybody}{only}{not}</span></p> }
}

/// Those inside, and the members outside, if any.
fn narrowed(entry: &Entry, setting: &EntrySetting) -> (String, Option<String>) {
    let is_in = |slug: &str| entry.audience.iter().any(|organisation| organisation.slug == slug);
    let outside: Vec<_> =
        setting.members.iter().filter(|m| !is_in(&m.slug)).map(|m| m.short.as_str()).collect();
    let inside: Vec<_> = entry.audience.iter().map(|o| o.short.as_str()).collect();
    (inside.join(", "), (!outside.is_empty()).then(|| outside.join(", ")))
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
