//! The story: what happened, newest first, with runs of system lines folded.

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::{
    IncidentView,
    crossing::{crossing, told_at_once},
    entry::{EntrySetting, ExhibitLine, entry_item},
    forms::act_form,
};
use crate::{
    islands::timeline::TimelineLive,
    model::{
        entry::Entry,
        form::Form,
        timeline::{Direction, Show, TimelineQuery},
    },
    pages::parts::{Icon, TextField, setting, typed},
};

/// Shorter runs stand as they are: a fold of two lines saves nothing.
const FOLD_FROM: usize = 3;

impl IncidentView {
    /// What the entries of this page are drawn with.
    pub fn entry_setting(&self) -> EntrySetting {
        EntrySetting {
            number: self.incident.number.clone(),
            tlp: self.incident.tlp,
            members: self.members(),
            reader: self.me.id,
            organisation: self.me.organisation.id,
            may_post: self.may.post,
            may_strike_all: self.may.post && self.is_shift_lead(),
            shares_by: self.shares_by(),
        }
    }
}

/// Heading, filters and the list; between the two, what is new.
pub(super) fn timeline(view: &IncidentView) -> AnyView {
    let query = &view.timeline.query;
    let next = view.timeline.next.as_ref().map(|cursor| {
        let href = timeline_href(view, TimelineQuery { after: Some(cursor.clone()), ..query.clone() });
        let words = if query.order == Direction::Newest { "Older entries" } else { "Later entries" };
        view! { <p class="tl-more"><a class="btn" href=href rel="next">{words}</a></p> }
    });
    let first = query.after.is_some().then(|| {
        let href = timeline_href(view, query.with(|_| {}));
        view! { <p class="tl-more"><a class="btn sm" href=href><Icon name="arrow-up" />"To the first entries"</a></p> }
    });
    view! {
        {head(view)}
        {first}
        {held(view)}
        <ol class="tl-list" id="pending"></ol>
        {list(view)}
        {next}
    }
    .into_any()
}

/// The same page with another part of the story.
fn timeline_href(view: &IncidentView, query: TimelineQuery) -> String {
    view.query().timeline_href(&view.path(), query)
}

/// The story as a picture: nothing is filtered, nothing arrives.
pub(super) fn still(view: &IncidentView) -> AnyView {
    let zone = setting().zone().label.clone();
    let next = view.timeline.next.as_ref().map(|_| view! { <p class="tl-more muted">"Older entries"</p> });
    view! {
        <div class="tl-head"><h2>"Timeline"</h2><span class="tl-tz">{format!("Times in {zone}")}</span></div>
        {list(view)}
        {next}
    }
    .into_any()
}

/// The button behind which new entries wait while somebody reads further down; it carries what the page
/// asked of its timeline.
fn held(view: &IncidentView) -> AnyView {
    let query = &view.timeline.query;
    view! {
        <div class="held tl-new" id="entries-held" data-asked=query.show.wire() data-order=query.order.wire()
            data-later=query.after.is_some().then_some("")>
            <button type="button" id="entries-apply" hidden=true>
                <Icon name="arrow-up" size="sm" /><span class="held-n"></span>" "<b>"Show"</b>
            </button>
        </div>
        <p class="vh" id="entries-heard" aria-live="polite"></p>
        <TimelineLive />
    }
    .into_any()
}

fn head(view: &IncidentView) -> AnyView {
    let (query, counts) = (&view.timeline.query, view.timeline.counts);
    let filters: Vec<_> = Show::ALL
        .iter()
        .map(|show| {
            let href = timeline_href(view, query.with(|q| q.show = *show));
            let current = (*show == query.show).then_some("true");
            view! {
                <a href=href aria-current=current data-show=show.wire()>{show.label()}" "<span class="seg-n">{counts.of(*show).to_string()}</span></a>
            }
        })
        .collect();
    let other = if query.order == Direction::Newest { Direction::Oldest } else { Direction::Newest };
    let order = timeline_href(view, query.with(|q| q.order = other));
    let fold = timeline_href(view, query.with(|q| q.fold = !query.fold));
    let fold_words = if query.fold { "Unfold all" } else { "Fold system lines" };
    let zone = setting().zone().label.clone();
    view! {
        <div class="tl-head">
            <h2 id="tl-h">"Timeline"</h2>
            <nav class="seg" aria-label="Show">{filters}</nav>
            <span class="tl-tools">
                <a class="menubtn" href=order>"Order "<b>{query.order.label()}</b><span class="vh">{format!(", change to {}", other.label())}</span></a>
                <a class="menubtn" href=fold>{fold_words}</a>
            </span>
            <span class="tl-tz">{format!("Times in {zone}")}</span>
        </div>
    }
    .into_any()
}

