//! The policy on other people's code, checked without a download: licences and unwanted crates.
//!
//! `deny.toml` says the same to `cargo deny`, which also knows advisories.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::spdx;
use crate::workspace::{Workspace, output};

const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Zlib",
];

/// TLS is rustls over ring alone.
const UNWANTED: [&str; 5] = ["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl", "openssl-sys"];

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut refused = Vec::new();
    let packages = packages(workspace)?;
    for package in packages.iter().filter(|package| !package["source"].is_null()) {
        let licence = package["license"].as_str().unwrap_or("none given");
        *counts.entry(licence.to_owned()).or_default() += 1;
        if !spdx::satisfied(licence, &|name| ALLOWED.contains(&name)) {
            refused.push(format!("{} {}: {licence}", text(package, "name"), text(package, "version")));
        }
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort_by_key(|(licence, count)| (std::cmp::Reverse(*count), licence.clone()));
    for (licence, count) in &counts {
        println!("{count:>5}  {licence}");
    }
    print_duplicates(&packages);
    let unwanted = unwanted(workspace)?;
    ensure!(unwanted.is_empty(), "crates that must not be in Cargo.lock: {}", unwanted.join(", "));
    ensure!(refused.is_empty(), "licences that are not allowed:\n  {}", refused.join("\n  "));
    println!("{} crates, every licence allowed", counts.iter().map(|(_, count)| count).sum::<usize>());
    Ok(())
}

/// The packages that a build on this host uses, from what is on disk if all of it is there.
fn packages(workspace: &Workspace) -> Result<Vec<Value>> {
    let version =
        output(Command::new("rustc").arg("-vV").current_dir(&workspace.root)).context("rustc -vV")?;
    let host =
        version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names its host")?;
    let ask = |extra: &[&str]| {
        let mut cargo = Command::new(&workspace.cargo);
        cargo.args(["metadata", "--format-version", "1", "--locked", "--filter-platform", host]).args(extra);
        output(cargo.current_dir(&workspace.root))
    };
    let answer = ask(&["--offline"]).or_else(|| ask(&[])).context("cargo metadata failed")?;
    let metadata: Value = serde_json::from_str(&answer)?;
    let nodes = metadata["resolve"]["nodes"].as_array().context("cargo metadata resolves")?;
    let used: BTreeSet<&str> = nodes.iter().filter_map(|node| node["id"].as_str()).collect();
    let packages = metadata["packages"].as_array().context("cargo metadata lists packages")?;
    Ok(packages.iter().filter(|package| used.contains(text(package, "id"))).cloned().collect())
}

fn print_duplicates(packages: &[Value]) {
    let mut versions: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for package in packages {
        versions.entry(text(package, "name")).or_default().insert(text(package, "version"));
    }
    for (name, versions) in versions.iter().filter(|(_, versions)| versions.len() > 1) {
        let versions: Vec<&str> = versions.iter().copied().collect();
        println!("twice: {name} {}", versions.join(", "));
    }
}

/// Every platform's crates are in the lock file, not only this host's.
fn unwanted(workspace: &Workspace) -> Result<Vec<String>> {
    let lock = fs::read_to_string(workspace.root.join("Cargo.lock"))?;
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    Ok(names.filter(|name| UNWANTED.contains(name)).map(str::to_owned).collect())
}

fn text<'a>(package: &'a Value, key: &str) -> &'a str {
    package[key].as_str().unwrap_or_default()
}
