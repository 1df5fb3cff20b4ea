//! Labelled publications that ship with the project: what the learnt part of tagging is learnt from.
//!
//! `sources/examples/*.jsonl` holds one example a line: `id`, `batch` (examples of one batch were written by one hand at one
//! time, so that measures leave out whole batches), `language`, `source_organisation`, `title`, `summary`, `labels` (short
//! names of leaf areas: 2.1, G1; none when the publication is about something else) and `relevant` (whether there are labels).
//! They read like real titles and summaries and are all written for this purpose; what they tell need not have happened.

use crate::{AreaId, Language};
use serde::{Deserialize, Deserializer};
use std::sync::LazyLock;

/// Every file of the folder `examples`.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$((concat!("examples/", $name), include_str!(concat!("../examples/", $name)))),+]
    };
}
const FILES: &[(&str, &str)] = files![
    "w1.jsonl",
    "w2.jsonl",
    "w3.jsonl",
    "w4.jsonl",
    "w5.jsonl",
    "w6.jsonl",
    "w7.jsonl",
    "w8.jsonl",
    "w9.jsonl",
    "w10.jsonl"
];

/// A publication with the areas it belongs to.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// Unique among all examples.
    pub id: String,
    /// Which ones were written together.
    pub batch: String,
    /// The language it is written in.
    pub language: Language,
    /// Who would have published it.
    #[serde(rename = "source_organisation")]
    pub organisation: Option<String>,
    /// Its title.
    pub title: String,
    /// Its summary.
    pub summary: String,
    /// What it is about; nothing of ours when empty.
    #[serde(rename = "labels", deserialize_with = "areas")]
    pub areas: Vec<AreaId>,
    /// Whether it is about anything of ours, as its writer says.
    pub relevant: bool,
}

impl Example {
    /// All that ship with the project, in the order of their files.
    pub fn built_in() -> &'static [Example] {
        static EXAMPLES: LazyLock<Vec<Example>> =
            LazyLock::new(|| FILES.iter().flat_map(|(name, text)| read(name, text)).collect());
        &EXAMPLES
    }

    /// Who wrote it: the part of its batch's name that all batches of one writer share.
    pub fn writer(&self) -> &str {
        self.batch.trim_end_matches(|last: char| last.is_ascii_lowercase())
    }
}

fn areas<'de, D: Deserializer<'de>>(input: D) -> Result<Vec<AreaId>, D::Error> {
    let names = Vec::<String>::deserialize(input)?;
    Ok(names.iter().map(|name| AreaId::parse(name)).collect())
}

fn read(name: &str, text: &str) -> Vec<Example> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    lines
        .map(|(index, line)| {
            serde_json::from_str(line)
                .unwrap_or_else(|error| panic!("{name}, line {}: {error}", index + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Frameworks;
    use std::collections::{BTreeMap, BTreeSet};

    #[test]
    fn every_example_has_an_id_of_its_own_and_areas_that_exist() {
        let frameworks = Frameworks::built_in();
        let leaves: BTreeSet<&AreaId> = frameworks.leaves().map(|area| &area.id).collect();
        let mut ids = BTreeSet::new();
        for example in Example::built_in() {
            assert!(ids.insert(&example.id), "{} stands twice", example.id);
            assert_eq!(example.relevant, !example.areas.is_empty(), "{}", example.id);
            assert!(example.areas.len() <= 4, "{} has too many areas", example.id);
            let known = example.areas.iter().all(|area| leaves.contains(area));
            assert!(known, "{} has areas that are none: {:?}", example.id, example.areas);
        }
        assert!(ids.len() >= 1500);
    }

    #[test]
    fn all_areas_and_languages_and_noise_are_among_the_examples() {
        let mut areas: BTreeMap<&str, usize> = BTreeMap::new();
        let mut languages: BTreeMap<&str, usize> = BTreeMap::new();
        for example in Example::built_in() {
            *languages.entry(example.language.code()).or_default() += 1;
            let names = example.areas.iter().map(|area| area.0.as_str());
            for name in names.chain(example.areas.is_empty().then_some("none")) {
                *areas.entry(name).or_default() += 1;
            }
        }
        assert_eq!(areas.len(), 15);
        assert!(areas.values().all(|count| *count >= 80), "{areas:?}");
        for language in ["sv", "nb", "da", "fi", "en"] {
            assert!(languages[language] >= 100, "{languages:?}");
        }
    }

    #[test]
    fn no_two_examples_share_more_than_six_words_in_ten() {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut bags: Vec<(&str, Vec<usize>)> = Vec::new();
        for example in Example::built_in() {
            let text = format!("{} {}", example.title, example.summary).to_lowercase();
            let words: BTreeSet<String> = text
                .split(|letter: char| !letter.is_alphanumeric())
                .filter(|word| !word.is_empty())
                .map(str::to_owned)
                .collect();
            let number = |word| {
                let next = numbers.len();
                *numbers.entry(word).or_insert(next)
            };
            bags.push((&example.id, words.into_iter().map(number).collect()));
        }
        // Words in common are counted through the examples that hold each word, since few share any rare one.
        let mut holders: Vec<Vec<usize>> = vec![Vec::new(); numbers.len()];
        for (at, (id, words)) in bags.iter().enumerate() {
            let mut common: BTreeMap<usize, usize> = BTreeMap::new();
            for earlier in words.iter().flat_map(|word| &holders[*word]) {
                *common.entry(*earlier).or_default() += 1;
            }
            for (earlier, shared) in common {
                let (other, others) = &bags[earlier];
                let all = words.len() + others.len() - shared;
                assert!(shared * 10 <= all * 6, "{id} and {other} are too alike");
            }
            words.iter().for_each(|word| holders[*word].push(at));
        }
    }
}
