//! What stands beside the timeline: indicators, tasks, and the posture of one's own organisation.

use app::model::{
    FieldErrors,
    form::{Form as Which, OpenForm},
};
use axum::http::StatusCode;

use super::begun::Begun;
use crate::{
    error::Answer,
    service::{self, Error, indicator::IndicatorInput, posture::PostureInput, settled, task::TaskInput},
    web::read,
};

/// `POST /incidents/{number}/indicators`
pub async fn add_indicator(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = IndicatorInput {
        kind: read::text(typed, "kind"),
        value: read::text(typed, "value"),
        note: read::text(typed, "note"),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::indicator::add(room, asker, once, number, input);
    begun.answer(Which::Indicator, act).await
}

/// `POST /incidents/{number}/tasks`
pub async fn add_task(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = TaskInput {
        text: read::text(typed, "text"),
        organisation: read::optional(typed, "organisation"),
        person: read::optional(typed, "person"),
        due_at: read::moment(typed, ["due_date", "due_time", "zone"]),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::task::add(room, asker, once, number, input);
    begun.answer(Which::Task, act).await
}

/// `POST /incidents/{number}/playbook`
pub async fn begin_playbook(begun: Begun) -> Answer {
    let chosen = read::text(&begun.typed, "playbook");
    let (room, asker, once, number) = begun.asked();
    let act = async move { service::playbook::begin(room, asker, once, number, &chosen).await };
    begun.answer(Which::Playbook, act).await
}

/// `POST /incidents/{number}/tasks/{id}/done`
pub async fn finish_task(begun: Begun) -> Answer {
    let (task, of) = (begun.id()?, Some(begun.part("id").to_owned()));
    let (room, asker, once, number) = begun.asked();
    let act = service::task::finish(room, asker, once, number, task);
    begun.answer_of(Which::Task, of, act).await
}

/// `POST /incidents/{number}/posture`
pub async fn state_posture(begun: Begun) -> Answer {
    let typed = &begun.typed;
    let input = PostureInput {
        posture: read::text(typed, "posture"),
        note: read::text(typed, "note"),
        published: !typed.value("published").is_empty(),
        version: Some(read::version(typed)),
    };
    let (room, asker, once, number) = begun.asked();
    let act = service::posture::state(room, asker, once, number, input);
    match settled(act).await {
        Err(Error::Conflict(other)) => {
            let message =
                format!("{} stated it meanwhile, as it stands in the list. Look again, then send.", other.by);
            let mut typed = typed.clone().with_errors(FieldErrors::one("posture", message));
            typed.set("version", other.version.to_string());
            begun.again(OpenForm::faulty(Which::Posture, None, typed), StatusCode::CONFLICT).await
        }
        other => begun.answer(Which::Posture, async { other }).await,
    }
}
