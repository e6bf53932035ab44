//! Roman numerals, which share their letters with acronyms and words.

/// Returns the value of a Roman numeral in capitals, Latin or their Cyrillic look-alikes (Х, І, М, С); `None` for what is more likely a word or an
/// acronym: numerals with L, C, D or M are taken from four letters on, one-letter ones where `lone` says so.
pub(super) fn roman(word: &str, lone: bool) -> Option<u64> {
    const LONGEST: usize = 15;
    let mut value: u64 = 0;
    let (mut letters, mut high, mut last, mut latin) = (0, false, 0, false);
    for c in word.chars() {
        latin |= c.is_ascii();
        let one = match c {
            'I' | 'І' => 1,
            'V' => 5,
            'X' | 'Х' => 10,
            'L' => 50,
            'C' | 'С' => 100,
            'D' => 500,
            'M' | 'М' => 1000,
            _ => return None,
        };
        high |= one > 10;
        // What was added as a larger-or-equal letter is taken back twice when a larger one follows.
        value += one;
        if last > 0 && last < one {
            value = value.checked_sub(2 * last)?;
        }
        last = one;
        letters += 1;
        if letters > LONGEST {
            return None;
        }
    }
    let plausible = match letters {
        0 => false,
        1 => lone && latin && !high,
        2 | 3 => !high,
        _ => latin,
    };
    (plausible && canonical(value) == word_in_latin(word)).then_some(value)
}

fn word_in_latin(word: &str) -> String {
    word.chars()
        .map(|c| match c {
            'І' => 'I',
            'Х' => 'X',
            'С' => 'C',
            'М' => 'M',
            c => c,
        })
        .collect()
}

fn canonical(mut value: u64) -> String {
    const STEPS: [(u64, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut out = String::new();
    for (step, letters) in STEPS {
        while value >= step {
            out.push_str(letters);
            value -= step;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::roman;

    #[test]
    fn numerals_of_centuries_congresses_and_years_are_read() {
        for (word, value) in [
            ("XXI", 21),
            ("III", 3),
            ("ХХІ", 21),
            ("XIX", 19),
            ("MCMXCI", 1991),
        ] {
            assert_eq!(roman(word, false), Some(value), "{word}");
        }
        assert_eq!(roman("V", true), Some(5));
    }

    #[test]
    fn words_acronyms_and_ill_formed_numerals_are_not() {
        for word in [
            "", "I", "DC", "CD", "MI", "IIII", "VX", "xxi", "MIX", "CIVIL", "МММ",
        ] {
            assert_eq!(roman(word, false), None, "{word}");
        }
        assert_eq!(roman("С", true), None);
    }
}
