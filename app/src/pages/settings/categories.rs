//! The catalogue, and a form for each step that it can take.

use leptos::prelude::*;

use super::{SettingForm, SettingView, reason};
use crate::{
    model::{
        Moment, Submitted,
        setting::{Leaf, Setting},
    },
    pages::parts::{
        Choice, ErrorSummary, PostForm, SelectField, TextField, Time, Typed, setting, typed, when::when,
    },
};

pub(super) fn catalogue(view: &SettingView, standing: &Setting, leaves: &[Leaf]) -> AnyView {
    let rows: Vec<_> = leaves.iter().map(row).collect();
    let forms = standing.may_change.then(|| {
        let forms = Forms { view, leaves, version: standing.version };
        view! {
            <div class="ad-cols">{forms.add()}{forms.rename()}{forms.retire()}{forms.keep()}</div>
        }
    });
    view! {
        <section class="panel scroll-x st-leaves" tabindex="0" aria-label="Table of categories">
            <table class="dtable ppl">
                <thead><tr><th scope="col">"Code"</th><th scope="col">"Leaf"</th><th scope="col">"Top"</th><th scope="col">"In effect"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
        {forms}
    }
    .into_any()
}

fn row(leaf: &Leaf) -> AnyView {
    let now = setting().now();
    let earlier: Vec<_> = leaf
        .earlier
        .iter()
        .map(|earlier| {
            let words = if earlier.until > now { "until " } else { "was called so until " };
            view! { <small>{earlier.name.clone()}", "{words}<Time at=earlier.until full=true /></small> }
        })
        .collect();
    let planned = leaf.earlier.iter().any(|earlier| earlier.until > now).then_some("Then: ");
    view! {
        <tr data-state=(!leaf.is_in_effect(now)).then_some("past")>
            <td class="mono">{leaf.code.clone()}</td>
            <th scope="row">{planned}{leaf.name.clone()}{earlier}</th>
            <td>{leaf.top_name.clone()}</td>
            <td>{span(leaf, now)}</td>
        </tr>
    }
    .into_any()
}

fn span(leaf: &Leaf, now: Moment) -> AnyView {
    let from = leaf.effective_from;
    match leaf.effective_to {
        Some(to) if to <= now => view! { "retired "<Time at=to full=true /> }.into_any(),
        Some(to) => view! { "until "<Time at=to full=true /> }.into_any(),
        None if from > now => view! { "from "<Time at=from full=true /> }.into_any(),
        None if from == Moment(0) => "always".into_any(),
        None => view! { "since "<Time at=from full=true /> }.into_any(),
    }
}

struct Forms<'a> {
    view: &'a SettingView,
    leaves: &'a [Leaf],
    version: i64,
}

impl Forms<'_> {
    fn sent(&self, form: SettingForm) -> Submitted {
        if self.view.form == form { self.view.typed.clone() } else { Submitted::default() }
    }

    fn choices(&self, wanted: impl Fn(&Leaf) -> bool) -> Vec<Choice> {
        let all = self.leaves.iter().filter(|leaf| wanted(leaf));
        all.map(|leaf| {
            Choice::new(leaf.code.clone(), format!("{} {}", leaf.code, leaf.name))
                .group(leaf.top_name.clone())
        })
        .collect()
    }

    fn panel(&self, act: SettingForm, form: Typed, fields: AnyView) -> AnyView {
        let scope = act.wire();
        let (heading, version) = (format!("st-{scope}"), self.version.to_string());
        view! {
            <section class="panel" aria-labelledby=heading.clone()>
                <div class="panel-head"><h2 id=heading.clone()>{act.label()}</h2></div>
                <PostForm action="/settings/categories" class="panel-body me-form">
                    <input type="hidden" name="version" value=version />
                    <input type="hidden" name="act" value=scope />
                    <ErrorSummary form=form scope=scope heading="The catalogue was not changed." />
                    {fields}
                    {reason(form, scope)}
                    <p class="act-foot"><button class="btn" type="submit">{act.label()}</button></p>
                </PostForm>
            </section>
        }
        .into_any()
    }

    fn from(&self, sent: &Submitted, scope: &'static str) -> AnyView {
        let hint = "Left empty: from now on. Never in the past";
        when(sent, ["from_date", "from_time", "zone"], "from", scope, "From", hint, &self.view.zones)
    }

    fn add(&self) -> AnyView {
        let sent = self.sent(SettingForm::Add);
        let from = self.from(&sent, "add");
        let form = typed(sent);
        let fields = view! {
            <TextField form=form name="code" label="Code" scope="add" maxlength=11 mono=true hint="The top's letters, a hyphen, the next number: PROC-6" />
            <TextField form=form name="name" label="Name" scope="add" maxlength=80 />
            <TextField form=form name="top_name" label="Name of the top" scope="add" maxlength=80 optional=true hint="Only where the letters are new" />
            {from}
        };
        self.panel(SettingForm::Add, form, fields.into_any())
    }

    fn rename(&self) -> AnyView {
        let sent = self.sent(SettingForm::Rename);
        let from = self.from(&sent, "rename");
        let form = typed(sent);
        let fields = view! {
            <SelectField form=form name="code" label="Leaf" scope="rename" blank="Choose" choices=self.choices(|_| true) />
            <TextField form=form name="name" label="New name" scope="rename" maxlength=80 hint="Incidents opened before keep the old one" />
            {from}
        };
        self.panel(SettingForm::Rename, form, fields.into_any())
    }

    fn retire(&self) -> AnyView {
        let sent = self.sent(SettingForm::Retire);
        let from = self.from(&sent, "retire");
        let form = typed(sent);
        let now = setting().now();
        let choices = self.choices(|leaf| leaf.effective_to.is_none_or(|to| to > now));
        let fields = view! {
            <SelectField form=form name="code" label="Leaf" scope="retire" blank="Choose" choices=choices hint="Opening no longer offers it; incidents that have it keep it" />
            {from}
        };
        self.panel(SettingForm::Retire, form, fields.into_any())
    }

    fn keep(&self) -> AnyView {
        let choices = self.choices(|leaf| leaf.effective_to.is_some());
        if choices.is_empty() {
            return ().into_any();
        }
        let form = typed(self.sent(SettingForm::Keep));
        let fields = view! { <SelectField form=form name="code" label="Leaf" scope="keep" blank="Choose" choices=choices /> };
        self.panel(SettingForm::Keep, form, fields.into_any())
    }
}
