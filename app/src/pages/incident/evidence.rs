//! Evidence: the exhibits, and the form that takes files and links.

use leptos::prelude::*;

use super::{IncidentView, forms::disclosure};
use crate::{
    islands::upload::UploadLive,
    model::{
        Submitted,
        exhibit::{Exhibit, size_words},
        form::Form,
        panel::Panel,
    },
    pages::parts::{
        Callout, ErrorSummary, FormToken, Icon, RadioCards, TextField, Time, TlpChip, Tone,
        marking::{tlp_choices, tlp_head},
        setting,
        thumb::thumb,
        typed,
        when::when,
    },
};

/// The panel, with what is still on its way over what has arrived.
pub(super) fn evidence(view: &IncidentView) -> AnyView {
    let upload = view.may.attach.then(|| view! { <UploadLive /> });
    let items: Vec<_> = view.exhibits.iter().map(exhibit_item).collect();
    let count = view.count(Panel::Exhibits, &view.exhibits);
    let none = items.is_empty().then(|| view! { <p class="panel-none">"Nothing has been added yet."</p> });
    view! {
        <section class="panel" id="evidence" aria-labelledby="ev-h">
            <div class="panel-head"><h2 id="ev-h">"Evidence "<span class="n">{count}</span></h2></div>
            {add(view)}
            {upload}
            <ul class="upl" id="uploads"></ul>
            <div id="exhibits">
                {view.back(Panel::Exhibits)}
                <ul>{items}</ul>
                {none}
                {view.onward(Panel::Exhibits, view.exhibits.next.as_ref())}
            </div>
        </section>
    }
    .into_any()
}

/// One exhibit in the list. Its id is how a live change finds it.
pub(super) fn exhibit_item(exhibit: &Exhibit) -> AnyView {
    let page = format!("/incidents/{}/evidence/{}", exhibit.incident, exhibit.label());
    let label = exhibit.label();
    let facts = if exhibit.is_link() { "Link".to_owned() } else { size_words(exhibit.size) };
    let by = exhibit.added_by.organisation.short.clone();
    let download = (!exhibit.is_link() && exhibit.intact != Some(false)).then(|| {
        let (href, words) = (format!("{page}/file"), format!("Download {label}"));
        view! { <a class="iconbtn" href=href download="" aria-label=words><Icon name="download" /></a> }
    });
    let checked = match exhibit.intact {
        Some(true) => Some(
            view! { <span class="custody-ok"><Icon name="shield-check" size="sm" />"verified"</span> }
                .into_any(),
        ),
        Some(false) => Some(
            view! { <span class="custody-bad"><Icon name="shield-alert" size="sm" />"differs"</span> }
                .into_any(),
        ),
        None => None,
    };
    let hash = exhibit
        .short_hash()
        .map(|hash| view! { <span class="ev-hash" title=exhibit.sha256.clone()>"SHA-256 "<code>{hash}</code></span> });
    let custody = format!("Custody {}", exhibit.custody_count);
    let broken = (exhibit.intact == Some(false)).then(|| {
        view! { <div class="ev-broken"><Callout tone=Tone::Danger icon="shield-alert"><p><b>"This file has changed since it was stored."</b>" Downloads are off until someone decides."</p></Callout></div> }
    });
    view! {
        <li class="ev" id=format!("exhibit-{}", exhibit.number)>
            {thumb(exhibit)}
            <div class="ev-main">
                <p class="ev-name"><span class="mono">{label}</span>" "<a href=page.clone()>{exhibit.name.clone()}</a></p>
                <p class="ev-meta">{media_words(exhibit)}{facts}" · "<b>{by}</b>" "<Time at=exhibit.added_at /></p>
            </div>
            <div class="ev-end"><TlpChip tlp=exhibit.tlp /><span class="ev-actions">{download}</span></div>
            <p class="custody"><a href=format!("{page}#custody")>{custody}</a>{checked}{hash}</p>
            {broken}
        </li>
    }
    .into_any()
}

/// `PNG · `, where it says more than the name.
fn media_words(exhibit: &Exhibit) -> Option<String> {
    exhibit.type_words().map(|words| format!("{words} · "))
}

/// The form. What is said of a file comes before the file: with a script it goes up as soon as it is picked, and what it
/// was taken in with never changes.
fn add(view: &IncidentView) -> AnyView {
    if !view.may.attach {
        return ().into_any();
    }
    let zone = setting().zone().name.clone();
    let others = view.incident.named.iter().filter(|person| person.id != view.me.id);
    let named = others.map(|person| person.email.as_str()).collect::<Vec<_>>().join(", ");
    let least = view.incident.tlp.inside();
    let fresh = [("tlp", least.wire()), ("named", named.as_str()), ("captured_zone", zone.as_str())];
    let sent: Submitted = view.typed(Form::Evidence, &fresh);
    let captured = when(
        &sent,
        ["captured_date", "captured_time", "captured_zone"],
        "captured_at",
        "evidence",
        "Captured at",
        "When the screenshot or copy was made, if you know.",
        &[],
    );
    let file_error = super::forms::field_error(&sent, "file", "evidence-file-error");
    let form = typed(sent);
    let action = format!("{}/evidence", view.path());
    let inside = view! {
        <form class="act-form" id="evidence-form" method="post" action=action enctype="multipart/form-data" novalidate=true>
            <FormToken action=action.clone() />
            <ErrorSummary form=form scope="evidence" heading="Nothing was added." />
            <RadioCards form=form name="tlp" legend="Marking" choices=tlp_choices(least) head=tlp_head scope="evidence" class="tlp-cards" />
            <div class="if-red">
                <TextField form=form name="named" label="Named people" scope="evidence" placeholder="Addresses, separated by commas"
                    hint="With TLP:RED nobody else sees it." />
            </div>
            <TextField form=form name="note" label="What it shows" scope="evidence" optional=true maxlength=2000 />
            <TextField form=form name="source_url" label="Where it was found" kind="url" scope="evidence" optional=true placeholder="https://…" mono=true />
            {captured}
            <div class="field">
                <label class="drop">
                    <input type="file" id="evidence-file" name="file" multiple=true aria-describedby="evidence-file-hint" />
                    <Icon name="upload" size="lg" />
                    <span><b>"Drop files here"</b>", paste a screenshot, or "<u>"choose files"</u></span>
                    <small id="evidence-file-hint">
                        <span class="after-live">"Each goes up at once with what is chosen above. "</span>
                        "The server computes the SHA-256 as the bytes arrive. An empty file is refused."
                    </small>
                </label>
                {file_error}
            </div>
            <TextField form=form name="url" label="Or a link" kind="url" scope="evidence" optional=true placeholder="https://…" mono=true />
            <p class="act-foot"><button class="btn primary" type="submit">"Add evidence"</button></p>
        </form>
    };
    let button = view! { <summary class="btn sm quiet"><Icon name="upload" />"Add"</summary> };
    disclosure(
        "add-evidence",
        "act-panel",
        view.open(Form::Evidence).is_some(),
        button.into_any(),
        inside.into_any(),
    )
}
