//! What is wrong with a section before it stands. Fields are named as the form names them: `severe.update_s`,
//! `2.steps`.

use app::model::{
    FieldErrors, Severity, SeverityTarget,
    setting::{Explanation, HoldRule, Playbook, Profile, Section},
    share::Purpose,
};

use super::super::{room::Reference, share::GAP};

/// Shortest and longest target, in seconds: a minute, thirty days.
const TARGET: std::ops::RangeInclusive<i64> = 60..=30 * 86_400;
/// Percent of the plain targets.
const PERCENT: std::ops::RangeInclusive<i64> = 10..=1_000;

fn is_between(text: &str, least: usize, most: usize) -> bool {
    (least..=most).contains(&text.trim().chars().count())
}

/// What is wrong with a section of any kind but the catalogue, which looks at the past too.
pub(super) fn faults(section: &Section, reference: &Reference) -> FieldErrors {
    let mut errors = FieldErrors::default();
    match section {
        Section::Severities(all) => severities(all, &mut errors),
        Section::Periods(all) => periods(all, reference, &mut errors),
        Section::Categories(_) => {}
        Section::Playbooks(all) => playbooks(all, &mut errors),
        Section::Purposes(all) => purposes(all, &mut errors),
        Section::HoldRules(all) => hold_rules(all, &mut errors),
    }
    errors
}

fn severities(all: &[SeverityTarget], errors: &mut FieldErrors) {
    if !all.iter().map(|one| one.severity).eq(Severity::ALL.iter().copied()) {
        errors.add("form", "Each severity once, from the worst to the least");
    }
    for one in all {
        let field = |name: &str| format!("{}.{name}", one.severity);
        if !is_between(&one.definition, 1, 200) {
            errors.add(&field("definition"), "Say what it means, in up to 200 characters");
        }
        let targets =
            [("acknowledge_s", one.acknowledge_s), ("update_s", one.update_s), ("contain_s", one.contain_s)];
        for (name, seconds) in targets {
            if seconds.is_some_and(|seconds| !TARGET.contains(&seconds)) {
                errors.add(&field(name), "From 1 min to 30 d, or none");
            }
        }
    }
}

fn periods(all: &[Profile], reference: &Reference, errors: &mut FieldErrors) {
    let known = reference.periods();
    for (at, one) in all.iter().enumerate() {
        let field = format!("{}.target_percent", one.period);
        if !PERCENT.contains(&one.target_percent) {
            errors.add(&field, "From 10 to 1000 percent of the plain targets");
        }
        match (one.from, one.to) {
            (None, None) => {}
            (Some(from), Some(to)) if from < to => {}
            _ => errors.add("form", format!("“{}” begins before it ends, or stays where it was", one.period)),
        }
        if !known.iter().any(|period| period.slug == one.period) {
            errors.add("form", format!("There is no period “{}”", one.period));
        }
        if all[..at].iter().any(|other| other.period == one.period) {
            errors.add("form", format!("“{}” stands twice", one.period));
        }
    }
    for missing in known.iter().filter(|period| !all.iter().any(|one| one.period == period.slug)) {
        errors.add("form", format!("The period “{}” has no profile", missing.slug));
    }
}

fn is_word(text: &str, also: char) -> bool {
    let letter =
        |letter: u8| letter.is_ascii_lowercase() || letter.is_ascii_digit() || char::from(letter) == also;
    (1..=40).contains(&text.len()) && text.bytes().all(letter)
}

fn playbooks(all: &[Playbook], errors: &mut FieldErrors) {
    if !(1..=50).contains(&all.len()) {
        errors.add("form", "From 1 to 50 playbooks");
    }
    for (at, one) in all.iter().enumerate() {
        let mut fault = |field: &str, message: &str| errors.add(&format!("{at}.{field}"), message);
        if !is_word(&one.id, '-') || all[..at].iter().any(|other| other.id == one.id) {
            fault("title", "Its id is small letters, digits and hyphens, and no other playbook's");
        }
        if !is_between(&one.title, 1, 120) {
            fault("title", "A title of up to 120 characters");
        }
        if all[..at].iter().any(|other| other.title.to_lowercase() == one.title.to_lowercase()) {
            fault("title", "Another playbook is called that");
        }
        if !is_between(&one.trigger, 1, 300) {
            fault("trigger", "Say when it is begun, in up to 300 characters");
        }
        if !(1..=20).contains(&one.steps.len()) || one.steps.iter().any(|step| !is_between(step, 1, 300)) {
            fault("steps", "From 1 to 20 steps, one a line, each up to 300 characters");
        }
    }
}

fn purposes(all: &[Explanation], errors: &mut FieldErrors) {
    if !all.iter().map(|one| one.purpose).eq(Purpose::ALL.iter().copied()) {
        errors.add("form", "Each purpose once, in the order of the list");
    }
    for one in all.iter().filter(|one| !is_between(&one.text, 0, 300)) {
        errors.add(&format!("{}.text", one.purpose), "Up to 300 characters");
    }
}

fn hold_rules(all: &[HoldRule], errors: &mut FieldErrors) {
    if all.len() > 40 {
        errors.add("form", "At most 40 rules");
    }
    for (at, one) in all.iter().enumerate() {
        let mut fault = |field: &str, message: &str| errors.add(&format!("{at}.{field}"), message);
        if !is_word(&one.rule, '_') {
            fault("rule", "Small letters, digits and underscores");
        }
        if all[..at].iter().any(|other| other.rule == one.rule) {
            fault("rule", "Another rule is called that");
        }
        if !is_between(&one.why, 1, 200) {
            fault("why", "Say why it waits for counsel, in up to 200 characters");
        }
        // What the reader of a text takes for a word: letters, digits, apostrophes.
        let plain = |word: &String| {
            is_between(word, 1, 60)
                && *word == word.to_lowercase()
                && !word.starts_with(GAP)
                && !word.ends_with(GAP)
                && word.split(' ').all(|part| {
                    let letter = |letter: char| letter.is_alphanumeric() || letter == '\'';
                    !part.is_empty() && (part == GAP || part.chars().all(letter))
                })
        };
        if one.words.len() > 200 || !one.words.iter().all(plain) {
            fault(
                "words",
                "Up to 200 words or phrases, one a line: letters, digits and apostrophes, and … between two",
            );
        }
        if one.on && !one.holds() {
            fault("words", "A rule that is on needs words, something that it finds, or a mark");
        }
    }
}
