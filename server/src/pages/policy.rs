//! What browsers may do with our pages.

use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Uri, header},
    middleware::Next,
    response::Response,
};
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;
use std::sync::Arc;

/// Headers of every response.
const ALWAYS: [(HeaderName, &str); 5] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()",
    ),
];

/// Two years; sent only where the public address is an encrypted one.
const HSTS: &str = "max-age=63072000";

/// What depends on the address people use.
#[derive(Debug, Clone)]
pub(super) struct Policy {
    public_origin: Option<Arc<str>>,
}

impl Policy {
    pub(super) fn new(public_origin: Option<String>) -> Self {
        Self { public_origin: public_origin.map(Into::into) }
    }

    fn is_encrypted(&self) -> bool {
        self.public_origin.as_deref().is_some_and(|origin| origin.starts_with("https:"))
    }

    /// The sources of our own WebSocket. `'self'` covers it in current browsers; older ones want it spelled out.
    /// Each begins with a space.
    pub(super) fn socket_sources(&self, headers: &HeaderMap) -> String {
        let public = self.public_origin.as_deref().and_then(|origin| origin.split_once("://"));
        if let Some((scheme, host)) = public {
            return format!(" {}://{host}", if scheme == "https" { "wss" } else { "ws" });
        }
        match headers.get(header::HOST).and_then(|host| host.to_str().ok()).filter(|host| is_plain(host)) {
            Some(host) => format!(" ws://{host} wss://{host}"),
            None => String::new(),
        }
    }
}

/// A host that can stand in a policy without ending a directive.
fn is_plain(host: &str) -> bool {
    !host.is_empty()
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:[]".contains(&byte))
        && host.parse::<Uri>().is_ok()
}

/// Sets the headers of the page that is being rendered; its nonce is in the context.
pub(super) fn provide_page_headers(sockets: &str) {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let policy = format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         connect-src 'self'{sockets}; img-src 'self' blob: data:; media-src 'self' blob:; worker-src 'self'; \
         font-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
    }
    response.insert_header(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

/// Sets the headers of every response.
pub(super) async fn set_headers(State(policy): State<Policy>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if policy.is_encrypted() {
        headers.entry(header::STRICT_TRANSPORT_SECURITY).or_insert(HeaderValue::from_static(HSTS));
    }
    response
}
