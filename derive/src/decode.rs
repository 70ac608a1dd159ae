//! What `#[derive(Decode)]` generates: little more than names and calls of what all types share.

use crate::shape::{Content, Field, Kind, Shape, Variant};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Result};

/// The implementation for one type.
pub fn implementation(shape: &Shape) -> Result<TokenStream> {
    let body = match &shape.kind {
        Kind::Record(fields) => {
            let fields = read(fields);
            quote! {
                let mut record = decode::Record::open(place)?;
                Ok(Self #fields)
            }
        }
        Kind::Newtype => quote!(Ok(Self(decode::Decode::take(place)?))),
        Kind::Through { from: Some(from), .. } => {
            let refusal = format!("is not a valid {}", shape.ident);
            quote! {
                let raw: #from = decode::Decode::take(place)?;
                Self::try_from(raw).map_err(|_| decode::DecodeError::new(#refusal))
            }
        }
        Kind::Through { from: None, .. } => return Err(Error::new_spanned(&shape.ident, "Decode needs `try_from`")),
        Kind::Choice { tag, variants } => choice(tag.as_deref(), variants),
    };
    let method = quote! {
        fn take(
            place: Option<&mut ::serde_json::Value>,
        ) -> Result<Self, crate::protocol::decode::DecodeError> {
            use crate::protocol::decode;
            #body
        }
    };
    Ok(shape.implement(&quote!(crate::protocol::decode::Decode), &method))
}

/// The fields of a struct or of a variant, from the `record` in scope.
fn read(fields: &[Field]) -> TokenStream {
    let fields = fields.iter().map(|Field { ident, name, default, .. }| {
        if *default { quote!(#ident: record.field_or_default(#name)?) } else { quote!(#ident: record.field(#name)?) }
    });
    quote!({ #(#fields),* })
}

/// How the variants of an enum are told apart.
#[derive(Clone, Copy)]
enum Naming<'a> {
    /// By this field beside the content.
    Tag(&'a str),
    /// By the key around the content, or by a text where there is none.
    Key,
    /// By a text: none has content.
    Text,
}

/// Finds the variant by its number in a table of names: all types share the search.
fn choice(tag: Option<&str>, variants: &[Variant]) -> TokenStream {
    let named: Vec<&Variant> = variants.iter().filter(|variant| !variant.other).collect();
    let naming = match tag {
        Some(tag) => Naming::Tag(tag),
        None if named.iter().all(|variant| matches!(variant.content, Content::Nothing)) => Naming::Text,
        None => Naming::Key,
    };
    let find = match naming {
        Naming::Tag(tag) => quote!(let (index, record) = decode::tagged(place, #tag, NAMES)?;),
        Naming::Key => quote!(let (index, content) = decode::keyed(place, NAMES)?;),
        Naming::Text => quote!(let index = decode::named(place, NAMES)?;),
    };
    let names = named.iter().map(|variant| &variant.name);
    let arms = named.iter().enumerate().map(|(index, variant)| {
        let value = variant_value(variant, naming);
        quote!(#index => #value)
    });
    let rest = match variants.iter().find(|variant| variant.other) {
        Some(variant) => variant_value(variant, naming),
        None => quote!(Err(decode::DecodeError::unknown())),
    };
    quote! {
        const NAMES: &[&str] = &[#(#names),*];
        #find
        match index {
            #(#arms,)*
            _ => #rest,
        }
    }
}

/// A variant, from what `choice` has found.
fn variant_value(Variant { ident, content, .. }: &Variant, naming: Naming) -> TokenStream {
    match (content, naming) {
        (Content::Nothing, Naming::Key) => quote!(decode::nothing(content).map(|()| Self::#ident)),
        (Content::Nothing, _) => quote!(Ok(Self::#ident)),
        (Content::One, Naming::Tag(_)) => quote!(decode::Decode::take(record.whole()).map(Self::#ident)),
        (Content::One, _) => quote!(decode::Decode::take(content).map(Self::#ident)),
        (Content::Record(fields), _) => {
            let fields = read(fields);
            let record =
                if matches!(naming, Naming::Tag(_)) { quote!(record) } else { quote!(decode::Record::open(content)?) };
            quote! {{
                let mut record = #record;
                Ok(Self::#ident #fields)
            }}
        }
    }
}
