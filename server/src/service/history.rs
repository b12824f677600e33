//! The journal as one viewer may read it: what happened, in order, with the content as the policy shows it
//! at this moment. What they may not see leaves neither a row nor a gap: places are told as sealed cursors.

use std::collections::HashMap;

use app::{
    model::{
        EntryId, ExhibitId, IncidentId, IndicatorId, Moment, Organisation, Person, ShareId, TaskId,
        entry::Entry, exhibit::Exhibit, id::Number, indicator::Indicator, posture::StatedPosture,
        share::Share, task::Task,
    },
    policy::{self, Cleared, Viewer},
};

use super::{
    Error, Result, Room, entry, evidence, indicator,
    live::Place,
    looks, posture, share,
    store::{self, incident::IncidentRow, journal::HistoryRow},
    task,
};
use uuid::Uuid;

/// One act, as its reader may see it.
#[derive(Clone, Debug)]
pub struct Happened {
    /// Sealed: the place behind this act, from where a live stream may go on as well.
    pub cursor: String,
    pub at: Moment,
    pub noun: String,
    pub action: String,
    pub incident: Option<Number>,
    /// None: the product itself.
    pub person: Option<Person>,
    pub organisation: Option<Organisation>,
    /// What it was about, as it stands now.
    pub content: Content,
}

/// The thing that an act was about.
#[derive(Clone, Debug)]
pub enum Content {
    /// The act says it all: somebody joined, an exhibit was looked at.
    None,
    Entry(Box<Entry>),
    Exhibit(Box<Exhibit>),
    Indicator(Box<Indicator>),
    Task(Box<Task>),
    Share(Box<Share>),
    Posture(Box<StatedPosture>),
}

/// A page of acts, oldest first.
#[derive(Debug)]
pub struct History {
    pub acts: Cleared<Vec<Happened>>,
    /// Sealed cursor of the next page; a page may be short, even empty, before the last one.
    pub next: Option<String>,
}

/// Rows of the journal that are looked through in one statement, and how often in one answer: who sees little is
/// answered with a short page and a cursor, and everybody else goes on reading meanwhile.
const STRETCH: i64 = 5_000;
const STRETCHES: usize = 20;

/// The acts after a sealed cursor that the viewer may see.
pub async fn list(room: &Room, viewer: &Viewer, after: Option<&str>, limit: i64) -> Result<History> {
    let seq = match after {
        None => 0,
        Some(sealed) => {
            let place = Place::open(room, sealed);
            place.ok_or_else(|| Error::invalid("after", "Not a cursor of this list"))?.seq
        }
    };
    let limit = limit.clamp(1, 200);
    let head = store::journal::head(&room.db).await?.0;
    let (mut rows, mut end) = (vec![], seq);
    for _ in 0..STRETCHES {
        let from = end;
        end = (from + STRETCH).min(head);
        let missing = limit + 1 - rows.len() as i64;
        rows.extend(store::journal::list_visible(&room.db, viewer, (from, end), missing).await?);
        if rows.len() as i64 > limit || end >= head {
            break;
        }
    }
    let place = match rows.len() as i64 > limit {
        true => rows.get(limit as usize - 1).map(|row| row.seq),
        false => (end < head).then_some(end),
    };
    rows.truncate(limit as usize);
    let next = place.map(|seq| Place::behind(seq).seal(room));
    let mut contents = Contents::read(room, viewer, &rows).await?;
    let acts = rows.into_iter().filter_map(|row| contents.clear(room, viewer, row)).collect();
    Ok(History { acts, next })
}

/// What the rows of a page are about, read once and cleared for their reader.
struct Contents {
    incidents: HashMap<IncidentId, Cleared<IncidentRow>>,
    entries: HashMap<EntryId, Cleared<Entry>>,
    exhibits: HashMap<ExhibitId, Cleared<Exhibit>>,
    indicators: HashMap<IndicatorId, Cleared<Indicator>>,
    tasks: HashMap<TaskId, Cleared<Task>>,
    shares: HashMap<ShareId, Cleared<Share>>,
    postures: HashMap<Uuid, Cleared<StatedPosture>>,
}

impl Contents {
    async fn read(room: &Room, viewer: &Viewer, rows: &[HistoryRow]) -> Result<Self> {
        let mut contents = Self {
            incidents: HashMap::new(),
            entries: HashMap::new(),
            exhibits: HashMap::new(),
            indicators: HashMap::new(),
            tasks: HashMap::new(),
            shares: HashMap::new(),
            postures: HashMap::new(),
        };
        let mut by_incident: HashMap<IncidentId, Vec<&HistoryRow>> = HashMap::new();
        for row in rows {
            if let Some(id) = row.incident_id {
                by_incident.entry(id).or_default().push(row);
            }
        }
        for (id, rows) in by_incident {
            let Some(incident) = store::incident::read(&room.db, id).await? else { continue };
            let marking = super::incident::marking(room, id, incident.tlp).await?;
            let Some(incident) = policy::clear(viewer, &marking, incident) else { continue };
            looks::at(id, incident.tlp);
            contents.read_inside(room, viewer, &incident, &rows).await?;
            contents.incidents.insert(id, incident);
        }
        Ok(contents)
    }

