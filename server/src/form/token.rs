//! The token of one form: who (the session), where to (the path), which (a nonce), when; authenticated.

use app::model::Moment;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use super::base64;
use crate::{clock::Ids, seal::Seal};

const NONCE: usize = 16;
const TIME: usize = 8;
const MAC: usize = 16;
const PLAIN: usize = NONCE + TIME + MAC;

/// Which sending of a form it is, and since when: what the answer to it gives back, so that the same words sent
/// again are done once.
///
/// A token says it of itself, also where it is not ours, or of a session that has ended. That proves nothing and
/// grants nothing: the token of the page that is drawn for it is made for who asks now, keys are kept by person,
/// and a key that served another path or other words is refused. Who makes one up meets only their own sendings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sending {
    nonce: [u8; NONCE],
    made: Moment,
}

impl Sending {
    fn new(now: Moment) -> Self {
        Self { nonce: Ids::Random.bytes(), made: now }
    }

    /// What a token says of itself.
    pub(crate) fn of(token: &str) -> Option<Self> {
        Some(Self::read(&unmasked(token)?))
    }

    fn read(plain: &[u8; PLAIN]) -> Self {
        let made = Moment(i64::from_be_bytes(std::array::from_fn(|i| plain[NONCE + i])));
        Self { nonce: std::array::from_fn(|i| plain[i]), made }
    }

    fn is_fresh(&self, now: Moment, lifetime: i64) -> bool {
        (0..lifetime).contains(&now.since(self.made))
    }
}

fn mac(seal: &Seal, session: &[u8], action: &str, nonce_and_time: &[u8]) -> [u8; MAC] {
    let path = action.split(['?', '#']).next().unwrap_or_default();
    let full = seal.mac(b"form", &[session, path.as_bytes(), nonce_and_time]);
    std::array::from_fn(|i| full[i])
}

/// A new form's token. Masked anew in each answer, so that a compressed page tells nothing about it (BREACH).
pub fn token(seal: &Seal, now: Moment, session: &[u8], action: &str) -> String {
    write(seal, session, action, Sending::new(now))
}

/// The token of a form that is offered once more as the same sending. Its time stays while it can be sent, since
/// its key is remembered from then on; after that it counts anew.
pub(crate) fn token_again(
    seal: &Seal,
    (now, lifetime): (Moment, i64),
    session: &[u8],
    action: &str,
    sending: Sending,
) -> String {
    let made = if sending.is_fresh(now, lifetime) { sending.made } else { now };
    write(seal, session, action, Sending { made, ..sending })
}

fn write(seal: &Seal, session: &[u8], action: &str, sending: Sending) -> String {
    let mut plain = [0_u8; PLAIN];
    plain[..NONCE].copy_from_slice(&sending.nonce);
    plain[NONCE..NONCE + TIME].copy_from_slice(&sending.made.0.to_be_bytes());
    let mac = mac(seal, session, action, &plain[..NONCE + TIME]);
    plain[NONCE + TIME..].copy_from_slice(&mac);
    let mask: [u8; PLAIN] = Ids::Random.bytes();
    let masked: [u8; PLAIN] = std::array::from_fn(|i| plain[i] ^ mask[i]);
    base64(&[mask, masked].concat())
}

fn unmasked(token: &str) -> Option<[u8; PLAIN]> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (mask, masked) = bytes.split_first_chunk::<PLAIN>()?;
    let masked: &[u8; PLAIN] = masked.try_into().ok()?;
    Some(std::array::from_fn(|i| mask[i] ^ masked[i]))
}

/// The nonce of a token that is ours, for this session and path, and not too old.
pub fn open_token(
    seal: &Seal,
    now: Moment,
    lifetime: i64,
    session: &[u8],
    action: &str,
    token: &str,
) -> Option<String> {
    let plain = unmasked(token)?;
    let (signed, given) = plain.split_at(NONCE + TIME);
    let right = mac(seal, session, action, signed);
    let sending = Sending::read(&plain);
    let ours = sending.is_fresh(now, lifetime) && bool::from(right.ct_eq(given));
    ours.then(|| base64(&sending.nonce))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_seconds(1_604_449_080);

    #[test]
    fn a_token_serves_its_session_its_path_and_its_day_and_looks_different_each_time() {
        let seal = Seal::new([7; 32]);
        let made = token(&seal, NOW, b"session", "/incidents/new?step=2");
        let open = |seal: &Seal, session: &[u8], action: &str, later: i64, token: &str| {
            open_token(seal, NOW.plus_seconds(later), 86_400, session, action, token)
        };
        let nonce = open(&seal, b"session", "/incidents/new", 86_399, &made);
        assert!(nonce.is_some());
        assert_eq!(
            open(&Seal::new([7; 32]), b"session", "/incidents/new", 0, &made),
            nonce,
            "after a restart"
        );
        assert_eq!(open(&seal, b"another", "/incidents/new", 0, &made), None);
        assert_eq!(open(&seal, b"session", "/board", 0, &made), None);
        assert_eq!(open(&seal, b"session", "/incidents/new", 86_400, &made), None);
        assert_eq!(open(&Seal::new([8; 32]), b"session", "/incidents/new", 0, &made), None);
        assert_ne!(made, token(&seal, NOW, b"session", "/incidents/new"));
        let mut bent = made.into_bytes();
        bent[60] ^= 1;
        assert_eq!(open(&seal, b"session", "/incidents/new", 0, &String::from_utf8_lossy(&bent)), None);
    }

    #[test]
    fn a_form_that_is_sent_again_is_the_same_sending_for_whoever_asks_now() {
        let seal = Seal::new([7; 32]);
        let first = token(&seal, NOW, b"session", "/board");
        let sending = Sending::of(&first).expect("a token");
        let again = |later: i64, session: &[u8]| {
            let now = NOW.plus_seconds(later);
            let made = token_again(&seal, (now, 100), session, "/board", sending);
            assert_ne!(made, first, "masked anew");
            open_token(&seal, now, 100, session, "/board", &made)
        };
        let key = open_token(&seal, NOW, 100, b"session", "/board", &first);
        assert!(key.is_some());
        assert_eq!(again(99, b"session"), key);
        assert_eq!(again(500, b"session"), key, "too old, and made anew");
        assert_eq!(again(5, b"after signing in"), key);
        let late = token_again(&seal, (NOW.plus_seconds(99), 100), b"session", "/board", sending);
        let later = open_token(&seal, NOW.plus_seconds(100), 100, b"session", "/board", &late);
        assert_eq!(later, None, "it lives no longer than the first");
        assert_eq!(Sending::of("nonsense"), None);
    }
}
