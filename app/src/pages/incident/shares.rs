//! Shares: who was told what, when, and what came back. Rows of the sharing ledger.
//!
//! No word here ranks anybody, sets a deadline or asks for a post to be removed.

use leptos::prelude::*;

use super::{
    IncidentView,
    forms::{act_form, disclosure},
};
use crate::{
    model::{
        Moment,
        form::Form,
        organisation::Sector,
        share::{AWARENESS_BANNER, Purpose, Share, ShareState},
    },
    pages::parts::{
        Callout, CheckList, Choice, FormToken, Icon, OrganisationName, RadioCards, SelectField, TextArea,
        TextField, Time, TlpChip, Tone,
        marking::{tlp_choices, tlp_head},
        typed,
    },
    policy::{Action, Standing, may},
};

pub(super) fn shares(view: &IncidentView) -> AnyView {
    let count = view.shares.len();
    let items: Vec<_> = view.shares.chunk_by(is_same_message).map(|told| message(view, told)).collect();
    let none = items.is_empty().then(|| view! { <p class="panel-none">"Not shared with anybody."</p> });
    view! {
        <section class="panel" id="shares" aria-labelledby="sh-h">
            <div class="panel-head"><h2 id="sh-h">"Shares "<span class="n">{count.to_string()}</span></h2></div>
            {add(view)}
            <ul class="shares">{items}</ul>
            {none}
        </section>
    }
    .into_any()
}

/// Seconds within which the same words to several organisations are one message.
const AT_ONCE: i64 = 60;

/// Whether two rows of the ledger carry the same words: those stand once, above the recipients.
fn is_same_message(one: &Share, other: &Share) -> bool {
    let content = |share: &Share| {
        (
            share.from.id,
            share.purpose,
            share.tlp,
            share.text.clone(),
            share.foreign_nexus.clone(),
            share.explanation.clone(),
            share.exhibits.clone(),
        )
    };
    content(one) == content(other) && one.delivered_at.since(other.delivered_at).abs() <= AT_ONCE
}

/// The words that crossed, and for each recipient what came of them.
fn message(view: &IncidentView, told: &[Share]) -> AnyView {
    let Some(first) = told.first() else { return ().into_any() };
    let from = format!("from {} ({})", first.from.name, first.from.organisation.short);
    let exhibits: Vec<_> = first.exhibits.iter().map(|number| format!("E-{number}")).collect();
    let exhibits = (!exhibits.is_empty()).then(|| {
        view! { <p class="share-meta"><Icon name="paperclip" size="sm" />{exhibits.join(", ")}</p> }
    });
    let nexus = (!first.foreign_nexus.is_empty())
        .then(|| view! { <p class="share-meta">"Foreign nexus: "{first.foreign_nexus.clone()}</p> });
    let revoked = told.iter().all(|share| share.state == ShareState::Revoked).then_some("revoked");
    let recipients: Vec<_> = told.iter().map(|share| recipient(view, share)).collect();
    view! {
        <li class="share" data-state=revoked>
            <p class="share-head">
                <b>{first.purpose.label()}</b><span class="muted">{from}</span><TlpChip tlp=first.tlp />
            </p>
            <p class="te-text">{first.text.clone()}</p>
            {exhibits}
            {nexus}
            {explanation(first)}
            {banner(told)}
            <ul class="share-to">{recipients}</ul>
        </li>
    }
    .into_any()
}

/// What the room explains about the purpose.
fn explanation(share: &Share) -> AnyView {
    let text = share.explanation.clone();
    (!text.is_empty())
        .then(|| view! { <p class="share-explained"><Icon name="info" size="sm" />{text}</p> })
        .into_any()
}

/// The fixed banner, with the names of those whom it stands for where the message went to others, too.
fn banner(told: &[Share]) -> AnyView {
    let bannered: Vec<_> = told.iter().filter(|share| share.banner().is_some()).collect();
    let Some(words) = bannered.first().and_then(|share| share.banner()) else { return ().into_any() };
    let names = (bannered.len() < told.len()).then(|| {
        let names: Vec<_> = bannered.iter().map(|share| share.to.short.as_str()).collect();
        view! { <b>{format!("To {}: ", names.join(", "))}</b> }
    });
    view! { <p class="share-banner">{names}{words}</p> }.into_any()
}

fn recipient(view: &IncidentView, share: &Share) -> AnyView {
    let answer =
        share.answer.clone().map(|answer| view! { <blockquote class="te-quote">{answer}</blockquote> });
    view! {
        <li id=format!("share-{}", share.id) data-state=share.state.wire()>
            <OrganisationName organisation=share.to.clone() />
            {steps(share)}
            {acts(view, share)}
            {answer}
        </li>
    }
    .into_any()
}

/// Delivered, seen, acknowledged, answered: each with its time once it has one.
fn steps(share: &Share) -> AnyView {
    let step = |words: &'static str, at: Option<Moment>| {
        at.map(|at| view! { <li><Icon name="check" size="sm" />{words}" "<Time at=at /></li> })
    };
    view! {
        <ol class="share-steps">
            {step("Delivered", Some(share.delivered_at))}
            {step("Seen", share.seen_at)}
            {step("Acknowledged", share.acknowledged_at)}
            {step("Answered", share.answered_at)}
            {step("Taken back", share.revoked_at)}
        </ol>
    }
    .into_any()
}

