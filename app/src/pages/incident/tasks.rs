//! Tasks: what is to be done, by whom, until when.

use leptos::prelude::*;

use super::{
    IncidentView,
    forms::{act_form, disclosure},
    playbooks,
};
use crate::{
    model::{form::Form, panel::Panel, task::Task},
    pages::parts::{
        Choice, FormToken, Icon, OrganisationChip, SelectField, TextField, Time, TlpChip, setting, typed,
        when::when,
    },
    policy::{Action, Standing, may},
};

/// A task due within this many seconds is coloured.
const SOON_S: i64 = 1800;

pub(super) fn tasks(view: &IncidentView) -> AnyView {
    let items: Vec<_> = view.tasks.iter().map(|task| item(view, task)).collect();
    let words = match view.tasks_done() {
        Some((_, 0)) => String::new(),
        Some((done, all)) => format!("{done} of {all} done"),
        None => view.count(Panel::Tasks, &view.tasks),
    };
    let none = items.is_empty().then(|| view! { <p class="panel-none">"Nothing to do is written down."</p> });
    view! {
        <section class="panel" id="tasks" aria-labelledby="ta-h">
            <div class="panel-head"><h2 id="ta-h">"Tasks "<span class="n">{words}</span></h2></div>
            {add(view)}
            {playbooks::begin(view)}
            {playbooks::begun(view)}
            {view.back(Panel::Tasks)}
            <ul class="tasks">{items}</ul>
            {none}
            {view.onward(Panel::Tasks, view.tasks.next.as_ref())}
        </section>
    }
    .into_any()
}

fn item(view: &IncidentView, task: &Task) -> AnyView {
    let own = view.me.organisation.id;
    let theirs = task.organisation.as_ref().is_some_and(|o| o.id == own)
        || task.person.as_ref().is_some_and(|p| p.organisation.id == own);
    let standing =
        Standing { lead: view.incident.lead.id == own, own_organisation: theirs, ..Standing::default() };
    let may_finish = task.done_at.is_none() && may(&view.viewer, Action::FinishTask, standing);
    let text = task.text.clone();
    let what = match (task.done_at, may_finish) {
        (Some(_), _) => view! {
            <span class="taskbox" data-done=""><Icon name="check" size="sm" /></span>
            <span class="task-text done">{text}</span>
        }
        .into_any(),
        (None, true) => {
            let action = format!("{}/tasks/{}/done", view.path(), task.id);
            let words = format!("Mark done: {text}");
            view! {
                <form method="post" action=action>
                    <FormToken action=action.clone() />
                    <input type="hidden" name="version" value=task.version.to_string() />
                    <button class="taskbox" type="submit" aria-label=words title="Mark done"><Icon name="check" size="sm" /></button>
                </form>
                <span class="task-text">{text}</span>
            }
            .into_any()
        }
        (None, false) => {
            view! { <span class="taskbox"></span><span class="task-text">{text}</span> }.into_any()
        }
    };
    let who = task.organisation.as_ref().or(task.person.as_ref().map(|person| &person.organisation));
    let who = who.map(|organisation| view! { <OrganisationChip organisation=organisation.clone() /> });
    let person = task.person.as_ref().map(|person| person.name.clone());
    let chip = (task.tlp > view.incident.tlp).then(|| view! { <TlpChip tlp=task.tlp /> });
    view! {
        <li id=format!("task-{}", task.id) title=person>{what}{chip}{who}{due(task)}</li>
    }
    .into_any()
}

fn due(task: &Task) -> AnyView {
    let now = setting().now();
    match (task.done_at, task.due_at) {
        (Some(at), _) => view! { <span class="task-due">"done "<Time at=at /></span> }.into_any(),
        (None, Some(at)) if at < now => view! {
            <span class="task-due" data-state="late"><Icon name="alarm-clock" size="sm" />"was due "<Time at=at /></span>
        }
        .into_any(),
        (None, Some(at)) => {
            let soon = at.since(now) <= SOON_S;
            let icon = soon.then(|| view! { <Icon name="hourglass" size="sm" /> });
            view! { <span class="task-due" data-state=soon.then_some("soon")>{icon}"due "<Time at=at /></span> }.into_any()
        }
        (None, None) => view! { <span class="task-due"></span> }.into_any(),
    }
}

fn add(view: &IncidentView) -> AnyView {
    if !view.may.task {
        return ().into_any();
    }
    let zone = setting().zone().name.clone();
    let sent = view.typed(Form::Task, &[("zone", &zone), ("organisation", &view.me.organisation.slug)]);
    let until = when(&sent, ["due_date", "due_time", "zone"], "due_at", "task", "Due", "", &[]);
    let form = typed(sent);
    let organisations: Vec<_> = view
        .members()
        .into_iter()
        .map(|organisation| Choice::new(organisation.slug, organisation.name))
        .collect();
    let fields = view! {
        <TextField form=form name="text" label="What is to be done" scope="task" maxlength=500 />
        <div class="two">
            <SelectField form=form name="organisation" label="Organisation" scope="task" blank="Nobody in particular" optional=true choices=organisations />
            <TextField form=form name="person" label="Person" kind="email" scope="task" optional=true placeholder="analyst@cisa.example" />
        </div>
        {until}
    };
    let action = format!("{}/{}", view.path(), Form::Task);
    let inside = act_form(view, &action, form, "task", fields.into_any(), "Add task");
    let button = view! { <summary class="btn sm quiet"><Icon name="plus" />"Add"</summary> };
    disclosure("add-task", "act-panel", view.open(Form::Task).is_some(), button.into_any(), inside)
}
