//! How well does the aligner do on texts whose alignment is known?
//!
//!     cargo run --release --example evaluate -- DATA [--ablation] [--set NAME=VALUE]... [--only TEXT] [--beads FOLDER] [--half even|odd] [--thirds FILE]
//!         [--diagram FILE.svg]
//!
//! DATA holds `ntrex/en-{ru,be}/{hard,lines,long}/NAME.{en,ru|be,gold}` and `text-berg-dev/dev.{de,fr,gold}`. Strict and lax F1 are those of the
//! vecalign paper (Thompson and Koehn 2019): precision over all beads, recall over links; a left-out group counts as so many beads. `links` leaves
//! left-out segments out of the precision, `nulls` is the F1 of the left-out segments themselves, `error` the expected calibration error of links. `--half` counts every other text
//! only, so that what is tuned on one half can be checked on the other; all are aligned all the same. `--diagram` writes the reliability of all links
//! as a picture. `--thirds FILE` chooses among the settings of FILE, a line each of NAME=VALUE divided by spaces, by cross-validation on the
//! German–French text: each third is scored with the settings that are best on the other two.

#![expect(clippy::print_stdout, reason = "what it measures is printed")]

#[path = "evaluate_raw.rs"]
mod raw;
#[path = "reliability.rs"]
mod reliability;

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::time::Instant;

use diglot::align::{Settings, align_all};
use diglot::model::{Alignment, Bitext, Lang, Side};

type Failure = Box<dyn std::error::Error>;
type Ids = (Vec<usize>, Vec<usize>);

/// A set of texts that is scored as one.
struct Track {
    name: String,
    bitexts: Vec<Bitext>,
    names: Vec<String>,
    gold: Vec<Vec<Ids>>,
    learn: bool,
}

fn main() -> Result<(), Failure> {
    let arguments = Arguments::parse()?;
    let tracks = tracks(&arguments)?;
    println!(
        "diglot {} | data {} | signals {}",
        env!("CARGO_PKG_VERSION"),
        arguments.data.display(),
        signals(&arguments.settings)
    );
    println!("{:<22} strict    lax  links  nulls  error  CPU s", "track");
    let mut all = Counts::default();
    for track in &tracks {
        all.plus(&report(track, &arguments)?);
    }
    println!(
        "{:<22} calibration error {:.4}",
        "all",
        all.calibration_error()
    );
    raw::report(&arguments)?;
    if let Some(file) = &arguments.diagram {
        std::fs::write(file, reliability::diagram(&all.tenths))?;
    }
    if let Some(file) = &arguments.thirds {
        thirds(&tracks, &arguments.settings, file)?;
    }
    if arguments.ablation {
        ablation(&tracks, &arguments.settings);
    }
    Ok(())
}

struct Arguments {
    data: PathBuf,
    ablation: bool,
    only: Option<String>,
    /// 0 counts the even texts only, 1 the odd ones.
    half: Option<usize>,
    beads: Option<PathBuf>,
    diagram: Option<PathBuf>,
    thirds: Option<PathBuf>,
    settings: Settings,
}

impl Arguments {
    fn parse() -> Result<Self, Failure> {
        let mut parsed = Self {
            data: PathBuf::new(),
            ablation: false,
            only: None,
            half: None,
            beads: None,
            diagram: None,
            thirds: None,
            settings: Settings::default(),
        };
        let mut rest = std::env::args().skip(1);
        while let Some(argument) = rest.next() {
            match argument.as_str() {
                "--ablation" => parsed.ablation = true,
                "--only" => parsed.only = rest.next(),
                "--half" => {
                    let half = rest.next();
                    parsed.half = Some(usize::from(half.as_deref() == Some("odd")));
                }
                "--beads" => parsed.beads = rest.next().map(PathBuf::from),
                "--diagram" => parsed.diagram = rest.next().map(PathBuf::from),
                "--thirds" => parsed.thirds = rest.next().map(PathBuf::from),
                "--set" => {
                    let change = rest.next().unwrap_or_default();
                    let (name, value) = change.split_once('=').ok_or("--set takes NAME=VALUE")?;
                    set(&mut parsed.settings, name, value)?;
                }
                path => parsed.data = PathBuf::from(path),
            }
        }
        Ok(parsed)
    }
}

