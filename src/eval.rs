//! How good is the understanding, and the search? The measures of information retrieval, over labelled files.
//!
//! Pure sums over what was labelled and what we made of it; F1 after van Rijsbergen (1979), nDCG with gain
//! 2^grade − 1 after Burges et al. (2005), pairs of items for groupings.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// How often we agreed with the labels, and how often not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) right: usize,
    pub(crate) wrong: usize,
    pub(crate) missed: usize,
}

/// [`Counts`] as shares; `null` where there was nothing to share.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Measure {
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    right: usize,
    wrong: usize,
    missed: usize,
}

impl Counts {
    /// Counts one claim.
    pub(crate) fn add(&mut self, labelled: bool, ours: bool) {
        match (labelled, ours) {
            (true, true) => self.right += 1,
            (false, true) => self.wrong += 1,
            (true, false) => self.missed += 1,
            (false, false) => {}
        }
    }

    /// Counts every member of two sets.
    pub(crate) fn add_all<T: Ord>(&mut self, labelled: &BTreeSet<T>, ours: &BTreeSet<T>) {
        for one in labelled.union(ours) {
            self.add(labelled.contains(one), ours.contains(one));
        }
    }

    /// Both together.
    pub(crate) fn and(self, other: Counts) -> Counts {
        Counts {
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            missed: self.missed + other.missed,
        }
    }

    /// The shares.
    pub(crate) fn measure(self) -> Measure {
        let Counts { right, wrong, missed } = self;
        let share =
            |part: usize, whole: usize| (whole > 0).then(|| rounded(part as f64 / whole as f64));
        Measure {
            precision: share(right, right + wrong),
            recall: share(right, right + missed),
            f1: share(2 * right, 2 * right + wrong + missed),
            right,
            wrong,
            missed,
        }
    }
}

/// The mean F1 over classes, a class without any claim counting as nothing.
pub(crate) fn macro_f1<'a>(classes: impl Iterator<Item = &'a Counts>) -> f64 {
    let f1: Vec<f64> = classes.map(|counts| counts.measure().f1.unwrap_or(0.0)).collect();
    rounded(f1.iter().sum::<f64>() / f1.len().max(1) as f64)
}

/// B-cubed F1 (Bagga and Baldwin 1998) of what was grouped, each thing with its labelled group and ours: the mean
/// precision and the mean recall of what each thing shares its group with.
pub(crate) fn b_cubed(grouped: &[(&str, usize)]) -> Option<f64> {
    let (mut labelled, mut ours, mut both) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for pair in grouped {
        *labelled.entry(pair.0).or_insert(0usize) += 1;
        *ours.entry(pair.1).or_insert(0usize) += 1;
        *both.entry(*pair).or_insert(0usize) += 1;
    }
    let (mut precision, mut recall) = (0.0, 0.0);
    for pair in grouped {
        precision += both[pair] as f64 / ours[&pair.1] as f64;
        recall += both[pair] as f64 / labelled[pair.0] as f64;
    }
    let sum = precision + recall;
    (sum > 0.0).then(|| rounded(2.0 * precision * recall / sum / grouped.len() as f64))
}

/// How well a query was answered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Answered {
    /// Normalised discounted cumulative gain over the first ten.
    pub(crate) ndcg_at_10: f64,
    /// The share of the best (grade 2) within the first twenty; `None` when none is that good.
    pub(crate) recall_at_20: Option<f64>,
}

/// Compares the ids found, best first, with the grades of the labels: 2 answers the query, 1 is related.
pub(crate) fn answered(found: &[String], grades: &BTreeMap<String, i32>) -> Answered {
    let grade = |id: &String| grades.get(id).copied().unwrap_or(0);
    let mut best: Vec<i32> = grades.values().copied().collect();
    best.sort_unstable_by(|one, other| other.cmp(one));
    let ideal = gain(best.iter().copied());
    let wanted = best.iter().filter(|grade| **grade >= 2).count();
    let got = found.iter().take(20).filter(|id| grade(id) >= 2).count();
    Answered {
        ndcg_at_10: if ideal > 0.0 { gain(found.iter().map(grade)) / ideal } else { 0.0 },
        recall_at_20: (wanted > 0).then(|| got as f64 / wanted as f64),
    }
}

fn gain(grades: impl Iterator<Item = i32>) -> f64 {
    let gains = grades.take(10).enumerate();
    gains.map(|(rank, grade)| (2f64.powi(grade) - 1.0) / (rank as f64 + 2.0).log2()).sum()
}

/// The means over several queries.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Search {
    pub(crate) ndcg_at_10: f64,
    pub(crate) recall_at_20: Option<f64>,
    pub(crate) queries: usize,
}

/// The means over several queries; recall over those that have a best answer.
pub(crate) fn means(answered: &[Answered]) -> Search {
    let mean = |values: Vec<f64>| {
        (!values.is_empty()).then(|| rounded(values.iter().sum::<f64>() / values.len() as f64))
    };
    Search {
        ndcg_at_10: mean(answered.iter().map(|one| one.ndcg_at_10).collect()).unwrap_or(0.0),
        recall_at_20: mean(answered.iter().filter_map(|one| one.recall_at_20).collect()),
        queries: answered.len(),
    }
}

/// To four digits, so that the same run prints the same text on any machine.
fn rounded(value: f64) -> f64 {
    (value * 10_000.0).round() / 10_000.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_what_the_textbook_says() {
        let measure = Counts { right: 6, wrong: 2, missed: 4 }.measure();
        assert_eq!(
            (measure.precision, measure.recall, measure.f1),
            (Some(0.75), Some(0.6), Some(0.6667))
        );
        assert_eq!(Counts::default().measure().f1, None);
    }

    #[test]
    fn one_large_group_recalls_all_and_is_half_right() {
        let apart = [("a", 1), ("a", 1), ("b", 2), ("b", 2)];
        assert_eq!(b_cubed(&apart), Some(1.0));
        let together = [("a", 1), ("a", 1), ("b", 1), ("b", 1)];
        assert_eq!(b_cubed(&together), Some(0.6667));
        assert_eq!(b_cubed(&[]), None);
    }

    #[test]
    fn the_ideal_order_scores_one_and_its_reverse_less() {
        let grades = BTreeMap::from([("a".to_owned(), 2), ("b".to_owned(), 1)]);
        let found = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let perfect = answered(&found(&["a", "b"]), &grades);
        assert_eq!(perfect, Answered { ndcg_at_10: 1.0, recall_at_20: Some(1.0) });
        let reversed = answered(&found(&["b", "x", "a"]), &grades);
        assert!((0.6..0.8).contains(&reversed.ndcg_at_10), "{reversed:?}");
        assert_eq!(answered(&[], &grades), Answered { ndcg_at_10: 0.0, recall_at_20: Some(0.0) });
    }
}
