//! Lengths of time as a target is typed: `30 min`, `4 h`, `none`.

const UNITS: [(i64, &str); 3] = [(3600, "h"), (60, "min"), (1, "s")];

/// `30 min`, `48 h`, `none`
pub fn span_words(seconds: Option<i64>) -> String {
    let Some(seconds) = seconds else { return "none".into() };
    let unit = UNITS.iter().find(|(size, _)| seconds != 0 && seconds % size == 0);
    unit.map_or_else(|| format!("{seconds} s"), |(size, word)| format!("{} {word}", seconds / size))
}

/// Reads a number and its unit, or `none`; none where it is neither. Whether so long a target makes sense is
/// asked elsewhere.
pub fn read_span(text: &str) -> Option<Option<i64>> {
    let text = text.trim().to_lowercase();
    if text.is_empty() || text == "none" {
        return Some(None);
    }
    let digits = text.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '-').count();
    let number: i64 = text[..digits].parse().ok()?;
    let size = match text[digits..].trim() {
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "mins" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 86_400,
        _ => return None,
    };
    Some(Some(number.saturating_mul(size)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for seconds in [None, Some(90), Some(300), Some(1800), Some(7200), Some(172_800)] {
            assert_eq!(read_span(&span_words(seconds)), Some(seconds));
        }
        assert_eq!(read_span("2 d"), Some(Some(172_800)));
        assert_eq!(read_span(" 15MIN "), Some(Some(900)));
        assert_eq!(read_span("-5 min"), Some(Some(-300)));
        for wrong in ["5", "min", "5 fortnights", "5.5 h", "--5 s", "99999999999999999999 h"] {
            assert_eq!(read_span(wrong), None, "{wrong}");
        }
        assert_eq!(read_span("9223372036854775807 h"), Some(Some(i64::MAX)));
    }
}
