//! What is said in a room.

use crate::stage::{Outcome, arrive, check, event, pair};
use multirtc::core::event::{Event, Message, Path, Payload};
use multirtc::protocol::limits::SAY_BYTES;
use multirtc::protocol::{Role, Target};
use multirtc::{Error, Events, MemoryHub, RoomOptions};

async fn heard(events: &mut Events) -> Outcome<Message> {
    event(events, "something is heard", |event| match event {
        Event::Message(message) => Some(message.clone()),
        _ => None,
    })
    .await
}

fn is(message: &Message, text: &str) -> Outcome {
    let as_said = matches!(&message.body, Payload::Json(body) if body == text);
    check(as_said && message.path == Path::Server, &format!("{text} is heard; {message:?}"))
}

pub async fn said_to_whom_it_was_meant() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let cleo = arrive(&hub, "Cleo").await?.join(anna.id()).await?;
    let (mut to_ben, mut to_cleo) = (ben.events(), cleo.events());
    let (id_of_ben, id_of_cleo) = (ben.state().get().me.peer, cleo.state().get().me.peer);
    let first = anna.say(Target::Peer(id_of_ben), "chat", "only Ben").await?;
    let second = anna.say(Target::Peer(id_of_cleo), "chat", "only Cleo").await?;
    check(first != second, "each has an id of its own")?;
    anna.say(Target::All, "chat", "both").await?;
    for (events, mine) in [(&mut to_ben, "only Ben"), (&mut to_cleo, "only Cleo")] {
        is(&heard(events).await?, mine)?;
        let last = heard(events).await?;
        is(&last, "both")?;
        check(last.from == anna.state().get().me.peer && last.topic == "chat", "with its sender and topic")?;
        check(last.at_ms > 1_500_000_000_000, "and the server's time")?;
    }
    Ok(())
}

pub async fn kept_for_newcomers() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, _ben) = pair(&hub, RoomOptions::new()).await?;
    anna.say_and_keep("note", "read me").await?;
    anna.say(Target::All, "note", "gone with the wind").await?;
    anna.say_and_keep("note", "me too").await?;
    let cleo = arrive(&hub, "Cleo").await?.join(anna.id()).await?;
    let kept: Vec<_> = cleo.kept().into_iter().map(|kept| kept.body).collect();
    check(kept == ["read me", "me too"], &format!("Cleo reads what was kept, in order; {kept:?}"))
}

pub async fn said_once_through_an_outage() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mut to_ben = ben.events();
    let (before_anna, before_ben) = (anna.state().get().me.peer, ben.state().get().me.peer);
    hub.cut();
    anna.say(Target::All, "chat", "are you there?").await?;
    hub.cut();
    anna.say(Target::All, "chat", "and now?").await?;
    is(&heard(&mut to_ben).await?, "are you there?")?;
    is(&heard(&mut to_ben).await?, "and now?")?;
    anna.say(Target::All, "chat", "good").await?;
    is(&heard(&mut to_ben).await?, "good")?;
    let same = anna.state().get().me.peer == before_anna && ben.state().get().me.peer == before_ben;
    check(same && anna.state().get().others.len() == 1, "nobody left or came")
}

pub async fn too_large_or_too_late() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let large = "x".repeat(SAY_BYTES);
    let refused = anna.say(Target::All, "chat", &large).await;
    check(matches!(refused, Err(Error::TooLarge { max: SAY_BYTES, .. })), "what is too large is not sent")?;
    let fits = "x".repeat(SAY_BYTES - 2);
    anna.say(Target::All, "chat", &fits).await?;
    let to = Target::Peer(ben.state().get().me.peer);
    ben.leave().await?;
    check(anna.say(to, "chat", "wait").await.is_err(), "who has left hears nothing, and one is told")?;
    let gone = anna.clone();
    anna.leave().await?;
    let late = gone.say(Target::AtLeast(Role::Viewer), "chat", "hello?").await;
    check(matches!(late, Err(Error::RoomGone)), "after the room there is nobody to say it to")
}
