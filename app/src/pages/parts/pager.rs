//! Pages of a list by keyset cursor: onward, and back to the first.

use leptos::prelude::*;

use super::icon::Icon;

#[component]
pub fn Pager(
    /// The first page, when this is a later one.
    first: Option<String>,
    next: Option<String>,
    #[prop(default = "Pages of the list")] label: &'static str,
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| view! {
        <nav class="pager" aria-label=label>
            {first.map(|href| view! { <a class="btn sm" href=href><Icon name="arrow-up" />"First page"</a> })}
            {next.map(|href| view! { <a class="btn sm" href=href rel="next">"Next page"<Icon name="arrow-right" /></a> })}
        </nav>
    })
}
