//! A section line by line, and where two versions of it differ.

use super::{Section, span_words};
use crate::model::Moment;

/// One value of one thing, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    of: String,
    field: &'static str,
    value: String,
}

/// A value that two versions do not share; empty on the side that does not have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// `Severe`, `PROC-1`, the slug of a period
    pub of: String,
    /// `acknowledge`
    pub field: &'static str,
    pub old: String,
    pub new: String,
}

/// Where two versions of a section differ, in the order of the newer.
pub fn differences(old: &Section, new: &Section) -> Vec<Difference> {
    let (old, new) = (lines(old), lines(new));
    let same = |a: &Line, b: &Line| a.of == b.of && a.field == b.field;
    let value_in = |lines: &[Line], line: &Line| {
        lines.iter().find(|other| same(other, line)).map_or_else(String::new, |other| other.value.clone())
    };
    let difference = |line: &Line| Difference {
        of: line.of.clone(),
        field: line.field,
        old: value_in(&old, line),
        new: value_in(&new, line),
    };
    let gone = old.iter().filter(|line| !new.iter().any(|other| same(other, line)));
    let all = new.iter().chain(gone).map(difference);
    all.filter(|difference| difference.old != difference.new).collect()
}

fn lines(section: &Section) -> Vec<Line> {
    let mut lines = vec![];
    let mut add = |of: &str, field, value: String| lines.push(Line { of: of.to_owned(), field, value });
    match section {
        Section::Severities(all) => {
            for one in all {
                let of = one.severity.label();
                add(of, "means", one.definition.clone());
                add(of, "acknowledge", span_words(one.acknowledge_s));
                add(of, "update every", span_words(one.update_s));
                add(of, "contain", span_words(one.contain_s));
            }
        }
        Section::Periods(all) => {
            for one in all {
                add(&one.period, "targets", format!("{} %", one.target_percent));
                if let Some((from, to)) = one.moved() {
                    let at = |at: Moment| at.to_string().replace(".000000Z", "Z");
                    add(&one.period, "runs", format!("{} to {}", at(from), at(to)));
                }
            }
        }
        Section::Categories(all) => {
            for one in all {
                let at = |at: Moment| at.to_string().replace(".000000Z", "Z");
                add(&one.code, "name", one.name.clone());
                for earlier in &one.earlier {
                    add(&one.code, "earlier name", format!("{}, until {}", earlier.name, at(earlier.until)));
                }
                if one.effective_from != Moment(0) {
                    add(&one.code, "from", at(one.effective_from));
                }
                if let Some(to) = one.effective_to {
                    add(&one.code, "until", at(to));
                }
            }
        }
        Section::Playbooks(all) => {
            for one in all {
                add(&one.id, "title", one.title.clone());
                add(&one.id, "trigger", one.trigger.clone());
                add(&one.id, "steps", one.steps.join("\n"));
            }
        }
        Section::Purposes(all) => {
            for one in all {
                add(one.purpose.label(), "banner", one.text.clone());
            }
        }
        Section::HoldRules(all) => {
            for one in all {
                let sector = |sector: Option<crate::model::organisation::Sector>| {
                    sector.map_or("anybody", |sector| sector.label()).to_owned()
                };
                let patterns: Vec<_> = one.patterns.iter().map(|pattern| pattern.label()).collect();
                add(&one.rule, "is", if one.on { "on" } else { "off" }.into());
                add(&one.rule, "why", one.why.clone());
                add(&one.rule, "from", sector(one.from));
                add(&one.rule, "to", sector(one.to));
                add(&one.rule, "words", one.words.join(", "));
                add(&one.rule, "patterns", patterns.join(", "));
                let content: Vec<_> = one.content.iter().map(|mark| mark.label()).collect();
                add(&one.rule, "marks of the incident", content.join(", "));
                add(&one.rule, "sectors", if one.across { "from one to another" } else { "any" }.into());
            }
        }
    }
    lines
}
