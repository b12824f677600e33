//! What is drawn: incidents, their entries, and who looks.

use app::model::{Role, Severity, Tlp, entry::EntryKind, incident::Status};
use proptest::{collection::vec, prelude::*, sample::select};

use super::{
    crossing::{CrossingPlan, crossing},
    posting::{PostingPlan, posting},
};

pub(super) const ORGANISATIONS: usize = 4;
pub(super) const PEOPLE: usize = 6;

#[derive(Clone, Debug)]
pub(super) struct Label {
    pub(super) tlp: Tlp,
    pub(super) named: Vec<bool>,
    pub(super) audience: Option<Vec<bool>>,
}

#[derive(Clone, Debug)]
pub(super) struct EntryPlan {
    pub(super) kind: EntryKind,
    pub(super) label: Label,
    pub(super) breach: bool,
    pub(super) struck: bool,
    /// Corrects the entry drawn before it, and is as wide.
    pub(super) corrects: bool,
    pub(super) posting: PostingPlan,
}

#[derive(Clone, Debug)]
pub(super) struct IncidentPlan {
    pub(super) tlp: Tlp,
    pub(super) lead: usize,
    pub(super) access: Vec<bool>,
    pub(super) named: Vec<bool>,
    pub(super) status: Status,
    pub(super) severity: Severity,
    pub(super) owner: Option<usize>,
    pub(super) due_in: i64,
    pub(super) state: Option<&'static str>,
    pub(super) entries: Vec<EntryPlan>,
    pub(super) exhibits: Vec<Label>,
    pub(super) indicator: u8,
    pub(super) indicator_posting: PostingPlan,
    pub(super) crossings: Vec<CrossingPlan>,
}

#[derive(Clone, Debug)]
pub(super) struct ViewerPlan {
    pub(super) person: usize,
    pub(super) organisation: usize,
    pub(super) roles: Vec<Role>,
}

pub(super) fn label() -> impl Strategy<Value = Label> {
    let audience = proptest::option::weighted(0.4, vec(any::<bool>(), ORGANISATIONS));
    (select(Tlp::ALL), vec(any::<bool>(), PEOPLE), audience).prop_map(|(tlp, named, audience)| Label {
        tlp,
        named: if tlp == Tlp::Red { named } else { vec![false; PEOPLE] },
        audience,
    })
}

pub(super) fn entry() -> impl Strategy<Value = EntryPlan> {
    let chance = proptest::bool::weighted(0.2);
    (select(EntryKind::ALL), label(), any::<bool>(), (chance, chance), posting()).prop_map(
        |(kind, label, breach, (struck, corrects), posting)| EntryPlan {
            kind,
            label,
            breach,
            struck,
            corrects,
            posting,
        },
    )
}

pub(super) fn incident() -> impl Strategy<Value = IncidentPlan> {
    let marks =
        (select(Tlp::ALL), 0..ORGANISATIONS, vec(any::<bool>(), ORGANISATIONS), vec(any::<bool>(), PEOPLE));
    let facts = (
        select(Status::ALL),
        select(Severity::ALL),
        proptest::option::of(0..PEOPLE),
        select(&[-60_i64, -1, 60, 3_600][..]),
        select(&[None, Some("AZ"), Some("PA")][..]),
    );
    let inside = (vec(entry(), 0..6), vec(label(), 0..3), (0..3_u8, posting()), vec(crossing(), 0..4));
    (marks, facts, inside).prop_map(
        |(
            (tlp, lead, mut access, named),
            (status, severity, owner, due_in, state),
            (entries, exhibits, (indicator, indicator_posting), crossings),
        )| {
            access[lead] = true;
            IncidentPlan {
                tlp,
                lead,
                access,
                named: if tlp == Tlp::Red { named } else { vec![false; PEOPLE] },
                status,
                severity,
                owner,
                due_in,
                state,
                entries,
                exhibits,
                indicator,
                indicator_posting,
                crossings,
            }
        },
    )
}

pub(super) fn viewer() -> impl Strategy<Value = ViewerPlan> {
    (0..PEOPLE, 0..ORGANISATIONS, proptest::sample::subsequence(Role::ALL, 0..3))
        .prop_map(|(person, organisation, roles)| ViewerPlan { person, organisation, roles })
}
