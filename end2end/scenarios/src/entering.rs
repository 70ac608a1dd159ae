//! Ways into a room.

use crate::stage::{Outcome, arrive, arrive_as, camera, check, event, in_time, sees, until};
use multirtc::core::event::Event;
use multirtc::protocol::{Admission, KnockId, LobbyFilter, Profile, Role, Secret};
use multirtc::{Client, Entry, Events, JoinError, JoinOptions, MemoryHub, Room, RoomOptions};
use std::time::Duration;

fn everything() -> LobbyFilter {
    LobbyFilter { tags: Default::default(), text: None, only_joinable: false }
}

pub async fn moderator_and_participant() -> Outcome {
    let hub = MemoryHub::new();
    let moderator =
        arrive_as(&hub, Profile { name: "Anna".into(), handle: Some("JKL".parse()?), ..Profile::default() }).await?;
    let room = moderator.create(RoomOptions::new().id("XYZ".parse()?).unlisted()).await?;
    room.publish(camera().await?).await?;

    let participant = arrive(&hub, "Ben").await?;
    let wrong = participant.join(JoinOptions::new("XYZ".parse()?).hosted_by("QQQ".parse()?)).await;
    check(matches!(wrong, Err(JoinError::NotFound)), "under another host there is no such room")?;
    let joined = participant.join(JoinOptions::new("XYZ".parse()?).hosted_by("JKL".parse()?)).await?;
    joined.publish(camera().await?).await?;
    for (who, room) in [("Anna", &room), ("Ben", &joined)] {
        until(&room.state(), &format!("one camera arrives at {who}"), |state| {
            state.others.len() == 1 && state.others.iter().all(|other| other.started.len() == 1)
        })
        .await?;
    }

    let third = arrive(&hub, "Cleo").await?;
    let lobby = third.lobby(everything());
    // Once the list knows a room that came later, it would know this one.
    let listed = moderator.create(RoomOptions::new().id("listed".parse()?)).await?;
    let rooms = until(&lobby.rooms(), "the listed room is in the list", |rooms| !rooms.is_empty()).await?;
    check(rooms.len() == 1 && rooms.iter().all(|info| info.room == listed.id()), "the unlisted one is not")
}

pub async fn first_come_first_listed() -> Outcome {
    let hub = MemoryHub::new();
    let (early, late) = (arrive(&hub, "Anna").await?, arrive(&hub, "Ben").await?);
    let waits = async {
        let found = early.lobby(everything()).next_open().await;
        early.join(found.room).await
    };
    let opens = async { late.create(RoomOptions::new().name("Here")).await };
    let both = in_time(futures::future::join(waits, opens)).await;
    let (joined, opened) = both.ok_or("whoever waited did not get in")?;
    check(joined?.id() == opened?.id(), "it is the room that was opened")
}

async fn door(hub: &MemoryHub) -> Outcome<(Room, Events, Client)> {
    let room = arrive(hub, "Anna").await?.create(RoomOptions::new().admission(Admission::Knock)).await?;
    let events = room.events();
    Ok((room, events, arrive(hub, "Ben").await?))
}

async fn knock_of(events: &mut Events, name: &str) -> Outcome<KnockId> {
    event(events, "somebody knocks", |event| match event {
        Event::KnockReceived { knock, profile, .. } if profile.name == name => Some(knock.clone()),
        _ => None,
    })
    .await
}

pub async fn admitted() -> Outcome {
    let hub = MemoryHub::new();
    let (room, mut events, ben) = door(&hub).await?;
    let Entry::Waiting(waiting) = ben.knock(JoinOptions::new(room.id()).note("it is me")).await? else {
        return Err("the door was open".into());
    };
    check(waiting.position() == 1, "Ben is the first in the queue")?;
    let knock = knock_of(&mut events, "Ben").await?;
    check(room.state().get().knocks.len() == 1, "the state knows who waits")?;
    room.admit(&knock, Role::Speaker).await?;
    let inside = in_time(waiting).await.ok_or("Ben is not let in")??;
    check(inside.state().get().me.role == Role::Speaker, "Ben is a speaker")?;
    until(&room.state(), "Anna sees Ben and nobody waits", |state| sees(state, "Ben") && state.knocks.is_empty())
        .await?;

    // `join` is the same in one step.
    let cleo = arrive(&hub, "Cleo").await?;
    let (joined, knocked) = futures::future::join(cleo.join(room.id()), async {
        let knock = knock_of(&mut events, "Cleo").await?;
        Outcome::Ok(room.admit(&knock, Role::Viewer).await?)
    })
    .await;
    knocked?;
    check(joined?.state().get().me.role == Role::Viewer, "Cleo watches")
}

