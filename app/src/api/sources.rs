//! The source of a demo, for pages that were reached without the server.

use leptos::{prelude::*, server};

/// The source of a demo as HTML.
///
/// # Errors
/// When there is no such demo.
#[server(name = DemoSource, prefix = "/api", endpoint = "demos/source", input = server_fn::codec::GetUrl)]
pub async fn demo_source(
    /// Which.
    slug: String,
) -> Result<String, ServerFnError> {
    crate::demos::sources::html(&slug).ok_or_else(|| ServerFnError::new("there is no such demo"))
}