fn set(settings: &mut Settings, name: &str, value: &str) -> Result<(), Failure> {
    match name {
        "gap_open" => settings.gap_open = value.parse()?,
        "gap_extend" => settings.gap_extend = value.parse()?,
        "word_weight" => settings.word_weight = value.parse()?,
        "length_weight" => settings.length_weight = value.parse()?,
        "length_variance" => settings.length_variance = value.parse()?,
        "length_variance_short" => settings.length_variance_short = value.parse()?,
        "unexplained" => settings.unexplained = value.parse()?,
        "unknown" => settings.unknown = value.parse()?,
        "rarest" => settings.rarest = value.parse()?,
        "background" => settings.background = value.parse()?,
        "shipped" => settings.signals.shipped = value.parse()?,
        "informed_unexplained" => settings.informed_unexplained = value.parse()?,
        "informed_gap" => settings.informed_gap = value.parse()?,
        "trust_shipped" => settings.trust_shipped = value.parse()?,
        "trust_learnt" => settings.trust_learnt = value.parse()?,
        "rounds" => settings.rounds = value.parse()?,
        "temperature" => settings.temperature = value.parse()?,
        "temperature_learnt" => settings.temperature_learnt = value.parse()?,
        "risk" => settings.risk = value.parse()?,
        prior if prior.starts_with("prior") => {
            let at: usize = prior["prior".len()..].parse()?;
            *settings.priors.get_mut(at).ok_or("no such prior")? = value.parse()?;
        }
        _ => return Err(format!("no setting `{name}`").into()),
    }
    Ok(())
}

fn signals(settings: &Settings) -> String {
    let on = settings.signals;
    [
        ("length", on.length),
        ("numbers", on.numbers),
        ("names", on.names),
        ("punctuation", on.punctuation),
        ("identical", on.identical),
        ("lexicon", on.lexicon),
        ("shipped", on.shipped),
        ("structure", on.structure),
    ]
    .into_iter()
    .filter_map(|(name, on)| on.then_some(name))
    .collect::<Vec<_>>()
    .join("+")
}

fn tracks(arguments: &Arguments) -> Result<Vec<Track>, Failure> {
    let mut tracks = Vec::new();
    let ntrex = arguments.data.join("ntrex");
    for other in ["ru", "be"] {
        for (name, folder, learn) in [
            ("hard", "hard", false),
            ("hard learnt", "hard", true),
            ("lines", "lines", false),
            ("long", "long", false),
        ] {
            let folder = ntrex.join(format!("en-{other}")).join(folder);
            tracks.push(track(
                format!("{name} en-{other}"),
                &folder,
                ("en", other),
                learn,
            )?);
        }
    }
    let berg = arguments.data.join("text-berg-dev");
    tracks.push(track("text-berg de-fr".into(), &berg, ("de", "fr"), false)?);
    if let Some(only) = &arguments.only {
        tracks.retain(|track| track.name.contains(only.as_str()));
    }
    Ok(tracks)
}

