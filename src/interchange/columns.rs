//! Tables of units: which column holds what, rows to units and back. CSV, TSV with chosen columns and XLSX meet here.
//!
//! A column is known by the name in its first row: a language tag for texts, `unit` for the identifier, `status`, `probability`, `source_lang`,
//! `note`. A row without a status counts as confirmed, one with a probability as automatic, as in TSV.

use super::lines::warning;
use super::record::probability;
use super::source::Position;
use super::{Entry, Losses, ReadOptions, WriteOptions};
use crate::error::Error;
use crate::model::{Lang, Note, Status, TranslationUnit, Variant};

/// What a column of a table holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Column {
    /// The text in a language.
    Text(Lang),
    /// The unit's identifier.
    Unit,
    /// Its status.
    Status,
    /// Its probability, 0 to 1.
    Probability,
    /// The language that the others render.
    SourceLang,
    /// A remark.
    Note,
}

/// The columns of a table that is read: far more than a person fills, far fewer than a hostile one has.
pub(super) const MAX_COLUMNS: usize = 256;

/// The columns that are no texts.
const OTHERS: [Column; 5] = [
    Column::Unit,
    Column::Status,
    Column::Probability,
    Column::SourceLang,
    Column::Note,
];

impl Column {
    /// Returns the name in the first row.
    pub fn name(&self) -> &str {
        match self {
            Self::Text(lang) => lang.as_str(),
            Self::Unit => "unit",
            Self::Status => "status",
            Self::Probability => "probability",
            Self::SourceLang => "source_lang",
            Self::Note => "note",
        }
    }

    /// Returns the column of a name in any case, if it is one: of language tags those whose first part has two or three letters.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim();
        let other = OTHERS
            .into_iter()
            .find(|column| column.name().eq_ignore_ascii_case(name));
        other.or_else(|| {
            let lang = Lang::new(name).ok()?;
            (2..=3)
                .contains(&lang.primary().len())
                .then_some(Self::Text(lang))
        })
    }
}

/// Says whether a line names the columns of a table of units: two languages at least.
pub(super) fn are_names(line: &str) -> bool {
    let names = line.trim().split([',', ';', '\t']);
    let columns = names.map(|name| Column::from_name(name.trim_matches('"')));
    columns
        .filter(|column| matches!(column, Some(Column::Text(_))))
        .count()
        >= 2
}

/// The columns of a table that is read: each with its number from 0.
struct Layout(Vec<(usize, Column)>);

/// What a first row turns out to be.
struct Head {
    layout: Layout,
    /// Whether the row names the columns, or is a row like the others.
    names: bool,
    /// What has to be said of it.
    remarks: Vec<String>,
}

/// A table that is read row by row.
pub(super) struct Table {
    name: String,
    options: ReadOptions,
    /// What the first row said.
    layout: Option<Layout>,
}

impl Table {
    /// Returns a table of this name of which no row was read yet.
    pub(super) fn new(name: String, options: &ReadOptions) -> Self {
        Self {
            name,
            options: options.clone(),
            layout: None,
        }
    }

    /// Returns the name of the input.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Returns the unit of the next row, and warnings.
    ///
    /// # Errors
    /// When it is the first row and the columns cannot be told.
    pub(super) fn row(&mut self, cells: &[&str], at: Position) -> crate::error::Result<Vec<Entry>> {
        if let Some(layout) = &self.layout {
            return Ok(layout.unit(cells, at));
        }
        let head = Layout::of(cells, &self.options).map_err(|reason| Error::Syntax {
            name: self.name.clone(),
            line: at.line,
            column: at.column,
            reason,
        })?;
        let remarks = head.remarks.into_iter();
        let mut entries: Vec<Entry> = remarks
            .map(|reason| Entry::Warning(warning(at, reason)))
            .collect();
        let layout = self.layout.insert(head.layout);
        if !head.names {
            entries.extend(layout.unit(cells, at));
        }
        Ok(entries)
    }
}

