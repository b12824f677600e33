//! How a section came to stand as it does, and the way back.

use leptos::prelude::*;

use super::{SettingForm, SettingView, reason};
use crate::{
    model::{
        Submitted,
        diff::{self, Piece},
        setting::{Difference, Setting, SettingVersion},
    },
    pages::parts::{Callout, Choice, ErrorSummary, Icon, Pager, PostForm, SelectField, Time, Tone, typed},
};

/// Values up to this long are shown as old and new; longer ones word by word.
const SHORT: usize = 60;

/// Nothing of what was typed was saved: what stands, and what was typed.
pub(super) fn stale(setting: &Setting, differences: &[Difference]) -> AnyView {
    let by = setting.set.as_ref().map_or("Somebody else".to_owned(), |set| set.by.name.clone());
    let rows: Vec<_> = differences
        .iter()
        .map(|one| {
            view! {
                <tr><th scope="row">{one.of.clone()}" "<span class="muted">{one.field}</span></th>
                    <td class="pre">{one.old.clone()}</td><td class="pre">{one.new.clone()}</td></tr>
            }
        })
        .collect();
    let table = (!rows.is_empty()).then(|| view! {
        <div class="scroll-x" tabindex="0" role="region" aria-label="What stands and what you typed">
            <table class="dtable st-both">
                <thead><tr><th scope="col">"What"</th><th scope="col">"Stands now"</th><th scope="col">"You typed"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    });
    view! {
        <Callout tone=Tone::Warn icon="git-merge">
            <p><b>{format!("{by} changed this meanwhile. Nothing of yours was saved.")}</b></p>
            <p>"Yours still stands in the form. Send it again to replace what stands now."</p>
            {table}
        </Callout>
    }
    .into_any()
}

pub(super) fn versions(view: &SettingView) -> AnyView {
    let names = |slug: &str| {
        let known = view.periods.iter().find(|period| period.slug == slug);
        known.map_or_else(|| slug.to_owned(), |period| period.name.clone())
    };
    let items: Vec<_> = view.history.iter().map(|version| one(version, names)).collect();
    let path = format!("/settings/{}", view.setting.kind);
    let next = view.next.map(|before| format!("{path}?before={before}#history"));
    let first = view.is_later.then(|| format!("{path}#history"));
    view! {
        <section class="panel" id="history" aria-labelledby="st-history">
            <div class="panel-head"><h2 id="st-history"><Icon name="history" />"History"</h2></div>
            <ol class="st-history panel-body">{items}</ol>
            <Pager first=first next=next label="Pages of the history" />
        </section>
    }
    .into_any()
}

fn one(version: &SettingVersion, names: impl Fn(&str) -> String) -> AnyView {
    let by = match &version.set {
        Some(set) => {
            let remark = (!set.remark.is_empty()).then(|| view! { <p class="st-remark">{set.remark.clone()}</p> });
            view! {
                <p class="st-by">
                    <b>{format!("Version {}", version.version)}</b>" "
                    <span>{set.by.name.clone()}", "{set.by.organisation.short.clone()}</span>" "<Time at=set.at full=true />
                </p>
                <p class="st-reason">{set.reason.clone()}</p>
                {remark}
            }
            .into_any()
        }
        None => view! {
            <p class="st-by"><b>{format!("Version {}", version.version)}</b>" "<span class="muted">"as it ships with Watchfloor"</span></p>
        }
        .into_any(),
    };
    let differences: Vec<_> = version.differences.iter().map(|one| difference(one, names(&one.of))).collect();
    let differences = (!differences.is_empty()).then(|| view! { <dl class="st-diff">{differences}</dl> });
    view! { <li>{by}{differences}</li> }.into_any()
}

fn difference(one: &Difference, of: String) -> AnyView {
    let (old, new) = (one.old.clone(), one.new.clone());
    let long = old.chars().count() > SHORT && new.chars().count() > SHORT;
    let value = if long {
        let piece = |piece| match piece {
            Piece::Same(words) => words.into_any(),
            Piece::Struck(words) => view! { <del>{words}</del>" " }.into_any(),
            Piece::Inserted(words) => view! { <ins>{words}</ins> }.into_any(),
        };
        diff::words(&old, &new).into_iter().map(piece).collect_view().into_any()
    } else {
        let old = (!old.is_empty()).then(|| view! { <del>{old}</del>" " });
        let new = (!new.is_empty()).then(|| view! { <ins>{new}</ins> });
        let arrow = (old.is_some() && new.is_some()).then_some("→ ");
        view! { {old}{arrow}{new} }.into_any()
    };
    view! { <div><dt>{of}" "<span class="muted">{one.field}</span></dt><dd class="pre">{value}</dd></div> }
        .into_any()
}

/// The form that makes an earlier version stand again.
pub(super) fn back(view: &SettingView) -> AnyView {
    let sent = view.form == SettingForm::Back;
    let form = typed(if sent { view.typed.clone() } else { Submitted::default() });
    let standing = view.setting.version;
    let earlier = view.history.iter().filter(|version| version.version != standing);
    let choices: Vec<_> = earlier
        .map(|version| {
            let words = match &version.set {
                Some(set) => format!("Version {}: {}", version.version, set.reason),
                None => format!("Version {}: as shipped", version.version),
            };
            Choice::new(version.version.to_string(), words.chars().take(90).collect::<String>())
        })
        .collect();
    let action = format!("/settings/{}/back", view.setting.kind);
    view! {
        <section class="panel" aria-labelledby="st-back">
            <div class="panel-head"><h2 id="st-back"><Icon name="undo-2" />"Set back"</h2></div>
            <PostForm action=action class="panel-body me-form">
                <input type="hidden" name="version" value=standing.to_string() />
                <ErrorSummary form=form scope="back" heading="Nothing was set back." />
                <p class="muted">"Makes a new version that reads like an earlier one. Nothing of the history goes."</p>
                <SelectField form=form name="to" label="As in" scope="back" choices=choices />
                {reason(form, "back")}
                <p class="act-foot"><button class="btn" type="submit"><Icon name="undo-2" />"Set back"</button></p>
            </PostForm>
        </section>
    }
    .into_any()
}
