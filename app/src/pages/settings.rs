//! The room's settings: every section with who changed it last, and the page of one.
//!
//! Forms: `/settings/{kind}` (the section's own fields, `version`, `reason`) and `/settings/{kind}/back` (`to`,
//! `version`, `reason`).

mod categories;
mod cell;
mod history;
mod items;
pub(super) mod tables;
mod tried;

use leptos::prelude::*;

use super::{
    frame::Frame,
    parts::{Callout, ErrorSummary, Icon, PostForm, TextField, Time, Tone, Typed, typed},
    person::office,
};
use crate::{
    model::{
        Submitted, Zone,
        period::Period,
        setting::{Difference, Section, Setting, SettingKind, SettingVersion},
    },
    policy::Cleared,
};

/// What the page of a section is drawn from.
#[derive(Debug)]
pub struct SettingView {
    pub setting: Cleared<Setting>,
    pub form: SettingForm,
    /// As it stands, or as it was typed.
    pub typed: Submitted,
    /// Somebody else was faster: where what stands now and what was typed differ.
    pub stale: Option<Vec<Difference>>,
    pub tried: Option<Tried>,
    pub history: Cleared<Vec<SettingVersion>>,
    /// Address of older versions.
    pub next: Option<i64>,
    /// Not the first page of the history.
    pub is_later: bool,
    /// All of the room, for their names.
    pub periods: Vec<Period>,
    pub zones: Vec<Zone>,
}

crate::model::words::words! {
    /// The form of the page that was sent; the catalogue has one for each step.
    SettingForm {
        Whole = "whole", "Save";
        Back = "back", "Set back";
        Add = "add", "Add a leaf";
        Rename = "rename", "Rename a leaf";
        Retire = "retire", "Retire a leaf";
        Keep = "keep", "Take a retirement back";
    }
}

/// What the rules as typed find in a text.
#[derive(Clone, Debug)]
pub struct Tried {
    /// Why it would wait for counsel; empty when it would go out.
    pub why: Vec<String>,
    /// The text in pieces, each with whether a rule found it.
    pub pieces: Vec<(bool, String)>,
}

/// `GET /settings`
pub fn overview(frame: &Frame, settings: Cleared<Vec<Setting>>) -> AnyView {
    office(frame, "Room settings", "/settings", move || {
        let rows: Vec<_> = settings.into_inner().into_iter().map(line).collect();
        view! {
            <div class="ad-main ad-wide">
                <div class="ad-bar"><h1>"Room settings"</h1></div>
                <p class="muted st-lead">"What the room changes while it runs. Each change is in force at once, for everybody, and stands in the journal with its reason."</p>
                <section class="panel scroll-x" tabindex="0" aria-label="Table of settings">
                    <table class="dtable ppl st-all">
                        <thead><tr>
                            <th scope="col">"Section"</th><th scope="col">"Holds"</th><th scope="col" class="num">"Version"</th>
                            <th scope="col">"Changed last"</th><th scope="col"><span class="vh">"Actions"</span></th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table>
                </section>
            </div>
        }
        .into_any()
    })
}

const fn about(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Severities => "What each level means, and its three targets",
        SettingKind::Periods => "How much of the targets applies in each period",
        SettingKind::Categories => "The catalogue: leaves come, are renamed and go at a date",
        SettingKind::Playbooks => "First steps, which become the tasks of an incident",
        SettingKind::Purposes => "What is explained beside a share",
        SettingKind::HoldRules => "Which texts wait for counsel before they are delivered",
    }
}

fn line(setting: Setting) -> AnyView {
    let href = format!("/settings/{}", setting.kind);
    let remark = setting.section.remark().map(|remark| view! { <small class="st-warn">{remark}</small> });
    let last = match setting.set {
        Some(set) => view! {
            {set.by.name}" "<span class="muted">{set.by.organisation.short}</span><small><Time at=set.at full=true /></small>
        }
        .into_any(),
        None => view! { <span class="muted">"as shipped"</span> }.into_any(),
    };
    let words = if setting.may_change { "Change" } else { "Read" };
    let label = format!("{words} {}", setting.kind.label());
    view! {
        <tr>
            <th scope="row"><a href=href.clone()>{setting.kind.label()}</a><small>{about(setting.kind)}</small></th>
            <td class="nowrap">{setting.section.count_words()}{remark}</td>
            <td class="num">{setting.version}</td>
            <td>{last}</td>
            <td class="ad-acts"><a class="btn sm" href=href aria-label=label>{words}</a></td>
        </tr>
    }
    .into_any()
}

