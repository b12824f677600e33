//! Stills of pictures, made away from the request and within hard limits of pixels, memory and time.
//!
//! A still is decoded and encoded anew: nothing of the original file but its pixels is in it. A picture that
//! breaks a limit or cannot be drawn is marked `refused` and not tried again; one whose file cannot be read now is.

use std::{
    fs::File,
    io::{BufReader, Cursor},
    path::PathBuf,
    sync::atomic::Ordering,
};

use app::model::id::Number;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, codecs::jpeg::JpegEncoder,
};
use tokio::sync::Semaphore;

use super::{blob, media, read};
use crate::service::{
    Asker, Error, Result, Room,
    store::{
        self,
        exhibit::{ExhibitRow, ThumbnailRow},
    },
};

/// Longest side of a still.
const SIDE: u32 = 512;
const MAX_PIXELS: u64 = 40_000_000;
const MAX_ALLOC: u64 = 64 << 20;
const JPEG_QUALITY: u8 = 82;

/// One picture is decoded at a time, in the whole process. The permit goes with the thread, so that one that
/// overran its time still keeps the next from starting.
static TURN: Semaphore = Semaphore::const_new(1);
/// One run over the pictures that wait.
static RUN: Semaphore = Semaphore::const_new(1);

/// A finished still.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Thumbnail {
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// The still of an exhibit that exists for the one who asks.
pub async fn thumbnail(room: &Room, asker: &Asker, number: &Number, exhibit: i64) -> Result<Thumbnail> {
    let exhibit = read::find(room, &asker.viewer, number, exhibit).await?;
    let row = store::exhibit::find_thumbnail(&room.db, exhibit.id).await?;
    let row = row.filter(|row| row.state == "made").ok_or(Error::NotFound)?;
    Ok(Thumbnail { media_type: row.media_type, bytes: row.bytes })
}

/// Has the waiting stills made soon, without waiting for them.
pub(super) fn nudge(room: &Room) {
    let room = room.clone();
    tokio::spawn(async move {
        if let Err(error) = make_pending(&room).await {
            tracing::warn!(%error, "stills wait for the next run");
        }
    });
}

/// Makes every still that is missing, one after the other; returns how many were tried.
pub async fn make_pending(room: &Room) -> Result<usize> {
    if room.is_read_only() {
        return Ok(0);
    }
    let _run = RUN.acquire().await.map_err(Error::internal)?;
    let head = *room.growth().borrow();
    // From where the last run ended: what is behind it need not be walked again every half minute.
    let (mut seq, mut tried) = (room.stills.load(Ordering::Relaxed), 0);
    let mut unread = None;
    while seq < head {
        for row in &store::exhibit::list_without_thumbnail(&room.db, seq).await? {
            let still = match make(room, row).await {
                // Nothing is known of the picture: the next run begins here again. The others do not wait for it.
                Err(error @ Error::Unavailable(_)) => {
                    unread.get_or_insert((seq, error));
                    continue;
                }
                made => made?,
            };
            let mut act = room.begin_own("thumbnails").await?;
            let now = act.now();
            store::exhibit::add_thumbnail(&mut act.tx, row.id, &still, now).await?;
            act.commit_own().await?;
            tried += 1;
        }
        seq += store::exhibit::STRETCH;
    }
    match unread {
        None => {
            room.stills.fetch_max(head, Ordering::Relaxed);
            Ok(tried)
        }
        Some((seq, error)) => {
            room.stills.fetch_max(seq, Ordering::Relaxed);
            Err(error)
        }
    }
}

async fn make(room: &Room, row: &ExhibitRow) -> Result<ThumbnailRow> {
    let refused = ThumbnailRow { state: "refused".into(), media_type: String::new(), bytes: vec![] };
    let Some(sha256) = row.sha256.as_deref().filter(|_| media::has_still(&row.media_type)) else {
        return Ok(refused);
    };
    let path = blob::path_of(&room.evidence, row.organisation_id, sha256);
    let media_type = row.media_type.clone();
    let permit = TURN.acquire().await.map_err(Error::internal)?;
    let (sender, receiver) = tokio::sync::oneshot::channel();
    std::thread::Builder::new()
        .name("still".into())
        .spawn(move || {
            let _permit = permit;
            let _ = sender.send(draw(path, &media_type));
        })
        .map_err(Error::internal)?;
    // A decoder that panics drops the sender: refused, like one that takes too long.
    Ok(match tokio::time::timeout(room.evidence_limits.still, receiver).await {
        Ok(Ok(Ok((media_type, bytes)))) => {
            ThumbnailRow { state: "made".into(), media_type: media_type.into(), bytes }
        }
        Ok(Ok(Err(ImageError::IoError(error)))) if error.raw_os_error().is_some() => {
            // What the system says of the file; what a decoder says of its bytes has no such number.
            return Err(Error::Unavailable(format!("the evidence store: {error}")));
        }
        Ok(Ok(Err(error))) => {
            tracing::info!(exhibit = %row.id, %error, "no still: the picture cannot be drawn");
            refused
        }
        Ok(Err(_)) | Err(_) => {
            tracing::warn!(exhibit = %row.id, "no still: drawing took too long or failed");
            refused
        }
    })
}

fn draw(path: PathBuf, media_type: &str) -> image::ImageResult<(&'static str, Vec<u8>)> {
    let mut reader = ImageReader::new(BufReader::new(File::open(path)?));
    reader.set_format(ImageFormat::from_mime_type(media_type).unwrap_or(ImageFormat::Png));
    let mut limits = Limits::no_limits();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder()?;
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(too_large());
    }
    limits.reserve(decoder.total_bytes())?;
    decoder.set_limits(limits)?;
    let orientation = decoder.orientation()?;
    let picture = DynamicImage::from_decoder(decoder)?;
    let small = width <= SIDE && height <= SIDE;
    let mut still = if small { picture } else { picture.thumbnail(SIDE, SIDE) };
    still.apply_orientation(orientation);
    let mut out = Cursor::new(vec![]);
    if still.color().has_alpha() {
        DynamicImage::from(still.to_rgba8()).write_to(&mut out, ImageFormat::Png)?;
        return Ok(("image/png", out.into_inner()));
    }
    JpegEncoder::new_with_quality(&mut out, JPEG_QUALITY).encode_image(&still.to_rgb8())?;
    Ok(("image/jpeg", out.into_inner()))
}

fn too_large() -> ImageError {
    let kind = image::error::LimitErrorKind::DimensionError;
    ImageError::Limits(image::error::LimitError::from_kind(kind))
}
