//! The inbox of shares, its counts, and the acts of its lines.

mod decided;

use app::{
    model::{
        FieldErrors, Person, ShareId, Submitted,
        hold::{HoldKind, HoldState},
        inbox::{ShareCounts, ShareQuery},
        period::PeriodName,
    },
    pages::{
        frame::Frame,
        parts::Tone,
        shares::{self, OpenHold, OpenShare, ShareChoices, SharesView},
    },
    policy::Viewer,
};
use axum::{
    Json,
    extract::{Path, RawQuery, State},
    http::StatusCode,
};

use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Conflict, Error, Room, glass, posture, settled,
        share::{self, Decision, OnwardDecision, Step},
    },
    state::App,
    viewer::Member,
    web::read,
};

/// Lines of one page.
const PAGE: i64 = 50;

/// `GET /shares`
pub async fn show(State(app): State<App>, member: Member, RawQuery(query): RawQuery) -> Answer {
    let pairs = read::pairs(query.as_deref());
    let query = ShareQuery::from_pairs(read::borrowed(&pairs));
    draw(&app, &member, query, Open::default(), StatusCode::OK).await
}

/// `GET /shares/counts`: for the page that stays open.
pub async fn counts(State(app): State<App>, member: Member) -> Answer<Json<ShareCounts>> {
    Ok(Json(share::count(&app.room, &member.viewer).await?))
}

/// The form that came back, if one did.
#[derive(Default)]
struct Open {
    share: Option<OpenShare>,
    hold: Option<OpenHold>,
}

async fn draw(app: &App, member: &Member, query: ShareQuery, open: Open, status: StatusCode) -> Answer {
    let (room, viewer) = (&app.room, &member.viewer);
    let (page, counts, glass) = tokio::try_join!(
        share::inbox(room, viewer, &query, PAGE),
        share::count(room, viewer),
        glass::list_told(room, viewer)
    )?;
    // A form's answer shows the list in which the form stood.
    let list = query.page_href();
    let view = SharesView {
        viewer: viewer.clone(),
        query,
        page,
        counts,
        glass,
        choices: ShareChoices { colleagues: colleagues(room, viewer), ..choices(room) },
        open: open.share,
        open_hold: open.hold,
    };
    Ok(page::render(app, member, status, |frame| shares::page(&Frame { path: list, ..frame }, view)))
}

/// To whom the viewer can hand a share.
fn colleagues(room: &Room, viewer: &Viewer) -> Vec<Person> {
    let directory = room.directory();
    let own = |person: &&Person| person.organisation.id == viewer.organisation;
    let present = directory.members().into_iter().filter(|member| !member.suspended);
    present.map(|member| &member.person).filter(own).cloned().collect()
}

pub(super) fn choices(room: &Room) -> ShareChoices {
    let reference = room.reference();
    let periods =
        reference.periods().iter().map(|p| PeriodName { slug: p.slug.clone(), name: p.name.clone() });
    ShareChoices { organisations: super::organisations(room), periods: periods.collect(), colleagues: vec![] }
}

/// `GET /shares/{id}/preview`: what counsel would let out, for those who read the hold; what would be passed on, for
/// whoever decides. `reader`, whose eyes.
pub async fn preview(
    State(app): State<App>,
    member: Member,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let id: ShareId = id.parse().map_err(|_| Error::NotFound)?;
    let pairs = read::pairs(query.as_deref());
    let wanted = pairs.iter().find(|(name, _)| name == "reader").map_or("", |(_, value)| value.as_str());
    match share::preview_hold(&app.room, &member.viewer, id, wanted).await {
        Ok((found, hold)) => return super::incident::preview::draw_hold(&app, &member, found, &hold),
        // Once counsel let it out, a request has the same id.
        Err(Error::NotFound) => {}
        Err(other) => return Err(other.into()),
    }
    let (found, version) = share::preview_onward(&app.room, &member.viewer, id, wanted).await?;
    super::incident::preview::draw_onward(&app, &member, found, (id, version))
}

