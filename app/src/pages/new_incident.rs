//! Opening an incident.
//!
//! The form posts to `/incidents/new` with the names of the JSON API's `POST /incidents`, and besides:
//! `occurred_date`, `occurred_time`, `occurred_zone` (together `occurred_at`); `jurisdiction_state` and
//! `jurisdiction_county`, one pair a row; `named` as addresses; `source`; `form_id` (the draft's key). The
//! buttons `review` (audience and due times, nothing is opened), `add_row` and `preset` (`all_agencies`,
//! `all_companies`, `everybody`, `nobody`: sets `share_with`) only draw the form again.

mod fields;
mod share;
mod side;

use leptos::prelude::*;

use super::{
    frame::{Frame, document},
    parts::{Callout, ErrorSummary, FormToken, Icon, Tone, typed},
};
use crate::{
    islands::new_incident::NewIncidentLive,
    model::{
        Organisation, Person, Submitted, Tlp, Zone,
        audience::{Audience, addresses},
        board::BoardRow,
        clock::SeverityTarget,
        incident::Category,
        setting::Playbook,
    },
    policy::Cleared,
};

/// What the form is drawn from.
#[derive(Clone, Debug)]
pub struct NewIncidentView {
    pub me: Person,
    /// What `occurred_zone` offers, by IANA name; the page's own is the default.
    pub zones: Vec<Zone>,
    pub categories: Vec<Category>,
    pub playbooks: Vec<Playbook>,
    pub targets: Vec<SeverityTarget>,
    /// Percent of the plain targets that the running period applies.
    pub target_percent: i64,
    /// Postal code and name: `("AZ", "Arizona")`.
    pub states: Vec<(String, String)>,
    /// Counties of the states that are chosen already, by postal code.
    pub counties: Vec<(String, Vec<String>)>,
    /// All the room's organisations but the viewer's own.
    pub organisations: Vec<Organisation>,
    /// Who can be owner: people of the viewer's organisation.
    pub people: Vec<Person>,
    /// Who can be named with TLP:RED.
    pub nameable: Vec<Person>,
    /// Open ones that look alike, of those this viewer may see.
    pub similar: Cleared<Vec<BoardRow>>,
    pub typed: Submitted,
    /// The `review` button was pressed and nothing is wrong.
    pub reviewed: bool,
    /// Key of the draft in the browser; the same until the incident is open.
    pub form_id: String,
}

impl NewIncidentView {
    /// Who would see it as the form stands.
    pub fn audience(&self) -> Audience {
        let tlp = self.typed.value("tlp").parse().unwrap_or(Tlp::Amber);
        let own = self.me.organisation.short.as_str();
        let (mut chosen, mut others) = (vec![own], vec![]);
        for organisation in &self.organisations {
            let sees = self.typed.has("share_with", &organisation.slug);
            if sees { &mut chosen } else { &mut others }.push(organisation.short.as_str());
        }
        let named: Vec<_> = addresses(self.typed.value("named"))
            .into_iter()
            .filter(|email| *email != self.me.email)
            .map(|email| match self.nameable.iter().find(|person| person.email == email) {
                Some(person) => format!("{} ({})", person.name, person.organisation.short),
                None => email,
            })
            .collect();
        let named: Vec<_> = named.iter().map(String::as_str).collect();
        Audience::of(tlp, &chosen, &others, &named)
    }
}

/// `GET /incidents/new`, and the form that came back.
pub fn page(frame: &Frame, view: NewIncidentView) -> AnyView {
    document(frame, "New incident", "page-new", move || body(&view)).into_any()
}

fn body(view: &NewIncidentView) -> AnyView {
    let form = typed(view.typed.clone());
    // A draft that this device keeps may be put back over it.
    let fresh = (view.typed.errors.is_empty() && !view.reviewed).then_some("");
    view! {
        <main id="main" tabindex="-1">
            <div class="pagehead">
                <div>
                    <nav class="crumbs" aria-label="Breadcrumb">
                        <a href="/board">"Board"</a><Icon name="chevron-right" /><span aria-current="page">"New incident"</span>
                    </nav>
                    <h1>"Open an incident"</h1>
                </div>
                <p class="end muted draft" id="draft" role="status" hidden=true>
                    <Icon name="cloud-check" size="sm" /><span id="draft-said"></span>
                    <button class="linkbtn" type="button" id="draft-discard" hidden=true>"Discard it"</button>
                </p>
                <NewIncidentLive />
            </div>
            <div class="nf">
                <form class="nf-form" id="new-incident" method="post" action="/incidents/new" novalidate=true
                    data-fresh=fresh data-person=view.me.id.to_string()>
                    <FormToken action="/incidents/new" />
                    <input type="hidden" name="form_id" value=view.form_id.clone() />
                    <ErrorSummary form=form heading=heading(view) />
                    {view.reviewed.then(|| reviewed(view))}
                    {fields::what(view, form)}
                    {fields::where_and_when(view)}
                    {fields::who(view, form)}
                    {fields::response(view, form)}
                    <div class="nf-foot">
                        <button class="btn primary lg" type="submit">"Open incident"<span class="keys after-live" aria-hidden="true"><kbd>"Ctrl"</kbd><kbd>"↵"</kbd></span></button>
                        <button class="btn lg" type="submit" name="review" value="1">"Review"</button>
                        <a class="btn lg quiet" href="/board">"Cancel"</a>
                    </div>
                </form>
                {side::side(view)}
            </div>
        </main>
    }
    .into_any()
}

fn heading(view: &NewIncidentView) -> String {
    match view.typed.errors.0.len() {
        1 => "1 field needs attention".into(),
        count => format!("{count} fields need attention"),
    }
}

/// The step before sending: nothing is open yet, and this is what would happen.
fn reviewed(view: &NewIncidentView) -> AnyView {
    let audience = view.audience();
    let not = (!audience.not_to.is_empty())
        .then(|| view! { <p class="muted">{format!("Not to {}.", audience.not_to)}</p> });
    view! {
        <div class="nf-reviewed" role="status" tabindex="-1" autofocus=true>
            <Callout tone=Tone::Info icon="eye">
                <p><b>"Nothing is open yet."</b>" Look it over, then press Open incident."</p>
                <p>"Visible to: "<b>{audience.visible_to}</b>"."</p>
                {not}
            </Callout>
        </div>
    }
    .into_any()
}
