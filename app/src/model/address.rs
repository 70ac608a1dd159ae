//! What a demo page's address says: which lobby, and which room.

use multirtc::protocol::{LobbyId, RoomId};

/// A demo page's lobby and room, as its address names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// The page's public lobby, or a private one.
    pub lobby: LobbyId,
    /// The token of a private lobby (`?c=`).
    pub token: Option<String>,
    /// The room to join right away (`?room=`).
    pub room: Option<RoomId>,
}

/// The address names a room or a lobby that cannot be: empty, too long, or with other characters than letters,
/// digits, `-` and `_`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("invalid room id")]
pub struct BadAddress;

/// Reads the two parameters of a page's address; no other one has a meaning.
///
/// # Errors
/// When either is there and cannot be a lobby or a room.
pub fn address(slug: &str, c: Option<&str>, room: Option<&str>) -> Result<Address, BadAddress> {
    let lobby = match c {
        None => slug.parse(),
        Some("") => return Err(BadAddress),
        Some(token) => format!("{slug}_{token}").parse(),
    }
    .map_err(|_| BadAddress)?;
    let room = room.map(str::parse).transpose().map_err(|_| BadAddress)?;
    Ok(Address { lobby, token: c.map(str::to_owned), room })
}

impl Address {
    /// The path that leads to this lobby, and to `room` in it.
    pub fn path(&self, slug: &str, room: Option<&RoomId>) -> String {
        let query: Vec<String> =
            [room.map(|room| format!("room={room}")), self.token.as_ref().map(|token| format!("c={token}"))]
                .into_iter()
                .flatten()
                .collect();
        if query.is_empty() { format!("/demos/{slug}") } else { format!("/demos/{slug}?{}", query.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_page_has_a_public_lobby_and_any_number_of_private_ones() {
        let public = address("video-conferencing", None, None).unwrap();
        assert_eq!(public.lobby.as_str(), "video-conferencing");
        let private = address("video-conferencing", Some("Ab-3"), None).unwrap();
        assert_eq!(private.lobby.as_str(), "video-conferencing_Ab-3");
    }

    #[test]
    fn paths_lead_back() {
        let private = address("simplest", Some("k9"), Some("r1")).unwrap();
        assert_eq!(private.path("simplest", private.room.as_ref()), "/demos/simplest?room=r1&c=k9");
        assert_eq!(address("simplest", None, None).unwrap().path("simplest", None), "/demos/simplest");
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for bad in ["", "\0", "a b", "<img>", &"x".repeat(129)] {
            assert_eq!(address("simplest", None, Some(bad)), Err(BadAddress), "{bad:?}");
            assert_eq!(address("simplest", Some(bad), None), Err(BadAddress), "{bad:?}");
        }
    }
}
