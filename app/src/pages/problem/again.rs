//! What was typed is never lost: it stands on the page to be copied, and where that can help it is sent again from it.

use leptos::prelude::*;

use super::Again;
use crate::pages::parts::{FormToken, Icon, field::text_content};

/// What can be done with what was typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Sent again, as the same sending.
    Again,
    /// Sent as another.
    Anew,
    /// Copied: sent again it would be refused again.
    Copy,
}

/// A value of more letters than this, or of several lines, stands in a field of its own.
const LINE: usize = 80;

/// The text for whoever prefers to copy it and, where it can be sent, the form with its values hidden in it.
pub(super) fn again(again: &Again, way: Way) -> AnyView {
    let shown: Vec<_> = again
        .pairs
        .iter()
        .filter(|(name, value)| !value.trim().is_empty() && !is_machinery(name))
        .map(|(name, value)| view! { <dt>{words(name)}</dt><dd>{readable(name, value)}</dd> })
        .collect();
    let (heading, lead) = match way {
        Way::Copy if shown.is_empty() => return ().into_any(),
        Way::Copy => ("What you typed", Some("It stands on this page only: copy what you need.")),
        // A button alone, or words that are never kept.
        Way::Again | Way::Anew if shown.is_empty() => ("Send it again", None),
        Way::Again | Way::Anew => ("What you typed is kept", None),
    };
    let lead = lead.map(|words| view! { <p class="muted">{words}</p> });
    let files = (again.files && way == Way::Copy)
        .then(|| view! { <p class="muted">"Files are not kept: pick them again."</p> });
    let form = match way {
        Way::Copy => ().into_any(),
        Way::Again => form(again, "Send again"),
        Way::Anew => form(again, "Send anew"),
    };
    view! {
        <section class="panel kept" aria-labelledby="kept-h">
            <div class="panel-head"><h2 id="kept-h"><Icon name="file-pen" />{heading}</h2></div>
            <div class="panel-body">
                {lead}
                <dl class="facts">{shown}</dl>
                {files}
                {form}
            </div>
        </section>
    }
    .into_any()
}

fn form(again: &Again, verb: &'static str) -> AnyView {
    let action = again.action.clone();
    let token = match again.token.clone() {
        Some(token) => view! { <input type="hidden" name="form_token" value=token /> }.into_any(),
        None => view! { <FormToken action=action.clone() /> }.into_any(),
    };
    let hidden: Vec<_> = again
        .pairs
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
        .collect();
    let files = again.files.then(|| {
        view! {
            <div class="field">
                <label class="field-label" for="kept-file">"Files"</label>
                <p class="field-hint" id="kept-file-hint">"Files are not kept: pick them again."</p>
                <input class="input" id="kept-file" type="file" name="file" multiple=true aria-describedby="kept-file-hint" />
            </div>
        }
    });
    let kind = again.files.then_some("multipart/form-data");
    view! {
        <form method="post" action=action enctype=kind>
            {token}
            {hidden}
            {files}
            <p class="act-foot"><button class="btn primary" type="submit">{verb}</button></p>
        </form>
    }
    .into_any()
}

/// A short value as it is; a longer one in a field that the keyboard reaches, so that it is copied whole.
pub(super) fn readable(name: &str, value: &str) -> AnyView {
    if value.chars().count() <= LINE && !value.contains('\n') {
        return view! { <span class="te-text">{value.to_owned()}</span> }.into_any();
    }
    let lines = value.lines().map(|line| 1 + line.chars().count() / LINE).sum::<usize>();
    let rows = lines.clamp(2, 12).to_string();
    view! { <textarea class="textarea" readonly=true rows=rows aria-label=words(name) inner_html=text_content(value)></textarea> }
        .into_any()
}

/// Fields that nobody typed.
fn is_machinery(name: &str) -> bool {
    matches!(
        name,
        "version" | "form_id" | "corrects" | "form_token" | "next" | "seen" | "send" | "offered" | "plan"
    ) || name.ends_with("_zone")
        || name == "zone"
}

/// `happened_time` as people read it.
pub(super) fn words(name: &str) -> String {
    let plain = match name {
        "tlp" => "marking".to_owned(),
        "csv" => "table".to_owned(),
        name => name.replace('_', " "),
    };
    let mut letters = plain.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
