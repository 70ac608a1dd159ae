//! Where new names come from: ids, tokens, numbers of links, stamps. The only place that asks for randomness.

use super::Entropy;
use crate::core::Millis;
use crate::protocol::{LinkId, Secret};
use sha2::{Digest as _, Sha256};

/// What is kept of a secret: enough to recognise it, useless to whoever reads it.
pub(super) type Digest = [u8; 32];

/// Digest of a secret as it came over the wire.
pub(super) fn digest(secret: &Secret) -> Digest {
    Sha256::digest(secret.expose().as_bytes()).into()
}

/// Thirty-two letters and digits without look-alikes: five bits a character.
const ALPHABET: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";

pub(super) struct Mint {
    entropy: Box<dyn Entropy + Send>,
    epoch_ms: u64,
    links: u64,
}

impl Mint {
    pub(super) fn new(entropy: Box<dyn Entropy + Send>, epoch_ms: u64) -> Self {
        Self { entropy, epoch_ms, links: 0 }
    }

    /// Wall clock for a moment of the monotonic one.
    pub(super) fn wall(&self, now: Millis) -> u64 {
        self.epoch_ms.saturating_add(now)
    }

    /// Link ids are unique in the whole hub, so that a frame of a former room of the same name fits no link.
    pub(super) fn link(&mut self) -> LinkId {
        self.links += 1;
        LinkId(self.links)
    }

    /// An unguessable identifier of `chars` characters, five bits each.
    pub(super) fn id<T: TryFrom<String>>(&mut self, chars: usize) -> T {
        loop {
            if let Ok(id) = T::try_from(self.word(chars)) {
                return id;
            }
        }
    }

    /// A secret of 256 bits.
    pub(super) fn secret(&mut self) -> Secret {
        Secret::new(self.word(52))
    }

    fn word(&mut self, chars: usize) -> String {
        let mut bytes = vec![0; chars];
        self.entropy.fill(&mut bytes);
        bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect()
    }
}
