//! Playbooks: begun on an incident, their steps become its tasks.

use app::{
    model::{
        TaskId,
        entry::EntryKind,
        id::Number,
        incident::Incident,
        setting::Playbook,
        task::{BegunPlaybook, Progress},
    },
    policy::{self, Action, Cleared, Viewer},
};

use super::{
    Act, Asker, Begun, Error, Noun, Once, Result, Room,
    entry::NewEntry,
    incident::{Changed, Held, marking_of},
    store::{self, playbook::BegunRow, task::TaskRow},
};

/// Those that can be begun now.
pub fn offered(room: &Room) -> Vec<Playbook> {
    room.reference().settings.playbooks().to_vec()
}

/// Begins a playbook. Its steps are given to the lead organisation, in their order and as they read today.
pub async fn begin(room: Room, asker: Asker, once: Once, number: Number, id: &str) -> Result<Changed> {
    let mut act = match room.begin(&asker, &once).await? {
        Begun::Fresh(act) => act,
        Begun::Repeated(changed) => return Ok(changed),
    };
    let mut held = act.incident(&number).await?;
    act.permit(&held, Action::Edit)?;
    add(&mut act, &held, id).await?;
    let changed = act.save(&mut held).await?;
    act.commit(changed).await
}

/// The same inside another act, such as the opening.
pub(super) async fn add(act: &mut Act, held: &Held, id: &str) -> Result<()> {
    let (room, by, now) = (act.room.clone(), act.viewer()?.person, act.now());
    let reference = room.reference();
    let playbook = reference.settings.playbooks().iter().find(|playbook| playbook.id == id.trim());
    let playbook = playbook.ok_or_else(|| Error::invalid("playbook", "Choose a playbook from the list"))?;
    // A room writes its own playbooks: their words are those of whoever begins them.
    let words = playbook.steps.iter().chain([&playbook.title]).map(|words| ("playbook", words.as_str()));
    act.permit_words(held, &words.collect::<Vec<_>>())?;
    let row = BegunRow {
        incident_id: held.row.id,
        playbook: playbook.id.clone(),
        title: playbook.title.clone(),
        begun_by: by,
        begun_at: now,
    };
    if !store::playbook::add(&mut act.tx, &row).await? {
        return Err(Error::invalid("playbook", "It was begun on this incident already"));
    }
    let entry = NewEntry::about(EntryKind::System, &held.marking).change("playbook", "", &playbook.title);
    act.append_new(held.row.id, entry, "playbook_begun").await?;
    for (step, text) in (1..).zip(&playbook.steps) {
        let task = TaskRow {
            id: TaskId(room.ids.uuid()),
            incident_id: held.row.id,
            version: 1,
            body: text.clone(),
            organisation_id: Some(held.row.lead_id),
            person_id: None,
            due_at: None,
            done_at: None,
            done_by: None,
            created_by: by,
            created_at: now,
            playbook: Some(playbook.id.clone()),
            step: Some(step),
            tlp: held.row.tlp.inside(),
        };
        let body = serde_json::json!({
            "id": task.id, "text": text, "organisation": held.row.lead_id, "playbook": playbook.id, "step": step,
        });
        act.record_item(held, Noun::Task, task.id.0, body).await?;
        store::task::add(&mut act.tx, &task).await?;
    }
    Ok(())
}

/// What was begun on an incident, oldest first; it carries the incident's marking.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    incident: &Cleared<Incident>,
) -> Result<Cleared<Vec<BegunPlaybook>>> {
    let rows = store::playbook::list(&room.db, incident.id).await?;
    if rows.is_empty() {
        return Ok(std::iter::empty().collect());
    }
    let scope = policy::scope(viewer);
    let progress = store::task::list_progress(&room.db, scope, incident.id).await?;
    let progress_of = |playbook: &str| {
        let found = progress.iter().find(|(of, ..)| of == playbook);
        found.map_or_else(Progress::default, |(_, steps, next)| Progress { steps: *steps, next: *next })
    };
    let (directory, marking) = (room.directory(), marking_of(incident));
    let begun = rows.into_iter().filter_map(|row| {
        let by = directory.person(row.begun_by)?.clone();
        let progress = progress_of(&row.playbook);
        let begun =
            BegunPlaybook { playbook: row.playbook, title: row.title, by, at: row.begun_at, progress };
        policy::clear(viewer, &marking, begun)
    });
    Ok(begun.collect())
}
