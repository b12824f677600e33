//! The acts of an incident's page. Each reads its form, calls its service, and answers 303, or draws the page
//! again with the form open, what was typed and what is wrong with it.

use std::future::Future;

use app::{
    model::{
        EntryId, FieldErrors, Submitted, TaskId, Tlp,
        audience::narrowed,
        form::{Form as Which, OpenForm},
        id::Number,
        timeline::TimelineQuery,
    },
    pages::parts::Tone,
};
use axum::{
    extract::{Path, State},
    http::StatusCode,
};

use super::{conflict, draw, number};
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        self, Asker, Error, Once, Result, Room,
        entry::PostEntry,
        incident::{
            ClearanceInput, ContentInput, Edit, HoldInput, MarkingInput, OwnerInput, SeverityInput,
            StatusInput, VerificationInput,
        },
        indicator::IndicatorInput,
        posture::PostureInput,
        settled,
        task::TaskInput,
    },
    state::App,
    viewer::Member,
    web::read,
};

/// Said where an entry waits for counsel.
const HELD_ENTRY: &str = "Held for counsel before it is posted: see Shares, Held.";

/// Runs the act and answers for it.
pub(super) async fn answer<T, F>(
    app: &App,
    member: &Member,
    number: Number,
    which: Which,
    of: Option<String>,
    typed: Submitted,
    act: F,
) -> Answer
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    match settled(act).await {
        Ok(_) => Ok(page::see_other(&format!("/incidents/{number}#{}", place(which)))),
        Err(Error::Invalid(errors)) => {
            let open = OpenForm::faulty(which, of, typed.with_errors(errors));
            draw(app, member, &number, TimelineQuery::default(), Some(open), StatusCode::UNPROCESSABLE_ENTITY)
                .await
        }
        Err(Error::Conflict(conflict)) => conflict::draw(app, member, which, typed, *conflict).await,
        Err(other) => Err(other.into()),
    }
}

/// Where the page stands after an act.
const fn place(which: Which) -> &'static str {
    match which {
        Which::Evidence => "evidence",
        Which::Indicator => "indicators",
        Which::Task | Which::Playbook => "tasks",
        Which::Share | Which::Answer | Which::Onward => "shares",
        Which::Posture | Which::Unshare => "organisations",
        Which::Entry | Which::Strike => "timeline",
        _ => "incident-head",
    }
}

/// What every act begins with.
pub(super) struct Begun {
    pub number: Number,
    pub room: Room,
    pub asker: Asker,
    pub once: Once,
    pub typed: Submitted,
}

pub(super) fn begin(app: &App, member: &Member, path: &str, form: Form) -> Result<Begun> {
    let (typed, once) = form.into_parts();
    Ok(Begun { number: number(path)?, room: app.room.clone(), asker: member.asker.clone(), once, typed })
}

/// What the ticked boxes narrow it to; at a marking that knows no organisations they mean nothing.
fn audience(typed: &Submitted) -> Vec<String> {
    match typed.value("tlp").parse() {
        Ok(Tlp::Amber | Tlp::AmberStrict) => {
            narrowed(&read::list(typed, "offered"), read::list(typed, "audience"))
        }
        _ => vec![],
    }
}

/// `POST /incidents/{number}/entries`
pub async fn post_entry(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    if !typed.value("preview").is_empty() {
        let open = OpenForm { preview: true, ..OpenForm::faulty(Which::Entry, None, typed) };
        return draw(&app, &member, &number, TimelineQuery::default(), Some(open), StatusCode::OK).await;
    }
    let input = PostEntry {
        kind: read::text(&typed, "kind"),
        text: read::text(&typed, "text"),
        tlp: read::text(&typed, "tlp"),
        audience: audience(&typed),
        named: read::people(&typed, "named"),
        happened_at: read::moment(&typed, ["happened_date", "happened_time", "happened_zone"]),
        corrects: read::optional(&typed, "corrects"),
    };
    let of = input.corrects.clone();
    let act = service::entry::post(room, asker, once, number.clone(), input);
    let act = match settled(act).await {
        Ok(posted) if posted.held => {
            let (path, words) = (format!("/incidents/{number}#timeline"), HELD_ENTRY);
            return Ok(page::see_other_saying(&app, &path, Tone::Warn, words));
        }
        other => async { other },
    };
    answer(&app, &member, number, Which::Entry, of, typed, act).await
}

