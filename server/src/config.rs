//! Every setting, as a flag and as an environment variable; `--help` is the manual.
#![allow(rustdoc::bare_urls, reason = "these sentences are also read on a terminal")]

use crate::{client_address::Network, origin::Origin};
use clap::{Parser, ValueEnum};
use multirtc::protocol::{IceServer, Limits, Rate, Secret, limits};
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

const SOCKETS_PER_ADDRESS: u32 = 100;
const UPGRADES_PER_MINUTE: u32 = 20;
const POSTS_PER_MINUTE: u32 = 300;
const FRAMES_PER_SECOND: u32 = 50;
const ROOMS_PER_MINUTE: u32 = limits::CREATES.per_minute;
const JOINS_PER_MINUTE: u32 = limits::JOINS.per_minute;
const TURN_TTL_SECONDS: u32 = (limits::RELAY_CREDENTIALS_MS / 1_000) as u32;
const GOING_AWAY_MS: u32 = 5_000;
const LOG: &str = "info";

/// The MultiRTC server: pages, signaling and rooms in one executable.
///
/// It needs nothing beside it: no folder, no database, no other service. Every flag can also be given as the
/// environment variable named with it; a flag wins. SIGTERM or SIGINT ends it in order within ten seconds: people are
/// told, their calls go on without it, and their rooms come back by themselves when it does.
#[derive(Debug, Clone, Parser)]
#[command(name = "multirtc", version)]
pub struct Config {
    /// Address and port to listen on; port 0 takes a free one. When ready, one line on standard output says where.
    #[arg(long, env = "MULTIRTC_LISTEN", value_name = "ADDRESS:PORT", default_value_t = Self::default().listen)]
    pub listen: SocketAddr,

    /// Web origin whose pages may connect, as https://example.org; may be given several times (in the variable,
    /// separated by commas). Without it: pages from the host the request was sent to.
    #[arg(long = "allow-origin", env = "MULTIRTC_ALLOW_ORIGIN", value_name = "ORIGIN", value_delimiter = ',')]
    pub allow_origins: Vec<Origin>,

    /// Where people reach this server, as https://example.org: for links in previews. Its pages may always connect.
    #[arg(long, env = "MULTIRTC_PUBLIC_ORIGIN", value_name = "ORIGIN")]
    pub public_origin: Option<Origin>,

    /// Address or network of a reverse proxy whose X-Forwarded-For is believed, as 10.0.0.0/8; may be given several
    /// times. From anyone else the header is ignored.
    #[arg(long = "trusted-proxy", env = "MULTIRTC_TRUSTED_PROXY", value_name = "NETWORK", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,

    /// STUN server that browsers ask for their public address, as stun:stun.example.org:3478; may be given several
    /// times. Without it, calls connect where both ends can reach each other's own addresses.
    #[arg(long = "ice-server", env = "MULTIRTC_ICE_SERVER", value_name = "URL", value_delimiter = ',', value_parser = stun_url)]
    pub ice_server_urls: Vec<String>,

    /// TURN server that relays calls between networks that let nothing else through, as turn:turn.example.org:3478,
    /// turn:turn.example.org?transport=tcp or turns:turn.example.org; may be given several times. It has to know the
    /// secret (coturn: use-auth-secret, static-auth-secret); deploy/coturn.conf is an example.
    #[arg(long = "turn-server", env = "MULTIRTC_TURN_SERVER", value_name = "URL", value_delimiter = ',', value_parser = turn_url)]
    pub turn_server_urls: Vec<String>,

    /// Secret shared with the TURN servers, from which members of rooms get credentials of their own. Give it as the
    /// variable or in a file: flags can be read by everybody on the machine.
    #[arg(long, env = "MULTIRTC_TURN_SECRET", value_name = "SECRET", hide_env_values = true, value_parser = secret)]
    pub turn_secret: Option<Secret>,

    /// File whose first line is that secret.
    #[arg(long, env = "MULTIRTC_TURN_SECRET_FILE", value_name = "PATH", conflicts_with = "turn_secret")]
    pub turn_secret_file: Option<PathBuf>,

    /// Seconds for which credentials for the TURN servers are good; pages renew them in time.
    #[arg(long, env = "MULTIRTC_TURN_TTL_SECONDS", value_name = "SECONDS", default_value_t = TURN_TTL_SECONDS, value_parser = clap::value_parser!(u32).range(10..))]
    pub turn_ttl_seconds: u32,

    /// WebSockets one address may have open at once; 0 for any number. IPv6 addresses count by their /64 network.
    #[arg(long, env = "MULTIRTC_SOCKETS_PER_ADDRESS", value_name = "COUNT", default_value_t = SOCKETS_PER_ADDRESS)]
    pub sockets_per_address: u32,

