//! Break-glass: the form, one's own list, and the incident as it is read through the glass.
//!
//! Forms: `/break-glass` (`number`, `reason`), `/break-glass/{id}/end`.

use leptos::prelude::*;

use super::{
    frame::Frame,
    incident::{PanelPage, understanding::source},
    parts::{
        Callout, ErrorSummary, Icon, Pager, PostForm, SeverityLabel, StatusMark, TextArea, TextField, Time,
        TlpChip, Tone, typed,
    },
    person::office,
};
use crate::{
    model::{
        Submitted,
        entry::Entry,
        exhibit::{Exhibit, size_words},
        glass::Broken,
        incident::Incident,
        indicator::Indicator,
        mention,
        panel::{PageQuery, Panel},
        task::Task,
        timeline::TimelineQuery,
    },
    policy::Cleared,
};

/// `GET /break-glass`, and the answer to a `POST` that did not succeed.
pub fn page(frame: &Frame, own: Cleared<Vec<Broken>>, minutes: i64, form: Submitted) -> AnyView {
    let title = if form.errors.is_empty() { "Break-glass" } else { "Error: break-glass" };
    let now = frame.now;
    office(frame, title, "/break-glass", move || {
        let form = typed(form);
        let rows: Vec<_> =
            own.into_inner().into_iter().map(|broken| own_row(&broken, broken.is_open(now))).collect();
        let list = (!rows.is_empty()).then(|| view! {
            <section class="panel scroll-x" tabindex="0" aria-labelledby="bg-own">
                <div class="panel-head"><h2 id="bg-own">"Your own"</h2></div>
                <table class="dtable ppl">
                    <thead><tr><th scope="col">"Incident"</th><th scope="col">"Reason"</th><th scope="col">"Begun"</th><th scope="col">"Until"</th><th scope="col"><span class="vh">"Acts"</span></th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </section>
        });
        let length =
            format!("You read one incident, for {minutes} minutes, and change nothing. TLP:RED stays shut.");
        view! {
            <div class="ad-form">
                <h1>"Break-glass"</h1>
                <p>{length}</p>
                <Callout tone=Tone::Warn icon="eye">
                    <p><b>"The organisation that leads it is told at once, with your name and your reason."</b></p>
                    <p>"Each look is written into the audit log. So is a number that opens nothing."</p>
                </Callout>
                <PostForm action="/break-glass" class="panel panel-body me-form">
                    <ErrorSummary form=form heading="Nothing was opened." />
                    <TextField form=form name="number" label="Number of the incident" hint="As in WF-0147" maxlength=12 mono=true autocomplete="off" />
                    <TextArea form=form name="reason" label="Reason" rows=3 maxlength=500 hint="Its liaisons and counsel read this." />
                    <p class="act-foot"><button class="btn danger" type="submit"><Icon name="key-round" />"Break the glass"</button><a class="btn" href="/people">"Cancel"</a></p>
                </PostForm>
                {list}
            </div>
        }
        .into_any()
    })
}

fn own_row(broken: &Broken, open: bool) -> AnyView {
    let number = broken.incident.as_ref().map_or_else(|| "nothing found".to_owned(), ToString::to_string);
    let href = format!("/break-glass/{}", broken.id);
    let act = open.then(|| {
        let words = format!("Read {number}");
        view! { <a class="btn sm" href=href aria-label=words>"Read"</a> }
    });
    view! {
        <tr>
            <th scope="row" class="mono">{number.clone()}</th>
            <td class="bg-why">{broken.reason.clone()}</td>
            <td><Time at=broken.begun_at /></td>
            <td>{broken.incident.is_some().then(|| view! { <Time at=broken.until() /> })}</td>
            <td class="ad-acts">{act}</td>
        </tr>
    }
    .into_any()
}

/// Everything that is read through the glass.
#[derive(Debug)]
pub struct GlassView {
    pub broken: Broken,
    pub incident: Cleared<Incident>,
    pub entries: Cleared<Vec<Entry>>,
    pub next: Option<String>,
    /// Which page of the timeline and of each list is read.
    pub query: PageQuery,
    pub exhibits: PanelPage<Exhibit>,
    pub indicators: PanelPage<Indicator>,
    pub tasks: PanelPage<Task>,
}

