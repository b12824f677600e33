//! Compressed twins of a file, made once here so that the server never compresses an asset.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Result;
use brotli::enc::BrotliEncoderParams;
use flate2::Compression;
use flate2::write::GzEncoder;

/// Kinds that are not compressed already.
const COMPRESSIBLE: [&str; 9] = ["css", "html", "ico", "js", "json", "svg", "txt", "wasm", "webmanifest"];

pub(crate) struct Twin {
    pub(crate) extension: &'static str,
    pub(crate) path: PathBuf,
    pub(crate) size: usize,
}

/// Writes `file.br` and `file.gz`, each only if it is smaller; with `unchanged`, takes those that are there.
pub(crate) fn beside(file: &Path, bytes: &[u8], unchanged: bool) -> Result<Vec<Twin>> {
    let extension = file.extension().unwrap_or_default().to_string_lossy();
    let mut twins = Vec::new();
    if !COMPRESSIBLE.contains(&extension.as_ref()) {
        return Ok(twins);
    }
    for (extension, compress) in [("br", brotli as fn(&[u8]) -> Result<Vec<u8>>), ("gz", gzip)] {
        let path = PathBuf::from(format!("{}.{extension}", file.display()));
        let kept =
            if unchanged { fs::metadata(&path).ok().map(|metadata| metadata.len() as usize) } else { None };
        if let Some(size) = kept {
            twins.push(Twin { extension, path, size });
            continue;
        }
        let packed = compress(bytes)?;
        if packed.len() < bytes.len() {
            fs::write(&path, &packed)?;
            twins.push(Twin { extension, path, size: packed.len() });
        }
    }
    Ok(twins)
}

pub(crate) fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let parameters = BrotliEncoderParams { quality: 11, lgwin: 22, ..BrotliEncoderParams::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &bytes[..], &mut packed, &parameters)?;
    Ok(packed)
}

fn gzip(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
