//! A decision and what it does to the memory: one transaction, one entry of the log.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::sheet::{At, Link, Sheet, spans};
use super::{Answer, Refusal};
use crate::error::{Error, Result};
use crate::memory::{Change, ChangeId, DocumentId, Memory, UnitId, Writer};
use crate::model::{Place, Status, Stretch, TranslationUnit, Variant};

/// What was decided of links between documents, complete: it can be read from the log and made again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decision {
    /// The documents, in the order in which the places speak of them.
    documents: Vec<i64>,
    /// What is to become of which links.
    pub action: Action,
}

/// What is to become of which links.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// A link is right.
    Accept {
        /// Where it stands.
        link: At,
    },
    /// A link is wrong.
    Unlink {
        /// Where it stands.
        link: At,
    },
    /// A text is to be another one than the document's.
    Edit {
        /// Where it stands.
        link: At,
        /// In which version.
        version: usize,
        /// The text.
        text: String,
    },
    /// Links take the place of others.
    Replace {
        /// What this is called: `merge`, `split`, `link` or `realign`.
        name: String,
        /// The links that go.
        old: Vec<At>,
        /// The links that come, with how sure they are; those of which nobody can say so are a person's.
        new: Vec<(At, Option<f64>)>,
        /// Links that stay and are now so sure.
        stay: Vec<(At, f64)>,
    },
}

/// Most characters of a text that the log shows.
const SHOWN: usize = 60;

impl Decision {
    /// Returns a decision about the documents of a sheet.
    pub(super) fn new(sheet: &Sheet, action: Action) -> Self {
        Self {
            documents: sheet.documents().iter().map(|&DocumentId(id)| id).collect(),
            action,
        }
    }

    /// Reads what [`Decision::say`] wrote.
    pub(super) fn read(said: &str) -> Result<Self> {
        serde_json::from_str(said).map_err(|error| Error::Invalid {
            value: format!("{said} ({error})"),
            expected: "a decision as the log notes it",
        })
    }

    /// Returns the decision as the log notes it.
    pub(super) fn say(&self) -> String {
        // Numbers, names and strings only: that cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Returns the documents, in the order in which the decision speaks of them.
    pub fn documents(&self) -> Vec<DocumentId> {
        self.documents.iter().map(|&id| DocumentId(id)).collect()
    }

    /// Returns the place of a link that was said to be wrong.
    pub(super) fn unlinked(&self) -> Option<&At> {
        match &self.action {
            Action::Unlink { link } => Some(link),
            _ => None,
        }
    }

    /// Says whether the decision speaks of places that the documents of a sheet have.
    pub(super) fn fits(&self, sheet: &Sheet) -> bool {
        let is_there = |at: &At| {
            at.len() == sheet.versions.len()
                && spans(at).all(|(version, at)| sheet.versions[version].holds(at))
        };
        match &self.action {
            Action::Accept { link } | Action::Unlink { link } | Action::Edit { link, .. } => {
                is_there(link)
            }
            Action::Replace { old, new, .. } => {
                old.iter().chain(new.iter().map(|(at, _)| at)).all(is_there)
            }
        }
    }

    fn name(&self) -> &str {
        match &self.action {
            Action::Accept { .. } => "accept",
            Action::Unlink { .. } => "unlink",
            Action::Edit { .. } => "edit",
            Action::Replace { name, .. } => name,
        }
    }

    /// What the log shows: where, and how that begins.
    fn detail(&self, sheet: &Sheet) -> String {
        let place = match &self.action {
            Action::Accept { link } | Action::Unlink { link } | Action::Edit { link, .. } => {
                Some(link)
            }
            Action::Replace { new, old, .. } if new.len() + old.len() < 8 => {
                new.first().map(|(at, _)| at).or(old.first())
            }
            Action::Replace { .. } => None,
        };
        let langs: Vec<&str> = sheet
            .versions
            .iter()
            .map(|version| version.document.lang.as_str())
            .collect();
        let Some((at, (version, stretch))) = place.and_then(|at| Some((at, spans(at).next()?)))
        else {
            let title = sheet.versions.first().and_then(|version| {
                let origin = &version.document.origin;
                origin.title.clone().or(origin.file.clone())
            });
            return format!("{} {}", langs.join("-"), title.unwrap_or_default());
        };
        let numbers: Vec<String> = spans(at)
            .map(|(version, at)| match at.first == at.last {
                true => format!("{} {}", langs[version], u64::from(at.first) + 1),
                false => format!(
                    "{} {}-{}",
                    langs[version],
                    u64::from(at.first) + 1,
                    u64::from(at.last) + 1
                ),
            })
            .collect();
        let text = sheet.versions[version].text(stretch);
        let mut start: String = text.chars().take(SHOWN).collect();
        if start.len() < text.len() {
            start.push('…');
        }
        format!("{}: {start}", numbers.join(", "))
    }

    /// Does it.
    ///
    /// # Errors
    /// [`Error::Memory`] when the memory cannot be written; it is then as it was.
    pub(super) fn apply(
        &self,
        memory: &mut Memory,
        sheet: &Sheet,
        redoes: Option<ChangeId>,
        at: Timestamp,
    ) -> Result<Answer> {
        let change = Change {
            command: self.name().to_owned(),
            detail: self.detail(sheet),
            at,
        };
        // The sheet was read before the transaction: what it says of a unit is looked up before anything is written.
        let source = match sheet.links.first() {
            Some(link) => memory.unit(link.unit)?.source_lang,
            None => None,
        };
        let source = source.or_else(|| {
            let first = sheet.versions.first();
            first.map(|version| version.document.lang.clone())
        });
        let whole = match self.action {
            Action::Accept { .. } | Action::Edit { .. } => Some(sheet.whole(memory)?),
            Action::Unlink { .. } | Action::Replace { .. } => None,
        };
        let mut writer = memory.begin(change)?;
        let mut doing = Doing {
            writer: &mut *writer,
            sheet,
            whole: whole.as_ref().unwrap_or(sheet),
        };
        let found = match &self.action {
            Action::Accept { link } => doing.accept(link)?,
            Action::Unlink { link } => doing.reject(link)?,
            Action::Edit {
                link,
                version,
                text,
            } => doing.edit(link, *version, text)?,
            Action::Replace { old, new, stay, .. } => {
                let mut found = true;
                for at in old {
                    found &= doing.reject(at)?;
                }
                for (at, probability) in new {
                    let template = TranslationUnit {
                        source_lang: source.clone(),
                        probability: *probability,
                        status: match probability {
                            Some(_) => Status::Automatic,
                            None => Status::Confirmed,
                        },
                        ..TranslationUnit::default()
                    };
                    doing.link(at, template)?;
                }
                for (at, probability) in stay {
                    if let Some(link) = sheet.link(at) {
                        doing.writer.set_probability(link.unit, *probability)?;
                    }
                }
                found
            }
        };
        if !found {
            return Ok(Answer::Refused(Refusal::NoLink));
        }
        let Some(first) = self.documents().into_iter().min() else {
            return Ok(Answer::Refused(Refusal::NoLink));
        };
        writer.note_decision(first, &self.say(), redoes)?;
        Ok(match writer.commit()?.change {
            Some(change) => Answer::Done(change),
            None => Answer::Unchanged,
        })
    }
}

/// The transaction, and what the release looked like before it.
struct Doing<'w, 'm> {
    writer: &'w mut (dyn Writer + 'm),
    sheet: &'w Sheet,
    /// The same with the versions that the sheet does not show, where what is decided is so of them too.
    whole: &'w Sheet,
}