fn list(view: &IncidentView) -> AnyView {
    let entries: &[Entry] = &view.timeline.entries;
    let strike = view.open(Form::Strike).map(|_| strike_form(view));
    if entries.is_empty() && strike.is_none() {
        let words = match view.timeline.query.show {
            Show::All => "Nothing has been written yet.",
            Show::Updates => "No updates yet.",
            Show::Decisions => "No decisions yet.",
            Show::Evidence => "No evidence in the timeline yet.",
        };
        // The empty list stays, for what arrives.
        return view! {
            <ol class="tl-list" id="entries"></ol>
            <p class="tl-none">{words}</p>
        }
        .into_any();
    }
    let context = Context {
        setting: view.entry_setting(),
        exhibits: view
            .exhibits
            .iter()
            .chain(view.further.iter())
            .map(|exhibit| (exhibit.number, ExhibitLine::from(exhibit)))
            .collect(),
    };
    let mut items = vec![];
    let mut rest = entries;
    while let Some(first) = rest.first() {
        let run = rest.iter().take_while(|entry| entry.is_foldable()).count();
        let told = told_at_once(rest);
        if told > 0 {
            items.push(crossing(&rest[..told], &context.setting).into_any());
            rest = &rest[told..];
        } else if view.timeline.query.fold && run >= FOLD_FROM {
            items.push(folded(&rest[..run], &context));
            rest = &rest[run..];
        } else {
            items.push(context.item(first));
            rest = &rest[1..];
        }
    }
    view! {
        {strike}
        <ol class="tl-list" id="entries">{items}</ol>
    }
    .into_any()
}

struct Context {
    setting: EntrySetting,
    exhibits: BTreeMap<i64, ExhibitLine>,
}

impl Context {
    fn item(&self, entry: &Entry) -> AnyView {
        let exhibit = entry.exhibit.and_then(|number| self.exhibits.get(&number));
        entry_item(entry, &self.setting, exhibit).into_any()
    }
}

/// `4 hidden`, and the lines behind it.
fn folded(run: &[Entry], context: &Context) -> AnyView {
    let at = run.first().map(|entry| entry.happened_at.0.to_string());
    let lines: Vec<_> = run.iter().map(|entry| context.item(entry)).collect();
    view! {
        <li class="te-fold" data-at=at>
            <details>
                <summary>
                    <span class="te-node"><Icon name="ellipsis" size="sm" /></span>
                    <span>{format!("{} hidden", run.len())}<small>" system lines"</small></span>
                </summary>
                <ol>{lines}</ol>
            </details>
        </li>
    }
    .into_any()
}

/// Striking keeps the text for those who may see it; the form says so and shows the words.
fn strike_form(view: &IncidentView) -> AnyView {
    let open = view.open(Form::Strike);
    let id = open.and_then(|open| open.of.clone()).unwrap_or_default();
    let words = id.parse().ok().and_then(|id| view.entry(id)).map(|entry| {
        view! { <blockquote class="te-quote">{entry.text.clone()}</blockquote> }
    });
    let form = typed(view.typed(Form::Strike, &[]));
    let fields = view! {
        {words}
        <p class="field-hint">"The words stay, struck through, for everybody who may see them now."</p>
        <TextField form=form name="reason" label="Reason" scope="strike" maxlength=500 />
    };
    let action = format!("{}/entries/{id}/strike", view.path());
    view! {
        <section class="panel te-form" id="strike" aria-labelledby="strike-h">
            <div class="panel-head"><h3 id="strike-h">"Strike this entry"</h3>
                <span class="end"><a class="btn sm quiet" href=format!("{}#timeline", view.path())>"Cancel"</a></span></div>
            <div class="panel-body">{act_form(view, &action, form, "strike", fields.into_any(), "Strike entry")}</div>
        </section>
    }
    .into_any()
}
