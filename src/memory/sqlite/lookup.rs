//! The reading half: finding over tables and the index of words.

use super::{Sqlite, content, log, survey, texts, words};
use crate::error::{Error, Result};
use crate::memory::{Lookup, Neighbours, UnitId};
use crate::model::{Lang, TranslationUnit};
use crate::text::normalise;

impl Lookup for Sqlite {
    fn revision(&self) -> Result<u64> {
        self.read(log::revision(&self.db))
    }

    fn languages(&self) -> Result<Vec<(Lang, u64)>> {
        self.read(survey::languages(&self.db))
    }

    fn each_text(
        &self,
        lang: &Lang,
        also: Option<&Lang>,
        visit: &mut dyn FnMut(UnitId, &str),
    ) -> Result<()> {
        self.read(self.visit_texts(lang, also, visit))
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

    fn containing(
        &self,
        groups: &[Vec<String>],
        stems: bool,
        lang: Option<&Lang>,
    ) -> Result<Vec<UnitId>> {
        let found = texts::covered(&self.db, lang)
            .and_then(|langs| words::containing(&self.db, groups, stems, &langs));
        self.read(found)
    }

    fn exact(&self, lang: &Lang, text: &str) -> Result<Vec<UnitId>> {
        self.read(self.find_exact(lang, text))
    }
}

impl Sqlite {
    fn visit_texts(
        &self,
        lang: &Lang,
        also: Option<&Lang>,
        visit: &mut dyn FnMut(UnitId, &str),
    ) -> rusqlite::Result<()> {
        let langs = texts::covered(&self.db, Some(lang))?;
        let with = match also {
            None => String::new(),
            Some(also) => format!(
                " AND EXISTS (SELECT 1 FROM variant o WHERE o.unit = v.unit AND o.lang IN ({}))",
                texts::covered(&self.db, Some(also))?
            ),
        };
        let mut statement = self.db.prepare(&format!(
            "SELECT v.unit, t.content FROM unit u CROSS JOIN variant v ON v.unit = u.id JOIN text t ON t.id = v.text
             WHERE u.status <> 2 AND v.lang IN ({langs}){with} ORDER BY u.id, v.position"
        ))?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            visit(UnitId(row.get(0)?), row.get_ref(1)?.as_str()?);
        }
        Ok(())
    }

    fn find_neighbours(&self, id: UnitId, lang: &Lang) -> rusqlite::Result<Vec<Neighbours>> {
        let langs = texts::covered(&self.db, Some(lang))?;
        self.db
            .prepare(&format!(
                "SELECT (SELECT t.content FROM segment s JOIN text t ON t.id = s.text WHERE s.document = p.document AND s.position = p.first - 1),
                 (SELECT t.content FROM segment s JOIN text t ON t.id = s.text WHERE s.document = p.document AND s.position = p.last + 1)
                 FROM variant v JOIN place p ON p.variant = v.id JOIN segment own ON own.document = p.document AND own.position = p.first
                 WHERE v.unit = ?1 AND v.lang IN ({langs}) ORDER BY p.document, p.first, p.last"
            ))?
            .query_map([id.0], |row| {
                Ok(Neighbours {
                    before: row.get(0)?,
                    after: row.get(1)?,
                })
            })?
            .collect()
    }

    fn find_exact(&self, lang: &Lang, text: &str) -> rusqlite::Result<Vec<UnitId>> {
        let langs = texts::covered(&self.db, Some(lang))?;
        let wanted = normalise(text);
        let mut statement = self.db.prepare(&format!(
            "SELECT DISTINCT v.unit, t.content FROM text t JOIN variant v ON v.text = t.id JOIN unit u ON u.id = v.unit
             WHERE t.key = ?1 AND t.lang IN ({langs}) AND u.status <> 2 ORDER BY v.unit"
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
