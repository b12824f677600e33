//! The chores of the workspace that are no part of the program: building the browser half into
//! `dist/site`, and the checks that a compiler does not make. `./dev` calls it.

mod assets;
mod browser;
mod budget;
mod classes;
mod compress;
mod hygiene;
mod licences;
mod package;
mod site;
mod spdx;
mod sprite;
mod style;
mod workspace;

use anyhow::{Result, bail};
use workspace::Workspace;

const USAGE: &str = "\
xtask site [--require-browser]   build the browser half and every asset into dist/site
xtask budget                     fail when scripts and wasm are over the promised size
xtask licences                   fail on a licence or a crate that the policy does not allow
xtask hygiene                    fail on machine paths in tracked files, on unpaired migrations, on icons
                                 that the sprite does not have, and on class names without a user";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let workspace = Workspace::find()?;
    match arguments.as_slice() {
        ["site"] => site::build(&workspace, false),
        ["site", "--require-browser"] => site::build(&workspace, true),
        ["budget"] => budget::check(&workspace),
        ["licences"] => licences::check(&workspace),
        ["hygiene"] => hygiene::check(&workspace),
        _ => bail!("usage:\n{USAGE}"),
    }
}
