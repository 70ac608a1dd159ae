//! How much one command makes the hub say: so many frames for each who is in the room, not for each pair.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test ends by panicking")]

#[path = "hub/world.rs"]
#[expect(dead_code, reason = "shared with the other tests of the hub")]
mod world;

use multirtc::core::topology::plans;
use multirtc::protocol::*;
use world::*;

/// A room of so many people: the host, and speakers who all publish.
fn crowd(people: usize, spec: RoomSpec) -> World {
    let mut world = World::new(1);
    let host = world.client("host");
    snapshot(world.ask(host, create("r", RoomSpec { capacity: 16, ..spec })));
    for i in 1..people {
        let i = world.client(&format!("guest {i}"));
        snapshot(world.ask(i, join("r")));
        world.done(i, ClientMsg::Publish { room: room("r"), publications: vec![camera(&format!("c{i}"))] });
    }
    world
}

/// Frames the hub sends for a command of the host, or of the first guest, in a room of so many people.
fn frames(people: usize, by: usize, command: impl Fn(&World) -> ClientMsg) -> usize {
    let mut world = crowd(people, spec(plans::conference()));
    let command = command(&world);
    world.send(by, command);
    world.witness.frames
}

#[test]
fn no_command_costs_more_than_a_few_frames_a_member() {
    let patch = |patch: RoomPatch| ClientMsg::UpdateRoom { room: room("r"), patch: Box::new(patch) };
    let say = |to| ClientMsg::Say { room: room("r"), to, topic: String::new(), body: 1.into(), keep: false };
    type Command<'a> = (&'a str, usize, Box<dyn Fn(&World) -> ClientMsg + 'a>);
    let commands: Vec<Command> = vec![
        ("leave", 1, Box::new(|_| leave("r"))),
        ("the host leaves", 0, Box::new(|_| leave("r"))),
        ("bye", 1, Box::new(|_| ClientMsg::Bye)),
        ("close", 0, Box::new(|_| ClientMsg::CloseRoom { room: room("r"), reason: None })),
        ("rename", 0, Box::new(move |_| patch(RoomPatch { capacity: Some(12), ..RoomPatch::default() }))),
        ("publish", 1, Box::new(|_| ClientMsg::Publish { room: room("r"), publications: Vec::new() })),
        ("presence", 1, Box::new(|_| ClientMsg::SetPresence { room: room("r"), presence: Presence::default() })),
        ("profile", 1, Box::new(|_| ClientMsg::UpdateProfile { patch: ProfilePatch::default() })),
        ("say", 0, Box::new(move |_| say(Target::All))),
        ("role", 0, Box::new(|world| ClientMsg::SetRole { room: room("r"), peer: world.peer(1), role: Role::Viewer })),
        ("transfer", 0, Box::new(|world| ClientMsg::TransferHost { room: room("r"), to: world.peer(1) })),
        (
            "eject",
            0,
            Box::new(|world| ClientMsg::Eject {
                room: room("r"),
                peer: world.peer(1),
                reason: None,
                ban_secs: Some(60),
            }),
        ),
        (
            "lower all hands",
            0,
            Box::new(|_| ClientMsg::AskMedia { room: room("r"), to: Target::All, ask: MediaAsk::LowerHand }),
        ),
        (
            "rebuild",
            0,
            Box::new(|world| {
                let link = world.clients[0].rooms[&room("r")].links[&world.peer(1)].link;
                ClientMsg::RebuildLink { room: room("r"), peer: world.peer(1), link }
            }),
        ),
    ];
    for (name, by, command) in &commands {
        for people in [6, 12] {
            let frames = frames(people, *by, command);
            assert!(frames > 0 && frames <= 4 * people + 4, "{name} costs {frames} frames among {people}");
        }
    }
    // Whoever comes is told of by one frame and one link to each.
    for people in [6, 12] {
        let mut world = crowd(people, spec(plans::conference()));
        let newcomer = world.client("newcomer");
        snapshot(world.ask(newcomer, join("r")));
        assert_eq!(world.witness.frames, 2 * people + 1);
    }
}

/// A plan is about all pairs: each end of each link that goes or comes is told, and nobody more than that.
#[test]
fn another_plan_costs_one_frame_for_each_end_of_a_link() {
    let star = RoomPlan { topology: Topology::Star, ..plans::conference() };
    for people in [6, 12] {
        let patch = RoomPatch { plan: Some(star), ..RoomPatch::default() };
        let sent = frames(people, 0, |_| ClientMsg::UpdateRoom { room: room("r"), patch: Box::new(patch.clone()) });
        let links = (people - 1) * (people - 2);
        assert_eq!(sent, links + people + 1);
    }
}
