//! One style sheet from `style/`: files in the order of their layers, addresses of assets hashed.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::assets::Assets;
use crate::workspace::{Workspace, files, output};

/// The order of the layers. Files that are not named here come between, by name.
const FIRST: [&str; 3] = ["tokens.css", "base.css", "components.css"];
const LAST: &str = "pages";

pub(crate) fn bundle(workspace: &Workspace, assets: &Assets) -> Result<String> {
    let dir = workspace.root.join("style");
    let mut bundle = Bundle { text: String::new(), seen: BTreeSet::new() };
    for file in ordered(&dir)? {
        bundle.include(&file, None)?;
    }
    let text = with_hashed_urls(&bundle.text, assets)?;
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
        let layer = match FIRST.iter().position(|first| name == Path::new(first)) {
            Some(position) => position,
            None if name.starts_with(LAST) => FIRST.len() + 1,
            None => FIRST.len(),
        };
        (layer, name)
    });
    Ok(files)
}

struct Bundle {
    text: String,
    /// A file that another one imported is not included again.
    seen: BTreeSet<PathBuf>,
}

impl Bundle {
    fn include(&mut self, file: &Path, layer: Option<&str>) -> Result<()> {
        let file = file.canonicalize().with_context(|| file.display().to_string())?;
        if !self.seen.insert(file.clone()) {
            return Ok(());
        }
        let text = fs::read_to_string(&file)?;
        if let Some(layer) = layer {
            self.text.push_str(&format!("@layer {layer} {{\n"));
        }
        for line in text.lines() {
            match import(line) {
                Some((path, layer)) => {
                    self.include(&file.parent().unwrap_or(Path::new(".")).join(path), layer)?;
                }
                None => {
                    self.text.push_str(line);
                    self.text.push('\n');
                }
            }
        }
        if layer.is_some() {
            self.text.push_str("}\n");
        }
        Ok(())
    }
}

/// Path and layer of a line like `@import "fields.css" layer(components);`.
fn import(line: &str) -> Option<(&str, Option<&str>)> {
    let rest = line.trim().strip_prefix("@import")?.trim().strip_suffix(';')?;
    let rest = rest.trim_start_matches("url(");
    let quote = rest.chars().next().filter(|c| ['"', '\''].contains(c))?;
    let (path, rest) = rest[1..].split_once(quote)?;
    let layer = rest.split_once("layer(").and_then(|(_, layer)| layer.split_once(')'));
    Some((path, layer.map(|(layer, _)| layer.trim())))
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
