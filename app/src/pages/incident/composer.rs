//! Where entries are written: kind, words, time, marking, audience, and the sentence that says who will see it.
//!
//! On a phone it is a sheet that the bar at the foot opens (`#compose` as the target of a link), so that it
//! needs no script there either.

use leptos::prelude::*;

use super::{IncidentView, forms::field_error};
use crate::{
    islands::composer::ComposerLive,
    model::{
        Submitted, Tlp,
        audience::{Audience, addresses},
        entry::{Entry, EntryKind},
        form::Form,
    },
    pages::parts::{
        ErrorSummary, FormToken, Icon, TlpChip, field::text_content, people::people_list, setting, typed,
        when::when,
    },
};

/// Ids are those of the fields, so that the error summary finds them.
const SCOPE: &str = "c";

/// The composer, where the viewer may write.
pub(super) fn composer(view: &IncidentView) -> AnyView {
    if !view.may.post {
        return ().into_any();
    }
    let corrected = view
        .open(Form::Entry)
        .and_then(|open| open.of.as_deref())
        .and_then(|id| id.parse().ok())
        .and_then(|id| view.entry(id));
    let values = values(view, corrected);
    let open = view.open(Form::Entry);
    let returned = open.is_some_and(|open| !open.typed.pairs().is_empty());
    let open = open.is_some();
    let action = format!("{}/entries", view.path());
    let audience = audience(view, &values);
    let form = typed(values.clone());
    let invalid = values.error("text").is_some();
    let heading = match corrected {
        Some(_) => view! { <p class="composer-note">"Correction: the earlier words stay beside yours. "<a href=view.path()>"Cancel"</a></p> }.into_any(),
        None => ().into_any(),
    };
    let corrects = values.value("corrects").to_owned();
    let verb = if corrected.is_some() { "Post correction" } else { "Post" };
    view! {
        <form class="composer" id="compose" method="post" action=action data-open=open.then_some("") data-typed=returned.then_some("") data-me=view.me.email.clone() data-person=view.me.id.to_string()
            aria-label="Add to the timeline" novalidate=true>
            <FormToken action=action.clone() />
            {(!corrects.is_empty()).then(|| view! { <input type="hidden" name="corrects" value=corrects /> })}
            <a class="composer-close iconbtn" href="#timeline" aria-label="Close"><Icon name="x" /></a>
            <ErrorSummary form=form scope=SCOPE heading="Nothing was posted." />
            {heading}
            <div class="composer-top">{kinds(&values)}{happened(&values)}</div>
            <label class="vh" for="c-text">"Text"</label>
            <textarea class="textarea" id="c-text" name="text" rows="3" maxlength="20000"
                placeholder="What happened, what was decided, what is needed. Plain facts. @ calls somebody."
                aria-invalid=invalid.then_some("true") aria-describedby=invalid.then_some("c-text-error")
                inner_html=text_content(values.value("text"))></textarea>
            <ul class="mention-list" id="c-mentions" role="listbox" aria-label="People who will see this" hidden=true></ul>
            {field_error(&values, "text", "c-text-error")}
            <div class="composer-grid">
                {markings(view, &values)}
                {audiences(view, &values)}
                {named(view, &values)}
            </div>
            <div class="composer-foot">
                {sentence(&audience)}<ComposerLive />
                <span class="composer-act">
                    <button class="btn quiet before-live" type="submit" name="preview" value="1">"Preview audience"</button>
                    <button class="btn primary" type="submit">{verb}<span class="keys after-live" aria-hidden="true">" "<kbd>"Ctrl"</kbd><kbd>"↵"</kbd></span></button>
                </span>
            </div>
        </form>
    }
    .into_any()
}

/// "Visible to: CISA, FBI, Google (not Twitter, Verizon)", which the browser keeps true.
fn sentence(audience: &Audience) -> AnyView {
    let not = match audience.not_to.as_str() {
        "" => String::new(),
        not => format!("(not {not})"),
    };
    let visible_to = audience.visible_to.clone();
    view! {
        <output class="vis-preview" id="audience" aria-live="polite">
            <Icon name="eye" />
            <span><span>"Visible to: "<b>{visible_to}</b></span>" "<span class="vis-no">{not}</span></span>
        </output>
    }
    .into_any()
}

