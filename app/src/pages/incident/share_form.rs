//! The form that shares an incident: to whom, why, in which words, with what, and a look at it before.

use leptos::prelude::*;

use super::{IncidentView, basis::fields, forms::disclosure};
use crate::{
    model::{
        Submitted, Tlp,
        entry::Entry,
        exhibit::Exhibit,
        form::Form,
        organisation::Sector,
        panel::Panel,
        share::{AWARENESS_BANNER, Nexus, Purpose, Share, ShareTemplate},
    },
    pages::parts::{
        Callout, CheckList, Choice, ErrorSummary, FormToken, Icon, RadioCards, SelectField, TextArea,
        TextField, Tone, Typed,
        marking::{tlp_choices, tlp_head},
        setting, typed,
    },
};

pub(in crate::pages) const SCOPE: &str = "share";
const WORDS: &str = "Goes to them word for word and into the ledger of both sides.";
/// The field for exhibits that the form does not list.
pub const FURTHER: &str = "further_exhibits";
/// Characters of an entry by which it is known again.
const KNOWN_BY: usize = 90;

pub(super) fn share_form(view: &IncidentView) -> AnyView {
    let Some(which) = view.shares_by() else { return ().into_any() };
    let mut fresh = vec![("purpose", Purpose::Awareness.wire()), ("tlp", view.incident.tlp.inside().wire())];
    // The entry from whose card the form was opened.
    fresh.extend(view.open(which).and_then(|open| open.of.as_deref()).map(|entry| ("entries", entry)));
    let inside = form(view, which, typed(view.typed(which, &fresh)));
    let words = if which == Form::Share { "Share" } else { "Pass on" };
    let button = view! { <summary class="btn sm quiet"><Icon name="plus" />{words}</summary> };
    disclosure("share", "act-panel", view.open(which).is_some(), button.into_any(), inside)
}

fn form(view: &IncidentView, which: Form, form: Typed) -> AnyView {
    let action = format!("{}/{which}", view.path());
    let leads = which == Form::Share;
    let verb = if leads { "Share".to_owned() } else { onward_verb(view) };
    let last = match leads {
        true => "From then on they see the incident. What has been read cannot be taken back.".to_owned(),
        false => onward_words(view),
    };
    let version = view.incident.version.to_string();
    view! {
        <form class="act-form" method="post" action=action.clone() novalidate=true>
            <FormToken action=action.clone() />
            <input type="hidden" name="version" value=version />
            <ErrorSummary form=form scope=SCOPE heading="Nothing was shared." />
            // Enter in a field looks first, and sends nothing.
            <button class="vh" type="submit" name="preview" value="1" tabindex="-1" aria-hidden="true">"Preview"</button>
            {to_whom(view, form)}
            {words(&view.templates, view.me.organisation.sector, (WORDS, &view.relays), form)}
            {along(view, form)}
            {nexus(form)}
            <RadioCards form=form name="tlp" legend="Marking" choices=tlp_choices(view.incident.tlp.inside()) head=tlp_head scope=SCOPE class="tlp-cards" />
            <p class="field-hint">{last}</p>
            <p class="act-foot">
                <button class="btn" type="submit" name="preview" value="1"><Icon name="eye" />"Preview"</button>
                <button class="btn primary" type="submit">{verb}</button>
            </p>
        </form>
    }
    .into_any()
}

fn onward_verb(view: &IncidentView) -> String {
    if view.incident.tlp.reaches_everyone() {
        "Share".to_owned()
    } else {
        format!("Ask {}", view.incident.origin.short)
    }
}

/// Who decides, as the label says.
fn onward_words(view: &IncidentView) -> String {
    let origin = &view.incident.origin.short;
    match view.incident.tlp {
        Tlp::Clear | Tlp::Green => "Everybody in the room sees it: nobody is asked.".to_owned(),
        Tlp::AmberStrict => format!(
            "TLP:AMBER+STRICT is not passed on. Those who see it are told at once; for others ask {origin} to share it."
        ),
        Tlp::Amber | Tlp::Red => format!(
            "It came from {origin}, which reads your words, and lets them pass or not. Those who see the incident already are told at once."
        ),
    }
}

fn to_whom(view: &IncidentView, form: Typed) -> AnyView {
    let red = view.incident.tlp == Tlp::Red;
    let hint = if red {
        "TLP:RED: they alone see it, nobody else of their organisation."
    } else {
        "Whom it is addressed to; all of their organisation see it."
    };
    let organisations = (!red).then(|| {
        view! { <CheckList form=form name="to" legend="To" choices=organisation_choices(view) scope=SCOPE class="checks columns" /> }
    });
    view! {
        {organisations}
        <TextField form=form name="named" label="Named people" scope=SCOPE optional=!red hint=hint
            placeholder="Addresses, separated by commas" />
    }
    .into_any()
}

/// By sector, so that one sees which boundary is crossed; those who see it already can be told more.
fn organisation_choices(view: &IncidentView) -> Vec<Choice> {
    let incident = &view.incident;
    let others = incident.shared_with.iter().map(|organisation| (organisation, true));
    let others = others.chain(std::iter::once((&incident.lead, true)));
    let mut all: Vec<_> = view.organisations.iter().map(|organisation| (organisation, false)).collect();
    all.extend(others.filter(|(organisation, _)| organisation.id != view.me.organisation.id));
    all.sort_by_key(|(organisation, _)| (organisation.sector, organisation.short.to_lowercase()));
    let choice = |(organisation, sees): (&crate::model::Organisation, bool)| {
        let label =
            if sees { format!("{} (sees it)", organisation.short) } else { organisation.short.clone() };
        Choice::new(&organisation.slug, label).note(&organisation.name).group(organisation.sector.several())
    };
    all.into_iter().map(choice).collect()
}

