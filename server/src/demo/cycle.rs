//! A room at the load that the product is made for, to measure with: a whole cycle of incidents, written by the
//! services and under their rules, many acts to a transaction. Organisations and reference data are the demo's.

use std::{collections::HashMap, convert::Infallible};

use app::model::{Moment, Role, id::Number};
use axum::body::Bytes;
use futures::stream;

use super::{NOW, load, replay};
use crate::{
    clock::Ids,
    service::{
        Act, Asker, Once, Result, Room,
        entry::{self, PostEntry},
        evidence::{self, EvidenceInput, Intake, Taken},
        founding::{self, NewOrganisation, NewPerson},
        incident::{self, OpenIncident, StatusInput},
        indicator::{self, IndicatorInput},
        task::{self, TaskInput},
    },
};

/// People of a whole room (domain.md, section 9).
const PEOPLE: usize = 800;
/// Entries of the incident that everybody writes in.
const LONGEST: u32 = 2_000;
/// Open incidents at the least: a page of the board is full in a small room, too.
const OPEN: u32 = 200;
/// Acts of one transaction.
const TOGETHER: u32 = 100;
/// Different files of one organisation, and the bytes of each.
const FILES: usize = 40;
const FILE_BYTES: usize = 64 * 1024;

const CATEGORIES: [&str; 8] =
    ["PROC-1", "PROC-4", "PART-2", "DELG-1", "DELG-3", "INFL-1", "CYBR-4", "ACCT-2"];
const SEVERITIES: [&str; 12] = [
    "emergency",
    "severe",
    "severe",
    "high",
    "high",
    "high",
    "medium",
    "medium",
    "medium",
    "low",
    "low",
    "baseline",
];
const STATES: [&str; 8] = ["AZ", "PA", "MI", "WI", "GA", "NV", "FL", "NC"];
const TITLES: [&str; 6] = [
    "Texts give a wrong closing hour to voters",
    "Copied results page under a look-alike address",
    "E-pollbooks slow to sync after an update",
    "Claim of discarded ballots spreads from one video",
    "Calls imitate the county office and name a wrong place",
    "Robocall tells voters to stay at home",
];
const SENTENCES: [&str; 8] = [
    "The county office confirms that all polling places close at 19:00 local time; the correction is on its page.",
    "Fourteen further copies of the same wording, eleven of them from accounts that were made in the last week.",
    "The sender rotates numbers; the carrier has the list and looks at the pattern, not at single numbers.",
    "No sign of access to the system itself: the page is a copy, served from another address.",
    "Second source agrees on time and place. What is still open is who recorded the video.",
    "Reach is flat since the official correction was posted; the hotline counts four calls in the last half hour.",
    "Asked the office for the name of its vendor and for the log of the update; the answer is expected by the hour.",
    "Shared with those concerned, for awareness; exhibits are hashed and their pages archived.",
];

/// Who works on an incident, by e-mail address.
struct Case {
    lead: String,
    slug: String,
    owner: String,
    second: String,
    writers: Vec<String>,
    shared: Vec<String>,
    tlp: &'static str,
    severity: &'static str,
    category: &'static str,
    state: &'static str,
    number: Option<Number>,
}

