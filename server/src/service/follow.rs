//! What other processes write into the same database: a second server, the operator's commands.

use super::{
    Noun, Result, Room,
    store::{self, session::SessionRow},
};

/// Looks whether the journal has grown without this process, and takes over what changed: caches are read
/// again, live streams are told. Returns the number of the newest row.
pub async fn follow(room: &Room) -> Result<i64> {
    let known = *room.growth().borrow();
    let (head, _) = store::journal::head(&room.db).await?;
    if head <= known {
        return Ok(head);
    }
    let changes = store::journal::list_changes(&room.db, known, None, 1000).await?;
    let cached = [Noun::Person, Noun::Organisation, Noun::Room].map(Noun::word);
    if changes.len() == 1000 || changes.iter().any(|change| cached.contains(&change.noun.as_str())) {
        room.refresh().await?;
    }
    room.note_growth(head);
    Ok(head)
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
    room.note_recovery();
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
