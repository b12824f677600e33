//! The organisations that take part: when each was told and what came of it, and the posture that it publishes.
//!
//! In the order of joining, lead first: nothing here ranks, and nobody sets a deadline on another's posture.

use leptos::prelude::*;

use super::{
    IncidentView,
    forms::{disclosure, field_error},
};
use crate::{
    model::{
        Moment, Organisation,
        form::Form,
        posture::{Posture, StatedPosture},
    },
    pages::parts::{
        Choice, ErrorSummary, Icon, OrganisationName, PostForm, SelectField, TextArea, Time, typed,
    },
};

pub(super) fn organisations(view: &IncidentView) -> AnyView {
    let mut members = view.members();
    for stated in view.postures.iter() {
        if !members.iter().any(|member| member.id == stated.organisation.id) {
            members.push(stated.organisation.clone());
        }
    }
    let rows: Vec<_> = members.iter().map(|member| row(view, member)).collect();
    view! {
        <section class="panel" id="organisations" aria-labelledby="or-h">
            <div class="panel-head"><h2 id="or-h">"Organisations "<span class="n">{members.len().to_string()}</span></h2></div>
            {state(view)}
            <ul class="orgstrip">{rows}</ul>
        </section>
    }
    .into_any()
}

fn row(view: &IncidentView, organisation: &Organisation) -> AnyView {
    let lead = organisation.id == view.incident.lead.id;
    let stated = view.postures.iter().find(|stated| stated.organisation.id == organisation.id);
    let clock = if lead {
        view! { <span class="orgclock muted">"Leads"</span> }.into_any()
    } else {
        clock(view, organisation)
    };
    view! {
        <li>
            <OrganisationName organisation=organisation.clone() lead=lead />
            <div>{clock}{stated.map(posture)}</div>
            {end(view, organisation)}
        </li>
    }
    .into_any()
}

/// The lead ends a part, also one that others gave: it need not read what they told.
fn end(view: &IncidentView, organisation: &Organisation) -> Option<AnyView> {
    let takes_part = view.incident.shared_with.iter().any(|other| other.id == organisation.id);
    if !view.may.unshare || !takes_part || view.still {
        return None;
    }
    let typed = view.open_of(Form::Unshare, &organisation.slug).map(|open| open.typed.clone());
    let error = typed.and_then(|typed| field_error(&typed, "organisation", "unshare-error"));
    let action = format!("{}/{}", view.path(), Form::Unshare);
    let (version, slug) = (view.incident.version.to_string(), organisation.slug.clone());
    let id = format!("unshare-{slug}");
    let open = error.is_some();
    let warning = format!(
        "{} loses sight of it at once, on open pages too, and so does whoever it passed it on to. That they were told stays in the ledger.",
        organisation.short
    );
    let verb = format!("Remove {} from the incident", organisation.short);
    let inside = view! {
        <PostForm action=action class="act-form">
            <input type="hidden" name="version" value=version />
            <input type="hidden" name="organisation" value=slug />
            <p>{warning}</p>
            {error}
            <p class="act-foot"><button class="btn danger" type="submit">{verb}</button></p>
        </PostForm>
    };
    let label = format!("Remove from the incident: {}", organisation.short);
    let button = view! { <summary class="btn sm quiet" aria-label=label>"Remove"</summary> };
    Some(disclosure(&id, "act-inline", open, button.into_any(), inside.into_any()))
}

/// The first time of each step over the shares with this organisation that the viewer may read.
fn clock(view: &IncidentView, organisation: &Organisation) -> AnyView {
    let told = view.overall.told.iter().find(|told| told.organisation == organisation.id);
    let step =
        |words: &'static str, at: Option<Moment>| at.map(|at| view! { <li>{words}" "<Time at=at /></li> });
    view! {
        <ol class="orgclock">
            {step("Told", told.map(|told| told.delivered_at))}
            {step("Seen", told.and_then(|told| told.seen_at))}
            {step("Acknowledged", told.and_then(|told| told.acknowledged_at))}
            {step("Answered", told.and_then(|told| told.answered_at))}
        </ol>
    }
    .into_any()
}

fn posture(stated: &StatedPosture) -> AnyView {
    let hidden = stated.published_at.is_none().then(|| {
        view! { <span class="orgposture-own"><Icon name="lock" size="sm" />"Only your organisation"</span> }
    });
    let published =
        stated.published_at.map(|at| view! { <span class="muted">"published "<Time at=at /></span> });
    let note = stated.own.as_ref().filter(|own| !own.note.is_empty()).map(|own| {
        view! {
            <p class="orgposture-note">
                <Icon name="lock" size="sm" /><span class="vh">"For your organisation only: "</span>{own.note.clone()}
                <span class="muted">{format!(" {}", own.stated_by.name)}</span>
            </p>
        }
    });
    view! {
        <div class="orgposture">
            <p><b>{stated.posture.label()}</b>" "{hidden}{published}</p>
            {note}
        </div>
    }
    .into_any()
}

/// One's own posture: what it is, a note that stays in the house, and whether others see it.
fn state(view: &IncidentView) -> AnyView {
    if !view.may.posture {
        return ().into_any();
    }
    let own = view.postures.iter().find(|stated| stated.organisation.id == view.me.organisation.id);
    let kept = own.and_then(|stated| stated.own.clone());
    let version = kept.as_ref().map_or(0, |own| own.version).to_string();
    let note = kept.map(|own| own.note).unwrap_or_default();
    let mut fresh =
        vec![("posture", own.map_or("", |stated| stated.posture.wire())), ("note", note.as_str())];
    if own.is_some_and(|stated| stated.published_at.is_some()) {
        fresh.push(("published", "on"));
    }
    let sent = view.typed(Form::Posture, &fresh);
    let published = !sent.value("published").is_empty();
    let error = field_error(&sent, "published", "posture-published-error");
    let form = typed(sent);
    let choices: Vec<_> = Posture::ALL.iter().map(|p| Choice::new(p.wire(), p.label())).collect();
    let action = format!("{}/{}", view.path(), Form::Posture);
    let open = view.open(Form::Posture).is_some();
    let inside = view! {
        <PostForm action=action class="act-form">
            <input type="hidden" name="version" value=version />
            <ErrorSummary form=form scope="posture" heading="Nothing was changed." />
            <SelectField form=form name="posture" label="Posture" scope="posture" blank="Choose" choices=choices
                hint="What your organisation does, under its own policies." />
            <TextArea form=form name="note" label="Note" scope="posture" rows=2 maxlength=2_000 optional=true
                hint="For your own organisation only, whether the posture is published or not." />
            <label class="check">
                <input type="checkbox" name="published" value="on" checked=published />
                "Publish: everybody who sees the incident sees the posture"
            </label>
            {error}
            <p class="act-foot"><button class="btn primary" type="submit">"State posture"</button></p>
        </PostForm>
    };
    let button = view! { <summary class="btn sm quiet"><Icon name="pencil" />"Our posture"</summary> };
    disclosure("posture", "act-panel", open, button.into_any(), inside.into_any())
}
