//! What one is told, and how: by kind, what makes one follow, and when no e-mail is to come.

use leptos::prelude::*;

use super::MeView;
use crate::{
    islands::notice::DesktopNotices,
    model::notice::{FollowReason, NoticeKind, NoticeWay},
    pages::parts::{
        Callout, Choice, ErrorSummary, FormToken, SelectField, TextField, Time, Tone, setting, typed,
    },
};

pub(super) fn notices(view: &MeView) -> AnyView {
    let settings = &view.notices;
    let mut fresh: Vec<(String, String)> =
        settings.ways.iter().map(|(kind, way)| (format!("way_{kind}"), way.wire().to_owned())).collect();
    fresh.extend(settings.follows.iter().map(|reason| ("follows".to_owned(), reason.wire().to_owned())));
    let zone = setting().zone().name.clone();
    let (from, to, zone) = settings.quiet.as_ref().map_or((String::new(), String::new(), zone), |quiet| {
        (quiet.from.clone(), quiet.to.clone(), quiet.zone.clone())
    });
    fresh.extend(
        [("quiet_from", from), ("quiet_to", to), ("quiet_zone", zone)].map(|(k, v)| (k.to_owned(), v)),
    );
    let values = view.sent("notices").cloned().unwrap_or_else(|| crate::model::Submitted::new(fresh));
    let rows: Vec<_> =
        NoticeKind::ALL.iter().map(|kind| row(*kind, values.value(&format!("way_{kind}")))).collect();
    let follows: Vec<_> = FollowReason::ALL
        .iter()
        .map(|reason| {
            let checked = values.has("follows", reason.wire());
            view! {
                <label class="check">
                    <input type="checkbox" name="follows" value=reason.wire() checked=checked /><span>{reason.label()}</span>
                </label>
            }
        })
        .collect();
    let zones: Vec<_> = view.zones.iter().map(|zone| Choice::new(&zone.name, zone.label.clone())).collect();
    let form = typed(values);
    let action = "/me/notices";
    view! {
        <section class="panel me-wide" aria-labelledby="me-notices">
            <div class="panel-head"><h2 id="me-notices">"Notification settings"</h2></div>
            <form class="panel-body me-form" method="post" action=action novalidate=true>
                <FormToken action=action />
                <ErrorSummary form=form heading="Nothing was changed." />
                {mail(view)}
                <div class="me-ways">{rows}</div>
                <fieldset class="field me-follows">
                    <legend class="field-label">"Follow an incident automatically when"</legend>
                    {follows}
                </fieldset>
                <fieldset class="field">
                    <legend class="field-label">"No e-mail between"</legend>
                    <p class="field-hint">"What comes meanwhile is in one e-mail when the time is over. Leave both empty for none."</p>
                    <div class="me-quiet">
                        <TextField form=form name="quiet_from" label="From" kind="time" optional=true />
                        <TextField form=form name="quiet_to" label="To" kind="time" optional=true />
                        <SelectField form=form name="quiet_zone" label="Zone" choices=zones />
                    </div>
                </fieldset>
                <p class="act-foot">
                    <button class="btn quiet after-live" type="button" id="desktop-notices" aria-pressed="false">"Turn on browser notifications"</button>
                    <DesktopNotices />
                    <button class="btn" type="submit">"Save"</button>
                </p>
            </form>
        </section>
    }
    .into_any()
}

fn row(kind: NoticeKind, chosen: &str) -> AnyView {
    let (id, chosen) = (format!("f-way_{kind}"), chosen.to_owned());
    let options: Vec<_> = NoticeWay::ALL
        .iter()
        .map(|way| view! { <option value=way.wire() selected=way.wire() == chosen>{way.label()}</option> })
        .collect();
    view! {
        <label for=id.clone()>{kind.label()}</label>
        <select class="select" id=id name=format!("way_{kind}")>{options}</select>
    }
    .into_any()
}

/// Where e-mail goes, what it says, and what did not arrive.
fn mail(view: &MeView) -> AnyView {
    if !view.notices.mails {
        return view! { <p class="field-hint">"This room does not send e-mail yet. Your choices apply once it does."</p> }.into_any();
    }
    let (failed, last) = view.notices.failed;
    let lost = last.filter(|_| failed > 0).map(|at| {
        let count = if failed == 1 { "One e-mail".to_owned() } else { format!("{failed} e-mails") };
        let lost = format!("{count} to you could not be delivered");
        view! {
            <Callout tone=Tone::Warn icon="triangle-alert">
                <p><b>{lost}</b>" in the last 30 days, the last at "<Time at=at />". Ask whoever looks after the mail server."</p>
            </Callout>
        }
    });
    view! {
        <p class="field-hint">
            "E-mail goes to "<b>{view.me.email.clone()}</b>", the address of your account. Below GREEN it carries number, severity and a link; of RED only that something concerns you."
        </p>
        {lost}
    }
    .into_any()
}
