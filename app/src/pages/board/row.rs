//! One incident on the board, and the heading of its group: drawn by the server, and in the browser when
//! a change arrives.

use leptos::{
    either::{Either, EitherOf3},
    prelude::*,
};

use crate::{
    model::{
        Person,
        board::{BoardQuery, BoardRow, Grouping, Place},
        id::Number,
        moment::span,
    },
    pages::parts::{Codes, Icon, SeverityLabel, SeverityMark, StatusMark, Target, Time, TlpChip, setting},
};

/// What tells one group from another: the `data-group` of its `<tbody>`.
pub fn group_key(place: &Place) -> String {
    format!("{}|{}", place.group, place.lead)
}

/// A place as short text: the `data-place` of a row. The number stands beside it.
pub fn place_key(place: &Place) -> String {
    format!("{}|{}|{}", place.group, place.within, place.lead)
}

/// Reads [`place_key`] back; the heading's words are not in it.
pub fn read_place(key: &str, number: Number) -> Option<Place> {
    let mut parts = key.splitn(3, '|');
    let group = parts.next()?.parse().ok()?;
    let within = parts.next()?.parse().ok()?;
    let lead = parts.next()?.to_owned();
    Some(Place { group, lead, within, number, label: String::new() })
}

/// Heading of a group: its name, how many rows this page shows of it, and what is wrong with them. The count of all
/// would cost each page of the board a walk through every open incident.
#[component]
pub fn GroupHead(
    query: BoardQuery,
    rows: Vec<BoardRow>,
    /// Other pages have more of it: the number says so.
    #[prop(optional)]
    partial: bool,
) -> impl IntoView {
    let now = setting().now();
    let name = match (query.group, rows.first()) {
        (Grouping::Severity, Some(row)) => EitherOf3::A(view! { <SeverityLabel severity=row.severity /> }),
        (_, Some(row)) => EitherOf3::B(view! { <b>{query.place(row).label}</b> }),
        (_, None) => EitherOf3::C(()),
    };
    let breached = rows.iter().filter(|row| row.is_breached(now)).count();
    let unowned = rows.iter().filter(|row| row.owner.is_none()).count();
    view! {
        <tr role="row" class="bgroup">
            <th role="rowheader" scope="rowgroup" colspan="8">
                <span class="bgroup-in">
                    {name}
                    <span class="n">{rows.len()}</span>
                    {partial.then(|| view! { <span class="muted">" on this page"</span> })}
                    <span class="bgroup-note">{group_note(breached, unowned)}</span>
                </span>
            </th>
        </tr>
    }
}

/// `1 past target, 2 without owner`
pub fn group_note(breached: usize, unowned: usize) -> String {
    let note = |count: usize, words: &str| (count > 0).then(|| format!("{count} {words}"));
    [note(breached, "past target"), note(unowned, "without owner")]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(", ")
}

/// One row. Cells carry explicit roles, since small screens lay them out as a card.
#[component]
pub fn Row(query: BoardQuery, row: BoardRow) -> impl IntoView {
    let now = setting().now();
    let place = place_key(&query.place(&row));
    let number = row.number.to_string();
    let href = format!("/incidents/{number}");
    let open_for = if row.status.is_open() {
        Either::Left(
            view! { <span data-tick="age" data-at=row.opened_at.seconds()>{span(now.since(row.opened_at))}</span> },
        )
    } else {
        Either::Right("ended")
    };
    let last = match row.last.clone() {
        Some(last) => Either::Left(view! {
            <span class="last-head"><Time at=last.at />" "<b>{last.organisation}</b></span>
            <span class="last-text">{last.text}</span>
        }),
        // Nobody has written yet.
        None => Either::Right(view! { <span class="last-head"><Time at=row.opened_at />" Opened"</span> }),
    };
    let breached = row.is_breached(now);
    view! {
        <tr
            role="row"
            class="brow"
            data-number=number.clone()
            data-version=row.version.to_string()
            data-place=place
            data-unowned=row.owner.is_none().then_some("")
            data-breached=breached.then_some("")
        >
            <td role="cell" class="c-sev">
                {row.may_share.then(|| view! { <Pick number=number.clone() /> })}
                <SeverityMark severity=row.severity />
            </td>
            <th role="rowheader" scope="row" class="c-title">
                <span class="c-line"><a href=href>{row.title.clone()}</a></span>
                <span class="c-meta">
                    <span class="mono">{number.clone()}</span>" "
                    <span class="c-place">{row.place.clone()}</span>" "
                    {format!("{} › {}", row.category.top, row.category.leaf)}
                </span>
            </th>
            <td role="cell" class="c-status"><StatusMark status=row.status /></td>
            <td role="cell" class="c-owner"><Owner row=row.clone() /></td>
            <td role="cell" class="c-share">
                <TlpChip tlp=row.tlp />
                <Codes lead=row.lead others=row.shared_with />
            </td>
            <td role="cell" class="c-open num">{open_for}</td>
            <td role="cell" class="c-target"><Target clock=row.clock hold=row.hold /></td>
            <td role="cell" class="c-last">{last}</td>
        </tr>
    }
}

/// Chooses the row for what is done to several at once: it belongs to the form under the list.
#[component]
fn Pick(number: String) -> impl IntoView {
    let label = format!("Choose {number}");
    view! { <label class="pick"><input type="checkbox" form="bulk" name="number" value=number aria-label=label /></label> }
}

#[component]
fn Owner(row: BoardRow) -> impl IntoView {
    match row.owner {
        Some(Person { name, organisation, .. }) => Either::Left(view! {
            <span class="who">{name}</span>
            <span class="who-org">{organisation.short}</span>
        }),
        None => Either::Right(view! {
            <span class="unowned"><Icon name="user-round-x" size="sm" />"No owner"</span>
            {row.may_take.then(|| view! { <TakeIt number=row.number version=row.version /> })}
        }),
    }
}

/// Take ownership with one press.
#[cfg(feature = "ssr")]
#[component]
fn TakeIt(number: Number, version: i64) -> impl IntoView {
    let which = format!(": {number}");
    view! {
        <crate::pages::parts::PostForm action=format!("/incidents/{number}/take") class="take">
            <input type="hidden" name="version" value=version.to_string() />
            <button class="linkbtn" type="submit">"Take it"<span class="vh">{which}</span></button>
        </crate::pages::parts::PostForm>
    }
}

/// In the browser there is no token for the form: the way leads to the incident, where the same button is.
#[cfg(not(feature = "ssr"))]
#[component]
fn TakeIt(number: Number, #[expect(unused)] version: i64) -> impl IntoView {
    view! { <a class="linkbtn" href=format!("/incidents/{number}")>"Take it"<span class="vh">{format!(": {number}")}</span></a> }
}
