//! The attributes of serde that the wire types use.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, ExprPath, LitStr, Type};

/// What `#[serde(...)]` says in one place.
#[derive(Default)]
pub struct Attributes {
    /// Variants are named `like_this` on the wire.
    pub snake_case: bool,
    /// The field beside the content that names the variant.
    pub tag: Option<String>,
    /// What it is read from.
    pub try_from: Option<Box<Type>>,
    /// What it is written as.
    pub into: Option<Box<Type>>,
    /// The variant for names that are not known.
    pub other: bool,
    /// The field may be absent.
    pub default: bool,
    /// The field is not written when this is true of it.
    pub skip_serializing_if: Option<ExprPath>,
}

/// Where attributes are, which decides what they may be.
#[derive(Clone, Copy)]
pub enum Place {
    Struct,
    Enum,
    Variant,
    Field,
}

impl Place {
    fn known(self) -> &'static [&'static str] {
        match self {
            Self::Struct => &["try_from", "into"],
            Self::Enum => &["rename_all", "tag"],
            Self::Variant => &["other"],
            Self::Field => &["default", "skip_serializing_if"],
        }
    }
}

impl Attributes {
    /// Reads them; what is not supported in this place is an error that names it.
    pub fn of(attributes: &[Attribute], place: Place) -> syn::Result<Self> {
        let mut found = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("serde")) {
            attribute.parse_nested_meta(|meta| found.read(&meta, place))?;
        }
        Ok(found)
    }

    fn read(&mut self, meta: &ParseNestedMeta, place: Place) -> syn::Result<()> {
        let name = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
        if !place.known().contains(&name.as_str()) {
            return Err(meta.error(format!("`{name}` is an attribute that Decode and Encode do not support here")));
        }
        let text = || meta.value()?.parse::<LitStr>();
        match name.as_str() {
            "rename_all" => {
                let style = text()?;
                if style.value() != "snake_case" {
                    return Err(syn::Error::new(style.span(), "Decode and Encode support `snake_case` alone"));
                }
                self.snake_case = true;
            }
            "tag" => self.tag = Some(text()?.value()),
            "try_from" => self.try_from = Some(Box::new(text()?.parse()?)),
            "into" => self.into = Some(Box::new(text()?.parse()?)),
            "skip_serializing_if" => self.skip_serializing_if = Some(text()?.parse()?),
            "other" => self.other = true,
            // `default = "path"` leaves an `=` behind, which the parser refuses.
            _ => self.default = true,
        }
        Ok(())
    }
}
