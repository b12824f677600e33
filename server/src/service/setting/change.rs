//! A section changes: checked against what stands, written as its next version, in force at once.

use app::{
    model::{
        FieldErrors, Moment,
        clock::SeverityTarget,
        notice::NoticeWhat,
        setting::{Leaf, Section, SettingKind},
    },
    policy::{self, Administration, Over, Viewer},
};

use super::{
    super::{
        Act, Asker, Begun, Error, Noun, Once, Record, Result, Room, notice, person, settled, share,
        store::{self, period::CategoryRow, setting::SettingRow},
    },
    CategoryAct, SHIPPED, Standing, category, check, section_of, shipped,
};

/// Longest reason, in characters.
const REASON: usize = 500;

/// What a section is to become.
#[derive(Clone, Debug)]
pub enum Proposal {
    Whole(Section),
    Category(CategoryAct),
    /// As it stood in this version; the catalogue from now on.
    Back(i64),
}

/// Whether the viewer changes this section.
pub fn permit(viewer: &Viewer, kind: SettingKind) -> Result<()> {
    if policy::may_administer(viewer, Administration::ChangeSetting, Over::Setting(kind)) {
        return Ok(());
    }
    Err(Error::Forbidden(match kind {
        SettingKind::Purposes | SettingKind::HoldRules => "The room admin changes that.",
        _ => "Shift leads and the room admin change that.",
    }))
}

/// Checks what somebody proposes without writing it: nobody without the right learns whether it would do.
pub fn propose(room: &Room, viewer: &Viewer, section: &Section, reason: &str) -> Result<()> {
    permit(viewer, section.kind())?;
    let mut errors = check::faults(section, &room.reference());
    check_reason(reason.trim(), &mut errors);
    if errors.is_empty() { Ok(()) } else { Err(Error::Invalid(errors)) }
}

fn check_reason(reason: &str, errors: &mut FieldErrors) {
    if !(1..=REASON).contains(&reason.chars().count()) {
        errors.add("reason", format!("Say why, in up to {REASON} characters"));
    }
}

/// Changes a section and answers its new version. `version`: the one that the proposal was made from.
pub async fn change(
    room: &Room,
    asker: &Asker,
    kind: SettingKind,
    proposal: Proposal,
    (version, reason): (i64, &str),
    once: &Once,
) -> Result<i64> {
    permit(&asker.viewer, kind)?;
    let reason = reason.trim().to_owned();
    let (room, asker, once) = (room.clone(), asker.clone(), once.clone());
    settled(async move {
        let mut act = match room.begin(&asker, &once).await? {
            Begun::Fresh(act) => act,
            Begun::Repeated(version) => return Ok(version),
        };
        let viewer = person::actor(&mut act).await?;
        permit(&viewer, kind)?;
        let standing = standing(&mut act, kind).await?;
        if standing.version != version {
            return Err(Error::Changed { version: standing.version });
        }
        share::permit_reason(&room, &viewer, &reason)?;
        let (section, mut remark) = resolve(&mut act, &standing, &proposal, &reason).await?;
        if let Some(more) = section.remark() {
            remark = format!("{remark} {more}").trim().to_owned();
        }
        let row = add(&mut act, &viewer, &section, version + 1, (reason, remark)).await?;
        project(&mut act, &section, &standing.section).await?;
        // What holds an agency's words, and what stands beside them, is counsel's to know of.
        match kind {
            SettingKind::HoldRules => notice::tell_of_setting(&mut act, &row, NoticeWhat::HoldRules).await?,
            SettingKind::Purposes => notice::tell_of_setting(&mut act, &row, NoticeWhat::Purposes).await?,
            _ => {}
        }
        act.commit_members(row.version).await
    })
    .await
}

/// As it stands under the writer's turn: another process may have changed it a moment ago.
async fn standing(act: &mut Act, kind: SettingKind) -> Result<Standing> {
    match store::setting::find_newest(&mut act.tx, kind).await? {
        Some(row) => Standing::of(row),
        None => {
            let reference = act.room.reference();
            let cached = reference.settings.of(kind).map(|standing| standing.section.clone());
            Ok(Standing::shipped(cached.ok_or_else(|| Error::internal("a kind without a section"))?))
        }
    }
}