    async fn read_inside(
        &mut self,
        room: &Room,
        viewer: &Viewer,
        incident: &IncidentRow,
        rows: &[&HistoryRow],
    ) -> Result<()> {
        let scope = policy::scope(viewer);
        let mut entries = vec![];
        for row in rows {
            let Some(id) = row.noun_id else { continue };
            match row.noun.as_str() {
                "entry" | "strike" => entries.push(EntryId(id)),
                "exhibit" => {
                    let found = evidence::find_for(room, viewer, scope, incident, ExhibitId(id)).await?;
                    self.exhibits.extend(found.map(|exhibit| (ExhibitId(id), exhibit)));
                }
                "custody" => {
                    let Some(of) = row.exhibit_id else { continue };
                    let found = evidence::find_for(room, viewer, scope, incident, of).await?;
                    self.exhibits.extend(found.map(|exhibit| (of, exhibit)));
                }
                "indicator" => {
                    let found = indicator::find_for(room, viewer, incident, IndicatorId(id)).await?;
                    self.indicators.extend(found.map(|indicator| (IndicatorId(id), indicator)));
                }
                "task" => {
                    let found = task::find_for(room, viewer, incident, TaskId(id)).await?;
                    self.tasks.extend(found.map(|task| (TaskId(id), task)));
                }
                "posture" => {
                    let found = posture::find_for(room, viewer, incident.id, id).await?;
                    self.postures.extend(found.map(|stated| (id, stated)));
                }
                "share" => match share::find(room, viewer, ShareId(id)).await {
                    Ok(share) => self.shares.extend([(ShareId(id), share)]),
                    Err(Error::NotFound) => {}
                    Err(other) => return Err(other),
                },
                _ => {}
            }
        }
        self.entries.extend(entry::find_written(room, viewer, incident, &entries).await?);
        Ok(())
    }

    /// The act with its content; none when either does not exist for the reader.
    fn clear(&mut self, room: &Room, viewer: &Viewer, row: HistoryRow) -> Option<Cleared<Happened>> {
        let directory = room.directory();
        let happened = |incident: Option<Number>, content: Content| Happened {
            cursor: Place::behind(row.seq).seal(room),
            at: row.at,
            noun: row.noun.clone(),
            action: row.action.clone(),
            incident,
            person: row.person_id.and_then(|id| directory.person(id).cloned()),
            organisation: row.organisation_id.and_then(|id| directory.organisation(id).cloned()),
            content,
        };
        let Some(incident) = row.incident_id else {
            let act = policy::RoomAct {
                noun: &row.noun,
                action: &row.action,
                by: row.person_id,
                about: row.noun_id.map(app::model::PersonId),
            };
            return policy::clear_room_act(viewer, &act, happened(None, Content::None));
        };
        let number = self.incidents.get(&incident)?.number.clone();
        let with = |content: Content| happened(Some(number), content);
        match (row.noun.as_str(), row.noun_id) {
            ("entry" | "strike", Some(id)) => {
                let found = self.entries.get(&EntryId(id))?.clone();
                Some(found.map(|entry| with(Content::Entry(Box::new(entry)))))
            }
            ("exhibit", Some(id)) => {
                let found = self.exhibits.get(&ExhibitId(id))?.clone();
                Some(found.map(|exhibit| with(Content::Exhibit(Box::new(exhibit)))))
            }
            ("custody", _) => {
                let found = self.exhibits.get(&row.exhibit_id?)?.clone();
                Some(found.map(|exhibit| with(Content::Exhibit(Box::new(exhibit)))))
            }
            ("indicator", Some(id)) => {
                let found = self.indicators.get(&IndicatorId(id))?.clone();
                Some(found.map(|indicator| with(Content::Indicator(Box::new(indicator)))))
            }
            ("task", Some(id)) => {
                let found = self.tasks.get(&TaskId(id))?.clone();
                Some(found.map(|task| with(Content::Task(Box::new(task)))))
            }
            ("share", Some(id)) => {
                let found = self.shares.get(&ShareId(id))?.clone();
                Some(found.map(|share| with(Content::Share(Box::new(share)))))
            }
            ("posture", Some(id)) => {
                let found = self.postures.get(&id)?.clone();
                Some(found.map(|stated| with(Content::Posture(Box::new(stated)))))
            }
            // The query shows a hold to the organisation that wanted to share, a request to that and the lead.
            ("incident" | "hold" | "onward", _) => {
                Some(self.incidents.get(&incident)?.clone().map(|_| with(Content::None)))
            }
            _ => None,
        }
    }
}
