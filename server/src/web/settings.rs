//! The room's settings: the overview, the page of a section, and what changes it.

use app::{
    model::{
        FieldErrors, Moment, Submitted,
        setting::{Difference, Section, Setting, SettingKind, differences, from_form, to_form},
    },
    pages::{
        parts::Tone,
        settings::{self as pages, SettingForm, SettingView, Tried},
    },
    policy::Cleared,
};
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
};

use super::read;
use crate::{
    error::Answer,
    form::Form,
    page, reference,
    service::{
        Error,
        setting::{self, CategoryAct, Proposal},
        share,
    },
    state::App,
    viewer::Member,
};

/// Versions on one page of a history.
const PAGE: i64 = 10;

/// `GET /settings`
pub async fn overview(State(app): State<App>, member: Member) -> Answer {
    let settings = setting::list(&app.room, &member.viewer)?;
    Ok(page::render(&app, &member, StatusCode::OK, |frame| pages::overview(&frame, settings)))
}

fn kind(word: &str) -> Answer<SettingKind> {
    word.parse().map_err(|_| Error::NotFound.into())
}

/// `GET /settings/{kind}`
pub async fn show(
    State(app): State<App>,
    member: Member,
    Path(word): Path<String>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let known = setting::find(&app.room, &member.viewer, kind(&word)?)?;
    let asked = Submitted::new(read::pairs(raw.as_deref()));
    let before = read::optional(&asked, "before").and_then(|before| before.parse().ok());
    let drawn = Drawn { typed: to_form(&known.section), before, ..Drawn::default() };
    draw(&app, &member, known, StatusCode::OK, drawn).await
}

/// What the page shows beside what stands.
#[derive(Debug)]
struct Drawn {
    form: SettingForm,
    typed: Submitted,
    stale: Option<Vec<Difference>>,
    tried: Option<Tried>,
    before: Option<i64>,
}

impl Default for Drawn {
    fn default() -> Self {
        let form = SettingForm::Whole;
        Self { form, typed: Submitted::default(), stale: None, tried: None, before: None }
    }
}

async fn draw(
    app: &App,
    member: &Member,
    known: Cleared<Setting>,
    status: StatusCode,
    drawn: Drawn,
) -> Answer {
    let room = &app.room;
    let (history, next) = setting::history(room, &member.viewer, known.kind, drawn.before, PAGE).await?;
    let view = SettingView {
        setting: known,
        form: drawn.form,
        typed: drawn.typed,
        stale: drawn.stale,
        tried: drawn.tried,
        history,
        next,
        is_later: drawn.before.is_some(),
        periods: room.reference().periods().to_vec(),
        zones: reference::ZONES.iter().filter_map(|(name, label)| reference::zone(name, label)).collect(),
    };
    Ok(page::render(app, member, status, |frame| pages::page(&frame, view)))
}

/// `POST /settings/{kind}`
pub async fn change(State(app): State<App>, member: Member, Path(word): Path<String>, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let (kind, version, reason) = (kind(&word)?, read::version(&typed), read::text(&typed, "reason"));
    if kind == SettingKind::Categories {
        let (act, step) = category(&typed)?;
        let done = match step {
            Ok(step) => {
                let proposal = Proposal::Category(step);
                setting::change(&app.room, &member, kind, proposal, (version, &reason), &once).await
            }
            Err(error) => setting::permit(&member.viewer, kind).and(Err(error)),
        };
        return answer(&app, &member, kind, (act, typed, None), done).await;
    }
    let typing = from_form(kind, &typed);
    if !typed.value("try").is_empty() {
        return try_rules(&app, &member, typed, &typing.section).await;
    }
    let proposal = Proposal::Whole(typing.section.clone());
    // What could not be read is told with what the section itself lacks, all at once.
    let done = if typing.errors.is_empty() {
        setting::change(&app.room, &member, kind, proposal, (version, &reason), &once).await
    } else {
        match setting::propose(&app.room, &member.viewer, &typing.section, &reason) {
            Ok(()) => Err(Error::Invalid(FieldErrors::default())),
            Err(error) => Err(error),
        }
    };
    let done = done.map_err(|error| match error {
        Error::Invalid(errors) => {
            let mut all = typing.placed(errors);
            all.merge(typing.errors.clone());
            Error::Invalid(all)
        }
        other => other,
    });
    answer(&app, &member, kind, (SettingForm::Whole, typed, Some(typing.section)), done).await
}

