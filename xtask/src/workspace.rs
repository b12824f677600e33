//! Where things are, and how other programs are started.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

pub(crate) struct Workspace {
    /// The folder of the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Where cargo builds, `CARGO_TARGET_DIR` respected.
    pub(crate) target: PathBuf,
    /// The cargo that runs this program.
    pub(crate) cargo: PathBuf,
}

impl Workspace {
    pub(crate) fn find() -> Result<Workspace> {
        let own = variable("CARGO_MANIFEST_DIR").context("run it with cargo: cargo run -p xtask -- help")?;
        let root = Path::new(&own).parent().context("xtask lies in the workspace's folder")?.to_owned();
        let target = variable("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), |dir| root.join(dir));
        let cargo = variable("CARGO").map_or_else(|| PathBuf::from("cargo"), PathBuf::from);
        Ok(Workspace { root, target, cargo })
    }

    /// The folder that the server embeds.
    pub(crate) fn site(&self) -> PathBuf {
        self.root.join("dist/site")
    }

    /// A tool that came with the packages of `end2end`, if they are installed.
    pub(crate) fn npm_tool(&self, name: &str) -> Option<PathBuf> {
        let tool = self.root.join("end2end/node_modules/.bin").join(name);
        (tool.exists() && Command::new("node").arg("--version").output().is_ok()).then_some(tool)
    }
}

#[expect(clippy::disallowed_methods, reason = "a build tool is told by cargo's variables where it runs")]
pub(crate) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

/// Runs a program to its end and fails unless it succeeds.
pub(crate) fn run(command: &mut Command) -> Result<()> {
    let name = command.get_program().to_string_lossy().into_owned();
    let status = command.status().with_context(|| format!("{name} could not be started"))?;
    if !status.success() {
        bail!("{name} failed: {status}");
    }
    Ok(())
}

/// Runs a program and returns what it printed, or `None` when it is missing or fails.
pub(crate) fn output(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    String::from_utf8(output.stdout).ok()
}

/// Every file below `dir`, sorted, without hidden ones but with `.well-known`.
pub(crate) fn files(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    if !dir.is_dir() {
        return Ok(found);
    }
    for entry in std::fs::read_dir(dir).with_context(|| dir.display().to_string())? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') && name != ".well-known" {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
