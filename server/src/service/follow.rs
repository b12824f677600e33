//! What other processes write into the same database: a second server, the operator's commands.

use std::time::Duration;

use super::{
    Noun, Result, Room,
    store::{
        self,
        db::{GrowthListener, Heard},
        session::SessionRow,
    },
};

/// Rows looked through at a time.
const PAGE: i64 = 1_000;

/// Follows the journal. PostgreSQL says at once that somebody has written; a look from time to time is the
/// safety net, and all that there is for a file.
#[derive(Debug)]
pub struct Follower {
    room: Room,
    /// The time between two looks.
    every: Duration,
    /// The newest row that was looked at. Not the room's own growth: this process may have written a row
    /// after one that it has not heard of yet.
    seen: Option<i64>,
    listener: Option<GrowthListener>,
    /// The database does not say when it grows, and the log has it.
    deaf: bool,
}

impl Follower {
    pub fn new(room: Room, every: Duration) -> Self {
        Self { room, every, seen: None, listener: None, deaf: false }
    }

    /// Returns when somebody has written, as far as the database says so, and in any case in time for the
    /// next look.
    pub async fn wait(&mut self) {
        let Some(listener) = &mut self.listener else {
            match GrowthListener::open(&self.room.db).await {
                // What was written before anybody listened is there for the next look.
                Ok(Some(listener)) => (self.listener, self.deaf) = (Some(listener), false),
                Ok(None) => tokio::time::sleep(self.every).await,
                Err(error) => {
                    if !std::mem::replace(&mut self.deaf, true) {
                        tracing::warn!(%error, "the database does not say when it grows; looking from time to time");
                    }
                    tokio::time::sleep(self.every).await;
                }
            }
            return;
        };
        if let Ok(Heard::Nothing) = tokio::time::timeout(self.every, listener.next()).await {
            self.listener = None;
        }
    }

    /// Takes over what was written since the last look: caches are read again, live streams are told. Returns
    /// the number of the newest row.
    pub async fn catch_up(&mut self) -> Result<i64> {
        let Some(mut seen) = self.seen else {
            // Whatever was written while the room opened.
            let (head, _) = store::journal::head(&self.room.db).await?;
            self.room.refresh().await?;
            self.room.note_growth(head);
            self.seen = Some(head);
            return Ok(head);
        };
        let cached = [Noun::Person, Noun::Organisation, Noun::Room, Noun::Setting].map(Noun::word);
        let mut stale = false;
        loop {
            let changes = store::journal::list_changes(&self.room.db, seen, None, PAGE).await?;
            let Some(last) = changes.last() else { break };
            seen = last.seq;
            stale |= changes.iter().any(|change| cached.contains(&change.noun.as_str()));
        }
        if stale {
            self.room.refresh().await?;
        }
        self.room.note_growth(seen);
        self.seen = Some(seen);
        Ok(seen)
    }
}

/// While writes fail: tries one, and ends the state when it is durable.
pub async fn probe(room: &Room) -> Result<()> {
    if room.failing_since().is_none() || room.is_read_only() {
        return Ok(());
    }
    let mut act = room.begin_own("probe").await?;
    let now = act.now();
    // Written and taken away again: after the commit the disk has really been written to.
    let row = SessionRow {
        id: b"probe".to_vec(),
        person_id: None,
        data: "x".repeat(4096),
        address: String::new(),
        user_agent: String::new(),
        created_at: now,
        seen_at: now,
        expires_at: now,
    };
    store::session::add(&mut act.tx, &row).await?;
    store::session::remove(&mut act.tx, &row.id).await?;
    act.commit_own().await?;
    tracing::info!("writes work again");
    Ok(())
}

/// Forgets keys whose forms are too old to be sent again.
pub async fn forget_keys(room: &Room, older_than: i64) -> Result<()> {
    let mut act = room.begin_own("keys").await?;
    let before = act.now().plus_seconds(-older_than);
    store::idempotency::remove_before(&mut act.tx, before).await?;
    act.commit_own().await
}
