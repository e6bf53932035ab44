//! One Latin skeleton for words of Cyrillic and Latin script, so that a name, an international word or a cognate looks alike on both sides.
//!
//! The skeleton is made to be compared, never to be read: it gives up what spelling systems do not agree on (х, г and h fall together, double
//! letters are written once, й and y are i) and keeps the consonants in order. The letters follow the common ground of GOST 7.79, the Belarusian
//! instruction of 2007 and English spelling habits.

use super::lower;

/// Letter groups of Latin spelling and what stands for them, longest first; `c` is handled apart, since its sound depends on what follows.
const LATIN_GROUPS: [(&str, &str); 14] = [
    ("tion", "tsi"),
    ("sch", "sg"),
    ("ck", "k"),
    ("ph", "f"),
    ("th", "t"),
    ("qu", "kv"),
    ("ch", "cg"),
    ("kh", "g"),
    ("ee", "i"),
    ("oo", "u"),
    ("ou", "u"),
    ("dg", "j"),
    ("w", "v"),
    ("x", "ks"),
];

/// The letters that a group begins with, a bit each.
const GROUP_LETTERS: u32 = {
    let (mut bits, mut at) = (0, 0);
    while at < LATIN_GROUPS.len() {
        bits |= bit(LATIN_GROUPS[at].0.as_bytes()[0]);
        at += 1;
    }
    bits
};

const fn bit(letter: u8) -> u32 {
    1 << (letter & 31)
}

/// Returns the Latin skeleton of a word in any mix of Cyrillic and Latin letters, in lower case; other characters stay, apostrophes and signs of
/// softness go.
///
/// ```
/// # use diglot::text::skeleton;
/// assert_eq!(skeleton("Lukashenko"), skeleton("Лукашенко"));
/// assert_eq!(skeleton("Washington"), "vasgington");
/// assert_eq!(skeleton("Вашингтон"), "vasgington");
/// ```
pub fn skeleton(word: &str) -> String {
    let mut out = String::with_capacity(word.len() + 4);
    push_skeleton(&mut out, word);
    out
}

/// Writes the [`skeleton`] of a word into an empty string, which may have been used before.
pub(crate) fn push_skeleton(out: &mut String, word: &str) {
    if word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return push_latin(out, word);
    }
    let mut latin = String::new();
    let mut letters = word.chars().map(lower).peekable();
    while let Some(letter) = letters.next() {
        if let Some(plain) = plain_latin(letter) {
            latin.push_str(plain);
            continue;
        }
        push_latin(out, &latin);
        latin.clear();
        let group = match (letter, letters.peek()) {
            ('д', Some('ж')) => Some("j"),
            ('д', Some('з')) => Some("d"),
            ('к', Some('х')) => Some("g"),
            _ => None,
        };
        if let Some(sound) = group {
            letters.next();
            push(out, sound);
        } else if let Some(sound) = cyrillic(letter) {
            push(out, sound);
        } else {
            out.push(letter);
        }
    }
    push_latin(out, &latin);
}

/// Appends letters, writing double ones once.
fn push(out: &mut String, sound: &str) {
    for letter in sound.chars() {
        if !out.ends_with(letter) {
            out.push(letter);
        }
    }
}

/// Appends a stretch of plain lower-case Latin letters as its skeleton.
fn push_latin(out: &mut String, latin: &str) {
    let mut rest = latin;
    while let Some(letter) = rest.chars().next() {
        let may_be_group = GROUP_LETTERS & bit(letter as u8) != 0;
        let mut groups = LATIN_GROUPS.iter().filter(|_| may_be_group);
        let group = groups.find(|(group, _)| rest.starts_with(group));
        if let Some((group, sound)) = group {
            push(out, sound);
            rest = &rest[group.len()..];
            continue;
        }
        let after = &rest[1..];
        match letter {
            'c' if after.starts_with(['e', 'i', 'y']) => push(out, "s"),
            'c' => push(out, "k"),
            'y' => push(out, "i"),
            'h' => push(out, "g"),
            _ => push(out, &rest[..1]),
        }
        rest = after;
    }
}

/// Returns the plain letters of a Latin letter in lower case, `None` for anything else.
fn plain_latin(letter: char) -> Option<&'static str> {
    const ASCII: &str = "abcdefghijklmnopqrstuvwxyz";
    Some(match letter {
        'a'..='z' => {
            let at = letter as usize - 'a' as usize;
            &ASCII[at..=at]
        }
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' => "e",
        'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' => "i",
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' | 'ų' | 'ŭ' => "u",
        'ý' | 'ÿ' => "y",
        'ç' | 'ß' | 'ś' | 'ș' | 'ş' => "s",
        'š' => "sh",
        'ć' | 'č' => "ch",
        'ñ' | 'ń' | 'ň' => "n",
        'ž' | 'ż' => "zh",
        'ź' => "z",
        'ł' | 'ľ' => "l",
        'ř' => "r",
        'ť' | 'ț' | 'ţ' => "t",
        'ď' | 'đ' => "d",
        'ğ' => "g",
        'æ' => "ae",
        'œ' => "oe",
        _ => return None,
    })
}

/// Returns what stands for a Cyrillic letter in lower case (an apostrophe counts as one), `None` for anything else.
fn cyrillic(letter: char) -> Option<&'static str> {
    Some(match letter {
        'а' => "a",
        'б' => "b",
        'в' | 'ў' => "v",
        'г' | 'ґ' | 'х' | 'ѓ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' | 'є' => "e",
        'ж' => "zg",
        'з' => "z",
        'и' | 'і' | 'ї' | 'й' | 'ы' => "i",
        'ј' => "i",
        'к' | 'ќ' => "k",
        'л' | 'љ' => "l",
        'м' => "m",
        'н' | 'њ' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' => "u",
        'ф' => "f",
        'ц' => "ts",
        'ч' | 'ћ' => "cg",
        'ш' | 'щ' => "sg",
        'ю' => "iu",
        'я' => "ia",
        'ђ' | 'џ' => "j",
        'ъ' | 'ь' | '\'' | '’' | 'ʼ' => "",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_looks_alike_in_three_languages() {
        for (one, other) in [
            ("Minsk", "Минск"),
            ("Минск", "Мінск"),
            ("Putin", "Путин"),
            ("Schwarzenberg", "Шварзенберг"),
            ("Shanghai", "Шанхай"),
            ("Kharkov", "Харков"),
            ("Jordan", "Джордан"),
            ("Alexandr", "Александр"),
        ] {
            assert_eq!(skeleton(one), skeleton(other), "{one} {other}");
        }
    }

    #[test]
    fn leaves_nothing_of_case_softness_and_accents() {
        assert_eq!(skeleton("ГОМЕЛЬ"), "gomel");
        assert_eq!(skeleton("Süd"), "sud");
        assert_eq!(skeleton("аб’ява"), skeleton("абява"));
    }

    #[test]
    fn takes_any_script() {
        assert_eq!(skeleton("東京"), "東京");
        assert_eq!(
            skeleton("CO₂-нейтральный"),
            "ko₂-neitralnii".replace("ii", "i")
        );
        assert_eq!(skeleton(""), "");
    }
}
