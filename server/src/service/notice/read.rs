//! The centre: what one person was told, as they may see it now.

use app::{
    model::{
        MailId, Moment, NoticeId, PersonId, Tlp,
        inbox::ShareCounts,
        notice::{NoticeCount, NoticeIncident, NoticeKind, NoticeLine, NoticePage, NoticeQuery},
    },
    policy::{self, Cleared, Viewer},
};

use super::super::{
    Asker, Directory, Error, Result, Room,
    directory::Member,
    keyset, looks, mention, person,
    store::{
        self,
        notice::{LineRow, RoomRow},
    },
};
use crate::clock::{rest, stopwatch};

/// Characters of a text that a line shows.
const TEXT: usize = 240;
/// Notices that one e-mail tells of; the link leads to all.
const MAILED: i64 = 50;
/// Days after which a notice is forgotten: what it was about stays where it is.
const KEPT_DAYS: i64 = 30;
/// Notices that are forgotten in one transaction.
const FORGOTTEN: i64 = 500;

/// A row of the centre: about an incident, or about none.
enum Row {
    Incident(Box<LineRow>),
    Room(RoomRow),
}

impl Row {
    fn seq(&self) -> i64 {
        match self {
            Self::Incident(row) => row.seq,
            Self::Room(row) => row.seq,
        }
    }

    fn read(self, room: &Room, viewer: &Viewer) -> NoticeLine {
        match self {
            Self::Incident(row) => line(room, viewer, *row),
            Self::Room(row) => room_line(room, viewer, row),
        }
    }
}

/// A page of the centre, newest first.
pub async fn list(
    room: &Room,
    viewer: &Viewer,
    query: &NoticeQuery,
    limit: i64,
) -> Result<Cleared<NoticePage>> {
    let before = match &query.after {
        None => i64::MAX,
        Some(sealed) => place(room, "notices", sealed).ok_or_else(|| not_a_cursor("after"))?,
    };
    let limit = limit.clamp(1, 200);
    // Read before the list: what comes in between is on neither side of it.
    let newest = seal(room, "notices read", *room.growth().borrow());
    let rows = store::notice::list(&room.db, viewer, query.kind, query.all, before, limit + 1).await?;
    let own =
        store::notice::list_room(&room.db, viewer.person, query.kind, query.all, before, limit + 1).await?;
    let mut rows: Vec<Row> = rows.into_iter().map(|row| Row::Incident(Box::new(row))).collect();
    rows.extend(own.into_iter().map(Row::Room));
    rows.sort_by_key(|row| std::cmp::Reverse(row.seq()));
    let next = keyset::cut(&mut rows, limit, |row| seal(room, "notices", row.seq()));
    let lines = rows.into_iter().map(|row| row.read(room, viewer)).collect();
    Ok(policy::clear_by_scope(NoticePage { lines, next, newest }))
}

/// What an e-mail tells of: unread, and what its person may still see.
pub(crate) async fn list_of_mail(
    room: &Room,
    viewer: &Viewer,
    mail: MailId,
) -> Result<Cleared<Vec<NoticeLine>>> {
    let rows = store::notice::list_of_mail(&room.db, viewer, mail, MAILED).await?;
    let own = store::notice::list_room_of_mail(&room.db, viewer.person, mail, MAILED).await?;
    let own = own.into_iter().map(|row| room_line(room, viewer, row));
    Ok(policy::clear_by_scope(rows.into_iter().map(|row| line(room, viewer, row)).chain(own).collect()))
}

/// One notice, while its person sees what it is about; anybody else's does not exist.
pub async fn find(room: &Room, viewer: &Viewer, id: NoticeId) -> Result<Cleared<NoticeLine>> {
    let found = match store::notice::find(&room.db, viewer, id).await? {
        Some(row) => line(room, viewer, row),
        None => {
            let row = store::notice::find_room(&room.db, viewer.person, id).await?;
            room_line(room, viewer, row.ok_or(Error::NotFound)?)
        }
    };
    Ok(policy::clear_by_scope(found))
}

/// How many are unread.
pub async fn count(room: &Room, viewer: &Viewer) -> Result<NoticeCount> {
    let unread = store::notice::count_unread(&room.db, viewer, ShareCounts::MOST).await?;
    // The bell is on each page, and says no more than that.
    let own = match unread < ShareCounts::MOST {
        true => store::notice::count_room(&room.db, viewer.person, ShareCounts::MOST).await?,
        false => 0,
    };
    Ok(NoticeCount { unread: (unread + own).min(ShareCounts::MOST) })
}

/// Marks one as read. Reading is no act: it stands in no journal.
pub async fn read(room: Room, asker: Asker, id: NoticeId) -> Result<Cleared<NoticeLine>> {
    let found = find(&room, &asker.viewer, id).await?;
    if found.read_at.is_some() {
        return Ok(found);
    }
    let mut act = room.begin_for(asker.viewer.clone(), &asker.request).await?;
    let now = act.now();
    store::notice::set_read(&mut act.tx, asker.viewer.person, id, now).await?;
    act.commit_own().await?;
    Ok(found.map(|line| NoticeLine { read_at: Some(now), ..line }))
}

