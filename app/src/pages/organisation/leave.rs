//! The end of an organisation's part in the room: what it comes to, who leads its incidents, and the last step.
//!
//! Forms: `/organisations/{slug}/leave` (`reason`, `version`, `leads.WF-0147` for each incident) is looked at
//! again before `/leave/confirm` (the same) does it; `/organisations/{slug}/return` (`reason`, `version`).

use std::collections::BTreeMap;

use leptos::prelude::*;

use super::super::{
    frame::Frame,
    parts::{
        Callout, Choice, ErrorSummary, Icon, PostForm, SelectField, SeverityMark, TextField, Time, TlpChip,
        Tone, Typed, typed,
    },
    person::office,
};
use crate::{
    model::{
        Moment, Organisation, Severity, Submitted,
        leave::{Led, OTHERS, Prospect},
    },
    policy::Cleared,
};

fn path(organisation: &Organisation) -> String {
    format!("/organisations/{}", organisation.slug)
}

fn crumbs(organisation: &Organisation) -> AnyView {
    let (href, short) = (path(organisation), organisation.short.clone());
    view! {
        <p class="crumbs">
            <a href="/organisations">"Organisations"</a><Icon name="chevron-right" />
            <a href=href>{short}</a><Icon name="chevron-right" /><span>"Remove from the room"</span>
        </p>
    }
    .into_any()
}

fn people(count: usize) -> String {
    match count {
        1 => "1 person".to_owned(),
        n => format!("{n} people"),
    }
}

/// What happens to everything but the incidents that it leads.
fn comes_to(prospect: &Prospect) -> AnyView {
    let who = format!("{}, {} of them signed in", people(prospect.people), prospect.signed_in);
    let invitations = match prospect.invitations {
        0 => None,
        1 => Some("1 invitation opens no more.".to_owned()),
        n => Some(format!("{n} invitations open no more.")),
    };
    let invitations = invitations.map(|words| view! { <li>{words}</li> });
    view! {
        <ul class="lv-list">
            <li><b>{who}</b>": sessions, tokens and open pages end at once."</li>
            {invitations}
            <li>"What was shared with it ends, and whoever waits for its answer is told. What waits for counsel is withdrawn."</li>
            <li>"What it wrote stays where it is, under its name."</li>
            <li>"It can be taken back. Its people then sign in as before; what was shared has to be shared again."</li>
        </ul>
    }
    .into_any()
}

/// The incidents that nobody else sees.
fn rests(prospect: &Prospect) -> Option<AnyView> {
    let numbers: Vec<_> = prospect.resting().map(|led| led.number.to_string()).collect();
    (!numbers.is_empty()).then(|| view! {
        <Callout tone=Tone::Info icon="pause">
            <p><b>"Nobody else sees "</b><span class="mono">{numbers.join(", ")}</span></p>
            <p>"They rest until it is back: they stay whole, and their clocks stand still. Where somebody has to go on, let it be shared first."</p>
        </Callout>
    }.into_any())
}

fn red() -> AnyView {
    view! {
        <p class="muted">"TLP:RED is not listed here. Its lead goes to the organisation of another of its named people; where there is none, it rests."</p>
    }
    .into_any()
}

/// `GET /organisations/{slug}/leave`, and the answer to a form that did not go on. `stale`: it changed meanwhile.
pub fn leave(frame: &Frame, prospect: Cleared<Prospect>, stale: bool, form: Submitted) -> AnyView {
    let prospect = prospect.into_inner();
    let short = prospect.organisation.short.clone();
    let title = format!("Remove {short} from the room");
    let title = if form.errors.is_empty() && !stale { title } else { format!("Error: {title}") };
    office(frame, title, "/organisations", move || {
        let form = typed(form);
        let action = format!("{}/leave", path(&prospect.organisation));
        let stale = stale.then(|| {
            view! {
                <Callout tone=Tone::Warn icon="git-merge">
                    <p><b>"The organisation changed meanwhile. Nothing was ended."</b></p>
                    <p>"Review what will happen now, and send it again."</p>
                </Callout>
            }
        });
        let leads = leads(form, &prospect);
        view! {
            <div class="ad-form">
                {crumbs(&prospect.organisation)}
                <h1>{format!("Remove {} from the room", prospect.organisation.name)}</h1>
                {stale}
                <section class="panel panel-body" aria-labelledby="lv-what">
                    <h2 id="lv-what">"What will happen"</h2>
                    {comes_to(&prospect)}
                </section>
                <PostForm action=action class="panel panel-body me-form">
                    <input type="hidden" name="version" value=prospect.version.to_string() />
                    <ErrorSummary form=form heading="Nothing was removed." />
                    {leads}
                    {rests(&prospect)}
                    {red()}
                    <TextField form=form name="reason" label="Reason" maxlength=500 hint="Everybody in the room can read it." />
                    <p class="act-foot">
                        <button class="btn primary" type="submit">"Review"</button>
                        <a class="btn" href="/organisations">"Cancel"</a>
                    </p>
                </PostForm>
            </div>
        }
        .into_any()
    })
}

