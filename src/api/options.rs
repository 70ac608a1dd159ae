//! How to connect, what room to open, how to join one.

use crate::browser::transport::{Transport, WebSocketTransport};
use crate::core::topology::{default_guest_role, default_on_host_left, max_capacity, plans};
use crate::protocol::{
    Admission, CreateRoom, Handle, IceServer, JoinRoom, LobbyId, OnHostLeft, Privileges, Profile, Role, RoomDetails,
    RoomId, RoomPlan, RoomSpec, Secret, Visibility,
};
use std::rc::Rc;
use std::time::Duration;

/// Where and as whom to connect.
#[derive(Clone)]
pub struct Config {
    pub(crate) server: String,
    pub(crate) lobby: LobbyId,
    pub(crate) profile: Profile,
    pub(crate) auth: Option<Secret>,
    pub(crate) ice: IcePolicy,
    pub(crate) reconnect: ReconnectPolicy,
    pub(crate) transport: Rc<dyn Transport>,
}

impl Config {
    /// A configuration for a server's WebSocket address (absolute, or a path such as `/ws` on the page's own origin)
    /// and a lobby: the scope inside which rooms are listed and ids are unique.
    pub fn new(server: impl Into<String>, lobby: LobbyId) -> Self {
        Self {
            server: server.into(),
            lobby,
            profile: Profile::default(),
            auth: None,
            ice: IcePolicy::default(),
            reconnect: ReconnectPolicy::default(),
            transport: Rc::new(WebSocketTransport),
        }
    }

    /// How this person is shown to others.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// A bearer token of the embedding application, where it has accounts.
    #[must_use]
    pub fn auth(mut self, token: Secret) -> Self {
        self.auth = Some(token);
        self
    }

    /// Which ICE servers to use and which candidates to offer.
    #[must_use]
    pub fn ice(mut self, policy: IcePolicy) -> Self {
        self.ice = policy;
        self
    }

    /// How hard to try to come back.
    #[must_use]
    pub fn reconnect(mut self, policy: ReconnectPolicy) -> Self {
        self.reconnect = policy;
        self
    }

    /// Something other than a WebSocket to carry the frames.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Rc::new(transport);
        self
    }
}

/// Which ICE servers a link uses.
#[derive(Debug, Clone)]
pub struct IcePolicy {
    /// Servers of the application's own, besides those of the server.
    pub extra_servers: Vec<IceServer>,
    /// Use the servers (and time-limited TURN credentials) that the signaling server hands out.
    pub from_server: bool,
    /// Use relayed candidates only, so that others never learn this machine's addresses.
    pub relay_only: bool,
}

impl Default for IcePolicy {
    fn default() -> Self {
        Self { extra_servers: Vec::new(), from_server: true, relay_only: false }
    }
}

/// How lost sessions and links are brought back.
#[derive(Debug, Clone, Copy)]
pub struct ReconnectPolicy {
    /// Stop trying to reach the server after this long; `None` is never.
    pub give_up_after: Option<Duration>,
    /// How long a silent link is left alone before anything is done about it.
    pub grace: Duration,
    /// ICE restarts before the connection is rebuilt, between equal engines.
    pub ice_restarts: u8,
    /// Rebuilds before the link counts as failed; the last uses relayed candidates only.
    pub rebuilds: u8,
}

impl Default for ReconnectPolicy {
    fn default() -> Self {
        Self { give_up_after: None, grace: Duration::from_millis(1_500), ice_restarts: 1, rebuilds: 3 }
    }
}

/// What room to open.
#[derive(Debug, Clone)]
pub struct RoomOptions {
    id: Option<RoomId>,
    plan: RoomPlan,
    details: RoomDetails,
    visibility: Visibility,
    capacity: Option<u16>,
    password: Option<Secret>,
    admission: Admission,
    guest_role: Option<Role>,
    on_host_left: Option<OnHostLeft>,
    empty_ttl: Duration,
}

impl Default for RoomOptions {
    fn default() -> Self {
        Self {
            id: None,
            plan: plans::conference(),
            details: RoomDetails::default(),
            visibility: Visibility::Listed,
            capacity: None,
            password: None,
            admission: Admission::Open,
            guest_role: None,
            on_host_left: None,
            empty_ttl: Duration::ZERO,
        }
    }
}

