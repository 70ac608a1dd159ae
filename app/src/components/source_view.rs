//! The source of a page, on the page.

use super::icon::Icon;
use crate::api::sources::demo_source;
use leptos::{html, prelude::*, task::spawn_local};

/// The file a demo is written in, folded up. The server writes it into the page, so no wasm carries it; a page that was
/// reached without the server fetches it when it is unfolded.
#[component]
pub fn SourceView(
    /// Whose source.
    slug: &'static str,
) -> impl IntoView {
    #[cfg(feature = "ssr")]
    let initial = crate::demos::sources::html(slug).unwrap_or_default();
    #[cfg(not(feature = "ssr"))]
    let initial = String::new();
    let pre = NodeRef::<html::Pre>::new();
    let load = move |_| {
        if pre.get_untracked().is_some_and(|pre| pre.child_element_count() == 0) {
            spawn_local(async move {
                if let (Ok(source), Some(pre)) = (demo_source(slug.to_owned()).await, pre.get_untracked()) {
                    pre.set_inner_html(&source);
                }
            });
        }
    };
    view! {
        <details class="source" on:toggle=load>
            <summary>
                <Icon name="code" />
                "View source"
                <span class="muted small">{crate::demos::file(slug)}</span>
            </summary>
            <pre node_ref=pre tabindex="0" aria-label="Source of this page" inner_html=initial></pre>
        </details>
    }
}
