//! A file as an HTTP response: encoding, caching, type.

use super::{Asset, Assets};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use bytes::Bytes;

/// The address carries the hash of the contents: a year, the most that is honoured.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Other files: used for five minutes, then asked for with their tag.
const BRIEFLY: &str = "public, max-age=300";

impl Assets {
    /// Answers a GET for `address`; `None` if there is no such file.
    pub fn respond(&self, address: &str, headers: &HeaderMap) -> Option<Response> {
        let asset = self.get(address)?;
        let (body, encoding) = choose(asset, headers);
        let tag = format!("\"{}{}\"", asset.tag, encoding.map(|name| format!("-{name}")).unwrap_or_default());
        let caching = if self.is_immutable(address) { FOREVER } else { BRIEFLY };
        let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|sent| names(sent, &tag));
        let mut response = if known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let kind = [(header::CONTENT_TYPE, kind(address))];
            (kind, Body::from(body)).into_response()
        };
        let sent = response.headers_mut();
        if !known && let Some(encoding) = encoding {
            sent.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        sent.insert(header::CACHE_CONTROL, HeaderValue::from_static(caching));
        sent.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            sent.insert(header::ETAG, tag);
        }
        Some(response)
    }
}

/// The body to send, and its encoding if it has one.
fn choose(asset: &Asset, headers: &HeaderMap) -> (Bytes, Option<&'static str>) {
    match &asset.brotli {
        Some(compressed) if accepts_brotli(headers) => (compressed.clone(), Some("br")),
        _ => (asset.identity.clone(), None),
    }
}

/// Does the client take brotli?
pub(crate) fn accepts_brotli(headers: &HeaderMap) -> bool {
    let sent = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    sent.flat_map(|value| value.split(',')).any(|offer| {
        let (name, weight) = offer.split_once(';').unwrap_or((offer, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|number| number.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case("br") && weight.is_some_and(|weight| weight > 0.0)
    })
}

/// Does an `If-None-Match` name this tag? Weak and strong ones count alike (RFC 9110, 13.1.2).
fn names(sent: &HeaderValue, tag: &str) -> bool {
    let Ok(sent) = sent.to_str() else { return false };
    sent.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

fn kind(address: &str) -> &'static str {
    match address.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "css" => "text/css; charset=utf-8",
        "html" => "text/html; charset=utf-8",
        "ico" => "image/x-icon",
        "jpg" | "jpeg" => "image/jpeg",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" | "map" => "application/json",
        "mp3" => "audio/mpeg",
        "mp4" => "video/mp4",
        "ogg" => "audio/ogg",
        "png" => "image/png",
        "svg" => "image/svg+xml",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        "webm" => "video/webm",
        "webmanifest" => "application/manifest+json",
        "webp" => "image/webp",
        "woff2" => "font/woff2",
        "xml" => "application/xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn assets() -> Assets {
        let manifest = r#"{"folder":"/pkg/0123","chunks":{}}"#;
        let files = [
            ("/site.json", manifest.as_bytes()),
            ("/pkg/0123/app.js", b"let long = 1;"),
            ("/pkg/0123/app.js.br", b"br!"),
            ("/favicon.svg", b"<svg/>"),
        ];
        Assets::new(files.map(|(address, bytes)| (address.to_owned(), Bytes::from_static(bytes))))
    }

    fn headers(pairs: &[(header::HeaderName, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect()
    }

    fn header_of(response: &Response, name: header::HeaderName) -> Option<&str> {
        response.headers().get(name).map(|value| value.to_str().unwrap())
    }

    #[test]
    fn brotli_is_sent_to_those_who_accept_it() {
        for (accepted, encoding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("br;q=0.5", Some("br")),
            ("BR", Some("br")),
            ("br;q=0", None),
            ("gzip", None),
            ("*", None),
            ("", None),
        ] {
            let sent = headers(&[(header::ACCEPT_ENCODING, accepted)]);
            let response = assets().respond("/pkg/0123/app.js", &sent).unwrap();
            assert_eq!(header_of(&response, header::CONTENT_ENCODING), encoding, "{accepted}");
            assert_eq!(header_of(&response, header::CONTENT_TYPE), Some("text/javascript; charset=utf-8"));
            assert_eq!(header_of(&response, header::VARY), Some("accept-encoding"));
        }
    }

    #[test]
    fn only_addresses_with_a_hash_are_kept_for_ever() {
        let assets = assets();
        let hashed = assets.respond("/pkg/0123/app.js", &HeaderMap::new()).unwrap();
        assert_eq!(header_of(&hashed, header::CACHE_CONTROL), Some(FOREVER));
        let named = assets.respond("/favicon.svg", &HeaderMap::new()).unwrap();
        assert_eq!(header_of(&named, header::CACHE_CONTROL), Some(BRIEFLY));
    }

    #[test]
    fn what_the_browser_has_is_not_sent_again() {
        let assets = assets();
        let plain = assets.respond("/pkg/0123/app.js", &HeaderMap::new()).unwrap();
        let tag = header_of(&plain, header::ETAG).unwrap();
        for (sent, status) in [
            (tag.to_owned(), StatusCode::NOT_MODIFIED),
            (format!("\"other\", W/{tag}"), StatusCode::NOT_MODIFIED),
            ("*".to_owned(), StatusCode::NOT_MODIFIED),
            ("\"other\"".to_owned(), StatusCode::OK),
        ] {
            let response = assets.respond("/pkg/0123/app.js", &headers(&[(header::IF_NONE_MATCH, &sent)])).unwrap();
            assert_eq!(response.status(), status, "{sent}");
            assert_eq!(header_of(&response, header::ETAG), Some(tag));
        }
        let compressed = headers(&[(header::IF_NONE_MATCH, tag), (header::ACCEPT_ENCODING, "br")]);
        let response = assets.respond("/pkg/0123/app.js", &compressed).unwrap();
        assert_eq!(response.status(), StatusCode::OK, "the tag is another for the compressed form");
    }

    #[test]
    fn nothing_outside_the_table_is_served() {
        let assets = assets();
        for address in [
            "/site.json",
            "/pkg/0123/app.js.br",
            "/pkg/0123",
            "/pkg/0123/",
            "/pkg/0123/../0123/app.js",
            "/pkg/0123/..%2f..%2fsite.json",
            "//favicon.svg",
            "/etc/passwd",
            "",
        ] {
            assert!(assets.respond(address, &HeaderMap::new()).is_none(), "{address}");
        }
    }
}
