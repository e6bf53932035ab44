//! Reading PO, entry by entry. Each plural form is a unit of its own.

use std::borrow::Cow;
use std::collections::VecDeque;
use std::io::BufRead as _;

use super::super::jsonl::take_rest;
use super::super::lines::{Lines, warning};
use super::super::source::Position;
use super::super::{Entry as Found, Input, ReadOptions};
use super::entry::{Entry, Parser, charset, header_field};
use super::{CONTEXT, EXTRACTED, FLAG, FUZZY, OWN, PLURAL, REFERENCE};
use crate::error::Result;
use crate::model::{Lang, Note, Prop, Status, TranslationUnit, Variant};

/// The language that a file's `msgid` are in when nobody says: gettext's own advice.
pub(super) const USUAL_SOURCE: &str = "en";

/// The entries of a PO file, read as they are asked for; after an error nothing more comes.
pub(in crate::interchange) struct Reader<'r> {
    lines: Lines<'r>,
    parser: Parser,
    /// The languages that the user names.
    told: Vec<Lang>,
    langs: Option<[Lang; 2]>,
    found: VecDeque<Found>,
    line: u64,
    untranslated: u64,
    obsolete: u64,
    over: bool,
}

impl<'r> Reader<'r> {
    pub(in crate::interchange) fn new(mut input: Input<'r>, options: &ReadOptions) -> Result<Self> {
        let label = match &options.encoding {
            Some(label) => Some(label.clone()),
            None => input.bytes.fill_buf().ok().and_then(|first| {
                let label = charset(first)?;
                Some(String::from_utf8_lossy(label).into_owned())
            }),
        };
        Ok(Self {
            lines: Lines::new(input, label.as_deref())?,
            parser: Parser::default(),
            told: options.languages.clone(),
            langs: None,
            found: VecDeque::new(),
            line: 0,
            untranslated: 0,
            obsolete: 0,
            over: false,
        })
    }

    fn step(&mut self) -> Result<bool> {
        let Some(line) = self.lines.next()? else {
            if self.parser.is_inside() {
                let at = self.lines.position();
                return Err(self
                    .lines
                    .fault(at, "the file ends inside an entry: it was cut off"));
            }
            if let Some(entry) = self.parser.finish() {
                self.take(entry)?;
            }
            self.end();
            return Ok(false);
        };
        self.line += 1;
        let number = usize::try_from(self.line).unwrap_or(usize::MAX);
        match self.parser.line(line, number..number) {
            Ok(None) => {}
            Ok(Some(entry)) => self.take(entry)?,
            Err(reason) => {
                let at = self.lines.position();
                return Err(self.lines.fault(at, reason));
            }
        }
        Ok(true)
    }

