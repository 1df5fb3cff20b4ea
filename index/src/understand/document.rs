//! What sort of document an item is: the words that announce it, in the title first.

use crate::understand::{pattern::Patterns, reading::Reading};
use utkik_sources::{DatedFact, DocumentType, Language, Place};

/// The document types' cues, compiled.
pub(crate) struct Documents {
    patterns: Patterns,
    /// For each cue, its language and the place of its type in the list.
    uses: Vec<(Language, usize)>,
    codes: Vec<String>,
}

impl Documents {
    /// Compiles codes with their cues.
    pub(crate) fn new(types: &[DocumentType]) -> Documents {
        let cues = types.iter().enumerate().flat_map(|(at, of)| {
            let cues = of
                .cues
                .iter()
                .flat_map(|(language, cues)| cues.iter().map(move |cue| (language, cue)));
            cues.map(move |(language, cue)| {
                ((cue.as_str(), cue.contains(char::is_uppercase)), (language.clone(), at))
            })
        });
        let (texts, uses): (Vec<_>, Vec<_>) = cues.unzip();
        let codes = types.iter().map(|of| of.code.clone()).collect();
        Documents { patterns: Patterns::new(texts.into_iter()), uses, codes }
    }

    /// The code of the type, when a cue tells: the longest cue of the title, else the first of the summary.
    pub(crate) fn code(
        &self,
        parts: &[Reading],
        language: Option<&Language>,
        _dates: &[DatedFact],
    ) -> Option<String> {
        let announced = parts.iter().filter(|part| part.place != Place::Text);
        announced.into_iter().find_map(|part| {
            let mut best: Option<(usize, usize, usize)> = None;
            self.patterns.find(part, |hit| {
                let (of, at) = &self.uses[hit.term];
                if of.code() != "en" && language.is_some_and(|language| !of.covers(language)) {
                    return;
                }
                let length = hit.to - hit.from;
                let better = match part.place {
                    Place::Title => best.is_none_or(|(_, longest, _)| length > longest),
                    _ => best.is_none_or(|(from, _, _)| hit.from < from),
                };
                if better {
                    best = Some((hit.from, length, *at));
                }
            });
            best.map(|(_, _, at)| self.codes[at].clone())
        })
    }
}