/// `POST /shares/{id}/{step}`
pub async fn step(
    State(app): State<App>,
    member: Member,
    Path((id, word)): Path<(String, String)>,
    form: Form,
) -> Answer {
    let id: ShareId = id.parse().map_err(|_| Error::NotFound)?;
    if matches!(word.as_str(), "release" | "return" | "refuse") {
        return decide(app, member, id, &word, form).await;
    }
    if word == "withdraw" && waits_for_counsel(&app, &member, id).await? {
        return withdraw(app, member, id, form).await;
    }
    if matches!(word.as_str(), "approve" | "decline" | "withdraw") {
        return decide_onward(app, member, id, &word, form).await;
    }
    if matches!(word.as_str(), "assign" | "posture") {
        return work(app, member, id, &word, form).await;
    }
    let (typed, once) = form.into_parts();
    let (step, said) = match word.as_str() {
        "acknowledge" => (Step::Acknowledge, "Acknowledged."),
        "answer" => (Step::Answer(read::text(&typed, "text")), "Answered."),
        "revoke" => (Step::Revoke, "Taken back."),
        _ => return Err(Error::NotFound.into()),
    };
    let query = came_from(&typed);
    let version = Some(read::version(&typed));
    let act = share::step(app.room.clone(), member.asker.clone(), once, id, version, step);
    let (errors, status) = match settled(act).await {
        Ok(stepped) if stepped.held => {
            let words = "Held for counsel before it is sent: it stands under Held.";
            return Ok(page::see_other_saying(&app, &back(&query, id), Tone::Warn, words));
        }
        Ok(_) => {
            let path = back(&query, id);
            return Ok(page::see_other_saying(&app, &path, Tone::Ok, said));
        }
        Err(Error::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Conflict(conflict)) => (overtaken(&conflict), StatusCode::CONFLICT),
        Err(other) => return Err(other.into()),
    };
    let line = share::find_line(&app.room, &member.viewer, id).await?;
    let share = Some(OpenShare { line, typed: typed.with_errors(errors) });
    let open = Open { share, hold: None };
    draw(&app, &member, query, open, status).await
}

/// Counsel decides about a share that was held back.
async fn decide(app: App, member: Member, id: ShareId, word: &str, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let comment = read::text(&typed, "comment");
    let (step, decision, said) = match word {
        "release" => ("release", Decision::Release, "Released: it is delivered now."),
        "return" => ("return", Decision::Return(comment), "Returned to the sender."),
        _ => ("refuse", Decision::Refuse(comment), "Refused."),
    };
    let query = came_from(&typed);
    let version = read::version(&typed);
    let act = share::decide(app.room.clone(), member.asker.clone(), once, id, version, decision);
    let (errors, status) = match settled(act).await {
        Ok(_) => return Ok(page::see_other_saying(&app, &back(&query, id), Tone::Ok, said)),
        Err(Error::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Conflict(_)) => {
            let hold = share::find_hold(&app.room, &member.viewer, id).await?;
            return Ok(decided::hold(&app, &member, &hold, (word, &typed), back(&query, id)));
        }
        Err(other) => return Err(other.into()),
    };
    // A release that cannot be has no field: its message stands where a comment can be given.
    let step = if step == "release" { "return" } else { step };
    let open = Open { share: None, hold: Some(OpenHold { id, step, typed: typed.with_errors(errors) }) };
    draw(&app, &member, query, open, status).await
}

