//! Sharing what was chosen from a list: the form, the look at it before, the send, and what became of it.

use app::{
    model::{FieldErrors, Submitted, bulk::MOST, id::Number},
    pages::{
        bulk::{
            self, BulkView,
            preview::{BulkPreview, PlanLine},
            sent::SentView,
        },
        incident::{basis::ORIGINATOR_AT, preview::ReaderChoice, share_form::BUTTONS},
    },
};
use axum::{
    extract::{Path, RawQuery, State},
    http::StatusCode,
};

use super::incident::{input, preview, put_in};
use crate::{
    error::Answer,
    form::Form,
    page,
    service::{
        Error, Once, settled,
        share::{self, Picked, Planned, Sent, ShareInput},
    },
    state::App,
    viewer::Member,
    web::read,
};

/// Of more numbers than this, which no list sends at once, the rest is not even looked up.
const LOOKED_UP: usize = 2 * MOST;

/// `GET /shares/new`
pub async fn show(State(app): State<App>, member: Member, RawQuery(query): RawQuery) -> Answer {
    share::permit_sharing(&member.viewer)?;
    let pairs = read::pairs(query.as_deref()).into_iter().filter(|(name, _)| name == "number");
    let mut typed = Submitted::new(pairs.collect());
    if let Some(words) = too_many(&Asked::of(&typed, &["number"])) {
        typed.errors.add("number", words);
    }
    draw(&app, &member, typed, vec![], StatusCode::OK).await
}

/// `POST /shares/new`
pub async fn share(State(app): State<App>, member: Member, form: Form) -> Answer {
    share::permit_sharing(&member.viewer)?;
    let (mut typed, once) = form.into_parts();
    let asked = |name: &str| Some(typed.value(name).to_owned()).filter(|value| !value.is_empty());
    let [wanted, template, change, send] = ["preview", "use_template", "change", "send"].map(asked);
    let seen: Vec<(Number, i64)> = typed.values("seen").filter_map(seen).collect();
    for button in BUTTONS.into_iter().chain(["send", "seen"]) {
        typed.remove(button);
    }
    if template.is_some() {
        put_in(&mut typed, |template| template.text.clone());
    }
    if template.is_some() || change.is_some() {
        return draw(&app, &member, typed, vec![], StatusCode::OK).await;
    }
    let asked = Asked::of(&typed, &["number"]);
    let mut errors = FieldErrors::default();
    if asked.numbers.is_empty() {
        errors.add("number", "Choose at least one incident");
    }
    if let Some(words) = too_many(&asked) {
        errors.add("number", words);
    }
    if !errors.is_empty() {
        return draw(&app, &member, typed.with_errors(errors), vec![], StatusCode::UNPROCESSABLE_ENTITY)
            .await;
    }
    let looked_at: Vec<(Number, i64)> = asked
        .numbers
        .iter()
        .filter_map(|number| seen.iter().find(|(seen, _)| seen == number).cloned())
        .collect();
    if send.is_some() && looked_at.len() == asked.numbers.len() {
        return send_all(app, member, once, looked_at, input_of(&typed)).await;
    }
    look(&app, &member, typed, asked.numbers, &wanted.unwrap_or_default()).await
}

/// Which incidents a form or an address names, each once, in their order.
struct Asked {
    numbers: Vec<Number>,
    /// What is no number.
    others: Vec<String>,
    /// Different words in all.
    count: usize,
}

impl Asked {
    fn of(typed: &Submitted, fields: &[&str]) -> Self {
        let mut words: Vec<&str> = vec![];
        let named = |(name, _): &&(String, String)| fields.contains(&name.as_str());
        let given = typed.pairs().iter().filter(named).map(|(_, word)| word.trim());
        for word in given.filter(|word| !word.is_empty()) {
            if !words.contains(&word) && words.len() <= LOOKED_UP {
                words.push(word);
            }
        }
        let mut asked = Self { numbers: vec![], others: vec![], count: words.len() };
        for word in words.into_iter().take(LOOKED_UP) {
            match word.parse() {
                Ok(number) => asked.numbers.push(number),
                Err(_) => asked.others.push(word.chars().take(20).collect()),
            }
        }
        asked
    }
}

fn too_many(asked: &Asked) -> Option<String> {
    let count = match asked.count {
        count if count > LOOKED_UP => format!("More than {LOOKED_UP}"),
        count => count.to_string(),
    };
    (asked.count > MOST).then(|| format!("{count} incidents are chosen; at most {MOST} go at once"))
}

/// `WF-0147:3`
fn seen(word: &str) -> Option<(Number, i64)> {
    let (number, version) = word.split_once(':')?;
    Some((number.parse().ok()?, version.parse().ok()?))
}

/// What goes along from one incident's page is of that incident, and does not go with several.
fn input_of(typed: &Submitted) -> ShareInput {
    ShareInput { exhibits: vec![], entries: vec![], relay_of: String::new(), ..input(typed) }
}

/// The form, with what was typed. `faults`: what is wrong with one incident, by its number.
async fn draw(
    app: &App,
    member: &Member,
    typed: Submitted,
    faults: Vec<(String, String)>,
    status: StatusCode,
) -> Answer {
    // What was taken away stays in the list, without its tick.
    let asked = Asked::of(&typed, &["listed", "number"]);
    let Picked { picks, absent } = share::picks(&app.room, &member.viewer, &asked.numbers).await?;
    let organisations = super::sitting(&app.room);
    let own = member.viewer.organisation;
    let view = BulkView {
        picks,
        absent: absent.iter().map(Number::to_string).chain(asked.others).collect(),
        sector: member.viewer.sector,
        organisations: organisations.into_iter().filter(|organisation| organisation.id != own).collect(),
        templates: share::templates().to_vec(),
        faults,
        typed,
    };
    Ok(page::render(app, member, status, |frame| bulk::page(&frame, view)))
}

