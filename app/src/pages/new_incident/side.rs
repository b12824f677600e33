//! What happens when one presses the button: who will see it, and until when something is due.

use leptos::prelude::*;

use super::NewIncidentView;
use crate::{
    model::{ClockKind, SeverityTarget, moment::duration},
    pages::parts::{Icon, SeverityMark, Time, setting},
};

/// The targets of a severity that run from the start, in words and seconds.
pub(super) fn targets(target: &SeverityTarget, percent: i64) -> Vec<(&'static str, i64)> {
    [
        ("acknowledge", ClockKind::Acknowledge),
        ("update every", ClockKind::Update),
        ("contain", ClockKind::Contain),
    ]
    .into_iter()
    .filter_map(|(words, kind)| target.seconds(kind, percent).map(|seconds| (words, seconds)))
    .collect()
}

pub(super) fn side(view: &NewIncidentView) -> AnyView {
    let audience = view.audience();
    let not = if audience.not_to.is_empty() { "nobody is left out".to_owned() } else { audience.not_to };
    view! {
        <aside class="nf-side" aria-label="Before you open it">
            <div id="alike">{similar(view)}</div>
            <section class="panel" aria-labelledby="nf-open">
                <div class="panel-head"><h2 id="nf-open">"When you open it"</h2></div>
                <div class="panel-body">
                    <dl class="facts one">
                        <dt>"Visible to"</dt>
                        <dd id="visible-to"><b>{audience.visible_to}</b></dd>
                        <dt>"Not visible to"</dt>
                        <dd class="muted" id="not-visible-to">{not}</dd>
                        <dt>"Due"</dt>
                        <dd>{due(view)}</dd>
                    </dl>
                    <p class="field-hint before-live">"Review shows this for what you have chosen."</p>
                </div>
            </section>
        </aside>
    }
    .into_any()
}

/// One list for each severity; the style shows that of the card that is chosen.
fn due(view: &NewIncidentView) -> AnyView {
    let now = setting().now();
    let line = |(words, seconds): (&'static str, i64)| {
        let every = words.strip_suffix(" every");
        let then = every.map(|_| format!(", then every {}", duration(seconds)));
        view! {
            <li>
                <span class="due-what">{every.unwrap_or(words)}</span>" by "
                <b data-in=seconds.to_string()><Time at=now.plus_seconds(seconds) /></b>{then}
            </li>
        }
    };
    let lists: Vec<_> = view
        .targets
        .iter()
        .map(|target| {
            let lines: Vec<_> = targets(target, view.target_percent).into_iter().map(line).collect();
            view! { <ul class="due" data-severity=target.severity.wire()>{lines}</ul> }
        })
        .collect();
    view! { <p class="due-none muted">"Choose a severity"</p>{lists} }.into_any()
}

/// The same in a line at the title, where the eyes are while it is typed.
pub(super) fn similar_line(view: &NewIncidentView) -> AnyView {
    let first = view.similar.first().map(|row| {
        let number = row.number.to_string();
        let more = match view.similar.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        view! {
            <span data-of=number.clone()><Icon name="copy-check" size="sm" />"Looks like an open one: "
                <a href="#alike"><span class="mono">{number.clone()}</span>" "{row.title.clone()}</a>{more}</span>
        }
    });
    view! { <p class="nf-alike" id="alike-said" role="status">{first}</p> }.into_any()
}

/// Open ones that look alike, before the same thing is opened twice.
fn similar(view: &NewIncidentView) -> AnyView {
    if view.similar.is_empty() {
        return ().into_any();
    }
    let heading = if view.similar.len() == 1 { "Looks like an open one" } else { "Look like open ones" };
    let rows: Vec<_> = view
        .similar
        .iter()
        .map(|row| {
            let number = row.number.to_string();
            view! {
                <li data-of=number.clone()>
                    <SeverityMark severity=row.severity />
                    <span>
                        <a href=format!("/incidents/{number}")>{row.title.clone()}</a>
                        <small><span class="mono">{number.clone()}</span>" "{row.place.clone()}</small>
                        <small><a href=format!("/incidents/{number}#compose")>{format!("Add to {number} instead")}</a></small>
                    </span>
                </li>
            }
        })
        .collect();
    view! {
        <section class="panel" aria-labelledby="nf-alike">
            <div class="panel-head"><h2 id="nf-alike"><Icon name="copy-check" />{heading}</h2></div>
            <ul class="dupes">{rows}</ul>
        </section>
    }
    .into_any()
}
