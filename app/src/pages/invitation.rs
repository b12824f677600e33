//! The page behind a one-time link: who invites whom, and the password that opens the account.

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::{Empty, ErrorSummary, PostForm, TextField, Time, typed},
    person::role_words,
};
use crate::model::{Moment, Organisation, Person, Role, Submitted};

/// What the page of a link is drawn from.
#[derive(Clone, Debug)]
pub struct InvitationView {
    /// The path of the link.
    pub action: String,
    pub name: String,
    pub email: String,
    pub organisation: Organisation,
    pub roles: Vec<Role>,
    pub made_by: Option<Person>,
    pub expires_at: Moment,
    /// It sets a new password for somebody who is in the room already.
    pub is_reset: bool,
}

/// `GET /invitations/{secret}`, and the answer to a `POST` that did not succeed.
pub fn page(frame: &Frame, view: InvitationView, form: Submitted) -> AnyView {
    let words = if view.is_reset { "Set a new password" } else { "Join the room" };
    let title =
        if form.errors.is_empty() { words.to_owned() } else { format!("Error: {}", words.to_lowercase()) };
    document(frame, title, "page-set-up", move || {
        let form = typed(form);
        let from = view
            .made_by
            .as_ref()
            .map_or_else(String::new, |by| format!("{}, {}", by.name, by.organisation.short));
        let roles = (!view.is_reset).then(|| view! { <dt>"Roles"</dt><dd>{role_words(&view.roles)}</dd> });
        view! {
            <main id="main" tabindex="-1" class="me">
                <div class="pagehead"><div>
                    <h1>{words}</h1>
                    <p class="sub">{format!("{from} made this link for you. It works once, until ")}<Time at=view.expires_at full=true />"."</p>
                </div></div>
                <div class="ad-join">
                    <dl class="facts">
                        <dt>"Name"</dt><dd>{view.name.clone()}</dd>
                        <dt>"E-mail"</dt><dd>{view.email.clone()}</dd>
                        <dt>"Organisation"</dt><dd>{view.organisation.name.clone()}</dd>
                        {roles}
                    </dl>
                    <PostForm action=view.action class="me-form">
                        <ErrorSummary form=form heading="The password was not set." />
                        // Password managers file the new one under this name.
                        <input type="text" class="vh" name="username" autocomplete="username" value=view.email readonly=true
                            tabindex="-1" aria-hidden="true" />
                        <TextField form=form name="new" label="Your password" kind="password" autocomplete="new-password"
                            hint="At least 15 characters; several words are fine." />
                        <TextField form=form name="again" label="Your password again" kind="password" autocomplete="new-password" />
                        <p class="act-foot"><button class="btn primary" type="submit">"Set the password and sign in"</button></p>
                    </PostForm>
                </div>
            </main>
        }
        .into_any()
    })
}

/// Never made, used, withdrawn and expired look alike.
pub fn closed(frame: &Frame) -> AnyView {
    document(frame, "This link is no longer valid", "page-problem", move || {
        view! {
            <main id="main" tabindex="-1" class="problem">
                <h1 class="vh">"This link is no longer valid"</h1>
                <Empty icon="key-round" title="This link is no longer valid"
                    text="It opens once, within 72 hours. Ask whoever sent it to you for a new one.">
                    <a class="btn" href="/sign-in">"Sign in"</a>
                </Empty>
            </main>
        }
        .into_any()
    })
}
