//! What is not supported is named, and nothing is ignored in silence.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use crate::shape::Shape;
use crate::{decode, encode};
use syn::parse_str;

/// What a compiler would say, or nothing.
fn complaint(definition: &str) -> String {
    let implementation = |shape: Shape| decode::implementation(&shape).and(encode::implementation(&shape));
    Shape::of(&parse_str(definition).unwrap())
        .and_then(implementation)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

#[test]
fn what_the_protocol_uses_is_supported() {
    for definition in [
        "struct A { a: u8, #[serde(default, skip_serializing_if = \"Option::is_none\")] b: Option<u8> }",
        "struct A(u8);",
        "#[serde(try_from = \"String\", into = \"String\")] struct A(String);",
        "#[serde(rename_all = \"snake_case\")] enum A { B, C(u8), D { e: u8 }, #[serde(other)] F }",
        "#[serde(tag = \"t\", rename_all = \"snake_case\")] enum A { B, C(u8), D { e: u8 }, #[serde(other)] F }",
        "enum A<T> { B, C(T) }",
    ] {
        assert_eq!(complaint(definition), "", "{definition}");
    }
}

#[test]
fn what_is_not_supported_is_named() {
    for (definition, name) in [
        ("struct A { #[serde(flatten)] a: B }", "`flatten`"),
        ("struct A { #[serde(rename = \"b\")] a: u8 }", "`rename`"),
        ("struct A { #[serde(default = \"seven\")] a: u8 }", "expected"),
        ("struct A { #[serde(other)] a: u8 }", "`other`"),
        ("struct A(#[serde(default)] u8);", "without attributes"),
        ("struct A(u8, u8);", "one unnamed field"),
        ("struct A;", "empty"),
        ("union A { a: u8 }", "unions"),
        ("#[serde(deny_unknown_fields)] struct A { a: u8 }", "`deny_unknown_fields`"),
        ("#[serde(transparent)] struct A(u8);", "`transparent`"),
        ("#[serde(try_from = \"String\")] struct A(String);", "`into`"),
        ("#[serde(into = \"String\")] struct A(String);", "`try_from`"),
        ("#[serde(untagged)] enum A { B(u8) }", "`untagged`"),
        ("#[serde(tag = \"t\", content = \"c\")] enum A { B(u8) }", "`content`"),
        ("#[serde(rename_all = \"camelCase\")] enum A { B }", "`snake_case`"),
        ("enum A { #[serde(rename = \"b\")] B }", "`rename`"),
        ("enum A { #[serde(other)] B(u8) }", "`other`"),
        ("enum A { B(u8, u8) }", "one unnamed field"),
    ] {
        let complaint = complaint(definition);
        assert!(complaint.contains(name), "{definition}: {complaint:?}");
    }
}
