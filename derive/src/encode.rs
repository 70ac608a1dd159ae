//! What `#[derive(Encode)]` generates: little more than names and calls of what all types share.

use crate::shape::{Content, Field, Kind, Shape, Variant};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, Result};

/// The implementation for one type.
pub fn implementation(shape: &Shape) -> Result<TokenStream> {
    let body = match &shape.kind {
        Kind::Record(fields) => {
            let names = fields.iter().map(|field| &field.ident);
            let write = write(fields);
            quote! {
                let Self { #(#names),* } = self;
                let mut record = encode::Record::open(out);
                #write
                record.close()
            }
        }
        Kind::Newtype => quote!(encode::Encode::write(&self.0, out)),
        Kind::Through { into: Some(into), .. } => quote! {
            let raw: #into = ::core::clone::Clone::clone(self).into();
            encode::Encode::write(&raw, out)
        },
        Kind::Through { into: None, .. } => return Err(Error::new_spanned(&shape.ident, "Encode needs `into`")),
        Kind::Choice { tag, variants } => {
            let arms = variants.iter().map(|variant| arm(tag.as_deref(), variant));
            quote!(match self { #(#arms,)* })
        }
    };
    let method = quote! {
        fn write(&self, out: &mut ::std::string::String) {
            use crate::protocol::encode;
            #body
        }
    };
    Ok(shape.implement(&quote!(crate::protocol::encode::Encode), &method))
}

/// Puts the fields, which are in scope as references, into the `record` in scope.
fn write(fields: &[Field]) -> TokenStream {
    let fields = fields.iter().map(|Field { ident, name, skip_if, .. }| {
        let put = quote!(record.put(#name, #ident););
        match skip_if {
            Some(skip_if) => quote!(if !#skip_if(#ident) { #put }),
            None => put,
        }
    });
    quote!(#(#fields)*)
}

/// One variant: with the tag beside the content, or the name around it.
fn arm(tag: Option<&str>, Variant { ident, name, content, .. }: &Variant) -> TokenStream {
    let pattern = match content {
        Content::Nothing => quote!(Self::#ident),
        Content::One => quote!(Self::#ident(content)),
        Content::Record(fields) => {
            let names = fields.iter().map(|field| &field.ident);
            quote!(Self::#ident { #(#names),* })
        }
    };
    let value = match (content, tag) {
        (Content::Nothing, None) => quote!(encode::text(out, #name)),
        (Content::Nothing, Some(tag)) => quote!(encode::Record::tagged(out, #tag, #name).close()),
        (Content::One, None) => quote!(encode::keyed(out, #name, content)),
        (Content::One, Some(tag)) => quote!(encode::tagged(out, #tag, #name, content)),
        (Content::Record(fields), Some(tag)) => {
            let write = write(fields);
            quote!({ let mut record = encode::Record::tagged(out, #tag, #name); #write record.close(); })
        }
        // The same as a struct with these fields, inside.
        (Content::Record(fields), None) => {
            let write = write(fields);
            quote!(encode::keyed_record(out, #name, &|record| { #write }))
        }
    };
    quote!(#pattern => #value)
}
