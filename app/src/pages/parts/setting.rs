//! What every part has to know of the page it stands on: the time, the zone, where the icons are.

use std::sync::Arc;

use leptos::prelude::*;

use crate::model::{Moment, Zone};

/// Cheap to clone: one for a page, asked for by every time and icon on it.
#[derive(Clone, Debug)]
pub struct Setting(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    now: Moment,
    zone: Zone,
    icons: String,
}

impl Setting {
    pub fn new(now: Moment, zone: Zone, icons: &str) -> Self {
        Self(Arc::new(Inner { now, zone, icons: icons.to_owned() }))
    }
    pub fn now(&self) -> Moment {
        self.0.now
    }
    pub fn zone(&self) -> &Zone {
        &self.0.zone
    }
    /// Address of a symbol in the sprite.
    pub fn icon(&self, symbol: &str) -> String {
        format!("{}#{symbol}", self.0.icons)
    }
    /// The zone as the browser half reads it back.
    pub(crate) fn zone_json(&self) -> String {
        serde_json::to_string(&self.0.zone).unwrap_or_default()
    }
}

/// The setting of the page that is being drawn; in the browser, that of the page on screen.
pub fn setting() -> Setting {
    use_context::<Setting>().unwrap_or_else(outside)
}

#[cfg(feature = "hydrate")]
fn outside() -> Setting {
    crate::islands::clock::setting()
}

#[cfg(not(feature = "hydrate"))]
fn outside() -> Setting {
    Setting::new(Moment::default(), Zone::utc(), "/assets/icons.svg")
}