/// `POST /incidents/{number}/entries/{id}/strike`
pub async fn strike_entry(
    State(app): State<App>,
    member: Member,
    Path((path, id)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let entry: EntryId = id.parse().map_err(|_| Error::NotFound)?;
    let reason = read::text(&typed, "reason");
    let act = service::entry::strike(room, asker, once, number.clone(), entry, reason);
    answer(&app, &member, number, Which::Strike, Some(id), typed, act).await
}

/// `POST /incidents/{number}/status`
pub async fn set_status(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = StatusInput {
        to: read::text(&typed, "to"),
        version: read::version(&typed),
        note: read::text(&typed, "note"),
        verification: read::optional(&typed, "verification"),
        disposition: read::optional(&typed, "disposition"),
        duplicate_of: read::optional(&typed, "duplicate_of"),
        referred_to: read::optional(&typed, "referred_to"),
    };
    let act = service::incident::set_status(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Status, None, typed, act).await
}

/// `POST /incidents/{number}/severity`
pub async fn set_severity(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = SeverityInput {
        version: read::version(&typed),
        severity: read::text(&typed, "severity"),
        reason: read::text(&typed, "reason"),
    };
    let act = service::incident::set_severity(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Severity, None, typed, act).await
}

/// `POST /incidents/{number}/verification`
pub async fn set_verification(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = VerificationInput {
        version: read::version(&typed),
        verification: read::text(&typed, "verification"),
        note: read::text(&typed, "note"),
    };
    let act = service::incident::set_verification(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Verification, None, typed, act).await
}

/// `POST /incidents/{number}/owner`
pub async fn set_owner(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = OwnerInput { version: read::version(&typed), owner: read::text(&typed, "owner") };
    let act = service::incident::assign(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Owner, None, typed, act).await
}

/// `POST /incidents/{number}/owner/accept`
pub async fn accept_owner(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let version = read::version(&typed);
    let act = service::incident::accept(room, asker, once, number.clone(), version);
    answer(&app, &member, number, Which::Owner, None, typed, act).await
}

/// `POST /incidents/{number}/take`
pub async fn take(State(app): State<App>, member: Member, Path(path): Path<String>, form: Form) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let act = service::incident::take(room, asker, once, number.clone());
    answer(&app, &member, number, Which::Owner, None, typed, act).await
}

/// `POST /incidents/{number}/hold`
pub async fn hold(State(app): State<App>, member: Member, Path(path): Path<String>, form: Form) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = HoldInput {
        version: read::version(&typed),
        reason: read::text(&typed, "reason"),
        review_at: read::moment(&typed, ["review_date", "review_time", "zone"]).unwrap_or_default(),
    };
    let act = service::incident::put_on_hold(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Hold, None, typed, act).await
}

/// `POST /incidents/{number}/resume`
pub async fn resume(State(app): State<App>, member: Member, Path(path): Path<String>, form: Form) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let version = read::version(&typed);
    let act = service::incident::resume(room, asker, once, number.clone(), version);
    answer(&app, &member, number, Which::Hold, None, typed, act).await
}

/// `POST /incidents/{number}/marking`
pub async fn set_marking(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = MarkingInput {
        version: read::version(&typed),
        tlp: read::text(&typed, "tlp"),
        reason: read::text(&typed, "reason"),
        named: read::people(&typed, "named"),
    };
    let act = service::incident::set_marking(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Marking, None, typed, act).await
}

