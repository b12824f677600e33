//! One file a noun: reads the form, calls the service, redirects or draws the page again.

pub mod ask;
pub mod audit;
pub mod board;
pub mod bulk;
pub mod evidence;
pub mod following;
pub mod glass;
pub mod health;
pub mod import;
pub mod incident;
pub mod invitation;
pub mod ledger;
pub mod live;
pub mod me;
pub mod new_incident;
pub mod notice;
pub mod organisation;
pub mod person;
pub(crate) mod read;
pub mod session;
pub mod settings;
pub mod setup;
pub mod share;
pub mod wall;

use app::model::{Organisation, organisation::Sector};
use futures::FutureExt;

use crate::{
    reference,
    service::{Room, export::Alive},
    state::App,
    viewer::Member,
};

/// The session that an export began with, asked for again before each part.
fn alive(app: &App, member: &Member) -> Alive {
    let (sessions, session) = (app.sessions.clone(), member.session);
    Alive::new(move || {
        let sessions = sessions.clone();
        async move {
            sessions.stands(&session).await.unwrap_or_else(|error| {
                // What has left cannot be taken back.
                tracing::warn!(%error, "an export ends: it is not known whether its session stands");
                false
            })
        }
        .boxed()
    })
}

/// Organisations that work in the room or did, by slug: what a list is narrowed to. The room's own is none of them.
pub(crate) fn organisations(room: &Room) -> Vec<Organisation> {
    let directory = room.directory();
    let members = directory.organisations().into_iter().filter(|found| found.sector != Sector::Room);
    members.cloned().collect()
}

/// Those that work in it now: with whom something can be shared.
pub(crate) fn sitting(room: &Room) -> Vec<Organisation> {
    let directory = room.directory();
    organisations(room).into_iter().filter(|found| directory.left_at(found.id).is_none()).collect()
}

/// Postal codes and names of the states, by name.
pub(crate) fn states() -> Vec<(String, String)> {
    reference::states().iter().map(|place| (place.state.to_owned(), place.name.to_owned())).collect()
}