impl RoomOptions {
    /// A listed conference with an id minted by the server.
    pub fn new() -> Self {
        Self::default()
    }

    /// A chosen id; refused with `Exists` when it is taken in the lobby.
    #[must_use]
    pub fn id(mut self, id: RoomId) -> Self {
        self.id = Some(id);
        self
    }

    /// Who connects to whom, and who sends what.
    #[must_use]
    pub fn plan(mut self, plan: RoomPlan) -> Self {
        self.plan = plan;
        self
    }

    /// The name people see; free text, cut at 80 characters by the server.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.details.name = name.into();
        self
    }

    /// A tag to filter lists by; at most eight of 24 characters.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.details.tags.insert(tag.into());
        self
    }

    /// Keeps the room out of every list; whoever knows the id can join.
    #[must_use]
    pub fn unlisted(mut self) -> Self {
        self.visibility = Visibility::Unlisted;
        self
    }

    /// Most people in the room, host included. Without it, the most the plan's topology carries.
    #[must_use]
    pub fn capacity(mut self, people: u16) -> Self {
        self.capacity = Some(people);
        self
    }

    /// What joiners have to know.
    #[must_use]
    pub fn password(mut self, password: Secret) -> Self {
        self.password = Some(password);
        self
    }

    /// Who is let in.
    #[must_use]
    pub fn admission(mut self, admission: Admission) -> Self {
        self.admission = admission;
        self
    }

    /// The most a person gets by joining without an invitation.
    #[must_use]
    pub fn guest_role(mut self, role: Role) -> Self {
        self.guest_role = Some(role);
        self
    }

    /// What happens when the host leaves.
    #[must_use]
    pub fn on_host_left(mut self, policy: OnHostLeft) -> Self {
        self.on_host_left = Some(policy);
        self
    }

    /// How long the room is kept with nobody in it.
    #[must_use]
    pub fn keep_empty(mut self, ttl: Duration) -> Self {
        self.empty_ttl = ttl;
        self
    }

    pub(crate) fn command(&self) -> CreateRoom {
        CreateRoom {
            room: self.id.clone(),
            spec: RoomSpec {
                plan: self.plan,
                visibility: self.visibility,
                capacity: self.capacity.unwrap_or_else(|| max_capacity(&self.plan)),
                admission: self.admission,
                guest_role: self.guest_role.unwrap_or_else(|| default_guest_role(&self.plan)),
                password: self.password.clone(),
                on_host_left: self.on_host_left.unwrap_or_else(|| default_on_host_left(&self.plan)),
                empty_ttl_secs: u32::try_from(self.empty_ttl.as_secs()).unwrap_or(u32::MAX),
                details: self.details.clone(),
                privileges: Privileges { guests_may_message_guests: true, ..Privileges::default() },
            },
        }
    }
}

/// What room to join, and how.
#[derive(Debug, Clone)]
pub struct JoinOptions(JoinRoom);

impl JoinOptions {
    /// Joins the room of this id with the most the room gives to guests.
    pub fn new(room: RoomId) -> Self {
        Self(JoinRoom { room, password: None, invite: None, role: None, hosted_by: None, note: None })
    }

    /// The room's password.
    #[must_use]
    pub fn password(mut self, password: Secret) -> Self {
        self.0.password = Some(password);
        self
    }

    /// An invitation, or the host claim of a room this person opened.
    #[must_use]
    pub fn invite(mut self, invite: Secret) -> Self {
        self.0.invite = Some(invite);
        self
    }

    /// Asks for a lesser role than the room would give.
    #[must_use]
    pub fn role(mut self, role: Role) -> Self {
        self.0.role = Some(role);
        self
    }

    /// Joins only if this person is hosting; otherwise `NotFound`.
    #[must_use]
    pub fn hosted_by(mut self, handle: Handle) -> Self {
        self.0.hosted_by = Some(handle);
        self
    }

    /// A line shown to the host while waiting.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.0.note = Some(note.into());
        self
    }

    pub(crate) fn command(&self) -> JoinRoom {
        self.0.clone()
    }
}

impl From<RoomId> for JoinOptions {
    fn from(room: RoomId) -> Self {
        Self::new(room)
    }
}
