//! The sharing ledger, and what leaves the room of it.

use app::{
    model::{
        Tlp,
        ledger::{Book, LedgerForm, LedgerQuery},
        period::PeriodName,
    },
    pages::{
        frame::Frame,
        ledger::{self as pages, LedgerList, LedgerReport, LedgerView},
    },
    policy,
};
use axum::{
    body::Body,
    extract::{RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::{StreamExt, stream};
use leptos::prelude::AnyView;

use super::{alive, read, share};
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error, checkpoint,
        export::Parts,
        ledger::{self, Export},
    },
    state::App,
    viewer::Member,
};

/// Crossings of one page.
const PAGE: i64 = 50;

/// `GET /shares/ledger`
pub async fn show(State(app): State<App>, member: Member, RawQuery(query): RawQuery) -> Answer {
    let pairs = read::pairs(query.as_deref());
    let query = LedgerQuery::from_pairs(read::borrowed(&pairs));
    let list = match query.book {
        Book::Shares => LedgerList::Shares(ledger::ledger(&app.room, &member.viewer, &query, PAGE).await?),
        Book::Posts => LedgerList::Posts(ledger::postings(&app.room, &member.viewer, &query, PAGE).await?),
    };
    let view = LedgerView {
        query,
        list,
        choices: share::choices(&app.room),
        may_export: policy::may_export_ledger(&member.viewer),
        key: checkpoint::public_key(&app.room),
    };
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::page(&frame, view)))
}

fn asked(form: Form) -> LedgerQuery {
    let (typed, _) = form.into_parts();
    let pairs = ["book", "incident", "organisation", "period", "purpose", "direction"];
    LedgerQuery::from_pairs(pairs.into_iter().map(|name| (name, typed.value(name))))
}

/// `POST /shares/ledger/print`
pub async fn print(State(app): State<App>, member: Member, form: Form) -> Answer {
    let query = asked(form);
    let (form, alive) = (LedgerForm::Print, alive(&app, &member));
    match query.book {
        Book::Shares => {
            let export = ledger::export(&app.room, &member, alive, &query, form).await?;
            sheets(&app, &member, query, export, pages::rows)
        }
        Book::Posts => {
            let export = ledger::export_postings(&app.room, &member, alive, &query, form).await?;
            sheets(&app, &member, query, export, pages::posting_rows)
        }
    }
}

/// The printed report around the rows of an export.
fn sheets<T: Send + 'static>(
    app: &App,
    member: &Member,
    query: LedgerQuery,
    export: Export<T>,
    rows: fn(&Frame, &T) -> AnyView,
) -> Answer {
    let room = &app.room;
    let directory = room.directory();
    let by = directory.person(member.viewer.person).cloned().ok_or(Error::NotFound)?;
    let other = directory.organisation_by_slug(&query.organisation).map(|found| found.name.clone());
    let periods: Vec<PeriodName> = share::choices(room).periods;
    let period = periods.into_iter().find(|period| period.slug == query.period).map(|period| period.name);
    let report = LedgerReport {
        organisation: by.organisation.clone(),
        by,
        made_at: room.now(),
        label: export.label,
        crossings: export.crossings,
        period,
        other,
        key: checkpoint::public_key(room),
        query,
    };
    let draw = |frame: &_| pages::report(frame, &report);
    Ok(page::stream(app, member, pages::ROWS, export.parts, draw, move |frame, part| rows(frame, &part)))
}

/// `POST /shares/ledger/csv`
pub async fn csv(State(app): State<App>, member: Member, form: Form) -> Answer {
    let query = asked(form);
    let (form, alive) = (LedgerForm::Csv, alive(&app, &member));
    match query.book {
        Book::Shares => {
            let export = ledger::export(&app.room, &member, alive, &query, form).await?;
            Ok(table(&member, export, ledger::csv_head(), ledger::csv))
        }
        Book::Posts => {
            let export = ledger::export_postings(&app.room, &member, alive, &query, form).await?;
            Ok(table(&member, export, ledger::postings_csv_head(), ledger::postings_csv))
        }
    }
}

fn table<T: Send + 'static>(
    member: &Member,
    export: Export<T>,
    head: String,
    lines: fn(&T) -> String,
) -> Response {
    let rows = export.parts.map(move |part| part.map(|part| lines(&part)));
    let parts = stream::iter([Ok(head)]).chain(rows);
    file(member, export.label, "csv", "text/csv; charset=utf-8", Box::pin(parts))
}

/// `POST /shares/ledger/proof`
pub async fn proof(State(app): State<App>, member: Member, form: Form) -> Answer {
    let query = asked(form);
    let checkpoints = app.config.checkpoints();
    let export = ledger::proof(&app.room, &member, alive(&app, &member), &query, &checkpoints).await?;
    Ok(file(&member, export.label, "proof", "text/plain; charset=utf-8", export.parts))
}

/// An attachment that bears its label in its name.
fn file(member: &Member, label: Tlp, ending: &str, kind: &'static str, parts: Parts<String>) -> Response {
    tracing::info!(request = member.request, ending, "the sharing ledger is exported");
    let name = format!("ledger {}.{ending}", label.label().replace([':', '+'], "-"));
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    (headers, Body::from_stream(parts)).into_response()
}
