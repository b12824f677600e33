//! The bytes of an exhibit, as an attachment that no browser runs: whole, or a part of them (RFC 9110,
//! section 14).

use std::{
    fs::File,
    io::{self, Seek, SeekFrom},
};

use app::model::id::Number;
use axum::{
    body::Body,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::Response,
};
use futures::{TryStreamExt, stream};
use tokio::io::AsyncReadExt;
use tokio_util::io::ReaderStream;

use super::{empty, label, number, watch::Watch};
use crate::{
    error::Answer,
    service::{Asker, Error, evidence::Download, session::SessionHash},
    state::App,
    viewer::Member,
};

/// Read at a time.
const PIECE: usize = 256 * 1024;
/// Types that are told as what they are; everything else is bytes without a meaning.
const TOLD: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// `GET /incidents/{number}/evidence/{exhibit}/file`, and `HEAD`.
pub async fn file(
    State(app): State<App>,
    member: Member,
    Path((incident, exhibit)): Path<(String, String)>,
    method: Method,
    headers: HeaderMap,
) -> Answer {
    let (number, exhibit) = (number(&incident)?, label(&exhibit)?);
    let to = Taker { asker: &member, session: Some(member.session) };
    hand_out(&app, to, &number, exhibit, &method, &headers).await
}

/// Who takes a file, and the session that must stand as long as it leaves; a token stands with its person.
#[derive(Clone, Copy, Debug)]
pub struct Taker<'a> {
    pub asker: &'a Asker,
    pub session: Option<SessionHash>,
}

/// The same for whoever asks, on a page or over the API.
pub async fn hand_out(
    app: &App,
    to: Taker<'_>,
    number: &Number,
    exhibit: i64,
    method: &Method,
    headers: &HeaderMap,
) -> Answer {
    // Before the exhibit is found: nothing that happens from here on goes unnoticed.
    let watch = Watch::new(app, to, number.clone(), exhibit);
    let download = Download::find(&app.room, to.asker, number, exhibit).await?;
    let etag = format!("\"{}\"", download.etag);
    let size = u64::try_from(download.exhibit.size).unwrap_or(0);
    if matches(headers, header::IF_NONE_MATCH, &etag) {
        return described(empty(StatusCode::NOT_MODIFIED), &download, &etag);
    }
    // A part of another version would make a file that never was.
    let current = !headers.contains_key(header::IF_RANGE) || matches(headers, header::IF_RANGE, &etag);
    let wanted = headers.get(header::RANGE).filter(|_| current && *method == Method::GET);
    let part = match wanted.and_then(|range| range.to_str().ok()).map_or(Part::Whole, |text| part(text, size))
    {
        Part::Nothing => {
            let mut response = described(empty(StatusCode::RANGE_NOT_SATISFIABLE), &download, &etag)?;
            set(&mut response, header::CONTENT_RANGE, &format!("bytes */{size}"))?;
            return Ok(response);
        }
        Part::Whole => None,
        Part::From(first, last) => Some((first, last)),
    };
    let (first, last) = part.unwrap_or((0, size.saturating_sub(1)));
    let status = if part.is_some() { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK };
    let mut response = described(empty(status), &download, &etag)?;
    set(&mut response, header::CONTENT_LENGTH, &(last + 1 - first).to_string())?;
    if part.is_some() {
        set(&mut response, header::CONTENT_RANGE, &format!("bytes {first}-{last}/{size}"))?;
    }
    if *method == Method::GET {
        download.note(&app.room, to.asker, first > 0).await?;
        *response.body_mut() =
            body(watch, download.file, first, last + 1 - first).map_err(Error::internal)?;
    }
    Ok(response)
}

