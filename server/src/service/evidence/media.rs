//! What a file is, by its own first bytes, and what it may be called. Never by what the sender says.

/// Longest name that is kept, in bytes.
const NAME_LIMIT: usize = 255;

/// Signatures at an offset, and what they say. The first that fits wins.
const SIGNATURES: &[(usize, &[u8], &str)] = &[
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (8, b"AVI ", "video/x-msvideo"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"PK\x05\x06", "application/zip"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"WARC/", "application/warc"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyphei", "image/heic"),
    (4, b"ftypmif1", "image/heic"),
    (4, b"ftypavif", "image/avif"),
    (4, b"ftyp", "video/mp4"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"\xff\xfe", "text/plain"),
    (0, b"\xfe\xff", "text/plain"),
];

/// Headers with which saved messages begin (RFC 5322).
const MAIL_HEADERS: &[&str] = &[
    "received:",
    "return-path:",
    "delivered-to:",
    "from:",
    "to:",
    "subject:",
    "date:",
    "message-id:",
    "mime-version:",
    "x-",
    "dkim-signature:",
    "authentication-results:",
    "arc-",
];

/// The media type of a file that begins with `head`.
pub(crate) fn detect(head: &[u8]) -> &'static str {
    let riff = head.starts_with(b"RIFF");
    for (offset, signature, media_type) in SIGNATURES {
        let fits = head.get(*offset..).is_some_and(|rest| rest.starts_with(signature));
        if fits && (*offset != 8 || riff) {
            return media_type;
        }
    }
    text(head).unwrap_or("application/octet-stream")
}

/// Readable text, and which kind; none where it holds what no text has.
fn text(head: &[u8]) -> Option<&'static str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        // The piece may end inside a character.
        Err(error) if error.error_len().is_none() => {
            std::str::from_utf8(&head[..error.valid_up_to()]).ok()?
        }
        Err(_) => return None,
    };
    if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b')) {
        return None;
    }
    let start: String = text.trim_start_matches('\u{feff}').trim_start().chars().take(512).collect();
    let start = start.to_lowercase();
    if start.starts_with("<!doctype html") || start.starts_with("<html") {
        return Some("text/html");
    }
    if start.contains("<svg") {
        return Some("image/svg+xml");
    }
    let mut lines = start.lines().filter(|line| !line.starts_with([' ', '\t']));
    let headers =
        lines.by_ref().take(3).filter(|line| MAIL_HEADERS.iter().any(|h| line.starts_with(h))).count();
    Some(if headers >= 2 { "message/rfc822" } else { "text/plain" })
}

/// Types of which a still is made: pictures that cannot carry script.
pub(crate) fn has_still(media_type: &str) -> bool {
    matches!(media_type, "image/png" | "image/jpeg" | "image/gif" | "image/webp")
}

/// The name to keep: its last part, without what could forge how it reads on screen.
pub(crate) fn clean_name(sent: &str) -> String {
    let base = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String = base.chars().filter(|c| !c.is_control() && !turns_direction(*c)).collect();
    let name = kept.trim();
    if name.is_empty() || name.chars().all(|c| c == '.') {
        return "unnamed".to_owned();
    }
    shorten(name)
}

/// How a link is called in lists: its own address, as far as that fits.
pub(crate) fn clean_link(url: &str) -> String {
    let mut end = url.len().min(NAME_LIMIT);
    while !url.is_char_boundary(end) {
        end -= 1;
    }
    url[..end].to_owned()
}

/// Marks, embeddings, overrides and isolates of writing direction: `exe.gpj` must not read `jpg.exe`.
/// Likewise the invisible ones.
pub(crate) fn turns_direction(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// At most [`NAME_LIMIT`] bytes; the ending stays.
fn shorten(name: &str) -> String {
    if name.len() <= NAME_LIMIT {
        return name.to_owned();
    }
    let ending = name.rfind('.').map(|dot| &name[dot..]).filter(|ending| ending.len() <= 16).unwrap_or("");
    let mut end = NAME_LIMIT - ending.len();
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{ending}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_is_told_by_the_bytes() {
        for (head, expected) in [
            (&b"\x89PNG\r\n\x1a\n...."[..], "image/png"),
            (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
            (b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
            (b"xxxxxxxxWEBP\0", "application/octet-stream"),
            (b"\0\0\0\x20ftypM4A ", "audio/mp4"),
            (b"\0\0\0\x20ftypisom", "video/mp4"),
            (b"Received: from mx\r\n\tby there\r\nFrom: a@b.example\r\n", "message/rfc822"),
            (b"county,precinct\nMaricopa,12\n", "text/plain"),
            (b"From: here it looks fine\nand goes on\n", "text/plain"),
            (b"  <!DOCTYPE html><script>", "text/html"),
            (b"<?xml version='1.0'?><svg onload=x>", "image/svg+xml"),
            (b"caf\xc3", "text/plain"),
            (b"\x7fELF\x02\x01", "application/octet-stream"),
        ] {
            assert_eq!(detect(head), expected, "{head:?}");
        }
    }

    #[test]
    fn a_name_is_never_a_path_and_never_reads_backwards() {
        assert_eq!(clean_name("../../etc/passwd"), "passwd");
        assert_eq!(clean_name("C:\\fakepath\\ballot.png"), "ballot.png");
        assert_eq!(clean_name("invoice\u{202e}gpj.exe"), "invoicegpj.exe");
        assert_eq!(clean_name("a\0b\r\nc.txt"), "abc.txt");
        assert_eq!(clean_name(".."), "unnamed");
        assert_eq!(clean_name(""), "unnamed");
        let long = clean_name(&format!("{}.jpeg", "é".repeat(400)));
        assert!(long.len() <= 255 && long.ends_with("é.jpeg"), "{long}");
    }
}