    /// New WebSockets a minute one address may open in the long run; 0 for any number. As many as may be open at once
    /// may come together.
    #[arg(long, env = "MULTIRTC_UPGRADES_PER_MINUTE", value_name = "COUNT", default_value_t = UPGRADES_PER_MINUTE)]
    pub upgrades_per_minute: u32,

    /// Forms and server functions a minute one address may send; 0 for any number.
    #[arg(long, env = "MULTIRTC_POSTS_PER_MINUTE", value_name = "COUNT", default_value_t = POSTS_PER_MINUTE)]
    pub posts_per_minute: u32,

    /// Rooms a minute that people of one address may create in the long run; 0 for any number.
    #[arg(long, env = "MULTIRTC_ROOMS_PER_MINUTE", value_name = "COUNT", default_value_t = ROOMS_PER_MINUTE)]
    pub rooms_per_minute: u32,

    /// Rooms a minute that people of one address may join, and as many that they may look up, in the long run; 0 for
    /// any number.
    #[arg(long, env = "MULTIRTC_JOINS_PER_MINUTE", value_name = "COUNT", default_value_t = JOINS_PER_MINUTE)]
    pub joins_per_minute: u32,

    /// Frames a second one WebSocket may send in the long run; 0 for any number. Four times as many may come
    /// together; beyond that reading pauses, and who goes on is disconnected.
    #[arg(long, env = "MULTIRTC_FRAMES_PER_SECOND", value_name = "COUNT", default_value_t = FRAMES_PER_SECOND)]
    pub frames_per_second: u32,

    /// Milliseconds over which people spread their return when this server stops.
    #[arg(long, env = "MULTIRTC_GOING_AWAY_MS", value_name = "MILLISECONDS", default_value_t = GOING_AWAY_MS)]
    pub going_away_ms: u32,

    /// What is logged, on standard error: error, warn, info, debug or trace, or a list as info,server=debug. Libraries
    /// are never logged in more detail than info, since they quote what people send.
    #[arg(long, env = "MULTIRTC_LOG", value_name = "FILTER", default_value = LOG)]
    pub log: String,

    /// How it is logged.
    #[arg(long, env = "MULTIRTC_LOG_FORMAT", value_name = "FORMAT", default_value = "text")]
    pub log_format: LogFormat,

    /// When a silent socket is asked, shown as interrupted, and closed.
    #[arg(skip)]
    pub heartbeat: Heartbeat,
}

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

/// When a silent socket is asked, shown as interrupted, and closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heartbeat {
    /// Between two WebSocket pings.
    pub ping: Duration,
    /// Without a sign of life until others see the person as interrupted.
    pub interrupted: Duration,
    /// Without a sign of life until the socket is closed.
    pub dead: Duration,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self {
            ping: Duration::from_millis(limits::PING_MS),
            interrupted: Duration::from_millis(limits::INTERRUPTED_MS),
            dead: Duration::from_millis(limits::SOCKET_DEAD_MS),
        }
    }
}

impl Default for Config {
    /// What the executable does without flags and variables.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)),
            allow_origins: Vec::new(),
            public_origin: None,
            trusted_proxies: Vec::new(),
            ice_server_urls: Vec::new(),
            turn_server_urls: Vec::new(),
            turn_secret: None,
            turn_secret_file: None,
            turn_ttl_seconds: TURN_TTL_SECONDS,
            sockets_per_address: SOCKETS_PER_ADDRESS,
            upgrades_per_minute: UPGRADES_PER_MINUTE,
            posts_per_minute: POSTS_PER_MINUTE,
            rooms_per_minute: ROOMS_PER_MINUTE,
            joins_per_minute: JOINS_PER_MINUTE,
            frames_per_second: FRAMES_PER_SECOND,
            going_away_ms: GOING_AWAY_MS,
            log: LOG.to_owned(),
            log_format: LogFormat::Text,
            heartbeat: Heartbeat::default(),
        }
    }
}

impl Config {
    /// The ICE servers everybody is told about.
    pub fn ice_servers(&self) -> Vec<IceServer> {
        if self.ice_server_urls.is_empty() {
            return Vec::new();
        }
        vec![IceServer { urls: self.ice_server_urls.clone(), username: None, credential: None }]
    }

    /// The limits clients are told about and held to: what is not configured here is as in the table of limits.
    pub fn limits(&self) -> Limits {
        let mut limits = limits::defaults();
        let configured = [
            ("create_room", self.rooms_per_minute),
            ("join_room", self.joins_per_minute),
            ("lookup_room", self.joins_per_minute),
        ];
        for (what, per_minute) in configured {
            if per_minute == 0 {
                limits.per.remove(what);
            } else if let Some(rate) = limits.per.get_mut(what) {
                *rate = Rate { burst: rate.burst.max(per_minute), per_minute };
            }
        }
        limits
    }
}

