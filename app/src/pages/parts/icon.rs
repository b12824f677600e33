//! Icons: Lucide, drawn from one sprite file, so that a hundred rows carry a hundred short references.

use leptos::prelude::*;

use super::setting::setting;

/// An icon beside words. It is decoration: what it means is always said in text as well.
#[component]
pub fn Icon(
    /// A symbol of `public/icons.svg` without its `i-`.
    name: &'static str,
    /// `sm`, `lg` or nothing.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    let class = if size.is_empty() { "icon".to_owned() } else { format!("icon {size}") };
    view! { <svg class=class aria-hidden="true"><use_ href=setting().icon(&format!("i-{name}"))></use_></svg> }
}

/// A mark of the product's own in the same sprite.
pub fn mark(class: &'static str, symbol: &str) -> impl IntoView + use<> {
    view! { <svg class=class aria-hidden="true"><use_ href=setting().icon(symbol)></use_></svg> }
}

/// The word mark's ring.
#[component]
pub fn ProductMark() -> impl IntoView {
    mark("mark", "mark")
}
