//! Which words does the interface use? One file a language, all with the same keys.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::model::Lang;

/// The words of the interface in one language.
#[derive(Debug)]
pub struct Words {
    tag: &'static str,
    name: String,
    texts: BTreeMap<String, String>,
}

/// The languages, the first one for whoever asks for none of them.
const FILES: [(&str, &str); 3] = [
    ("en", include_str!("en.toml")),
    ("ru", include_str!("ru.toml")),
    ("be", include_str!("be.toml")),
];

static ALL: LazyLock<Vec<Words>> = LazyLock::new(|| {
    FILES
        .iter()
        .map(|&(tag, file)| {
            // A test reads every file.
            let texts: BTreeMap<String, String> = toml::from_str(file).unwrap_or_default();
            Words {
                tag,
                name: texts.get("language").cloned().unwrap_or_default(),
                texts,
            }
        })
        .collect()
});

impl Words {
    /// Returns all languages of the interface.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// Returns the words of a language, of English where the interface has none of it.
    pub fn of(lang: &Lang) -> &'static Self {
        let known = ALL.iter().find(|words| words.tag == lang.primary());
        known.unwrap_or(&ALL[0])
    }

    /// Returns the language's tag.
    pub fn tag(&self) -> &'static str {
        self.tag
    }

    /// Returns the language's own name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the words for a key; the key itself where there are none.
    pub fn say<'w>(&'w self, key: &'w str) -> &'w str {
        self.texts.get(key).map_or(key, String::as_str)
    }

    /// Returns the words whose key begins so, by the rest of the key.
    pub fn under(&self, start: &str) -> BTreeMap<&str, &str> {
        let texts = self.texts.iter();
        texts
            .filter_map(|(key, text)| Some((key.strip_prefix(start)?, text.as_str())))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_keys_and_no_empty_words() {
        let keys = |words: &Words| -> Vec<String> { words.texts.keys().cloned().collect() };
        let first = keys(&Words::all()[0]);
        assert!(first.len() > 50);
        for words in Words::all() {
            assert_eq!(keys(words), first, "{}", words.tag);
            assert!(words.texts.values().all(|text| !text.trim().is_empty()));
        }
    }

    #[test]
    fn what_is_not_english_is_written_in_cyrillic() {
        for words in &Words::all()[1..] {
            for (key, text) in &words.texts {
                let latin = text.chars().filter(char::is_ascii_alphabetic).count();
                let cyrillic = text
                    .chars()
                    .filter(|c| ('а'..='я').contains(&c.to_lowercase().next().unwrap_or(' ')))
                    .count();
                assert!(
                    cyrillic * 2 >= latin || latin <= 12,
                    "{} {key}: {text}",
                    words.tag
                );
            }
        }
    }

    #[test]
    fn keys_in_templates_and_scripts_exist() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let mut asked = 0;
        for folder in [
            "server/pages",
            "server/pages/html",
            "server/pages/assets",
            "pictures",
        ] {
            for entry in std::fs::read_dir(root.join(folder)).unwrap() {
                let path = entry.unwrap().path();
                if !path.is_file() {
                    continue;
                }
                let Ok(text) = std::fs::read_to_string(&path) else {
                    continue;
                };
                for rest in text.split("say(\"").skip(1) {
                    let key = rest.split('"').next().unwrap();
                    assert!(ALL[0].texts.contains_key(key), "{}: {key}", path.display());
                    asked += 1;
                }
            }
        }
        assert!(asked > 50, "{asked}");
    }
}
