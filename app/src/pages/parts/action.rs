//! Forms that change something: each carries the token of its own path.

use leptos::prelude::*;

use crate::pages::frame::FormTokens;

/// The hidden token, which is also the key that makes a second press of the button harmless.
///
/// Drawn in the browser it is empty: only the server can make one.
#[component]
pub fn FormToken(#[prop(into)] action: String) -> impl IntoView {
    use_context::<FormTokens>()
        .map(|tokens| view! { <input type="hidden" name="form_token" value=tokens.token(&action) /> })
}

/// `<form method="post">` with its token.
#[component]
pub fn PostForm(
    #[prop(into)] action: String,
    #[prop(optional, into)] class: Option<String>,
    #[prop(optional, into)] id: Option<String>,
    /// `multipart/form-data` where a file is sent.
    #[prop(optional)]
    multipart: bool,
    children: Children,
) -> impl IntoView {
    let to = action.clone();
    view! {
        <form
            method="post"
            action=to
            class=class
            id=id
            enctype=multipart.then_some("multipart/form-data")
            novalidate=true
        >
            <FormToken action=action />
            {children()}
        </form>
    }
}
