//! Somebody else decided first: how it stands, and what was typed for another decision.

use leptos::prelude::*;

use super::{DecidedView, again, conflict};
use crate::pages::parts::Icon;

pub(super) fn decided(view: &DecidedView) -> AnyView {
    let (page, list) = (format!("/incidents/{}", view.number), view.list.clone());
    let title = format!("{} {}", view.number, view.title);
    let lines: Vec<_> = view
        .typed
        .iter()
        .map(|(label, value)| view! { <dt>{label.clone()}</dt><dd>{again::readable(label, value)}</dd> })
        .collect();
    let typed = (!lines.is_empty()).then(|| {
        view! { <div class="conflict-stands"><h2>"What you typed"</h2><dl class="facts">{lines}</dl></div> }
    });
    // What lapsed, nobody decided.
    let (heading, who) = match &view.by {
        Some(by) => ("Decided by someone else", conflict::who(Some(by), "decided it")),
        None => ("It has ended meanwhile", view! { <b>"It waits for nobody any more."</b> }.into_any()),
    };
    view! {
        <section class="conflict" aria-labelledby="conflict-h">
            <h1 id="conflict-h"><Icon name="git-merge" />{heading}</h1>
            <p><a href=page>{title}</a></p>
            <p>{who}" Nothing of yours was done."</p>
            {conflict::stands(&view.stands)}
            {typed}
            <p class="act-foot"><a class="btn primary" href=list>"Back to the list"</a></p>
        </section>
    }
    .into_any()
}
