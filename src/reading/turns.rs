//! Who speaks? Labels such as «В.Путин: …», "Vladimir Putin:" and "Name, Title:" begin the turns of their speakers.
//!
//! The rule: a colon makes a label only in a transcript, which shows by labels that come back; a line that names a person and ends in a colon is
//! a label anywhere. A person's label becomes a block of its own, "Question:" and "Answer:" stay where they are.

use std::collections::BTreeMap;

use crate::language::profiles;
use crate::model::{Block, BlockKind};

/// A label is at most this long, in characters: a name with its patronymic, not a clause.
const LABEL_CHARS: usize = 60;

/// A line that names a speaker with a title is at most this long, in characters.
const SPEAKER_LINE_CHARS: usize = 200;

/// A person speaking once is a label if at least one block in so many has one.
const BLOCKS_PER_LABEL: usize = 4;

/// Fewest labelled lines of a transcript.
const TRANSCRIPT_LABELS: usize = 2;

/// "Question" may say in this many words, itself among them, whose it is.
const ASKING_WORDS: usize = 4;

/// Most capitalised words of a name with the office before it.
const NAME_WORDS: usize = 7;

/// Small words inside names.
const PARTICLES: [&str; 14] = [
    "de", "da", "di", "du", "van", "von", "der", "bin", "al", "el", "де", "фон", "ван", "аль",
];

/// Marks that open quoted words, …
const QUOTES: [char; 4] = ['"', '«', '“', '„'];

/// … and speech, which may also begin with a dash.
const SPEECH: [char; 6] = ['"', '«', '“', '„', '–', '—'];

/// Small words between the words of an office before a name.
const OFFICE_PARTICLES: [&str; 3] = ["of", "the", "for"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Label {
    /// A name: initials with a surname, or two or more capitalised words.
    Person,
    /// One capitalised word: a surname, «Ведущий», or nothing of the sort.
    Word,
    Question,
    Answer,
}

/// Marks speakers and turns; blocks that begin with a person's label are cut after it.
pub(super) fn mark(text: &str, blocks: Vec<Block>) -> Vec<Block> {
    let labels: Vec<Option<(Label, usize)>> = blocks
        .iter()
        .map(|block| match block.kind {
            BlockKind::Paragraph => label(&text[block.span.clone()]),
            _ => None,
        })
        .collect();
    let accepted = Accepted::of(text, &blocks, &labels);
    let mut marked = Vec::with_capacity(blocks.len());
    let mut state = State::default();
    let last = blocks.len().saturating_sub(1);
    let followers: Vec<bool> = blocks
        .iter()
        .map(|block| text[block.span.clone()].starts_with(SPEECH))
        .collect();
    for (index, (mut block, label)) in blocks.into_iter().zip(labels).enumerate() {
        let content = &text[block.span.clone()];
        let follower = followers.get(index + 1).copied().unwrap_or_default();
        if index < last && is_speaker_line(content, block.kind, follower || accepted.people) {
            state.begin(&content[..content.len() - 1], true);
            block.kind = BlockKind::Speaker;
            state.sign(&mut block);
            marked.push(block);
            continue;
        }
        if let Some((label, colon)) = label
            && accepted.takes(label, &content[..colon])
        {
            state.begin(&content[..colon], false);
            let rest = content[colon + 1..].trim_start();
            if matches!(label, Label::Person | Label::Word) && !rest.is_empty() {
                let mut speaker = block.clone();
                speaker.kind = BlockKind::Speaker;
                speaker.span.end = block.span.start + colon + 1;
                state.sign(&mut speaker);
                marked.push(speaker);
                block.span.start = block.span.end - rest.len();
            }
        } else {
            state.follow(content);
        }
        state.sign(&mut block);
        marked.push(block);
    }
    marked
}

/// Says whether a line begins with what may be a label.
pub(super) fn has_label(line: &str) -> bool {
    label(line).is_some()
}

/// Whose turn it is.
#[derive(Default)]
struct State {
    speaker: Option<String>,
    turn: u32,
    /// After a speaker line: whether the words that follow stand in quotation marks, unknown until they come.
    quoted: Option<bool>,
    /// Whether the block before ended a quotation.
    closed: bool,
    after_line: bool,
}

impl State {
    fn begin(&mut self, label: &str, is_line: bool) {
        let name = label.split('(').next().unwrap_or(label).trim();
        *self = Self {
            speaker: Some(name.to_owned()),
            turn: self.turn + 1,
            after_line: is_line,
            ..Self::default()
        };
    }

    /// Words after a speaker line that stand in quotation marks end with them: what follows is the editors' again.
    fn follow(&mut self, content: &str) {
        let opens = content.starts_with(QUOTES);
        if self.after_line && self.quoted.is_none() {
            self.quoted = Some(opens);
        }
        if self.quoted == Some(true) {
            if self.closed && !opens {
                self.speaker = None;
            }
            self.closed = content
                .trim_end_matches(['.', ',', '!', '?'])
                .ends_with(['"', '»', '”']);
        }
    }

    fn sign(&self, block: &mut Block) {
        block.speaker.clone_from(&self.speaker);
        block.turn = self.turn;
    }
}

/// Which labels count in this document.
struct Accepted {
    people: bool,
    /// Single words that come back, when people or at least two of them do.
    words: Vec<String>,
    questions: bool,
}

impl Accepted {
    fn of(text: &str, blocks: &[Block], labels: &[Option<(Label, usize)>]) -> Self {
        let mut people: BTreeMap<&str, usize> = BTreeMap::new();
        let mut words: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut questions, mut answers) = (0_usize, 0_usize);
        for (block, label) in blocks.iter().zip(labels) {
            let Some((label, colon)) = label else {
                continue;
            };
            let name = &text[block.span.start..block.span.start + colon];
            match label {
                Label::Person => *people.entry(name).or_default() += 1,
                Label::Word => *words.entry(name).or_default() += 1,
                Label::Question => questions += 1,
                Label::Answer => answers += 1,
            }
        }
        let spoken: usize = people.values().sum();
        let comes_back = people.values().any(|count| *count > 1);
        let people = spoken + questions >= TRANSCRIPT_LABELS
            && spoken > 0
            && (comes_back || (spoken + questions) * BLOCKS_PER_LABEL >= blocks.len());
        let mut words: Vec<String> = words
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .map(|(word, _)| word.to_owned())
            .collect();
        if !people && words.len() < TRANSCRIPT_LABELS {
            words.clear();
        }
        let questions = questions > 0 && (answers > 0 || people || !words.is_empty());
        Self {
            people,
            words,
            questions,
        }
    }

    fn takes(&self, label: Label, name: &str) -> bool {
        match label {
            Label::Person => self.people,
            Label::Word => {
                let is_shouted = name.chars().count() > 2 && !name.contains(char::is_lowercase);
                self.people && is_shouted || self.words.iter().any(|word| word == name)
            }
            Label::Question | Label::Answer => self.questions,
        }
    }
}

