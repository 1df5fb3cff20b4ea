//! Which goal areas there are, how those of one framework answer to those of another, and the words
//! that go with them.
//!
//! The built-in frameworks are compiled in; a folder of `*.toml` files may overlay them, entry by entry.

use crate::{
    Area, AreaId, Fault, Language,
    reading::{Faults, File, Record, folder},
    rules::{self, Cue, DocumentType, FalseFriend, Rules, Scoring, Term, Words},
    shelf::{Kept, Shelf, Standing},
};
use jiff::civil::Date;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, fmt::Write, path::Path, sync::LazyLock};

/// Every file of the folder `frameworks`, with the name that faults tell.
macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        &[$((concat!("frameworks/", $name), include_str!(concat!("../frameworks/", $name)))),+]
    };
}
const BUILT_IN: &[(&str, &str)] = files![
    "cues.toml",
    "documents.toml",
    "false-friends.toml",
    "gate.toml",
    "hp1719.toml",
    "relations.toml",
    "scoring.toml",
    "st2022.toml",
    "words-da.toml",
    "words-en.toml",
    "words-fi.toml",
    "words-nb.toml",
    "words-sv.toml",
];

/// A document that lays down goal areas.
#[derive(Clone, Debug, PartialEq)]
pub struct Framework {
    /// Short and stable: `ST2022`.
    pub id: String,
    /// Which edition of our reading of it this is; rises when areas change.
    pub version: String,
    /// The document's exact title.
    pub name_sv: String,
    /// English title.
    pub name_en: String,
    /// First day.
    pub valid_from: Date,
    /// Last day; `None` while it holds.
    pub valid_to: Option<Date>,
    /// What it is used for today, for people.
    pub status_sv: String,
    /// Who agreed on it.
    pub parties: Vec<String>,
    /// Its areas, in the document's order.
    pub areas: Vec<Area>,
    /// How its areas answer to those of other frameworks.
    pub relations: Vec<Relation>,
}

/// How an area answers to one of another framework.
#[derive(Clone, Debug, PartialEq)]
pub struct Relation {
    /// The area.
    pub from: AreaId,
    /// The other; `None` when it has no counterpart.
    pub to: Option<AreaId>,
    /// How close they are.
    pub kind: RelationKind,
    /// Why we say so.
    pub note_sv: String,
}

/// How close two areas are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RelationKind {
    /// Nearly the same.
    Close,
    /// The other is wider, and holds it.
    Broad,
    /// They have something in common; not enough to pass tags on.
    Related,
    /// It lives on as something else than an area.
    MovedToSection,
    /// It ended.
    NoCounterpart,
}

/// All frameworks, and the words by which items are understood.
#[derive(Clone, Debug, Default)]
pub struct Frameworks {
    frameworks: Vec<Framework>,
    areas: BTreeMap<AreaId, (usize, usize)>,
    rules: Rules,
    version: String,
}

impl Frameworks {
    /// The frameworks that are compiled in; a test proves that they are without fault.
    pub fn built_in() -> Frameworks {
        static BUILT_IN: LazyLock<Frameworks> = LazyLock::new(|| Frameworks::read(None).0);
        BUILT_IN.clone()
    }

    /// The built-in frameworks, overlaid entry by entry from the `*.toml` files in a folder. All faults
    /// are told; what has none is in the frameworks.
    pub fn read(overlay: Option<&Path>) -> (Frameworks, Vec<Fault>) {
        let faults = Faults::default();
        let mut layers = vec![owned(BUILT_IN)];
        layers.extend(overlay.map(|dir| folder(dir, &faults)));
        let frameworks = Frameworks::of(&layers, &faults);
        (frameworks, faults.told())
    }

    /// Frameworks of these files only, each with its name and text.
    pub fn from_toml(files: &[(&str, &str)]) -> (Frameworks, Vec<Fault>) {
        let faults = Faults::default();
        let frameworks = Frameworks::of(&[owned(files)], &faults);
        (frameworks, faults.told())
    }

    /// Each framework, in the order of the files.
    pub fn all(&self) -> &[Framework] {
        &self.frameworks
    }

    /// The framework of this name.
    pub fn get(&self, id: &str) -> Option<&Framework> {
        self.frameworks.iter().find(|framework| framework.id == id)
    }

    /// The area of this name, in whichever framework.
    pub fn area(&self, id: &AreaId) -> Option<&Area> {
        let (framework, area) = self.areas.get(id)?;
        Some(&self.frameworks[*framework].areas[*area])
    }

