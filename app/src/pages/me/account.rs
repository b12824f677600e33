//! Appearance, zone and password.

use leptos::prelude::*;

use super::MeView;
use crate::{
    model::Submitted,
    pages::{
        frame::{Appearance, Contrast, Density, Theme},
        parts::{Choice, ErrorSummary, FormToken, RadioCards, SelectField, TextField, setting, typed},
    },
};

pub(super) fn appearance(view: &MeView, now: Appearance) -> AnyView {
    let zone = setting().zone().name.clone();
    let values = [("theme", now.theme.wire()), ("density", now.density.wire()), ("zone", zone.as_str())];
    let form =
        typed(Submitted::new(values.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec()));
    let themes: Vec<_> = Theme::ALL.iter().map(|theme| Choice::new(theme.wire(), theme.label())).collect();
    let densities: Vec<_> = Density::ALL.iter().map(|d| Choice::new(d.wire(), d.label())).collect();
    let zones: Vec<_> = view
        .zones
        .iter()
        .map(|zone| Choice::new(&zone.name, format!("{} ({})", zone.label, zone.name)))
        .collect();
    let words = |choice: &Choice| choice.label.clone();
    let action = "/me/appearance";
    view! {
        <section class="panel" aria-labelledby="me-look">
            <div class="panel-head"><h2 id="me-look">"Appearance and zone"</h2></div>
            <form class="panel-body me-form" method="post" action=action>
                <FormToken action=action />
                <input type="hidden" name="next" value="/me" />
                <RadioCards form=form name="theme" legend="Theme" choices=themes head=words class="step-cards" />
                <label class="check">
                    <input type="checkbox" name="contrast" value=Contrast::More.wire() checked=now.contrast == Contrast::More />
                    <span>{Contrast::More.label()}</span>
                </label>
                <RadioCards form=form name="density" legend="Rows" choices=densities head=words class="step-cards" />
                <SelectField form=form name="zone" label="Times in" choices=zones />
                <p class="act-foot"><button class="btn" type="submit">"Save"</button></p>
            </form>
        </section>
    }
    .into_any()
}

pub(super) fn password(view: &MeView) -> AnyView {
    let form = typed(view.sent("password").cloned().unwrap_or_default());
    let action = "/me/password";
    view! {
        <section class="panel" aria-labelledby="me-password">
            <div class="panel-head"><h2 id="me-password">"Password"</h2></div>
            <form class="panel-body me-form" method="post" action=action novalidate=true>
                <FormToken action=action />
                <ErrorSummary form=form heading="The password was not changed." />
                // Password managers file the new one under this name.
                <input type="text" class="vh" name="username" autocomplete="username" value=view.me.email.clone() readonly=true
                    tabindex="-1" aria-hidden="true" />
                <TextField form=form name="current" label="Current password" kind="password" autocomplete="current-password" />
                <TextField form=form name="new" label="New password" kind="password" autocomplete="new-password"
                    hint="At least 15 characters; several words are fine. All other sessions end." />
                <TextField form=form name="again" label="New password again" kind="password" autocomplete="new-password" />
                <p class="act-foot"><button class="btn" type="submit">"Change password"</button></p>
            </form>
        </section>
    }
    .into_any()
}