/// The label that a block begins with and the byte of its colon.
fn label(content: &str) -> Option<(Label, usize)> {
    let colon = content
        .char_indices()
        .take(LABEL_CHARS)
        .find_map(|(at, c)| (c == ':').then_some(at))?;
    let after = &content[colon + 1..];
    if !(after.is_empty() || after.starts_with(char::is_whitespace)) {
        return None;
    }
    let label = content[..colon].trim();
    let (name, aside) = label.split_once('(').unwrap_or((label, ")"));
    if !aside.ends_with(')') {
        return None;
    }
    let name = name.trim();
    // «Вопрос», but also «Вопрос корреспондента».
    let first_word = name.split_whitespace().next().unwrap_or_default();
    if name.split_whitespace().count() <= ASKING_WORDS {
        for profile in profiles() {
            if profile.turn_labels.question.contains(&first_word) {
                return Some((Label::Question, colon));
            }
            if profile.turn_labels.answer.contains(&first_word) {
                return Some((Label::Answer, colon));
            }
        }
    }
    let without_office: Vec<&str> = name
        .split_whitespace()
        .filter(|word| !OFFICE_PARTICLES.contains(word))
        .collect();
    if is_person(&without_office.join(" ")) {
        Some((Label::Person, colon))
    } else if is_capitalised(name) {
        Some((Label::Word, colon))
    } else {
        None
    }
}

/// A line of its own that names a person and ends in a colon. A name without a title may as well be a heading, so it counts only where speech
/// follows.
fn is_speaker_line(content: &str, kind: BlockKind, speech_follows: bool) -> bool {
    if !matches!(kind, BlockKind::Paragraph | BlockKind::Headline)
        || content.chars().count() > SPEAKER_LINE_CHARS
    {
        return false;
    }
    let Some(label) = content.strip_suffix(':') else {
        return false;
    };
    let name = label.split([',', '(']).next().unwrap_or(label);
    let has_title = name.len() < label.len() && !label.contains(['!', '?', '"', '«', ':']);
    is_person(name.trim()) && (has_title || speech_follows)
}

/// Says whether a text has the form of a person's name: initials with a surname, or two or more capitalised words with initials and particles
/// among them.
fn is_person(name: &str) -> bool {
    let (mut words, mut initials) = (0, 0);
    for word in name.split_whitespace() {
        let stops = word.matches('.').count();
        let parts: Vec<&str> = word.split('.').filter(|part| !part.is_empty()).collect();
        let Some((surname, before)) = parts.split_last() else {
            return false;
        };
        if stops > 0 {
            // «В.», «А.В.», «В.Путин», "Mr."
            let is_initial = |part: &&str| part.chars().count() <= 2 && is_capitalised(part);
            if !before.iter().all(is_initial) {
                return false;
            }
            if word.ends_with('.') {
                if !(is_initial(surname) || matches!(*surname, "Mrs" | "Dr")) {
                    return false;
                }
                initials += 1;
            } else if is_capitalised(surname) {
                initials += 1;
                words += 1;
            } else {
                return false;
            }
        } else if is_capitalised(word) {
            words += 1;
        } else if !(words + initials > 0 && PARTICLES.contains(&word)) {
            return false;
        }
    }
    (initials > 0 && words >= 1 || words >= 2) && words <= NAME_WORDS
}

