//! The ledger as comma-separated values: a line a crossing, each with its label and its banner.

use app::{
    model::{
        Moment, Person,
        ledger::{Crossing, LedgerStep, PostedTo, PostedWhat, Posting},
    },
    policy::Cleared,
};

use super::super::csv::line;

/// Steps with columns of their own: time, person, row of the journal.
const STEPS: [(&str, LedgerStep); 11] = [
    ("held", LedgerStep::Held),
    ("returned", LedgerStep::Returned),
    ("refused", LedgerStep::Refused),
    ("released", LedgerStep::Released),
    ("delivered", LedgerStep::Delivered),
    ("seen", LedgerStep::Seen),
    ("acknowledged", LedgerStep::Acknowledged),
    ("answered", LedgerStep::Answered),
    ("taken_back", LedgerStep::TakenBack),
    ("ended", LedgerStep::Ended),
    ("withdrawn", LedgerStep::Withdrawn),
];

const COLUMNS: [&str; 23] = [
    "label",
    "count",
    "entry",
    "hash",
    "id",
    "incident",
    "title",
    "state",
    "from",
    "from_name",
    "from_organisation",
    "from_sector",
    "to_organisation",
    "to_sector",
    "purpose",
    "tlp",
    "text",
    "banner",
    "exhibits",
    "foreign_nexus",
    "reviewed_by",
    "comment",
    "answer",
];

/// Behind the steps: words that came later stand at the end, since programs that count columns read on.
const LAST: [&str; 11] = [
    "approved_by",
    "approved_organisation",
    "named",
    "entries",
    "reference",
    "originator_name",
    "originator_role",
    "originator_jurisdiction",
    "originator_at",
    "originator_words",
    "originator_through",
];

/// Of a request to pass something on, and of what came of it: behind the rest, as they came later still.
const REQUEST_STEPS: [(&str, LedgerStep); 5] = [
    ("asked", LedgerStep::Asked),
    ("let_pass", LedgerStep::LetPass),
    ("declined", LedgerStep::Declined),
    ("recalled", LedgerStep::Recalled),
    ("lapsed", LedgerStep::Lapsed),
];

/// The first line.
pub fn csv_head() -> String {
    let step = |(word, _): &(&str, LedgerStep)| ["at", "by", "entry"].map(|what| format!("{word}_{what}"));
    let along = LAST.iter().map(|word| (*word).to_owned());
    let request = ["asked_organisation".to_owned()].into_iter().chain(REQUEST_STEPS.iter().flat_map(step));
    let steps = STEPS.iter().flat_map(step);
    line(COLUMNS.iter().map(|word| (*word).to_owned()).chain(steps).chain(along).chain(request))
}

/// The lines of these crossings.
pub fn csv(crossings: &Cleared<Vec<Crossing>>) -> String {
    crossings.iter().map(row).collect()
}

fn row(crossing: &Crossing) -> String {
    let email = |person: Option<&Person>| person.map_or_else(String::new, |person| person.email.clone());
    let (entry, hash) =
        crossing.row().map_or_else(Default::default, |row| (row.seq.to_string(), row.hash.clone()));
    let exhibits: Vec<_> = crossing.exhibits.iter().map(|number| format!("E-{number}")).collect();
    let mut fields = vec![
        crossing.label.label().to_owned(),
        crossing.count.map_or_else(String::new, |count| count.to_string()),
        entry,
        hash,
        crossing.id.to_string(),
        crossing.incident.to_string(),
        crossing.title.clone(),
        crossing.stands.wire().to_owned(),
        crossing.from.email.clone(),
        crossing.from.name.clone(),
        crossing.from.organisation.slug.clone(),
        crossing.from.organisation.sector.wire().to_owned(),
        crossing.to.slug.clone(),
        crossing.to.sector.wire().to_owned(),
        crossing.purpose.wire().to_owned(),
        crossing.tlp.wire().to_owned(),
        crossing.text.clone(),
        crossing.banner().unwrap_or_default().to_owned(),
        exhibits.join(" "),
        crossing.foreign_nexus.clone(),
        email(crossing.reviewed_by.as_ref()),
        crossing.comment.clone(),
        crossing.answer.clone().unwrap_or_default(),
    ];
    let done = |step: LedgerStep| {
        let act = crossing.act(step);
        let at = act.map_or_else(String::new, |act| Moment::to_string(&act.at));
        [
            at,
            email(act.and_then(|act| act.by.as_ref())),
            act.map_or_else(String::new, |act| act.seq.to_string()),
        ]
    };
    fields.extend(STEPS.iter().flat_map(|(_, step)| done(*step)));
    fields.push(email(crossing.approved_by.as_ref()));
    fields.push(crossing.approved_organisation.as_ref().map_or_else(String::new, |found| found.slug.clone()));
    let named: Vec<_> = crossing.named.iter().map(|person| person.email.as_str()).collect();
    let entries: Vec<_> = crossing.entries.iter().map(|entry| entry.id.to_string()).collect();
    fields.extend([named.join(" "), entries.join(" "), crossing.basis.reference.clone()]);
    fields.extend(originator(crossing));
    fields.push(crossing.asked.as_ref().map_or_else(String::new, |asked| asked.slug.clone()));
    fields.extend(REQUEST_STEPS.iter().flat_map(|(_, step)| done(*step)));
    line(fields)
}

