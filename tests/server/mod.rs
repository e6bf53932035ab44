//! The server as its clients see it: the real program on a free port, spoken to over sockets.

mod api;
mod clients;
mod hostile;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::Duration;

use crate::support::Place;

/// How long a client here waits for an answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server and the place it was started in.
pub(crate) struct Server {
    pub(crate) place: Place,
    pub(crate) address: SocketAddr,
    child: Child,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// The head as it came.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Server {
    /// Starts the server over the sample releases.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        let place = Place::new();
        place.expect(0, &["add", "memories/samples/html"]);
        Self::start_in(place, arguments)
    }

    /// Starts the server over the memory of a place.
    pub(crate) fn start_in(place: Place, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_diglot"))
            .args(["serve", "--port", "0"])
            .args(arguments)
            .env("DIGLOT_MEMORY", place.path("memory.diglot"))
            .env("HOME", place.path("."))
            .env("XDG_CONFIG_HOME", place.path("config"))
            .env_remove("DIGLOT_TOKEN")
            .env_remove("DIGLOT_CONFIG")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(place.path("log.txt")).unwrap())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line
            .trim()
            .strip_prefix("http://")
            .and_then(|rest| rest.strip_suffix('/'))
            .unwrap_or_else(|| panic!("{line:?}: {}", place.read("log.txt")))
            .parse()
            .unwrap();
        Self {
            place,
            address,
            child,
        }
    }

    /// Opens a connection.
    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends bytes, in which `HOST` stands for the server's host and port, and reads the answer.
    pub(crate) fn send(&self, request: &str) -> Answer {
        let mut stream = self.connect();
        let request = request.replace("HOST", &self.address.to_string());
        stream.write_all(request.as_bytes()).unwrap();
        read(&mut stream).unwrap_or_else(|| panic!("no answer to {request}"))
    }

    /// Asks for an address as a simple client does.
    pub(crate) fn get(&self, address: &str) -> Answer {
        self.send(&format!("GET {address} HTTP/1.1\r\nHost: HOST\r\n\r\n"))
    }

    /// Sends a body as a simple client does.
    pub(crate) fn put(&self, method: &str, address: &str, body: &str) -> Answer {
        let length = body.len();
        self.send(&format!(
            "{method} {address} HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        ))
    }

    /// Sends a signal to the server.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").arg(id).status().unwrap().success());
    }

    /// Waits until the server has ended by itself and returns its exit code.
    pub(crate) fn wait(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// Returns what the server has logged so far.
    pub(crate) fn log(&self) -> String {
        self.place.read("log.txt")
    }
}

/// A server that tests share: it ends with the last of them.
pub(crate) struct Shared(Mutex<Weak<Server>>);

impl Shared {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// Returns the server, which is started where no test has it.
    pub(crate) fn or_start(&self, start: impl FnOnce() -> Server) -> Arc<Server> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let server = Arc::new(start());
            *shared = Arc::downgrade(&server);
            server
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that has ended already needs no ending.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Answer {
    /// Returns the body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{self:?}: {error}"))
    }

    /// Returns a field of the head.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (given, value) = line.split_once(": ")?;
            given.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Reads one answer; `None` when the connection ends without one.
pub(crate) fn read(stream: &mut TcpStream) -> Option<Answer> {
    let mut bytes = Vec::new();
    let mut piece = [0; 8192];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        // What goes before the answer proper, such as leave to send the body.
        let text = match text.strip_prefix("HTTP/1.1 100 Continue\r\n\r\n") {
            Some(rest) => rest.to_owned(),
            None => text,
        };
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let answer = Answer {
                status: head.split(' ').nth(1)?.parse().ok()?,
                head: head.to_owned(),
                body: body.to_owned(),
            };
            let length: usize = answer
                .field("content-length")
                .map_or(0, |length| length.parse().unwrap());
            if body.len() >= length {
                return Some(answer);
            }
        }
        match stream.read(&mut piece) {
            Ok(0) | Err(_) => return None,
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
        }
    }
}

/// Encodes a text for an address, everything but ASCII letters and digits.
pub(crate) fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte.is_ascii_alphanumeric() {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}
