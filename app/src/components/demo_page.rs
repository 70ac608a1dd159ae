//! The frame of every demo page.

use super::{
    hydration::provide_hydration,
    icon::{Icon, SPRITE},
    page_shell::PageShell,
    source_view::SourceView,
};
use crate::demos::{Demo, Flow, Kind};
use leptos::{either::Either, prelude::*};
use leptos_meta::{Meta, Title};

/// A demo: its exact name, what it is for, the demo itself, how it works, its source, and the way to its neighbours.
#[component]
pub fn DemoFrame(
    /// Which.
    demo: &'static Demo,
    /// How it works, in a few sentences.
    #[prop(into)]
    how: String,
    /// The id of this page's user, while it has one.
    #[prop(optional, into)]
    user_id: MaybeProp<String>,
    /// `none`, `host` or `participant`.
    #[prop(optional, into)]
    role: MaybeProp<&'static str>,
    /// The id of the room this page is in.
    #[prop(optional, into)]
    room_id: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    view! {
        <Frame demo user_id role room_id>
            {children()}
            <section class="how">
                <h2>"How it works"</h2>
                <p>{how}</p>
                <SourceView slug=demo.slug />
            </section>
        </Frame>
    }
}

/// The page of a demo that cannot be tried yet.
#[component]
pub fn NotBuiltYet(
    /// Which.
    demo: &'static Demo,
) -> impl IntoView {
    view! {
        <Frame
            demo
            user_id=MaybeProp::default()
            role=MaybeProp::default()
            room_id=MaybeProp::default()
        >
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
}

#[component]
fn Frame(
    demo: &'static Demo,
    user_id: MaybeProp<String>,
    role: MaybeProp<&'static str>,
    room_id: MaybeProp<String>,
    children: Children,
) -> impl IntoView {
    let hydrated = provide_hydration();
    let number = demo.row.map_or_else(|| "Quick start".to_owned(), |row| format!("Demo {row}"));
    view! {
        <Title text=demo.name />
        <Meta name="description" content=demo.purpose />
        <PageShell>
            <article
                class="demo"
                data-testid="demo-page"
                data-demo=demo.slug
                data-hydrated=move || hydrated.get().to_string()
                data-user-id=move || user_id.get().unwrap_or_default()
                data-role=move || role.get().unwrap_or("none")
                data-room-id=move || room_id.get().unwrap_or_default()
            >
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
