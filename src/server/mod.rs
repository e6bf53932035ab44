//! What do tools and browsers ask over HTTP? One process that answers from a memory: many readers side by side, one writer.
//!
//! ```text
//! connection (listen) → what every request must be (guard) → handler (api, health, pages, one file per protocol) → reader or writer (workers)
//! ```
//!
//! A handler is an async function that takes the [`Shared`] state. It never touches a memory itself, for SQLite blocks; it sends a closure:
//!
//! * [`App::read`] runs it on a thread that holds an open memory with a warm [`crate::matching::Matcher`], both in a [`Reader`]. The closure
//!   borrows them and returns owned values. [`Pace`] says whether it is a question that a person waits for while typing or one that may go through
//!   everything: some readers take only the former, so that they never wait behind the latter.
//! * [`App::write`] runs it on the one thread that holds the memory open for writing; refused unless the server was started with leave to write.
//!
//! ```text
//! async fn stats(State(app): State<Shared>) -> Result<Json<..>, Refusal> {
//!     let stats = app.read(Pace::Long, |reader| reader.memory.stats()).await?;
//!     ..
//! }
//! ```
//!
//! Both end at a deadline, both fail with a [`Refusal`], which is an answer already. Every method but GET and HEAD is taken for one that changes
//! something: `guard` lets it in only from our own pages and from what is no browser. A new page goes into `pages::routes`, a new protocol beside
//! `api` and into `routes` below.

mod amagama;
mod apertium;
mod api;
mod asking;
mod codes;
mod guard;
mod health;
mod libretranslate;
mod listen;
mod metrics;
mod pages;
mod parameters;
mod patience;
mod refusal;
mod state;
mod workers;
mod writing;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;

pub use refusal::Refusal;
pub use state::{App, Shared};
pub use workers::{Pace, Reader};

use crate::error::{Error, Result};

/// Takes a line of the log. It never holds anything of a segment's text, a query or a token.
pub type Log = Arc<dyn Fn(&str) + Send + Sync>;

/// How the server is run.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The memory's file.
    pub memory: PathBuf,
    /// The address to listen on; anything but loopback needs a token.
    pub address: IpAddr,
    /// The port; 0 lets the system choose.
    pub port: u16,
    /// What a client must show; anybody on this machine may ask if there is none.
    pub token: Option<String>,
    /// Names by which clients may call the server (`Host`), beside `localhost` and the loopback addresses.
    pub hosts: Vec<String>,
    /// Whether the memory may be changed.
    pub allow_write: bool,
    /// The least score in per cent of a match that a protocol without scores gives as a translation.
    pub min: u8,
    /// How many threads answer questions, at least 2.
    pub readers: usize,
    /// Whether to end as soon as connections could be taken, to see that everything is right.
    pub check: bool,
}

impl Settings {
    /// Returns the settings for a memory on loopback: no token, no writing, port 8470.
    pub fn new(memory: PathBuf) -> Self {
        Self {
            memory,
            address: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 8470,
            token: None,
            hosts: Vec::new(),
            allow_write: false,
            min: 85,
            readers: std::thread::available_parallelism().map_or(2, |cores| cores.get().max(2)),
            check: false,
        }
    }
}

/// Serves until the process is asked to end (SIGTERM, Ctrl-C), then answers what was begun, for ten seconds at most. Calls `ready` with the
/// address once connections are taken.
///
/// # Errors
/// [`Error::Unusable`] for an address beyond loopback without a token or an address that is taken; what [`crate::memory::Memory::open`] says.
pub fn serve(settings: &Settings, log: Log, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    if !settings.address.is_loopback() && settings.token.is_none() {
        return Err(Error::Unusable {
            name: settings.address.to_string(),
            reason: "others could read the memory there; a token must be set with it".to_owned(),
        });
    }
    if settings.token.as_deref() == Some("") {
        return Err(Error::Unusable {
            name: "the token".to_owned(),
            reason: "it is empty; anybody knows it".to_owned(),
        });
    }
    let app = Arc::new(App::start(settings, log)?);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(IO_THREADS)
        .enable_all()
        .build()
        .map_err(|source| Error::File {
            action: "start the threads of",
            path: "the server".to_owned(),
            source,
        })?;
    let address = SocketAddr::new(settings.address, settings.port);
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(address)
            .await
            .map_err(|source| Error::File {
                action: "listen on",
                path: address.to_string(),
                source,
            })?;
        let bound = listener.local_addr().unwrap_or(address);
        ready(bound);
        if !settings.check {
            listen::run(listener, routes(Arc::clone(&app)), Arc::clone(&app)).await;
        }
        Ok(())
    })?;
    // What still runs has had its time.
    runtime.shutdown_background();
    Ok(())
}

/// Threads that read and write sockets; the work is done by the readers.
const IO_THREADS: usize = 2;

/// Returns all that the server answers, behind the guard.
fn routes(app: Shared) -> Router {
    let router = Router::new()
        .merge(health::routes())
        .nest("/api", api::routes())
        .merge(amagama::routes())
        .merge(apertium::routes())
        .merge(libretranslate::routes())
        .merge(pages::routes())
        .fallback(refusal::not_found)
        .method_not_allowed_fallback(refusal::not_allowed);
    guard::around(router, &app).with_state(app)
}