fn track(
    name: String,
    folder: &Path,
    (from, to): (&str, &str),
    learn: bool,
) -> Result<Track, Failure> {
    let mut names: Vec<String> = std::fs::read_dir(folder)?
        .filter_map(|entry| {
            entry
                .ok()?
                .file_name()
                .into_string()
                .ok()?
                .strip_suffix(".gold")
                .map(str::to_owned)
        })
        .collect();
    names.sort();
    let side = |name: &str, tag: &str| -> Result<Side, Failure> {
        let text = std::fs::read_to_string(folder.join(format!("{name}.{tag}")))?;
        Ok(Side::from_lines(Lang::new(tag)?, text.lines()))
    };
    let mut track = Track {
        name,
        bitexts: Vec::new(),
        names: Vec::new(),
        gold: Vec::new(),
        learn,
    };
    for name in names {
        track.bitexts.push(Bitext {
            source: side(&name, from)?,
            target: side(&name, to)?,
        });
        let gold = std::fs::read_to_string(folder.join(format!("{name}.gold")))?;
        track
            .gold
            .push(gold.lines().filter_map(read_bead).collect());
        track.names.push(name);
    }
    Ok(track)
}

fn read_bead(line: &str) -> Option<Ids> {
    let ids = |field: &str| -> Vec<usize> {
        let inner = field.trim().trim_matches(['[', ']']);
        inner
            .split(',')
            .filter_map(|id| id.trim().parse().ok())
            .collect()
    };
    let mut fields = line.split(':');
    Some((ids(fields.next()?), ids(fields.next()?)))
}

fn report(track: &Track, arguments: &Arguments) -> Result<Counts, Failure> {
    let begin = (Instant::now(), cpu_seconds());
    let alignments = align_all(&track.bitexts, &[], &arguments.settings, track.learn);
    let seconds = match (begin.1, cpu_seconds()) {
        (Some(before), Some(after)) => after - before,
        _ => begin.0.elapsed().as_secs_f64(),
    };
    let mut counts = Counts::default();
    let texts = track.names.iter().zip(&alignments).zip(&track.gold);
    for (at, ((name, alignment), gold)) in texts.enumerate() {
        if arguments.half.is_none_or(|half| at % 2 == half) {
            counts.add(gold, alignment);
        }
        if let Some(folder) = &arguments.beads {
            let folder = folder.join(track.name.replace(' ', "-"));
            std::fs::create_dir_all(&folder)?;
            let lines: String = alignment
                .beads()
                .iter()
                .map(|bead| {
                    let list = |range: &std::ops::Range<usize>| {
                        format!("{:?}", range.clone().collect::<Vec<_>>())
                    };
                    format!(
                        "{}:{}:{:.3}\n",
                        list(&bead.source),
                        list(&bead.target),
                        bead.probability
                    )
                })
                .collect();
            std::fs::write(folder.join(format!("{name}.out")), lines)?;
        }
    }
    println!(
        "{:<22} {:.4} {:.4} {:.4} {:.4} {:.4} {:.3}",
        track.name,
        counts.strict(),
        counts.lax(),
        counts.links(),
        counts.nulls(),
        counts.calibration_error(),
        seconds
    );
    Ok(counts)
}

/// Scores each third of the one text of a track with the settings that are best on the other two.
fn thirds(tracks: &[Track], given: &Settings, file: &Path) -> Result<(), Failure> {
    let Some(track) = tracks.iter().find(|track| track.name.contains("text-berg")) else {
        return Err("there is no German–French text".into());
    };
    let (bitext, gold) = (&track.bitexts[0], &track.gold[0]);
    let third = |(source, target): &Ids| match (source.first(), target.first()) {
        (Some(at), _) => 3 * at / bitext.source.segments(),
        (_, Some(at)) => 3 * at / bitext.target.segments(),
        _ => 0,
    };
    let lines = std::fs::read_to_string(file)?;
    let mut candidates: Vec<(&str, Vec<Counts>)> = Vec::new();
    for line in lines.lines() {
        let mut settings = given.clone();
        for change in line.split_whitespace() {
            let (name, value) = change.split_once('=').ok_or("NAME=VALUE is needed")?;
            set(&mut settings, name, value)?;
        }
        let alignments = align_all(&track.bitexts, &[], &settings, false);
        let found = |part: usize| {
            let mut counts = Counts::default();
            counts.add_where(gold, &alignments[0], |ids| third(ids) == part);
            counts
        };
        candidates.push((line, (0..3).map(found).collect()));
    }
    let mut all = Counts::default();
    for part in 0..3 {
        let others = |counts: &[Counts]| {
            let mut sum = Counts::default();
            (0..3)
                .filter(|&other| other != part)
                .for_each(|other| sum.plus(&counts[other]));
            sum.strict()
        };
        let best = candidates
            .iter()
            .max_by(|a, b| others(&a.1).total_cmp(&others(&b.1)));
        let (line, counts) = best.ok_or("no settings to choose from")?;
        println!(
            "third {}: strict {:.4} with `{line}`, {:.4} on the other two",
            part + 1,
            counts[part].strict(),
            others(counts)
        );
        all.plus(&counts[part]);
    }
    println!("cross-validated strict {:.4}", all.strict());
    Ok(())
}

