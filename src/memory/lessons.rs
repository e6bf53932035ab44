//! What units teach the aligner, as a memory keeps it: lessons.
//!
//! A lesson is the units of one stretch of unit numbers, of two languages, counted together, by somebody who knows how
//! ([`crate::model::Renderings`]). Lessons are derived from the units: they are in no log, an undo does not bring them back, and what they counted
//! is counted again when their units changed.

use crate::error::Result;
use crate::model::{Lang, Renderings};

/// What lessons are about: two languages, and whether only what a person confirmed counts, or all that nobody rejected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The language whose tag comes first.
    pub one: Lang,
    /// The other language.
    pub other: Lang,
    /// Whether only confirmed units count.
    pub confirmed: bool,
}

/// A lesson's number in its memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LessonId(pub i64);

/// Units that are to be counted together.
#[derive(Clone, Debug)]
pub struct Untaught {
    /// What it is about.
    pub subject: Subject,
    /// The texts in both languages, newest first.
    pub pairs: Vec<(String, String)>,
    /// The first and the last unit number of the stretch.
    pub stretch: (i64, i64),
    /// Lessons of few units that are counted again as part of this one.
    pub replaces: Vec<LessonId>,
    /// The memory's revision when the units were read.
    pub revision: u64,
}

/// What lessons say of some stems.
#[derive(Clone, Debug, Default)]
pub struct Taught {
    /// The counts, lesson by lesson, those of most units first.
    pub renderings: Renderings,
    /// Lessons with a count that is not what was written.
    pub damaged: Vec<LessonId>,
}

/// Which lessons to ask.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// At most so many, those of most units first.
    pub most: usize,
    /// None of these.
    pub without: &'a [LessonId],
}

/// Keeping lessons, and asking them.
pub trait Lessons {
    /// Returns the newest units that are in no lesson, at most about `limit`, together with those of small lessons before them; `None` when there
    /// are none.
    ///
    /// # Errors
    /// [`crate::Error::Memory`] when the storage fails, as in every method here.
    fn untaught(&self, subject: &Subject, limit: usize) -> Result<Option<Untaught>>;

    /// Keeps what was counted of these units. Says `false`, and keeps nothing, when the memory has changed since they were read or another process
    /// is writing to it: the lesson can be given again at any time.
    ///
    /// # Errors
    /// As [`Lessons::untaught`].
    fn keep_lesson(&mut self, units: &Untaught, counted: &Renderings) -> Result<bool>;

    /// Returns how the given stems of the subject's two languages render each other.
    ///
    /// # Errors
    /// As [`Lessons::untaught`].
    fn taught(&self, subject: &Subject, stems: [&[&str]; 2], asked: Asked<'_>) -> Result<Taught>;

    /// Forgets lessons, so that their units are untaught again; says `false` when another process is writing.
    ///
    /// # Errors
    /// As [`Lessons::untaught`].
    fn forget_lessons(&mut self, lessons: &[LessonId]) -> Result<bool>;
}
