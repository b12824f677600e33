//! What is shared, and with whom: a row of the ledger for each recipient.

use app::{
    model::{
        OrganisationId, ShareId, Tlp, basis::Basis, bulk::Withheld, hold::HoldReason, id::Number,
        incident::place_of, organisation::Sector, share::Purpose,
    },
    policy::{Action, Viewer},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        Act, Asker, Begun, Error, Once, Result, Room,
        incident::{Held, jurisdiction},
        store::{self, incident::IncidentRow},
    },
    Cited, ShareInput,
    check::checked,
    deliver::{Reviewed, deliver},
    hold, rules,
    survey::{self, Survey},
    template::{Facts, filled},
    way,
};

/// A crossing, checked, before it is a row of the ledger.
#[derive(Clone, Debug)]
pub(crate) struct NewShare {
    pub id: ShareId,
    pub to: OrganisationId,
    pub purpose: Purpose,
    pub text: String,
    pub tlp: Tlp,
    pub foreign_nexus: String,
    pub basis: Basis,
    pub cited: Cited,
    /// The words of the entries that it points to: the rules read them too.
    pub words: Vec<String>,
}

impl NewShare {
    /// What the rules read beside the text, each with what it is called.
    pub(super) fn beside(&self) -> Vec<(&'static str, &str)> {
        let mut beside = vec![
            ("Foreign nexus", self.foreign_nexus.as_str()),
            ("Reference", self.basis.reference.as_str()),
        ];
        if let Some(originator) = &self.basis.originator {
            beside.extend([
                ("Originator", originator.name.as_str()),
                ("Originator’s role", originator.role.as_str()),
                ("Originator’s jurisdiction", originator.jurisdiction.as_str()),
                ("Originator’s words", originator.words.as_str()),
            ]);
        }
        beside
    }
}

/// What became of a crossing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Delivered,
    /// Counsel looks first, for these reasons; the recipient knows nothing.
    Held(Vec<HoldReason>),
}

/// Delivers what no rule holds back. `survey`: what was read of the incident before the act, for who joins.
pub(crate) async fn add(act: &mut Act, held: &mut Held, new: NewShare, survey: &Survey) -> Result<Given> {
    let viewer = act.viewer()?.clone();
    let admits = Reviewed::by_themselves(&viewer).admits(held, new.to);
    let reasons = reasons(&act.room, &viewer, held, &new, admits.then_some(survey)).await?;
    if !reasons.is_empty() {
        hold::add(act, held, new, &reasons).await?;
        return Ok(Given::Held(reasons));
    }
    let reviewed = Reviewed::by_themselves(&viewer);
    deliver(act, held, new, reviewed).await?;
    Ok(Given::Delivered)
}

/// Why counsel looks at a crossing first; nothing when it goes straight out. `survey`: where it would admit.
pub(super) async fn reasons(
    room: &Room,
    viewer: &Viewer,
    held: &Held,
    new: &NewShare,
    survey: Option<&Survey>,
) -> Result<Vec<HoldReason>> {
    let to = room.directory().organisation(new.to).map(|to| to.sector).ok_or(Error::NotFound)?;
    let mut found = {
        let mut beside = new.beside();
        beside.extend(new.words.iter().map(|words| ("An entry that goes along", words.as_str())));
        let (reference, marks) = (room.reference(), rules::marks_of(&held.row));
        let rules = reference.settings.hold_rules();
        let from = new.basis.sectors(viewer.sector);
        let crossing = rules::Crossing { rules, from, to, text: &new.text, beside, marks };
        rules::held_by(&crossing)
    };
    if !held.marking.access.contains(&new.to) {
        found.extend(head_reasons(room, viewer, held, to).await?);
        if let Some(survey) = survey {
            found.extend(survey.reasons(room, &held.row, new.to).await?);
        }
    }
    Ok(found)
}

/// Of what sectors those are who answer for the head of an incident: whoever acts, whoever opened it, and whoever
/// changed its title, its summary or its source last.
pub(crate) async fn writers_of_head(room: &Room, viewer: &Viewer, held: &Held) -> Result<Vec<Sector>> {
    let mut people = vec![held.row.opened_by];
    for field in ["title", "summary", "source"] {
        let change = store::entry::find_last_change(&room.db, held.row.id, field).await?;
        people.extend(change.and_then(|(author, _)| author));
    }
    let directory = room.directory();
    let sectors =
        people.into_iter().filter_map(|id| directory.person(id)).map(|found| found.organisation.sector);
    let mut sectors: Vec<_> = [viewer.sector].into_iter().chain(sectors).collect();
    sectors.sort_unstable();
    sectors.dedup();
    Ok(sectors)
}

