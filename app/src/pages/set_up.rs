//! The first page of an empty room: its first organisation, and the person who lets everybody else in.

mod steps;

pub use steps::{StepsView, next_steps, steps};

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::{Choice, ErrorSummary, PostForm, SelectField, TextField, typed},
};
use crate::model::{Submitted, organisation::Sector};

/// `GET /set-up?key=...`, and the answer to a `POST` that did not succeed. `key` is that of the link.
pub fn page(frame: &Frame, key: String, form: Submitted) -> AnyView {
    let title = if form.errors.is_empty() { "Set up the room" } else { "Error: set up the room" };
    document(frame, title, "page-set-up", move || {
        let form = typed(form);
        let sectors: Vec<_> = Sector::ALL.iter().map(|s| Choice::new(s.wire(), s.label())).collect();
        view! {
            <main id="main" tabindex="-1" class="me"><div class="ad-form su">
                <h1>"Set up the room"</h1>
                <p class="muted">"This link works once. The room admin adds organisations and people, and reads no incident."</p>
                {steps::first_places()}
                <PostForm action="/set-up" class="panel panel-body me-form su-first">
                    <input type="hidden" name="key" value=key />
                    <ErrorSummary form=form heading="The room was not set up." />
                    <TextField form=form name="organisation" label="Organisation that hosts the room" maxlength=120 />
                    <TextField form=form name="short" label="Its short name" hint="As on a chip: CISA" maxlength=20 />
                    <TextField form=form name="slug" label="Its word in addresses" hint="Lower-case letters, digits, hyphens" maxlength=40 />
                    <SelectField form=form name="sector" label="What it is" choices=sectors />
                    <TextField form=form name="name" label="Your name" autocomplete="name" maxlength=120 />
                    <TextField form=form name="email" label="Your work e-mail" kind="email" autocomplete="username" />
                    <TextField form=form name="new" label="Your password" kind="password" autocomplete="new-password"
                        hint="At least 15 characters; several words are fine." />
                    <TextField form=form name="again" label="Your password again" kind="password" autocomplete="new-password" />
                    <p class="act-foot"><button class="btn primary" type="submit">"Set up the room"</button></p>
                </PostForm>
            </div></main>
        }
        .into_any()
    })
    .into_any()
}