impl Layout {
    /// Returns the columns that a table has by its first row and what the user says; the reason when that cannot be told.
    fn of(first: &[&str], options: &ReadOptions) -> Result<Head, String> {
        if first.len() > MAX_COLUMNS {
            return Err(format!(
                "{} columns, more than {MAX_COLUMNS}: this is no table of units",
                first.len()
            ));
        }
        let named: Vec<Option<Column>> = first.iter().map(|cell| Column::from_name(cell)).collect();
        if !options.columns.is_empty() {
            return Self::chosen(first, &named, options);
        }
        let texts = named
            .iter()
            .filter(|column| matches!(column, Some(Column::Text(_))))
            .count();
        if texts >= 2 {
            let unknown: Vec<String> = first
                .iter()
                .zip(&named)
                .filter(|(_, column)| column.is_none())
                .map(|(cell, _)| format!("the column `{cell}` is none that is known: left out"))
                .collect();
            let layout = named
                .into_iter()
                .enumerate()
                .filter_map(|(at, column)| Some((at, column?)))
                .collect();
            return Ok(Head {
                layout: Self(layout),
                names: true,
                remarks: unknown,
            });
        }
        match options.languages.as_slice() {
            [source, target] if first.len() >= 2 => Ok(Head {
                layout: Self(vec![
                    (0, Column::Text(source.clone())),
                    (1, Column::Text(target.clone())),
                ]),
                names: false,
                remarks: Vec::new(),
            }),
            _ => Err("expected a first line that names at least two languages, such as `ru,en,status`: add it, or say which column \
                      is which with `--columns ru=1,en=2`"
                .to_owned()),
        }
    }

    fn chosen(
        first: &[&str],
        named: &[Option<Column>],
        options: &ReadOptions,
    ) -> Result<Head, String> {
        let mut layout = Vec::new();
        let mut by_name = false;
        for (column, place) in &options.columns {
            let number = place.trim().parse::<usize>().ok();
            let named = first
                .iter()
                .position(|cell| cell.trim().to_lowercase() == place.trim().to_lowercase());
            let at = named.filter(|_| number.is_none());
            by_name |= at.is_some();
            match at.or(number.and_then(|number| number.checked_sub(1))) {
                Some(at) => layout.push((at, column.clone())),
                None => {
                    return Err(format!(
                        "no column `{place}`; the first line has: {}",
                        first.join(", ")
                    ));
                }
            }
        }
        // Of columns chosen by number, a first line that names one of them as it was chosen is a head, any other a row.
        let names_itself = layout.iter().any(|(at, column)| {
            named
                .get(*at)
                .is_some_and(|name| name.as_ref() == Some(column))
        });
        Ok(Head {
            layout: Self(layout),
            names: by_name || names_itself,
            remarks: Vec::new(),
        })
    }

    /// Returns the unit of a row, and warnings.
    fn unit(&self, cells: &[&str], at: Position) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut warn = |reason: String| entries.push(Entry::Warning(warning(at, reason)));
        let mut unit = TranslationUnit::default();
        let mut status = None;
        let mut source = None;
        for (number, column) in &self.0 {
            let cell = cells.get(*number).copied().unwrap_or_default();
            if cell.trim().is_empty() {
                continue;
            }
            match column {
                Column::Text(lang) => {
                    let dropped = cell.chars().filter(|&c| is_dropped(c)).count();
                    if dropped > 0 {
                        warn(format!("{dropped} control characters: dropped"));
                    }
                    let text: String = cell.chars().filter(|&c| !is_dropped(c)).collect();
                    unit.variants.extend(Variant::new(lang.clone(), text).ok());
                }
                Column::Unit => unit.id = Some(cell.to_owned()),
                Column::Status => match Status::from_name(&cell.trim().to_lowercase()) {
                    Some(given) => status = Some(given),
                    None => warn(format!(
                        "`{cell}` is no status (automatic, confirmed, rejected): taken for automatic"
                    )),
                },
                Column::Probability => match parse_probability(cell) {
                    Some(given) => unit.probability = Some(given),
                    None => warn(format!("`{cell}` is no probability from 0 to 1: left out")),
                },
                Column::SourceLang => match Lang::new(cell) {
                    Ok(lang) => source = Some(lang),
                    Err(_) => warn(format!("`{cell}` is no language tag: left out")),
                },
                Column::Note => unit.notes.push(Note {
                    text: cell.to_owned(),
                    attributes: Vec::new(),
                }),
            }
        }
        if unit.variants.len() < 2 {
            if cells.iter().any(|cell| !cell.trim().is_empty()) {
                warn("texts in fewer than two languages: no unit".to_owned());
            }
            return entries;
        }
        let has_status = self.0.iter().any(|(_, column)| *column == Column::Status);
        unit.status = match (status, unit.probability) {
            (Some(status), _) => status,
            (None, None) if !has_status => Status::Confirmed,
            (None, _) => Status::Automatic,
        };
        // A table with a column for the source may leave it open; else the first column is the source.
        let open = self
            .0
            .iter()
            .any(|(_, column)| *column == Column::SourceLang);
        let first = (!open).then(|| unit.variants[0].lang.clone());
        unit.source_lang = source.or(first);
        entries.push(Entry::Unit {
            unit,
            line: at.line,
            column: at.column,
        });
        entries
    }
}

