//! A section as the controls of its form, and back. Categories have forms of their own: a leaf is added, renamed
//! or retired at a date.

use super::{Explanation, HoldRule, Playbook, Profile, Section, SettingKind, read_span, span_words};
use crate::model::{FieldErrors, Moment, Severity, SeverityTarget, Submitted, share::Purpose};

/// What a form says: the section, what could not be read, and which row of the form each thing stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typing {
    pub section: Section,
    pub errors: FieldErrors,
    rows: Vec<usize>,
}

impl Typing {
    /// Puts messages about the things of the section beside the rows of the form: rows that were left out count.
    pub fn placed(&self, errors: FieldErrors) -> FieldErrors {
        let mut placed = FieldErrors::default();
        for (field, message) in errors.iter() {
            let row = field.split_once('.').and_then(|(thing, name)| {
                let row = self.rows.get(thing.parse::<usize>().ok()?)?;
                Some(format!("{row}.{name}"))
            });
            placed.add(row.as_deref().unwrap_or(field), message);
        }
        placed
    }
}

/// The form of a section as it stands.
pub fn to_form(section: &Section) -> Submitted {
    let mut form = Submitted::default();
    match section {
        Section::Severities(all) => {
            for one in all {
                let of = one.severity;
                form.set(&format!("{of}.definition"), one.definition.as_str());
                for (name, seconds) in [
                    ("acknowledge_s", one.acknowledge_s),
                    ("update_s", one.update_s),
                    ("contain_s", one.contain_s),
                ] {
                    form.set(&format!("{of}.{name}"), span_words(seconds));
                }
            }
        }
        Section::Periods(all) => {
            for one in all {
                form.set(&format!("{}.target_percent", one.period), one.target_percent.to_string());
                if let Some((from, to)) = one.moved() {
                    form.set(&format!("{}.from", one.period), from.to_string());
                    form.set(&format!("{}.to", one.period), to.to_string());
                }
            }
        }
        Section::Categories(_) => {}
        Section::Playbooks(all) => {
            for (row, one) in all.iter().enumerate() {
                form.set(&format!("{row}.id"), one.id.as_str());
                form.set(&format!("{row}.title"), one.title.as_str());
                form.set(&format!("{row}.trigger"), one.trigger.as_str());
                form.set(&format!("{row}.steps"), one.steps.join("\n"));
            }
        }
        Section::Purposes(all) => {
            for one in all {
                form.set(&format!("{}.text", one.purpose), one.text.as_str());
            }
        }
        Section::HoldRules(all) => {
            for (row, one) in all.iter().enumerate() {
                form.set(&format!("{row}.rule"), one.rule.as_str());
                form.set(&format!("{row}.why"), one.why.as_str());
                form.set(&format!("{row}.from"), one.from.map_or("", |sector| sector.wire()));
                form.set(&format!("{row}.to"), one.to.map_or("", |sector| sector.wire()));
                form.set(&format!("{row}.words"), one.words.join("\n"));
                form.set(&format!("{row}.on"), if one.on { "1" } else { "" });
                for pattern in &one.patterns {
                    form.push(&format!("{row}.patterns"), pattern.wire());
                }
                for mark in &one.content {
                    form.push(&format!("{row}.content"), mark.wire());
                }
                form.set(&format!("{row}.across"), if one.across { "1" } else { "" });
            }
        }
    }
    form
}

/// Reads the form of a section. Categories have none: nothing is read.
pub fn from_form(kind: SettingKind, form: &Submitted) -> Typing {
    let mut errors = FieldErrors::default();
    let mut rows = vec![];
    let section = match kind {
        SettingKind::Severities => Section::Severities(severities(form, &mut errors)),
        SettingKind::Periods => Section::Periods(periods(form, &mut errors)),
        SettingKind::Categories => Section::Categories(vec![]),
        SettingKind::Playbooks => Section::Playbooks(playbooks(form, &mut rows)),
        SettingKind::Purposes => Section::Purposes(purposes(form)),
        SettingKind::HoldRules => Section::HoldRules(hold_rules(form, &mut rows, &mut errors)),
    };
    Typing { section, errors, rows }
}

fn severities(form: &Submitted, errors: &mut FieldErrors) -> Vec<SeverityTarget> {
    let mut seconds = |severity: Severity, name: &str| {
        let field = format!("{severity}.{name}");
        read_span(form.value(&field)).unwrap_or_else(|| {
            errors.add(&field, "A number and s, min, h or d, such as “30 min”; or “none”");
            None
        })
    };
    let all = Severity::ALL.iter().map(|severity| SeverityTarget {
        severity: *severity,
        definition: line(form.value(&format!("{severity}.definition"))),
        acknowledge_s: seconds(*severity, "acknowledge_s"),
        update_s: seconds(*severity, "update_s"),
        contain_s: seconds(*severity, "contain_s"),
    });
    all.collect()
}

fn periods(form: &Submitted, errors: &mut FieldErrors) -> Vec<Profile> {
    let named =
        form.pairs().iter().filter_map(|(name, value)| Some((name.strip_suffix(".target_percent")?, value)));
    let profile = |(period, value): (&str, &String)| {
        let value = value.trim().trim_end_matches('%').trim();
        let target_percent = value.parse().unwrap_or_else(|_| {
            errors.add(&format!("{period}.target_percent"), "A whole number of percent");
            100
        });
        let mut moment = |name: &str| {
            let field = format!("{period}.{name}");
            let text = form.value(&field).trim();
            let read = (!text.is_empty()).then(|| text.parse::<Moment>());
            read.transpose().unwrap_or_else(|_| {
                errors.add("form", format!("{field}: not a moment"));
                None
            })
        };
        let (from, to) = (moment("from"), moment("to"));
        Profile { period: period.to_owned(), target_percent, from, to }
    };
    named.map(profile).collect()
}

