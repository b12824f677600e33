//! Opening an incident: the form, its preview, and the counties of a state.

use app::{
    model::{
        Submitted, Tlp,
        board::{BoardQuery, BoardRow},
        organisation::Sector,
    },
    pages::{self, new_incident::NewIncidentView},
    policy::{Action, Cleared, Standing, may},
};
use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use serde::Deserialize;

use super::read;
use crate::{
    error::Answer,
    form::Form,
    page, reference,
    service::{
        self, Error,
        incident::{OpenIncident, can_be_named},
        settled,
    },
    state::App,
    viewer::Member,
};

/// `GET /incidents/new`
pub async fn show(State(app): State<App>, member: Member) -> Answer {
    let mut typed = Submitted::default();
    typed.set("tlp", Tlp::Amber.wire());
    typed.set("form_id", app.room.ids().uuid().to_string());
    draw(&app, &member, typed, false, StatusCode::OK).await
}

/// `POST /incidents/new`
pub async fn open(State(app): State<App>, member: Member, form: Form) -> Answer {
    let (mut typed, once) = form.into_parts();
    if !typed.value("preset").is_empty() {
        preset(&app, &member, &mut typed);
        return draw(&app, &member, typed, false, StatusCode::OK).await;
    }
    // `look`: a page that wants to know, while it is being filled in, what looks alike.
    if !typed.value("add_row").is_empty() || !typed.value("look").is_empty() {
        return draw(&app, &member, typed, false, StatusCode::OK).await;
    }
    let input = input(&typed);
    if !typed.value("review").is_empty() {
        return match service::incident::review(&app.room, &member, &input) {
            Ok(()) => draw(&app, &member, typed, true, StatusCode::OK).await,
            Err(error) => faulty(&app, &member, typed, error).await,
        };
    }
    let act = service::incident::open(app.room.clone(), member.asker.clone(), once, input);
    match settled(act).await {
        Ok(opened) => {
            Ok(page::see_other(&format!("/incidents/{}?opened={}", opened.number, typed.value("form_id"))))
        }
        Err(error) => faulty(&app, &member, typed, error).await,
    }
}

async fn faulty(app: &App, member: &Member, typed: Submitted, error: Error) -> Answer {
    match error {
        Error::Invalid(errors) => {
            draw(app, member, typed.with_errors(errors), false, StatusCode::UNPROCESSABLE_ENTITY).await
        }
        other => Err(other.into()),
    }
}

fn input(typed: &Submitted) -> OpenIncident {
    OpenIncident {
        title: read::text(typed, "title"),
        summary: read::text(typed, "summary"),
        category: read::text(typed, "category"),
        severity: read::text(typed, "severity"),
        tlp: read::text(typed, "tlp"),
        occurred_at: read::moment(typed, ["occurred_date", "occurred_time", "occurred_zone"]),
        jurisdictions: read::jurisdictions(typed),
        share_with: read::list(typed, "share_with"),
        named: read::people(typed, "named"),
        owner: read::optional(typed, "owner"),
        source: read::text(typed, "source"),
        playbook: read::text(typed, "playbook"),
        candidate_or_party_content: typed.value("candidate_or_party_content") == "1",
        contains_personal_data: typed.value("contains_personal_data") == "1",
        question: String::new(),
    }
}

/// Ticks the boxes that a preset stands for.
fn preset(app: &App, member: &Member, typed: &mut Submitted) {
    let wanted = typed.value("preset").to_owned();
    typed.remove("share_with");
    for organisation in super::sitting(&app.room) {
        let ticked = match wanted.as_str() {
            "all_companies" => organisation.sector == Sector::Company,
            "all_agencies" => organisation.sector == Sector::Agency,
            "everybody" => true,
            _ => false,
        };
        if ticked && organisation.id != member.viewer.organisation {
            typed.push("share_with", organisation.slug);
        }
    }
}

async fn draw(app: &App, member: &Member, typed: Submitted, reviewed: bool, status: StatusCode) -> Answer {
    if !may(&member.viewer, Action::Open, Standing::default()) {
        return Err(Error::Forbidden("Opening incidents is for analysts, liaisons and shift leads.").into());
    }
    let room = &app.room;
    let directory = room.directory();
    let reference = room.reference();
    let active: Vec<_> = directory
        .members()
        .into_iter()
        .filter(|member| member.is_known_to_all() && can_be_named(&directory, member.person.id))
        .map(|m| m.person.clone())
        .collect();
    let own = member.viewer.organisation;
    let chosen = typed.values("jurisdiction_state").filter(|state| !state.is_empty());
    let counties = chosen
        .map(|state| (state.to_owned(), reference::counties(state).into_iter().map(str::to_owned).collect()));
    let view = NewIncidentView {
        me: directory.person(member.viewer.person).cloned().ok_or(Error::NotFound)?,
        zones: reference::ZONES.iter().filter_map(|(name, label)| reference::zone(name, label)).collect(),
        categories: reference.catalogue(room.now()),
        playbooks: service::playbook::offered(room),
        targets: reference.targets().to_vec(),
        target_percent: reference.percent(room.now()),
        states: super::states(),
        counties: counties.collect(),
        organisations: super::sitting(room).into_iter().filter(|o| o.id != own).collect(),
        people: active.iter().filter(|person| person.organisation.id == own).cloned().collect(),
        nameable: active,
        similar: similar(app, member, typed.value("title")).await?,
        form_id: typed.value("form_id").to_owned(),
        typed,
        reviewed,
    };
    Ok(page::render(app, member, status, |frame| pages::new_incident::page(&frame, view)))
}

/// Open ones that share words with the title, of those that this viewer may see: most words first.
async fn similar(app: &App, member: &Member, title: &str) -> Result<Cleared<Vec<BoardRow>>, Error> {
    let title = title.to_lowercase();
    let mut words: Vec<&str> = title.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 3).collect();
    words.sort_unstable();
    words.dedup();
    let shared = |row: &BoardRow| {
        let other = row.title.to_lowercase();
        words.iter().filter(|word| other.contains(**word)).count()
    };
    let mut long: Vec<&str> = words.iter().copied().filter(|word| word.len() > 5).collect();
    long.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut found = vec![];
    for word in long.into_iter().take(4) {
        let query = BoardQuery { q: word.to_owned(), ..BoardQuery::default() };
        let page = service::board::page(&app.room, &member.viewer, &query, 20).await?;
        found.push(page.map(|(rows, ..)| rows));
    }
    let cleared: Cleared<Vec<Vec<BoardRow>>> = found.into_iter().collect();
    Ok(cleared.map(|lists| {
        let mut rows: Vec<BoardRow> = vec![];
        for row in lists.into_iter().flatten() {
            if !rows.iter().any(|known| known.number == row.number) {
                rows.push(row);
            }
        }
        // One word of several, such as "county", makes nothing alike.
        rows.retain(|row| shared(row) >= words.len().min(2));
        rows.sort_by_key(|row| std::cmp::Reverse(shared(row)));
        rows.truncate(3);
        rows
    }))
}

#[derive(Debug, Deserialize)]
pub struct OfState {
    #[serde(default)]
    state: String,
}

/// `GET /counties?state=AZ`: names of the counties.
pub async fn counties(_member: Member, Query(of): Query<OfState>) -> Json<Vec<&'static str>> {
    Json(reference::counties(&of.state.to_uppercase()))
}
