//! The whole web server in this process, and the clients that use it: a visitor, a person who is signed in,
//! a script with a token. The clock stands until it is set; hashing is cheap.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use app::model::Role;
use axum::{
    Router,
    body::{Body, Bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
    response::Response,
};
use serde_json::Value;
use server::{
    App,
    config::Config,
    router,
    service::{
        Room, account,
        founding::{self, NewPerson},
        password::{self, Cost},
    },
};
use tower::ServiceExt;

use crate::base::{Base, EACH, asker};

/// Everybody's.
pub(crate) const PASSWORD: &str = "four grey herons at the weir";
const ORIGIN: &str = "http://127.0.0.1:3000";
const CHEAP: Cost = Cost { memory_kib: 64, passes: 1 };

#[derive(Debug)]
pub(crate) struct TestApp {
    pub app: App,
    pub router: Router,
}

impl TestApp {
    /// The organisations and people of the demo, no incident, default settings.
    pub(crate) async fn new(base: &Base) -> Self {
        Self::with(base, &[]).await
    }

    /// The same, with settings as on a command line.
    pub(crate) async fn with(base: &Base, settings: &[&str]) -> Self {
        Self::of(founded(base).await, settings)
    }

    /// A server over a room that is open already.
    pub(crate) fn of(room: Room, settings: &[&str]) -> Self {
        // Tests try often and from one address; those about the throttle set it themselves.
        let cheap = [
            "--password-memory=64",
            "--password-passes=1",
            "--sign-in-burst=10000",
            "--account-burst=10000",
            "--answer-timeout=60",
        ];
        // A setting that a test gives twice is the test's: the later wins.
        let own = |word: &&str| !settings.iter().any(|set| set.split('=').next() == word.split('=').next());
        let words = cheap.iter().filter(|word| own(word)).chain(settings);
        let config = Config::from_words(words.copied()).expect("settings");
        let app = App::new(room, config);
        let router = router::router(app.clone());
        Self { app, router }
    }

    /// The answer to a request, its body not read yet.
    pub(crate) async fn answer(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    /// Nobody yet.
    pub(crate) fn visitor(&self) -> Client {
        Client {
            router: self.router.clone(),
            cookies: Mutex::default(),
            bearer: None,
            origin: self.app.config.origin(),
        }
    }

    /// Signed in through the form, as anyone would.
    pub(crate) async fn sign_in(&self, email: &str) -> Client {
        let client = self.visitor();
        let reply = client.sign_in(email, PASSWORD).await;
        assert_eq!(reply.status, StatusCode::SEE_OTHER, "{email} signs in: {}", reply.text());
        client
    }

    /// A script with a token of this person.
    pub(crate) async fn caller(&self, email: &str) -> Client {
        let asker = asker(&self.app.room, email);
        let token = account::add_token(&self.app.room, &asker, "a script", None, &EACH).await;
        Client { bearer: Some(token.expect("a token")), ..self.visitor() }
    }
}

/// A room with the catalogue, the organisations and the people of the demo, all with [`PASSWORD`].
pub(crate) async fn founded(base: &Base) -> Room {
    let room = base.open().await;
    founding::add_reference(&room, "test").await.expect("the catalogue");
    let organisations = serde_json::from_str(include_str!("../../../data/organisations_2020.json"));
    let people = serde_json::from_str(include_str!("../../../data/people_2020.json"));
    let pepper = room.seal().mac(b"pepper", &[]);
    let hash = password::hash_now(CHEAP, pepper, PASSWORD).expect("a hash");
    let (organisations, people) = (organisations.expect("a list"), people.expect("a list"));
    founding::add_members(&room, "test", organisations, people, Some(&hash)).await.expect("people");
    room
}

/// Somebody more in the room, with [`PASSWORD`].
pub(crate) async fn join(room: &Room, email: &str, organisation: &str, role: Role) {
    let pepper = room.seal().mac(b"pepper", &[]);
    let hash = password::hash_now(CHEAP, pepper, PASSWORD).expect("a hash");
    let (email, organisation) = (email.to_owned(), organisation.to_owned());
    let person = NewPerson { name: email.clone(), email, organisation, roles: vec![role] };
    founding::add_members(room, "test", vec![], vec![person], Some(&hash)).await.expect("joined");
}

/// A browser, or a script: keeps cookies, sends `Origin` as a browser does.
#[derive(Debug)]
pub(crate) struct Client {
    router: Router,
    cookies: Mutex<BTreeMap<String, String>>,
    bearer: Option<String>,
    origin: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Bytes,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("JSON: {}", self.text()))
    }
    pub(crate) fn header(&self, name: impl header::AsHeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
    pub(crate) fn location(&self) -> &str {
        self.header(header::LOCATION)
    }
    /// Where the page's list goes on.
    pub(crate) fn next_page(&self) -> Option<String> {
        let html = self.text();
        let at = html.find("rel=\"next\"")?;
        let tag = &html[html[..at].rfind('<')?..at];
        let href = tag.split("href=\"").nth(1)?.split('"').next()?.replace("&amp;", "&");
        Some(href.split('#').next().unwrap_or_default().to_owned())
    }
    /// The token of the form that posts to this path.
    pub(crate) fn form_token(&self, action: &str) -> Option<String> {
        let html = self.text();
        let form = &html[html.find(&format!("action=\"{action}\""))?..];
        let mark = "name=\"form_token\" value=\"";
        let value = &form[form.find(mark)? + mark.len()..];
        Some(value[..value.find('"')?].to_owned())
    }
}

impl Client {
    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path).body(Body::empty()).expect("a request")).await
    }

    /// Opens a page and sends the form on it that posts to `action`.
    pub(crate) async fn submit(&self, page: &str, action: &str, fields: &[(&str, &str)]) -> Reply {
        let opened = self.get(page).await;
        let token = opened.form_token(action);
        let token = token.unwrap_or_else(|| panic!("{page} has a form for {action}: {}", opened.text()));
        self.post(action, &token, fields).await
    }

    /// Sends a form with this token.
    pub(crate) async fn post(&self, action: &str, token: &str, fields: &[(&str, &str)]) -> Reply {
        let pairs: Vec<_> = [("form_token", token)].iter().chain(fields).map(pair).collect();
        let request = self
            .request(Method::POST, action)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(pairs.join("&")))
            .expect("a request");
        self.send(request).await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Reply {
        self.submit("/sign-in", "/sign-in", &[("email", email), ("password", password)]).await
    }

    /// Calls the API.
    pub(crate) async fn json(&self, method: Method, path: &str, body: &Value) -> Reply {
        let request = self
            .request(method, path)
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string()))
            .expect("a request");
        self.send(request).await
    }

    /// A request with this client's cookies or token; unsafe ones carry the origin, as a browser's do.
    pub(crate) fn request(&self, method: Method, path: &str) -> axum::http::request::Builder {
        let unsafe_method = method != Method::GET && method != Method::HEAD;
        let mut request = Request::builder().method(method).uri(path);
        let cookies: Vec<String> =
            self.cookies().iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        match &self.bearer {
            Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
            None if unsafe_method => request.header(header::ORIGIN, &self.origin),
            None => request,
        }
    }

    /// Sends a request, keeps the cookies of its answer and reads it to the end.
    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().expect("a cookie is text"));
        }
        let bytes = axum::body::to_bytes(body, 64 << 20).await.expect("a body");
        Reply { status: parts.status, headers: parts.headers, bytes }
    }

    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
    pub(crate) fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.insert(name.to_owned(), value.to_owned());
    }

    fn keep(&self, cookie: &str) {
        let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
        let Some((name, value)) = pair.split_once('=') else { return };
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        if value.is_empty() || attributes.contains("Max-Age=0") {
            cookies.remove(name);
        } else {
            cookies.insert(name.to_owned(), value.to_owned());
        }
    }
}

fn pair((name, value): &(&str, &str)) -> String {
    format!("{}={}", server::page::encoded(name), server::page::encoded(value))
}

/// What a page's origin is, unless a test sets another.
pub(crate) const fn origin() -> &'static str {
    ORIGIN
}
