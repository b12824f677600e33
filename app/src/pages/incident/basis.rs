//! What a purpose asks for beside the words: the fields of the form, and how it stands with a share.

use leptos::prelude::*;

use super::share_form::SCOPE;
use crate::{
    model::{
        basis::{Basis, Originator},
        share::{Purpose, Share},
    },
    pages::parts::{Choice, SelectField, TextArea, TextField, Time, Typed, when::when},
};

/// Date, time and zone; together when the originator said it.
pub const ORIGINATOR_AT: [&str; 3] = ["originator_date", "originator_time", "originator_zone"];

/// The fields of each purpose that asks for something. The style shows those of the purpose that is chosen, and what
/// is filled or faulty. `relays`: those of the incident, each of which can be handed on.
pub(in crate::pages) fn fields(form: Typed, relays: &[Share]) -> AnyView {
    let when = form
        .with_value(|form| when(form, ORIGINATOR_AT, "originator_at", SCOPE, "When they said it", "", &[]));
    view! {
        <div class="share-basis" data-purpose=Purpose::LegalProcess.wire()>
            <TextField form=form name="reference" label="Reference" scope=SCOPE maxlength=200 mono=true
                hint="Number of the court, the docket or the order; required with Legal process."
                placeholder="20-CV-1184, Superior Court" />
        </div>
        <fieldset class="share-basis" data-purpose=Purpose::Relay.wire()>
            <legend>"Whose words these are"</legend>
            <p class="field-hint">"Required with Relay. They go along unchanged, and stand apart from your own text."</p>
            {earlier(form, relays)}
            <TextField form=form name="originator_name" label="Name" scope=SCOPE maxlength=120 placeholder="Who wrote or said it" />
            <div class="share-pair">
                <TextField form=form name="originator_role" label="Role" scope=SCOPE maxlength=120 placeholder="County recorder" />
                <TextField form=form name="originator_jurisdiction" label="Jurisdiction" scope=SCOPE maxlength=120
                    placeholder="Maricopa County, Arizona" />
            </div>
            {when}
            <TextArea form=form name="originator_words" label="Their words" scope=SCOPE rows=4 maxlength=10_000
                placeholder="Word for word" />
        </fieldset>
    }
    .into_any()
}

/// Relays of this incident, each originator's words once: handed on, nobody types them anew.
fn earlier(form: Typed, relays: &[Share]) -> Option<AnyView> {
    let choice = |share: &Share| {
        let from = share.basis.originator.as_ref()?;
        let start: String = from.words.chars().take(60).collect();
        Some(Choice::new(share.id.to_string(), format!("{}: {}…", from.who(), start.trim_end())))
    };
    let choices: Vec<_> = relays.iter().filter_map(choice).collect();
    (!choices.is_empty()).then(|| {
        view! {
            <SelectField form=form name="relay_of" label="Hand on, unchanged" scope=SCOPE choices=choices
                blank="The words below" optional=true hint="With an earlier relay the fields below stay empty." />
        }
        .into_any()
    })
}

/// The reference, and whose words were handed on, with these as they were given.
pub fn basis(basis: &Basis) -> AnyView {
    let reference = (!basis.reference.is_empty()).then(|| {
        view! { <p class="share-meta">"Reference: "<span class="mono">{basis.reference.clone()}</span></p> }
    });
    let originator = basis.originator.as_ref().map(originator);
    view! { {reference}{originator} }.into_any()
}

/// Somebody's words, and under them who said them and when.
pub fn originator(from: &Originator) -> AnyView {
    let through = match from.through_words() {
        words if words.is_empty() => words,
        words => format!("; {words}"),
    };
    view! {
        <figure class="share-relay">
            <figcaption>"Words of "<b>{from.who()}</b>", "<Time at=from.at full=true />{through}</figcaption>
            <blockquote>{from.words.clone()}</blockquote>
        </figure>
    }
    .into_any()
}
