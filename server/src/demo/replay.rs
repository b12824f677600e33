//! Replays the story through the services that people use, with the clock set to each act: the demo obeys
//! the rules of the product, because nothing else writes it.

use std::collections::HashMap;

use app::{
    model::{EntryId, Moment, ShareId, TaskId, Tlp, id::Number},
    policy::Viewer,
};

use axum::body::Bytes;
use futures::stream;

use super::{
    crossing, exhibit_files,
    load::{Deed, EntryDeed, Event, EvidenceDeed, StatusDeed, Story, TaskDeed},
};
use crate::service::{
    Asker, Error, Once, Result, Room, clocks,
    entry::{self, PostEntry},
    evidence::{self, EvidenceInput},
    incident::{
        self, ClearanceInput, ContentInput, Edit, HoldInput, MarkingInput, OpenIncident, OwnerInput,
        SeverityInput, StatusInput, VerificationInput,
    },
    indicator::{self, IndicatorInput},
    posture::{self, PostureInput},
    share,
    task::{self, TaskInput},
};

/// What local ids of one incident's story stand for.
#[derive(Debug, Default)]
struct Names {
    entries: HashMap<String, EntryId>,
    shares: HashMap<String, ShareId>,
    tasks: HashMap<String, TaskId>,
}

/// Replays every story up to `until`, in the order of time. Targets that pass are noted when they pass.
pub(super) async fn replay(room: &Room, stories: &[Story], until: Moment) -> Result<()> {
    // (moment, story, event): none is the opening. A stable sort keeps the files' order among equals.
    let mut acts: Vec<(Moment, usize, Option<usize>)> = vec![];
    for (s, story) in stories.iter().enumerate() {
        acts.push((story.opened_at.0, s, None));
        acts.extend(story.events.iter().enumerate().map(|(e, event)| (event.at.0, s, Some(e))));
    }
    acts.sort_by_key(|(at, ..)| *at);
    let mut names: Vec<Names> = stories.iter().map(|_| Names::default()).collect();
    for (at, s, e) in acts {
        pass_time(room, at).await?;
        let (story, names) = (&stories[s], &mut names[s]);
        let done = match e {
            None => open(room, story, names).await,
            Some(e) => perform(room, story, &story.events[e], names).await,
        };
        done.map_err(|error| {
            let act = e.map_or_else(|| "opening".to_owned(), |e| format!("event {e} at {at}"));
            Error::internal(format!("demo data, {}, {act}: {error}", story.number))
        })?;
    }
    pass_time(room, until).await
}

/// Both steps to TLP:CLEAR: a liaison of the lead asks, its counsel accepts.
pub(super) async fn clear(room: &Room, viewer: &Viewer, number: &Number, reason: &str) -> Result<()> {
    let lead = incident::find(room, viewer, number).await?.lead.slug.clone();
    let (liaison, counsel) = (format!("liaison@{lead}.example"), format!("counsel@{lead}.example"));
    let (liaison, counsel) = (asker(room, &liaison)?, asker(room, &counsel)?);
    let version = version(room, viewer, number).await?;
    let input = MarkingInput { version, tlp: "clear".into(), reason: reason.into(), named: vec![] };
    let asked =
        incident::set_marking(room.clone(), liaison, Once::each_time(), number.clone(), input).await?;
    let (version, decision) = (asked.version, "accept".into());
    let input = ClearanceInput { version, decision, ..ClearanceInput::default() };
    incident::decide_clearance(room.clone(), counsel, Once::each_time(), number.clone(), input)
        .await
        .map(drop)
}

/// Lets the clock run to `at`, stopping where a target passes, as the watch over the clocks would.
pub(super) async fn pass_time(room: &Room, at: Moment) -> Result<()> {
    while let Some(due) = clocks::next_due(room).await?.filter(|due| *due <= at) {
        room.clock().set(due.max(room.now()));
        clocks::note_breaches(room).await?;
    }
    room.clock().set(at.max(room.now()));
    Ok(())
}

pub(super) fn asker(room: &Room, email: &str) -> Result<Asker> {
    let directory = room.directory();
    let member = directory.find(email).ok_or_else(|| Error::internal(format!("nobody is {email}")))?;
    let viewer = directory.viewer(member.person.id).ok_or(Error::NotFound)?;
    Ok(Asker { viewer, request: "demo".into(), address: String::new() })
}

