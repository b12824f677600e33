//! Incidents: listed, opened, shown, changed.

use app::{
    model::{
        FieldErrors,
        board::{BoardQuery, Grouping, Order, Span},
    },
    policy::Viewer,
};
use axum::{
    Json,
    extract::{Path, State},
    http::StatusCode,
};

use super::{
    Answer, List, Made, One, Refusal, Sent, number, question::Question, versioned, view::IncidentView,
};
use crate::{
    service::{
        Room,
        incident::{self, OpenIncident, Patch},
        person, settled,
    },
    state::App,
    viewer::ApiCaller,
};

/// The incidents that the caller may see. Several values of a name are separated by commas and mean "any of
/// these". `order=target` lists open incidents alone, by the target that passes next.
#[utoipa::path(get, path = "/api/v1/incidents", operation_id = "incidents", tag = "incidents",
    params(
        ("status" = Option<String>, Query), ("severity" = Option<String>, Query),
        ("category" = Option<String>, Query, description = "Code of a leaf or of a top: `PROC-1`, `PROC`"),
        ("state" = Option<String>, Query, description = "Postal code"),
        ("organisation" = Option<String>, Query, description = "Slug: it leads or takes part"),
        ("owner" = Option<String>, Query, description = "E-mail address, or `none`"),
        ("tlp" = Option<String>, Query),
        ("period" = Option<String>, Query, description = "Slug of the period it was opened in"),
        ("q" = Option<String>, Query, description = "Words in number or title"),
        ("order" = Option<String>, Query, description = "`opened` (newest first), `updated` or `target`"),
        ("limit" = Option<i64>, Query), ("after" = Option<String>, Query),
    ),
    responses((status = 200, body = List<IncidentView>)))]
pub async fn list(
    State(app): State<App>,
    caller: ApiCaller,
    mut question: Question,
) -> Answer<Json<List<IncidentView>>> {
    let room = &app.room;
    let limit = question.limit();
    let (query, periods) = asked(room, &caller.viewer, &mut question);
    question.end()?;
    let listed = incident::list(room, &caller.viewer, &query, &periods, limit).await?;
    let now = room.now();
    Ok(Json(List::of(listed.incidents, listed.next, |incident| IncidentView::of(incident, now))))
}

/// The filters; a word that names nothing is a fault of its field.
fn asked(room: &Room, viewer: &Viewer, question: &mut Question) -> (BoardQuery, Vec<String>) {
    let order = question.parsed("order").pop().unwrap_or(Order::Opened);
    let upper = |words: Vec<String>| words.into_iter().map(|word| word.to_uppercase()).collect::<Vec<_>>();
    let lower = |words: Vec<String>| words.into_iter().map(|word| word.to_lowercase()).collect::<Vec<_>>();
    let query = BoardQuery {
        span: if order == Order::Target { Span::Open } else { Span::All },
        status: question.parsed("status"),
        severity: question.parsed("severity"),
        category: upper(question.words("category")),
        state: upper(question.words("state")),
        organisation: lower(question.words("organisation")),
        owner: lower(question.words("owner")),
        // A plus sign in a query is a space.
        tlp: question.words_as("tlp", |word| word.replace(' ', "+")),
        q: question.text("q").unwrap_or_default().chars().take(200).collect(),
        group: Grouping::None,
        order,
        after: question.after(),
        ..BoardQuery::default()
    };
    let periods = lower(question.words("period"));
    name_unknown(room, viewer, &query, &periods, &mut question.errors);
    (query, periods)
}

fn name_unknown(
    room: &Room,
    viewer: &Viewer,
    query: &BoardQuery,
    periods: &[String],
    errors: &mut FieldErrors,
) {
    let (directory, reference) = (room.directory(), room.reference());
    let catalogue = reference.every_category(room.now());
    let mut unknown = |field: &str, word: &str| errors.add(field, format!("There is no “{word}”"));
    let of_catalogue = |code: &String| {
        let below = format!("{code}-");
        catalogue.iter().any(|leaf| leaf.code == *code || leaf.code.starts_with(&below))
    };
    for code in query.category.iter().filter(|code| !of_catalogue(code)) {
        unknown("category", code);
    }
    let states = crate::reference::states();
    for state in query.state.iter().filter(|state| !states.iter().any(|known| known.state == **state)) {
        unknown("state", state);
    }
    for slug in query.organisation.iter().filter(|slug| directory.organisation_by_slug(slug).is_none()) {
        unknown("organisation", slug);
    }
    let known = |word: &str| person::find(room, viewer, word).is_ok();
    for owner in query.owner.iter().filter(|word| *word != "none" && !known(word)) {
        unknown("owner", owner);
    }
    for slug in periods.iter().filter(|slug| !reference.periods().iter().any(|known| known.slug == **slug)) {
        unknown("period", slug);
    }
}

/// Opens an incident.
#[utoipa::path(post, path = "/api/v1/incidents", operation_id = "open", tag = "incidents",
    request_body = OpenIncident, responses((status = 201, body = IncidentView)))]
pub async fn open(
    State(app): State<App>,
    caller: ApiCaller,
    Sent { value, once }: Sent<OpenIncident>,
) -> Answer<Made<IncidentView>> {
    let opened = settled(incident::open(app.room.clone(), caller.asker.clone(), once, value)).await?;
    let incident = incident::find(&app.room, &caller.viewer, &opened.number).await?;
    Ok((StatusCode::CREATED, Json(incident.map(|incident| IncidentView::of(incident, app.room.now())))))
}

/// One incident.
#[utoipa::path(get, path = "/api/v1/incidents/{number}", operation_id = "incident", tag = "incidents",
    params(("number" = String, Path, example = "WF-0147")), responses((status = 200, body = IncidentView)))]
pub async fn show(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
) -> Answer<One<IncidentView>> {
    let incident = incident::find(&app.room, &caller.viewer, &number(&word)?).await?;
    Ok(Json(incident.map(|incident| IncidentView::of(incident, app.room.now()))))
}

/// Changes any field, or several in one act.
#[utoipa::path(patch, path = "/api/v1/incidents/{number}", operation_id = "change", tag = "incidents",
    params(("number" = String, Path, example = "WF-0147")),
    request_body = Patch, responses((status = 200, body = IncidentView)))]
pub async fn change(
    State(app): State<App>,
    caller: ApiCaller,
    Path(word): Path<String>,
    Sent { value, once }: Sent<Patch>,
) -> Answer<One<IncidentView>> {
    let (room, number) = (&app.room, number(&word)?);
    versioned(value.version)?;
    let work = incident::patch(room.clone(), caller.asker.clone(), once, number.clone(), value);
    if let Err(error) = settled(work).await {
        return Err(Refusal::of(room, &caller, error).await);
    }
    let incident = incident::find(room, &caller.viewer, &number).await?;
    Ok(Json(incident.map(|incident| IncidentView::of(incident, room.now()))))
}
