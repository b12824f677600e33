//! Sections of things that come and go: playbooks and hold rules. A row that is left empty is nothing; the last
//! one waits for a new thing.

use leptos::prelude::*;

use super::cell::Cells;
use crate::{
    model::{
        organisation::Sector,
        setting::{ContentMark, HoldPattern, HoldRule, Playbook},
    },
    pages::parts::{Check, CheckList, Choice, Icon, SelectField, Typed},
};

/// The rows of a form as it was sent; a fresh one has a row a thing, and one more to add to.
fn rows(form: Typed, field: &str, fresh: usize) -> usize {
    let row = |name: &str| {
        let (row, name) = name.split_once('.')?;
        (name == field).then(|| row.parse::<usize>().ok()).flatten()
    };
    form.with_value(|form| {
        form.pairs().iter().filter_map(|(name, _)| row(name)).max().map_or(fresh, |last| last + 1)
    })
    .min(99)
}

/// A thing that opens: closed while nothing is wrong inside.
fn item(form: Typed, row: usize, name: String, note: String, inside: AnyView) -> AnyView {
    let start = format!("{row}.");
    let faulty = form.with_value(|form| form.errors.iter().any(|(field, _)| field.starts_with(&start)));
    view! {
        <details class="st-item st-fold" open=faulty>
            <summary><Icon name="chevron-right" /><b>{name}</b><span class="muted">{note}</span></summary>
            <div class="st-inside">{inside}</div>
        </details>
    }
    .into_any()
}

pub(super) fn playbooks(form: Typed, edits: bool, all: &[Playbook]) -> AnyView {
    let cells = Cells { form, edits };
    let value = |name: String| form.with_value(|form| form.value(&name).to_owned());
    let draw = |row: usize, is_new: bool| {
        let name = |field: &str| format!("{row}.{field}");
        let title = value(name("title"));
        let steps = value(name("steps")).lines().filter(|line| !line.trim().is_empty()).count();
        let words = if steps == 1 { "1 step".to_owned() } else { format!("{steps} steps") };
        let (heading, words) = match (title.is_empty(), is_new) {
            (true, _) | (_, true) if title.is_empty() => ("Add a playbook".to_owned(), String::new()),
            _ => (title, words),
        };
        let remove = (edits && !is_new).then(|| view! { <Check form=form name=name("remove") label="Take this playbook away" hint="Incidents that began it keep it" /> });
        let steps = if edits {
            cells.area(name("steps"), "First steps", "One a line, in their order", 8)
        } else {
            list(&value(name("steps")))
        };
        let inside = view! {
            <input type="hidden" name=name("id") value=value(name("id")) />
            {cells.text(name("title"), "Title", 120)}
            {cells.text(name("trigger"), "Begun when", 300)}
            {steps}
            {remove}
        };
        item(form, row, heading, words, inside.into_any())
    };
    let count = rows(form, "title", all.len()).max(all.len());
    let mut drawn: Vec<_> = (0..count).map(|row| draw(row, row >= all.len())).collect();
    if edits && count == all.len() {
        drawn.push(draw(count, true));
    }
    view! { <div class="st-items">{drawn}</div> }.into_any()
}

fn list(steps: &str) -> AnyView {
    let steps: Vec<_> = steps.lines().map(|step| view! { <li>{step.to_owned()}</li> }).collect();
    view! { <div class="st-fact"><span class="field-label">"First steps"</span><ol class="st-steps">{steps}</ol></div> }
        .into_any()
}

fn sector_words(form: Typed, name: &str) -> String {
    let sector = form.with_value(|form| form.value(name).parse::<Sector>().ok());
    sector.map_or("anybody", |sector| sector.label()).to_lowercase()
}

