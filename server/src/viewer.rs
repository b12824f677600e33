//! Who asks: the extractors that are the authorisation. A handler that takes a [`Member`] cannot run
//! without one.

use std::{ops::Deref, sync::Arc};

use app::{
    model::{Moment, PersonId},
    policy::Viewer,
};
use axum::{
    extract::FromRequestParts,
    http::{header, request::Parts},
};

use crate::{
    error::Problem,
    service::{
        Asker, Error, account, notice,
        session::{SessionHash, key},
        share,
    },
    state::App,
    visit::Visit,
};

/// The session behind a request.
#[derive(Clone, Debug)]
pub struct Session {
    pub hash: SessionHash,
    pub viewer: Viewer,
    /// The newest change of the room when the request came: the page's place in the live stream.
    pub head: i64,
    /// Shares that wait for an answer of the viewer's organisation: what the navigation of a page shows.
    pub to_answer: i64,
    /// Notices that the viewer has not read: what the bell of a page shows.
    pub unread: i64,
}

/// A person who is signed in, through a browser's session.
#[derive(Clone, Debug)]
pub struct Member {
    pub asker: Asker,
    pub session: SessionHash,
    pub visit: Arc<Visit>,
}

impl Deref for Member {
    type Target = Asker;
    fn deref(&self) -> &Asker {
        &self.asker
    }
}

impl AsRef<Visit> for Member {
    fn as_ref(&self) -> &Visit {
        &self.visit
    }
}

/// Whoever comes to a page that needs nobody.
#[derive(Clone, Debug)]
pub struct Visitor(pub Arc<Visit>);

impl Deref for Visitor {
    type Target = Visit;
    fn deref(&self) -> &Visit {
        &self.0
    }
}

impl AsRef<Visit> for Visitor {
    fn as_ref(&self) -> &Visit {
        &self.0
    }
}

/// A person who calls the API, with a token or with a browser's session.
#[derive(Clone, Debug)]
pub struct ApiCaller {
    pub asker: Asker,
    pub visit: Arc<Visit>,
    /// None: the caller has a token.
    pub session: Option<SessionHash>,
}

impl Deref for ApiCaller {
    type Target = Asker;
    fn deref(&self) -> &Asker {
        &self.asker
    }
}

impl AsRef<Visit> for ApiCaller {
    fn as_ref(&self) -> &Visit {
        &self.visit
    }
}

/// The visit that the outermost layer put there.
pub(crate) fn visit(parts: &Parts) -> Arc<Visit> {
    // The layer stands around every route of the router.
    Arc::clone(parts.extensions.get::<Arc<Visit>>().expect("the visit layer is around every route"))
}

/// What the token of a form is bound to: the session, or nothing before sign-in. Whoever has the door
/// open in two tabs can go through either.
pub(crate) fn binding(session: Option<SessionHash>, action: &str) -> Vec<u8> {
    session.filter(|_| action != "/sign-in").map_or_else(Vec::new, |hash| hash.to_vec())
}

/// The session that a form of this answer will be sent with: the one that was found; while the database
/// does not answer, the one that the cookie names, so that the page of the error can be sent again.
pub(crate) fn bound_session(app: &App, visit: &Visit) -> Option<SessionHash> {
    match visit.session.get() {
        Some(found) => found.as_ref().map(|session| session.hash),
        None => {
            let id: tower_sessions::session::Id =
                visit.cookie(&app.config.cookie_name("wf_session"))?.parse().ok()?;
            Some(crate::service::session::hash(&id))
        }
    }
}

/// The session of the request, looked up once.
pub(crate) async fn session(parts: &Parts, app: &App) -> Result<Option<Session>, Problem> {
    let visit = visit(parts);
    if let Some(found) = visit.session.get() {
        return Ok(found.clone());
    }
    let found = look_up(parts, app, &visit).await?;
    Ok(visit.session.get_or_init(|| found).clone())
}

async fn look_up(parts: &Parts, app: &App, visit: &Visit) -> Result<Option<Session>, Problem> {
    let Some(session) = parts.extensions.get::<tower_sessions::Session>() else { return Ok(None) };
    let Some(id) = session.id() else { return Ok(None) };
    let unavailable = |error: tower_sessions::session::Error| Error::Unavailable(error.to_string());
    let person: Option<PersonId> = session.get(key::PERSON).await.map_err(unavailable)?;
    let seen: Option<Moment> = session.get::<i64>(key::SEEN).await.map_err(unavailable)?.map(Moment);
    let (Some(person), Some(seen)) = (person, seen) else { return Ok(None) };
    let Some(viewer) = app.room.directory().viewer(person) else { return Ok(None) };
    let hash = crate::service::session::hash(&id);
    // What a page fetches by itself keeps no session alive.
    if visit.is_by_hand() {
        app.sessions.touch(hash, seen);
    }
    let head = *app.room.growth().borrow();
    let (to_answer, unread) = match visit.has_page() {
        true => {
            let unread = async { Ok(notice::count(&app.room, &viewer).await?.unread) };
            tokio::try_join!(share::count_to_answer(&app.room, &viewer), unread)?
        }
        false => (0, 0),
    };
    Ok(Some(Session { hash, viewer, head, to_answer, unread }))
}

fn asker(visit: &Visit, viewer: Viewer) -> Asker {
    let asker = Asker { viewer, request: visit.request.clone(), address: visit.source.to_string() };
    visit.asker.get_or_init(|| asker).clone()
}

impl FromRequestParts<App> for Member {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let found = session(parts, app).await?.ok_or(Problem::SignedOut)?;
        let visit = visit(parts);
        Ok(Self { asker: asker(&visit, found.viewer), session: found.hash, visit })
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        session(parts, app).await?;
        Ok(Self(visit(parts)))
    }
}

impl FromRequestParts<App> for ApiCaller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let visit = visit(parts);
        let Some(authorization) = visit.header(header::AUTHORIZATION) else {
            let found = session(parts, app).await?.ok_or(Problem::SignedOut)?;
            return Ok(Self { asker: asker(&visit, found.viewer), session: Some(found.hash), visit });
        };
        let token = authorization.split_once(' ').filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
        let person = match token {
            Some((_, token)) => account::find_token(&app.room, token.trim()).await?,
            None => None,
        };
        let viewer = person.and_then(|person| app.room.directory().viewer(person));
        let viewer = viewer.ok_or(Problem::SignedOut)?;
        Ok(Self { asker: asker(&visit, viewer), session: None, visit })
    }
}
