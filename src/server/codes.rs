//! Languages as other tools name them: three-letter codes (ISO 639-3, of which Apertium's are), `_` between subtags, English names.

use crate::error::Result;
use crate::model::Lang;

/// Two-letter code (ISO 639-1), three-letter code (ISO 639-3), English name.
const LANGUAGES: &[(&str, &str, &str)] = &[
    ("af", "afr", "Afrikaans"),
    ("ar", "ara", "Arabic"),
    ("az", "aze", "Azerbaijani"),
    ("ba", "bak", "Bashkir"),
    ("be", "bel", "Belarusian"),
    ("bg", "bul", "Bulgarian"),
    ("bs", "bos", "Bosnian"),
    ("ca", "cat", "Catalan"),
    ("cs", "ces", "Czech"),
    ("cv", "chv", "Chuvash"),
    ("cy", "cym", "Welsh"),
    ("da", "dan", "Danish"),
    ("de", "deu", "German"),
    ("el", "ell", "Greek"),
    ("en", "eng", "English"),
    ("eo", "epo", "Esperanto"),
    ("es", "spa", "Spanish"),
    ("et", "est", "Estonian"),
    ("eu", "eus", "Basque"),
    ("fa", "fas", "Persian"),
    ("fi", "fin", "Finnish"),
    ("fr", "fra", "French"),
    ("ga", "gle", "Irish"),
    ("gl", "glg", "Galician"),
    ("he", "heb", "Hebrew"),
    ("hi", "hin", "Hindi"),
    ("hr", "hrv", "Croatian"),
    ("hu", "hun", "Hungarian"),
    ("hy", "hye", "Armenian"),
    ("id", "ind", "Indonesian"),
    ("is", "isl", "Icelandic"),
    ("it", "ita", "Italian"),
    ("ja", "jpn", "Japanese"),
    ("ka", "kat", "Georgian"),
    ("kk", "kaz", "Kazakh"),
    ("ko", "kor", "Korean"),
    ("ky", "kir", "Kyrgyz"),
    ("la", "lat", "Latin"),
    ("lt", "lit", "Lithuanian"),
    ("lv", "lav", "Latvian"),
    ("mk", "mkd", "Macedonian"),
    ("mn", "mon", "Mongolian"),
    ("mt", "mlt", "Maltese"),
    ("nb", "nob", "Norwegian Bokmål"),
    ("nl", "nld", "Dutch"),
    ("nn", "nno", "Norwegian Nynorsk"),
    ("oc", "oci", "Occitan"),
    ("os", "oss", "Ossetian"),
    ("pl", "pol", "Polish"),
    ("pt", "por", "Portuguese"),
    ("ro", "ron", "Romanian"),
    ("ru", "rus", "Russian"),
    ("sk", "slk", "Slovak"),
    ("sl", "slv", "Slovenian"),
    ("sq", "sqi", "Albanian"),
    ("sr", "srp", "Serbian"),
    ("sv", "swe", "Swedish"),
    ("tg", "tgk", "Tajik"),
    ("th", "tha", "Thai"),
    ("tk", "tuk", "Turkmen"),
    ("tr", "tur", "Turkish"),
    ("tt", "tat", "Tatar"),
    ("uk", "ukr", "Ukrainian"),
    ("uz", "uzb", "Uzbek"),
    ("vi", "vie", "Vietnamese"),
    ("yi", "yid", "Yiddish"),
    ("zh", "zho", "Chinese"),
];

/// Returns the language of a code in any of these forms: `ru`, `RU`, `rus`, `en_gb`, `en-GB`.
///
/// # Errors
/// [`crate::Error::Invalid`] when it is none.
pub(super) fn lang(code: &str) -> Result<Lang> {
    let lang = Lang::new(code)?;
    let primary = lang.primary();
    match LANGUAGES.iter().find(|(_, three, _)| *three == primary) {
        Some((two, _, _)) => Lang::new(&format!("{two}{}", &lang.as_str()[primary.len()..])),
        None => Ok(lang),
    }
}

/// Returns the three-letter code of a language without script or region, if it has one.
pub(super) fn three_letters(lang: &Lang) -> Option<&'static str> {
    row(lang).map(|(_, three, _)| *three)
}

/// Returns the English name of a language, or its tag.
pub(super) fn name(lang: &Lang) -> &str {
    row(lang).map_or(lang.as_str(), |(_, _, name)| name)
}

/// Returns the tag as tools of the gettext family write it: `en_gb`.
pub(super) fn with_underscore(lang: &Lang) -> String {
    lang.as_str().replace('-', "_").to_ascii_lowercase()
}

fn row(lang: &Lang) -> Option<&'static (&'static str, &'static str, &'static str)> {
    LANGUAGES.iter().find(|(two, _, _)| *two == lang.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_spellings_of_a_language_are_one() {
        for code in ["en_gb", "en-GB", "EN_GB", "eng-GB", "eng_gb"] {
            assert_eq!(lang(code).unwrap().as_str(), "en-GB", "{code}");
        }
        assert_eq!(lang("rus").unwrap().as_str(), "ru");
        assert_eq!(lang("bel_Latn").unwrap().as_str(), "be-Latn");
        assert_eq!(lang("sah").unwrap().as_str(), "sah");
        assert!(lang("русский").is_err());
    }

    #[test]
    fn a_language_has_its_names() {
        let be = Lang::new("be").unwrap();
        assert_eq!((three_letters(&be), name(&be)), (Some("bel"), "Belarusian"));
        let latin = Lang::new("be-Latn").unwrap();
        assert_eq!((three_letters(&latin), name(&latin)), (None, "be-Latn"));
        assert_eq!(with_underscore(&latin), "be_latn");
    }
}
