//! What all handlers share: the readers, the writer, what the server was told, and what it counts.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::metrics::Metrics;
use super::workers::{Pace, Reader, Workers};
use super::{Log, Refusal, Settings};
use crate::error::{Error, Result};
use crate::language::Detector;
use crate::memory::{Access, Memory};

/// What handlers are given, as `State<Shared>`.
pub type Shared = Arc<App>;

/// The server's state.
pub struct App {
    pub(super) settings: Settings,
    /// Recognises the language of a text where nobody says it.
    pub detector: Detector,
    pub(super) metrics: Metrics,
    pub(super) log: Log,
    token: Option<blake3::Hash>,
    workers: Workers,
}

impl App {
    /// Opens the memory, makes its index where it is missing, and starts the threads that work on it.
    pub(super) fn start(settings: &Settings, log: Log) -> Result<Self> {
        let access = match settings.allow_write {
            true => Access::Create,
            false => Access::Read,
        };
        let memory = Memory::open(&settings.memory, access)?;
        if !memory.has_index()? {
            drop(memory);
            match Memory::open(&settings.memory, Access::Write)
                .and_then(|mut memory| memory.reindex(&mut |_| true))
            {
                // A memory that cannot be written to is read without an index, slowly.
                Ok(()) | Err(Error::Memory { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Self {
            workers: Workers::start(&settings.memory, settings.readers.max(2))?,
            settings: settings.clone(),
            detector: Detector::new(),
            metrics: Metrics::default(),
            log,
            token: settings
                .token
                .as_ref()
                .map(|token| blake3::hash(token.as_bytes())),
        })
    }

    /// Asks the memory on a reader's thread.
    ///
    /// # Errors
    /// What `ask` says, as an answer; 503 when too many wait already or the deadline is over.
    pub async fn read<T, F>(&self, pace: Pace, ask: F) -> std::result::Result<T, Refusal>
    where
        T: Send + 'static,
        F: FnOnce(&Reader<'_, '_>) -> Result<T> + Send + 'static,
    {
        let (reply, answer) = tokio::sync::oneshot::channel();
        let until = Instant::now() + pace.patience();
        let job = Box::new(move |reader: &Reader<'_, '_>| {
            // Nobody waits for it any more.
            if reply.is_closed() {
                return;
            }
            reader.memory.limit_reading(Some(until));
            let result = ask(reader);
            reader.memory.limit_reading(None);
            // Whoever asked may have gone meanwhile.
            let _ = reply.send(result);
        });
        self.workers
            .ask(pace, job)
            .map_err(|_| Refusal::busy("too many questions wait already"))?;
        self.settle(answer.await)
    }

    /// Changes the memory on the writer's thread. What is changed is committed by the closure or not at all.
    ///
    /// # Errors
    /// 403 when the server may not write; what `change` says, as an answer; 503 when too many wait already.
    pub async fn write<T, F>(&self, change: F) -> std::result::Result<T, Refusal>
    where
        T: Send + 'static,
        F: FnOnce(&mut Memory) -> Result<T> + Send + 'static,
    {
        if !self.settings.allow_write {
            return Err(Refusal::read_only());
        }
        let (reply, answer) = tokio::sync::oneshot::channel();
        let job = Box::new(move |memory: Result<&mut Memory>| {
            if reply.is_closed() {
                return;
            }
            let _ = reply.send(memory.and_then(change));
        });
        self.workers
            .change(job)
            .map_err(|_| Refusal::busy("too many changes wait already"))?;
        let answer = tokio::time::timeout(WRITING, answer).await;
        self.settle(answer.map_err(|_| {
            Refusal::busy("the change takes long; it may still be made: look before you repeat it")
        })?)
    }

    fn settle<T>(
        &self,
        answer: std::result::Result<Result<T>, tokio::sync::oneshot::error::RecvError>,
    ) -> std::result::Result<T, Refusal> {
        match answer {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(error)) => {
                if matches!(error, Error::DamagedIndex { .. }) {
                    self.workers.reindex();
                }
                Err(Refusal::from(error))
            }
            Err(_) => Err(Refusal::broken()),
        }
    }

    /// Says how many questions wait for a reader.
    pub(super) fn waiting(&self) -> usize {
        self.workers.waiting()
    }

    /// Says whether this is the token, in a time that does not depend on what it is; where none is set anything will do.
    pub(super) fn knows(&self, token: &str) -> bool {
        // Two hashes of blake3 are compared in the same time whatever they are.
        self.token
            .as_ref()
            .is_none_or(|wanted| *wanted == blake3::hash(token.as_bytes()))
    }
}

/// How long a change may take before its answer no longer waits for it.
const WRITING: Duration = Duration::from_secs(25);
