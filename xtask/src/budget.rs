//! What a browser has to download before a page is alive, against what is promised.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::assets::MANIFEST;
use crate::workspace::Workspace;

/// Bytes of all scripts and wasm together, as brotli.
const PROMISED: u64 = 200 * 1024;

pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let file = workspace.site().join(MANIFEST);
    let text = fs::read(&file).with_context(|| format!("{}: run `xtask site` first", file.display()))?;
    let manifest: BTreeMap<String, Value> = serde_json::from_slice(&text)?;
    print(&manifest);
    let total = total(&manifest);
    ensure!(total > 0, "there is no browser half to weigh");
    ensure!(total <= PROMISED, "scripts and wasm are {total} bytes as brotli, {PROMISED} are promised");
    Ok(())
}

pub(crate) fn print(manifest: &BTreeMap<String, Value>) {
    for (name, entry) in manifest.iter().filter(|(name, _)| name.ends_with(".css") || runs(name)) {
        println!("{name:<24} {:>9} bytes, {:>7} as brotli", size(entry, "size"), weight(entry));
    }
    println!("scripts and wasm: {} of {PROMISED} bytes as brotli", total(manifest));
}

fn total(manifest: &BTreeMap<String, Value>) -> u64 {
    manifest.iter().filter(|(name, _)| runs(name)).map(|(_, entry)| weight(entry)).sum()
}

fn runs(name: &str) -> bool {
    name.ends_with(".js") || name.ends_with(".wasm")
}

fn weight(entry: &Value) -> u64 {
    entry["brotli"].as_u64().unwrap_or_else(|| size(entry, "size"))
}

fn size(entry: &Value, key: &str) -> u64 {
    entry[key].as_u64().unwrap_or_default()
}