    /// Every area of every framework, in order.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        self.frameworks.iter().flat_map(|framework| &framework.areas)
    }

    /// The areas that items are tagged with, in order.
    pub fn leaves(&self) -> impl Iterator<Item = &Area> {
        self.areas().filter(|area| area.leaf)
    }

    /// The leaves whose tags speak for an area: itself, those below it, and those that it passed over
    /// into by a close or broad relation (`HP.A1` is `ST.G1` today).
    pub fn tagged_as(&self, id: &AreaId) -> Vec<AreaId> {
        let passed = self.frameworks.iter().flat_map(|framework| &framework.relations);
        let passed = passed.filter(|relation| {
            matches!(relation.kind, RelationKind::Close | RelationKind::Broad)
                && self.is_within(&relation.from, id)
        });
        let roots: Vec<&AreaId> =
            passed.filter_map(|relation| relation.to.as_ref()).chain([id]).collect();
        let leaves =
            self.leaves().filter(|leaf| roots.iter().any(|root| self.is_within(&leaf.id, root)));
        leaves.map(|leaf| leaf.id.clone()).collect()
    }

    /// The words by which items are understood.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Names this wording of frameworks and rules; any change in any file changes it.
    pub fn version(&self) -> String {
        self.version.clone()
    }

    fn is_within(&self, id: &AreaId, root: &AreaId) -> bool {
        let above = std::iter::successors(Some(id), |id| self.area(id)?.parent.as_ref());
        // A cycle of parents is a fault that has been told; it must not hang here.
        above.take(self.areas.len() + 1).any(|above| above == root)
    }

    fn of(layers: &[Vec<File>], faults: &Faults) -> Frameworks {
        let mut draft = Draft::default();
        for (layer, files) in layers.iter().enumerate() {
            for file in files {
                draft.read(file, layer, faults);
            }
        }
        draft.check(faults);
        Frameworks { version: version(layers), ..draft.finished() }
    }
}

/// What the files say, before it is known whether it fits together.
struct Draft {
    frameworks: Shelf<String, Framework>,
    areas: Shelf<AreaId, (String, Area)>,
    relations: Shelf<String, Relation>,
    words: Shelf<String, Words>,
    false_friends: Shelf<String, FalseFriend>,
    gate: Shelf<Language, (Language, Vec<String>)>,
    documents: Shelf<String, DocumentType>,
    cues: Shelf<String, (Language, crate::FactKind, Vec<String>)>,
    scoring: Shelf<&'static str, Scoring>,
}

impl Default for Draft {
    fn default() -> Draft {
        Draft {
            frameworks: Shelf::of("framework"),
            areas: Shelf::of("area"),
            relations: Shelf::of("relation"),
            words: Shelf::of("words"),
            false_friends: Shelf::of("false friend"),
            gate: Shelf::of("gate"),
            documents: Shelf::of("document type"),
            cues: Shelf::of("cues"),
            scoring: Shelf::of("scoring"),
        }
    }
}

impl Draft {
    fn read(&mut self, file: &File, layer: usize, faults: &Faults) {
        let mut whole = file.whole(faults);
        shelve(
            &mut self.frameworks,
            whole.records("framework"),
            layer,
            faults,
            framework,
            |read| read.id.clone(),
        );
        shelve(&mut self.areas, whole.records("area"), layer, faults, area, |(_, read)| {
            read.id.clone()
        });
        shelve(&mut self.relations, whole.records("relation"), layer, faults, relation, |read| {
            format!("{} to {}", read.from, read.to.as_ref().map_or("nothing", |to| &to.0))
        });
        shelve(&mut self.words, whole.records("words"), layer, faults, Words::read, |read| {
            format!("{} {}", read.area, read.language)
        });
        shelve(
            &mut self.false_friends,
            whole.records("false_friend"),
            layer,
            faults,
            FalseFriend::read,
            |read| format!("{} {} {}", read.area, read.language, read.term),
        );
        shelve(
            &mut self.gate,
            whole.records("gate"),
            layer,
            faults,
            rules::gate,
            |(language, _)| language.clone(),
        );
        shelve(
            &mut self.documents,
            whole.records("document"),
            layer,
            faults,
            DocumentType::read,
            |read| read.code.clone(),
        );
        shelve(
            &mut self.cues,
            whole.records("cue"),
            layer,
            faults,
            rules::cues,
            |(language, kind, _)| format!("{language} {}", kind.word()),
        );
        shelve(
            &mut self.scoring,
            whole.records("scoring"),
            layer,
            faults,
            Scoring::read,
            |_| "scoring",
        );
        whole.end();
    }

