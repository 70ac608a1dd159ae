//! Knocks that wait for an answer.

use super::session_driver::{ClientInner, Waits};
use super::{Client, Rejoin};
use crate::api::knock::Waiting;
use crate::api::room::Room;
use crate::error::{Error, JoinError};
use crate::protocol::{ClientMsg, ErrorBody, ErrorCode, KnockId, ResumeOutcome, RoomId, RoomSnapshot};
use futures::channel::oneshot;
use std::rc::Rc;

/// A knock that waits for an answer; one a room.
pub(super) struct Knock {
    room: RoomId,
    id: KnockId,
    who: Knocker,
}

/// Who waits behind a knock.
pub(super) enum Knocker {
    /// Somebody new in the room, with how they came.
    Newcomer(oneshot::Sender<Result<Room, JoinError>>, Box<Rejoin>),
    /// A room of this page that a new server does not know.
    Member(oneshot::Sender<Result<(), JoinError>>),
}

impl ClientInner {
    /// Waits in front of a room.
    pub(super) fn wait_in_front(self: &Rc<Self>, room: RoomId, id: KnockId, position: u16, rejoin: Rejoin) -> Waiting {
        let (sender, answer) = oneshot::channel();
        self.keep_knock(room.clone(), id, Knocker::Newcomer(sender, Box::new(rejoin)));
        Waiting { client: Client(Rc::clone(self)), room, position, answer, over: false }
    }

    pub(super) fn keep_knock(&self, room: RoomId, id: KnockId, who: Knocker) {
        self.knocks.borrow_mut().push(Knock { room, id, who });
    }

    fn take_knock(&self, room: &RoomId) -> Option<Knock> {
        let mut knocks = self.knocks.borrow_mut();
        let at = knocks.iter().position(|knock| knock.room == *room)?;
        Some(knocks.swap_remove(at))
    }

    /// Whether a room of this page, or somebody new in it, waits in front of it.
    pub(super) fn waits_at(&self, room: &RoomId) -> bool {
        self.knocks.borrow().iter().any(|knock| knock.room == *room)
    }

    /// In the room now, if it was this that one waited for; otherwise gives the snapshot back.
    pub(super) fn let_in(self: &Rc<Self>, snapshot: Box<RoomSnapshot>) -> Option<Box<RoomSnapshot>> {
        let Some(knock) = self.take_knock(&snapshot.info.room) else { return Some(snapshot) };
        match knock.who {
            Knocker::Newcomer(sender, rejoin) => drop(sender.send(Ok(self.entered(*snapshot, *rejoin)))),
            Knocker::Member(sender) => self.entered_again(*snapshot, sender),
        }
        None
    }

    pub(super) fn is_own_knock(&self, room: &RoomId, id: &KnockId) -> bool {
        self.knocks.borrow().iter().any(|knock| knock.room == *room && knock.id == *id)
    }

    pub(super) fn turned_away(&self, room: &RoomId, error: JoinError) {
        match self.take_knock(room).map(|knock| knock.who) {
            Some(Knocker::Newcomer(sender, _)) => drop(sender.send(Err(error))),
            Some(Knocker::Member(sender)) => drop(sender.send(Err(error))),
            None => {}
        }
    }

    /// Asks again wherever one waited when the connection was lost.
    pub(super) fn knock_again(self: &Rc<Self>, resumed: ResumeOutcome) {
        match resumed {
            // The server has kept the knock, and its answer comes with what was missed.
            ResumeOutcome::Replayed { .. } => return,
            ResumeOutcome::Snapshot => {}
            // Each room of this page is being entered anew.
            ResumeOutcome::Fresh => {
                self.knocks.borrow_mut().retain(|knock| matches!(knock.who, Knocker::Newcomer(..)));
            }
        }
        let joins: Vec<_> = self.knocks.borrow().iter().filter_map(Knock::join).collect();
        for (room, join) in joins {
            self.command(join, Some(Waits::Knocked(room)));
        }
    }

    /// The answer to asking again.
    pub(super) fn knocked_again(self: &Rc<Self>, room: &RoomId, answer: Result<KnockId, ErrorBody>) {
        match answer {
            // Whoever waited has gone away meanwhile.
            Ok(id) if !self.waits_at(room) => self.post(ClientMsg::CancelKnock { knock: id }),
            Ok(id) => {
                if let Some(knock) = self.knocks.borrow_mut().iter_mut().find(|knock| knock.room == *room) {
                    knock.id = id;
                }
            }
            Err(body) if body.code == ErrorCode::KnockPending => {}
            Err(body) => self.turned_away(room, body.into()),
        }
    }

    /// Goes away from a room's door.
    pub(super) fn withdraw(self: &Rc<Self>, room: &RoomId) {
        if let Some(knock) = self.take_knock(room) {
            self.post(ClientMsg::CancelKnock { knock: knock.id });
        }
    }

    /// Nobody will answer any more.
    pub(super) fn no_answers(&self) {
        let rooms: Vec<RoomId> = self.knocks.borrow().iter().map(|knock| knock.room.clone()).collect();
        for room in rooms {
            self.turned_away(&room, JoinError::Other(Error::Offline));
        }
    }
}

impl Knock {
    fn join(&self) -> Option<(RoomId, ClientMsg)> {
        match &self.who {
            Knocker::Newcomer(_, rejoin) => Some((self.room.clone(), ClientMsg::JoinRoom(rejoin.join.clone()?))),
            Knocker::Member(_) => None,
        }
    }
}
