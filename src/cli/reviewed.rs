//! A spreadsheet that comes back from review: the status of its units is set, a changed text takes the place of the old one.
//!
//! A unit is known by its identifier. A text is changed when letters of it are; what was written otherwise than it is kept (control characters, line
//! ends) is no change. The old rendering is rejected, not forgotten: it is never suggested again.

use diglot::Result;
use diglot::memory::{UnitId, Writer};
use diglot::model::{Note, Status, TranslationUnit, Variant};
use diglot::report::ImportedLine;

use super::import::{At, add};

/// What is to be done with the unit that a row is of.
enum Action {
    /// The same texts, perhaps with another status or a new remark.
    Judge {
        id: UnitId,
        status: Status,
        remarked: Option<TranslationUnit>,
    },
    /// A changed text: the new unit, and the old one.
    Replace { old: UnitId, new: TranslationUnit },
    /// Nothing new.
    Leave,
}

/// Takes in a row: compares it with the unit that the memory had before, or adds it.
pub(super) fn take(
    writer: &mut dyn Writer,
    row: &TranslationUnit,
    at: At,
    line: &mut ImportedLine,
) -> Result<()> {
    let known = match &row.id {
        Some(name) => writer.unit_before(name)?,
        None => None,
    };
    let Some((id, known)) = known else {
        return add(writer, row, at, line);
    };
    match compare(id, known, row)? {
        Action::Leave => line.duplicates += 1,
        Action::Judge {
            id,
            status,
            remarked,
        } => {
            if let Some(unit) = remarked {
                writer.add_unit(&unit)?;
            }
            writer.set_status(&[id], status)?;
            line.reviewed += 1;
        }
        Action::Replace { old, new } => {
            writer.set_status(&[old], Status::Rejected)?;
            let outcome = writer.add_unit(&new)?;
            // The new rendering may be one that the memory had otherwise.
            writer.set_status(&[outcome.id()], new.status)?;
            line.reviewed += 1;
        }
    }
    Ok(())
}

fn compare(id: UnitId, known: TranslationUnit, row: &TranslationUnit) -> Result<Action> {
    let mut new = known.clone();
    let mut changed = false;
    for variant in &row.variants {
        let place = new.variants.iter_mut().find(|old| old.lang == variant.lang);
        match place {
            Some(old) if letters(old.text()) == letters(variant.text()) => {}
            Some(old) => {
                changed = true;
                *old = replaced(old, variant.text())?;
            }
            None => {
                changed = true;
                new.variants.push(variant.clone());
            }
        }
    }
    if changed {
        new.id = None;
        new.probability = None;
        new.status = match row.status {
            Status::Rejected => Status::Rejected,
            _ => Status::Confirmed,
        };
        return Ok(Action::Replace { old: id, new });
    }
    let known_notes: Vec<&str> = known.notes.iter().map(|note| note.text.as_str()).collect();
    let told = known_notes.join("\n");
    let remarks: Vec<Note> = row
        .notes
        .iter()
        .filter(|note| letters(&note.text) != letters(&told))
        .cloned()
        .collect();
    // Who leaves a status open takes none back that the memory has had since.
    let status = match row.status {
        Status::Automatic => known.status,
        judged => judged,
    };
    if remarks.is_empty() && status == known.status {
        return Ok(Action::Leave);
    }
    let remarked = (!remarks.is_empty()).then(|| {
        let mut unit = known;
        unit.notes = remarks;
        unit
    });
    Ok(Action::Judge {
        id,
        status,
        remarked,
    })
}

/// Returns a variant with another text; where inline codes stand in it nobody knows.
fn replaced(old: &Variant, text: &str) -> Result<Variant> {
    let mut variant = Variant::new(old.lang.clone(), text)?;
    variant.places.clone_from(&old.places);
    variant.history.clone_from(&old.history);
    variant.notes.clone_from(&old.notes);
    variant.props.clone_from(&old.props);
    Ok(variant)
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control() && !c.is_whitespace())
        .collect()
}
