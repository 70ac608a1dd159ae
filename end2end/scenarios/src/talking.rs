//! What is said in a room.

use crate::stage::{Outcome, arrive, check, connected, event, in_time, pair, until};
use futures::StreamExt;
use js_sys::{Array, Reflect};
use multirtc::core::event::{Event, LinkPhase, Message, Path, Payload, RoomState};
use multirtc::protocol::limits::SAY_BYTES;
use multirtc::protocol::{Role, Target};
use multirtc::{Error, Events, MemoryHub, Reliability, Room, RoomOptions};
use wasm_bindgen::JsCast;
use web_sys::RtcDataChannel;

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

/// Messages of what is sent from page to page.
async fn sent(events: &mut Events) -> Outcome<(String, Payload)> {
    let message = heard(events).await?;
    check(message.path == Path::Direct, "it came past the server")?;
    Ok((message.topic, message.body))
}

pub async fn sent_in_order_whatever_its_size() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mut to_ben = ben.events();
    // The first ones wait for the connection.
    for length in [1, 300_000, 2, 100_000, 3] {
        anna.send(Target::All, "chat", &"ä".repeat(length)).await?;
    }
    for length in [1, 300_000, 2, 100_000, 3] {
        let (topic, body) = sent(&mut to_ben).await?;
        let as_sent = matches!(&body, Payload::Json(text) if text.as_str() == Some(&"ä".repeat(length)));
        check(as_sent && topic == "chat", &format!("{length} come next"))?;
    }
    let refused = anna.send(Target::All, "chat", &"x".repeat(9 << 20)).await;
    check(matches!(refused, Err(Error::TooLarge { .. })), "what is too large is not sent")?;
    anna.send(Target::All, "chat", &vec![7; 3 << 20]).await?;
    let (_, body) = sent(&mut to_ben).await?;
    check(
        matches!(body, Payload::Json(list) if list.as_array().is_some_and(|list| list.len() == 3 << 20)),
        "a long one",
    )
}

pub async fn sent_once_through_rebuilds() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mut to_ben = ben.events();
    let id_of_ben = ben.state().get().me.peer;
    connected(&anna).await?;
    for number in 0..60 {
        anna.send(Target::Peer(id_of_ben.clone()), "count", &(number, "x".repeat(number * 3000))).await?;
        if number % 20 == 7 {
            anna.peer(&id_of_ben).ok_or("Ben is there")?.restart()?;
        }
    }
    for number in 0..60 {
        let (_, body) = sent(&mut to_ben).await?;
        let next = matches!(&body, Payload::Json(list) if list[0] == number);
        check(next, &format!("{number} is next"))?;
    }
    check(anna.state().get().others.len() == 1, "nobody left or came")
}

pub async fn sent_to_nobody_else() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let cleo = arrive(&hub, "Cleo").await?.join(anna.id()).await?;
    let mut to_cleo = cleo.events();
    let id_of_ben = ben.state().get().me.peer;
    let leaving = ben.leave();
    let (_, said) = futures::join!(leaving, anna.say(Target::Peer(id_of_ben.clone()), "chat", "to Ben"));
    check(said.is_err(), "who has left hears nothing")?;
    until(&anna.state(), "Ben has left", |state| state.others.iter().all(|other| other.who.peer != id_of_ben)).await?;
    let sent_to_ben = anna.send(Target::Peer(id_of_ben.clone()), "chat", "to Ben").await;
    check(matches!(sent_to_ben, Err(Error::NoSuchPeer)), "nothing is sent to who has left")?;
    let file = crate::files::file("to Ben.txt", b"Ben")?;
    let offered = anna.files().send(file, &Target::Peer(id_of_ben));
    check(matches!(offered, Err(Error::NoSuchPeer)), "no file either")?;
    anna.send(Target::All, "chat", "to all").await?;
    let (_, body) = sent(&mut to_cleo).await?;
    check(matches!(body, Payload::Json(text) if text == "to all"), "Cleo hears only what is for all")
}

pub async fn channels() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let pens = [Reliability::Reliable, Reliability::Volatile].map(|how| (anna.channel("pen", how), how));
    let mut strokes = ben.channel("pen", Reliability::Reliable).messages();
    let mut others = ben.channel("cursor", Reliability::Reliable).messages();
    connected(&anna).await?;
    for (pen, how) in pens {
        let bytes = [how as u8, 0, 255];
        pen.send(&Target::All, &bytes).await?;
        let (from, got) = in_time(strokes.next()).await.flatten().ok_or("a stroke arrives")?;
        check(got[..] == bytes && from == anna.state().get().me.peer, "as it was drawn")?;
        let large = pen.send(&Target::All, &vec![0; 20_000]).await;
        check(large.is_ok() == (how == Reliability::Reliable), "what may be lost is small")?;
        if large.is_ok() {
            in_time(strokes.next()).await.flatten().ok_or("the large one arrives")?;
        }
    }
    anna.channel("cursor", Reliability::Volatile).send(&Target::All, b"here").await?;
    let (_, got) = in_time(others.next()).await.flatten().ok_or("the cursor moves")?;
    check(&got[..] == b"here", "channels are apart")
}

/// Somebody whose page is not ours.
pub async fn cut_off_for_bad_frames() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let cleo = arrive(&hub, "Cleo").await?.join(anna.id()).await?;
    connected(&cleo).await?;
    connected(&ben).await?;
    // The first connection of all is the one of Anna and Ben: three channels at either end.
    let kept = Reflect::get(&js_sys::global(), &"kept".into()).map_err(|_| "the channels are kept")?;
    let kept: Array = kept.dyn_into().map_err(|_| "the channels are kept")?;
    let hostile: RtcDataChannel = kept.get(0).dyn_into().map_err(|_| "a channel")?;
    let phase = |room: &Room, other: &Room| {
        let id = other.state().get().me.peer;
        room.state().get().others.into_iter().find(|known| known.who.peer == id).map(|known| known.link)
    };
    for number in 0..49 {
        hostile.send_with_u8_array(&[1, 99, number]).map_err(|_| "it can be sent")?;
    }
    hostile.send_with_str("and a text").map_err(|_| "it can be sent")?;
    let is_closed = |state: &RoomState| state.others.iter().any(|other| other.link == LinkPhase::Closed);
    let (at_anna, at_ben) = (anna.state(), ben.state());
    let cut = futures::future::select(
        Box::pin(until(&at_anna, "Anna cuts Ben off", is_closed)),
        Box::pin(until(&at_ben, "Ben cuts Anna off", is_closed)),
    );
    cut.await.factor_first().0?;
    check(at_anna.get().others.len() == 2 && at_ben.get().others.len() == 2, "nobody has left the room")?;
    for room in [&anna, &ben] {
        check(matches!(phase(room, &cleo), Some(LinkPhase::Connected { .. })), "nobody else is disturbed")?;
    }
    let mut to_cleo = cleo.events();
    anna.send(Target::Peer(cleo.state().get().me.peer), "chat", "still here").await?;
    let (_, body) = sent(&mut to_cleo).await?;
    check(matches!(body, Payload::Json(text) if text == "still here"), "Cleo hears Anna")
}