fn ablation(tracks: &[Track], settings: &Settings) {
    println!("\nstrict F1 without each signal");
    print!("{:<14}", "");
    for track in tracks {
        print!(" {:>16}", track.name);
    }
    println!();
    type Change = fn(&mut Settings);
    let without: [(&str, Change); 9] = [
        ("(all)", |_| {}),
        ("length", |s| s.signals.length = false),
        ("numbers", |s| s.signals.numbers = false),
        ("names", |s| s.signals.names = false),
        ("punctuation", |s| s.signals.punctuation = false),
        ("identical", |s| s.signals.identical = false),
        ("lexicon", |s| s.signals.lexicon = false),
        ("shipped", |s| s.signals.shipped = false),
        ("structure", |s| s.signals.structure = false),
    ];
    for (name, take_away) in without {
        let mut settings = settings.clone();
        take_away(&mut settings);
        print!("{name:<14}");
        for track in tracks {
            let alignments = align_all(&track.bitexts, &[], &settings, track.learn);
            let mut counts = Counts::default();
            for (alignment, gold) in alignments.iter().zip(&track.gold) {
                counts.add(gold, alignment);
            }
            print!(" {:>16.4}", counts.strict());
        }
        println!();
    }
}

/// Beads counted over all texts of a track.
#[derive(Default)]
struct Counts {
    beads: usize,
    strict_right: usize,
    lax_right: usize,
    gold_links: usize,
    gold_found: usize,
    gold_touched: usize,
    links: usize,
    links_right: usize,
    nulls: usize,
    gold_nulls: usize,
    nulls_right: usize,
    /// Links, right ones and the sum of probabilities by tenth of probability.
    tenths: [(usize, usize, f64); 10],
}

impl Counts {
    fn add(&mut self, gold: &[Ids], alignment: &Alignment) {
        self.add_where(gold, alignment, |_| true);
    }

