//! Which web pages may talk to this server: the `Origin` check.
//!
//! Browsers let any page open a WebSocket to any host and say truthfully where the page came from. The check is the
//! only thing between a stranger's page and a visitor's session, so what is not exactly right is refused.

use axum::http::{HeaderMap, header};
use std::{fmt, str::FromStr};

/// A web origin, `scheme://host[:port]`, as browsers write it: lower case, no default port, no path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    scheme_length: usize,
}

/// A text that is no web origin.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an origin; write scheme://host or scheme://host:port, with http or https and without a path")]
pub struct BadOrigin(String);

impl Origin {
    /// The origin as browsers write it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    fn authority(&self) -> &str {
        &self.text[self.scheme_length + "://".len()..]
    }

    fn default_port(&self) -> &'static str {
        if self.text.starts_with("https:") { ":443" } else { ":80" }
    }

    /// Whether a `Host` header names the same host and port.
    fn is_at(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        host.strip_suffix(self.default_port()).unwrap_or(&host) == self.authority()
    }
}

impl FromStr for Origin {
    type Err = BadOrigin;

    /// Parses a setting: upper case and a default port are put right, a path is refused.
    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let bad = || BadOrigin(text.to_owned());
        let lower = text.to_ascii_lowercase();
        let (scheme, authority) = lower.split_once("://").ok_or_else(bad)?;
        let default_port = match scheme {
            "http" => ":80",
            "https" => ":443",
            _ => return Err(bad()),
        };
        let authority = authority.strip_suffix(default_port).unwrap_or(authority);
        if !is_authority(authority) {
            return Err(bad());
        }
        Ok(Self { text: format!("{scheme}://{authority}"), scheme_length: scheme.len() })
    }
}

/// `host` or `host:port`, where the host is a name, an IPv4 address or an IPv6 address in brackets.
fn is_authority(authority: &str) -> bool {
    let (host, port) = match authority.rfind(']') {
        Some(end) => authority.split_at(end + 1),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let host_ok = match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(address) => address.parse::<std::net::Ipv6Addr>().is_ok(),
        None => !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_')),
    };
    let port_ok = match port.strip_prefix(':') {
        Some(digits) => digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok(),
        None => port.is_empty(),
    };
    host_ok && port_ok
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The rule: the origins of a list, or where there is none, the host the request itself was sent to.
#[derive(Debug, Clone)]
pub struct OriginPolicy {
    allowed: Vec<Origin>,
    public: Option<Origin>,
}

impl OriginPolicy {
    /// A policy of listed origins; `public` is always among them. An empty list admits the requested host.
    pub fn new(allowed: Vec<Origin>, public: Option<Origin>) -> Self {
        Self { allowed, public }
    }

    /// Whether a page that sends these headers may connect. A request without an `Origin` is no browser's: refused.
    pub fn admits(&self, headers: &HeaderMap) -> bool {
        let Some(sent) = only(headers, header::ORIGIN) else { return false };
        // Parsing puts case and default ports right; a browser had nothing to put right.
        let Ok(origin) = sent.parse::<Origin>() else { return false };
        if origin.as_str() != sent {
            return false;
        }
        if self.public.as_ref() == Some(&origin) || self.allowed.contains(&origin) {
            return true;
        }
        self.allowed.is_empty() && only(headers, header::HOST).is_some_and(|host| origin.is_at(host))
    }
}

/// The value of a header that is there exactly once.
fn only(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(value)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(name, value.parse().unwrap());
        }
        map
    }

    #[test]
    fn settings_are_put_right_or_refused() {
        for (text, origin) in [
            ("https://Example.org", "https://example.org"),
            ("https://example.org:443", "https://example.org"),
            ("http://example.org:80", "http://example.org"),
            ("http://example.org:443", "http://example.org:443"),
            ("http://[::1]:3000", "http://[::1]:3000"),
        ] {
            assert_eq!(text.parse::<Origin>().unwrap().as_str(), origin);
        }
        for text in [
            "",
            "null",
            "example.org",
            "https://",
            "https://example.org/",
            "https://example.org/path",
            "ftp://example.org",
            "https://user@example.org",
            "https://example.org:",
            "https://example.org:99999",
            "https://[::1",
            "https://*",
            "https://example.org:+1",
            "https://a b",
        ] {
            assert!(text.parse::<Origin>().is_err(), "{text:?} was taken for an origin");
        }
    }

    #[test]
    fn without_a_list_the_requested_host_is_admitted() {
        let policy = OriginPolicy::new(vec![], None);
        for (host, origin, admitted) in [
            ("localhost:3000", "http://localhost:3000", true),
            ("LocalHost:3000", "http://localhost:3000", true),
            ("example.org", "https://example.org", true),
            ("example.org:443", "https://example.org", true),
            ("example.org:443", "http://example.org", false),
            ("localhost:3000", "http://localhost:3001", false),
            ("localhost:3000", "http://localhost", false),
            ("example.org", "https://example.org.evil.example", false),
            ("example.org", "https://evil-example.org", false),
            ("example.org", "https://EXAMPLE.org", false),
        ] {
            let map = headers(&[(header::HOST, host), (header::ORIGIN, origin)]);
            assert_eq!(policy.admits(&map), admitted, "{origin} at {host}");
        }
    }

    #[test]
    fn two_origins_are_none() {
        let policy = OriginPolicy::new(vec![], None);
        let map = headers(&[
            (header::HOST, "localhost:3000"),
            (header::ORIGIN, "http://localhost:3000"),
            (header::ORIGIN, "http://localhost:3000"),
        ]);
        assert!(!policy.admits(&map));
    }

    #[test]
    fn a_list_replaces_the_requested_host() {
        let policy =
            OriginPolicy::new(vec!["https://a.example".parse().unwrap()], Some("https://b.example".parse().unwrap()));
        for (origin, admitted) in
            [("https://a.example", true), ("https://b.example", true), ("https://c.example", false)]
        {
            let map = headers(&[(header::HOST, "c.example"), (header::ORIGIN, origin)]);
            assert_eq!(policy.admits(&map), admitted, "{origin}");
        }
    }
}
