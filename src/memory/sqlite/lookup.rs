//! The reading half: finding over tables and the index of words.

use std::rc::Rc;

use super::stretches::{self, SEGMENT};
use super::{Sqlite, content, log, shelves, survey, texts};
use crate::error::{Error, Result};
use crate::index::{Part, TextId};
use crate::memory::{Hold, Lookup, Neighbours, Shelf, Standing, UnitId};
use crate::model::{Lang, Stretch, TranslationUnit};
use crate::text::normalise;

impl Lookup for Sqlite {
    fn revision(&self) -> Result<u64> {
        self.read(log::revision(&self.db))
    }

    fn languages(&self) -> Result<Vec<(Lang, u64)>> {
        self.read(survey::languages(&self.db))
    }

    fn hold(&self) -> Result<Hold<'_>> {
        Ok(Hold::new(self.read(self.snapshot())?))
    }

    fn shelves(&self, lang: &Lang) -> Result<Vec<Shelf>> {
        self.read(shelves::shelves(&self.db, lang))
    }

    fn block(&self, shelf: i64, part: Part, number: u32) -> Result<Rc<[u8]>> {
        let block = self.read(shelves::block(&self.db, shelf, part, number))?;
        block.ok_or_else(|| Error::DamagedIndex {
            path: self.path.clone(),
        })
    }

    fn targets(&self, lang: &Lang) -> Result<u64> {
        self.read(shelves::targets(&self.db, lang))
    }

    fn text(&self, id: TextId) -> Result<Option<String>> {
        self.read(shelves::text(&self.db, id))
    }

    fn holders(&self, id: TextId) -> Result<Vec<UnitId>> {
        self.read(shelves::holders(&self.db, id))
    }

    fn standings(&self, id: TextId, to: &Lang) -> Result<Vec<Standing>> {
        self.read(content::standings(&self.db, id, to))
    }

    fn unit(&self, id: UnitId) -> Result<TranslationUnit> {
        let unit = self.read(content::unit(&self.db, id.0))?;
        unit.ok_or_else(|| Error::Invalid {
            value: id.0.to_string(),
            expected: "the number of a unit in this memory",
        })
    }

    fn neighbours(&self, id: UnitId, lang: &Lang) -> Result<Vec<Neighbours>> {
        self.read(self.find_neighbours(id, lang))
    }

    fn exact(&self, lang: &Lang, text: &str) -> Result<Vec<UnitId>> {
        self.read(self.find_exact(lang, text))
    }
}

impl Sqlite {
    fn find_neighbours(&self, id: UnitId, lang: &Lang) -> rusqlite::Result<Vec<Neighbours>> {
        let langs = texts::covered(&self.db, Some(lang))?;
        self.db
            .prepare_cached(&format!(
                "SELECT (SELECT t.content FROM segment s JOIN text t ON t.id = s.text WHERE s.document = p.document AND s.position = (p.first & ?2) - 1),
                 (SELECT t.content FROM segment s JOIN text t ON t.id = s.text WHERE s.document = p.document AND s.position = (p.last & ?2) + 1),
                 p.first, p.last, f.content, (SELECT t.content FROM segment s JOIN text t ON t.id = s.text WHERE s.document = p.document AND s.position = p.last & ?2)
                 FROM variant v JOIN place p ON p.variant = v.id JOIN segment own ON own.document = p.document AND own.position = p.first & ?2
                 JOIN text f ON f.id = own.text
                 WHERE v.unit = ?1 AND v.lang IN ({langs}) ORDER BY p.document, p.first & ?2, p.first, p.last"
            ))?
            .query_map((id.0, SEGMENT), |row| {
                let at = stretches::read(row, 2)?;
                // Of a sentence that was split what stands beside is the rest of it.
                let rest = |column: usize, from: u32, to: u32| -> rusqlite::Result<Option<String>> {
                    let rest = Stretch { from, to, ..Stretch::default() };
                    let text: Option<String> = row.get(column)?;
                    Ok(text.map(|text| rest.of(&[text])))
                };
                Ok(Neighbours {
                    before: match at.from {
                        0 => row.get(0)?,
                        from => rest(4, 0, from)?,
                    },
                    after: match at.to {
                        0 => row.get(1)?,
                        to => rest(5, to, 0)?,
                    },
                })
            })?
            .collect()
    }

    fn find_exact(&self, lang: &Lang, text: &str) -> rusqlite::Result<Vec<UnitId>> {
        let langs = texts::covered(&self.db, Some(lang))?;
        let wanted = normalise(text);
        let mut statement = self.db.prepare_cached(&format!(
            "SELECT DISTINCT v.unit, t.content FROM text_key k JOIN text t ON t.id = k.text JOIN variant v ON v.text = t.id
             JOIN unit u ON u.id = v.unit WHERE k.key = ?1 AND t.lang IN ({langs}) AND u.status <> 2 ORDER BY v.unit"
        ))?;
        let mut rows = statement.query([texts::key(text)])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let id = UnitId(row.get(0)?);
            if normalise(row.get_ref(1)?.as_str()?) == wanted && found.last() != Some(&id) {
                found.push(id);
            }
        }
        Ok(found)
    }
}
