//! Commands on their way: numbered when sent, kept until answered, sent again when the server has not seen them.

use crate::protocol::{ClientMsg, RoomId, RoomSnapshot, ServerMsg};
use std::collections::VecDeque;

/// Commands that may be under way at once; more are refused.
const COMMANDS: usize = 1024;

/// A command that has not been answered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pending {
    pub token: u64,
    pub message: Box<ClientMsg>,
    /// Its number, once it was sent in the present session.
    n: Option<u32>,
}

/// What becomes of a command whose answer got lost though it was carried out.
enum Outcome {
    /// The snapshot of the rooms tells the answer.
    Answer(Box<ServerMsg>),
    /// It only asked for something, and asks again.
    Again,
    /// Nobody knows.
    Unknown,
}

/// Commands in the order they were issued.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Outbox {
    pending: VecDeque<Pending>,
    /// The number of the next command.
    next: u32,
}

impl Outbox {
    pub fn new() -> Self {
        Self { pending: VecDeque::new(), next: 1 }
    }

    /// Takes a command. False if there are too many.
    pub fn push(&mut self, token: u64, message: Box<ClientMsg>) -> bool {
        let room = self.pending.len() < COMMANDS;
        if room {
            self.pending.push_back(Pending { token, message, n: None });
        }
        room
    }

    /// Numbers the commands that were not sent yet.
    pub fn number(&mut self) -> Vec<(u32, ClientMsg)> {
        let mut numbered = Vec::new();
        for command in self.pending.iter_mut().filter(|command| command.n.is_none()) {
            command.n = Some(self.next);
            numbered.push((self.next, (*command.message).clone()));
            self.next = self.next.saturating_add(1);
        }
        numbered
    }

    /// The command an answer belongs to.
    pub fn answered(&mut self, n: u32) -> Option<Pending> {
        let at = self.pending.iter().position(|command| command.n == Some(n))?;
        self.pending.remove(at)
    }

    /// The server has carried out the commands up to `done`: those that are answered only when refused are settled.
    pub fn acknowledge(&mut self, done: u32) {
        self.pending.retain(|command| !command.is_silent() || command.n.is_none_or(|n| n > done));
    }

    /// The session goes on after command `done`; what came later is to be sent again.
    pub fn resume(&mut self, done: u32) {
        self.acknowledge(done);
        for command in &mut self.pending {
            command.n = command.n.filter(|n| *n <= done);
        }
        self.next = done.saturating_add(1);
    }

    /// The answers sent before a snapshot are lost. Takes out the commands that were carried out, with the answer
    /// where the snapshot tells it; those that only asked for something ask again.
    pub fn settle(&mut self, rooms: &[RoomSnapshot]) -> Vec<(u64, Option<Box<ServerMsg>>)> {
        let mut settled = Vec::new();
        self.pending.retain_mut(|command| {
            let answer = match outcome(&command.message, rooms) {
                _ if command.n.is_none() => return true,
                Outcome::Again => {
                    command.n = None;
                    return true;
                }
                Outcome::Answer(message) => Some(message),
                Outcome::Unknown => None,
            };
            settled.push((command.token, answer));
            false
        });
        settled
    }

    /// Another session begins: takes out the commands that were sent in the old one.
    pub fn restart(&mut self) -> Vec<u64> {
        self.next = 1;
        let sent = self.pending.iter().filter(|command| command.n.is_some()).map(|command| command.token).collect();
        self.pending.retain(|command| command.n.is_none());
        sent
    }

    /// Takes out the first command that was sent and not carried out.
    pub fn take_first_after(&mut self, done: u32) -> Option<u64> {
        let at = self.pending.iter().position(|command| command.n.is_some_and(|n| n > done))?;
        self.pending.remove(at).map(|command| command.token)
    }

    /// Takes out everything.
    pub fn clear(&mut self) -> Vec<u64> {
        self.pending.drain(..).map(|command| command.token).collect()
    }
}

impl Pending {
    /// Answered only when refused.
    fn is_silent(&self) -> bool {
        matches!(
            *self.message,
            ClientMsg::Signal { .. }
                | ClientMsg::Publish { .. }
                | ClientMsg::SetPresence { .. }
                | ClientMsg::Relay { .. }
                | ClientMsg::Hello(_)
                | ClientMsg::Ping { .. }
                | ClientMsg::Bye
                | ClientMsg::Unknown
        )
    }
}

fn outcome(command: &ClientMsg, rooms: &[RoomSnapshot]) -> Outcome {
    let inside = |id: &RoomId| rooms.iter().find(|snapshot| snapshot.info.room == *id);
    let entered = |id: Option<&RoomId>| match id.and_then(inside) {
        Some(snapshot) => Outcome::Answer(Box::new(ServerMsg::Joined(Box::new(snapshot.clone())))),
        None => Outcome::Unknown,
    };
    match command {
        ClientMsg::CreateRoom(create) => entered(create.room.as_ref()),
        ClientMsg::JoinRoom(join) | ClientMsg::OpenOrJoin { join, .. } => entered(Some(&join.room)),
        ClientMsg::LeaveRoom { room } | ClientMsg::CloseRoom { room, .. } if inside(room).is_none() => {
            Outcome::Answer(Box::new(ServerMsg::Ok))
        }
        ClientMsg::LookupRoom { .. }
        | ClientMsg::WatchLobby { .. }
        | ClientMsg::UnwatchLobby
        | ClientMsg::RefreshIceServers => Outcome::Again,
        _ => Outcome::Unknown,
    }
}
