//! Reading the types of the protocol from JSON with little code: what a browser has to download.
//!
//! serde's derived readers are for any format and cost a page a quarter of its code. These know one, a
//! [`serde_json::Value`], and share everything but the names and types of fields. They accept and refuse what serde
//! does, apart from what no server writes: an array in place of an object, a number in place of a variant's name, and
//! the same field twice, of which the last counts.

use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::{fmt, mem};

/// A type that can be read from JSON; derived for the types of the protocol.
pub trait Decode: Sized {
    /// Reads a value.
    ///
    /// # Errors
    /// When the JSON is none of this type, which says where and why.
    fn decode(mut value: Value) -> Result<Self, DecodeError> {
        Self::take(Some(&mut value))
    }

    /// Reads what is in this place of a value, none for an absent field; texts are moved out, numbers stay.
    ///
    /// # Errors
    /// As those of [`decode`](Self::decode).
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError>;
}

/// Why JSON could not be read; speaks of the place and never quotes what was there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Fault>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Fault {
    /// The names of the fields that lead there, the innermost first.
    path: Vec<&'static str>,
    /// What is wrong with it.
    what: &'static str,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.path.split_last() {
            None => f.write_str("the value")?,
            Some((first, rest)) => {
                write!(f, "`{first}")?;
                rest.iter().rev().try_for_each(|name| write!(f, ".{name}"))?;
                f.write_str("`")?;
            }
        }
        write!(f, " {}", self.0.what)
    }
}

impl std::error::Error for DecodeError {}

impl DecodeError {
    /// With the end of a sentence about the value.
    #[inline(never)]
    pub(crate) fn new(what: &'static str) -> Self {
        Self(Box::new(Fault { path: Vec::new(), what }))
    }

    /// Of a variant.
    #[inline(never)]
    pub(crate) fn unknown() -> Self {
        Self::new("has a name that is not known")
    }

    /// Of something else than was expected, or of nothing.
    #[inline(never)]
    fn at(place: Option<&Value>, what: &'static str) -> Self {
        Self::new(if place.is_some() { what } else { "is absent" })
    }

    #[inline(never)]
    fn within(mut self, name: &'static str) -> Self {
        self.0.path.push(name);
        self
    }
}

/// An object whose fields are read one by one; those nobody asks for are ignored.
pub(crate) struct Record<'a>(&'a mut Value);

impl<'a> Record<'a> {
    #[inline(never)]
    pub(crate) fn open(place: Option<&'a mut Value>) -> Result<Self, DecodeError> {
        match place {
            Some(value) if value.is_object() => Ok(Self(value)),
            place => Err(DecodeError::at(place.as_deref(), "is not an object")),
        }
    }

    /// The place of the whole, for a type that has its fields beside others.
    pub(crate) fn whole(self) -> Option<&'a mut Value> {
        Some(self.0)
    }

    pub(crate) fn field<T: Decode>(&mut self, name: &'static str) -> Result<T, DecodeError> {
        T::take(self.place(name)).map_err(|error| error.within(name))
    }

    pub(crate) fn field_or_default<T: Decode + Default>(&mut self, name: &'static str) -> Result<T, DecodeError> {
        match self.place(name) {
            None => Ok(T::default()),
            place => T::take(place).map_err(|error| error.within(name)),
        }
    }

    #[inline(never)]
    fn place(&mut self, name: &str) -> Option<&mut Value> {
        self.0.as_object_mut()?.get_mut(name)
    }
}

/// The number of the variant that the field `tag` names, beyond the last for a name that is not known; and the rest.
#[inline(never)]
pub(crate) fn tagged<'a>(
    place: Option<&'a mut Value>,
    tag: &'static str,
    names: &[&str],
) -> Result<(usize, Record<'a>), DecodeError> {
    let mut record = Record::open(place)?;
    match record.place(tag) {
        Some(Value::String(name)) => Ok((position(name, names), record)),
        place => Err(DecodeError::at(place.as_deref(), "is not a text").within(tag)),
    }
}

/// Of what is in the place of a variant.
const NO_NAME: &str = "does not name a variant";