#[derive(Clone, Copy)]
enum Deed {
    Open,
    Post,
    Attach,
    Indicate,
    Ask,
    Step(&'static str),
}

/// Founds the room and fills it with so many incidents, a tenth of them open, and fifty entries each on average.
pub(super) async fn fill(room: &Room, password_hash: &str, incidents: u32) -> Result<()> {
    let organisations = load::organisations()?;
    let people = people(&organisations)?;
    founding::add_members(room, "demo", organisations, people, Some(password_hash)).await?;
    let dice = Ids::seeded(u64::from(incidents));
    let mut filling = Filling {
        room,
        cases: cases(room, &dice, incidents),
        dice,
        act: None,
        together: 0,
        files: HashMap::new(),
    };
    let mut deeds = filling.plan();
    deeds.sort_by_key(|(at, n, _)| (*at, *n));
    for (at, n, deed) in deeds {
        filling.perform(at, n, deed).await?;
    }
    filling.commit().await?;
    replay::pass_time(room, NOW).await
}

/// The demo's people and as many colleagues as make the room full.
fn people(organisations: &[NewOrganisation]) -> Result<Vec<NewPerson>> {
    let mut people = load::people()?;
    let working: Vec<&NewOrganisation> = organisations.iter().filter(|o| o.slug != "watchfloor").collect();
    let roles = [Role::Analyst, Role::Analyst, Role::Liaison, Role::ShiftLead];
    for n in people.len()..PEOPLE {
        let organisation = working[n % working.len()];
        people.push(NewPerson {
            email: format!("colleague-{n}@{}.example", organisation.slug),
            name: format!("Colleague {n}"),
            organisation: organisation.slug.clone(),
            roles: vec![roles[n % roles.len()]],
        });
    }
    Ok(people)
}

fn one<T: Copy>(dice: &Ids, of: &[T]) -> T {
    of[dice.below(of.len() as u32) as usize]
}

fn cases(room: &Room, dice: &Ids, incidents: u32) -> Vec<Case> {
    let directory = room.directory();
    let slugs: Vec<String> = directory.organisations().iter().map(|o| o.slug.clone()).collect();
    let slugs: Vec<&str> = slugs.iter().map(String::as_str).filter(|slug| *slug != "watchfloor").collect();
    let tlps =
        ["amber", "amber", "amber", "amber+strict", "green", "green", "green", "green", "clear", "red"];
    let case = |n| {
        // Everybody sees and may write in the last one, which is the longest.
        let (slug, tlp) =
            if n + 1 == incidents { ("cisa", "green") } else { (one(dice, &slugs), one(dice, &tlps)) };
        let shared: Vec<&str> =
            (0..1 + dice.below(5)).map(|_| one(dice, &slugs)).filter(|s| *s != slug).collect();
        let at = |role: &str, slug: &str| format!("{role}@{slug}.example");
        let owner = at("analyst", slug);
        let writers = if tlp == "red" {
            vec![owner.clone()]
        } else {
            std::iter::once(slug).chain(shared.iter().copied()).map(|slug| at("analyst", slug)).collect()
        };
        Case {
            lead: owner.clone(),
            slug: slug.to_owned(),
            second: at("lead", slug),
            shared: if tlp == "red" {
                vec![]
            } else {
                shared.iter().map(|slug| (*slug).to_owned()).collect()
            },
            tlp,
            severity: one(dice, &SEVERITIES),
            category: one(dice, &CATEGORIES),
            state: one(dice, &STATES),
            number: None,
            owner,
            writers,
        }
    };
    (0..incidents).map(case).collect()
}

struct Filling<'a> {
    room: &'a Room,
    dice: Ids,
    cases: Vec<Case>,
    /// The transaction under way, and how many acts are in it.
    act: Option<Box<Act>>,
    together: u32,
    /// Files that lie in their places, by organisation.
    files: HashMap<String, Vec<Taken>>,
}

