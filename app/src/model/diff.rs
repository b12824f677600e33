//! What changed between two wordings, word by word: struck and inserted text of a correction.

/// A run of words, with the spaces that follow them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    Same(String),
    Struck(String),
    Inserted(String),
}

/// Above this many words a side, the texts are shown whole, one struck and one inserted: the table of the
/// comparison grows with the product of the two.
const WORDS: usize = 600;

/// The new text as pieces of the old one.
pub fn words(old: &str, new: &str) -> Vec<Piece> {
    let (a, b) = (split(old), split(new));
    if a.len() > WORDS || b.len() > WORDS {
        return vec![Piece::Struck(old.to_owned()), Piece::Inserted(new.to_owned())];
    }
    let lengths = common(&a, &b);
    let width = b.len() + 1;
    let (mut i, mut j, mut pieces) = (0, 0, vec![]);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i].trim_end() == b[j].trim_end() {
            push(&mut pieces, Piece::Same(b[j].to_owned()));
            (i, j) = (i + 1, j + 1);
        } else if i < a.len() && (j == b.len() || lengths[(i + 1) * width + j] >= lengths[i * width + j + 1])
        {
            push(&mut pieces, Piece::Struck(a[i].to_owned()));
            i += 1;
        } else {
            push(&mut pieces, Piece::Inserted(b[j].to_owned()));
            j += 1;
        }
    }
    pieces
}

/// Words, each with the white space behind it.
fn split(text: &str) -> Vec<&str> {
    let mut words = vec![];
    let (mut start, mut in_space) = (0, false);
    for (at, c) in text.char_indices() {
        if in_space && !c.is_whitespace() {
            words.push(&text[start..at]);
            start = at;
        }
        in_space = c.is_whitespace();
    }
    if start < text.len() {
        words.push(&text[start..]);
    }
    words
}

/// Lengths of the longest common rest from each pair of places, row by row.
fn common(a: &[&str], b: &[&str]) -> Vec<u16> {
    let width = b.len() + 1;
    let mut lengths = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            lengths[i * width + j] = if a[i].trim_end() == b[j].trim_end() {
                lengths[(i + 1) * width + j + 1] + 1
            } else {
                lengths[(i + 1) * width + j].max(lengths[i * width + j + 1])
            };
        }
    }
    lengths
}

/// Joins neighbours of one kind; a struck run stays before the run inserted for it.
fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match (pieces.last_mut(), &piece) {
        (Some(Piece::Same(run)), Piece::Same(word))
        | (Some(Piece::Struck(run)), Piece::Struck(word))
        | (Some(Piece::Inserted(run)), Piece::Inserted(word)) => run.push_str(word),
        _ => pieces.push(piece),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_date_is_struck_and_inserted() {
        let pieces = words("One host. Registered in 2018.", "One host. Registered yesterday, 2 Nov.");
        assert_eq!(
            pieces,
            [
                Piece::Same("One host. Registered ".into()),
                Piece::Struck("in 2018.".into()),
                Piece::Inserted("yesterday, 2 Nov.".into()),
            ]
        );
    }

    #[test]
    fn an_unchanged_text_is_one_piece() {
        assert_eq!(words("as it was", "as it was"), [Piece::Same("as it was".into())]);
    }

    #[test]
    fn an_empty_text_has_no_pieces() {
        assert_eq!(words("", ""), []);
    }
}
