//! Reading session descriptions (RFC 8866); nothing here writes one.

/// The ICE username fragment (RFC 8839, 5.4) of a description: the first one, as all m-lines are bundled.
pub fn ice_ufrag(sdp: &str) -> Option<&str> {
    sdp.lines().find_map(|line| line.trim_end().strip_prefix("a=ice-ufrag:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_fragment_is_read_whatever_ends_the_lines() {
        assert_eq!(ice_ufrag("v=0\r\na=ice-ufrag:aB3d\r\na=ice-ufrag:zz\r\n"), Some("aB3d"));
        assert_eq!(ice_ufrag("v=0\na=ice-ufrag:aB3d\n"), Some("aB3d"));
        assert_eq!(ice_ufrag("v=0\r\n"), None);
        assert_eq!(ice_ufrag(""), None);
    }
}
