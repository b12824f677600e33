//! Pages of a list by keyset cursor: onward, and back to the first.

use leptos::prelude::*;

use super::icon::Icon;

#[component]
pub fn Pager(
    /// The first page, when this is a later one.
    first: Option<String>,
    next: Option<String>,
    #[prop(default = "Pages of the list")] label: &'static str,
    /// Of a list by time, newest first: `Latest`, `Earlier`.
    #[prop(default = ("First page", "Next page"))]
    words: (&'static str, &'static str),
) -> impl IntoView {
    (first.is_some() || next.is_some()).then(|| view! {
        <nav class="pager" aria-label=label>
            {first.map(|href| view! { <a class="btn sm" href=href><Icon name="arrow-up" />{words.0}</a> })}
            {next.map(|href| view! { <a class="btn sm" href=href rel="next">{words.1}<Icon name="arrow-right" /></a> })}
        </nav>
    })
}
