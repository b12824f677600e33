//! The lists beside an incident's timeline, page by page: for its own page, and for whoever reads it through a glass.
//!
//! Cursors are sealed for one list of one incident: the journal's numbers would tell how much happens besides.

use app::{
    model::{
        EntryId, ShareId, Tlp,
        exhibit::Exhibit,
        incident::Incident,
        indicator::Indicator,
        panel::{PageQuery, Panel, PanelQuery},
        share::Share,
        task::Task,
    },
    policy::{self, Cleared, Viewer},
};

use uuid::Uuid;

use super::{
    Error, Result, Room, entry, evidence, indicator, share, store,
    task::{self, TaskOrder, TaskPlace},
};

/// A page of a list, and the sealed cursor of the page after it.
pub type Piece<T> = (Cleared<Vec<T>>, Option<String>);

/// Which panel of which incident a cursor is for.
fn purpose(panel: Panel, incident: &Incident) -> String {
    format!("{panel} of {}", incident.number)
}

const fn limit(panel: Panel) -> i64 {
    panel.size() as i64
}

/// The place behind which the page begins.
fn place(room: &Room, incident: &Incident, query: &PanelQuery, panel: Panel) -> Result<Option<i64>> {
    let Some(sealed) = query.after(panel) else { return Ok(None) };
    let opened = room.seal.open_place(&purpose(panel, incident), sealed);
    Ok(Some(opened.ok_or_else(|| not_a_cursor(panel))?))
}

fn not_a_cursor(panel: Panel) -> Error {
    Error::invalid(panel.wire(), "Not a cursor of this list")
}

fn sealed(room: &Room, incident: &Incident, panel: Panel, next: Option<i64>) -> Option<String> {
    next.map(|next| room.seal.seal_place(&purpose(panel, incident), next))
}

/// Newest first.
pub async fn exhibits(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    query: &PanelQuery,
) -> Result<Piece<Exhibit>> {
    let panel = Panel::Exhibits;
    let before = place(room, incident, query, panel)?;
    let (found, next) = evidence::list(room, viewer, incident, before, limit(panel)).await?;
    Ok((found, sealed(room, incident, panel, next)))
}

/// Newest first.
pub async fn indicators(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    query: &PanelQuery,
) -> Result<Piece<Indicator>> {
    let panel = Panel::Indicators;
    let before = place(room, incident, query, panel)?;
    let (found, next) = indicator::list_newest(room, viewer, incident, before, limit(panel)).await?;
    Ok((found, sealed(room, incident, panel, next)))
}

/// Newest first.
pub async fn shares(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    query: &PanelQuery,
) -> Result<Piece<Share>> {
    let panel = Panel::Shares;
    let before = place(room, incident, query, panel)?;
    let (found, next) = share::list_newest(room, viewer, incident, before, limit(panel)).await?;
    Ok((found, sealed(room, incident, panel, next)))
}

/// The open ones first.
pub async fn tasks(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    query: &PanelQuery,
) -> Result<Piece<Task>> {
    let (panel, seal) = (Panel::Tasks, &room.seal);
    let purpose = purpose(panel, incident);
    let after = match query.after(panel) {
        None => None,
        Some(sealed) => Some(TaskPlace::open(seal, &purpose, sealed).ok_or_else(|| not_a_cursor(panel))?),
    };
    let (found, next) = task::list(room, viewer, incident, (TaskOrder::Open, after), limit(panel)).await?;
    Ok((found, next.map(|place| place.seal(seal, &purpose))))
}

/// What a link to one entry or share asks: its place once it is past the first page. What the viewer may not see, or what
/// never was, leads to the first.
pub async fn seek(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
    mut query: PageQuery,
) -> Result<PageQuery> {
    let Some(id) = query.at.take().and_then(|id| id.parse::<Uuid>().ok()) else { return Ok(query) };
    if let Some(place) = entry::find_place(room, viewer, incident, query.timeline.order, EntryId(id)).await? {
        query.timeline.after = Some(place);
    } else if let Some(place) = share::find_place(room, viewer, incident, ShareId(id)).await? {
        query.panels = query.panels.with(Panel::Shares, sealed(room, incident, Panel::Shares, Some(place)));
    }
    Ok(query)
}

/// The strictest label of what lies beside the timeline and is there for the viewer, on whatever page.
pub async fn highest(room: &Room, viewer: &Viewer, incident: &Cleared<Incident>) -> Result<Tlp> {
    let labels = store::panel::list_labels(&room.db, policy::scope(viewer), incident.id).await?;
    Ok(labels.into_iter().fold(incident.tlp, Tlp::max))
}
