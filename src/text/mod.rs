//! Characters and words, without knowing a language: normal forms, tokens, numbers, transliteration.

mod normalise;
mod numbers;
mod roman;
mod strings;
mod tokens;
mod transliterate;
mod value;

pub(crate) use normalise::lower;
pub use normalise::{fold, normal, normalise};
pub use numbers::{Number, NumberForm, NumberWords, Numerals};
pub(crate) use strings::Strings;
pub(crate) use tokens::is_alphanumeric;
pub use tokens::{Token, TokenKind, tokens};
pub(crate) use transliterate::push_skeleton;
pub use transliterate::skeleton;
pub use value::Value;
