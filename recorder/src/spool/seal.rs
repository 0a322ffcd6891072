//! What goes to the disk before it is redacted goes there sealed: AEGIS-128X2 (draft-irtf-cfrg-aegis-aead, a third of the
//! time that AES-128-GCM takes) under a key that is drawn for the run and kept in memory alone.

use aegis::aegis128x2::{Aegis128X2, Key, Nonce};
use ring::rand::{SecureRandom as _, SystemRandom};
use std::io;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long a proof is, in bytes.
const TAG: usize = 16;
type Tag = [u8; TAG];

/// The key of one run, and what proves each block to be the one that was sealed.
pub(super) struct Seal {
    key: Key,
    tags: Mutex<Vec<Tag>>,
}

impl Seal {
    pub(super) fn new() -> io::Result<Seal> {
        let mut key = Key::default();
        SystemRandom::new().fill(&mut key).map_err(|_| io::Error::other("no key could be drawn"))?;
        Ok(Seal { key, tags: Mutex::default() })
    }

    /// Seals the next block into as much room, and gives its number.
    pub(super) fn seal(&self, block: &[u8], sealed: &mut [u8]) -> u64 {
        let mut tags = self.tags();
        let number = tags.len() as u64;
        let mut encryptor = self.cipher(number).encryptor(&[]);
        encryptor.update(block, sealed);
        tags.push(encryptor.finalize());
        number
    }

    /// Opens a block in place; fails where it is not the one that was sealed.
    pub(super) fn open(&self, number: u64, block: &mut [u8]) -> io::Result<()> {
        let tag = usize::try_from(number).ok().and_then(|at| self.tags().get(at).copied());
        let tag = tag.ok_or(io::ErrorKind::UnexpectedEof)?;
        let opened = self.cipher(number).decrypt_in_place(block, &tag, &[]);
        opened.map_err(|_| io::Error::other("the disk gave back something else than was written"))
    }

    fn cipher(&self, number: u64) -> Aegis128X2<TAG> {
        let mut nonce = Nonce::default();
        nonce[..8].copy_from_slice(&number.to_be_bytes());
        Aegis128X2::new(&self.key, &nonce)
    }

    fn tags(&self) -> MutexGuard<'_, Vec<Tag>> {
        self.tags.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_sealed_opens() {
        let seal = Seal::new().unwrap();
        let (mut block, mut other) = ([0; 6], [0; 6]);
        assert_eq!((seal.seal(b"secret", &mut block), seal.seal(b"secret", &mut other)), (0, 1));
        assert_ne!(&block, b"secret");
        assert_ne!(block, other);
        assert!(seal.open(2, &mut block.clone()).is_err(), "never sealed");
        assert!(seal.open(1, &mut block.clone()).is_err(), "another place");
        let mut changed = block;
        changed[0] ^= 1;
        assert!(seal.open(0, &mut changed).is_err(), "another byte");
        seal.open(0, &mut block).unwrap();
        assert_eq!(&block, b"secret");
    }
}