/// `POST /incidents/{number}/clearance`: counsel accepts or refuses that it becomes TLP:CLEAR.
pub async fn decide_clearance(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = ClearanceInput {
        version: read::version(&typed),
        decision: read::text(&typed, "decision"),
        comment: read::text(&typed, "comment"),
    };
    let act = service::incident::decide_clearance(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Clearance, None, typed, act).await
}

/// `POST /incidents/{number}/content`: both boxes, ticked or not.
pub async fn set_content(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let ticked = |name: &str| Some(typed.value(name) == "1");
    let input = ContentInput {
        version: read::version(&typed),
        candidate_or_party_content: ticked("candidate_or_party_content"),
        contains_personal_data: ticked("contains_personal_data"),
    };
    let act = service::incident::set_content(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Content, None, typed, act).await
}

/// `POST /incidents/{number}/edit`
pub async fn edit(State(app): State<App>, member: Member, Path(path): Path<String>, form: Form) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    if !typed.value("add_row").is_empty() {
        let open = OpenForm::faulty(Which::Edit, None, typed);
        return draw(&app, &member, &number, TimelineQuery::default(), Some(open), StatusCode::OK).await;
    }
    let input = Edit {
        version: read::version(&typed),
        title: Some(read::text(&typed, "title")),
        summary: Some(read::text(&typed, "summary")),
        category: Some(read::text(&typed, "category")),
        jurisdictions: Some(read::jurisdictions(&typed)),
        ..Edit::default()
    };
    let act = service::incident::edit(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Edit, None, typed, act).await
}

/// `POST /incidents/{number}/indicators`
pub async fn add_indicator(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = IndicatorInput {
        kind: read::text(&typed, "kind"),
        value: read::text(&typed, "value"),
        note: read::text(&typed, "note"),
    };
    let act = service::indicator::add(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Indicator, None, typed, act).await
}

/// `POST /incidents/{number}/tasks`
pub async fn add_task(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = TaskInput {
        text: read::text(&typed, "text"),
        organisation: read::optional(&typed, "organisation"),
        person: read::optional(&typed, "person"),
        due_at: read::moment(&typed, ["due_date", "due_time", "zone"]),
    };
    let act = service::task::add(room, asker, once, number.clone(), input);
    answer(&app, &member, number, Which::Task, None, typed, act).await
}

/// `POST /incidents/{number}/playbook`
pub async fn begin_playbook(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let (of, chosen) = (number.clone(), read::text(&typed, "playbook"));
    let act = async move { service::playbook::begin(room, asker, once, of, &chosen).await };
    answer(&app, &member, number, Which::Playbook, None, typed, act).await
}

/// `POST /incidents/{number}/tasks/{id}/done`
pub async fn finish_task(
    State(app): State<App>,
    member: Member,
    Path((path, id)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let task: TaskId = id.parse().map_err(|_| Error::NotFound)?;
    let act = service::task::finish(room, asker, once, number.clone(), task);
    answer(&app, &member, number, Which::Task, Some(id), typed, act).await
}

/// `POST /incidents/{number}/posture`
pub async fn state_posture(
    State(app): State<App>,
    member: Member,
    Path(path): Path<String>,
    form: Form,
) -> Answer {
    let Begun { number, room, asker, once, typed } = begin(&app, &member, &path, form)?;
    let input = PostureInput {
        posture: read::text(&typed, "posture"),
        note: read::text(&typed, "note"),
        published: !typed.value("published").is_empty(),
        version: Some(read::version(&typed)),
    };
    let act = service::posture::state(room, asker, once, number.clone(), input);
    match settled(act).await {
        Err(Error::Conflict(other)) => {
            let message =
                format!("{} stated it meanwhile, as it stands in the list. Look again, then send.", other.by);
            let mut typed = typed.with_errors(FieldErrors::one("posture", message));
            typed.set("version", other.version.to_string());
            let open = OpenForm::faulty(Which::Posture, None, typed);
            draw(&app, &member, &number, TimelineQuery::default(), Some(open), StatusCode::CONFLICT).await
        }
        other => answer(&app, &member, number, Which::Posture, None, typed, async { other }).await,
    }
}
