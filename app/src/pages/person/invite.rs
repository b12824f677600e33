//! The form that invites somebody.

use leptos::prelude::*;

use super::office;
use crate::{
    model::{Organisation, Role, Submitted},
    pages::{
        frame::Frame,
        parts::{CheckList, Choice, ErrorSummary, Icon, PostForm, SelectField, TextField, typed},
    },
};

/// `GET /people/invite`, and the answer to a `POST` that did not succeed. `organisations` and `roles` are
/// what this viewer may invite into.
pub fn invite(frame: &Frame, organisations: Vec<Organisation>, roles: Vec<Role>, form: Submitted) -> AnyView {
    let title = if form.errors.is_empty() { "Invite a person" } else { "Error: invite a person" };
    office(frame, title, "/people", move || {
        let form = typed(form);
        let organisations: Vec<_> =
            organisations.into_iter().map(|found| Choice::new(found.slug, found.name)).collect();
        let blank = if organisations.len() == 1 { "" } else { "Choose" };
        let hint = match organisations.len() {
            0 | 1 => "",
            _ => "Into another organisation only its administrator, and only while it has none.",
        };
        view! {
            <div class="ad-form">
                <p class="crumbs"><a href="/people">"People"</a><Icon name="chevron-right" /><span>"Invite"</span></p>
                <h1>"Invite a person"</h1>
                <p class="muted">"They get a link that opens once, within 72 hours, and choose their own password."</p>
                <PostForm action="/people/invite" class="panel panel-body me-form">
                    <ErrorSummary form=form heading="Nobody was invited." />
                    <TextField form=form name="name" label="Name" hint="As colleagues call them, first and last" maxlength=120 />
                    <TextField form=form name="email" label="Work e-mail" kind="email" maxlength=254 />
                    <SelectField form=form name="organisation" label="Organisation" choices=organisations blank=blank hint=hint />
                    {role_boxes(form, &roles)}
                    <p class="act-foot"><button class="btn primary" type="submit">"Make the link"</button><a class="btn" href="/people">"Cancel"</a></p>
                </PostForm>
            </div>
        }
        .into_any()
    })
}

/// What each role is for, beside its box.
pub(super) fn role_boxes(form: crate::pages::parts::Typed, roles: &[Role]) -> AnyView {
    let choices: Vec<_> = roles
        .iter()
        .map(|role| Choice::new(role.wire(), format!("{}: {}", role.label(), duty(*role))))
        .collect();
    view! { <CheckList form=form name="roles" legend="Roles" choices=choices class="checks ad-roles" /> }
        .into_any()
}

/// What a role may do, in a line.
pub(super) const fn duty(role: Role) -> &'static str {
    match role {
        Role::Analyst => "opens and works incidents, adds evidence",
        Role::Liaison => "speaks for the organisation: shares and answers",
        Role::ShiftLead => "runs a shift: assigns, changes severity, strikes entries",
        Role::Leadership => "reads boards and incidents",
        Role::Counsel => "reviews shares, writes entries",
        Role::OrganisationAdmin => "looks after the people of the organisation",
        Role::RoomAdmin => "looks after all organisations; reads no incident",
        Role::Auditor => "reads the audit log; writes nothing",
        Role::Screen => "a wall's device: sees GREEN and CLEAR",
    }
}
