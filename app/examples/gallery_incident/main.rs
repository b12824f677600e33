//! Renders the incident's pages with sample values to a folder, for looking at them and for checks of the look:
//! `cargo run -p app --features ssr --example gallery_incident -- FOLDER [SITE]`. With the folder of a
//! finished site the pages name its assets, scripts too.

mod incident;
mod others;
mod sample;
mod views;

use std::{fs, path::Path, sync::Arc};

use app::pages::{
    exhibit,
    frame::{Appearance, Contrast, Frame, Theme},
    me, new_incident, problem,
};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;

/// One page in one state, by the name of its file.
type Page = (&'static str, fn(&Frame) -> AnyView);

const PAGES: &[Page] = &[
    ("incident", |frame| app::pages::incident::page(frame, views::as_owner()).into_any()),
    ("incident-reader", |frame| app::pages::incident::page(frame, views::as_reader()).into_any()),
    ("incident-faulty", |frame| app::pages::incident::page(frame, views::faulty_entry()).into_any()),
    ("incident-status", |frame| app::pages::incident::page(frame, views::status_open()).into_any()),
    ("incident-share", |frame| app::pages::incident::page(frame, views::share_open()).into_any()),
    ("incident-held", |frame| app::pages::incident::page(frame, views::held()).into_any()),
    ("incident-new", |frame| app::pages::incident::page(frame, views::just_opened()).into_any()),
    ("new-incident", |frame| new_incident::page(frame, others::fresh())),
    ("new-incident-faulty", |frame| new_incident::page(frame, others::faulty())),
    ("new-incident-reviewed", |frame| new_incident::page(frame, others::reviewed())),
    ("exhibit", |frame| exhibit::page(frame, others::exhibit(true))),
    ("exhibit-broken", |frame| exhibit::page(frame, others::exhibit(false))),
    ("me", |frame| me::page(frame, others::account())),
    ("problem-not-found", |frame| problem::page(frame, others::not_found())),
    ("problem-unavailable", |frame| problem::page(frame, others::unavailable())),
    ("problem-internal", |frame| problem::page(frame, others::internal())),
    ("problem-forbidden", |frame| problem::page(frame, others::forbidden())),
    ("problem-used", |frame| problem::page(frame, others::used())),
    ("problem-signed-out", |frame| problem::page(frame, others::signed_out())),
    ("problem-conflict", |frame| problem::page(frame, others::conflict())),
    ("problem-conflict-act", |frame| problem::page(frame, others::conflict_of_an_act())),
    ("problem-conflict-over", |frame| problem::page(frame, others::conflict_that_is_over())),
    ("problem-decided", |frame| problem::page(frame, others::decided())),
];

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "dist/gallery".to_owned());
    let folder = Path::new(&folder);
    fs::create_dir_all(folder)?;
    let assets = std::env::args().nth(2).map(|site| sample::assets_of(Path::new(&site)));
    let light = Appearance { theme: Theme::Light, ..Appearance::default() };
    let dark = Appearance { theme: Theme::Dark, ..light };
    let variants = [
        ("light", light),
        ("dark", dark),
        ("light-more", Appearance { contrast: Contrast::More, ..light }),
        ("dark-more", Appearance { contrast: Contrast::More, ..dark }),
    ];
    for (name, page) in PAGES {
        for (variant, appearance) in variants {
            let mut frame = Frame { appearance, ..sample::frame() };
            if let Some(assets) = assets.clone() {
                frame.assets = assets;
                frame.cursor = Some("start".into());
            }
            fs::write(folder.join(format!("{name}-{variant}.html")), html(|| page(&frame)))?;
        }
    }
    // What the live stream would bring, for a look at islands.
    fs::write(folder.join("entries.json"), serde_json::to_string_pretty(&incident::entries())?)?;
    println!("{} pages in {}", PAGES.len() * variants.len(), folder.display());
    Ok(())
}

fn html(page: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    owner.with(|| page().to_html())
}
