//! Finished pages: the frame around what a page of `app` draws, and the headers that belong to it.

use app::{
    model::{Zone, period::Closing},
    pages::{
        frame::{Appearance, Contrast, Density, FormTokens, Frame, Notice, Theme, ViewerCard},
        parts::Tone,
    },
    policy::{self, Action, Standing},
};
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use futures::{Stream, StreamExt, stream};
use hydration_context::SsrSharedContext;
use leptos::prelude::*;

use crate::{
    config::Config,
    form, headers,
    service::{Result, live::Place},
    state::App,
    viewer::{self, Session},
    visit::Visit,
};

/// The cookie of what a visitor chose to see.
pub const APPEARANCE: &str = "wf_appearance";
/// The cookie of a sentence that the next page says once.
const NOTICE: &str = "wf_notice";

/// Draws a page for whoever asks and sends it.
pub fn render(
    app: &App,
    visit: &impl AsRef<Visit>,
    status: StatusCode,
    draw: impl FnOnce(Frame) -> AnyView,
) -> Response {
    let visit = visit.as_ref();
    let frame = frame(app, visit);
    let said = frame.notice.is_some();
    let response = (status, Html(drawn(|| draw(frame)))).into_response();
    dressed(app, visit, response, said)
}

fn drawn(draw: impl FnOnce() -> AnyView) -> String {
    let owner = Owner::new_root(Some(std::sync::Arc::new(SsrSharedContext::new_islands())));
    owner.with(|| draw().to_html())
}

/// Sends a page whose middle comes part by part, in the place of `mark`.
pub fn stream<T: Send + 'static>(
    app: &App,
    visit: &impl AsRef<Visit>,
    mark: &str,
    parts: impl Stream<Item = Result<T>> + Send + 'static,
    draw: impl FnOnce(&Frame) -> AnyView,
    draw_part: impl Fn(&Frame, T) -> AnyView + Send + 'static,
) -> Response {
    let visit = visit.as_ref();
    let frame = Frame { notice: None, ..frame(app, visit) };
    let html = drawn(|| draw(&frame));
    let (head, tail) = html.split_once(mark).unwrap_or((&html, ""));
    let (head, tail) = (head.to_owned(), tail.to_owned());
    let middle = parts.map(move |part| part.map(|part| drawn(|| draw_part(&frame, part))));
    let whole = stream::iter([Ok(head)]).chain(middle).chain(stream::iter([Ok(tail)]));
    let body = Body::from_stream(whole);
    let response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    dressed(app, visit, response, false)
}

fn dressed(app: &App, visit: &Visit, mut response: Response, said: bool) -> Response {
    let set = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&headers::page_policy(&visit.nonce)) {
        set.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    set.insert(header::VARY, HeaderValue::from_static("cookie"));
    if said {
        set_cookie(&mut response, cookie(&app.config, NOTICE, "", Some(0)));
    }
    response
}

/// Who looks, when, from where and in which appearance.
fn frame(app: &App, visit: &Visit) -> Frame {
    let session = visit.session.get().and_then(Option::as_ref);
    let (now, reference) = (app.room.now(), app.room.reference());
    let (appearance, zone) = chosen(app, visit);
    let (seal, hash) = (app.room.seal().clone(), viewer::bound_session(app, visit));
    Frame {
        viewer: session.and_then(|session| card(app, session)),
        now,
        zone,
        period: reference.period(now).cloned(),
        closings: Vec::<Closing>::from(reference.closings()),
        appearance,
        assets: (*app.assets).clone(),
        nonce: visit.nonce.clone(),
        path: visit.page(),
        cursor: session.map(|session| Place::behind(session.head).seal(&app.room)),
        form_tokens: FormTokens::new(move |action| {
            form::token(&seal, now, &viewer::binding(hash, action), action)
        }),
        notice: visit
            .cookie(&app.config.cookie_name(NOTICE))
            .and_then(|sealed| app.room.seal().open("notice", sealed))
            .and_then(|text| {
                let (tone, text) = text.split_once('|')?;
                Some(Notice { tone: tone.parse().ok()?, text: text.to_owned() })
            }),
        read_only: app.room.is_read_only() || app.room.failing_since().is_some(),
    }
}

