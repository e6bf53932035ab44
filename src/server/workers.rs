//! The threads that hold the memory: readers, each with a connection and a matcher of its own that stays warm, and one writer.
//!
//! A matcher borrows its memory and is not made for passing between threads, so questions travel to it. Some of the readers take only quick
//! questions, so that a search through everything never keeps a translator waiting.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::matching::Matcher;
use crate::memory::{Access, Memory};

/// The most questions of one pace that wait; more are told to come again.
const MOST_WAITING: usize = 512;

/// The most changes that wait.
const MOST_CHANGES: usize = 64;

/// How long a question may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// A person or their tool waits for it between two keys: 5 seconds at most.
    Quick,
    /// It may go through much of the memory: 20 seconds at most, and never on all the readers.
    Long,
}

impl Pace {
    pub(super) fn patience(self) -> Duration {
        match self {
            Self::Quick => Duration::from_secs(5),
            Self::Long => Duration::from_secs(20),
        }
    }
}

/// What a question is asked of.
pub struct Reader<'r, 'm> {
    /// The memory, open for reading.
    pub memory: &'m Memory,
    /// A matcher over it, with what earlier questions have read.
    pub matcher: &'r Matcher<'m>,
}

/// A question on its way to a reader.
pub(super) type Question = Box<dyn FnOnce(&Reader<'_, '_>) + Send>;

/// A change on its way to the writer, which hands it the memory or says why it has none.
pub(super) type Alteration = Box<dyn FnOnce(Result<&mut Memory>) + Send>;

/// Too many wait already.
pub(super) struct Full;

enum Task {
    Change(Alteration),
    Reindex,
}

/// The readers and the writer. They end with the process.
pub(super) struct Workers {
    questions: Arc<Questions>,
    tasks: mpsc::SyncSender<Task>,
}

#[derive(Default)]
struct Questions {
    waiting: Mutex<Waiting>,
    arrived: Condvar,
}

#[derive(Default)]
struct Waiting {
    quick: VecDeque<Question>,
    long: VecDeque<Question>,
}

impl Workers {
    /// Opens the memory once for each reader and starts them; the writer opens it with its first task.
    pub(super) fn start(path: &Path, readers: usize) -> Result<Self> {
        let questions = Arc::<Questions>::default();
        for number in 0..readers {
            let memory = Memory::open(path, Access::Read)?;
            let questions = Arc::clone(&questions);
            // One in three, and at least one, looks at the long ones first.
            let takes_long = number % 3 == 0;
            thread_named("reader", move || read(&memory, &questions, takes_long))?;
        }
        let (tasks, todo) = mpsc::sync_channel(MOST_CHANGES);
        let path = path.to_owned();
        thread_named("writer", move || write(&path, &todo))?;
        Ok(Self { questions, tasks })
    }

    /// Hands a question to the next reader that is free.
    pub(super) fn ask(&self, pace: Pace, question: Question) -> std::result::Result<(), Full> {
        let mut waiting = self.questions.lock();
        let queue = match pace {
            Pace::Quick => &mut waiting.quick,
            Pace::Long => &mut waiting.long,
        };
        if queue.len() >= MOST_WAITING {
            return Err(Full);
        }
        queue.push_back(question);
        drop(waiting);
        match pace {
            Pace::Quick => self.questions.arrived.notify_one(),
            // The one that is woken might not take long ones.
            Pace::Long => self.questions.arrived.notify_all(),
        }
        Ok(())
    }

    /// Hands a change to the writer.
    pub(super) fn change(&self, change: Alteration) -> std::result::Result<(), Full> {
        self.tasks.try_send(Task::Change(change)).map_err(|_| Full)
    }

    /// Lets the writer make the index anew, when it comes to it.
    pub(super) fn reindex(&self) {
        // If too much waits, the next question that finds it damaged asks again.
        let _ = self.tasks.try_send(Task::Reindex);
    }

    /// Says how many questions wait.
    pub(super) fn waiting(&self) -> usize {
        let waiting = self.questions.lock();
        waiting.quick.len() + waiting.long.len()
    }
}

impl Questions {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // A queue is whole whatever happened to whoever held it.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self, takes_long: bool) -> Question {
        let mut waiting = self.lock();
        loop {
            let long = match takes_long {
                true => waiting.long.pop_front(),
                false => None,
            };
            if let Some(question) = long.or_else(|| waiting.quick.pop_front()) {
                return question;
            }
            waiting = self
                .arrived
                .wait(waiting)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }
}

fn thread_named(name: &str, work: impl FnOnce() + Send + 'static) -> Result<()> {
    thread::Builder::new()
        .name(name.to_owned())
        .spawn(work)
        .map(drop)
        .map_err(|source| Error::File {
            action: "start the threads of",
            path: "the server".to_owned(),
            source,
        })
}

fn read(memory: &Memory, questions: &Questions, takes_long: bool) {
    loop {
        // After a panic nothing that the matcher kept is trusted.
        let matcher = Matcher::new(memory.lookup());
        let reader = Reader {
            memory,
            matcher: &matcher,
        };
        while catch_unwind(AssertUnwindSafe(|| questions.next(takes_long)(&reader))).is_ok() {}
        memory.limit_reading(None);
    }
}

fn write(path: &Path, todo: &mpsc::Receiver<Task>) {
    let mut memory: Option<Memory> = None;
    while let Ok(task) = todo.recv() {
        let done = catch_unwind(AssertUnwindSafe(|| {
            let opened = match &mut memory {
                Some(memory) => Ok(memory),
                none => Memory::open(path, Access::Write).map(|opened| none.insert(opened)),
            };
            match task {
                Task::Change(change) => change(opened),
                Task::Reindex => {
                    // The next question says so again if it could not be done.
                    let _ = opened.and_then(|memory| memory.reindex(&mut |_| true));
                }
            }
        }));
        if done.is_err() {
            memory = None;
        }
    }
}
