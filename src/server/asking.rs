//! What all protocols ask: earlier renderings of a text.

use std::sync::Arc;

use super::{App, Pace, Reader, Refusal};
use crate::error::Result;
use crate::matching::{Match, Measure, Query};
use crate::memory::Lookup;
use crate::model::{Lang, Score};

/// The most characters of a text that is asked for; no sentence comes near.
const MOST_CHARS: usize = 10_000;

/// The most matches that are given for a text.
pub(super) const MOST_MATCHES: usize = 100;

/// A text to find renderings of.
#[derive(Clone)]
pub(super) struct Question {
    pub(super) text: String,
    /// Its language, if somebody said it.
    pub(super) from: Option<Lang>,
    pub(super) to: Lang,
    /// The least score, in per cent.
    pub(super) min: u8,
    pub(super) limit: usize,
    pub(super) measure: Measure,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
}

impl Question {
    /// Returns the question for up to five matches of at least 70 %, or why it cannot be asked.
    pub(super) fn new(text: String, to: Lang) -> std::result::Result<Self, Refusal> {
        if text.chars().nth(MOST_CHARS).is_some() {
            return Err(
                Refusal::misuse(format!("the text has more than {MOST_CHARS} characters"))
                    .hint("ask for it sentence by sentence"),
            );
        }
        Ok(Self {
            text,
            from: None,
            to,
            min: 70,
            limit: 5,
            measure: Measure::Best,
            before: None,
            after: None,
        })
    }

    /// Returns the query of a question asked of this reader; where nobody said the language of the text, it is the only one there is, or the one that
    /// the text shows among the memory's, else all are looked through.
    pub(super) fn query(&self, reader: &Reader<'_, '_>, app: &App) -> Result<Query<'_>> {
        let from = match &self.from {
            Some(from) => Some(from.clone()),
            None => source(reader.memory.lookup(), &self.to, &self.text, app)?,
        };
        Ok(Query {
            text: &self.text,
            from,
            to: self.to.clone(),
            min: Score::from_percent(self.min),
            limit: self.limit.min(MOST_MATCHES),
            measure: self.measure,
            before: self.before.as_deref(),
            after: self.after.as_deref(),
        })
    }
}

/// Returns the matches of several texts, in order, and the languages that they were looked for in.
pub(super) async fn matches(
    app: &Arc<App>,
    questions: Vec<Question>,
) -> std::result::Result<Vec<(Option<Lang>, Vec<Match>)>, Refusal> {
    let state = Arc::clone(app);
    app.read(Pace::Quick, move |reader| {
        let answer = |question: &Question| {
            let query = question.query(reader, &state)?;
            let found = reader.matcher.suggest(&query)?;
            Ok((query.from, found))
        };
        questions.iter().map(answer).collect()
    })
    .await
}

/// Returns the languages of the memory, the commonest first.
pub(super) async fn languages(app: &Arc<App>) -> std::result::Result<Vec<Lang>, Refusal> {
    let languages = app
        .read(Pace::Quick, |reader| reader.memory.languages())
        .await?;
    Ok(languages.into_iter().map(|(lang, _)| lang).collect())
}

fn source(lookup: &dyn Lookup, to: &Lang, text: &str, app: &App) -> Result<Option<Lang>> {
    let mut sources: Vec<Lang> = lookup
        .languages()?
        .into_iter()
        .map(|(lang, _)| lang)
        .filter(|lang| !lang.covers(to))
        .collect();
    if sources.len() < 2 {
        return Ok(sources.pop());
    }
    let Some(detected) = app.detector.detect(text) else {
        return Ok(None);
    };
    Ok(sources.into_iter().find(|lang| lang.covers(&detected.lang)))
}
