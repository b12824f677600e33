//! What holds a share back for counsel: rules as data, and the words of a text that they find.

use std::{ops::Range, sync::LazyLock};

use app::model::{hold::HoldReason, organisation::Sector};
use serde::Deserialize;

/// One rule of `data/hold_rules.json`. It finds nothing where sectors are named and others cross.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    rule: String,
    why: String,
    from: Option<Sector>,
    to: Option<Sector>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    patterns: Vec<Pattern>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Pattern {
    Email,
    Phone,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| {
    // Part of the program; a test reads it.
    serde_json::from_str(include_str!("../../../../data/hold_rules.json")).expect("the rules are read")
});

/// Why a text that crosses from one sector to another waits for counsel; nothing when it does not.
pub(super) fn reasons(text: &str, from: Sector, to: Sector) -> Vec<HoldReason> {
    let words = words(text);
    let applies = |rule: &&Rule| {
        rule.from.is_none_or(|sector| sector == from) && rule.to.is_none_or(|sector| sector == to)
    };
    let reason = |rule: &Rule| {
        let mut marks: Vec<Range<usize>> =
            rule.words.iter().flat_map(|phrase| phrases(text, &words, phrase)).collect();
        for pattern in &rule.patterns {
            marks.extend(match pattern {
                Pattern::Email => emails(text),
                Pattern::Phone => phones(text),
            });
        }
        marks.sort_by_key(|mark| (mark.start, mark.end));
        let marks = marks.into_iter().map(|mark| (mark.start, mark.end)).collect::<Vec<_>>();
        (!marks.is_empty()).then(|| HoldReason { rule: rule.rule.clone(), why: rule.why.clone(), marks })
    };
    RULES.iter().filter(applies).filter_map(reason).collect()
}

/// Runs of letters and digits with their places; an apostrophe belongs to its word.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut found = vec![];
    let mut start = None;
    for (at, letter) in text.char_indices().chain([(text.len(), ' ')]) {
        match (letter.is_alphanumeric() || letter == '\'', start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                found.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    found
}

/// Where the words of a phrase follow each other, in capitals or not.
fn phrases(text: &str, words: &[Range<usize>], phrase: &str) -> Vec<Range<usize>> {
    let wanted: Vec<&str> = phrase.split(' ').collect();
    let same = |run: &&[Range<usize>]| {
        run.iter().zip(&wanted).all(|(word, wanted)| text[word.clone()].to_lowercase() == *wanted)
    };
    words.windows(wanted.len()).filter(same).map(|run| run[0].start..run[run.len() - 1].end).collect()
}

/// `name@host.tld`
fn emails(text: &str) -> Vec<Range<usize>> {
    let part = |c: char| c.is_ascii_alphanumeric() || ".-_+".contains(c);
    let mut found = vec![];
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().rev().take_while(|c| part(*c)).map(char::len_utf8).sum::<usize>();
        let host: String = text[at + 1..].chars().take_while(|c| part(*c)).collect();
        let host = host.trim_end_matches(['.', '-']);
        if before > 0 && host.split('.').count() > 1 && host.split('.').all(|label| !label.is_empty()) {
            found.push(at - before..at + 1 + host.len());
        }
    }
    found
}

/// Ten digits as North America writes them, `602 555 0142` or `(602) 555-0142`, or 10 to 15 after a `+`.
fn phones(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found: Vec<Range<usize>> = vec![];
    let mut at = 0;
    while at < bytes.len() {
        let starts = bytes[at].is_ascii_digit() || (bytes[at] == b'+') || bytes[at] == b'(';
        let alone = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let run = if starts && alone { digits(bytes, at) } else { None };
        match run {
            Some(end) => {
                found.push(at..end);
                at = end;
            }
            None => at += 1,
        }
    }
    found
}

/// The end of a telephone number that begins at `from`; none where it is a date, a time or another number.
fn digits(bytes: &[u8], from: usize) -> Option<usize> {
    let plus = bytes[from] == b'+';
    let (mut groups, mut at, mut end) = (vec![0_usize], from, from);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'0'..=b'9' => {
                *groups.last_mut()? += 1;
                end = at + 1;
            }
            b'+' if at == from => {}
            b' ' | b'-' | b'.' | b'(' | b')' => {
                if groups.last() != Some(&0) {
                    groups.push(0);
                }
            }
            _ => break,
        }
        at += 1;
    }
    groups.retain(|group| *group > 0);
    if bytes.get(end).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let total: usize = groups.iter().sum();
    let american = matches!(groups.as_slice(), [3, 3, 4] | [1, 3, 3, 4] | [10]);
    (american || (plus && (10..=15).contains(&total))).then_some(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, from: Sector, to: Sector) -> Vec<(String, Vec<String>)> {
        let marked = |reason: HoldReason| {
            let words = reason.marks.iter().map(|(start, end)| text[*start..*end].to_owned()).collect();
            (reason.rule, words)
        };
        reasons(text, from, to).into_iter().map(marked).collect()
    }

    fn asked(text: &str) -> Vec<String> {
        let all = found(text, Sector::Agency, Sector::Company);
        all.into_iter().find(|(rule, _)| rule == "moderation").map_or_else(Vec::new, |(_, words)| words)
    }

    #[test]
    fn words_that_ask_for_moderation_are_found_whole_and_in_any_case() {
        assert_eq!(asked("Please REMOVE it, or take  down the page."), ["REMOVE", "take  down"]);
        assert_eq!(asked("Could you label or suspend the account?"), ["label", "suspend"]);
        assert_eq!(asked("It should be taken\ndown."), ["taken\ndown"]);
        for innocent in [
            "The removable drive",
            "a bandage",
            "urban",
            "labels4u.example is down",
            "take the road down",
            "unremoved",
        ] {
            let hits: Vec<_> = asked(innocent);
            assert!(hits.is_empty(), "{innocent}: {hits:?}");
        }
    }

    #[test]
    fn only_an_agency_that_writes_to_a_company_is_held_for_its_verbs() {
        for (from, to) in [
            (Sector::Company, Sector::Agency),
            (Sector::Company, Sector::Company),
            (Sector::Agency, Sector::Agency),
            (Sector::ElectionOffice, Sector::Company),
        ] {
            assert!(found("We remove it today.", from, to).is_empty(), "{from:?} to {to:?}");
        }
    }

    #[test]
    fn addresses_and_telephone_numbers_are_personal_data_whoever_writes() {
        let text =
            "Call (602) 555-0142 or +1 602 555 0143, or write to a.voter@mail.example. Ten: 6025550144";
        let hits = found(text, Sector::Company, Sector::ElectionOffice);
        assert_eq!(hits.len(), 1);
        assert_eq!(hits[0].1, ["(602) 555-0142", "+1 602 555 0143", "a.voter@mail.example", "6025550144"]);
        for innocent in [
            "2020-11-03 22:31",
            "@handle",
            "at 5 p.m. on 3 November 2020",
            "192.0.2.77",
            "3,140 of 600 000",
            "a@b",
        ] {
            let hits = found(innocent, Sector::Company, Sector::Agency);
            assert!(hits.is_empty(), "{innocent}: {hits:?}");
        }
    }
}
