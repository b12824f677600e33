//! Every route on one screen, grouped by who may call it. The same table is the router and the output of
//! `watchfloor routes --json`.

mod route;

use std::{collections::BTreeSet, sync::LazyLock, time::Duration};

use axum::{
    Router,
    extract::{Request, State},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use tower_http::CompressionLevel;
use tower_http::compression::{CompressionLayer, Predicate};
use tower_sessions::{Expiry, SessionManagerLayer, cookie::SameSite};

pub use self::route::{Audience, Listed, Route};
use self::route::{Pace, get, patch, post, put};
use crate::{
    api, assets,
    error::{Answer, Problem},
    service::Error,
    state::App,
    visit,
    web::{
        ask, audit, board, bulk, evidence, following, glass, health, import, incident, invitation, ledger,
        live, me, new_incident, notice, organisation, person, session, settings, setup, share, wall,
    },
};

/// Every route.
#[rustfmt::skip]
fn table() -> Vec<Route> {
    use Audience::{Anyone, Caller, Member};
    vec![
        // Machines that look after the server.
        get("/healthz", Anyone, "none", health::healthz),
        get("/readyz", Anyone, "none", health::readyz),
        get("/assets/{name}", Anyone, "none", assets::asset),
        get("/robots.txt", Anyone, "none", assets::robots),

        // The door.
        get("/", Anyone, "none", session::front),
        get("/sign-in", Anyone, "none", session::show),
        post("/sign-in", Anyone, "throttle, password", session::sign_in).long(),
        post("/sign-out", Anyone, "own session", session::sign_out),
        get("/set-up", Anyone, "one-time key of an empty room", setup::show),
        post("/set-up", Anyone, "one-time key of an empty room", setup::set_up_room).long(),

        get("/invitations/{secret}", Anyone, "one-time link", invitation::show),
        post("/invitations/{secret}", Anyone, "one-time link", invitation::accept).long(),

        // One's own account.
        get("/me", Member, "own account", me::show),
        post("/me/password", Member, "own account, current password", me::change_password).long(),
        post("/me/sessions/{id}/end", Member, "own sessions", me::end_session),
        post("/me/sessions/end-others", Member, "own sessions", me::end_others),
        post("/me/notices", Member, "own account", me::set_notices),
        post("/me/tokens", Member, "own account", me::add_token),
        post("/me/tokens/{id}/revoke", Member, "own tokens", me::revoke_token),
        post("/me/appearance", Anyone, "kept in the browser", me::set_appearance),

        // The floor.
        get("/board", Member, "scope", board::show),
        get("/board/tabs", Member, "scope", board::tabs),
        get("/board/updates", Member, "scope", board::updates),
        get("/shares", Member, "scope, party", share::show),
        get("/shares/counts", Member, "scope, party", share::counts),
        get("/shares/{id}/preview", Member, "scope, party, may DecideOnward", share::preview),
        post("/shares/{id}/{step}", Member, "sight, party, may AnswerShare, AssignShare, StatePosture, Revoke, ReviewShare, WithdrawHold, AskOnward, DecideOnward", share::step),
        get("/shares/ask", Member, "may Open, Share", ask::show),
        post("/shares/ask", Member, "may Open, Share", ask::ask),
        get("/shares/new", Member, "scope, may Share", bulk::show),
        post("/shares/new", Member, "scope, may Share", bulk::share).long(),
        get("/shares/sent/{id}", Member, "own sends, scope", bulk::sent),
        get("/shares/ledger", Member, "scope, reads_crossing", ledger::show),
        post("/shares/ledger/print", Member, "may_export_ledger, export_scope, reads_crossing", ledger::print).long(),
        post("/shares/ledger/csv", Member, "may_export_ledger, export_scope, reads_crossing", ledger::csv).long(),
        post("/shares/ledger/proof", Member, "may_export_ledger, export_scope, reads_crossing", ledger::proof).long(),
        get("/wall", Member, "WALL", wall::show),
        get("/live", Member, "sight of each change", live::stream).long(),
        get("/counties", Member, "public", new_incident::counties),
        get("/incidents/new", Member, "may Open", new_incident::show),
        post("/incidents/new", Member, "may Open", new_incident::open),
        get("/incidents/{number}", Member, "sight", incident::show),
        post("/incidents/{number}/take", Member, "may Assign", incident::take),
        post("/incidents/{number}/owner", Member, "may Assign, Handover", incident::set_owner),
        post("/incidents/{number}/owner/accept", Member, "may AcceptHandover", incident::accept_owner),
        post("/incidents/{number}/status", Member, "may SetStatus", incident::set_status),
        post("/incidents/{number}/severity", Member, "may SetSeverity", incident::set_severity),
        post("/incidents/{number}/verification", Member, "may Verify", incident::set_verification),
        post("/incidents/{number}/hold", Member, "may Hold", incident::hold),
        post("/incidents/{number}/resume", Member, "may Hold", incident::resume),
        post("/incidents/{number}/marking", Member, "may SetMarking, AskClear", incident::set_marking),
        post("/incidents/{number}/clearance", Member, "sight, may DecideClear", incident::decide_clearance),
        post("/incidents/{number}/legal-hold", Member, "may SetLegalHold", incident::set_legal_hold),
        post("/incidents/{number}/content", Member, "may Edit, ClearContent", incident::set_content),
        post("/incidents/{number}/edit", Member, "may Edit", incident::edit),
        post("/incidents/{number}/entries", Member, "may Post, Correct", incident::post_entry),
        post("/incidents/{number}/entries/{id}/strike", Member, "may Strike", incident::strike_entry),
        post("/incidents/{number}/evidence", Member, "may Attach", evidence::add).long(),
        get("/incidents/{number}/evidence/{exhibit}", Member, "sight", evidence::show),
        get("/incidents/{number}/evidence/{exhibit}/file", Member, "sight", evidence::file).long(),
        get("/incidents/{number}/evidence/{exhibit}/thumbnail", Member, "sight", evidence::thumbnail),
        post("/incidents/{number}/evidence/{exhibit}/verify", Member, "sight, may Attach", evidence::verify).long(),
        post("/incidents/{number}/indicators", Member, "may AddIndicator", incident::add_indicator),
        post("/incidents/{number}/tasks", Member, "may AddTask", incident::add_task),
        post("/incidents/{number}/playbook", Member, "may Edit", incident::begin_playbook),
        post("/incidents/{number}/tasks/{id}/done", Member, "may FinishTask", incident::finish_task),
        post("/incidents/{number}/shares", Member, "may Share", incident::share),
        post("/incidents/{number}/unshare", Member, "sight, may Revoke", incident::unshare),
        post("/incidents/{number}/onward", Member, "sight, may AskOnward", incident::ask_onward),
        post("/incidents/{number}/shares/{id}/{step}", Member, "may AnswerShare, Revoke", incident::step_share),

        post("/incidents/{number}/posture", Member, "sight, may StatePosture, clear_posture", incident::state_posture),
        post("/incidents/{number}/follow", Member, "sight", following::follow),
        post("/incidents/{number}/unfollow", Member, "sight", following::unfollow),

        // What one is told of.
        get("/notifications", Member, "own notices, sight of what they are about", notice::show),
        get("/notifications/count", Member, "own notices, sight of what they are about", notice::count),
        get("/notifications/{id}", Member, "own notices, sight of what they are about", notice::open),
        post("/notifications/{id}/read", Member, "own notices, sight of what they are about", notice::read_one),
        post("/notifications/read-all", Member, "own notices", notice::read_all),

        // Who is in the room, and who looks after them.
        get("/people", Member, "knows, may_administer SeeAccount", person::list),
        get("/people/invite", Member, "may_administer Invite", person::show_invite),
        post("/people/invite", Member, "may_administer Invite, roles_to_give", person::invite),
        post("/people/invitations/{id}/again", Member, "clear_invitation, roles_to_give", person::invite_again),
        post("/people/invitations/{id}/withdraw", Member, "clear_invitation", person::withdraw),
        get("/people/import", Member, "may_administer Invite", import::show),
        post("/people/import", Member, "may_administer Invite, roles_to_give, knows", import::plan),
        post("/people/import/confirm", Member, "may_administer Invite, roles_to_give, knows", import::confirm),
        get("/people/import/{id}", Member, "own imports", import::shown),
        post("/people/import/{id}/links", Member, "own imports, ticket", import::download),
        get("/people/{id}", Member, "knows, may_administer SeeAccount", person::show),
        post("/people/{id}/roles", Member, "knows, may_administer GiveRoles, roles_to_give", person::set_roles),
        post("/people/{id}/suspend", Member, "knows, may_administer Suspend", person::suspend),
        post("/people/{id}/restore", Member, "knows, may_administer Restore", person::restore),
        post("/people/{id}/reset", Member, "knows, may_administer ResetPassword", person::reset),
        get("/organisations", Member, "public", organisation::list),
        get("/organisations/new", Member, "may_administer AddOrganisation", organisation::show_new),
        post("/organisations/new", Member, "may_administer AddOrganisation", organisation::add),
        get("/organisations/{slug}", Member, "may_administer SetWatchContact", organisation::show),
        get("/organisations/{slug}/leave", Member, "may_administer EndPart, clear_part", organisation::show_leave),
        post("/organisations/{slug}/leave", Member, "may_administer EndPart, clear_part", organisation::review).long(),
        post("/organisations/{slug}/leave/confirm", Member, "may_administer EndPart", organisation::confirm).long(),
        post("/organisations/{slug}/return", Member, "may_administer TakeBack", organisation::take_back).long(),
        post("/organisations/{slug}", Member, "may_administer SetWatchContact, EditOrganisation", organisation::edit),

        get("/break-glass", Member, "may_break_glass", glass::show),
        post("/break-glass", Member, "may_break_glass, eyes_of_glass", glass::begin),
        get("/break-glass/{id}", Member, "through_glass", glass::opened),
        post("/break-glass/{id}/end", Member, "own glass", glass::end),

        get("/audit", Member, "may_administer ReadAudit", audit::show),
        post("/audit/print", Member, "may_administer ReadAudit", audit::print).long(),
        post("/audit/export", Member, "may_administer ReadAudit", audit::export).long(),

        // What the room changes while it runs.
        get("/settings", Member, "clear_setting", settings::overview),
        get("/settings/set-up", Member, "may_administer SetUp", setup::steps),
        post("/settings/set-up/period", Member, "may_administer SetUp, ChangeSetting", setup::start_period),
        post("/settings/set-up/severities", Member, "may_administer SetUp, ChangeSetting", setup::set_severities),
        post("/settings/set-up/keep", Member, "may_administer SetUp", setup::keep),
        get("/settings/{kind}", Member, "clear_setting", settings::show),
        post("/settings/{kind}", Member, "may_administer ChangeSetting", settings::change),
        post("/settings/{kind}/back", Member, "may_administer ChangeSetting", settings::back),

        // The JSON API.
        get("/api/v1/openapi.json", Anyone, "none", api::openapi::openapi_json),
        get("/api/v1/me", Caller, "own account", api::me::show),
        get("/api/v1/organisations", Caller, "public", api::organisation::list),
        post("/api/v1/organisations", Caller, "may_administer AddOrganisation", api::organisation::add),
        get("/api/v1/organisations/{slug}", Caller, "public", api::organisation::show),
        patch("/api/v1/organisations/{slug}", Caller, "may_administer SetWatchContact, EditOrganisation", api::organisation::change),
        get("/api/v1/organisations/{slug}/leave", Caller, "may_administer EndPart, clear_part", api::organisation::prospect),
        post("/api/v1/organisations/{slug}/leave", Caller, "may_administer EndPart", api::organisation::leave).long(),
        post("/api/v1/organisations/{slug}/return", Caller, "may_administer TakeBack", api::organisation::take_back).long(),
        get("/api/v1/people", Caller, "knows, may_administer SeeAccount", api::person::list),
        get("/api/v1/people/invitations", Caller, "clear_invitation", api::invitation::list),
        post("/api/v1/people/invitations", Caller, "may_administer Invite, roles_to_give", api::invitation::add),
        post("/api/v1/people/invitations/{id}/again", Caller, "clear_invitation, roles_to_give", api::invitation::again),
        post("/api/v1/people/invitations/{id}/withdraw", Caller, "clear_invitation", api::invitation::withdraw),
        get("/api/v1/people/{id}", Caller, "knows, may_administer SeeAccount", api::person::show),
        post("/api/v1/people/{id}/roles", Caller, "knows, may_administer GiveRoles, roles_to_give", api::person::roles),
        post("/api/v1/people/{id}/suspend", Caller, "knows, may_administer Suspend", api::person::suspend),
        post("/api/v1/people/{id}/restore", Caller, "knows, may_administer Restore", api::person::restore),
        post("/api/v1/people/{id}/reset", Caller, "knows, may_administer ResetPassword", api::person::reset),
        get("/api/v1/audit", Caller, "may_administer ReadAudit", api::audit::list),
        get("/api/v1/periods", Caller, "public", api::period::list),
        get("/api/v1/categories", Caller, "public", api::category::list),
        get("/api/v1/settings", Caller, "clear_setting", api::setting::list),
        get("/api/v1/settings/{kind}", Caller, "clear_setting", api::setting::show),
        put("/api/v1/settings/{kind}", Caller, "may_administer ChangeSetting", api::setting::put),
        get("/api/v1/incidents", Caller, "scope", api::incident::list),
        post("/api/v1/incidents", Caller, "may Open", api::incident::open),
        get("/api/v1/incidents/{number}", Caller, "sight", api::incident::show),
        patch("/api/v1/incidents/{number}", Caller, "sight, may Edit, SetSeverity, Verify, Assign, SetMarking, AskClear, Hold, SetLegalHold", api::incident::change),
        post("/api/v1/incidents/{number}/clearance", Caller, "sight, may DecideClear", api::clearance::decide),
        post("/api/v1/incidents/{number}/unshare", Caller, "sight, may Revoke", api::share::unshare),
        post("/api/v1/incidents/{number}/status", Caller, "sight, may SetStatus", api::status::set),
        get("/api/v1/incidents/{number}/entries", Caller, "sight, scope", api::entry::list),
        post("/api/v1/incidents/{number}/entries", Caller, "sight, may Post or Correct", api::entry::post),
        post("/api/v1/incidents/{number}/entries/{id}/strike", Caller, "sight, may Strike", api::entry::strike),
        get("/api/v1/incidents/{number}/evidence", Caller, "sight, scope", api::evidence::list),
        post("/api/v1/incidents/{number}/evidence", Caller, "sight, may Attach", api::evidence::add).long(),
        get("/api/v1/incidents/{number}/evidence/{exhibit}", Caller, "sight", api::evidence::show),
        get("/api/v1/incidents/{number}/evidence/{exhibit}/file", Caller, "sight", api::evidence::file).long(),
        get("/api/v1/incidents/{number}/evidence/{exhibit}/custody", Caller, "sight", api::evidence::custody),
        get("/api/v1/incidents/{number}/indicators", Caller, "sight", api::indicator::list),
        post("/api/v1/incidents/{number}/indicators", Caller, "sight, may AddIndicator", api::indicator::add),
        get("/api/v1/incidents/{number}/tasks", Caller, "sight", api::task::list),
        post("/api/v1/incidents/{number}/tasks", Caller, "sight, may AddTask", api::task::add),
        post("/api/v1/incidents/{number}/tasks/{id}/done", Caller, "sight, may FinishTask", api::task::done),
        post("/api/v1/incidents/{number}/playbooks", Caller, "sight, may Edit", api::playbook::begin),
        get("/api/v1/incidents/{number}/shares", Caller, "sight, party", api::share::list),
        post("/api/v1/incidents/{number}/shares", Caller, "sight, may Share", api::share::add),
        get("/api/v1/holds", Caller, "scope, party", api::hold::list),
        get("/api/v1/holds/{id}", Caller, "scope, party", api::hold::show),
        post("/api/v1/holds/{id}/withdraw", Caller, "sight, party, may WithdrawHold", api::hold::withdraw),
        get("/api/v1/incidents/{number}/onward", Caller, "sight, party", api::onward::list),
        post("/api/v1/incidents/{number}/onward", Caller, "sight, may AskOnward", api::onward::ask),
        post("/api/v1/onward/{id}/approve", Caller, "sight, party, may DecideOnward", api::onward::approve),
        post("/api/v1/onward/{id}/refuse", Caller, "sight, party, may DecideOnward", api::onward::refuse),
        post("/api/v1/onward/{id}/withdraw", Caller, "sight, party, may AskOnward", api::onward::withdraw),
        put("/api/v1/incidents/{number}/posture", Caller, "sight, may StatePosture, clear_posture", api::posture::put),
        post("/api/v1/shares/{id}/seen", Caller, "sight, party, may AnswerShare", api::share::seen),
        post("/api/v1/shares/{id}/acknowledge", Caller, "sight, party, may AnswerShare", api::share::acknowledge),
        post("/api/v1/shares/{id}/answer", Caller, "sight, party, may AnswerShare", api::share::answer),
        post("/api/v1/shares/{id}/assign", Caller, "sight, party, may AssignShare", api::share::assign),
        post("/api/v1/shares/{id}/revoke", Caller, "sight, party, may Revoke", api::share::revoke),
        post("/api/v1/incidents/{number}/follow", Caller, "sight", api::following::follow),
        post("/api/v1/incidents/{number}/unfollow", Caller, "sight", api::following::unfollow),
        get("/api/v1/notifications", Caller, "own notices, sight of what they are about", api::notice::list),
        post("/api/v1/notifications/{id}/read", Caller, "own notices, sight of what they are about", api::notice::read),
        post("/api/v1/notifications/read-all", Caller, "own notices", api::notice::read_all),
        get("/api/v1/ledger", Caller, "scope, reads_crossing", api::ledger::list),
        get("/api/v1/ledger/posts", Caller, "scope", api::posting::list),
        get("/api/v1/journal", Caller, "scope, clear_room_act", api::journal::list),
    ]
}

/// Following a notice reads it and leads on: no page to come back to.
const LEADS_ON: &str = "/notifications/{id}";

/// The page that a form stands on: of the path that the form posts to, and those above it, the nearest that is read.
pub(crate) fn page_above<'a>(mut route: &str, mut path: &'a str) -> &'a str {
    static READ: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
        let read = table().into_iter().filter(|route| route.method == "GET" && route.path != LEADS_ON);
        read.map(|route| route.path).collect()
    });
    while !READ.contains(route) {
        let (Some((above, _)), Some((shorter, _))) = (route.rsplit_once('/'), path.rsplit_once('/')) else {
            return "/";
        };
        (route, path) = (above, shorter);
    }
    path
}

