//! The settings as people read them: what stands, and how it came to stand.

use app::{
    model::setting::{Set, Setting, SettingKind, SettingVersion, differences},
    policy::{self, Administration, Cleared, Over, Viewer},
};

use super::{
    super::{Error, Result, Room, store},
    SHIPPED, Standing, section_of, shipped,
};

const SCREENS: &str = "Settings are for people, not for screens.";

fn known(room: &Room, viewer: &Viewer, standing: &Standing) -> Option<Cleared<Setting>> {
    let directory = room.directory();
    let kind = standing.section.kind();
    let set = standing.last.as_ref().and_then(|last| {
        let by = directory.person(last.by)?.clone();
        Some(Set { by, at: last.at, reason: last.reason.clone(), remark: last.remark.clone() })
    });
    let setting = Setting {
        kind,
        version: standing.version,
        section: standing.section.clone(),
        set,
        may_change: policy::may_administer(viewer, Administration::ChangeSetting, Over::Setting(kind)),
    };
    policy::clear_setting(viewer, setting)
}

/// Every section.
pub fn list(room: &Room, viewer: &Viewer) -> Result<Cleared<Vec<Setting>>> {
    let reference = room.reference();
    let all = SettingKind::ALL.iter().filter_map(|kind| reference.settings.of(*kind));
    let all: Option<Cleared<Vec<Setting>>> = all.map(|standing| known(room, viewer, standing)).collect();
    all.ok_or(Error::Forbidden(SCREENS))
}

/// One section.
pub fn find(room: &Room, viewer: &Viewer, kind: SettingKind) -> Result<Cleared<Setting>> {
    let reference = room.reference();
    let standing = reference.settings.of(kind).ok_or(Error::NotFound)?;
    known(room, viewer, standing).ok_or(Error::Forbidden(SCREENS))
}

/// The versions of a section before one, newest first, each with what it changed; and whether older ones follow.
pub async fn history(
    room: &Room,
    viewer: &Viewer,
    kind: SettingKind,
    before: Option<i64>,
    limit: i64,
) -> Result<(Cleared<Vec<SettingVersion>>, Option<i64>)> {
    let before = before.unwrap_or(i64::MAX);
    let rows = store::setting::list(&room.db, kind, before, limit + 1).await?;
    let directory = room.directory();
    let mut sections = rows.iter().map(section_of).collect::<Result<Vec<_>>>()?;
    sections.push(shipped::section(kind)?);
    let more = rows.len() as i64 > limit;
    let versions = rows.into_iter().zip(sections.windows(2)).map(|(row, two)| SettingVersion {
        version: row.version,
        set: directory.person(row.person_id).cloned().map(|by| Set {
            by,
            at: row.at,
            reason: row.reason,
            remark: row.remark,
        }),
        differences: differences(&two[1], &two[0]),
    });
    let mut versions: Vec<_> = versions.collect();
    let next = more.then(|| versions.get(limit as usize - 1).map(|last| last.version)).flatten();
    versions.truncate(limit as usize);
    if !more && before > SHIPPED {
        versions.push(SettingVersion { version: SHIPPED, set: None, differences: vec![] });
    }
    let cleared = policy::clear_setting(viewer, versions).ok_or(Error::Forbidden(SCREENS))?;
    Ok((cleared, next))
}