/// More than these are folded, a group for each severity.
const UNFOLDED: usize = 10;

/// Who leads each of its incidents. Of many, one answer stands for all that have none of their own.
fn leads(form: Typed, prospect: &Prospect) -> Option<AnyView> {
    let moving: Vec<&Led> = prospect.moving().collect();
    let many = moving.len() > 1;
    let others = many.then(|| others(form, &moving));
    let list = if moving.len() > UNFOLDED {
        Severity::ALL.iter().filter_map(|severity| folded(form, *severity, &moving)).collect_view().into_any()
    } else {
        moving.iter().map(|led| lead(form, led, many)).collect_view().into_any()
    };
    (!moving.is_empty()).then(|| {
        view! {
            <fieldset class="lv-leads">
                <legend class="field-label">"Who leads its open incidents from now on"</legend>
                <p class="field-hint">"Only those who see an incident already can lead it."</p>
                {others}
                {list}
            </fieldset>
        }
        .into_any()
    })
}

/// Whoever can lead one of them.
fn others(form: Typed, moving: &[&Led]) -> AnyView {
    let all = moving.iter().flat_map(|led| &led.candidates).map(|candidate| &candidate.organisation);
    let all: BTreeMap<_, _> = all.map(|one| (one.short.to_lowercase(), one)).collect();
    let choices = all.into_values().map(|one| Choice::new(&one.slug, &one.short)).collect();
    view! {
        <SelectField form=form name=OTHERS label="Those for which nobody is chosen" blank="Choose for each" optional=true choices=choices />
    }
    .into_any()
}

/// The incidents of one severity, open where something is wrong with one of them.
fn folded(form: Typed, severity: Severity, moving: &[&Led]) -> Option<AnyView> {
    let led: Vec<_> = moving.iter().filter(|led| led.severity == severity).collect();
    let is_wrong = form.with_value(|form| led.iter().any(|led| form.errors.first(&led.field()).is_some()));
    let count = led.len();
    let leads: Vec<_> = led.into_iter().map(|led| lead(form, led, true)).collect();
    (count > 0).then(|| {
        view! {
        <details class="lv-group" open=is_wrong>
            <summary><SeverityMark severity=severity />{format!(" {}, {count}", severity.label())}</summary>
            {leads}
        </details>
    }.into_any()
    })
}

/// `many`: one answer can stand for all that have none.
fn lead(form: Typed, led: &Led, many: bool) -> AnyView {
    let (part, others) = ("Takes part", "Sees it, like everybody in the room");
    let choices = led.candidates.iter().map(|candidate| {
        let of = &candidate.organisation;
        Choice::new(&of.slug, &of.short).group(if candidate.takes_part { part } else { others })
    });
    let label = format!("{}, {}, {}", led.number, led.severity.label(), led.tlp.label());
    let blank = if many { "As for the others" } else { "Choose" };
    view! { <SelectField form=form name=led.field() label=label blank=blank stood_for=many choices=choices.collect() /> }
        .into_any()
}

