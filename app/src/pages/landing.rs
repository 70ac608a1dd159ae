//! The landing page: start a room, join one, or look around.

use crate::{
    api::rooms::{GoToRoom, StartRoom},
    catalogue,
    components::{Icon, PageShell, demo_page::Pictogram, provide_hydration},
    demos::{self, DEMOS, Demo},
    dom::page,
    recent::{self, Visit},
    slug,
};
use leptos::{ev::SubmitEvent, form::ActionForm, prelude::*, server_fn::ServerFn};
use leptos_meta::{Meta, Title};
use leptos_router::{
    LazyRoute,
    hooks::{use_navigate, use_query_map},
    lazy_route,
};

/// What is said of the product in one sentence.
const LEAD: &str =
    "Start a room and send its link. Whoever opens it sees and hears you: no account, nothing to install.";
/// The demos that the landing page shows.
const SHOWN: [&str; 4] = ["video-conferencing", "video-broadcasting", "mute-unmute", "simplest"];

/// The landing page.
#[derive(Debug)]
pub struct LandingPage;

#[lazy_route]
impl LazyRoute for LandingPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        provide_hydration();
        view! {
            <Title text="" />
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
                <Recent />
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
        .into_any()
    }
}

/// The two ways into a room. Both are forms, and work before any script does.
#[component]
fn Ways() -> impl IntoView {
    let start = ServerAction::<StartRoom>::new();
    let failed_before = use_query_map().get_untracked().get("start").is_some();
    let refused = move || match start.value().get() {
        Some(Err(error)) => Some(error_words(&error)),
        None if failed_before => Some("The room could not be made. Try again in a moment.".to_owned()),
        _ => None,
    };
    view! {
        <div class="ways">
            <ActionForm action=start>
                <button type="submit" class="button primary large" disabled=move || start.pending().get()>
                    <Icon name="camera" />
                    {move || if start.pending().get() { "Starting…" } else { "Start a room" }}
                </button>
            </ActionForm>
            <Show when=move || refused().is_some()>
                <p class="problem" role="alert">
                    {refused}
                </p>
            </Show>
            <p class="or">"or"</p>
            <JoinForm />
        </div>
    }
}

/// A field for a link, a code or a name.
#[component]
fn JoinForm() -> impl IntoView {
    // What was sent without scripts and led nowhere comes back to be mended.
    let sent = use_query_map().get_untracked().get("to");
    let tried = RwSignal::new(sent.is_some());
    let typed = RwSignal::new(sent.unwrap_or_default());
    let host = StoredValue::new(own_host());
    let leads = Memo::new(move |_| slug::destination(&typed.read(), host.read_value().as_deref()));
    let problem = move || leads.read().as_ref().err().map(ToString::to_string).filter(|_| tried.get());
    let hint = move || match leads.read().as_ref() {
        Ok(path) => format!("You go to {path}"),
        Err(_) => "A link, a code, or any name you agreed on.".to_owned(),
    };
    let navigate = use_navigate();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        tried.set(true);
        if let Ok(path) = leads.get_untracked() {
            navigate(&path, Default::default());
        }
    };
    view! {
        <form action=GoToRoom::url() method="post" on:submit=submit>
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
                        placeholder="blue-fox"
                        aria-describedby="join-hint"
                        aria-invalid=move || problem().is_some().to_string()
                        value=typed.get_untracked()
                        bind:value=typed
                    />
                    <button type="submit" class="button large">
                        "Join"
                    </button>
                </div>
                <p id="join-hint" aria-live="polite" class=move || if problem().is_some() { "problem" } else { "hint" }>
                    {move || problem().unwrap_or_else(hint)}
                </p>
            </div>
        </form>
    }
}

/// Host and port of this site, as the server was asked or as the page was.
fn own_host() -> Option<String> {
    #[cfg(feature = "ssr")]
    {
        crate::api::host()
    }
    #[cfg(not(feature = "ssr"))]
    {
        Some(page::host())
    }
}

/// The rooms this device was in.
#[component]
fn Recent() -> impl IntoView {
    let visits = RwSignal::new(Vec::<Visit>::new());
    let now_ms = RwSignal::new(0_u64);
    Effect::new(move || {
        now_ms.set(page::now_ms());
        visits.set(recent::load());
    });
    let forget = move |room: &str| {
        let left = recent::without(visits.get_untracked(), room);
        recent::save(&left);
        visits.set(left);
    };
    view! {
        <Show when=move || !visits.read().is_empty()>
            <section class="block" aria-labelledby="recent-title">
                <header>
                    <h2 id="recent-title">"Where you were"</h2>
                    <p class="muted small">"Remembered on this device only"</p>
                </header>
                <ul class="recent" data-testid="recent">
                    <For each=move || visits.get() key=|visit| visit.room.clone() let(visit)>
                        {
                            let room = visit.room.clone();
                            let label = format!("Forget {}", visit.name);
                            let seconds = now_ms.get_untracked().saturating_sub(visit.at_ms) / 1000;
                            view! {
                                <li>
                                    <span
                                        class="avatar"
                                        aria-hidden="true"
                                        data-person=crate::display::person_color(&visit.room)
                                    >
                                        {crate::display::initials(&visit.name)}
                                    </span>
                                    <span class="words">
                                        <a href=format!("/r/{}", visit.room)>{visit.name}</a>
                                        <span class="muted small">{catalogue::ago(seconds)}</span>
                                    </span>
                                    <button
                                        type="button"
                                        class="button quiet square"
                                        aria-label=label
                                        on:click=move |_| forget(&room)
                                    >
                                        <Icon name="close" />
                                    </button>
                                </li>
                            }
                        }
                    </For>
                </ul>
            </section>
        </Show>
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

fn error_words(error: &ServerFnError) -> String {
    match error {
        ServerFnError::ServerError(words) => words.clone(),
        _ => "The server cannot be reached. Try again in a moment.".to_owned(),
    }
}
