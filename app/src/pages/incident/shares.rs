//! Shares: who was told what, when, and what came back. Rows of the sharing ledger.
//!
//! No word here ranks anybody, sets a deadline or asks for a post to be removed.

use leptos::prelude::*;

use super::{
    IncidentView,
    basis::basis,
    forms::{act_form, disclosure},
    share_form::share_form,
};
use crate::{
    model::{
        Moment, Tlp,
        form::Form,
        id::Number,
        panel::{Panel, entry_href},
        share::{CitedEntry, Share},
    },
    pages::parts::{FormToken, Icon, OrganisationName, PostForm, TextArea, Time, TlpChip, typed},
    policy::{Action, Standing, may},
};

pub(super) fn shares(view: &IncidentView) -> AnyView {
    let count = view.count(Panel::Shares, &view.shares);
    let items: Vec<_> = view.shares.chunk_by(is_same_message).map(|told| message(view, told)).collect();
    let none = items.is_empty().then(|| view! { <p class="panel-none">"Not shared with anybody."</p> });
    view! {
        <section class="panel" id="shares" aria-labelledby="sh-h">
            <div class="panel-head"><h2 id="sh-h">"Shares "<span class="n">{count}</span></h2>
                <a class="end" href=format!("/shares/ledger?incident={}", view.incident.number)>"In the ledger"</a></div>
            {share_form(view)}
            {view.back(Panel::Shares)}
            <ul class="shares">{items}</ul>
            {none}
            {view.onward(Panel::Shares, view.shares.next.as_ref())}
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
            (share.explanation.clone(), share.basis.clone()),
            (share.exhibits.clone(), share.entries.clone()),
        )
    };
    content(one) == content(other) && one.delivered_at.since(other.delivered_at).abs() <= AT_ONCE
}

/// The words that crossed, and for each recipient what came of them.
fn message(view: &IncidentView, told: &[Share]) -> AnyView {
    let Some(first) = told.first() else { return ().into_any() };
    let from = format!("from {} ({})", first.from.name, first.from.organisation.short);
    let nexus = (!first.foreign_nexus.is_empty())
        .then(|| view! { <p class="share-meta">"Foreign nexus: "{first.foreign_nexus.clone()}</p> });
    let revoked = told.iter().all(|share| share.state.is_over()).then_some("revoked");
    let recipients: Vec<_> = told.iter().map(|share| recipient(view, share)).collect();
    view! {
        <li class="share" data-state=revoked>
            <p class="share-head">
                <b>{first.purpose.label()}</b><span class="muted">{from}</span><TlpChip tlp=first.tlp />
            </p>
            <p class="te-text">{first.text.clone()}</p>
            {basis(&first.basis)}
            {goes_along(first)}
            {nexus}
            {explanation(first)}
            {banner(told)}
            <ul class="share-to">{recipients}</ul>
        </li>
    }
    .into_any()
}

/// What the room explains about the purpose.
pub(super) fn explanation(share: &Share) -> AnyView {
    let text = share.explanation.clone();
    (!text.is_empty())
        .then(|| view! { <p class="share-explained"><Icon name="info" size="sm" />{text}</p> })
        .into_any()
}

/// Exhibits and entries that were chosen with it, each where it stands.
pub fn goes_along(share: &Share) -> AnyView {
    along(&share.incident, &share.exhibits, &share.entries)
}

/// The same of what is no share yet.
pub fn along(incident: &Number, exhibits: &[i64], entries: &[CitedEntry]) -> AnyView {
    if exhibits.is_empty() && entries.is_empty() {
        return ().into_any();
    }
    let path = format!("/incidents/{incident}");
    let exhibits = exhibits.iter().map(|number| {
        let href = format!("{path}/evidence/E-{number}");
        view! { <a class="mono" href=href>{format!("E-{number}")}</a>" " }
    });
    let entries = entries.iter().map(|entry| {
        let href = entry_href(incident, entry.id);
        view! { <a href=href>{entry.kind.label()}" "<Time at=entry.happened_at /></a>" " }
    });
    view! {
        <p class="share-meta"><Icon name="paperclip" size="sm" /><span class="vh">"Goes along: "</span>
            {exhibits.collect_view()}{entries.collect_view()}</p>
    }
    .into_any()
}

/// Who let it be passed on.
pub fn approved(share: &Share) -> AnyView {
    share
        .approved_by
        .as_ref()
        .map(|person| {
            let words = format!("approved by {}, {}", person.name, person.organisation.short);
            view! { <p class="share-named"><Icon name="check" size="sm" />{words}</p> }
        })
        .into_any()
}

/// The people named; of RED only they see it.
pub fn addressed(share: &Share) -> AnyView {
    if share.named.is_empty() {
        return ().into_any();
    }
    let names: Vec<_> = share.named.iter().map(|person| person.name.clone()).collect();
    let words = if share.tlp == Tlp::Red { "only to " } else { "to " };
    view! { <p class="share-named"><Icon name="user-round" size="sm" />{words}{names.join(", ")}</p> }
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
            {addressed(share)}
            {approved(share)}
            {steps(share)}
            {acts(view, share)}
            {answer}
        </li>
    }
    .into_any()
}

/// Said where the organisation that shared is no longer in the room.
pub const SENDER_LEFT: &str = "Its sender left the room";

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
            {step(share.end(), share.revoked_at)}
            {step(SENDER_LEFT, share.sender_left_at)}
        </ol>
    }
    .into_any()
}

/// The recipient's buttons, or the sender's.
fn acts(view: &IncidentView, share: &Share) -> AnyView {
    let own = view.me.organisation.id;
    let standing = Standing {
        lead: view.incident.lead.id == own,
        sent: share.from.organisation.id == own,
        own_organisation: share.to.id == own,
        ..Standing::default()
    };
    if share.state.is_over() {
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
    // What the recipient passed on goes with it.
    let passed_on = view.overall.passed_on.contains(&share.to.id);
    may(&view.viewer, Action::Revoke, standing)
        .then(|| view! { <div class="share-acts">{take_back(view, share, passed_on)}</div> })
        .into_any()
}

/// Asked once more: what is taken back is gone from the other side's screens at once.
fn take_back(view: &IncidentView, share: &Share, passed_on: bool) -> AnyView {
    let action = format!("{}/shares/{}/revoke", view.path(), share.id);
    let with = if passed_on { ", with what it passed on" } else { "" };
    let words = format!("Take back from {}{with}", share.to.short);
    let (version, warning) = (share.version.to_string(), share.taking_back());
    let inside = view! {
        <PostForm action=action class="act-form">
            <input type="hidden" name="version" value=version />
            <p>{warning}</p>
            <p class="act-foot"><button class="btn danger" type="submit">{words}</button></p>
        </PostForm>
    };
    let button = view! { <summary class="btn sm quiet">"Take back"</summary> };
    disclosure(&format!("revoke-{}", share.id), "act-inline", false, button.into_any(), inside.into_any())
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
