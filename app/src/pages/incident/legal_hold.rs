//! Legal hold: counsel of the lead sets and lifts it; everybody who sees the incident reads that it stands.

use leptos::prelude::*;

use super::{
    forms::{act_form, disclosure},
    view::IncidentView,
};
use crate::{
    model::form::Form,
    pages::parts::{Icon, TextArea, typed},
};

pub(super) fn legal_hold(view: &IncidentView) -> AnyView {
    if !view.may.legal_hold {
        return ().into_any();
    }
    let stands = view.incident.legal_hold;
    let (verb, hint) = match stands {
        true => ("Lift legal hold", "Those who see the incident read why it is lifted."),
        false => (
            "Set legal hold",
            "For which proceeding, and until when. Everybody who sees the incident reads it, and keeps what they hold of it elsewhere. The room itself deletes nothing.",
        ),
    };
    let form = typed(view.typed(Form::LegalHold, &[]));
    let wanted = if stands { "" } else { "1" };
    let fields = view! {
        <input type="hidden" name="legal_hold" value=wanted />
        <TextArea form=form name="reason" label="Reason" scope="legal-hold" rows=3 maxlength=4000 hint=hint />
    };
    let action = format!("{}/{}", view.path(), Form::LegalHold);
    let inside = act_form(view, &action, form, "legal-hold", fields.into_any(), verb);
    let button = view! { <summary class="btn sm quiet">"Legal hold"<Icon name="chevron-down" /></summary> };
    disclosure("legal-hold", "act-end", view.open(Form::LegalHold).is_some(), button.into_any(), inside)
}
