//! A watch of 24 hours: midnight on top, the running period as an arc, poll closings as circles by the
//! number of states, filled once closed.

use std::f64::consts::TAU;

use leptos::prelude::*;

use crate::{
    model::{
        Moment, Zone,
        period::{Closing, Period},
    },
    pages::frame::Frame,
};

const CENTRE: f64 = 220.0;
const DAY: i64 = 86_400;

/// A point at a fraction of the day, this far from the centre.
fn point(turn: f64, radius: f64) -> (f64, f64) {
    let angle = turn * TAU;
    (CENTRE + radius * angle.sin(), CENTRE - radius * angle.cos())
}

/// The fraction of its day in this zone.
fn turn(at: Moment, zone: &Zone) -> f64 {
    let c = zone.civil(at);
    f64::from(c.hour * 3600 + c.minute * 60 + c.second) / DAY as f64
}

fn line(turn: f64, from: f64, to: f64) -> String {
    let ((x1, y1), (x2, y2)) = (point(turn, from), point(turn, to));
    format!("M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}")
}

/// Clockwise along the ring. Half a degree is left free at both ends, so that neighbours stay apart.
fn arc(from: f64, to: f64) -> String {
    const RADIUS: f64 = 173.0;
    const GAP: f64 = 1.5 / 360.0;
    let length = (to - from).rem_euclid(1.0);
    let length = if length < GAP * 2.0 { 1.0 } else { length };
    let ((x1, y1), (x2, y2)) = (point(from + GAP, RADIUS), point(from + length - GAP, RADIUS));
    let large = i32::from(length - 2.0 * GAP > 0.5);
    format!("M{x1:.1} {y1:.1}A{RADIUS} {RADIUS} 0 {large} 1 {x2:.1} {y2:.1}")
}

/// The ticks: every full hour long, the quarters between them short.
fn ticks() -> (String, String) {
    let (mut hours, mut quarters) = (String::new(), String::new());
    for quarter in 0..96 {
        let turn = f64::from(quarter) / 96.0;
        match quarter {
            q if q % 24 == 0 => hours.push_str(&line(turn, 160.0, 144.0)),
            q if q % 4 == 0 => hours.push_str(&line(turn, 160.0, 150.0)),
            _ => quarters.push_str(&line(turn, 160.0, 155.0)),
        }
    }
    (hours, quarters)
}

fn shifts(period: Option<&Period>, zone: &Zone) -> AnyView {
    let Some(period) = period else {
        return view! { <path class="dial-shift" d=arc(0.0, 0.0)></path> }.into_any();
    };
    if period.to.since(period.from) >= DAY {
        return view! { <path class="dial-shift is-now" d=arc(0.0, 0.0)></path> }.into_any();
    }
    let (from, to) = (turn(period.from, zone), turn(period.to, zone));
    view! { <path class="dial-shift" d=arc(to, from)></path><path class="dial-shift is-now" d=arc(from, to)></path> }.into_any()
}

/// Closings that fall on this turn of the dial.
fn polls(closings: &[Closing], now: Moment, zone: &Zone) -> Vec<AnyView> {
    let near = closings.iter().filter(|closing| closing.at.since(now).abs() < DAY / 2);
    near.map(|closing| {
        let (x, y) = point(turn(closing.at, zone), 196.0);
        let radius = 2.2 + 1.5 * (closing.states.len() as f64).sqrt();
        let class = if closing.at <= now { "dial-poll is-past" } else { "dial-poll" };
        view! { <circle class=class cx=format!("{x:.1}") cy=format!("{y:.1}") r=format!("{radius:.1}")></circle> }.into_any()
    })
    .collect()
}

#[component]
pub fn Dial(frame: Frame) -> impl IntoView {
    let (now, zone) = (frame.now, &frame.zone);
    let (hours, quarters) = ticks();
    let label = format!("24-hour dial, {}: now {} {}", zone.date(now), zone.hm(now), zone.label);
    let numbers = [("00", 0.0), ("06", 0.25), ("12", 0.5), ("18", 0.75)].map(|(words, turn)| {
        let (x, y) = point(turn, 126.0);
        view! { <text class="dial-n" x=format!("{x:.1}") y=format!("{:.1}", y + 4.5)>{words}</text> }
    });
    view! {
        <svg class="dial" viewBox="0 0 440 440" role="img" aria-label=label>
            <path class="dial-hr" d=hours></path>
            <path class="dial-q" d=quarters></path>
            {numbers.collect_view()}
            {shifts(frame.period.as_ref(), zone)}
            {polls(&frame.closings, now, zone)}
            <path class="dial-hand" d=line(turn(now, zone), 0.0, 168.0)></path>
            <circle class="dial-hub" cx="220" cy="220" r="5"></circle>
        </svg>
    }
}
