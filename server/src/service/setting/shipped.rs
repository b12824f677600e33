//! What ships with the program: version 1 of every section.

use app::model::{
    Moment, Severity, SeverityTarget,
    setting::{Leaf, Profile, Section, SettingKind},
};
use serde::{Deserialize, de::DeserializeOwned};

use super::super::{Error, Result};

#[derive(Debug, Deserialize)]
struct Top {
    code: String,
    name: String,
    leaves: Vec<Named>,
}

#[derive(Debug, Deserialize)]
struct Named {
    code: String,
    name: String,
}

#[derive(Debug, Deserialize)]
struct Targets {
    severity: Severity,
    definition: String,
    acknowledge_s: Option<i64>,
    update_s: Option<i64>,
    contain_s: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Shipped {
    slug: String,
    from: Moment,
    to: Moment,
    target_factor_percent: i64,
}

/// When each period runs, as it ships.
pub(crate) fn times() -> Result<Vec<(String, Moment, Moment)>> {
    let all: Vec<Shipped> = parse(include_str!("../../../../data/periods_2020.json"))?;
    Ok(all.into_iter().map(|one| (one.slug, one.from, one.to)).collect())
}

pub(crate) fn section(kind: SettingKind) -> Result<Section> {
    Ok(match kind {
        SettingKind::Severities => Section::Severities(targets()?),
        SettingKind::Periods => {
            let all: Vec<Shipped> = parse(include_str!("../../../../data/periods_2020.json"))?;
            let profile = |one: Shipped| Profile::shipped(one.slug, one.target_factor_percent);
            Section::Periods(all.into_iter().map(profile).collect())
        }
        SettingKind::Categories => Section::Categories(leaves()?),
        SettingKind::Playbooks => Section::Playbooks(parse(include_str!("../../../../data/playbooks.json"))?),
        SettingKind::Purposes => Section::Purposes(parse(include_str!("../../../../data/purposes.json"))?),
        SettingKind::HoldRules => {
            Section::HoldRules(parse(include_str!("../../../../data/hold_rules.json"))?)
        }
    })
}

/// In the order of the severities, worst first.
pub(crate) fn targets() -> Result<Vec<SeverityTarget>> {
    let all: Vec<Targets> = parse(include_str!("../../../../data/severities.json"))?;
    let target = |one: Targets| SeverityTarget {
        severity: one.severity,
        definition: one.definition,
        acknowledge_s: one.acknowledge_s,
        update_s: one.update_s,
        contain_s: one.contain_s,
    };
    Ok(all.into_iter().map(target).collect())
}

/// The catalogue, in its order; in effect since ever.
pub(crate) fn leaves() -> Result<Vec<Leaf>> {
    let tops: Vec<Top> = parse(include_str!("../../../../data/categories.json"))?;
    let leaves = tops.into_iter().flat_map(|top| {
        top.leaves.into_iter().map(move |leaf| Leaf {
            code: leaf.code,
            top: top.code.clone(),
            top_name: top.name.clone(),
            name: leaf.name,
            effective_from: Moment(0),
            effective_to: None,
            earlier: vec![],
        })
    });
    Ok(leaves.collect())
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(Error::internal)
}
