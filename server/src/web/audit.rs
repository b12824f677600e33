//! The audit log, and its export.

use app::{
    model::{Submitted, moment::Civil},
    pages::audit::{self as pages, AuditLine, AuditQuery, AuditView, ChainView},
    policy::{self, Viewer},
};
use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::IntoResponse,
};

use super::{alive, read};
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

/// Rows of one print.
const PRINTED: i64 = 1_000;

fn query(asked: &Submitted) -> AuditQuery {
    let word = |name: &str| asked.value(name).trim().to_owned();
    AuditQuery {
        kind: asked.value("kind").parse().ok(),
        action: word("action"),
        person: word("person"),
        organisation: word("organisation"),
        incident: word("incident"),
        from: word("from"),
        to: word("to"),
        open: word("open"),
    }
}

/// Days are those of the reader's zone; the last one is meant whole.
fn question(app: &App, member: &Member, query: &AuditQuery) -> Question {
    let (_, zone) = page::chosen(app, &member.visit);
    let day = |text: &str| {
        let mut parts = text.split('-');
        let mut next = || parts.next()?.parse::<i64>().ok();
        let (year, month, day) = (next()?, next()?, next()?);
        let (month, day) = (u32::try_from(month).ok()?, u32::try_from(day).ok()?);
        zone.moment(Civil { year, month, day, hour: 0, minute: 0, second: 0, micro: 0 })
    };
    Question {
        kind: query.kind().wire().to_owned(),
        action: query.action.clone(),
        person: query.person.clone(),
        organisation: query.organisation.clone(),
        thing: query.incident.clone(),
        from: day(&query.from),
        to: day(&query.to).map(|day| day.plus_seconds(86_400)),
    }
}

fn chain(app: &App, viewer: &Viewer) -> ChainView {
    let chain = app.room.chain();
    let hash = || chain.hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    ChainView {
        checked_at: Some(chain.at).filter(|at| at.0 != 0),
        is_broken: chain.broken.is_some(),
        head: policy::reads_audit(viewer).then(|| (chain.seq, hash())),
    }
}

/// `GET /audit`
pub async fn show(State(app): State<App>, member: Member, RawQuery(raw): RawQuery) -> Answer {
    let asked = Submitted::new(read::pairs(raw.as_deref()));
    let query = query(&asked);
    let after = read::optional(&asked, "after");
    let question = question(&app, &member, &query);
    let log = audit::list(&app.room, &member.viewer, &question, after.as_deref(), PAGE).await?;
    let view = AuditView {
        query,
        // An organisation's admin has nobody else's rows to ask for.
        organisations: match policy::reads_audit(&member.viewer) {
            true => super::organisations(&app.room),
            false => vec![],
        },
        lines: log.lines.map(|lines| lines.into_iter().map(line).collect()),
        chain: chain(&app, &member.viewer),
        after,
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
        thing: line.thing,
        detail: line.detail,
        address: line.address,
        request: line.request,
        previous: line.previous,
        hash: line.hash,
        is_refusal: line.is_refusal,
    }
}

/// `POST /audit/export`: all that matches, sent while it is read.
pub async fn export(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (typed, _) = form.into_parts();
    let question = question(&app, &member, &query(&typed));
    let parts = audit::export(&app.room, &member, alive(&app, &member), &question).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
        (header::CACHE_CONTROL, "private, no-store"),
    ];
    Ok((headers, Body::from_stream(parts)).into_response())
}

/// `POST /audit/print`: the same on paper. It is written down before it leaves, so it is no plain link.
pub async fn print(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (typed, _) = form.into_parts();
    let query = query(&typed);
    let question = question(&app, &member, &query);
    let log = audit::take_out(&app.room, &member, &question, "printed", PRINTED).await?;
    let (chain, cut) = (chain(&app, &member.viewer), log.next.is_some());
    let lines = log.lines.map(|lines| lines.into_iter().map(line).collect());
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::print(&frame, query, lines, chain, cut)))
}