/// Says whether a cell's text cannot have this character.
pub(super) fn is_dropped(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r' | '\t')
}

/// Reads a probability as people write it: `0.85`, `0,85`, `85 %`.
fn parse_probability(cell: &str) -> Option<f64> {
    let cell = cell.trim().replace(',', ".");
    match cell.strip_suffix('%') {
        Some(percent) => probability(percent.trim().parse::<f64>().ok()? / 100.0),
        None => probability(cell.parse().ok()?),
    }
}

/// Returns the columns that are written: those chosen, else all that a unit may have, with the languages told or those of the first unit.
pub(super) fn to_write(options: &WriteOptions, first: &TranslationUnit) -> Vec<Column> {
    if !options.columns.is_empty() {
        return options.columns.clone();
    }
    let mut languages = options.languages.clone();
    if languages.is_empty() {
        languages.extend(first.source_lang.clone());
        for variant in &first.variants {
            if !languages.contains(&variant.lang) {
                languages.push(variant.lang.clone());
            }
        }
    }
    let texts = languages.into_iter().map(Column::Text);
    [Column::Unit]
        .into_iter()
        .chain(texts)
        .chain([
            Column::Status,
            Column::Probability,
            Column::SourceLang,
            Column::Note,
        ])
        .collect()
}

/// Returns the cells of a unit, and counts what they cannot hold; `None` for a unit with texts in fewer than two of the languages.
pub(super) fn cells(
    columns: &[Column],
    unit: &TranslationUnit,
    losses: &mut Losses,
) -> Option<Vec<String>> {
    let mut written: Vec<&Variant> = Vec::new();
    let mut row = Vec::with_capacity(columns.len());
    for column in columns {
        row.push(match column {
            Column::Text(lang) => match unit.variant(lang) {
                Some(variant) if !written.iter().any(|other| std::ptr::eq(*other, variant)) => {
                    written.push(variant);
                    let text = variant.text();
                    losses.characters += text.chars().filter(|&c| is_dropped(c)).count() as u64;
                    text.chars().filter(|&c| !is_dropped(c)).collect()
                }
                _ => String::new(),
            },
            Column::Unit => unit.id.clone().unwrap_or_default(),
            Column::Status => unit.status.as_str().to_owned(),
            Column::Probability => unit.probability.map(|p| p.to_string()).unwrap_or_default(),
            Column::SourceLang => unit
                .source_lang
                .as_ref()
                .map(Lang::to_string)
                .unwrap_or_default(),
            Column::Note => {
                let notes: Vec<&str> = unit.notes.iter().map(|note| note.text.as_str()).collect();
                notes.join("\n")
            }
        });
    }
    if written.len() < 2 {
        losses.units += 1;
        return None;
    }
    losses.variants += (unit.variants.len() - written.len()) as u64;
    let has = |column| columns.contains(&column);
    let mut lost = unit.history.attributes.len() + unit.props.len();
    lost += usize::from(unit.id.is_some() && !has(Column::Unit));
    lost += match has(Column::Note) {
        true => unit.notes.len().saturating_sub(1),
        false => unit.notes.len(),
    };
    for variant in written {
        lost += variant.places.len()
            + variant.history.attributes.len()
            + variant.notes.len()
            + variant.props.len();
        losses.codes += variant.codes.len() as u64;
    }
    losses.properties += lost as u64;
    Some(row)
}