/// Whether this is or was held: a request that counsel let out is one of its own.
async fn waits_for_counsel(app: &App, member: &Member, id: ShareId) -> Result<bool, Error> {
    match share::find_hold(&app.room, &member.viewer, id).await {
        Ok(hold) => Ok(hold.kind != HoldKind::Onward || hold.state != HoldState::Released),
        Err(Error::NotFound) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Its sender stops what counsel has not decided about.
async fn withdraw(app: App, member: Member, id: ShareId, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let (query, version) = (came_from(&typed), Some(read::version(&typed)));
    let act = share::withdraw(app.room.clone(), member.asker.clone(), once, id, version);
    match settled(act).await {
        Ok(_) => {
            let words = "Withdrawn. Nothing was delivered.";
            Ok(page::see_other_saying(&app, &query.page_href(), Tone::Ok, words))
        }
        Err(Error::Conflict(_)) => {
            let hold = share::find_hold(&app.room, &member.viewer, id).await?;
            Ok(decided::hold(&app, &member, &hold, ("withdraw", &typed), query.page_href()))
        }
        Err(other) => Err(other.into()),
    }
}

/// The recipient's own business: who works on it, and what the organisation does about it.
async fn work(app: App, member: Member, id: ShareId, word: &str, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let query = came_from(&typed);
    let (room, asker) = (app.room.clone(), member.asker.clone());
    let (said, done) = if word == "assign" {
        let act = share::assign(room, asker, once, id, read::text(&typed, "person"));
        ("Handed over.", settled(act).await.map(drop))
    } else {
        let line = share::find_line(&app.room, &member.viewer, id).await?;
        let act =
            posture::mark(room, asker, once, line.share.incident.clone(), read::text(&typed, "posture"));
        ("Posture stated.", settled(act).await.map(drop))
    };
    let (errors, status) = match done {
        Ok(()) => return Ok(page::see_other_saying(&app, &back(&query, id), Tone::Ok, said)),
        Err(Error::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Conflict(other)) => {
            let words = format!("{} stated it meanwhile.", other.by);
            return Ok(page::see_other_saying(&app, &back(&query, id), Tone::Warn, &words));
        }
        Err(other) => return Err(other.into()),
    };
    let line = share::find_line(&app.room, &member.viewer, id).await?;
    let open = Open { share: Some(OpenShare { line, typed: typed.with_errors(errors) }), hold: None };
    draw(&app, &member, query, open, status).await
}

/// The lead decides what others may pass on; whoever asked takes it back.
async fn decide_onward(app: App, member: Member, id: ShareId, word: &str, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let (decision, said) = match word {
        // Whether counsel of the other organisation looks at it first is theirs to know.
        "approve" => (OnwardDecision::Approve, "Approved: it is theirs to share now."),
        "withdraw" => (OnwardDecision::Withdraw, "Withdrawn. Nothing was shared."),
        _ => (OnwardDecision::Refuse(read::text(&typed, "comment")), "Refused. Nothing was shared."),
    };
    let (query, version) = (came_from(&typed), Some(read::version(&typed)));
    let act = share::decide_onward(app.room.clone(), member.asker.clone(), once, id, version, decision);
    let (errors, status) = match settled(act).await {
        Ok(_) => {
            let path = format!("{}#o-{id}", query.page_href());
            return Ok(page::see_other_saying(&app, &path, Tone::Ok, said));
        }
        Err(Error::Invalid(errors)) => (errors, StatusCode::UNPROCESSABLE_ENTITY),
        Err(Error::Conflict(_)) => {
            let onward = share::find_onward(&app.room, &member.viewer, id).await?;
            return Ok(decided::onward(&app, &member, &onward, (word, &typed), query.page_href()));
        }
        Err(other) => return Err(other.into()),
    };
    let open =
        Open { share: None, hold: Some(OpenHold { id, step: "decline", typed: typed.with_errors(errors) }) };
    draw(&app, &member, query, open, status).await
}

/// The list that the form stood in.
fn came_from(typed: &Submitted) -> ShareQuery {
    let pairs = read::pairs(typed.value("next").split_once('?').map(|(_, query)| query));
    ShareQuery::from_pairs(read::borrowed(&pairs))
}

/// Back to the line in that list, should it still stand there.
fn back(query: &ShareQuery, id: ShareId) -> String {
    format!("{}#s-{id}", query.page_href())
}

fn overtaken(conflict: &Conflict) -> FieldErrors {
    let by = if conflict.by.is_empty() { "Somebody" } else { &conflict.by };
    FieldErrors::one(
        "text",
        format!("{by} answered it meanwhile; that answer stands above. Nothing of yours was sent."),
    )
}
