//! Secrets of one installation: sealed cursors and the keys of tokens.
//!
//! A cursor that leaves the server is encrypted and authenticated: the gaps between two journal numbers
//! would tell a viewer how much happens that they may not see.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chacha20poly1305::{
    ChaCha20Poly1305, Key, Nonce,
    aead::{Aead, KeyInit, Payload},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::clock::Ids;

/// The installation's key, from a file outside the database.
#[derive(Clone)]
pub struct Seal {
    cipher: ChaCha20Poly1305,
    key: [u8; 32],
    ids: Ids,
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// `key`: 32 random bytes. Nonces always come from the operating system, even in a seeded room.
    pub fn new(key: [u8; 32]) -> Self {
        let cipher = ChaCha20Poly1305::new(&Key::from(derive(&key, b"cursor")));
        Self { cipher, key, ids: Ids::Random }
    }

    /// Seals a text for one purpose; the result is URL-safe and differs each time.
    pub fn seal(&self, purpose: &str, text: &str) -> String {
        let nonce: [u8; 12] = self.ids.bytes();
        let payload = Payload { msg: text.as_bytes(), aad: purpose.as_bytes() };
        // Fails only beyond 256 GiB of text.
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).unwrap_or_default();
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what was sealed for this purpose; none for anything else.
    pub fn open(&self, purpose: &str, sealed: &str) -> Option<String> {
        if sealed.len() > 4096 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(sealed).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<12>()?;
        let payload = Payload { msg: sealed, aad: purpose.as_bytes() };
        String::from_utf8(self.cipher.decrypt(&Nonce::from(*nonce), payload).ok()?).ok()
    }

    /// Seals a place in a list that the store pages by a number. All are equally long: the length of a number would
    /// tell how large it is.
    pub fn seal_place(&self, purpose: &str, place: i64) -> String {
        self.seal(purpose, &format!("{place:020}"))
    }

    /// Opens such a place.
    pub fn open_place(&self, purpose: &str, sealed: &str) -> Option<i64> {
        self.open(purpose, sealed)?.parse().ok()
    }

    /// A keyed digest over parts that are told apart by their lengths.
    pub fn mac(&self, purpose: &[u8], parts: &[&[u8]]) -> [u8; 32] {
        mac(&derive(&self.key, purpose), parts)
    }
}

fn derive(key: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    mac(key, &[b"watchfloor", purpose])
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // HMAC takes a key of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_cursor_opens_for_its_purpose_alone_and_looks_different_each_time() {
        let seal = Seal::new([7; 32]);
        let (one, two) = (seal.seal("live", "41"), seal.seal("live", "41"));
        assert_ne!(one, two);
        assert_eq!(seal.open("live", &one).as_deref(), Some("41"));
        assert_eq!(seal.open("board", &one), None);
        assert_eq!(Seal::new([8; 32]).open("live", &one), None);
        assert_eq!(seal.open("live", "nonsense"), None);
    }
}
