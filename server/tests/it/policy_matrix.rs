//! The policy as a table of ticks and crosses. A change of the policy shows in review as a change of
//! `docs/policy-matrix.md`; `WATCHFLOOR_BLESS=1` writes it anew.
#![expect(clippy::disallowed_methods, reason = "reads whether the table is to be written anew")]

mod crossing;

use std::fmt::Write;

use app::{
    model::{
        Organisation, OrganisationId, PersonId, Role, Tlp, notice::NoticeKind, organisation::Sector,
        setting::SettingKind,
    },
    policy::{
        Action, Administration, Marking, Over, Parties, Sight, Standing, Subject, Viewer, export_scope,
        eyes_of_glass, hears_of_glass, is_told, knows, leaves, may, may_administer, may_break_glass,
        may_export_ledger, may_mention, reads_answer, reads_crossing, roles_to_change, roles_to_give, sight,
    },
};
use uuid::Uuid;

const VIEWER: PersonId = PersonId(Uuid::from_u128(1));
const OWN: OrganisationId = OrganisationId(Uuid::from_u128(2));
const LEAD: OrganisationId = OrganisationId(Uuid::from_u128(3));
const OTHER: OrganisationId = OrganisationId(Uuid::from_u128(4));

fn tick(yes: bool) -> &'static str {
    if yes { "✓" } else { "·" }
}

/// How the viewer's organisation stands to the incident.
const RELATIONS: [(&str, &[OrganisationId], bool); 3] =
    [("leads", &[OWN], true), ("shared with", &[LEAD, OWN], false), ("other", &[LEAD], false)];

fn markings(access: &[OrganisationId]) -> Vec<(String, Marking)> {
    let marking = |tlp, named: &[PersonId]| Marking {
        tlp,
        access: access.to_vec(),
        named: named.to_vec(),
        audience: None,
    };
    let mut all: Vec<_> = Tlp::ALL.iter().map(|tlp| (tlp.to_string(), marking(*tlp, &[]))).collect();
    all.push(("red, named".into(), marking(Tlp::Red, &[VIEWER])));
    let narrowed = |audience: &[OrganisationId]| Marking {
        audience: Some(audience.to_vec()),
        ..marking(Tlp::Amber, &[])
    };
    all.push(("amber, to it".into(), narrowed(&[OWN])));
    all.push(("amber, to others".into(), narrowed(&[LEAD])));
    all
}

fn viewer(roles: &[Role]) -> Viewer {
    Viewer { person: VIEWER, organisation: OWN, sector: Sector::Company, roles: roles.to_vec() }
}

fn heading(text: &mut String) {
    let names: Vec<String> = Action::ALL.iter().map(|action| format!("{action:?}")).collect();
    let high = names.iter().map(String::len).max().unwrap_or(0);
    for row in 0..high {
        let letters = names.iter().map(|name| {
            let skipped = high - name.len();
            name.chars().nth(row.wrapping_sub(skipped)).filter(|_| row >= skipped).unwrap_or(' ')
        });
        let letters: Vec<String> = letters.map(String::from).collect();
        let see = ["S", "e", "e", "s"].get(row.wrapping_sub(high - 4)).copied().unwrap_or(" ");
        let line = format!("{:31}{see}  {}", "", letters.join(" "));
        let _ = writeln!(text, "{}", line.trim_end());
    }
}

fn table(text: &mut String, roles: &[Role]) {
    let viewer = viewer(roles);
    for (relation, access, lead) in RELATIONS {
        for (label, marking) in markings(access) {
            let sees = sight(&viewer, &marking) == Sight::Full;
            let open = marking.tlp.reaches_everyone();
            let standing = Standing { lead, origin: lead, open, ..Standing::default() };
            let acts: Vec<_> =
                Action::ALL.iter().map(|action| tick(sees && may(&viewer, *action, standing))).collect();
            let _ = writeln!(text, "  {relation:<12}{label:<17}{}  {}", tick(sees), acts.join(" "));
        }
    }
}