impl Filling<'_> {
    /// What is done when, and in which incident. The last ones stay open.
    fn plan(&mut self) -> Vec<(Moment, usize, Deed)> {
        let count = self.cases.len() as u32;
        let open = (count / 10).max(OPEN).min(count);
        let mut deeds = vec![];
        for n in 0..count {
            let (is_open, case) = (n >= count - open, n as usize);
            let dice = |bound: i64| i64::from(self.dice.below(u32::try_from(bound).unwrap_or(1).max(1)));
            let (from, until) = if is_open {
                let from = NOW.plus_seconds(-300 - dice(11 * 3600));
                (from, NOW)
            } else {
                let span = NOW.since(super::FOUNDED) - 200_000;
                let from = super::FOUNDED.plus_seconds(86_400 + dice(span - 86_400));
                (from, from.plus_seconds(7_200 + dice(90_000)))
            };
            let length = until.since(from);
            let between = || from.plus_seconds(60 + dice(length - 120));
            deeds.push((from, case, Deed::Open));
            let posts = if n + 1 == count { LONGEST } else { 8 + self.dice.below(44) };
            deeds.extend((0..posts).map(|_| (between(), case, Deed::Post)));
            deeds.extend((0..self.dice.below(28)).map(|_| (between(), case, Deed::Attach)));
            deeds.push((between(), case, if n % 3 == 0 { Deed::Ask } else { Deed::Indicate }));
            if n % 5 != 0 || !is_open {
                deeds.push((from.plus_seconds(30), case, Deed::Step("triaged")));
            }
            if !is_open {
                deeds.push((until.plus_seconds(-30), case, Deed::Step("resolved")));
                deeds.push((until, case, Deed::Step("closed")));
            }
        }
        deeds
    }

    async fn perform(&mut self, at: Moment, n: usize, deed: Deed) -> Result<()> {
        match deed {
            Deed::Post => self.post(at, n).await,
            Deed::Attach => self.attach(at, n).await,
            Deed::Open | Deed::Indicate | Deed::Ask | Deed::Step(_) => {
                self.commit().await?;
                replay::pass_time(self.room, at).await?;
                self.alone(n, deed).await
            }
        }
    }

    /// An act with a transaction of its own.
    async fn alone(&mut self, n: usize, deed: Deed) -> Result<()> {
        let (room, once) = (self.room.clone(), Once::each_time());
        let Some(number) = self.cases[n].number.clone() else {
            let input = self.opening(n);
            let asker = replay::asker(&room, &self.cases[n].lead)?;
            let number = incident::open(room.clone(), asker.clone(), once, input).await?.number;
            if self.cases[n].tlp == "clear" {
                replay::clear(&room, &asker.viewer, &number, "Cleared for the public.").await?;
            }
            self.cases[n].number = Some(number);
            return Ok(());
        };
        let by =
            if matches!(deed, Deed::Step("closed")) { &self.cases[n].second } else { &self.cases[n].owner };
        let asker = replay::asker(&room, by)?;
        match deed {
            Deed::Indicate => {
                let value = format!("copy-{:04x}.example", self.dice.below(0x4000));
                let input = IndicatorInput { kind: "domain".into(), value, note: String::new() };
                indicator::add(room, asker, once, number, input).await.map(drop)
            }
            Deed::Step(to) => {
                let version = replay::version(&room, &asker.viewer, &number).await?;
                let verification = (to == "resolved").then(|| "confirmed".to_owned());
                let note = one(&self.dice, &SENTENCES).to_owned();
                let input =
                    StatusInput { to: to.into(), version, note, verification, ..StatusInput::default() };
                incident::set_status(room, asker, once, number, input).await.map(drop)
            }
            _ => {
                let text = one(&self.dice, &SENTENCES).to_owned();
                let input = TaskInput {
                    text,
                    organisation: Some(self.cases[n].slug.clone()),
                    ..TaskInput::default()
                };
                task::add(room, asker, once, number, input).await.map(drop)
            }
        }
    }

    fn opening(&self, n: usize) -> OpenIncident {
        let case = &self.cases[n];
        let place = app::model::incident::Jurisdiction { state: case.state.to_owned(), county: None };
        OpenIncident {
            title: format!("{}, {} ({})", one(&self.dice, &TITLES), case.state, n + 1),
            summary: format!("{} {}", one(&self.dice, &SENTENCES), one(&self.dice, &SENTENCES)),
            category: case.category.into(),
            severity: case.severity.into(),
            tlp: if case.tlp == "clear" { "green" } else { case.tlp }.into(),
            jurisdictions: vec![place],
            share_with: case.shared.clone(),
            named: if case.tlp == "red" { vec![case.owner.clone(), case.second.clone()] } else { vec![] },
            owner: Some(case.owner.clone()),
            ..OpenIncident::default()
        }
    }

    async fn post(&mut self, at: Moment, n: usize) -> Result<()> {
        let case = &self.cases[n];
        let Some(number) = case.number.clone() else { return Ok(()) };
        let writer = &case.writers[self.dice.below(case.writers.len() as u32) as usize];
        let asker = replay::asker(self.room, writer)?;
        let kind =
            one(&self.dice, &["update", "update", "observation", "observation", "decision", "request"]);
        let sentences = 1 + self.dice.below(3);
        let text = (0..sentences).map(|_| one(&self.dice, &SENTENCES)).collect::<Vec<_>>().join(" ");
        let narrow = case.tlp.starts_with("amber") && self.dice.below(25) == 0;
        let audience = if narrow { vec![asker_slug(writer).to_owned()] } else { vec![] };
        let input = PostEntry { kind: kind.into(), text, audience, ..PostEntry::default() };
        let act = self.act(&asker, at).await?;
        entry::add_posted(act, &number, input).await.map(drop)
    }

    async fn attach(&mut self, at: Moment, n: usize) -> Result<()> {
        let case = &self.cases[n];
        let Some(number) = case.number.clone() else { return Ok(()) };
        let writer = case.writers[self.dice.below(case.writers.len() as u32) as usize].clone();
        let asker = replay::asker(self.room, &writer)?;
        let slug = asker_slug(&writer).to_owned();
        let note = one(&self.dice, &SENTENCES).to_owned();
        let input = EvidenceInput { note, ..EvidenceInput::default() };
        let kept = self.files.get(&slug).map_or(0, Vec::len);
        if kept < FILES {
            self.commit().await?;
            let file = take(self.room, &asker, &number, &self.dice, kept).await?;
            self.files.entry(slug.clone()).or_default().extend(file);
        }
        let files = self.files.remove(&slug).unwrap_or_default();
        let chosen = self.dice.below(files.len() as u32) as usize;
        let act = self.act(&asker, at).await?;
        let done = evidence::attach(act, &asker, &number, &files[chosen..=chosen], &input).await;
        self.files.insert(slug, files);
        done.map(drop)
    }

    /// The transaction under way, now in this person's hands.
    async fn act(&mut self, asker: &Asker, at: Moment) -> Result<&mut Act> {
        if self.together == TOGETHER {
            self.commit().await?;
        }
        self.together += 1;
        let act = match self.act.take() {
            Some(act) => act,
            None => Box::new(self.room.begin_for(asker.viewer.clone(), "demo").await?),
        };
        let act = self.act.insert(act);
        act.go_on(asker.viewer.clone(), at);
        Ok(act)
    }

    async fn commit(&mut self) -> Result<()> {
        self.together = 0;
        match self.act.take() {
            Some(act) => act.commit_own().await,
            None => Ok(()),
        }
    }
}

fn asker_slug(email: &str) -> &str {
    let domain = email.split('@').nth(1).unwrap_or_default();
    domain.split('.').next().unwrap_or_default()
}

/// A file of its own for an organisation, stored as every file is.
async fn take(room: &Room, asker: &Asker, number: &Number, dice: &Ids, n: usize) -> Result<Vec<Taken>> {
    let mut bytes = Vec::with_capacity(FILE_BYTES);
    while bytes.len() < FILE_BYTES {
        bytes.extend_from_slice(
            format!("{:016x} delivered to {}\n", dice.below(u32::MAX), dice.below(10_000)).as_bytes(),
        );
    }
    let mut intake = Intake::begin(room.clone(), asker.clone(), number.clone()).await?;
    let stream = stream::iter([Ok::<_, Infallible>(Bytes::from(bytes))]);
    intake.take(&format!("gateway-{n}.log"), stream).await?;
    intake.keep().await
}
