//! A query becomes matches: candidates, score, context, concordance.
