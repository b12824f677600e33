//! What the API says of each thing: people by e-mail address, organisations by slug, exhibits as `E-3`,
//! times as RFC 3339 in UTC with microseconds. Nothing here reads or decides; it renames.

mod material;

use app::{
    model::{
        Clock, ClockKind, ClockState, EntryId, Moment, Organisation, OrganisationId, Person, PersonId, Role,
        Severity, Tlp,
        entry::{Change, Entry, EntryKind},
        id::Number,
        incident::{Category, Disposition, Hold, Incident, Jurisdiction, Status, Verification},
        organisation::Sector,
        period::Period,
    },
    policy::Cleared,
};
use serde::Serialize;
use utoipa::ToSchema;

pub use self::material::{CustodyView, ExhibitView, IndicatorView, TaskView};

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T: ToSchema> {
    #[schema(value_type = Vec<T>)]
    pub items: Cleared<Vec<T>>,
    /// Opaque: send it as `after` for the next page; null on the last.
    pub next: Option<String>,
}

impl<T: ToSchema> List<T> {
    pub fn of<F>(items: Cleared<Vec<F>>, next: Option<String>, view: impl FnMut(F) -> T) -> Self {
        Self { items: items.map(|items| items.into_iter().map(view).collect()), next }
    }
}

fn email(person: Person) -> String {
    person.email
}
fn slug(organisation: Organisation) -> String {
    organisation.slug
}
fn emails(people: Vec<Person>) -> Vec<String> {
    people.into_iter().map(email).collect()
}
fn slugs(organisations: Vec<Organisation>) -> Vec<String> {
    organisations.into_iter().map(slug).collect()
}
pub(super) fn label(exhibit: i64) -> String {
    format!("E-{exhibit}")
}

// ── who and when ─────────────────────────────────────────────────────────────────────────────────

/// The person who calls.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeView {
    pub id: PersonId,
    /// E-mail address.
    pub person: String,
    pub name: String,
    /// Slug.
    pub organisation: String,
    pub roles: Vec<Role>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationView {
    pub id: OrganisationId,
    pub slug: String,
    pub name: String,
    /// As on chips: `FBI`.
    pub short: String,
    /// As in narrow columns: `GOOG`.
    pub code: String,
    pub sector: Sector,
    /// When it left the room; null while it sits in it.
    pub left_at: Option<Moment>,
}

