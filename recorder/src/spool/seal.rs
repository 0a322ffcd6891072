//! What goes to the disk before it is redacted goes there sealed: AES-256-GCM (NIST SP 800-38D) under a key that is drawn
//! for the run and kept in memory alone.

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, Tag, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The key of one run, and what proves each block to be the one that was sealed.
pub(super) struct Seal {
    key: LessSafeKey,
    tags: Mutex<Vec<Option<Tag>>>,
}

impl Seal {
    pub(super) fn new() -> io::Result<Seal> {
        let mut key = [0; 32];
        let drawn = SystemRandom::new().fill(&mut key).and_then(|()| UnboundKey::new(&AES_256_GCM, &key));
        let key = drawn.map_err(|_| io::Error::other("no key could be drawn"))?;
        Ok(Seal { key: LessSafeKey::new(key), tags: Mutex::default() })
    }

    /// Seals a block in place. Each number is used once.
    pub(super) fn seal(&self, number: u64, block: &mut [u8]) -> io::Result<()> {
        let sealed = self.key.seal_in_place_separate_tag(nonce(number), Aad::empty(), block);
        let tag = sealed.map_err(|_| io::Error::other("a block could not be sealed"))?;
        let (mut tags, at) = (self.tags(), usize::try_from(number).map_err(io::Error::other)?);
        if tags.len() <= at {
            tags.resize(at + 1, None);
        }
        tags[at] = Some(tag);
        Ok(())
    }

    /// Opens a block in place; fails where it is not the one that was sealed.
    pub(super) fn open(&self, number: u64, block: &mut [u8]) -> io::Result<()> {
        let tag = usize::try_from(number).ok().and_then(|at| self.tags().get(at).copied().flatten());
        let tag = tag.ok_or(io::ErrorKind::UnexpectedEof)?;
        let opened = self.key.open_in_place_separate_tag(nonce(number), Aad::empty(), tag, block, 0..);
        opened.map(drop).map_err(|_| io::Error::other("the disk gave back something else than was written"))
    }

    fn tags(&self) -> MutexGuard<'_, Vec<Option<Tag>>> {
        self.tags.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

fn nonce(number: u64) -> Nonce {
    let mut nonce = [0; NONCE_LEN];
    nonce[NONCE_LEN - 8..].copy_from_slice(&number.to_be_bytes());
    Nonce::assume_unique_for_key(nonce)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sealed_opens() {
        let seal = Seal::new().unwrap();
        let mut block = *b"secret";
        seal.seal(7, &mut block).unwrap();
        assert_ne!(&block, b"secret");
        assert!(seal.open(6, &mut block.clone()).is_err(), "never sealed");
        let mut other = *b"secret";
        seal.seal(8, &mut other).unwrap();
        assert_ne!(block, other);
        assert!(seal.open(8, &mut block.clone()).is_err(), "another place");
        let mut changed = block;
        changed[0] ^= 1;
        assert!(seal.open(7, &mut changed).is_err(), "another byte");
        seal.open(7, &mut block).unwrap();
        assert_eq!(&block, b"secret");
    }
}
