//! The board's list in the page: find a row, compare, replace, put in place, count.

use leptos::{prelude::*, wasm_bindgen::JsCast};
use web_sys::{Element, Node};

use super::page;
use crate::{
    model::{
        board::{BoardQuery, BoardRow, Grouping, Place},
        id::Number,
    },
    pages::board::row::{GroupHead, Row, group_key, group_note, read_place},
};

/// Cells that are not compared by their whole text: it holds more, or runs with the clock.
const TITLE: usize = 1;
const OPEN_FOR: usize = 5;
const TARGET: usize = 6;

/// The row of an incident.
pub(super) fn row(number: &Number) -> Option<Element> {
    page::find(&format!(".brow[data-number=\"{number}\"]"))
}

/// Where a row stands in the list.
pub(super) fn place_of(row: &Element) -> Option<Place> {
    let number = row.get_attribute("data-number")?.parse().ok()?;
    read_place(&row.get_attribute("data-place")?, number)
}

pub(super) fn version_of(row: &Element) -> i64 {
    row.get_attribute("data-version").and_then(|version| version.parse().ok()).unwrap_or_default()
}

/// A row as the server would have drawn it.
pub(super) fn draw(query: &BoardQuery, row: &BoardRow) -> Option<Element> {
    let (query, row) = (query.clone(), row.clone());
    page::draw("tbody", move || view! { <Row query=query row=row /> })?.first_element_child()
}

/// Takes over what differs, cell by cell, and tints it. The row stays where it is.
pub(super) fn update(old: &Element, new: &Element) {
    let (before, after) = (page::all(old, ":scope > *"), page::all(new, ":scope > *"));
    for (index, (before, after)) in before.iter().zip(&after).enumerate() {
        if !differs(index, before, after) || same_button(before, after) {
            continue;
        }
        let focus = page::holds_focus(before);
        if let (Some(tag), Some(line)) = (part(before, ".tag-new"), part(after, ".c-line")) {
            let _ = line.append_child(&tag);
        }
        // The box that was ticked, with its tick and its focus.
        if let (Some(ticked), Some(fresh)) = (part(before, ".pick"), part(after, ".pick")) {
            let _ = fresh.replace_with_with_node_1(&ticked);
        }
        let _ = after.set_attribute("data-changed", "");
        let _ = before.replace_with_with_node_1(after);
        if let Some(link) = after.query_selector("a, button").ok().flatten().filter(|_| focus) {
            page::focus(&link);
        }
    }
    for name in ["data-version", "data-unowned", "data-breached"] {
        page::set_attribute(old, name, new.get_attribute(name).as_deref());
    }
    if let Some(group) = old.closest("tbody").ok().flatten() {
        recount(&group);
    }
}

fn part(cell: &Element, selector: &str) -> Option<Element> {
    cell.query_selector(selector).ok().flatten()
}

fn differs(index: usize, before: &Element, after: &Element) -> bool {
    match index {
        OPEN_FOR => false,
        // The word of an arrival stands in the same cell and is no part of the title.
        TITLE => [".c-line a", ".c-meta"].iter().any(|part| {
            let text = |cell: &Element| self::part(cell, part).and_then(|part| part.text_content());
            text(before) != text(after)
        }),
        TARGET => {
            let clock = |cell: &Element| {
                let target = cell.first_element_child();
                let what =
                    cell.query_selector(".target-what").ok().flatten().and_then(|what| what.text_content());
                (
                    target.map(|target| {
                        (target.get_attribute("data-clock"), target.get_attribute("data-state"))
                    }),
                    what,
                )
            };
            clock(before) != clock(after)
        }
        _ => before.text_content() != after.text_content(),
    }
}

/// "Take it" before and after: the form on the page has its token, the new one would not.
fn same_button(before: &Element, after: &Element) -> bool {
    part(before, ".take").is_some() && part(after, ".linkbtn").is_some()
}