fn card(app: &App, session: &Session) -> Option<ViewerCard> {
    let directory = app.room.directory();
    let person = directory.person(session.viewer.person)?.clone();
    let may_open = policy::may(&session.viewer, Action::Open, Standing::default());
    let own = policy::Over::Organisation(session.viewer.organisation);
    let reads_audit = policy::may_administer(&session.viewer, policy::Administration::ReadAudit, own);
    let reads_settings =
        policy::may_administer(&session.viewer, policy::Administration::ReadSettings, policy::Over::Room);
    let sets_up = policy::may_administer(&session.viewer, policy::Administration::SetUp, policy::Over::Room);
    Some(ViewerCard {
        person,
        roles: session.viewer.roles.clone(),
        may_open,
        reads_audit,
        reads_settings,
        to_answer: session.to_answer,
        unread: session.unread,
        set_up_waits: sets_up && app.room.reference().set_up().next().is_some(),
    })
}

/// Appearance and zone as the cookie says: `dark.more.compact.America/New_York`.
pub fn chosen(app: &App, visit: &Visit) -> (Appearance, Zone) {
    let name = app.config.cookie_name(APPEARANCE);
    let mut words = visit.cookie(&name).unwrap_or_default().splitn(4, '.');
    let mut next = || words.next().unwrap_or_default();
    let appearance = Appearance {
        theme: next().parse().unwrap_or(Theme::System),
        contrast: next().parse().unwrap_or(Contrast::Normal),
        density: next().parse().unwrap_or(Density::Comfortable),
    };
    (appearance, zone(next()).unwrap_or_else(|| app.room.zone()))
}

/// One of the zones that the form of appearance offers.
pub fn zone(name: &str) -> Option<Zone> {
    let (name, label) = crate::reference::ZONES.iter().find(|(known, _)| *known == name)?;
    crate::reference::zone(name, label)
}

/// 303 to a path of this site.
pub fn see_other(path: &str) -> Response {
    axum::response::Redirect::to(path).into_response()
}

/// 303, and the next page says a sentence once.
pub fn see_other_saying(app: &App, path: &str, tone: Tone, text: &str) -> Response {
    let mut response = see_other(path);
    let sealed = app.room.seal().seal("notice", &format!("{tone}|{text}"));
    set_cookie(&mut response, cookie(&app.config, NOTICE, &sealed, Some(60)));
    response
}

/// A cookie of this host. `seconds`: none for one that ends with the browser, 0 to remove it.
pub fn cookie(config: &Config, name: &str, value: &str, seconds: Option<i64>) -> String {
    let name = config.cookie_name(name);
    let secure = if config.is_https() { "; Secure" } else { "" };
    let age = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

pub fn set_cookie(response: &mut Response, cookie: String) {
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// A path of this site to go on to; nothing that leads elsewhere.
pub fn own_path(next: &str) -> Option<String> {
    let plain = next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    (plain && next.starts_with('/') && !next.starts_with("//") && next.len() <= 2000).then(|| next.to_owned())
}

/// A text as one value of a query.
pub fn encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_of_this_site_are_gone_on_to() {
        assert_eq!(own_path("/board?group=lead").as_deref(), Some("/board?group=lead"));
        for bad in
            ["//evil.example", "https://evil.example", "/\\evil.example", "/a b", "board", "/\r\nx", ""]
        {
            assert_eq!(own_path(bad), None, "{bad:?}");
        }
        assert_eq!(encoded("/board?q=a&b=ü"), "/board%3Fq%3Da%26b%3D%C3%BC");
    }
}