/// What the rules find in what stands at the head of the incident, which whoever joins reads at once.
async fn head_reasons(room: &Room, viewer: &Viewer, held: &Held, to: Sector) -> Result<Vec<HoldReason>> {
    let writers = writers_of_head(room, viewer, held).await?;
    let reference = room.reference();
    let rules = rules::Ready::of(reference.settings.hold_rules());
    let mut found: Vec<HoldReason> = vec![];
    for (what, words) in head(held) {
        for from in &writers {
            for reason in rules.find(words, *from, to, rules::Reading::All) {
                let why = format!("{what}: {}", reason.why);
                if !found.iter().any(|known| (&known.rule, &known.why) == (&reason.rule, &why)) {
                    found.push(HoldReason::new(reason.rule, why));
                }
            }
        }
    }
    Ok(found)
}

/// What stands at the head of an incident, and what it is called.
pub(crate) fn head(held: &Held) -> [(&'static str, &str); 4] {
    let hold = held.row.hold_reason.as_deref().unwrap_or_default();
    let row = &held.row;
    [
        ("Title", row.title.as_str()),
        ("Current understanding", row.summary.as_str()),
        ("Source", row.source.as_str()),
        ("Why it is on hold", hold),
    ]
}

/// What whoever joins would read that counsel was not told of when it was held: asked again at the release.
pub(super) async fn unseen(
    room: &Room,
    viewer: &Viewer,
    held: &Held,
    to: OrganisationId,
    (known, survey): (&[HoldReason], &Survey),
) -> Result<Vec<HoldReason>> {
    let sector = room.directory().organisation(to).map(|to| to.sector).ok_or(Error::NotFound)?;
    let mut found = head_reasons(room, viewer, held, sector).await?;
    found.retain(|reason| !known.contains(reason));
    found.extend(survey.unseen(room, &held.row, to, known).await?);
    Ok(found)
}

/// The shares that were made, one an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shared {
    pub shares: Vec<ShareId>,
    /// Those that wait for counsel.
    #[serde(default)]
    pub held: Vec<ShareId>,
    /// The organisations of `shares`.
    #[serde(default)]
    pub told: Vec<OrganisationId>,
    /// Those of `held`, and why.
    #[serde(default)]
    pub withheld: Vec<Withheld>,
}

pub async fn share(
    room: Room,
    asker: Asker,
    once: Once,
    number: Number,
    input: ShareInput,
) -> Result<Shared> {
    give(&room, &asker, &once, &number, input, None).await
}

/// `seen`: the version that was looked at, where the words are the same for several incidents and have places
/// for the facts of each. It is refused where another version stands.
pub(super) async fn give(
    room: &Room,
    asker: &Asker,
    once: &Once,
    number: &Number,
    mut input: ShareInput,
    seen: Option<i64>,
) -> Result<Shared> {
    let survey = survey::ahead(room, &asker.viewer, number, &input.to, &input.named).await?;
    let way = way::ahead(room, &asker.viewer, number, &input).await?;
    let mut act = match room.begin(asker, once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(shared) => return Ok(shared),
    };
    let mut held = act.incident(number).await?;
    act.permit(&held, Action::Share)?;
    let before = held.marking.clone();
    if let Some(seen) = seen {
        act.fresh(&held, seen)?;
        input.text = words_for(room, &held, &input.text).await?;
    }
    let mut shared = Shared { shares: vec![], held: vec![], told: vec![], withheld: vec![] };
    for new in checked(room, &asker.viewer, (&held, &way), &input).await? {
        let (id, to) = (new.id, new.to);
        match add(&mut act, &mut held, new, &survey).await? {
            Given::Held(reasons) => {
                shared.held.push(id);
                let why = reasons.into_iter().map(|reason| reason.why).collect();
                shared.withheld.push(Withheld { to, why });
            }
            Given::Delivered => {
                shared.shares.push(id);
                shared.told.push(to);
            }
        }
    }
    // Others can tell a version that moved: it does where somebody takes part now who did not before.
    if held.marking != before {
        act.save(&mut held).await?;
    }
    act.commit(shared).await
}

/// Words for several incidents as they read for one of them.
pub(super) async fn words_for(room: &Room, held: &Held, text: &str) -> Result<String> {
    let places = store::incident::read_jurisdictions(&room.db, held.row.id).await?;
    let places: Vec<_> = places.into_iter().map(jurisdiction).collect();
    let IncidentRow { number, title, summary, .. } = &held.row;
    Ok(filled(text, &Facts { number, title, place: &place_of(&places), summary }))
}