/// `GET /break-glass/{id}`
pub fn opened(frame: &Frame, view: GlassView) -> AnyView {
    let title = format!("Break-glass: {}", view.incident.number);
    office(frame, title, "/break-glass", move || {
        let path = format!("/break-glass/{}", view.broken.id);
        let at = |after: Option<String>| {
            view.query.timeline_href(&path, TimelineQuery { after, ..TimelineQuery::default() })
        };
        let first = view.query.timeline.after.is_some().then(|| at(None));
        let next = view.next.clone().map(|after| at(Some(after)));
        let entries: Vec<_> = view.entries.iter().map(entry).collect();
        let lead = view.incident.lead.short.clone();
        let until = view.broken.ends_at;
        view! {
            <div class="ad-main ad-wide">
                <div class="callout bg-bar" data-tone="warn" role="status">
                    <Icon name="eye" />
                    <div>
                        <p><b>"Break-glass until "<Time at=until seconds=true />"."</b>" You read as it stands now; the page does not move by itself."</p>
                        <p>{format!("Each look is written down. {lead}’s liaisons and counsel were told why: {}", view.broken.reason)}</p>
                    </div>
                    <PostForm action=format!("{path}/end")><button class="btn sm" type="submit">"End it now"</button></PostForm>
                </div>
                {head(&view.incident)}
                <div class="bg-cols">
                    <section class="panel" id="timeline" aria-labelledby="bg-tl">
                        <div class="panel-head"><h2 id="bg-tl">"Timeline"</h2></div>
                        <ol class="bg-tl">{entries}</ol>
                        <Pager first=first next=next label="Pages of the timeline" />
                    </section>
                    <div class="bg-side">{material(&view)}</div>
                </div>
            </div>
        }
        .into_any()
    })
}

fn head(incident: &Incident) -> AnyView {
    let owner = incident.owner.as_ref().map_or_else(|| "nobody".to_owned(), |owner| owner.name.clone());
    let shared: Vec<_> = incident.shared_with.iter().map(|one| one.short.clone()).collect();
    let shared = if shared.is_empty() { "nobody".to_owned() } else { shared.join(", ") };
    let summary = match incident.summary.trim() {
        "" => view! { <p class="muted">"Nobody has written down what is known yet."</p> }.into_any(),
        text => view! { <p class="te-text">{text.to_owned()}</p> }.into_any(),
    };
    view! {
        <header class="bg-head">
            <p class="bg-marks"><span class="mono">{incident.number.to_string()}</span><SeverityLabel severity=incident.severity /><StatusMark status=incident.status /><TlpChip tlp=incident.tlp /></p>
            <h1>{incident.title.clone()}</h1>
            <p class="muted">{format!("{} · {} · {}", incident.category.leaf, incident.place(), incident.verification.label())}</p>
            <p class="muted">{format!("Led by {}, owned by {owner}, shared with {shared}; opened ", incident.lead.short)}<Time at=incident.stages.opened_at /></p>
        </header>
        <section class="panel" aria-labelledby="bg-si">
            <div class="panel-head"><h2 id="bg-si">"Current understanding"</h2></div>
            <div class="panel-body">{summary}{source(&incident.source)}</div>
        </section>
    }
    .into_any()
}

fn entry(entry: &Entry) -> AnyView {
    let by = match &entry.author {
        Some(author) => format!("{} {}", author.organisation.short, author.name),
        None => "Watchfloor".to_owned(),
    };
    let change = entry.change.as_ref().map(|change| {
        view! { <p class="muted">{change.words(entry.kind)}</p> }
    });
    let struck = entry.struck.as_ref().map(|strike| {
        view! { <p class="muted">{format!("Struck by {}: {}", strike.by.name, strike.reason)}</p> }
    });
    let class = if entry.struck.is_some() { "is-struck" } else { "" };
    view! {
        <li class=class>
            <p class="bg-by"><Time at=entry.happened_at seconds=true />" "<b>{by}</b>" "<span class="muted">{entry.kind.told()}</span><TlpChip tlp=entry.tlp /></p>
            {(!entry.text.is_empty()).then(|| view! { <p class="te-text">{mention::named(&entry.text, &entry.mentions)}</p> })}
            {change}
            {struck}
        </li>
    }
    .into_any()
}

