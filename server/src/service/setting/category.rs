//! The catalogue: leaves come, are renamed and go at a date; what is past stays as it was.

use app::model::{
    FieldErrors, Moment,
    setting::{EarlierName, Leaf},
};

use super::super::{Error, Result};

/// One step of the catalogue, as a form sends it. Without a moment: from now on.
#[derive(Clone, Debug)]
pub enum CategoryAct {
    Add {
        code: String,
        top_name: String,
        name: String,
        from: Option<Moment>,
    },
    Rename {
        code: String,
        name: String,
        from: Option<Moment>,
    },
    Retire {
        code: String,
        from: Option<Moment>,
    },
    /// A retirement that is taken back.
    Keep {
        code: String,
    },
}

const LONGEST: usize = 80;
const MOST: usize = 200;

fn top_of(code: &str) -> &str {
    code.split_once('-').map_or(code, |(top, _)| top)
}

impl CategoryAct {
    /// The catalogue after this step.
    pub(super) fn apply(self, standing: &[Leaf], now: Moment) -> Result<Vec<Leaf>> {
        let mut leaves = standing.to_vec();
        match self {
            Self::Add { code, top_name, name, from } => {
                let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
                let (code, top_name, name) = (code.trim().to_uppercase(), line(&top_name), line(&name));
                if leaves.iter().any(|leaf| leaf.code == code) {
                    return Err(Error::invalid(
                        "code",
                        "The catalogue has this code already, perhaps retired",
                    ));
                }
                let top = top_of(&code).to_owned();
                let known = leaves.iter().rposition(|leaf| leaf.top == top);
                let top_name = known.map_or(top_name, |at| leaves[at].top_name.clone());
                let leaf = Leaf {
                    code,
                    top,
                    top_name,
                    name,
                    effective_from: from.unwrap_or(now),
                    effective_to: None,
                    earlier: vec![],
                };
                leaves.insert(known.map_or(leaves.len(), |at| at + 1), leaf);
            }
            Self::Rename { code, name, from } => {
                let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
                rename(find(&mut leaves, &code)?, name, from.unwrap_or(now));
            }
            Self::Retire { code, from } => find(&mut leaves, &code)?.effective_to = Some(from.unwrap_or(now)),
            Self::Keep { code } => find(&mut leaves, &code)?.effective_to = None,
        }
        Ok(leaves)
    }
}

fn find<'a>(leaves: &'a mut [Leaf], code: &str) -> Result<&'a mut Leaf> {
    let found = leaves.iter_mut().find(|leaf| leaf.code == code.trim());
    found.ok_or_else(|| Error::invalid("code", "Choose a leaf of the catalogue"))
}

/// A rename that was planned for later and not reached yet gives way.
fn rename(leaf: &mut Leaf, name: String, from: Moment) {
    let before = leaf.name_at(Moment(from.0 - 1)).to_owned();
    leaf.earlier.retain(|earlier| earlier.until < from);
    if before != name {
        leaf.earlier.push(EarlierName { name: before, until: from });
    }
    leaf.name = name;
}

/// An earlier catalogue from now on: names return, what came since is retired, what was retired since is kept.
pub(super) fn back(standing: &[Leaf], then: &[Leaf], now: Moment) -> Vec<Leaf> {
    let back = |leaf: &Leaf| {
        let mut leaf = leaf.clone();
        match then.iter().find(|other| other.code == leaf.code) {
            Some(other) => {
                if leaf.name_at(now) != other.name_at(now) || leaf.name != other.name {
                    rename(&mut leaf, other.name_at(now).to_owned(), now);
                }
                let is_over = |to: Option<Moment>| to.is_some_and(|to| to <= now);
                if is_over(leaf.effective_to) != is_over(other.effective_to) || !is_over(leaf.effective_to) {
                    leaf.effective_to = other.effective_to.map(|to| to.max(now));
                }
            }
            None if leaf.effective_to.is_none_or(|to| to > now) => {
                leaf.effective_to = Some(now.max(leaf.effective_from));
            }
            None => {}
        }
        leaf
    };
    standing.iter().map(back).collect()
}

