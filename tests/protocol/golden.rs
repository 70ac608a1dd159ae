//! The golden files as trees, and every place in them.

use serde_json::Value;
use std::fmt;
use std::fs;

/// The files of this prefix, by name.
pub fn frames(prefix: &str) -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/v1.0");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let name = entry.as_ref().unwrap().file_name().into_string().unwrap();
        if name.starts_with(prefix) {
            let text = fs::read_to_string(entry.unwrap().path()).unwrap();
            found.push((name, serde_json::from_str(&text).unwrap()));
        }
    }
    assert!(found.len() > 20, "{} files {prefix}", found.len());
    found
}

/// A node of a tree: the keys and positions that lead to it.
#[derive(Clone, PartialEq)]
pub struct Place(Vec<String>);

/// Every node of the tree, the root first.
pub fn places(tree: &Value) -> Vec<Place> {
    fn walk(node: &Value, path: &mut Vec<String>, found: &mut Vec<Place>) {
        found.push(Place(path.clone()));
        let children: Vec<(String, &Value)> = match node {
            Value::Array(list) => list.iter().enumerate().map(|(i, child)| (i.to_string(), child)).collect(),
            Value::Object(map) => map.iter().map(|(key, child)| (key.clone(), child)).collect(),
            _ => Vec::new(),
        };
        for (key, child) in children {
            path.push(key);
            walk(child, path, found);
            path.pop();
        }
    }
    let mut found = Vec::new();
    walk(tree, &mut Vec::new(), &mut found);
    found
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|key| write!(f, "/{key}"))
    }
}

impl Place {
    /// The node here, in a tree like the one this place is from.
    pub fn of<'a>(&self, tree: &'a Value) -> &'a Value {
        tree.pointer(&self.to_string()).unwrap()
    }

    pub fn of_mut<'a>(&self, tree: &'a mut Value) -> &'a mut Value {
        tree.pointer_mut(&self.to_string()).unwrap()
    }

    pub fn parent(&self) -> Option<(Self, &str)> {
        let (key, path) = self.0.split_last()?;
        Some((Self(path.to_vec()), key))
    }

    /// Whether the application owns what is here: free JSON, or a map with keys of its own.
    pub fn is_free(&self, tree: &Value) -> bool {
        let says = matches!(tree["m"]["t"].as_str(), Some("say" | "said"));
        self.0.iter().enumerate().any(|(i, key)| match key.as_str() {
            "extra" | "per" => true,
            "body" => says || self.0[..i].iter().any(|key| key == "kept"),
            _ => false,
        })
    }

    /// Whether an object of the protocol with named fields is here; a variant around its content is none.
    pub fn is_record(&self, tree: &Value) -> bool {
        const VARIANTS: [&str; 16] = [
            "tree",
            "close_after",
            "admit",
            "deny_and_block",
            "replayed",
            "interrupted",
            "snapshot",
            "upsert",
            "remove",
            "peer",
            "peers",
            "at_least",
            "mute",
            "unmute",
            "stop",
            "set",
        ];
        let Some(map) = self.of(tree).as_object() else { return false };
        let variant = map.len() == 1 && map.keys().all(|key| VARIANTS.contains(&key.as_str()));
        !variant && !self.is_free(tree)
    }
}
