//! Two people changed the same thing: both texts side by side, and nobody's words overwritten.
//!
//! Each choice is a radio button whose value is the text itself, so that the answer needs no script and no
//! knowledge on the server beyond the form that was posted in the first place.

use leptos::prelude::*;

use super::{ConflictView, Contested};
use crate::{
    model::diff::{self, Piece},
    pages::parts::{FormToken, Icon, Time},
};

pub(super) fn conflict(view: &ConflictView) -> AnyView {
    let page = format!("/incidents/{}", view.number);
    let who = match &view.by {
        Some((person, at)) => {
            let (words, at) =
                (format!("{} ({}) changed it at ", person.name, person.organisation.short), *at);
            view! { <b>{words}<Time at=at seconds=true /></b>", while you were writing." }.into_any()
        }
        None => view! { <b>"Somebody else changed it"</b>" while you were writing." }.into_any(),
    };
    let fields: Vec<_> =
        view.fields.iter().enumerate().map(|(index, field)| contested(index, field)).collect();
    let rest: Vec<_> = view
        .rest
        .iter()
        .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
        .collect();
    let action = view.action.clone();
    let title = format!("{} {}", view.number, view.title);
    view! {
        <section class="conflict" aria-labelledby="conflict-h">
            <h1 id="conflict-h"><Icon name="git-merge" />"Changed by someone else"</h1>
            <p class="conflict-what"><a href=page.clone()>{title}</a></p>
            <p>{who}" Nothing is lost: choose what stands."</p>
            <form method="post" action=action.clone()>
                <FormToken action=action.clone() />
                <input type="hidden" name="version" value=view.version.to_string() />
                {rest}
                {fields}
                <p class="act-foot">
                    <a class="btn" href=page.clone()>"Use theirs"</a>
                    <button class="btn primary" type="submit">"Save what I chose"</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

fn contested(index: usize, field: &Contested) -> AnyView {
    let (theirs, yours) = field.shown.clone().unwrap_or((field.theirs.clone(), field.yours.clone()));
    let both =
        (field.is_text && !field.theirs.trim().is_empty() && !field.yours.trim().is_empty()).then(|| {
            let joined = format!("{}\n\n{}", field.theirs.trim_end(), field.yours);
            let words = view! { <span class="muted">"Theirs, then yours below it."</span> }.into_any();
            choice(index, "both", &field.name, &joined, "Keep both", words, false)
        });
    view! {
        <fieldset class="field">
            <legend class="field-label">{field.label.clone()}</legend>
            <div class="two">
                {choice(index, "theirs", &field.name, &field.theirs, "Use theirs", marked(&yours, &theirs), false)}
                {choice(index, "yours", &field.name, &field.yours, "Use mine", marked(&theirs, &yours), true)}
            </div>
            {both}
        </fieldset>
    }
    .into_any()
}

fn choice(
    index: usize,
    which: &'static str,
    name: &str,
    value: &str,
    verb: &'static str,
    text: AnyView,
    checked: bool,
) -> AnyView {
    let (name, value) = (name.to_owned(), value.to_owned());
    view! {
        <label class="card conflict-card">
            <input type="radio" id=format!("{which}-{index}") name=name value=value checked=checked />
            <span class="card-head">{verb}</span>
            <span class="te-text">{text}</span>
        </label>
    }
    .into_any()
}

/// A text with what it has and the other has not.
fn marked(other: &str, text: &str) -> AnyView {
    if text.trim().is_empty() {
        return view! { <span class="muted">"empty"</span> }.into_any();
    }
    diff::words(other, text)
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Same(words) => Some(words.into_any()),
            Piece::Inserted(words) => Some(view! { <ins>{words}</ins> }.into_any()),
            Piece::Struck(_) => None,
        })
        .collect_view()
        .into_any()
}
