//! What looks like personal data: e-mail addresses and telephone numbers.

use std::ops::Range;

/// `name@host.tld`
pub(super) fn emails(text: &str) -> Vec<Range<usize>> {
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
pub(super) fn phones(text: &str) -> Vec<Range<usize>> {
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
