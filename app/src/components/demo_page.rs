//! The frame of every demo page.

use super::{
    icon::{Icon, SPRITE},
    page_shell::PageShell,
    source_view::SourceView,
};
use crate::demos::{Demo, Flow, Kind, sources::Source};
use crate::shell::Preload;
use leptos::{either::Either, prelude::*};
use leptos_meta::{Meta, Title};

/// A demo: its exact name, what it is for, the demo itself, how it works, its source, and the way to its neighbours.
#[component]
pub fn DemoFrame(
    /// Which.
    demo: &'static Demo,
    /// What its page tells learners.
    source: &'static Source,
    /// The name of its island.
    island: &'static str,
    children: Children,
) -> impl IntoView {
    view! {
        <Frame demo>
            <Preload island />
            {children()}
            <section class="how">
                <h2>"How it works"</h2>
                <p>{source.how}</p>
                <SourceView source />
            </section>
        </Frame>
    }
    .into_any()
}

/// The page of a demo that cannot be tried yet.
#[component]
pub fn NotBuiltYet(
    /// Which.
    demo: &'static Demo,
) -> impl IntoView {
    view! {
        <Frame demo>
            <div class="empty">
                <Pictogram flow=demo.flow />
                <p>
                    <strong>"This demo is not built yet."</strong>
                </p>
                <p>"Its place is kept, so that links to it stay right."</p>
                <a class="button" href="/demos">
                    "See the demos that work"
                </a>
            </div>
        </Frame>
    }
    .into_any()
}

/// What a page says whose address names a room that cannot be.
#[component]
pub fn BadRoomId(
    /// Which demo.
    demo: &'static Demo,
) -> impl IntoView {
    view! {
        <Frame demo>
            <section class="notice bad" role="alert" data-testid="error" data-code="room_bad_slug">
                <div class="words">
                    <h2>"Invalid room id"</h2>
                    <p>
                        "The address of this page names a room that cannot exist: a room id is 1 to 64 letters, digits, “-” and “_”. Check the link, or open the page without it."
                    </p>
                </div>
                <div class="actions">
                    <a class="button" href=demo.path()>
                        "Open the page"
                    </a>
                </div>
            </section>
        </Frame>
    }
    .into_any()
}

#[component]
fn Frame(demo: &'static Demo, children: Children) -> impl IntoView {
    let number = demo.row.map_or_else(|| "Quick start".to_owned(), |row| format!("Demo {row}"));
    view! {
        <Title text=demo.name />
        <Meta name="description" content=demo.purpose />
        <PageShell in_demos=true>
            <article class="demo">
                <header class="page-head">
                    <p class="trail small">
                        <a href="/demos">"Demos"</a>
                        <span aria-hidden="true">"/"</span>
                        <span>{number}</span>
                    </p>
                    <h1>{demo.name}</h1>
                    <p>{demo.purpose}</p>
                    <Kinds kinds=demo.kinds />
                </header>
                {children()}
                <nav class="neighbours" aria-label="Other demos">
                    <Neighbour demo=demo.previous() back=true />
                    <Neighbour demo=demo.next() back=false />
                </nav>
            </article>
        </PageShell>
    }
    .into_any()
}

/// Who sends to whom, drawn.
#[component]
pub fn Pictogram(
    /// The flow.
    flow: Flow,
) -> impl IntoView {
    view! {
        <svg class="pictogram" aria-hidden="true" focusable="false">
            {leptos::svg::r#use().attr("href", format!("{SPRITE}#{}", flow.pictogram()))}
        </svg>
    }
    .into_any()
}

/// What a demo sends, as small badges.
#[component]
pub fn Kinds(
    /// What is sent.
    kinds: &'static [Kind],
) -> impl IntoView {
    view! {
        <ul class="kinds" aria-label="What it sends">
            {kinds
                .iter()
                .map(|kind| {
                    view! {
                        <li class="badge">
                            <Icon name=kind.icon() />
                            {kind.label()}
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
    .into_any()
}

#[component]
fn Neighbour(demo: Option<&'static Demo>, back: bool) -> impl IntoView {
    match demo {
        None => Either::Left(view! { <span></span> }),
        Some(demo) => Either::Right(view! {
            <a href=demo.path() class:back=back rel=if back { "prev" } else { "next" }>
                <Icon name=if back { "arrow-left" } else { "arrow-right" } />
                <span>
                    <span class="muted small">{if back { "Previous" } else { "Next" }}</span>
                    <strong>{demo.name}</strong>
                </span>
            </a>
        }),
    }
}
