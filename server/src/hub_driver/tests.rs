//! The hub behind its lock: faults, order, the timer, the hasher.

use super::*;
use crate::outbound::Parcel;
use futures::FutureExt;
use multirtc::protocol::{
    ClientFrame, ClientMsg, ErrorCode, Hello, LobbyUpdate, Profile, RoomSpec, Secret, ServerMsg, VERSION,
};
use std::{sync::atomic::AtomicBool, thread};

const ANYWHERE: Fingerprint = Fingerprint { address: [1; 32], browser: [2; 32] };

struct Faulty(Arc<AtomicBool>);

impl Entropy for Faulty {
    fn fill(&mut self, bytes: &mut [u8]) {
        assert!(!self.0.load(Ordering::Relaxed), "a fault for the test");
        OsEntropy.fill(bytes);
    }
}

fn command(socket: SocketId, m: ClientMsg) -> HubIn {
    HubIn::Frame { socket, frame: Box::new(ClientFrame { n: None, ack: 0, m }), bytes: 100 }
}

fn hello(socket: SocketId) -> HubIn {
    let hello = Hello {
        version: VERSION,
        features: BTreeSet::new(),
        client: "test".into(),
        lobby: "driver".parse().unwrap(),
        profile: Profile::default(),
        auth: None,
        resume: None,
    };
    command(socket, ClientMsg::Hello(hello))
}

async fn frame(outbound: &Outbound) -> ServerFrame {
    match outbound.next().await {
        Parcel::Text(text) => serde_json::from_str(&text).unwrap(),
        other => panic!("expected a frame, got {other:?}"),
    }
}

#[tokio::test]
async fn r14_a_panic_ends_with_the_input_that_caused_it() {
    let fault = Arc::new(AtomicBool::new(false));
    let driver = HubDriver::with_entropy(&Config::default(), Box::new(Faulty(fault.clone()))).unwrap();
    let (before, queue) = driver.open(ANYWHERE);
    assert_eq!(driver.handle(hello(before)), Ok(()));
    assert!(matches!(frame(&queue).await.m, ServerMsg::Welcome(_)));

    let (unlucky, _) = driver.open(ANYWHERE);
    fault.store(true, Ordering::Relaxed);
    assert_eq!(driver.handle(hello(unlucky)), Err(HubFailed));
    fault.store(false, Ordering::Relaxed);
    driver.close(unlucky, false);

    assert_eq!(driver.handle(command(before, ClientMsg::Ping { nonce: 5 })), Ok(()));
    assert_eq!(frame(&queue).await.m, ServerMsg::Pong { nonce: 5 });
    let (after, queue) = driver.open(ANYWHERE);
    assert_eq!(driver.handle(hello(after)), Ok(()));
    assert!(matches!(frame(&queue).await.m, ServerMsg::Welcome(_)));
    assert_eq!(driver.counts().sockets, 2);
}

#[tokio::test]
async fn frames_of_many_threads_keep_their_order() {
    const THREADS: usize = 4;
    const EACH: u32 = 500;
    let driver = Arc::new(HubDriver::new(&Config::default()).unwrap());
    let (socket, queue) = driver.open(ANYWHERE);
    driver.handle(hello(socket)).unwrap();
    assert!(matches!(frame(&queue).await.m, ServerMsg::Welcome(_)));
    let threads: Vec<_> = (0..THREADS)
        .map(|_| {
            let driver = driver.clone();
            thread::spawn(move || {
                for _ in 0..EACH {
                    driver.handle(command(socket, ClientMsg::UnwatchLobby)).unwrap();
                }
            })
        })
        .collect();
    for n in 1..=u32::try_from(THREADS).unwrap() * EACH {
        assert_eq!(frame(&queue).await.n, Some(n));
    }
    for thread in threads {
        thread.join().unwrap();
    }
}

#[tokio::test]
async fn the_timer_follows_what_the_hub_wants() {
    let driver = Arc::new(HubDriver::new(&Config::default()).unwrap());
    let timer = tokio::spawn(driver.clone().follow_deadlines());
    let (watcher, queue) = driver.open(ANYWHERE);
    driver.handle(hello(watcher)).unwrap();
    let filter = LobbyFilter { tags: BTreeSet::new(), text: None, only_joinable: false };
    driver.handle(command(watcher, ClientMsg::WatchLobby { filter })).unwrap();
    let room = CreateRoom { room: Some("tea".parse().unwrap()), spec: listed_spec() };
    driver.create_empty_room("driver".parse().unwrap(), room).unwrap().unwrap();
    // The list was delivered a moment ago; the change waits for the timer.
    loop {
        if let ServerMsg::Lobby { update: LobbyUpdate::Upsert { info } } = frame(&queue).await.m {
            assert_eq!((info.room.as_str(), info.count), ("tea", 0));
            break;
        }
    }
    timer.abort();
}

fn listed_spec() -> RoomSpec {
    serde_json::from_value(serde_json::json!({
        "plan": {
            "topology": "mesh", "audio": "everyone", "video": "everyone", "screen": "off", "data": "off"
        },
        "visibility": "listed", "capacity": 4, "admission": "open", "guest_role": "speaker", "password": null,
        "on_host_left": "hand_over", "empty_ttl_secs": 0,
        "details": { "name": "", "topic": "", "tags": [], "lang": null, "thumbnail": null, "extra": {} },
        "privileges": {
            "moderators_may_mute": false, "moderators_may_stop": false, "guests_may_record": false,
            "guests_may_message_guests": true
        }
    }))
    .unwrap()
}

#[tokio::test]
async fn passwords_nobody_has_time_for_are_answered_at_once() {
    let driver = Arc::new(HubDriver::new(&Config { rooms_per_minute: 0, ..Config::default() }).unwrap());
    let mut people = Vec::new();
    // Nobody hashes yet: the queue fills.
    let refused = loop {
        let (socket, queue) = driver.open(ANYWHERE);
        driver.handle(hello(socket)).unwrap();
        assert!(matches!(frame(&queue).await.m, ServerMsg::Welcome(_)));
        let spec = RoomSpec { password: Some(Secret::new("tea")), ..listed_spec() };
        driver.handle(command(socket, ClientMsg::CreateRoom(CreateRoom { room: None, spec }))).unwrap();
        match frame(&queue).now_or_never() {
            Some(frame) => break frame.m,
            None => people.push(queue),
        }
    };
    assert!(matches!(&refused, ServerMsg::Error(error) if error.code == ErrorCode::Busy), "{refused:?}");
    assert!(matches!(&refused, ServerMsg::Error(error) if error.retry_after_ms.is_some()), "{refused:?}");
    let hashing = tokio::spawn(driver.clone().hash_passwords());
    for queue in &people {
        assert!(matches!(frame(queue).await.m, ServerMsg::Joined(_)));
    }
    hashing.abort();
}
