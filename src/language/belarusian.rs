//! Belarusian, in Cyrillic letters and the official norm of 2008.

use super::{Profile, generic, sentences};

/// What the program knows of Belarusian.
pub(super) static PROFILE: Profile = Profile {
    tag: "be",
    name: "Belarusian",
    stem: generic::stem,
    sentences: &sentences::BELARUSIAN,
};
