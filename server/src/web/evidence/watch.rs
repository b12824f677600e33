//! A file on its way out, and whether it may still leave: two gigabytes over a slow line take hours.

use std::{
    io,
    time::{Duration, Instant},
};

use app::model::{PersonId, id::Number};
use tokio::sync::watch;

use super::file::Taker;
use crate::{
    clock::stopwatch,
    service::{Result, error::if_found, evidence, session::SessionHash},
    state::App,
};

/// Pieces handed out between two looks where nothing happens in the room, and the longest time.
const PIECES: u32 = 16;
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks again and again whether the one who takes a file is still in the room, signed in, and sees it.
pub(super) struct Watch {
    app: App,
    person: PersonId,
    session: Option<SessionHash>,
    number: Number,
    exhibit: i64,
    growth: watch::Receiver<i64>,
    pieces: u32,
    since: Instant,
}

impl Watch {
    /// The first pieces leave with the answer of the policy that opened the file.
    pub(super) fn new(app: &App, to: Taker<'_>, number: Number, exhibit: i64) -> Self {
        let (person, session) = (to.asker.viewer.person, to.session);
        let (app, growth) = (app.clone(), app.room.growth());
        Self { app, person, session, number, exhibit, growth, pieces: 0, since: stopwatch() }
    }

    /// Before each piece; fails when it may not leave any more.
    pub(super) async fn look(&mut self) -> io::Result<()> {
        let quiet = !self.growth.has_changed().unwrap_or(true);
        if quiet && self.pieces < PIECES && self.since.elapsed() < PATIENCE {
            self.pieces += 1;
            return Ok(());
        }
        self.growth.borrow_and_update();
        (self.pieces, self.since) = (1, stopwatch());
        match self.may_leave().await {
            true => Ok(()),
            false => Err(io::Error::other("the file may not leave any more")),
        }
    }

    /// What has left cannot be taken back: where it is not known, no more of it leaves.
    async fn may_leave(&self) -> bool {
        self.asked().await.unwrap_or_else(|error| {
            tracing::warn!(%error, incident.number = %self.number, "a file ends: it is not known whether it may leave");
            false
        })
    }

    async fn asked(&self) -> Result<bool> {
        let Some(viewer) = self.app.room.directory().viewer(self.person) else { return Ok(false) };
        if let Some(session) = self.session
            && !self.app.sessions.stands(&session).await?
        {
            return Ok(false);
        }
        let seen = evidence::find(&self.app.room, &viewer, &self.number, self.exhibit).await;
        Ok(if_found(seen)?.is_some())
    }
}
