//! The words of an e-mail, which leave the room: by the label of what it tells of (domain: who sees what).
//!
//! RED: nothing but that something concerns its reader, with a link that names nothing. AMBER and AMBER+STRICT:
//! number, severity and link. GREEN and CLEAR: who did what, number, severity, title, label and link. Never the
//! words of an entry, a share or a task, nor whose account something is about; subject and headers keep to the same rule, and nothing in them counts.

use std::fmt::Write;

use app::model::{
    Tlp,
    notice::{NoticeIncident, NoticeKind, NoticeLine},
};

/// An e-mail, ready to be sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Of its Message-ID: opaque, the same at each try.
    pub id: String,
    pub to: String,
    pub subject: String,
    pub text: String,
}

const QUIET_SUBJECT: &str = "Watchfloor: something concerns you";
const ACCOUNT_SUBJECT: &str = "Watchfloor: an account of your organisation";

impl Letter {
    /// None where nothing is left to say.
    pub(super) fn of(lines: &[NoticeLine], gathers: bool, origin: &str) -> Option<Self> {
        let first = lines.first()?;
        let (subject, text) = match gathers {
            false => (subject(first), one(first, origin)),
            true => ("Watchfloor: what waits for you".to_owned(), all(lines, origin)),
        };
        let foot = format!("\nWhat you are told by e-mail is yours to choose: {origin}/me#me-notices\n");
        Some(Self { subject, text: text + &foot, ..Self::default() })
    }
}

fn subject(line: &NoticeLine) -> String {
    let Some(NoticeIncident { number, title, severity, tlp }) = &line.incident else {
        return match line.kind {
            NoticeKind::Account => ACCOUNT_SUBJECT.to_owned(),
            _ => "Watchfloor: the room".to_owned(),
        };
    };
    match tlp {
        Tlp::Red => QUIET_SUBJECT.to_owned(),
        Tlp::Amber | Tlp::AmberStrict => format!("{number} {}", severity.label()),
        Tlp::Green | Tlp::Clear => format!("{number} {}: {title}", severity.label()),
    }
}

fn one(line: &NoticeLine, origin: &str) -> String {
    let link = format!("{origin}/notifications/{}", line.id);
    let by = line
        .by
        .as_ref()
        .map_or_else(|| "Watchfloor".to_owned(), |by| format!("{} ({})", by.name, by.organisation.short));
    let Some(NoticeIncident { number, title, severity, tlp }) = &line.incident else {
        // Neither carries a label: whose account it is, and why a setting changed, stays on the page.
        if line.kind == NoticeKind::Account {
            return format!("An administrator {}.\n{link}\n", line.what.label());
        }
        return format!("{by}: {}\n{link}\n", line.what.label());
    };
    match tlp {
        Tlp::Red => format!("Something concerns you.\n{origin}/notifications\n"),
        Tlp::Amber | Tlp::AmberStrict => format!("{number}\nSeverity: {}\n{link}\n", severity.label()),
        Tlp::Green | Tlp::Clear => format!(
            "{by}: {}\n{number} {title}\nSeverity: {}\n{}\n{link}\n",
            line.what.label(),
            severity.label(),
            tlp.label()
        ),
    }
}

/// One after the other, each by its own label; however many are RED, they are one line.
fn all(lines: &[NoticeLine], origin: &str) -> String {
    let red = |line: &&NoticeLine| line.incident.as_ref().is_some_and(|incident| incident.tlp == Tlp::Red);
    let mut text = String::new();
    for line in lines.iter().filter(|line| !red(line)) {
        let _ = writeln!(text, "{}", one(line, origin));
    }
    if lines.iter().any(|line| red(&line)) {
        let _ = writeln!(text, "Something concerns you.");
    }
    let _ = writeln!(text, "All of it: {origin}/notifications");
    text
}
