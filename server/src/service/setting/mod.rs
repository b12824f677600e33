//! The room's settings: sections of data that it changes while it runs. Each change is a version of the whole
//! section and a row of the journal; the tables that other queries read follow in the same transaction.

mod category;
mod change;
mod check;
mod read;
pub(crate) mod shipped;

use app::model::{
    Moment, PersonId, SeverityTarget,
    setting::{Explanation, HoldRule, Leaf, Playbook, Profile, Section, SettingKind},
};

use super::{
    Error, Result,
    store::{self, Db, period::CategoryRow, setting::SettingRow},
};

pub use category::CategoryAct;
pub use change::{Proposal, change, permit, propose};
pub use read::{find, history, list};

/// The version that ships with the program.
pub const SHIPPED: i64 = 1;

/// A section as it stands.
#[derive(Clone, Debug)]
pub struct Standing {
    pub version: i64,
    pub section: Section,
    /// None while it stands as shipped.
    pub last: Option<Last>,
}

/// Who changed a section last.
#[derive(Clone, Debug)]
pub struct Last {
    pub by: PersonId,
    pub at: Moment,
    pub reason: String,
    pub remark: String,
}

impl Standing {
    fn of(row: SettingRow) -> Result<Self> {
        let section = section_of(&row)?;
        let last = Last { by: row.person_id, at: row.at, reason: row.reason, remark: row.remark };
        Ok(Self { version: row.version, section, last: Some(last) })
    }

    fn shipped(section: Section) -> Self {
        Self { version: SHIPPED, section, last: None }
    }
}

fn section_of(row: &SettingRow) -> Result<Section> {
    let json: serde_json::Value = serde_json::from_str(&row.body).map_err(Error::internal)?;
    let knows_marks = json
        .as_array()
        .is_none_or(|all| all.is_empty() || all.iter().any(|one| one.get("content").is_some()));
    let section = Section::read(row.kind, json).map_err(Error::internal)?;
    match section {
        // A version from before incidents could be marked says nothing about marks: what ships stands.
        Section::HoldRules(mut rules) if !knows_marks => {
            if let Section::HoldRules(shipped) = shipped::section(SettingKind::HoldRules)? {
                let others = |rule: &HoldRule| rules.iter().all(|own| own.rule != rule.rule);
                let marks: Vec<_> =
                    shipped.into_iter().filter(|rule| !rule.content.is_empty() && others(rule)).collect();
                rules.extend(marks);
            }
            Ok(Section::HoldRules(rules))
        }
        section => Ok(section),
    }
}

/// A version as its journal row holds it; `verify` compares the two.
pub(crate) fn body_of(row: &SettingRow) -> String {
    // What is no JSON was edited: it differs as a text.
    let section = serde_json::from_str(&row.body).unwrap_or(serde_json::Value::String(row.body.clone()));
    serde_json::json!({
        "kind": row.kind, "version": row.version, "section": section, "reason": row.reason, "remark": row.remark,
    })
    .to_string()
}

/// Every section as it stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings(Vec<Standing>);

impl Settings {
    /// Reads the newest version of each; where there is none, what the room was founded with or what ships.
    pub(crate) async fn read(
        db: &Db,
        targets: &[SeverityTarget],
        categories: Vec<CategoryRow>,
        periods: &[app::model::period::Period],
    ) -> Result<Self> {
        let founded_leaf = |row: CategoryRow| Leaf {
            code: row.code,
            top: row.top,
            top_name: row.top_name,
            name: row.name,
            effective_from: row.effective_from,
            effective_to: row.effective_to,
            earlier: vec![],
        };
        let profile = |period: &app::model::period::Period| {
            Profile::shipped(period.slug.clone(), period.target_percent)
        };
        let mut all = vec![];
        let mut leaves = Some(categories.into_iter().map(founded_leaf).collect());
        for kind in SettingKind::ALL {
            let standing = match store::setting::read_newest(db, *kind).await? {
                Some(row) => Standing::of(row)?,
                None => Standing::shipped(match kind {
                    SettingKind::Severities => {
                        let mut targets = targets.to_vec();
                        targets.sort_by_key(|target| target.severity);
                        Section::Severities(targets)
                    }
                    SettingKind::Periods => Section::Periods(periods.iter().map(profile).collect()),
                    SettingKind::Categories => Section::Categories(leaves.take().unwrap_or_default()),
                    kind => shipped::section(*kind)?,
                }),
            };
            all.push(standing);
        }
        Ok(Self(all))
    }

    pub(crate) fn of(&self, kind: SettingKind) -> Option<&Standing> {
        self.0.iter().find(|standing| standing.section.kind() == kind)
    }

    pub(crate) fn leaves(&self) -> &[Leaf] {
        match self.of(SettingKind::Categories).map(|standing| &standing.section) {
            Some(Section::Categories(leaves)) => leaves,
            _ => &[],
        }
    }

    pub(crate) fn playbooks(&self) -> &[Playbook] {
        match self.of(SettingKind::Playbooks).map(|standing| &standing.section) {
            Some(Section::Playbooks(playbooks)) => playbooks,
            _ => &[],
        }
    }

    pub(crate) fn hold_rules(&self) -> &[HoldRule] {
        match self.of(SettingKind::HoldRules).map(|standing| &standing.section) {
            Some(Section::HoldRules(rules)) => rules,
            _ => &[],
        }
    }
}

/// What was explained about each purpose, since which row of the journal: newest first, then what ships.
#[derive(Clone, Debug, Default)]
pub(crate) struct Explained(Vec<(i64, Vec<Explanation>)>);

impl Explained {
    pub(crate) async fn read(db: &Db) -> Result<Self> {
        let mut all = vec![];
        for row in store::setting::list(db, SettingKind::Purposes, i64::MAX, i64::MAX).await? {
            if let Section::Purposes(explanations) = section_of(&row)? {
                all.push((row.seq, explanations));
            }
        }
        if let Section::Purposes(explanations) = shipped::section(SettingKind::Purposes)? {
            all.push((0, explanations));
        }
        Ok(Self(all))
    }

    /// As it stood when the row of the journal with this number was written.
    pub(crate) fn at(&self, seq: i64, purpose: app::model::share::Purpose) -> &str {
        let stood = self.0.iter().find(|(since, _)| *since <= seq).map(|(_, stood)| stood);
        let found = stood.and_then(|stood| stood.iter().find(|one| one.purpose == purpose));
        found.map_or("", |one| &one.text)
    }
}
