//! The lexicon that ships with the program, `memories/lexicon.tsv`, as it is written: the aligner learns from all of it, a repair asks it for names.

/// The table: headword, part of speech and renderings, divided by tabs; expressions of a cell by `; `.
pub(crate) static LEXICON: &str = include_str!("../../memories/lexicon.tsv");

/// The languages of the lexicon, with the column of each.
pub(crate) const LEXICON_COLUMNS: [(&str, usize); 3] = [("en", 0), ("ru", 2), ("be", 3)];
