//! The server's clock in the browser, and the setting of the page on screen.

use std::cell::Cell;

use leptos::prelude::document;

use crate::{
    model::{Moment, Zone},
    pages::parts::setting::Setting,
};

thread_local! {
    static PAGE: Page = read();
}

/// What the shell wrote on `<body>`.
struct Page {
    zone: Zone,
    icons: String,
    /// Microseconds from this device's clock to the server's.
    ahead: Cell<i64>,
}

fn read() -> Page {
    let body = document().body();
    let attribute = |name| body.as_ref().and_then(|body| body.get_attribute(name)).unwrap_or_default();
    let zone = serde_json::from_str(&attribute("data-zone")).unwrap_or_else(|_| Zone::utc());
    let ahead = attribute("data-now").parse::<Moment>().map_or(0, |now| now.0 - device());
    Page { zone, icons: attribute("data-icons"), ahead: Cell::new(ahead) }
}

/// This device's clock in microseconds; never shown, only a distance to the server's.
fn device() -> i64 {
    (js_sys::Date::now() * 1000.0) as i64
}

/// The server's time now.
pub fn now() -> Moment {
    PAGE.with(|page| Moment(device() + page.ahead.get()))
}

/// The server has just told its time. A page that lay in a cache, or a device that slept, is right again.
pub fn correct(server: Moment) {
    PAGE.with(|page| page.ahead.set(server.0 - device()));
}

/// Zone, icons and time for parts that are drawn in the browser.
pub fn setting() -> Setting {
    PAGE.with(|page| Setting::new(now(), page.zone.clone(), &page.icons))
}

/// `19:18:24` in the viewer's zone.
pub fn hms(at: Moment) -> String {
    PAGE.with(|page| page.zone.hms(at))
}

/// `19:18` as this device's own zone has it.
pub fn local_hm() -> String {
    let date = js_sys::Date::new(&(now().0 as f64 / 1000.0).into());
    format!("{:02}:{:02}", date.get_hours(), date.get_minutes())
}
