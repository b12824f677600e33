//! The folder of finished assets: content in the name, compressed twins beside, a manifest on top.
//!
//! `assets.json` maps a logical name (`site.css`, `fonts/public-sans.woff2`) to where its file is and
//! what it weighs. Everything below `assets/` may be cached for ever, since its name changes with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::compress;
use crate::workspace::files;

pub(crate) const MANIFEST: &str = "assets.json";

pub(crate) struct Assets {
    dir: PathBuf,
    manifest: BTreeMap<String, Value>,
    written: BTreeSet<PathBuf>,
}

impl Assets {
    pub(crate) fn new(dir: PathBuf) -> Assets {
        Assets { dir, manifest: BTreeMap::new(), written: BTreeSet::new() }
    }

    /// Adds a file under a name that carries its hash and returns the path in URLs, as `/assets/site-1f.css`.
    pub(crate) fn add(&mut self, logical: &str, bytes: &[u8]) -> Result<String> {
        let hash = sha256(bytes);
        let name = Path::new(logical);
        let stem = name.file_stem().unwrap_or_default().to_string_lossy();
        let extension = name.extension().map(|extension| format!(".{}", extension.to_string_lossy()));
        let path = format!("assets/{stem}-{}{}", &hash[..16], extension.unwrap_or_default());
        self.store(logical, path, bytes, hash)
    }

    /// Adds a file whose address others know, such as `robots.txt`.
    pub(crate) fn add_in_place(&mut self, logical: &str, bytes: &[u8]) -> Result<String> {
        self.store(logical, logical.to_owned(), bytes, sha256(bytes))
    }

    /// The path in URLs of what was added as `logical`.
    pub(crate) fn url(&self, logical: &str) -> Option<String> {
        let path = self.manifest.get(logical)?.get("path")?.as_str()?;
        Some(format!("/{path}"))
    }

    fn store(&mut self, logical: &str, path: String, bytes: &[u8], hash: String) -> Result<String> {
        let file = self.dir.join(&path);
        let unchanged = fs::read(&file).is_ok_and(|old| old == bytes);
        if !unchanged {
            let parent = file.parent().context("an asset lies in a folder")?;
            fs::create_dir_all(parent)?;
            fs::write(&file, bytes)?;
        }
        let twins = compress::beside(&file, bytes, unchanged)?;
        let size =
            |extension: &str| twins.iter().find(|twin| twin.extension == extension).map(|twin| twin.size);
        let entry = json!({
            "path": path, "sha256": hash, "size": bytes.len(), "brotli": size("br"), "gzip": size("gz"),
        });
        self.written.extend(twins.iter().map(|twin| twin.path.clone()));
        self.written.insert(file);
        self.manifest.insert(logical.to_owned(), entry);
        Ok(format!("/{path}"))
    }

    /// Writes the manifest if it changed and removes what no longer belongs here.
    pub(crate) fn finish(mut self) -> Result<BTreeMap<String, Value>> {
        let file = self.dir.join(MANIFEST);
        let text = format!("{}\n", serde_json::to_string_pretty(&self.manifest)?);
        if fs::read_to_string(&file).ok().as_deref() != Some(&text) {
            fs::create_dir_all(&self.dir)?;
            fs::write(&file, text)?;
        }
        self.written.insert(file);
        for stale in files(&self.dir)?.into_iter().filter(|file| !self.written.contains(file)) {
            fs::remove_file(stale)?;
        }
        Ok(self.manifest)
    }
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
