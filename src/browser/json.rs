//! JSON as the browser reads it: its own parser costs a page nothing to download.

use js_sys::{Array, JSON, Object};
use serde_json::{Map, Number, Value};
use wasm_bindgen::{JsCast, JsValue};

/// Values nested deeper are read as nothing; the server takes no deeper ones.
const DEPTH: u32 = 256;

/// Reads a text; `None` for one that is no JSON.
///
/// Whole numbers are exact up to 2^53.
pub(crate) fn parse(text: &str) -> Option<Value> {
    JSON::parse(text).ok().map(|read| value(&read, DEPTH))
}

fn value(read: &JsValue, depth: u32) -> Value {
    let Some(depth) = depth.checked_sub(1) else { return Value::Null };
    if let Some(text) = read.as_string() {
        Value::String(text)
    } else if let Some(number) = read.as_f64() {
        self::number(number)
    } else if let Some(truth) = read.as_bool() {
        Value::Bool(truth)
    } else if let Some(list) = read.dyn_ref::<Array>() {
        Value::Array((0..list.length()).map(|at| value(&list.get(at), depth)).collect())
    } else if let Some(object) = read.dyn_ref::<Object>() {
        Value::Object(fields(object, depth))
    } else {
        Value::Null
    }
}

fn fields(object: &Object, depth: u32) -> Map<String, Value> {
    let (names, values) = (Object::keys(object), Object::values(object));
    let field = |at| Some((names.get(at).as_string()?, value(&values.get(at), depth)));
    (0..names.length()).filter_map(field).collect()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and small enough")]
fn number(number: f64) -> Value {
    /// Whole numbers up to here are exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if number.fract() != 0.0 || number.abs() > EXACT {
        Number::from_f64(number).map_or(Value::Null, Value::Number)
    } else if number < 0.0 {
        Value::Number((number as i64).into())
    } else {
        Value::Number((number as u64).into())
    }
}
