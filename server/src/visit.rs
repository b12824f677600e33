//! One request on its way through: its id, where it came from, and what has to be known to answer it
//! with a page when something goes wrong.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use app::pages::problem::Again;
use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderMap, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use sha2::{Digest, Sha256};
use tracing::Instrument;

use crate::{
    clock::{self, Ids},
    config::Config,
    error::{Failure, Problem},
    form, headers, router,
    service::{
        Asker, Error,
        looks::{self, Looks},
    },
    state::App,
    unattended::Page,
    viewer::Session,
};

/// The other end of the connection, as the accept loop saw it.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// Shared by the extractors, the handler and the error page of one request.
#[derive(Debug)]
pub struct Visit {
    /// Quoted on error pages and in the log.
    pub request: String,
    pub method: Method,
    pub path: String,
    pub path_and_query: String,
    /// The pattern of its path in the router's table; none where no route is meant.
    pub route: Option<String>,
    pub source: IpAddr,
    pub headers: HeaderMap,
    /// Of this answer's Content-Security-Policy.
    pub nonce: String,
    pub(crate) session: OnceLock<Option<Session>>,
    /// Who asked, once an extractor knew it.
    pub(crate) asker: OnceLock<Asker>,
    typed: Mutex<Option<Again>>,
    /// Which sending of a form this is, as its token says.
    sending: OnceLock<Option<form::Sending>>,
}

impl Visit {
    fn of(config: &Config, request: &Request) -> Self {
        let bytes: [u8; 16] = Ids::Random.bytes();
        let nonce: [u8; 16] = Ids::Random.bytes();
        let uri = request.uri();
        Self {
            request: uuid::Uuid::from_bytes(bytes).simple().to_string(),
            method: request.method().clone(),
            path: uri.path().to_owned(),
            path_and_query: uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string),
            route: request.extensions().get::<MatchedPath>().map(|route| route.as_str().to_owned()),
            source: source(config, request),
            headers: request.headers().clone(),
            nonce: form::base64(&nonce),
            session: OnceLock::new(),
            asker: OnceLock::new(),
            typed: Mutex::new(None),
            sending: OnceLock::new(),
        }
    }

    /// Where the page that answers is read again. What a form is answered with has no address of its own: there it is
    /// that of the page on which the form stands.
    pub fn page(&self) -> String {
        if self.method == Method::GET || self.method == Method::HEAD {
            return self.path_and_query.clone();
        }
        match router::page_above(self.route.as_deref().unwrap_or_default(), &self.path) {
            own if own == self.path => self.path_and_query.clone(),
            above => above.to_owned(),
        }
    }

    /// Answers in JSON.
    pub fn is_api(&self) -> bool {
        self.path.starts_with("/api/")
    }

    /// Asks for the event stream.
    pub fn is_stream(&self) -> bool {
        self.path == "/live"
    }

    /// A person does it: opens a page, sends a form, or calls with a script of theirs. A page that fetches something by
    /// itself says so.
    pub fn is_by_hand(&self) -> bool {
        let navigates = self.header("sec-fetch-mode").is_none_or(|mode| mode == "navigate");
        self.method != Method::GET || (navigates && !self.is_stream())
    }

    /// The open page that asks: the one a link or a form was on, or that fetched something. None where the browser does not say.
    fn open_page(&self) -> Option<Page> {
        let (session, from) = (self.session.get()?.as_ref()?, self.header(header::REFERER)?);
        Some(Sha256::new().chain_update(session.hash).chain_update(from).finalize().into())
    }

    /// May be answered with a page in its shell.
    pub fn has_page(&self) -> bool {
        !self.is_api()
            && !self.is_stream()
            && !["/counties", "/board/tabs", "/shares/counts", "/notifications/count"]
                .contains(&self.path.as_str())
    }

    /// A cookie's value; browsers send the pairs with `; ` between them.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let pairs = self.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        pairs.flat_map(|line| line.split("; ")).find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Keeps what was typed, so that an error page can offer to send it again.
    pub fn keep_typed(&self, again: Again) {
        *self.typed.lock().unwrap_or_else(PoisonError::into_inner) = Some(again);
    }
    pub fn typed(&self) -> Option<Again> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Keeps which sending of its form this is, by the token that came with it.
    pub(crate) fn keep_sending(&self, token: &str) {
        self.sending.get_or_init(|| form::Sending::of(token));
    }
    pub(crate) fn sending(&self) -> Option<form::Sending> {
        self.sending.get().copied().flatten()
    }
}

