//! A whole server in the page: the hub's logic behind a transport that is a queue.

use super::clock;
use super::transport::{Duplex, Incoming, Opening, Transport};
use crate::core::Machine;
use crate::core::hub::{Entropy, Hub, HubConfig, HubIn, HubOut, PasswordResult, SocketId};
use crate::error::Error;
use crate::protocol::{ClientFrame, Limits, limits};
use futures::Stream;
use futures::channel::mpsc;
use gloo_timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

/// A server inside the page, for as many clients of the same page as wanted: demos on one page, tests without a server.
///
/// It is the logic of the real one, and knows no rates: its only users are the page itself. Clones share one server; it
/// lives as long as any clone or client of it.
///
/// ```ignore
/// let hub = MemoryHub::new();
/// let anna = Client::connect(Config::new("memory", lobby.clone()).transport(hub.clone())).await?;
/// let ben = Client::connect(Config::new("memory", lobby).transport(hub)).await?;
/// ```
#[derive(Clone)]
pub struct MemoryHub(Rc<Inner>);

struct Inner {
    hub: RefCell<Hub>,
    lines: RefCell<BTreeMap<SocketId, mpsc::UnboundedSender<Incoming>>>,
    last: Cell<u64>,
    timer: RefCell<Option<Timeout>>,
}

impl MemoryHub {
    /// An empty server.
    pub fn new() -> Self {
        let config = HubConfig {
            epoch_ms: epoch(),
            limits: Limits { per: BTreeMap::new(), ..limits::defaults() },
            passwords: true,
            ..HubConfig::default()
        };
        Self(Rc::new(Inner {
            hub: RefCell::new(Hub::new(config, Box::new(PageEntropy))),
            lines: RefCell::default(),
            last: Cell::new(0),
            timer: RefCell::default(),
        }))
    }

    /// Cuts every line, as a network does that goes away; clients come back by themselves.
    pub fn cut(&self) {
        let lines: Vec<SocketId> = self.0.lines.borrow().keys().copied().collect();
        for socket in lines {
            self.0.hang_up(socket, 1006);
            self.0.take(HubIn::Closed { socket, clean: false });
        }
    }
}

impl Default for MemoryHub {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for MemoryHub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryHub").field("counts", &self.0.hub.borrow().counts()).finish_non_exhaustive()
    }
}

impl Transport for MemoryHub {
    fn open(&self, _url: &str) -> Opening {
        let socket = SocketId(self.0.last.get() + 1);
        self.0.last.set(socket.0);
        let (to_client, incoming) = mpsc::unbounded();
        self.0.lines.borrow_mut().insert(socket, to_client);
        self.0.take(HubIn::Opened { socket });
        let line: Box<dyn Duplex> = Box::new(Line { incoming, hub: Rc::clone(&self.0), socket });
        Box::pin(std::future::ready(Ok(line)))
    }
}

impl Inner {
    fn take(self: &Rc<Self>, input: HubIn) {
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            let mut out = Vec::new();
            self.hub.borrow_mut().handle(input, clock::now(), &mut out);
            for effect in out {
                inputs.extend(self.carry_out(effect));
            }
        }
        self.arm();
    }

    /// Carries out what the hub wants; what comes of it at once goes back in.
    fn carry_out(&self, effect: HubOut) -> Option<HubIn> {
        match effect {
            HubOut::Send { socket, frame } => {
                if let (Some(line), Ok(text)) = (self.lines.borrow().get(&socket), serde_json::to_string(&*frame)) {
                    drop(line.unbounded_send(Incoming::Text(text)));
                }
                None
            }
            HubOut::Close { socket, code } => {
                self.hang_up(socket, code.code());
                None
            }
            // Nothing to hide: whoever could read it has the page.
            HubOut::HashPassword { job, password } => {
                Some(HubIn::PasswordResult { job, result: PasswordResult::Hashed(password) })
            }
            HubOut::VerifyPassword { job, password, hash } => {
                let result = PasswordResult::Matches(password == hash);
                Some(HubIn::PasswordResult { job, result })
            }
        }
    }

    fn hang_up(&self, socket: SocketId, code: u16) {
        if let Some(line) = self.lines.borrow_mut().remove(&socket) {
            drop(line.unbounded_send(Incoming::Closed { code }));
        }
    }

    fn arm(self: &Rc<Self>) {
        let deadline = self.hub.borrow().deadline();
        *self.timer.borrow_mut() = deadline.map(|deadline| {
            let wait = u32::try_from(deadline.saturating_sub(clock::now())).unwrap_or(u32::MAX);
            let hub: Weak<Self> = Rc::downgrade(self);
            Timeout::new(wait, move || {
                if let Some(hub) = hub.upgrade() {
                    hub.take(HubIn::Tick);
                }
            })
        });
    }
}

/// One client's end of a line.
struct Line {
    incoming: mpsc::UnboundedReceiver<Incoming>,
    hub: Rc<Inner>,
    socket: SocketId,
}

impl Line {
    fn ends(&self, clean: bool) {
        if self.hub.lines.borrow_mut().remove(&self.socket).is_some() {
            self.hub.take(HubIn::Closed { socket: self.socket, clean });
        }
    }
}

impl Stream for Line {
    type Item = Incoming;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Incoming>> {
        Pin::new(&mut self.incoming).poll_next(context)
    }
}

impl Duplex for Line {
    fn send(&mut self, frame: String) -> Result<(), Error> {
        if !self.hub.lines.borrow().contains_key(&self.socket) {
            return Err(Error::Offline);
        }
        self.hub.take(match serde_json::from_str::<ClientFrame>(&frame) {
            Ok(read) => HubIn::Frame { socket: self.socket, frame: Box::new(read), bytes: frame.len() },
            Err(_) => HubIn::Malformed { socket: self.socket },
        });
        Ok(())
    }

    fn close(self: Box<Self>, code: u16) {
        self.ends(code == 1000);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.ends(false);
    }
}

/// Randomness of the browser's cryptography.
struct PageEntropy;

impl Entropy for PageEntropy {
    fn fill(&mut self, bytes: &mut [u8]) {
        let crypto = web_sys::window().and_then(|window| window.crypto().ok());
        let filled = crypto.and_then(|crypto| crypto.get_random_values_with_u8_array(bytes).ok());
        if filled.is_none() {
            // Ids of a page without cryptography only have to differ.
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "any byte will do")]
            bytes.iter_mut().for_each(|byte| *byte = (js_sys::Math::random() * 256.0) as u8);
        }
    }
}

/// The wall clock at 0 of the page's monotonic one, in milliseconds since the Unix epoch.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are whole and positive")]
fn epoch() -> u64 {
    (js_sys::Date::now() as u64).saturating_sub(clock::now())
}