/// A URL browsers accept in an ICE server without credentials; a wrong one would break every call.
fn stun_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("stun:").or_else(|| text.strip_prefix("stuns:"));
    match rest {
        Some(host) if !host.is_empty() && !host.contains(['/', '?', '#', '@', ' ']) => Ok(text.to_owned()),
        _ => Err("write stun:host or stun:host:port".to_owned()),
    }
}

/// A URL of a TURN server (RFC 7065), without what browsers do not accept.
fn turn_url(text: &str) -> Result<String, String> {
    let rest = text.strip_prefix("turn:").or_else(|| text.strip_prefix("turns:")).unwrap_or_default();
    let (host, transport) = rest.split_once('?').unwrap_or((rest, "transport=udp"));
    let is_host = !host.is_empty() && !host.contains(['/', '#', '@', ' ']);
    if is_host && matches!(transport, "transport=udp" | "transport=tcp") {
        Ok(text.to_owned())
    } else {
        Err("write turn:host or turn:host:port, or with turns:, and ?transport=tcp after it if wanted".to_owned())
    }
}

/// What is wrong with a secret is said without repeating it.
fn secret(text: &str) -> Result<Secret, String> {
    if text.is_empty() { Err("an empty secret is none".to_owned()) } else { Ok(Secret::new(text)) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn flags_are_consistent_and_each_has_its_variable() {
        let command = Config::command();
        command.clone().debug_assert();
        for argument in command.get_arguments().filter(|a| !matches!(a.get_id().as_str(), "help" | "version")) {
            let flag = argument.get_long().unwrap();
            let variable = format!("MULTIRTC_{}", flag.to_uppercase().replace('-', "_"));
            assert_eq!(argument.get_env().unwrap().to_str(), Some(variable.as_str()));
            assert!(argument.get_help().is_some(), "--{flag} has no help");
        }
    }

    #[test]
    fn the_secret_is_not_printed() {
        let config = Config::try_parse_from(["multirtc", "--turn-secret", "swordfish"]).unwrap();
        assert_eq!(config.turn_secret.as_ref().map(Secret::expose), Some("swordfish"));
        assert!(!format!("{config:?}").contains("swordfish"));
    }

    #[test]
    fn rates_of_rooms_are_what_was_asked_for() {
        let defaults = limits::defaults();
        assert_eq!(Config::default().limits(), defaults);
        let config = Config { rooms_per_minute: 0, joins_per_minute: 600, ..Config::default() };
        let configured = config.limits();
        assert!(!configured.per.contains_key("create_room"));
        assert_eq!(configured.per["join_room"], Rate { burst: 600, per_minute: 600 });
        assert_eq!(configured.per["lookup_room"], configured.per["join_room"]);
        let gentle = Config { joins_per_minute: 1, ..Config::default() }.limits();
        assert_eq!(gentle.per["join_room"], Rate { burst: defaults.per["join_room"].burst, per_minute: 1 });
        assert_eq!(gentle.per["say"], defaults.per["say"]);
    }

    #[test]
    fn values_are_checked_when_parsed() {
        let parse = |flags: &[&str]| Config::try_parse_from(["multirtc"].iter().chain(flags));
        let config =
            parse(&["--allow-origin", "https://a.example,https://b.example", "--allow-origin", "http://c.example"]);
        assert_eq!(config.unwrap().allow_origins.len(), 3);
        assert_eq!(parse(&["--ice-server", "stun:stun.example.org:3478"]).unwrap().ice_servers().len(), 1);
        assert!(parse(&[]).unwrap().ice_servers().is_empty());
        let turn = "turn:a.example,turn:[::1]:3478?transport=tcp,turns:a.example:443?transport=tcp";
        assert_eq!(parse(&["--turn-server", turn]).unwrap().turn_server_urls.len(), 3);
        assert!(parse(&["--turn-secret", "a", "--turn-secret-file", "b"]).is_err());
        for flags in [
            ["--allow-origin", "https://a.example/path"],
            ["--trusted-proxy", "10.0.0.0/40"],
            ["--ice-server", "https://example.org"],
            ["--ice-server", "turn:example.org"],
            ["--turn-server", "stun:example.org"],
            ["--turn-server", "turn:"],
            ["--turn-server", "turn:example.org?transport=sctp"],
            ["--turn-server", "turn:ada@example.org"],
            ["--turn-secret", ""],
            ["--turn-ttl-seconds", "0"],
            ["--listen", "nowhere"],
            ["--log-format", "xml"],
        ] {
            assert!(parse(&flags).is_err(), "{flags:?}");
        }
    }
}
