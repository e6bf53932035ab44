//! Which texts contain a word: SQLite's FTS5 over words that we cut ourselves.
//!
//! Indexed are the words and numbers of [`crate::text::tokens`] in the form of [`crate::text::fold`], and their stems by the text's own
//! language. Queries are cut by the same rule and quoted, so that nothing in them is taken for FTS5's query language. Where the rule or a
//! language's stems change, the files that exist need a migration that makes the index anew.

use rusqlite::Connection;

use super::texts;
use crate::language::profile;
use crate::memory::UnitId;
use crate::model::Lang;
use crate::text::{TokenKind, fold, tokens};

/// Adds a text to the index.
pub(super) fn index(
    db: &Connection,
    text: i64,
    lang: &Lang,
    content: &str,
) -> rusqlite::Result<()> {
    let [forms, stems] = entry(lang, content);
    db.prepare_cached("INSERT INTO words (rowid, forms, stems) VALUES (?1, ?2, ?3)")?
        .execute((text, forms, stems))?;
    Ok(())
}

/// Removes a text from the index.
pub(super) fn remove(db: &Connection, text: i64) -> rusqlite::Result<()> {
    db.prepare_cached("DELETE FROM words WHERE rowid = ?1")?
        .execute([text])?;
    Ok(())
}

/// Makes the index anew.
pub(super) fn rebuild(db: &Connection) -> rusqlite::Result<()> {
    db.execute_batch("INSERT INTO words (words) VALUES ('delete-all')")?;
    let mut statement = db.prepare(
        "SELECT t.id, l.tag, t.content FROM text t JOIN lang l ON l.id = t.lang ORDER BY t.id",
    )?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let lang = texts::lang(row.get_ref(1)?.as_str()?)?;
        index(db, row.get(0)?, &lang, row.get_ref(2)?.as_str()?)?;
    }
    Ok(())
}

/// Returns a text's words and its stems, parted by spaces.
pub(super) fn entry(lang: &Lang, content: &str) -> [String; 2] {
    let stem = profile(lang).stem;
    let folded = fold(content);
    let [mut forms, mut stems] = [const { String::new() }; 2];
    for word in words(&folded) {
        for (line, word) in [(&mut forms, word), (&mut stems, &stem(word))] {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    [forms, stems]
}

/// Returns the units that [`crate::memory::Lookup::containing`] asks for; `langs` are the numbers of the languages to look in.
pub(super) fn containing(
    db: &Connection,
    groups: &[Vec<String>],
    stems: bool,
    langs: &str,
) -> rusqlite::Result<Vec<UnitId>> {
    let found = |row: &rusqlite::Row<'_>| row.get(0).map(UnitId);
    if groups.is_empty() {
        return db
            .prepare(&format!(
                "SELECT DISTINCT v.unit FROM variant v JOIN unit u ON u.id = v.unit WHERE v.lang IN ({langs}) AND u.status <> 2 ORDER BY v.unit"
            ))?
            .query_map([], found)?
            .collect();
    }
    let Some(query) = query(groups, stems) else {
        return Ok(Vec::new());
    };
    db.prepare(&format!(
        "SELECT DISTINCT v.unit FROM words w JOIN variant v ON v.text = w.rowid JOIN unit u ON u.id = v.unit
         WHERE w.words MATCH ?1 AND v.lang IN ({langs}) AND u.status <> 2 ORDER BY v.unit"
    ))?
    .query_map([query], found)?
    .collect()
}

/// Returns the query in FTS5's language; `None` when a group has nothing that could be found.
fn query(groups: &[Vec<String>], stems: bool) -> Option<String> {
    let mut groups_out = Vec::with_capacity(groups.len());
    for group in groups {
        let phrases: Vec<String> = group
            .iter()
            .filter_map(|word| phrase(word, stems))
            .collect();
        if phrases.is_empty() {
            return None;
        }
        groups_out.push(format!("({})", phrases.join(" OR ")));
    }
    let column = if stems { "stems" } else { "forms" };
    Some(format!("{column} : ({})", groups_out.join(" AND ")))
}

/// Returns a word as a quoted phrase of the words it is cut into, of which the last may be the start of one.
fn phrase(word: &str, stems: bool) -> Option<String> {
    let folded = fold(word);
    let parts: Vec<&str> = words(&folded).collect();
    // A stem of several words (with an apostrophe) was shortened as a whole: its last word may be shorter than that word's own stem.
    let start = word.ends_with('*') || stems && parts.len() > 1;
    (!parts.is_empty()).then(|| format!("\"{}\"{}", parts.join(" "), if start { " *" } else { "" }))
}

fn words(folded: &str) -> impl Iterator<Item = &str> {
    tokens(folded)
        .filter(|token| token.kind != TokenKind::Mark)
        .map(|token| &folded[token.span])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_the_query_language_leaks() {
        let groups = vec![vec!["NEAR(\"a\" OR b)*".to_owned(), "-".to_owned()]];
        assert_eq!(
            query(&groups, false).unwrap(),
            "forms : ((\"near a or b\" *))"
        );
        assert_eq!(query(&[vec!["«»".to_owned()]], false), None);
    }
}
