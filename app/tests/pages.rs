//! Pages are a value in and HTML out; what holds for all of them is tested on the samples of the gallery.
#![cfg(feature = "ssr")]

#[path = "../examples/gallery/sample.rs"]
#[expect(dead_code, reason = "the gallery shows more than the tests ask")]
mod sample;
#[path = "../examples/gallery/sample_wall.rs"]
#[expect(dead_code, reason = "the gallery shows more than the tests ask")]
mod sample_wall;

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use app::{
    model::{Moment, board::BoardQuery, id::Number},
    pages::{
        board::{
            board,
            row::{place_key, read_place},
        },
        frame::Frame,
        signin::{SignIn, signin},
        strip::until_words,
        wall::{short, wall},
    },
};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;

fn html(page: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    owner.with(|| page().to_html())
}

fn board_page() -> String {
    html(|| {
        board(
            &sample::frame("board"),
            BoardQuery::default(),
            sample::board(),
            sample::feed(),
            sample::choices(),
        )
    })
}

fn pages() -> [String; 3] {
    let sign_in =
        SignIn { email: "a@cisa.example".into(), error: Some("They do not match.".into()), next: None };
    [
        board_page(),
        html(|| wall(&sample::frame("wall"), sample_wall::wall())),
        html(|| signin(&Frame { viewer: None, ..sample::frame("signin") }, sign_in)),
    ]
}

#[test]
fn a_page_keeps_to_the_content_security_policy() {
    for page in pages() {
        assert!(!page.contains(" style="), "no style attribute");
        assert!(!page.contains("<style"), "no inline style");
        assert!(!page.contains(" onclick="), "no inline handler");
        let scripts = page.matches("<script").count();
        assert_eq!(scripts, page.matches("<script type=\"module\"").count());
    }
}

#[test]
fn every_form_that_posts_carries_the_token_of_its_path() {
    for page in pages() {
        let mut rest = page.as_str();
        while let Some((_, form)) = rest.split_once("<form method=\"post\"") {
            let (form, after) = form.split_once("</form>").expect("a form ends");
            let (_, action) = form.split_once("action=\"").expect("a form has an action");
            let (action, _) = action.split_once('"').expect("an attribute ends");
            assert!(form.contains(&format!("name=\"form_token\" value=\"sample-{action}\"")), "{action}");
            rest = after;
        }
    }
}

#[test]
fn a_password_and_its_error_never_come_back_together() {
    let [_, _, page] = pages();
    assert!(page.contains("They do not match."));
    assert!(page.contains("aria-describedby=\"f-password-error\""));
    assert!(page.contains("value=\"a@cisa.example\""));
    assert_eq!(page.matches("type=\"password\"").count(), 1);
}

#[test]
fn what_people_write_is_text_on_the_board() {
    let mut rows = sample::rows();
    rows[0].title = "<img src=x onerror=alert(1)> & \"quotes\"".into();
    let (edges, tabs) = Default::default();
    let page = app::model::board::BoardPage { rows, edges, next: None, tabs };
    let page = app::policy::clear_public(page);
    let page = html(|| {
        board(&sample::frame("board"), BoardQuery::default(), page, sample::no_feed(), sample::choices())
    });
    assert!(!page.contains("<img"));
    assert!(page.contains("&lt;img src=x onerror=alert(1)&gt; &amp; "));
}

#[test]
fn a_wall_is_dark_and_an_appearance_is_written_on_the_root() {
    let [board, wall, _] = pages();
    assert!(board.contains("<html lang=\"en\">"));
    assert!(wall.contains("<html lang=\"en\" data-theme=\"dark\">"));
}

#[test]
fn a_place_survives_the_way_through_the_page() {
    for group in ["severity", "status", "lead", "none"] {
        let query = BoardQuery::from_pairs([("group", group), ("order", "updated")]);
        for row in sample::rows() {
            let place = query.place(&row);
            let read = read_place(&place_key(&place), row.number.clone()).expect("a place");
            assert_eq!((read.group, &read.lead, read.within), (place.group, &place.lead, place.within));
        }
    }
    assert_eq!(read_place("no place", Number::new(1)), None);
}

#[test]
fn countdowns_count_the_minute_that_has_started() {
    let now = sample::now();
    let later = |seconds| now.plus_seconds(seconds);
    assert_eq!(until_words(later(36), now), "00:01");
    assert_eq!(until_words(later(11 * 60 + 36), now), "00:12");
    assert_eq!(until_words(later(-5), now), "00:00");
    assert_eq!(until_words(later(30 * 86_400), now), "30 days");
    assert_eq!([short(59), short(73 * 60), short(3 * 3600), short(80 * 3600)], ["0m", "73m", "3h", "3d"]);
    assert_eq!(until_words(Moment(0), now), "00:00");
}

fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.path().is_dir() {
            sources(&entry.path(), text);
        } else {
            text.push_str(&fs::read_to_string(entry.path()).unwrap_or_default());
        }
    }
}

#[test]
fn the_sprite_has_every_icon_that_is_named_and_no_other() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let sprite = fs::read_to_string(root.join("../public/icons.svg")).expect("the sprite");
    let drawn: BTreeSet<&str> =
        sprite.split("id=\"i-").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let mut text = String::new();
    sources(&root.join("src"), &mut text);
    for after in text.split("<Icon name=\"").skip(1) {
        let name = after.split('"').next().unwrap_or_default();
        assert!(drawn.contains(name), "the sprite has no {name}");
    }
    let unused: Vec<_> = drawn.iter().filter(|name| !text.contains(&format!("\"{name}\""))).collect();
    assert!(unused.is_empty(), "nobody names {unused:?}");
}