/// Purpose and what it asks for, ready words and text; under them what a company will read beside them. `hint`:
/// below the text; `relays`: shares of the incident whose words can be handed on.
pub(in crate::pages) fn words(
    templates: &[ShareTemplate],
    from: Sector,
    (hint, relays): (&'static str, &[Share]),
    form: Typed,
) -> AnyView {
    let purposes: Vec<_> = Purpose::ALL.iter().map(|p| Choice::new(p.wire(), p.label())).collect();
    let templates: Vec<_> = templates
        .iter()
        .map(|template| Choice::new(&template.id, &template.name).group(template.purpose.label()))
        .collect();
    let to_companies = from == Sector::Agency;
    let banner = to_companies.then(|| {
        view! { <Callout tone=Tone::Info><p><b>"A company will read with it: "</b>{AWARENESS_BANNER}</p></Callout> }
    });
    view! {
        <SelectField form=form name="purpose" label="Purpose" scope=SCOPE choices=purposes />
        {fields(form, relays)}
        <div class="share-template">
            <SelectField form=form name="template" label="Ready words" scope=SCOPE choices=templates blank="None" optional=true />
            <button class="btn" type="submit" name="use_template" value="1">"Insert"</button>
        </div>
        <TextArea form=form name="text" label="Text" scope=SCOPE rows=6 maxlength=10_000 hint=hint />
        {banner}
    }
    .into_any()
}

/// What goes along: exhibits and entries of the pages that are shown, and those that were chosen from elsewhere.
fn along(view: &IncidentView, form: Typed) -> AnyView {
    let is_chosen =
        |exhibit: &&Exhibit| form.with_value(|form| form.has("exhibits", &exhibit.number.to_string()));
    let exhibits = view.exhibits.iter().chain(view.further.iter().filter(is_chosen));
    let exhibits: Vec<_> = exhibits
        .map(|exhibit| {
            Choice::new(exhibit.number.to_string(), format!("{} {}", exhibit.label(), exhibit.name))
        })
        .collect();
    let exhibits = (!exhibits.is_empty()).then(|| {
        view! { <CheckList form=form name="exhibits" legend="Exhibits" choices=exhibits scope=SCOPE optional=true /> }
    });
    let whole = view.exhibits.is_whole(view.is_later(Panel::Exhibits));
    let typed = form.with_value(|form| !form.value(FURTHER).is_empty() || form.error(FURTHER).is_some());
    let further = (!whole || typed).then(|| {
        view! {
            <TextField form=form name=FURTHER label="Further exhibits" scope=SCOPE optional=true mono=true
                hint="Their labels: those that are not in the list above." placeholder="E-12, E-40" />
        }
    });
    let entries = view.timeline.entries.iter().chain(view.chosen.iter());
    let entries: Vec<_> = entries.filter(|entry| entry.goes_along()).map(entry_choice).collect();
    let entries = (!entries.is_empty()).then(|| {
        view! { <CheckList form=form name="entries" legend="Entries" choices=entries scope=SCOPE optional=true class="checks entries" /> }
    });
    view! { {exhibits}{further}{entries} }.into_any()
}

/// `18:27 Verizon: First range blocked…`
fn entry_choice(entry: &Entry) -> Choice {
    let time = setting().zone().civil(entry.happened_at);
    let by = entry.author.as_ref().map_or("", |author| author.organisation.short.as_str());
    let mut start: String = entry.text.chars().take(KNOWN_BY).collect();
    if start.len() < entry.text.len() {
        start.push('…');
    }
    Choice::new(entry.id.to_string(), format!("{:02}:{:02} {by}: {start}", time.hour, time.minute))
}

pub(in crate::pages) fn nexus(form: Typed) -> AnyView {
    let label = |nexus: &Nexus| match nexus {
        Nexus::Attributed => "Attributed".to_owned(),
        other => other.label().to_owned(),
    };
    let choices: Vec<_> = Nexus::ALL.iter().map(|nexus| Choice::new(nexus.wire(), label(nexus))).collect();
    view! {
        <div class="share-nexus">
            <SelectField form=form name="foreign_nexus" label="Foreign nexus" scope=SCOPE choices=choices
                blank="Nothing is said" optional=true />
            <TextField form=form name="attributed_by" label="Attributed by" scope=SCOPE optional=true maxlength=200
                placeholder="The body that says so" />
        </div>
    }
    .into_any()
}

/// Everything that was typed, for a form that only sends it on.
pub(in crate::pages) fn kept(typed: &Submitted) -> AnyView {
    let inputs =
        typed.pairs().iter().filter(|(name, _)| !BUTTONS.contains(&name.as_str())).map(|(name, value)| {
            let (name, value) = (name.clone(), value.clone());
            view! { <input type="hidden" name=name value=value /> }
        });
    inputs.collect_view().into_any()
}

/// The buttons of the form: what they ask for is asked once.
pub const BUTTONS: [&str; 3] = ["preview", "use_template", "change"];
