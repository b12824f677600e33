//! The updates rail: one line for each thing that was written, and for each target that passed.

use serde::{Deserialize, Serialize};

use super::{Moment, Tlp, id::Number};

/// One line of the updates rail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeedItem {
    pub at: Moment,
    pub incident: Number,
    pub organisation: String,
    pub text: String,
    pub tlp: Tlp,
    /// A target that passed: drawn as an alarm.
    pub alarm: bool,
    /// Its words have changed since: it is told where it stands, and is no news.
    #[serde(default)]
    pub corrected: bool,
}

/// Most characters of one line of the rail.
const MOST: usize = 240;

/// What a rail says of an entry: the exhibit that it brought, and how its words begin.
pub fn feed_text(exhibit: Option<i64>, words: &str) -> String {
    match exhibit {
        Some(number) if words.is_empty() => format!("Added E-{number}."),
        Some(number) => format!("Added E-{number}: {}", beginning(words, MOST)),
        None => beginning(words, MOST),
    }
}

/// A text as far as whole words go within so many characters, and a mark where that is not all of it.
pub fn beginning(text: &str, most: usize) -> String {
    let Some((end, _)) = text.char_indices().nth(most) else { return text.to_owned() };
    let cut = &text[..end];
    let whole = cut.rfind(char::is_whitespace).map_or(cut, |at| cut[..at].trim_end());
    format!("{whole}…")
}

/// What a rail says of a target that passed: `Contain target passed.`
pub fn target_passed(target: &str) -> String {
    if target.is_empty() { "A target passed.".to_owned() } else { format!("{target} target passed.") }
}

#[cfg(test)]
mod tests {
    use super::{beginning, feed_text};

    #[test]
    fn a_beginning_ends_with_a_whole_word_and_says_that_it_goes_on() {
        assert_eq!(beginning("All of it", 9), "All of it");
        assert_eq!(beginning("All of it and more", 9), "All of…");
        assert_eq!(beginning("Häufig äußert", 8), "Häufig…");
        assert_eq!(beginning("Unbreakable", 4), "Unbr…");
    }

    #[test]
    fn a_file_without_words_is_no_blank_line() {
        assert_eq!(feed_text(Some(3), ""), "Added E-3.");
        assert_eq!(feed_text(Some(3), "The leaflet."), "Added E-3: The leaflet.");
        assert_eq!(feed_text(None, "Two calls."), "Two calls.");
    }
}
