//! The SHA-256 of a file that several receivers read at their own pace.

use sha2::{Digest, Sha256};

/// A SHA-256, as it is shown and compared.
pub type Sha256Digest = [u8; 32];

/// The digest of a file whose parts come in any number of passes, each in order from the beginning.
///
/// Every byte counts once: whoever is furthest ahead moves it on, and the others' parts are known already.
#[derive(Debug, Clone, Default)]
pub struct FileDigest {
    sha: Sha256,
    hashed: u64,
}

impl FileDigest {
    /// Takes the bytes of the file from `offset` on. A part further on than everything known before is left out: no
    /// pass of its own makes it.
    pub fn feed(&mut self, offset: u64, bytes: &[u8]) {
        let known = self.hashed.checked_sub(offset).and_then(|known| usize::try_from(known).ok());
        if let Some(new) = known.and_then(|known| bytes.get(known..)) {
            self.sha.update(new);
            self.hashed += new.len() as u64;
        }
    }

    /// The digest once all of `size` bytes were seen.
    pub fn of_all(&self, size: u64) -> Option<Sha256Digest> {
        (self.hashed == size).then(|| self.sha.clone().finalize().into())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn of_known_bytes() {
        let mut digest = FileDigest::default();
        assert!(digest.of_all(3).is_none());
        digest.feed(0, b"abc");
        let hex: String = digest.of_all(3).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    proptest! {
        #[test]
        fn whoever_reads_and_how(bytes: Vec<u8>, cuts in prop::collection::vec((0..300usize, 1..50usize), 0..20)) {
            let mut digest = FileDigest::default();
            for (at, length) in cuts {
                let at = at.min(bytes.len());
                digest.feed(at as u64, &bytes[at..bytes.len().min(at + length)]);
            }
            digest.feed(0, &bytes);
            let expected: Sha256Digest = Sha256::digest(&bytes).into();
            prop_assert_eq!(digest.of_all(bytes.len() as u64), Some(expected));
        }
    }
}
