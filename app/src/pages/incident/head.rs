//! The head: what it is, how it is marked, how far the response is, whose it is. Refreshed as one piece.

use leptos::prelude::*;

use super::{IncidentView, acts, forms::act_button, legal_hold::legal_hold, track::track};
use crate::{
    model::{
        ClockKind,
        incident::{Incident, Status},
    },
    pages::parts::{
        Avatar, Callout, Icon, OrganisationName, PostForm, SeverityLabel, SeverityMark, StatusMark, Target,
        Time, TlpChip, Tone,
    },
};

/// The head of the page. Its id is how a live change finds it.
pub(super) fn head(view: &IncidentView) -> AnyView {
    let incident: &Incident = &view.incident;
    let stricter = (view.highest > incident.tlp).then(|| {
        view! { <span class="inc-tag inc-max">"with entries up to "<TlpChip tlp=view.highest /></span> }
    });
    let category = format!("{} › {}", incident.category.top, incident.category.leaf);
    let period = incident.period.as_ref().map(|period| {
        view! { <span class="inc-tag"><span class="vh">"Period: "</span>{period.name.clone()}</span> }
    });
    view! {
        <header class="inc-head" id="incident-head" data-version=incident.version.to_string()>
            {bar(view)}
            <div class="inc-title">
                <span class="inc-sev"><SeverityMark severity=incident.severity /></span>
                <div>
                    <h1>{incident.title.clone()}</h1>
                    <div class="inc-tags">
                        <TlpChip tlp=incident.tlp large=true />
                        {stricter}
                        {contains(incident)}
                        <span class="inc-tag"><SeverityLabel severity=incident.severity /></span>
                        <span class="inc-tag">{category}</span>
                        <span class="inc-tag" title=places(incident)><Icon name="map-pin" size="sm" />{incident.place()}</span>
                        {period}
                    </div>
                </div>
            </div>
            {states(view)}
            {track(view, acts::status(view))}
            {facts(view)}
        </header>
    }
    .into_any()
}

/// What makes somebody look before it crosses, and what has to be kept.
fn contains(incident: &Incident) -> AnyView {
    let tag = |set: bool, words: &'static str| {
        set.then(|| view! { <span class="inc-tag"><Icon name="scale" size="sm" />{words}</span> })
    };
    view! {
        {tag(incident.candidate_or_party_content, "Candidate or party content")}
        {tag(incident.contains_personal_data, "Personal data")}
        {tag(incident.legal_hold, "Legal hold")}
    }
    .into_any()
}

/// All of them, where the line names only the first.
fn places(incident: &Incident) -> Option<String> {
    let words: Vec<_> = incident.jurisdictions.iter().map(|place| place.words()).collect();
    (words.len() > 1).then(|| words.join("; "))
}

/// The line that stays when the head has scrolled away. Decoration: everything in it stands in the head.
pub(super) fn mini(view: &IncidentView) -> AnyView {
    let incident: &Incident = &view.incident;
    view! {
        <div class="inc-mini" id="inc-mini" aria-hidden="true"><div class="inc-mini-in">
            <SeverityMark severity=incident.severity />
            <span class="mono">{incident.number.to_string()}</span>
            <b class="truncate">{incident.title.clone()}</b>
            <StatusMark status=incident.status />
            <TlpChip tlp=incident.tlp />
        </div></div>
    }
    .into_any()
}

fn bar(view: &IncidentView) -> AnyView {
    let number = view.incident.number.to_string();
    view! {
        <div class="inc-bar">
            <nav class="crumbs" aria-label="Breadcrumb">
                <a href="/board">"Board"</a><Icon name="chevron-right" /><span class="mono" aria-current="page">{number}</span>
            </nav>
            <div class="inc-actions">{follow(view)}{acts::severity(view)}{acts::marking(view)}{acts::content(view)}{legal_hold(view)}{acts::hold(view)}</div>
        </div>
    }
    .into_any()
}

/// Who follows is told of status and severity.
fn follow(view: &IncidentView) -> AnyView {
    if view.still {
        return ().into_any();
    }
    let (path, words, icon, pressed) = match view.following {
        true => ("unfollow", "Following", "bell", "true"),
        false => ("follow", "Follow", "bell-off", "false"),
    };
    let action = format!("{}/{path}", view.path());
    view! {
        <PostForm action=action>
            <button class="btn sm quiet" type="submit" aria-pressed=pressed title="Be told of its status and severity">
                <Icon name=icon />{words}
            </button>
        </PostForm>
    }
    .into_any()
}

