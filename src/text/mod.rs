//! Characters and words, without knowing a language: normal forms, tokens, numbers, transliteration.

mod normalise;
mod numbers;
mod roman;
mod tokens;
mod transliterate;

pub use normalise::{fold, normalise};
pub use numbers::{Number, NumberForm, NumberWords, Numerals, Value};
pub use tokens::{Token, TokenKind, tokens};
pub use transliterate::skeleton;
