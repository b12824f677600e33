//! Files of the demo's evidence, made from their captions: the same bytes each time. They are what they say
//! (a picture opens, a recording plays), and nothing in them is real.

use std::io::Cursor;

use image::{ImageFormat, Rgb, RgbImage};
use sha2::{Digest, Sha256};

use super::{
    font::{self, ADVANCE, LINE},
    load::EvidenceDeed,
};
use crate::service::{Error, Result};

/// The bytes of an exhibit.
pub(super) fn bytes(deed: &EvidenceDeed) -> Result<Vec<u8>> {
    let caption = deed.caption.as_deref().unwrap_or(&deed.note);
    match deed.file.rsplit('.').next().unwrap_or_default() {
        "png" => picture(&deed.file, caption),
        "pdf" => Ok(page(&deed.file, caption)),
        "wav" => Ok(recording(&deed.file, caption)),
        _ => match &deed.content {
            Some(content) => Ok(content.clone().into_bytes()),
            None => Err(Error::internal(format!("{} has no content", deed.file))),
        },
    }
}

// ── pictures ─────────────────────────────────────────────────────────────────────────────────────

const WIDTH: u32 = 540;
const HEIGHT: u32 = 960;
const SCALE: u32 = 3;
const MARGIN: u32 = 24;

/// Fills a rectangle, cut off where the picture ends.
pub(super) fn fill(picture: &mut RgbImage, (left, top): (u32, u32), (wide, high): (u32, u32), ink: Rgb<u8>) {
    for y in top..(top + high).min(picture.height()) {
        for x in left..(left + wide).min(picture.width()) {
            picture.put_pixel(x, y, ink);
        }
    }
}

/// Fills a rectangle with rounded corners.
fn bubble(picture: &mut RgbImage, at: (u32, u32), size: (u32, u32), ink: Rgb<u8>, ground: Rgb<u8>) {
    const RADIUS: u32 = 14;
    fill(picture, at, size, ink);
    for dy in 0..RADIUS {
        for dx in 0..RADIUS {
            let (from_x, from_y) = (RADIUS - dx, RADIUS - dy);
            if from_x * from_x + from_y * from_y > RADIUS * RADIUS {
                let (right, bottom) = (at.0 + size.0 - 1 - dx, at.1 + size.1 - 1 - dy);
                for (x, y) in
                    [(at.0 + dx, at.1 + dy), (right, at.1 + dy), (at.0 + dx, bottom), (right, bottom)]
                {
                    fill(picture, (x, y), (1, 1), ground);
                }
            }
        }
    }
}

/// A colour drawn from the file's name, between `low` and 255.
fn colour(seed: &[u8], n: usize, low: u8) -> Rgb<u8> {
    let part = |i: usize| {
        let byte = u32::from(seed[(n * 3 + i) % seed.len()]);
        low + u8::try_from(byte * u32::from(255 - low) / 255).unwrap_or(0)
    };
    Rgb([part(0), part(1), part(2)])
}

/// A screenshot of a phone: a message where the caption quotes one, else a picture with the caption below.
fn picture(name: &str, caption: &str) -> Result<Vec<u8>> {
    let seed = Sha256::digest(name.as_bytes());
    let ground = Rgb([243, 244, 246]);
    let (dark, grey) = (Rgb([31, 36, 46]), Rgb([120, 126, 138]));
    let mut picture = RgbImage::from_pixel(WIDTH, HEIGHT, ground);
    fill(&mut picture, (0, 0), (WIDTH, 36), dark);
    font::write(
        &mut picture,
        (MARGIN, 10),
        2,
        ground,
        &format!("{}:{:02}", 6 + seed[30] % 12, seed[31] % 60),
    );
    font::write(&mut picture, (WIDTH - 100, 10), 2, ground, "LTE 64%");
    fill(&mut picture, (0, 36), (WIDTH, 84), Rgb([255, 255, 255]));
    let (head, said) = match (caption.find('"'), caption.rfind('"')) {
        (Some(from), Some(to)) if from < to => {
            (caption[..from].trim_end_matches([' ', ':']), &caption[from + 1..to])
        }
        _ => ("", caption),
    };
    let title: String = if head.is_empty() { name.to_owned() } else { head.chars().take(40).collect() };
    font::write(&mut picture, (MARGIN, 70), 2, dark, &title);
    let top = if head.starts_with("Text message") {
        MARGIN + 150
    } else {
        scene(&mut picture, &seed, ground);
        620
    };
    let lines = font::wrap(said, ((WIDTH - 2 * MARGIN - 48) / (ADVANCE * SCALE)) as usize);
    let high = lines.len() as u32 * LINE * SCALE + 40;
    bubble(&mut picture, (MARGIN, top), (WIDTH - 2 * MARGIN, high), Rgb([255, 255, 255]), ground);
    for (n, line) in (0..).zip(&lines) {
        font::write(&mut picture, (MARGIN + 24, top + 24 + n * LINE * SCALE), SCALE, dark, line);
    }
    font::write(&mut picture, (MARGIN, HEIGHT - 30), 2, grey, "Invented for a demonstration");
    let mut bytes = Cursor::new(vec![]);
    picture.write_to(&mut bytes, ImageFormat::Png).map_err(Error::internal)?;
    Ok(bytes.into_inner())
}

