//! Colleagues who keep posting, so that a room that is looked at lives.

use std::{future::Future, time::Duration};

use app::model::{id::Number, incident::Status};

use super::{load, replay::asker};
use crate::{
    clock::Ids,
    service::{
        Error, Once, Result, Room, entry,
        entry::PostEntry,
        incident::{self, StatusInput},
        indicator::{self, IndicatorInput},
        settled,
        task::{self, TaskInput},
    },
};

/// Posts every 4 to 9 seconds until `stop` resolves. What a colleague may no longer do is passed over: people
/// who look at the demo may close, narrow or take back whatever they like.
pub async fn live(room: Room, stop: impl Future<Output = ()>) -> Result<()> {
    let lines = load::live_lines()?;
    let ids = Ids::Random;
    tokio::pin!(stop);
    // Starts anywhere in the list, so that two starts do not tell the same story.
    let first = ids.below(u32::try_from(lines.len()).unwrap_or(1));
    for round in 1_u32.. {
        let pause = Duration::from_millis(4_000 + u64::from(ids.below(5_000)));
        tokio::select! {
            () = &mut stop => return Ok(()),
            () = tokio::time::sleep(pause) => {}
        }
        let line = &lines[(first + round) as usize % lines.len()];
        if let Err(error) = say(&room, &ids, line, round).await {
            match error {
                Error::Internal(_) | Error::Unavailable(_) | Error::StorageFull => {
                    tracing::warn!(incident.number = line.number, %error, "a colleague of the demo could not write");
                }
                _ => {
                    tracing::debug!(incident.number = line.number, %error, "a colleague of the demo stays silent")
                }
            }
        }
    }
    Ok(())
}

async fn say(room: &Room, ids: &Ids, line: &load::LiveLine, round: u32) -> Result<()> {
    let asker = asker(room, &line.by)?;
    let number: Number = line.number.parse().map_err(|_| Error::NotFound)?;
    let seen = incident::find(room, &asker.viewer, &number).await?;
    if !seen.status.is_open() {
        return Ok(());
    }
    let (room, once) = (room.clone(), Once::each_time());
    let leads = seen.lead.id == asker.viewer.organisation;
    // Now and then something else than words; only what the colleague's organisation may do.
    match round % 12 {
        4 if leads && seen.status == Status::Reported && seen.owner.is_some() => {
            let note = line.text.clone();
            let input =
                StatusInput { to: "triaged".into(), version: seen.version, note, ..StatusInput::default() };
            settled(incident::set_status(room, asker, once, number, input)).await.map(drop)
        }
        7 => {
            let value = format!("copy-{:04x}.example", ids.below(0x1_0000));
            let input = IndicatorInput { kind: "domain".into(), value, note: line.text.clone() };
            settled(indicator::add(room, asker, once, number, input)).await.map(drop)
        }
        11 => {
            let organisation = Some(asker_slug(&room, &asker));
            let input = TaskInput { text: line.text.clone(), organisation, ..TaskInput::default() };
            settled(task::add(room, asker, once, number, input)).await.map(drop)
        }
        _ => {
            let input = PostEntry { kind: "update".into(), text: line.text.clone(), ..PostEntry::default() };
            settled(entry::post(room, asker, once, number, input)).await.map(drop)
        }
    }
}

fn asker_slug(room: &Room, asker: &crate::service::Asker) -> String {
    let directory = room.directory();
    directory.organisation(asker.viewer.organisation).map_or_else(String::new, |found| found.slug.clone())
}
