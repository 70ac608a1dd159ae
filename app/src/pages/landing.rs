//! The landing page: start a room, join one, or look around.

use crate::{
    api::{
        self,
        rooms::{GoToRoom, StartRoom},
    },
    components::{Icon, PageShell, demo_page::Pictogram},
    demos::{self, DEMOS, Demo},
    dom::page,
    islands::RecentRooms,
    shell::Stylesheet,
    slug,
};
use leptos::{prelude::*, server_fn::ServerFn};
use leptos_meta::{Meta, Title};

/// What is said of the product in one sentence.
const LEAD: &str =
    "Start a room and send its link. Whoever opens it sees and hears you: no account, nothing to install.";
/// The demos that the landing page shows.
const SHOWN: [&str; 4] = ["video-conferencing", "video-broadcasting", "mute-unmute", "simplest"];

/// The landing page.
#[component]
pub fn LandingPage() -> impl IntoView {
    view! {
        <Title text="" />
        <Stylesheet file="index.css" />
        <Meta name="description" content=LEAD />
        <PageShell>
            <section class="hero">
                <div class="words">
                    <div>
                        <h1>"Open a link, and you are in a room"</h1>
                        <p class="lead">{LEAD}</p>
                    </div>
                    <Ways />
                    <ul class="promises">
                        {["From browser to browser", "Nothing from other sites", "Yours to host"]
                            .map(|promise| view! { <li><Icon name="check" />{promise}</li> })}
                    </ul>
                </div>
                <div class="picture">
                    <img
                        src="/art/room.svg"
                        alt="Four people in a call"
                        width="960"
                        height="660"
                        fetchpriority="high"
                    />
                </div>
            </section>
            <RecentRooms />
            <section class="block">
                <header>
                    <h2>"One thing at a time"</h2>
                    <a class="more-link" href="/demos">
                        {format!("All {} demos", DEMOS.len())}
                        <Icon name="arrow-right" />
                    </a>
                </header>
                <ul class="cards">
                    {SHOWN
                        .into_iter()
                        .filter_map(demos::find)
                        .map(|demo| view! { <Card demo /> })
                        .collect_view()}
                </ul>
            </section>
            <Applications />
        </PageShell>
    }
}

/// The two ways into a room. Both are forms, and work without any script.
#[component]
fn Ways() -> impl IntoView {
    let failed_before = page::query("start").is_some();
    view! {
        <div class="ways">
            <form action=StartRoom::url() method="post">
                <button type="submit" class="button primary large">
                    <Icon name="camera" />
                    "Start a room"
                </button>
            </form>
            {failed_before
                .then(|| {
                    view! {
                        <p class="problem" role="alert">
                            "The room could not be made. Try again in a moment."
                        </p>
                    }
                })}
            <p class="or">"or"</p>
            <JoinForm />
        </div>
    }
}

/// A field for a link, a code or a name.
#[component]
fn JoinForm() -> impl IntoView {
    // What led nowhere comes back to be mended.
    let sent = page::query("to");
    let problem = sent.as_deref().and_then(|sent| slug::destination(sent, api::host().as_deref()).err());
    view! {
        <form action=GoToRoom::url() method="post">
            <div class="field">
                <label for="join-to">"Join with a link or name"</label>
                <div class="joined">
                    <input
                        id="join-to"
                        class="input large"
                        name="to"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        enterkeyhint="go"
                        required
                        autofocus=problem.is_some()
                        placeholder="blue-fox"
                        aria-describedby="join-hint"
                        aria-invalid=problem.is_some().to_string()
                        value=sent
                    />
                    <button type="submit" class="button large">
                        "Join"
                    </button>
                </div>
                {match problem {
                    Some(problem) => view! { <p id="join-hint" class="problem" role="alert">{problem.to_string()}</p> }.into_any(),
                    None => view! { <p id="join-hint" class="hint">"A link, a code, or any name you agreed on."</p> }.into_any(),
                }}
            </div>
        </form>
    }
}

/// One demo, with a picture of it.
#[component]
fn Card(demo: &'static Demo) -> impl IntoView {
    view! {
        <li class="card">
            <img src=format!("/art/{}.svg", demo.slug) alt="" width="480" height="280" />
            <div class="words">
                <a href=demo.path()>{demo.name}</a>
                <p>{demo.purpose}</p>
            </div>
        </li>
    }
}

/// The applications that are more than a demo.
#[component]
fn Applications() -> impl IntoView {
    let applications = [
        ("canvas-designer", "Board", "Draw on one board together, with shapes, text and pictures."),
        ("conversation", "Conversation", "Find people by name, call them, keep what was said."),
        (
            "multirtc",
            "MultiRTC",
            "Text first; camera, screen and files are offered, and everybody decides what to take.",
        ),
    ];
    let entry = |(demo, name, text): (&'static Demo, &'static str, &'static str)| {
        view! {
            <li class:unbuilt=!demo.built>
                <Pictogram flow=demo.flow />
                <div class="about">
                    <p class="name">
                        <a href=demo.path()>{name}</a>
                        {(!demo.built).then(|| view! { <span class="badge">"Not built yet"</span> })}
                    </p>
                    <p class="purpose">{text}</p>
                </div>
            </li>
        }
    };
    view! {
        <section class="block">
            <header>
                <h2>"Applications"</h2>
            </header>
            <ul class="demo-list applications">
                {applications
                    .into_iter()
                    .filter_map(|(slug, name, text)| demos::find(slug).map(|demo| (demo, name, text)))
                    .map(entry)
                    .collect_view()}
            </ul>
        </section>
    }
}
