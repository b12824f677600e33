//! Times: the viewer's zone on screen, the instant in `datetime`, date and zone on hover.

use leptos::prelude::*;

use super::setting::setting;
use crate::model::Moment;

/// `19:18` on the page's day, `3 Nov 19:18` else.
#[component]
pub fn Time(
    at: Moment,
    /// `19:18:24`
    #[prop(optional)]
    seconds: bool,
    /// `3 Nov 2020 19:18:24 ET`, where a time stands alone.
    #[prop(optional)]
    full: bool,
) -> impl IntoView {
    let setting = setting();
    let zone = setting.zone();
    let same_day = zone.date(at) == zone.date(setting.now());
    let words = match (full, seconds) {
        (true, _) => zone.full(at),
        (false, true) if same_day => zone.hms(at),
        (false, true) => format!("{} {}", zone.day(at), zone.hms(at)),
        (false, false) => zone.near(at, setting.now()),
    };
    view! { <time datetime=at.to_string() title=(!full).then(|| zone.full(at))>{words}</time> }
}

/// `3 Nov 2020`
#[component]
pub fn Day(at: Moment) -> impl IntoView {
    let setting = setting();
    view! { <time datetime=at.to_string()>{setting.zone().date(at)}</time> }
}