/// The table for people and scripts.
pub fn listed() -> Vec<Listed> {
    let list = |route: Route| {
        let Route { method, path, audience, rule, .. } = route;
        Listed { method, path, audience, rule }
    };
    table().into_iter().map(list).collect()
}

/// The service: routes inside, then the session, then the visit, then compression.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for route in table() {
        let handler = match route.pace {
            Pace::Prompt => route.handler.layer(middleware::from_fn_with_state(app.clone(), in_time)),
            Pace::Long => route.handler,
        };
        router = router.route(route.path, handler);
    }
    let secure = app.config.is_https();
    let session = SessionManagerLayer::new(app.sessions.clone())
        .with_name(app.config.cookie_name("wf_session"))
        .with_secure(secure)
        .with_http_only(true)
        .with_same_site(SameSite::Lax)
        .with_expiry(Expiry::OnSessionEnd);
    let compression =
        CompressionLayer::new().no_zstd().quality(CompressionLevel::Fastest).compress_when(Text);
    router
        .fallback(nothing_here)
        .method_not_allowed_fallback(nothing_here)
        .layer(session)
        .layer(middleware::from_fn_with_state(app.clone(), visit::layer))
        .layer(compression)
        .with_state(app)
}

/// Pages and JSON; never a stream, never evidence, and not what is too small to gain.
#[derive(Clone, Copy, Debug)]
struct Text;

