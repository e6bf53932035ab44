//! Vowels that come and go between the last two consonants of a stem: «посол, послы», «рынак, рынку».
//!
//! Endings are cut without a dictionary, so that such words have two stems; the other one is guessed, and counts where a text has it.

/// Returns the other stems that a word with this stem may have, with these vowels coming and going.
pub(crate) fn other_stems(stem: &str, vowels: &str) -> Vec<String> {
    let letters: Vec<char> = stem.chars().collect();
    let is_consonant = |c: char| c.is_alphabetic() && !"аеёиоуыэюяіўьъй".contains(c);
    match letters[..] {
        [ref rest @ .., before, vowel, last]
            if !rest.is_empty()
                && vowels.contains(vowel)
                && is_consonant(before)
                && is_consonant(last) =>
        {
            vec![rest.iter().chain([&before, &last]).collect()]
        }
        [ref rest @ .., before, last]
            if !rest.is_empty() && is_consonant(before) && is_consonant(last) =>
        {
            let with = |vowel: char| rest.iter().chain([&before, &vowel, &last]).collect();
            vowels.chars().map(with).collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::other_stems;

    #[test]
    fn one_stem_leads_to_the_other() {
        assert_eq!(other_stems("посол", "ое"), ["посл"]);
        assert_eq!(other_stems("посл", "ое"), ["посол", "посел"]);
        assert_eq!(other_stems("рынк", "оаеэ")[1], "рынак");
        assert!(other_stems("министр", "").is_empty());
        for short in ["", "я", "до", "сон", "мс"] {
            assert!(other_stems(short, "ое").is_empty(), "{short}");
        }
    }
}
