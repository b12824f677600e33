//! Fills the page of an incident with what one viewer may see.

use app::{
    model::{
        Person,
        entry::EntryKind,
        form::OpenForm,
        incident::{Category, Incident},
        panel::PageQuery,
        timeline::{Direction, PAGE, Show, TimelineCounts},
    },
    pages::incident::{IncidentView, PanelPage, Permissions, TimelineView},
    policy::{Cleared, Standing},
};

use super::offered;
use crate::{
    service::{self, Error, Result},
    state::App,
    viewer::Member,
};

pub(super) async fn fill(
    app: &App,
    member: &Member,
    incident: Cleared<Incident>,
    asked: PageQuery,
    open: Option<OpenForm>,
) -> Result<IncidentView> {
    let (room, viewer) = (&app.room, &member.viewer);
    let asked = PageQuery { at: asked.at.clone().or_else(|| subject(&open)), ..asked };
    let PageQuery { timeline: query, panels, .. } =
        service::panel::seek(room, viewer, &incident, asked).await?;
    let wanted = service::entry::TimelineQuery {
        kinds: kinds(query.show),
        oldest_first: query.order == Direction::Oldest,
        after: query.after.clone(),
        limit: PAGE as i64,
    };
    // Side by side, but on no more than half of the readers: two visitors at once still find one each.
    let (
        timeline,
        ((counts, highest), understood, tasks, begun),
        (indicators, beside, shares, overall),
        (exhibits, postures, following, glass),
    ) = tokio::try_join!(
        service::entry::list(room, viewer, &incident, &wanted),
        async {
            let counts = service::entry::count(room, viewer, &incident).await?;
            let understood = service::entry::understood(room, &incident).await?;
            let tasks = service::panel::tasks(room, viewer, &incident, &panels).await?;
            Ok((counts, understood, tasks, service::playbook::list(room, viewer, &incident).await?))
        },
        async {
            let indicators = service::panel::indicators(room, viewer, &incident, &panels).await?;
            let beside = service::panel::highest(room, viewer, &incident).await?;
            let shares = service::panel::shares(room, viewer, &incident, &panels).await?;
            let overall = service::share::overall(room, viewer, &incident).await?;
            Ok((indicators, beside, shares, overall))
        },
        async {
            let exhibits = service::panel::exhibits(room, viewer, &incident, &panels).await?;
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
    let marking = service::incident::marking_of(&incident);
    let nameable = service::incident::people_who_see(room, &marking);
    let colleague = |person: &&Person| {
        person.organisation.id == incident.lead.id && service::incident::can_be_named(&directory, person.id)
    };
    let people = nameable.iter().filter(colleague).cloned().collect();
    let shared = |id| incident.lead.id == id || incident.shared_with.iter().any(|shared| shared.id == id);
    let organisations = crate::web::sitting(room);
    let offered = offered::read(room, viewer, &incident, (&timeline.entries, &exhibits.0), &open).await?;
    let relays = match may.share || may.ask_onward {
        true => service::share::list_relays(room, viewer, &incident).await?,
        false => std::iter::empty().collect(),
    };
    Ok(IncidentView {
        me,
        viewer: viewer.clone(),
        highest: highest.max(beside),
        understood,
        timeline: TimelineView {
            entries: timeline.entries,
            next: timeline.next,
            counts: timeline_counts(&counts),
            query,
        },
        panels,
        exhibits: PanelPage::of(exhibits),
        further: offered.exhibits,
        chosen: offered.entries,
        indicators: PanelPage::of(indicators),
        tasks: PanelPage::of(tasks),
        begun,
        shares: PanelPage::of(shares),
        overall,
        relays,
        postures,
        glass,
        now: room.now(),
        next_steps: if may.status { incident.status.next().to_vec() } else { vec![] },
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

/// The entry or share that an open form is about: the page shows it. What goes along with a share is chosen from any page.
fn subject(open: &Option<OpenForm>) -> Option<String> {
    open.as_ref().filter(|open| !open.form.shares()).and_then(|open| open.of.clone())
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
