//! Sections of a fixed number of things: severities, periods, purposes.

use leptos::prelude::*;

use super::cell::Cells;
use crate::{
    model::{
        SeverityTarget,
        period::Period,
        setting::{Explanation, Profile},
        share::AWARENESS_BANNER,
    },
    pages::parts::{Icon, SeverityLabel, Time, Typed, field::field_id, setting},
};

pub(in crate::pages) fn severities(form: Typed, edits: bool, all: &[SeverityTarget]) -> AnyView {
    let cells = Cells { form, edits };
    let row = |one: &SeverityTarget| {
        let (severity, name) = (one.severity, |field: &str| format!("{}.{field}", one.severity));
        let heading = format!("st-{severity}");
        view! {
            <section class="st-item" aria-labelledby=heading.clone()>
                <h2 id=heading.clone()><SeverityLabel severity=severity /></h2>
                {cells.text(name("definition"), "Means here", 200)}
                <div class="st-three">
                    {cells.text_or_none(name("acknowledge_s"), "Acknowledge within", "", 20)}
                    {cells.text_or_none(name("update_s"), "Update every", "", 20)}
                    {cells.text_or_none(name("contain_s"), "Contain within", "", 20)}
                </div>
            </section>
        }
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    let hint = edits.then(|| view! { <p class="field-hint">"A number and its unit: 90 s, 30 min, 4 h, 2 d. “none” or nothing is no target."</p> });
    view! { <div class="st-items">{hint}{rows}</div> }.into_any()
}

/// What runs now and what is to come first: that is what somebody changes at 02:00.
pub(super) fn periods(form: Typed, edits: bool, all: &[Profile], known: &[Period]) -> AnyView {
    let now = setting().now();
    let mut all: Vec<_> =
        all.iter().map(|one| (one, known.iter().find(|period| period.slug == one.period))).collect();
    all.sort_by_key(|(_, period)| period.is_some_and(|period| period.to <= now));
    let row = |(one, period): (&Profile, Option<&Period>)| {
        let name = period.map_or(one.period.clone(), |period| period.name.clone());
        let runs = period.is_some_and(|period| period.from <= now && now < period.to);
        let runs = runs.then(|| view! { " "<span class="badge">"now"</span> });
        let when = period.map(|period| view! { <small><Time at=period.from full=true />" to "<Time at=period.to full=true /></small> });
        let kept: Vec<_> = ["from", "to"]
            .into_iter()
            .map(|end| format!("{}.{end}", one.period))
            .filter(|field| edits && form.with_value(|form| !form.value(field).is_empty()))
            .map(|field| {
                let value = form.with_value(|form| form.value(&field).to_owned());
                view! { <input type="hidden" name=field value=value /> }
            })
            .collect();
        view! { <tr><th scope="row">{name.clone()}{runs}{when}{kept}</th><td class="num">{percent(form, edits, &one.period, &name)}</td></tr> }
    };
    let rows: Vec<_> = all.into_iter().map(row).collect();
    view! {
        <div class="st-periods" tabindex="0" role="region" aria-label="Table of periods">
            <table class="dtable ppl">
                <thead><tr><th scope="col">"Period"</th><th scope="col" class="num">"Targets"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn percent(form: Typed, edits: bool, slug: &str, period: &str) -> AnyView {
    let name = format!("{slug}.target_percent");
    let (value, message) =
        form.with_value(|form| (form.value(&name).to_owned(), form.error(&name).map(str::to_owned)));
    if !edits {
        return format!("{value} %").into_any();
    }
    let id = field_id("", &name);
    let error_id = format!("{id}-error");
    let invalid = message.is_some().then_some("true");
    let described = message.is_some().then(|| error_id.clone());
    let error = message.map(|message| {
        view! { <p class="field-error" id=error_id><Icon name="circle-alert" /><span>{message}</span></p> }
    });
    view! {
        <span class="st-percent">
            <input class="input" id=id name=name inputmode="numeric" maxlength="5" value=value
                aria-label=format!("Targets of {period}, in percent") aria-invalid=invalid aria-describedby=described />
            " %"
        </span>
        {error}
    }
    .into_any()
}

pub(super) fn purposes(form: Typed, edits: bool, all: &[Explanation]) -> AnyView {
    let cells = Cells { form, edits };
    let row = |one: &Explanation| {
        let heading = format!("st-{}", one.purpose);
        view! {
            <section class="st-item" aria-labelledby=heading.clone()>
                <h2 id=heading.clone()>{one.purpose.label()}</h2>
                {cells.text_or_none(format!("{}.text", one.purpose), "Banner", "", 300)}
            </section>
        }
    };
    let rows: Vec<_> = all.iter().map(row).collect();
    view! {
        <div class="st-items">
            <section class="st-item" aria-labelledby="st-fixed">
                <h2 id="st-fixed"><Icon name="lock" />"From an agency to a company"</h2>
                <p class="share-banner">{AWARENESS_BANNER}</p>
                <p class="field-hint">"Shown with every share from an agency to a company, on screen and in exports. It is part of the program and nobody can change it."</p>
            </section>
            {rows}
        </div>
    }
    .into_any()
}
