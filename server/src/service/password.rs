//! Passwords: one thread that hashes with one block of memory, and the rules for a new one.
//!
//! One hash takes 64 MiB and a fifth of a second. On one thread with one reused block a flood of
//! sign-ins costs neither memory nor the cores that answer everybody else; two waiting rooms keep the
//! people whose browser is known ahead of everybody else.

use std::{
    collections::VecDeque,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread,
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use subtle::ConstantTimeEq;
use tokio::sync::oneshot;
use unicode_normalization::UnicodeNormalization;

use super::{Error, Result};
use crate::clock::Ids;

/// What one hash costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// A browser that is known to the account, or a person who is signed in.
    Known,
    Unknown,
}

/// Whether a password was right, and whether its hash should be made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    pub right: bool,
    pub outdated: bool,
}

enum Work {
    /// None: an account that does not exist or has no password, at the same cost.
    Verify {
        password: String,
        stored: Option<String>,
        reply: oneshot::Sender<Verdict>,
    },
    Hash {
        password: String,
        reply: oneshot::Sender<String>,
    },
}

#[derive(Default)]
struct Queue {
    known: VecDeque<Work>,
    unknown: VecDeque<Work>,
    closed: bool,
}

struct Inner {
    queue: Mutex<Queue>,
    filled: Condvar,
    waiting: usize,
}

/// The hashing thread's front door. The thread ends when the last handle is dropped.
#[derive(Clone)]
pub struct Hasher(Arc<Door>);

struct Door(Arc<Inner>);

impl Drop for Door {
    fn drop(&mut self) {
        self.0.queue.lock().unwrap_or_else(PoisonError::into_inner).closed = true;
        self.0.filled.notify_all();
    }
}

impl std::fmt::Debug for Hasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hasher")
    }
}

impl Hasher {
    /// `pepper` is part of every hash and never in the database; `waiting` bounds each waiting room.
    pub fn start(cost: Cost, pepper: [u8; 32], waiting: u32, ids: Ids) -> Self {
        let inner =
            Arc::new(Inner { queue: Mutex::default(), filled: Condvar::new(), waiting: waiting as usize });
        let mut worker = Worker { cost, pepper, memory: vec![], ids };
        let own = Arc::clone(&inner);
        let run = move || {
            while let Some(work) = own.next() {
                worker.run(work);
            }
        };
        // Fails only where the system gives no more threads: then nothing else would run either.
        thread::Builder::new().name("password".into()).spawn(run).expect("a thread at the start");
        Self(Arc::new(Door(inner)))
    }

    /// Compares at full cost, whether or not there is something to compare with.
    pub async fn verify(&self, lane: Lane, password: &str, stored: Option<String>) -> Result<Verdict> {
        let (reply, answer) = oneshot::channel();
        self.0.0.push(lane, Work::Verify { password: password.to_owned(), stored, reply })?;
        answer.await.map_err(Error::internal)
    }

    /// A PHC string for a new password.
    pub async fn hash(&self, lane: Lane, password: &str) -> Result<String> {
        let (reply, answer) = oneshot::channel();
        self.0.0.push(lane, Work::Hash { password: password.to_owned(), reply })?;
        answer.await.map_err(Error::internal)
    }
}

impl Inner {
    fn push(&self, lane: Lane, work: Work) -> Result<()> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let room = match lane {
            Lane::Known => &mut queue.known,
            Lane::Unknown => &mut queue.unknown,
        };
        if room.len() >= self.waiting {
            return Err(Error::TooMany { retry_after: 3 });
        }
        room.push_back(work);
        self.filled.notify_one();
        Ok(())
    }

    fn next(&self) -> Option<Work> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(work) = queue.known.pop_front().or_else(|| queue.unknown.pop_front()) {
                return Some(work);
            }
            if queue.closed {
                return None;
            }
            queue = self.filled.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Hashes on the calling thread, which must not be one that serves: the filling of a demo.
pub fn hash_now(cost: Cost, pepper: [u8; 32], password: &str) -> Result<String> {
    let mut worker = Worker { cost, pepper, memory: vec![], ids: Ids::Random };
    let salt: [u8; 16] = Ids::Random.bytes();
    let output = worker.compute(password, &salt, cost);
    output.map(|output| phc(cost, &salt, &output)).ok_or_else(|| Error::internal("no hash"))
}

struct Worker {
    cost: Cost,
    pepper: [u8; 32],
    memory: Vec<Block>,
    ids: Ids,
}

impl Worker {
    fn run(&mut self, work: Work) {
        match work {
            // Nobody waits for the answer any more: their turn goes to the next.
            Work::Verify { reply, .. } if reply.is_closed() => {}
            Work::Hash { reply, .. } if reply.is_closed() => {}
            Work::Verify { password, stored, reply } => {
                let _ = reply.send(self.verify(&password, stored.as_deref()));
            }
            Work::Hash { password, reply } => {
                let salt: [u8; 16] = self.ids.bytes();
                if let Some(output) = self.compute(&password, &salt, self.cost) {
                    let _ = reply.send(phc(self.cost, &salt, &output));
                }
            }
        }
    }

    fn verify(&mut self, password: &str, stored: Option<&str>) -> Verdict {
        let parsed = stored.and_then(parse);
        let (cost, salt, expected) = match &parsed {
            Some(parsed) => (parsed.cost, parsed.salt.as_slice(), parsed.output.as_slice()),
            None => (self.cost, [0; 16].as_slice(), [0; 32].as_slice()),
        };
        let output = self.compute(password, salt, cost);
        let same = output.is_some_and(|output| bool::from(output.as_slice().ct_eq(expected)));
        Verdict { right: same && parsed.is_some(), outdated: cost != self.cost }
    }