pub async fn denied() -> Outcome {
    let hub = MemoryHub::new();
    let (room, mut events, ben) = door(&hub).await?;
    let Entry::Waiting(waiting) = ben.knock(room.id()).await? else { return Err("the door was open".into()) };
    let knock = knock_of(&mut events, "Ben").await?;
    room.deny(&knock).await?;
    let answer = in_time(waiting).await.ok_or("Ben is told nothing")?;
    check(matches!(answer, Err(JoinError::Denied)), "Ben is told no")?;
    let Entry::Waiting(again) = ben.knock(room.id()).await? else { return Err("the door was open".into()) };
    let knock = knock_of(&mut events, "Ben").await?;
    room.deny_and_block(&knock, Duration::from_secs(60)).await?;
    let answer = in_time(again).await.ok_or("Ben is told nothing")?;
    check(matches!(answer, Err(JoinError::Denied)), "Ben is told no again")?;
    let blocked = ben.knock(room.id()).await;
    check(matches!(blocked, Err(JoinError::Banned { .. })), "and is not heard any more")
}

pub async fn withdrawn() -> Outcome {
    let hub = MemoryHub::new();
    let (room, mut events, ben) = door(&hub).await?;
    let waiting = ben.knock(room.id()).await?;
    let knock = knock_of(&mut events, "Ben").await?;
    drop(waiting);
    event(&mut events, "the knock is withdrawn", |event| match event {
        Event::KnockWithdrawn { knock: gone } if *gone == knock => Some(()),
        _ => None,
    })
    .await?;
    check(room.state().get().knocks.is_empty(), "nobody waits")?;
    check(room.admit(&knock, Role::Speaker).await.is_err(), "nobody can be let in")
}

pub async fn waiting_through_an_outage() -> Outcome {
    let hub = MemoryHub::new();
    let (room, mut events, ben) = door(&hub).await?;
    let Entry::Waiting(waiting) = ben.knock(room.id()).await? else { return Err("the door was open".into()) };
    let knock = knock_of(&mut events, "Ben").await?;
    hub.cut();
    room.admit(&knock, Role::Speaker).await?;
    let inside = in_time(waiting).await.ok_or("Ben is not let in")??;
    until(&room.state(), "Anna sees Ben", |state| sees(state, "Ben")).await?;
    check(sees(&inside.state().get(), "Anna"), "Ben sees Anna")
}

pub async fn denied_during_an_outage() -> Outcome {
    let hub = MemoryHub::new();
    let (room, mut events, ben) = door(&hub).await?;
    let Entry::Waiting(waiting) = ben.knock(room.id()).await? else { return Err("the door was open".into()) };
    let knock = knock_of(&mut events, "Ben").await?;
    hub.cut();
    room.deny(&knock).await?;
    let answer = in_time(waiting).await.ok_or("Ben is told nothing")?;
    check(matches!(answer, Err(JoinError::Denied)), "Ben is told no")?;
    // Whatever Ben's page had said by then would be at the door before this.
    let Entry::Waiting(_again) = ben.knock(JoinOptions::new(room.id()).note("again")).await? else {
        return Err("the door was open".into());
    };
    knock_of(&mut events, "Ben").await?;
    check(room.state().get().knocks.len() == 1, "he knocked once more, and not by himself before")
}

pub async fn password() -> Outcome {
    let hub = MemoryHub::new();
    let room = arrive(&hub, "Anna").await?.create(RoomOptions::new().password(Secret::new("tea"))).await?;
    let ben = arrive(&hub, "Ben").await?;
    let none = ben.join(room.id()).await;
    check(matches!(none, Err(JoinError::PasswordNeeded)), "a password is asked for")?;
    let wrong = ben.join(JoinOptions::new(room.id()).password(Secret::new("coffee"))).await;
    check(matches!(wrong, Err(JoinError::WrongPassword { .. })), "the wrong one is wrong")?;
    ben.join(JoinOptions::new(room.id()).password(Secret::new("tea"))).await?;
    Ok(())
}

pub async fn invite() -> Outcome {
    let hub = MemoryHub::new();
    let options = RoomOptions::new().password(Secret::new("tea")).admission(Admission::Knock);
    let room = arrive(&hub, "Anna").await?.create(options).await?;
    let invite = room.invite(Role::Moderator, 1, Duration::from_secs(60)).await?;
    let with = |invite: &Secret| JoinOptions::new(room.id()).invite(invite.clone());
    let ben = arrive(&hub, "Ben").await?.join(with(&invite)).await?;
    check(ben.state().get().me.role == Role::Moderator, "Ben is what he was invited as")?;
    let cleo = arrive(&hub, "Cleo").await?;
    let used = cleo.join(with(&invite)).await;
    check(used.is_err(), "an invite for one is for one")?;
    let another = room.invite(Role::Speaker, 5, Duration::from_secs(60)).await?;
    room.revoke_invites().await?;
    check(cleo.join(with(&another)).await.is_err(), "what was revoked does not open")
}
