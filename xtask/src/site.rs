//! Puts `dist/site` together: public files, style, and the browser half.

use std::fs;

use anyhow::{Context, Result, ensure};

use crate::assets::Assets;
use crate::budget;
use crate::workspace::{Workspace, files};
use crate::{browser, package, style};

/// Builds whatever changed. Without `require_browser` a machine that cannot compile for the browser
/// gets a site whose manifest has no `boot.js`; the pages then leave the script out.
pub(crate) fn build(workspace: &Workspace, require_browser: bool) -> Result<()> {
    let mut assets = Assets::new(workspace.site());
    add_public(workspace, &mut assets)?;
    let style = style::bundle(workspace, &assets)?;
    assets.add("site.css", style.as_bytes())?;
    if let Some(wasm) = browser::compile(workspace, require_browser)? {
        let package = package::make(workspace, &wasm)?;
        add_browser(workspace, &mut assets, package)?;
    }
    let manifest = assets.finish()?;
    budget::print(&manifest);
    Ok(())
}

fn add_public(workspace: &Workspace, assets: &mut Assets) -> Result<()> {
    let public = workspace.root.join("public");
    let mut manifests = Vec::new();
    for file in files(&public)? {
        let logical = file.strip_prefix(&public)?.to_string_lossy().into_owned();
        let bytes = fs::read(&file)?;
        match logical.as_str() {
            "favicon.ico" | "robots.txt" => drop(assets.add_in_place(&logical, &bytes)?),
            _ if logical.starts_with(".well-known/") => drop(assets.add_in_place(&logical, &bytes)?),
            _ if logical.ends_with(".webmanifest") => manifests.push((logical, String::from_utf8(bytes)?)),
            _ => drop(assets.add(&logical, &bytes)?),
        }
    }
    // A web app manifest names icons, so it comes after them.
    for (logical, mut text) in manifests {
        for file in files(&public)? {
            let icon = file.strip_prefix(&public)?.to_string_lossy().into_owned();
            if let Some(url) = assets.url(&icon) {
                text = text.replace(&format!("\"/{icon}\""), &format!("\"{url}\""));
            }
        }
        assets.add(&logical, text.as_bytes())?;
    }
    Ok(())
}

/// Adds the scripts inside out, so that each names the next by its hash.
fn add_browser(workspace: &Workspace, assets: &mut Assets, package: package::Package) -> Result<()> {
    let mut script = package.script;
    for (import, text) in &package.snippets {
        let url = assets.add(&import.replace("./snippets/", "").replace('/', "-"), text.as_bytes())?;
        script = script.replace(import, &beside(&url));
    }
    let script = assets.add("app.js", script.as_bytes())?;
    let wasm = assets.add("app.wasm", &package.wasm)?;
    let source = workspace.root.join("app/src/boot.js");
    let mut boot = fs::read_to_string(&source).with_context(|| source.display().to_string())?;
    for (placeholder, url) in [("./app.js", script), ("./app.wasm", wasm)] {
        ensure!(boot.matches(placeholder).count() == 1, "boot.js names {placeholder} once");
        boot = boot.replace(placeholder, &beside(&url));
    }
    assets.add("boot.js", boot.as_bytes())?;
    Ok(())
}

/// A URL below `/assets/` as its neighbours there write it.
fn beside(url: &str) -> String {
    url.replacen("/assets/", "./", 1)
}
