//! What must not be committed, and what must be committed together.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::workspace::{Workspace, files, output};
use crate::{classes, sprite};

/// Beginnings of paths that exist on one machine only. Written in halves: this file is checked too.
const MACHINE_PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];

/// Where packages come from is a setting of the machine, not of the repository.
const REGISTRY_HOSTS: [&str; 4] = [
    concat!("registry.", "npmjs"),
    concat!("index.", "crates.io"),
    concat!("static.", "crates.io"),
    concat!("deb.", "debian.org"),
];

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let mut problems = Vec::new();
    let listing = output(Command::new("git").args(["ls-files", "-z"]).current_dir(&workspace.root));
    let listing = listing.context("git ls-files")?;
    let tracked: Vec<&str> = listing.split('\0').filter(|name| !name.is_empty()).collect();
    for name in &tracked {
        // A binary file, a link or a deleted one has no lines to check.
        let Ok(text) = fs::read_to_string(workspace.root.join(name)) else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(found) = machine_path(line).or_else(|| registry_host(line)) {
                problems.push(format!("{name}:{}: {found}", number + 1));
            }
        }
    }
    problems.extend(unpaired_migrations(&workspace.root)?);
    problems.extend(sprite::missing(&workspace.root)?);
    problems.extend(classes::unused(&workspace.root, &tracked));
    ensure!(problems.is_empty(), "{}", problems.join("\n"));
    println!(
        "{} tracked files are clean, migrations are paired, the sprite has every icon, classes and tokens have their users",
        tracked.len()
    );
    Ok(())
}

fn machine_path(line: &str) -> Option<&'static str> {
    MACHINE_PATHS.into_iter().find(|path| {
        // `docs/work/` and `https://host/home/` are no machine's paths.
        line.match_indices(path)
            .any(|(at, _)| !line[..at].ends_with(|c: char| c.is_alphanumeric() || "._-})>$*".contains(c)))
    })
}

fn registry_host(line: &str) -> Option<&'static str> {
    REGISTRY_HOSTS.into_iter().find(|host| line.contains(host))
}

fn unpaired_migrations(root: &Path) -> Result<Vec<String>> {
    let names = |database: &str| -> Result<BTreeSet<String>> {
        let files = files(&root.join("migrations").join(database))?;
        Ok(files.iter().filter_map(|file| Some(file.file_name()?.to_str()?.to_owned())).collect())
    };
    let (sqlite, postgres) = (names("sqlite")?, names("postgres")?);
    let unpaired = sqlite.symmetric_difference(&postgres);
    Ok(unpaired.map(|name| format!("migrations: {name} exists for one database only")).collect())
}

#[cfg(test)]
mod tests {
    use super::machine_path;

    #[test]
    fn only_the_beginning_of_a_path_counts() {
        assert!(machine_path(concat!("let dir = \"/wo", "rk/data\";")).is_some());
        assert!(machine_path(concat!("/ro", "ot/.cache")).is_some());
        assert!(machine_path(concat!("docs/wo", "rk/plan.md")).is_none());
        assert!(machine_path(concat!("https://host.example/ho", "me/")).is_none());
    }
}