/// Acts on an entry, a task or a share, by how the viewer stands to that.
fn standings(text: &mut String, roles: &[Role]) {
    let viewer = viewer(roles);
    let plain = Standing::default();
    let all = [
        ("nothing of it", plain),
        ("own organisation's", Standing { own_organisation: true, ..plain }),
        ("own words", Standing { author: true, own_organisation: true, ..plain }),
        ("lately let in by its author", Standing { beholden: true, own_organisation: true, ..plain }),
        ("sent", Standing { sent: true, ..plain }),
        ("leads", Standing { lead: true, origin: true, ..plain }),
        ("leads, asked for it", Standing { lead: true, origin: true, author: true, ..plain }),
        ("leads, lately let in", Standing { lead: true, origin: true, beholden: true, ..plain }),
        ("leads, came from others", Standing { lead: true, ..plain }),
        ("leads, open, from others", Standing { lead: true, open: true, ..plain }),
        ("came from it, others lead", Standing { origin: true, ..plain }),
        ("awaited", Standing { awaited: true, ..plain }),
    ];
    for (label, standing) in all {
        let acts: Vec<_> = Action::ALL.iter().map(|action| tick(may(&viewer, *action, standing))).collect();
        let _ = writeln!(text, "  {label:<30}   {}", acts.join(" "));
    }
}

fn matrix() -> String {
    let mut text = String::from(
        "Who sees an incident, and what they may do to it: by role, by how their organisation stands to it, by its\n\
         label. Written by server/tests/it/policy_matrix.rs; read it as a reviewer, change it by WATCHFLOOR_BLESS=1.\n\
         ✓ yes, · no. What is not seen cannot be acted on: it answers like a number that was never given.\n\n",
    );
    heading(&mut text);
    let both = [
        vec![Role::Analyst, Role::RoomAdmin],
        vec![Role::ShiftLead, Role::Auditor],
        vec![Role::Liaison, Role::Screen],
        vec![],
    ];
    let all = Role::ALL.iter().map(|role| vec![*role]).chain(both);
    for roles in all {
        let names: Vec<_> = roles.iter().map(|role| role.label()).collect();
        let names = if names.is_empty() { "No role".to_owned() } else { names.join(" and ") };
        let _ = writeln!(text, "\n{names}");
        table(&mut text, &roles);
    }
    text.push_str(
        "\nOn an entry, a task, a share or a handover that is seen, in an incident that others lead:\n\n",
    );
    heading(&mut text);
    for role in Role::ALL {
        let _ = writeln!(text, "\n{}", role.label());
        standings(&mut text, &[*role]);
    }
    administration(&mut text);
    notices(&mut text);
    glass(&mut text);
    ledger(&mut text);
    crossing::shares(&mut text);
    crossing::requests(&mut text);
    text
}

/// Of which kinds a person is told by their role: of the rest they are told by name, or because they follow.
fn notices(text: &mut String) {
    text.push_str("\nTold by their role, and not by name, of what reaches their organisation:\n\n");
    let plain = Standing::default();
    let standings = [
        ("nothing of it", plain),
        ("own organisation's", Standing { own_organisation: true, ..plain }),
        ("own words", Standing { own_organisation: true, author: true, ..plain }),
        ("leads", Standing { own_organisation: true, lead: true, origin: true, ..plain }),
    ];
    for role in Role::ALL {
        let viewer = viewer(&[*role]);
        for (label, standing) in standings {
            let kinds = NoticeKind::ALL.iter().filter(|kind| is_told(&viewer, **kind, standing));
            let kinds: Vec<_> = kinds.map(|kind| kind.wire()).collect();
            let kinds = if kinds.is_empty() { "·".to_owned() } else { kinds.join(" ") };
            let _ = writeln!(text, "  {:<20}{label:<22}{kinds}", role.label());
        }
    }
    text.push_str("\nCan be called by @ in an entry that is theirs to see (✓) or not:\n\n");
    for role in Role::ALL {
        let called = viewer(&[*role]);
        let line = [(false, false), (true, false), (false, true)].map(|(suspended, away)| {
            let (person, organisation) = (called.person, called.organisation);
            let subject = Subject { person, organisation, roles: called.roles.clone(), suspended, away };
            let marking = |access: &[OrganisationId]| Marking {
                tlp: Tlp::Amber,
                access: access.to_vec(),
                named: vec![],
                audience: None,
            };
            let [own, other] =
                [marking(&[OWN]), marking(&[LEAD])].map(|entry| may_mention(&subject, &called, &entry));
            format!("theirs {} others' {}", tick(own), tick(other))
        });
        let _ =
            writeln!(text, "  {:<20}{}   suspended: {}   away: {}", role.label(), line[0], line[1], line[2]);
    }
}

