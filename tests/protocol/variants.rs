//! The names of all variants of the enums on the wire: exhaustive, so that a new variant has to be entered here, and
//! then has to have a sample and a place in the golden files.

use multirtc::protocol::*;

/// An enum whose variants can be named and listed.
pub trait Variants {
    const ALL: &'static [&'static str];
    fn variant(&self) -> &'static str;
}

macro_rules! variants {
    ($($type:ident { $($variant:ident),* $(,)? })*) => {$(
        impl Variants for $type {
            const ALL: &'static [&'static str] = &[$(stringify!($variant)),*];
            fn variant(&self) -> &'static str {
                match self {
                    $($type::$variant { .. } => stringify!($variant),)*
                }
            }
        }
    )*};
}

variants! {
    ClientMsg {
        Hello, Ping, Bye, RefreshIceServers, CreateRoom, JoinRoom, OpenOrJoin, LeaveRoom, CloseRoom, UpdateRoom,
        CancelKnock, ResolveKnock, Eject, TransferHost, SetRole, CreateInvite, RevokeInvites, AskMedia, UpdateProfile,
        Publish, SetPresence, LookupRoom, WatchLobby, UnwatchLobby, Signal, RebuildLink, Relay, Say, Unknown,
    }
    ServerMsg {
        Welcome, Pong, Ok, Error, IceServers, GoingAway, Joined, Waiting, Invite, KnockResolved, KnockReceived,
        KnockWithdrawn, PeerJoined, PeerChanged, PeerLeft, RoomChanged, HostChanged, RoomClosed, Ejected, LinkUp,
        LinkDown, Signal, Relayed, Said, MediaAsked, Lobby, Room, Unknown,
    }
    SignalBody { Offer, Answer, Candidate, EndOfCandidates, WantTurn, YourTurn, PassTurn, Unknown }
    Target { All, Peer, Peers, AtLeast }
    MediaAsk { Mute, Unmute, Stop, StartCamera, StartMicrophone, ShareScreen, LowerHand }
    KnockDecision { Admit, Deny, DenyAndBlock }
    LobbyUpdate { Snapshot, Upsert, Remove }
    ResumeOutcome { Fresh, Replayed, Snapshot }
    DataPath { Direct, Server }
    Topology { Mesh, Star, Tree, Sfu }
    Flow { Off, HostOnly, GuestsOnly, Speakers, Everyone }
    Role { Viewer, Speaker, Moderator, Host }
    Visibility { Listed, Unlisted }
    Admission { Open, Knock, InviteOnly, Locked }
    OnHostLeft { HandOver, Close, CloseAfter }
    Source { Camera, Microphone, Screen, File, Canvas, Forwarded, Other }
    TrackState { Absent, Live, Muted, Paused }
    Online { Connected, Interrupted }
    LeaveReason { Left, TimedOut, Ejected, RoomClosed, Other }
    CloseReason { ByHost, HostLeft, Empty, ByOperator, Other }
    HostChange { Transferred, HostLeft, HostTimedOut, Reclaimed, Other }
    ErrorCode {
        BadFrame, TooLarge, UnsupportedVersion, HelloExpected, AlreadyHello, Unauthenticated, ResumeRejected,
        Superseded, RateLimited, Busy, ShuttingDown, Internal, Unsupported, RoomNotFound, RoomExists, RoomFull,
        RoomLocked, RoomClosed, NotInRoom, AlreadyInRoom, TooManyRooms, PasswordRequired, PasswordWrong, InviteInvalid,
        KnockPending, KnockDenied, Banned, Forbidden, NoSuchPeer, NotLinked, StaleLink, BadPlan, BadCapacity,
        HandleTaken, BadPatch, Other,
    }
}
