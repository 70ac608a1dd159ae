//! The executable itself: its one line, its signals, its log.

use crate::{
    client::Client,
    world::{PASSWORD, PATIENCE, TURN_SECRET, create, join_with, locked_spec, offer, open_or_join, room_id},
};
use multirtc::protocol::*;
use std::{
    net::SocketAddr,
    process::Stdio,
    time::{Duration, Instant},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, BufReader},
    process::{Child, Command},
    time::timeout,
};

async fn start(flags: &[&str]) -> (Child, SocketAddr) {
    start_at("127.0.0.1:0", flags).await
}

async fn start_at(listen: &str, flags: &[&str]) -> (Child, SocketAddr) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_multirtc"))
        .args(["--listen", listen])
        .args(flags)
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

async fn terminate(child: &mut Child) {
    let id = child.id().unwrap().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().await.unwrap().success());
}

#[tokio::test]
async fn a_signal_ends_it_in_order() {
    let (mut child, address) = start(&[]).await;
    let mut client = Client::hello(address, "run", "Ada").await;
    client.join(open_or_join("tea", 2)).await;
    let asked = Instant::now();
    terminate(&mut child).await;
    let (code, messages) = client.read_to_close().await;
    assert_eq!(code, CloseCode::Draining.code());
    assert!(messages.iter().any(|message| matches!(message, ServerMsg::GoingAway { .. })), "{messages:?}");
    assert!(timeout(PATIENCE, child.wait()).await.unwrap().unwrap().success());
    assert!(asked.elapsed() < Duration::from_secs(10), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_crash_and_a_start_on_the_same_port() {
    let (mut child, address) = start(&[]).await;
    let mut client = Client::hello(address, "run", "Ada").await;
    client.join(open_or_join("tea", 2)).await;
    child.kill().await.unwrap();
    assert_eq!(client.read_to_close().await.0, 1006);

    let (_child, again) = start_at(&address.to_string(), &[]).await;
    assert_eq!(again, address);
    let mut back = Client::resume(address, "run", &client).await;
    assert_eq!(back.welcome().resumed, ResumeOutcome::Fresh);
    assert_eq!(back.join(open_or_join("tea", 2)).await.you.role, Role::Host);
}

#[tokio::test]
async fn its_log_has_ids_and_nothing_about_anybody() {
    let (mut child, address) =
        start(&["--log", "trace", "--log-format", "json", "--turn-server", "turn:turn.example.org"]).await;
    let mut stderr = child.stderr.take().unwrap();
    let log = tokio::spawn(async move {
        let mut text = String::new();
        stderr.read_to_string(&mut text).await.unwrap();
        text
    });

    let mut a = Client::hello(address, "run", "Zebulon Quackenbush").await;
    let mut b = Client::hello(address, "run", "Bob").await;
    a.join(open_or_join("tea", 2)).await;
    let link = b.join(open_or_join("tea", 2)).await.links[0].link;
    b.send(ClientMsg::Signal { room: room_id("tea"), to: a.peer(), link, body: offer("v=0 sdp-marker") }).await;
    a.wait_for("the signal", |message| matches!(message, ServerMsg::Signal { .. }).then_some(())).await;
    a.join(ClientMsg::CreateRoom(create("vault", locked_spec(2)))).await;
    assert_eq!(b.refused(join_with("vault", "swordfish")).await, ErrorCode::PasswordWrong);
    b.join(join_with("vault", PASSWORD)).await;
    a.send_text(r#"{"n":9,"m":{"t":"join_room","password":"hunter22"}}"#).await;
    let ServerMsg::IceServers(refreshed) = b.ask(ClientMsg::RefreshIceServers).await else { panic!("no ice servers") };
    terminate(&mut child).await;
    a.read_to_close().await;
    b.read_to_close().await;
    let token = a.welcome().resume_token.expose().to_owned();
    let relay = refreshed.servers[0].credential.clone().unwrap();
    let log = timeout(PATIENCE, log).await.unwrap().unwrap();

    assert!(log.lines().any(|line| line.contains("\"http.route\":\"/ws\"")), "requests are logged: {log}");
    for secret in [
        "Zebulon",
        "Quackenbush",
        "sdp-marker",
        "hunter22",
        PASSWORD,
        "swordfish",
        "argon2",
        "127.0.0.1",
        token.as_str(),
        TURN_SECRET,
        relay.expose(),
    ] {
        let found = log.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "{secret} is in the log");
    }
}

#[tokio::test]
async fn its_manual_does_not_print_the_secret_it_was_given() {
    for flags in [&["--help"][..], &["--turn-secret", TURN_SECRET, "--turn-secret-file", "nowhere"]] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_multirtc"));
        command.args(flags).env("MULTIRTC_TURN_SECRET", TURN_SECRET);
        let output = timeout(PATIENCE, command.output()).await.unwrap().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8_lossy(&said);
        assert!(said.contains("--turn-secret") && !said.contains(TURN_SECRET), "{said}");
    }
}

#[tokio::test]
async fn wrong_settings_are_told_in_a_sentence() {
    for (flags, sentence) in [
        (&["--listen", "127.0.0.1:99999"][..], "--listen"),
        (&["--allow-origin", "https://example.org/path"], "without a path"),
        (&["--log", "server=loud"], "log filter"),
        (&["--turn-server", "turn:turn.example.org"], "MULTIRTC_TURN_SECRET"),
        (&["--turn-server", "turn:a.example", "--turn-secret-file", "/nowhere/secret"], "/nowhere/secret"),
        (&["--listen", "203.0.113.1:1"], "cannot listen on 203.0.113.1:1"),
    ] {
        let output = timeout(PATIENCE, Command::new(env!("CARGO_BIN_EXE_multirtc")).args(flags).output());
        let output = output.await.unwrap().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && stderr.contains(sentence), "{flags:?}: {stderr}");
    }
}
