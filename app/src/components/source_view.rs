//! The source of a page, on the page.

use super::icon::Icon;
use crate::demos::{file, sources::Source};
use leptos::prelude::*;

/// The file a demo is written in, folded up.
#[component]
pub fn SourceView(
    /// Of which demo.
    source: &'static Source,
) -> impl IntoView {
    view! {
        <details class="source">
            <summary>
                <Icon name="code" />
                "View source"
                <span class="muted small">{file(source.slug)}</span>
            </summary>
            <pre
                tabindex="0"
                aria-label="Source of this page"
                inner_html=source.html()
            ></pre>
        </details>
    }
    .into_any()
}
