//! One line of the inbox: parties, words, the four times of its clock, and what can be done here.

use leptos::prelude::*;

use super::{SharesView, work};
use crate::{
    model::{Moment, inbox::ShareLine, panel::share_href, share::Share},
    pages::incident::{
        basis::basis,
        shares::{SENDER_LEFT, addressed, approved, goes_along},
    },
    pages::parts::{
        ErrorSummary, Icon, OrganisationName, PostForm, SeverityMark, Time, TlpChip, field::text_content,
        typed,
    },
    policy::{Action, Standing, may},
};

pub(super) fn row(view: &SharesView, line: &ShareLine) -> AnyView {
    let share = &line.share;
    let href = share_href(&share.incident, share.id);
    let explained = (!share.explanation.is_empty()).then(|| {
        view! { <p class="share-explained"><Icon name="info" size="sm" />{share.explanation.clone()}</p> }
    });
    let banner = share.banner().map(|words| view! { <p class="share-banner">{words}</p> });
    let nexus = (!share.foreign_nexus.is_empty())
        .then(|| view! { <p class="share-meta">"Foreign nexus: "{share.foreign_nexus.clone()}</p> });
    let answer =
        share.answer.clone().map(|answer| view! { <blockquote class="te-quote">{answer}</blockquote> });
    view! {
        <li class="shrow" id=format!("s-{}", share.id) data-of=share.incident.to_string() data-state=share.state.wire()>
            <div class="shrow-who">
                <p class="shrow-parties">
                    <OrganisationName organisation=share.from.organisation.clone() />
                    <Icon name="arrow-right" size="sm" /><span class="vh">" to "</span>
                    <OrganisationName organisation=share.to.clone() />
                </p>
                <p class="shrow-purpose"><b>{share.purpose.label()}</b><TlpChip tlp=share.tlp /></p>
                <p class="shrow-by">{share.from.name.clone()}</p>
                {approved(share)}
                {work::whose(share)}
            </div>
            <div class="shrow-what">
                <p class="c-line">
                    <SeverityMark severity=line.severity />
                    <a href=href><span class="mono">{share.incident.to_string()}</span>" "{line.title.clone()}</a>
                </p>
                <p class="shrow-text">{share.text.clone()}</p>
                {basis(&share.basis)}
                {addressed(share)}
                {goes_along(share)}
                {nexus}
                {explained}
                {banner}
                {answer}
            </div>
            {clock(share)}
            {acts(view, share)}
        </li>
    }
    .into_any()
}

/// Delivered, seen, acknowledged, answered: each with its time, or that it has none yet.
fn clock(share: &Share) -> AnyView {
    let step = |words: &'static str, at: Option<Moment>| {
        let time = match at {
            Some(at) => view! { <Time at=at /> }.into_any(),
            None => view! { <span>"–"<span class="vh">"not yet"</span></span> }.into_any(),
        };
        view! { <div data-done=at.map(|_| "")><dt>{words}</dt><dd>{time}</dd></div> }
    };
    let revoked = share.revoked_at.map(|at| step(share.end(), Some(at)));
    let left = share.sender_left_at.map(|at| step(SENDER_LEFT, Some(at)));
    // What has not happened by then is not waited for.
    let reached =
        |words, at: Option<Moment>| (at.is_some() || share.sender_left_at.is_none()).then(|| step(words, at));
    view! {
        <dl class="shclock">
            {step("Delivered", Some(share.delivered_at))}
            {reached("Seen", share.seen_at)}
            {reached("Acknowledged", share.acknowledged_at)}
            {reached("Answered", share.answered_at)}
            {revoked}
            {left}
        </dl>
    }
    .into_any()
}

