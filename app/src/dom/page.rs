//! The page itself: where it is, and random numbers for what it mints.

/// Scheme, host and port of the page, such as `https://meet.example`; empty on the server.
pub fn origin() -> String {
    #[cfg(feature = "hydrate")]
    {
        leptos::prelude::window().location().origin().unwrap_or_default()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        String::new()
    }
}

/// A parameter of the page's address, decoded; the first of that name. Nothing else about an address may decide what a
/// page does.
pub fn query(name: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        let search = leptos::prelude::window().location().search().ok()?;
        web_sys::UrlSearchParams::new_with_str(&search).ok()?.get(name)
    }
    #[cfg(feature = "ssr")]
    {
        use leptos::prelude::GetUntracked;
        leptos_router::hooks::use_query_map().get_untracked().get(name)
    }
    #[cfg(not(any(feature = "hydrate", feature = "ssr")))]
    {
        let _ = name;
        None
    }
}

/// The last part of the page's path: the slug of `/demos/<slug>`.
pub fn last_segment() -> Option<String> {
    #[cfg(feature = "hydrate")]
    let path = leptos::prelude::window().location().pathname().ok()?;
    #[cfg(feature = "ssr")]
    let path = {
        use leptos::prelude::GetUntracked;
        leptos_router::hooks::use_location().pathname.get_untracked()
    };
    #[cfg(not(any(feature = "hydrate", feature = "ssr")))]
    let path = String::new();
    path.rsplit('/').find(|segment| !segment.is_empty()).map(str::to_owned)
}

/// Bytes nobody can guess (`crypto.getRandomValues`); zeros on the server, which mints its own.
pub fn random_bytes<const N: usize>() -> [u8; N] {
    #[cfg_attr(not(feature = "hydrate"), expect(unused_mut, reason = "filled in the browser"))]
    let mut bytes = [0; N];
    #[cfg(feature = "hydrate")]
    if let Ok(crypto) = leptos::prelude::window().crypto() {
        // Fails above 65,536 bytes only.
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// Milliseconds since the Unix epoch; zero on the server.
pub fn now_ms() -> u64 {
    #[cfg(feature = "hydrate")]
    {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "milliseconds of this age")]
        let now = js_sys::Date::now() as u64;
        now
    }
    #[cfg(not(feature = "hydrate"))]
    {
        0
    }
}
