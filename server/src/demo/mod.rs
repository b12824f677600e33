//! The demo room: the 2020 cycle up to the evening of election day, replayed when an empty data folder is
//! filled, and colleagues who keep posting. Everything in it is invented.
//!
//! Its clock: the room opens at 19:18 Eastern on 3 November 2020 and runs from there. Started again on the same
//! data it goes on where its journal ended, or at 19:18 where nothing is newer: time that the room was
//! switched off does not pass, so that no target is breached overnight.

mod crossing;
mod cycle;
mod exhibit_files;
mod font;
mod live;
mod load;
mod replay;

use app::model::Moment;

pub use live::live;

use crate::{
    clock::{Clock, Ids},
    service::{Error, Result, Room, RoomParts, founding, founding::Filling, journal, notice},
};

/// Tuesday 3 November 2020, 19:18 Eastern.
pub const NOW: Moment = Moment::from_seconds(1_604_449_080);
/// When the room was set up, before its first meeting.
const FOUNDED: Moment = Moment::from_seconds(1_597_233_600);
/// The seed of `watchfloor demo` without `--seed`.
pub const SEED: u64 = 2020;

/// What a demo room is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tale {
    /// The story of `data/demo`.
    Night,
    /// So many incidents without a story, to measure with.
    Cycle { incidents: u32 },
}

/// Opens the demo room: fills it when the database is empty, then starts its clock.
///
/// `password_hash` is asked for only when the room is filled. Refuses a database that holds another room, or a
/// demo whose filling was interrupted.
pub async fn prepare(
    parts: RoomParts,
    seed: u64,
    tale: Tale,
    password_hash: impl FnOnce() -> Result<String>,
) -> Result<Room> {
    // Seeded ids serve the filling only: a second start with the same seed would give the same ids again.
    let filling =
        RoomParts { clock: Some(Clock::standing_at(FOUNDED)), ids: Ids::seeded(seed), ..parts.clone() };
    let room = Room::open(filling).await?;
    match founding::filling(&room).await? {
        Filling::None if founding::is_empty(&room).await? => {
            fill(&room, &password_hash()?, tale).await?;
        }
        Filling::None => return Err(Error::internal("the database holds a room that is not a demo")),
        Filling::Begun => {
            return Err(Error::internal(
                "the filling of this demo room was interrupted: empty the data folder and start again",
            ));
        }
        Filling::Done => {}
    }
    let newest = journal::head(&room).await?.at;
    room.close().await;
    let clock = Clock::starting_at(newest.max(NOW));
    Room::open(RoomParts { clock: Some(clock), ids: Ids::Random, ..parts }).await
}

/// Writes the whole demo into an empty room, which must have been opened with a standing clock.
pub async fn fill(room: &Room, password_hash: &str, tale: Tale) -> Result<()> {
    if !matches!(room.clock(), Clock::Standing(_)) {
        return Err(Error::internal("the demo is filled with a standing clock"));
    }
    if !founding::is_empty(room).await? {
        return Err(Error::internal("the demo is filled into an empty room only"));
    }
    room.clock().set(FOUNDED);
    founding::note_filling(room, "demo", Filling::Begun).await?;
    founding::add_reference(room, "demo").await?;
    match tale {
        Tale::Night => {
            let (organisations, people) = (load::organisations()?, load::people()?);
            founding::add_members(room, "demo", organisations, people, Some(password_hash)).await?;
            replay::replay(room, &load::stories()?, NOW).await?;
            // People were here all the while: what is older than their last look, they have read.
            notice::read_before(room, NOW.plus_seconds(-2 * 3_600)).await?;
        }
        Tale::Cycle { incidents } => {
            cycle::fill(room, password_hash, incidents).await?;
            // A room that ran all these months forgot its old notices on the way.
            notice::forget_old(room).await?;
        }
    }
    founding::note_filling(room, "demo", Filling::Done).await
}

/// Who can sign in, for the terminal: a demo says that it is one.
pub fn welcome(room: &Room, password: &str) -> String {
    use std::fmt::Write;
    let directory = room.directory();
    let mut text = String::from(
        "This is a demo room. Everything in it is invented, everybody has the same password: do not put \
         anything real into it.\n\nWho can sign in:\n",
    );
    for organisation in directory.organisations() {
        let of =
            |member: &&&crate::service::directory::Member| member.person.organisation.id == organisation.id;
        let members = directory.members();
        let names: Vec<&str> = members.iter().filter(of).map(|m| m.person.email.as_str()).collect();
        let names: Vec<&str> = names.iter().filter_map(|email| email.split('@').next()).collect();
        let domain = format!("@{}.example", organisation.slug);
        let _ = writeln!(text, "  {:<26} {{{}}}{domain}", organisation.short, names.join(","));
    }
    let _ = write!(text, "\nFor example analyst@cisa.example. Password of all: {password}\n");
    text
}
