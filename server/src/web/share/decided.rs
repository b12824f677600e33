//! A colleague decided first: the page that says who and how, and keeps what was written for another decision.

use app::{
    model::{Moment, Person, Submitted, hold::Hold, id::Number, onward::Onward},
    pages::problem::{self, DecidedView, Fact, Problem},
};
use axum::{http::StatusCode, response::Response};

use crate::{page, state::App, viewer::Member};

/// 409 for a share that waited for counsel. `typed`: the step that was meant, and its form.
pub(super) fn hold(
    app: &App,
    member: &Member,
    hold: &Hold,
    typed: (&str, &Submitted),
    list: String,
) -> Response {
    let by = hold.decided_by.clone().zip(hold.decided_at);
    let stands = stands(hold.state.label(), hold.decided_at, &hold.comment);
    draw(app, member, (&hold.incident, &hold.title), (by, stands), typed, list)
}

/// 409 for a request to pass something on.
pub(super) fn onward(
    app: &App,
    member: &Member,
    onward: &Onward,
    typed: (&str, &Submitted),
    list: String,
) -> Response {
    let by = onward.decided_by.clone().zip(onward.decided_at);
    let stands = stands(onward.state.label(), onward.decided_at, &onward.comment);
    draw(app, member, (&onward.incident, &onward.title), (by, stands), typed, list)
}

fn stands(state: &str, at: Option<Moment>, comment: &str) -> Vec<Fact> {
    let comment = (!comment.is_empty()).then(|| Fact::new("Comment", comment));
    std::iter::once(Fact::new("Decision", state).at(at)).chain(comment).collect()
}

fn draw(
    app: &App,
    member: &Member,
    (number, title): (&Number, &str),
    (by, stands): (Option<(Person, Moment)>, Vec<Fact>),
    (step, typed): (&str, &Submitted),
    list: String,
) -> Response {
    let meant = match step {
        "release" => "Release",
        "return" => "Return",
        "approve" => "Approve",
        "withdraw" => "Withdraw",
        _ => "Refuse",
    };
    let comment = Some(typed.value("comment")).filter(|comment| !comment.trim().is_empty());
    let comment = comment.map(|comment| ("Comment".to_owned(), comment.to_owned()));
    let typed = std::iter::once(("Decision".to_owned(), meant.to_owned())).chain(comment).collect();
    let view = DecidedView { number: number.clone(), title: title.to_owned(), by, stands, typed, list };
    let problem = Problem::Decided(Box::new(view));
    page::render(app, member, StatusCode::CONFLICT, |frame| problem::page(&frame, problem))
}
