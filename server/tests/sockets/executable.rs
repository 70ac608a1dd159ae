//! The executable itself: its one line, its signals, its log.

use crate::{
    client::Client,
    http,
    process::{UNLIMITED, start, start_at, terminate},
    world::{PASSWORD, PATIENCE, TURN_SECRET, create, join, join_with, locked_spec, offer, open_or_join, room_id},
};
use multirtc::protocol::*;
use std::time::{Duration, Instant};
use tokio::{io::AsyncReadExt, process::Command, time::timeout};

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
async fn r3_after_a_crash_on_the_same_port_everybody_is_what_they_were() {
    let (mut child, address) = start(&UNLIMITED).await;
    let mut people = Vec::new();
    for name in ["Ada", "Bob", "Cleo"] {
        let mut client = Client::hello(address, "run", name).await;
        let role = client.join(open_or_join("tea", 4)).await.you.role;
        people.push((client, role));
    }
    child.kill().await.unwrap();
    for (client, _) in &mut people {
        assert_eq!(client.read_to_close().await.0, 1006);
    }

    let (_child, again) = start_at(&address.to_string(), &UNLIMITED).await;
    assert_eq!(again, address);
    // Whoever hosted the room makes it again; the others find it.
    for (former, role) in &people {
        let mut back = Client::resume(address, "run", former).await;
        assert_eq!(back.welcome().resumed, ResumeOutcome::Fresh);
        assert_eq!(back.join(open_or_join("tea", 4)).await.you.role, *role);
    }
}

/// Everything people say of themselves and to each other, each with a word of its own.
const SECRETS: [&str; 19] = [
    "Zebulon",
    "Quackenbush",
    "zeb-handle",
    "avatar-marker",
    "extra-marker",
    "lobby-marker",
    "room-marker",
    "vault-marker",
    "topic-marker",
    "sdp-marker",
    "candidate-marker",
    "ufrag-marker",
    "chat-marker",
    "note-marker",
    "hunter22",
    PASSWORD,
    "swordfish",
    "argon2",
    "127.0.0.1",
];

#[tokio::test]
async fn s20_its_log_has_ids_and_nothing_about_anybody() {
    let more = ["--log", "trace", "--log-format", "json", "--trusted-proxy", "127.0.0.1"];
    let flags = [&UNLIMITED[..], &more, &["--turn-server", "turn:turn.example.org"]].concat();
    let (mut child, address) = start(&flags).await;
    let mut stderr = child.stderr.take().unwrap();
    let log = tokio::spawn(async move {
        let mut text = String::new();
        stderr.read_to_string(&mut text).await.unwrap();
        text
    });

    let forwarded = "203.0.113.77";
    let mut a = Client::hello_from(address, (forwarded, "agent-marker"), "lobby-marker", "Zebulon Quackenbush").await;
    let mut b = Client::hello(address, "lobby-marker", "Bob").await;
    let profile = ProfilePatch {
        avatar: Some(Change::Set("avatar-marker".into())),
        extra: Some(serde_json::json!({ "is": "extra-marker" }).as_object().unwrap().clone()),
        ..ProfilePatch::default()
    };
    assert_eq!(a.ask(ClientMsg::UpdateProfile { patch: profile }).await, ServerMsg::Ok);
    let mut spec = locked_spec(2);
    spec.password = None;
    spec.details.topic = "topic-marker".into();
    a.join(ClientMsg::CreateRoom(create("room-marker", spec))).await;
    let joining = JoinRoom { note: Some("note-marker".into()), ..join("room-marker") };
    let link = b.join(ClientMsg::JoinRoom(joining)).await.links[0].link;
    let candidate = SignalBody::Candidate {
        candidate: "candidate-marker".into(),
        mid: None,
        mline: Some(0),
        ufrag: Some("ufrag-marker".into()),
    };
    for body in [offer("v=0 sdp-marker"), candidate] {
        b.send(ClientMsg::Signal { room: room_id("room-marker"), to: a.peer(), link, body }).await;
        a.wait_for("the signal", |message| matches!(message, ServerMsg::Signal { .. }).then_some(())).await;
    }
    let say = ClientMsg::Say {
        room: room_id("room-marker"),
        to: Target::All,
        topic: "chat".into(),
        body: serde_json::json!("chat-marker"),
        keep: true,
    };
    assert!(matches!(a.ask(say).await, ServerMsg::Said { .. }));
    a.join(ClientMsg::CreateRoom(create("vault-marker", locked_spec(2)))).await;
    assert_eq!(b.refused(join_with("vault-marker", "swordfish")).await, ErrorCode::PasswordWrong);
    b.join(join_with("vault-marker", PASSWORD)).await;
    a.send_text(r#"{"n":9,"m":{"t":"join_room","password":"hunter22"}}"#).await;
    let ServerMsg::IceServers(refreshed) = b.ask(ClientMsg::RefreshIceServers).await else { panic!("no ice servers") };
    let relay = refreshed.servers[0].credential.clone().unwrap();
    let page = http::get(address, "/r/room-marker?handle=zeb-handle").await;
    assert_eq!(page.status, 200);
    let back = Client::resume(address, "lobby-marker", &b).await;
    terminate(&mut child).await;
    a.read_to_close().await;
    let log = timeout(PATIENCE, log).await.unwrap().unwrap();

    assert!(log.lines().any(|line| line.contains("\"http.route\":\"/ws\"")), "requests are logged: {log}");
    assert!(log.lines().any(|line| line.contains("\"level\":\"DEBUG\"")), "in detail: {log}");
    let tokens = [&a, &b, &back].map(|client| client.welcome().resume_token.expose());
    let others = [forwarded, "agent-marker", TURN_SECRET, relay.expose()];
    for secret in SECRETS.iter().chain(&tokens).chain(&others) {
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
