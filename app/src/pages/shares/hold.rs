//! One line of what waits for counsel: the words with what the rules found in them, and what was decided.

use leptos::prelude::*;

use super::SharesView;
use crate::{
    model::{
        form::Form,
        hold::{Hold, HoldKind, HoldState},
        share::ShareState,
    },
    pages::incident::{basis::basis, shares::along},
    pages::parts::{Icon, OrganisationName, PostForm, SeverityMark, Time, TlpChip, field::text_content},
    policy::{Action, Standing, may},
};

pub(super) fn row(view: &SharesView, hold: &Hold) -> AnyView {
    let text: Vec<_> = hold
        .marked()
        .into_iter()
        .map(|(found, piece)| {
            let piece = piece.to_owned();
            if found { view! { <mark>{piece}</mark> }.into_any() } else { piece.into_any() }
        })
        .collect();
    let reasons: Vec<_> = hold
        .reasons
        .iter()
        .map(|reason| view! { <li><Icon name="scale" size="sm" />{reason.why.clone()}</li> })
        .collect();
    let decided = hold.decided_at.map(|at| {
        view! { <div data-done=""><dt>{hold.state.label()}</dt><dd><Time at=at /></dd></div> }
    });
    let by = hold.decided_by.as_ref().map(|person| {
        view! { <p class="shrow-by">{format!("{}: ", person.name)}</p> }
    });
    let comment = (!hold.comment.is_empty())
        .then(|| view! { <blockquote class="te-quote">{hold.comment.clone()}</blockquote> });
    let href = format!("/incidents/{}", hold.incident);
    let what = match hold.kind {
        HoldKind::Share => hold.purpose.label(),
        other => other.label(),
    };
    let names: Vec<_> = hold.named.iter().map(|person| person.name.clone()).collect();
    let named = (!names.is_empty()).then(|| view! { <p class="share-named">"to "{names.join(", ")}</p> });
    let nexus = (!hold.foreign_nexus.is_empty())
        .then(|| view! { <p class="share-meta">"Foreign nexus: "{hold.foreign_nexus.clone()}</p> });
    view! {
        <li class="shrow" id=format!("s-{}", hold.id) data-of=hold.incident.to_string() data-state=hold.state.wire()>
            <div class="shrow-who">
                <p class="shrow-parties">
                    <OrganisationName organisation=hold.from.organisation.clone() />
                    <Icon name="arrow-right" size="sm" /><span class="vh">" to "</span>
                    <OrganisationName organisation=hold.to.clone() />
                </p>
                <p class="shrow-purpose"><b>{what}</b><TlpChip tlp=hold.tlp /></p>
                <p class="shrow-by">{hold.from.name.clone()}</p>
                {named}
            </div>
            <div class="shrow-what">
                <p class="c-line">
                    <SeverityMark severity=hold.severity />
                    <a href=href><span class="mono">{hold.incident.to_string()}</span>" "{hold.title.clone()}</a>
                </p>
                <p class="shrow-text">{text}</p>
                {basis(&hold.basis)}
                {along(&hold.incident, &hold.exhibits, &hold.entries)}
                {nexus}
                <ul class="hold-why">{reasons}</ul>
                {by}
                {comment}
            </div>
            <dl class="shclock">
                <div data-done=""><dt>"Held"</dt><dd><Time at=hold.held_at /></dd></div>
                {decided}
                <div><dt>{ShareState::Delivered.label()}</dt><dd>"–"<span class="vh">"not yet"</span></dd></div>
            </dl>
            {acts(view, hold)}
        </li>
    }
    .into_any()
}

/// Counsel's three ways; the sender can stop it, reads why, and writes it anew on the incident.
fn acts(view: &SharesView, hold: &Hold) -> AnyView {
    let standing = Standing {
        own_organisation: true,
        author: hold.from.id == view.viewer.person,
        beholden: hold.beholden,
        ..Standing::default()
    };
    let own = may(&view.viewer, Action::WithdrawHold, standing);
    if hold.state != HoldState::Held {
        let again = (hold.state == HoldState::Returned && own).then(|| {
            let href = format!("/incidents/{}?form={}#share", hold.incident, Form::Share);
            view! { <a class="btn sm" href=href>"Write it again"</a> }
        });
        return view! { <div class="shrow-acts">{again}</div> }.into_any();
    }
    let preview = hold.kind.is_previewed().then(|| {
        view! { <a class="btn sm" href=format!("/shares/{}/preview", hold.id) data-key="v">"Preview"</a> }
    });
    let withdraw = own.then(|| {
        let (action, kept) = (format!("/shares/{}/withdraw", hold.id), kept(view, hold));
        view! { <PostForm action=action>{kept}<button class="btn sm quiet" type="submit" data-goto="b">"Withdraw"</button></PostForm> }
    });
    if !may(&view.viewer, Action::ReviewShare, standing) {
        let words = match hold.beholden {
            true => {
                "Waits for other counsel: its author and you had your accounts from each other or from the same person lately"
            }
            false => "Waits for counsel",
        };
        return view! { <div class="shrow-acts"><span class="muted">{words}</span>{preview}{withdraw}</div> }
            .into_any();
    }
    let (action, kept) = (format!("/shares/{}/release", hold.id), kept(view, hold));
    view! {
        <div class="shrow-acts">
            {preview}
            <PostForm action=action>{kept}<button class="btn primary sm" type="submit" data-goto="a">"Release"</button></PostForm>
            {with_comment(view, hold, "return", "Return", "What should be said differently")}
            {with_comment(view, hold, "refuse", "Refuse", "Why it does not go out")}
            {withdraw}
        </div>
    }
    .into_any()
}

fn kept(view: &SharesView, hold: &Hold) -> AnyView {
    view! {
        <input type="hidden" name="version" value=hold.version.to_string() />
        <input type="hidden" name="next" value=view.query.page_href() />
    }
    .into_any()
}

fn with_comment(
    view: &SharesView,
    hold: &Hold,
    step: &'static str,
    verb: &'static str,
    label: &'static str,
) -> AnyView {
    let sent = view.open_hold.as_ref().filter(|open| open.id == hold.id && open.step == step);
    let sent = sent.map(|open| &open.typed);
    let id = format!("{step}-{}", hold.id);
    let error_id = format!("{id}-error");
    let message = sent.and_then(|sent| sent.errors.iter().next().map(|(_, message)| message.to_owned()));
    let (invalid, described) =
        (message.is_some().then_some("true"), message.is_some().then(|| error_id.clone()));
    let error = message.map(|message| {
        view! { <p class="field-error" id=error_id role="alert"><Icon name="circle-alert" /><span>{message}</span></p> }
    });
    let key = if step == "return" { "t" } else { "f" };
    let (action, kept, open) = (format!("/shares/{}/{step}", hold.id), kept(view, hold), sent.is_some());
    let text = text_content(sent.map_or("", |sent| sent.value("comment")));
    view! {
        <details class="sh-answer" name="answer" open=open>
            <summary class="btn sm" data-goto=key>{verb}</summary>
            <PostForm action=action class="sh-form">
                {kept}
                <label class="field-label" for=id.clone()>{label}</label>
                <textarea class="textarea" id=id name="comment" rows="2" maxlength="4000" required=true autofocus=open
                    aria-invalid=invalid aria-describedby=described inner_html=text></textarea>
                {error}
                <p class="act-foot">
                    <span class="field-hint">"The sender reads it. The recipient learns nothing."</span>
                    <button class="btn sm" type="submit">{verb}</button>
                </p>
            </PostForm>
        </details>
    }
    .into_any()
}
