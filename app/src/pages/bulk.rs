//! Sharing what was chosen from a list: the form for all of them, a look at each through its recipients' eyes,
//! and what became of each.
//!
//! | control | meaning |
//! |---|---|
//! | `number` | one for each incident that goes |
//! | `listed` | one for each that stands in the list, ticked or not |
//! | `use_template`, `change`, `preview` | the buttons that send nothing; `preview` may say what to look at first |
//! | `seen`, `send` | of the preview: numbers with the versions that it shows, and the button that sends |
//!
//! The others are those of the form on an incident's page.

pub mod preview;
pub mod sent;

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    incident::share_form::{SCOPE, nexus, words},
};
use crate::{
    model::{
        Organisation, Submitted, Tlp,
        bulk::{Outcome, Pick},
        organisation::Sector,
        share::{Purpose, ShareTemplate},
    },
    pages::parts::{
        CheckList, Choice, Codes, Empty, ErrorSummary, Icon, PostForm, SelectField, SeverityMark, StatusMark,
        TextField, TlpChip, Typed, field::field_id, typed,
    },
    policy::Cleared,
};

/// Where the form posts to.
pub const PATH: &str = "/shares/new";
const WORDS: &str = "Goes word for word into the ledger of both sides; {number}, {title}, {place} and {summary} \
                     become those of each incident.";

/// Everything that the form is drawn from.
#[derive(Clone, Debug)]
pub struct BulkView {
    pub picks: Cleared<Vec<Pick>>,
    /// What was asked for and is not there for this viewer, as it was written.
    pub absent: Vec<String>,
    /// Of the sender.
    pub sector: Sector,
    /// All others.
    pub organisations: Vec<Organisation>,
    pub templates: Vec<ShareTemplate>,
    /// What is wrong with one of them, by its number.
    pub faults: Vec<(String, String)>,
    pub typed: Submitted,
}

/// `GET /shares/new`
pub fn page(frame: &Frame, view: BulkView) -> AnyView {
    document(frame, "Share several incidents", "page-shares", move || {
        view! {
            <main id="main" class="bulk" tabindex="-1">
                {crumbs("Share several")}
                <h1>"Share several incidents"</h1>
                {body(&view)}
            </main>
        }
    })
}

fn crumbs(here: &'static str) -> AnyView {
    view! {
        <nav class="crumbs" aria-label="Way back">
            <a href="/board">"Board"</a><Icon name="chevron-right" /><span aria-current="page">{here}</span>
        </nav>
    }
    .into_any()
}

fn body(view: &BulkView) -> AnyView {
    let refused = refused(view);
    if view.picks.iter().all(|pick| pick.refusal.is_some()) {
        let text = "Tick incidents that your organisation leads in the list of the board, then press Share.";
        return view! {
            {refused}
            <Empty icon="share-2" title="Nothing that you can share is chosen" text=text>
                <a class="btn primary" href="/board">"To the board"</a>
                <a class="btn" href=super::ask::PATH>"Ask who leads something"</a>
            </Empty>
        }
        .into_any();
    }
    let mut fresh = view.typed.clone();
    if fresh.value("purpose").is_empty() {
        fresh.set("purpose", Purpose::Awareness.wire());
    }
    let form = typed(fresh);
    let fields = view! {
        {chosen(view, form)}
        {refused}
        {to_whom(view, form)}
        {words(&view.templates, view.sector, (WORDS, &[]), form)}
        {marking(form)}
        {nexus(form)}
    }
    .into_any();
    view! {
        <PostForm action=PATH class="act-form">
            <ErrorSummary form=form scope=SCOPE heading="Nothing was shared." />
            // Enter in a field looks first.
            <button class="vh" type="submit" name="preview" value="1" tabindex="-1" aria-hidden="true">"Preview"</button>
            {fields}
            <p class="field-hint">"From then on they see the incidents. What has been read cannot be taken back."</p>
            <p class="act-foot">
                <a class="btn" href="/board">"Back to the board"</a>
                <button class="btn primary" type="submit" name="preview" value="1"><Icon name="eye" />"Preview"</button>
            </p>
        </PostForm>
    }
    .into_any()
}