/// The last step. What was chosen goes along.
pub fn confirm(frame: &Frame, prospect: Cleared<Prospect>, form: Submitted) -> AnyView {
    let prospect = prospect.into_inner();
    let title = format!("{} leaves the room", prospect.organisation.short);
    office(frame, title, "/organisations", move || {
        let base = path(&prospect.organisation);
        let kept: Vec<_> = form
            .pairs()
            .iter()
            .filter(|(name, _)| {
                ["reason", "version", OTHERS].contains(&name.as_str()) || name.starts_with("leads.")
            })
            .map(|(name, value)| view! { <input type="hidden" name=name.clone() value=value.clone() /> })
            .collect();
        let leads: Vec<_> = prospect.moving().map(|led| led_by(&form, led)).collect();
        let leads = (!leads.is_empty()).then(|| {
            view! {
                <h2>"Its open incidents go on under another lead, without an owner"</h2>
                <ul class="lv-list">{leads}</ul>
            }
        });
        view! {
            <div class="ad-form">
                {crumbs(&prospect.organisation)}
                <h1>{format!("{} leaves the room", prospect.organisation.name)}</h1>
                <Callout tone=Tone::Danger>
                    <p><b>"This happens at once, on every screen. Nothing has been done yet."</b></p>
                    <p>"Reason: "<span class="lv-reason">{form.value("reason").to_owned()}</span></p>
                </Callout>
                <section class="panel panel-body me-form" aria-label="What will happen">
                    {comes_to(&prospect)}
                    {leads}
                    {rests(&prospect)}
                    {red()}
                </section>
                <PostForm action=format!("{base}/leave/confirm")>
                    {kept}
                    <p class="act-foot">
                        <button class="btn danger" type="submit"><Icon name="log-out" />{format!("Remove {}", prospect.organisation.short)}</button>
                        <a class="btn" href=format!("{base}/leave")>"Choose again"</a>
                    </p>
                </PostForm>
            </div>
        }
        .into_any()
    })
}

fn led_by(form: &Submitted, led: &Led) -> AnyView {
    let own = form.value(&led.field()).trim();
    let slug = if own.is_empty() { form.value(OTHERS).trim() } else { own }.to_owned();
    let lead = led.candidates.iter().find(|candidate| candidate.organisation.slug == slug);
    let lead = lead.map_or(slug, |candidate| candidate.organisation.short.clone());
    view! {
        <li><SeverityMark severity=led.severity /><span class="mono">{led.number.to_string()}</span>" "<TlpChip tlp=led.tlp />" "<b>{format!("{lead} leads")}</b></li>
    }
    .into_any()
}

/// On the page of an organisation that sits in the room, for whoever may end its part.
pub(super) fn door(organisation: &Organisation) -> AnyView {
    let href = format!("{}/leave", path(organisation));
    view! {
        <section class="panel panel-body me-form" aria-labelledby="lv-door">
            <h2 id="lv-door">"Remove from the room"</h2>
            <p>"Ends the access of its people and everything that was shared with it. You review it first."</p>
            <p class="act-foot"><a class="btn" href=href><Icon name="log-out" />"Remove it from the room"</a></p>
        </section>
    }
    .into_any()
}

/// On the page of one that has left.
pub(super) fn gone(
    organisation: &Organisation,
    version: &str,
    left: &(Moment, String),
    form: Submitted,
) -> AnyView {
    let (action, words) =
        (format!("{}/return", path(organisation)), format!("Take {} back", organisation.short));
    let (form, version, (at, reason)) = (typed(form), version.to_owned(), left.clone());
    view! {
        <section class="panel panel-body me-form" aria-labelledby="lv-gone">
            <h2 id="lv-gone">"It has left the room"</h2>
            <p>"Since "<Time at=at full=true />": "<span class="lv-reason">{reason}</span></p>
            <p>"Taken back, its people sign in with the passwords and roles they had, and its incidents that rest go on. Tokens stay ended, and what was shared with it has to be shared again."</p>
            <PostForm action=action class="me-form">
                <input type="hidden" name="version" value=version />
                <ErrorSummary form=form scope="return" heading="It was not taken back." />
                <TextField form=form name="reason" label="Reason" scope="return" maxlength=500 hint="Everybody in the room can read it." />
                <p class="act-foot"><button class="btn primary" type="submit"><Icon name="undo-2" />{words}</button></p>
            </PostForm>
        </section>
    }
    .into_any()
}
