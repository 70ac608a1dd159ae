//! The executable in a process of its own.

use crate::world::{PATIENCE, TURN_SECRET};
use std::{fs, net::SocketAddr, process::Stdio};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

/// No limits on addresses, since everybody has the same one.
pub const UNLIMITED: [&str; 10] = [
    "--sockets-per-address",
    "0",
    "--upgrades-per-minute",
    "0",
    "--rooms-per-minute",
    "0",
    "--joins-per-minute",
    "0",
    "--frames-per-second",
    "0",
];

/// A server on a free port. Whoever has it log more than warnings has to read its standard error.
pub async fn start(flags: &[&str]) -> (Child, SocketAddr) {
    start_at("127.0.0.1:0", flags).await
}

/// A server on that port.
pub async fn start_at(listen: &str, flags: &[&str]) -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_multirtc"))
        .args(["--listen", listen])
        .args(flags)
        .env("MULTIRTC_LOG", "warn")
        .env("MULTIRTC_TURN_SECRET", TURN_SECRET)
        .current_dir(std::env::temp_dir())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap().unwrap();
    let address = line.strip_prefix("listening on http://").expect(&line).parse().unwrap();
    (child, address)
}

/// Asks a server to end.
pub async fn terminate(child: &mut Child) {
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
}

/// KiB of memory a server occupies.
pub fn resident(child: &Child) -> i64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id().unwrap())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
