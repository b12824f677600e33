//! What was typed is never lost: it stands on the page and can be sent again from it.

use leptos::prelude::*;

use super::Again;
use crate::pages::parts::{FormToken, Icon};

/// The form with its values hidden in it, one button, and the text for whoever prefers to copy it.
pub(super) fn again(again: &Again) -> AnyView {
    let hidden: Vec<_> = again
        .pairs
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
        .collect();
    let shown: Vec<_> = again
        .pairs
        .iter()
        .filter(|(name, value)| !value.trim().is_empty() && !is_machinery(name))
        .map(|(name, value)| view! { <dt>{words(name)}</dt><dd class="te-text">{value.clone()}</dd> })
        .collect();
    let files = again.files.then(|| view! { <p class="muted">"Files have to be picked again."</p> });
    let action = again.action.clone();
    view! {
        <section class="panel kept" aria-labelledby="kept-h">
            <div class="panel-head"><h2 id="kept-h"><Icon name="file-pen" />" What you typed is kept"</h2></div>
            <div class="panel-body">
                <dl class="facts">{shown}</dl>
                {files}
                <form method="post" action=action.clone()>
                    <FormToken action=action.clone() />
                    {hidden}
                    <p class="act-foot"><button class="btn primary" type="submit">"Send again"</button></p>
                </form>
            </div>
        </section>
    }
    .into_any()
}

/// Fields that nobody typed.
fn is_machinery(name: &str) -> bool {
    matches!(name, "version" | "form_id" | "corrects" | "form_token")
        || name.ends_with("_zone")
        || name == "zone"
}

/// `happened_time` as people read it.
pub(super) fn words(name: &str) -> String {
    let plain = match name {
        "tlp" => "marking".to_owned(),
        name => name.replace('_', " "),
    };
    let mut letters = plain.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
