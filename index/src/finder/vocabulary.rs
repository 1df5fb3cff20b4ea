//! Which words does the index have? Held in memory, since looking through them in the index for those that hold a
//! part of a word takes a hundred times as long as the search itself.

use crate::finder::schema::Fields;
use aho_corasick::AhoCorasick;
use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex},
};
use tantivy::{Searcher, SegmentReader, index::SegmentId};

/// The words of each segment, read when first asked for; segments never change.
#[derive(Default)]
pub(crate) struct Vocabulary {
    segments: Mutex<HashMap<SegmentId, Arc<String>>>,
}

impl Vocabulary {
    /// The words that hold `part`; none where the index cannot be read, of which the search itself will tell.
    pub(crate) fn holding(
        &self,
        part: &str,
        searcher: &Searcher,
        fields: &Fields,
    ) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let Ok(automaton) = AhoCorasick::new([part]) else { return found };
        for words in self.words(searcher, fields) {
            let mut reach = 0;
            for hit in automaton.find_iter(words.as_str()) {
                if hit.start() < reach {
                    continue;
                }
                let start = words[..hit.start()].rfind('\n').map_or(0, |before| before + 1);
                let length = words[hit.end()..].find('\n').unwrap_or(0);
                reach = hit.end() + length;
                found.insert(words[start..reach].to_owned());
            }
        }
        found
    }

    fn words(&self, searcher: &Searcher, fields: &Fields) -> Vec<Arc<String>> {
        let mut known = self.segments.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let segments = searcher.segment_readers();
        known.retain(|id, _| segments.iter().any(|segment| segment.segment_id() == *id));
        let words = |segment: &SegmentReader| {
            let words = known.entry(segment.segment_id());
            Arc::clone(words.or_insert_with(|| Arc::new(read(segment, fields).unwrap_or_default())))
        };
        segments.iter().map(words).collect()
    }
}

/// All words of a segment, a line each; one that stands in several fields comes as often.
fn read(segment: &SegmentReader, fields: &Fields) -> tantivy::Result<String> {
    let mut words = String::new();
    for field in [fields.title, fields.summary, fields.text] {
        let index = segment.inverted_index(field)?;
        let mut terms = index.terms().stream()?;
        while terms.advance() {
            if let Ok(word) = std::str::from_utf8(terms.key()) {
                words.push_str(word);
                words.push('\n');
            }
        }
    }
    Ok(words)
}
