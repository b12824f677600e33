//! Organisations and people. Public bodies are square and filled, everybody else round and outlined.

use leptos::prelude::*;

use crate::model::{Organisation, Person};

/// The short name as a tag; the lead carries a heavy underline.
#[component]
pub fn OrganisationName(organisation: Organisation, #[prop(optional)] lead: bool) -> impl IntoView {
    view! {
        <span class="org org-name" data-kind=organisation.sector.wire() data-lead=lead.then_some("") title=organisation.name>
            {organisation.short}
        </span>
    }
}

/// The code as a small tag, for narrow places.
#[component]
pub fn OrganisationChip(organisation: Organisation) -> impl IntoView {
    view! {
        <abbr class="org" data-kind=organisation.sector.wire() title=organisation.name>{organisation.code}</abbr>
    }
}

/// How many organisations a narrow column names before it counts.
const NAMED: usize = 4;

/// Codes of those who can see it: the lead first and heavy, what does not fit as `+2`.
#[component]
pub fn Codes(lead: Organisation, others: Vec<Organisation>) -> impl IntoView {
    let room = NAMED - 1;
    let (named, rest) =
        others.split_at(others.len().min(if others.len() == NAMED { room } else { NAMED.min(room) }));
    let rest_names = rest.iter().map(|o| o.short.as_str()).collect::<Vec<_>>().join(", ");
    let more =
        (!rest.is_empty()).then(|| view! { <abbr title=rest_names>{format!("+{}", rest.len())}</abbr> });
    let named: Vec<_> =
        named.iter().map(|o| view! { <abbr title=o.name.clone()>{o.code.clone()}</abbr> }).collect();
    view! {
        <span class="codes"><abbr title=lead.name><b>{lead.code}</b></abbr>{named}{more}</span>
    }
}

/// Initials in a circle; the name stands beside it or in its title.
#[component]
pub fn Avatar(person: Person) -> impl IntoView {
    view! { <span class="avatar" aria-hidden="true">{person.initials()}</span> }
}