/// One word of letters, hyphens and apostrophes that begins with a capital.
fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase)
        && word.chars().all(|c| {
            c.is_alphabetic() || matches!(c, '-' | '’' | '\'' | '\u{2bc}' | '‐' | '\u{301}')
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::reading::text;

    /// Kind, turn, speaker and text of each block.
    fn turns(source: &str) -> Vec<(&'static str, u32, Option<String>, String)> {
        let draft = text::read(source.to_owned());
        mark(&draft.text, draft.blocks)
            .into_iter()
            .map(|block| {
                let content = draft.text[block.span.clone()].to_owned();
                (block.kind.as_str(), block.turn, block.speaker, content)
            })
            .collect()
    }

    #[test]
    fn labels_that_come_back_begin_turns() {
        let found = turns(
            "А.Нов: Как дела?\nВ. И. Лось (как переведено): Хорошо.\nОчень важно: всё хорошо.\nА.Нов: Спасибо.",
        );
        let brief: Vec<(&str, u32, &str)> = found
            .iter()
            .map(|(kind, turn, speaker, _)| (*kind, *turn, speaker.as_deref().unwrap_or("")))
            .collect();
        assert_eq!(
            brief,
            [
                ("speaker", 1, "А.Нов"),
                ("paragraph", 1, "А.Нов"),
                ("speaker", 2, "В. И. Лось"),
                ("paragraph", 2, "В. И. Лось"),
                ("paragraph", 2, "В. И. Лось"),
                ("speaker", 3, "А.Нов"),
                ("paragraph", 3, "А.Нов"),
            ]
        );
        assert_eq!(
            (found[2].3.as_str(), found[3].3.as_str()),
            ("В. И. Лось (как переведено):", "Хорошо.")
        );
    }

    #[test]
    fn one_label_does_not_make_a_transcript() {
        for line in [
            "Question: What is your position?",
            "Ann Lee: This is all.",
            "Вопрос: Что дальше?",
        ] {
            let found = turns(line);
            assert_eq!((found.len(), found[0].1), (1, 0), "{line}");
        }
    }

    #[test]
    fn questions_and_answers_begin_turns_and_stay_in_their_blocks() {
        let found = turns("Пытанне: Калі?\nАдказ: Заўтра.\nПытанне: Дзе?");
        let brief: Vec<(&str, u32)> = found
            .iter()
            .map(|(kind, turn, ..)| (*kind, *turn))
            .collect();
        assert_eq!(
            brief,
            [("paragraph", 1), ("paragraph", 2), ("paragraph", 3)]
        );
        assert_eq!(found[1].2.as_deref(), Some("Адказ"));
    }

    #[test]
    fn a_transcript_has_a_moderator_and_correspondents() {
        let found = turns(
            "MODERATOR: Let us begin.\nВопрос агентства: Когда?\nIvan Petrov: Soon.\nВопрос: Где?\nIvan Petrov: Here.\nImportant: this is all.",
        );
        let mut speakers: Vec<&str> = found
            .iter()
            .filter_map(|found| found.2.as_deref())
            .collect();
        speakers.dedup();
        assert_eq!(
            speakers,
            [
                "MODERATOR",
                "Вопрос агентства",
                "Ivan Petrov",
                "Вопрос",
                "Ivan Petrov"
            ]
        );
    }

    #[test]
    fn surnames_alone_begin_turns_when_two_come_back() {
        let found = turns(
            "Novak: Why?\nPetrov: So.\nNovak: Since when?\nPetrov: Since May.\nImportant: read this.",
        );
        assert_eq!(
            found.iter().map(|found| found.1).collect::<Vec<_>>(),
            [1, 1, 2, 2, 3, 3, 4, 4, 4]
        );
    }

    #[test]
    fn a_line_that_names_a_person_begins_a_turn_and_the_quotation_ends_it() {
        let found = turns(
            "Ina Novik, head of the department:\n\n\"We are ready.\"\n\nThe meeting went on.\n\nKey Facts:\n\nYes.",
        );
        let brief: Vec<(&str, Option<&str>)> = found
            .iter()
            .map(|(kind, _, speaker, _)| (*kind, speaker.as_deref()))
            .collect();
        let name = Some("Ina Novik, head of the department");
        assert_eq!(
            brief,
            [
                ("speaker", name),
                ("paragraph", name),
                ("paragraph", None),
                ("paragraph", None),
                ("paragraph", None)
            ]
        );
    }

    #[test]
    fn names_have_forms() {
        for name in [
            "В.Путин",
            "А.В.Лозовский",
            "L. P. Kravets",
            "Ann Lee",
            "Ursula von der Leyen",
            "Жан-Клод Ван",
        ] {
            assert!(is_person(name), "{name}");
        }
        for name in [
            "Вопрос",
            "The meeting",
            "One more thing",
            "2 Ann",
            "",
            ".",
            "В первый день",
            "Важно.",
        ] {
            assert!(!is_person(name), "{name}");
        }
    }
}
