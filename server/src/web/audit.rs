//! The audit log, and its export.

use app::{
    model::Submitted,
    pages::audit::{self as pages, AuditKind, AuditLine, AuditView, ChainView},
};
use axum::{
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::IntoResponse,
};

use super::read;
use crate::{
    error::Answer,
    form::Form,
    page,
    service::audit::{self, Line, Question},
    state::App,
    viewer::Member,
};

/// Rows on one page.
const PAGE: i64 = 100;

fn question(asked: &Submitted) -> (AuditKind, Question) {
    let kind: AuditKind = asked.value("kind").parse().unwrap_or(AuditKind::All);
    let person = asked.value("person").trim().to_owned();
    (kind, Question { kind: kind.wire().to_owned(), person, ..Question::default() })
}

/// `GET /audit`
pub async fn show(State(app): State<App>, member: Member, RawQuery(raw): RawQuery) -> Answer {
    let asked = Submitted::new(read::pairs(raw.as_deref()));
    let (kind, question) = question(&asked);
    let after = read::optional(&asked, "after");
    let log = audit::list(&app.room, &member.viewer, &question, after.as_deref(), PAGE).await?;
    let chain = app.room.chain();
    let reads_all = app::policy::reads_audit(&member.viewer);
    let view = AuditView {
        kind,
        person: question.person,
        lines: log.lines.map(|lines| lines.into_iter().map(line).collect()),
        chain: ChainView {
            checked_at: Some(chain.at).filter(|at| at.0 != 0),
            is_broken: chain.broken.is_some(),
            head: reads_all.then(|| {
                (chain.seq, chain.hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
            }),
        },
        is_later: after.is_some(),
        next: log.next,
    };
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::audit(&frame, view)))
}

fn line(line: Line) -> AuditLine {
    AuditLine {
        seq: line.seq,
        at: line.at,
        person: line.person,
        action: line.action,
        object: line.object,
        detail: line.detail,
        address: line.address,
        hash: line.hash,
        is_refusal: line.is_refusal,
    }
}

/// `POST /audit/export`
pub async fn export(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (typed, _) = form.into_parts();
    let (_, question) = question(&typed);
    let csv = audit::export(&app.room, &member, &question).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
    ];
    Ok((headers, csv).into_response())
}
