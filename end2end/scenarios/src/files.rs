//! Files between pages.

use crate::stage;
use crate::stage::{Outcome, arrive, check, event, in_time};
use futures::future::join_all;
use js_sys::{Array, Uint8Array};
use multirtc::core::event::{Event, TransferError};
use multirtc::protocol::Target;
use multirtc::{Events, MemoryHub, Room, RoomOptions, Sink, Transfer};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, File};

/// A host and a guest who take files.
async fn pair(hub: &MemoryHub, options: RoomOptions) -> Outcome<(Room, Room)> {
    let (anna, ben) = stage::pair(hub, options).await?;
    ben.files();
    anna.files();
    Ok((anna, ben))
}

/// A file of this page.
pub fn file(name: &str, bytes: &[u8]) -> Outcome<File> {
    let parts = Array::of1(&Uint8Array::from(bytes));
    File::new_with_u8_array_sequence(&parts, name).map_err(|_| "a file can be made".into())
}

/// Bytes that differ from those of any other number, and from place to place.
fn bytes(length: usize, number: u32) -> Vec<u8> {
    (0..length).map(|at| (at.wrapping_mul(31) ^ (at >> 8) ^ number as usize) as u8).collect()
}

pub async fn offered(events: &mut Events, room: &Room) -> Outcome<Transfer> {
    let id = event(events, "a file is offered", |event| match event {
        Event::FileOffered { transfer, .. } => Some(*transfer),
        _ => None,
    })
    .await?;
    room.files().get(id).ok_or_else(|| "an offered file is there".into())
}

async fn done(transfer: &Transfer) -> Outcome<Option<Blob>> {
    let outcome = in_time(transfer.done()).await.ok_or_else(|| {
        let (done, total) = transfer.progress().get();
        format!("it ends: {done} of {total}")
    })?;
    Ok(outcome?)
}

async fn content(blob: Option<Blob>) -> Outcome<Vec<u8>> {
    let blob = blob.ok_or("the file is here")?;
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|_| "it can be read")?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// The SHA-256 of a file that was sent or got, as people write it.
pub async fn digest(transfer: &Transfer) -> Outcome<String> {
    Ok(transfer.sha256().await?.iter().map(|byte| format!("{byte:02x}")).collect())
}

async fn same_digest(transfers: &[&Transfer]) -> Outcome {
    let mut digests = Vec::new();
    for transfer in transfers {
        digests.push(digest(transfer).await?);
    }
    check(digests.iter().all(|digest| *digest == digests[0]), "the digest is the same everywhere")
}

pub async fn of_any_size_into_any_place() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mut to_ben = ben.events();
    for (number, (size, into)) in
        [(0, Sink::Memory), (1, Sink::Disk), (65_536, Sink::Memory), (3_000_001, Sink::Disk), (5_000_000, Sink::Memory)]
            .into_iter()
            .enumerate()
    {
        let sent = bytes(size, number as u32);
        let sending = anna.files().send(file("../holiday\u{202e}.jpg", &sent)?, &Target::All)?;
        let getting = offered(&mut to_ben, &ben).await?;
        let meta = getting.meta();
        check(meta.name == "holiday.jpg" && meta.size == size as u64, &format!("as it is: {meta:?}"))?;
        getting.accept(into).await?;
        let blob = done(&getting).await?;
        check(blob.as_ref().is_some_and(|blob| blob.type_() == "application/octet-stream"), "it is nothing to be run")?;
        check(content(blob).await? == sent, &format!("{size} bytes arrive as they were"))?;
        done(&sending).await?;
        same_digest(&[&sending, &getting]).await?;
        check(sending.progress().get() == (size as u64, size as u64), "the sender sees it arrive")?;
    }
    Ok(())
}