/// Those that can go: each has a box, so that it can be left out after all.
fn chosen(view: &BulkView, form: Typed) -> AnyView {
    let able = view.picks.iter().filter(|pick| pick.refusal.is_none());
    let rows = able.enumerate().map(|(index, pick)| {
        let number = pick.incident.number.to_string();
        let first = field_id(SCOPE, "number");
        let id = if index == 0 { first } else { format!("{first}-{index}") };
        let checked = form.with_value(|form| form.has("number", &number));
        let fault_id = format!("{id}-error");
        let faults: Vec<_> = view
            .faults
            .iter()
            .filter(|(of, _)| *of == number)
            .map(|(_, words)| view! { <span>{words.clone()}</span> })
            .collect();
        let invalid = (!faults.is_empty()).then_some("true");
        let described = invalid.map(|_| fault_id.clone());
        let faults = invalid.map(|_| {
            view! { <p class="field-error" id=fault_id><Icon name="circle-alert" /><span class="bulk-faults">{faults}</span></p> }
        });
        view! {
            <li data-of=number.clone()>
                {listed(number.clone())}
                <label class="check">
                    <input type="checkbox" id=id name="number" value=number.clone() checked=checked aria-invalid=invalid aria-describedby=described />
                    {line(pick)}
                </label>
                {faults}
            </li>
        }
    });
    view! {
        <fieldset class="field">
            <legend class="field-label">"Incidents"</legend>
            <ul class="bulk-list">{rows.collect_view()}</ul>
        </fieldset>
    }
    .into_any()
}

/// Keeps it in the list when the form comes back.
fn listed(word: String) -> AnyView {
    view! { <input type="hidden" name="listed" value=word /> }.into_any()
}

/// An incident in one line: mark, number, title, status, marking, and who sees it now.
fn line(pick: &Pick) -> AnyView {
    let incident = &pick.incident;
    let (lead, others) = (incident.lead.clone(), incident.shared_with.clone());
    view! {
        <span class="bulk-line">
            <SeverityMark severity=incident.severity />
            <span class="mono">{incident.number.to_string()}</span>" "
            <span class="bulk-title">{incident.title.clone()}</span>
            <StatusMark status=incident.status />
            <TlpChip tlp=incident.tlp />
            <Codes lead=lead others=others />
        </span>
    }
    .into_any()
}

/// What was chosen and does not go, each with the reason.
fn refused(view: &BulkView) -> Option<AnyView> {
    let refused = view.picks.iter().filter_map(|pick| Some((pick, pick.refusal?)));
    let mut rows: Vec<_> = refused
        .map(|(pick, why)| {
            let why = format!("{} leads it. {why}", pick.incident.lead.short);
            let number = pick.incident.number.to_string();
            view! { <li data-of=number.clone()>{listed(number.clone())}{line(pick)}<p class="bulk-why">{why}</p></li> }.into_any()
        })
        .collect();
    rows.extend(view.absent.iter().map(|word| {
        let word = word.clone();
        view! { <li>{listed(word.clone())}<span class="bulk-line"><span class="mono">{word}</span></span><p class="bulk-why">{Outcome::ABSENT}</p></li> }.into_any()
    }));
    (!rows.is_empty()).then(|| {
        view! {
            <section aria-labelledby="bulk-not">
                <h2 class="field-label" id="bulk-not">"Not shared with the others"</h2>
                <ul class="bulk-list">{rows}</ul>
            </section>
        }
        .into_any()
    })
}

fn to_whom(view: &BulkView, form: Typed) -> AnyView {
    let mut all = view.organisations.clone();
    all.sort_by_key(|organisation| (organisation.sector, organisation.short.to_lowercase()));
    let choice = |organisation: Organisation| {
        Choice::new(organisation.slug, organisation.short)
            .note(organisation.name)
            .group(organisation.sector.several())
    };
    let choices = all.into_iter().map(choice).collect();
    view! {
        <CheckList form=form name="to" legend="To" choices=choices scope=SCOPE class="checks columns"
            hint="All of their organisation see it, but for what is TLP:RED." />
        <TextField form=form name="named" label="Named people" scope=SCOPE optional=true
            hint="Of what is TLP:RED they alone see it; of the rest it says to whom it is addressed."
            placeholder="Addresses, separated by commas" />
    }
    .into_any()
}

fn marking(form: Typed) -> AnyView {
    let inside = Tlp::ALL.iter().rev().filter(|tlp| tlp.inside() == **tlp);
    let choices = inside.map(|tlp| Choice::new(tlp.wire(), tlp.label())).collect();
    view! {
        <SelectField form=form name="tlp" label="Marking" scope=SCOPE choices=choices
            blank="As each incident is marked" optional=true hint="Not looser than an incident's own." />
    }
    .into_any()
}