    fn end(&mut self) {
        let counts = [
            (self.untranslated, "texts without a translation: no units"),
            (self.obsolete, "obsolete entries: left out"),
        ];
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            let at = self.lines.position();
            self.found
                .push_back(Found::Warning(warning(at, format!("{count} {what}"))));
        }
    }

    fn take(&mut self, entry: Entry) -> Result<()> {
        let at = Position {
            line: entry.start as u64,
            column: 1,
        };
        if entry.is_header() {
            let header = entry.strings.first().map_or("", String::as_str);
            let lang =
                |name| header_field(header, name).and_then(|tag| Lang::new(&po_tag(tag)).ok());
            let source = lang("X-Source-Language").or_else(|| Lang::new(USUAL_SOURCE).ok());
            if let (Some(source), Some(target), true) =
                (source, lang("Language"), self.told.is_empty())
            {
                self.langs = Some([source, target]);
            }
            return Ok(());
        }
        if entry.obsolete {
            self.obsolete += 1;
            return Ok(());
        }
        let langs = match (&self.langs, self.told.as_slice()) {
            (_, [source, target]) if source != target => [source.clone(), target.clone()],
            (Some(langs), _) => langs.clone(),
            _ => {
                return Err(self.lines.fault(
                    at,
                    "the header does not name the language: name source and target, with `--langs en,be` for instance",
                ));
            }
        };
        for form in 0..entry.strings.len() {
            let source = self.clean(entry.source(form), at);
            let target = self.clean(&entry.strings[form], at);
            let source = Variant::new(langs[0].clone(), source);
            let target = Variant::new(langs[1].clone(), target);
            let (Ok(source), Ok(target)) = (source, target) else {
                self.untranslated += 1;
                continue;
            };
            self.unit(&entry, form, [source, target], at);
        }
        Ok(())
    }

    /// Returns a text without the control characters that no text format can hold.
    fn clean<'t>(&mut self, text: &'t str, at: Position) -> Cow<'t, str> {
        let stays = |c: &char| *c >= ' ' || matches!(c, '\n' | '\r' | '\t');
        let dropped = text.chars().filter(|c| !stays(c)).count();
        if dropped == 0 {
            return Cow::Borrowed(text);
        }
        let reason = format!("{dropped} control characters: dropped");
        self.found.push_back(Found::Warning(warning(at, reason)));
        Cow::Owned(text.chars().filter(stays).collect())
    }

    fn unit(&mut self, entry: &Entry, form: usize, sides: [Variant; 2], at: Position) {
        let mut unit = TranslationUnit {
            source_lang: Some(sides[0].lang.clone()),
            variants: sides.into(),
            status: if entry.is_fuzzy() {
                Status::Automatic
            } else {
                Status::Confirmed
            },
            notes: entry
                .notes
                .iter()
                .filter(|note| !note.trim().is_empty())
                .map(|note| Note {
                    text: note.clone(),
                    attributes: Vec::new(),
                })
                .collect(),
            ..TranslationUnit::default()
        };
        let own = entry
            .extracted
            .iter()
            .find_map(|text| text.strip_prefix(OWN));
        let plural = entry.plural.is_some().then(|| form.to_string());
        let flags = entry.flags.iter().filter(|flag| *flag != FUZZY);
        let props = entry
            .context
            .iter()
            .map(|text| (CONTEXT, text.clone()))
            .chain(
                entry
                    .references
                    .iter()
                    .map(|text| (REFERENCE, text.clone())),
            )
            .chain(flags.map(|text| (FLAG, text.clone())))
            .chain(entry.extracted.iter().map(|text| (EXTRACTED, text.clone())))
            .chain(plural.map(|form| (PLURAL, form)));
        unit.props = props
            .map(|(name, value)| Prop {
                name: name.to_owned(),
                value,
                attributes: Vec::new(),
            })
            .collect();
        if let Some(own) = own {
            let said = unit.status;
            match take_rest(own, &mut unit) {
                Ok(()) if said == Status::Confirmed => unit.status = said,
                Ok(()) if unit.status == Status::Confirmed => unit.status = said,
                Ok(()) => {}
                Err(reason) => {
                    let reason = format!("what follows `{OWN}` is left out: {reason}");
                    self.found.push_back(Found::Warning(warning(at, reason)));
                }
            }
        }
        self.found.push_back(Found::Unit {
            unit,
            line: at.line,
            column: at.column,
        });
    }
}

/// Returns gettext's name of a language (`be@latin`, `pt_BR`) as a tag.
pub(super) fn po_tag(name: &str) -> String {
    match name.split_once('@') {
        Some((lang, "latin")) => format!("{lang}-Latn"),
        Some((lang, "cyrillic")) => format!("{lang}-Cyrl"),
        Some((lang, variant)) => format!("{lang}-{variant}"),
        None => name.to_owned(),
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Found>;

    fn next(&mut self) -> Option<Result<Found>> {
        loop {
            if let Some(entry) = self.found.pop_front() {
                return Some(Ok(entry));
            }
            if self.over {
                return None;
            }
            match self.step() {
                Ok(more) => self.over = !more,
                Err(error) => {
                    self.over = true;
                    return Some(Err(error));
                }
            }
        }
    }
}