impl Predicate for Text {
    fn should_compress<B: axum::body::HttpBody>(&self, response: &axum::http::Response<B>) -> bool {
        let kind = response.headers().get(axum::http::header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let text = ["text/html", "application/json", "application/problem+json"];
        text.iter().any(|known| kind.starts_with(known))
            && response.body().size_hint().exact().is_none_or(|size| size > 1024)
    }
}

/// A part that hangs must not make the visitor hang: 503, and what was typed is kept.
async fn in_time(State(app): State<App>, request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(app.config.connection.answer_timeout);
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::from(Error::Unavailable("the answer took too long".into())).into_response(),
    }
}

async fn nothing_here(_: crate::viewer::Visitor) -> Answer {
    Err(Error::NotFound.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_stands_on_the_nearest_page_above_it() {
        for (route, path, page) in [
            ("/incidents/{number}/status", "/incidents/WF-0147/status", "/incidents/WF-0147"),
            (
                "/incidents/{number}/entries/{id}/strike",
                "/incidents/WF-0147/entries/7/strike",
                "/incidents/WF-0147",
            ),
            ("/shares/{id}/{step}", "/shares/7/answer", "/shares"),
            ("/people/invitations/{id}/again", "/people/invitations/7/again", "/people"),
            ("/people/import/confirm", "/people/import/confirm", "/people/import"),
            ("/people/import", "/people/import", "/people/import"),
            ("/notifications/{id}/read", "/notifications/7/read", "/notifications"),
            ("/sign-out", "/sign-out", "/"),
            ("", "/never/was", "/"),
        ] {
            assert_eq!(page_above(route, path), page, "{route}");
        }
    }

    #[test]
    fn no_route_is_listed_twice() {
        let mut seen = std::collections::BTreeSet::new();
        for route in listed() {
            assert!(seen.insert((route.method, route.path)), "{} {}", route.method, route.path);
        }
    }
}