/// `POST /settings/{kind}/back`
pub async fn back(State(app): State<App>, member: Member, Path(word): Path<String>, form: Form) -> Answer {
    let (typed, once) = form.into_parts();
    let (kind, version, reason) = (kind(&word)?, read::version(&typed), read::text(&typed, "reason"));
    let proposal = Proposal::Back(typed.value("to").parse().unwrap_or(0));
    let done = setting::change(&app.room, &member, kind, proposal, (version, &reason), &once).await;
    answer(&app, &member, kind, (SettingForm::Back, typed, None), done).await
}

/// The form of the catalogue that was sent, and the step that it asks for.
fn category(typed: &Submitted) -> Answer<(SettingForm, Result<CategoryAct, Error>)> {
    let text = |field: &str| read::text(typed, field);
    let act: SettingForm = typed.value("act").parse().map_err(|_| Error::invalid("form", "Choose a step"))?;
    let from =
        match read::moment(typed, ["from_date", "from_time", "zone"]).map(|text| text.parse::<Moment>()) {
            None => None,
            Some(Ok(from)) => Some(from),
            Some(Err(_)) => {
                return Ok((act, Err(Error::invalid("from", "Give date and time, or leave both empty"))));
            }
        };
    let step = match act {
        SettingForm::Add => {
            CategoryAct::Add { code: text("code"), top_name: text("top_name"), name: text("name"), from }
        }
        SettingForm::Rename => CategoryAct::Rename { code: text("code"), name: text("name"), from },
        SettingForm::Retire => CategoryAct::Retire { code: text("code"), from },
        SettingForm::Keep => CategoryAct::Keep { code: text("code") },
        SettingForm::Whole | SettingForm::Back => {
            return Err(Error::invalid("form", "Choose a step of the catalogue").into());
        }
    };
    Ok((act, Ok(step)))
}

/// 303, or the page again: 422 with the messages, 409 with what stands and what was typed.
async fn answer(
    app: &App,
    member: &Member,
    kind: SettingKind,
    (form, mut typed, section): (SettingForm, Submitted, Option<Section>),
    done: Result<i64, Error>,
) -> Answer {
    let path = format!("/settings/{kind}");
    let (status, is_stale) = match done {
        Ok(version) => {
            let known = setting::find(&app.room, &member.viewer, kind)?;
            let (tone, words) = match known.section.remark() {
                Some(remark) => (Tone::Warn, format!("Version {version} is in force. {remark}")),
                None => (Tone::Ok, format!("Version {version} is in force.")),
            };
            return Ok(page::see_other_saying(app, &path, tone, &words));
        }
        Err(Error::Invalid(errors)) => {
            typed.errors.merge(errors);
            (StatusCode::UNPROCESSABLE_ENTITY, false)
        }
        Err(Error::Changed { .. }) => (StatusCode::CONFLICT, true),
        Err(error) => return Err(error.into()),
    };
    let known = setting::find(&app.room, &member.viewer, kind)?;
    let stale =
        is_stale.then(|| section.map_or_else(Vec::new, |section| differences(&known.section, &section)));
    draw(app, member, known, status, Drawn { form, typed, stale, ..Drawn::default() }).await
}

/// Holds a text against the rules as they were typed; writes nothing.
async fn try_rules(app: &App, member: &Member, typed: Submitted, section: &Section) -> Answer {
    let known = setting::find(&app.room, &member.viewer, section.kind())?;
    // Rules that could not be saved yet are tried all the same.
    setting::permit(&member.viewer, section.kind())?;
    let tried = match section {
        Section::HoldRules(rules) => {
            let text = typed.value("try_text").chars().take(20_000).collect::<String>();
            let (from, to) = (typed.value("try_from").parse().ok(), typed.value("try_to").parse().ok());
            from.zip(to).map(|crossing| share::try_rules(rules, &text, crossing))
        }
        _ => None,
    };
    draw(app, member, known, StatusCode::OK, Drawn { typed, tried, ..Drawn::default() }).await
}