/// What lies in it. Files stay shut: their names and hashes say what there is.
fn material(view: &GlassView) -> AnyView {
    let exhibits: Vec<_> = view.exhibits.iter().map(|exhibit| {
        let facts = exhibit.short_hash().map_or_else(|| "link".to_owned(), |hash| format!("{} · SHA-256 {hash}", size_words(exhibit.size)));
        view! { <li><span class="mono">{exhibit.label()}</span>" "{exhibit.name.clone()}<small>{facts}</small></li> }.into_any()
    }).collect();
    let indicators: Vec<_> = view
        .indicators
        .iter()
        .map(|indicator| {
            view! { <li><code>{indicator.defanged()}</code><small>{indicator.note.clone()}</small></li> }
                .into_any()
        })
        .collect();
    let tasks: Vec<_> = view
        .tasks
        .iter()
        .map(|task| {
            let state = if task.done_at.is_some() { "done" } else { "open" };
            view! { <li>{task.text.clone()}<small>{state}</small></li> }.into_any()
        })
        .collect();
    view! {
        {panel(view, Panel::Exhibits, ("Evidence", "Names and hashes; the files stay shut."), &view.exhibits, exhibits)}
        {panel(view, Panel::Indicators, ("Indicators", ""), &view.indicators, indicators)}
        {panel(view, Panel::Tasks, ("Tasks", ""), &view.tasks, tasks)}
    }
    .into_any()
}

fn panel<T>(
    view: &GlassView,
    which: Panel,
    (title, note): (&'static str, &'static str),
    page: &PanelPage<T>,
    items: Vec<AnyView>,
) -> AnyView {
    let later = view.query.panels.after(which).is_some();
    let count = page.count(which, later);
    let (section, id, labelled_by) = (which.section(), format!("bg-{which}"), format!("bg-{which}"));
    let path = format!("/break-glass/{}", view.broken.id);
    let first = later.then(|| view.query.panel_href(&path, which, None));
    let next = page.next.clone().map(|after| view.query.panel_href(&path, which, Some(after)));
    let none = items.is_empty().then(|| view! { <p class="panel-none">"None."</p> });
    view! {
        <section class="panel" id=section aria-labelledby=labelled_by>
            <div class="panel-head"><h2 id=id>{title}" "<span class="n">{count}</span></h2></div>
            {(!note.is_empty() && none.is_none()).then(|| view! { <p class="panel-body muted">{note}</p> })}
            <ul class="bg-list">{items}</ul>
            {none}
            <Pager first=first next=next label=which.pages() />
        </section>
    }
    .into_any()
}

/// For those who are told: who read which of their incidents, why, and until when.
pub fn told(broken: &[Broken], now: crate::model::Moment) -> Option<AnyView> {
    if broken.is_empty() {
        return None;
    }
    let lines: Vec<_> = broken
        .iter()
        .map(|one| {
            let number = one.incident.as_ref().map(ToString::to_string).unwrap_or_default();
            let href = format!("/incidents/{number}");
            let state = if one.is_open(now) { "reads until " } else { "read until " };
            let by = format!("{} ({})", one.by.name, one.by.organisation.short);
            view! {
                <li><a class="mono" href=href>{number}</a>" "<b>{by}</b>" "{state}<Time at=one.until() />", from "<Time at=one.begun_at />": “"{one.reason.clone()}"”"</li>
            }
        })
        .collect();
    Some(
        view! {
            <section class="bg-told" aria-label="Break-glass">
                <Callout tone=Tone::Warn icon="eye">
                    <p><b>"Break-glass: the room admin opened what your organisation leads."</b></p>
                    <ul>{lines}</ul>
                </Callout>
            </section>
        }
        .into_any(),
    )
}
