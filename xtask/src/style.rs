//! One style sheet from `style/`: files in the order of their layers, addresses of assets hashed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::assets::Assets;
use crate::workspace::{Workspace, files, output};

/// `tokens.css` names the layers, so it comes first; within a layer files go by name.
const ORDER: [&str; 4] = ["tokens.css", "base.css", "components", "pages"];

pub(crate) fn bundle(workspace: &Workspace, assets: &Assets) -> Result<String> {
    let mut text = String::new();
    for file in ordered(&workspace.root.join("style"))? {
        text.push_str(&fs::read_to_string(&file).with_context(|| file.display().to_string())?);
    }
    let text = with_hashed_urls(&text, assets)?;
    let minified = minified(workspace, text)?;
    if let Some(folded) = folded_timeline(&minified) {
        bail!(
            "`{folded}` names its timeline in the shorthand, which no browser reads: give animation-timeline a rule of its own"
        );
    }
    Ok(minified)
}

/// A scroll timeline that the minifier has folded into an `animation`: browsers then drop the whole declaration.
fn folded_timeline(css: &str) -> Option<&str> {
    css.match_indices("animation:").find_map(|(at, _)| {
        let declaration = css[at..].split([';', '}']).next()?;
        ["scroll(", "view("].iter().any(|timeline| declaration.contains(timeline)).then_some(declaration)
    })
}

fn ordered(dir: &Path) -> Result<Vec<PathBuf>> {
    let mut files = files(dir)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "css"));
    files.sort_by_key(|file| {
        let name = file.strip_prefix(dir).unwrap_or(file).to_owned();
        (ORDER.iter().position(|part| name.starts_with(part)), name)
    });
    for file in &files {
        let known = ORDER.iter().any(|part| file.strip_prefix(dir).is_ok_and(|name| name.starts_with(part)));
        ensure!(known, "{} is in none of {ORDER:?}", file.display());
    }
    Ok(files)
}

fn with_hashed_urls(text: &str, assets: &Assets) -> Result<String> {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("url(") {
        let (url, after) = after.split_once(')').context("a url( in style/ is not closed")?;
        let url = url.trim().trim_matches(['"', '\'']);
        result.push_str(before);
        result.push_str(&format!("url(\"{}\")", hashed(url, assets)?));
        rest = after;
    }
    result.push_str(rest);
    Ok(result)
}

fn hashed(url: &str, assets: &Assets) -> Result<String> {
    if url.starts_with('#') || url.starts_with("data:") {
        return Ok(url.to_owned());
    }
    let (path, fragment) = url.split_once('#').map_or((url, None), |(path, fragment)| (path, Some(fragment)));
    let logical = path.trim_start_matches("../").trim_start_matches("./").trim_start_matches('/');
    let logical =
        logical.strip_prefix("public/").or_else(|| logical.strip_prefix("assets/")).unwrap_or(logical);
    let Some(found) = assets.url(logical) else { bail!("style/ names {url}, which public/ does not have") };
    Ok(fragment.map_or_else(|| found.clone(), |fragment| format!("{found}#{fragment}")))
}

fn minified(workspace: &Workspace, text: String) -> Result<String> {
    let Some(tool) = workspace.npm_tool("lightningcss") else { return Ok(text) };
    let input = workspace.target.join("browser/site.css");
    fs::create_dir_all(workspace.target.join("browser"))?;
    fs::write(&input, &text)?;
    match output(Command::new(tool).arg("--minify").arg(&input)) {
        Some(minified) => Ok(minified),
        None => bail!("lightningcss refuses {}", input.display()),
    }
}

#[cfg(test)]
mod tests {
    use super::folded_timeline;

    #[test]
    fn a_timeline_stays_out_of_the_shorthand() {
        let folded = ".a{animation:linear both mini scroll(root);color:red}";
        assert_eq!(folded_timeline(folded), Some("animation:linear both mini scroll(root)"));
        assert_eq!(
            folded_timeline(".a{animation:linear both mini}.b{animation-timeline:scroll(root)}"),
            None
        );
    }
}
