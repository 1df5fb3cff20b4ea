//! What sort of document an item is: the words that announce it, in the title first.

use crate::understand::{pattern::Patterns, reading::Reading};
use utkik_sources::{DocumentType, Language, Place};

/// The document types' cues, compiled.
pub(crate) struct Documents {
    patterns: Patterns,
    cues: Vec<Cue>,
    codes: Vec<String>,
}

struct Cue {
    language: Language,
    /// The place of its type in the list.
    at: usize,
    /// Whether it must stand with exactly its capitals.
    is_name: bool,
}

impl Documents {
    /// Compiles the types' cues.
    pub(crate) fn new(types: &[DocumentType]) -> Documents {
        let mut texts = Vec::new();
        let mut cues = Vec::new();
        for (at, of) in types.iter().enumerate() {
            for (language, cue) in
                of.cues.iter().flat_map(|(of, cues)| cues.iter().map(move |cue| (of, cue)))
            {
                let is_name = cue.contains(char::is_uppercase);
                texts.push((cue.as_str(), is_name));
                cues.push(Cue { language: language.clone(), at, is_name });
            }
        }
        let codes = types.iter().map(|of| of.code.clone()).collect();
        Documents { patterns: Patterns::new(texts.into_iter()), cues, codes }
    }

    /// The code of the type, when a cue tells: the longest of the title, else the first of the summary. In the summary
    /// names (IMY, JO) tell nothing, since others write about them too.
    pub(crate) fn code(&self, parts: &[Reading], language: Option<&Language>) -> Option<String> {
        let announced = parts.iter().filter(|part| part.place != Place::Text);
        announced.into_iter().find_map(|part| {
            let in_title = part.place == Place::Title;
            let mut best: Option<(usize, usize, usize)> = None;
            self.patterns.find(part, |hit| {
                let Cue { language: of, at, is_name } = &self.cues[hit.term];
                let speaks =
                    of.code() == "en" || language.is_none_or(|language| of.covers(language));
                if !speaks || (*is_name && !in_title) {
                    return;
                }
                let length = hit.to - hit.from;
                let is_better =
                    best.is_none_or(
                        |(from, longest, _)| {
                            if in_title { length > longest } else { hit.from < from }
                        },
                    );
                if is_better {
                    best = Some((hit.from, length, *at));
                }
            });
            best.map(|(_, _, at)| self.codes[at].clone())
        })
    }
}
