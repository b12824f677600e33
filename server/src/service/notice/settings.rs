//! What each person wants to be told: by kind, by what makes them follow, and when it has to wait.

use app::model::{
    FieldErrors, Submitted,
    notice::{FollowReason, NoticeKind, NoticeSettings, NoticeWay, QuietHours},
};

use super::super::{
    Asker, Error, Noun, Record, Result, Room,
    store::{self, mail::QuietRow},
};
use crate::reference::ZONES;

/// Days for which an e-mail that was given up is told to its person.
const TOLD_DAYS: i64 = 30;

pub async fn settings(room: &Room, asker: &Asker) -> Result<NoticeSettings> {
    let (db, person) = (&room.db, asker.viewer.person);
    let chosen = store::mail::list_choices(db, person).await?;
    let off = store::mail::list_off(db, person).await?;
    let quiet = store::mail::read_quiet(db, person).await?;
    let since = room.now().plus_seconds(-TOLD_DAYS * 86_400);
    let way = |kind: NoticeKind| {
        let own = chosen.iter().find(|(chosen, _)| *chosen == kind).map(|(_, way)| *way);
        (kind, own.unwrap_or(kind.usual_way()))
    };
    Ok(NoticeSettings {
        ways: NoticeKind::ALL.iter().map(|kind| way(*kind)).collect(),
        follows: FollowReason::ALL.iter().copied().filter(|reason| !off.contains(reason)).collect(),
        quiet: quiet.map(|quiet| QuietHours {
            from: time(quiet.from_minute),
            to: time(quiet.to_minute),
            zone: quiet.zone,
        }),
        mails: room.sends_mail(),
        failed: store::mail::count_failed(db, person, since).await?,
    })
}

/// Reads the form of one's own page: `way_{kind}`, `follows`, `quiet_from`, `quiet_to`, `quiet_zone`.
pub fn read_settings(typed: &Submitted) -> Result<NoticeSettings> {
    let mut errors = FieldErrors::default();
    let mut ways = vec![];
    for kind in NoticeKind::ALL {
        let field = format!("way_{kind}");
        match typed.value(&field).parse() {
            Ok(way) => ways.push((*kind, way)),
            Err(_) => errors.add(&field, "Choose how you want to be told"),
        }
    }
    let follows = typed.values("follows").filter_map(|word| word.parse().ok()).collect();
    let (from, to) = (typed.value("quiet_from").trim(), typed.value("quiet_to").trim());
    let zone = typed.value("quiet_zone").trim();
    let quiet = match (from.is_empty(), to.is_empty()) {
        (true, true) => None,
        _ => Some(QuietHours { from: from.to_owned(), to: to.to_owned(), zone: zone.to_owned() }),
    };
    if quiet.is_some() {
        for (field, text) in [("quiet_from", from), ("quiet_to", to)] {
            if minute(text).is_none() {
                errors.add(field, "A time of day, as 22:00; leave both empty for no quiet hours");
            }
        }
        if from == to {
            errors.add("quiet_to", "The two are the same: that would be all day");
        }
        if !ZONES.iter().any(|(name, _)| *name == zone) {
            errors.add("quiet_zone", "Choose a zone from the list");
        }
    }
    if !errors.is_empty() {
        return Err(Error::Invalid(errors));
    }
    Ok(NoticeSettings { ways, follows, quiet, mails: false, failed: (0, None) })
}

pub async fn set_settings(room: Room, asker: Asker, new: NoticeSettings) -> Result<()> {
    let mut act = room.begin_for(asker.viewer.clone(), &asker.request).await?;
    let person = asker.viewer.person;
    for (kind, way) in &new.ways {
        store::mail::set_choice(&mut act.tx, person, *kind, *way).await?;
    }
    for reason in FollowReason::ALL {
        store::mail::set_off(&mut act.tx, person, *reason, !new.follows.contains(reason)).await?;
    }
    let quiet = new.quiet.and_then(|quiet| {
        let (from_minute, to_minute) = (minute(&quiet.from)?, minute(&quiet.to)?);
        Some(QuietRow { from_minute, to_minute, zone: quiet.zone })
    });
    store::mail::set_quiet(&mut act.tx, person, quiet.as_ref()).await?;
    let ways: Vec<(NoticeKind, NoticeWay)> = new.ways;
    let body = serde_json::json!({
        "ways": ways, "follows": new.follows, "quiet": quiet.map(|q| (q.from_minute, q.to_minute, q.zone)),
    });
    let record = Record {
        incident: None,
        noun: Noun::Person,
        noun_id: Some(person.0),
        action: "notices_chosen",
        body: body.to_string(),
    };
    act.record(record).await?;
    act.commit_own().await
}

/// Minutes since midnight of `22:00`.
fn minute(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let part =
        |text: &str, end: i64| text.parse::<i64>().ok().filter(|n| (0..end).contains(n) && text.len() == 2);
    Some(part(hours, 24)? * 60 + part(minutes, 60)?)
}

fn time(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}
