//! The index of the demos: all of them, in the order of the original's README.

use crate::{
    components::{Icon, PageShell, demo_page::Pictogram},
    demos::{DEMOS, Demo},
    islands::DemoFilter,
    shell::Stylesheet,
};
use leptos::prelude::*;
use leptos_meta::{Meta, Title};

/// The index of the demos.
#[component]
pub fn DemoIndexPage() -> impl IntoView {
    let built = DEMOS.iter().filter(|demo| demo.built).count();
    view! {
        <Title text="Demos" />
        <Stylesheet file="index.css" />
        <Meta name="description" content="Everything MultiRTC can do, one page each." />
        <PageShell in_demos=true>
            <div class="index-head">
                <div class="page-head">
                    <h1>"Demos"</h1>
                    <p>{format!("Everything MultiRTC does, one page each. {built} of {} work so far.", DEMOS.len())}</p>
                </div>
                <DemoFilter />
            </div>
            <ul class="demo-list">{DEMOS.iter().map(|demo| view! { <Entry demo /> }).collect_view()}</ul>
        </PageShell>
    }
}

/// One demo. Filtering hides it; it stays in its place.
#[component]
fn Entry(demo: &'static Demo) -> impl IntoView {
    view! {
        <li class:unbuilt=!demo.built data-words=demo.words()>
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
