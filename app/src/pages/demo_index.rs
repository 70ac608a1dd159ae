//! The index of the demos: all of them, in the order of the original's README.

use crate::{
    components::{Icon, PageShell, demo_page::Pictogram, provide_hydration},
    demos::{DEMOS, Demo},
};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};
use leptos_router::{LazyRoute, lazy_route};

/// The index of the demos.
#[derive(Debug)]
pub struct DemoIndexPage;

#[lazy_route]
impl LazyRoute for DemoIndexPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let hydrated = provide_hydration();
        let filter = RwSignal::new(String::new());
        let matching = move || DEMOS.iter().filter(|demo| demo.matches(&filter.read())).count();
        let built = DEMOS.iter().filter(|demo| demo.built).count();
        view! {
            <Title text="Demos" />
            <Meta name="description" content="Everything MultiRTC can do, one page each." />
            <PageShell>
                <div class="index-head">
                    <div class="page-head">
                        <h1>"Demos"</h1>
                        <p>{format!("Everything MultiRTC does, one page each. {built} of {} work so far.", DEMOS.len())}</p>
                    </div>
                    <div class="filter">
                        <label class="visually-hidden" for="filter">
                            "Filter the demos"
                        </label>
                        <Icon name="search" />
                        <input
                            id="filter"
                            class="input"
                            type="search"
                            placeholder="Filter"
                            autocomplete="off"
                            disabled=move || !hydrated.get()
                            bind:value=filter
                        />
                    </div>
                </div>
                <p class="visually-hidden" role="status">
                    {move || if filter.read().is_empty() { String::new() } else { found(matching()) }}
                </p>
                <ul class="demo-list">
                    {DEMOS.iter().map(|demo| view! { <Entry demo filter /> }).collect_view()}
                </ul>
                <p class="no-match" hidden=move || matching() != 0>
                    "No demo has these words."
                </p>
            </PageShell>
        }
        .into_any()
    }
}

fn found(count: usize) -> String {
    match count {
        1 => "1 demo found".to_owned(),
        count => format!("{count} demos found"),
    }
}

/// One demo. Filtering hides it; it stays in its place.
#[component]
fn Entry(demo: &'static Demo, filter: RwSignal<String>) -> impl IntoView {
    view! {
        <li class:unbuilt=!demo.built hidden=move || !demo.matches(&filter.read())>
            <Pictogram flow=demo.flow />
            <div class="about">
                <p class="name">
                    {demo.row.map(|row| view! { <span class="number">{row}</span> })}
                    <a href=demo.path()>{demo.name}</a>
                </p>
                <p class="purpose">{demo.purpose}</p>
                <p class="facts">
                    <span class="icons" role="img" aria-label=kinds(demo)>
                        {demo.kinds.iter().map(|kind| view! { <Icon name=kind.icon() /> }).collect_view()}
                    </span>
                    <span>{demo.flow.label()}</span>
                    {(!demo.built).then(|| view! { <span class="badge">"Not built yet"</span> })}
                </p>
            </div>
        </li>
    }
}

fn kinds(demo: &Demo) -> String {
    demo.kinds.iter().map(|kind| kind.label()).collect::<Vec<_>>().join(", ")
}
