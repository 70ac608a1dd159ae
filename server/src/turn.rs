//! Credentials for TURN servers, by the scheme they call REST API: whoever shares a secret with the server can make a
//! user name that says until when it is good, and the password that belongs to it.
//!
//! Follows draft-uberti-behave-turn-rest-00, which is what coturn's `use-auth-secret` takes. The secret stays in this
//! process; a user name carries a digest of the person's id, by which the TURN server can count allocations.

use crate::{Config, Error};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use multirtc::{
    core::hub::{RelayGrant, Relays},
    protocol::{IceServer, PeerId, Secret},
};
use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::{
    fs, io,
    path::Path,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// Bytes of a person's digest in the user name: enough to tell people apart.
const DIGEST_BYTES: usize = 9;

/// The TURN servers of this process.
#[derive(Debug)]
pub(crate) struct TurnServers {
    urls: Vec<String>,
    secret: Secret,
    ttl_seconds: u32,
}

impl TurnServers {
    /// The configured servers, if there are any.
    ///
    /// # Errors
    /// [`Error::NoTurnSecret`] or [`Error::TurnSecretFile`] if there are, and no secret.
    pub(crate) fn configured(config: &Config) -> Result<Option<Arc<dyn Relays>>, Error> {
        if config.turn_server_urls.is_empty() {
            return Ok(None);
        }
        let secret = match (&config.turn_secret, &config.turn_secret_file) {
            (Some(secret), _) => secret.clone(),
            (None, Some(path)) => read(path).map_err(|source| Error::TurnSecretFile { path: path.clone(), source })?,
            (None, None) => return Err(Error::NoTurnSecret),
        };
        let urls = config.turn_server_urls.clone();
        Ok(Some(Arc::new(Self { urls, secret, ttl_seconds: config.turn_ttl_seconds })))
    }
}

impl Relays for TurnServers {
    fn grant(&self, peer: &PeerId) -> RelayGrant {
        // The TURN server compares with its own clock, which is not the one that counts from this process's start.
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let digest = Sha256::digest(peer.as_str());
        let person: String = digest.iter().take(DIGEST_BYTES).map(|byte| format!("{byte:02x}")).collect();
        let username = format!("{}:{person}", now.saturating_add(self.ttl_seconds.into()));
        let credential = password(&self.secret, &username);
        RelayGrant {
            server: IceServer { urls: self.urls.clone(), username: Some(username), credential: Some(credential) },
            lifetime_ms: u64::from(self.ttl_seconds) * 1_000,
        }
    }
}

/// The password that belongs to a user name.
fn password(secret: &Secret, username: &str) -> Secret {
    // A key of any length will do (RFC 2104, 2).
    let mac = Hmac::<Sha1>::new_from_slice(secret.expose().as_bytes()).map(|mac| mac.chain_update(username));
    Secret::new(mac.map(|mac| BASE64_STANDARD.encode(mac.finalize().into_bytes())).unwrap_or_default())
}

fn read(path: &Path) -> io::Result<Secret> {
    let text = fs::read_to_string(path)?;
    match text.lines().next().map(str::trim) {
        Some(secret) if !secret.is_empty() => Ok(Secret::new(secret)),
        _ => Err(io::Error::new(io::ErrorKind::InvalidData, "its first line is empty")),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    // printf %s USERNAME | openssl dgst -sha1 -hmac SECRET -binary | base64
    #[test]
    fn a_password_is_what_openssl_makes_of_it() {
        let secret = Secret::new("north");
        assert_eq!(password(&secret, "1700000000:ada").expose(), "ndZ88ryT1whVxdkcRLepT9D1MpM=");
        assert_eq!(password(&secret, "1700000600:ada").expose(), "PxnDSvp1YXUZ9V3JJfLv80je4zM=");
        assert_eq!(password(&Secret::new("south"), "1700000000:ada").expose(), "0Kb5gNstadvrSq2A6Lc6iWMap3Y=");
        // RFC 2202, test case 2.
        let known = Secret::new("Jefe");
        assert_eq!(password(&known, "what do ya want for nothing?").expose(), "7/zfauXrL6LSdBbV8YTfnCWafHk=");
    }

    #[test]
    fn everybody_has_credentials_of_their_own_until_a_time() {
        let servers =
            TurnServers { urls: vec!["turn:a.example".into()], secret: Secret::new("north"), ttl_seconds: 90 };
        let (ada, bob) = ("ada".parse::<PeerId>().unwrap(), "bob".parse().unwrap());
        let before = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let (of_ada, of_bob) = (servers.grant(&ada), servers.grant(&bob));
        let username = of_ada.server.username.unwrap();
        let (until, person) = username.split_once(':').unwrap();
        let after = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        assert!((before + 90..=after + 90).contains(&until.parse().unwrap()), "{username}");
        assert!(person.len() == 18 && !username.contains("ada"), "{username}");
        assert_ne!(of_bob.server.username.unwrap().split_once(':').unwrap().1, person);
        assert_eq!(of_ada.server.credential, Some(password(&servers.secret, &username)));
        assert_eq!(of_ada.lifetime_ms, 90_000);
        assert!(!format!("{servers:?}").contains("north"));
    }
}
