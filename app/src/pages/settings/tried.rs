//! A text that is held against the rules as they stand in the form. Nothing of it is kept.

use leptos::prelude::*;

use super::{Tried, items::sectors};
use crate::model::organisation::Sector;
use crate::pages::parts::{Callout, SelectField, TextArea, Tone, Typed};

pub(super) fn tries(form: Typed, tried: Option<&Tried>) -> AnyView {
    // What most rules are about: an agency writes to a company.
    form.update_value(|form| {
        if form.value("try_to").is_empty() {
            form.set("try_to", Sector::Company.wire());
        }
    });
    let found = tried.map(|tried| {
        let pieces: Vec<_> = tried
            .pieces
            .iter()
            .map(|(marked, piece)| {
                let piece = piece.clone();
                if *marked { view! { <mark>{piece}</mark> }.into_any() } else { piece.into_any() }
            })
            .collect();
        let why: Vec<_> = tried.why.iter().map(|why| view! { <li>{why.clone()}</li> }).collect();
        let (tone, words) = match tried.why.is_empty() {
            true => (Tone::Ok, "It would be delivered at once."),
            false => (Tone::Warn, "It would wait for counsel:"),
        };
        view! {
            <div id="tried" role="status">
                <Callout tone=tone>
                    <p><b>{words}</b></p>
                    <ul class="st-why">{why}</ul>
                    <p class="pre">{pieces}</p>
                </Callout>
            </div>
        }
    });
    view! {
        <fieldset class="st-try">
            <legend>"Try a text"</legend>
            <p class="field-hint">"Against the rules as they stand in this form, saved or not. Nothing is kept."</p>
            {found}
            <TextArea form=form name="try_text" label="Text" rows=4 optional=true maxlength=20000 />
            <div class="two">
                <SelectField form=form name="try_from" label="From" choices=sectors() />
                <SelectField form=form name="try_to" label="To" choices=sectors() />
            </div>
            <p><button class="btn" type="submit" name="try" value="1">"Try it"</button></p>
        </fieldset>
    }
    .into_any()
}