impl Doing<'_, '_> {
    /// Parts a link from whatever else its unit stands for.
    fn part(&mut self, link: &Link) -> Result<UnitId> {
        let mut links = self.whole.links.iter();
        let whole = links.find(|of| of.unit == link.unit && of.at.starts_with(&link.at));
        let places: Vec<(DocumentId, Stretch)> = spans(&whole.unwrap_or(link).at)
            .map(|(version, at)| (self.whole.versions[version].document.id, at))
            .collect();
        self.writer.part(link.unit, &places)
    }

    /// Confirms the link that stands here, and nothing of its unit elsewhere.
    fn accept(&mut self, at: &At) -> Result<bool> {
        let Some(link) = self.sheet.link(at) else {
            return Ok(false);
        };
        if link.status != Status::Confirmed {
            let unit = self.part(link)?;
            self.writer.set_status(&[unit], Status::Confirmed)?;
        }
        Ok(true)
    }

    /// Rejects the link that stands here, and nothing of its unit elsewhere.
    fn reject(&mut self, at: &At) -> Result<bool> {
        let Some(link) = self.sheet.link(at) else {
            return Ok(false);
        };
        let unit = self.part(link)?;
        self.writer.set_status(&[unit], Status::Rejected)?;
        Ok(true)
    }

    fn edit(&mut self, at: &At, version: usize, text: &str) -> Result<bool> {
        let lang = self
            .sheet
            .versions
            .get(version)
            .map(|version| version.document.lang.clone());
        let (Some(link), Some(lang)) = (self.sheet.link(at), lang) else {
            return Ok(false);
        };
        if at.get(version).copied().flatten().is_none() {
            return Ok(false);
        }
        let is_same = |unit: &str| unit == text;
        let said = match &link.edited[version] {
            Some(edited) => is_same(edited),
            None => at[version].is_some_and(|at| is_same(&self.sheet.versions[version].text(at))),
        };
        if said {
            return Ok(true);
        }
        let unit = self.part(link)?;
        self.writer.edit(unit, &lang, text)?;
        self.writer.set_status(&[unit], Status::Confirmed)?;
        Ok(true)
    }

    /// Makes the link that stands here, or takes up again the one that stood exactly here.
    fn link(&mut self, at: &At, template: TranslationUnit) -> Result<()> {
        let status = template.status;
        let stood = self.sheet.rejected.iter().find(|link| {
            link.status == Status::Rejected
                && link.at == *at
                && link.edited.iter().all(Option::is_none)
        });
        if let Some(stood) = stood {
            let unit = self.part(stood)?;
            self.writer.set_status(&[unit], status)?;
            if let Some(probability) = template.probability {
                self.writer.set_probability(unit, probability)?;
            }
            return Ok(());
        }
        let mut unit = template;
        for (version, at) in spans(at) {
            let version = &self.sheet.versions[version];
            let lang = version.document.lang.clone();
            let mut variant = Variant::new(lang, version.text(at))?;
            if let Some(sentence) = version.sentence(at) {
                variant.places.push(Place {
                    origin: version.document.origin.clone(),
                    at,
                    kind: sentence.kind,
                    speaker: sentence.speaker.clone(),
                });
            }
            unit.variants.push(variant);
        }
        self.writer.add_link(&unit)?;
        Ok(())
    }
}
