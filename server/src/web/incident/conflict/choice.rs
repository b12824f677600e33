//! Forms of several fields: each that differs is shown with both values, and one of them is chosen.
//!
//! A field that its editor did not touch differs because somebody else changed it: what was sent is what stood
//! before. There the page opens with the new value chosen.

use app::{
    model::{Tlp, entry::EntryKind, setting::ContentMark},
    pages::problem::{Contested, Fact, Next, Side},
    policy::{Action, Standing, may},
};

use super::{Compared, Shown, sorted};
use crate::{
    service::{
        Result,
        entry::{self, TimelineQuery},
    },
    web::read,
};

/// Changes that are looked through for what stood before.
const LOOKED_THROUGH: i64 = 200;

impl Compared<'_> {
    /// What fields had before, as far as the viewer sees it: field and old value.
    async fn former(&self) -> Result<Vec<(String, String)>> {
        let query = TimelineQuery { kinds: vec![EntryKind::System], limit: LOOKED_THROUGH, ..<_>::default() };
        let found = entry::list(&self.app.room, &self.member.viewer, self.incident, &query).await?;
        let changes = found.entries.iter().filter_map(|entry| entry.change.as_ref());
        Ok(changes.map(|change| (change.field.clone(), change.old.clone())).collect())
    }

    pub(super) async fn edit(&self) -> Result<Shown> {
        let (incident, former) = (self.incident, self.former().await?);
        let stood =
            |field: &str, words: &str| former.iter().any(|(name, old)| name == field && old == words.trim());
        let text = |name: &str, label: &str, now: &str| {
            let typed = self.typed.value(name);
            let field = Contested::text(name, label, now, typed);
            (now.trim() != typed.trim()).then(|| Contested { mine: !stood(name, typed), ..field })
        };
        let code = self.typed.value("category").trim().to_uppercase();
        let reference = self.app.room.reference();
        let wanted = reference.category(&code, incident.stages.opened_at);
        let category = Contested::choice(
            "category",
            "Category",
            Side::new(&incident.category.code, &incident.category.leaf),
            Side::new(&wanted.code, &wanted.leaf),
        );
        let was = stood("category", &format!("{} › {}", wanted.top, wanted.leaf));
        let fields = [
            text("title", "Title", &incident.title),
            text("summary", "Current understanding", &incident.summary),
            read::given(self.typed, "source").and_then(|_| text("source", "Source", &incident.source)),
            (code != incident.category.code).then_some(Contested { mine: !was, ..category }),
            self.places(stood),
        ];
        Ok(chosen(vec![], fields.into_iter().flatten().collect(), "It stands as you typed it."))
    }

    fn places(&self, stood: impl Fn(&str, &str) -> bool) -> Option<Contested> {
        let (theirs, yours) =
            (sorted(self.incident.jurisdictions.clone()), sorted(read::jurisdictions(self.typed)));
        let words = |places: &[app::model::incident::Jurisdiction]| match places {
            [] => "Nationwide".to_owned(),
            some => some.iter().map(|place| place.words()).collect::<Vec<_>>().join("; "),
        };
        let side =
            |places: &[app::model::incident::Jurisdiction]| Side::new(read::folded(places), words(places));
        let mut all = sorted([theirs.clone(), yours.clone()].concat());
        all.dedup();
        let both = (all != theirs && all != yours).then(|| side(&all));
        let mine = !stood(read::PLACES, &words(&yours));
        let field = Contested::choice(read::PLACES, "Where", side(&theirs), side(&yours));
        (theirs != yours).then_some(Contested { both, mine, ..field })
    }

    pub(super) async fn content(&self) -> Result<Shown> {
        let (incident, former) = (self.incident, self.former().await?);
        let standing = Standing::to(&self.member.viewer, incident);
        let may_clear = may(&self.member.viewer, Action::ClearContent, standing);
        let marks = [
            (
                ContentMark::CandidateOrPartyContent,
                incident.candidate_or_party_content,
                "It concerns a candidate or a party",
            ),
            (ContentMark::ContainsPersonalData, incident.contains_personal_data, "It contains personal data"),
        ];
        let side = |set: bool| if set { Side::new("1", "Yes") } else { Side::new("", "No") };
        let fields = marks.into_iter().filter_map(|(mark, now, label)| {
            let (name, wanted) = (mark.wire(), self.typed.value(mark.wire()) == "1");
            let was = former.iter().any(|(field, old)| field == name && (old == "yes") == wanted);
            let barred = !wanted && !may_clear;
            let note = barred.then(|| "Counsel of the lead organisation can take this mark away.".to_owned());
            let field = Contested::choice(name, label, side(now), side(wanted));
            (now != wanted).then_some(Contested { mine: !was && !barred, note, ..field })
        });
        Ok(chosen(vec![], fields.collect(), "It stands as you chose it."))
    }

    /// Whom RED lets in and whom it locks out is never decided unseen: what stands is chosen as the page opens.
    pub(super) fn marking(&self) -> Shown {
        let now = self.incident.tlp;
        let wanted = self.typed.value("tlp").parse::<Tlp>().ok();
        let named = (wanted == Some(Tlp::Red)).then(|| self.named());
        let names = |people: &[(String, String)]| {
            people.iter().map(|(_, name)| name.clone()).collect::<Vec<_>>().join(", ")
        };
        let mut stands = vec![Fact::new("Marking", now.label())];
        let theirs: Vec<_> = self.incident.named.iter().map(known).collect();
        if now == Tlp::Red {
            stands.push(Fact::new("Named people", names(&theirs)));
        }
        let label = wanted.map_or("", Tlp::label);
        let mut own = vec![self.chosen("tlp", "Marking", label), self.text("reason", "Reason")];
        let Some(yours) = named else {
            let next = match wanted == Some(now) {
                true => Next::Over(format!("It is {} already.", now.label())),
                false => Next::Send("Change marking"),
            };
            return Shown::act(stands, own, next);
        };
        if now != Tlp::Red {
            own.insert(1, self.chosen("named", "Named people", names(&yours)));
            return Shown::act(stands, own, Next::Send("Change marking"));
        }
        let field = contested_names(&theirs, &yours);
        let own = own.into_iter().flatten().collect();
        let over = "It is TLP:RED already, for the same people.";
        Shown { own, ..chosen(stands, field.into_iter().collect(), over) }
    }

    /// Address and name of those whom the form names; whoever sends it is one of them.
    fn named(&self) -> Vec<(String, String)> {
        let directory = self.app.room.directory();
        let me = directory.person(self.member.viewer.person).map(known);
        let typed = read::people(self.typed, "named").into_iter().map(|word| {
            directory
                .find_known(&word)
                .map_or_else(|| (word.clone(), word.clone()), |found| known(&found.person))
        });
        let mut people: Vec<_> = me.into_iter().chain(typed).collect();
        people.sort();
        people.dedup();
        people
    }
}