    /// What each entry names must be there.
    fn check(&self, faults: &Faults) {
        for (at, (framework, area)) in self.areas.iter() {
            if self.frameworks.get(framework).is_none() {
                at.fault(faults, format!("`framework`: there is no framework `{framework}`"));
            }
            if let Some(what) =
                area.parent.as_ref().and_then(|parent| self.misfit(framework, area, parent))
            {
                at.fault(faults, format!("`parent`: {what}"));
            }
        }
        for (at, relation) in self.relations.iter() {
            for id in [Some(&relation.from), relation.to.as_ref()].into_iter().flatten() {
                if self.areas.get(id).is_none() {
                    at.fault(faults, format!("there is no area `{id}`"));
                }
            }
        }
        for (at, words) in self.words.iter() {
            self.check_leaf(&words.area, at, faults);
        }
        for (at, friend) in self.false_friends.iter() {
            self.check_leaf(&friend.area, at, faults);
        }
    }

    /// Why an area cannot be below this one.
    fn misfit(&self, framework: &str, area: &Area, parent: &AreaId) -> Option<String> {
        let Some((other, above)) = self.areas.get(parent) else {
            return Some(format!("there is no area `{parent}`"));
        };
        if other != framework {
            return Some(format!("`{parent}` is in `{other}`"));
        }
        if above.leaf {
            return Some(format!("`{parent}` is a leaf"));
        }
        let ancestors = std::iter::successors(Some(parent), |id| {
            self.areas.get(id).and_then(|(_, area)| area.parent.as_ref())
        });
        let circle = ancestors.take(100).any(|ancestor| *ancestor == area.id);
        circle.then(|| format!("`{}` would be below itself", area.id))
    }

    fn check_leaf<V>(&self, id: &AreaId, at: &Kept<V>, faults: &Faults) {
        match self.areas.get(id) {
            None => at.fault(faults, format!("`area`: there is no area `{id}`")),
            Some((_, area)) if !area.leaf => {
                at.fault(
                    faults,
                    format!("`area`: `{id}` is no leaf, so nothing is tagged with it"),
                );
            }
            Some(_) => {}
        }
    }

    /// What fits together; the rest has been told.
    fn finished(self) -> Frameworks {
        let mut frameworks: Vec<Framework> = self.frameworks.into_values().collect();
        let mut places = BTreeMap::new();
        for (of, area) in self.areas.into_values() {
            let Some(place) = frameworks.iter().position(|framework| framework.id == of) else {
                continue;
            };
            places.insert(area.id.clone(), (place, frameworks[place].areas.len()));
            frameworks[place].areas.push(area);
        }
        for relation in self.relations.into_values() {
            if let Some((place, _)) = places.get(&relation.from) {
                frameworks[*place].relations.push(relation);
            }
        }
        let scoring = self.scoring.into_values().next().unwrap_or_default();
        let known = |area: &AreaId| places.contains_key(area);
        let words = self.words.into_values().filter(|words| known(&words.area));
        let terms = words.flat_map(|words| {
            let Words { area, language, terms } = words;
            terms
                .into_iter()
                .map(move |(term, weight)| (term, weight, area.clone(), language.clone()))
        });
        let terms = terms.map(|(term, weight, area, language)| {
            let exact = scoring.is_exact(&term);
            Term { term, language, area, weight, exact }
        });
        let cues = self.cues.into_values().flat_map(|(language, kind, phrases)| {
            phrases.into_iter().map(move |phrase| Cue { language: language.clone(), kind, phrase })
        });
        let rules = Rules {
            terms: terms.collect(),
            false_friends: self
                .false_friends
                .into_values()
                .filter(|friend| known(&friend.area))
                .collect(),
            gate: self.gate.into_values().collect(),
            documents: self.documents.into_values().collect(),
            cues: cues.collect(),
            scoring,
        };
        Frameworks { frameworks, areas: places, rules, version: String::new() }
    }
}

