//! What the live stream carries, as JSON.

use app::model::{
    Moment, ShareId, Tlp,
    board::BoardRow,
    entry::{Entry, EntryKind},
    exhibit::Exhibit,
    feed::{FeedItem, feed_text, target_passed},
    id::Number,
    mention,
    notice::NoticeKind,
    share::Share,
    task::Task,
};
use serde::Serialize;

use super::Event;
use crate::service::{Error, Result};

/// The line of the updates rail that an entry makes; RED stands in no rail.
pub(super) fn feed_item(entry: &Entry) -> Option<FeedItem> {
    let breach = entry.change.as_ref().filter(|change| change.field == "breach");
    let passed = breach.map(|change| target_passed(&change.new));
    let alarm = passed.is_some();
    let told = entry.kind.is_written() || entry.kind == EntryKind::Evidence || alarm;
    if !told || entry.tlp == Tlp::Red {
        return None;
    }
    let author = entry.author.as_ref();
    Some(FeedItem {
        at: entry.recorded_at,
        incident: entry.incident.clone(),
        organisation: author
            .map_or_else(|| "Watchfloor".to_owned(), |person| person.organisation.short.clone()),
        text: passed
            .unwrap_or_else(|| feed_text(entry.exhibit, &mention::named(&entry.text, &entry.mentions))),
        tlp: entry.tlp,
        alarm,
        corrected: !entry.earlier.is_empty(),
    })
}

pub(super) fn event(name: &'static str, data: &impl Serialize) -> Result<Event> {
    Ok(Event { name, data: serde_json::to_string(data).map_err(Error::internal)? })
}

#[derive(Serialize)]
pub(super) struct Gone<'a> {
    pub number: &'a Number,
    pub gone: bool,
}

#[derive(Serialize)]
pub(super) struct GoneShare<'a> {
    pub number: &'a Number,
    pub id: ShareId,
    pub gone: bool,
}

#[derive(Serialize)]
pub(super) struct RowEvent<'a> {
    pub number: &'a Number,
    pub version: i64,
    pub row: &'a BoardRow,
    pub feed: Option<&'a FeedItem>,
}

#[derive(Serialize)]
pub(super) struct EntryEvent<'a> {
    pub number: &'a Number,
    pub entry: &'a Entry,
    pub feed: Option<&'a FeedItem>,
}

#[derive(Serialize)]
pub(super) struct ExhibitEvent<'a> {
    pub number: &'a Number,
    pub exhibit: &'a Exhibit,
}

#[derive(Serialize)]
pub(super) struct TaskEvent<'a> {
    pub number: &'a Number,
    pub task: &'a Task,
}

#[derive(Serialize)]
pub(super) struct ShareEvent<'a> {
    pub number: &'a Number,
    pub share: &'a Share,
}

#[derive(Serialize)]
pub(super) struct Notice<'a> {
    pub number: &'a Number,
    pub noun: &'a str,
}

/// A request that somebody can read no longer: its id alone.
#[derive(Serialize)]
pub(super) struct GoneRequest<'a> {
    pub number: &'a Number,
    pub noun: &'a str,
    pub id: ShareId,
    pub gone: bool,
}

#[derive(Serialize)]
pub(super) struct NoticeEvent<'a> {
    pub number: &'a Number,
    pub noun: &'a str,
    pub kind: NoticeKind,
    /// What may stand outside of the page.
    pub says: &'a str,
}

/// What a pulse tells: the server's time, so that no page trusts its device's clock.
pub fn pulse(now: Moment) -> Event {
    Event { name: "pulse", data: format!("{{\"now\":\"{now}\"}}") }
}