/// Break-glass: who may, what their eyes see through it, who is told.
fn glass(text: &mut String) {
    text.push_str(
        "\nBreak-glass: who may break it, whether they hear of it, and what is read through it.\n\n",
    );
    let organisation = |id| Organisation {
        id,
        slug: "lead".into(),
        name: "Lead".into(),
        short: "Lead".into(),
        code: "LEAD".into(),
        sector: Sector::Company,
    };
    for role in Role::ALL {
        let viewer = viewer(&[*role]);
        let (own, other) = (hears_of_glass(&viewer, OWN), hears_of_glass(&viewer, LEAD));
        let breaks = tick(may_break_glass(&viewer));
        let _ = writeln!(
            text,
            "  {:<20}breaks {breaks}  told of own {}  told of others' {}",
            role.label(),
            tick(own),
            tick(other)
        );
    }
    let root = viewer(&[Role::RoomAdmin]);
    let eyes = eyes_of_glass(&root, &organisation(LEAD)).expect("a room admin's");
    for (label, marking) in markings(&[LEAD]) {
        let acts = Action::ALL.iter().filter(|action| {
            may(&eyes, **action, Standing { lead: true, origin: true, ..Standing::default() })
        });
        let sees = tick(sight(&eyes, &marking) == Sight::Full);
        let _ = writeln!(text, "  through it: {label:<17}{sees}  acts {}", acts.count());
    }
}

/// Crossings of the sharing ledger, in an incident that is seen: who reads which, its answer, and what leaves in an export.
fn ledger(text: &mut String) {
    text.push_str("\nOf the sharing ledger: which crossings are read, whether their answer is, and what is taken out, by label.\n");
    let crossing =
        |from, to, delivered, taken_back| Parties { from, to, approved: None, delivered, taken_back };
    let passed = |approved, delivered, taken_back| Parties {
        approved: Some(approved),
        ..crossing(OTHER, LEAD, delivered, taken_back)
    };
    let crossings = [
        ("sent", crossing(OWN, LEAD, true, false)),
        ("sent, taken back", crossing(OWN, LEAD, true, true)),
        ("sent, held for counsel", crossing(OWN, LEAD, false, false)),
        ("received", crossing(LEAD, OWN, true, false)),
        ("received, taken back", crossing(LEAD, OWN, true, true)),
        ("held by its sender", crossing(LEAD, OWN, false, false)),
        ("between others", crossing(LEAD, LEAD, true, false)),
        ("let pass", passed(OWN, true, false)),
        ("let pass, taken back", passed(OWN, true, true)),
        ("let pass, held by its sender", passed(OWN, false, false)),
        ("between others, let pass", passed(LEAD, true, false)),
    ];
    for role in Role::ALL {
        let viewer = viewer(&[*role]);
        let _ = writeln!(text, "\n{}", role.label());
        for (label, parties) in &crossings {
            let reads = reads_crossing(&viewer, parties);
            let answer = tick(reads && reads_answer(&viewer, parties));
            let out = Tlp::ALL.iter().filter(|tlp| reads && may_export_ledger(&viewer) && leaves(**tlp));
            let out: Vec<_> = out.map(|tlp| tlp.wire()).collect();
            let out = if out.is_empty() { "·".to_owned() } else { out.join(" ") };
            let _ = writeln!(text, "  {label:<28}{}{answer}  {out}", tick(reads));
        }
        assert_eq!(export_scope(&viewer).is_some(), may_export_ledger(&viewer));
        assert!(export_scope(&viewer).is_none_or(|scope| scope.person.is_none()), "RED needs a person");
    }
}

