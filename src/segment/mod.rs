//! A document becomes segments: where does a sentence end?
