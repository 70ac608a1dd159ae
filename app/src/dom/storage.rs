//! What this device remembers.

#[cfg(feature = "hydrate")]
fn storage() -> Option<web_sys::Storage> {
    // Throws where the person forbids it.
    leptos::prelude::window().local_storage().ok().flatten()
}

/// A remembered value.
pub fn get(_key: &str) -> Option<String> {
    #[cfg(feature = "hydrate")]
    {
        storage()?.get_item(_key).ok().flatten()
    }
    #[cfg(not(feature = "hydrate"))]
    {
        None
    }
}

/// Remembers a value; false where the device does not.
pub fn set(_key: &str, _value: &str) -> bool {
    #[cfg(feature = "hydrate")]
    {
        storage().is_some_and(|storage| storage.set_item(_key, _value).is_ok())
    }
    #[cfg(not(feature = "hydrate"))]
    {
        false
    }
}

/// Forgets a value.
pub fn remove(_key: &str) {
    #[cfg(feature = "hydrate")]
    if let Some(storage) = storage() {
        let _ = storage.remove_item(_key);
    }
}