fn known(person: &app::model::Person) -> (String, String) {
    (person.email.clone(), format!("{} ({})", person.name, person.organisation.short))
}

fn contested_names(theirs: &[(String, String)], yours: &[(String, String)]) -> Option<Contested> {
    let mut theirs = theirs.to_vec();
    theirs.sort();
    let join = |part: fn(&(String, String)) -> &String, people: &[(String, String)]| {
        people.iter().map(part).cloned().collect::<Vec<_>>().join(", ")
    };
    let side = |people: &[(String, String)]| Side::new(join(|it| &it.0, people), join(|it| &it.1, people));
    let without = |some: &[(String, String)], others: &[(String, String)]| -> Vec<_> {
        some.iter().filter(|it| !others.contains(it)).cloned().collect()
    };
    let (lost, won) = (without(&theirs, yours), without(yours, &theirs));
    let said = [(lost.as_slice(), "would no longer see it"), (won.as_slice(), "would see it from now on")];
    let said = said.into_iter().filter(|(people, _)| !people.is_empty());
    let note: Vec<_> = said.map(|(people, fate)| format!("{} {fate}", join(|it| &it.1, people))).collect();
    let mut all = [theirs.as_slice(), &won].concat();
    all.sort();
    let both = (!lost.is_empty() && !won.is_empty()).then(|| side(&all));
    let field = Contested::choice("named", "Named people", side(&theirs), side(yours));
    (theirs != yours).then(|| Contested {
        both,
        mine: false,
        note: Some(format!("With yours, {}.", note.join("; "))),
        ..field
    })
}

/// One of two for each field; nothing to do where none differs.
fn chosen(stands: Vec<Fact>, fields: Vec<Contested>, over: &str) -> Shown {
    let next = match fields.is_empty() {
        true => Next::Over(over.to_owned()),
        false => Next::Send("Save what I chose"),
    };
    Shown { stands, fields, own: vec![], next }
}