    fn plus(&mut self, other: &Self) {
        for (mine, theirs) in [
            (&mut self.beads, other.beads),
            (&mut self.strict_right, other.strict_right),
            (&mut self.lax_right, other.lax_right),
            (&mut self.gold_links, other.gold_links),
            (&mut self.gold_found, other.gold_found),
            (&mut self.gold_touched, other.gold_touched),
            (&mut self.links, other.links),
            (&mut self.links_right, other.links_right),
            (&mut self.nulls, other.nulls),
            (&mut self.gold_nulls, other.gold_nulls),
            (&mut self.nulls_right, other.nulls_right),
        ] {
            *mine += theirs;
        }
        for (mine, theirs) in self.tenths.iter_mut().zip(&other.tenths) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
            mine.2 += theirs.2;
        }
    }

    /// Adds the beads of a text that `counts` says yes to.
    fn add_where(&mut self, gold: &[Ids], alignment: &Alignment, counts: impl Fn(&Ids) -> bool) {
        let gold = single_nulls(gold.iter().cloned());
        let found = alignment
            .beads()
            .iter()
            .map(|bead| (bead.source.clone().collect(), bead.target.clone().collect()));
        let found = single_nulls(found);
        let in_gold: HashSet<&Ids> = gold.iter().collect();
        let in_found: HashSet<&Ids> = found.iter().collect();
        let cells = |beads: &[Ids]| -> HashSet<(usize, usize)> {
            beads
                .iter()
                .flat_map(|(s, t)| s.iter().flat_map(move |&i| t.iter().map(move |&j| (i, j))))
                .collect()
        };
        let (gold_cells, found_cells) = (cells(&gold), cells(&found));
        let touches = |cells: &HashSet<(usize, usize)>, (s, t): &Ids| {
            s.iter()
                .any(|&i| t.iter().any(|&j| cells.contains(&(i, j))))
        };
        let is_link = |(s, t): &Ids| !s.is_empty() && !t.is_empty();
        for bead in found.iter().filter(|bead| counts(bead)) {
            let right = in_gold.contains(bead);
            self.beads += 1;
            self.strict_right += usize::from(right);
            self.lax_right += usize::from(right || touches(&gold_cells, bead));
            if is_link(bead) {
                self.links += 1;
                self.links_right += usize::from(right);
            } else {
                self.nulls += 1;
                self.nulls_right += usize::from(right);
            }
        }
        for bead in gold.iter().filter(|bead| counts(bead)) {
            if is_link(bead) {
                self.gold_links += 1;
                self.gold_found += usize::from(in_found.contains(bead));
                self.gold_touched += usize::from(touches(&found_cells, bead));
            } else {
                self.gold_nulls += 1;
            }
        }
        for link in alignment.links() {
            let ids: Ids = (link.source.clone().collect(), link.target.clone().collect());
            if !counts(&ids) {
                continue;
            }
            let tenth = &mut self.tenths[((link.probability * 10.0) as usize).min(9)];
            tenth.0 += 1;
            tenth.1 += usize::from(in_gold.contains(&ids));
            tenth.2 += link.probability;
        }
    }

    fn strict(&self) -> f64 {
        f1(
            self.strict_right,
            self.beads,
            self.gold_found,
            self.gold_links,
        )
    }

    fn lax(&self) -> f64 {
        f1(
            self.lax_right,
            self.beads,
            self.gold_touched,
            self.gold_links,
        )
    }

    fn links(&self) -> f64 {
        f1(
            self.links_right,
            self.links,
            self.gold_found,
            self.gold_links,
        )
    }

    fn nulls(&self) -> f64 {
        f1(
            self.nulls_right,
            self.nulls,
            self.nulls_right,
            self.gold_nulls,
        )
    }

    /// The mean difference between probability and share of right links, over tenths of probability.
    fn calibration_error(&self) -> f64 {
        let apart: f64 = self
            .tenths
            .iter()
            .map(|&(_, right, sum)| (right as f64 - sum).abs())
            .sum();
        apart / self.links.max(1) as f64
    }
}

fn single_nulls(beads: impl Iterator<Item = Ids>) -> Vec<Ids> {
    beads
        .flat_map(
            |(source, target)| match (source.is_empty(), target.is_empty()) {
                (false, true) => source.into_iter().map(|id| (vec![id], vec![])).collect(),
                (true, false) => target.into_iter().map(|id| (vec![], vec![id])).collect(),
                _ => vec![(source, target)],
            },
        )
        .collect()
}

fn f1(precise: usize, of: usize, recalled: usize, wanted: usize) -> f64 {
    let (precision, recall) = (
        precise as f64 / of.max(1) as f64,
        recalled as f64 / wanted.max(1) as f64,
    );
    if precision + recall > 0.0 {
        2.0 * precision * recall / (precision + recall)
    } else {
        0.0
    }
}

/// The processor time this process has used, where the system tells it in the way of Linux.
fn cpu_seconds() -> Option<f64> {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    Some((ticks(11)? + ticks(12)?) / TICKS_PER_SECOND)
}