/// What follows from a change, in words: nobody should have to guess at 02:00.
const fn effect(kind: SettingKind) -> &'static str {
    match kind {
        SettingKind::Severities => {
            "In force at once for what happens next: incidents opened, updates posted, severities changed. A clock that runs keeps its due time until then, so that no target is missed or met by a change of the rules."
        }
        SettingKind::Periods => {
            "100 % is the plain target, 50 % half of it. In force at once for incidents opened and updates posted in the period; a clock that runs keeps its due time until then."
        }
        SettingKind::Categories => {
            "Opening offers what is in effect at that moment. An incident keeps the name its category had when it was opened, and a retired category stays where it is in use."
        }
        SettingKind::Playbooks => {
            "Begun on an incident, a playbook's steps become its tasks. A change is for those begun from now on."
        }
        SettingKind::Purposes => {
            "Shown beside each share of the purpose, as it stood when the share was delivered. A change is for shares delivered from now on."
        }
        SettingKind::HoldRules => {
            "In force at once for what is shared next. What waits for counsel already goes on waiting, with the reasons it was held for."
        }
    }
}

/// `GET /settings/{kind}`, and the answer to a `POST` that did not succeed.
pub fn page(frame: &Frame, view: SettingView) -> AnyView {
    let kind = view.setting.kind;
    let is_faulty = !view.typed.errors.is_empty() || view.stale.is_some();
    let title = if is_faulty { format!("Error: {}", kind.label()) } else { kind.label().to_owned() };
    office(frame, title, "/settings", move || {
        let setting = view.setting.clone().into_inner();
        let remark = setting
            .section
            .remark()
            .map(|remark| view! { <Callout tone=Tone::Warn><p>{remark}</p></Callout> });
        let back = (setting.may_change && view.history.len() > 1).then(|| history::back(&view));
        view! {
            <div class="ad-one st">
                <p class="crumbs"><a href="/settings">"Settings"</a><Icon name="chevron-right" /><span>{kind.label()}</span></p>
                <div class="st-head"><h1>{kind.label()}</h1>{standing(&setting)}</div>
                <p class="muted st-lead">{effect(kind)}</p>
                {remark}
                {view.stale.as_ref().map(|differences| history::stale(&setting, differences))}
                {body(&view, &setting)}
                {history::versions(&view)}
                {back}
            </div>
        }
        .into_any()
    })
}

/// `Version 3, by Ada Lark, FBI, 3 Nov 2020 02:10`
fn standing(setting: &Setting) -> AnyView {
    let by = match &setting.set {
        Some(set) => view! {
            ", by "{set.by.name.clone()}", "{set.by.organisation.short.clone()}", "<Time at=set.at full=true />
        }
        .into_any(),
        None => ", as shipped".into_any(),
    };
    view! { <p class="st-standing"><b>{format!("Version {}", setting.version)}</b>{by}</p> }.into_any()
}

fn body(view: &SettingView, setting: &Setting) -> AnyView {
    if let Section::Categories(leaves) = &setting.section {
        return categories::catalogue(view, setting, leaves);
    }
    let form = typed(match view.form {
        SettingForm::Back => crate::model::setting::to_form(&setting.section),
        _ => view.typed.clone(),
    });
    let inside = match &setting.section {
        Section::Severities(all) => tables::severities(form, setting.may_change, all),
        Section::Periods(all) => tables::periods(form, setting.may_change, all, &view.periods),
        Section::Playbooks(all) => items::playbooks(form, setting.may_change, all),
        Section::Purposes(all) => tables::purposes(form, setting.may_change, all),
        Section::HoldRules(all) => items::hold_rules(form, setting.may_change, all),
        Section::Categories(_) => ().into_any(),
    };
    if !setting.may_change {
        return view! { <section class="panel panel-body" aria-label=setting.kind.label()>{inside}</section> }.into_any();
    }
    let tries =
        matches!(setting.section, Section::HoldRules(_)).then(|| tried::tries(form, view.tried.as_ref()));
    let (action, version) = (format!("/settings/{}", setting.kind), setting.version.to_string());
    let save = save_words(view);
    view! {
        <PostForm action=action class="panel panel-body me-form st-form">
            <input type="hidden" name="version" value=version />
            <ErrorSummary form=form heading="Nothing was changed." />
            {inside}
            {tries}
            {reason(form, "")}
            <p class="act-foot"><button class="btn primary" type="submit">{save}</button><a class="btn" href="/settings">"Cancel"</a></p>
        </PostForm>
    }
    .into_any()
}

fn save_words(view: &SettingView) -> &'static str {
    if view.stale.is_some() { "Replace what stands" } else { "Save for the whole room" }
}

fn reason(form: Typed, scope: &'static str) -> AnyView {
    view! {
        <TextField form=form name="reason" label="Reason" scope=scope maxlength=500 hint="Kept in the journal, for everybody to read" />
    }
    .into_any()
}
