//! The four blocks of the form: what, where and when, who may see it, response.

use leptos::prelude::*;

use super::{
    NewIncidentView,
    share::share_with,
    side::{similar_line, targets},
};
use crate::{
    model::{Moment, Severity, SeverityTarget, Tlp, incident::SOURCE_LIMIT, moment::duration},
    pages::parts::{
        Check, Choice, RadioCards, SelectField, SeverityLabel, TextArea, TextField, Time, Typed,
        marking::{tlp_choices, tlp_head},
        people::{people_list, person_choices},
        places::places,
        setting,
        when::when,
    },
};

fn section(id: &'static str, heading: &'static str, inside: AnyView) -> AnyView {
    view! {
        <section class="nf-sec" aria-labelledby=id><h2 id=id>{heading}</h2><div class="nf-fields">{inside}</div></section>
    }
    .into_any()
}

pub(super) fn what(view: &NewIncidentView, form: Typed) -> AnyView {
    let categories: Vec<_> =
        view.categories.iter().map(|c| Choice::new(&c.code, &c.leaf).group(&c.top)).collect();
    let severities: Vec<_> =
        view.targets.iter().map(|target| severity_choice(target, view.target_percent)).collect();
    let head = |choice: &Choice| match choice.value.parse::<Severity>() {
        Ok(severity) => view! { <SeverityLabel severity=severity /> }.into_any(),
        Err(_) => choice.label.clone().into_any(),
    };
    let mut tops: Vec<_> = view.categories.iter().map(|category| category.top.clone()).collect();
    tops.dedup();
    let tops: Vec<_> =
        tops.into_iter().map(|top| view! { <option value=top.clone()>{top.clone()}</option> }).collect();
    let inside = view! {
        <TextField form=form name="title" label="Title" maxlength=200
            hint="What happened, to whom, where. No names of private persons." />
        {similar_line(view)}
        <TextArea form=form name="summary" label="What happened" rows=4 optional=true maxlength=10_000 />
        <div class="two category">
            <div class="field after-live">
                <label class="field-label" for="category-top">"Category"</label>
                <select class="select" id="category-top"><option value="">"All"</option>{tops}</select>
            </div>
            <SelectField form=form name="category" label="Kind" choices=categories blank="Choose" />
        </div>
        <RadioCards form=form name="severity" legend="Severity" choices=severities head=head class="sev-cards" />
    };
    section("s-what", "What", inside.into_any())
}

/// A severity with what it means and the targets that the period applies now.
fn severity_choice(target: &SeverityTarget, percent: i64) -> Choice {
    let targets = targets(target, percent);
    let words: Vec<_> =
        targets.iter().map(|(words, seconds)| format!("{words} {}", duration(*seconds))).collect();
    Choice::new(target.severity.wire(), target.severity.label())
        .note(target.definition.clone())
        .due(capital(&words.join(" · ")))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

pub(super) fn where_and_when(view: &NewIncidentView) -> AnyView {
    let names = ["occurred_date", "occurred_time", "occurred_zone"];
    let now: Moment = setting().now();
    let zone = setting().zone().label.clone();
    let inside = view! {
        {places(&view.typed, "f", &view.states, &view.counties)}
        <div class="two">
            {when(&view.typed, names, "occurred_at", "f", "Happened at", "Leave empty for now.", &view.zones)}
            <div class="field">
                <span class="field-label">"Recorded at"</span>
                <p class="readout"><Time at=now seconds=true />{format!(" {zone}, set by the server")}</p>
            </div>
        </div>
    };
    section("s-where", "Where and when", inside.into_any())
}

pub(super) fn who(view: &NewIncidentView, form: Typed) -> AnyView {
    let inside = view! {
        <RadioCards form=form name="tlp" legend="Marking" choices=tlp_choices(Tlp::Green) head=tlp_head class="tlp-cards"
            hint="TLP:CLEAR takes two: open it as TLP:GREEN, then a liaison asks and counsel accepts." />
        <div class="if-red">
            <TextField form=form name="named" label="Named people" placeholder="Addresses, separated by commas"
                hint="With TLP:RED only they and you see it." />
            {people_list("named-people", &view.nameable)}
        </div>
        {share_with(view)}
        <Check form=form name="candidate_or_party_content" label="It concerns a candidate or a party"
            hint="Then two people look before it crosses to another sector." />
        <Check form=form name="contains_personal_data" label="It contains personal data"
            hint="Then counsel looks before it crosses." />
    };
    section("s-who", "Who may see it", inside.into_any())
}

pub(super) fn response(view: &NewIncidentView, form: Typed) -> AnyView {
    let playbooks: Vec<_> = view.playbooks.iter().map(|one| Choice::new(&one.id, &one.title)).collect();
    let inside = view! {
        <div class="two">
            <SelectField form=form name="owner" label="Owner" choices=person_choices(&view.people) blank="Nobody yet" optional=true
                hint="Answerable for the next update." />
            <TextField form=form name="source" label="Source" optional=true maxlength=SOURCE_LIMIT
                hint="Who reported it, by which channel." />
        </div>
        <SelectField form=form name="playbook" label="Playbook" choices=playbooks blank="None" optional=true
            hint="Its first steps become tasks of your organisation." />
        <p class="field-hint">"Files and links are added on its page, as soon as it is open."</p>
    };
    section("s-response", "Response", inside.into_any())
}
