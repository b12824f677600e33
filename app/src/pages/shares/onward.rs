//! One line of what others ask to pass on: the words, to whom, and the two ways of whoever is asked.

use leptos::prelude::*;

use super::SharesView;
use crate::{
    model::onward::{Onward, OnwardState},
    pages::incident::{basis::basis, shares::along},
    pages::parts::{Icon, OrganisationName, PostForm, SeverityMark, Time, TlpChip, field::text_content},
    policy::{Action, Standing, may},
};

pub(super) fn row(view: &SharesView, onward: &Onward) -> AnyView {
    let decided = onward.decided_at.map(|at| {
        view! { <div data-done=""><dt>{onward.state.label()}</dt><dd><Time at=at /></dd></div> }
    });
    let names: Vec<_> = onward.named.iter().map(|person| person.name.clone()).collect();
    let named = (!names.is_empty()).then(|| view! { <p class="share-named">"to "{names.join(", ")}</p> });
    let nexus = (!onward.foreign_nexus.is_empty())
        .then(|| view! { <p class="share-meta">"Foreign nexus: "{onward.foreign_nexus.clone()}</p> });
    let comment = (!onward.comment.is_empty()).then(|| {
        let words = onward.comment.clone();
        match onward.decided_by.as_ref().map(|person| person.name.clone()) {
            Some(name) => {
                view! { <p class="shrow-by">{name}":"</p><blockquote class="te-quote">{words}</blockquote> }
                    .into_any()
            }
            // Nobody decided: why it ended by itself.
            None => view! { <p class="shrow-by">{words}</p> }.into_any(),
        }
    });
    let banner = onward.banner().map(|words| view! { <p class="share-banner">{words}</p> });
    let asks = format!("asks {} to pass it on", onward.asked.short);
    let href = format!("/incidents/{}", onward.incident);
    view! {
        <li class="shrow" id=format!("o-{}", onward.id) data-of=onward.incident.to_string() data-state=onward.state.wire()>
            <div class="shrow-who">
                <p class="shrow-parties">
                    <OrganisationName organisation=onward.from.organisation.clone() />
                    <Icon name="arrow-right" size="sm" /><span class="vh">" to "</span>
                    <OrganisationName organisation=onward.to.clone() />
                </p>
                <p class="shrow-purpose"><b>{onward.purpose.label()}</b><TlpChip tlp=onward.tlp /></p>
                <p class="shrow-by">{onward.from.name.clone()}" "{asks}</p>
                {named}
            </div>
            <div class="shrow-what">
                <p class="c-line">
                    <SeverityMark severity=onward.severity />
                    <a href=href><span class="mono">{onward.incident.to_string()}</span>" "{onward.title.clone()}</a>
                </p>
                <p class="shrow-text">{onward.text.clone()}</p>
                {basis(&onward.basis)}
                {along(&onward.incident, &onward.exhibits, &onward.entries)}
                {nexus}
                {banner}
                {comment}
            </div>
            <dl class="shclock">
                <div data-done=""><dt>"Asked"</dt><dd><Time at=onward.asked_at /></dd></div>
                {decided}
            </dl>
            {acts(view, onward)}
        </li>
    }
    .into_any()
}

fn acts(view: &SharesView, onward: &Onward) -> AnyView {
    let own = view.viewer.organisation;
    let standing = Standing { origin: onward.asked.id == own, ..Standing::default() };
    if onward.state != OnwardState::Asked {
        return view! { <div class="shrow-acts"></div> }.into_any();
    }
    if !may(&view.viewer, Action::DecideOnward, standing) {
        let words = format!("Waits for {}", onward.asked.short);
        let asked = onward.from.organisation.id == own && may(&view.viewer, Action::AskOnward, standing);
        let withdraw = asked.then(|| {
            let (action, kept) = (format!("/shares/{}/withdraw", onward.id), kept(view, onward));
            view! { <PostForm action=action>{kept}<button class="btn sm quiet" type="submit" data-goto="b">"Withdraw"</button></PostForm> }
        });
        return view! { <div class="shrow-acts"><span class="muted">{words}</span>{withdraw}</div> }
            .into_any();
    }
    let (action, kept) = (format!("/shares/{}/approve", onward.id), kept(view, onward));
    view! {
        <div class="shrow-acts">
            <a class="btn sm" href=format!("/shares/{}/preview", onward.id) data-key="v">"Preview"</a>
            <PostForm action=action>{kept}<button class="btn primary sm" type="submit" data-goto="a">"Approve"</button></PostForm>
            {refuse(view, onward)}
        </div>
    }
    .into_any()
}

fn kept(view: &SharesView, onward: &Onward) -> AnyView {
    view! {
        <input type="hidden" name="version" value=onward.version.to_string() />
        <input type="hidden" name="next" value=view.query.page_href() />
    }
    .into_any()
}

/// One press refuses; who wants to say why opens the field first.
fn refuse(view: &SharesView, onward: &Onward) -> AnyView {
    let sent = view.open_hold.as_ref().filter(|open| open.id == onward.id).map(|open| &open.typed);
    let message = sent.and_then(|sent| sent.errors.iter().next().map(|(_, message)| message.to_owned()));
    let id = format!("decline-{}", onward.id);
    let error_id = format!("{id}-error");
    let (invalid, described) =
        (message.is_some().then_some("true"), message.is_some().then(|| error_id.clone()));
    let error = message.map(|message| {
        view! { <p class="field-error" id=error_id role="alert"><Icon name="circle-alert" /><span>{message}</span></p> }
    });
    let action = format!("/shares/{}/decline", onward.id);
    let (once, kept, open) = (self::kept(view, onward), self::kept(view, onward), sent.is_some());
    let text = text_content(sent.map_or("", |sent| sent.value("comment")));
    view! {
        <PostForm action=action.clone()>{once}<button class="btn sm" type="submit">"Refuse"</button></PostForm>
        <details class="sh-answer" name="answer" open=open>
            <summary class="btn sm quiet" data-goto="f">"Refuse, with a reason"</summary>
            <PostForm action=action class="sh-form">
                {kept}
                <label class="field-label" for=id.clone()>"Reason"</label>
                <textarea class="textarea" id=id name="comment" rows="2" maxlength="4000" autofocus=open
                    aria-invalid=invalid aria-describedby=described inner_html=text></textarea>
                {error}
                <p class="act-foot">
                    <span class="field-hint">"Whoever asked reads it. Nobody else learns of it."</span>
                    <button class="btn sm" type="submit">"Refuse"</button>
                </p>
            </PostForm>
        </details>
    }
    .into_any()
}