/// Puts a row into its group at its place; makes the group if there is none.
pub(super) fn insert(query: &BoardQuery, data: &BoardRow, row: &Element) {
    let place = query.place(data);
    let group = group(&place).or_else(|| new_group(query, data, &place));
    let Some(group) = group else { return };
    let next = page::all(&group, ".brow")
        .into_iter()
        .find(|other| place_of(other).is_some_and(|other| other > place));
    let _ = group.insert_before(row, next.as_ref().map(Element::unchecked_ref::<Node>));
    recount(&group);
}

/// Takes a row out, and its group when it was the last.
pub(super) fn remove(row: &Element) {
    let group = row.closest("tbody").ok().flatten();
    row.remove();
    if let Some(group) = group {
        recount(&group);
    }
}

fn group(place: &Place) -> Option<Element> {
    let key = group_key(place);
    page::all(&page::find(".board")?, "tbody")
        .into_iter()
        .find(|group| group.get_attribute("data-group").as_deref() == Some(&key))
}

fn new_group(query: &BoardQuery, data: &BoardRow, place: &Place) -> Option<Element> {
    let table = page::find(".board")?;
    let key = group_key(place);
    let (with_head, query, data) = (query.group != Grouping::None, query.clone(), data.clone());
    let group =
        page::draw("tbody", move || with_head.then(|| view! { <GroupHead query=query rows=vec![data] /> }))?;
    let _ = group.set_attribute("role", "rowgroup");
    let _ = group.set_attribute("data-group", &key);
    let later = page::all(&table, "tbody").into_iter().find(|other| {
        let first = other.query_selector(".brow").ok().flatten();
        first.and_then(|row| place_of(&row)).is_some_and(|other| other > *place)
    });
    let _ = table.insert_before(&group, later.as_ref().map(Element::unchecked_ref::<Node>));
    Some(group)
}

/// Says anew how many rows a group has and what is wrong with them; an empty group goes.
fn recount(group: &Element) {
    let count = |selector| page::all(group, selector).len();
    let rows = count(".brow");
    if rows == 0 {
        group.remove();
        return;
    }
    if let Some(n) = group.query_selector(".bgroup .n").ok().flatten() {
        page::set_text(&n, &rows.to_string());
    }
    if let Some(note) = group.query_selector(".bgroup-note").ok().flatten() {
        page::set_text(&note, &group_note(count(".brow[data-breached]"), count(".brow[data-unowned]")));
    }
}

/// A target inside a row has just passed, with nobody's doing but the clock's.
pub(super) fn row_breached(target: &Element) {
    let Some(row) = target.closest(".brow").ok().flatten() else { return };
    let _ = row.set_attribute("data-breached", "");
    if let Some(group) = row.closest("tbody").ok().flatten() {
        recount(&group);
    }
}

/// The side bar, the tint and the word of a row that has just arrived.
pub(super) fn mark_arrived(row: &Element) {
    let _ = row.set_attribute("data-arrived", "");
    let Some(line) = row.query_selector(".c-line").ok().flatten() else { return };
    if let Ok(tag) = document().create_element("span") {
        tag.set_class_name("tag-new");
        tag.set_text_content(Some("New"));
        let _ = line.append_child(&tag);
    }
}

/// Every row, from top to bottom.
pub(super) fn rows() -> Vec<Element> {
    page::find(".board, .shrows").map(|list| page::all(&list, ".brow, .shrow")).unwrap_or_default()
}

/// The row that the keys stand on.
pub(super) fn cursor() -> Option<Element> {
    page::find(".brow[data-cursor]")
}

/// Sets the keys and the focus on a row.
pub(super) fn stand_on(row: &Element) {
    clear_cursor();
    let _ = row.set_attribute("data-cursor", "");
    if let Some(link) = row.query_selector(".c-line a").ok().flatten() {
        page::focus(&link);
    }
}

pub(super) fn clear_cursor() {
    for row in rows() {
        let _ = row.remove_attribute("data-cursor");
    }
}
