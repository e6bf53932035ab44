//! All texts of a memory that is not large, for the one measure that no word of the query helps with.

use super::Rack;
use super::nearest::Nearest;
use super::profiles::Profiles;
use crate::error::Result;
use crate::index::TextId;
use crate::memory::Lookup;

/// More texts than these are not read at once: it would take a second, and a hundred megabytes.
const MOST_TEXTS: u32 = 100_000;

/// The texts and the counts of their letters.
pub(super) struct Everything {
    texts: Vec<(TextId, u64, String)>,
    profiles: Profiles,
}

impl Everything {
    /// Returns all texts in the order of their numbers, `None` where they are too many.
    pub(super) fn of(lookup: &dyn Lookup, racks: &[Rack<'_>]) -> Result<Option<Self>> {
        if racks.iter().map(|rack| rack.segment.texts()).sum::<u32>() > MOST_TEXTS {
            return Ok(None);
        }
        let mut texts = Vec::new();
        for rack in racks {
            for position in 0..rack.segment.texts() {
                let kept = rack.segment.sequence(position)?;
                if rack.counts(kept.text)
                    && let Some(text) = lookup.text(kept.text)?
                {
                    texts.push((kept.text, kept.targets, text));
                }
            }
        }
        texts.sort_unstable_by_key(|&(id, ..)| id);
        let profiles = Profiles::new(texts.iter().map(|(.., text)| text.as_str()));
        Ok(Some(Self { texts, profiles }))
    }

    /// Offers every text that can still be among the nearest.
    pub(super) fn search(&self, query: &str, targets: u64, nearest: &mut Nearest) {
        let text = |at: u32| {
            let (id, own, text) = &self.texts[at as usize];
            (own & targets != 0).then_some((*id, text.as_str()))
        };
        self.profiles.search(query, text, nearest);
    }
}
