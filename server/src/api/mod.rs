//! The JSON API, version 1: the same use cases as the pages, for scripts, partner tools and the islands.
//!
//! One file a noun, each in the order route by route: what is sent, the handler, what is answered. Handlers
//! take an [`ApiCaller`](crate::viewer::ApiCaller), so that none runs for nobody; what they answer is made
//! from `Cleared` values alone. The routes stand in [`crate::router`], their description in [`openapi`].

pub mod audit;
pub mod category;
pub mod clearance;
pub mod crossing;
pub mod entry;
pub mod evidence;
pub mod following;
pub mod hold;
pub mod incident;
pub mod indicator;
pub mod invitation;
pub mod journal;
pub mod ledger;
pub mod me;
pub mod notice;
pub mod onward;
pub mod openapi;
pub mod organisation;
pub mod period;
pub mod person;
pub mod playbook;
pub mod posting;
pub mod posture;
mod question;
mod refusal;
mod sent;
pub mod setting;
pub mod share;
pub mod status;
pub mod task;
pub mod view;

use app::{
    model::{FieldErrors, id::Number},
    policy::Cleared,
};
use axum::{Json, http::StatusCode};
use utoipa::ToSchema;

pub use refusal::{ChangedView, ConflictView, ProblemView, Refusal};

use crate::service::{Error, Room};
use question::Question;
use sent::{Sent, SentMaybe};
use view::List;

/// What handlers of the API return.
type Answer<T> = Result<T, Refusal>;

/// One thing, cleared for the caller.
type One<T> = Json<Cleared<T>>;

/// A thing that was made.
type Made<T> = (StatusCode, Json<Cleared<T>>);

/// How many things a page of a list has where the caller does not say.
const PAGE: i64 = 50;

/// The number of a path; what is no number answers like one that was never given.
fn number(word: &str) -> Answer<Number> {
    word.parse().map_err(|_| Error::NotFound.into())
}

/// The id of a path, likewise.
fn id<T: std::str::FromStr>(word: &str) -> Answer<T> {
    word.parse().map_err(|_| Error::NotFound.into())
}

/// A change says which version it was made from; they are counted from 1.
fn versioned(version: i64) -> Answer<()> {
    match version {
        1.. => Ok(()),
        _ => Err(Error::invalid("version", "Say which version you changed").into()),
    }
}

/// A page of a list that is held in memory, ordered by `key`; the cursor seals the last key.
fn page_of<F, T: ToSchema>(
    room: &Room,
    mut question: Question,
    purpose: &str,
    all: Vec<F>,
    key: impl Fn(&F) -> String,
    view: impl FnMut(F) -> T,
) -> Answer<Json<List<T>>> {
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let from = match after {
        None => 0,
        Some(sealed) => {
            let last = room.seal().open(purpose, &sealed).ok_or_else(not_a_cursor)?;
            all.iter().position(|item| key(item) == last).map_or(all.len(), |at| at + 1)
        }
    };
    let limit = usize::try_from(limit).unwrap_or(1);
    let more = all.len() > from + limit;
    let items: Vec<F> = all.into_iter().skip(from).take(limit).collect();
    let next = items.last().filter(|_| more).map(|last| room.seal().seal(purpose, &key(last)));
    Ok(Json(List::of(crate::service::room::public(items), next, view)))
}

/// The place in a list that the store pages by a number, sealed for that list.
fn place(room: &Room, purpose: &str, after: Option<String>) -> Answer<Option<i64>> {
    let Some(sealed) = after else { return Ok(None) };
    Ok(Some(room.seal().open_place(purpose, &sealed).ok_or_else(not_a_cursor)?))
}

/// Seals such a place.
fn sealed(room: &Room, purpose: &str, place: Option<i64>) -> Option<String> {
    place.map(|place| room.seal().seal_place(purpose, place))
}

fn not_a_cursor() -> Error {
    Error::Invalid(FieldErrors::one("after", "Not a cursor of this list"))
}
