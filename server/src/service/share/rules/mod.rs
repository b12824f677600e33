//! What holds a share back for counsel: rules as data, and the words of a text that they find.

mod fold;
mod pattern;
mod phrase;
#[cfg(test)]
mod tests;

use std::ops::Range;

use app::{
    model::{
        hold::{self, HoldReason},
        organisation::Sector,
        setting::{ContentMark, HoldPattern, HoldRule},
    },
    pages::settings::Tried,
};

use super::super::store::incident::IncidentRow;
use fold::Folded;
pub(crate) use phrase::GAP;
use phrase::{Phrase, Words};

/// What an incident is marked with.
pub(super) fn marks_of(row: &IncidentRow) -> Vec<ContentMark> {
    ContentMark::of(row.candidate_or_party_content, row.contains_personal_data)
}

/// Words on their way from one organisation to another.
pub(super) struct Crossing<'a> {
    /// Those that stand.
    pub rules: &'a [HoldRule],
    /// Of those whose words these are, or may be: each is read for.
    pub from: Vec<Sector>,
    pub to: Sector,
    pub text: &'a str,
    /// What goes along, each with what it is called: read under the same rules, without a place to mark.
    pub beside: Vec<(&'static str, &'a str)>,
    /// What the incident is marked with.
    pub marks: Vec<ContentMark>,
}

/// Why a crossing waits for counsel: each rule once, marked in the text where the text is why.
pub(super) fn held_by(crossing: &Crossing<'_>) -> Vec<HoldReason> {
    let find = |words: &str| {
        let from = crossing.from.iter().flat_map(|from| reasons(crossing.rules, words, *from, crossing.to));
        from.collect::<Vec<_>>()
    };
    let mut found: Vec<HoldReason> = vec![];
    let mut add = |reason: HoldReason| {
        if !found.iter().any(|known| known.rule == reason.rule) {
            found.push(reason);
        }
    };
    find(crossing.text).into_iter().for_each(&mut add);
    for (what, words) in &crossing.beside {
        let beside = |reason: HoldReason| HoldReason {
            why: format!("{what}: {}", reason.why),
            marks: vec![],
            ..reason
        };
        find(words).into_iter().map(beside).for_each(&mut add);
    }
    let marked = |rule: &&HoldRule| {
        crossing.from.iter().any(|from| rule.applies(*from, crossing.to))
            && crossing.marks.iter().any(|mark| rule.content.contains(mark))
    };
    for rule in crossing.rules.iter().filter(marked) {
        add(HoldReason::new(rule.rule.clone(), rule.why.clone()));
    }
    found
}

/// Why a text that crosses from one sector to another waits for counsel; nothing when it does not.
pub(super) fn reasons(rules: &[HoldRule], text: &str, from: Sector, to: Sector) -> Vec<HoldReason> {
    Ready::of(rules).find(text, from, to, Reading::All)
}

/// Rules with their phrases ready, for many texts.
pub(super) struct Ready<'a>(Vec<(&'a HoldRule, Vec<Phrase>)>);

/// A text as it is read, in one line: two that are spelt otherwise and read alike are one.
pub(super) fn as_read(text: &str) -> String {
    let folded = Folded::of(text).text.to_lowercase();
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What of a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    All,
    /// An address of the web or a number in it is nobody's telephone.
    Words,
}

impl<'a> Ready<'a> {
    pub(super) fn of(rules: &'a [HoldRule]) -> Self {
        let ready = |rule: &'a HoldRule| (rule, rule.words.iter().map(|words| Phrase::of(words)).collect());
        Self(rules.iter().filter(|rule| rule.on).map(ready).collect())
    }

    /// Whether anything is looked for in words between these two.
    pub(super) fn read(&self, from: Sector, to: Sector) -> bool {
        let looks = |rule: &HoldRule| !(rule.words.is_empty() && rule.patterns.is_empty());
        self.0.iter().any(|(rule, _)| rule.applies(from, to) && looks(rule))
    }

    /// Whether what this rule finds can be said again: words can, a voter's address cannot.
    pub(super) fn quotes(&self, rule: &str) -> bool {
        self.0.iter().any(|(known, _)| known.rule == rule && known.patterns.is_empty())
    }

    /// The rules that find something, with its places in the text as it was typed.
    pub(super) fn find(&self, text: &str, from: Sector, to: Sector, reading: Reading) -> Vec<HoldReason> {
        if text.is_empty() || !self.read(from, to) {
            return vec![];
        }
        let folded = Folded::of(text);
        let words = Words::of(&folded);
        let reason = |(rule, phrases): &(&HoldRule, Vec<Phrase>)| {
            let mut found: Vec<Range<usize>> = phrases.iter().flat_map(|phrase| words.find(phrase)).collect();
            for pattern in rule.patterns.iter().filter(|_| reading == Reading::All) {
                found.extend(match pattern {
                    HoldPattern::Email => pattern::emails(&folded.text),
                    HoldPattern::Phone => pattern::phones(&folded.text),
                });
            }
            let mut marks: Vec<_> = found.iter().map(|place| folded.typed(place)).collect();
            marks.sort_by_key(|mark| (mark.start, mark.end));
            marks.dedup();
            let marks: Vec<_> = marks.into_iter().map(|mark| (mark.start, mark.end)).collect();
            let reason = HoldReason::new(rule.rule.clone(), rule.why.clone());
            (!marks.is_empty()).then_some(HoldReason { marks, ..reason })
        };
        self.0.iter().filter(|(rule, _)| rule.applies(from, to)).filter_map(reason).collect()
    }
}

/// What rules that may not stand yet would find in a text. Nothing is kept.
pub fn try_rules(rules: &[HoldRule], text: &str, (from, to): (Sector, Sector)) -> Tried {
    let reasons = reasons(rules, text, from, to);
    let pieces = hold::marked(text, &reasons).into_iter().map(|(found, piece)| (found, piece.to_owned()));
    Tried { pieces: pieces.collect(), why: reasons.into_iter().map(|reason| reason.why).collect() }
}
