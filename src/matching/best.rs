//! The texts that the program's own score puts first.

use super::index::{Index, Nearest};
use super::judge::{Script, by_stem, most_possible};
use super::score::ROUNDING;

/// The score of a text that differs in numbers, names, case or punctuation only and is repaired: below 1, above every other.
pub(super) const REPAIRED: f64 = 0.99;

/// The best score of a text that is not equal and not repaired.
pub(super) const FUZZY_MOST: f64 = 0.98;

/// Texts are looked for by the share of their tokens that they have in common with the query, from this share on whatever the least
/// score: the index is fast from here.
const SHARE: f64 = 0.5;

/// Returns the entries of the best scores, at least `least`, best first. Those that may be repaired come with [`REPAIRED`].
pub(super) fn best(index: &Index, query: &str, least: f64, limit: usize) -> Vec<(f64, u32)> {
    let query = index.symbols(query);
    let mut query_bag = query.clone();
    by_stem(&mut query_bag);
    // A mark weighs half a word. A text that scores `least` may lack marks only: w words in common and m marks on top have
    // w / (w + m/2) >= least, so that they share w / (w + m) >= least / (2 - least) of the tokens.
    let share = (least / (2.0 - least)).min(SHARE);
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
