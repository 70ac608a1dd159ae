//! What a person reads when there is no way to somebody: cause and action in one sentence.

use super::call::Notice;
use multirtc::core::event::NoWay;

/// The code of every such notice.
pub const CODE: &str = "rtc_no_route";

/// The notice for somebody who cannot be reached.
pub fn no_way(name: &str, why: NoWay) -> Notice {
    let (cause, action) = match why {
        NoWay::NoRelay => ("it takes a relay, and this server has none", "try another network"),
        NoWay::RelayRefused => ("the relay refuses this page", "reload it, or tell whoever runs this server"),
        NoWay::RelayUnreachable => ("the relay cannot be reached from your network", "try another one"),
        NoWay::Blocked => ("nothing comes through, not even over the relay", "one of you may try another network"),
    };
    Notice { code: CODE.to_owned(), text: format!("You are not connected with {name}: {cause}; {action}.") }
}
