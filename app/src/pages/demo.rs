//! One demo, by its slug.

use crate::components::NotBuiltYet;
use crate::demos::{MuteUnmute, Simplest, VideoBroadcasting, VideoConferencing, find};
use crate::pages::NotFound;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use leptos_router::{LazyRoute, lazy_route};

/// One demo.
#[derive(Debug)]
pub struct DemoPage;

#[lazy_route]
impl LazyRoute for DemoPage {
    fn data() -> Self {
        Self
    }

    fn view(_this: Self) -> AnyView {
        let params = use_params_map();
        // Another demo is another page: everything of the one before is let go.
        let slug = Memo::new(move |_| params.read().get("slug").unwrap_or_default());
        (move || match slug.get().as_str() {
            "simplest" => view! { <Simplest /> }.into_any(),
            "video-conferencing" => view! { <VideoConferencing /> }.into_any(),
            "video-broadcasting" => view! { <VideoBroadcasting /> }.into_any(),
            "mute-unmute" => view! { <MuteUnmute /> }.into_any(),
            #[cfg(feature = "ssr")]
            file if let Some(demo) = crate::demos::by_file(file) => {
                crate::shell::moved_to(&demo.path());
                ().into_any()
            }
            other => match find(other) {
                Some(demo) => view! { <NotBuiltYet demo /> }.into_any(),
                None => view! { <NotFound /> }.into_any(),
            },
        })
        .into_any()
    }
}
