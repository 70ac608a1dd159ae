//! A string that never prints itself.

use multirtc_derive::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A password, token, claim or invite: readable on the wire, never in `Debug`, without `Display`.
///
/// The server compares hashes, not these values: `==` does not run in constant time. A parser's error may quote the
/// text it could not read, so that such errors are not for logs either.
///
/// ```
/// use multirtc::protocol::Secret;
/// assert_eq!(format!("{:?}", Some(Secret::new("tea"))), "Some(Secret(..))");
/// ```
///
/// ```compile_fail
/// println!("{}", multirtc::protocol::Secret::new("tea"));
/// ```
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Decode, Encode)]
pub struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// Takes any text; what is acceptable depends on its use.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself, for hashing and comparing; not for logs.
    pub fn expose(&self) -> &str {
        &self.0
    }
}