/// Reads records of one sort and puts them on their shelf.
fn shelve<K: Ord + Clone + std::fmt::Display, V>(
    shelf: &mut Shelf<K, V>,
    records: Vec<Record<'_>>,
    layer: usize,
    faults: &Faults,
    read: impl Fn(Record<'_>) -> Option<V>,
    key: impl Fn(&V) -> K,
) {
    for record in records {
        let at = Standing::of(&record, layer);
        if let Some(value) = read(record) {
            shelf.put(key(&value), at, Some(value), faults);
        }
    }
}

fn framework(mut record: Record<'_>) -> Option<Framework> {
    let day = |text: &str| {
        text.parse::<Date>().map_err(|_| format!("`{text}` is no day: one such as 2020-02-05 is"))
    };
    let id = record.text("id").map(|told| told.value);
    let version = record.text("version").map(|told| told.value);
    let name_sv = record.text("name_sv").map(|told| told.value);
    let name_en = record.text("name_en").map(|told| told.value);
    let valid_from =
        record.text("valid_from").and_then(|told| record.parsed("valid_from", &told, day));
    let valid_to =
        record.maybe_text("valid_to").and_then(|told| record.parsed("valid_to", &told, day));
    let status_sv = record.text("status_sv").map(|told| told.value);
    let parties = record.texts("parties").into_iter().map(|told| told.value).collect();
    record.end();
    Some(Framework {
        id: id?,
        version: version?,
        name_sv: name_sv?,
        name_en: name_en?,
        valid_from: valid_from?,
        valid_to,
        status_sv: status_sv?,
        parties,
        areas: Vec::new(),
        relations: Vec::new(),
    })
}

fn area(mut record: Record<'_>) -> Option<(String, Area)> {
    let mut list = |key: &str| record.texts(key).into_iter().map(|told| told.value).collect();
    let (also_sv, objectives_sv, commitments_sv) =
        (list("also_sv"), list("objectives_sv"), list("commitments_sv"));
    let id = record.text("id").map(|told| AreaId(told.value));
    let framework = record.text("framework").map(|told| told.value);
    let parent = record.maybe_text("parent").map(|told| AreaId(told.value));
    let name_sv = record.text("name_sv").map(|told| told.value);
    let name_en = record.text("name_en").map(|told| told.value);
    let scope_sv = record.text("scope_sv").map(|told| told.value);
    let place_sv = record.text("place_sv").map(|told| told.value);
    let leaf = record.flag("leaf");
    record.end();
    let area = Area {
        id: id?,
        parent,
        name_sv: name_sv?,
        name_en: name_en?,
        scope_sv: scope_sv?,
        leaf,
        also_sv,
        objectives_sv,
        commitments_sv,
        place_sv: place_sv?,
    };
    Some((framework?, area))
}

fn relation(mut record: Record<'_>) -> Option<Relation> {
    let from = record.text("from").map(|told| AreaId(told.value));
    let to = record.maybe_text("to").map(|told| AreaId(told.value));
    let kind = record.word::<RelationKind>("kind");
    let note_sv = record.text("note_sv").map(|told| told.value);
    record.end();
    Some(Relation { from: from?, to, kind: kind?, note_sv: note_sv? })
}

impl std::str::FromStr for RelationKind {
    type Err = String;

    fn from_str(word: &str) -> Result<RelationKind, String> {
        match word {
            "close" => Ok(RelationKind::Close),
            "broad" => Ok(RelationKind::Broad),
            "related" => Ok(RelationKind::Related),
            "moved-to-section" => Ok(RelationKind::MovedToSection),
            "no-counterpart" => Ok(RelationKind::NoCounterpart),
            _ => Err(format!(
                "`{word}` is none of close, broad, related, moved-to-section, no-counterpart"
            )),
        }
    }
}

/// The first eight digits of a hash over all that was read.
fn version(layers: &[Vec<File>]) -> String {
    let mut hash = Sha256::new();
    for file in layers.iter().flatten() {
        hash.update(file.text());
        hash.update([0]);
    }
    hash.finalize().iter().take(4).fold(String::new(), |mut version, byte| {
        write!(version, "{byte:02x}").expect("writing to a String never fails");
        version
    })
}

fn owned(files: &[(&str, &str)]) -> Vec<File> {
    files.iter().map(|(name, text)| File::of(name, text)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Weight, reading};
    use std::fs;

    fn id(word: &str) -> AreaId {
        AreaId(word.to_owned())
    }

    #[test]
    fn the_built_in_frameworks_are_without_fault() {
        let (frameworks, faults) = Frameworks::read(None);
        assert_eq!(faults, []);
        assert_eq!(frameworks.areas().count(), 27);
        assert_eq!(frameworks.leaves().count(), 14);
        let rules = frameworks.rules();
        assert!(rules.terms.len() > 1400);
        assert_eq!((rules.gate.len(), rules.documents.len()), (5, 12));
    }

    #[test]
    fn every_file_of_the_folder_is_compiled_in_and_opens_with_its_own_format() {
        assert_eq!(reading::names("frameworks"), reading::compiled(BUILT_IN));
        for (file, text) in BUILT_IN {
            assert!(text.starts_with("# ") && text.contains("eys of "), "{file}");
        }
    }

    #[test]
    fn names_are_exactly_those_of_the_founding_documents() {
        let frameworks = Frameworks::built_in();
        let names = [
            ("HP.A1", "Regelverk"),
            ("HP.A2", "Enhetligare begreppsanv\u{e4}ndning"),
            (
                "HP.O1",
                "B\u{e4}ttre samordning och f\u{f6}rdjupat samarbete r\u{f6}rande standardisering inom e-h\u{e4}lsoomr\u{e5}det",
            ),
            ("HP.O3", "Omv\u{e4}rldsbevakning"),
            ("ST.I1", "Individen som medskapare"),
            (
                "ST.I1.1",
                "Digitala tj\u{e4}nster f\u{f6}r \u{f6}kad trygghet och sj\u{e4}lvst\u{e4}ndighet",
            ),
            (
                "ST.I1.2",
                "Digitala tj\u{e4}nster som g\u{f6}r verksamheterna tillg\u{e4}ngliga och n\u{e4}rvarande",
            ),
            ("ST.I2", "R\u{e4}tt information och kunskap"),
            ("ST.I2.3", "Datadriven utveckling"),
            ("ST.I3.1", "Systematiskt informationss\u{e4}kerhetsarbete"),
            ("ST.I4", "Utveckling och digital transformation i samverkan"),
            ("ST.I4.2", "St\u{f6}d f\u{f6}r inf\u{f6}rande av nya teknologier"),
            ("ST.G", "Grundl\u{e4}ggande f\u{f6}ruts\u{e4}ttningar"),
            ("ST.G2", "Enhetligare begreppsanv\u{e4}ndning"),
        ];
        for (area, name) in names {
            assert_eq!(frameworks.area(&id(area)).unwrap().name_sv, name);
        }
        let plan = frameworks.get("HP1719").unwrap();
        assert_eq!(
            plan.name_sv,
            "Handlingsplan f\u{f6}r samverkan vid genomf\u{f6}rande av Vision e-h\u{e4}lsa 2025, 2017\u{2013}2019"
        );
        let strategy = frameworks.get("ST2022").unwrap();
        assert_eq!(
            strategy.name_sv,
            "Strategi f\u{f6}r genomf\u{f6}rande av Vision e-h\u{e4}lsa 2025, 2020\u{2013}2022"
        );
    }

    #[test]
    fn an_area_of_the_action_plan_is_tagged_as_what_it_passed_into() {
        let frameworks = Frameworks::built_in();
        assert_eq!(frameworks.tagged_as(&id("HP.A1")), [id("ST.G1")]);
        assert_eq!(frameworks.tagged_as(&id("HP.A")), [id("ST.G1"), id("ST.G2"), id("ST.G3")]);
        assert_eq!(frameworks.tagged_as(&id("HP.O3")), []);
        assert_eq!(frameworks.tagged_as(&id("ST.I3")), [id("ST.I3.1"), id("ST.I3.2")]);
        assert_eq!(frameworks.tagged_as(&id("ST.G2")), [id("ST.G2")]);
    }

    #[test]
    fn the_areas_of_the_action_plan_have_no_terms() {
        let frameworks = Frameworks::built_in();
        let rules = frameworks.rules();
        assert!(rules.terms.iter().all(|term| term.area.0.starts_with("ST.")));
        for leaf in frameworks.leaves() {
            for language in ["sv", "nb", "da", "fi", "en"] {
                let language = Language::parse(language).unwrap();
                let found = rules.terms_in(&language).any(|term| term.area == leaf.id);
                assert!(found, "{} {language}", leaf.id);
            }
        }
    }

    #[test]
    fn a_rule_about_a_false_friend_is_about_a_term() {
        let frameworks = Frameworks::built_in();
        let rules = frameworks.rules();
        let ruled = rules.false_friends.iter().filter(|friend| {
            !(friend.not_in.is_empty() && friend.not_with.is_empty() && friend.needs.is_empty())
        });
        for friend in ruled {
            let is_it = |term: &&Term| {
                (&term.term, &term.area, &term.language)
                    == (&friend.term, &friend.area, &friend.language)
            };
            assert!(rules.terms.iter().any(|term| is_it(&term)), "{friend:?}");
        }
    }

    #[test]
    fn abbreviations_and_listed_names_keep_their_capitals() {
        let frameworks = Frameworks::built_in();
        let exact = |word: &str| {
            let mut found = frameworks.rules().terms.iter().filter(|term| term.term == word);
            found.next().unwrap().exact
        };
        assert!(exact("FHIR") && exact("AI") && exact("Sambi") && exact("CEN/TC 251"));
        assert!(!exact("Snomed CT") && !exact("telecare"));
    }

    #[test]
    fn norwegian_terms_are_for_nynorsk_too() {
        let frameworks = Frameworks::built_in();
        let terms = |language| {
            let language = Language::parse(language).unwrap();
            frameworks.rules().terms_in(&language).count()
        };
        assert!(terms("nn") > 100);
        assert_eq!(terms("nn"), terms("no"));
        assert_eq!(terms("is"), 0);
    }

    #[test]
    fn every_fault_is_told_with_its_line() {
        let text = r#"
[[framework]]
id = "T1"
version = "1"
name_sv = "T"
name_en = "T"
valid_from = "2020-13-01"
status_sv = "t"

[[area]]
id = "T1.A"
framework = "T2"
parent = "T1.B"
name_sv = "A"
name_en = "A"
scope_sv = "a"
place_sv = "a"

[[words]]
area = "T1.C"
language = "sv"
strong = ["a", "kod*verk", "journal*"]
medium = ["journal*"]

[[relation]]
from = "T1.A"
to = "T1.D"
kind = "distant"
note_sv = "n"

[[cue]]
language = "sv"
kind = "birthday"
phrases = []

[[scoring]]
strong = -1
"#;
        let (_, faults) = Frameworks::from_toml(&[("t.toml", text)]);
        let told: Vec<_> =
            faults.iter().map(|fault| format!("{}: {}", fault.line, fault.what)).collect();
        assert_eq!(
            told[..10].join("\n"),
            "7: `valid_from`: `2020-13-01` is no day: one such as 2020-02-05 is
10: `framework`: there is no framework `T2`
10: `parent`: there is no area `T1.B`
19: `area`: there is no area `T1.C`
22: `strong`: `a` needs two letters, and `*` only last
22: `strong`: `kod*verk` needs two letters, and `*` only last
23: `medium`: `journal*` stands twice
28: `kind`: `distant` is none of close, broad, related, moved-to-section, no-counterpart
33: `kind`: `birthday` is none of deadline, in-force, report, event
36: `gate_text` is missing"
        );
    }

    #[test]
    fn an_overlay_replaces_one_list_of_words_and_changes_the_version() {
        let folder = tempfile::tempdir().unwrap();
        let text = "[[words]]\narea = \"ST.G3\"\nlanguage = \"en\"\nstrong = [\"openEHR\"]\n";
        fs::write(folder.path().join("mine.toml"), text).unwrap();
        let (frameworks, faults) = Frameworks::read(Some(folder.path()));
        assert_eq!(faults, []);
        let english = Language::parse("en").unwrap();
        let terms = frameworks.rules().terms_in(&english).filter(|term| term.area == id("ST.G3"));
        let terms: Vec<_> = terms.map(|term| (term.term.as_str(), term.weight)).collect();
        assert_eq!(terms, [("openEHR", Weight::Strong)]);
        assert_ne!(frameworks.version(), Frameworks::built_in().version());
        assert_eq!(frameworks.areas().count(), 27);
    }

    #[test]
    fn parents_in_a_circle_are_a_fault_and_hang_nothing() {
        let area = |id: &str, parent: &str| {
            format!(
                "[[area]]\nid = \"{id}\"\nframework = \"T\"\nparent = \"{parent}\"\nname_sv = \"x\"\n\
                 name_en = \"x\"\nscope_sv = \"x\"\nplace_sv = \"x\"\n"
            )
        };
        let text = area("T.A", "T.B") + &area("T.B", "T.C") + &area("T.C", "T.A");
        let (frameworks, faults) = Frameworks::from_toml(&[("t.toml", &text)]);
        assert!(faults.iter().any(|fault| fault.what.contains("below itself")), "{faults:?}");
        assert_eq!(frameworks.tagged_as(&id("T.A")), []);
    }
}
