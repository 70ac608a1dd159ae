//! What calls of the browser come to.

use crate::error::Error;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::DomException;

/// A promise whose outcome changes nothing here: a sender of a closed connection refuses, and that is all it does.
pub(crate) fn forget(promise: js_sys::Promise) {
    wasm_bindgen_futures::spawn_local(async move { drop(JsFuture::from(promise).await) });
}

/// What a call has thrown, as an error of this crate.
pub(crate) fn thrown(error: JsValue) -> Error {
    match error.dyn_into::<DomException>() {
        Ok(exception) => Error::Browser { name: exception.name(), message: exception.message() },
        Err(error) => Error::Browser { name: "Error".to_owned(), message: format!("{error:?}") },
    }
}
