//! The description of the API is true: it names each route and no other, and answers are of its shapes.

use std::collections::BTreeSet;

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};
use server::router;

use crate::{
    api::{CISA, GOOGLE, at, incident, open, shared, with},
    base::both,
    test_app::{Reply, TestApp},
};

/// What an answer has that its schema does not say, or lacks what it does.
fn faults(api: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if let Some(name) = schema["$ref"].as_str() {
        let resolved =
            api.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} is described"));
        return faults(api, resolved, value, at, found);
    }
    for word in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[word].as_array() {
            let fits = |choice: &Value| {
                let mut inner = vec![];
                faults(api, choice, value, at, &mut inner);
                inner.is_empty()
            };
            if !choices.iter().any(fits) {
                found.push(format!("{at}: {value} is none of {word}"));
            }
            return;
        }
    }
    let mut schema = schema.clone();
    if let Some(parts) = schema["allOf"].as_array().cloned() {
        schema = merged(api, &parts);
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(kind) => vec![kind],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !kinds.is_empty() && !kinds.contains(&kind) {
        return found.push(format!("{at}: {kind} is not {kinds:?}"));
    }
    if let Some(words) = schema["enum"].as_array()
        && !words.contains(value)
    {
        found.push(format!("{at}: {value} is not on the list"));
    }
    if schema["format"] == "date-time"
        && value
            .as_str()
            .is_some_and(|text| text.parse::<app::model::Moment>().is_err() || !text.ends_with('Z'))
    {
        found.push(format!("{at}: {value} is no time"));
    }
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                faults(api, &schema["items"], item, &format!("{at}[{index}]"), found);
            }
        }
        Value::Object(fields) => {
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !fields.contains_key(name) {
                    found.push(format!("{at}: {name} is missing"));
                }
            }
            for (name, value) in fields {
                let at = format!("{at}.{name}");
                match (&schema["properties"][name], &schema["additionalProperties"]) {
                    (Value::Null, Value::Null) => found.push(format!("{at} is not described")),
                    (Value::Null, more) => faults(api, more, value, &at, found),
                    (known, _) => faults(api, known, value, &at, found),
                }
            }
        }
        _ => {}
    }
}

fn merged(api: &Value, parts: &[Value]) -> Value {
    let (mut properties, mut required) = (serde_json::Map::new(), vec![]);
    for part in parts {
        let part = match part["$ref"].as_str() {
            Some(name) => api.pointer(name.trim_start_matches('#')).expect("it is described"),
            None => part,
        };
        let inner = part["allOf"].as_array().map(|parts| merged(api, parts));
        let part = inner.as_ref().unwrap_or(part);
        properties.extend(part["properties"].as_object().cloned().unwrap_or_default());
        required.extend(part["required"].as_array().cloned().unwrap_or_default());
    }
    json!({"type": "object", "properties": properties, "required": required})
}

/// The answer is of the shape that the description gives for this route and status.
fn fits(api: &Value, method: &Method, route: &str, reply: &Reply) {
    let method = method.as_str().to_lowercase();
    let responses = &api["paths"][at(route)][&method]["responses"];
    let status = reply.status.as_str();
    let response = if responses[status].is_null() { &responses["default"] } else { &responses[status] };
    let kind = reply.header("content-type").split(';').next().unwrap_or_default().to_owned();
    let schema = &response["content"][&kind]["schema"];
    assert!(schema.is_object(), "{method} {route} {status} {kind} is described");
    let mut found = vec![];
    faults(api, schema, &reply.json(), "", &mut found);
    assert!(found.is_empty(), "{method} {route} {status}: {found:#?}\n{}", reply.text());
}