impl AsRef<Self> for Visit {
    fn as_ref(&self) -> &Self {
        self
    }
}

/// The client's address: the peer's, or what a proxy that we trust says of it.
fn source(config: &Config, request: &Request) -> IpAddr {
    let peer = request.extensions().get::<Peer>().map_or(Ipv4Addr::LOCALHOST.into(), |peer| peer.0.ip());
    let trusted = |address: &IpAddr| config.trusted_proxies.contains(&address.to_canonical());
    if !trusted(&peer) {
        return peer.to_canonical();
    }
    let forwarded = request.headers().get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok());
    let hops: Vec<IpAddr> =
        forwarded.flat_map(|line| line.split(',')).filter_map(|hop| hop.trim().parse().ok()).collect();
    // From the right: each proxy appends whom it heard from, and only what ours wrote is true.
    hops.into_iter().rev().find(|hop| !trusted(hop)).unwrap_or(peer).to_canonical()
}

/// What the answer hands out is written down before it leaves: RED that is in no log is not shown. A share that a page
/// fetched by itself is seen with the next thing that is done there by hand.
async fn looked_at(app: &App, visit: &Visit, response: Response, mut looked: Looks) -> Response {
    let Some(asker) = visit.asker.get() else { return response };
    if response.status().is_client_error() || response.status().is_server_error() {
        looked = Looks::default();
    }
    match (visit.is_by_hand(), visit.open_page()) {
        (true, Some(page)) => looked.add_shares(app.unattended.take(&page)),
        (true, None) => {}
        (false, Some(page)) => app.unattended.keep(page, looked.take_shares()),
        (false, None) => drop(looked.take_shares()),
    }
    if looked.is_empty() {
        return response;
    }
    match looks::note(&app.room, asker, looked).await {
        Ok(()) => response,
        Err(error) => Problem::from(error).into_response(),
    }
}

/// What a refusal says in the audit log. Whoever follows a number that is not for them is in it in the same words as whoever
/// follows one that was never given: with the pattern of the path, without the number.
fn refused(problem: &Problem) -> Option<String> {
    match problem {
        Problem::Service(Error::Forbidden(_) | Error::NotFound) => Some(problem.words().1),
        _ => None,
    }
}

/// The outermost layer: gives the request its id, turns failures and panics into answers, sets the
/// headers that every answer has, and writes the one line of the log.
pub async fn layer(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let visit = Arc::new(Visit::of(&app.config, &request));
    request.extensions_mut().insert(Arc::clone(&visit));
    let route = visit.route.clone();
    let span = tracing::info_span!("request", request = %visit.request);
    let began = clock::stopwatch();
    let work = async {
        if let Err(problem) = form::guard(&app.config, &visit) {
            return problem.into_response();
        }
        let request = match form::receive(&app.config, &visit, request).await {
            Ok(request) => request,
            Err(problem) => return problem.into_response(),
        };
        let (answer, looked) = looks::gather(AssertUnwindSafe(next.run(request)).catch_unwind()).await;
        match answer {
            Ok(response) => looked_at(&app, &visit, response, looked).await,
            // What panicked is in the log already, under the same span: see log.rs.
            Err(_) => Problem::from(Error::Internal("panic".into())).into_response(),
        }
    };
    let mut response = work.instrument(span.clone()).await;
    if let Some(Failure(problem)) = response.extensions_mut().remove::<Failure>() {
        if let (Some(act), Some(route), Some(asker)) = (refused(&problem), &route, visit.asker.get()) {
            let route = format!("{} {route}", visit.method);
            let noted = app.refusals.note(&app.room, asker, &route, &act);
            if let Err(error) = noted.instrument(span.clone()).await {
                span.in_scope(|| tracing::warn!(%error, "a refusal could not be written down"));
            }
        }
        let mut answer = span.in_scope(|| problem.answer(&app, &visit));
        for cookie in response.headers().get_all(header::SET_COOKIE) {
            answer.headers_mut().append(header::SET_COOKIE, cookie.clone());
        }
        response = answer;
    }
    headers::finish(&app.config, &visit, &mut response);
    let elapsed = began.elapsed();
    let route = route.as_deref().unwrap_or("(none)");
    crate::metrics::answered(&visit.method, route, response.status(), elapsed);
    let _in = span.enter();
    tracing::info!(
        method = %visit.method, route, status = response.status().as_u16(),
        elapsed_ms = elapsed.as_secs_f64() * 1000.0, "answered"
    );
    drop(_in);
    response
}
