//! Two people changed the same incident: the page with both texts.

use app::{
    model::{Submitted, form::Form as Which, incident::Incident},
    pages::problem::{self, ConflictView, Contested, Next, Problem, Side},
};
use axum::http::StatusCode;

use crate::{
    error::Answer,
    page,
    service::{self, Conflict},
    state::App,
    viewer::Member,
};

/// Answers 409 with what stands now beside what was typed.
pub(super) async fn draw(
    app: &App,
    member: &Member,
    which: Which,
    typed: Submitted,
    conflict: Conflict,
) -> Answer {
    let incident = service::incident::find(&app.room, &member.viewer, &conflict.number).await?;
    let by = service::entry::last_change(&app.room, &incident).await?;
    let fields = contested(which, &incident, &typed);
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let rest = typed.pairs().iter().filter(|(name, _)| name != "version" && !names.contains(&name.as_str()));
    let view = ConflictView {
        number: conflict.number.clone(),
        title: incident.title.clone(),
        action: format!("/incidents/{}/{}", conflict.number, which.wire()),
        version: incident.version,
        by,
        stands: vec![],
        own: vec![],
        rest: rest.cloned().collect(),
        fields,
        next: Next::Send("Save what I chose"),
    };
    let problem = Problem::Conflict(Box::new(view));
    Ok(page::render(app, member, StatusCode::CONFLICT, |frame| problem::page(&frame, problem)))
}

/// The fields of a form whose value differs from what stands now.
fn contested(which: Which, incident: &Incident, typed: &Submitted) -> Vec<Contested> {
    let field = |name: &str, label: &str, theirs: &str| Contested::text(name, label, theirs, typed.value(name));
    let worded = |name: &str, label: &str, theirs: &str, theirs_label: &str, yours_label: &str| {
        let yours = Side::new(typed.value(name), yours_label);
        Contested::choice(name, label, Side::new(theirs, theirs_label), yours)
    };
    let label = |text: &str, find: &dyn Fn(&str) -> Option<&'static str>| find(text).unwrap_or("").to_owned();
    let fields = match which {
        Which::Edit => vec![
            field("title", "Title", &incident.title),
            field("summary", "Current understanding", &incident.summary),
            worded(
                "category",
                "Category",
                &incident.category.code,
                &incident.category.leaf,
                typed.value("category"),
            ),
        ],
        Which::Severity => {
            let yours = label(typed.value("severity"), &|w| w.parse().ok().map(app::model::Severity::label));
            vec![worded("severity", "Severity", incident.severity.wire(), incident.severity.label(), &yours)]
        }
        Which::Status => {
            let yours =
                label(typed.value("to"), &|w| w.parse().ok().map(app::model::incident::Status::label));
            vec![worded("to", "Status", incident.status.wire(), incident.status.label(), &yours)]
        }
        Which::Verification => {
            let yours = label(typed.value("verification"), &|w| {
                w.parse().ok().map(app::model::incident::Verification::label)
            });
            let now = incident.verification;
            vec![worded("verification", "Verification", now.wire(), now.label(), &yours)]
        }
        Which::Marking => {
            let yours = label(typed.value("tlp"), &|w| w.parse().ok().map(app::model::Tlp::label));
            vec![worded("tlp", "Marking", incident.tlp.wire(), incident.tlp.label(), &yours)]
        }
        Which::Owner => {
            let (email, name) = incident
                .owner
                .as_ref()
                .map_or(("", "Nobody"), |owner| (owner.email.as_str(), owner.name.as_str()));
            let yours = if typed.value("owner").is_empty() { "You" } else { typed.value("owner") };
            vec![worded("owner", "Owner", email, name, yours)]
        }
        _ => vec![],
    };
    fields.into_iter().filter(|field| field.theirs.value != field.yours.value).collect()
}
