//! What of an incident its sender sees and a recipient will not.

use std::collections::HashMap;

use app::{
    model::{
        Organisation, Tlp, entry::Entry, exhibit::Exhibit, id::Number, indicator::Indicator,
        posture::StatedPosture, share::Share,
    },
    policy::{self, Cleared},
};

use super::{Look, found::Seen};

/// Parts what the reader will see from what they will not, and says the second in words.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    pub(super) lines: Vec<String>,
    /// Why entries are hidden, and how many for that.
    reasons: Vec<(String, usize)>,
    /// Incidents in which an indicator was also seen.
    also: Vec<String>,
    /// Shares with others, and those with the reader's own organisation.
    shares: (usize, usize),
}

/// `TLP:RED`, `for CISA and FBI only`
fn why(tlp: Tlp, audience: &[Organisation]) -> String {
    match (tlp, audience) {
        (Tlp::Red, _) => "TLP:RED, for the people named there".to_owned(),
        (_, audience) => {
            let names: Vec<_> = audience.iter().map(|organisation| organisation.short.as_str()).collect();
            format!("for {} only", names.join(", "))
        }
    }
}

impl Unseen {
    pub(super) fn entries(&mut self, look: &Look<'_>, all: Vec<Entry>) -> Vec<Entry> {
        let (seen, hidden): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|entry| look.sees(entry.tlp, &entry.audience, &entry.named));
        for entry in &hidden {
            let why = why(entry.tlp, &entry.audience);
            match self.reasons.iter_mut().find(|(known, _)| *known == why) {
                Some((_, count)) => *count += 1,
                None => self.reasons.push((why, 1)),
            }
        }
        seen
    }

    /// The end of the timeline was reached.
    pub(super) fn entries_counted(&mut self) {
        self.lines.extend(self.reasons.drain(..).map(|(why, count)| match count {
            1 => format!("1 entry of the timeline: {why}"),
            many => format!("{many} entries of the timeline: {why}"),
        }));
    }

    pub(super) fn labelled(&mut self, hidden: usize, what: &str) {
        match hidden {
            0 => {}
            1 => self.lines.push(format!("1 {what}: {}", why(Tlp::Red, &[]))),
            many => self.lines.push(format!("{many} {what}s: {}", why(Tlp::Red, &[]))),
        }
    }

    pub(super) fn exhibits(&mut self, look: &Look<'_>, all: Vec<Exhibit>) -> Vec<Exhibit> {
        let (seen, hidden): (Vec<_>, Vec<_>) =
            all.into_iter().partition(|exhibit| look.sees(exhibit.tlp, &exhibit.audience, &exhibit.named));
        let line = |exhibit: &Exhibit| {
            format!("{} {}: {}", exhibit.label(), exhibit.name, why(exhibit.tlp, &exhibit.audience))
        };
        self.lines.extend(hidden.iter().map(line));
        seen
    }

    /// `known`: incidents in which one was also seen, and whether the reader sees them.
    pub(super) fn indicators(
        &mut self,
        known: &HashMap<Number, bool>,
        all: Vec<Indicator>,
    ) -> Vec<Indicator> {
        let sees = |number: &Number| known.get(number).copied().unwrap_or(false);
        let narrowed = all.into_iter().map(|mut indicator| {
            let (seen, hidden): (Vec<_>, Vec<_>) = indicator.also_in.into_iter().partition(sees);
            for number in hidden.iter().map(ToString::to_string) {
                if !self.also.contains(&number) {
                    self.also.push(number);
                }
            }
            indicator.also_in = seen;
            indicator
        });
        narrowed.collect()
    }

    /// The end of the indicators was reached.
    pub(super) fn indicators_counted(&mut self) {
        if !self.also.is_empty() {
            self.lines.push(format!("That an indicator was also seen in {}", self.also.join(", ")));
        }
    }

    /// Crossings in which the reader's organisation has no part; of the others what the reader sees beside.
    pub(super) fn shares(&mut self, look: &Look<'_>, all: Vec<Share>, seen: &Seen) -> Vec<Share> {
        let own = look.eyes.organisation;
        let (mut read, hidden): (Vec<_>, Vec<_>) = all.into_iter().partition(|share| look.reads(share));
        for share in &mut read {
            share.exhibits.retain(|number| seen.exhibits.values().any(|seen| seen == number));
            share.entries.retain(|cited| seen.entries.contains_key(&cited.id));
        }
        let (theirs, others): (Vec<_>, Vec<_>) = hidden.into_iter().partition(|share| share.to.id == own);
        self.shares.0 += others.len();
        self.shares.1 += theirs.len();
        read
    }

    /// The end of the shares was reached.
    pub(super) fn shares_counted(&mut self) {
        let (others, theirs) = self.shares;
        match others {
            0 => {}
            1 => self.lines.push("1 share with another organisation, its words and its answer".to_owned()),
            many => {
                self.lines.push(format!("{many} shares with other organisations, their words and answers"))
            }
        }
        match theirs {
            0 => {}
            1 => self.lines.push("1 share that was taken back, or is for people named there".to_owned()),
            many => {
                self.lines.push(format!("{many} shares that were taken back, or are for people named there"))
            }
        }
    }

    pub(super) fn postures(
        &mut self,
        look: &Look<'_>,
        all: Cleared<Vec<StatedPosture>>,
    ) -> Cleared<Vec<StatedPosture>> {
        let kept = all.iter().any(|stated| stated.own.is_some() && stated.published_at.is_none());
        let note = all.iter().any(|stated| {
            stated.published_at.is_some() && stated.own.as_ref().is_some_and(|own| !own.note.is_empty())
        });
        self.lines.extend(kept.then(|| "Your organisation's posture, which is not published".to_owned()));
        self.lines.extend(note.then(|| "The note with your organisation's posture".to_owned()));
        all.iter().cloned().filter_map(|stated| policy::clear_posture(&look.eyes, stated)).collect()
    }
}
