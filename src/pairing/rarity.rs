//! How much a name or number in common says: the rarer it is in the folder, the more (inverse document frequency, Spärck Jones 1972).

use std::collections::BTreeMap;

use super::clues::Clues;

/// Documents that a folder is taken to have on top of its own, so that in a folder of two not everything is common.
const IMAGINED_DOCUMENTS: f64 = 20.0;
/// Names and numbers in more documents than this do not lead to candidates.
const COMMON_FEATURE: usize = 48;
/// Candidates that names and numbers give each document.
const CLOSEST: usize = 8;

/// The documents of each name and number.
pub(super) struct Rarity<'c> {
    documents: f64,
    postings: BTreeMap<&'c str, Vec<usize>>,
}

/// What two documents have in common.
pub(super) struct Overlap<'c> {
    /// The weight in common as a share of the weights of both (cosine), 0 to 1.
    pub(super) similarity: f64,
    /// The weight in common: how much there is to judge by.
    pub(super) weight: f64,
    /// The rarest names and numbers in common, as the first document writes them.
    pub(super) examples: Vec<&'c str>,
}

/// Names and numbers shown as examples.
const EXAMPLES: usize = 3;

impl<'c> Rarity<'c> {
    /// Counts the names and numbers of all documents.
    pub(super) fn of(clues: &'c [Clues]) -> Self {
        let mut postings: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (index, clue) in clues.iter().enumerate() {
            for (feature, _) in &clue.features {
                postings.entry(feature).or_default().push(index);
            }
        }
        Self {
            documents: clues.len() as f64,
            postings,
        }
    }

    /// Returns the weight of a name or number, above 0.
    fn weight(&self, feature: &str) -> f64 {
        let found = self.postings.get(feature).map_or(1, Vec::len);
        ((self.documents + IMAGINED_DOCUMENTS) / found as f64).ln()
    }

    /// Returns the documents in other languages that share most of what is rare in this one.
    pub(super) fn closest(&self, index: usize, clue: &Clues, clues: &[Clues]) -> Vec<usize> {
        let mut shared: BTreeMap<usize, f64> = BTreeMap::new();
        for (feature, _) in &clue.features {
            let Some(found) = self.postings.get(feature.as_str()) else {
                continue;
            };
            if found.len() > COMMON_FEATURE {
                continue;
            }
            let weight = self.weight(feature);
            for &other in found {
                if other != index && clues[other].language != clue.language {
                    *shared.entry(other).or_default() += weight;
                }
            }
        }
        let mut ranked: Vec<(usize, f64)> = shared.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        ranked.truncate(CLOSEST);
        ranked.into_iter().map(|(other, _)| other).collect()
    }

    /// Compares the names and numbers of two documents.
    pub(super) fn overlap<'a>(&self, first: &'a Clues, second: &Clues) -> Overlap<'a> {
        let squares = |clues: &Clues| -> f64 {
            clues
                .features
                .iter()
                .map(|(feature, _)| self.weight(feature).powi(2))
                .sum()
        };
        let (mut dot, mut weight) = (0.0, 0.0);
        let mut common = Vec::new();
        let mut others = second
            .features
            .iter()
            .map(|(feature, _)| feature)
            .peekable();
        for (feature, shown) in &first.features {
            while others.next_if(|other| *other < feature).is_some() {}
            if others.peek() == Some(&feature) {
                let one = self.weight(feature);
                dot += one * one;
                weight += one;
                common.push((one, shown.as_str()));
            }
        }
        common.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
        let norm = (squares(first) * squares(second)).sqrt();
        Overlap {
            similarity: if norm > 0.0 { dot / norm } else { 0.0 },
            weight,
            examples: common
                .into_iter()
                .take(EXAMPLES)
                .map(|(_, shown)| shown)
                .collect(),
        }
    }
}
