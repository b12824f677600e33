//! One route: how it is called, by whom, what decides inside, and how long it may take.

use std::convert::Infallible;

use axum::{
    handler::Handler,
    routing::{MethodFilter, MethodRouter, on},
};
use serde::Serialize;

use crate::state::App;

/// Who may call a route. The extractor of its handler enforces it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// Signed in or not.
    Anyone,
    /// Signed in, in a browser.
    Member,
    /// With a token or a browser's session.
    Caller,
}

/// How long an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pace {
    /// Seconds, by setting: pages and API calls.
    Prompt,
    /// As long as it takes: streams, files, hashing.
    Long,
}

/// One line of the table.
pub struct Route {
    pub(super) method: &'static str,
    pub(super) path: &'static str,
    pub(super) audience: Audience,
    /// What decides inside: the policy's function, in words.
    pub(super) rule: &'static str,
    pub(super) pace: Pace,
    pub(super) handler: MethodRouter<App, Infallible>,
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// A line of `watchfloor routes --json`.
#[derive(Debug, Serialize)]
pub struct Listed {
    pub method: &'static str,
    pub path: &'static str,
    pub audience: Audience,
    pub rule: &'static str,
}

impl Route {
    fn new<H, T>(
        method: (&'static str, MethodFilter),
        path: &'static str,
        audience: Audience,
        rule: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, App>,
        T: 'static,
    {
        let (method, filter) = method;
        Self { method, path, audience, rule, pace: Pace::Prompt, handler: on(filter, handler) }
    }

    /// May take as long as it takes.
    pub fn long(mut self) -> Self {
        self.pace = Pace::Long;
        self
    }
}

macro_rules! methods {
    ($($name:ident = $word:literal, $filter:ident;)+) => {$(
        pub(super) fn $name<H, T>(path: &'static str, audience: Audience, rule: &'static str, handler: H) -> Route
        where
            H: Handler<T, App>,
            T: 'static,
        {
            Route::new(($word, MethodFilter::$filter), path, audience, rule, handler)
        }
    )+};
}
methods! {
    get = "GET", GET;
    post = "POST", POST;
    patch = "PATCH", PATCH;
    put = "PUT", PUT;
}
