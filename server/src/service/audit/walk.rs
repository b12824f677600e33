//! The chain walked from row to row: that nothing of the journal was changed, taken out or put in.

use super::Chain;
use crate::{
    clock::{rest, stopwatch},
    service::{Result, Room, journal, store},
};

/// Rows walked at a time.
const STEP: i64 = 200;

/// Walks the chain on from where the last walk ended; `from_start` walks all of it again. One walks at a time.
pub async fn walk(room: &Room, from_start: bool) -> Result<Chain> {
    let _alone = room.walking().await;
    let last = room.chain();
    let mut chain = if from_start || last.broken.is_some() { Chain::default() } else { last };
    if chain.hash.is_empty() {
        chain.hash = vec![0; 32];
    }
    'walk: loop {
        let began = stopwatch();
        let rows = store::journal::list_after(&room.db, chain.seq, STEP).await?;
        let Some(newest) = rows.last().map(|row| row.seq) else { break };
        let is_end = (rows.len() as i64) < STEP;
        for row in rows {
            let right = row.seq == chain.seq + 1
                && row.previous == chain.hash
                && row.hash == journal::hash(&row.previous, &journal::canonical(&row));
            if !right {
                chain.broken = Some(row.seq);
                tracing::error!(seq = row.seq, "the journal's chain is broken");
                break 'walk;
            }
            (chain.seq, chain.hash) = (row.seq, row.hash);
        }
        debug_assert_eq!(chain.seq, newest);
        if is_end {
            break;
        }
        rest(began).await;
    }
    chain.at = room.now();
    room.set_chain(chain.clone());
    Ok(chain)
}
