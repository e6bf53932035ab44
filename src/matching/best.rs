//! The texts that the program's own score puts first.

use super::index::{Index, Nearest};
use super::judge::{Script, by_stem, most_possible, share_needed};
use super::score::ROUNDING;

/// The score of a text that differs in numbers, names, case or punctuation only and is repaired: below 1, above every other.
pub(super) const REPAIRED: f64 = 0.99;

/// The best score of a text that is not equal and not repaired.
pub(super) const FUZZY_MOST: f64 = 0.98;

/// Only texts are judged that share this part of the tokens of the longer text with the query, in whatever form and order; fewer if the least
/// score needs it. From here the index is fast, and a text that shares less is no help.
const SHARE: f64 = 0.5;

/// Returns the entries of the best scores, at least `least`, best first. Those that may be repaired come with [`REPAIRED`].
pub(super) fn best(index: &Index, query: &str, least: f64, limit: usize) -> Vec<(f64, u32)> {
    let query = index.symbols(query);
    let mut query_bag = query.clone();
    by_stem(&mut query_bag);
    let share = share_needed(least).min(SHARE);
    let mut candidates = Vec::new();
    index.sharing_stems(&query, share, |entry, symbols| {
        let mut bag = symbols.to_vec();
        by_stem(&mut bag);
        let possible = most_possible(&query_bag, &bag);
        if possible + ROUNDING >= least {
            candidates.push((possible, entry, symbols.to_vec()));
        }
    });
    candidates.sort_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let mut nearest = Nearest::new(limit, least);
    for (possible, entry, symbols) in candidates {
        if possible + ROUNDING < nearest.threshold() {
            break;
        }
        let script = Script::between(&query, &symbols);
        let score = if script.score() == 1.0 {
            1.0
        } else if script.same_words() {
            REPAIRED
        } else {
            script.score().min(FUZZY_MOST)
        };
        nearest.offer(score, entry);
    }
    nearest.into_found()
}