pub(super) fn hold_rules(form: Typed, edits: bool, all: &[HoldRule]) -> AnyView {
    let draw = |row: usize, is_new: bool| {
        let name = |field: &str| format!("{row}.{field}");
        let value = |field: &str| form.with_value(|form| form.value(&name(field)).to_owned());
        let rule = value("rule");
        let (heading, note) = if rule.is_empty() {
            ("Add a rule".to_owned(), String::new())
        } else {
            let state = if value("on") == "1" { "on" } else { "off" };
            let (from, to) = (sector_words(form, &name("from")), sector_words(form, &name("to")));
            let across = if value("across") == "1" { ", across sectors" } else { "" };
            let why = value("why");
            let heading = if why.is_empty() { rule } else { why };
            (heading, format!("{state}, from {from} to {to}{across}"))
        };
        let inside = if edits { rule_fields(form, row, is_new) } else { rule_facts(form, row) };
        item(form, row, heading, note, inside)
    };
    let count = rows(form, "rule", all.len()).max(all.len());
    let mut drawn: Vec<_> = (0..count).map(|row| draw(row, row >= all.len())).collect();
    if edits && count == all.len() {
        drawn.push(draw(count, true));
    }
    view! { <div class="st-items">{drawn}</div> }.into_any()
}

pub(super) fn sectors() -> Vec<Choice> {
    Sector::ALL.iter().map(|sector| Choice::new(sector.wire(), sector.label())).collect()
}

fn rule_fields(form: Typed, row: usize, is_new: bool) -> AnyView {
    let cells = Cells { form, edits: true };
    let name = |field: &str| format!("{row}.{field}");
    let patterns: Vec<_> =
        HoldPattern::ALL.iter().map(|pattern| Choice::new(pattern.wire(), pattern.label())).collect();
    let content: Vec<_> =
        ContentMark::ALL.iter().map(|mark| Choice::new(mark.wire(), mark.label())).collect();
    let remove = (!is_new).then(|| view! { <Check form=form name=name("remove") label="Take this rule away" hint="What it held goes on waiting" /> });
    view! {
        <Check form=form name=name("on") label="On" />
        {cells.text(name("rule"), "Name", 40)}
        {cells.text(name("why"), "Why it waits", 200)}
        <div class="two">
            <SelectField form=form name=name("from") label="From" blank="Anybody" optional=true choices=sectors() />
            <SelectField form=form name=name("to") label="To" blank="Anybody" optional=true choices=sectors() />
        </div>
        {cells.area(name("words"), "Words and phrases", "One a line. Found whole, however it is spelt; “take … down” with up to six words between", 8)}
        <CheckList form=form name=name("patterns") legend="It also finds" optional=true choices=patterns />
        <CheckList form=form name=name("content") legend="It holds incidents that are marked" optional=true choices=content />
        <Check form=form name=name("across") label="Only from one sector to another" />
        {remove}
    }
    .into_any()
}

fn rule_facts(form: Typed, row: usize) -> AnyView {
    let name = |field: &str| format!("{row}.{field}");
    let (why, words, patterns, content) = form.with_value(|form| {
        let field = name("patterns");
        let patterns = form.values(&field).filter_map(|word| word.parse::<HoldPattern>().ok());
        let patterns: Vec<_> = patterns.map(|pattern| pattern.label()).collect();
        let words: Vec<_> = form.value(&name("words")).lines().map(str::to_owned).collect();
        let field = name("content");
        let content = form.values(&field).filter_map(|word| word.parse::<ContentMark>().ok());
        let content: Vec<_> = content.map(|mark| mark.label()).collect();
        (form.value(&name("why")).to_owned(), words.join(", "), patterns.join(", "), content.join(", "))
    });
    let facts = [
        ("Why it waits", why),
        ("Words and phrases", words),
        ("It also finds", patterns),
        ("It holds incidents that are marked", content),
    ];
    let facts = facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(label, value)| {
        view! { <div class="st-fact"><span class="field-label">{label}</span><p>{value}</p></div> }
    });
    facts.collect_view().into_any()
}