fn purposes(form: &Submitted) -> Vec<Explanation> {
    let text = |purpose: &Purpose| line(form.value(&format!("{purpose}.text")));
    Purpose::ALL.iter().map(|purpose| Explanation { purpose: *purpose, text: text(purpose) }).collect()
}

/// The rows of a form, by the field that each has.
fn rows_of<'a>(form: &'a Submitted, field: &'a str) -> impl Iterator<Item = usize> + 'a {
    form.pairs().iter().filter_map(move |(name, _)| {
        let (row, name) = name.split_once('.')?;
        (name == field).then(|| row.parse().ok()).flatten()
    })
}

fn playbooks(form: &Submitted, rows: &mut Vec<usize>) -> Vec<Playbook> {
    let mut all: Vec<Playbook> = vec![];
    for row in rows_of(form, "title") {
        let value = |name: &str| form.value(&format!("{row}.{name}"));
        let title = line(value("title"));
        let steps: Vec<_> = lines(value("steps"));
        let is_blank = title.is_empty() && steps.is_empty() && value("trigger").trim().is_empty();
        if is_blank || value("remove") == "1" {
            continue;
        }
        let id = match value("id").trim() {
            "" => fresh_id(&title, &all),
            id => id.to_owned(),
        };
        rows.push(row);
        all.push(Playbook { id, title, trigger: line(value("trigger")), steps });
    }
    all
}

/// A word of the title that no other playbook has.
fn fresh_id(title: &str, others: &[Playbook]) -> String {
    let letters =
        |letter: char| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { ' ' };
    let words: String = title.chars().map(letters).collect();
    let start: String = words.split_whitespace().collect::<Vec<_>>().join("-").chars().take(36).collect();
    let start = if start.is_empty() { "playbook".to_owned() } else { start };
    let mut ids = std::iter::once(start.clone()).chain((2..).map(|n| format!("{start}-{n}")));
    ids.find(|id| !others.iter().any(|other| other.id == *id)).unwrap_or(start)
}

fn hold_rules(form: &Submitted, rows: &mut Vec<usize>, errors: &mut FieldErrors) -> Vec<HoldRule> {
    let mut all = vec![];
    for row in rows_of(form, "rule") {
        let name = |name: &str| format!("{row}.{name}");
        let value = |field: &str| form.value(&name(field));
        let (rule, why) = (line(value("rule")), line(value("why")));
        let words: Vec<_> =
            lines(value("words")).iter().map(|words| words.to_lowercase().replace("...", "…")).collect();
        if (rule.is_empty() && why.is_empty() && words.is_empty()) || value("remove") == "1" {
            continue;
        }
        let mut sector = |field: &str| match value(field).trim() {
            "" => None,
            word => word.parse().map_err(|_| errors.add(&name(field), "Choose from the list")).ok(),
        };
        let (from, to) = (sector("from"), sector("to"));
        let patterns = form.values(&name("patterns")).filter_map(|word| word.parse().ok()).collect();
        let content = form.values(&name("content")).filter_map(|word| word.parse().ok()).collect();
        let (on, across) = (value("on") == "1", value("across") == "1");
        rows.push(row);
        all.push(HoldRule { rule, why, from, to, words, patterns, content, across, on });
    }
    all
}

/// One line: white space is one space.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Lines that are not empty.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(line).filter(|line| !line.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_that_nobody_touched_says_what_stands() {
        let playbook = |id: &str| Playbook {
            id: id.into(),
            title: id.to_uppercase(),
            trigger: "It happens".into(),
            steps: vec!["One".into(), "Two".into()],
        };
        let rule = HoldRule {
            rule: "moderation".into(),
            why: "It asks".into(),
            from: Some(crate::model::organisation::Sector::Agency),
            to: None,
            words: vec!["take down".into(), "remove".into()],
            patterns: vec![super::super::HoldPattern::Email],
            content: vec![super::super::ContentMark::CandidateOrPartyContent],
            across: true,
            on: true,
        };
        let target = |severity: &Severity| SeverityTarget {
            severity: *severity,
            definition: "Means something".into(),
            acknowledge_s: Some(300),
            update_s: None,
            contain_s: Some(90),
        };
        for section in [
            Section::Playbooks(vec![playbook("a"), playbook("b")]),
            Section::HoldRules(vec![rule]),
            Section::Severities(Severity::ALL.iter().map(target).collect()),
            Section::Periods(vec![
                Profile::shipped("canvass", 200),
                Profile {
                    from: Some(Moment(0)),
                    to: Some(Moment(60_000_000)),
                    ..Profile::shipped("surge", 50)
                },
            ]),
        ] {
            let typing = from_form(section.kind(), &to_form(&section));
            assert_eq!(typing.errors, FieldErrors::default());
            assert_eq!(typing.section, section);
        }
    }

    #[test]
    fn messages_stand_beside_the_row_that_was_typed() {
        let mut form = Submitted::default();
        for (name, value) in [("0.title", "A"), ("0.remove", "1"), ("1.title", ""), ("2.title", "C c")] {
            form.push(name, value);
        }
        let typing = from_form(SettingKind::Playbooks, &form);
        let Section::Playbooks(all) = &typing.section else { panic!("playbooks") };
        assert_eq!(all.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["c-c"]);
        let placed = typing.placed(FieldErrors::one("0.steps", "Give steps"));
        assert_eq!(placed.first("2.steps"), Some("Give steps"));
        assert_eq!(typing.placed(FieldErrors::one("reason", "Say why")).first("reason"), Some("Say why"));
    }
}
