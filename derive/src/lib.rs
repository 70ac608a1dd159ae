//! Derives `Decode` and `Encode`, the small readers and writers of JSON that browsers download.
//!
//! Both read the `#[serde(...)]` attributes the types carry for the server's sake, so that there is one description of
//! the wire. An attribute they do not know is a compile error, never a difference. For the types of `multirtc` itself:
//! what is generated speaks of `crate::protocol`.

mod attributes;
mod decode;
mod encode;
mod shape;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use shape::Shape;
use syn::{DeriveInput, parse_macro_input};

/// Derives reading from a `serde_json::Value`, as serde's `Deserialize` would.
#[proc_macro_derive(Decode, attributes(serde))]
pub fn derive_decode(input: TokenStream) -> TokenStream {
    expand(&parse_macro_input!(input), decode::implementation)
}

/// Derives writing to a `serde_json::Value`, as serde's `Serialize` would.
#[proc_macro_derive(Encode, attributes(serde))]
pub fn derive_encode(input: TokenStream) -> TokenStream {
    expand(&parse_macro_input!(input), encode::implementation)
}

fn expand(input: &DeriveInput, implementation: fn(&Shape) -> syn::Result<Tokens>) -> TokenStream {
    Shape::of(input).and_then(|shape| implementation(&shape)).unwrap_or_else(syn::Error::into_compile_error).into()
}
