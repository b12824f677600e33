//! The server's clock in the browser, and the setting of the page on screen.

use leptos::prelude::*;

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
    ahead: i64,
}

fn read() -> Page {
    let body = document().body();
    let attribute = |name| body.as_ref().and_then(|body| body.get_attribute(name)).unwrap_or_default();
    let zone = serde_json::from_str(&attribute("data-zone")).unwrap_or_else(|_| Zone::utc());
    let ahead = attribute("data-now").parse::<Moment>().map_or(0, |now| now.0 - device());
    Page { zone, icons: attribute("data-icons"), ahead }
}

/// This device's clock in microseconds; never shown, only a distance to the server's.
fn device() -> i64 {
    (js_sys::Date::now() * 1000.0) as i64
}

/// The server's time now.
pub fn now() -> Moment {
    PAGE.with(|page| Moment(device() + page.ahead))
}

/// Zone, icons and time for parts that are drawn in the browser.
pub fn setting() -> Setting {
    PAGE.with(|page| Setting::new(Moment(device() + page.ahead), page.zone.clone(), &page.icons))
}
