//! The servers as processes: started, asked what they use, ended.

use crate::{Result, relay};
use std::{env, fs, net::SocketAddr, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
};

/// How the line begins that says where a server listens.
pub const LISTENING: &str = "listening on http://";
/// Files this program and the servers may have open at least.
const OPEN_FILES: u64 = 6_000;
/// Clock ticks a second in `/proc`, the same on every Linux there is (`USER_HZ`, proc(5)).
const TICKS: f64 = 100.0;

/// A server in a process of its own; ends with this value.
pub struct Server {
    pub address: SocketAddr,
    /// Whether it speaks the protocol, or only relays.
    pub bare: bool,
    process: Child,
}

impl Server {
    /// This project's, without the limits that keep one address from having so many sockets.
    pub async fn ours(executable: &str) -> Result<Self> {
        let none = ["sockets-per-address", "upgrades-per-minute", "rooms-per-minute", "joins-per-minute"];
        let mut command = Command::new(executable);
        command.args(["--listen", "127.0.0.1:0", "--log", "warn", "--frames-per-second", "0"]);
        command.args(none.iter().flat_map(|limit| [format!("--{limit}"), "0".to_owned()]));
        Self::start(command, false).await.map_err(|error| format!("{executable}: {error}").into())
    }

    /// The one to compare with.
    pub async fn bare() -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        command.arg(relay::ARGUMENT);
        Self::start(command, true).await
    }

    async fn start(mut command: Command, bare: bool) -> Result<Self> {
        let mut process = command.stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
        let output = process.stdout.take().ok_or("no standard output")?;
        let line = BufReader::new(output).lines().next_line().await?.ok_or("ended at once")?;
        let address = line.strip_prefix(LISTENING).ok_or("did not say where it listens")?.parse()?;
        Ok(Self { address, bare, process })
    }

    /// Processor time it has used so far, in its own code and in the kernel's.
    pub fn cpu(&self) -> Result<Duration> {
        let stat = self.read("stat")?;
        // The name of the program may contain spaces; it ends with the last bracket.
        let fields: Vec<&str> = stat.rsplit_once(") ").ok_or("no stat")?.1.split(' ').collect();
        // Fields 14 and 15 of proc(5), which counts from the one two before these.
        let ticks = |field: usize| -> Result<f64> { Ok(fields.get(field - 3).ok_or("no times")?.parse()?) };
        Ok(Duration::from_secs_f64((ticks(14)? + ticks(15)?) / TICKS))
    }

    /// Bytes of memory it occupies.
    pub fn resident(&self) -> Result<f64> {
        let status = self.read("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? * 1024.0)
    }

    fn read(&self, file: &str) -> Result<String> {
        let id = self.process.id().ok_or("the server has ended")?;
        Ok(fs::read_to_string(format!("/proc/{id}/{file}"))?)
    }
}

/// # Errors
/// When so many sockets cannot be open as are needed.
pub fn check_open_files() -> Result<()> {
    let limits = fs::read_to_string("/proc/self/limits").map_err(|_| "this benchmark reads /proc, as Linux has it")?;
    let line = limits.lines().find_map(|line| line.strip_prefix("Max open files")).ok_or("no limit of open files")?;
    let soft = line.split_whitespace().next().unwrap_or_default();
    match soft.parse::<u64>() {
        Ok(limit) if limit < OPEN_FILES => {
            Err(format!("{limit} open files are too few: ulimit -n {OPEN_FILES}").into())
        }
        _ => Ok(()),
    }
}
