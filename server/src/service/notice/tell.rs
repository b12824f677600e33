//! From an act to those who are told of it: by what the journal says was done.

use app::{
    model::{
        EntryId, IncidentId, Moment, OrganisationId, PersonId, ShareId, TaskId, Tlp,
        incident::Status,
        notice::{FollowReason, NoticeKind, NoticeWhat},
        onward::OnwardState,
    },
    policy::{self, Marking, Sight, Standing, Viewer},
};
use uuid::Uuid;

use super::{
    super::{
        Act, Error, Noun, Result,
        incident::{Held, clearance::ASKED},
        share::{self, Crossed},
        store::{self, journal::JournalRow, setting::SettingRow},
    },
    row::{self, Notice},
};

/// A row of the journal about an incident, kept until its act is made durable.
#[derive(Clone, Debug)]
pub(crate) struct Told {
    seq: i64,
    at: Moment,
    by: Option<PersonId>,
    incident: IncidentId,
    noun: Noun,
    id: Uuid,
    action: String,
    /// The field that an entry says has changed.
    pub(crate) field: Option<String>,
}

impl Told {
    /// None for what concerns no incident.
    pub(crate) fn of(row: &JournalRow, noun: Noun) -> Option<Self> {
        let incident = row.incident_id?;
        Some(Self {
            seq: row.seq,
            at: row.at,
            by: row.person_id,
            incident,
            noun,
            id: row.noun_id.unwrap_or(incident.0),
            action: row.action.clone(),
            field: None,
        })
    }
}

/// Who is told what.
struct News {
    kind: NoticeKind,
    what: NoticeWhat,
    people: Vec<PersonId>,
}

/// Writes the notices of everything that the act did, and makes people follow by what they did.
pub(crate) async fn tell(act: &mut Act) -> Result<()> {
    for told in std::mem::take(&mut act.told) {
        follow(act, &told).await?;
        let referred = referred(act, &told).await?;
        if let Some(mut news) = news(act, &told).await? {
            // One notice a person and act: whose it is to be now is told that.
            news.people.retain(|person| !referred.contains(person));
            write(act, &told, news).await?;
        }
        if !referred.is_empty() {
            let news = News { kind: NoticeKind::Assigned, what: NoticeWhat::Referred, people: referred };
            write(act, &told, news).await?;
        }
    }
    Ok(())
}

/// Whoever opened an incident, owns it, wrote in it or was called in it follows it, unless they do not want to.
async fn follow(act: &mut Act, told: &Told) -> Result<()> {
    if told.noun != Noun::Entry {
        return Ok(());
    }
    let mut people = vec![];
    match (told.action.as_str(), told.field.as_deref()) {
        ("opened", _) => {
            people.extend(told.by.map(|person| (person, FollowReason::Opened)));
            people.extend(owner(act, told).await?.map(|person| (person, FollowReason::Owns)));
        }
        ("changed", Some("owner")) => {
            people.extend(owner(act, told).await?.map(|person| (person, FollowReason::Owns)));
        }
        ("posted", _) => {
            people.extend(told.by.map(|person| (person, FollowReason::Posted)));
            let called = store::mention::list_of(&mut act.tx, EntryId(told.id)).await?;
            people.extend(called.into_iter().map(|person| (person, FollowReason::Mentioned)));
        }
        _ => {}
    }
    for (person, reason) in people {
        store::following::add(&mut act.tx, person, told.incident, reason, told.at).await?;
    }
    Ok(())
}

async fn owner(act: &mut Act, told: &Told) -> Result<Option<PersonId>> {
    let row = store::incident::find_by_id(&mut act.tx, told.incident).await?;
    Ok(row.and_then(|row| row.owner_id))
}

/// Those who speak for the organisation to which an incident was just referred, as of what is shared with it.
async fn referred(act: &mut Act, told: &Told) -> Result<Vec<PersonId>> {
    if (told.noun, told.action.as_str()) != (Noun::Entry, "status") {
        return Ok(vec![]);
    }
    let row = store::incident::find_by_id(&mut act.tx, told.incident).await?;
    let to = row.filter(|row| row.status == Status::Referred).and_then(|row| row.referred_to);
    let people = to.map(|to| of_organisation(act, to, NoticeKind::Shared, Standing::default()));
    Ok(people.unwrap_or_default())
}