/// What is said about the bytes, whether or not they follow.
fn described(mut response: Response, download: &Download, etag: &str) -> Answer {
    let exhibit = &download.exhibit;
    let told = TOLD.contains(&exhibit.media_type.as_str());
    let kind = if told { &exhibit.media_type } else { "application/octet-stream" };
    set(&mut response, header::CONTENT_TYPE, kind)?;
    set(&mut response, header::CONTENT_DISPOSITION, &attachment(&exhibit.name))?;
    set(&mut response, header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'")?;
    set(&mut response, header::ETAG, etag)?;
    set(&mut response, header::ACCEPT_RANGES, "bytes")?;
    // What leaves bears its label.
    set(&mut response, HeaderName::from_static("x-tlp"), exhibit.tlp.label())?;
    Ok(response)
}

fn set(response: &mut Response, name: HeaderName, value: &str) -> Result<(), Error> {
    let value = HeaderValue::from_str(value).map_err(Error::internal)?;
    response.headers_mut().insert(name, value);
    Ok(())
}

fn matches(headers: &HeaderMap, name: HeaderName, etag: &str) -> bool {
    let values = headers.get_all(name);
    let mut tags = values.iter().filter_map(|v| v.to_str().ok()).flat_map(|v| v.split(',')).map(str::trim);
    tags.any(|tag| tag == etag || tag == "*")
}

/// The bytes, as long as they may leave: an error cuts them, so that no file looks whole that is not.
fn body(watch: Watch, mut file: File, first: u64, length: u64) -> io::Result<Body> {
    file.seek(SeekFrom::Start(first))?;
    let reader = tokio::fs::File::from_std(file).take(length);
    let pieces = ReaderStream::with_capacity(reader, PIECE);
    let watched = stream::try_unfold((pieces, watch), |(mut pieces, mut watch)| async move {
        watch.look().await?;
        Ok::<_, io::Error>(pieces.try_next().await?.map(|piece| (piece, (pieces, watch))))
    });
    Ok(Body::from_stream(watched))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Whole,
    /// First and last byte.
    From(u64, u64),
    /// Beyond the end.
    Nothing,
}

/// One range; several at once, and what is no range, are answered with the whole.
fn part(header: &str, size: u64) -> Part {
    let Some((from, to)) = header.strip_prefix("bytes=").and_then(|range| range.trim().split_once('-'))
    else {
        return Part::Whole;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(from) || !digits(to) || (from.is_empty() && to.is_empty()) {
        return Part::Whole;
    }
    let most = size.saturating_sub(1);
    let range = match (from.parse::<u64>(), to.parse::<u64>()) {
        (Ok(first), Ok(last)) if first > last => return Part::Whole,
        (Ok(first), Ok(last)) => (first, last.min(most)),
        (Ok(first), Err(_)) => (first, most),
        (Err(_), Ok(0)) => return Part::Nothing,
        (Err(_), Ok(length)) => (size.saturating_sub(length), most),
        (Err(_), Err(_)) => return Part::Nothing,
    };
    if size == 0 || range.0 > most { Part::Nothing } else { Part::From(range.0, range.1) }
}

/// `attachment`, with the name for old clients and for all others (RFC 6266, RFC 8187).
fn attachment(name: &str) -> String {
    let plain = |c: char| if c == ' ' || (c.is_ascii_graphic() && !"\"\\%;".contains(c)) { c } else { '_' };
    let ascii: String = name.chars().map(plain).collect();
    let attr = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    let encoded: String = name
        .bytes()
        .map(|byte| if attr(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_a_part_and_everything_else_the_whole() {
        assert_eq!(part("bytes=0-9", 100), Part::From(0, 9));
        assert_eq!(part("bytes=90-", 100), Part::From(90, 99));
        assert_eq!(part("bytes=-10", 100), Part::From(90, 99));
        assert_eq!(part("bytes=-1000", 100), Part::From(0, 99));
        assert_eq!(part("bytes=95-1000", 100), Part::From(95, 99));
        assert_eq!(part("bytes=100-", 100), Part::Nothing);
        assert_eq!(part("bytes=-0", 100), Part::Nothing);
        for whole in ["bytes=9-3", "bytes=1-2,5-6", "lines=1-2", "bytes=a-b", "bytes=-", "bytes=+1-2"] {
            assert_eq!(part(whole, 100), Part::Whole, "{whole}");
        }
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        assert_eq!(
            attachment("a\"; x=\"é.png"),
            "attachment; filename=\"a__ x=__.png\"; filename*=UTF-8''a%22%3B%20x%3D%22%C3%A9.png"
        );
    }
}