/// What keeps the incident from running on: a hold, a hand-over that waits, an end of its own.
fn states(view: &IncidentView) -> AnyView {
    let incident: &Incident = &view.incident;
    let hold = incident.hold.as_ref().map(|hold| {
        let resume =
            view.may.hold.then(|| act_button(view, "resume", "btn sm", "Resume the clocks".into_any()));
        let reason = hold.reason.clone();
        let (since, review_at) = (hold.since, hold.review_at);
        view! {
            <Callout tone=Tone::Warn icon="circle-pause">
                <p><b>"On hold since "<Time at=since /></b>". "{reason}" Look again at "<Time at=review_at />"."</p>
                {resume}
            </Callout>
        }
    });
    let handover = incident.handover_to.as_ref().map(|person| {
        let accept = view
            .may
            .accept_handover
            .then(|| act_button(view, "owner/accept", "btn sm primary", "Accept the hand-over".into_any()));
        let to = format!("{} ({})", person.name, person.organisation.short);
        view! {
            <Callout tone=Tone::Info icon="arrow-right-left">
                <p><b>"Handed over to "{to}</b>", not accepted yet. Until then the owner stays."</p>
                {accept}
            </Callout>
        }
    });
    let end = match incident.status {
        Status::Duplicate => incident.duplicate_of.as_ref().map(|number| {
            let number = number.to_string();
            view! { <p>"Duplicate of "<a class="mono" href=format!("/incidents/{number}")>{number.clone()}</a>"."</p> }.into_any()
        }),
        Status::Referred => incident.referred_to.as_ref().map(|organisation| {
            view! { <p>"Referred to "<b>{organisation.name.clone()}</b>"."</p> }.into_any()
        }),
        Status::NotAnIncident => incident.disposition.map(|disposition| {
            view! { <p>"Not an incident: "{disposition.label().to_lowercase()}"."</p> }.into_any()
        }),
        _ => None,
    };
    let end = end.map(|words| view! { <Callout tone=Tone::Info>{words}</Callout> });
    let clearance = acts::clearance(view);
    (hold.is_some() || handover.is_some() || clearance.is_some() || end.is_some())
        .then(|| view! { <div class="inc-states">{hold}{handover}{clearance}{end}</div> })
        .into_any()
}

fn facts(view: &IncidentView) -> AnyView {
    let incident: &Incident = &view.incident;
    let shared: Vec<_> = incident
        .shared_with
        .iter()
        .map(|organisation| view! { <OrganisationName organisation=organisation.clone() /> })
        .collect();
    let nobody = shared.is_empty().then(|| view! { <span class="muted">"nobody"</span> });
    let share = view.may.share.then(|| {
        let href = format!("{}?form=shares#share", view.path());
        view! { <a class="btn sm quiet" href=href><Icon name="plus" />"Share"</a> }
    });
    let named = (!incident.named.is_empty()).then(|| {
        let names: Vec<_> =
            incident.named.iter().map(|p| format!("{} ({})", p.name, p.organisation.short)).collect();
        view! { <div class="inc-named"><dt>"Named people"</dt><dd>{names.join(", ")}</dd></div> }
    });
    let update = incident.clock(ClockKind::Update).filter(|_| incident.status.is_open()).map(|clock| {
        view! { <div class="inc-update"><dt>"Next update"</dt><dd><Target clock=Some(clock.clone()) /></dd></div> }
    });
    view! {
        <dl class="inc-facts">
            <div><dt>"Lead"</dt><dd><OrganisationName organisation=incident.lead.clone() lead=true /></dd></div>
            <div><dt>"Owner"</dt><dd>{owner(view)}</dd></div>
            <div><dt>"Shared with"</dt><dd class="orgs">{shared}{nobody}{share}</dd></div>
            {named}
            <div><dt>"Verification"</dt><dd>{acts::verification(view)}</dd></div>
            {update}
        </dl>
    }
    .into_any()
}

fn owner(view: &IncidentView) -> AnyView {
    let who = match &view.incident.owner {
        Some(owner) => view! { <Avatar person=owner.clone() /><span>{owner.name.clone()}</span> }.into_any(),
        None => view! { <span class="avatar" data-state="none" aria-hidden="true"></span><span>"Nobody yet"</span> }.into_any(),
    };
    let take = view.may_take().then(|| act_button(view, "take", "btn sm", "Take it".into_any()));
    view! { <span class="inc-owner">{acts::owner(view, who)}{take}</span> }.into_any()
}
