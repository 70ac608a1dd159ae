//! By what the hub knows where a socket came from: digests of the address, and of the address with the browser.
//!
//! Limits and bans need to recognise people, not to know them. The key is drawn when the process starts and kept
//! nowhere else, so that a digest **means nothing outside of it, nor after it**.

use crate::{Error, client_address::ClientAddress};
use sha2::{Digest, Sha256};

/// Where one socket came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fingerprint {
    /// Of the IPv4 address, or the /64 of an IPv6 address.
    pub(crate) address: [u8; 32],
    /// Of the same and the user agent.
    pub(crate) browser: [u8; 32],
}

/// The key of this process.
pub(crate) struct Fingerprints([u8; 32]);

impl Fingerprints {
    /// Draws a key.
    ///
    /// # Errors
    /// [`Error::Randomness`] if the operating system has none.
    pub(crate) fn new() -> Result<Self, Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key).map_err(Error::Randomness)?;
        Ok(Self(key))
    }

    /// The digests of an address and a user agent, which may be empty.
    pub(crate) fn of(&self, address: ClientAddress, user_agent: &[u8]) -> Fingerprint {
        let address = address.octets();
        Fingerprint {
            address: self.digest(b"address", &[&address]),
            browser: self.digest(b"browser", &[&address, user_agent]),
        }
    }

    /// Key, purpose and address have a fixed length each, so that no two texts look the same to the digest.
    fn digest(&self, purpose: &[u8; 7], parts: &[&[u8]]) -> [u8; 32] {
        let start = Sha256::new().chain_update(self.0).chain_update(purpose);
        parts.iter().fold(start, |digest, part| digest.chain_update(part)).finalize().into()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use axum::http::HeaderMap;

    fn address(text: &str) -> ClientAddress {
        ClientAddress::of(text.parse().unwrap(), &HeaderMap::new(), &[])
    }

    #[test]
    fn an_address_and_a_browser_are_recognised() {
        let prints = Fingerprints::new().unwrap();
        let of = |text: &str, agent: &str| prints.of(address(text), agent.as_bytes());
        let known = of("198.51.100.7", "Fox/1");
        assert_eq!(of("198.51.100.7", "Fox/1"), known);
        let same_address = of("198.51.100.7", "Crab/2");
        assert_eq!(same_address.address, known.address);
        assert_ne!(same_address.browser, known.browser);
        let same_agent = of("198.51.100.8", "Fox/1");
        assert_ne!(same_agent.address, known.address);
        assert_ne!(same_agent.browser, known.browser);
        assert_eq!(of("2001:db8:1:2::1", ""), of("2001:db8:1:2::9", ""), "one customer has one network");
    }

    #[test]
    fn digests_mean_nothing_elsewhere() {
        let [here, there] = [Fingerprints::new().unwrap(), Fingerprints::new().unwrap()];
        let print = here.of(address("198.51.100.7"), b"");
        assert_ne!(print, there.of(address("198.51.100.7"), b""));
        assert_ne!(print.address, print.browser);
    }
}
