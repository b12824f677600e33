//! A text as it is read, whatever it is spelt with: without invisible characters, without marks over letters, in plain
//! forms; and words by how they look, so that a Cyrillic letter is the Latin one that it imitates.
//!
//! Normalisation form KD: Unicode Standard Annex 15. Invisible: `Default_Ignorable_Code_Point`. Looks: the skeletons of
//! Unicode Technical Standard 39, section 4.

use std::ops::Range;

use unicode_normalization::char::{decompose_compatible, is_combining_mark};
use unicode_security::confusable_detection::skeleton;

/// A text in plain letters, each with its place in the text as it was typed.
pub(super) struct Folded {
    pub text: String,
    /// Where a letter begins in `text`, and its place in what was typed.
    places: Vec<(usize, Range<usize>)>,
}

impl Folded {
    pub(super) fn of(typed: &str) -> Self {
        let mut folded = Self { text: String::with_capacity(typed.len()), places: vec![] };
        for (at, letter) in typed.char_indices() {
            let place = at..at + letter.len_utf8();
            if letter.is_ascii() {
                folded.push(letter, &place);
            } else if !is_invisible(letter) {
                decompose_compatible(letter, |part| {
                    if !is_combining_mark(part) {
                        folded.push(part, &place);
                    }
                });
            }
        }
        folded
    }

    fn push(&mut self, letter: char, place: &Range<usize>) {
        self.places.push((self.text.len(), place.clone()));
        self.text.push(letter);
    }

    /// The place in what was typed, for one that begins and ends with a letter of `text`.
    pub(super) fn typed(&self, folded: &Range<usize>) -> Range<usize> {
        let first = self.places.partition_point(|(at, _)| *at <= folded.start).saturating_sub(1);
        let last = self.places.partition_point(|(at, _)| *at < folded.end).saturating_sub(1);
        match (self.places.get(first), self.places.get(last)) {
            (Some((_, first)), Some((_, last))) => first.start..last.end.max(first.end),
            _ => 0..0,
        }
    }
}

/// The skeleton leaves out what is ignored by default; nothing else is empty.
fn is_invisible(letter: char) -> bool {
    skeleton(letter.encode_utf8(&mut [0; 4])).next().is_none()
}

/// Letters that the skeletons keep apart from the Latin ones that they look like, in their small forms.
const LOOKS: &[(char, char)] = &[
    ('ᴀ', 'a'),
    ('ʙ', 'b'),
    ('ᴅ', 'd'),
    ('ᴇ', 'e'),
    ('ꞓ', 'e'),
    ('ε', 'e'),
    ('є', 'e'),
    ('ɢ', 'g'),
    ('ʜ', 'h'),
    ('ɪ', 'i'),
    ('ᴊ', 'j'),
    ('ᴋ', 'k'),
    ('ĸ', 'k'),
    ('κ', 'k'),
    ('к', 'k'),
    ('ʟ', 'l'),
    ('ᴍ', 'm'),
    ('ʍ', 'm'),
    ('м', 'm'),
    ('ɴ', 'n'),
    ('η', 'n'),
    ('п', 'n'),
    ('ᴘ', 'p'),
    ('ʀ', 'r'),
    ('г', 'r'),
    ('ᴛ', 't'),
    ('τ', 't'),
    ('т', 't'),
    ('ʋ', 'u'),
    ('υ', 'u'),
    ('ᴠ', 'v'),
    ('ᴡ', 'w'),
    ('ω', 'w'),
    ('ш', 'w'),
];

/// A word by its look, in small letters.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Look {
    pub plain: String,
    /// With `i`, `l` and `1` as one letter, which only a word that mixes them up needs.
    pub level: String,
    pub mixes: bool,
}

impl Look {
    pub(super) fn of(word: &str) -> Self {
        let mut plain = String::with_capacity(word.len());
        for letter in word.chars() {
            match letter {
                '0' => plain.push('o'),
                '1' => plain.push('l'),
                // Side by side they are one letter to the eye: `rn` and `m`, `vv` and `w`.
                'm' | 'M' => plain.push_str("rn"),
                'w' | 'W' => plain.push_str("vv"),
                letter if letter.is_ascii() => plain.push(letter.to_ascii_lowercase()),
                letter => look_of(letter, &mut plain),
            }
        }
        let level = plain.replace('i', "l");
        let small = word.chars().any(char::is_lowercase);
        Self { plain, level, mixes: word.contains('1') || (small && word.contains(['I', 'І', 'Ι'])) }
    }
}

fn look_of(letter: char, look: &mut String) {
    for part in skeleton(letter.encode_utf8(&mut [0; 4])).flat_map(char::to_lowercase) {
        let plain = LOOKS.iter().find(|(odd, _)| *odd == part).map_or(part, |(_, plain)| *plain);
        match plain {
            'm' => look.push_str("rn"),
            'w' => look.push_str("vv"),
            plain if is_combining_mark(plain) => {}
            plain => look.push(plain),
        }
    }
}