async fn open(room: &Room, story: &Story, names: &mut Names) -> Result<()> {
    let asker = asker(room, &story.opened_by)?;
    let number: Number =
        story.number.parse().map_err(|_| Error::internal(format!("no number: {}", story.number)))?;
    let input = OpenIncident {
        title: story.title.clone(),
        summary: story.summary.clone(),
        category: story.category.clone(),
        severity: story.severity.clone(),
        tlp: if story.tlp == "clear" { "green".to_owned() } else { story.tlp.clone() },
        occurred_at: Some(story.occurred_at.clone()),
        jurisdictions: story.jurisdictions.clone(),
        share_with: story.share_with.clone(),
        named: story.named.clone(),
        owner: story.owner.clone(),
        source: story.source.clone(),
        ..OpenIncident::default()
    };
    let viewer = asker.viewer.clone();
    incident::open_as(room.clone(), asker, Once::each_time(), input, Some(number.clone())).await?;
    if story.tlp == "clear" {
        clear(room, &viewer, &number, "Cleared for the public.").await?;
    }
    let opened = incident::find(room, &viewer, &number).await?;
    let (shares, _) = share::list(room, &viewer, &opened, 0, 200).await?;
    for share in shares.iter() {
        names.shares.insert(format!("open:{}", share.to.slug), share.id);
    }
    Ok(())
}

pub(super) fn known<T: Copy>(names: &HashMap<String, T>, id: &str) -> Result<T> {
    names.get(id).copied().ok_or_else(|| Error::internal(format!("nothing is called {id}")))
}

pub(super) async fn version(room: &Room, viewer: &Viewer, number: &Number) -> Result<i64> {
    Ok(incident::find(room, viewer, number).await?.version)
}

async fn perform(room: &Room, story: &Story, event: &Event, names: &mut Names) -> Result<()> {
    let asker = asker(room, &event.by)?;
    let number: Number = story.number.parse().map_err(|_| Error::NotFound)?;
    match &event.act {
        Deed::Entry(deed) => post(room, asker, number, deed, names).await,
        Deed::Correct { entry, text } => {
            let corrects = Some(known(&names.entries, entry)?.to_string());
            let input = PostEntry { text: text.clone(), corrects, ..PostEntry::default() };
            entry::post(room.clone(), asker, Once::each_time(), number, input).await.map(drop)
        }
        Deed::Strike { entry, reason } => {
            let id = known(&names.entries, entry)?;
            let reason = reason.clone();
            entry::strike(room.clone(), asker, Once::each_time(), number, id, reason).await.map(drop)
        }
        Deed::Indicator { kind, value, note } => {
            let input = IndicatorInput { kind: kind.clone(), value: value.clone(), note: note.clone() };
            indicator::add(room.clone(), asker, Once::each_time(), number, input).await.map(drop)
        }
        Deed::Task(deed) => give(room, asker, number, deed, names).await,
        Deed::TaskDone { task } => {
            let id = known(&names.tasks, task)?;
            task::finish(room.clone(), asker, Once::each_time(), number, id).await.map(drop)
        }
        Deed::Share { .. }
        | Deed::ShareSeen { .. }
        | Deed::ShareAcknowledge { .. }
        | Deed::ShareAnswer { .. }
        | Deed::ShareAssign { .. }
        | Deed::Return { .. }
        | Deed::Onward { .. }
        | Deed::OnwardApprove { .. }
        | Deed::OnwardRefuse { .. }
        | Deed::Revoke { .. } => crossing::cross(room, asker, number, &event.act, &mut names.shares).await,
        Deed::Posture { posture, note, published } => {
            let (posture, note) = (posture.clone(), note.clone());
            let input = PostureInput { posture, note, published: *published, version: None };
            posture::state(room.clone(), asker, Once::each_time(), number, input).await.map(drop)
        }
        Deed::Evidence(deed) => attach(room, asker, number, deed).await,
        Deed::Link { url, note } => {
            let input =
                EvidenceInput { url: Some(url.clone()), note: note.clone(), ..EvidenceInput::default() };
            evidence::add_link(room.clone(), asker, Once::each_time(), number, input).await.map(drop)
        }
        _ => change(room, asker, number, &event.act).await,
    }
}

async fn post(room: &Room, asker: Asker, number: Number, deed: &EntryDeed, names: &mut Names) -> Result<()> {
    let input = PostEntry {
        kind: deed.kind.clone(),
        text: deed.text.clone(),
        tlp: deed.tlp.clone(),
        audience: deed.audience.clone(),
        named: deed.named.clone(),
        happened_at: deed.happened_at.clone(),
        corrects: None,
    };
    let posted = entry::post(room.clone(), asker, Once::each_time(), number, input).await?;
    if let Some(id) = &deed.id {
        names.entries.insert(id.clone(), posted.id);
    }
    Ok(())
}

