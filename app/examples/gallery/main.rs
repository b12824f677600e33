//! Renders each page with sample values to a folder, for looking at it and for checks of the look:
//! `cargo run -p app --features ssr --example gallery -- FOLDER [SITE]`. With the folder of a finished site
//! the pages name its assets, scripts too.

mod sample;
mod sample_wall;

use std::{fs, path::Path, sync::Arc};

use app::{
    model::board::{BoardQuery, Span},
    pages::{
        board::board,
        frame::{Appearance, Contrast, Density, Frame, Notice, Theme},
        parts::Tone,
        signin::{SignIn, signin},
        wall::wall,
    },
};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;

/// One page in one state, by the name of its file.
type Page = (&'static str, fn(&Frame) -> AnyView);

const PAGES: &[Page] = &[
    ("board", |frame| {
        board(frame, BoardQuery::default(), sample::board(), sample::feed(), sample::choices())
    }),
    ("board-filtered", |frame| {
        let query = BoardQuery::from_pairs([
            ("severity", "severe,high"),
            ("tlp", "green"),
            ("q", "county"),
            ("group", "status"),
        ]);
        board(frame, query.clone(), sample::board_of(&query), sample::feed(), sample::choices())
    }),
    ("board-nothing", |frame| {
        let query = BoardQuery::from_pairs([("state", "NV"), ("severity", "emergency")]);
        board(frame, query.clone(), sample::board_of(&query), sample::feed(), sample::choices())
    }),
    ("board-first-shift", |frame| {
        board(frame, BoardQuery::default(), sample::empty_board(), sample::no_feed(), sample::choices())
    }),
    ("board-all", |frame| {
        let query = BoardQuery { span: Span::All, ..BoardQuery::default() };
        let mut frame = frame.clone();
        frame.read_only = true;
        frame.notice = Some(Notice {
            tone: Tone::Ok,
            text: "WF-0156 is yours. The acknowledge clock has stopped.".into(),
        });
        board(&frame, query.clone(), sample::board_of(&query), sample::feed(), sample::choices())
    }),
    ("wall", |frame| wall(frame, sample_wall::wall())),
    ("wall-quiet", |frame| wall(frame, sample_wall::quiet())),
    ("signin", |frame| {
        let frame = Frame { viewer: None, ..frame.clone() };
        signin(&frame, SignIn { next: Some("/board".into()), ..SignIn::default() })
    }),
    ("signin-error", |frame| {
        let frame = Frame { viewer: None, ..frame.clone() };
        let error = Some("E-mail address and password do not match.".to_owned());
        signin(&frame, SignIn { email: "analyst@cisa.example".into(), error, next: None })
    }),
];

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| "dist/gallery".to_owned());
    let folder = Path::new(&folder);
    let assets =
        std::env::args().nth(2).map_or_else(sample::assets, |site| sample::assets_of(Path::new(&site)));
    fs::create_dir_all(folder)?;
    let light = Appearance { theme: Theme::Light, ..Appearance::default() };
    let dark = Appearance { theme: Theme::Dark, ..light };
    let variants = [
        ("light", light),
        ("dark", dark),
        ("light-more", Appearance { contrast: Contrast::More, ..light }),
        ("dark-more", Appearance { contrast: Contrast::More, ..dark }),
        ("light-compact", Appearance { density: Density::Compact, ..light }),
    ];
    for (name, page) in PAGES {
        for (variant, appearance) in variants {
            let cursor = assets.boot.is_some().then(|| "start".to_owned());
            let frame = Frame { appearance, cursor, assets: assets.clone(), ..sample::frame(name) };
            fs::write(folder.join(format!("{name}-{variant}.html")), html(|| page(&frame)))?;
        }
    }
    // What the live stream would bring, for a look at islands.
    let rows = serde_json::to_string_pretty(&sample::rows())?;
    fs::write(folder.join("rows.json"), rows)?;
    println!("{} pages in {}", PAGES.len() * variants.len(), folder.display());
    Ok(())
}

fn html(page: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    owner.with(|| page().to_html())
}