/// The recipient's acts, or the sender's; a control that may not be used is not drawn.
fn acts(view: &SharesView, share: &Share) -> AnyView {
    let own = view.viewer.organisation;
    let standing = Standing {
        sent: share.from.organisation.id == own,
        own_organisation: share.to.id == own,
        ..Standing::default()
    };
    if share.state.is_over() {
        return view! { <div class="shrow-acts"></div> }.into_any();
    }
    if standing.own_organisation && may(&view.viewer, Action::AnswerShare, standing) {
        let acknowledge = share.acknowledged_at.is_none().then(|| acknowledge(view, share));
        return view! {
            <div class="shrow-acts">{acknowledge}{answer(view, share)}{work::hand_over(view, share)}{work::posture(view, share)}</div>
        }
        .into_any();
    }
    let take_back = may(&view.viewer, Action::Revoke, standing).then(|| take_back(view, share));
    view! { <div class="shrow-acts">{take_back}{faults(view, share)}</div> }.into_any()
}

/// Asked once more: what is taken back is gone from the other side's screens at once.
fn take_back(view: &SharesView, share: &Share) -> AnyView {
    let (action, kept) = (format!("/shares/{}/revoke", share.id), kept(view, share));
    let (warning, words) = (share.taking_back(), format!("Take back from {}", share.to.short));
    view! {
        <details class="sh-answer" name="answer">
            <summary class="btn sm quiet" data-goto="b">"Take back"</summary>
            <PostForm action=action class="sh-form">
                {kept}
                <p>{warning}</p>
                <p class="act-foot"><button class="btn sm danger" type="submit">{words}</button></p>
            </PostForm>
        </details>
    }
    .into_any()
}

/// What came back with an act that has no field of its own.
fn faults(view: &SharesView, share: &Share) -> Option<AnyView> {
    let form = typed(view.typed(share.id)?.clone());
    Some(view! { <ErrorSummary form=form scope="share" heading="Nothing was changed." /> }.into_any())
}

fn acknowledge(view: &SharesView, share: &Share) -> AnyView {
    let (action, kept) = (format!("/shares/{}/acknowledge", share.id), kept(view, share));
    view! {
        <PostForm action=action>
            {kept}
            <button class="btn sm" type="submit" data-key="a">"Acknowledge"</button>
        </PostForm>
    }
    .into_any()
}

/// What each form carries: the version that was seen, and the list to come back to.
pub(super) fn kept(view: &SharesView, share: &Share) -> AnyView {
    view! {
        <input type="hidden" name="version" value=share.version.to_string() />
        <input type="hidden" name="next" value=view.query.page_href() />
    }
    .into_any()
}

/// One field, in its place. What somebody else has answered meanwhile stands above what was typed.
fn answer(view: &SharesView, share: &Share) -> Option<AnyView> {
    let others = |sent: &&crate::model::Submitted| sent.error("person").or(sent.error("posture")).is_none();
    let sent = view.typed(share.id).filter(others);
    if share.answered_at.is_some() && sent.is_none() {
        return None;
    }
    let id = format!("answer-{}", share.id);
    let error_id = format!("{id}-error");
    let text = text_content(sent.map_or("", |sent| sent.value("text")));
    let message = sent.and_then(|sent| sent.errors.iter().next().map(|(_, message)| message.to_owned()));
    let described = message.is_some().then(|| error_id.clone());
    let invalid = message.is_some().then_some("true");
    let error = message.map(|message| {
        view! {
            <p class="field-error" id=error_id role="alert"><Icon name="circle-alert" /><span>{message}</span></p>
        }
    });
    let (action, kept, open) = (format!("/shares/{}/answer", share.id), kept(view, share), sent.is_some());
    let label = format!("Answer to {}", share.from.organisation.short);
    Some(
        view! {
            <details class="sh-answer" name="answer" open=open>
                <summary class="btn sm" data-goto="r">"Answer"</summary>
                <PostForm action=action class="sh-form">
                    {kept}
                    <label class="field-label" for=id.clone()>{label}</label>
                    <textarea class="textarea" id=id name="text" rows="3" maxlength="10000" required=true
                        autofocus=open aria-invalid=invalid aria-describedby=described inner_html=text></textarea>
                    {error}
                    <p class="act-foot">
                        <span class="field-hint">"Stands in the timeline for the two organisations, and in the ledger of both."</span>
                        <button class="btn primary sm" type="submit">"Send answer"</button>
                    </p>
                </PostForm>
            </details>
        }
        .into_any(),
    )
}
