//! The size of an element as it changes.

use leptos::web_sys::Element;

/// Keeps an observation going; dropping it ends it.
#[cfg(feature = "hydrate")]
pub struct Observation {
    observer: web_sys::ResizeObserver,
    _changed: wasm_bindgen::closure::Closure<dyn FnMut(js_sys::Array)>,
}

#[cfg(feature = "hydrate")]
impl Drop for Observation {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls `changed` with width and height in CSS pixels, now and whenever they change; `None` where it cannot be told.
#[cfg(feature = "hydrate")]
pub fn observe(element: &Element, mut changed: impl FnMut(f64, f64) + 'static) -> Option<Observation> {
    use wasm_bindgen::{JsCast, closure::Closure};
    let changed = Closure::new(move |entries: js_sys::Array| {
        if let Ok(entry) = entries.pop().dyn_into::<web_sys::ResizeObserverEntry>() {
            let size = entry.content_rect();
            changed(size.width(), size.height());
        }
    });
    let observer = web_sys::ResizeObserver::new(changed.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(Observation { observer, _changed: changed })
}

/// Keeps an observation going; dropping it ends it.
#[cfg(not(feature = "hydrate"))]
#[derive(Debug)]
pub struct Observation;

/// Calls `changed` with width and height in CSS pixels, now and whenever they change; never on the server.
#[cfg(not(feature = "hydrate"))]
pub fn observe(_element: &Element, _changed: impl FnMut(f64, f64) + 'static) -> Option<Observation> {
    None
}