/// The section that is proposed, checked, and what is to be remarked about where it comes from.
async fn resolve(
    act: &mut Act,
    standing: &Standing,
    proposal: &Proposal,
    reason: &str,
) -> Result<(Section, String)> {
    let mut errors = FieldErrors::default();
    check_reason(reason, &mut errors);
    let now = act.now();
    let (section, remark) = match proposal {
        Proposal::Whole(section) => (section.clone(), String::new()),
        Proposal::Category(step) => match step.clone().apply(leaves(&standing.section), now) {
            Ok(leaves) => (Section::Categories(leaves), String::new()),
            Err(Error::Invalid(found)) => {
                errors.merge(found);
                return Err(Error::Invalid(errors));
            }
            Err(other) => return Err(other),
        },
        Proposal::Back(to) => match earlier(act, standing, *to, now).await? {
            Some(section) => (section, format!("Set back to version {to}.")),
            None => {
                errors.add("to", "Choose a version of the list");
                return Err(Error::Invalid(errors));
            }
        },
    };
    let lone = matches!(proposal, Proposal::Category(_));
    errors.merge(match &section {
        Section::Categories(new) => category::faults(new, leaves(&standing.section), now, lone),
        other => check::faults(other, &act.room.reference()),
    });
    if section == standing.section {
        errors.add("form", "It stands so already: nothing was changed");
    }
    if errors.is_empty() { Ok((section, remark)) } else { Err(Error::Invalid(errors)) }
}

fn leaves(section: &Section) -> &[Leaf] {
    match section {
        Section::Categories(leaves) => leaves,
        _ => &[],
    }
}

async fn earlier(act: &mut Act, standing: &Standing, to: i64, now: Moment) -> Result<Option<Section>> {
    let kind = standing.section.kind();
    let then = match to {
        SHIPPED => shipped::section(kind)?,
        _ => match store::setting::find(&mut act.tx, kind, to).await? {
            Some(row) => section_of(&row)?,
            None => return Ok(None),
        },
    };
    Ok(Some(match (then, &standing.section) {
        (Section::Categories(then), Section::Categories(now_standing)) => {
            Section::Categories(category::back(now_standing, &then, now))
        }
        (then, _) => then,
    }))
}

async fn add(
    act: &mut Act,
    viewer: &Viewer,
    section: &Section,
    version: i64,
    (reason, remark): (String, String),
) -> Result<SettingRow> {
    let mut row = SettingRow {
        id: act.room.ids.uuid(),
        kind: section.kind(),
        version,
        seq: 0,
        body: serde_json::to_string(section).map_err(Error::internal)?,
        reason,
        remark,
        person_id: viewer.person,
        organisation_id: viewer.organisation,
        at: act.now(),
    };
    let body = super::body_of(&row);
    let record =
        Record { incident: None, noun: Noun::Setting, noun_id: Some(row.id), action: "changed", body };
    row.seq = act.record(record).await?;
    store::setting::add(&mut act.tx, &row).await?;
    Ok(row)
}

/// The tables that other queries read.
async fn project(act: &mut Act, section: &Section, before: &Section) -> Result<()> {
    match section {
        Section::Severities(all) => set_targets(act, all).await,
        Section::Periods(all) => {
            let shipped = shipped::times()?;
            for one in all {
                store::period::set_percent(&mut act.tx, &one.period, one.target_percent).await?;
                let as_shipped = shipped.iter().find(|(slug, ..)| *slug == one.period);
                let times = one.moved().or(as_shipped.map(|(_, from, to)| (*from, *to)));
                if let Some((from, to)) = times {
                    store::period::set_times(&mut act.tx, &one.period, from, to).await?;
                }
            }
            Ok(())
        }
        Section::Categories(all) => set_leaves(act, all, leaves(before)).await,
        Section::Playbooks(_) | Section::Purposes(_) | Section::HoldRules(_) => Ok(()),
    }
}

async fn set_targets(act: &mut Act, all: &[SeverityTarget]) -> Result<()> {
    for one in all {
        store::period::set_target(&mut act.tx, one).await?;
    }
    Ok(())
}

async fn set_leaves(act: &mut Act, all: &[Leaf], before: &[Leaf]) -> Result<()> {
    for (position, leaf) in (1..).zip(all) {
        let row = CategoryRow {
            code: leaf.code.clone(),
            top: leaf.top.clone(),
            top_name: leaf.top_name.clone(),
            name: leaf.name_at(act.now()).to_owned(),
            position,
            effective_from: leaf.effective_from,
            effective_to: leaf.effective_to,
        };
        store::period::set_category(&mut act.tx, &row).await?;
    }
    for gone in before.iter().filter(|leaf| !all.iter().any(|other| other.code == leaf.code)) {
        store::period::remove_category(&mut act.tx, &gone.code).await?;
    }
    Ok(())
}
