//! Makes a large memory out of a small pool of pairs, the same one for the same seed: what the figures at a million units are measured on.
//!
//!     cargo run --release --example grow -- UNITS TMX QUERIES [POOL.tsv] [--from en] [--to ru] [--seed 1]
//!
//! POOL has lines of source TAB target; without one the pairs are made of invented words. Each unit is a pair of the pool whose numbers are drawn
//! anew and of whose words every sixth is another word of the pool, so that near texts abound as in a real memory. QUERIES gets 1,000 lines of
//! class TAB text: equal texts, changed numbers, one or two words edited, three to five words edited, clauses reordered, and unrelated texts.
#![allow(clippy::print_stderr, reason = "a program that tells how far it is")]

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufWriter, Write};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// One word in so many is replaced by another.
const REPLACED: u64 = 6;

/// How many queries of each class.
const CLASSES: [(&str, usize); 6] = [
    ("exact", 150),
    ("number", 150),
    ("edit1-2", 250),
    ("edit3-5", 200),
    ("reorder", 100),
    ("unrelated", 150),
];

fn main() -> Outcome<()> {
    let (mut from, mut to, mut seed) = ("en".to_owned(), "ru".to_owned(), 1u64);
    let mut plain = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or("a value is missing");
        match argument.as_str() {
            "--from" => from = value()?,
            "--to" => to = value()?,
            "--seed" => seed = value()?.parse()?,
            _ => plain.push(argument),
        }
    }
    let [units, tmx, queries, pool @ ..] = plain.as_slice() else {
        return Err(
            "usage: grow UNITS TMX QUERIES [POOL.tsv] [--from en] [--to ru] [--seed 1]".into(),
        );
    };
    let units: usize = units.parse()?;
    let mut random = Random(seed);
    let pool = match pool.first() {
        Some(path) => Pool::read(&fs::read_to_string(path)?),
        None => Pool::invent(20_000, &mut random),
    };
    let mut tmx = BufWriter::new(File::create(tmx)?);
    writeln!(
        tmx,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<tmx version=\"1.4\"><header creationtool=\"grow\" creationtoolversion=\"1\" segtype=\"sentence\" \
         o-tmf=\"grow\" adminlang=\"en\" srclang=\"{from}\" datatype=\"plaintext\"/><body>"
    )?;
    // Queries come from units spread over the whole.
    let wanted: usize = CLASSES.iter().map(|(_, count)| count).sum();
    let mut asked = BufWriter::new(File::create(queries)?);
    let classes: Vec<&str> = CLASSES
        .iter()
        .flat_map(|&(class, count)| std::iter::repeat_n(class, count))
        .collect();
    let step = (units / wanted).max(1);
    let mut next = 0;
    for number in 0..units {
        let (source, target) = pool.grow(&mut random);
        writeln!(
            tmx,
            "<tu tuid=\"{number}\"><tuv xml:lang=\"{from}\"><seg>{}</seg></tuv><tuv xml:lang=\"{to}\"><seg>{}</seg></tuv></tu>",
            escaped(&source),
            escaped(&target)
        )?;
        if number % step == step / 2 && next < wanted {
            // Every 7th of a thousand: classes are spread over the file.
            let class = classes[next * 7 % wanted];
            writeln!(
                asked,
                "{class}\t{}",
                pool.query(class, &source, &mut random)
            )?;
            next += 1;
        }
    }
    writeln!(tmx, "</body></tmx>")?;
    tmx.flush()?;
    asked.flush()?;
    eprintln!("{units} units from {} pairs, seed {seed}", pool.pairs.len());
    Ok(())
}

/// SplitMix64 (G. Steele, D. Lea, C. Flood, 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound.max(1) as u64) as usize
    }
}

struct Pool {
    pairs: Vec<(String, String)>,
    /// The words of all sources and of all targets, as often as they occur.
    words: [Vec<String>; 2],
}

impl Pool {
    fn read(text: &str) -> Self {
        let pairs = text.lines().filter_map(|line| {
            let mut fields = line.split('\t');
            Some((
                fields.next()?.trim().to_owned(),
                fields.next()?.trim().to_owned(),
            ))
        });
        Self::of(
            pairs
                .filter(|(one, other)| !one.is_empty() && !other.is_empty())
                .collect(),
        )
    }

