//! One's own account: sessions, password, tokens, and how pages look.

use app::{
    model::{Submitted, TokenId},
    pages::{
        frame::{Contrast, Density, Theme},
        me::{self, MeView, SessionRow, TokenRow},
        parts::Tone,
    },
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use uuid::Uuid;

use crate::{
    error::Answer,
    form::Form,
    page, reference,
    service::{
        Error, account, notice,
        session::{OpenSession, device},
        settled,
    },
    state::App,
    viewer::{Member, Visitor},
};

/// The cookie that carries a new token, sealed, to the page that shows it once.
const NEW_TOKEN: &str = "wf_new_token";

/// `GET /me`
pub async fn show(State(app): State<App>, member: Member) -> Answer {
    let name = app.config.cookie_name(NEW_TOKEN);
    let sealed = member.visit.cookie(&name).map(str::to_owned);
    let new_token = sealed.as_deref().and_then(|sealed| app.room.seal().open("new token", sealed));
    let mut response = draw(&app, &member, StatusCode::OK, new_token, None).await?;
    if sealed.is_some() {
        page::set_cookie(&mut response, page::cookie(&app.config, NEW_TOKEN, "", Some(0)));
    }
    Ok(response)
}

async fn draw(
    app: &App,
    member: &Member,
    status: StatusCode,
    new_token: Option<String>,
    typed: Option<(&'static str, Submitted)>,
) -> Answer {
    let directory = app.room.directory();
    let me = directory.person(member.viewer.person).cloned().ok_or(Error::NotFound)?;
    let mut sessions = app.sessions.list(member.viewer.person).await?;
    sessions.sort_by_key(|session| session.hash != member.session);
    let tokens = account::list_tokens(&app.room, member).await?;
    let token = |token: account::Token| TokenRow {
        id: token.id,
        name: token.name,
        created: token.created_at,
        last_used: token.last_used_at,
        ends: token.expires_at,
    };
    let view = MeView {
        me,
        roles: member.viewer.roles.clone(),
        zones: reference::ZONES.iter().filter_map(|(name, _)| page::zone(name)).collect(),
        sessions: sessions.into_iter().map(|session| row(session, member)).collect(),
        tokens: tokens.into_iter().map(token).collect(),
        new_token,
        notices: notice::settings(&app.room, member).await?,
        typed,
    };
    Ok(page::render(app, member, status, |frame| me::page(&frame, view)))
}

/// The name of a session in addresses: half of its digest, which opens nothing.
fn handle(hash: &[u8]) -> String {
    hash.get(..16).and_then(|half| Uuid::from_slice(half).ok()).map_or_else(String::new, |id| id.to_string())
}

fn row(session: OpenSession, member: &Member) -> SessionRow {
    SessionRow {
        id: handle(&session.hash),
        current: session.hash == member.session,
        device: device(&session.user_agent),
        address: session.address,
        started: session.created_at,
        last_seen: session.seen_at,
        ends: session.ends_at,
    }
}

/// `POST /me/sessions/{id}/end`
pub async fn end_session(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let _ = form.into_parts();
    let own = app.sessions.list(member.viewer.person).await?;
    // One that has ended by itself meanwhile is what was wanted.
    if let Some(session) = own.iter().find(|session| handle(&session.hash) == id) {
        app.sessions.end(&session.hash, "ended", &member.request).await?;
    }
    Ok(page::see_other_saying(&app, "/me", Tone::Ok, "The session was ended."))
}

/// `POST /me/sessions/end-others`
pub async fn end_others(State(app): State<App>, member: Member, form: Form) -> Answer {
    let _ = form.into_parts();
    app.sessions.end_others(&member, member.session).await?;
    Ok(page::see_other_saying(&app, "/me", Tone::Ok, "All other sessions were ended."))
}

/// `POST /me/password`
pub async fn change_password(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (mut typed, _) = form.into_parts();
    let new = typed.value("new").to_owned();
    if new != typed.value("again") {
        typed.errors.add("again", "The two are not the same");
    } else if !app.sign_in.confirm(member.viewer.person, typed.value("current")).await? {
        typed.errors.add("current", "This is not your current password");
    }
    if typed.errors.is_empty() {
        let hasher = app.sign_in.hasher();
        match account::change_password(&app.room, hasher, &member, member.session, &new).await {
            Ok(()) => {
                app.sessions.forget_others(member.viewer.person, member.session);
                let done = "The password was changed. All other sessions were ended.";
                return Ok(page::see_other_saying(&app, "/me", Tone::Ok, done));
            }
            Err(Error::Invalid(errors)) => typed.errors.merge(errors),
            Err(error) => return Err(error.into()),
        }
    }
    draw(&app, &member, StatusCode::UNPROCESSABLE_ENTITY, None, Some(("password", typed))).await
}

/// `POST /me/notices`
pub async fn set_notices(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (mut typed, _) = form.into_parts();
    match notice::read_settings(&typed) {
        Ok(settings) => {
            settled(notice::set_settings(app.room.clone(), member.asker.clone(), settings)).await?;
            Ok(page::see_other_saying(
                &app,
                "/me#me-notices",
                Tone::Ok,
                "Your notification settings were changed.",
            ))
        }
        Err(Error::Invalid(errors)) => {
            typed.errors.merge(errors);
            draw(&app, &member, StatusCode::UNPROCESSABLE_ENTITY, None, Some(("notices", typed))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /me/tokens`
pub async fn add_token(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (mut typed, once) = form.into_parts();
    let days = match typed.value("days").trim() {
        "" => None,
        // Not a number: refused with the words of the service.
        text => Some(text.parse().unwrap_or_default()),
    };
    match account::add_token(&app.room, &member, typed.value("name"), days, &once).await {
        Ok(token) => {
            let mut response = page::see_other("/me#me-tokens");
            let sealed = app.room.seal().seal("new token", &token);
            page::set_cookie(&mut response, page::cookie(&app.config, NEW_TOKEN, &sealed, Some(60)));
            Ok(response)
        }
        Err(Error::Invalid(errors)) => {
            typed.errors.merge(errors);
            draw(&app, &member, StatusCode::UNPROCESSABLE_ENTITY, None, Some(("tokens", typed))).await
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /me/tokens/{id}/revoke`
pub async fn revoke_token(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    form: Form,
) -> Answer {
    let _ = form.into_parts();
    let id: TokenId = id.parse().map_err(|_| Error::NotFound)?;
    match account::revoke_token(&app.room, &member, id).await {
        // Revoked before: what was wanted.
        Ok(()) | Err(Error::NotFound) => {
            Ok(page::see_other_saying(&app, "/me#me-tokens", Tone::Ok, "The token was revoked."))
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /me/appearance`: for anybody, kept in the browser.
pub async fn set_appearance(State(app): State<App>, visitor: Visitor, form: Form) -> Response {
    let (typed, _) = form.into_parts();
    let (before, zone) = page::chosen(&app, &visitor);
    let theme: Theme = typed.value("theme").parse().unwrap_or(before.theme);
    let density: Density = typed.value("density").parse().unwrap_or(before.density);
    // A check box that is not sent is not checked.
    let contrast: Contrast = typed.value("contrast").parse().unwrap_or(Contrast::Normal);
    let zone = page::zone(typed.value("zone")).unwrap_or(zone);
    let value = format!("{theme}.{contrast}.{density}.{}", zone.name);
    let next = page::own_path(typed.value("next")).unwrap_or_else(|| "/board".to_owned());
    let mut response = page::see_other(&next);
    const YEAR: i64 = 31_536_000;
    page::set_cookie(&mut response, page::cookie(&app.config, page::APPEARANCE, &value, Some(YEAR)));
    response
}