    fn compute(&mut self, password: &str, salt: &[u8], cost: Cost) -> Option<[u8; 32]> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).ok()?;
        let blocks = params.block_count();
        if self.memory.len() < blocks {
            self.memory.resize(blocks, Block::default());
        }
        let argon2 =
            Argon2::new_with_secret(&self.pepper, Algorithm::Argon2id, Version::V0x13, params).ok()?;
        let mut output = [0; 32];
        let text = normalised(password);
        argon2.hash_password_into_with_memory(text.as_bytes(), salt, &mut output, &mut self.memory).ok()?;
        Some(output)
    }
}

/// The same password typed on another keyboard is the same password.
pub(crate) fn normalised(password: &str) -> String {
    password.nfc().collect()
}

/// `$argon2id$v=19$m=65536,t=3,p=1$salt$output`
fn phc(cost: Cost, salt: &[u8], output: &[u8]) -> String {
    let Cost { memory_kib, passes } = cost;
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    format!("$argon2id$v=19$m={memory_kib},t={passes},p=1${salt}${output}")
}

struct Phc {
    cost: Cost,
    salt: Vec<u8>,
    output: Vec<u8>,
}

fn parse(text: &str) -> Option<Phc> {
    let rest = text.strip_prefix("$argon2id$v=19$m=")?;
    let (memory, rest) = rest.split_once(",t=")?;
    let (passes, rest) = rest.split_once(",p=1$")?;
    let (salt, output) = rest.split_once('$')?;
    Some(Phc {
        cost: Cost { memory_kib: memory.parse().ok()?, passes: passes.parse().ok()? },
        salt: STANDARD_NO_PAD.decode(salt).ok()?,
        output: STANDARD_NO_PAD.decode(output).ok()?,
    })
}

/// Why a new password is refused; none when it is good (NIST SP 800-63B-4, 3.1.1.2). `around`: names and
/// addresses that belong to the person.
pub fn refusal(password: &str, around: &[&str]) -> Option<String> {
    let password = normalised(password);
    let length = password.chars().count();
    if length < 15 {
        return Some(format!(
            "It has {length} characters; it needs at least 15. A sentence is easy to keep."
        ));
    }
    if length > 128 {
        return Some(format!("It has {length} characters; at most 128 are taken."));
    }
    let plain = password.to_lowercase();
    let mut distinct: Vec<char> = plain.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    if distinct.len() < 5 {
        return Some("It repeats the same few characters.".into());
    }
    let letters: String = plain.chars().filter(|c| c.is_alphanumeric()).collect();
    if common().any(|word| letters == word || repeats(&letters, word)) {
        return Some("It is on the list of common passwords that attackers try first.".into());
    }
    let told = around.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let mut rest = letters.clone();
    for word in told.map(str::to_lowercase).filter(|word| word.chars().count() >= 3) {
        rest = rest.replace(&word, "");
    }
    if rest.chars().count() < 8 {
        return Some("It is made of names that everybody around you knows.".into());
    }
    None
}

/// One common word over and over.
fn repeats(letters: &str, word: &str) -> bool {
    word.len() >= 4 && letters.len() > word.len() && letters.replace(word, "").is_empty()
}

/// Lower case, letters and digits only; mostly the long ones, since short ones fail by their length.
fn common() -> impl Iterator<Item = &'static str> {
    include_str!("common_passwords.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: Cost = Cost { memory_kib: 64, passes: 1 };

    #[tokio::test]
    async fn a_password_is_right_in_any_unicode_form_and_wrong_otherwise() {
        let hasher = Hasher::start(CHEAP, [1; 32], 4, Ids::Random);
        let stored = hasher.hash(Lane::Known, "caf\u{e9} au lait at dawn").await.expect("hashes");
        let same = hasher.verify(Lane::Unknown, "cafe\u{301} au lait at dawn", Some(stored.clone())).await;
        assert_eq!(same.expect("verifies"), Verdict { right: true, outdated: false });
        let other = hasher.verify(Lane::Unknown, "tea", Some(stored.clone())).await;
        assert!(!other.expect("verifies").right);
        let none = hasher.verify(Lane::Unknown, "caf\u{e9} au lait at dawn", None).await;
        assert!(!none.expect("verifies").right);
        let peppered = Hasher::start(CHEAP, [2; 32], 4, Ids::Random);
        let foreign = peppered.verify(Lane::Unknown, "caf\u{e9} au lait at dawn", Some(stored.clone())).await;
        assert!(!foreign.expect("verifies").right);
        let dearer = Hasher::start(Cost { passes: 2, ..CHEAP }, [1; 32], 4, Ids::Random);
        let old = dearer.verify(Lane::Unknown, "caf\u{e9} au lait at dawn", Some(stored)).await;
        assert_eq!(old.expect("verifies"), Verdict { right: true, outdated: true });
    }

    #[test]
    fn a_refused_password_says_why() {
        let around = ["Iris Castell", "analyst@cisa.example", "CISA"];
        let why = |password: &str| refusal(password, &around);
        assert!(why("short").is_some_and(|text| text.contains("5 characters")));
        assert!(why(&"x".repeat(129)).is_some_and(|text| text.contains("128")));
        assert!(why("aaaaaaaaaaaaaaaa").is_some_and(|text| text.contains("repeats")));
        assert!(why("Password-Password!").is_some_and(|text| text.contains("common")));
        assert!(why("Iris.Castell.CISA.1").is_some_and(|text| text.contains("names")));
        assert_eq!(why("four grey herons at the weir"), None);
        assert_eq!(why("ночь выборов длинная"), None);
    }
}