/// What would become of each; the form again where something is wrong with one.
async fn look(app: &App, member: &Member, typed: Submitted, numbers: Vec<Number>, wanted: &str) -> Answer {
    let (room, viewer, input) = (&app.room, &member.viewer, input_of(&typed));
    let mut planned: Vec<Planned> = vec![];
    let mut faulty = vec![];
    for (number, plan) in share::plan(room, viewer, &numbers, &input).await? {
        match plan {
            Ok(plan) => planned.push(plan),
            Err(errors) => faulty.push((number, errors)),
        }
    }
    if !faulty.is_empty() {
        let (errors, faults) = beside(faulty, numbers.len());
        return draw(app, member, typed.with_errors(errors), faults, StatusCode::UNPROCESSABLE_ENTITY).await;
    }
    let (number, reader) = wanted.split_once(':').unwrap_or_default();
    let chosen = planned.iter().find(|plan| plan.number.as_str() == number).or(planned.first());
    let chosen = chosen.ok_or(Error::NotFound)?;
    let found = share::preview_planned(room, viewer, chosen, &input, reader).await?;
    let (at, key) = (chosen.number.clone(), found.reader.key.clone());
    let Picked { picks, .. } = share::picks(room, viewer, &numbers).await?;
    if picks.len() != planned.len() {
        return Err(Error::NotFound.into());
    }
    let line = |plan: &Planned| PlanLine {
        version: plan.version,
        text: plan.text.clone(),
        fates: plan.fates.iter().map(preview::fate_of).collect(),
        readers: plan
            .readers
            .iter()
            .map(|reader| ReaderChoice {
                key: reader.key.clone(),
                name: preview::name_of(reader),
                chosen: plan.number == at && reader.key == key,
            })
            .collect(),
    };
    let view = BulkPreview {
        picks,
        lines: planned.iter().map(line).collect(),
        look: preview::view_of(found, room.now(), typed.clone()),
        typed,
    };
    Ok(page::render(app, member, StatusCode::OK, |frame| bulk::preview::page(&frame, view)))
}

/// What is wrong with all of them stands beside its field, what is wrong with one beside that one.
fn beside(faulty: Vec<(Number, FieldErrors)>, all: usize) -> (FieldErrors, Vec<(String, String)>) {
    let shared = |field: &str, words: &str| {
        let has = |(_, errors): &&(Number, FieldErrors)| errors.iter().any(|error| error == (field, words));
        field != "number" && faulty.len() == all && faulty.iter().filter(has).count() == all
    };
    let (mut errors, mut faults) = (FieldErrors::default(), vec![]);
    for (at, (number, found)) in faulty.iter().enumerate() {
        for (field, words) in found.iter() {
            if !shared(field, words) {
                errors.add("number", format!("{number}: {words}"));
                faults.push((number.to_string(), words.to_owned()));
            } else if at == 0 {
                errors.add(field, words);
            }
        }
    }
    (errors, faults)
}

async fn send_all(
    app: App,
    member: Member,
    once: Once,
    looked_at: Vec<(Number, i64)>,
    input: ShareInput,
) -> Answer {
    let name = once.name();
    let act = share::send(app.room.clone(), member.asker.clone(), once, looked_at, input);
    let sent = settled(act).await?;
    match name.filter(|_| sent.kept) {
        Some(name) => Ok(page::see_other(&format!("/shares/sent/{name}"))),
        None => draw_sent(&app, &member, sent, StatusCode::SERVICE_UNAVAILABLE).await,
    }
}

/// `GET /shares/sent/{id}`
pub async fn sent(State(app): State<App>, member: Member, Path(name): Path<String>) -> Answer {
    let sent = share::find_sent(&app.room, &member.viewer, &name).await?;
    draw_sent(&app, &member, sent, StatusCode::OK).await
}

async fn draw_sent(app: &App, member: &Member, sent: Sent, status: StatusCode) -> Answer {
    let numbers: Vec<Number> = sent.sendings.iter().map(|sending| sending.number.clone()).collect();
    let Picked { picks, .. } = share::picks(&app.room, &member.viewer, &numbers).await?;
    let view = SentView {
        lines: sent.sendings,
        picks,
        organisations: super::organisations(&app.room),
        typed: typed_of(sent.input),
    };
    Ok(page::render(app, member, status, |frame| bulk::sent::page(&frame, view)))
}

/// What was sent, as the form has it.
fn typed_of(input: ShareInput) -> Submitted {
    let ShareInput {
        to, named, purpose, text, tlp, foreign_nexus, attributed_by, reference, originator, ..
    } = input;
    // As `read::moment` put them together: to the minute, in UTC.
    let part = |range: std::ops::Range<usize>| originator.at.get(range).unwrap_or_default().to_owned();
    let (date, time) = (part(0..10), part(11..16));
    let to = to.into_iter().map(|slug| ("to".to_owned(), slug));
    let rest = [
        ("named", named.join(", ")),
        ("purpose", purpose),
        ("text", text),
        ("tlp", tlp),
        ("foreign_nexus", foreign_nexus),
        ("attributed_by", attributed_by),
        ("reference", reference),
        ("originator_name", originator.name),
        ("originator_role", originator.role),
        ("originator_jurisdiction", originator.jurisdiction),
        ("originator_words", originator.words),
        (ORIGINATOR_AT[0], date),
        (ORIGINATOR_AT[1], time),
        (ORIGINATOR_AT[2], "UTC".to_owned()),
    ];
    Submitted::new(to.chain(rest.map(|(name, value)| (name.to_owned(), value))).collect())
}
