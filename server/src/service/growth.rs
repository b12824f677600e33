//! Several processes over one PostgreSQL: each hears, from the database, that another has written.

use std::time::Duration;

use super::{
    Result, Room,
    store::{self, Db, db::GrowthListener},
};

/// The safety net under listen/notify: how often the journal's head is read when nothing is heard.
const POLL: Duration = Duration::from_secs(2);

/// Follows what other processes write, until the room closes. An embedded database has one process.
pub async fn follow(room: Room) {
    if let Db::Sqlite { .. } = &room.db {
        return;
    }
    loop {
        if let Err(error) = listen(&room).await {
            tracing::warn!(%error, "the database no longer says when it grows; asking again");
        }
        tokio::time::sleep(POLL).await;
        // What was written while nobody listened, other people's names included.
        let _ = catch_up(&room).await;
    }
}

async fn listen(room: &Room) -> Result<()> {
    let mut listener = GrowthListener::open(&room.db).await?;
    catch_up(room).await?;
    loop {
        match tokio::time::timeout(POLL, listener.next()).await {
            Ok(heard) => grown(room, heard?).await?,
            Err(_) => catch_up(room).await?,
        }
    }
}

async fn catch_up(room: &Room) -> Result<()> {
    let (head, _) = store::journal::head(&room.db).await?;
    grown(room, head).await
}

/// Another process wrote up to `seq`: its people and settings may be new, too.
async fn grown(room: &Room, seq: i64) -> Result<()> {
    let known = *room.growth().borrow();
    if seq > known {
        let changes = store::journal::list_changes(&room.db, known, None, 1_000).await?;
        if changes.iter().any(|change| matches!(change.noun.as_str(), "person" | "organisation" | "room")) {
            room.refresh().await?;
        }
        room.note_growth(seq);
    }
    Ok(())
}
