//! Characters and words, without knowing a language: normal forms, tokens, numbers, transliteration.

mod normalise;
mod tokens;

pub use normalise::{fold, normalise};
pub use tokens::{Token, TokenKind, tokens};