async fn give(room: &Room, asker: Asker, number: Number, deed: &TaskDeed, names: &mut Names) -> Result<()> {
    let input = TaskInput {
        text: deed.text.clone(),
        organisation: deed.organisation.clone(),
        person: deed.person.clone(),
        due_at: deed.due.clone(),
    };
    let tasked = task::add(room.clone(), asker, Once::each_time(), number, input).await?;
    if let Some(id) = &deed.id {
        names.tasks.insert(id.clone(), tasked.id);
    }
    Ok(())
}

/// Takes in a file, as a browser would send it.
async fn attach(room: &Room, asker: Asker, number: Number, deed: &EvidenceDeed) -> Result<()> {
    let input = EvidenceInput {
        tlp: deed.tlp.clone(),
        note: deed.note.clone(),
        source_url: deed.source_url.clone(),
        captured_at: deed.captured_at.clone(),
        ..EvidenceInput::default()
    };
    let bytes = Bytes::from(exhibit_files::bytes(deed)?);
    let file = stream::iter([Ok::<_, std::io::Error>(bytes)]);
    evidence::take_in(room.clone(), asker, Once::each_time(), number, &deed.file, input, file).await.map(drop)
}

/// Acts that change the incident itself, from the version that stands.
async fn change(room: &Room, asker: Asker, number: Number, act: &Deed) -> Result<()> {
    let before = incident::find(room, &asker.viewer, &number).await?;
    let (version, was) = (before.version, before.tlp);
    let (demo, viewer, of) = (room, asker.viewer.clone(), number.clone());
    let (room, once) = (room.clone(), Once::each_time());
    let changed = match act.clone() {
        Deed::Status(deed) => incident::set_status(room, asker, once, number, status(deed, version)).await?,
        Deed::Severity { to, reason } => {
            let input = SeverityInput { version, severity: to, reason };
            incident::set_severity(room, asker, once, number, input).await?
        }
        Deed::Verification { to, note } => {
            let input = VerificationInput { version, verification: to, note };
            incident::set_verification(room, asker, once, number, input).await?
        }
        Deed::Assign { owner } | Deed::Handover { to: owner } => {
            incident::assign(room, asker, once, number, OwnerInput { version, owner }).await?
        }
        Deed::AcceptHandover => incident::accept(room, asker, once, number, version).await?,
        Deed::Hold { reason, review_at } => {
            let input = HoldInput { version, reason, review_at };
            incident::put_on_hold(room, asker, once, number, input).await?
        }
        Deed::Resume => incident::resume(room, asker, once, number, version).await?,
        Deed::Tlp { to, reason } if to == "clear" => {
            return clear(&room, &asker.viewer, &number, &reason).await;
        }
        Deed::Tlp { to, reason } => {
            let input = MarkingInput { version, tlp: to, reason, named: vec![] };
            incident::set_marking(room, asker, once, number, input).await?
        }
        Deed::Contains { candidate_or_party_content, contains_personal_data } => {
            // What the story does not say stays as it is.
            let said = |mark: bool| mark.then_some(true);
            let input = ContentInput {
                version,
                candidate_or_party_content: said(candidate_or_party_content),
                contains_personal_data: said(contains_personal_data),
            };
            incident::set_content(room, asker, once, number, input).await?
        }
        Deed::Edit { summary } => {
            let input = Edit { version, summary: Some(summary), ..Edit::default() };
            incident::edit(room, asker, once, number, input).await?
        }
        other => return Err(Error::internal(format!("not a change: {other:?}"))),
    };
    // What was edited is cleared again, as it stands by then.
    if was == Tlp::Clear && matches!(act, Deed::Edit { .. } | Deed::Hold { .. }) {
        clear(demo, &viewer, &of, "Cleared again as it stands now.").await?;
    }
    tracing::trace!(incident.number = %changed.number, version = changed.version, "replayed");
    Ok(())
}

fn status(deed: StatusDeed, version: i64) -> StatusInput {
    // The files say how it reads on the page; an incident that is reopened is reported again.
    let to = if deed.to == "reopened" { "reported".to_owned() } else { deed.to };
    StatusInput {
        to,
        version,
        note: deed.note,
        verification: deed.verification,
        disposition: deed.disposition,
        duplicate_of: deed.duplicate_of,
        referred_to: deed.referred_to,
    }
}