both! {
    async fn the_description_names_each_route_and_no_other(base) {
        let test = TestApp::new(base).await;
        let nobody = test.visitor();
        let api = nobody.call("/openapi.json").await;
        assert_eq!(api.status, StatusCode::OK);
        let api = api.json();
        assert!(api["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")), "{}", api["openapi"]);
        let mut described = BTreeSet::new();
        for (path, item) in api["paths"].as_object().expect("paths") {
            for method in item.as_object().expect("methods").keys() {
                described.insert((method.to_uppercase(), path.clone()));
            }
        }
        let routes: BTreeSet<_> = router::listed()
            .into_iter()
            .filter(|route| route.path.starts_with("/api/"))
            .map(|route| (route.method.to_owned(), route.path.to_owned()))
            .collect();
        assert_eq!(described, routes);
        // Each finds its route: it asks who calls, where a path without one is not found.
        for (method, path) in described.iter().filter(|(_, path)| !path.ends_with("openapi.json")) {
            let real = path.replace("{number}", "WF-0001").replace("{id}", "00000000-0000-4000-8000-000000000000").replace("{exhibit}", "E-1").replace("{slug}", "cisa");
            let reply = nobody.json(method.parse().expect("a method"), &real, &json!({})).await;
            assert_eq!(reply.status, StatusCode::UNAUTHORIZED, "{method} {path}");
        }
        let names: Vec<&str> = api["paths"].as_object().expect("paths").values()
            .flat_map(|item| item.as_object().expect("methods").values())
            .filter_map(|operation| operation["operationId"].as_str()).collect();
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "each operation has a name of its own");
    }

    async fn answers_are_of_the_shapes_that_are_described(base) {
        let test = TestApp::new(base).await;
        let (cisa, google, number) = shared(&test).await;
        let api = cisa.call("/openapi.json").await.json();
        let path = format!("/incidents/{number}");
        let of = |route: &str| route.replace("{number}", &number);
        let (get, post, patch) = (Method::GET, Method::POST, Method::PATCH);
        let red = with(incident(), json!({"tlp": "red", "named": [GOOGLE], "occurred_at": "2020-11-03T20:00:00Z"}));
        fits(&api, &post, "/incidents", &cisa.send_json(Method::POST, "/incidents", red).await);
        fits(&api, &post, "/incidents", &cisa.send_json(Method::POST, "/incidents", json!({"title": 7})).await);
        for (method, route, body) in [
            (&patch, "/incidents/{number}", json!({"version": 1, "severity": "low", "reason": "small", "hold": {"reason": "wait", "review_at": "2020-11-04T02:00:00Z"}})),
            (&patch, "/incidents/{number}", json!({"version": 1, "summary": "late"})),
            (&post, "/incidents/{number}/status", json!({"version": 2, "to": "triaged"})),
            (&post, "/incidents/{number}/status", json!({"version": 2, "to": "triaged"})),
            (&post, "/incidents/{number}/entries", json!({"text": "An update."})),
            (&post, "/incidents/{number}/evidence", json!({"url": "https://polls-info.example/m", "note": "a page"})),
            (&post, "/incidents/{number}/indicators", json!({"kind": "ip", "value": "192.0.2.7"})),
            (&post, "/incidents/{number}/tasks", json!({"text": "Ask.", "person": GOOGLE})),
            (&post, "/incidents/{number}/shares", json!({"to": ["fbi", "twitter"], "text": "For awareness."})),
        ] {
            fits(&api, method, route, &cisa.send_json(method.clone(), &of(route), body).await);
        }
        let entries = cisa.read(&format!("{path}/entries?kind=update")).await;
        let strike = format!("{path}/entries/{}/strike", entries["items"][0]["id"].as_str().expect("an id"));
        let struck = cisa.send_json(Method::POST, &strike, json!({"reason": "wrong"})).await;
        fits(&api, &post, "/incidents/{number}/entries/{id}/strike", &struck);
        let task = cisa.read(&format!("{path}/tasks")).await["items"][0]["id"].as_str().expect("an id").to_owned();
        let done = google.send_json(Method::POST, &format!("{path}/tasks/{task}/done"), json!({})).await;
        fits(&api, &post, "/incidents/{number}/tasks/{id}/done", &done);
        let share = google.read(&format!("{path}/shares")).await["items"][0]["id"].as_str().expect("an id").to_owned();
        for (step, body) in [("seen", json!({})), ("acknowledge", json!({})), ("answer", json!({"text": "Yes."}))] {
            let reply = google.send_json(Method::POST, &format!("/shares/{share}/{step}"), body).await;
            fits(&api, &post, &format!("/shares/{{id}}/{step}"), &reply);
        }
        for route in [
            "/me", "/organisations", "/people", "/periods", "/categories", "/incidents", "/incidents/{number}",
            "/incidents/{number}/entries", "/incidents/{number}/indicators", "/incidents/{number}/tasks",
            "/incidents/{number}/shares", "/incidents/{number}/evidence", "/journal", "/ledger",
        ] {
            let reply = cisa.call(&of(route)).await;
            assert_eq!(reply.status, StatusCode::OK, "{route}");
            fits(&api, &get, route, &reply);
            assert_eq!(reply.header("cache-control"), "private, no-store", "{route}");
            assert!(reply.headers.get("etag").is_none());
        }
        for part in ["", "/custody"] {
            let reply = cisa.call(&format!("{path}/evidence/E-1{part}")).await;
            fits(&api, &get, &format!("/incidents/{{number}}/evidence/{{exhibit}}{part}"), &reply);
        }
        for route in ["/incidents/{number}", "/incidents/{number}/entries"] {
            let reply = cisa.call(&route.replace("{number}", "WF-0000")).await;
            assert_eq!(reply.status, StatusCode::NOT_FOUND);
            fits(&api, &get, route, &reply);
        }
        let (admin, room) = (test.caller("admin@cisa.example").await, test.caller("room-admin@watchfloor.example").await);
        let who = format!("/people/{CISA}");
        for (route, path, body) in [
            ("/people/invitations", "/people/invitations".to_owned(), json!({"name": "Dana Brook", "email": "dana@cisa.example", "roles": ["analyst"]})),
            ("/people/{id}/roles", format!("{who}/roles"), json!({"roles": ["liaison"], "version": 1})),
            ("/people/{id}/roles", format!("{who}/roles"), json!({"roles": ["liaison"], "version": 1})),
            ("/people/{id}/reset", format!("{who}/reset"), json!({})),
            ("/people/{id}/suspend", format!("{who}/suspend"), json!({"reason": "left"})),
            ("/people/{id}/suspend", format!("{who}/suspend"), json!({"reason": "left"})),
            ("/people/{id}/restore", format!("{who}/restore"), json!({"reason": "back"})),
        ] {
            fits(&api, &post, route, &admin.send_json(Method::POST, &path, body).await);
        }
        let waiting = admin.read("/people/invitations").await["items"][0]["id"].as_str().expect("an id").to_owned();
        for act in ["again", "withdraw"] {
            let reply = admin.send_json(Method::POST, &format!("/people/invitations/{waiting}/{act}"), json!({})).await;
            fits(&api, &post, &format!("/people/invitations/{{id}}/{act}"), &reply);
        }
        let tides = json!({"name": "Bureau of Tides", "short": "Tides", "slug": "tides", "sector": "agency"});
        fits(&api, &post, "/organisations", &room.send_json(Method::POST, "/organisations", tides).await);
        for version in [1, 1] {
            let reply = room.send_json(Method::PATCH, "/organisations/tides", json!({"version": version, "short": "Tide"})).await;
            fits(&api, &patch, "/organisations/{slug}", &reply);
        }
        for (route, path) in [
            ("/organisations/{slug}", "/organisations/tides"), ("/people/{id}", who.as_str()), ("/people", "/people"),
            ("/people/invitations", "/people/invitations"), ("/audit", "/audit"),
        ] {
            fits(&api, &get, route, &admin.call(path).await);
        }
        let nobody = test.visitor().call("/me").await;
        assert_eq!((nobody.status, nobody.header("www-authenticate")), (StatusCode::UNAUTHORIZED, "Bearer"));
        fits(&api, &get, "/me", &nobody);
    }

    async fn a_browser_calls_with_its_session_from_its_own_pages_alone(base) {
        let test = TestApp::new(base).await;
        let browser = test.sign_in(CISA).await;
        open(&browser, json!({})).await;
        assert_eq!(browser.read("/me").await["person"], CISA);
        let foreign = browser.request(Method::POST, &at("/incidents")).header("sec-fetch-site", "cross-site")
            .header("content-type", "application/json")
            .body(axum::body::Body::from(incident().to_string())).expect("a request");
        assert_eq!(browser.send(foreign).await.status, StatusCode::FORBIDDEN);
        assert_eq!(base.number("select count(*) from incident").await, 1);
    }
}
