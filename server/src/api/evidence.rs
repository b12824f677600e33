//! Evidence: files and links taken in, listed, handed out, with the record of every touch.

use app::{model::exhibit::Exhibit, policy::Cleared};
use axum::{
    Json,
    extract::{FromRequest, Path, Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Answer, List, One, Refusal, Sent, number, place,
    question::Question,
    sealed,
    sent::once,
    view::{CustodyView, ExhibitView},
};
use crate::{
    service::{
        Error,
        evidence::{self, EvidenceInput},
        incident,
    },
    state::App,
    viewer::ApiCaller,
    web,
};

/// The label of a path; what is none answers like one that was never given.
fn label(word: &str) -> Answer<i64> {
    evidence::label_number(word).ok_or_else(|| Error::NotFound.into())
}

/// The exhibits of an incident, newest first.
#[utoipa::path(get, path = "/api/v1/incidents/{number}/evidence", operation_id = "evidence", tag = "material",
    params(("number" = String, Path, example = "WF-0147"), ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<ExhibitView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    mut question: Question,
) -> Answer<Json<List<ExhibitView>>> {
    let room = &app.room;
    let incident = incident::find(room, &caller.viewer, &number(&word)?).await?;
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let before = place(room, "evidence", after)?;
    let (found, next) = evidence::list(room, &caller.viewer, &incident, before, limit).await?;
    Ok(Json(List::of(found, sealed(room, "evidence", next), ExhibitView::of)))
}

/// A file with its words, as a form sends it. Several files become several exhibits.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes what is read piece by piece")]
pub struct EvidenceForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    tlp: Option<String>,
    note: Option<String>,
    source_url: Option<String>,
    captured_at: Option<String>,
    /// Slugs.
    audience: Option<String>,
    /// With TLP:RED: e-mail addresses.
    named: Option<String>,
}

/// The exhibit that was made. Each file is one of its own: further ones stand under `others`.
#[derive(Debug, Serialize, ToSchema)]
pub struct AttachedView {
    #[serde(flatten)]
    pub exhibit: ExhibitView,
    pub others: Vec<ExhibitView>,
}

/// Takes in files as `multipart/form-data`, or notes a link as JSON with `url`.
#[utoipa::path(post, path = "/api/v1/incidents/{number}/evidence", operation_id = "add_evidence", tag = "material",
    params(("number" = String, Path, example = "WF-0147")),
    request_body(content((EvidenceForm = "multipart/form-data"), (EvidenceInput = "application/json"))),
    responses((status = 201, body = AttachedView)))]
pub async fn add(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    request: Request,
) -> Answer<(StatusCode, Json<Cleared<AttachedView>>)> {
    let (room, asker) = (&app.room, caller.asker.clone());
    let number = number(&word)?;
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let is_form = kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data"));
    let attached = if is_form {
        let once = once(request.headers(), request.method(), request.uri(), &[])?;
        let taken = web::evidence::take_in_multipart(&app, asker, once, number.clone(), request).await;
        taken.map_err(|refused| refused.error)?
    } else {
        let Sent { value, once } = Sent::<EvidenceInput>::from_request(request, &app).await?;
        evidence::add_link(room.clone(), asker, once, number.clone(), value).await?
    };
    let mut exhibits = vec![];
    for exhibit in attached.exhibits {
        exhibits.push(evidence::find(room, &caller.viewer, &number, exhibit).await?);
    }
    let exhibits: Cleared<Vec<Exhibit>> = exhibits.into_iter().collect();
    if exhibits.is_empty() {
        return Err(Error::internal("evidence without an exhibit was taken in").into());
    }
    let view = exhibits.map(|exhibits| {
        let mut views = exhibits.into_iter().map(ExhibitView::of);
        // It is not empty: asked above.
        let exhibit = views.next().expect("at least one exhibit");
        AttachedView { exhibit, others: views.collect() }
    });
    Ok((StatusCode::CREATED, Json(view)))
}

/// What is known about an exhibit. From AMBER upwards the look is a line of its custody.
#[utoipa::path(get, path = "/api/v1/incidents/{number}/evidence/{exhibit}", operation_id = "exhibit", tag = "material",
    params(("number" = String, Path, example = "WF-0147"), ("exhibit" = String, Path, example = "E-3")),
    responses((status = 200, body = ExhibitView)))]
pub async fn show(
    State(app): State<App>,
    caller: ApiCaller,
    Path((word, exhibit)): Path<(String, String)>,
) -> Answer<One<ExhibitView>> {
    let (room, number, exhibit) = (&app.room, number(&word)?, label(&exhibit)?);
    let exhibit = evidence::find(room, &caller.viewer, &number, exhibit).await?;
    evidence::note_view(room, &caller, &exhibit).await?;
    Ok(Json(exhibit.map(ExhibitView::of)))
}

/// The bytes, whole or in part.
#[utoipa::path(get, path = "/api/v1/incidents/{number}/evidence/{exhibit}/file", operation_id = "file", tag = "material",
    params(("number" = String, Path, example = "WF-0147"), ("exhibit" = String, Path, example = "E-3")),
    responses((status = 200, content_type = "application/octet-stream", description = "An attachment, as a part where `Range` asks for one")))]
pub async fn file(
    State(app): State<App>,
    caller: ApiCaller,
    Path((word, exhibit)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Answer<Response> {
    let (number, exhibit) = (number(&word)?, label(&exhibit)?);
    let to = web::evidence::Taker { asker: &caller, session: caller.session };
    web::evidence::hand_out(&app, to, &number, exhibit, &method, &headers).await.map_err(Refusal::from)
}

/// Who touched an exhibit, newest first.
#[utoipa::path(get, path = "/api/v1/incidents/{number}/evidence/{exhibit}/custody", operation_id = "custody", tag = "material",
    params(("number" = String, Path, example = "WF-0147"), ("exhibit" = String, Path, example = "E-3"),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query)),
    responses((status = 200, body = List<CustodyView>)))]
pub async fn custody(
    State(app): State<App>,
    caller: ApiCaller,
    Path((word, exhibit)): Path<(String, String)>,
    mut question: Question,
) -> Answer<Json<List<CustodyView>>> {
    let (room, number, exhibit) = (&app.room, number(&word)?, label(&exhibit)?);
    let exhibit = evidence::find(room, &caller.viewer, &number, exhibit).await?;
    let (limit, after) = (question.limit(), question.after());
    question.end()?;
    let before = place(room, "custody", after)?;
    let (found, next) = evidence::list_custody(room, &caller.viewer, &exhibit, before, limit).await?;
    Ok(Json(List::of(found, sealed(room, "custody", next), CustodyView::of)))
}
