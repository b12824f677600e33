//! One's own account: sessions, password, appearance and zone, tokens.
//!
//! Forms: `/me/sessions/{id}/end`, `/me/sessions/end-others`, `/me/password` (`current`, `new`, `again`),
//! `/me/appearance` (`theme`, `contrast`, `density` in the words of the frame, `zone`, `next`), `/me/tokens`
//! (`name`, `days`), `/me/tokens/{id}/revoke`, `/me/notices` (`way_{kind}`, `follows`, `quiet_from`, `quiet_to`, `quiet_zone`).

mod account;
mod notices;
mod sessions;
mod tokens;

use leptos::prelude::*;

use super::frame::{Frame, document};
use crate::model::{Moment, Person, Role, Submitted, TokenId, Zone, notice::NoticeSettings};

/// What one's own page is drawn from.
#[derive(Clone, Debug)]
pub struct MeView {
    pub me: Person,
    pub roles: Vec<Role>,
    /// What the form of appearance offers, by IANA name.
    pub zones: Vec<Zone>,
    /// The one in use first.
    pub sessions: Vec<SessionRow>,
    pub tokens: Vec<TokenRow>,
    /// A token just made: shown this once.
    pub new_token: Option<String>,
    /// What they are told, and how.
    pub notices: NoticeSettings,
    /// The form that came back with messages, and which: `password`, `tokens` or `notices`.
    pub typed: Option<(&'static str, Submitted)>,
}

/// A signed-in device.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// Opaque; never the session's secret.
    pub id: String,
    pub current: bool,
    /// `Firefox on Linux`
    pub device: String,
    pub address: String,
    pub started: Moment,
    pub last_seen: Moment,
    pub ends: Moment,
}

/// A token for scripts, without its secret.
#[derive(Clone, Debug)]
pub struct TokenRow {
    pub id: TokenId,
    pub name: String,
    pub created: Moment,
    pub last_used: Option<Moment>,
    pub ends: Option<Moment>,
}

impl MeView {
    fn role_words(&self) -> Vec<&'static str> {
        self.roles.iter().map(|role| role.label()).collect()
    }
    /// What came back, where it was this form.
    fn sent(&self, form: &str) -> Option<&Submitted> {
        self.typed.as_ref().filter(|(name, _)| *name == form).map(|(_, typed)| typed)
    }
}

/// `GET /me`
pub fn page(frame: &Frame, view: MeView) -> AnyView {
    let appearance = frame.appearance;
    document(frame, "Your account", "page-me", move || {
        let roles = view.role_words();
        view! {
            <main id="main" tabindex="-1" class="me">
                <div class="pagehead">
                    <div>
                        <h1>{view.me.name.clone()}</h1>
                        <p class="sub">{format!("{} · {} · {}", view.me.organisation.name, roles.join(", "), view.me.email)}</p>
                    </div>
                </div>
                <div class="me-body">
                    {sessions::sessions(&view)}
                    {notices::notices(&view)}
                    {account::appearance(&view, appearance)}
                    {account::password(&view)}
                    {tokens::tokens(&view)}
                </div>
            </main>
        }
        .into_any()
    })
    .into_any()
}