/// The recipient's buttons, or the sender's.
fn acts(view: &IncidentView, share: &Share) -> AnyView {
    let own = view.me.organisation.id;
    let standing = Standing {
        lead: share.from.organisation.id == own,
        own_organisation: share.to.id == own,
        ..Standing::default()
    };
    if share.state == ShareState::Revoked {
        return ().into_any();
    }
    let button = |act: &str, words: &'static str, class: &'static str| {
        let action = format!("{}/shares/{}/{act}", view.path(), share.id);
        view! {
            <form method="post" action=action>
                <FormToken action=action.clone() />
                <input type="hidden" name="version" value=share.version.to_string() />
                <button class=class type="submit">{words}</button>
            </form>
        }
        .into_any()
    };
    if standing.own_organisation && may(&view.viewer, Action::AnswerShare, standing) {
        let seen = share.seen_at.is_none().then(|| button("seen", "Mark seen", "btn sm"));
        let acknowledge =
            share.acknowledged_at.is_none().then(|| button("acknowledge", "Acknowledge", "btn sm"));
        let answer = share.answered_at.is_none().then(|| answer(view, share));
        return view! { <div class="share-acts">{seen}{acknowledge}{answer}</div> }.into_any();
    }
    (standing.lead && may(&view.viewer, Action::Revoke, standing))
        .then(|| view! { <div class="share-acts">{button("revoke", "Take back", "btn sm quiet")}</div> })
        .into_any()
}

fn answer(view: &IncidentView, share: &Share) -> AnyView {
    let id = share.id.to_string();
    let open = view.open_of(Form::Answer, &id).is_some();
    let form = typed(if open { view.typed(Form::Answer, &[]) } else { Default::default() });
    let fields =
        view! { <TextArea form=form name="text" label="Answer" scope="answer" rows=3 maxlength=10_000 /> };
    let action = format!("{}/shares/{id}/answer", view.path());
    let inside = act_form(view, &action, form, "answer", fields.into_any(), "Answer");
    let button = view! { <summary class="btn sm">"Answer"</summary> };
    disclosure(&format!("answer-{id}"), "act-inline", open, button.into_any(), inside)
}

fn add(view: &IncidentView) -> AnyView {
    if !view.may.share || view.organisations.is_empty() {
        return ().into_any();
    }
    let form = typed(
        view.typed(Form::Share, &[("purpose", Purpose::Awareness.wire()), ("tlp", view.incident.tlp.wire())]),
    );
    let purposes: Vec<_> = Purpose::ALL.iter().map(|p| Choice::new(p.wire(), p.label())).collect();
    let exhibits: Vec<_> = view
        .exhibits
        .iter()
        .map(|exhibit| {
            Choice::new(exhibit.number.to_string(), format!("{} {}", exhibit.label(), exhibit.name))
        })
        .collect();
    let exhibits = (!exhibits.is_empty()).then(|| {
        view! { <CheckList form=form name="exhibits" legend="Exhibits" choices=exhibits scope="share" optional=true /> }
    });
    let to_companies = view.me.organisation.sector == Sector::Agency
        && view.organisations.iter().any(|o| o.sector == Sector::Company);
    let banner = to_companies.then(|| {
        view! { <Callout tone=Tone::Info><p><b>"A company will read with it: "</b>{AWARENESS_BANNER}</p></Callout> }
    });
    let fields = view! {
        <CheckList form=form name="to" legend="To" choices=organisation_choices(view) scope="share" class="checks columns" />
        <SelectField form=form name="purpose" label="Purpose" scope="share" choices=purposes />
        <TextArea form=form name="text" label="Text" scope="share" rows=4 maxlength=10_000
            hint="Goes to them word for word and into the ledger of both sides." />
        {banner}
        {exhibits}
        <TextField form=form name="foreign_nexus" label="Foreign nexus" scope="share" optional=true maxlength=500
            placeholder="None seen, suspected, or attributed by whom" />
        <RadioCards form=form name="tlp" legend="Marking" choices=tlp_choices(view.incident.tlp) head=tlp_head scope="share" class="tlp-cards" />
        <p class="field-hint">"From then on they see the incident. What has been read cannot be taken back."</p>
    };
    let action = format!("{}/{}", view.path(), Form::Share);
    let inside = act_form(view, &action, form, "share", fields.into_any(), "Share");
    let button = view! { <summary class="btn sm quiet"><Icon name="plus" />"Share"</summary> };
    disclosure("share", "act-panel", view.open(Form::Share).is_some(), button.into_any(), inside)
}

/// By sector, so that one sees which boundary is crossed.
fn organisation_choices(view: &IncidentView) -> Vec<Choice> {
    let mut organisations = view.organisations.clone();
    organisations.sort_by_key(|organisation| organisation.sector);
    organisations
        .into_iter()
        .map(|o| Choice::new(o.slug, o.short).note(o.name).group(o.sector.label()))
        .collect()
}
