//! The description of the API, made from its code: OpenAPI 3.1.

use std::sync::LazyLock;

use axum::{http::header, response::IntoResponse};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Content, Object, Ref, RefOr, Required, Response, Type,
        path::{Operation, ParameterBuilder, ParameterIn},
        security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::{
    ChangedView, ConflictView, ProblemView, audit, category, clearance, entry, evidence, following, hold,
    incident, indicator, invitation, journal, ledger, me, notice, onward, organisation, period, person,
    playbook, posting, posture, setting, share, status, task,
};

/// Where the description is.
pub const PATH: &str = "/api/v1/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Watchfloor",
        version = "1",
        description = "Names are contracts: fields are added, never renamed. Errors are problem+json (RFC 9457) \
            with `errors` by field. What the caller may not see does not exist for them.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "incidents", description = "Opened, listed, changed, moved through their gates"),
        (name = "timeline", description = "Entries: append-only"),
        (name = "material", description = "Evidence, indicators, tasks"),
        (name = "ledger", description = "Each crossing of an organisation's boundary"),
        (name = "notifications", description = "What the caller follows and is told of"),
        (name = "people", description = "Who sits in the room"),
        (name = "room", description = "Reference data and the journal"),
    ),
    paths(
        openapi_json,
        me::show, organisation::list, organisation::add, organisation::show, organisation::change,
        organisation::prospect, organisation::leave, organisation::take_back,
        person::list, person::show, person::roles, person::suspend, person::restore, person::reset,
        invitation::list, invitation::add, invitation::again, invitation::withdraw, audit::list,
        period::list, category::list,
        incident::list, incident::open, incident::show, incident::change, clearance::decide,
        status::set,
        entry::list, entry::post, entry::strike,
        evidence::list, evidence::add, evidence::show, evidence::file, evidence::custody,
        indicator::list, indicator::add, task::list, task::add, task::done,
        playbook::begin,
        share::list, share::add, share::seen, share::acknowledge, share::answer, share::assign, share::revoke,
        share::unshare, hold::list, hold::show, hold::withdraw, onward::list, onward::ask,
        onward::approve, onward::refuse, onward::withdraw, posture::put,
        following::follow, following::unfollow, notice::list, notice::read, notice::read_all,
        setting::list, setting::show, setting::put,
        ledger::list, posting::list, journal::list,
    ),
    components(schemas(ProblemView, ConflictView, ChangedView)),
    modifiers(&Common),
)]
struct Api;

/// What every operation has in common: who may call, how it fails, how a write is done once.
struct Common;

impl Modify for Common {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        let components = api.components.get_or_insert_default();
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("wf_...").build();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let cookie = ApiKey::Cookie(ApiKeyValue::new("wf_session"));
        components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
        for (path, item) in &mut api.paths.paths {
            let reads = [item.get.as_mut()].into_iter().flatten().map(|operation| (operation, false));
            let writes = [item.post.as_mut(), item.patch.as_mut(), item.put.as_mut()].into_iter().flatten();
            for (operation, is_write) in reads.chain(writes.map(|operation| (operation, true))) {
                if path != PATH {
                    let conflict = if is_of_the_office(path) { "Changed" } else { "Conflict" };
                    complete(operation, is_write.then_some(conflict));
                }
            }
        }
    }
}

/// People and organisations: what stands after a conflict is theirs alone to read again.
fn is_of_the_office(path: &str) -> bool {
    ["/api/v1/people", "/api/v1/organisations"].iter().any(|start| path.starts_with(start))
}

/// `conflict`: the schema of a write's 409.
fn complete(operation: &mut Operation, conflict: Option<&str>) {
    operation.security = Some(vec![
        SecurityRequirement::new("token", Vec::<String>::new()),
        SecurityRequirement::new("session", Vec::<String>::new()),
    ]);
    let problem = |schema: &str, text: &str| {
        let content = Content::builder().schema(Some(Ref::from_schema_name(schema))).build();
        RefOr::T(Response::builder().description(text).content("application/problem+json", content).build())
    };
    let responses = &mut operation.responses.responses;
    responses.insert("default".into(), problem("Problem", "Why it was not done"));
    if let Some(conflict) = conflict {
        responses.entry("409".into()).or_insert_with(|| problem(conflict, "Somebody else was faster"));
        let key = ParameterBuilder::new()
            .name("Idempotency-Key")
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some("A write that is sent again under its key is done once"))
            .schema(Some(Object::with_type(Type::String)));
        operation.parameters.get_or_insert_default().push(RefOr::T(key.build()));
    }
}

/// The description.
pub fn description() -> utoipa::openapi::OpenApi {
    Api::openapi()
}

/// This description.
#[utoipa::path(get, path = "/api/v1/openapi.json", operation_id = "openapi", tag = "room",
    responses((status = 200, content_type = "application/json", description = "OpenAPI 3.1")), security(()))]
pub async fn openapi_json() -> impl IntoResponse {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        // It is made of maps and strings.
        serde_json::to_string(&description()).expect("the description serialises")
    });
    ([(header::CONTENT_TYPE, "application/json")], TEXT.as_str())
}