    /// Words of two to four syllables, used as often as their rank allows (G. K. Zipf), in sentences of 3 to 30 words.
    fn invent(pairs: usize, random: &mut Random) -> Self {
        const SYLLABLES: [[&str; 12]; 2] = [
            [
                "ba", "ker", "lo", "min", "tu", "sha", "ver", "on", "ri", "pal", "dek", "ys",
            ],
            [
                "ба", "кер", "ло", "мин", "ту", "ша", "вер", "он", "ри", "пал", "дек", "ых",
            ],
        ];
        let mut vocabulary: [Vec<String>; 2] = Default::default();
        for _ in 0..30_000 {
            let syllables: Vec<usize> =
                (0..2 + random.below(3)).map(|_| random.below(12)).collect();
            for (side, words) in vocabulary.iter_mut().enumerate() {
                words.push(syllables.iter().map(|&at| SYLLABLES[side][at]).collect());
            }
        }
        let sentence = |random: &mut Random| -> (String, String) {
            let words: Vec<usize> = (0..3 + random.below(28))
                .map(|_| {
                    // The square of a number below one favours low ranks much as natural texts do.
                    let part = random.below(1 << 20) as f64 / f64::from(1 << 20);
                    ((part * part * part) * 30_000.0) as usize
                })
                .collect();
            let say = |side: usize| {
                let words: Vec<&str> = words
                    .iter()
                    .map(|&word| vocabulary[side][word].as_str())
                    .collect();
                words.join(" ") + "."
            };
            (say(0), say(1))
        };
        Self::of((0..pairs).map(|_| sentence(random)).collect())
    }

    fn of(pairs: Vec<(String, String)>) -> Self {
        let words = |side: fn(&(String, String)) -> &str| {
            let words = pairs.iter().flat_map(|pair| side(pair).split_whitespace());
            words
                .filter(|word| word.chars().all(char::is_alphabetic))
                .map(str::to_owned)
                .collect()
        };
        Self {
            words: [words(|pair| &pair.0), words(|pair| &pair.1)],
            pairs,
        }
    }

    fn grow(&self, random: &mut Random) -> (String, String) {
        let (source, target) = &self.pairs[random.below(self.pairs.len())];
        (
            self.altered(source, 0, random),
            self.altered(target, 1, random),
        )
    }

    fn altered(&self, text: &str, side: usize, random: &mut Random) -> String {
        let mut out = String::with_capacity(text.len() + 16);
        for word in text.split_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            if word.chars().any(|c| c.is_ascii_digit()) {
                out.push_str(&renumbered(word, random));
            } else if random.next().is_multiple_of(REPLACED) && !self.words[side].is_empty() {
                out.push_str(&self.words[side][random.below(self.words[side].len())]);
            } else {
                out.push_str(word);
            }
        }
        out
    }

    fn query(&self, class: &str, source: &str, random: &mut Random) -> String {
        let mut words: Vec<String> = source.split_whitespace().map(str::to_owned).collect();
        match class {
            "number" => words
                .iter_mut()
                .for_each(|word| *word = renumbered(word, random)),
            "edit1-2" => self.edit(&mut words, 1, 2, random),
            "edit3-5" => self.edit(&mut words, 3, 5, random),
            "reorder" => {
                let middle = words.len() / 2;
                words.rotate_left(middle);
            }
            "unrelated" => {
                let count = words.len().max(6);
                let other = &self.words[0];
                words = (0..count)
                    .map(|_| other[random.below(other.len())].clone())
                    .collect();
            }
            _ => {}
        }
        words.join(" ")
    }

    fn edit(&self, words: &mut Vec<String>, least: usize, most: usize, random: &mut Random) {
        for _ in 0..least + random.below(most - least + 1) {
            let at = random.below(words.len());
            let new = self.words[0][random.below(self.words[0].len())].clone();
            match random.below(3) {
                0 => words.insert(at, new),
                1 if words.len() > 1 => drop(words.remove(at)),
                _ => words[at] = new,
            }
        }
    }
}

/// Another number of as many digits.
fn renumbered(word: &str, random: &mut Random) -> String {
    let mut digit = |c: char| match c {
        '0'..='9' => char::from(b'0' + random.below(10) as u8),
        _ => c,
    };
    word.chars().map(&mut digit).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
