//! Who is in the room: names, organisations and roles for everybody; accounts for those who look after them.
//!
//! Forms: `/people/invite` (`name`, `email`, `organisation`, `roles`), `/people/invitations/{id}/again` and
//! `/withdraw`, `/people/{id}/roles` (`roles`, `version`), `/suspend` and `/restore` (`reason`), `/reset`.

mod import;
mod invite;
mod profile;
mod table;

pub use import::{ImportLimits, ImportedView, PlanView, import, imported, plan};
pub use invite::invite;
pub use profile::{AccountView, ProfileForm, ProfileView, SessionLine, profile};
pub use table::people;

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::{Callout, Tone},
};
use crate::{
    model::{InvitationId, Moment, Organisation, Person, Role, board::percent},
    policy::Cleared,
};

/// What the list of people is drawn from.
#[derive(Debug)]
pub struct PeopleView {
    pub query: PeopleQuery,
    /// With how many people of each the viewer knows; those with nobody too.
    pub organisations: Vec<(Organisation, usize)>,
    pub people: Cleared<Vec<PersonRow>>,
    pub invitations: Cleared<Vec<InvitationRow>>,
    pub may_invite: bool,
    pub link: Option<NewLink>,
    pub next: Option<String>,
    /// Cursor of the next page of invitations.
    pub next_invited: Option<String>,
}

/// The question of a list of people, as its address has it.
#[derive(Clone, Debug, Default)]
pub struct PeopleQuery {
    pub q: String,
    /// Slug.
    pub organisation: String,
    pub role: Option<Role>,
    pub state: Option<PersonState>,
    pub after: Option<String>,
    /// Where the list of invitations goes on.
    pub invited: Option<String>,
}

crate::model::words::words! {
    PersonState {
        Active = "active", "Active";
        Suspended = "suspended", "Suspended";
    }
}

impl PeopleQuery {
    /// The address of the same list from another place on.
    pub fn href(&self, after: Option<&str>) -> String {
        let pairs = [
            ("q", self.q.as_str()),
            ("organisation", &self.organisation),
            ("role", self.role.map_or("", Role::wire)),
            ("state", self.state.map_or("", PersonState::wire)),
            ("after", after.unwrap_or_default()),
            ("invited", self.invited.as_deref().unwrap_or_default()),
        ];
        let given = pairs.into_iter().filter(|(_, value)| !value.is_empty());
        let given: Vec<_> = given.map(|(name, value)| format!("{name}={}", percent(value))).collect();
        if given.is_empty() { "/people".into() } else { format!("/people?{}", given.join("&")) }
    }
    /// The same people, with the invitations from another place on.
    fn invited(&self, invited: Option<String>) -> String {
        format!("{}#invitations", Self { invited, ..self.clone() }.href(self.after.as_deref()))
    }
    fn of(&self, organisation: &str) -> String {
        Self { organisation: organisation.to_owned(), ..self.clone() }.href(None)
    }
    fn is_narrowed(&self) -> bool {
        Self { invited: None, ..self.clone() }.href(None) != "/people"
    }
}

/// A line of the list.
#[derive(Clone, Debug)]
pub struct PersonRow {
    pub person: Person,
    pub roles: Vec<Role>,
    pub suspended: bool,
    /// Their organisation has left the room.
    pub away: bool,
    /// Last sign-in and open sessions; none for those who may not know.
    pub activity: Option<(Option<Moment>, i64)>,
}

/// An invitation that waits.
#[derive(Clone, Debug)]
pub struct InvitationRow {
    pub id: InvitationId,
    pub email: String,
    pub name: String,
    pub organisation: Organisation,
    pub roles: Vec<Role>,
    pub made_by: String,
    pub expires_at: Moment,
    pub is_expired: bool,
}

/// A link just made, shown this once.
#[derive(Clone, Debug)]
pub struct NewLink {
    pub email: String,
    pub address: String,
}

pub(super) fn role_words(roles: &[Role]) -> String {
    roles.iter().map(|role| role.label()).collect::<Vec<_>>().join(", ")
}

/// A page of the office: its tabs above, the page's own content below.
pub(super) fn office(
    frame: &Frame,
    title: impl Into<String>,
    current: &'static str,
    body: impl FnOnce() -> AnyView + 'static,
) -> AnyView {
    let reads_audit = frame.viewer.as_ref().is_some_and(|viewer| viewer.reads_audit);
    let reads_settings = frame.viewer.as_ref().is_some_and(|viewer| viewer.reads_settings);
    let breaks_glass = frame.viewer.as_ref().is_some_and(|viewer| viewer.roles.contains(&Role::RoomAdmin));
    let tab = move |href: &'static str, words: &'static str| {
        view! { <a href=href aria-current=(href == current).then_some("page")>{words}</a> }
    };
    document(frame, title, "page-admin", move || {
        view! {
            <main id="main" tabindex="-1">
                <div class="subnav"><nav class="tabs" aria-label="Administration">
                    {tab("/people", "People")}
                    {tab("/organisations", "Organisations")}
                    {breaks_glass.then(|| tab("/break-glass", "Break-glass"))}
                    {reads_audit.then(|| tab("/audit", "Audit log"))}
                    {reads_settings.then(|| tab("/settings", "Settings"))}
                </nav></div>
                {body()}
            </main>
        }
        .into_any()
    })
}

/// The link that was just made, and the only chance to copy it.
pub(super) fn new_link(link: Option<NewLink>) -> Option<AnyView> {
    link.map(|NewLink { email, address }| {
        view! {
            <Callout tone=Tone::Ok icon="key-round">
                <p><b>{format!("The link for {email}. Copy it now; it is not shown again.")}</b></p>
                <p><code class="hash ad-link">{address}</code></p>
                <p>"It opens once, within 72 hours. Hand it over on a way that you trust, and be sure who gets it: your name stands on the account."</p>
            </Callout>
        }
        .into_any()
    })
}
