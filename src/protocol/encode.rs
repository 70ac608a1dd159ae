//! Writing the types of the protocol as JSON with little code: what a browser has to download.
//!
//! The counterpart of [`Decode`](super::Decode): the text is, letter by letter, the one that serde writes.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A type that can be written as JSON; derived for the types of the protocol.
pub trait Encode {
    /// The value as JSON.
    fn encode(&self) -> String {
        let mut text = String::new();
        self.write(&mut text);
        text
    }

    /// Adds the value as JSON.
    fn write(&self, out: &mut String);
}

/// An object that is being written field by field.
pub(crate) struct Record<'a> {
    out: &'a mut String,
    /// What is between the next field and what is before it.
    before: char,
}

impl<'a> Record<'a> {
    pub(crate) fn open(out: &'a mut String) -> Self {
        Self { out, before: '{' }
    }

    /// Starts with the field that names a variant.
    #[inline(never)]
    pub(crate) fn tagged(out: &'a mut String, tag: &str, name: &str) -> Self {
        let mut record = Self::open(out);
        record.name(tag);
        text(record.out, name);
        record
    }

    #[inline(never)]
    pub(crate) fn put(&mut self, name: &str, value: &dyn Encode) {
        self.name(name);
        value.write(self.out);
    }

    #[inline(never)]
    pub(crate) fn close(self) {
        if self.before == '{' {
            self.out.push('{');
        }
        self.out.push('}');
    }

    /// Names consist of letters and `_`.
    #[inline(never)]
    fn name(&mut self, name: &str) {
        self.out.push(self.before);
        self.before = ',';
        text(self.out, name);
        self.out.push(':');
    }
}

/// A variant without content, whose name consists of letters and `_`.
#[inline(never)]
pub(crate) fn text(out: &mut String, name: &str) {
    out.push('"');
    out.push_str(name);
    out.push('"');
}

/// A variant with its name around the content.
#[inline(never)]
pub(crate) fn keyed(out: &mut String, name: &str, content: &dyn Encode) {
    let mut record = Record::open(out);
    record.put(name, content);
    record.close();
}

/// A variant with its name around fields of its own.
#[inline(never)]
pub(crate) fn keyed_record(out: &mut String, name: &str, write: &dyn Fn(&mut Record<'_>)) {
    let mut around = Record::open(out);
    around.name(name);
    let mut record = Record::open(around.out);
    write(&mut record);
    record.close();
    around.close();
}

/// A variant with its name beside the fields of the content.
#[inline(never)]
pub(crate) fn tagged(out: &mut String, tag: &str, name: &str, content: &dyn Encode) {
    let record = Record::tagged(out, tag, name);
    let fields = content.encode();
    match fields.strip_prefix('{') {
        Some("}") | None => record.close(),
        Some(fields) => {
            record.out.push(',');
            record.out.push_str(fields);
        }
    }
}

#[inline(never)]
fn list(out: &mut String, values: &mut dyn Iterator<Item = &dyn Encode>) {
    let mut before = '[';
    for value in values {
        out.push(before);
        before = ',';
        value.write(out);
    }
    if before == '[' {
        out.push('[');
    }
    out.push(']');
}

/// What serde_json writes of its own types, which cannot fail.
fn json<T: serde::Serialize + ?Sized>(out: &mut String, value: &T) {
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
}

macro_rules! whole_numbers {
    ($($number:ty)*) => {$(
        impl Encode for $number {
            fn write(&self, out: &mut String) {
                whole(out, (*self).into());
            }
        }
    )*};
}

whole_numbers!(u8 u16 u32 u64);

#[inline(never)]
fn whole(out: &mut String, number: u64) {
    out.push_str(&number.to_string());
}

impl Encode for bool {
    fn write(&self, out: &mut String) {
        out.push_str(if *self { "true" } else { "false" });
    }
}

impl Encode for String {
    fn write(&self, out: &mut String) {
        json(out, self.as_str());
    }
}

impl Encode for Value {
    fn write(&self, out: &mut String) {
        json(out, self);
    }
}

impl Encode for Map<String, Value> {
    fn write(&self, out: &mut String) {
        json(out, self);
    }
}

impl<T: Encode> Encode for Option<T> {
    fn write(&self, out: &mut String) {
        match self {
            None => out.push_str("null"),
            Some(value) => value.write(out),
        }
    }
}

impl<T: Encode> Encode for Box<T> {
    fn write(&self, out: &mut String) {
        T::write(self, out);
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn write(&self, out: &mut String) {
        list(out, &mut self.iter().map(|value| value as &dyn Encode));
    }
}

impl<T: Encode> Encode for BTreeSet<T> {
    fn write(&self, out: &mut String) {
        list(out, &mut self.iter().map(|value| value as &dyn Encode));
    }
}
