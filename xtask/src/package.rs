//! Turns the compiled wasm into what a browser loads: wasm-bindgen's script and a smaller wasm.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;

use crate::assets::sha256;
use crate::compress::brotli;
use crate::workspace::{Workspace, files, output, run};

/// What rustc emits by default, so that wasm-opt neither refuses the file nor uses more than that.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

pub(crate) struct Package {
    pub(crate) script: String,
    pub(crate) wasm: Vec<u8>,
    /// Scripts of crates, by the path under which `script` imports them.
    pub(crate) snippets: BTreeMap<String, String>,
}

/// Makes the package, or takes the one of the last run if `wasm` and the tools are the same.
pub(crate) fn make(workspace: &Workspace, wasm: &Path) -> Result<Package> {
    let dir = workspace.target.join("browser/package");
    let optimiser = workspace.npm_tool("wasm-opt");
    let stamp = stamp(wasm, optimiser.as_deref())?;
    let stamp_file = dir.join("stamp");
    if fs::read_to_string(&stamp_file).ok().as_deref() != Some(&stamp) {
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        bind(wasm, &dir)?;
        shrink(&dir.join("app_bg.wasm"), optimiser)?;
        fs::write(&stamp_file, stamp)?;
    }
    read(&dir)
}

fn stamp(wasm: &Path, optimiser: Option<&Path>) -> Result<String> {
    let compiled = fs::read(wasm).with_context(|| wasm.display().to_string())?;
    let optimiser =
        optimiser.and_then(|tool| output(Command::new(tool).arg("--version"))).unwrap_or_default();
    Ok(format!("{}\n{}\n{FEATURES:?}\n", sha256(&compiled), optimiser.trim()))
}

fn bind(wasm: &Path, dir: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("app").web(true)?.typescript(false).omit_default_module_path(true);
    bindgen.remove_name_section(true).remove_producers_section(true);
    bindgen.generate(dir)
}

/// Lets wasm-opt have a try and keeps its work if it makes the download smaller. Fewer bytes often pack
/// worse: it took 12 % off the file and put 6 % on its brotli twin when this was written.
fn shrink(wasm: &Path, optimiser: Option<PathBuf>) -> Result<()> {
    let Some(optimiser) = optimiser else { return Ok(()) };
    let smaller = wasm.with_extension("smaller");
    run(Command::new(optimiser)
        .args(FEATURES)
        .args(["-Oz", "--strip-debug", "--strip-producers", "--output"])
        .args([&smaller, wasm]))?;
    if brotli(&fs::read(&smaller)?)?.len() < brotli(&fs::read(wasm)?)?.len() {
        fs::copy(&smaller, wasm)?;
    }
    fs::remove_file(&smaller)?;
    Ok(())
}

fn read(dir: &Path) -> Result<Package> {
    let script = fs::read_to_string(dir.join("app.js"))?;
    let wasm = fs::read(dir.join("app_bg.wasm"))?;
    let mut snippets = BTreeMap::new();
    for path in files(&dir.join("snippets"))? {
        let text = fs::read_to_string(&path)?;
        let name = path.strip_prefix(dir)?.to_string_lossy().into_owned();
        if ["from './", "from \"./", "from '../", "from \"../"].iter().any(|import| text.contains(import)) {
            bail!("{name} imports another script by its path, which would not survive the hashed names");
        }
        snippets.insert(format!("./{name}"), text);
    }
    Ok(Package { script, wasm, snippets })
}
