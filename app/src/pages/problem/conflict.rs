//! Two people changed the same thing: what stands and what was typed side by side, and nobody's words overwritten.
//!
//! Each choice is a radio button whose value is the text itself, so that the answer needs no script and no
//! knowledge on the server beyond the form that was posted in the first place.

use leptos::prelude::*;

use super::{ConflictView, Contested, Fact, Next, Own, Side, again};
use crate::{
    model::{
        Moment, Person,
        diff::{self, Piece},
    },
    pages::parts::{FormToken, Icon, Time, field::text_content},
};

pub(super) fn conflict(view: &ConflictView) -> AnyView {
    let page = format!("/incidents/{}", view.number);
    let said = match (&view.next, view.fields.is_empty()) {
        (Next::Over(words), _) => format!(" Nothing of yours was done. {words}"),
        (Next::Send(_), false) => " Nothing is lost: choose what stands.".to_owned(),
        (Next::Send(_), true) => {
            " Nothing of yours was done yet. If it is still meant, send it from here.".to_owned()
        }
    };
    let title = format!("{} {}", view.number, view.title);
    let body = match &view.next {
        Next::Send(verb) => form(view, &page, verb),
        Next::Over(_) => view! {
            {typed(&view.own)}
            <p class="act-foot"><a class="btn" href=page.clone()>"Back to the incident"</a></p>
        }
        .into_any(),
    };
    view! {
        <section class="conflict" aria-labelledby="conflict-h">
            <h1 id="conflict-h"><Icon name="git-merge" />"Changed by someone else"</h1>
            <p><a href=page.clone()>{title}</a></p>
            <p>{who(view.by.as_ref(), "changed it")}{said}</p>
            {stands(&view.stands)}
            {body}
        </section>
    }
    .into_any()
}

/// Who was faster, and when.
pub(super) fn who(by: Option<&(Person, Moment)>, did: &str) -> AnyView {
    match by {
        Some((person, at)) => {
            let words = format!("{} ({}) {did} at ", person.name, person.organisation.short);
            let at = *at;
            view! { <b>{words}<Time at=at seconds=true /></b>", while you were writing." }.into_any()
        }
        None => {
            let words = format!("Somebody else {did}");
            view! { <b>{words}</b>" while you were writing." }.into_any()
        }
    }
}

pub(super) fn stands(facts: &[Fact]) -> Option<AnyView> {
    let lines: Vec<_> = facts
        .iter()
        .map(|fact| {
            let at = fact.at.map(|at| view! { " "<Time at=at /> });
            view! { <dt>{fact.label.clone()}</dt><dd><span class="te-text">{fact.words.clone()}</span>{at}</dd> }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! {
            <div class="conflict-stands"><h2>"What stands now"</h2><dl class="facts">{lines}</dl></div>
        }
        .into_any()
    })
}

/// What was typed, to be copied.
fn typed(own: &[Own]) -> Option<AnyView> {
    let lines: Vec<_> = own
        .iter()
        .map(|own| {
            let value = own.pairs.first().map_or("", |(_, value)| value.as_str());
            let value = own.shown.as_deref().unwrap_or(value);
            view! { <dt>{own.label.clone()}</dt><dd>{again::readable(&own.label, value)}</dd> }
        })
        .collect();
    (!lines.is_empty()).then(|| {
        view! { <div class="conflict-stands"><h2>"What you typed"</h2><dl class="facts">{lines}</dl></div> }
            .into_any()
    })
}

fn form(view: &ConflictView, page: &str, verb: &'static str) -> AnyView {
    let fields: Vec<_> =
        view.fields.iter().enumerate().map(|(index, field)| contested(index, field)).collect();
    let own: Vec<_> = view.own.iter().enumerate().map(|(index, field)| kept(index, field)).collect();
    let rest: Vec<_> = view.rest.iter().map(|(name, value)| hidden(name, value)).collect();
    let (action, page) = (view.action.clone(), page.to_owned());
    view! {
        <form method="post" action=action.clone() novalidate=true>
            <FormToken action=action.clone() />
            <input type="hidden" name="version" value=view.version.to_string() />
            {rest}
            {fields}
            {own}
            <p class="act-foot">
                <a class="btn" href=page>"Leave it as it stands"</a>
                <button class="btn primary" type="submit">{verb}</button>
            </p>
        </form>
    }
    .into_any()
}

fn hidden(name: &str, value: &str) -> AnyView {
    view! { <input type="hidden" name=name.to_owned() value=value.to_owned() /> }.into_any()
}

/// What you typed and nobody contests: a choice in words, running text to go on with.
fn kept(index: usize, own: &Own) -> AnyView {
    if let Some(shown) = own.shown.clone() {
        let hidden: Vec<_> = own.pairs.iter().map(|(name, value)| hidden(name, value)).collect();
        let label = format!("{}, as you chose", own.label);
        return view! {
            <div class="field"><span class="field-label">{label}</span><span class="te-text">{shown}</span>{hidden}</div>
        }
        .into_any();
    }
    let (name, value) = own.pairs.first().cloned().unwrap_or_default();
    let (id, label) = (format!("own-{index}"), format!("{}, as you typed it", own.label));
    view! {
        <div class="field">
            <label class="field-label" for=id.clone()>{label}</label>
            <textarea class="textarea" id=id name=name rows="3" inner_html=text_content(&value)></textarea>
        </div>
    }
    .into_any()
}

fn contested(index: usize, field: &Contested) -> AnyView {
    let (theirs, yours) = (&field.theirs, &field.yours);
    let both = field.both.as_ref().map(|both| {
        let words = view! { <span class="muted">{both.shown.clone()}</span> }.into_any();
        choice((index, "both"), &field.name, both, "Keep both", words, false)
    });
    let note = field.note.clone().map(|note| view! { <p class="field-hint">{note}</p> });
    view! {
        <fieldset class="field">
            <legend class="field-label">{field.label.clone()}</legend>
            <div class="two">
                {choice((index, "theirs"), &field.name, theirs, "Use theirs", marked(&yours.shown, &theirs.shown), !field.mine)}
                {choice((index, "yours"), &field.name, yours, "Use mine", marked(&theirs.shown, &yours.shown), field.mine)}
            </div>
            {both}
            {note}
        </fieldset>
    }
    .into_any()
}

fn choice(
    (index, which): (usize, &'static str),
    name: &str,
    side: &Side,
    verb: &'static str,
    text: AnyView,
    checked: bool,
) -> AnyView {
    let (name, value) = (name.to_owned(), side.value.clone());
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