/// The bar that opens the composer on a phone.
pub(super) fn postbar(view: &IncidentView) -> AnyView {
    let audience = audience(view, &values(view, None));
    view.may
        .post
        .then(|| {
            view! {
                <div class="postbar">
                    <a href="#compose"><Icon name="message-square-text" /><span>"Post an update…"</span><small>{audience.sentence()}</small></a>
                </div>
            }
        })
        .into_any()
}

/// What was typed, or the defaults: an update at the incident's marking for everybody who sees it.
fn values(view: &IncidentView, corrected: Option<&Entry>) -> Submitted {
    let zone = setting().zone().name.clone();
    let kind = corrected.map_or(EntryKind::Update, |entry| entry.kind);
    let tlp = corrected.map_or(view.incident.tlp.inside(), |entry| entry.tlp).wire();
    let id = corrected.map(|entry| entry.id.to_string()).unwrap_or_default();
    let named: Vec<_> = corrected
        .map_or(view.incident.named.as_slice(), |entry| entry.named.as_slice())
        .iter()
        .filter(|person| person.id != view.me.id)
        .map(|person| person.email.as_str())
        .collect();
    let named = named.join(", ");
    let text = corrected.map(|entry| entry.text.as_str()).unwrap_or_default();
    let mut fresh = vec![
        ("kind", kind.wire()),
        ("text", text),
        ("tlp", tlp),
        ("named", named.as_str()),
        ("happened_zone", zone.as_str()),
        ("corrects", id.as_str()),
    ];
    let members = view.members();
    let chosen = corrected.filter(|entry| !entry.audience.is_empty());
    let chosen = chosen.map_or(members.as_slice(), |entry| entry.audience.as_slice());
    fresh.extend(chosen.iter().map(|organisation| ("audience", organisation.slug.as_str())));
    view.typed(Form::Entry, &fresh)
}

/// Who would see the entry if it were posted as it stands.
fn audience(view: &IncidentView, values: &Submitted) -> Audience {
    let tlp = values.value("tlp").parse().unwrap_or(view.incident.tlp.inside());
    let own = &view.me.organisation.slug;
    let members = view.members();
    let (mut chosen, mut others) = (vec![], vec![]);
    for member in &members {
        let sees = member.slug == *own || values.has("audience", &member.slug);
        if sees { &mut chosen } else { &mut others }.push(member.short.as_str());
    }
    let named: Vec<_> = addresses(values.value("named"))
        .into_iter()
        .filter(|email| *email != view.me.email)
        .map(|email| match view.nameable.iter().find(|person| person.email == email) {
            Some(person) => format!("{} ({})", person.name, person.organisation.short),
            None => email,
        })
        .collect();
    let named: Vec<_> = named.iter().map(String::as_str).collect();
    Audience::of(tlp, &chosen, &others, &named)
}

fn kinds(values: &Submitted) -> AnyView {
    let chosen = values.value("kind").to_owned();
    let radios: Vec<_> = EntryKind::WRITTEN
        .iter()
        .map(|kind| {
            let icon = match kind {
                EntryKind::Decision => "scale",
                EntryKind::Observation => "eye",
                EntryKind::Request => "arrow-right",
                EntryKind::Answer => "undo-2",
                _ => "message-square-text",
            };
            view! {
                <label>
                    <input type="radio" name="kind" value=kind.wire() checked=kind.wire() == chosen />
                    <Icon name=icon size="sm" /><span>{kind.label()}</span>
                </label>
            }
        })
        .collect();
    view! { <fieldset class="seg kinds"><legend class="vh">"Kind"</legend>{radios}</fieldset> }.into_any()
}

