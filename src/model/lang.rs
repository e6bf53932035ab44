//! A language by its BCP 47 tag, well formed and in canonical case (RFC 5646, sections 2.1 and 2.1.1).

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// A language tag such as `en`, `be-Latn` or `en-GB`: well formed, canonical case, `-` between subtags.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Lang(Box<str>);

const EXPECTED: &str = "a language tag such as `en`, `ru`, `be` or `en-GB`";

impl Lang {
    /// Returns the language of a tag; `_` is taken for `-`, any case is taken.
    ///
    /// # Errors
    /// [`Error::Invalid`] when the tag is not well formed: subtags of 1 to 8 ASCII letters or digits, the first of 2 to 8 letters.
    ///
    /// ```
    /// # use diglot::model::Lang;
    /// assert_eq!(Lang::new("EN_gb")?.as_str(), "en-GB");
    /// assert!(Lang::new("english language").is_err());
    /// # Ok::<(), diglot::Error>(())
    /// ```
    pub fn new(tag: &str) -> Result<Self> {
        let wrong = || Error::Invalid {
            value: tag.to_owned(),
            expected: EXPECTED,
        };
        let mut canonical = String::with_capacity(tag.len());
        let mut after_singleton = false;
        for (position, subtag) in tag.trim().split(['-', '_']).enumerate() {
            let fits = (1..=8).contains(&subtag.len())
                && subtag.bytes().all(|b| b.is_ascii_alphanumeric());
            if !fits {
                return Err(wrong());
            }
            if position == 0 {
                if subtag.len() < 2 && !matches!(subtag, "x" | "X" | "i" | "I")
                    || !subtag.bytes().all(|b| b.is_ascii_alphabetic())
                {
                    return Err(wrong());
                }
                canonical.push_str(subtag);
                canonical.make_ascii_lowercase();
                after_singleton = subtag.len() == 1;
                continue;
            }
            canonical.push('-');
            // After a one-letter subtag everything is private or an extension and stays in lower case.
            let letters = !after_singleton && subtag.bytes().all(|b| b.is_ascii_alphabetic());
            match subtag.len() {
                2 if letters => canonical.push_str(&subtag.to_ascii_uppercase()),
                4 if letters => {
                    canonical.push_str(&subtag[..1].to_ascii_uppercase());
                    canonical.push_str(&subtag[1..].to_ascii_lowercase());
                }
                _ => canonical.push_str(&subtag.to_ascii_lowercase()),
            }
            after_singleton |= subtag.len() == 1;
        }
        Ok(Self(canonical.into()))
    }

    /// Returns the whole tag in canonical case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the first subtag, the language without script or region: `en` of `en-GB`.
    pub fn primary(&self) -> &str {
        self.0.split('-').next().unwrap_or(&self.0)
    }

    /// Says whether a text in `other` answers a question for this language: the tags are equal or one is the start of the other
    /// (`en` covers `en-GB`, RFC 4647 section 3.3.1, in both directions).
    pub fn covers(&self, other: &Self) -> bool {
        let (short, long) = if self.0.len() <= other.0.len() {
            (self, other)
        } else {
            (other, self)
        };
        long.0.starts_with(&*short.0)
            && matches!(long.0.as_bytes().get(short.0.len()), None | Some(b'-'))
    }
}

impl FromStr for Lang {
    type Err = Error;

    fn from_str(tag: &str) -> Result<Self> {
        Self::new(tag)
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brings_tags_to_canonical_case() {
        for (given, canonical) in [
            ("RU", "ru"),
            ("be_latn", "be-Latn"),
            ("en-gb", "en-GB"),
            ("sr-latn-rs", "sr-Latn-RS"),
            ("x-none", "x-none"),
        ] {
            assert_eq!(Lang::new(given).unwrap().as_str(), canonical);
        }
    }

    #[test]
    fn refuses_what_is_no_tag() {
        for given in [
            "",
            " ",
            "e",
            "123",
            "en-",
            "*all*",
            "русский",
            "en us",
            "abcdefghi",
        ] {
            assert!(Lang::new(given).is_err(), "{given:?}");
        }
    }

    #[test]
    fn a_language_covers_its_regions_and_no_stranger() {
        let lang = |tag| Lang::new(tag).unwrap();
        assert!(lang("en").covers(&lang("en-GB")) && lang("en-GB").covers(&lang("en")));
        assert!(!lang("en-GB").covers(&lang("en-US")));
        assert!(!lang("be").covers(&lang("bem")));
    }
}
