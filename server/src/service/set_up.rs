//! The guided set-up of a young room: its first admin decides the period and the targets, as ordinary versions of
//! the settings, or leaves them as shipped. Version 1 of a setting stays what ships.

use app::{
    model::{
        Moment, SeverityTarget,
        set_up::{SetUp, SetUpState, SetUpStep},
        setting::{Profile, Section, SettingKind},
    },
    policy::{self, Administration, Cleared, Over, Viewer},
};
use serde_json::json;

use super::{
    Asker, Begun, Error, Noun, Once, Record, Result, Room, person,
    setting::{self, Proposal, SHIPPED},
    settled,
    store::{self, Db},
};

/// The reason under which the steps change a setting.
const REASON: &str = "First set-up of the room";
/// Longest period that starts here, in seconds: a year.
const LONGEST: i64 = 366 * 86_400;

pub(crate) const fn kind_of(step: SetUpStep) -> SettingKind {
    match step {
        SetUpStep::Period => SettingKind::Periods,
        SetUpStep::Severities => SettingKind::Severities,
    }
}

/// The steps as they were left; what has a version of its own since is decided.
pub(crate) async fn read(db: &Db, settings: &setting::Settings) -> Result<SetUp> {
    let left = store::set_up::list(db).await?;
    let state = |step: SetUpStep| {
        let (_, state) = left.iter().find(|(one, _)| *one == step)?;
        let changed = settings.of(kind_of(step)).is_some_and(|standing| standing.version > SHIPPED);
        Some((step, if changed { SetUpState::Done } else { *state }))
    };
    Ok(SetUp { steps: SetUpStep::ALL.iter().filter_map(|step| state(*step)).collect() })
}

/// Whether this viewer decides the steps.
pub fn permit(viewer: &Viewer) -> Result<()> {
    if policy::may_administer(viewer, Administration::SetUp, Over::Room) {
        return Ok(());
    }
    Err(Error::Forbidden("The room admin sets the room up."))
}

/// Where the room stands, for whoever sets it up; not found in a room that was not founded by a link.
pub fn find(room: &Room, viewer: &Viewer) -> Result<Cleared<SetUp>> {
    permit(viewer)?;
    let set_up = Some(room.reference().set_up().clone()).filter(|set_up| !set_up.steps.is_empty());
    set_up.and_then(|set_up| policy::clear_set_up(viewer, set_up)).ok_or(Error::NotFound)
}

/// Leaves a step as shipped.
pub async fn keep(room: &Room, asker: &Asker, step: SetUpStep, once: &Once) -> Result<()> {
    permit(&asker.viewer)?;
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(()) => return Ok(()),
        };
        permit(&person::actor(&mut act).await?)?;
        let now = act.now();
        if !store::set_up::set_kept(&mut act.tx, step, asker.viewer.person, now).await? {
            return Err(Error::NotFound);
        }
        let body = json!({ "step": step, "address": asker.address }).to_string();
        let record = Record { incident: None, noun: Noun::Room, noun_id: None, action: "set_up_kept", body };
        act.record(record).await?;
        act.commit_members(()).await
    })
    .await
}

/// Starts one of the shipped periods now: the next version of the profiles. `until`: when it ends.
pub async fn start_period(
    room: &Room,
    asker: &Asker,
    (slug, until): (&str, Option<Moment>),
    version: i64,
    once: &Once,
) -> Result<i64> {
    let (now, reference) = (room.now(), room.reference());
    let mut errors = app::model::FieldErrors::default();
    let profiles: &[Profile] = match reference.settings.of(SettingKind::Periods).map(|one| &one.section) {
        Some(Section::Periods(all)) => all,
        _ => &[],
    };
    if !profiles.iter().any(|one| one.period == slug) {
        errors.add("period", "Choose a period of the list");
    }
    match until {
        Some(until) if until <= now => errors.add("until", "That is in the past"),
        Some(until) if until.since(now) > LONGEST => errors.add("until", "At most a year from now"),
        Some(_) => {}
        None => errors.add("until", "Give the date and time at which it ends"),
    }
    let Some(until) = until.filter(|_| errors.is_empty()) else {
        permit(&asker.viewer)?;
        return Err(Error::Invalid(errors));
    };
    let started = profiles.iter().map(|one| match one.period == slug {
        true => Profile { from: Some(now), to: Some(until), ..one.clone() },
        false => one.clone(),
    });
    let proposal = Proposal::Whole(Section::Periods(started.collect()));
    permit(&asker.viewer)?;
    setting::change(room, asker, SettingKind::Periods, proposal, (version, REASON), once).await
}

/// The targets as typed: the next version, or kept where they are what stands.
pub async fn set_severities(
    room: &Room,
    asker: &Asker,
    targets: Vec<SeverityTarget>,
    version: i64,
    once: &Once,
) -> Result<()> {
    permit(&asker.viewer)?;
    let section = Section::Severities(targets);
    let stands =
        room.reference().settings.of(SettingKind::Severities).is_some_and(|one| one.section == section);
    if stands {
        return keep(room, asker, SetUpStep::Severities, once).await;
    }
    let proposal = Proposal::Whole(section);
    setting::change(room, asker, SettingKind::Severities, proposal, (version, REASON), once).await.map(drop)
}