/// Now, or earlier: the entry then carries both times.
fn happened(values: &Submitted) -> AnyView {
    let earlier = !values.value("happened_time").is_empty() || values.error("happened_at").is_some();
    let words = if earlier { "earlier" } else { "now" };
    let names = ["happened_date", "happened_time", "happened_zone"];
    let hint = "Leave empty for now. Both times stay visible.";
    view! {
        <details class="menu when-menu" open=values.error("happened_at").is_some()>
            <summary class="menubtn"><Icon name="history" />"Happened "<b>{words}</b><Icon name="chevron-down" /></summary>
            <div class="menu-pop">{when(values, names, "happened_at", SCOPE, "Happened at", hint, &[])}</div>
        </details>
    }
    .into_any()
}

fn markings(view: &IncidentView, values: &Submitted) -> AnyView {
    let least = view.incident.tlp.inside();
    let chosen = values.value("tlp").to_owned();
    let radios: Vec<_> = Tlp::ALL
        .iter()
        .rev()
        .map(|tlp| {
            let too_wide = *tlp < least;
            let id = (tlp.wire() == chosen).then_some("c-tlp");
            view! {
                <label title=tlp.meaning()>
                    <input type="radio" id=id name="tlp" value=tlp.wire() checked=tlp.wire() == chosen disabled=too_wide
                        aria-describedby=too_wide.then_some("c-wider") />
                    <TlpChip tlp=*tlp />
                </label>
            }
        })
        .collect();
    let note = view! { <span class="pick-note" id="c-wider">{wider(view)}</span> };
    view! {
        <fieldset><legend>"Marking"</legend>
            <div class="tlp-row">{radios}{note}</div>
            {field_error(values, "tlp", "c-tlp-error")}
        </fieldset>
    }
    .into_any()
}

/// Why the looser markings are not to be chosen, and who is asked: where the incident came from loosens it.
fn wider(view: &IncidentView) -> String {
    let origin = &view.incident.origin;
    match (view.incident.tlp, origin.id == view.me.organisation.id) {
        (Tlp::Clear | Tlp::Green, _) => {
            "TLP:CLEAR is for the incident itself, once two accepted it".to_owned()
        }
        (_, true) => "Wider than the incident: loosen its marking first".to_owned(),
        (_, false) => format!("Wider than the incident: ask {}, where it came from", origin.short),
    }
}

/// One's own organisation always sees what one writes; it is sent with the rest, so that "none of the
/// others" is not mistaken for "not narrowed"; and whom the form offered, since others may have access by then.
fn audiences(view: &IncidentView, values: &Submitted) -> AnyView {
    let own = &view.me.organisation;
    let boxes: Vec<_> = view
        .members()
        .into_iter()
        .filter(|member| member.id != own.id)
        .map(|member| {
            let checked = values.has("audience", &member.slug);
            view! {
                <label>
                    <input type="checkbox" name="audience" value=member.slug checked=checked data-short=member.short.clone() />
                    <span><Icon name="check" size="sm" />{member.short}</span>
                </label>
            }
        })
        .collect();
    let offered: Vec<_> = view
        .members()
        .into_iter()
        .map(|member| view! { <input type="hidden" name="offered" value=member.slug /> })
        .collect();
    view! {
        <fieldset class="aud-pick"><legend>"Audience"</legend>
            <div class="aud-row">
                <label data-fixed="">
                    <input type="checkbox" checked=true disabled=true data-short=own.short.clone() />
                    <span><Icon name="lock" size="sm" />{own.short.clone()}</span>
                </label>
                <input type="hidden" name="audience" value=own.slug.clone() />
                {offered}{boxes}
            </div>
            {field_error(values, "audience", "c-audience-error")}
        </fieldset>
    }
    .into_any()
}

/// Only with TLP:RED.
fn named(view: &IncidentView, values: &Submitted) -> AnyView {
    let invalid = values.error("named").is_some();
    view! {
        <div class="named-pick">
            <label for="c-named">"People"</label>
            <input class="input sm" id="c-named" name="named" list="c-people" autocomplete="off"
                value=values.value("named").to_owned() placeholder="Addresses, separated by commas"
                aria-invalid=invalid.then_some("true") aria-describedby=invalid.then_some("c-named-error") />
            {people_list("c-people", &view.nameable)}
            {field_error(values, "named", "c-named-error")}
        </div>
    }
    .into_any()
}