/// What is wrong with a catalogue that is to follow another. Fields are named by code, except where a form of one
/// leaf (`lone`) has its own.
pub(super) fn faults(new: &[Leaf], standing: &[Leaf], now: Moment, lone: bool) -> FieldErrors {
    let mut errors = FieldErrors::default();
    let mut fault = |code: &str, field: &str, message: String| {
        let name = if lone { field.to_owned() } else { format!("{code}.{field}") };
        errors.add(&name, message);
    };
    for (at, leaf) in new.iter().enumerate() {
        let before = standing.iter().find(|other| other.code == leaf.code);
        if before == Some(leaf) {
            continue;
        }
        if new[..at].iter().any(|other| other.code == leaf.code) {
            fault(&leaf.code, "code", "Two leaves have this code".into());
        }
        if before.is_none() {
            form(leaf, new, &mut fault);
        }
        for name in leaf.earlier.iter().map(|earlier| &earlier.name).chain([&leaf.name]) {
            if !(1..=LONGEST).contains(&name.trim().chars().count()) {
                fault(&leaf.code, "name", format!("A name of up to {LONGEST} characters"));
            }
        }
        let namesake = new.iter().find(|other| {
            other.code != leaf.code
                && other.top == leaf.top
                && other.name.to_lowercase() == leaf.name.to_lowercase()
        });
        if let Some(other) = namesake.filter(|other| other.effective_to.is_none_or(|to| to > now)) {
            fault(&leaf.code, "name", format!("{} is called that", other.code));
        }
        times(leaf, before, now, &mut fault);
    }
    for gone in standing.iter().filter(|leaf| !new.iter().any(|other| other.code == leaf.code)) {
        if gone.effective_from <= now {
            fault(&gone.code, "code", format!("{} was in effect: retire it instead", gone.code));
        }
    }
    if new.len() > MOST {
        fault("", "form", format!("At most {MOST} leaves"));
    }
    errors
}

/// The shape of a leaf that was not there before.
fn form(leaf: &Leaf, all: &[Leaf], fault: &mut impl FnMut(&str, &str, String)) {
    let digits = leaf.code.split_once('-').map_or("", |(_, digits)| digits);
    let top = (2..=8).contains(&leaf.top.len()) && leaf.top.bytes().all(|letter| letter.is_ascii_uppercase());
    let number = (1..=2).contains(&digits.len()) && digits.bytes().all(|digit| digit.is_ascii_digit());
    if !top || !number || digits.starts_with('0') || top_of(&leaf.code) != leaf.top {
        fault(&leaf.code, "code", "Capital letters, a hyphen and a number, such as PROC-6".into());
    }
    if !(1..=LONGEST).contains(&leaf.top_name.trim().chars().count()) {
        fault(&leaf.code, "top_name", format!("{} is new: say what it stands for", leaf.top));
    }
    if all.iter().any(|other| other.top == leaf.top && other.top_name != leaf.top_name) {
        fault(&leaf.code, "top_name", format!("{} has another name", leaf.top));
    }
}

/// Nothing that was is changed: names of the past, when a leaf began, when it ended.
fn times(leaf: &Leaf, before: Option<&Leaf>, now: Moment, fault: &mut impl FnMut(&str, &str, String)) {
    const PAST: &str = "From now on or later: what is past keeps its name";
    let began = before.map(|before| before.effective_from).filter(|from| *from <= now);
    if began.map_or(leaf.effective_from < now, |from| from != leaf.effective_from) {
        fault(&leaf.code, "from", PAST.into());
    }
    let past = |leaf: &Leaf| leaf.earlier.iter().filter(|one| one.until < now).cloned().collect::<Vec<_>>();
    let moment_ago = Moment(now.0 - 1);
    let rewritten = before.is_some_and(|before| {
        past(before) != past(leaf) || before.name_at(moment_ago) != leaf.name_at(moment_ago)
    });
    let out_of_nothing = before.is_none() && !leaf.earlier.is_empty();
    let in_order = leaf.earlier.windows(2).all(|two| two[0].until < two[1].until);
    if rewritten || out_of_nothing || !in_order {
        fault(&leaf.code, "from", PAST.into());
    }
    let to_changed = before.map(|before| before.effective_to) != Some(leaf.effective_to);
    if to_changed && leaf.effective_to.is_some_and(|to| to < now || to < leaf.effective_from) {
        fault(&leaf.code, "from", "It is retired from now on or later, and not before it begins".into());
    }
}
