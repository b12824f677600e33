//! Fills the page of an incident with what one viewer may see.

use app::{
    model::{
        Person, Tlp,
        entry::EntryKind,
        form::OpenForm,
        incident::{Category, Incident, Status},
        timeline::{Direction, Show, TimelineCounts, TimelineQuery},
    },
    pages::incident::{IncidentView, Permissions, TimelineView},
    policy::{Cleared, Standing},
};

use crate::{
    service::{self, Error, Result},
    state::App,
    viewer::Member,
};

/// Entries of one page of a timeline.
const PAGE: i64 = 60;

pub(super) async fn fill(
    app: &App,
    member: &Member,
    incident: Cleared<Incident>,
    query: TimelineQuery,
    open: Option<OpenForm>,
) -> Result<IncidentView> {
    let (room, viewer) = (&app.room, &member.viewer);
    let wanted = service::entry::TimelineQuery {
        kinds: kinds(query.show),
        oldest_first: query.order == Direction::Oldest,
        after: query.after.clone(),
        limit: PAGE,
    };
    // Side by side, but on no more than half of the readers: two visitors at once still find one each.
    let (
        timeline,
        ((counts, highest), understood, tasks, begun),
        (indicators, shares),
        ((exhibits, _), postures, following, glass),
    ) = tokio::try_join!(
        service::entry::list(room, viewer, &incident, &wanted),
        async {
            let counts = service::entry::count(room, viewer, &incident).await?;
            let understood = service::entry::understood(room, &incident).await?;
            let tasks = service::task::list(room, viewer, &incident).await?;
            Ok((counts, understood, tasks, service::playbook::list(room, viewer, &incident).await?))
        },
        async {
            let (indicators, _) = service::indicator::list(room, viewer, &incident, 0, 200).await?;
            let (shares, _) = service::share::list(room, viewer, &incident, 0, 200).await?;
            Ok((indicators, shares))
        },
        async {
            let exhibits = service::evidence::list(room, viewer, &incident, None, 200).await?;
            let following = service::following::find(room, viewer, &incident).await?;
            let postures = service::posture::list(room, viewer, &incident).await?;
            let glass = service::glass::list_of(room, viewer, &incident).await?;
            Ok((exhibits, postures, following, glass))
        },
    )?;
    let directory = room.directory();
    let me = directory.person(viewer.person).cloned().ok_or(Error::NotFound)?;
    let beholden = match &incident.clearance {
        Some(asked) => service::person::is_beholden(room, viewer.person, asked.by.id).await?,
        None => false,
    };
    let may = Permissions::of(viewer, Standing { beholden, ..Standing::to(viewer, &incident) });
    let people = members(room, |person| person.organisation.id == incident.lead.id);
    let marking = service::incident::marking_of(&incident);
    let nameable = service::incident::people_who_see(room, &marking);
    let shared = |id| incident.lead.id == id || incident.shared_with.iter().any(|shared| shared.id == id);
    let organisations = crate::web::sitting(room);
    Ok(IncidentView {
        me,
        viewer: viewer.clone(),
        highest: exhibits
            .iter()
            .map(|exhibit| exhibit.tlp)
            .chain(indicators.iter().map(|indicator| indicator.tlp))
            .chain(tasks.iter().map(|task| task.tlp))
            .fold(highest, Tlp::max),
        understood,
        timeline: TimelineView {
            entries: timeline.entries,
            next: timeline.next,
            counts: timeline_counts(&counts),
            query,
        },
        exhibits,
        indicators,
        tasks,
        begun,
        shares,
        postures,
        glass,
        now: room.now(),
        next_steps: next_steps(&incident, may.status),
        people,
        nameable: if may.post || may.marking { nameable } else { vec![] },
        templates: if may.share || may.ask_onward { service::share::templates().to_vec() } else { vec![] },
        organisations: organisations.into_iter().filter(|organisation| !shared(organisation.id)).collect(),
        categories: if may.edit { categories(room, &incident) } else { vec![] },
        playbooks: if may.edit { service::playbook::offered(room) } else { vec![] },
        states: if may.edit { crate::web::states() } else { vec![] },
        may,
        following,
        still: false,
        incident,
        open,
    })
}

fn members(room: &service::Room, wanted: impl Fn(&Person) -> bool) -> Vec<Person> {
    let directory = room.directory();
    let active = directory.members().into_iter().filter(|member| member.is_known_to_all());
    active.map(|member| &member.person).filter(|person| wanted(person)).cloned().collect()
}

/// What it can become, and what it is, which may have been retired meanwhile.
fn categories(room: &service::Room, incident: &Incident) -> Vec<Category> {
    let mut all = room.reference().catalogue(room.now());
    if !all.iter().any(|category| category.code == incident.category.code) {
        all.push(incident.category.clone());
    }
    all
}

fn kinds(show: Show) -> Vec<EntryKind> {
    match show {
        Show::All => vec![],
        Show::Updates => {
            vec![EntryKind::Update, EntryKind::Observation, EntryKind::Request, EntryKind::Answer]
        }
        Show::Decisions => vec![EntryKind::Decision],
        Show::Evidence => vec![EntryKind::Evidence],
    }
}

fn timeline_counts(counts: &std::collections::HashMap<EntryKind, i64>) -> TimelineCounts {
    let of = |show: Show| kinds(show).iter().filter_map(|kind| counts.get(kind)).sum();
    TimelineCounts {
        all: counts.values().sum(),
        updates: of(Show::Updates),
        decisions: of(Show::Decisions),
        evidence: of(Show::Evidence),
    }
}

/// What the gates allow next; whether they open depends on what is given with it.
fn next_steps(incident: &Incident, may: bool) -> Vec<Status> {
    use Status::{Closed, Contained, Duplicate, NotAnIncident, Referred, Reported, Resolved, Triaged};
    if !may {
        return vec![];
    }
    match incident.status {
        Reported => vec![Triaged, Contained, Resolved, NotAnIncident, Duplicate, Referred],
        Triaged => vec![Contained, Resolved, Closed, NotAnIncident, Duplicate, Referred],
        Contained => vec![Resolved, Closed, Triaged],
        Resolved => vec![Closed, Contained, Triaged],
        Closed | NotAnIncident | Duplicate | Referred => vec![Reported],
    }
}