/// Blocks and bars in colours of the name's hash, where the file shows a picture or a page.
fn scene(picture: &mut RgbImage, seed: &[u8], ground: Rgb<u8>) {
    let (left, top, wide, high) = (MARGIN, 140, WIDTH - 2 * MARGIN, 450);
    bubble(picture, (left, top), (wide, high), colour(seed, 0, 90), ground);
    for n in 0..5_u32 {
        let at = |i: u32| u32::from(seed[((n * 5 + i) % 32) as usize]);
        let (x, y) = (left + 20 + at(1) * (wide - 180) / 255, top + 20 + at(2) * (high - 160) / 255);
        let size = (40 + at(3) / 3, 30 + at(4) / 3);
        fill(picture, (x, y), size, colour(seed, 1 + n as usize, 40));
    }
    for n in 0..4_u32 {
        let long = wide / 3 + u32::from(seed[(20 + n) as usize]);
        fill(picture, (left + 20, top + high - 90 + n * 18), (long.min(wide - 40), 8), colour(seed, 7, 180));
    }
}

// ── one page ─────────────────────────────────────────────────────────────────────────────────────

/// A PDF of one page (PDF 1.4, ISO 32000): the file's name and its caption.
fn page(name: &str, caption: &str) -> Vec<u8> {
    let escape = |line: &str| {
        let plain: String = line.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect();
        plain.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)")
    };
    let mut text = format!("BT /F1 16 Tf 72 720 Td ({}) Tj /F1 12 Tf 0 -32 Td 16 TL\n", escape(name));
    for line in font::wrap(caption, 72) {
        text.push_str(&format!("({}) Tj T*\n", escape(&line)));
    }
    text.push_str("T* (Invented for a demonstration) Tj ET\n");
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R \
         /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{text}endstream", text.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_owned(),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut offsets = vec![];
    for (n, object) in (1..).zip(&objects) {
        offsets.push(file.len());
        file.push_str(&format!("{n} 0 obj\n{object}\nendobj\n"));
    }
    let table = file.len();
    file.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1));
    for offset in &offsets {
        file.push_str(&format!("{offset:010} 00000 n \n"));
    }
    let size = offsets.len() + 1;
    file.push_str(&format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n"));
    file.into_bytes()
}

// ── sound ────────────────────────────────────────────────────────────────────────────────────────

const RATE: u32 = 8_000;

/// A WAV of a hum in the rhythm of speech, as long as the caption says: no voice of anybody. 8 kHz, 8 bits,
/// mono, integer arithmetic only, so that every machine makes the same bytes.
fn recording(name: &str, caption: &str) -> Vec<u8> {
    let seed = Sha256::digest(name.as_bytes());
    let samples = RATE * length(caption);
    let mut file = Vec::with_capacity(samples as usize + 44);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(36 + samples).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16_u32.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&RATE.to_le_bytes());
    file.extend_from_slice(&1_u16.to_le_bytes());
    file.extend_from_slice(&8_u16.to_le_bytes());
    file.extend_from_slice(b"data");
    file.extend_from_slice(&samples.to_le_bytes());
    for n in 0..samples {
        // A syllable each fifth of a second: its pitch and loudness from the seed, every sixth is a pause.
        let (syllable, inside) = (n / (RATE / 5), n % (RATE / 5));
        let byte = u32::from(seed[(syllable * 7 % 32) as usize]);
        let period = 50 + byte % 30;
        let ramp = inside.min(RATE / 5 - inside).min(200);
        let loud = if byte % 6 == 0 { 0 } else { ramp * (20 + byte % 30) / 200 };
        let phase = n % period;
        let wave = if phase < period / 2 { phase } else { period - phase };
        let offset = wave * 4 * loud / period;
        file.push(u8::try_from((128 + offset).saturating_sub(loud / 2)).unwrap_or(128));
    }
    file
}

/// Seconds that a caption names: `41 s`, `1 min 12 s`; ten where it names none.
fn length(caption: &str) -> u32 {
    let words: Vec<&str> = caption.split([' ', ',', ':', ';', '.']).collect();
    let before = |unit: &str| {
        let pair = words.windows(2).find(|pair| pair[1] == unit)?;
        pair[0].parse::<u32>().ok()
    };
    let seconds = before("min").unwrap_or(0) * 60 + before("s").unwrap_or(0);
    if seconds == 0 { 10 } else { seconds.min(120) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drawn_picture_opens_and_is_the_same_each_time() {
        let caption = "Text message from +1 602 555 0142: \"Polls close 5PM today.\"";
        let first = picture("sms.png", caption).expect("drawn");
        assert_eq!(first, picture("sms.png", caption).expect("drawn"));
        assert_ne!(first, picture("other.png", caption).expect("drawn"));
        let opened = image::load_from_memory(&first).expect("a picture");
        assert_eq!((opened.width(), opened.height()), (WIDTH, HEIGHT));
    }

    #[test]
    fn a_recording_lasts_as_long_as_its_caption_says() {
        assert_eq!(length("Hotline call, 1 min 12 s: a voter reads"), 72);
        assert_eq!(length("Audio, 41 s: a calm voice"), 41);
        let file = recording("clip.wav", "Audio, 2 s");
        assert_eq!(file.len(), 44 + 16_000);
        assert_eq!(&file[..4], b"RIFF");
    }

    #[test]
    fn the_offsets_of_a_pdf_point_to_its_objects() {
        let file = String::from_utf8(page("a.pdf", "Landing page (copied)")).expect("ASCII");
        let table = file.rfind("startxref\n").expect("a table") + 10;
        let at: usize = file[table..].lines().next().and_then(|n| n.parse().ok()).expect("an offset");
        assert!(file[at..].starts_with("xref"));
        for (n, line) in file[at..].lines().skip(3).take(5).enumerate() {
            let offset: usize = line[..10].parse().expect("ten digits");
            assert!(file[offset..].starts_with(&format!("{} 0 obj", n + 1)));
        }
    }
}
