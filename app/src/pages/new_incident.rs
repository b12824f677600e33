//! Opening an incident.
//!
//! The form posts to `/incidents/new` with the names of the JSON API's `POST /incidents`, and besides:
//! `occurred_date`, `occurred_time`, `occurred_zone` (together `occurred_at`); `jurisdiction_state` and
//! `jurisdiction_county`, one pair a row; `named` as addresses; `source`; `form_id` (the draft's key). The
//! buttons `review` (audience and due times, nothing is opened), `add_row` and `preset` (`all_companies`,
//! `all_agencies`, `nobody`: sets `share_with`) only draw the form again.

use crate::{
    model::{
        Organisation, Person, Submitted, Zone, board::BoardRow, clock::SeverityTarget, incident::Category,
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
