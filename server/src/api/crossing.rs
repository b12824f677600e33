//! A share as the API says it, with what its purpose asks for beside the words.

use app::model::{
    EntryId, Moment, ShareId, Tlp,
    basis::Originator,
    id::Number,
    organisation::Sector,
    share::{Purpose, Share, ShareState},
};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::label;

/// What a share carries, in the list of an incident's shares as in the ledger.
#[derive(Debug, Serialize, ToSchema)]
pub struct CarriedView {
    pub purpose: Purpose,
    pub text: String,
    /// Fixed words that stand with each share from an agency to a company, and with a relay that came through an agency.
    pub banner: Option<String>,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    /// Number of the court, the docket or the order; null but for a legal process.
    pub reference: Option<String>,
    /// Whose words were handed on, and these; null but for a relay.
    pub originator: Option<OriginatorView>,
    /// `E-3`
    pub exhibits: Vec<String>,
    /// Ids of the entries of the timeline that go along.
    pub entries: Vec<EntryId>,
    /// E-mail addresses of those to whom it is addressed; with TLP:RED they alone see it.
    pub named: Vec<String>,
    /// E-mail address of who let it be passed on, where another organisation shared it.
    pub approved_by: Option<String>,
}

/// A crossing of an organisation's boundary.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareView {
    pub id: ShareId,
    pub incident: Number,
    pub version: i64,
    /// E-mail address of who shared it.
    pub from: String,
    /// Slug of their organisation.
    pub from_organisation: String,
    /// Slug of the organisation that it went to.
    pub to: String,
    #[serde(flatten)]
    pub carried: CarriedView,
    /// What the room explained about the purpose when it was delivered; mostly empty.
    pub explanation: String,
    /// E-mail address of who works on it; null for all but the organisation that received it.
    pub assigned_to: Option<String>,
    pub state: ShareState,
    pub delivered_at: Moment,
    pub seen_at: Option<Moment>,
    pub acknowledged_at: Option<Moment>,
    pub answered_at: Option<Moment>,
    pub answer: Option<String>,
    pub revoked_at: Option<Moment>,
    /// When the organisation that shared it left the room; null while it sits there.
    pub sender_left_at: Option<Moment>,
}

impl ShareView {
    pub fn of(share: Share) -> Self {
        Self {
            carried: CarriedView {
                banner: share.banner().map(str::to_owned),
                purpose: share.purpose,
                text: share.text,
                tlp: share.tlp,
                foreign_nexus: share.foreign_nexus,
                reference: Some(share.basis.reference).filter(|text| !text.is_empty()),
                originator: share.basis.originator.map(OriginatorView::of),
                exhibits: share.exhibits.into_iter().map(label).collect(),
                entries: share.entries.into_iter().map(|entry| entry.id).collect(),
                named: share.named.into_iter().map(|person| person.email).collect(),
                approved_by: share.approved_by.map(|person| person.email),
            },
            id: share.id,
            incident: share.incident,
            version: share.version,
            from_organisation: share.from.organisation.slug.clone(),
            from: share.from.email,
            to: share.to.slug,
            explanation: share.explanation,
            assigned_to: share.assigned_to.map(|person| person.email),
            state: share.state,
            delivered_at: share.delivered_at,
            seen_at: share.seen_at,
            acknowledged_at: share.acknowledged_at,
            answered_at: share.answered_at,
            answer: share.answer,
            revoked_at: share.revoked_at,
            sender_left_at: share.sender_left_at,
        }
    }
}

/// Whose words a relay hands on, and these as they were given.
#[derive(Debug, Serialize, ToSchema)]
pub struct OriginatorView {
    pub name: String,
    pub role: String,
    pub jurisdiction: String,
    /// When they said it.
    pub at: Moment,
    pub words: String,
    /// Of what sectors those are through whom it came to the sender; empty where nobody else handed it on.
    pub through: Vec<Sector>,
}

impl OriginatorView {
    pub fn of(originator: Originator) -> Self {
        let Originator { name, role, jurisdiction, at, words, through } = originator;
        Self { name, role, jurisdiction, at, words, through }
    }
}