async fn news(act: &mut Act, told: &Told) -> Result<Option<News>> {
    let (kind, what, people) = match (told.noun, told.action.as_str(), told.field.as_deref()) {
        (Noun::Entry, "opened", _) | (Noun::Entry, "changed", Some("owner")) => {
            let owner = owner(act, told).await?;
            (NoticeKind::Assigned, NoticeWhat::Assigned, owner.into_iter().collect())
        }
        (Noun::Entry, "changed", Some("handover")) => {
            let row = store::incident::find_by_id(&mut act.tx, told.incident).await?;
            let waits = row.and_then(|row| row.handover_to);
            (NoticeKind::Assigned, NoticeWhat::Offered, waits.into_iter().collect())
        }
        (Noun::Entry, "changed", Some("clearance")) => match clearance(act, told).await? {
            Some((what, people)) => (NoticeKind::Held, what, people),
            None => return Ok(None),
        },
        (Noun::Entry, "unshared", Some("lead")) => {
            let row = store::incident::find_by_id(&mut act.tx, told.incident).await?;
            let standing = Standing { lead: true, ..Standing::default() };
            let people = row.map(|row| of_organisation(act, row.lead_id, NoticeKind::Assigned, standing));
            (NoticeKind::Assigned, NoticeWhat::Led, people.unwrap_or_default())
        }
        (Noun::Entry, "posted", _) => {
            let called = store::mention::list_of(&mut act.tx, EntryId(told.id)).await?;
            (NoticeKind::Mentioned, NoticeWhat::Mentioned, called)
        }
        (Noun::Entry, "status", _) => (NoticeKind::Status, NoticeWhat::Status, followers(act, told).await?),
        (Noun::Entry, "changed", Some("severity")) => {
            (NoticeKind::Status, NoticeWhat::Severity, followers(act, told).await?)
        }
        (Noun::Entry, "breached", _) => (NoticeKind::Breach, NoticeWhat::Breach, watchers(act, told).await?),
        (Noun::Task, "added", _) => {
            let task = store::task::find(&mut act.tx, told.incident, TaskId(told.id)).await?;
            (NoticeKind::Task, NoticeWhat::Task, task.and_then(|task| task.person_id).into_iter().collect())
        }
        (Noun::Audit, super::BREAK_GLASS, _) => {
            let row = store::incident::find_by_id(&mut act.tx, told.incident).await?;
            let standing = Standing { lead: true, ..Standing::default() };
            let people = row.map(|row| of_organisation(act, row.lead_id, NoticeKind::BreakGlass, standing));
            (NoticeKind::BreakGlass, NoticeWhat::BreakGlass, people.unwrap_or_default())
        }
        (Noun::Share, share::ASSIGNED, _) => {
            let share = store::share::find(&mut act.tx, ShareId(told.id)).await?;
            let with = share.and_then(|share| share.assigned_to);
            (NoticeKind::Assigned, NoticeWhat::HandedOver, with.into_iter().collect())
        }
        (Noun::Onward, action, _) => match onward(act, told, action).await? {
            Some((what, people)) => (NoticeKind::Onward, what, people),
            None => return Ok(None),
        },
        (Noun::Share | Noun::Hold, action, _) => match crossing(act, told, action).await? {
            Some((kind, what, people)) => (kind, what, people),
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    Ok((!people.is_empty()).then_some(News { kind, what, people }))
}

/// What crosses from one organisation to another, and what counsel says of it.
async fn crossing(
    act: &mut Act,
    told: &Told,
    action: &str,
) -> Result<Option<(NoticeKind, NoticeWhat, Vec<PersonId>)>> {
    let id = ShareId(told.id);
    if told.noun == Noun::Share {
        let Some(share) = store::share::find(&mut act.tx, id).await? else { return Ok(None) };
        return Ok(match action {
            // With RED those whom it names, whatever their role.
            share::SHARED if share.tlp == Tlp::Red => {
                let named = store::incident::list_named(&mut act.tx, id.0).await?;
                Some((NoticeKind::Shared, NoticeWhat::Shared, named))
            }
            share::SHARED => {
                let people =
                    of_organisation(act, share.to_organisation, NoticeKind::Shared, Standing::default());
                Some((NoticeKind::Shared, NoticeWhat::Shared, people))
            }
            // Only where something was to come back: a busy organisation leaves hundreds that were done with long ago.
            share::ENDED if share::is_unfinished(&act.room, &share) => {
                Some((NoticeKind::Answered, NoticeWhat::Ended, vec![share.from_person]))
            }
            "answered" => Some((NoticeKind::Answered, NoticeWhat::Answered, vec![share.from_person])),
            _ => None,
        });
    }
    let Some(hold) = store::hold::find(&mut act.tx, id).await? else { return Ok(None) };
    let sender = vec![hold.from_person];
    Ok(match action {
        "held" => {
            let people = of_organisation(act, hold.from_organisation, NoticeKind::Held, Standing::default());
            Some((NoticeKind::Held, NoticeWhat::Held, people))
        }
        "released" => Some((NoticeKind::Held, NoticeWhat::Released, sender)),
        "returned" => Some((NoticeKind::Held, NoticeWhat::Returned, sender)),
        "refused" => Some((NoticeKind::Held, NoticeWhat::Refused, sender)),
        share::WITHDRAWN => Some((NoticeKind::Held, NoticeWhat::Withdrawn, sender)),
        _ => None,
    })
}

/// What a liaison asks for and counsel decides: counsel is asked, and whoever asked is answered.
async fn clearance(act: &mut Act, told: &Told) -> Result<Option<(NoticeWhat, Vec<PersonId>)>> {
    let entry = store::entry::find(&mut act.tx, told.incident, EntryId(told.id)).await?;
    let value = entry.and_then(|entry| entry.new_value).unwrap_or_default();
    if value == ASKED {
        let row = store::incident::find_by_id(&mut act.tx, told.incident).await?;
        let people = row.map(|row| of_organisation(act, row.lead_id, NoticeKind::Held, Standing::default()));
        return Ok(people.map(|people| (NoticeWhat::ClearAsked, people)));
    }
    let asked = store::entry::find_last_author(&mut act.tx, told.incident, ("clearance", ASKED)).await?;
    Ok(asked.map(|asked| (NoticeWhat::ClearDecided, vec![asked])))
}

/// What others want to pass on: where it came from is asked, and whoever asked is answered.
async fn onward(act: &mut Act, told: &Told, action: &str) -> Result<Option<(NoticeWhat, Vec<PersonId>)>> {
    let Some(row) = store::onward::find(&mut act.tx, ShareId(told.id)).await? else { return Ok(None) };
    if action == share::ASKED {
        let standing = Standing { origin: true, ..Standing::default() };
        let people = of_organisation(act, row.asked_organisation, NoticeKind::Onward, standing);
        return Ok(Some((NoticeWhat::OnwardAsked, people)));
    }
    let what = match action.parse::<OnwardState>() {
        Ok(OnwardState::Approved) => NoticeWhat::OnwardApproved,
        Ok(OnwardState::Refused) => NoticeWhat::OnwardRefused,
        Ok(OnwardState::Lapsed) => NoticeWhat::OnwardLapsed,
        _ => return Ok(None),
    };
    Ok(Some((what, vec![row.from_person])))
}

/// The people of an organisation who are told of this kind by their role.
fn of_organisation(
    act: &Act,
    organisation: OrganisationId,
    kind: NoticeKind,
    standing: Standing,
) -> Vec<PersonId> {
    let directory = act.room.directory();
    let standing = Standing { own_organisation: true, ..standing };
    let people = directory.members().into_iter().map(|member| &member.person);
    people
        .filter(|person| person.organisation.id == organisation)
        .filter_map(|person| directory.viewer(person.id))
        .filter(|viewer| policy::is_told(viewer, kind, standing))
        .map(|viewer| viewer.person)
        .collect()
}

async fn followers(act: &mut Act, told: &Told) -> Result<Vec<PersonId>> {
    Ok(store::following::list(&mut act.tx, told.incident).await?)
}

/// Whose clock it is: the owner's; while nobody owns it, the lead organisation's shift leads'.
async fn watchers(act: &mut Act, told: &Told) -> Result<Vec<PersonId>> {
    let Some(row) = store::incident::find_by_id(&mut act.tx, told.incident).await? else { return Ok(vec![]) };
    let standing = Standing { lead: true, ..Standing::default() };
    Ok(match row.owner_id {
        Some(owner) => vec![owner],
        None => of_organisation(act, row.lead_id, NoticeKind::Breach, standing),
    })
}

/// Writes a notice for each of them who sees what it is about.
async fn write(act: &mut Act, told: &Told, news: News) -> Result<()> {
    let row = store::incident::find_by_id(&mut act.tx, told.incident).await?.ok_or(Error::NotFound)?;
    let held = act.held(row).await?;
    let child = child(act, told, &held).await?;
    let crossed = crossed(act, told).await?;
    let directory = act.room.directory();
    let inside = policy::Inside { incident: &held.marking, child: child.as_ref().unwrap_or(&held.marking) };
    let sees = |person: &PersonId| {
        let Some(viewer) = directory.viewer(*person) else { return false };
        let reads = crossed.as_ref().is_none_or(|crossed| crossed.is_read_by(&viewer));
        reads && policy::sight(&viewer, &inside) == Sight::Full
    };
    let people: Vec<PersonId> = news.people.into_iter().filter(sees).collect();
    let notice = Notice {
        seq: told.seq,
        at: told.at,
        kind: news.kind,
        what: news.what,
        incident: Some(told.incident),
        noun: told.noun,
        id: told.id,
        by: told.by,
    };
    row::add(act, notice, &people).await
}

/// Tells of a change of the room itself, whom it concerns by their role.
pub(crate) async fn tell_of_setting(act: &mut Act, setting: &SettingRow, what: NoticeWhat) -> Result<()> {
    let kind = NoticeKind::Setting;
    let directory = act.room.directory();
    let members = directory.members().into_iter().filter_map(|member| directory.viewer(member.person.id));
    let concerned = |viewer: &Viewer| policy::is_told(viewer, kind, Standing::default());
    let people: Vec<PersonId> = members.filter(concerned).map(|viewer| viewer.person).collect();
    let notice = Notice {
        seq: setting.seq,
        at: setting.at,
        kind,
        what,
        incident: None,
        noun: Noun::Setting,
        id: setting.id,
        by: Some(setting.person_id),
    };
    row::add(act, notice, &people).await
}

/// Who reads the share or the hold that it is about.
async fn crossed(act: &mut Act, told: &Told) -> Result<Option<Crossed>> {
    let id = ShareId(told.id);
    Ok(match told.noun {
        Noun::Share => {
            let named = store::incident::list_named(&mut act.tx, id.0).await?;
            store::share::find(&mut act.tx, id).await?.map(|row| Crossed::share(&row, named))
        }
        Noun::Hold => store::hold::find(&mut act.tx, id).await?.map(|row| Crossed::hold(&row)),
        Noun::Onward => store::onward::find(&mut act.tx, id).await?.map(|row| Crossed::onward(&row)),
        _ => None,
    })
}

/// The marking of the entry that it is about; a task that was just given has its incident's.
async fn child(act: &mut Act, told: &Told, held: &Held) -> Result<Option<Marking>> {
    if told.noun != Noun::Entry {
        return Ok(None);
    }
    let Some(entry) = store::entry::find(&mut act.tx, told.incident, EntryId(told.id)).await? else {
        return Ok(None);
    };
    let audience = match entry.narrowed {
        true => Some(store::incident::list_audience(&mut act.tx, told.id).await?),
        false => None,
    };
    let named = match entry.tlp {
        Tlp::Red => store::incident::list_named(&mut act.tx, told.id).await?,
        _ => vec![],
    };
    Ok(Some(Marking { tlp: entry.tlp, access: held.marking.access.clone(), named, audience }))
}
