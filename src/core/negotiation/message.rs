//! What goes into and comes out of a negotiation.

/// The signaling state of a connection (W3C WebRTC 1.0, 4.3.1), as this machine knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sig {
    /// No description is pending.
    Stable,
    /// An offer of this side waits for its answer.
    HaveLocalOffer,
    /// An offer of the other side waits for an answer.
    HaveRemoteOffer,
}

/// What can happen to a negotiation.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NegIn {
    /// The browser raised `negotiationneeded`.
    NegotiationNeeded,
    /// An offer of the other side arrived.
    Offer {
        /// The session description.
        sdp: String,
        /// Its first `a=ice-ufrag`.
        ufrag: String,
    },
    /// An answer of the other side arrived.
    Answer {
        /// The session description.
        sdp: String,
        /// Its first `a=ice-ufrag`.
        ufrag: String,
    },
    /// A candidate of the other side arrived.
    Candidate {
        /// The description it belongs to, where the sender named it.
        ufrag: Option<String>,
        /// The candidate as the driver wants it back.
        json: String,
    },
    /// The driver finished the command it was given last.
    Done {
        /// `localDescription.sdp`; needed after [`NegOut::SetLocal`] only.
        local_sdp: Option<String>,
    },
    /// The command the driver was given last failed.
    Failed,
    /// The other side asks for a turn.
    WantTurn,
    /// The other side grants a turn.
    YourTurn,
    /// The other side hands a turn back.
    PassTurn,
    /// The link supervisor wants an ICE restart.
    IceRestartWanted,
}

/// What a negotiation wants done, in this order.
///
/// Outputs that are a [command](Self::is_command) are answered with exactly one [`NegIn::Done`] or [`NegIn::Failed`];
/// at most one of them is in flight. The others are not answered.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum NegOut {
    /// Command: `setLocalDescription()` without an argument; the browser picks offer or answer.
    SetLocal,
    /// Command, once, between `SetRemoteOffer` and `SetLocal` of the polite side: take the transceivers the first
    /// offer made, set them to `sendrecv` and give their senders this side's stream.
    AdoptSlots,
    /// Command: `setRemoteDescription` of an offer; rolls an own offer back implicitly.
    SetRemoteOffer(String),
    /// Command: `setRemoteDescription` of an answer.
    SetRemoteAnswer(String),
    /// Command: `addIceCandidate`. A failure is not fatal.
    AddCandidate(String),
    /// Command: `restartIce()`; the browser raises `negotiationneeded` for it.
    RestartIce,
    /// Send this offer to the other side.
    SendOffer(String),
    /// Send this answer to the other side.
    SendAnswer(String),
    /// Ask the other side for a turn.
    SendWantTurn,
    /// Grant the other side a turn.
    SendYourTurn,
    /// Hand the turn back to the other side.
    SendPassTurn,
    /// Descriptions could not be applied: this connection is beyond repair. The last output.
    Rebuild,
}

impl NegOut {
    /// Whether the driver answers it with [`NegIn::Done`] or [`NegIn::Failed`].
    pub fn is_command(&self) -> bool {
        match self {
            Self::SetLocal
            | Self::AdoptSlots
            | Self::SetRemoteOffer(_)
            | Self::SetRemoteAnswer(_)
            | Self::AddCandidate(_)
            | Self::RestartIce => true,
            Self::SendOffer(_)
            | Self::SendAnswer(_)
            | Self::SendWantTurn
            | Self::SendYourTurn
            | Self::SendPassTurn
            | Self::Rebuild => false,
        }
    }
}