/// Acts on people and organisations, by whom they concern.
fn administration(text: &mut String) {
    text.push_str(
        "\nOf people, organisations and settings: who may do what to whom, whom they know of, which roles they give.\n",
    );
    let subject = |person, organisation, roles: &[Role], suspended| Subject {
        person: PersonId(Uuid::from_u128(person)),
        organisation,
        roles: roles.to_vec(),
        suspended,
        away: false,
    };
    let away = Subject { away: true, ..subject(9, LEAD, &[Role::Analyst], false) };
    let subjects = [
        ("themselves", subject(1, OWN, &[Role::Analyst], false)),
        ("a colleague", subject(9, OWN, &[Role::Analyst], false)),
        ("a colleague, suspended", subject(9, OWN, &[Role::Analyst], true)),
        ("a colleague, room admin", subject(9, OWN, &[Role::RoomAdmin], false)),
        ("a colleague, auditor", subject(9, OWN, &[Role::Auditor], false)),
        ("somebody else's", subject(9, LEAD, &[Role::Analyst], false)),
        ("somebody else's, suspended", subject(9, LEAD, &[Role::Analyst], true)),
        ("somebody else's admin", subject(9, LEAD, &[Role::OrganisationAdmin], false)),
        ("somebody else's auditor", subject(9, LEAD, &[Role::Auditor], false)),
        ("somebody else's screen", subject(9, LEAD, &[Role::Screen], false)),
        ("somebody who left with theirs", away),
    ];
    let words = |roles: &[Role]| match roles {
        [] => "·".to_owned(),
        some => some.iter().map(|role| role.wire()).collect::<Vec<_>>().join(" "),
    };
    for role in Role::ALL {
        let viewer = viewer(&[*role]);
        let _ = writeln!(text, "\n{}", role.label());
        let mut line = |label: &str, over: Over<'_>, known: &str| {
            let acts = Administration::ALL.iter().filter(|act| may_administer(&viewer, **act, over));
            let acts: Vec<_> = acts.map(|act| format!("{act:?}")).collect();
            let acts = if acts.is_empty() { "·".to_owned() } else { acts.join(" ") };
            let _ = writeln!(text, "  {label:<28}{known}  {acts}");
        };
        line("the room", Over::Room, " ");
        line("own organisation", Over::Organisation(OWN), " ");
        line("another organisation", Over::Organisation(LEAD), " ");
        for kind in SettingKind::ALL {
            line(&format!("setting {kind}"), Over::Setting(*kind), " ");
        }
        for (label, subject) in &subjects {
            line(label, Over::Person(subject), tick(knows(&viewer, subject)));
        }
        for (label, subject) in &subjects {
            let roles = words(&roles_to_change(&viewer, subject));
            if roles != "·" {
                let label = format!("changes of {label}");
                let _ = writeln!(text, "  {label:<40}   {roles}");
            }
        }
        for (label, organisation) in [("gives at home", OWN), ("gives elsewhere", LEAD)] {
            for (where_to, administered) in [("", true), (", no admin", false)] {
                let roles = words(&roles_to_give(&viewer, organisation, administered));
                let label = format!("{label}{where_to}");
                let _ = writeln!(text, "  {label:<28}   {roles}");
            }
        }
    }
}

#[test]
fn the_policy_is_the_one_that_was_reviewed() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/policy-matrix.md");
    let now = format!("# Policy matrix\n\n```text\n{}```\n", matrix());
    if std::env::var("WATCHFLOOR_BLESS").is_ok() {
        std::fs::write(path, &now).expect("written");
    }
    let reviewed = std::fs::read_to_string(path).unwrap_or_default();
    let mut differences = String::new();
    let (old, new): (Vec<_>, Vec<_>) = (reviewed.lines().collect(), now.lines().collect());
    let mut role = "";
    for n in 0..old.len().max(new.len()) {
        let (before, after) = (old.get(n).copied(), new.get(n).copied());
        role = after.filter(|line| !line.starts_with(' ') && !line.is_empty()).unwrap_or(role);
        if before != after {
            let _ = writeln!(differences, "{role}\n- {}\n+ {}", before.unwrap_or(""), after.unwrap_or(""));
        }
    }
    assert!(differences.is_empty(), "the policy changed; review and bless it:\n{differences}");
}

#[test]
fn a_child_is_never_wider_than_what_it_lies_in() {
    use app::policy::Inside;
    for roles in Role::ALL.iter().map(|role| vec![*role]) {
        let viewer = viewer(&roles);
        for (_, access, _) in RELATIONS {
            for (_, incident) in markings(access) {
                for (_, child) in markings(access) {
                    let inside = Inside { incident: &incident, child: &child };
                    let seen = sight(&viewer, &inside) == Sight::Full;
                    let both =
                        sight(&viewer, &incident) == Sight::Full && sight(&viewer, &child) == Sight::Full;
                    assert_eq!(seen, both);
                }
            }
        }
    }
}
