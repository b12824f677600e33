//! Through whom the words of a relay came to whoever relays them, also where they are typed anew.
//!
//! An incident may hold many shares. They are read page by page before the act begins; what reaches the sender while the
//! act waits for its turn cannot have been typed yet.

use app::{
    model::{
        IncidentId, OrganisationId, ShareId, basis::Basis, basis::Originator, id::Number,
        organisation::Sector, share::Purpose,
    },
    policy::{self, Viewer},
};

use super::{
    super::{
        Result, Room,
        store::{self, share::ShareRow},
    },
    Crossed, ShareInput,
    rules::as_read,
};

/// Shares and requests that are read at once.
const PAGE: i64 = 200;
/// Letters and digits from which on words are somebody's also inside of others. Fewer are a turn of speech: they are
/// found where they are all that is said.
const TELLING: usize = 16;

/// What two texts are compared by: letters and digits alone. Who leaves out a full stop says the same.
struct Words(String);

impl Words {
    fn of(text: &str) -> Self {
        let read = as_read(text);
        let bare: String = read.chars().filter(|letter| letter.is_alphanumeric()).collect();
        Self(if bare.is_empty() { read } else { bare })
    }

    /// Whether one of them is in the other. Nothing is in no text.
    fn share(&self, other: &Self) -> bool {
        let (short, long) = if self.0.len() < other.0.len() { (self, other) } else { (other, self) };
        match short.0.chars().count() {
            0 => false,
            count if count < TELLING => short.0 == long.0,
            _ => long.0.contains(&short.0),
        }
    }
}

/// Of what is typed for an incident that the sender may not see: nothing, and the act says so.
pub(super) async fn ahead(
    room: &Room,
    viewer: &Viewer,
    number: &Number,
    input: &ShareInput,
) -> Result<Vec<Sector>> {
    if !relays(input) {
        return Ok(vec![]);
    }
    match store::incident::find_visible(&room.db, policy::scope(viewer), number).await? {
        Some(row) => of(room, viewer, row.id, input).await,
        None => Ok(vec![]),
    }
}

/// The sectors on the way of what is relayed, as far as its words were told to the viewer's organisation in this
/// incident: relayed by anybody, or told by an agency as its own. What was taken back was told.
pub(super) async fn of(
    room: &Room,
    viewer: &Viewer,
    incident: IncidentId,
    input: &ShareInput,
) -> Result<Vec<Sector>> {
    if !relays(input) {
        return Ok(vec![]);
    }
    let words = match input.relay_of.trim() {
        "" => Words::of(&input.originator.words),
        source => match source_of(room, viewer, incident, source).await? {
            Some((_, relayed)) => Words::of(&relayed.words),
            None => return Ok(vec![]),
        },
    };
    let mut way = Way { room, viewer, words, through: vec![] };
    way.shares(incident).await?;
    way.requests(incident).await?;
    Ok(way.through)
}

fn relays(input: &ShareInput) -> bool {
    input.purpose.trim().parse::<Purpose>().is_ok_and(|purpose| purpose.asks_originator())
}

struct Way<'a> {
    room: &'a Room,
    viewer: &'a Viewer,
    words: Words,
    through: Vec<Sector>,
}

impl Way<'_> {
    async fn shares(&mut self, incident: IncidentId) -> Result<()> {
        let (own, person, mut after) = (self.viewer.organisation, self.viewer.person, 0);
        loop {
            let rows = store::share::list_told_to(&self.room.db, incident, own, (after, PAGE)).await?;
            let Some(last) = rows.last().map(|row| row.seq) else { return Ok(()) };
            let naming =
                store::share::list_naming(&self.room.db, incident, (own, person), (after, last)).await?;
            for row in &rows {
                let named = if naming.contains(&row.id) { vec![person] } else { vec![] };
                let told = (row.from_organisation, row.body.as_str(), row.basis.read());
                self.look(&Crossed::share(row, named), told);
            }
            if (rows.len() as i64) < PAGE {
                return Ok(());
            }
            after = last;
        }
    }

    async fn requests(&mut self, incident: IncidentId) -> Result<()> {
        let mut after = 0;
        loop {
            let own = self.viewer.organisation;
            let rows = store::onward::list_asked_of(&self.room.db, incident, own, (after, PAGE)).await?;
            for row in &rows {
                let told = (row.from_organisation, row.body.as_str(), row.basis.read());
                self.look(&Crossed::onward(row), told);
            }
            match rows.last().filter(|_| rows.len() as i64 == PAGE) {
                Some(last) => after = last.seq,
                None => return Ok(()),
            }
        }
    }

    /// What the viewer reads, or read until it was taken back or decided.
    fn look(&mut self, crossed: &Crossed, (from, body, basis): (OrganisationId, &str, Basis)) {
        if !(crossed.is_read_by(self.viewer) || crossed.was_read_by(self.viewer)) {
            return;
        }
        if let Some(relayed) = basis.originator.filter(|said| self.words.share(&Words::of(&said.words))) {
            add_sectors(&mut self.through, sectors_of(self.room, self.viewer, from, &relayed));
        }
        let sender = self.room.directory().organisation(from).map(|from| from.sector);
        if sender == Some(Sector::Agency) && self.words.share(&Words::of(body)) {
            add_sectors(&mut self.through, vec![Sector::Agency]);
        }
    }
}

/// A relay of this incident that the viewer reads.
pub(super) async fn source_of(
    room: &Room,
    viewer: &Viewer,
    incident: IncidentId,
    source: &str,
) -> Result<Option<(ShareRow, Originator)>> {
    let Ok(id) = source.parse::<ShareId>() else { return Ok(None) };
    let found = store::share::read(&room.db, id).await?;
    let Some(row) = found.filter(|row| row.incident_id == incident) else { return Ok(None) };
    let named = store::incident::read_named(&room.db, row.id.0).await?;
    if !Crossed::share(&row, named).is_read_by(viewer) {
        return Ok(None);
    }
    Ok(row.basis.read().originator.map(|relayed| (row, relayed)))
}

/// Those through whom a relay came to the viewer, its sender last.
pub(super) fn sectors_of(
    room: &Room,
    viewer: &Viewer,
    from: OrganisationId,
    relayed: &Originator,
) -> Vec<Sector> {
    let directory = room.directory();
    let sender = directory.organisation(from).filter(|from| from.id != viewer.organisation);
    relayed.through.iter().copied().chain(sender.map(|from| from.sector)).collect()
}

pub(super) fn add_sectors(through: &mut Vec<Sector>, sectors: Vec<Sector>) {
    for sector in sectors {
        if !through.contains(&sector) {
            through.push(sector);
        }
    }
}
