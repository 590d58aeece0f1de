//! How does a test hold a running sandbox? A thread, a port and a shared memory.
//! It must never decide what is answered.

use crate::builder::Builder;
use crate::business::Rules;
use crate::fault::{Fault, TokenState};
use crate::line::{Line, LineListener};
use crate::record::{Counts, ReceivedEvent, ReceivedRequest};
use crate::state::{Shared, Start};
use crate::{control, linkedin};
use axum::Router;
use axum::http::StatusCode;
use axum::routing::any;
use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::mpsc;
use std::thread::JoinHandle;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A running sandbox. It stops when this is dropped.
pub struct Sandbox {
    address: SocketAddr,
    token: String,
    shared: Shared,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

impl Sandbox {
    /// Settings to start from.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Starts one with the default settings: a free port, a token of its own.
    pub fn start() -> io::Result<Sandbox> {
        Self::builder().start()
    }

    pub(crate) fn launch(port: u16, start: Start) -> io::Result<Sandbox> {
        let token = start.tokens.first().cloned().unwrap_or_default();
        let shared = Shared::new(start);
        let app = router(shared.clone());
        let (stop, stopped) = oneshot::channel();
        let (ready, started) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("matchback-sandbox".into())
            .spawn(move || run(port, app, &ready, stopped))?;
        let address = match started.recv() {
            Ok(bound) => bound?,
            Err(_) => {
                return Err(io::Error::other("the sandbox's thread ended before it listened"));
            }
        };
        Ok(Sandbox { address, token, shared, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it listens, for example `http://127.0.0.1:40123`; takes the place of
    /// `https://api.linkedin.com`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The first token it accepts.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// What has been counted so far.
    pub fn counts(&self) -> Counts {
        self.shared.lock().counts()
    }

    /// The stored events it still holds, oldest first.
    pub fn events(&self) -> Vec<ReceivedEvent> {
        self.shared.lock().record.events(0, usize::MAX)
    }

    /// The requests it still holds, in the order they ended.
    pub fn requests(&self) -> Vec<ReceivedRequest> {
        self.shared.lock().record.requests(0, usize::MAX)
    }

    /// Scripts a fault behind those already waiting.
    pub fn script(&self, fault: Fault) {
        self.shared.lock().script.push(fault);
    }

    /// Forgets the faults that are still waiting.
    pub fn clear_faults(&self) {
        self.shared.lock().script.clear();
    }

    /// Moves its clock: milliseconds ahead of the real one.
    pub fn set_clock_offset_ms(&self, offset_ms: i64) {
        self.shared.lock().clock.offset_ms = offset_ms;
    }

    /// Epoch milliseconds of its clock.
    pub fn now_ms(&self) -> i64 {
        self.shared.lock().clock.now_ms()
    }

    /// Replaces its conversion rules.
    pub fn set_rules(&self, rules: Rules) {
        self.shared.lock().rules = rules;
    }

    /// Adds a token, or changes what LinkedIn thinks of one.
    pub fn set_token(&self, token: &str, state: TokenState) {
        self.shared.lock().set_token(token, state);
    }

    /// Forgets everything that happened since the start, changed settings too.
    pub fn reset(&self) {
        self.shared.lock().reset();
    }

    /// Stops it and cuts its connections.
    pub fn stop(mut self) {
        self.end();
    }

    /// Stays until the server fails, which it does not do of its own accord.
    pub(crate) fn wait(mut self) -> io::Result<()> {
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(result)) => result,
            _ => Err(io::Error::other("the sandbox's thread has panicked")),
        }
    }

    fn end(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic there has been reported by the panic hook already.
            let _ = thread.join();
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.end();
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox").field("address", &self.address).finish_non_exhaustive()
    }
}

/// LinkedIn's paths, all of which go through one handler, and the sandbox's own.
fn router(shared: Shared) -> Router {
    Router::new()
        .route("/rest/{*path}", any(linkedin::serve))
        .nest("/_sandbox", control::routes())
        .fallback(|| async { StatusCode::NOT_FOUND })
        .with_state(shared)
}

/// The thread: binds, says where, and serves until the handle is dropped.
fn run(
    port: u16,
    app: Router,
    ready: &mpsc::Sender<io::Result<SocketAddr>>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = match TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await {
            Ok(listener) => listener,
            Err(error) => {
                // The receiver is gone only if nobody wants to know any more.
                let _ = ready.send(Err(error));
                return Ok(());
            }
        };
        let _ = ready.send(listener.local_addr());
        let service = app.into_make_service_with_connect_info::<Line>();
        tokio::select! {
            served = axum::serve(LineListener(listener), service) => served,
            _ = stopped => Ok(()),
        }
    })
}