/// The number of the variant that a text names, or the only key of an object with its content.
///
/// It is beyond the last if the name is not known.
#[inline(never)]
pub(crate) fn keyed<'a>(
    place: Option<&'a mut Value>,
    names: &[&str],
) -> Result<(usize, Option<&'a mut Value>), DecodeError> {
    match place {
        Some(Value::String(name)) => Ok((position(name, names), None)),
        Some(Value::Object(map)) => {
            let mut entries = map.iter_mut();
            match (entries.next(), entries.next()) {
                (Some((name, content)), None) => Ok((position(name, names), Some(content))),
                _ => Err(DecodeError::new(NO_NAME)),
            }
        }
        place => Err(DecodeError::at(place.as_deref(), NO_NAME)),
    }
}

/// The number of a variant where none has content.
#[inline(never)]
pub(crate) fn named(place: Option<&mut Value>, names: &[&str]) -> Result<usize, DecodeError> {
    let (index, content) = keyed(place, names)?;
    nothing(content).map(|()| index)
}

/// No content, or the `null` or empty object that stands for it behind a key.
#[inline(never)]
pub(crate) fn nothing(content: Option<&mut Value>) -> Result<(), DecodeError> {
    match content {
        None | Some(Value::Null) => Ok(()),
        Some(Value::Object(map)) if map.is_empty() => Ok(()),
        Some(_) => Err(DecodeError::new("has content that it cannot have")),
    }
}

fn position(name: &str, names: &[&str]) -> usize {
    names.iter().position(|known| *known == name).unwrap_or(names.len())
}

#[inline(never)]
fn object(place: Option<&mut Value>) -> Result<&mut Map<String, Value>, DecodeError> {
    match place {
        Some(Value::Object(map)) => Ok(map),
        place => Err(DecodeError::at(place.as_deref(), "is not an object")),
    }
}

#[inline(never)]
fn list(place: Option<&mut Value>) -> Result<&mut [Value], DecodeError> {
    match place {
        Some(Value::Array(list)) => Ok(list),
        place => Err(DecodeError::at(place.as_deref(), "is not a list")),
    }
}

/// A whole number up to `max`.
#[inline(never)]
fn whole(place: Option<&mut Value>, max: u64) -> Result<u64, DecodeError> {
    match place.as_deref().and_then(Value::as_u64) {
        Some(number) if number <= max => Ok(number),
        _ => Err(DecodeError::at(place.as_deref(), "is not a whole number of its range")),
    }
}

macro_rules! whole_numbers {
    ($($number:ty)*) => {$(
        impl Decode for $number {
            fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
                // In range by then.
                whole(place, Self::MAX.into()).map(|number| number as Self)
            }
        }
    )*};
}

whole_numbers!(u8 u16 u32 u64);

impl Decode for bool {
    #[inline(never)]
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
        match place {
            Some(Value::Bool(value)) => Ok(*value),
            place => Err(DecodeError::at(place.as_deref(), "is neither true nor false")),
        }
    }
}

impl Decode for String {
    #[inline(never)]
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
        match place {
            Some(Value::String(text)) => Ok(mem::take(text)),
            place => Err(DecodeError::at(place.as_deref(), "is not a text")),
        }
    }
}

impl Decode for Value {
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
        place.map(Value::take).ok_or_else(|| DecodeError::at(None, ""))
    }
}

impl Decode for Map<String, Value> {
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
        object(place).map(mem::take)
    }
}

impl<T: Decode> Decode for Option<T> {
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
        match place {
            None | Some(Value::Null) => Ok(None),
            place => T::take(place).map(Some),
        }
    }
}

impl<T: Decode> Decode for Box<T> {
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
        T::take(place).map(Self::new)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
        let mut out = Self::new();
        for place in list(place)? {
            out.push(T::take(Some(place))?);
        }
        Ok(out)
    }
}

impl<T: Decode + Ord> Decode for BTreeSet<T> {
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
        let mut out = Self::new();
        for place in list(place)? {
            out.insert(T::take(Some(place))?);
        }
        Ok(out)
    }
}

impl<T: Decode> Decode for BTreeMap<String, T> {
    fn take(place: Option<&mut Value>) -> Result<Self, DecodeError> {
        let mut out = Self::new();
        for (key, place) in object(place)? {
            out.insert(key.clone(), T::take(Some(place))?);
        }
        Ok(out)
    }
}
