//! The words of a text, and the phrases of rules in them, however they are spelt.

use std::{collections::HashMap, ops::Range};

use super::fold::{Folded, Look};

/// Stands in a phrase for up to [`BETWEEN`] words of any kind.
pub(crate) const GAP: &str = "…";
/// Words between the parts of a phrase.
const BETWEEN: usize = 6;
/// Letters that stand alone and are read as one word.
const SPACED: usize = 3;

/// A phrase as rules have it, ready to be looked for in many texts.
pub(super) struct Phrase {
    /// Its words; none where a gap is.
    parts: Vec<Option<Look>>,
    /// All of it without spaces; none where it has a gap.
    joined: Option<Look>,
}

impl Phrase {
    pub(super) fn of(phrase: &str) -> Self {
        let part = |word: &str| (word != GAP).then(|| Look::of(&Folded::of(word).text));
        let parts: Vec<_> = phrase.split(' ').map(part).collect();
        let joined = parts.iter().all(Option::is_some).then(|| Look::of(&phrase.replace(' ', "")));
        Self { parts, joined }
    }
}

/// A word with its place in the folded text.
struct Word {
    place: Range<usize>,
    look: Look,
    /// A sentence ends before it.
    begins: bool,
}

impl Word {
    fn is(&self, wanted: &Look) -> bool {
        self.look.plain == wanted.plain || (self.look.mixes && self.look.level == wanted.level)
    }
}

/// Letters or parts of a word that were written apart: `r e m o v e`, `re-move`.
struct Apart {
    /// The looks of its pieces, one after the other.
    joined: String,
    /// The place of each piece, and where it ends in `joined`.
    pieces: Vec<(Range<usize>, usize)>,
    /// The word is all of it; of spaced letters it may be a part.
    whole: bool,
}

/// The words of a text, with their places: thousands of phrases are looked for in one.
pub(super) struct Words {
    all: Vec<Word>,
    /// Where each look stands.
    places: HashMap<String, Vec<usize>>,
    apart: Vec<Apart>,
}

impl Words {
    pub(super) fn of(folded: &Folded) -> Self {
        let text = folded.text.as_str();
        let mut all: Vec<Word> = vec![];
        for place in words(text) {
            let before = all.last().map_or(0, |last| last.place.end);
            let look = Look::of(&text[place.clone()]);
            all.push(Word { begins: ends_sentence(&text[before..place.start]), place, look });
        }
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, word) in all.iter().enumerate() {
            places.entry(word.look.plain.clone()).or_default().push(at);
            if word.look.mixes && word.look.level != word.look.plain {
                places.entry(word.look.level.clone()).or_default().push(at);
            }
        }
        let apart = apart(text, &all);
        Self { all, places, apart }
    }

    /// Where a phrase stands in the folded text.
    pub(super) fn find(&self, phrase: &Phrase) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = vec![];
        if let Some(Some(first)) = phrase.parts.first() {
            let mut starts: Vec<usize> = self.starting(&first.plain);
            if first.level != first.plain {
                starts.extend(self.starting(&first.level));
            }
            let fits = |at: &usize| self.all[*at].is(first);
            let runs =
                starts.into_iter().filter(fits).filter_map(|at| Some(at..self.run(at, &phrase.parts)?));
            found.extend(runs.map(|run| self.all[run.start].place.start..self.all[run.end].place.end));
        }
        if let Some(joined) = &phrase.joined {
            found.extend(self.apart.iter().flat_map(|apart| apart.find(&joined.plain)));
        }
        found
    }

    fn starting(&self, look: &str) -> Vec<usize> {
        self.places.get(look).cloned().unwrap_or_default()
    }

    /// The last word of the phrase that begins with this one, if it goes on as the phrase does.
    fn run(&self, first: usize, parts: &[Option<Look>]) -> Option<usize> {
        let (mut at, mut between) = (first, 0);
        for part in &parts[1..] {
            let Some(wanted) = part else {
                between = BETWEEN;
                continue;
            };
            let ahead = at + 1..(at + 2 + between).min(self.all.len());
            // A gap goes no further than its sentence.
            let end = ahead.clone().find(|next| between > 0 && self.all[*next].begins).unwrap_or(ahead.end);
            at = (ahead.start..end).find(|next| self.all[*next].is(wanted))?;
            between = 0;
        }
        Some(at)
    }
}

impl Apart {
    fn of(run: &[Word], whole: bool) -> Self {
        let (mut joined, mut pieces) = (String::new(), vec![]);
        for word in run {
            joined.push_str(&word.look.plain);
            pieces.push((word.place.clone(), joined.len()));
        }
        Self { joined, pieces, whole }
    }

    fn find(&self, wanted: &str) -> Vec<Range<usize>> {
        if self.whole && self.joined != wanted {
            return vec![];
        }
        let ends = |end: usize| self.pieces.iter().position(|(_, at)| *at == end);
        let places = self.joined.match_indices(wanted).filter_map(|(at, _)| {
            let first = if at == 0 { 0 } else { ends(at)? + 1 };
            let last = ends(at + wanted.len())?;
            let enough = self.whole || last + 1 - first >= SPACED;
            enough.then(|| self.pieces[first].0.start..self.pieces[last].0.end)
        });
        places.collect()
    }
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

/// Whether what stands between two words ends a sentence: `evil.example` has none.
fn ends_sentence(between: &str) -> bool {
    between.contains(['!', '?', ';', ':'])
        || between.contains("\n\n")
        || (between.contains('.') && between.contains(char::is_whitespace))
}

/// What belongs together though it is written apart: at least three letters, each for itself, and words that one
/// character joins which is no space.
fn apart(text: &str, all: &[Word]) -> Vec<Apart> {
    let between = |at: usize| &text[all[at].place.end..all[at + 1].place.start];
    let letter = |at: usize| text[all[at].place.clone()].chars().count() == 1;
    let spaced = |at: usize| letter(at) && letter(at + 1) && between(at).chars().count() <= SPACED;
    let joint = |at: usize| {
        let mut joint = between(at).chars();
        joint.next().is_some_and(|joint| !joint.is_whitespace()) && joint.next().is_none()
    };
    let mut found = runs(all, spaced, SPACED, false);
    found.extend(runs(all, joint, 2, true));
    found
}

fn runs(all: &[Word], goes_on: impl Fn(usize) -> bool, least: usize, whole: bool) -> Vec<Apart> {
    let mut found = vec![];
    let mut start = 0;
    for at in 0..all.len() {
        if at + 1 < all.len() && goes_on(at) {
            continue;
        }
        let run = &all[start..=at];
        if run.len() >= least {
            found.push(Apart::of(run, whole));
        }
        start = at + 1;
    }
    found
}
