//! Sign-in: what works, and public facts of the night. Nothing of any incident stands here.

pub mod dial;

use leptos::prelude::*;

use self::dial::Dial;
use super::{
    frame::{Frame, bare},
    parts::{Icon, PostForm, TextField, icon::ProductMark, typed},
    strip::{shift_words, states_words, until_words},
};
use crate::model::{FieldErrors, Submitted};

/// What was typed, and what is wrong with it. The message never depends on which account was typed.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    pub email: String,
    pub error: Option<String>,
    /// Where to go afterwards: a path of this site.
    pub next: Option<String>,
}

/// `GET /sign-in`, and the answer to a `POST` that did not succeed.
pub fn signin(frame: &Frame, form: SignIn) -> AnyView {
    let title = if form.error.is_some() { "Error: sign in" } else { "Sign in" };
    bare(frame, title, "page-signin", || {
        view! {
            <div class="si">
                <Side frame=frame.clone() />
                <main id="main" class="si-main" tabindex="-1">
                    <div class="si-step">
                        <h1>"Sign in"</h1>
                        <SignInForm form=form />
                        <p class="si-help">"Locked out? Ask the admin of your organisation or the duty desk of the room."</p>
                    </div>
                    <footer class="si-foot"><span>"Authorised users only"</span></footer>
                </main>
            </div>
        }
    })
}

#[component]
fn SignInForm(form: SignIn) -> impl IntoView {
    let mut values = Submitted::default();
    let again = !form.email.is_empty();
    values.set("email", form.email);
    if let Some(message) = form.error {
        values = values.with_errors(FieldErrors::one("password", message));
    }
    let values = typed(values);
    view! {
        <PostForm action="/sign-in" class="si-form">
            {form.next.map(|next| view! { <input type="hidden" name="next" value=next /> })}
            <TextField form=values name="email" label="Work e-mail" kind="email" autocomplete="username" autofocus=!again />
            <TextField form=values name="password" label="Password" kind="password" autocomplete="current-password" autofocus=again />
            <button class="btn primary lg" type="submit">"Sign in"</button>
        </PostForm>
    }
}

#[component]
fn Side(frame: Frame) -> impl IntoView {
    let (now, zone) = (frame.now, &frame.zone);
    let heading = match &frame.period {
        Some(period) => format!("{}, {}", period.name, zone.date(now)),
        None => zone.date(now),
    };
    let closing = frame.closings.iter().find(|closing| closing.at > now).map(|closing| {
        let (states, more) = states_words(&closing.states, 3);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        view! { {format!("Polls close in {states}{more} in ")}<b data-tick="until" data-at=closing.at.seconds()>{until_words(closing.at, now)}</b>". " }
    });
    let shift = frame.period.as_ref().map(|period| {
        let (shift, until) = shift_words(period, zone, now);
        format!("{shift} until {until} {}.", zone.label)
    });
    let rule = |icon, text: &'static str| view! { <li><Icon name=icon />{text}</li> };
    view! {
        <aside class="si-side" aria-label="About this service">
            <p class="brand"><ProductMark /><span>"Watchfloor"</span></p>
            <Dial frame=frame.clone() />
            <div class="si-period"><p class="si-now">{heading}</p><p>{closing}{shift}</p></div>
            <ul class="si-rules">
                {rule("eye", "You see only what was shared with your organisation.")}
                {rule("scroll-text", "Every change and every touch of evidence is written to a hash-chained journal.")}
                {rule("shield", "Markings follow TLP 2.0.")}
            </ul>
        </aside>
    }
}
