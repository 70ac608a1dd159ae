//! What a type looks like on the wire.

use crate::attributes::{Attributes, Place};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::ext::IdentExt;
use syn::{Data, DeriveInput, Error, ExprPath, Fields, Generics, Result, Type, parse_quote};

/// A type.
pub struct Shape {
    /// Its name.
    pub ident: Ident,
    generics: Generics,
    /// Its form.
    pub kind: Kind,
}

/// The forms a type can have.
pub enum Kind {
    /// An object with named fields.
    Record(Vec<Field>),
    /// As the one value inside.
    Newtype,
    /// As another type, which it is converted from and into.
    Through { from: Option<Box<Type>>, into: Option<Box<Type>> },
    /// One of several variants, named by the field `tag` if there is one, else by a text or by the key of an object.
    Choice { tag: Option<String>, variants: Vec<Variant> },
}

/// A named field.
pub struct Field {
    pub ident: Ident,
    /// Its name on the wire.
    pub name: String,
    /// It may be absent.
    pub default: bool,
    /// It is not written when this is true of it.
    pub skip_if: Option<ExprPath>,
}

/// A variant of an enum.
pub struct Variant {
    pub ident: Ident,
    /// Its name on the wire.
    pub name: String,
    /// It stands for all names that are not known.
    pub other: bool,
    /// What it carries.
    pub content: Content,
}

/// What a variant carries.
pub enum Content {
    Nothing,
    One,
    Record(Vec<Field>),
}

impl Shape {
    /// Reads the definition of a type; what `Decode` and `Encode` do not support is an error.
    pub fn of(input: &DeriveInput) -> Result<Self> {
        let kind = match &input.data {
            Data::Struct(data) => of_struct(input, &data.fields)?,
            Data::Enum(data) => {
                let attributes = Attributes::of(&input.attrs, Place::Enum)?;
                let variants = data.variants.iter().map(|variant| of_variant(variant, attributes.snake_case));
                Kind::Choice { variants: variants.collect::<Result<_>>()?, tag: attributes.tag }
            }
            Data::Union(_) => return Err(Error::new_spanned(&input.ident, "Decode and Encode do not support unions")),
        };
        Ok(Self { ident: input.ident.clone(), generics: input.generics.clone(), kind })
    }

    /// The whole implementation, with the trait demanded of every type parameter.
    pub fn implement(&self, name: &TokenStream, body: &TokenStream) -> TokenStream {
        let mut generics = self.generics.clone();
        for parameter in generics.type_params_mut() {
            parameter.bounds.push(parse_quote!(#name));
        }
        let (parameters, arguments, conditions) = generics.split_for_impl();
        let ident = &self.ident;
        quote! {
            #[automatically_derived]
            impl #parameters #name for #ident #arguments #conditions {
                #body
            }
        }
    }
}

fn of_struct(input: &DeriveInput, fields: &Fields) -> Result<Kind> {
    let Attributes { try_from: from, into, .. } = Attributes::of(&input.attrs, Place::Struct)?;
    if from.is_some() || into.is_some() {
        return Ok(Kind::Through { from, into });
    }
    match of_fields(fields)? {
        Content::Record(fields) => Ok(Kind::Record(fields)),
        Content::One => Ok(Kind::Newtype),
        Content::Nothing => Err(Error::new_spanned(&input.ident, "Decode and Encode do not support empty structs")),
    }
}

fn of_variant(variant: &syn::Variant, snake_case: bool) -> Result<Variant> {
    let Attributes { other, .. } = Attributes::of(&variant.attrs, Place::Variant)?;
    let content = of_fields(&variant.fields)?;
    if other && !matches!(content, Content::Nothing) {
        return Err(Error::new_spanned(variant, "what `other` stands for has no content"));
    }
    let name = variant.ident.unraw().to_string();
    let name = if snake_case { in_snake_case(&name) } else { name };
    Ok(Variant { ident: variant.ident.clone(), name, other, content })
}

fn of_fields(fields: &Fields) -> Result<Content> {
    match fields {
        Fields::Unit => Ok(Content::Nothing),
        Fields::Unnamed(list) => match list.unnamed.iter().collect::<Vec<_>>().as_slice() {
            // Nothing is known about how the content of a newtype is written, hence no attributes there.
            [only] if only.attrs.iter().all(|attribute| !attribute.path().is_ident("serde")) => Ok(Content::One),
            _ => Err(Error::new_spanned(fields, "Decode and Encode support one unnamed field, without attributes")),
        },
        Fields::Named(list) => list.named.iter().map(of_field).collect::<Result<_>>().map(Content::Record),
    }
}

fn of_field(field: &syn::Field) -> Result<Field> {
    let Attributes { default, skip_serializing_if: skip_if, .. } = Attributes::of(&field.attrs, Place::Field)?;
    let ident = field.ident.clone().ok_or_else(|| Error::new_spanned(field.to_token_stream(), "a name is missing"))?;
    Ok(Field { name: ident.unraw().to_string(), ident, default, skip_if })
}

/// As serde does it: a capital letter becomes small, with `_` before it if it is not the first.
fn in_snake_case(name: &str) -> String {
    let mut out = String::new();
    for (at, letter) in name.char_indices() {
        if at > 0 && letter.is_uppercase() {
            out.push('_');
        }
        out.push(letter.to_ascii_lowercase());
    }
    out
}