impl OrganisationView {
    pub fn of((organisation, left_at): (Organisation, Option<Moment>)) -> Self {
        let Organisation { id, slug, name, short, code, sector } = organisation;
        Self { id, slug, name, short, code, sector, left_at }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryView {
    /// `PROC-1`
    pub code: String,
    /// `Voting-process information`
    pub top: String,
    /// `Wrong date or hours`
    pub leaf: String,
}

impl CategoryView {
    pub fn of(category: Category) -> Self {
        let Category { code, top, leaf } = category;
        Self { code, top, leaf }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct PeriodView {
    pub slug: String,
    pub name: String,
    pub shift: String,
    pub from: Moment,
    pub to: Moment,
    /// IANA name of the zone in which the room lives then.
    pub zone: String,
    /// Percent of the plain targets that apply.
    pub target_percent: i64,
    /// It runs now.
    pub current: bool,
}

impl PeriodView {
    pub fn of(period: Period, now: Moment) -> Self {
        let current = period.from <= now && now < period.to;
        let Period { slug, name, shift, from, to, zone, target_percent } = period;
        Self { slug, name, shift, from, to, zone, target_percent, current }
    }
}

// ── the incident ─────────────────────────────────────────────────────────────────────────────────

#[derive(Debug, Serialize, ToSchema)]
pub struct IncidentView {
    pub number: Number,
    pub version: i64,
    pub title: String,
    /// The current understanding.
    pub summary: String,
    /// Who reported it, by which channel; empty where nobody said.
    pub source: String,
    /// Code of a leaf of the catalogue.
    pub category: String,
    pub severity: Severity,
    pub status: Status,
    pub disposition: Option<Disposition>,
    pub verification: Verification,
    pub tlp: Tlp,
    /// Two people look before it crosses to another sector.
    pub candidate_or_party_content: bool,
    /// Counsel looks before it crosses.
    pub contains_personal_data: bool,
    /// All of it has to be kept for a proceeding.
    pub legal_hold: bool,
    /// Slug of the organisation that leads.
    pub lead: String,
    /// E-mail address.
    pub owner: Option<String>,
    /// To whom it was handed over, until they accept.
    pub handover_to: Option<String>,
    pub opened_by: String,
    /// Slugs of the organisations with access, without the lead.
    pub shared_with: Vec<String>,
    /// With RED: who may see it.
    pub named: Vec<String>,
    /// Empty is nationwide.
    pub jurisdictions: Vec<Jurisdiction>,
    pub occurred_at: Moment,
    pub reported_at: Moment,
    pub opened_at: Moment,
    pub acknowledged_at: Option<Moment>,
    pub contained_at: Option<Moment>,
    pub resolved_at: Option<Moment>,
    pub closed_at: Option<Moment>,
    pub hold: Option<Hold>,
    pub clocks: Vec<ClockView>,
    /// Slug of the period that it was opened in.
    pub period: Option<String>,
    /// Where this caller may see it.
    pub duplicate_of: Option<Number>,
    pub referred_to: Option<String>,
    /// Slug of the organisation that is asked before others pass it on: where it came from.
    pub origin: String,
    /// E-mail address of the liaison who asks for TLP:CLEAR, until counsel decides.
    pub clear_asked_by: Option<String>,
}

/// A target that runs for an incident.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockView {
    pub kind: ClockKind,
    pub state: ClockState,
    pub from: Moment,
    pub due: Moment,
    pub met_at: Option<Moment>,
    pub paused_at: Option<Moment>,
}

impl ClockView {
    fn of(clock: Clock, now: Moment) -> Self {
        let state = clock.state(now);
        let Clock { kind, from, due, met_at, paused_at } = clock;
        Self { kind, state, from, due, met_at, paused_at }
    }
}

impl IncidentView {
    pub fn of(incident: Incident, now: Moment) -> Self {
        let stages = incident.stages;
        Self {
            number: incident.number,
            version: incident.version,
            title: incident.title,
            summary: incident.summary,
            source: incident.source,
            category: incident.category.code,
            severity: incident.severity,
            status: incident.status,
            disposition: incident.disposition,
            verification: incident.verification,
            candidate_or_party_content: incident.candidate_or_party_content,
            contains_personal_data: incident.contains_personal_data,
            legal_hold: incident.legal_hold,
            tlp: incident.tlp,
            lead: incident.lead.slug,
            owner: incident.owner.map(email),
            handover_to: incident.handover_to.map(email),
            opened_by: incident.opened_by.email,
            shared_with: slugs(incident.shared_with),
            named: emails(incident.named),
            jurisdictions: incident.jurisdictions,
            occurred_at: stages.occurred_at,
            reported_at: stages.reported_at,
            opened_at: stages.opened_at,
            acknowledged_at: stages.acknowledged_at,
            contained_at: stages.contained_at,
            resolved_at: stages.resolved_at,
            closed_at: stages.closed_at,
            hold: incident.hold,
            clocks: incident.clocks.into_iter().map(|clock| ClockView::of(clock, now)).collect(),
            period: incident.period.map(|period| period.slug),
            origin: incident.origin.slug,
            clear_asked_by: incident.clearance.map(|asked| asked.by.email),
            duplicate_of: incident.duplicate_of,
            referred_to: incident.referred_to.map(slug),
        }
    }
}

// ── what lies in it ──────────────────────────────────────────────────────────────────────────────

#[derive(Debug, Serialize, ToSchema)]
pub struct EntryView {
    pub id: EntryId,
    pub incident: Number,
    pub kind: EntryKind,
    pub text: String,
    pub tlp: Tlp,
    /// Slugs; empty is everybody who sees the incident at this marking.
    pub audience: Vec<String>,
    /// With RED: e-mail addresses.
    pub named: Vec<String>,
    /// E-mail address; null is the product itself.
    pub author: Option<String>,
    /// Slug of the author's organisation.
    pub organisation: Option<String>,
    pub happened_at: Moment,
    pub recorded_at: Moment,
    /// A field that changed.
    pub change: Option<Change>,
    /// The exhibit that it brought: `E-3`.
    pub exhibit: Option<String>,
    /// The entry that this one corrects; both stand.
    pub corrects: Option<EntryId>,
    /// E-mail addresses of the people whom its text calls with `@`.
    pub mentions: Vec<String>,
    pub struck: Option<StrikeView>,
}

/// Who struck an entry, when and why. The text stays.
#[derive(Debug, Serialize, ToSchema)]
pub struct StrikeView {
    pub by: String,
    pub at: Moment,
    pub reason: String,
}

impl EntryView {
    pub fn of(entry: Entry) -> Self {
        let organisation = entry.author.as_ref().map(|author| author.organisation.slug.clone());
        Self {
            id: entry.id,
            incident: entry.incident,
            kind: entry.kind,
            text: entry.text,
            tlp: entry.tlp,
            audience: slugs(entry.audience),
            named: emails(entry.named),
            author: entry.author.map(email),
            organisation,
            happened_at: entry.happened_at,
            recorded_at: entry.recorded_at,
            change: entry.change,
            exhibit: entry.exhibit.map(label),
            corrects: entry.corrects,
            mentions: emails(entry.mentions),
            struck: entry.struck.map(|strike| StrikeView {
                by: strike.by.email,
                at: strike.at,
                reason: strike.reason,
            }),
        }
    }
}
