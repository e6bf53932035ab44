//! Does a query find more of the units that a translator can use than exact words do, at the same precision?
//!
//!     cargo run --release --example useful -- DATA [FOLDER...] [--first N]
//!
//! DATA holds folders as `suggest.rs` reads them; by default those whose target is English. Leave one out: every unit's source is a query, and the
//! unit itself no answer. `--first` counts only so many answers of each query, and no more useful units. Another unit is useful if the English sides agree to at least 75 % of their words; all useful ones are found by searching
//! the English sides exhaustively. An answer is a unit whose source scores at least a threshold; what it proposes, repaired where that was possible,
//! may be right where the unit as it stands is not, so that `proposals` counts these right as well: what somebody sees who compares the renderings
//! that are shown. A query is helped if one of its proposals is right.
#![allow(clippy::print_stdout, reason = "a program that prints its findings")]

use std::collections::HashSet;
use std::error::Error;
use std::path::{Path, PathBuf};

use diglot::matching::{Matcher, Measure, Query, score};
use diglot::memory::UnitId;
use diglot::model::{Lang, Score};

mod sample;

use sample::Sample;

type Outcome<T> = Result<T, Box<dyn Error>>;

/// More answers than any query has.
const LIMIT: usize = 1000;

/// The agreement of the English sides that makes a unit useful, in percent.
const USEFUL: u8 = 75;

/// The least score that is asked for, and the one at which exact words set the precision to be reached.
const LEAST: u8 = 50;
const USUAL: u8 = 70;

fn main() -> Outcome<()> {
    const USAGE: &str = "usage: useful DATA [FOLDER...] [--first N]";
    let mut arguments = std::env::args().skip(1);
    let data = PathBuf::from(arguments.next().ok_or(USAGE)?);
    let (mut named, mut first) = (Vec::new(), usize::MAX);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--first" => first = arguments.next().ok_or(USAGE)?.parse()?,
            _ => named.push(argument),
        }
    }
    let folders = if named.is_empty() {
        ["ru-en", "be-en"].map(str::to_owned).to_vec()
    } else {
        named
    };
    for name in folders {
        measure(&data, &name, first)?;
    }
    Ok(())
}

fn measure(data: &Path, name: &str, first: usize) -> Outcome<()> {
    let Sample {
        from,
        to,
        memory,
        units,
        ids,
    } = Sample::read(data, name)?;
    let matcher = Matcher::new(memory.lookup());
    let ask = |text: &str, (from, to): (&Lang, &Lang), measure, min| {
        let mut query = Query::new(text, to.clone());
        query.from = Some(from.clone());
        (query.min, query.limit, query.measure) = (Score::from_percent(min), LIMIT, measure);
        matcher.suggest(&query)
    };
    let mut useful = 0;
    let mut answers = [(); 2].map(|()| Answers::default());
    for (query, ((source, target), own)) in units.iter().zip(&ids).enumerate() {
        let alike = ask(target, (&to, &from), Measure::Words, USEFUL)?;
        let alike: HashSet<UnitId> = alike.iter().map(|found| found.unit).collect();
        let others = alike.iter().filter(|id| *id != own).count();
        useful += others.min(first);
        for (measure, answers) in [Measure::Words, Measure::Best]
            .into_iter()
            .zip(&mut answers)
        {
            let found = ask(source, (&from, &to), measure, LEAST)?;
            let others = found.iter().filter(|found| found.unit != *own);
            answers.0.extend(others.take(first).map(|found| {
                let agreement = score::words_similarity(target, &found.target).fraction();
                Answer {
                    query,
                    score: found.score.fraction(),
                    is_useful: alike.contains(&found.unit),
                    is_right: agreement * 100.0 + 1e-9 >= f64::from(USEFUL),
                }
            }));
        }
    }
    let [words, best] = answers.map(Answers::ranked);
    println!("{name}: {} units, {useful} useful ones", units.len());
    for (name, answers) in [("words", &words), ("best", &best)] {
        for min in [50, 60, 70, 80, 90] {
            let at = answers.at(f64::from(min) / 100.0);
            println!("    {name} >= {min}: {}", at.text(useful));
        }
    }
    for (name, is_right) in RIGHT {
        let usual = words.at(f64::from(USUAL) / 100.0);
        match best.as_precise_as(is_right(&usual), is_right) {
            Some((score, at)) => println!(
                "    best as precise by {name} as words >= {USUAL} ({:.1} %), from {:.1}: {}",
                100.0 * is_right(&usual),
                score * 100.0,
                at.text(useful)
            ),
            None => println!("    best is never as precise by {name} as words >= {USUAL}"),
        }
    }
    Ok(())
}

/// How precise answers are.
type Precision = fn(&Found) -> f64;

/// Two ways to say it.
const RIGHT: [(&str, Precision); 2] = [
    ("units", |found| found.share(found.useful)),
    ("proposals", |found| found.share(found.right)),
];

#[derive(Default)]
struct Answers(Vec<Answer>);

struct Answer {
    query: usize,
    score: f64,
    is_useful: bool,
    /// Whether what is proposed agrees with what is wanted.
    is_right: bool,
}

/// How many answers there are down to some score, how many of them are useful units, and how many of the proposals right; how many queries are
/// answered and helped.
#[derive(Clone, Copy, Default)]
struct Found {
    all: usize,
    useful: usize,
    right: usize,
    answered: usize,
    helped: usize,
}

impl Answers {
    /// Returns them by score, the highest first.
    fn ranked(mut self) -> Self {
        self.0
            .sort_by(|one, other| other.score.total_cmp(&one.score));
        self
    }

    fn at(&self, least: f64) -> Found {
        let mut found = Found::default();
        let reach = |answer: &&Answer| answer.score + 1e-9 >= least;
        let (mut answered, mut helped) = (HashSet::new(), HashSet::new());
        for answer in self.0.iter().take_while(reach) {
            found.count(answer);
            answered.insert(answer.query);
            if answer.is_right || answer.is_useful {
                helped.insert(answer.query);
            }
        }
        (found.answered, found.helped) = (answered.len(), helped.len());
        found
    }

    /// Returns the lowest score down to which the answers are so precise, with what is found there.
    fn as_precise_as(&self, precision: f64, of: Precision) -> Option<(f64, Found)> {
        let mut found = Found::default();
        let mut lowest = None;
        let mut rest = self.0.iter().peekable();
        while let Some(answer) = rest.next() {
            found.count(answer);
            let ends = rest.peek().is_none_or(|next| next.score < answer.score);
            if ends && of(&found) >= precision {
                lowest = Some((answer.score, found));
            }
        }
        lowest
    }
}

impl Found {
    fn count(&mut self, answer: &Answer) {
        self.all += 1;
        self.useful += usize::from(answer.is_useful);
        self.right += usize::from(answer.is_right || answer.is_useful);
    }

    fn share(&self, part: usize) -> f64 {
        part as f64 / self.all.max(1) as f64
    }

    fn text(&self, useful: usize) -> String {
        format!(
            "{} answers, precision {:.1} % of units, {:.1} % of proposals, recall {:.1} % by units, {:.1} % by proposals{}",
            self.all,
            100.0 * self.share(self.useful),
            100.0 * self.share(self.right),
            100.0 * self.useful as f64 / useful.max(1) as f64,
            100.0 * self.right as f64 / useful.max(1) as f64,
            match self.answered {
                0 => String::new(),
                answered => format!("; {} of {answered} queries helped", self.helped),
            }
        )
    }
}