/// Marks as read what was there when the list was drawn, or everything; of one kind where given.
pub async fn read_all(
    room: Room,
    asker: Asker,
    kind: Option<NoticeKind>,
    newest: Option<String>,
) -> Result<()> {
    let until = match newest.filter(|sealed| !sealed.is_empty()) {
        None => i64::MAX,
        Some(sealed) => place(&room, "notices read", &sealed).ok_or_else(|| not_a_cursor("newest"))?,
    };
    let mut act = room.begin_for(asker.viewer.clone(), &asker.request).await?;
    let now = act.now();
    store::notice::set_all_read(&mut act.tx, asker.viewer.person, kind, until, now).await?;
    act.commit_own().await
}

/// Marks as read, of everybody, what is older than this: a room that is filled with its story.
pub async fn read_before(room: &Room, before: Moment) -> Result<()> {
    let mut act = room.begin_own("notices").await?;
    store::notice::set_read_before(&mut act.tx, before).await?;
    act.commit_own().await
}

/// Forgets what is old, a part at a time, so that nobody waits long for the writer's turn.
pub async fn tidy(room: &Room) -> Result<()> {
    loop {
        let began = stopwatch();
        if !forget_part(room).await? {
            return Ok(());
        }
        rest(began).await;
    }
}

/// Forgets what is old without a rest: in a room that nobody reads yet.
pub async fn forget_old(room: &Room) -> Result<()> {
    while forget_part(room).await? {}
    Ok(())
}

/// Whether there may be more to forget.
async fn forget_part(room: &Room) -> Result<bool> {
    let mut act = room.begin_own("notices").await?;
    let before = act.now().plus_seconds(-KEPT_DAYS * 86_400);
    let removed = store::notice::remove_before(&mut act.tx, before, FORGOTTEN).await?;
    act.commit_own().await?;
    Ok(removed >= FORGOTTEN as u64)
}

fn seal(room: &Room, purpose: &str, seq: i64) -> String {
    room.seal.seal(purpose, &format!("{seq:020}"))
}
fn place(room: &Room, purpose: &str, sealed: &str) -> Option<i64> {
    room.seal.open(purpose, sealed)?.parse().ok()
}
fn not_a_cursor(field: &str) -> Error {
    Error::invalid(field, "Not a cursor of this list")
}

fn line(room: &Room, viewer: &Viewer, row: LineRow) -> NoticeLine {
    let label = [row.entry_tlp, row.own_tlp].into_iter().flatten().fold(row.tlp, Tlp::max);
    looks::at(row.incident_id, label);
    let directory = room.directory();
    let text = match (row.kind, row.struck) {
        (_, true) => String::new(),
        (NoticeKind::Mentioned, _) => beginning(&directory, viewer, &row.entry_text.unwrap_or_default()),
        (NoticeKind::Task, _) => short(row.task_text.unwrap_or_default()),
        (NoticeKind::Status | NoticeKind::Breach, _) => row.new_value.unwrap_or_default(),
        _ => String::new(),
    };
    NoticeLine {
        id: row.id,
        kind: row.kind,
        what: row.what,
        at: row.at,
        read_at: row.read_at,
        incident: Some(NoticeIncident {
            number: row.number,
            title: row.title,
            severity: row.severity,
            tlp: label,
        }),
        by: row.by_person.and_then(|id| directory.person(id).cloned()),
        text,
        entry: row.entry_id,
        person: None,
    }
}

/// About a setting of the room, or an account of the viewer's organisation: whose it is, where the viewer may know.
fn room_line(room: &Room, viewer: &Viewer, row: RoomRow) -> NoticeLine {
    let directory = room.directory();
    let known = |member: &&Member| {
        let subject = person::subject(member);
        subject.person == viewer.person || policy::knows(viewer, &subject)
    };
    let about = (row.kind == NoticeKind::Account).then(|| directory.member(PersonId(row.noun_id)));
    let whose = about.flatten().filter(known).map(|member| &member.person);
    // How an invitation from outside calls somebody is said once they are in: until then its maker could say anything.
    let words = row.reason.unwrap_or_default();
    NoticeLine {
        id: row.id,
        kind: row.kind,
        what: row.what,
        at: row.at,
        read_at: row.read_at,
        incident: None,
        by: row.by_person.and_then(|id| directory.person(id).cloned()),
        text: whose.map_or(short(words), |person| person.name.clone()),
        entry: None,
        person: whose.map(|person| person.id),
    }
}

/// The beginning of an entry, with people by name: its reader, and whom it calls by a whole address.
fn beginning(directory: &Directory, viewer: &Viewer, text: &str) -> String {
    short(mention::named_for(directory, text, Some(viewer.person)))
}

fn short(text: String) -> String {
    match text.char_indices().nth(TEXT) {
        None => text,
        Some((end, _)) => format!("{}…", text[..end].trim_end()),
    }
}
