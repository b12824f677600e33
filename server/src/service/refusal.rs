//! Refusals of the policy, as the audit log keeps them: the first at once, what follows it as one row a minute.
//!
//! Whoever is refused a thousand times a minute would otherwise write a thousand rows, each with its turn, into a
//! journal that nobody can shorten.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use app::model::PersonId;
use serde_json::json;

use super::{Asker, Result, Room, audit};
use crate::clock::stopwatch;

/// How long refusals of one kind are gathered.
const WINDOW: Duration = Duration::from_secs(60);

/// Who was refused what, and where: the pattern of the path, without numbers or ids.
type Kind = (PersonId, String, String);

/// Refusals of one kind since the row that told of the first.
#[derive(Debug)]
struct Window {
    opened: Instant,
    asker: Asker,
    /// Not in the log yet.
    times: u64,
}

/// The refusals of the last minute.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<HashMap<Kind, Window>>);

impl Refusals {
    /// Writes down that an act was refused, or counts it where the same was written a moment ago.
    pub async fn note(&self, room: &Room, asker: &Asker, route: &str, act: &str) -> Result<()> {
        let kind = (asker.viewer.person, route.to_owned(), act.to_owned());
        {
            let mut windows = self.windows();
            if let Some(window) = windows.get_mut(&kind) {
                window.times += 1;
                return Ok(());
            }
            windows.insert(kind.clone(), Window { opened: stopwatch(), asker: asker.clone(), times: 0 });
        }
        write(room, asker, &kind, 1).await
    }

    /// Writes what has been counted in windows that are over; with `all` in every window, as the server stops.
    pub async fn write(&self, room: &Room, all: bool) -> Result<()> {
        let over: Vec<_> =
            self.windows().extract_if(|_, window| all || window.opened.elapsed() >= WINDOW).collect();
        for (kind, window) in over.into_iter().filter(|(_, window)| window.times > 0) {
            write(room, &window.asker, &kind, window.times).await?;
        }
        Ok(())
    }

    fn windows(&self) -> MutexGuard<'_, HashMap<Kind, Window>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn write(room: &Room, asker: &Asker, (_, route, act): &Kind, times: u64) -> Result<()> {
    let mut body = json!({ "act": act, "route": route, "address": asker.address });
    if times > 1 {
        body["times"] = times.into();
    }
    audit::unless_read_only(audit::note(room, asker, "refused", None, body).await)
}
