//! What a browser loads besides pages, embedded: names carry their hash, so they are cached for ever.

use std::{collections::HashMap, sync::LazyLock};

use app::pages::frame::Assets;
use axum::{
    extract::Path,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::IntoResponse,
};
use rust_embed::{Embed, EmbeddedFile};
use serde::Deserialize;

use crate::{error::Answer, service::Error};

#[derive(Embed)]
#[folder = "../dist/site"]
struct Site;

/// One line of `assets.json`.
#[derive(Debug, Deserialize)]
struct Entry {
    path: String,
}

static MANIFEST: LazyLock<HashMap<String, Entry>> = LazyLock::new(|| {
    let file = Site::get("assets.json");
    file.and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default()
});

fn url(logical: &str) -> Option<String> {
    MANIFEST.get(logical).map(|entry| format!("/{}", entry.path))
}

/// The addresses that every page names. Without the browser half there is no `boot`; without a build of
/// the site at all, pages still work, bare.
pub fn of_pages() -> Assets {
    let named = |logical: &str| url(logical).unwrap_or_else(|| format!("/assets/{logical}"));
    Assets {
        css: named("site.css"),
        boot: url("boot.js"),
        icons: named("icons.svg"),
        favicon: named("mark.svg"),
        preload: ["app.js", "app.wasm"].into_iter().filter_map(url).collect(),
        fonts: ["fonts/ibm-plex-sans-latin-standard-normal.woff2"].into_iter().filter_map(url).collect(),
    }
}

/// `GET /assets/{name}`
pub async fn asset(Path(name): Path<String>, headers: HeaderMap) -> Answer {
    let path = format!("assets/{name}");
    let twin = name.ends_with(".br") || name.ends_with(".gz");
    if twin || Site::get(&path).is_none() {
        return Err(Error::NotFound.into());
    }
    file(&path, &headers, "public, max-age=31536000, immutable")
}

/// `GET /robots.txt`
pub async fn robots(headers: HeaderMap) -> Answer {
    file("robots.txt", &headers, "public, max-age=86400")
}

fn file(path: &str, headers: &HeaderMap, cache: &'static str) -> Answer {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    let (file, encoding) = best(path, accepted).ok_or(Error::NotFound)?;
    let mut response = (StatusCode::OK, file.data).into_response();
    let set = response.headers_mut();
    set.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type(path)));
    set.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    set.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        set.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}

/// The smallest twin that the browser takes.
fn best(path: &str, accepted: &str) -> Option<(EmbeddedFile, Option<&'static str>)> {
    let takes = |encoding: &str| {
        accepted.split(',').any(|part| {
            let mut words = part.split(';').map(str::trim);
            words.next() == Some(encoding) && !words.any(|word| word == "q=0" || word == "q=0.0")
        })
    };
    for (encoding, extension) in [("br", "br"), ("gzip", "gz")] {
        if takes(encoding)
            && let Some(file) = Site::get(&format!("{path}.{extension}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    Site::get(path).map(|file| (file, None))
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
