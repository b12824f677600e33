//! Who reads what crosses, or is asked to.

use std::fmt::Write;

use app::{
    model::{PersonId, Role, Tlp},
    policy::{Parties, reads_onward, reads_share},
};

use super::{LEAD, OTHER, OWN, VIEWER, viewer};

/// The words of a share or a hold, by its own label: who reads them.
pub(super) fn shares(text: &mut String) {
    text.push_str("\nThe words of a share or a hold, in an incident that is seen: who reads them, by their own label.\n");
    let crossing =
        |from, to, delivered, taken_back| Parties { from, to, approved: None, delivered, taken_back };
    let crossings = [
        ("sent", crossing(OWN, LEAD, true, false)),
        ("sent, taken back", crossing(OWN, LEAD, true, true)),
        ("held for counsel", crossing(OWN, LEAD, false, false)),
        ("received", crossing(LEAD, OWN, true, false)),
        ("received, taken back", crossing(LEAD, OWN, true, true)),
        ("held by its sender", crossing(LEAD, OWN, false, false)),
        ("between others", crossing(LEAD, LEAD, true, false)),
    ];
    let both = [vec![Role::ShiftLead, Role::Auditor], vec![Role::Counsel, Role::Screen], vec![]];
    for roles in Role::ALL.iter().map(|role| vec![*role]).chain(both) {
        let names: Vec<_> = roles.iter().map(|role| role.label()).collect();
        let names = if names.is_empty() { "No role".to_owned() } else { names.join(" and ") };
        let _ = writeln!(text, "\n{names}");
        let viewer = viewer(&roles);
        for (label, parties) in &crossings {
            let by = |people: &[PersonId]| {
                let read = Tlp::ALL.iter().filter(|tlp| reads_share(&viewer, parties, **tlp, people));
                let read: Vec<_> = read.map(|tlp| tlp.wire()).collect();
                if read.is_empty() { "·".to_owned() } else { read.join(" ") }
            };
            let (unnamed, named) = (by(&[]), by(&[VIEWER]));
            let _ = writeln!(text, "  {label:<24}{unnamed:<32}by name: {named}");
        }
    }
}

/// A request to pass something on, by its own label: who reads it.
pub(super) fn requests(text: &mut String) {
    text.push_str(
        "\nA request to pass something on, in an incident that is seen: who reads it, by its own label.\n",
    );
    let parties = |from, to| Parties { from, to, approved: None, delivered: true, taken_back: false };
    let ways = [
        ("made, waits", parties(OWN, LEAD), true),
        ("made, ended", parties(OWN, LEAD), false),
        ("asked of it, waits", parties(LEAD, OWN), true),
        ("asked of it, ended", parties(LEAD, OWN), false),
        ("between others", parties(LEAD, OTHER), true),
    ];
    for role in Role::ALL {
        let _ = writeln!(text, "\n{}", role.label());
        let viewer = viewer(&[*role]);
        for (label, parties, waits) in &ways {
            let by = |people: &[PersonId]| {
                let read =
                    Tlp::ALL.iter().filter(|tlp| reads_onward(&viewer, parties, **tlp, people, *waits));
                let read: Vec<_> = read.map(|tlp| tlp.wire()).collect();
                if read.is_empty() { "·".to_owned() } else { read.join(" ") }
            };
            let (others, own) = (by(&[]), by(&[VIEWER]));
            let _ = writeln!(text, "  {label:<24}{others:<32}by name: {own}");
        }
    }
}
