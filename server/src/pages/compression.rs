//! Pages in brotli.
//!
//! A page holds nothing that is secret from the person who asked for it, and there are no cookies: compressing what the
//! address says together with the rest gives nothing away.

use axum::{
    body::{Body, to_bytes},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use brotli::enc::BrotliEncoderParams;

/// Bytes under which it does not pay.
const LEAST: usize = 1024;
/// Bytes no page has.
const MOST: usize = 16 * 1024 * 1024;
/// A millisecond for the longest page; 11 would take fifty times as long for a tenth less.
const QUALITY: i32 = 5;

/// Compresses a page for a client that takes brotli.
pub(super) async fn compress(page: Response) -> Response {
    let (mut parts, body) = page.into_parts();
    let Ok(html) = to_bytes(body, MOST).await else {
        return (StatusCode::INTERNAL_SERVER_ERROR, "this page could not be rendered").into_response();
    };
    parts.headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if html.len() < LEAST {
        return Response::from_parts(parts, html.into());
    }
    let mut compressed = Vec::with_capacity(html.len() / 2);
    let parameters = BrotliEncoderParams { quality: QUALITY, size_hint: html.len(), ..Default::default() };
    match brotli::BrotliCompress(&mut html.as_ref(), &mut compressed, &parameters) {
        Ok(_) => {
            parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
            Response::from_parts(parts, compressed.into())
        }
        Err(_) => Response::from_parts(parts, Body::from(html)),
    }
}
