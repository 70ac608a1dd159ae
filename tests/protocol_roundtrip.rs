//! What is written is what is read, for any frame there can be; and no secret ever shows in `Debug`.

#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

#[path = "protocol/strategies.rs"]
mod strategies;
#[path = "protocol/variants.rs"]
mod variants;

use multirtc::protocol::*;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Debug;
use strategies::HUSH;
use variants::Variants;

/// Through text and through a JSON value; what is written twice is the same text.
fn round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> Result<(), TestCaseError> {
    let text = serde_json::to_string(value).unwrap();
    let read: T = serde_json::from_str(&text).map_err(|error| TestCaseError::fail(format!("{error}: {text}")))?;
    prop_assert_eq!(&read, value);
    prop_assert_eq!(serde_json::to_string(&read).unwrap(), text);
    let tree = serde_json::to_value(value).unwrap();
    let read: T = serde_json::from_value(tree).map_err(|error| TestCaseError::fail(error.to_string()))?;
    prop_assert_eq!(&read, value);
    Ok(())
}

fn keeps_secrets<T: Serialize + Debug>(value: &T) -> Result<(), TestCaseError> {
    let shown = format!("{value:?} {value:#?}");
    prop_assert!(!shown.contains(HUSH), "{}", shown);
    let tree = serde_json::to_value(value).unwrap();
    prop_assert_eq!(secrets(&tree), shown.matches("Secret(..)").count() / 2, "{}", shown);
    Ok(())
}

/// How many secrets the JSON has.
fn secrets(tree: &Value) -> usize {
    match tree {
        Value::String(text) => usize::from(text.starts_with(HUSH)),
        Value::Array(list) => list.iter().map(secrets).sum(),
        Value::Object(map) => map.values().map(secrets).sum(),
        _ => 0,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_client_frame(frame in strategies::client::frame()) {
        round_trip(&frame)?;
        keeps_secrets(&frame)?;
    }

    #[test]
    fn any_server_frame(frame in strategies::server::frame()) {
        round_trip(&frame)?;
        keeps_secrets(&frame)?;
    }

    #[test]
    fn numbers_that_are_absent_are_not_written(frame in strategies::server::frame()) {
        let tree = serde_json::to_value(&frame).unwrap();
        prop_assert_eq!(tree.get("n").is_some(), frame.n.is_some());
        prop_assert_eq!(tree.get("re").is_some(), frame.re.is_some());
        prop_assert_eq!(&tree["ack"], &Value::from(frame.ack));
    }
}

/// The variants among a thousand values, always the same ones; each variant is about one in thirty.
fn seen<S: Strategy, T: Variants>(strategy: S, message: impl Fn(&S::Value) -> &T) -> BTreeSet<&'static str> {
    let mut runner = TestRunner::deterministic();
    (0..1000).map(|_| message(&strategy.new_tree(&mut runner).unwrap().current()).variant()).collect()
}

#[test]
fn the_strategies_reach_every_message() {
    let clients = seen(strategies::client::frame(), |frame: &ClientFrame| &frame.m);
    assert_eq!(clients, ClientMsg::ALL.iter().copied().collect());
    let servers = seen(strategies::server::frame(), |frame: &ServerFrame| &frame.m);
    assert_eq!(servers, ServerMsg::ALL.iter().copied().collect());
}