pub async fn both_ways_at_once() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let (mut to_anna, mut to_ben) = (anna.events(), ben.events());
    let mut under_way = Vec::new();
    for number in 0..3 {
        let (from_anna, from_ben) = (bytes(2_000_000, number), bytes(1_500_000, number + 10));
        under_way.push((
            anna.files().send(file("a", &from_anna)?, &Target::All)?,
            offered(&mut to_ben, &ben).await?,
            from_anna,
        ));
        under_way.push((
            ben.files().send(file("b", &from_ben)?, &Target::All)?,
            offered(&mut to_anna, &anna).await?,
            from_ben,
        ));
    }
    for (_, getting, _) in &under_way {
        getting.accept(Sink::Memory).await?;
    }
    for (sending, getting, sent) in &under_way {
        check(content(done(getting).await?).await? == *sent, "each arrives as it was")?;
        done(sending).await?;
        same_digest(&[sending, getting]).await?;
    }
    Ok(())
}

pub async fn refused_and_cancelled() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let mut to_ben = ben.events();
    let data = bytes(9_000_000, 1);
    let sending = anna.files().send(file("a", &data)?, &Target::All)?;
    offered(&mut to_ben, &ben).await?.refuse();
    check(in_time(sending.done()).await == Some(Err(TransferError::Refused)), "the sender is told")?;
    for by_sender in [true, false] {
        let sending = anna.files().send(file("a", &data)?, &Target::All)?;
        let getting = offered(&mut to_ben, &ben).await?;
        getting.accept(Sink::Disk).await?;
        event(&mut to_ben, "something arrives", |event| matches!(event, Event::FileProgress { .. }).then_some(()))
            .await?;
        if by_sender {
            sending.cancel()
        } else {
            getting.cancel()
        }
        for end in [&sending, &getting] {
            check(in_time(end.done()).await == Some(Err(TransferError::Cancelled)), "both ends are told")?;
        }
    }
    let resting = anna.files().send(file("a", &data)?, &Target::All)?;
    let getting = offered(&mut to_ben, &ben).await?;
    resting.pause();
    getting.accept(Sink::Memory).await?;
    event(&mut to_ben, "it rests", |event| matches!(event, Event::FilePaused { on: true, .. }).then_some(())).await?;
    resting.resume();
    check(content(done(&getting).await?).await? == data, "it goes on where it was")?;
    let last = anna.files().send(file("a", &data)?, &Target::All)?;
    offered(&mut to_ben, &ben).await?;
    ben.leave().await?;
    check(in_time(last.done()).await == Some(Err(TransferError::PeerLeft)), "who leaves gets nothing")
}

/// Three receivers: one is slow, the connection of one is made anew in the middle.
pub async fn to_three_at_their_own_pace() -> Outcome {
    let hub = MemoryHub::new();
    let (anna, ben) = pair(&hub, RoomOptions::new()).await?;
    let cleo = arrive(&hub, "Cleo").await?.join(anna.id()).await?;
    let dora = arrive(&hub, "Dora").await?.join(anna.id()).await?;
    cleo.files();
    let mut events = [ben.events(), cleo.events(), dora.events()];
    let mut to_anna = anna.events();
    let data = bytes(30 << 20, 5);
    let sending = anna.files().send(file("thirty", &data)?, &Target::All)?;
    // What was offered before she took files reaches her too.
    dora.files();
    let mut getting = Vec::new();
    for (events, room) in events.iter_mut().zip([&ben, &cleo, &dora]) {
        let transfer = offered(events, room).await?;
        transfer.accept(Sink::Disk).await?;
        getting.push(transfer);
    }
    // Dora rests, as somebody does whose disk is slow; nobody waits for her.
    getting[2].pause();
    let id_of_cleo = cleo.state().get().me.peer;
    event(&mut to_anna, "Cleo has a third of it", |event| match event {
        Event::FileProgress { peer, done, total, .. } if *peer == id_of_cleo && done * 3 > *total => Some(()),
        _ => None,
    })
    .await?;
    anna.peer(&id_of_cleo).ok_or("Cleo is there")?.restart()?;
    for fast in &getting[..2] {
        check(content(done(fast).await?).await? == data, "it is what was sent")?;
    }
    check(!getting[2].over(), "Dora still rests")?;
    getting[2].resume();
    check(content(done(&getting[2]).await?).await? == data, "Dora gets it too")?;
    done(&sending).await?;
    let all: Vec<&Transfer> = getting.iter().chain([&sending]).collect();
    same_digest(&all).await?;
    check(join_all(getting.iter().map(Transfer::done)).await.iter().all(Result::is_ok), "each has it")
}
