//! TLP 2.0 chips: FIRST's colours on black, the label always in full.

use leptos::prelude::*;

use crate::model::Tlp;

#[component]
pub fn TlpChip(
    tlp: Tlp,
    /// The large chip of a page's head.
    #[prop(optional)]
    large: bool,
) -> impl IntoView {
    let class = if large { "tlp lg" } else { "tlp" };
    view! { <span class=class data-tlp=tlp.wire()>{tlp.label()}</span> }
}