/// Whose words were handed on, and these; empty where nobody's were.
fn originator(crossing: &Crossing) -> [String; 6] {
    crossing.basis.originator.as_ref().map_or_else(Default::default, |from| {
        let at = Moment::to_string(&from.at);
        let through: Vec<_> = from.through.iter().map(|sector| sector.wire()).collect();
        let through = through.join(" ");
        [from.name.clone(), from.role.clone(), from.jurisdiction.clone(), at, from.words.clone(), through]
    })
}

const POSTING_COLUMNS: [&str; 29] = [
    "label",
    "entry",
    "hash",
    "id",
    "incident",
    "title",
    "kind",
    "posted_at",
    "happened_at",
    "from",
    "from_name",
    "from_organisation",
    "from_sector",
    "to_organisations",
    "tlp",
    "text",
    "field",
    "old",
    "new",
    "banner",
    "exhibit",
    "named",
    "struck_at",
    "to_everyone",
    "value_kind",
    "value",
    "for_organisation",
    "for_person",
    "due_at",
];

/// The first line of what was posted.
pub fn postings_csv_head() -> String {
    line(POSTING_COLUMNS.iter().map(|word| (*word).to_owned()))
}

/// The lines of these entries, indicators and tasks.
pub fn postings_csv(postings: &Cleared<Vec<Posting>>) -> String {
    postings.iter().map(posting_row).collect()
}

fn posting_row(posting: &Posting) -> String {
    let moment = |at: Option<Moment>| at.map_or_else(String::new, |at| at.to_string());
    let change = posting.change.clone();
    let of = |value: fn(app::model::entry::Change) -> String| change.clone().map_or_else(String::new, value);
    let (to, everyone) = match &posting.to {
        PostedTo::Everyone => (String::new(), "yes"),
        PostedTo::Organisations(to) => {
            (to.iter().map(|to| to.slug.as_str()).collect::<Vec<_>>().join(" "), "no")
        }
    };
    let named: Vec<_> = posting.named.iter().map(|person| person.email.as_str()).collect();
    // Raw, as the journal has it; on screen and on paper it is defanged.
    let (value_kind, value) = match &posting.what {
        PostedWhat::Indicator(kind, value) => (kind.wire(), value.as_str()),
        _ => ("", ""),
    };
    let task = posting.what.task().cloned().unwrap_or_default();
    line([
        posting.label.label().to_owned(),
        posting.seq.to_string(),
        posting.hash.clone(),
        posting.id.to_string(),
        posting.incident.to_string(),
        posting.title.clone(),
        posting.what.wire().to_owned(),
        posting.at.to_string(),
        posting.happened_at.to_string(),
        posting.from.email.clone(),
        posting.from.name.clone(),
        posting.from.organisation.slug.clone(),
        posting.from.organisation.sector.wire().to_owned(),
        to,
        posting.tlp.wire().to_owned(),
        posting.text.clone(),
        of(|change| change.field),
        of(|change| change.old),
        of(|change| change.new),
        posting.banner().unwrap_or_default().to_owned(),
        posting.exhibit.map_or_else(String::new, |number| format!("E-{number}")),
        named.join(" "),
        moment(posting.struck_at),
        everyone.to_owned(),
        value_kind.to_owned(),
        value.to_owned(),
        task.organisation.map_or_else(String::new, |found| found.slug),
        task.person.map_or_else(String::new, |person| person.email),
        moment(task.due_at),
    ])
}
