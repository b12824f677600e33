//! The status wall: readable at six metres, GREEN and CLEAR only, always dark.

pub mod map;
pub mod polls;

use leptos::prelude::*;

use self::{map::TileMap, polls::PollStrip};
use super::{
    frame::{Appearance, Contrast, Frame, Theme, bare},
    parts::{SeverityMark, Time, TlpChip, icon::ProductMark, setting},
    strip::shift_words,
};
use crate::{
    islands::{link_state::LinkState, wall::WallLive},
    model::{
        Moment, Tlp, Zone,
        feed::FeedItem,
        wall::{SeverityCount, Wall, WallIncident},
    },
    policy::Cleared,
};

/// `GET /wall`
pub fn wall(frame: &Frame, wall: Cleared<Wall>) -> AnyView {
    // A wall is dark in every room; a person's own choice of light does not reach it.
    let appearance = Appearance { theme: Theme::Dark, contrast: Contrast::Normal, ..frame.appearance };
    let frame = Frame { appearance, ..frame.clone() };
    bare(&frame, "Status wall", "page-wall", || {
        view! {
            <main id="main" class="wall" tabindex="-1">
                <Head frame=frame.clone() as_of=wall.as_of />
                <div class="w-content" id="wall-content"><Content wall=wall.into_inner() /></div>
                <WallLive />
            </main>
        }
    })
}

#[component]
fn Head(frame: Frame, as_of: Moment) -> impl IntoView {
    let (now, zone) = (frame.now, &frame.zone);
    let title = frame.period.as_ref().map_or("Status wall".to_owned(), |period| period.name.clone());
    let shift = frame.period.as_ref().map(|period| shift_words(period, zone, now).0);
    let line = [Some(zone.date(now)), shift].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    view! {
        <header class="w-head">
            <div class="w-title"><a class="w-home" href="/board" aria-label="Back to the board"><ProductMark /></a><div><h1>{title}</h1><p>{line}</p></div></div>
            <div class="w-link"><LinkState as_of=zone.hms(as_of) path="/wall".to_owned() /></div>
            <dl class="w-clocks">
                <div class="main"><dt>{zone.label.clone()}</dt><dd data-tick="clock">{zone.hms(now)}</dd></div>
                <div class="after-live"><dt>"Local"</dt><dd data-tick="local">"--:--"</dd></div>
                <div><dt>"UTC"</dt><dd data-tick="utc">{Zone::utc().hm(now)}</dd></div>
            </dl>
        </header>
    }
}

/// Everything below the head: drawn anew in the browser whenever the room changes.
#[component]
pub fn Content(wall: Wall) -> impl IntoView {
    let total = wall.past_target();
    view! {
        <section class="w-counts" aria-label="Open incidents by severity">
            <ul>{wall.counts.into_iter().map(count).collect_view()}</ul>
        </section>
        <section class="w-mapsec" aria-labelledby="w-mp">
            <h2 id="w-mp">"Worst open severity by state"</h2>
            <p class="w-nat">"Nationwide "<b>{wall.nationwide}</b></p>
            <TileMap tiles=wall.tiles />
        </section>
        <Targets total=total breached=wall.breached next=wall.next />
        <PollStrip closings=wall.closings />
        <Updates updates=wall.updates />
    }
}

fn count(count: SeverityCount) -> impl IntoView {
    let note = match (count.open, count.breached, count.without_owner) {
        (0, ..) => "none open".to_owned(),
        (_, 0, 0) => "all on time".to_owned(),
        (_, 0, unowned) => format!("{unowned} without owner"),
        (_, breached, _) => format!("{breached} past target"),
    };
    view! {
        <li data-n=(count.open > 0).then_some("some")>
            <SeverityMark severity=count.severity /><b>{count.open}</b>
            <span>{count.severity.label()}<small>{note}</small></span>
        </li>
    }
}

/// Lines that the column holds at the smallest size that reads from afar.
const LINES: usize = 4;

#[component]
fn Targets(
    /// Past their target in all; the list holds the worst of them.
    total: i64,
    breached: Vec<WallIncident>,
    next: Vec<WallIncident>,
) -> impl IntoView {
    // What is past its target comes first, but never without a look at what comes next.
    let shown = breached.len().min(if next.is_empty() { LINES } else { LINES - next.len().min(2) });
    let rest = total - shown as i64;
    let more = (rest > 0).then(|| view! { <p class="wb-more">{format!("and {rest} more")}</p> });
    let left = LINES - shown;
    view! {
        <section class="w-breach" aria-labelledby="w-br">
            <h2 id="w-br">"Past target "<b class:none=total == 0>{total}</b></h2>
            {(total == 0).then(|| view! { <p class="wb-none">"Nothing is past its target."</p> })}
            <ol>{breached.into_iter().take(shown).map(|incident| target(incident, true)).collect_view()}</ol>
            {more}
            {(!next.is_empty()).then(|| view! {
                <h2 class="w-soon">"Next to breach"</h2>
                <ol>{next.into_iter().take(left).map(|incident| target(incident, false)).collect_view()}</ol>
            })}
        </section>
    }
}

fn target(incident: WallIncident, past: bool) -> impl IntoView {
    let now = setting().now();
    let due = incident.clock.due;
    let (class, words, tick) = if past {
        ("wb-over", format!("+{}", short(now.since(due))), "over")
    } else {
        ("wb-left", short(due.since(now)), "left")
    };
    let meta = format!("{}, {}", incident.lead, incident.clock.kind.label().to_lowercase());
    view! {
        <li>
            <SeverityMark severity=incident.severity />
            <div><p class="wb-t">{incident.title}</p><p class="wb-m">{meta}</p></div>
            <p class=class data-tick=tick data-at=due.seconds()>{words}</p>
        </li>
    }
}

/// A length of time in one figure, to be read from afar: `7m`, `99m`, `2h`, `3d`.
pub fn short(seconds: i64) -> String {
    match seconds.max(0) / 60 {
        minutes @ 0..100 => format!("{minutes}m"),
        minutes @ 100..2880 => format!("{}h", minutes / 60),
        minutes => format!("{}d", minutes / 1440),
    }
}

#[component]
fn Updates(updates: Vec<FeedItem>) -> impl IntoView {
    let quiet = updates.is_empty().then(|| view! { <p class="wt-k">"Nothing has happened yet."</p> });
    let lines = updates.into_iter().map(|update| view! {
        <li>
            <span class="wt-k"><Time at=update.at />" "{update.organisation}</span>
            <TlpChip tlp=update.tlp />
            <span class="wt-t"><span class="mono">{update.incident.to_string()}</span>" "{update.text}</span>
        </li>
    });
    view! {
        <footer class="w-ticker">
            {quiet}
            <ol aria-label="Latest updates">{lines.collect_view()}</ol>
            <p class="wt-screen">"Screen "<TlpChip tlp=Tlp::Green /></p>
        </footer>
    }
}
